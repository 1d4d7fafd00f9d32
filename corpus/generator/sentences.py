"""Sentences that hold values: each value's words are labelled, what stands beside them is glued on."""

from __future__ import annotations

import re
from collections.abc import Callable

from docengine.corpus.generator import blocks
from docengine.corpus.generator.metadata import NUMBER_FIELD
from docengine.corpus.generator.sheet import Line, Token, tokens
from docengine.corpus.generator.writer import Writer

_CAPITALS = (1000, 1500, 5000, 7622, 10_000, 12_500, 25_000, 50_000, 100_000, 250_000, 1_200_000, 4_200_000)
"""What companies are founded with."""

_PLACES: dict[str, Callable[[Writer], Line]] = {
    "{number}": lambda writer: writer.text(writer.record.number, NUMBER_FIELD.get(writer.record.kind)),
    "{date}": lambda writer: writer.date(writer.record.date, "invoice_date"),
    "{due}": lambda writer: writer.date(writer.record.due, "due_date"),
    "{amount}": lambda writer: writer.amount(writer.record.total, "grand_total", level="grand"),
    "{customer}": lambda writer: tokens(writer.record.customer_number),
    "{city}": lambda writer: tokens(seat(writer)),
    "{seller}": lambda writer: writer.text(writer.record.seller.name, "seller_name"),
    "{buyer}": lambda writer: writer.text(writer.record.buyer.name, "buyer_name"),
    "{seller_address}": lambda writer: address_line(writer, "seller"),
    "{buyer_address}": lambda writer: address_line(writer, "buyer"),
    "{contract}": lambda writer: writer.text(writer.record.number, NUMBER_FIELD.get(writer.record.kind)),
    "{provider}": lambda writer: tokens(writer.say("provider")),
    "{client}": lambda writer: tokens(writer.say("client")),
    "{capital}": lambda writer: tokens(writer.look.numbers.text(writer.rng.choice(_CAPITALS), 0)),
    "{register}": lambda writer: tokens(writer.record.seller.registration.strip("()")),
    "{tax}": lambda writer: writer.text(writer.record.seller.tax_id, "seller_tax_id"),
    "{person}": lambda writer: blocks.person(writer, writer.record.seller),
    "{start}": lambda writer: writer.date(writer.record.period[0], "period_start"),
    "{end}": lambda writer: writer.date(writer.record.period[1], "period_end"),
}


def filled(writer: Writer, form: str) -> Line:
    """The sentence with its places filled by labelled tokens; {number}, {date}, {due}, {amount} and their like."""
    line: Line = []
    for word in form.split():
        found = re.search(r"\{\w+\}", word)
        if found is None or found[0] not in _PLACES:
            line.append(Token(word))
            continue
        before, after = word[: found.start()], word[found.end() :]
        if before:
            line.append(Token(before))
        made = _PLACES[found[0]](writer)
        if not made:
            continue
        line += [made[0]._replace(glued=bool(before)), *made[1:]]
        line = blocks.ended(line, after) if _MARKS.fullmatch(after) else [*line, Token(after, None, True)]
    return line


_MARKS = re.compile(r"[,.;:]?")


def address_line(writer: Writer, who: str) -> Line:
    """The seller's or the buyer's address in one line, its parts parted by commas."""
    party = writer.record.seller if who == "seller" else writer.record.buyer
    return blocks.joined(writer.address(party, f"{who}_address"), ",")


_AFTER_POSTCODE = re.compile(
    r"(?:^|[\s,-])\d{3,5}(?:[ -]\d{2,4}|[ ]?[A-Z]{2})?\s+([^\W\d_][^\d,(]*)$|\d{4}\s([^\W\d_][^\d,(]*)\("
)
_BEFORE_STATE = re.compile(r"^([^\W\d_][^\d,]*),\s[A-Z]{2}\s")


def seat(writer: Writer) -> str:
    """The seller's town as its address names it, or an empty text where that cannot be told."""
    for line in reversed(writer.record.seller.address):
        found = _AFTER_POSTCODE.search(line) or _BEFORE_STATE.search(line)
        if found:
            town = next(filter(None, found.groups())).strip(" .-")
            return town if len(town) < 25 else ""
    return ""
