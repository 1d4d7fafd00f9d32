"""Printed forms and what they ask: requests, documents of trade in numbered boxes, returns of explained lines."""

from __future__ import annotations

import datetime

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.adornments import adorn
from docengine.corpus.generator.body import put_items, put_small_print, put_sums
from docengine.corpus.generator.captioned import Box, Form
from docengine.corpus.generator.letter import Letter
from docengine.corpus.generator.parties import person_name
from docengine.corpus.generator.sheet import Line, Sheet, tokens
from docengine.corpus.generator.writer import Writer


def write_form(writer: Writer) -> list[Sheet]:
    """A request with boxes to fill in, or a document of trade in numbered boxes."""
    letter = Letter(writer)
    form = Form(letter)
    form.head()
    letter.rng.choices((_request, _trade, _lines), (40, 30, 30))[0](form)
    letter.footer = letter.footer if letter.rng.random() < 0.3 else []
    put_small_print(letter)
    adorn(letter)
    return letter.sheets


def _request(form: Form) -> None:
    """Personal boxes, some empty: none of them is a field of trade."""
    letter, writer, rng, text = form.letter, form.writer, form.rng, form.writer.language.text
    captions = [caption.split("=") for caption in text["form_captions"]]
    rng.shuffle(captions)
    sections = list(text["form_sections"])
    empty = rng.choice((0.1, 0.4, 0.9, 1.0, 1.0))
    if rng.random() < 0.6:
        _advice(form)
    used = 0
    for number in range(rng.choice((2, 3, 4, 5, 6, 8))):
        if letter.y + letter.step * 9 > letter.bottom:
            break
        form.section(sections[number % len(sections)])
        for _ in range(rng.randrange(1, 5)):
            boxes: list[Box] = []
            for kind, caption in (captions[i % len(captions)] for i in range(used, used + rng.randrange(1, 4))):
                boxes.append((caption, [] if rng.random() < empty else [_value(writer, kind)]))
            used += len(boxes)
            form.row(boxes)
        if rng.random() < 0.5:
            form.ticks(rng.sample(text["form_checks"], rng.randrange(2, 5)))
        if rng.random() < 0.25:
            _advice(form)
        letter.y += letter.step * 0.4
    if rng.random() < 0.4:
        form.comb(
            writer.say("form", group="numbers"),
            identifiers.filled(rng, rng.choice(("########", "## ## ####", "##########"))),
        )
    _signed(form)


def _lines(form: Form) -> None:
    """Numbered lines that are explained at length, each with a leader of dots to a box for its amount."""
    letter, writer, rng, size = form.letter, form.writer, form.rng, form.letter.size
    text = writer.language.text
    _advice(form)
    boxes: list[Box] = [(caption.split("=")[1], []) for caption in rng.sample(text["form_captions"], 3)]
    form.row(boxes)
    wide, left = letter.width * rng.uniform(0.14, 0.24), letter.left + size * rng.choice((3.2, 4.0))
    filled, number = rng.random() < 0.35, 0
    while letter.y + letter.step * 7 < letter.bottom and number < 34:
        if number % 9 == 0:
            form.section(text["form_sections"][number // 9 % len(text["form_sections"])])
        number += 1
        mark = rng.choice((f"{number}", f"{number}a", "b", "c", "(a)", f"{number}b"))
        wording = (
            rng.choice(text["form_lines"])
            .replace("{n}", str(max(number - 2, 1)))
            .replace("{m}", str(max(number - 1, 2)))
        )
        amount = tokens(writer.money(rng.randrange(100, 5_000_000))) if filled and rng.random() < 0.5 else []
        form.leader((left, wide), mark, tokens(wording), amount)
    letter.y += letter.step * 0.5
    _advice(form)
    _signed(form)


def _advice(form: Form) -> None:
    """How to fill it in, in small type."""
    letter, rng, text = form.letter, form.rng, form.writer.language.text
    pool = [*text["form_statement"], *text["clauses"]]
    line = tokens(" ".join(rng.sample(pool, rng.randrange(1, 5))))
    size = letter.size * rng.choice((0.75, 0.9))
    for part in letter.sheet.wrap(line, size, letter.width - 8):
        letter.sheet.put(letter.left + 3, letter.y + 2, part, size, room=letter.width)
        letter.y += size * 1.2
    letter.y += letter.step * 0.5


def _value(writer: Writer, kind: str) -> Line:
    """What a person writes below a caption of this kind."""
    rng, record, language = writer.rng, writer.record, writer.language
    if kind == "date":
        return writer.date(record.date - datetime.timedelta(days=rng.randrange(7000, 30000)))
    if kind in ("number", "plate"):
        return tokens(identifiers.filled(rng, rng.choice(("######", "##########", "@@#######", "@@ ####"))))
    known = {"country": record.buyer.country, "place": record.buyer.address[-1], "phone": record.buyer.phone,
             "mail": record.buyer.email, "company": record.buyer.name, "count": str(rng.randrange(1, 12)),
             "person": person_name(rng, language), "year": str(record.date.year - rng.randrange(3))}  # fmt: skip
    lists = {"last": language.last_names, "first": language.first_names, "job": language.companies["nouns"],
             "status": language.text["form_checks"]}  # fmt: skip
    return tokens(known.get(kind) or rng.choice(lists.get(kind) or language.goods["services"]))


def _signed(form: Form) -> None:
    """A declaration, place for a signature, and a corner for the office."""
    letter, writer, rng = form.letter, form.writer, form.rng
    letter.y += letter.step * 0.5
    if letter.y + letter.step * 6 > letter.bottom:
        return
    letter.paragraph(rng.choice(writer.language.text["form_statement"]))
    day = tokens(
        " ".join(token.text for token in writer.date(writer.record.date)),
        writer.tag("invoice_date")._replace(certain=False),
    )
    boxes: list[Box] = [(writer.say("signed"), [day] if rng.random() < 0.7 else [])]
    if rng.random() < 0.5:
        boxes.append((writer.say("office_use"), []))
    top = letter.y
    form.row(boxes)
    if rng.random() < 0.6:
        letter.sheet.shapes.append(("scribble", letter.left + 70, top + 4, letter.left + 150, letter.y - 1, 0.2))
    letter.y += letter.step


def _trade(form: Form) -> None:
    """Seller, buyer, numbers and dates in boxes, then items and sums, or only the total."""
    letter, writer, rng, record = form.letter, form.writer, form.rng, form.writer.record
    seller = [writer.text(record.seller.name, "seller_name"), *writer.address(record.seller, "seller_address")]
    buyer = [writer.text(record.buyer.name, "buyer_name"), *writer.address(record.buyer, "buyer_address")]
    parties: list[Box] = [(writer.say("seller"), seller), (writer.say("bill_to"), buyer)]
    if rng.random() < 0.4:
        form.row(parties[:1])
        form.row(parties[1:])
    else:
        form.row(parties)
    boxes = _trade_boxes(writer)
    while boxes:
        count = rng.randrange(2, 5)
        form.row(boxes[:count])
        boxes = boxes[count:]
    letter.y += letter.step
    if rng.random() < 0.6:
        put_items(letter)
        put_sums(letter)
    else:
        form.row([(writer.say("grand_total"), [writer.amount(record.total, "grand_total", level="grand")])])
    _signed(form)


def _trade_boxes(writer: Writer) -> list[Box]:
    rng, record = writer.rng, writer.record
    delivered = record.date - datetime.timedelta(days=rng.randrange(1, 15))
    boxes: list[Box] = [
        (writer.say("invoice_number"), [writer.text(identifiers.document_number(rng, record.date), "invoice_number")]),
        (writer.say("invoice_date"), [writer.date(record.date, "invoice_date")]),
        (writer.say("order_number"), [writer.text(record.order_number, "order_number")]),
        (record.seller.tax_id_label, [writer.text(record.seller.tax_id, "seller_tax_id")]),
        (writer.say("currency"), [writer.currency_mark(code=True)]),
        (writer.say("delivery_date"), [writer.date(delivered)]),
        (writer.say("customer_number"), [tokens(record.customer_number)]),
        (writer.say("country_label"), [tokens(record.buyer.country)]),
        (writer.say("shipping_method"), []), (writer.say("terms"), [tokens(rng.choice(writer.language.text["terms"]))]),
        (writer.say("our_ref"), [tokens(identifiers.document_number(rng, record.date))]), (writer.say("contact"), []),
    ]  # fmt: skip
    chosen = [box for i, box in enumerate(boxes) if i < 2 or rng.random() < 0.6]
    if rng.random() < 0.5:
        rng.shuffle(chosen)
    return chosen
