"""Tables of any columns: widths measured from the cells, a head row that further pages repeat, rules or none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from docengine.corpus.generator.sheet import Line, tokens

if TYPE_CHECKING:
    from docengine.corpus.generator.airtime import Order

HEADS = ("rule", "rule", "rule", "rules", "fill", "dark", "box", "underlined", "none")


class Column(NamedTuple):
    key: str
    head: Line
    right: bool = False


@dataclass(slots=True)
class Grid:
    """A laid out table. `stops` are the columns' left edges, in points."""

    order: Order
    columns: list[Column]
    stops: list[float]
    widths: list[float]
    size: float
    style: str
    ruled: bool
    boxed: bool
    bold_head: bool
    heads: list[list[Line]] = field(default_factory=list)
    drops: list[float] = field(default_factory=list)
    """How far below the row's top each column's cells begin, in points."""
    scales: list[float] = field(default_factory=list)
    """Size of each column's cells in sizes of the table."""

    def head(self) -> None:
        """The head row, at the order's place; its lines end at the same height."""
        order, size = self.order, self.size
        sheet, step = order.sheet, self.step
        high = max(len(lines) for lines in self.heads)
        x0, x1 = self.stops[0] - 2, self.stops[-1] + self.widths[-1]
        top = order.y
        if self.style in ("fill", "dark"):
            sheet.fill(x0, top - 1.5, x1, top + high * step, 0.85 if self.style == "fill" else 0.15)
            sheet.inverse = self.style == "dark"
        for column, lines, stop, width in zip(self.columns, self.heads, self.stops, self.widths, strict=True):
            y = top + (high - len(lines)) * step
            for line in lines:
                right = column.right and self.style != "box"
                end = sheet.put(stop + width - 4 if right else stop, y, line, size, bold=self.bold_head,
                    align="r" if right else "l", room=width - 3)  # fmt: skip
                y += step
                if self.style == "underlined":
                    sheet.rule(end - sheet.measure(line, size), y - step * 0.12, end, y - step * 0.12)
        sheet.inverse = False
        order.y = top + high * step
        if self.style in ("rule", "rules", "box"):
            sheet.rule(x0, order.y, x1, order.y)
        if self.style in ("rules", "box"):
            sheet.rule(x0, top - 2, x1, top - 2)
        if self.style == "box":
            for stop in [*self.stops, x1 + 2]:
                sheet.rule(stop - 2, top - 2, stop - 2, order.y)
        order.y += size * 0.3

    @property
    def step(self) -> float:
        return self.size * self.order.leading

    def row(self, cells: list[Line], *, bold: bool = False) -> None:
        """One row; the page is turned where it does not fit."""
        order, size = self.order, self.size
        order.room_for(self.step)
        put, y = order.sheet.put, order.y
        places = zip(self.columns, cells, self.stops, self.widths, self.drops, self.scales, strict=True)
        for column, cell, stop, width, drop, scale in places:
            if not cell:
                continue
            if column.right:
                put(stop + width - 4, y + drop, cell, size * scale, bold=bold, align="r", room=width - 4)
            else:
                put(stop, y + drop, cell, size * scale, bold=bold, room=width - 4)
        order.y = y + self.step
        if self.boxed:
            for stop in [*self.stops, self.stops[-1] + self.widths[-1] + 2]:
                order.sheet.rule(stop - 2, y - 1, stop - 2, order.y)
        if self.ruled:
            self.rule()

    def sums(self, caption: Line, cells: list[Line], *, bold: bool = False) -> None:
        """A row of sums whose caption runs over the empty cells from the first one on."""
        at = next((i for i, cell in enumerate(cells) if not cell), 0)
        end = next((i for i in range(at, len(cells)) if cells[i]), len(cells))
        room = (self.stops[end] if end < len(cells) else self.stops[-1] + self.widths[-1]) - self.stops[at] - 4
        self.order.room_for(self.step)
        y = self.order.y
        self.row(cells, bold=bold)
        self.order.sheet.put(self.stops[at], y, caption, self.size, bold=bold, room=max(room, 20))

    def rule(self) -> None:
        order = self.order
        order.sheet.rule(self.stops[0] - 2, order.y - 1, self.stops[-1] + self.widths[-1], order.y - 1)


def lay(order: Order, columns: list[Column], rows: list[list[Line]], *, full: bool = True, x: float = 0.0) -> Grid:
    """A grid for these rows, over the full width or as wide as they need, in smaller type where that is too little."""
    sheet, size, rng = order.sheet, order.table_size, order.rng
    rows = rows[:40]
    widths = []
    for i, column in enumerate(columns):
        wide = max((sheet.measure([token], size, True) for token in column.head), default=0.0)
        cells = [row[i] for row in rows if row[i]]
        widths.append(max([wide, *(sheet.measure(cell, size) for cell in cells)]) + size * 0.9)
    total, left = sum(widths), x or order.left + rng.choice((0.0, 0.0, 3.0, rng.uniform(0, 24)))
    room = order.right - left
    if total > room:
        size = max(4.6, size * room / total)
        widths = [width * room / total for width in widths]
    elif full:
        if rng.random() < 0.5:  # the description takes what is left over
            at = max(range(len(columns)), key=lambda i: widths[i])
            widths[at] += (room - total) * 0.6
            total += (room - total) * 0.6
        widths = [width * room / total for width in widths]
    stops = []
    for width in widths:
        stops.append(left)
        left += width
    style = rng.choice(HEADS)
    ruled, boxed = rng.random() < 0.22, rng.random() < 0.12
    grid = Grid(order, columns, stops, widths, size, style, ruled or boxed, boxed,
        rng.random() < 0.3 or order.writer.look.bold_labels)  # fmt: skip
    loose = order.writer.once("columns unlike", 0.5)
    grid.drops = [rng.choice((0.0, 0.0, size * rng.uniform(0, 0.3))) if loose else 0.0 for _ in columns]
    grid.scales = [rng.choice((1.0, 1.0, 1.0, 0.92, 0.85)) if loose else 1.0 for _ in columns]
    grid.heads = [
        sheet.wrap(column.head, size, width - 3, grid.bold_head) for column, width in zip(columns, widths, strict=True)
    ]
    return grid


def begin(order: Order, columns: list[Column], rows: list[list[Line]]) -> Grid:
    """Lays the schedule out and writes its head, which further pages repeat."""
    grid = lay(order, columns, rows)
    order.room_for(order.step * 4)
    grid.head()
    order.spot_head = grid.head
    return grid


def totals_row(order: Order, grid: Grid, share: float, *, given: dict[str, Line] | None = None) -> bool:
    """`Totals  84  $4,455.00` under the columns that it sums; returns whether the amount is among them."""
    keys = [column.key for column in grid.columns]
    if order.rng.random() >= share or not {"amount", "count"} & set(keys):
        return False
    cells: list[Line] = [(given or {}).get(key, []) for key in keys]
    if "count" in keys:
        cells[keys.index("count")] = tokens(str(order.campaign.count))
    if "amount" in keys:
        cells[keys.index("amount")] = order.gross()
    order.room_for(grid.step * 2)
    if order.rng.random() < 0.6:
        grid.rule()
    grid.sums(tokens(order.say("gross")), cells, bold=order.writer.look.bold_totals)
    return "amount" in keys
