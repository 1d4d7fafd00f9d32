"""A leaf of a receipt book, filled in by hand or by machine: received from, the sum of, for, in a form with boxes."""

from __future__ import annotations

from docengine.corpus.generator.outlets import registration
from docengine.corpus.generator.sheet import Line, Sheet, tokens
from docengine.corpus.generator.till import Sale
from docengine.corpus.generator.writer import Writer
from docengine.corpus.labelled import Label

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def in_words(number: int) -> str:
    """English words of a whole number below a million."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        return _TENS[number // 10] + (f"-{_ONES[number % 10]}" if number % 10 else "")
    base, name = (100, "hundred") if number < 1000 else (1000, "thousand")
    rest = number % base
    return f"{in_words(number // base)} {name}" + (f" {in_words(rest)}" if rest else "")


class Leaf:
    """The form while it is filled in."""

    def __init__(self, writer: Writer) -> None:
        rng = writer.rng
        self.writer, self.rng = writer, rng
        self.size = rng.choice((8.0, 9.0, 10.0, 11.0))
        self.sheet = Sheet(rng.uniform(360, 560), 1000.0, rng.choice(("sans", "serif", "sans", "narrow")), tight=True)
        self.left, self.right = rng.uniform(14, 34), self.sheet.width - rng.uniform(14, 34)
        self.step = self.size * rng.uniform(1.9, 2.6)
        self.y = rng.uniform(12, 34)
        self.written = rng.random() < 0.65
        """Whether the values are written by hand."""
        self.ruled = rng.random() < 0.75

    def fill(self, x: float, line: Line, end: float) -> None:
        """A value on its line, from `x` to at most `end`."""
        sheet, start = self.sheet, len(self.sheet.words)
        size = self.size * (1.15 if self.written else 1.0)
        sheet.put(x + self.size * 0.6, self.y, line, size, room=max(end - x - self.size, 30))
        if self.written:
            sheet.hand.extend(range(start, len(sheet.words)))
        if self.ruled:
            sheet.rule(x + 2, self.y + self.size * 1.15, end, self.y + self.size * 1.15)

    def row(self, key: str, line: Line) -> None:
        """A label and its value in the full width."""
        x = self.sheet.put(self.left, self.y, self.writer.words(self.writer.label(key)), self.size)
        self.fill(x, line, self.right)
        self.y += self.step


def write_book(writer: Writer, sale: Sale) -> Sheet:
    leaf, rng, record = Leaf(writer), writer.rng, writer.record
    _seller(leaf)
    _number_and_date(leaf)
    leaf.row("received_from", writer.text(record.buyer.name, "buyer_name"))
    if rng.random() < 0.25:
        for line in writer.address(record.buyer, "buyer_address"):
            leaf.fill(leaf.left, line, leaf.right)
            leaf.y += leaf.step
    leaf.row("sum_of", _spelled(leaf, record.total))
    text = record.lines[0].description if len(record.lines) == 1 else rng.choice(writer.language.goods["services"])
    label = None
    if len(record.lines) == 1:
        writer.items.append({"description": " ".join(text.split())})
        label = Label("description", 0)
    leaf.row("payment_for", tokens(text, label))
    _amount(leaf, sale)
    leaf.sheet.height = leaf.y + rng.uniform(6, 40)
    if rng.random() < 0.6:
        edge = leaf.left - 8, leaf.sheet.height - 5
        for x in (edge[0], leaf.right + 8):
            leaf.sheet.rule(x, 6, x, edge[1])
        for y in (6.0, edge[1]):
            leaf.sheet.rule(edge[0], y, leaf.right + 8, y)
    return leaf.sheet


def _seller(leaf: Leaf) -> None:
    writer, rng, sheet = leaf.writer, leaf.rng, leaf.sheet
    seller = writer.record.seller
    align = rng.choice("lcc")
    x = leaf.left if align == "l" else (leaf.left + leaf.right) / 2
    big = leaf.size * rng.uniform(1.1, 1.8)
    lines: list[tuple[Line, float]] = [(writer.text(seller.name, "seller_name"), big)]
    number = registration(rng, writer.record.country)
    if number:
        lines.append((tokens(number), leaf.size * 0.85))
    address = " ".join(seller.address) if rng.random() < 0.2 else ", ".join(part.rstrip(",") for part in seller.address)
    if rng.random() < 0.9:
        writer.values.setdefault("seller_address", " ".join(address.split()))
        parts = sheet.wrap(
            tokens(address, writer.tag("seller_address")), leaf.size * 0.9, (leaf.right - leaf.left) * 0.6
        )
        lines += [(part, leaf.size * 0.9) for part in parts]
    if rng.random() < 0.7:
        lines.append((tokens(f"{writer.label('phone')} {seller.phone}"), leaf.size * 0.9))
    if rng.random() < 0.4:
        lines.append(
            ([*tokens(seller.tax_id_label + ":"), *writer.text(seller.tax_id, "seller_tax_id")], leaf.size * 0.9)
        )
    for line, size in lines:
        sheet.put(x, leaf.y, line, size, align=align, bold=size > leaf.size, room=leaf.right - leaf.left)
        leaf.y += size * 1.3
    leaf.y += leaf.size


def _number_and_date(leaf: Leaf) -> None:
    writer, rng, sheet, record = leaf.writer, leaf.rng, leaf.sheet, leaf.writer.record
    title = writer.say("receipt_book", group="titles")
    sheet.put((leaf.left + leaf.right) / 2, leaf.y, tokens(title), leaf.size * 1.3, bold=True, align="c")
    leaf.y += leaf.step
    middle = (leaf.left + leaf.right) / 2
    number: Line = writer.text(record.number, "invoice_number")
    parts = [
        (writer.say("receipt_number") + " ", number),
        (writer.label("invoice_date"), writer.date(record.date, "invoice_date")),
    ]
    if rng.random() < 0.3:
        parts.reverse()
    for (label, value), start, end in zip(parts, (leaf.left, middle + 6), (middle - 6, leaf.right), strict=True):
        x = sheet.put(start, leaf.y, tokens(label), leaf.size, room=(end - start) * 0.5)
        leaf.fill(x, value, end)
    leaf.y += leaf.step


def _spelled(leaf: Leaf, cents: int) -> Line:
    """The amount in English words; elsewhere once more in figures between stars, which fits the total."""
    rng, writer = leaf.rng, leaf.writer
    if writer.language.code != "en" or cents >= 99_999_900:
        return tokens(f"***{writer.money(cents)}***", writer.tag("grand_total")._replace(certain=False))
    whole, rest = divmod(cents, 100)
    tail = f" and cents {in_words(rest)} only" if rng.random() < 0.5 and rest else " only"
    text = in_words(whole) + (tail if rest or rng.random() < 0.7 else "")
    return tokens(text.capitalize() if rng.random() < 0.6 else text.upper())


def _amount(leaf: Leaf, sale: Sale) -> None:
    """The box with the sum, with the tax or without it; how it was paid; the signature."""
    writer, rng, sheet, record = leaf.writer, leaf.rng, leaf.sheet, leaf.writer.record
    if rng.random() < 0.5:
        ways = (
            f"{'[x]' if sale.cash else '[_]'} {writer.say('cash')} {'[_]' if sale.cash else '[x]'} {writer.say('card')}"
        )
        sheet.put(leaf.left, leaf.y, tokens(ways), leaf.size * 0.9)
        leaf.y += leaf.step
    leaf.y += leaf.size * 0.5
    top, box = leaf.y, leaf.left + (leaf.right - leaf.left) * rng.uniform(0.3, 0.45)
    rows: list[tuple[str, Line]] = []
    if record.tax and rng.random() < 0.4:
        rows = [
            ("net_total", writer.amount(record.net, "net_total")),
            ("tax_total", writer.amount(record.tax, "tax_total")),
        ]
    rows.append(("receipt_total", writer.amount(record.total, "grand_total", level="grand")))
    for key, line in rows:
        label = writer.words(writer.say(key)) if len(rows) > 1 or rng.random() < 0.6 else []
        x = sheet.put(leaf.left + 4, leaf.y, label, leaf.size * 0.9, room=(box - leaf.left) * 0.5)
        start = len(sheet.words)
        sheet.put(box - 6, leaf.y, line, leaf.size * 1.2, bold=not leaf.written, align="r", room=box - x - 12)
        if leaf.written:
            sheet.hand.extend(range(start, len(sheet.words)))
        leaf.y += leaf.step * 0.8
    for y in (top - 4, leaf.y - 2):
        sheet.rule(leaf.left, y, box, y)
    for x in (leaf.left, box):
        sheet.rule(x, top - 4, x, leaf.y - 2)
    sheet.put(box + 14, leaf.y - leaf.step * 0.7, tokens(writer.label("signature")), leaf.size * 0.9)
    sheet.shapes.append(("scribble", leaf.right - 90, leaf.y - leaf.step, leaf.right - 20, leaf.y, 0.2))
    leaf.y += leaf.size
