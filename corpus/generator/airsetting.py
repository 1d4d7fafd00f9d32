"""How a group of references is set: rows, stacks, captioned cells, blanks to fill in, ledgers, typewriter lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docengine.corpus.generator import keyvalues
from docengine.corpus.generator.keyvalues import Entry

if TYPE_CHECKING:
    from docengine.corpus.generator.airtime import Order

STYLES = (
    "row", "row", "row", "row", "row_right", "stack", "box", "mixed", "under", "captions", "fixed", "inline", "grid",
    "below", "row_far", "ledger", "typed",
)  # fmt: skip
"""How the references of a group are set: `keyvalues`' ways, and the ones below."""


def set_entries(order: Order, entries: list[Entry], x: float, y: float, width: float, style: str) -> float:
    """One group in `style`; returns the y below it."""
    if not entries:
        return y
    if style == "mixed":
        style = order.rng.choice(("row", "stack", "row_right", "box", "under", "inline"))
    if width < 170 and style in ("grid", "inline", "row_far", "typed"):
        style = "row"
    if style in ("captions", "below"):
        return cells(order, entries, x, y, width, below=style == "below")
    if style in ("under", "fixed"):
        return tabbed(order, entries, x, y, width, under=style == "under")
    if style == "ledger":
        return ledger(order, entries, x, y, width)
    if style == "typed":
        return typed(order, entries, x, y, width)
    kind = order.kind if style != "stack" else order.kind._replace(leading=min(order.leading, 1.25))
    return keyvalues.key_values(order.sheet, entries, x, y, width, style, kind)


def tabbed(order: Order, entries: list[Entry], x: float, y: float, width: float, *, under: bool) -> float:
    """Values at one tab stop, on blank lines to be filled in or of a fixed pitch; the value may be the bold one."""
    sheet, size = order.sheet, order.size
    step = size * (order.head_leading if not under else max(1.45, order.head_leading))
    stop = x + width * (0.42 if under else order.rng.choice((0.3, 0.36, 0.45)))
    strong = order.writer.once("strong values", 0.35)
    for label, value in entries:
        sheet.put(x, y, keyvalues.caption(label), size, bold=order.kind.bold and not strong, room=stop - x - 3)
        for part in sheet.wrap(value, size, x + width - stop, strong) or [[]]:
            sheet.put(stop, y, part, size, bold=strong, room=x + width - stop)
            y += step
        if under:
            sheet.rule(stop - 2, y - step + size * 1.02, x + width, y - step + size * 1.02)
    return y


def cells(order: Order, entries: list[Entry], x: float, y: float, width: float, *, below: bool = False) -> float:
    """Cells with a small caption above their value or, as on forms, below it and a line; one to five to a row."""
    sheet, rng, size = order.sheet, order.rng, order.size
    small, inset = size * rng.choice((0.75, 0.85, 0.95)), rng.choice((1.0, 3.0, 8.0))
    bordered, lined = not below and order.writer.once("borders", 0.75), order.writer.once("lined captions", 0.3)
    most = max(1, min(5, int(width / 75)))
    i = 0
    while i < len(entries):
        n = min(rng.randrange(max(1, most - 2), most + 1), len(entries) - i)
        low = y + small * 1.2
        for k, (label, value) in enumerate(entries[i : i + n]):
            left, room = x + k * width / n, width / n - inset - 3
            wrapped = sheet.wrap(value, size, room) if len(value) > 3 else [value]
            wrapped = wrapped if len(wrapped) < 3 else [value]
            high = size * 1.15 * max(1, len(wrapped))
            at, place = (y + high + 1.5, y) if below else (y, y + small * 1.25)
            end = sheet.put(left + 1, at, keyvalues.caption(label), small, bold=order.kind.bold, room=width / n - 4)
            if below:
                sheet.rule(left, y + high, left + width / n - 8, y + high)
            elif lined:
                sheet.rule(left + 1, y + small * 1.05, end, y + small * 1.05)
            for part in wrapped:
                sheet.put(left + inset, place, part, size, room=room)
                place += size * 1.15
            low = max(low, y + small * 1.25 + high)
        if bordered:
            for edge in range(n + 1):
                sheet.rule(x + edge * width / n - 2, y - 2, x + edge * width / n - 2, low)
            sheet.rule(x - 2, y - 2, x + width - 2, y - 2)
            sheet.rule(x - 2, low, x + width - 2, low)
        y = low + 2.5
        i += n
    return y


def ledger(order: Order, entries: list[Entry], x: float, y: float, width: float) -> float:
    """A ruled table of caption cells and value cells in turn, one or two pairs to a row; captions may be shaded."""
    sheet, rng, size = order.sheet, order.rng, order.size
    pairs = 2 if width > 300 and order.writer.once("two pairs", 0.6) else 1
    part = width / pairs
    stop, shaded = part * rng.choice((0.28, 0.34, 0.4)), order.writer.once("shaded captions", 0.35)
    if order.writer.once("down the ledger", 0.5):
        half = (len(entries) + pairs - 1) // pairs
        entries = [entries[i] for k in range(half) for i in range(k, len(entries), half)]
    top = y
    for start in range(0, len(entries), pairs):
        row = [
            (label, sheet.wrap(value, size, part - stop - 6) or [[]]) for label, value in entries[start : start + pairs]
        ]
        high = max(len(lines) for _, lines in row) * size * 1.2 + size * 0.5
        for k, (label, lines) in enumerate(row):
            left, place = x + k * part, y + size * 0.2
            if shaded:
                sheet.fill(left, y, left + stop, y + high, 0.88)
            sheet.put(left + 3, place, keyvalues.caption(label), size, bold=order.kind.bold, room=stop - 6)
            for line in lines:
                sheet.put(left + stop + 3, place, line, size, room=part - stop - 6)
                place += size * 1.2
        sheet.rule(x, y, x + width, y)
        y += high
    sheet.rule(x, y, x + width, y)
    for k in range(pairs):
        for edge in (x + k * part, x + k * part + stop):
            sheet.rule(edge, top, edge, y)
    sheet.rule(x + width, top, x + width, y)
    return y + size * 0.4


def typed(order: Order, entries: list[Entry], x: float, y: float, width: float) -> float:
    """Lines of a line printer: two or three pairs at fixed stops, each value right behind its caption."""
    sheet, size = order.sheet, order.size
    count = max(1, min(order.rng.choice((2, 3, 3)), int(width / 130)))
    step, gap = size * order.head_leading, order.rng.choice((0.5, 1.0, 2.0)) * size
    for start in range(0, len(entries), count):
        low = y
        for k, (label, value) in enumerate(entries[start : start + count]):
            left, room = x + k * width / count, width / count - 6
            end = sheet.put(left, y, keyvalues.caption(label), size, bold=order.kind.bold, room=room * 0.6) + gap
            place = y
            for part in sheet.wrap(value, size, max(left + room - end, room * 0.35)):
                sheet.put(end, place, part, size, room=max(left + room - end, room * 0.35))
                place += step
            low = max(low, place)
        y = max(low, y + step)
    return y
