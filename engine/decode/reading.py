"""A page as the model read it, and the geometry that decoding asks for.

N words in reading order (row-major), C tags. Boxes are page pixels, origin top left, x0, y0, x1, y1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from docengine import Box, Word

GAP = 2.5
"""A space wider than this, in line heights, parts two columns."""
WIDE_GAP = 6.0
"""The same inside a value that the model says goes on."""
SPACE = 1.2
"""The widest space between two words of one text, in line heights."""
GROUPS = re.compile(r"-?\d{1,3} \d{3}(?:[.,]\d+)?")
"""Two words that are groups of one number's digits (`2 952,00`)."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """The model's outputs for one page."""

    words: list[Word]
    """N single words, lines top to bottom, left to right, across columns."""
    rows: np.ndarray
    """(N,) int: the physical text row of each word."""
    tags: np.ndarray
    """(N, C) float: probabilities over the schema's tags."""
    same_item: np.ndarray
    """(N, N) float: probability that two words belong to the same row of the item table."""
    index: int
    """The page's place in its document, from 0."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where words stand to one another, in plain lists: they are read word by word."""

    words: list[Word]
    rows: list[int]
    height: float
    """Of a usual word, in pixels."""
    gaps: list[float]
    """N: space to the word before on the same row, in line heights; infinite at the start of a row."""
    page: int

    @classmethod
    def of(cls, page: ReadPage) -> Geometry:
        boxes = np.asarray([word.box for word in page.words], np.float64).reshape(-1, 4)
        rows = np.asarray(page.rows, np.int64).reshape(-1)
        heights = boxes[:, 3] - boxes[:, 1]
        height = max(float(np.median(heights)) if len(boxes) else 1.0, 1e-3)
        gaps = np.full(len(boxes), np.inf)
        if len(boxes) > 1:
            lines = np.maximum(np.minimum(heights[1:], heights[:-1]), height)  # large print has large spaces
            space = np.maximum(boxes[1:, 0] - boxes[:-1, 2], 0.0) / lines
            gaps[1:] = np.where(rows[1:] == rows[:-1], space, np.inf)
        return cls(page.words, rows.tolist(), height, gaps.tolist(), page.index)

    def text(self, places: Sequence[int]) -> str:
        return " ".join(self.words[i].text for i in places)

    def box(self, places: Sequence[int]) -> Box:
        return Box.around(self.words[i].box for i in places)

    def numbers(self, places: Iterable[int]) -> list[tuple[int, ...]]:
        """`places`, in reading order, by number: most have one word, some a word for each group of digits."""
        runs: list[list[int]] = []
        for place in places:
            last = runs[-1][-1] if runs else -9
            pair = place == last + 1 and self.gaps[place] <= GAP
            if pair and GROUPS.fullmatch(self.text((last, place))):
                runs[-1].append(place)
            else:
                runs.append([place])
        return [tuple(run) for run in runs]

    def ends(self, place: int) -> bool:
        """Whether the word is the last one of its row, or of its column there."""
        return place + 1 >= len(self.gaps) or self.gaps[place + 1] > GAP

    def level(self, some: Sequence[int], others: Sequence[int]) -> bool:
        """Whether they stand on one line to the eye, whatever text rows they were gathered into."""
        a, b = self.box(some), self.box(others)
        return min(a.y1, b.y1) - max(a.y0, b.y0) > min(a.height, b.height) / 2


@dataclass(frozen=True, slots=True)
class Span:
    """Words that may be a value."""

    text: str
    """As printed, single spaces."""
    score: float
    """0..1, from the tag probabilities alone."""
    box: Box
    page: int
    places: tuple[int, ...]
    """The words' places in reading order."""
    sign: Word | None = None
    """Amounts: the currency that stands beside them."""


def sound(probabilities: np.ndarray) -> np.ndarray:
    """float32 in 0..1; NaN and infinities become 0."""
    values = np.asarray(probabilities, np.float32)
    if not np.isfinite(values.sum()):
        values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    return np.clip(values, 0.0, 1.0)
