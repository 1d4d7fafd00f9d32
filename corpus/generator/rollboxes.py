"""Boxes of a receipt's words as people and OCR draw them: round pieces of a line, close to the ink, uneven."""

from __future__ import annotations

import random
from collections.abc import Iterator

from docengine.corpus.generator.sheet import Sheet
from docengine.engine.layout import split_text

_BELOW = frozenset(",;()[]|@$/QJgjpqy{}_")
"""Characters that reach below the base line."""
_LOW = frozenset(".,:;-=_*+'\"~ ")
"""Characters of less than a capital's height."""


def crop_boxes(sheet: Sheet, rng: random.Random, height: float, size: float) -> None:
    """Gives each piece of a line one height close to its ink, and mostly its letters an even share of its width.

    `height` is that of a usual line's box at the type size `size`, in points.
    """
    even, jitter = rng.random() < 0.87, rng.choice((0.03, 0.05, 0.08, 0.12))
    shift = rng.choice((0.0, 0.1, 0.15, 0.25)) * height
    """How far a piece's ends lie off its ink."""
    base, odd = rng.uniform(0.0, 0.1), rng.choice((0.0, 0.02, 0.05))
    for start, end in _segments(sheet):
        text = " ".join([sheet.words[i][0] for i in range(start, end)])
        x0, y0, x1 = sheet.words[start][1], sheet.words[start][2], sheet.words[end - 1][3]
        points, bold, white = sheet.styles[start]
        tall = height * points / size
        top = y0 + base * tall + rng.gauss(0.0, jitter) * tall
        high = tall * (_reach(text) + rng.gauss(0.0, jitter) + (rng.uniform(-0.2, 0.4) if rng.random() < odd else 0.0))
        high = max(high, 0.3 * tall)
        top = min(max(top, 0.5), sheet.height - high - 0.5)
        slack = rng.gauss(0.0, shift)
        x0 = min(max(x0 + slack, 0.5), sheet.width - 2.0)
        x1 = min(max(x1 + slack + abs(rng.gauss(0.0, shift / 2)), x0 + 1.0), sheet.width - 0.5)
        edges = _shares(text) if even and end > start + 1 else ()
        for i in range(start, end):
            left, right = (x0, x1) if end == start + 1 else (sheet.words[i][1], sheet.words[i][3])
            if edges:
                left, right = (x0 + share * (x1 - x0) for share in edges[i - start])
            sheet.words[i] = (sheet.words[i][0], left, top, right, top + high)
            sheet.styles[i] = (tall * 0.92, bold, white)


def _reach(text: str) -> float:
    """Height of the ink in shares of a usual box."""
    if _LOW.issuperset(text):
        return 0.55 if "-" in text or "=" in text else 0.75
    return 1.09 if not _BELOW.isdisjoint(text) else 0.91 if text.replace(".", "").isdigit() else 0.98


def _segments(sheet: Sheet) -> Iterator[tuple[int, int]]:
    """(first, last + 1) of words that stand on one line with no more than a space between them."""
    words = sheet.words
    start = 0
    for i in range(1, len(words) + 1):
        if i < len(words):
            _, x0, y0, _, y1 = words[i]
            _, _, above, x1, below = words[i - 1]
            if y0 == above and y1 == below and 0.1 * (y1 - y0) < x0 - x1 < 0.85 * (y1 - y0):
                continue
        if start < i:
            yield start, i
        start = i


def _shares(text: str) -> list[tuple[float, float]]:
    """Where each word of `text` begins and ends when its width is shared as `split_words` does."""
    pieces = iter(split_text(text))
    shares = []
    for word in text.split(" "):
        piece, start, end = next(pieces)
        while len(piece) < len(word):
            more, _, end = next(pieces)
            piece += more
        shares.append((start, end))
    return shares
