"""Rows of the item table: cells on the page's text rows, text rows gathered into items.

n item words, R text rows that hold any.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import exp

import numpy as np

from docengine import Box, Schema
from docengine.engine.decode.arithmetic import TOTAL
from docengine.engine.decode.itemcolumns import settle_columns
from docengine.engine.decode.itemgroups import MOST_LINES, TextRow, gather
from docengine.engine.decode.itemtexts import drop_side_columns, with_unit
from docengine.engine.decode.reading import GAP, Geometry, Span, sound
from docengine.engine.values import Hints, parse, read_value
from docengine.schema import FieldType

TEXT_GAP = 1.5
"""A space wider than this, in line heights, parts cells of texts; those of one description are joined again."""

RawItem = dict[str, list[Span]]
"""Field name to its cells' texts, top to bottom."""


def find_items(
    tags: np.ndarray, same_item: np.ndarray, geometry: Geometry, schema: Schema, hints: Hints
) -> list[RawItem]:
    """Items top to bottom. `tags` (N, C) and `same_item` (N, N) are probabilities."""
    if not schema.line:
        return []
    begins = [schema.begin(spec.name) for spec in schema.line]
    by_field = np.stack([tags[:, b] + tags[:, b + 1] for b in begins], axis=1)
    by_field = settle_columns(by_field, geometry, schema, hints)
    item_tags = np.array([column for b in begins for column in (b, b + 1)])
    chosen = (by_field.sum(1) > 0.5) | np.isin(tags.argmax(1), item_tags) & (by_field.sum(1) > 0.2)
    places = np.flatnonzero(chosen)
    if not len(places):
        return []
    rows = _text_rows(places, by_field, geometry, schema, hints)
    for spec in schema.line:
        if spec.type is FieldType.TEXT:
            drop_side_columns(rows, spec.name, geometry.height)
    groups = gather(rows, _affinity(places, same_item, geometry), geometry.height)
    items = [_item([rows[i] for i in group.rows]) for group in groups]
    return _without_strays([item for item in items if _worth(item, schema, hints)], geometry.height)


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
        read = {n: read_value(s.text, schema[n], hints) for n, s in cells if schema[n].type is not FieldType.TEXT}
        fixed = {name: value for name, value in read.items() if value is not None}
        boxes = [span.box for _, span in cells]
        bare = all(schema[name].type is not FieldType.TEXT for name, _ in cells)
        rows.append(TextRow(cells, fixed, bare, min(b.y0 for b in boxes), max(b.y1 for b in boxes)))
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
    taken = frozenset(places)
    runs = [tuple(cell) for cell in cells]
    return [with_unit(run, taken, geometry) if best[run[0]] in texts else run for run in runs]


def _affinity(places: np.ndarray, same_item: np.ndarray, geometry: Geometry) -> np.ndarray:
    """(R, R): mean probability that a word of one text row belongs to the same item as a word of another."""
    same = sound(np.asarray(same_item)[np.ix_(places, places)])
    rows = np.asarray(geometry.rows)[places]
    starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
    counts = np.diff(np.r_[starts, len(rows)])
    means = np.add.reduceat(np.add.reduceat(same, starts, axis=0), starts, axis=1) / np.outer(counts, counts)
    return np.asarray((means + means.T) / 2)


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


def _without_strays(items: list[RawItem], height: float) -> list[RawItem]:
    """Where most items have a line total, one without is none if it has no name either, or stands far from the table.

    `height`: of a line, in pixels.
    """
    totals = [Box.around(span.box for spans in item.values() for span in spans) for item in items if TOTAL in item]
    if len(totals) < 2 or 2 * len(totals) < len(items):
        return items
    return [item for item in items if TOTAL in item or (_named(item) and _near(item, totals, height))]


def _named(item: RawItem) -> bool:
    return any(char.isalpha() for span in item.get("description", ()) for char in span.text)


def _near(item: RawItem, others: Sequence[Box], height: float) -> bool:
    box = Box.around(span.box for spans in item.values() for span in spans)
    return min(max(box.y0 - one.y1, one.y0 - box.y1) for one in others) <= MOST_LINES * height
