"""Blocks of the document's number, dates, references, and of what is to be paid how."""

from __future__ import annotations

from docengine.corpus.generator import blocks, keyvalues
from docengine.corpus.generator.keyvalues import Entry
from docengine.corpus.generator.letter import Letter, Slot
from docengine.corpus.generator.sentences import filled
from docengine.corpus.generator.sheet import tokens

PAYABLE = frozenset(("invoice", "bill", "statement"))


def _taken(letter: Letter, count: int | None = None) -> list[Entry]:
    """The next `count` entries, or all, which thereby are written."""
    entries = letter.entries[:count] if count is not None else letter.entries
    letter.entries = letter.entries[len(entries) :]
    return entries


def meta(letter: Letter, slot: Slot) -> float:
    """In one column."""
    style = keyvalues.draw_style(letter.rng, slot.width)
    return letter.pairs(_taken(letter), slot, style)


def meta_wide(letter: Letter, slot: Slot) -> float:
    """Across the page."""
    return letter.pairs(_taken(letter), slot, letter.rng.choice(keyvalues.WIDE_STYLES))


def meta_plain(letter: Letter, slot: Slot) -> float:
    return letter.pairs(_taken(letter), slot, letter.rng.choice(("row", "row", "row_far", "stack")))


def first_half(letter: Letter, slot: Slot) -> float:
    count = (len(letter.entries) + 1) // 2
    return letter.pairs(_taken(letter, count), slot, keyvalues.draw_style(letter.rng, slot.width))


def cells(letter: Letter, slot: Slot) -> float:
    return letter.pairs(_taken(letter), slot, "cells")


def running(letter: Letter, slot: Slot) -> float:
    """Labels and values as a line of text, parted by commas or marks."""
    entries = _taken(letter)
    mark = letter.rng.choice((",", ",", "|", "·", "-", ";"))
    line = blocks.joined([[*keyvalues.caption(label), *value] for label, value in entries if value], mark)
    return letter.block([line], slot)


def our_and_your(letter: Letter, slot: Slot) -> float:
    """A row of references, each value below its label (DIN 5008's reference line)."""
    style = letter.rng.choice(("plain grid", "plain grid", "lined grid", "grid"))
    return letter.pairs(_taken(letter), slot, style, size=letter.size * letter.rng.choice((1.0, 0.9)))


def amount(letter: Letter, slot: Slot) -> float:
    """`€ 120.00 due 3 May 2021`, large."""
    writer, rng = letter.writer, letter.rng
    record = writer.record
    if record.kind not in PAYABLE or record.total <= 0 or record.payable != record.total:
        return slot.y
    dated = record.due != record.date and rng.random() < 0.7
    form = rng.choice(writer.language.text["amount_line" if dated else "amount_only"])
    size = letter.size * rng.choice((1.0, 1.3, 1.6, 2.0))
    return letter.block([filled(writer, form)], slot, size=size, bold_first=rng.random() < 0.7)


def bank(letter: Letter, slot: Slot) -> float:
    """How to pay, with the account."""
    writer = letter.writer
    head = [tokens(writer.label("payment_head"))] if letter.rng.random() < 0.7 else []
    return letter.block([*head, *blocks.bank_lines(writer)], slot, bold_first=bool(head) and writer.look.bold_labels)


def pay_method(letter: Letter, slot: Slot) -> float:
    writer = letter.writer
    card = f"{letter.rng.choice(writer.language.labels['card'])} **** {letter.rng.randrange(1000, 9999)}"
    return letter.block([[*tokens(writer.label("payment_method")), *tokens(card)]], slot)


def summary(letter: Letter, slot: Slot) -> float:
    """The sums before the items they are made of."""
    writer, record = letter.writer, letter.writer.record
    if record.kind == "delivery_note":
        return slot.y
    entries: list[Entry] = []
    if record.tax and letter.rng.random() < 0.7:
        entries.append((writer.words(writer.label("net_total")), writer.amount(record.net, "net_total")))
        entries.append((writer.words(writer.label("tax_total", rate="")), writer.amount(record.tax, "tax_total")))
    entries.append(
        (writer.words(writer.label("grand_total")), writer.amount(record.total, "grand_total", level="grand"))
    )
    if record.kind in PAYABLE and record.due != record.date and letter.rng.random() < 0.6:
        entries.append((writer.label("due_date"), writer.date(record.due, "due_date")))
    y = slot.y
    if letter.rng.random() < 0.7:
        y = letter.block([tokens(writer.say("summary_head"))], slot, bold_first=True)
    style = letter.rng.choice(("row_far", "row_far", "row", "dots", "box", "grid"))
    return letter.pairs(entries, slot.at(y)._replace(width=min(slot.width, 280)), style)


def intro(letter: Letter, slot: Slot) -> float:
    kind, text = letter.writer.record.kind, letter.writer.say("intro", group="text")
    if kind not in ("invoice", "bill") and not text.endswith(","):  # most say that they charge
        return slot.y
    line = filled(letter.writer, text)
    return letter.block([line], slot) + letter.step * 0.3
