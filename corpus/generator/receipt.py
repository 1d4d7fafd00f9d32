"""Receipts on a till's paper roll, in one of many makes."""

from __future__ import annotations

import datetime
import random

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.formats import date_text, plain
from docengine.corpus.generator.parties import person_name
from docengine.corpus.generator.receipthead import write_head
from docengine.corpus.generator.roll import Roll
from docengine.corpus.generator.rollboxes import crop_boxes
from docengine.corpus.generator.rollitems import write_items
from docengine.corpus.generator.rollsums import write_sums
from docengine.corpus.generator.sheet import Line, Sheet, Token, tokens
from docengine.corpus.generator.till import Sale
from docengine.corpus.generator.writer import Writer


def write_receipt(writer: Writer, sale: Sale) -> Sheet:
    roll, rng = Roll(writer, sale), writer.rng
    title = roll.say("receipt", group="titles")
    title_first = rng.random() < 0.5
    if title and rng.random() < 0.06:
        roll.head(roll.words(title))
        title = ""
    write_head(roll)
    if title and title_first:
        roll.head(roll.words(title), bold=rng.random() < 0.5)
    roll.separator()
    date_last = rng.random() < 0.16
    _about(roll, with_date=not date_last)
    if title and not title_first:
        roll.head(roll.words(title))
    if rng.random() < 0.1:
        _customer(roll)
    roll.separator()
    write_items(roll)
    roll.separator()
    write_sums(roll)
    if date_last:
        _date_row(roll)
    _closing(roll)
    roll.sheet.height = roll.y + roll.height * rng.choice((0.3, 1.0, 2.0, rng.uniform(0.3, 12.0)))
    crop_boxes(roll.sheet, rng, roll.height, roll.size)
    return roll.sheet


def clock(rng: random.Random, moment: datetime.time, halves: bool = True) -> str:
    """A time as tills print it, with AM and PM where `halves`."""
    if not halves:
        return rng.choice((f"{moment:%H:%M}", f"{moment:%H:%M}", f"{moment:%H:%M:%S}", f"{moment:%H.%M}"))
    half = (moment.hour + 11) % 12 + 1
    tail = "AM" if moment.hour < 12 else "PM"
    return rng.choice((
        f"{moment:%H:%M}", f"{moment:%H:%M}", f"{moment:%H:%M:%S}", f"{moment:%H:%M:%S}",
        f"{half:02d}:{moment:%M} {tail}",
        f"{half}:{moment:%M} {tail}", f"{half:02d}:{moment:%M:%S} {tail}", f"{half}:{moment:%M}{tail}",
    ))  # fmt: skip


def _date_tokens(roll: Roll) -> Line:
    """The date and often the time, the date alone being the field."""
    rng, record = roll.rng, roll.writer.record
    upper = roll.upper or roll.writer.look.date_upper
    roll.writer.values["invoice_date"] = record.date.isoformat()
    text = date_text(record.date, roll.writer.look.date, roll.writer.language, upper)
    line = tokens(text, roll.writer.tag("invoice_date"))
    if rng.random() < 0.08:
        day = date_text(record.date, "EEE", roll.writer.language, upper)
        extra = tokens(rng.choice((f"({day})", day)))
        line = line + extra if rng.random() < 0.6 else extra + line
    return line


def _date_row(roll: Roll, number: Line | None = None) -> None:
    """Date and time; now and then in one row with the receipt's `number` or with bare codes."""
    rng = roll.rng
    english = roll.writer.language.code == "en"
    line, time = _date_tokens(roll), tokens(clock(rng, roll.sale.moment, english))
    label = roll.label("receipt_date" if "receipt_date" in roll.writer.language.labels else "invoice_date")
    if number:
        roll.pair(number, [*label, *line] if rng.random() < 0.7 else [*line, *time])
        return
    style = rng.randrange(8)
    if style == 0:
        roll.pair(line, time)
    elif style == 1:
        roll.line([*label, *line, *time])
    elif style == 2:
        roll.pair([*label, *line], [*roll.label("time"), *time])
    elif style == 3:
        roll.line([*line, *time], align=rng.choice("lcr"))
    elif style == 4:
        _labelled(roll, label, line)
        _labelled(roll, roll.label("time"), time)
    elif style == 5:
        codes = [identifiers.filled(rng, rng.choice(_CODES)) for _ in range(rng.randrange(1, 5))]
        both = [*line, *time] if rng.random() < 0.7 else [*time, *line]
        bare = tokens(" ".join(codes))
        roll.line([*bare, *both] if rng.random() < 0.25 else [*both, *bare])
    else:
        _labelled(roll, label, [*line, *time] if rng.random() < 0.7 else line)


_CODES = (
    "SH##",
    "ZJ##",
    "T#",
    "R#########",
    "####",
    "###",
    "#######",
    "####-##",
    "@###",
    "SLIP NO.: ##########",
    "#####",
    "POS#",
    "OP##",
)
"""Store, till and slip numbers that stand bare beside the date."""


def _labelled(roll: Roll, label: Line, value: Line) -> None:
    """Label and value in one row: side by side, in columns, or at the edges."""
    if roll.pad:
        column = roll.left + roll.pad * roll.size * 0.55
        end = roll.sheet.put(roll.left, roll.y, label, roll.size)
        column = max(column, end + roll.size * 0.5)
        if roll.writer.once("colon apart", 0.25) and label and not label[-1].text.endswith(":"):
            column = roll.sheet.put(column, roll.y, [Token(":")], roll.size) + roll.size * 0.4
        roll.sheet.put(column, roll.y, value, roll.size, room=max(roll.right - column, 30))
        roll.y += roll.step
    elif roll.writer.once("edges", 0.2):
        roll.pair(label, value)
    else:
        roll.line([*label, *value])


def _about(roll: Roll, *, with_date: bool) -> None:
    """Number, date, cashier, table and the like."""
    rng, record = roll.rng, roll.writer.record
    rows: list[tuple[Line, Line] | None] = []
    if rng.random() < 0.85:
        rows.append((roll.label("receipt_number"), roll.value(record.number, "invoice_number")))
    if rng.random() < 0.45:
        who = rng.choice(
            (person_name(rng, roll.writer.language).split()[0], str(rng.randrange(1, 999)), "USER", "ADMIN")
        )
        rows.append((roll.label("cashier"), roll.words(who)))
    for key, share in (("till", 0.3), ("other_number", 0.3), ("customer_number", 0.1), ("our_ref", 0.05)):
        if rng.random() < share:
            number = identifiers.document_number(rng, record.date) if key != "till" else str(rng.randrange(1, 30))
            rows.append((roll.label(key), tokens(number)))
    if roll.sale.trade == "restaurant" and rng.random() < 0.6:
        rows.append((roll.label("table"), tokens(str(rng.randrange(1, 60)))))
    rng.shuffle(rows)
    if with_date:
        rows.insert(rng.randrange(len(rows) + 1), None)
    waiting: Line = []
    two = rng.random() < 0.3
    together = with_date and rng.random() < 0.22
    """Whether the row before the date shares its line."""
    for i, row in enumerate(rows):
        if row is None and not together:
            _date_row(roll)
        elif row is None:
            _date_row(roll, waiting)
            waiting = []
        elif not waiting and (two or (together and rows[i + 1 : i + 2] == [None])):
            waiting = [*row[0], *row[1]]
        elif two:
            roll.pair(waiting, [*row[0], *row[1]])
            waiting = []
        else:
            _labelled(roll, *row)
    if waiting:
        roll.line(waiting)
    if roll.sale.trade == "parking":
        _stay(roll)


def _stay(roll: Roll) -> None:
    """A car park's entry, whose date is the payment's."""
    entry = roll.words("Entry" if roll.writer.language.code == "en" else "IN")
    line = _date_tokens(roll)
    line = [token._replace(label=token.label and token.label._replace(certain=False)) for token in line]
    roll.pair(entry, [*line, *tokens(clock(roll.rng, datetime.time(roll.sale.moment.hour, 0)))])


def _customer(roll: Roll) -> None:
    writer, buyer = roll.writer, roll.writer.record.buyer
    roll.line([*roll.label("bill_to"), *roll.value(buyer.name, "buyer_name")])
    if roll.rng.random() < 0.5:
        label = writer.tag("buyer_address")
        lines = [line.upper() for line in buyer.address] if roll.upper else buyer.address
        writer.values.setdefault("buyer_address", " ".join(" ".join(lines).split()))
        for line in lines:
            roll.line(tokens(line, label))


def _closing(roll: Roll) -> None:
    rng, notes = roll.rng, roll.writer.language.text["receipt_notes"]
    if not roll.sale.cash and rng.random() < 0.35:
        _card_slip(roll)
    if rng.random() < 0.25:
        roll.pair(
            roll.label("items_sold"), tokens(str(sum(item.quantity for item in roll.writer.record.lines) // 1000 or 1))
        )
    roll.gap(rng.choice((0.0, 0.5, 1.0)))
    for _ in range(rng.choice((0, 1, 1, 2, 2, 3, 4, 5))):
        roll.head(roll.words(rng.choice(notes)))
    if rng.random() < 0.2:
        roll.head(
            tokens(
                identifiers.filled(rng, rng.choice(("#############", "####################", "#### #### #### ####")))
            )
        )
    if rng.random() < 0.1:
        roll.head(roll.words(roll.writer.record.seller.web))


def _card_slip(roll: Roll) -> None:
    """Terminal, merchant and card numbers, the amount once more."""
    rng, writer = roll.rng, roll.writer
    roll.gap()
    rows = [("TID", "########"), ("MID", "###############"), ("AID", "A00000000####"), ("AUTH CODE", "######"),
            ("CARD", "************####"), ("REF NO.", "############"), ("TRACE", "######"), ("BATCH",
                "####")]  # fmt: skip
    for name, pattern in rng.sample(rows, rng.randrange(1, 6)):
        _labelled(roll, tokens(name + roll.colon.strip()), tokens(identifiers.filled(rng, pattern)))
    if rng.random() < 0.4:
        label = writer.tag("grand_total")._replace(certain=False)
        writer.values["grand_total"] = plain(writer.record.total)
        roll.pair(tokens("AMOUNT"), writer.priced(writer.money(writer.record.total), label, "totals"))
