"""A row of numbers between the head and the items, by which forms refer to columns: `0 1 2 3 4 5 (3x4)`."""

from __future__ import annotations

import random

from docengine.corpus.generator.columns import Column
from docengine.corpus.generator.sheet import Sheet, tokens

NUMBERED = {"RO": 0.25, "PL": 0.03, "TR": 0.02, "IT": 0.01, "BR": 0.02, "IN": 0.03, "CZ": 0.02}
"""Country -> how often an item table's columns are numbered."""


def number_columns(sheet: Sheet, rng: random.Random, columns: list[Column], y: float, size: float) -> float:
    """Writes each column's number in its middle, that of the amounts as a product; returns the y below."""
    first, form = rng.choice((0, 1, 1)), rng.choice(("{}", "{}", "({})", "{}."))
    numbers = {column.key: number for number, column in enumerate(columns, first)}
    factors = [str(numbers[key]) for key in ("quantity", "unit_price") if key in numbers]
    product = rng.choice(("{0}({1})", "{0}={1}", "{0} ({1})", "{0}")).format("{}", rng.choice("x*").join(factors))
    small = size * rng.choice((0.75, 0.85, 1.0))
    for column in columns:
        whole = product if column.key == "line_total" and len(factors) == 2 else form
        text = whole.format(numbers[column.key])
        sheet.put(column.left + column.width / 2, y, tokens(text), small, align="c", room=column.width + size * 0.6)
    return y + small * 1.5
