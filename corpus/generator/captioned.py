"""Printed forms: boxes with small captions, ticks, cells for single characters, headings on bands, numbered boxes."""

from __future__ import annotations

import datetime

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.adornments import adorn
from docengine.corpus.generator.body import put_items, put_small_print, put_sums
from docengine.corpus.generator.heading import title_line
from docengine.corpus.generator.letter import Letter
from docengine.corpus.generator.metadata import own_number
from docengine.corpus.generator.parties import person_name
from docengine.corpus.generator.sheet import Line, Sheet, Token, tokens
from docengine.corpus.generator.writer import Writer

Box = tuple[str, list[Line]]
"""A caption, and what stands below it."""


def write_form(writer: Writer) -> list[Sheet]:
    """A request with boxes to fill in, or a document of trade in numbered boxes."""
    letter = Letter(writer)
    form = _Form(letter)
    form.head()
    if letter.rng.random() < 0.5:
        _request(form)
    else:
        _trade(form)
    letter.footer = letter.footer if letter.rng.random() < 0.3 else []
    put_small_print(letter)
    adorn(letter)
    return letter.sheets


class _Form:
    """How one form is drawn."""

    def __init__(self, letter: Letter) -> None:
        rng = letter.rng
        self.letter, self.writer, self.rng = letter, letter.writer, rng
        letter.left, letter.right = rng.uniform(24, 45), letter.paper[0] - rng.uniform(24, 45)
        letter.size = min(letter.size, 9.5)
        self.small = max(5.0, letter.size * rng.choice((0.6, 0.7, 0.8)))
        self.numbered = rng.random() < 0.4
        self.beside = rng.random() < 0.25
        """Values beside their captions rather than below."""
        self.frame = rng.choice(("box", "box", "box", "line"))
        self.count = 0
        self.by_hand = rng.random() < 0.3

    def head(self) -> None:
        """Who issues it, what it is, its number."""
        letter, writer, rng = self.letter, self.writer, self.rng
        label, number = own_number(writer)
        issuer = writer.tag("seller_name")._replace(certain=False)
        letter.y = letter.lines([tokens(writer.record.seller.name, issuer)], letter.left, letter.y, letter.width * 0.5)
        letter.sheet.put(
            letter.right,
            letter.y - letter.step,
            [*tokens(str(label)), *number],
            letter.size,
            align="r",
            room=letter.width * 0.45,
        )
        size = letter.size * rng.choice((1.3, 1.6, 2.0))
        align = rng.choice("lc")
        x = letter.left if align == "l" else letter.left + letter.width / 2
        letter.y = letter.lines(
            [title_line(letter)], x, letter.y + letter.step * 0.6, letter.width, size=size, bold_first=True, align=align
        )
        letter.y += letter.step * 0.6

    def section(self, text: str) -> None:
        """A heading on a dark, grey or hatched band."""
        letter, sheet = self.letter, self.letter.sheet
        style = self.writer.once("dark sections", 0.3)
        high = letter.step * 1.3
        if style:
            sheet.fill(letter.left, letter.y, letter.right, letter.y + high, 0.2)
        elif self.writer.once("hatched sections", 0.3):
            sheet.shapes.append(("hatch", letter.left, letter.y, letter.right, letter.y + high, 0.8))
        else:
            sheet.fill(letter.left, letter.y, letter.right, letter.y + high, 0.87)
        sheet.inverse = style
        sheet.put(
            letter.left + 4, letter.y + letter.step * 0.15, tokens(text), letter.size, bold=True, room=letter.width
        )
        sheet.inverse = False
        letter.y += high + 2

    def row(self, boxes: list[Box]) -> None:
        """Boxes side by side, as wide as their contents ask for and as high as the highest."""
        letter, sheet, size = self.letter, self.letter.sheet, self.letter.size
        needs = []
        for caption, lines in boxes:
            wide = max((min(sheet.measure(line, size), 170) for line in lines), default=0.0)
            needs.append(max(60.0, sheet.measure(tokens(caption), self.small), wide) + 14)
        widths = [need * letter.width / sum(needs) for need in needs]
        x, top, low = letter.left, letter.y, letter.y + self.small * 1.3 + letter.step + 4
        for (caption, lines), width in zip(boxes, widths, strict=True):
            low = max(low, self._fill(caption, lines, x, width))
            x += width
        x = letter.left
        for width in widths:
            if self.frame == "box":
                letter.box(x, top, x + width, low)
            else:
                sheet.rule(x, low, x + width - 6, low)
            x += width
        letter.y = low

    def _fill(self, caption: str, lines: list[Line], x: float, width: float) -> float:
        sheet, size = self.letter.sheet, self.letter.size
        self.count += 1
        line = [*([Token(f"{self.count}")] if self.numbered else []), *tokens(caption)]
        end = sheet.put(x + 3, self.letter.y + 2, line, self.small, room=width - 6)
        y = self.letter.y + 2 + self.small * 1.3
        left = x + 6
        if self.beside and lines and end - x < width * 0.45:
            left, y = end + 6, self.letter.y + 2
        first = len(sheet.words)
        for value in lines:
            for part in sheet.wrap(value, size, x + width - left - 4):
                sheet.put(left, y, part, size, room=x + width - left - 4)
                y += self.letter.step
        if self.by_hand:
            sheet.hand += range(first, len(sheet.words))
        return y + 2

    def ticks(self, texts: list[str]) -> None:
        """Small squares with a word beside each, some ticked."""
        letter, sheet, size = self.letter, self.letter.sheet, self.letter.size
        x, y = letter.left + 4, letter.y + 3
        for text in texts:
            if x + size * 2 + sheet.measure(tokens(text), size) > letter.right:
                x, y = letter.left + 4, y + letter.step * 1.2
            sheet.shapes.append(("frame", x, y, x + size, y + size, 0.1))
            ticked = self.rng.random() < 0.35
            if ticked and self.writer.once("typed ticks", 0.5):
                sheet.put(x + size * 0.18, y - size * 0.05, [Token("X")], size * 0.9)
            elif ticked:
                sheet.shapes.append((self.rng.choice(("check", "cross")), x, y, x + size, y + size, 0.1))
            x = sheet.put(x + size * 1.5, y, tokens(text), size) + size * 2
        letter.y = y + letter.step * 1.4

    def comb(self, caption: str, text: str) -> None:
        """A caption, and a row of cells with a character in each."""
        letter, sheet, size = self.letter, self.letter.sheet, self.letter.size
        sheet.put(letter.left + 3, letter.y + 2, tokens(caption), self.small, room=letter.width)
        y, side = letter.y + self.small * 1.4 + 2, size * 1.5
        side = min(side, letter.width / max(len(text), 1))
        for i, char in enumerate(text):
            x = letter.left + 4 + i * side
            letter.box(x, y, x + side, y + size * 1.5)
            if char.strip():
                sheet.put(x + side / 2, y + size * 0.2, [Token(char)], size, align="c", room=side)
        letter.y = y + size * 1.5 + 5


def _request(form: _Form) -> None:
    """Personal boxes, some empty: none of them is a field of trade."""
    letter, writer, rng, text = form.letter, form.writer, form.rng, form.writer.language.text
    captions = [caption.split("=") for caption in text["form_captions"]]
    rng.shuffle(captions)
    sections = list(text["form_sections"])
    empty = rng.choice((0.1, 0.3, 0.9))
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


def _advice(form: _Form) -> None:
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


def _signed(form: _Form) -> None:
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


def _trade(form: _Form) -> None:
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
