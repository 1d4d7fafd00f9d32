"""Sums as rows of the item table: labels in the description's column or before the amounts, which stand in theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docengine.corpus.generator import table
from docengine.corpus.generator.columns import put_cell
from docengine.corpus.generator.sheet import Line
from docengine.corpus.generator.totals import total_rows

if TYPE_CHECKING:
    from docengine.corpus.generator.itemrows import ItemTable

_SHARES = {"grid": 0.2, "columns": 0.2, "rows": 0.1, "outer": 0.1}
"""How often a table with such a frame holds the sums too."""


def wants_grid_sums(items: ItemTable) -> bool:
    """Whether the table's last rows are to be the document's sums; its amounts must stand at the right."""
    if items.style.mode != "columns" or not items.priced or items.columns[-1].key != "line_total":
        return False
    return items.rng.random() < _SHARES.get(items.style.frame, 0.04)


def write_grid_sums(items: ItemTable) -> None:
    """Writes the rows and notes that the sums are done."""
    letter, style, rng = items.letter, items.style, items.rng
    place = rng.choices(("before", "description", "left"), (55, 30, 15))[0]
    bold_labels = rng.random() < 0.25
    for label, amount, counts in total_rows(items.writer):
        items.turn(items.step + style.gap)
        bold = counts and items.writer.look.bold_totals
        top = letter.y
        _write(items, place, (items.writer.words(label), amount), bold, bold or bold_labels)
        letter.y += items.step + style.gap
        if style.frame in ("rows", "grid"):
            table.frame_row(letter.sheet, items.columns, top, letter.y, style, 0)
    letter.done.add("sums")


def _write(items: ItemTable, place: str, row: tuple[Line, Line], bold: bool, bold_label: bool) -> None:
    """One label and its amount; a label without room left of the amount is set narrower."""
    letter, size, last = items.letter, items.style.size, items.columns[-1]
    label, amount = row
    wide = letter.sheet.measure(amount, size, bold)
    put_cell(letter.sheet, last, letter.y, amount, size, bold=bold, room=max(last.width, wide))
    edge = min(last.left, last.left + last.width - wide) - size * 0.8
    text = next(column for column in items.columns if column.key == "description")
    if place == "before":
        letter.sheet.put(edge, letter.y, label, size, bold=bold_label, align="r", room=edge - letter.left)
        return
    x = text.left if place == "description" and edge - text.left > size * 12 else letter.left
    letter.sheet.put(x, letter.y, label, size, bold=bold_label, room=edge - x)
