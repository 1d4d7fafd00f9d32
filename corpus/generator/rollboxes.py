"""Boxes of a receipt's words as people and OCR draw them: round pieces of a line, close to the ink, uneven."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import lru_cache

from docengine.corpus.generator.sheet import Sheet
from docengine.engine.layout import NARROW, WIDE

_BELOW = frozenset(",;()[]|@$/QJgjpqy{}_")
"""Characters that reach below the base line."""
_LOW = frozenset(".,:;-=_*+'\"~ ")
"""Characters of less than a capital's height."""


def crop_boxes(sheet: Sheet, rng: random.Random, height: float, size: float) -> None:
    """Gives each piece of a line one height close to its ink, and mostly its letters an even share of its width.

    `height` is that of a usual line's box at the type size `size`, in points.
    """
    draw, words, styles = rng.random, sheet.words, sheet.styles
    even, jitter = draw() < 0.87, rng.choice((0.03, 0.05, 0.08, 0.12)) * 2.45  # of two uniform numbers' sum
    shift = rng.choice((0.0, 0.1, 0.15, 0.25)) * height * 2.45
    """How far a piece's ends lie off its ink."""
    base, odd = rng.uniform(0.0, 0.1), rng.choice((0.0, 0.02, 0.05))
    right_end, foot = sheet.width - 0.5, sheet.height - 0.5
    for start, end in _segments(sheet):
        text, x0, y0, x1, _ = words[start]
        if end > start + 1:
            text, x1 = " ".join([word[0] for word in words[start:end]]), words[end - 1][3]
        points, bold, white = styles[start]
        tall = height * points / size
        top = y0 + (base + (draw() + draw() - 1.0) * jitter) * tall
        high = tall * (_reach(text) + (draw() + draw() - 1.0) * jitter)
        if odd and draw() < odd:
            high += tall * rng.uniform(-0.2, 0.4)
        high = max(high, 0.3 * tall)
        top = min(max(top, 0.5), foot - high)
        slack = (draw() + draw() - 1.0) * shift
        x0 = min(max(x0 + slack, 0.5), right_end - 1.5)
        x1 = min(max(x1 + slack + draw() * 0.3 * shift, x0 + 1.0), right_end)
        style, below = (tall * 0.92, bold, white), top + high
        if end == start + 1:
            words[start], styles[start] = (text, x0, top, x1, below), style
        elif even:
            wide = x1 - x0
            for i, (left, right) in enumerate(shares(text), start):
                words[i], styles[i] = (words[i][0], x0 + left * wide, top, x0 + right * wide, below), style
        else:
            for i in range(start, end):
                word, left, _, right, _ = words[i]
                words[i], styles[i] = (word, left, top, right, below), style


def _reach(text: str) -> float:
    """Height of the ink in shares of a usual box."""
    if not _BELOW.isdisjoint(text) and not _LOW.issuperset(text):
        return 1.09
    if text.replace(".", "").isdigit():
        return 0.91
    if _LOW.issuperset(text):
        return 0.55 if "-" in text or "=" in text else 0.75
    return 0.98


def _segments(sheet: Sheet) -> Iterator[tuple[int, int]]:
    """(first, last + 1) of words that stand on one line with no more than a space between them."""
    start, above, below, end, slack = 0, -1.0, -1.0, 0.0, 0.0
    for i, (_, x0, y0, x1, y1) in enumerate(sheet.words):
        if y0 != above or y1 != below or not 0.12 * slack < x0 - end < slack:
            if i:
                yield start, i
            start, above, below, slack = i, y0, y1, 0.85 * (y1 - y0)
        end = x1
    if sheet.words:
        yield start, len(sheet.words)


@lru_cache(maxsize=30_000)
def _width(word: str) -> float:
    """As `docengine.engine.layout.split_text` weighs the characters, without its search for glued values."""
    return sum([0.55 if c in NARROW else 1.5 if c in WIDE else 1.25 if c.isupper() else 1.0 for c in word])


def shares(text: str) -> list[tuple[float, float]]:
    """Where each word of `text` begins and ends when its width is shared as `split_words` does."""
    ends, at = [], 0.0
    for word in text.split(" "):
        end = at + _width(word)
        ends.append((at, end))
        at = end + 0.55
    total = ends[-1][1]
    return [(start / total, end / total) for start, end in ends]
