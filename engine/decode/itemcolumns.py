"""Which column of an item table is which, where the rows' products prove it: the model may waver from row to row.

N words, F fields of line items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, permutations
from math import nan

import numpy as np

from docengine import Schema
from docengine.engine.decode.arithmetic import CENT, PRODUCT
from docengine.engine.decode.reading import Geometry
from docengine.engine.values import Hints, read_value
from docengine.schema import FieldType

Floats = np.ndarray

FAINT = 0.08
"""Least probability of an item's field with which a number is looked at."""
ALIGNED = 0.5
"""Right edges, or middles, of one column differ by less than this from cell to cell, in line heights."""
MOST_COLUMNS = 7
LEAST, MOSTLY = 2, 0.6
"""Rows that must multiply, and their share of those that have all three."""
FITS = 6.0
"""What a row that multiplies adds to the log-probability."""
PROVED = 0.7
"""Probability of a field that a product proves."""
TAKEN = 0.5
"""Probability above which a word is an item's without proof."""
REFUTED = 0.1
"""What is left of the probability of another column for the same field."""

LEFT = 0.3
"""Least probability of what else it may then be."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Neighbouring words with digits in one text row."""

    row: int
    places: tuple[int, ...]
    right: float
    middle: float
    numbers: tuple[float, ...]
    """What it is read as, by field of PRODUCT; NaN where it is read as nothing."""
    digit: float
    """Worth of its last printed digit, as a price."""
    scores: tuple[float, ...]
    """Log-probabilities of the fields of PRODUCT, less that of none of them."""


Column = dict[int, Cell]
"""By text row."""


def settle_columns(by_field: np.ndarray, geometry: Geometry, schema: Schema, hints: Hints) -> np.ndarray:
    """`by_field` (N, F) with quantity, unit price and line total where the products of most rows say they are."""
    names = [spec.name for spec in schema.line]
    if not set(PRODUCT) <= set(names):
        return by_field
    roles = [names.index(name) for name in PRODUCT]
    columns = _columns(_cells(by_field, roles, geometry, schema, hints), geometry.height)
    best = _roles(columns) if len(columns) >= len(PRODUCT) else None
    if best is None:
        return by_field
    role_of = dict(zip(best, roles, strict=True))
    settled = by_field.copy()
    whole = _items(by_field, geometry, schema) | set.intersection(*(set(columns[one]) for one in best))
    for number, column in enumerate(columns):
        role = role_of.get(number)
        for row, cell in column.items():
            places = list(cell.places)
            if role is None and any(row in columns[one] for one in best):
                settled[np.ix_(places, roles)] *= REFUTED
                settled[places] *= settled[places].sum(1, keepdims=True) > LEFT
            elif role is not None and not all(_settled(by_field[p], role, row in whole) for p in places):
                likely = np.maximum(by_field[places, role], PROVED)
                settled[places] = 0.0
                settled[places, role] = likely
    return settled


def _items(by_field: np.ndarray, geometry: Geometry, schema: Schema) -> set[int]:
    """Text rows with words of an item's text."""
    texts = [spec.type is FieldType.TEXT for spec in schema.line]
    return {geometry.rows[place] for place in np.flatnonzero(by_field[:, texts].sum(1) > TAKEN).tolist()}


def _settled(fields: np.ndarray, role: int, is_item: bool) -> bool:
    """Whether the model says so itself and, in the row of an item, surely enough for the word to be taken."""
    return bool(fields.argmax() == role and (fields[role] > TAKEN or not is_item))


def _cells(by_field: np.ndarray, roles: Sequence[int], geometry: Geometry, schema: Schema, hints: Hints) -> list[Cell]:
    specs = [schema[name] for name in PRODUCT]
    likely = np.flatnonzero(by_field.sum(1) > FAINT).tolist()
    digits = [place for place in likely if any(char.isdigit() for char in geometry.words[place].text)]
    none = 1 - by_field[:, roles].sum(1, keepdims=True)
    logs = (np.log(np.clip(by_field[:, roles], 0.02, 1.0)) - np.log(np.clip(none, 0.02, 1.0))).tolist()
    cells = []
    for _, group in groupby(digits, key=lambda place: geometry.rows[place]):
        for run in geometry.numbers(group):
            text, box = geometry.text(run), geometry.box(run)
            values = [read_value(text, spec, hints) for spec in specs]
            if not any(values):
                continue
            numbers = tuple(float(value) if value else nan for value in values)
            digit = 10.0 ** -len((values[1] or "").partition(".")[2])
            scores = tuple(sum(logs[place][role] for place in run) / len(run) for role in range(len(PRODUCT)))
            cells.append(Cell(geometry.rows[run[0]], run, box.x1, (box.x0 + box.x1) / 2, numbers, digit, scores))
    return cells


def _columns(cells: Sequence[Cell], height: float) -> list[Column]:
    """Cells that end, or are centred, at one x; of two in a row the likelier. The columns of most cells."""
    kinds = [_aligned(cells, edge, ALIGNED * height) for edge in ("right", "middle")]
    columns = min(kinds, key=len)
    columns = sorted((column for column in columns if len(column) >= LEAST), key=len, reverse=True)
    return columns[:MOST_COLUMNS]


def _aligned(cells: Sequence[Cell], edge: str, most: float) -> list[Column]:
    columns: list[Column] = []
    last = -1e9
    for cell in sorted(cells, key=lambda cell: getattr(cell, edge)):
        if getattr(cell, edge) - last > most:
            columns.append({})
        last = getattr(cell, edge)
        other = columns[-1].get(cell.row)
        if other is None or max(cell.scores) > max(other.scores):
            columns[-1][cell.row] = cell
    return columns


def _roles(columns: Sequence[Column]) -> tuple[int, int, int] | None:
    """Which columns are quantity, unit price and line total, if the products of most rows say so.

    Of all threes the likeliest: what the model says of their cells and how many rows multiply.
    """
    rows = sorted({row for column in columns for row in column})
    cells = [[column.get(row) for row in rows] for column in columns]
    there = np.array([[cell is not None for cell in line] for line in cells])
    numbers = np.array([[cell.numbers if cell else (np.nan,) * 3 for cell in line] for line in cells])
    digits = np.array([[cell.digit if cell else np.nan for cell in line] for line in cells])
    own = np.array([np.sum([cell.scores for cell in column.values()], axis=0) for column in columns])
    best, most = None, -np.inf
    for q, p, t in permutations(range(len(columns)), 3):
        fits, tries = _products(numbers[q, :, 0], numbers[p, :, 1], numbers[t, :, 2], digits[p])
        right, tried = int(fits.sum()), int((tries & there[q] & there[p] & there[t]).sum())
        merit = own[q, 0] + own[p, 1] + own[t, 2] + FITS * right
        if right >= LEAST and right >= MOSTLY * tried and merit > most:
            best, most = (q, p, t), merit
    return best


def _products(quantity: Floats, price: Floats, total: Floats, digit: Floats) -> tuple[np.ndarray, np.ndarray]:
    """Rows that multiply, and rows that could: a one and a zero prove nothing. `digit`: the price's last one."""
    tries = (quantity != 1) & (price != 1) & (quantity * price * total != 0)
    slack = np.maximum(float(CENT), np.minimum(abs(quantity) * digit / 2, abs(total) / 50))
    return tries & (abs(abs(quantity * price) - abs(total)) <= slack + 1e-6), tries
