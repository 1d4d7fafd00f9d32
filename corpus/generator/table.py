"""The item table as it is set: places of columns, the head, rows, rules and fills."""

from __future__ import annotations

from itertools import pairwise

from docengine.corpus.generator.cells import Cells
from docengine.corpus.generator.columns import (
    CENTRED,
    DISPENSABLE,
    LEFT,
    Column,
    before_mark,
    draw_columns,
    draw_sort,
    put_cell,
    titles,
)
from docengine.corpus.generator.sheet import Line, Sheet, Token, tokens
from docengine.corpus.generator.tablestyle import Style
from docengine.corpus.generator.writer import Writer


def build_columns(writer: Writer, cells: Cells, style: Style, rows: range) -> list[Column]:
    """Columns with the cells of `rows`, not placed yet; those of other rows are empty."""
    lines, sort = writer.record.lines, draw_sort(writer)
    keys = draw_columns(writer, sort)
    if style.mode == "columns" and cells.wants_conditions(keys):
        keys = [key for key in keys if key not in ("list_price", "discount")]
    if style.mode == "inline" and "unit_price" in keys and "line_total" in keys:
        keys = [key for key in keys if key not in _IN_PRODUCT]
        cells.count_first = False
    elif style.mode == "inline":
        style.mode = "columns"
    keys = _with_signs(writer, cells, keys)
    cells.with_unit = "unit" not in keys and (cells.with_unit or writer.rng.random() < 0.12)
    columns = []
    for key, (title, second) in zip(keys, titles(writer, keys, sort, cells.discount_amounts), strict=True):
        if key == "description":
            made = [cells.in_description(row, item, keys) if row in rows else [] for row, item in enumerate(lines)]
        else:
            made = [cells.of(key, row, item) if row in rows else [] for row, item in enumerate(lines)]
        columns.append(Column(key, title, second, _align(writer, style, key), made))
    style.leaders = style.leaders and keys[-2:] == ["description", "line_total"]
    return [column for column in columns if any(column.cells) or column.key == "description"]


_IN_PRODUCT = frozenset(("quantity", "unit", "unit_price", "list_price", "discount", "per", "price_gross", "ordered",
    "backorder"))  # fmt: skip


def _with_signs(writer: Writer, cells: Cells, keys: list[str]) -> list[str]:
    """With columns of currency signs before the amounts on some tables whose signs stand before amounts."""
    look = writer.look
    if look.symbol_on != "all" or look.symbol_at not in ("before", "glued_before") or writer.rng.random() > 0.15:
        return keys
    cells.apart = True
    return [part for key in keys for part in (("sign", key) if key == "line_total" else (key,))]


def _align(writer: Writer, style: Style, key: str) -> str:
    if key == "line_total" and not style.decimals and style.numbers in ("r", "mixed"):
        return "r"
    if key == "description" and style.mode == "columns" and writer.once("all centred", 0.02):
        return "c"
    if style.decimals and key in _DECIMAL and style.mode == "columns":
        return "d"
    align = "l" if key in LEFT else writer.rng.choice("lcr") if style.numbers == "mixed" else style.numbers
    if key in CENTRED and writer.once(f"centre {key}", 0.25):
        align = "c"
    return align


_DECIMAL = frozenset(("quantity", "unit_price", "list_price", "line_total", "gross", "tax_amount", "weight"))


def place(sheet: Sheet, columns: list[Column], left: float, width: float, style: Style) -> None:
    """Widths follow the contents, the description takes what is left; columns without room are dropped."""
    size = style.size
    gap = size * style.gutter
    for column in columns:
        column.width = _natural(sheet, column, size)
    least = width * (0.7 if style.mode == "below" else 0.28)
    text = next(column for column in columns if column.key == "description")
    for key in DISPENSABLE:
        if sum(column.width + gap for column in columns if column is not text) <= width - least:
            break
        columns[:] = [column for column in columns if column.key != key]
    fixed = sum(column.width for column in columns if column is not text) + gap * (len(columns) - 1)
    squeeze = 1.0 if fixed < width - 90 else (width - 90) / fixed
    room = width - fixed * squeeze
    spare = max(room - text.width, 0.0) / len(columns) if style.spread and len(columns) > 1 else 0.0
    x, leads = left, True
    for column in columns:
        column.leads, leads = leads, leads and column is not text
        column.width = (room - spare * (len(columns) - 1)) if column is text else column.width * squeeze + spare
        column.left = x
        column.anchor = x + column.width * {"l": 0.0, "c": 0.5, "r": 1.0, "d": 1.0}[column.align]
        if column.align == "d":
            column.anchor -= max(sheet.measure(cell, size) - before_mark(sheet, cell, size) for cell in column.cells)
        x += column.width + gap * squeeze


def _natural(sheet: Sheet, column: Column, size: float) -> float:
    words = [*column.title.split(), *column.second.split()]
    title = max((sheet.measure([Token(word)], size, True) for word in words), default=0.0)
    wide = sheet.measure(max(column.cells, key=_length), size)
    if column.align == "d":
        before = [before_mark(sheet, cell, size) for cell in column.cells]
        after = [sheet.measure(cell, size) - width for cell, width in zip(column.cells, before, strict=True)]
        wide = max(before) + max(after)
    return max(title, wide * (0.65 if column.key == "period" else 1.0))


def _length(line: Line) -> int:
    """Characters of a line, by which the widest is found without measuring all; near enough for columns of figures."""
    return len(line) + sum([len(token[0]) for token in line])


def write_head(sheet: Sheet, writer: Writer, columns: list[Column], y: float, style: Style) -> float:
    """The table's head row; returns the y below it."""
    if not style.head:
        return y
    size, step = style.size, style.size * writer.look.leading
    if writer.once("grouped head", 0.04):
        y = _group_title(sheet, writer, columns, y, style)
    wrapped = []
    for column in columns:
        lines = sheet.wrap(writer.words(column.title), size, column.width + size * 0.8, True)
        lines += sheet.wrap(tokens(column.second), size * 0.85, column.width + size * 0.8)
        wrapped.append(lines)
    height = max(len(lines) for lines in wrapped) * step
    edge = columns[-1].left + columns[-1].width
    if style.dark or style.grey:
        sheet.fill(columns[0].left - 4, y - 3, edge + 4, y + height + 1, 0.25 if style.dark else 0.88)
    sheet.inverse = style.dark
    low = writer.once("titles low", 0.15)
    bold = writer.look.bold_labels or style.dark
    for column, lines in zip(columns, wrapped, strict=True):
        top = y + (height - len(lines) * step if low else 0.0)
        align, x = column.align, column.anchor
        if align == "d":
            align, x = "r", column.left + column.width
        if writer.once("titles centred", 0.1):
            align, x = "c", column.left + column.width / 2
        elif writer.once("titles left", 0.06):
            align, x = "l", column.left
        for i, line in enumerate(lines):
            sheet.put(x, top + i * step, line, size, bold=bold, align=align, room=column.width + size * 0.8)
    sheet.inverse = False
    if style.frame in ("rows", "head", "outer"):
        sheet.rule(columns[0].left - 3, y + height + 1, edge + 3, y + height + 1)
    if style.frame == "head":
        sheet.rule(columns[0].left - 3, y - 3, edge + 3, y - 3)
    return y + height + size * 0.35 + (3.0 if style.frame != "none" else 0.0)


def _group_title(sheet: Sheet, writer: Writer, columns: list[Column], y: float, style: Style) -> float:
    """The currency above the columns of prices, where they stand side by side."""
    money = [i for i, column in enumerate(columns) if column.key in _MONEY]
    if len(money) < 2 or money[-1] - money[0] != len(money) - 1 or not writer.look.symbol:
        return y
    left, right = columns[money[0]].left, columns[money[-1]].left + columns[money[-1]].width
    middle, below = (left + right) / 2, y + style.size * writer.look.leading
    sheet.put(middle, y, writer.words(writer.look.symbol), style.size, bold=writer.look.bold_labels, align="c")
    sheet.rule(left, below, right, below)
    return below + 2.0


_MONEY = frozenset(("unit_price", "list_price", "price_gross", "line_total", "gross", "tax_amount"))
Block = list[tuple[Column, list[Line]]]
"""A row's cells, each broken into lines."""


def row_block(sheet: Sheet, cells: Cells, columns: list[Column], row: int, style: Style) -> Block:
    """The row's cells broken into lines, in the columns' order; the description may take several."""
    item = cells.writer.record.lines[row]
    block: Block = []
    for column in columns:
        if column.key == "period" and style.mode == "columns":
            block.append((column, sheet.wrap(column.cells[row], style.size, column.width)))
            continue
        if column.key != "description":
            block.append((column, [column.cells[row]]))
            continue
        width = column.width
        if style.mode == "below":
            last = columns[-1]
            width = (last.left + last.width - column.left) * 0.9
        lines = sheet.wrap(column.cells[row], style.size, width, style.bold_names)
        if style.mode == "inline":
            lines += sheet.wrap(cells.product(row, item), style.size, width)
        for line in cells.below(row, item, has_article=any(column.key == "article" for column in columns)):
            lines += sheet.wrap(line, style.size, width)
        block.append((column, lines or [[]]))
    return block


def block_lines(block: Block, style: Style) -> int:
    """How many lines of type the row takes."""
    count = max(len(lines) for _, lines in block)
    return count + 1 if style.mode == "below" else count


def write_row(sheet: Sheet, block: Block, y: float, style: Style, step: float) -> float:
    """Writes the cells; returns the y below them."""
    count, size = block_lines(block, style), style.size
    last = y + (count - 1) * step * (1.0 if style.mode == "below" else style.down)
    for column, lines in block:
        text = column.key == "description"
        room = 0.0 if text and style.mode == "below" else column.width + size * 0.6
        at = y if column.leads else last if len(lines) == 1 else y
        for line in lines:
            if line:
                bold = text and style.bold_names and _certain(line)
                put_cell(sheet, column, at, line, size, bold=bold, room=room)
            at += step
    if style.leaders:
        _lead(sheet, block, y, size)
    return y + count * step


def _certain(line: Line) -> bool:
    """Whether a line of the description's cell is its name, not a note below."""
    label = line[-1].label
    return label is not None and label.certain and label.field == "description"


def _lead(sheet: Sheet, block: Block, y: float, size: float) -> None:
    """Dots from the description to the amount."""
    (text, lines), (amount, total) = block[-2], block[-1]
    if len(lines) != 1 or not total[0] or text.align != "l":
        return
    start = text.left + sheet.measure(lines[0], size) + size * 0.4
    end = amount.left + amount.width - sheet.measure(total[0], size) - size * 0.4
    count = int((end - start) / (0.3 * size))
    if count > 4 and amount.align == "r":
        sheet.put(start, y, [Token("." * min(count, 90))], size, room=end - start)


def frame_row(sheet: Sheet, columns: list[Column], top: float, y: float, style: Style, row: int) -> None:
    """Rules or the fill of one row that reaches from `top` to `y`."""
    x0, x1 = columns[0].left - 4, columns[-1].left + columns[-1].width + 4
    if style.frame in ("rows", "grid"):
        sheet.rule(x0, y - style.gap / 2, x1, y - style.gap / 2)
    elif style.frame == "zebra" and row % 2:
        sheet.fill(x0, top - style.gap / 2, x1, y - style.gap / 2, 0.93)


def frame_table(sheet: Sheet, columns: list[Column], top: float, y: float, style: Style) -> None:
    """The outline of what stands on one page, and the rules between columns."""
    if style.frame not in ("grid", "columns", "outer"):
        return
    x0, x1 = columns[0].left - 4, columns[-1].left + columns[-1].width + 4
    for edge in (top - 3, y):
        sheet.rule(x0, edge, x1, edge)
    edges = [x0, x1]
    if style.frame != "outer" and style.mode != "below":
        edges += [(one.left + one.width + other.left) / 2 for one, other in pairwise(columns)]
    for edge in edges:
        sheet.rule(edge, top - 3, edge, y)
