"""The item table row by row, over pages: items, and between them rows that are none."""

from __future__ import annotations

from docengine.corpus.generator import table, trades
from docengine.corpus.generator.cells import Cells
from docengine.corpus.generator.columnnumbers import NUMBERED, number_columns
from docengine.corpus.generator.columns import put_cell
from docengine.corpus.generator.gridsums import wants_grid_sums, write_grid_sums
from docengine.corpus.generator.letter import Letter
from docengine.corpus.generator.sheet import Line, tokens
from docengine.corpus.generator.tablestyle import Style, draw_style
from docengine.corpus.labelled import Label

_BLANK_ROWS = {"grid": 0.12, "rows": 0.05, "zebra": 0.06, "columns": 0.08, "outer": 0.02}
"""Frame -> how often rows are left empty below the last one."""


class ItemTable:
    """Writes rows of a letter's record, all or the second of two tables `after` the first; keeps sums to carry."""

    def __init__(self, letter: Letter, rows: range, after: ItemTable | None = None) -> None:
        self.letter, self.writer, self.rng = letter, letter.writer, letter.rng
        writer, rng = self.writer, self.rng
        self.rows, self.whole = rows, len(rows) == len(writer.record.lines)
        self.style: Style = after.style if after else draw_style(writer, letter.size)
        if not self.whole:
            self.style.mode = "columns"
        self.step = self.style.size * letter.leading
        self.cells = Cells(writer)
        self.cells.codes = after.cells.codes if after else self.cells.codes
        self.columns = table.build_columns(writer, self.cells, self.style, rows)
        table.place(letter.sheet, self.columns, letter.left, letter.width, self.style)
        self.priced = priced = writer.record.kind != "delivery_note"
        self.sections = self.whole and len(rows) > 2 and rng.random() < 0.08
        self.subtotals = priced and rng.random() < 0.6
        self.texts = rng.choice((0.2, 0.5)) if rng.random() < 0.08 else 0.0
        self.options = 0.25 if rng.random() < (0.3 if writer.record.kind == "quote" else 0.01) else 0.0
        self.carries = priced and rng.random() < 0.4
        self.carried: int = after.carried if after else 0
        self.section_sum = self.section = 0
        self.section_title = ""
        self.top = self.start = letter.y

    def write(self) -> None:
        letter, style = self.letter, self.style
        if style.mode == "stacked":
            for row in self.rows:
                self._stack(row)
            return
        if not self.whole:
            self._heading()
        letter.room_for(self.step * 5)
        self.start = letter.y
        self._open()
        if self.texts and self.rng.random() < 0.6:
            self._text(tokens(self._told()))
        for row in self.rows:
            self._before(row)
            self._item(row)
        if self.style.mode == "columns" and self.rng.random() < _BLANK_ROWS.get(self.style.frame, 0.0):
            self._blank()
        if (self.sections or not self.whole) and self.subtotals:
            self._subtotal()
        if self.whole and self.rng.random() < 0.05:
            self._quantities()
        elif self.whole and self.rng.random() < 0.06 and self.priced and not self.sections:
            self._goods()
        if self.rows[-1] == len(self.writer.record.lines) - 1 and wants_grid_sums(self):
            write_grid_sums(self)
        table.frame_table(letter.sheet, self.columns, self.top, letter.y - style.gap / 2, style)
        if self.rng.random() < 0.7 and any(column.key == "tax_code" for column in self.columns):
            self._legend()
        letter.y += letter.step * self.rng.choice((0.5, 1.0, 2.0))

    def _heading(self) -> None:
        """The name of one of two tables, above it."""
        letter = self.letter
        self.section_title = self.rng.choice(self.writer.language.goods["services"])
        number = f"{'12'[self.rows.start > 0]}. " if self.writer.once("numbered tables", 0.3) else ""
        title, size = tokens(number + self.section_title), self.style.size * 1.1
        letter.sheet.put(letter.left, letter.y, title, size, bold=True, room=letter.width)
        letter.y += size * letter.leading * 1.3

    def _open(self) -> None:
        letter = self.letter
        self.top = letter.y
        if letter.y == self.start or self.writer.once("head again", 0.85):
            letter.y = table.write_head(letter.sheet, self.writer, self.columns, letter.y, self.style)
            if self.style.mode == "columns" and self.writer.once("numbered columns", self._numbered()):
                letter.y = number_columns(letter.sheet, self.rng, self.columns, letter.y, self.style.size)

    def _numbered(self) -> float:
        return NUMBERED.get(self.writer.record.country.code, 0.004)

    def turn(self, height: float) -> None:
        """Starts a new page where `height` has no room, with the sum so far at its foot and head."""
        letter, carries = self.letter, self.carries
        spare = height + (self.step + self.style.gap if carries else 0.0)
        if letter.y + spare <= letter.bottom:
            return
        if carries and self.carried:
            self._sum(self.writer.say("carried"), self.carried)
        table.frame_table(letter.sheet, self.columns, self.top, letter.y - self.style.gap / 2, self.style)
        letter.room_for(letter.bottom)
        self._open()
        if carries and self.carried:
            self._sum(self.writer.say("brought"), self.carried)

    def _before(self, row: int) -> None:
        rng = self.rng
        if self.sections and (row == 0 or rng.random() < 0.3):
            if row and self.subtotals:
                self._subtotal()
            self.section += 1
            self.section_sum = 0
            self.section_title = rng.choice(self.writer.language.goods["services"])
            number = f"{self.section}. " if self.writer.once("numbered sections", 0.5) else ""
            self._text(tokens(number + self.section_title), bold=True)
            if row and self.writer.once("heads of sections", 0.25):
                letter = self.letter
                letter.y = table.write_head(letter.sheet, self.writer, self.columns, letter.y, self.style)
        if self.texts and rng.random() < self.texts:
            self._text(tokens(self._told()))
        if self.options and row and rng.random() < self.options:
            self._option()

    def _told(self) -> str:
        record = self.writer.record
        dressing = trades.Dressing(self.rng, record.language, record.country, record.date)
        return dressing.told(self.rng.choice(self.writer.language.text["row_texts"]))

    def _item(self, row: int) -> None:
        letter, style = self.letter, self.style
        block = table.row_block(letter.sheet, self.cells, self.columns, row, style)
        below = self.cells.conditions_of(row, self.writer.record.lines[row])
        self.turn((table.block_lines(block, style) + len(below)) * self.step + style.gap)
        top = letter.y
        letter.y = table.write_row(letter.sheet, block, top, style, self.step)
        for cells in below:
            for column in self.columns:
                if column.key in cells:
                    room = column.width + style.size * 0.6
                    put_cell(letter.sheet, column, letter.y, cells[column.key], style.size, room=room)
            letter.y += self.step
        letter.y += style.gap
        table.frame_row(letter.sheet, self.columns, top, letter.y, style, row)
        total = self.writer.record.lines[row].total
        self.carried += total
        self.section_sum += total

    def _blank(self) -> None:
        """Rows that nothing is written into, as templates leave them; at most a dash or a zero as their amount."""
        letter, style = self.letter, self.style
        last = next((column for column in self.columns if column.key == "line_total"), None)
        mark = self.rng.choice(("", "", "-", self.writer.money(0)))
        for row in range(self.rng.choice((1, 2, 3, 4, 6, 9))):
            if letter.y + self.step * 6 > letter.bottom:
                return
            if mark and last:
                put_cell(letter.sheet, last, letter.y, tokens(mark), style.size, room=max(last.width, 40))
            top, letter.y = letter.y, letter.y + self.step + style.gap
            table.frame_row(letter.sheet, self.columns, top, letter.y, style, row)

    def _stack(self, row: int) -> None:
        """An item as labels and values: the description, then `Quantity: 3`, each on a line or all on one."""
        letter, writer, sheet = self.letter, self.writer, self.letter.sheet
        bold, indent = writer.once("stacked bold", 0.5), 14.0 if writer.once("stacked indent", 0.5) else 0.0
        letter.room_for(self.step * (len(self.columns) + 2))
        sheet = letter.sheet
        text = next(column for column in self.columns if column.key == "description")
        letter.y = letter.lines([text.cells[row]], letter.left, letter.y, letter.width * 0.9, size=self.style.size,
                                bold_first=bold)  # fmt: skip
        x, across = letter.left + indent, writer.once("stacked across", 0.4)
        for column in self.columns:
            if column is text or not column.cells[row]:
                continue
            line = [*tokens(writer.with_colon(column.title)), *column.cells[row]]
            if across and x + sheet.measure(line, self.style.size) > letter.right:
                x, letter.y = letter.left + indent, letter.y + self.step
            end = sheet.put(x, letter.y, line, self.style.size, room=letter.right - x)
            if across:
                x = end + self.style.size * 1.5
            else:
                letter.y += self.step
        letter.y += self.step * (1.4 if across else 0.4)

    def _text(self, line: Line, *, bold: bool = False) -> None:
        """A row of words alone, at the left or in the description's column."""
        letter, size = self.letter, self.style.size
        self.turn(self.step * (5 if bold else 2) + self.style.gap)
        text = next(column for column in self.columns if column.key == "description")
        x = text.left if self.writer.once("texts in the column", 0.6) and text.align == "l" else letter.left
        letter.sheet.put(x, letter.y, line, size, bold=bold, room=letter.right - x)
        letter.y += self.step + self.style.gap

    def _goods(self) -> None:
        """The sum of all rows, which some would call the net or the grand total where it is as much."""
        writer, record = self.writer, self.writer.record
        field = {record.total: "grand_total", record.net: "net_total"}.get(record.goods)
        self.turn(self.step + self.style.gap)
        self._sum(writer.say("goods_total"), record.goods, writer.tag(field)._replace(certain=False) if field else None)

    def _sum(self, label: str, cents: int, tag: Label | None = None) -> None:
        """A sum of rows: its label at the left or beside the amount in the column of totals."""
        letter, size = self.letter, self.style.size
        last = next((column for column in self.columns if column.key == "line_total"), self.columns[-1])
        amount = tokens(self.writer.money(cents), tag)
        put_cell(letter.sheet, last, letter.y, amount, size, room=max(last.width, 60))
        words, wide = tokens(label), letter.sheet.measure(amount, size) + size * 2
        if self.writer.once("sums' labels left", 0.5) and last.left > letter.left + 120:
            letter.sheet.put(letter.left, letter.y, words, size, room=last.left - letter.left - size)
        elif last.anchor - wide > letter.left + 80:
            x = min(last.anchor - wide, last.left - size)
            letter.sheet.put(x, letter.y, words, size, align="r", room=x - letter.left)
        letter.y += self.step + self.style.gap

    def _subtotal(self) -> None:
        self.turn(self.step + self.style.gap)
        self._sum(self.writer.say("subtotal_rows", title=self.section_title), self.section_sum)

    def _option(self) -> None:
        """What could be ordered besides: a price, but no part of the sum."""
        good = self.rng.choice(self.writer.record.lines)
        name = f"{self.writer.say('optional')}: {self.rng.choice(self.writer.language.goods['services'])}"
        self._text(tokens(f"{name} {self.writer.money(good.price // 100)}"))

    def _legend(self) -> None:
        """What the codes of the tax column mean."""
        letter, writer, cells = self.letter, self.writer, self.cells
        mark = self.rng.choice(("=", ":", "-", ""))
        parts = [f"{cells.tax_code(rate)} {mark} {writer.percent(rate)}" for rate in cells.rates]
        name = f"{writer.record.tax_name} " if self.rng.random() < 0.5 else ""
        letter.y += self.step * 0.3
        self.turn(self.step)
        letter.sheet.put(letter.left, letter.y, tokens(name + self.rng.choice(("  ", ", ")).join(parts)), 7.0)
        letter.y += self.step

    def _quantities(self) -> None:
        """The sum of the quantities below their column."""
        column = next((column for column in self.columns if column.key == "quantity"), None)
        if column is None or self.style.mode != "columns":
            return
        letter, size = self.letter, self.style.size
        self.turn(self.step)
        total = sum(line.quantity for line in self.writer.record.lines if not (line.lump and self.cells.blank_lumps))
        text = tokens(self.writer.quantity(total, self.writer.quantity_decimals))
        put_cell(letter.sheet, column, letter.y, text, size, room=column.width + size)
        words, room = tokens(self.writer.say("quantity_total")), column.left - letter.left - size
        if letter.sheet.measure(words, size) < room:
            letter.sheet.put(letter.left, letter.y, words, size, room=room)
        letter.y += self.step + self.style.gap
