"""The table of an advertising order: a row a line, with weeks or aired spots below it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from docengine.corpus.generator.campaign import Spot
from docengine.corpus.generator.formats import plain
from docengine.corpus.generator.sheet import Line, Token, tokens
from docengine.corpus.labelled import Label

if TYPE_CHECKING:
    from docengine.corpus.generator.airtime import Order

SHARES = (("line", 0.7), ("channel", 0.35), ("start", 0.6), ("end", 0.55), ("description", 1.0), ("hours", 0.7),
    ("days", 0.65),
          ("length", 0.75), ("count", 0.85), ("rate", 0.85), ("kind", 0.4), ("amount", 0.75))  # fmt: skip
RIGHT = frozenset(("count", "rate", "amount"))


def write_spots(order: Order) -> None:
    rng, look = order.rng, order.writer.look
    keys = [key for key, share in SHARES if rng.random() < share]
    if rng.random() < 0.25:
        keys.remove("description")
        keys.insert(rng.randrange(1, len(keys) + 1) if len(keys) > 1 else 0, "description")
    spots = order.campaign.spots[: rng.choice((60, 60, 30))]
    rows = [[_cell(order, key, number, spot) for key in keys] for number, spot in enumerate(spots)]
    heads = [tokens(order.say(f"col_{key}")) for key in keys]
    widths = _widths(order, keys, heads, rows)
    stops, x = [], order.left
    for width in widths:
        stops.append(x)
        x += width
    _head(order, keys, heads, stops, widths)
    order.spot_head = lambda: _head(order, keys, heads, stops, widths)
    weeks = rng.random() < 0.45
    note = rng.random() < 0.2
    for number, (spot, cells) in enumerate(zip(spots, rows, strict=True)):
        order.room_for(order.step * (3 if weeks else 1.2))
        for key, cell, stop, width in zip(keys, cells, stops, widths, strict=True):
            right = key in RIGHT
            order.sheet.put(
                stop + width - 4 if right else stop,
                order.y,
                cell,
                order.size,
                align="r" if right else "l",
                room=width - 4,
            )
        order.y += order.step
        if note:
            order.sheet.put(
                order.left + 30,
                order.y,
                tokens(f"(Program: {spot.program.upper()}) {rng.randrange(1, 5)}Q AVG"),
                order.size,
            )
            order.y += order.step
        if weeks:
            _week(order, spot, with_head=number < 1 or order.writer.once("week heads", 0.6))
    if rng.random() < 0.4:
        order.sheet.rule(order.left, order.y, order.right, order.y)
    order.y += order.step * (1.0 + 0.2 * look.leading)


def _cell(order: Order, key: str, number: int, spot: Spot) -> Line:
    writer, rng = order.writer, order.rng
    if key == "line":
        new = writer.once("line state", 0.2)
        return [Token("N"), Token(str(number + 1))] if new else [Token(str(number + 1))]
    if key in ("start", "end"):
        return order.day(spot.start if key == "start" else spot.end)
    if key == "channel":
        return tokens(order.campaign.station.split("-")[0])
    if key in ("hours", "days", "length"):
        return tokens(getattr(spot, key))
    if key == "kind":
        return [Token(rng.choice(("NM", "CM", "P-2", "AAA", "BNS", "0.00")))]
    items = writer.items
    while len(items) <= number:
        items.append({})
    if key == "description":
        items[number]["description"] = " ".join(spot.program.split())
        return tokens(spot.program, Label("description", number))
    if key == "count":
        items[number]["quantity"] = str(spot.count)
        return [Token(str(spot.count), Label("quantity", number))]
    field, cents = ("unit_price", spot.rate) if key == "rate" else ("line_total", spot.total)
    items[number][field] = plain(cents)
    return writer.priced(writer.money(cents), Label(field, number), "line")


def _widths(order: Order, keys: list[str], heads: list[Line], rows: list[list[Line]]) -> list[float]:
    sheet, size = order.sheet, order.size
    widths = []
    for i in range(len(keys)):
        head = max(sheet.measure([token], size, True) for token in heads[i])
        widths.append(max(head, *(sheet.measure(cells[i], size) for cells in rows)) + size)
    total = sum(widths)
    return [width * order.width / total for width in widths]


def _head(order: Order, keys: list[str], heads: list[Line], stops: list[float], widths: list[float]) -> None:
    sheet, size = order.sheet, order.size
    wrapped = [sheet.wrap(head, size, width - 3, True) for head, width in zip(heads, widths, strict=True)]
    high = max(len(lines) for lines in wrapped)
    for key, lines, stop, width in zip(keys, wrapped, stops, widths, strict=True):
        right = key in RIGHT
        for i, line in enumerate(lines):
            y = order.y + (high - len(lines) + i) * order.step
            order.sheet.put(stop + width - 4 if right else stop, y, line, size, bold=order.writer.look.bold_labels,
                            align="r" if right else "l", room=width - 3)  # fmt: skip
    order.y += order.step * high
    order.sheet.rule(order.left, order.y, order.right, order.y)
    order.y += size * 0.3


def _week(order: Order, spot: Spot, *, with_head: bool) -> None:
    """A week's dates, days, spots and rate, under their own small head row."""
    x = order.left + order.width * 0.06
    stops = [
        x,
        x + order.width * 0.1,
        x + order.width * 0.22,
        x + order.width * 0.34,
        x + order.width * 0.5,
        x + order.width * 0.62,
    ]
    if with_head:
        for stop, text in zip(stops[1:], ("Start Date", "End Date", "Weekdays", "Spots/Week", "Rate"), strict=True):
            order.sheet.put(stop, order.y, tokens(text), order.size * 0.95, room=order.width * 0.11)
        order.y += order.step
    monday = spot.start - datetime.timedelta(days=spot.start.weekday())
    cells = [tokens("Week:"), order.day(monday), order.day(monday + datetime.timedelta(days=6)), tokens(spot.days),
             tokens(str(spot.count)), tokens(order.writer.money(spot.rate))]  # fmt: skip
    for stop, cell in zip(stops, cells, strict=True):
        order.sheet.put(stop, order.y, cell, order.size * 0.95, room=order.width * 0.11)
    order.y += order.step
