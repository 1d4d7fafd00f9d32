"""Documents of an office: an upper part drawn from the layout grammar, then items, sums and small print."""

from __future__ import annotations

from collections.abc import Callable

from docengine.corpus.generator import blocks, cards, consignment, heading, metadata, people, references
from docengine.corpus.generator.adornments import adorn
from docengine.corpus.generator.arrangement import Row, block_names, draw_rows, without
from docengine.corpus.generator.body import put_closing, put_items, put_small_print, put_sums
from docengine.corpus.generator.closing import put_last
from docengine.corpus.generator.letter import Letter, Slot
from docengine.corpus.generator.parties import rename
from docengine.corpus.generator.sheet import Sheet
from docengine.corpus.generator.slips import put_remittance, put_swiss, wants_swiss
from docengine.corpus.generator.writer import Writer

Block = Callable[[Letter, Slot], float]
"""Writes itself into a slot and returns the y below."""

BLOCKS: dict[str, Block] = {
    "blank": lambda letter, slot: slot.y, "name": heading.name, "address": heading.address, "seller": heading.seller,
    "contact": heading.contact, "register": heading.register, "logo": heading.logo, "banner": heading.banner,
    "oneline": heading.one_line, "from": heading.sender, "soldby": heading.sold_by, "title": heading.title,
    "numbered": heading.numbered, "place": heading.place, "slogan": heading.slogan, "sidebar": heading.sidebar,
    "drop": heading.drop, "platform": heading.platform,
    "authority": heading.authority, "typed": heading.typed, "buyer": people.buyer, "buyerline": people.one_line,
    "window": people.window, "ship": people.ship_to, "partytable": people.party_table, "meta": references.meta,
    "metawide": references.meta_wide, "metaplain": references.meta_plain, "meta1": references.first_half,
    "meta2": references.meta, "cells": references.cells, "running": references.running, "refs": references.our_and_your,
    "amount": references.amount, "bank": references.bank, "paymethod": references.pay_method,
    "summary": references.summary, "intro": references.intro, "sellercard": cards.seller_card,
    "buyercard": cards.buyer_card, "bands": cards.bands, "shipment": consignment.shipment,
}  # fmt: skip
_SAYS_SELLER = frozenset(
    ("name", "seller", "banner", "oneline", "from", "soldby", "sidebar", "partytable", "sellercard", "bands")
)
_SAYS_BUYER = frozenset(("buyer", "buyerline", "window", "partytable", "buyercard", "bands"))
_SAYS_NUMBERS = frozenset(("meta", "metawide", "metaplain", "meta2", "cells", "running", "refs"))


def write_letter(writer: Writer) -> list[Sheet]:
    """All pages of an invoice, a quote, an order and their like."""
    selfbilled = writer.record.kind == "invoice" and writer.record.buyer.company and writer.rng.random() < 0.012
    if selfbilled:  # the buyer writes it, so that its letterhead is on it
        record = writer.record
        record.seller, record.buyer, writer.swapped = record.buyer, record.seller, True
    letter = Letter(writer)
    letter.title = "self_billing" if selfbilled else letter.title
    write_head(letter)
    put_items(letter)
    put_sums(letter)
    put_closing(letter)
    write_foot(letter)
    return letter.sheets


def write_foot(letter: Letter) -> None:
    """What follows the text: signatures, slips, small print, and what readers add."""
    record, rng = letter.writer.record, letter.rng
    put_last(letter)
    payable = record.kind in ("invoice", "bill", "statement") and record.payable > 0 and not letter.writer.swapped
    if wants_swiss(letter):
        letter.set_footer([])
        put_swiss(letter)
    elif payable and rng.random() < _SLIPS.get(record.country.code, 0.05) * (3 if record.kind == "bill" else 1):
        put_remittance(letter)
    put_small_print(letter)
    adorn(letter)


_SLIPS = {"US": 0.13, "CA": 0.1, "GB": 0.09, "IE": 0.08, "AU": 0.1}
"""How often an invoice ends in a slip to send back."""


def write_head(letter: Letter, start: str = "PAGE") -> None:
    """What stands above the items, as the grammar's rule `start` draws it."""
    rows = _planned(letter, draw_rows(letter.rng, letter.writer.record.country.code, start))
    names = block_names(rows)
    told = "numbered" in names
    letter.entries = metadata.entries(letter.writer, number=not told, date=not told and "place" not in names)
    air = letter.step * letter.rng.choice((0.4, 0.7, 0.7, 1.0, 1.5))
    for row in rows:
        before = letter.y
        low = _write_row(letter, row)
        letter.y = low + air if low > before else low
    letter.y += letter.step * letter.rng.choice((0.0, 0.3, 0.8))


def _planned(letter: Letter, rows: list[Row]) -> list[Row]:
    """The rows with what the record has not left out, and what a reader would miss added."""
    rng = letter.rng
    if letter.writer.record.ship_to is None:
        rows = without(rows, "ship")
    names = block_names(rows)
    if "place" in names and "numbered" in names:
        rows = without(rows, "place")
    if not _SAYS_BUYER.intersection(names):
        rows = [*rows, *draw_rows(rng, "", "BUYER")]
    if not _SAYS_NUMBERS.intersection(names):
        rows = [*rows, *draw_rows(rng, "", "META")]
    if "title" not in names and "numbered" not in names and rng.random() < 0.9:
        rows = [*rows, *draw_rows(rng, "", "TITLE")]
    if not _SAYS_SELLER.intersection(names):
        _name_elsewhere(letter, "logo" in names)
    return rows


def _name_elsewhere(letter: Letter, logo: bool) -> None:
    """Mostly at the foot of the page; else a logo's words are the only name there is, or there is none."""
    writer, seller = letter.writer, letter.writer.record.seller
    field = writer.role("seller_name") or "seller_name"
    footer = [token.label.field for column in letter.footer for line in column for token in line if token.label]
    if letter.rng.random() < (0.85 if logo else 0.95):
        _seller_below(letter)
    elif logo and field not in footer:
        letter.done.add("logo names")
        writer.values.pop(field, None)
        rename(seller, seller.brand, seller.brand)


def _seller_below(letter: Letter) -> None:
    """The seller in the small print at the foot of the page, where nothing above says who writes."""
    writer, seller = letter.writer, letter.writer.record.seller
    address = [writer.text(seller.name, "seller_name"), *writer.address(seller, "seller_address")]
    more = [
        column
        for column in (blocks.contact_lines(writer), blocks.bank_lines(writer), blocks.register_lines(writer))
        if column
    ]
    columns = [address, *more[: letter.rng.randrange(4)]]
    if letter.rng.random() < 0.3:
        columns = [
            [blocks.joined([line for column in columns for line in column], letter.rng.choice(("·", "|", "-", ",")))]
        ]
    letter.set_footer(columns)


def _write_row(letter: Letter, row: Row) -> float:
    """Writes the row's cells side by side and returns the y below the lowest."""
    top, x, width = letter.y, letter.left, letter.width
    gap = 14.0 if len(row) > 1 else 0.0
    framed: list[tuple[float, float, float]] = []
    low = top
    for cell in row:
        inset = 5.0 if cell.frame == "#" else 0.0
        wide = width * cell.share - gap
        slot = Slot(x + inset, top + inset, max(wide - 2 * inset, 40.0), cell.align)
        y = slot.y
        for number, name in enumerate(cell.blocks):
            lower = BLOCKS[name](letter, slot.at(y))
            y = lower + (letter.step * 0.5 if lower > y and number + 1 < len(cell.blocks) else 0)
        if y > slot.y:
            if cell.frame:
                framed.append((x, x + wide, y + inset * 0.4))
            low = max(low, y + inset * 0.4)
        x += width * cell.share
    _draw_frames(letter, top, low, framed, "#" if any(cell.frame == "#" for cell in row) else "_")
    return low


def _draw_frames(letter: Letter, top: float, low: float, framed: list[tuple[float, float, float]], kind: str) -> None:
    """Boxes as high as the row, or each as high as its own lines; or one rule below the row."""
    if not framed:
        return
    if kind == "_":
        letter.sheet.rule(letter.left, low + 1, letter.right, low + 1)
        return
    even = letter.writer.once("even boxes", 0.75)
    for left, right, bottom in framed:
        if letter.writer.once("round boxes", 0.12):
            letter.sheet.shapes.append(("round", left, top, right, low if even else bottom, 0.2))
        else:
            letter.box(left, top, right, low if even else bottom)
