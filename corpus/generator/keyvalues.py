"""Labels and their values, laid out side by side, stacked, as a grid with a head row, or inline."""

from __future__ import annotations

import random
from typing import NamedTuple

from docengine.corpus.generator.sheet import Line, Sheet, Token, tokens

Entry = tuple[str, Line]
"""A label as printed ("Invoice No.:") and the value's tokens."""


class Type(NamedTuple):
    """How it is set: size in points, line height in sizes, and whether labels are bold."""

    size: float
    leading: float
    bold: bool


STYLES = ("row", "row", "row", "row", "row_far", "row_right", "stack", "grid", "inline", "box", "dots")


def key_values(sheet: Sheet, entries: list[Entry], x: float, y: float, width: float, style: str, kind: Type) -> float:
    """Writes the entries into a column `width` wide and returns the y below them."""
    if not entries:
        return y
    if style == "grid":
        return grid(sheet, entries, x, y, width, kind)
    if style == "inline":
        return _inline(sheet, entries, x, y, width, kind)
    if style == "stack":
        return _stack(sheet, entries, x, y, width, kind)
    return _rows(sheet, entries, x, y, width, style, kind)


def _rows(sheet: Sheet, entries: list[Entry], x: float, y: float, width: float, style: str, kind: Type) -> float:
    size, leading, bold = kind
    step = size * leading
    labels = [tokens(label) for label, _ in entries]
    wide = max(sheet.measure(label, size, bold) for label in labels)
    column = min(wide + size * 1.2, width * 0.6)
    top = y
    for label, (_, value) in zip(labels, entries, strict=True):
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


def _stack(sheet: Sheet, entries: list[Entry], x: float, y: float, width: float, kind: Type) -> float:
    size, leading, bold = kind
    step = size * leading
    small = size * 0.85
    for label, value in entries:
        sheet.put(x, y, tokens(label), small, bold=bold, room=width)
        y += small * leading
        for part in sheet.wrap(value, size, width):
            sheet.put(x, y, part, size, room=width)
            y += step
        y += size * 0.4
    return y


def _inline(sheet: Sheet, entries: list[Entry], x: float, y: float, width: float, kind: Type) -> float:
    """`Date: 1.2.2024   No: 17`, as many to a line as fit."""
    size, leading, bold = kind
    start = x
    for label, value in entries:
        need = sheet.measure(tokens(label), size, bold) + sheet.measure(value, size) + size
        if x > start and x + need > start + width:
            x, y = start, y + size * leading
        room = start + width - x
        if need > room:
            x = sheet.put(x, y, [*tokens(label), *value], size, room=room) + size * 1.6
            continue
        x = sheet.put(x, y, tokens(label), size, bold=bold) + size * 0.35
        x = sheet.put(x, y, value, size) + size * 1.6
    return y + size * leading


def grid(sheet: Sheet, entries: list[Entry], x: float, y: float, width: float, kind: Type) -> float:
    """Labels in one row, values below them, three to six to a row."""
    size, leading, bold = kind
    per_row = max(1, min(len(entries), int(width / 85), 6))
    for start in range(0, len(entries), per_row):
        part = entries[start : start + per_row]
        column = width / len(part)
        low = y
        for i, (label, value) in enumerate(part):
            left, cell = x + i * column, y
            sheet.put(left, cell, tokens(label), size * 0.88, bold=bold, room=column - 5)
            cell += size * leading
            for line in sheet.wrap(value, size, column - 5):
                sheet.put(left, cell, line, size, room=column - 5)
                cell += size * leading
            low = max(low, cell)
        sheet.rule(x - 3, y - 2, x + width - 3, y - 2)
        sheet.rule(x - 3, low, x + width - 3, low)
        for i in range(len(part) + 1):
            sheet.rule(x + i * column - 3, y - 2, x + i * column - 3, low)
        y = low + size * 0.5
    return y


def draw_style(rng: random.Random, width: float) -> str:
    """A style that suits a column of this width."""
    style = rng.choice(STYLES)
    if width < 160 and style in ("grid", "inline", "row_far", "dots"):
        return "row"
    return style
