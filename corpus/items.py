"""Finds the table rows and cells of labelled line items on a document's pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from docengine.corpus.context import Sheet
from docengine.corpus.labelled import Label
from docengine.corpus.runs import runs_of
from docengine.schema import Schema

WEIGHT = {"description": 3.0, "line_total": 2.0, "unit_price": 1.5, "quantity": 1.0, "tax_percent": 0.5}
BELOW = 4
"""Rows under an item's first one that its wrapped cells may reach into."""
PICKED = ("description", "line_total", "unit_price", "quantity", "tax_percent")
"""Cells are chosen in this order: what is unlikely to be mistaken first."""

Place = tuple[int, int]
"""(page, row)."""


@dataclass(frozen=True, slots=True)
class Cell:
    """An occurrence of a cell's value."""

    page: int
    row: int
    words: tuple[int, ...]
    x: float
    """Right edge, in shares of what the page's words cover: columns of numbers end at the same place."""


@dataclass
class PlacedItems:
    """Where the items were found."""

    labels: list[tuple[int, int, Label]] = field(default_factory=list)
    """(page, word's place, label)."""
    columns: frozenset[str] = frozenset()
    """Line fields that are known: most of their cells were found."""
    pages: dict[int, list[dict[str, str]]] = field(default_factory=dict)

    def of_page(self, page: int) -> list[dict[str, str]]:
        return self.pages.get(page, [])


def place_items(sheets: Sequence[Sheet], items: Sequence[Mapping[str, str]], schema: Schema) -> PlacedItems:
    """Matches items to rows, both in order down the pages, then cells to words.

    All line fields become unknown when an item has fewer than half of its cells on the page, and a field alone when
    fewer than half of its cells are found.
    """
    if not items:
        return PlacedItems()
    candidates = [{name: _cells(sheets, name, value, schema) for name, value in item.items()} for item in items]
    anchors = _anchors(candidates, [(p, r) for p, sheet in enumerate(sheets) for r in range(len(sheet.by_row))])
    chosen = _choose(candidates, anchors)
    if any(2 * len(cells) < len(item) for cells, item in zip(chosen, items, strict=True)):
        return PlacedItems()
    wanted, got = Counter(n for item in items for n in item), Counter(n for cells in chosen for n in cells)
    columns = frozenset(name for name in wanted if 2 * got[name] >= wanted[name])
    placed = PlacedItems(columns=columns)
    seen: Counter[int] = Counter()
    for item, cells, anchor in zip(items, chosen, anchors, strict=True):
        page = anchor[0] if anchor else 0
        for name, cell in cells.items():
            if name in columns:
                label = Label(name, seen[page])
                placed.labels += [(cell.page, i, label) for i in cell.words]
        seen[page] += 1
        placed.pages.setdefault(page, []).append({name: item[name] for name in cells if name in columns})
    return placed


def _cells(sheets: Sequence[Sheet], name: str, value: str, schema: Schema) -> list[Cell]:
    found = []
    for page, sheet in enumerate(sheets):
        right = max((word.box.x1 for word in sheet.words), default=1.0)
        for run, _ in runs_of(sheet, value, schema[name].type):
            found.append(Cell(page, sheet.rows[run[0]], run, sheet.words[run[-1]].box.x1 / right))
    return found


def _anchors(candidates: list[dict[str, list[Cell]]], places: list[Place]) -> list[Place | None]:
    """The row of each item: rows strictly increase, and the cells on and just under them weigh the most."""
    index = {place: i for i, place in enumerate(places)}
    best = [0.0] * (len(places) + 1)  # best[r]: weight of the items so far within the first r rows
    back: list[list[tuple[int, bool]]] = []
    for item in candidates:
        gain = [0.0] * len(places)
        for name, cells in item.items():
            value = [0.0] * len(places)
            for cell in cells:
                at = index[cell.page, cell.row]
                for up in range(min(BELOW, at) + 1):
                    if places[at - up][0] == cell.page:
                        value[at - up] = max(value[at - up], WEIGHT.get(name, 1.0) * (1 - 0.2 * up))
            gain = [a + b for a, b in zip(gain, value, strict=True)]
        now, step = [best[0]], [(0, False)]
        for r in range(1, len(places) + 1):
            options = [(best[r], 0), (now[r - 1], 1), (best[r - 1] + gain[r - 1], 2)]
            top, how = max(options, key=lambda option: (option[0], -option[1]))
            now.append(top)
            step.append((how, how == 2))
        best = now
        back.append(step)
    return _walk_back(back, places)


def _walk_back(back: list[list[tuple[int, bool]]], places: list[Place]) -> list[Place | None]:
    anchors: list[Place | None] = []
    r = len(places)
    for step in reversed(back):
        while step[r][0] == 1:
            r -= 1
        taken = step[r][1]
        if taken:
            r -= 1
        anchors.append(places[r] if taken else None)
    return anchors[::-1]


def _choose(candidates: list[dict[str, list[Cell]]], anchors: list[Place | None]) -> list[dict[str, Cell]]:
    """One occurrence of each cell near its item's row, in its column; no word twice."""
    near = [
        {name: [cell for cell in cells if anchor and _reaches(anchor, cell)] for name, cells in item.items()}
        for item, anchor in zip(candidates, anchors, strict=True)
    ]
    columns = {name: _column(name, near) for name in PICKED}
    taken: set[tuple[int, int]] = set()
    chosen: list[dict[str, Cell]] = []
    for item, anchor in zip(near, anchors, strict=True):
        cells: dict[str, Cell] = {}
        for name in sorted(item, key=lambda name: PICKED.index(name) if name in PICKED else -1):
            free = [c for c in item[name] if not taken.intersection((c.page, i) for i in c.words)]
            if free and anchor:
                cell = min(free, key=lambda c: (c.row - anchor[1]) * 0.2 + abs(c.x - columns.get(name, c.x)))
                cells[name] = cell
                taken.update((cell.page, i) for i in cell.words)
        chosen.append(cells)
    return chosen


def _reaches(anchor: Place, cell: Cell) -> bool:
    return cell.page == anchor[0] and 0 <= cell.row - anchor[1] <= BELOW


def _column(name: str, near: list[dict[str, list[Cell]]]) -> float:
    """Where the column's cells end: of the cells found once where there are any; else totals right, the rest left."""
    single = [cells[0].x for item in near if len(cells := item.get(name, [])) == 1]
    if single:
        return median(single)
    every = [cell.x for item in near for cell in item.get(name, [])]
    return max(every, default=1.0) if name == "line_total" else min(every, default=0.0)
