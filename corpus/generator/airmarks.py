"""What is added to an order after it was printed: stamps, notes by hand, watermarks; and the station's logo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.sheet import tokens

if TYPE_CHECKING:
    from docengine.corpus.generator.airtime import Order

_WATERMARKS = ("DUPLICATE", "COPY", "REVISED", "DRAFT", "CONFIRMED", "PAID", "ORIGINAL", "VOID")
_STAMPS = ("RECEIVED", "POLITICAL FILE", "APPROVED", "ENTERED", "PUBLIC FILE", "PAID", "FAXED", "POSTED", "CONFIRMED")
_NOTES = ("OK per {n}", "Pd ck #{d}", "rev. {n}", "{d}", "OK", "see attached", "LUC", "{n} {d}", "cc on file", "{n}")


def adorn(order: Order) -> None:
    """Marks on the first page, most of them where no word stands."""
    rng, sheet = order.rng, order.sheets[0]
    if rng.random() < 0.08:
        place = (sheet.width * rng.uniform(0.3, 0.7), sheet.height * rng.uniform(0.05, 0.6))
        sheet.marks.append((rng.choice(_WATERMARKS), *place, rng.uniform(20, 60), rng.choice((0, 0, 30, 45)), 0.85))
    if rng.random() < 0.07:
        _stamp(order)
    if rng.random() < 0.06:
        _note(order)
    if order.act != "form" and rng.random() < 0.2:
        _logo(order)


def _free(order: Order, width: float, height: float, low: float, high: float) -> tuple[float, float] | None:
    """Left and top of a place without words between two shares of the first page's height."""
    sheet, rng = order.sheets[0], order.rng
    for _ in range(6):
        x = order.left + (order.width - width) * rng.random()
        y = sheet.height * rng.uniform(low, high)
        if not any(x0 < x + width and x1 > x and y0 < y + height and y1 > y for _, x0, y0, x1, y1 in sheet.words):
            return x, y
    return None


def _stamp(order: Order) -> None:
    """`RECEIVED` and a day in a frame."""
    rng, sheet = order.rng, order.sheets[0]
    size = rng.uniform(9, 16)
    lines = [tokens(rng.choice(_STAMPS)), order.day(order.writer.record.date)][: rng.choice((1, 2, 2))]
    width = max(sheet.measure(line, size, True) for line in lines) + 8
    place = _free(order, width, size * 2.6, 0.05, 0.85)
    if place:
        x, y = place
        sheet.shapes.append(("frame", x, y, x + width, y + size * (0.3 + 1.15 * len(lines)), 0.3))
        for i, line in enumerate(lines):
            sheet.put(x + width / 2, y + size * (0.1 + 1.15 * i), line, size, bold=True, align="c", room=width)


def _note(order: Order) -> None:
    """A few words by hand."""
    rng, sheet = order.rng, order.sheets[0]
    initials = "".join(rng.choices(identifiers.LETTERS, k=2))
    line = tokens(rng.choice(_NOTES).format(n=initials, d=rng.randrange(100, 9999)))
    size = rng.uniform(9, 15)
    place = _free(order, sheet.measure(line, size), size * 1.2, 0.02, 0.9)
    if place:
        sheet.put(*place, line, size)
        sheet.hand.extend(range(len(sheet.words) - len(line), len(sheet.words)))


def _logo(order: Order) -> None:
    """A disc or a frame near the top, to be drawn only."""
    rng, sheet = order.rng, order.sheets[0]
    size = rng.uniform(20, 55)
    place = _free(order, size * 1.3, size, 0.01, 0.07)
    if place:
        kind = rng.choice(("disc", "ring", "square", "diamond", "frame", "round"))
        sheet.shapes.append(
            (kind, *place, place[0] + size * rng.choice((1.0, 1.3)), place[1] + size, rng.uniform(0, 0.7))
        )
