"""The item table: any choice and order of columns, ruled or not, flowing over pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from docengine.corpus.generator.formats import plain
from docengine.corpus.generator.record import Line as Item
from docengine.corpus.generator.sheet import Line, Sheet, Token, tokens
from docengine.corpus.generator.writer import Writer
from docengine.corpus.labelled import Label


@dataclass(slots=True)
class Column:
    key: str
    title: str
    align: str
    cells: list[Line]
    left: float = 0.0
    width: float = 0.0

    @property
    def anchor(self) -> float:
        return (
            self.left
            if self.align == "l"
            else self.left + self.width
            if self.align == "r"
            else self.left + self.width / 2
        )


Cell = Callable[[Writer, int, Item], Line]


def _label(writer: Writer, field: str, row: int, value: str) -> Label:
    items = writer.items
    while len(items) <= row:
        items.append({})
    items[row][field] = value
    return Label(field, row)


def _description(writer: Writer, row: int, item: Item) -> Line:
    return tokens(item.description, _label(writer, "description", row, " ".join(item.description.split())))


def _quantity(writer: Writer, row: int, item: Item) -> Line:
    value = plain(item.quantity, 3).rstrip("0").rstrip(".")
    label = _label(writer, "quantity", row, value)
    line = [Token(writer.quantity(item.quantity, writer.quantity_decimals), label)]
    if writer.unit_in_quantity and item.unit:
        line.append(Token(item.unit, None, writer.once("glued unit", 0.05)))
    return line


def _unit_price(writer: Writer, row: int, item: Item) -> Line:
    decimals = 2 if item.price % 100 == 0 and not writer.long_prices else 4
    value = item.price if decimals == 4 else item.price // 100
    label = _label(writer, "unit_price", row, plain(value, decimals))
    return writer.priced(writer.money(value, decimals), label, "line")


def _tax_percent(writer: Writer, row: int, item: Item) -> Line:
    return tokens(writer.percent(item.rate), _label(writer, "tax_percent", row, f"{item.rate:g}"))


def _line_total(writer: Writer, row: int, item: Item) -> Line:
    return writer.priced(writer.money(item.total), _label(writer, "line_total", row, plain(item.total)), "line")


def _article(writer: Writer, row: int, item: Item) -> Line:
    return tokens(item.article)


def _pos(writer: Writer, row: int, item: Item) -> Line:
    step = 10 if writer.once("tens", 0.1) else 1
    return [Token(f"{(row + 1) * step}{'.' if writer.once('pos dot', 0.2) else ''}")]


def _unit(writer: Writer, row: int, item: Item) -> Line:
    return [Token(item.unit)] if item.unit else []


def _discount(writer: Writer, row: int, item: Item) -> Line:
    return tokens(writer.percent(item.discount)) if item.discount or writer.once("zero discount", 0.4) else []


def _tax_of(item: Item, included: bool) -> int:
    share = round(item.rate * 1000)
    base = 100_000 + share if included else 100_000
    return (abs(item.total) * share * 2 + base) // (2 * base) * (-1 if item.total < 0 else 1)


def _tax_amount(writer: Writer, row: int, item: Item) -> Line:
    return writer.priced(writer.money(_tax_of(item, writer.record.included)), None, "line")


def _gross(writer: Writer, row: int, item: Item) -> Line:
    total = item.total if writer.record.included else item.total + _tax_of(item, False)
    return writer.priced(writer.money(total), None, "line")


def _date(writer: Writer, row: int, item: Item) -> Line:
    return writer.date(item.date) if item.date else []


CELLS: dict[str, Cell] = {
    "pos": _pos, "article": _article, "description": _description, "quantity": _quantity, "unit": _unit,
    "unit_price": _unit_price, "discount": _discount, "tax_percent": _tax_percent, "tax_amount": _tax_amount,
    "line_total": _line_total, "gross": _gross, "date": _date,
}  # fmt: skip
LEFT = frozenset(("pos", "article", "description", "date", "unit"))


def draw_columns(writer: Writer) -> list[str]:
    """Which columns, in which order; the description and an amount are always among them."""
    rng, record = writer.rng, writer.record
    priced = record.kind != "delivery_note"
    many_rates = len({item.rate for item in record.lines}) > 1
    head = [
        key
        for key, share in (("pos", 0.4), ("date", 1.0 if record.lines[0].date else 0.0), ("article", 0.3))
        if rng.random() < share
    ]
    shares = (("quantity", 0.9), ("unit", 0.22), ("unit_price", 0.85), ("discount",
        0.5 if any(i.discount for i in record.lines) else 0.05),
              ("tax_percent", 0.85 if many_rates else 0.3), ("tax_amount", 0.05), ("line_total", 1.0), ("gross",
                  0.05))  # fmt: skip
    tail = [key for key, share in shares if rng.random() < share]
    if not priced:
        tail = [key for key in tail if key in ("quantity", "unit")] or ["quantity"]
    order = [*head, "description", *tail]
    if "quantity" in tail and rng.random() < 0.28:
        order.remove("quantity")
        order.insert(rng.choice((0, len(head), 0)), "quantity")
    if "unit" in order and "quantity" in order and rng.random() < 0.8:
        order.remove("unit")
        order.insert(order.index("quantity") + 1, "unit")
    if "tax_percent" in order and rng.random() < 0.3:
        order.remove("tax_percent")
        order.insert(rng.choice((order.index("description") + 1, len(order))), "tax_percent")
    if "unit_price" in order and "quantity" in order and rng.random() < 0.15:
        a, b = order.index("unit_price"), order.index("quantity")
        order[a], order[b] = order[b], order[a]
    return order


def build_columns(writer: Writer, sheet: Sheet, left: float, width: float, size: float) -> list[Column]:
    """Columns with their cells and places; widths follow the contents, the description takes what is left."""
    order = draw_columns(writer)
    columns = []
    for key in order:
        cells = [CELLS[key](writer, row, item) for row, item in enumerate(writer.record.lines)]
        align = "l" if key in LEFT else "r"
        if key in ("quantity", "tax_percent", "unit", "pos") and writer.once(f"centre {key}", 0.25):
            align = "c"
        if align == "r" and writer.once("numbers left", 0.05):
            align = "l"
        columns.append(Column(key, writer.say(f"col_{key}"), align, cells))
    _share_out(sheet, columns, left, width, size)
    return columns


def _share_out(sheet: Sheet, columns: list[Column], left: float, width: float, size: float) -> None:
    gap = size * 1.1
    for column in columns:
        if column.key != "description":
            title = max((sheet.measure([Token(word)], size, True) for word in column.title.split()), default=0.0)
            column.width = max([title, *(sheet.measure(cell, size) for cell in column.cells)])
    fixed = sum(column.width for column in columns if column.key != "description") + gap * (len(columns) - 1)
    squeeze = 1.0 if fixed < width - 90 else (width - 90) / fixed
    for column in columns:
        column.width = column.width * squeeze if column.key != "description" else width - fixed * squeeze
    x = left
    for column in columns:
        column.left = x
        x += column.width + gap * squeeze


def write_head(sheet: Sheet, writer: Writer, columns: list[Column], y: float, size: float, leading: float) -> float:
    """The table's head row; returns the y below it."""
    look = writer.look
    wrapped = [sheet.wrap(writer.words(column.title), size, column.width + size * 0.8, True) for column in columns]
    height = max(len(lines) for lines in wrapped) * size * leading
    dark = writer.once("dark head", 0.18)
    if dark or writer.once("grey head", 0.25):
        last = columns[-1]
        sheet.fill(columns[0].left - 4, y - 3, last.left + last.width + 4, y + height + 1, 0.25 if dark else 0.88)
    sheet.inverse = dark
    for column, lines in zip(columns, wrapped, strict=True):
        for i, line in enumerate(lines):
            sheet.put(column.anchor, y + i * size * leading, line, size, bold=look.bold_labels or dark,
                align=column.align,
                      room=column.width + size * 0.8)  # fmt: skip
    sheet.inverse = False
    return y + height + size * 0.35


def row_lines(sheet: Sheet, writer: Writer, columns: list[Column], row: int, size: float) -> list[list[Line]]:
    """The row's cells broken into lines, in the columns' order; the description may take several."""
    item = writer.record.lines[row]
    cells = []
    for column in columns:
        lines = (
            sheet.wrap(column.cells[row], size, column.width) if column.key == "description" else [column.cells[row]]
        )
        if column.key == "description" and item.note:
            note = item.note.replace("{n}", item.article[::-1])
            note = note.replace("{date}", " ".join(token.text for token in writer.date(writer.record.date)))
            lines = lines + sheet.wrap(tokens(note), size, column.width)
        cells.append(lines)
    return cells


def write_row(sheet: Sheet, writer: Writer, columns: list[Column], cells: list[list[Line]], y: float, size: float,
              leading: float) -> float:  # fmt: skip
    step = size * leading
    count = max(len(lines) for lines in cells)
    at_bottom = writer.once("numbers at the bottom", 0.05)
    for column, lines in zip(columns, cells, strict=True):
        down = count - 1 if at_bottom and column.key != "description" else 0
        for i, line in enumerate(lines):
            sheet.put(
                column.anchor, y + (i + down) * step, line, size, align=column.align, room=column.width + size * 0.6
            )
    return y + count * step
