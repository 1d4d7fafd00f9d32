"""Rows of the item table: cells on the page's text rows, text rows gathered into items.

n item words, R text rows that hold any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import exp

import numpy as np

from docengine import Schema
from docengine.engine.decode.reading import GAP, Geometry, Span, sound
from docengine.engine.values import Hints, parse
from docengine.schema import FieldType

TEXT_GAP = 4.0
"""A space wider than this, in line heights, ends a description."""
JOIN = 0.5
"""Mean probability of belonging together above which two neighbouring text rows become one item."""
APART = 0.15
"""Below this the model, where it is sure elsewhere, says that a text belongs to no neighbour."""
SURE = 0.6
MOST_LINES = 6.0
"""Text rows of one item follow each other within this many line heights."""

RawItem = dict[str, list[Span]]
"""Field name to its cells' texts, top to bottom."""


@dataclass(slots=True)
class TextRow:
    """Item words of one physical row."""

    cells: list[tuple[str, Span]]
    fixed: frozenset[str]
    """Fields other than text that parse: an item has each of them once."""
    y0: float
    y1: float


@dataclass(slots=True)
class Group:
    """Text rows of one item."""

    rows: list[int]
    fixed: frozenset[str] = field(default_factory=frozenset)


def find_items(
    tags: np.ndarray, same_item: np.ndarray, geometry: Geometry, schema: Schema, hints: Hints
) -> list[RawItem]:
    """Items top to bottom. `tags` (N, C) and `same_item` (N, N) are probabilities."""
    if not schema.line:
        return []
    begins = [schema.begin(spec.name) for spec in schema.line]
    by_field = np.stack([tags[:, b] + tags[:, b + 1] for b in begins], axis=1)
    item_tags = np.array([column for b in begins for column in (b, b + 1)])
    chosen = (by_field.sum(1) > 0.5) | np.isin(tags.argmax(1), item_tags) & (by_field.sum(1) > 0.2)
    places = np.flatnonzero(chosen)
    if not len(places):
        return []
    rows = _text_rows(places, by_field, geometry, schema, hints)
    groups = _gather(rows, _affinity(places, same_item, geometry), geometry.height)
    items = [_item([rows[i] for i in group.rows]) for group in groups]
    return [item for item in items if _worth(item, schema, hints)]


def _text_rows(
    places: np.ndarray, by_field: np.ndarray, geometry: Geometry, schema: Schema, hints: Hints
) -> list[TextRow]:
    best = by_field.argmax(1).tolist()
    logs = np.log(np.clip(by_field, 1e-6, 1.0)).tolist()
    line = schema.line
    texts = frozenset(i for i, spec in enumerate(line) if spec.type is FieldType.TEXT)
    rows = []
    for _, group in groupby(places.tolist(), key=lambda place: geometry.rows[place]):
        cells = []
        for run in _cells(list(group), best, geometry, texts):
            column = best[run[0]]
            mean = exp(sum(logs[i][column] for i in run) / len(run))
            span = Span(geometry.text(run), mean, geometry.box(run), geometry.page, run)
            cells.append((line[column].name, span))
        fixed = {n for n, s in cells if schema[n].type is not FieldType.TEXT and parse(s.text, schema[n].type, hints)}
        boxes = [span.box for _, span in cells]
        rows.append(TextRow(cells, frozenset(fixed), min(b.y0 for b in boxes), max(b.y1 for b in boxes)))
    return rows


def _cells(places: list[int], best: list[int], geometry: Geometry, texts: frozenset[int]) -> list[tuple[int, ...]]:
    """Neighbouring words of a row that are of the same field. `best`: each word's; `texts`: which of them are texts."""
    cells: list[list[int]] = []
    for place in places:
        last = cells[-1][-1] if cells else -9
        is_text = best[place] in texts
        gap = max(geometry.gaps[last + 1 : place + 1], default=0.0)
        near = gap <= (TEXT_GAP if is_text else GAP) and place - last <= (2 if is_text else 1)
        if near and best[place] == best[last]:
            cells[-1] += range(last + 1, place + 1)
        else:
            cells.append([place])
    return [tuple(cell) for cell in cells]


def _affinity(places: np.ndarray, same_item: np.ndarray, geometry: Geometry) -> np.ndarray:
    """(R, R): mean probability that a word of one text row belongs to the same item as a word of another."""
    same = sound(np.asarray(same_item)[np.ix_(places, places)])
    rows = np.asarray(geometry.rows)[places]
    starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
    counts = np.diff(np.r_[starts, len(rows)])
    means = np.add.reduceat(np.add.reduceat(same, starts, axis=0), starts, axis=1) / np.outer(counts, counts)
    return np.asarray((means + means.T) / 2)


def _gather(rows: Sequence[TextRow], affinity: np.ndarray, height: float) -> list[Group]:
    """Text rows into items: neighbours that the model joins, then texts without a number to the item they suit."""
    groups = [Group([i], row.fixed) for i, row in enumerate(rows)]
    groups = _join(groups, rows, affinity, height)
    return _attach(groups, rows, affinity, height)


def _join(groups: list[Group], rows: Sequence[TextRow], affinity: np.ndarray, height: float) -> list[Group]:
    """Neighbours of the greatest affinity first; two that both have a line total stay two items."""
    pairs = sorted(((float(affinity[i, i + 1]), i) for i in range(len(rows) - 1)), reverse=True)
    owner = dict(enumerate(groups))
    for likely, i in pairs:
        above, below = owner[i], owner[i + 1]
        if likely <= JOIN or above.fixed & below.fixed or not _close(rows, i, i + 1, height):
            continue
        above.rows += below.rows
        above.fixed |= below.fixed
        owner.update(dict.fromkeys(below.rows, above))
    return [owner[i] for i in range(len(rows)) if owner[i].rows[0] == i]


def _close(rows: Sequence[TextRow], above: int, below: int, height: float) -> bool:
    return rows[below].y0 - rows[above].y1 <= MOST_LINES * height


def _attach(groups: list[Group], rows: Sequence[TextRow], affinity: np.ndarray, height: float) -> list[Group]:
    """Groups of text alone join the item above or below; which, says the model or, where it is silent, the layout."""
    anchors = [i for i, group in enumerate(groups) if group.fixed]
    if not anchors:
        return groups
    sure = float(np.diag(affinity).mean()) > SURE
    texts_first = anchors[0] > 0 and anchors[-1] == len(groups) - 1
    extra: dict[int, list[int]] = {i: [] for i in anchors}
    alone = []
    for i, group in enumerate(groups):
        if group.fixed:
            continue
        home = _home(i, groups, rows, affinity, height, sure, texts_first)
        if home is None:
            alone.append(i)
        else:
            extra[home] += group.rows
    kept = [Group(sorted(groups[i].rows + extra[i]), groups[i].fixed) for i in anchors]
    return sorted(kept + [groups[i] for i in alone], key=lambda group: group.rows[0])


def _home(
    at: int,
    groups: Sequence[Group],
    rows: Sequence[TextRow],
    affinity: np.ndarray,
    height: float,
    sure: bool,
    texts_first: bool,
) -> int | None:
    """Index of the anchored group that text group `at` belongs to."""
    above = next((i for i in range(at - 1, -1, -1) if groups[i].fixed), None)
    below = next((i for i in range(at + 1, len(groups)) if groups[i].fixed), None)
    if above is not None and not _close(rows, groups[at - 1].rows[-1], groups[at].rows[0], height):
        above = None
    if below is not None and not _close(rows, groups[at].rows[-1], groups[at + 1].rows[0], height):
        below = None
    homes = [home for home in (above, below) if home is not None]
    if not homes:
        return None
    suits = {home: float(affinity[np.ix_(groups[at].rows, groups[home].rows)].mean()) for home in homes}
    if sure and max(suits.values()) < APART:
        return None
    if len(homes) == 2 and abs(suits[homes[0]] - suits[homes[1]]) > 0.1:
        return max(homes, key=lambda home: suits[home])
    return homes[-1] if texts_first else homes[0]


def _item(rows: Sequence[TextRow]) -> RawItem:
    item: RawItem = {}
    for row in rows:
        for name, span in row.cells:
            item.setdefault(name, []).append(span)
    return item


def _worth(item: RawItem, schema: Schema, hints: Hints) -> bool:
    """Whether it has a text or an amount: anything less is no item."""
    for name, spans in item.items():
        kind = schema[name].type
        if kind in (FieldType.TEXT, FieldType.AMOUNT) and any(parse(span.text, kind, hints) for span in spans):
            return True
    return False
