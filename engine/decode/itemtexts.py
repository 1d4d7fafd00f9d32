"""Which words of an item table's texts are the description: columns of codes beside it are not, a number's unit is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from docengine.engine.decode.itemgroups import TextRow
from docengine.engine.decode.reading import SPACE, Geometry, Span

ALIGNED = 0.5
"""Cells of one column begin within this many line heights of one another."""
FEWER = 0.5
"""A column beside the texts has at most this share of their letters."""
UNIT = re.compile(
    r"[cmdh]?l|k?g|mg|lbs?|oz|[ckm]?m|m[²³]|in|ft|pcs?|ea|st|stc?k|szt|ks|un|uds|pz|k?w|kwh|[gmt]b", re.IGNORECASE
)
"""As it follows a number."""


def with_unit(run: tuple[int, ...], taken: frozenset[int], geometry: Geometry) -> tuple[int, ...]:
    """`run`, the places of a description, with the unit of the number that it ends with; `taken`: no words of these."""
    after = run[-1] + 1
    if after >= len(geometry.words) or after in taken or geometry.gaps[after] > SPACE:
        return run
    number, unit = geometry.words[run[-1]].text, geometry.words[after].text.rstrip(".,")
    return (*run, after) if UNIT.fullmatch(unit) and number.replace(",", "").replace(".", "").isdecimal() else run


def drop_side_columns(rows: Sequence[TextRow], field: str, height: float) -> None:
    """Takes codes, dates and references in a column of their own, left or right of the texts, off the cells of `field`.

    A column begins at one x in two rows or more and has far fewer letters than the texts. `height`: of a line.
    """
    cells = [[span for name, span in row.cells if name == field] for row in rows]
    starts = sorted(span.box.x0 for line in cells for span in line[1:])
    edges = [a for a, b in pairwise(starts) if b - a <= ALIGNED * height]
    for edge in edges[:1]:
        parted = {i: _sides(line, edge, height) for i, line in enumerate(cells)}
        both = {i: sides for i, sides in parted.items() if all(sides)}
        letters = [sum(_letters(span) for sides in both.values() for span in sides[side]) for side in (0, 1)]
        if min(letters) <= FEWER * max(letters):
            for i, sides in both.items():
                less = sides[letters.index(min(letters))]
                rows[i].cells = [cell for cell in rows[i].cells if cell[1] not in less]


def _sides(line: Sequence[Span], edge: float, height: float) -> tuple[list[Span], list[Span]]:
    left = [span for span in line if span.box.x0 < edge - ALIGNED * height]
    return left, [span for span in line if span not in left]


def _letters(span: Span) -> int:
    return sum(char.isalpha() for char in span.text)
