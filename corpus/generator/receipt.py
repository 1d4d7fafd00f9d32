"""Receipts on a till's paper roll, in one of many makes."""

from __future__ import annotations

from docengine.corpus.generator.receiptabout import write_about, write_date
from docengine.corpus.generator.receiptbook import write_book
from docengine.corpus.generator.receiptend import write_end, write_slip
from docengine.corpus.generator.receipthead import Head, write_head
from docengine.corpus.generator.roll import Roll
from docengine.corpus.generator.rollboxes import crop_boxes
from docengine.corpus.generator.rollitems import write_items
from docengine.corpus.generator.rollsums import write_sums
from docengine.corpus.generator.sheet import Sheet, tokens
from docengine.corpus.generator.till import Sale
from docengine.corpus.generator.writer import Writer


def write_receipt(writer: Writer, sale: Sale) -> Sheet:
    """A till's receipt; now and then a leaf of a receipt book or the slip of a card terminal."""
    form = writer.rng.random()
    if form < 0.17 and sale.record.buyer is not sale.record.seller and not sale.service:
        return write_book(writer, sale)
    if form > 0.97 and not sale.tip:
        return _card_slip(Roll(writer, sale))
    return _till_receipt(Roll(writer, sale))


def _till_receipt(roll: Roll) -> Sheet:
    rng = roll.rng
    title, place = _title_text(roll), rng.random()
    _title(roll, title if place < 0.07 else "")
    write_head(roll)
    _title(roll, title if 0.07 < place < 0.6 else "")
    roll.separator()
    number_last, date_last = (0.06, 0.16) if roll.writer.record.country.code == "MY" else (0.2, 0.34)
    last = rng.random()
    """Below `date_last` the date stands below the sums; below `number_last` the number and all that belongs to it."""
    if last > number_last:
        write_about(roll, with_date=last > date_last)
    _title(roll, title if place > 0.6 else "")
    if rng.random() < (0.5 if roll.writer.record.buyer is not roll.writer.record.seller else 0.04):
        _customer(roll)
    roll.separator()
    write_items(roll)
    roll.separator()
    write_sums(roll)
    if last <= number_last:
        roll.blank()
        write_about(roll, with_date=True)
    elif last <= date_last:
        roll.blank()
        write_date(roll)
    write_end(roll)
    return _cut_off(roll)


def _cut_off(roll: Roll) -> Sheet:
    """The paper's foot; then the words' boxes as they are found on the picture."""
    roll.sheet.height = roll.y + roll.height * roll.rng.choice((0.6, 1.5, 2.2, roll.rng.uniform(0.5, 9.0)))
    if roll.paper:
        roll.sheet.height = max(roll.sheet.height, roll.sheet.width * roll.rng.choice((1.414, 1.294, 1.414, 0.8)))
    crop_boxes(roll.sheet, roll.rng, roll.height, roll.size)
    return roll.sheet


def _card_slip(roll: Roll) -> Sheet:
    """What a card terminal prints by itself: who, when, with which card, how much."""
    rng, writer = roll.rng, roll.writer
    head = Head(roll)
    head.name()
    if rng.random() < 0.75:
        head.address()
    title = roll.words(writer.say("card_slip", group="titles"))
    if rng.random() < 0.5:
        roll.head(title)
    write_about(roll, with_date=True)
    write_slip(roll, rng.randrange(4, 10), amount=False)
    roll.blank()
    if rng.random() < 0.5:
        roll.line(title)
    amount = writer.amount(writer.record.total, "grand_total", level="grand")
    roll.pair(roll.label("receipt_total"), amount, bold=rng.random() < 0.4)
    if _leaves_room_for_tip(roll):
        roll.pair(roll.label("tip"), tokens("__________"))
        roll.pair(roll.label("receipt_total"), tokens("__________"))
    roll.blank()
    if rng.random() < 0.5:
        roll.line(roll.label("signature"))
        roll.gap(2.0)
    for text in rng.sample(writer.language.text["receipt_notes"], 2):
        roll.head(roll.words(text))
    return _cut_off(roll)


def _leaves_room_for_tip(roll: Roll) -> bool:
    """Restaurants' slips leave room for a tip and a new total."""
    return roll.sale.trade in ("restaurant", "bar", "taxi") and roll.rng.random() < 0.4


def _title_text(roll: Roll) -> str:
    if roll.writer.record.country.code == "MY" and roll.rng.random() < 0.5:
        return "TAX INVOICE" if roll.rng.random() < 0.8 else "SIMPLIFIED TAX INVOICE"
    return roll.say("receipt", group="titles")


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
    if buyer is writer.record.seller:
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
