"""Receipts on a till's paper roll, in one of many makes."""

from __future__ import annotations

from docengine.corpus.generator.receiptabout import write_about, write_date
from docengine.corpus.generator.receiptend import write_end
from docengine.corpus.generator.receipthead import write_head
from docengine.corpus.generator.roll import Roll
from docengine.corpus.generator.rollboxes import crop_boxes
from docengine.corpus.generator.rollitems import write_items
from docengine.corpus.generator.rollsums import write_sums
from docengine.corpus.generator.sheet import Sheet, tokens
from docengine.corpus.generator.till import Sale
from docengine.corpus.generator.writer import Writer


def write_receipt(writer: Writer, sale: Sale) -> Sheet:
    roll, rng = Roll(writer, sale), writer.rng
    title, place = roll.say("receipt", group="titles"), rng.random()
    _title(roll, title if place < 0.07 else "")
    write_head(roll)
    _title(roll, title if 0.07 < place < 0.6 else "")
    roll.separator()
    last = rng.random()
    """Below 0.16 the date stands below the sums; below 0.06 the receipt's number and all that belongs to it does."""
    if last > 0.06:
        write_about(roll, with_date=last > 0.16)
    _title(roll, title if place > 0.6 else "")
    if rng.random() < 0.11:
        _customer(roll)
    roll.separator()
    write_items(roll)
    roll.separator()
    write_sums(roll)
    if last <= 0.06:
        roll.blank()
        write_about(roll, with_date=True)
    elif last <= 0.16:
        roll.blank()
        write_date(roll)
    write_end(roll)
    roll.sheet.height = roll.y + roll.height * rng.choice((0.3, 1.0, 2.0, rng.uniform(0.3, 12.0)))
    crop_boxes(roll.sheet, rng, roll.height, roll.size)
    return roll.sheet


def _title(roll: Roll, title: str) -> None:
    """`TAX INVOICE`, plain or with stars or dashes around it."""
    if not title:
        return
    mark = roll.rng.choice(
        ("{}", "{}", "{}", "{}", "{}", "{}", "**{}**", "-{}-", "** {} **", "*** {} ***", "[{}]", "({})")
    )
    roll.head(roll.words(mark.format(title)), bold=roll.rng.random() < 0.4, wide=roll.rng.random() < 0.06)


def _customer(roll: Roll) -> None:
    """Who bought: a company with its address, or only `CASH`."""
    writer, buyer, rng = roll.writer, roll.writer.record.buyer, roll.rng
    if rng.random() < 0.35:
        label = roll.label("bill_to") if rng.random() < 0.4 else []
        roll.line([*label, *roll.words(rng.choice((*writer.language.companies["anonymous"], roll.say("cash"))))])
        return
    label = roll.label("bill_to")
    if rng.random() < 0.4:
        roll.line(label)
        roll.line(roll.value(buyer.name, "buyer_name"))
    else:
        roll.line([*label, *roll.value(buyer.name, "buyer_name")])
    if rng.random() < 0.5:
        tag = writer.tag("buyer_address")
        lines = [line.upper() for line in buyer.address] if roll.upper else buyer.address
        writer.values.setdefault("buyer_address", " ".join(" ".join(lines).split()))
        for line in lines:
            roll.line(tokens(line, tag))
