"""Spots as they ran: one by one, or below the lines that ordered them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docengine.corpus.generator.aircells import (
    air_time,
    cell,
    column,
    day_name,
    make_ads,
    money_cell,
    remark,
    week_tokens,
)
from docengine.corpus.generator.airgrid import Column, begin, lay, totals_row
from docengine.corpus.generator.campaign import ONE_DAY, Spot
from docengine.corpus.generator.sheet import Line, Token, tokens

if TYPE_CHECKING:
    from docengine.corpus.generator.airtime import Order


def aired(order: Order) -> bool:
    """Every spot as it ran, by day or by line; each is charged at its rate."""
    campaign, rng = order.campaign, order.rng
    ads = make_ads(order)
    keys = ["air_date", "air_day", "air_time", "description", "channel", "length", "ad"]
    shares = (1.0, 0.65, 0.8, 0.85, 0.35, 0.7, 0.6)
    keys = [key for key, share in zip(keys, shares, strict=True) if rng.random() < share]
    if rng.random() < 0.4:
        keys.insert(0, "line")
    if rng.random() < 0.2:
        rng.shuffle(keys)
    keys += [rng.choice(("rate", "amount"))] + (["remarks"] if rng.random() < 0.4 else [])
    columns = [column(order, key) for key in keys]
    runs = [(day, spot, line) for line, spot in enumerate(campaign.spots, 1) for day in spot.airings]
    if rng.random() < 0.6:
        runs.sort(key=lambda run: (run[0], run[2]))
    rows = []
    for number, (day, spot, line) in enumerate(runs):
        values: dict[str, Line] = {
            "line": tokens(str(line)), "air_date": order.day(day), "air_day": tokens(day_name(order, day)),
            "air_time": tokens(air_time(order, spot)), "ad": tokens(rng.choice(ads)),
            "remarks": remark(order, day, number),
        }  # fmt: skip
        row = []
        for key in keys:
            if key in ("rate", "amount"):
                row.append(money_cell(order, number, "line_total", spot.rate))
            else:
                row.append(values[key] if key in values else cell(order, key, number, spot))
        rows.append(row)
    grid = begin(order, columns, rows)
    for row in rows:
        grid.row(row)
    return totals_row(order, grid, 0.4)


def nested(order: Order) -> bool:
    """A head row a line with its spots below, each with day, date and time; charged by the line or by the spot."""
    campaign, rng, writer = order.campaign, order.rng, order.writer
    by_line = rng.random() < 0.5
    keys = ["line", "channel", "start", "end", "description", "hours", "days", "length"]
    keys = [key for key in keys if key in ("line", "description") or rng.random() < 0.6]
    if by_line:
        keys += [key for key in ("week", "count", "rate", "amount") if key == "rate" or rng.random() < 0.8]
    columns = [column(order, key) for key in keys]
    first, parents = [0], []
    for line, spot in enumerate(campaign.spots):
        cells = [tokens(str(line + 1)) if key == "line" else cell(order, key, first[-1], spot) for key in keys]
        parents.append(cells)
        first.append(first[-1] + (1 if by_line else len(spot.airings)))
    grid = begin(order, columns, parents)
    runs = [
        _runs(order, spot, None if by_line else number) for spot, number in zip(campaign.spots, first[:-1], strict=True)
    ]
    heads = [Column(key, tokens(order.say(f"col_{key}")), key == "rate") for key in _RUN]
    below = lay(order, heads, [row for rows in runs for row in rows], full=rng.random() < 0.5,
        x=order.left + order.width * rng.choice((0.02, 0.05, 0.1)))  # fmt: skip
    below.style, head, bold = rng.choice(("none", "underlined", "rule")), rng.random() < 0.4, rng.random() < 0.4
    for spot, parent, rows in zip(campaign.spots, parents, runs, strict=True):
        order.room_for(order.step * 4)
        grid.row(parent, bold=bold)
        if writer.once("weeks of spots", 0.5):
            monday, days = spot.weeks[0]
            text = [*order.day(monday), *tokens("to"), *order.day(monday + 6 * ONE_DAY), Token(f"{sum(days)}x"),
                    *week_tokens(order, days)]  # fmt: skip
            order.sheet.put(below.stops[2], order.y, text, order.size)
            order.y += order.step
        if head:
            below.head()
        for row in rows:
            below.row(row)
    return totals_row(order, grid, 0.2)


_RUN = ("line", "channel", "air_day", "air_date", "air_time", "length", "ad", "rate")


def _runs(order: Order, spot: Spot, number: int | None) -> list[list[Line]]:
    """A row for each time it ran; line items from `number` on, or none where the line is the item."""
    ads, writer, rows = make_ads(order), order.writer, []
    for i, day in enumerate(spot.airings):
        if number is None:
            money = writer.priced(writer.money(spot.rate), None, "line")
        else:
            money = money_cell(order, number + i, "line_total", spot.rate)
        rows.append([tokens(str(i + 1)), tokens(spot.outlet), tokens(day_name(order, day)), order.day(day),
            tokens(air_time(order, spot)), tokens(spot.length), tokens(order.rng.choice(ads)), money])  # fmt: skip
    return rows
