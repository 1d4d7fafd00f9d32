"""Schedules: lines with their weeks, a column a week, a column a day, spots as aired, insertions; sums by line."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

from docengine.corpus.generator.aircells import (
    base_columns,
    cell,
    column,
    counted,
    week_tokens,
)
from docengine.corpus.generator.airgrid import Column, Grid, begin, totals_row
from docengine.corpus.generator.airlog import aired, nested
from docengine.corpus.generator.campaign import ONE_DAY
from docengine.corpus.generator.sheet import Line, tokens

if TYPE_CHECKING:
    from docengine.corpus.generator.airtime import Order

MOST_ROWS = 150
"""Of a schedule; an order with more spots is not listed spot by spot."""


def write_schedule(order: Order) -> bool:
    """The schedule in one of its shapes; returns whether it ends with the grand total."""
    campaign, rng = order.campaign, order.rng
    weeks, lines = len(campaign.weeks), len(campaign.spots)
    if rng.random() < (0.3 if order.act == "form" else 0.03):
        return False
    shapes = {"flat": 40.0, "weekcols": 22.0 if 1 < weeks < 14 else 0.0}
    if campaign.medium in ("tv", "radio", "cable"):
        shapes["daygrid"] = 14.0 if lines * weeks <= 60 else 0.0
        listed = campaign.count <= MOST_ROWS
        shapes["aired"] = (45.0 if order.billed else 3.0) if listed else 0.0
        shapes["nested"] = (45.0 if order.billed else 0.0) if listed else 0.0
    shape = rng.choices(list(shapes), list(shapes.values()))[0]
    shown = {"flat": _flat, "weekcols": _week_columns, "daygrid": _day_grid, "aired": aired, "nested": nested}[shape](
        order
    )
    order.spot_head = lambda: None
    order.y += order.step * rng.choice((0.5, 1.0, 1.5))
    return shown


def _flat(order: Order) -> bool:
    """A row a line; below it, on some orders, its weeks, a note, or the class of time."""
    rng, campaign = order.rng, order.campaign
    columns = base_columns(order)
    grouped = len({spot.outlet for spot in campaign.spots}) > 1 and rng.random() < 0.5
    if grouped:
        campaign.spots.sort(key=lambda spot: spot.outlet)
    rows = [[cell(order, c.key, number, spot) for c in columns] for number, spot in enumerate(campaign.spots)]
    grid = begin(order, columns, rows)
    weeks = campaign.medium in ("tv", "radio", "cable") and rng.random() < 0.45
    plain = campaign.medium not in ("tv", "radio", "cable") or order.writer.language.code != "en"
    note = "" if plain else rng.choice(("", "", "", "", "class", "program", "rating"))
    for number, (spot, cells) in enumerate(zip(campaign.spots, rows, strict=True)):
        if grouped and number and spot.outlet != campaign.spots[number - 1].outlet:
            _outlet_sums(order, grid, campaign.spots[number - 1].outlet)
        order.room_for(grid.step * (3 if weeks else 1))
        grid.row(cells, bold=order.writer.once("bold lines", 0.08))
        left = order.left + order.width * 0.05
        if note == "class":
            _under(
                order, left, "Class of Time - " + rng.choice(("Pre-emptible with notice", "Fixed", "Non-preemptible"))
            )
        elif note == "program":
            _under(order, left, f"{spot.program} {spot.days} {spot.hours}")
        elif note == "rating":
            _under(order, left, f"(Program: {spot.program.upper()}) {rng.randrange(1, 5)}Q AVG {spot.rating / 10:.1f}")
        if weeks:
            for first, (monday, days) in enumerate(spot.weeks):
                _week(order, (monday, days), spot.rate, head=first == 0 and order.writer.once("week heads", 0.65))
        if order.writer.once("rules between lines", 0.15) and number < len(rows) - 1:
            grid.rule()
    if grouped:
        _outlet_sums(order, grid, campaign.spots[-1].outlet)
    return totals_row(order, grid, 0.45)


def _outlet_sums(order: Order, grid: Grid, outlet: str) -> None:
    """Spots and dollars of one station or network, which are no total of the order."""
    spots = [spot for spot in order.campaign.spots if spot.outlet == outlet]
    values = {"count": tokens(str(sum(spot.count for spot in spots))),
              "amount": order.writer.amount(sum(spot.total for spot in spots))}  # fmt: skip
    caption = order.writer.say("station_total", group="broadcast", s=outlet, n="")
    cells = [values.get(column.key, []) for column in grid.columns]
    grid.sums(tokens(caption), cells, bold=order.writer.look.bold_totals)


def _under(order: Order, x: float, text: str) -> None:
    order.sheet.put(x, order.y, tokens(text), order.size, room=order.right - x)
    order.y += order.step


def _week(order: Order, week: tuple[datetime.date, tuple[int, ...]], rate: int, *, head: bool) -> None:
    """A week's dates, days, spots and rate, under their own small head row."""
    monday, days = week
    order.room_for(order.step * 2)
    stops = [order.left + order.width * part for part in (0.06, 0.14, 0.23, 0.32, 0.43, 0.52)]
    put, size = order.sheet.put, order.size * 0.95
    if head:
        keys = ("col_start", "col_end", "col_days", "col_week", "col_rate")
        for stop, key in zip(stops[1:], keys, strict=True):
            end = put(stop, order.y, tokens(order.say(key)), size, room=order.width * 0.085)
            if order.writer.once("lined week heads", 0.5):
                order.put_rule(order.y + size, stop, end)
        order.y += order.step
    money = order.writer.priced(order.writer.money(rate), None, "line")
    cells = [tokens(order.say("week_label")), order.day(monday), order.day(monday + 6 * ONE_DAY),
             week_tokens(order, days), tokens(str(sum(days))), money]  # fmt: skip
    for stop, line in zip(stops, cells, strict=True):
        put(stop, order.y, line, size, room=order.width * 0.085)
    order.y += order.step


def _week_columns(order: Order) -> bool:
    """A column a week with its number of spots; the weeks' spots and dollars below them."""
    campaign, rng = order.campaign, order.rng
    pattern = rng.choice(("{m}/{d}", "{m:02d}/{d:02d}", "{d}-{M}", "{M} {d}", "Wk {i} {m}/{d}"))
    months = order.writer.language.months_abbr
    if order.writer.language.code != "en":
        pattern = "{d:02d}.{m:02d}."
    heads = [
        pattern.format(m=monday.month, d=monday.day, M=months[monday.month - 1], i=i + 1)
        for i, monday in enumerate(campaign.weeks)
    ]
    columns = [c for c in base_columns(order, brief=True) if c.key not in ("count", "rate", "amount")]
    columns += [Column(f"w{i}", tokens(head), True) for i, head in enumerate(heads)]
    tail = [column(order, "count"), column(order, "rate"), column(order, "amount")]
    columns += tail if rng.random() < 0.75 else [tail[1], tail[0], tail[2]]
    rows = []
    for number, spot in enumerate(campaign.spots):
        counts = {monday: sum(days) for monday, days in spot.weeks}
        zero = "0" if order.writer.once("zero weeks", 0.25) else "-" if order.writer.once("dash weeks", 0.3) else ""
        row = []
        for c in columns:
            if c.key.startswith("w") and c.key[1:].isdigit():
                row.append(tokens(str(counts.get(campaign.weeks[int(c.key[1:])], 0) or zero)))
            else:
                row.append(cell(order, c.key, number, spot))
        rows.append(row)
    grid = begin(order, columns, rows)
    for row in rows:
        grid.row(row)
    given = {f"w{i}": tokens(str(campaign.of_week(monday)[0])) for i, monday in enumerate(campaign.weeks)}
    shown = totals_row(order, grid, 0.8, given=given)
    if rng.random() < 0.4:
        dollars = {f"w{i}": tokens(order.writer.money(campaign.of_week(monday)[1]))
                   for i, monday in enumerate(campaign.weeks)}  # fmt: skip
        grid.row([dollars.get(c.key, []) for c in columns])
    return shown


_WEEKDAYS = ("MTWTFSS", ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"], ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])


def _day_grid(order: Order) -> bool:
    """Week by week, a column a weekday; each week's spots and dollars below it."""
    campaign, rng, writer = order.campaign, order.rng, order.writer
    letters: Sequence[str] = rng.choice(_WEEKDAYS)
    if writer.language.code != "en":
        letters = tuple(name[:2] for name in (*writer.language.days[1:], writer.language.days[0]))
    columns = [c for c in base_columns(order, brief=True) if c.key not in ("count", "rate", "amount", "days")]
    columns += [Column(f"d{i}", tokens(letter), True) for i, letter in enumerate(letters)]
    columns += [column(order, "count"), column(order, "rate"), column(order, "amount")]
    blocks: list[tuple[datetime.date, list[list[Line]]]] = []
    number = 0
    for monday in campaign.weeks:
        rows = []
        for spot in campaign.spots:
            for days in (days for week, days in spot.weeks if week == monday):
                row = [tokens(str(days[int(c.key[1:])] or "")) if c.key[0] == "d" and c.key[1:].isdigit() else
                       counted(order, c.key, number, spot, sum(days)) for c in columns]  # fmt: skip
                rows.append(row)
                number += 1
        if rows:
            blocks.append((monday, rows))
    grid = begin(order, columns, [row for _, rows in blocks for row in rows])
    headed = rng.random() < 0.8
    sums = rng.random() < 0.6
    for monday, rows in blocks:
        if headed:
            order.room_for(grid.step * 3)
            order.sheet.put(
                order.left, order.y, [*tokens(order.say("week_of")), *order.day(monday)], order.size, bold=True
            )
            order.y += order.step
        for row in rows:
            grid.row(row)
        if sums and len(blocks) > 1:
            count, cents = campaign.of_week(monday)
            values = {"count": tokens(str(count)), "amount": writer.amount(cents)}
            cells = [values.get(c.key, []) for c in columns]
            grid.sums(tokens(order.say("week_total")), cells, bold=writer.look.bold_totals)
    return totals_row(order, grid, 0.6)
