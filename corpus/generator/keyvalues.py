"""Labels and their values, laid out side by side, stacked, as a grid with a head row, in captioned cells, or inline."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

from docengine.corpus.generator.sheet import Line, Sheet, Token, tokens

Entry = tuple[str | Line, Line]
"""A label as printed ("Invoice No.:"), as tokens where a part of it is a value, and the value's tokens."""
Pair = tuple[Line, Line]


class Type(NamedTuple):
    """How it is set: size in points, line height in sizes, and whether labels are bold."""

    size: float
    leading: float
    bold: bool


STYLES = (
    "row", "row", "row", "row", "row", "row_far", "row_far", "row_right", "stack", "grid", "inline", "box", "dots",
    "underlined", "cells",
)  # fmt: skip
WIDE_STYLES = (
    "grid",
    "grid",
    "plain grid",
    "filled grid",
    "lined grid",
    "cells",
    "cells",
    "inline",
    "inline",
    "two columns",
)


def caption(label: str | Line) -> Line:
    """An entry's label as tokens."""
    return tokens(label) if isinstance(label, str) else label


def key_values(sheet: Sheet, entries: list[Entry], x: float, y: float, width: float, style: str, kind: Type) -> float:
    """Writes the entries into a column `width` wide and returns the y below them."""
    pairs = [(caption(label), value) for label, value in entries]
    if not pairs:
        return y
    if style in _BLOCKS:
        return _BLOCKS[style](sheet, pairs, x, y, width, kind)
    return _rows(sheet, pairs, x, y, width, style, kind)


def grid(sheet: Sheet, entries: list[Entry], x: float, y: float, width: float, kind: Type) -> float:
    """Labels in one row, values below them, up to six to a row, with rules around."""
    return key_values(sheet, entries, x, y, width, "grid", kind)


def _rows(sheet: Sheet, entries: list[Pair], x: float, y: float, width: float, style: str, kind: Type) -> float:
    size, leading, bold = kind
    step = size * leading
    wide = max(sheet.measure(label, size, bold) for label, _ in entries)
    column = min(wide + size * 1.2, width * 0.6)
    top = y
    for label, value in entries:
        if style == "row_right":
            sheet.put(x + column - size * 0.6, y, label, size, bold=bold, align="r", room=column)
        else:
            end = sheet.put(x, y, label, size, bold=bold, room=column - size * 0.4)
        if style in ("row_far", "dots"):
            narrow = sheet.put(x + width, y, value, size, align="r", room=width - column) and sheet.measure(value, size)
            if style == "dots":
                _dots(sheet, end + size * 0.3, x + width - min(narrow, width - column) - size * 0.3, y, size)
            y += step
            continue
        for part in sheet.wrap(value, size, width - column) or [[]]:
            sheet.put(x + column, y, part, size, room=width - column)
            y += step
        if style == "underlined":
            sheet.rule(x + column - size * 0.3, y - size * 0.08, x + width, y - size * 0.08)
            y += size * 0.2
        if style == "box":
            sheet.rule(x - 3, y - 1, x + width, y - 1)
            y += size * 0.25
    if style == "box":
        sheet.rule(x - 3, top - 2, x + width, top - 2)
        for edge in (x - 3, x + column - size * 0.5, x + width):
            sheet.rule(edge, top - 2, edge, y - 1)
    return y


def _dots(sheet: Sheet, x0: float, x1: float, y: float, size: float) -> None:
    count = int((x1 - x0) / (0.3 * size))
    if count > 4:
        sheet.put(x0, y, [Token("." * min(count, 60))], size, room=x1 - x0)


def _stack(sheet: Sheet, entries: list[Pair], x: float, y: float, width: float, kind: Type) -> float:
    size, leading, bold = kind
    step = size * leading
    small = size * 0.85
    for label, value in entries:
        sheet.put(x, y, label, small, bold=bold, room=width)
        y += small * leading
        for part in sheet.wrap(value, size, width):
            sheet.put(x, y, part, size, room=width)
            y += step
        y += size * 0.4
    return y


def _inline(sheet: Sheet, entries: list[Pair], x: float, y: float, width: float, kind: Type) -> float:
    """`Date: 1.2.2024   No: 17`, as many to a line as fit."""
    size, leading, bold = kind
    start = x
    for label, value in entries:
        need = sheet.measure(label, size, bold) + sheet.measure(value, size) + size
        if x > start and x + need > start + width:
            x, y = start, y + size * leading
        room = start + width - x
        if need > room:
            x = sheet.put(x, y, [*label, *value], size, room=room) + size * 1.6
            continue
        x = sheet.put(x, y, label, size, bold=bold) + size * 0.35
        x = sheet.put(x, y, value, size) + size * 1.6
    return y + size * leading


def _two_columns(sheet: Sheet, entries: list[Pair], x: float, y: float, width: float, kind: Type) -> float:
    cut = (len(entries) + 1) // 2
    half = width / 2 - 10
    low = _rows(sheet, entries[:cut], x, y, half, "row", kind)
    return max(low, _rows(sheet, entries[cut:], x + half + 20, y, half, "row", kind)) if entries[cut:] else low


def _bands(
    sheet: Sheet, entries: list[Pair], width: float, kind: Type, small: float
) -> list[tuple[list[Pair], list[float]]]:
    """Entries by rows of at most six, each with its columns' widths, which follow the contents and fill `width`."""
    size, _, bold = kind
    bands: list[tuple[list[Pair], list[float]]] = []
    row: list[Pair] = []
    wide: list[float] = []
    for label, value in entries:
        need = max(sheet.measure(label, small, bold), min(sheet.measure(value, size), width * 0.45), 30) + size
        if row and (sum(wide) + need > width or len(row) == 6):
            bands.append((row, wide))
            row, wide = [], []
        row.append((label, value))
        wide.append(need)
    bands.append((row, wide))
    return [(row, [need * width / sum(wide) for need in wide]) for row, wide in bands]


def _grid(frame: str) -> Callable[..., float]:
    def write(sheet: Sheet, entries: list[Pair], x: float, y: float, width: float, kind: Type) -> float:
        size, leading, bold = kind
        for row, widths in _bands(sheet, entries, width, kind, size * 0.88):
            left, low, head = x, y, y + size * leading
            if frame == "filled":
                sheet.fill(x - 3, y - 2, x + width - 3, head, 0.88)
            for (label, value), column in zip(row, widths, strict=True):
                cell = head
                sheet.put(left, y, label, size * 0.88, bold=bold, room=column - 5)
                for line in sheet.wrap(value, size, column - 5):
                    sheet.put(left, cell, line, size, room=column - 5)
                    cell += size * leading
                low = max(low, cell)
                left += column
            _frame_grid(sheet, frame, (x - 3, y - 2, x + width - 3, low), head, widths)
            y = low + size * 0.5
        return y

    return write


def _frame_grid(
    sheet: Sheet, frame: str, box: tuple[float, float, float, float], head: float, widths: list[float]
) -> None:
    x0, y0, x1, y1 = box
    if frame in ("ruled", "filled"):
        sheet.rule(x0, y0, x1, y0)
        sheet.rule(x0, y1, x1, y1)
    if frame == "lined":
        sheet.rule(x0, head - 1, x1, head - 1)
    if frame == "ruled":
        for width in (0.0, *widths):
            x0 += width
            sheet.rule(x0, y0, x0, y1)


def _bare(label: Line) -> Line:
    """Without its colon."""
    text = label[-1].text.rstrip(" :") if label else ""
    return [*label[:-1], label[-1]._replace(text=text)] if text else label[:-1]


def _cells(sheet: Sheet, entries: list[Pair], x: float, y: float, width: float, kind: Type) -> float:
    """Boxes with a small caption at the top and the value below it, as printed forms have them."""
    size, leading, bold = kind
    small = max(5.0, size * 0.7)
    for row, widths in _bands(sheet, entries, width, kind, small):
        wrapped = [sheet.wrap(value, size, column - 8) for (_, value), column in zip(row, widths, strict=True)]
        high = small * 1.25 + max(1, *(len(lines) for lines in wrapped)) * size * leading + 3
        left = x
        for (label, _), lines, column in zip(row, wrapped, widths, strict=True):
            sheet.put(left + 3, y + 1.5, _bare(label), small, bold=bold, room=column - 6)
            for i, line in enumerate(lines):
                sheet.put(left + 4, y + small * 1.25 + 2 + i * size * leading, line, size, room=column - 8)
            sheet.rule(left, y, left, y + high)
            left += column
        sheet.rule(x, y, x + width, y)
        sheet.rule(x, y + high, x + width, y + high)
        sheet.rule(x + width, y, x + width, y + high)
        y += high
    return y + size * 0.4


_BLOCKS: dict[str, Callable[..., float]] = {
    "grid": _grid("ruled"), "plain grid": _grid(""), "filled grid": _grid("filled"), "lined grid": _grid("lined"),
    "inline": _inline, "stack": _stack, "cells": _cells, "two columns": _two_columns,
}  # fmt: skip


def draw_style(rng: random.Random, width: float) -> str:
    """A style that suits a column of this width."""
    style = rng.choice(STYLES)
    if width < 160 and style in ("grid", "inline", "row_far", "dots", "cells"):
        return "row"
    return style
