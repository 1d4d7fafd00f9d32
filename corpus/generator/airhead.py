"""The upper part of an order: station, title, whom it is billed to, and references, in one of many arrangements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docengine.corpus.generator import keyvalues
from docengine.corpus.generator.airentries import Group, draw_groups, main_entries
from docengine.corpus.generator.airparties import boxes, memo, strip
from docengine.corpus.generator.airsetting import STYLES, cells, set_entries
from docengine.corpus.generator.airtop import payer_block, station_block, write_title
from docengine.corpus.generator.sheet import Line, tokens

if TYPE_CHECKING:
    from docengine.corpus.generator.airtime import Order


def running_head(order: Order) -> None:
    """The main references again, or the station alone, on top of a further page."""
    entries = [entry for entry in main_entries(order) if order.rng.random() < 0.8]
    half = len(entries) // 2 + 1
    low = [
        keyvalues.key_values(order.sheet, part, order.left + i * order.width / 2, order.y, order.width / 2 - 10, "row",
            order.kind)
        for i, part in enumerate((entries[:half], entries[half:]))
    ]  # fmt: skip
    order.y = max(low) + order.step


def write_head(order: Order) -> None:
    rng = order.rng
    shapes = (_columns, _captions, _sections, _bands, _prose, boxes, strip, memo)
    prose = 0 if order.billed else 5
    shape = rng.choices(shapes, (38, 16, 12, 10, prose, 18, 10, prose if order.act != "agency" else 0))[0]
    groups = draw_groups(order, headed=shape is _sections)
    write_title(order)
    shape(order, groups)
    if rng.random() < 0.06:
        _schedule_line(order)
    order.y += order.step * rng.choice((0.4, 0.8, 1.2))
    if rng.random() < 0.2:
        order.put_rule(order.y - order.step * 0.4)


def _schedule_line(order: Order) -> None:
    """A heading over the schedule: for whom, and where it runs."""
    rng = order.rng
    line = [*tokens(order.say("schedule_for")), *order.writer.text(order.writer.record.buyer.name, "buyer_name")]
    if rng.random() < 0.6:
        line += tokens(f"{rng.choice(('on', '-', '/', '@'))} {order.campaign.station}")
    order.y += order.step * 0.5
    size = order.size * rng.choice((1.0, 1.15, 1.4))
    order.sheet.put(order.left, order.y, line, size, bold=rng.random() < 0.6, room=order.width)
    order.y += size * 1.3


def _columns(order: Order, groups: list[Group]) -> None:
    """Groups in one to three columns, filled from top to bottom; addresses among them."""
    rng = order.rng
    parts: list[Group | list[Line]] = [*groups]
    station = station_block(order)
    if station and rng.random() < 0.15:
        order.y = _centred(order, station)
        station = []
    for block in (station, payer_block(order)):
        if block:
            parts.insert(rng.choice((0, 0, 0, len(parts), rng.randrange(len(parts) + 1))), block)
    count = max(rng.choice((2, 2, 2, 3, 3, 1)), _needed(order, parts))
    widths = _shares(order, count)
    lefts = [order.left + sum(widths[:i]) for i in range(count)]
    uneven = rng.random() < 0.7
    lows = [order.y + (rng.uniform(0, 1.5) * order.step if uneven else 0.0) for _ in range(count)]
    style = rng.choice(STYLES)
    for number, part in enumerate(parts):
        column = number % count if rng.random() < 0.8 else min(range(count), key=lambda i: lows[i])
        x, y, width = lefts[column], lows[column], widths[column]
        if isinstance(part, list):
            size = order.size * (1.12 if order.writer.once("big addresses", 0.3) else 1.0)
            shift = min(order.indent, width * 0.3)
            y = order.lines(part, x + shift, y, width - 12 - shift, size=size, bold_first=order.bold_names)
        else:
            y = set_entries(order, part.entries, x, y, width - 12, style)
        lows[column] = y + order.step * (0.5 if isinstance(part, list) else 0.3)
    order.y = max(lows)


def _centred(order: Order, lines: list[Line]) -> float:
    y = order.y
    for line in lines:
        order.sheet.put(order.left + order.width / 2, y, line, order.size, align="c")
        y += order.step
    return y + order.step


def _needed(order: Order, parts: list[Group | list[Line]]) -> int:
    """Columns that keep the head within the upper two thirds of a page."""
    rows = sum(len(part) if isinstance(part, list) else len(part.entries) * 1.7 for part in parts)
    return min(3, 1 + int(rows * order.step / (order.paper[1] * 0.5)))


def _shares(order: Order, count: int) -> list[float]:
    if count == 2 and order.rng.random() < 0.5:
        share = order.rng.uniform(0.36, 0.64)
        return [order.width * share, order.width * (1 - share)]
    return [order.width / count] * count


def _captions(order: Order, groups: list[Group]) -> None:
    """Addresses on one side and captioned cells on the other, or the cells right across the page."""
    rng, top = order.rng, order.y
    blocks = [block for block in (station_block(order), payer_block(order)) if block]
    across = rng.random() < 0.35 or not blocks
    share = rng.uniform(0.4, 0.6)
    at = order.left if across else order.left + order.width * share
    flipped = not across and rng.random() < 0.2
    x = order.left if flipped else at
    y = top
    if across:
        for number, block in enumerate(blocks):
            y = max(y, order.lines(block, order.left + number * order.width * 0.5, top, order.width * 0.45))
        y += order.step
        low = y
    else:
        low, left = top, order.left + (order.width * (1 - share) if flipped else 0)
        for block in blocks:
            low = order.lines(block, left, low, order.width * share - 14) + order.step * rng.choice((1, 2, 3))
    width = order.width if across else order.width * (1 - share)
    for group in groups:
        y = cells(order, group.entries, x, y, width - (14 if flipped else 0)) + rng.choice((0.0, 0.0, order.step))
    order.y = max(y, low)


def _sections(order: Order, groups: list[Group]) -> None:
    """A heading at the left of each group, its entries beside it; an advertiser's caption may be `Name` then."""
    rng = order.rng
    block = station_block(order)
    if block:
        order.y = order.lines(block, order.left, order.y, order.width * 0.6) + order.step
    tab, above = order.width * rng.uniform(0.1, 0.18), rng.random() < 0.4
    style = rng.choice(("under", "row", "fixed", "row_right", "under"))
    for group in groups:
        if not group.entries:
            continue
        head = tokens(group.title)
        size, room = (order.size * 1.1, order.width * 0.5) if above else (order.size, tab - 5)
        order.sheet.put(order.left, order.y, head, size, bold=True, room=room)
        if above:
            order.y += order.step * 1.2
        left = order.left + (8 if above else tab)
        half = (order.right - left) / 2
        cut = (len(group.entries) + 1) // 2
        low = set_entries(order, group.entries[:cut], left, order.y, half - 12, style)
        order.y = max(low, set_entries(order, group.entries[cut:], left + half, order.y, half - 12, style))
        order.y += order.step * rng.choice((0.4, 1.0))
    payer = payer_block(order)
    if payer and rng.random() < 0.6:
        order.y = order.lines(payer, order.left, order.y, order.width * 0.5)


def _bands(order: Order, groups: list[Group]) -> None:
    """Addresses side by side, then rows of captions with their values below, right across the page."""
    rng, top = order.rng, order.y
    blocks = [block for block in (station_block(order), payer_block(order)) if block]
    if rng.random() < 0.3:
        blocks.reverse()
    for number, block in enumerate(blocks):
        left = order.left + number * order.width * 0.5
        order.y = max(order.y, order.lines(block, left, top, order.width * 0.45))
    order.y += order.step * 0.6
    everything = [entry for group in groups for entry in group.entries]
    for start in range(0, len(everything), 6):
        part = everything[start : start + 6]
        order.y = keyvalues.grid(order.sheet, part, order.left, order.y, order.width, order.kind)


def _prose(order: Order, groups: list[Group]) -> None:
    """A letter's sentence that says who, when and on what; the references below it."""
    writer, record = order.writer, order.writer.record
    for block in (station_block(order), payer_block(order)):
        order.y = order.lines(block, order.left, order.y, order.width * 0.5) + order.step
    start, end = record.period
    line = [*tokens(order.say("confirming")), *writer.text(record.buyer.name, "buyer_name"),
            *tokens(f"({order.campaign.station})"), *order.day(start, "period_start"), *tokens("-"),
            *order.day(end, "period_end")]  # fmt: skip
    order.paragraph(line)
    entries = [entry for group in groups for entry in group.entries]
    style = order.rng.choice(("row", "fixed", "inline", "box"))
    order.y = set_entries(order, entries[:14], order.left, order.y, order.width * 0.6, style)
