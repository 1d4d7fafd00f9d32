"""Which line each word of a page stands on, and how far apart two lines are, from boxes alone.

N words, S runs of words, M lines. Boxes are x0, y0, x1, y1, origin top left, in any unit with square pixels.

**A line** is what stands level along the page's skew: the cells of a table's row, a label and its value are one line,
however wide the space between them, since that is what relates them and what rows of line items are made of. Only
running text parts: where two columns of it stand side by side, level words of theirs are different lines, since nothing
relates them and typesetters align them by chance. A wrapped cell's second line is a line of its own; a superscript
belongs to the word that it hangs on.

**Adjacent** are two lines, one over the other, with no third one between that shares some of the width with both;
where the two share no width, none that shares some with either. So blocks side by side with different leading do not
come between each other's lines. Lines of different text columns are always further apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

SAME, ADJACENT, FURTHER = 0, 1, 2
LEVEL = 0.5
"""Middles of two words on one line differ by less than this, in heights of the lower word."""
BASELINE = 0.2
"""Or their lower edges by less than this: large print beside small."""
NEAR = 1.2
"""Words of running text are closer than this, in heights of the higher word."""
LEADING = 2.2
"""Middles of a paragraph's lines are closer than this, in heights."""
INDENT = 2.5
"""A paragraph's left edges differ by less than this, in heights."""
TEXT_WORDS, TEXT_LINES = 4, 3
"""Running text has as many words a line (its median) and lines in a block, or more: fewer are cells and addresses."""
TALL = 2.5
"""Words higher than this, in their own widths and in heights of small print, run up or down the page."""
STRAIGHT = 0.004
"""Slopes below this (a quarter of a degree) are left as they are."""


@dataclass(frozen=True, slots=True)
class Lines:
    of: np.ndarray
    """(N,) int64: the line of each word."""
    classes: np.ndarray
    """(M, M) int8: SAME, ADJACENT or FURTHER of two lines."""

    def apart(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Class of each pair of words, given by index, any shape."""
        return self.classes[self.of[first], self.of[second]]


@dataclass(frozen=True, slots=True)
class _Words:
    """Boxes by their parts, (N,) each; `size` is a word's height, but no less than half the usual one."""

    x0: np.ndarray
    x1: np.ndarray
    bottom: np.ndarray
    height: np.ndarray
    y: np.ndarray
    """Middle."""
    size: np.ndarray
    mark: np.ndarray
    """Lower than half the usual height: a dash, a point, a rule of dots."""

    @classmethod
    def of(cls, boxes: np.ndarray) -> _Words:
        x0, y0, x1, y1 = np.asarray(boxes, np.float32).reshape(-1, 4).T
        height = y1 - y0
        usual = float(np.median(height)) if len(height) else 1.0
        size = np.maximum(height, max(usual / 2, 1e-3))
        return cls(x0, x1, y1, height, (y0 + y1) / 2, size, height < usual / 2)

    @property
    def x(self) -> np.ndarray:
        return (self.x0 + self.x1) / 2

    @property
    def unlinked(self) -> np.ndarray:
        """(N,) bool: what no line is built of: marks, and text that runs up or down the page."""
        turned = self.height > np.maximum(TALL * (self.x1 - self.x0), TALL * self.size.min())
        return self.mark | turned

    def straightened(self, slope: float) -> _Words:
        drop = slope * self.x
        return replace(self, bottom=self.bottom - drop, y=self.y - drop)


def find_lines(boxes: np.ndarray) -> Lines:
    """Lines of the words with these (N, 4) boxes, in any order."""
    words = _Words.of(boxes)
    if not len(words.y):
        return Lines(np.zeros(0, np.int64), np.zeros((0, 0), np.int8))
    gaps, lower = _gaps(words), np.minimum.outer(words.size, words.size)
    after = _next(words, gaps, lower)
    slope = _slope(words, _near(words, after))
    if abs(slope) > STRAIGHT:
        words = words.straightened(slope)
        after = _next(words, gaps, lower)
    columns = _columns(words, _chains(_near(words, after)))
    parted = (after >= 0) & (columns >= 0) & (columns[after] >= 0) & (columns != columns[after])
    line = _hung(words, _chains(np.where(parted, -1, after)))
    return Lines(line, _classes(words, line, columns))


def _gaps(words: _Words) -> np.ndarray:
    """(N, N): the space from word i to word j where j stands to its right, infinite elsewhere."""
    width, rank = words.x1 - words.x0, np.empty(len(words.y), np.int64)
    rank[np.argsort(words.x, kind="stable")] = np.arange(len(rank))  # so that no two stand right of each other
    gaps = words.x0 - words.x1[:, None]
    right = (rank > rank[:, None]) & (gaps >= -0.5 * np.minimum.outer(width, width))
    right[words.unlinked] = right[:, words.unlinked] = False
    return np.where(right, gaps, np.float32(np.inf))


def _next(words: _Words, gaps: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """(N,): the next word on the same line, -1 where there is none; two words choose each other."""
    middles = np.abs(np.subtract.outer(words.y, words.y))
    bottoms = np.abs(np.subtract.outer(words.bottom, words.bottom))
    level = (middles < LEVEL * lower) | (bottoms < BASELINE * lower)
    space = np.where(level, gaps + np.minimum(middles, bottoms), np.float32(np.inf))
    right, left = space.argmin(1), space.argmin(0)
    n = np.arange(len(right))
    return np.where((left[right] == n) & np.isfinite(space[n, right]), right, -1)


def _near(words: _Words, after: np.ndarray) -> np.ndarray:
    """`after` within running text only."""
    space = words.x0[after] - words.x1
    return np.where(space < NEAR * np.maximum(words.size, words.size[after]), after, -1)


def _slope(words: _Words, near: np.ndarray) -> float:
    """The page's skew, dy / dx: the median over neighbours, weighed by their distance."""
    i = np.flatnonzero(near >= 0)
    if len(i) < 3:
        return 0.0
    across = np.maximum(words.x[near[i]] - words.x[i], 1e-3)
    slopes = (words.y[near[i]] - words.y[i]) / across
    order = slopes.argsort()
    reached = across[order].cumsum()
    return float(slopes[order[np.searchsorted(reached, reached[-1] / 2)]])


def _chains(after: np.ndarray) -> np.ndarray:
    """(N,) int64 from 0: the chain that each element belongs to, `after` giving its successor or -1."""
    first = np.arange(len(after))
    linked = after >= 0
    first[after[linked]] = np.flatnonzero(linked)  # predecessors, followed to the first by doubling
    while not np.array_equal(first, further := first[first]):
        first = further
    return np.unique(first, return_inverse=True)[1]


def _extents(group: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least `low` and greatest `high` of each group; groups are numbered from 0, none is empty."""
    order = group.argsort(kind="stable")
    starts = np.searchsorted(group[order], np.arange(group.max() + 1))
    return np.minimum.reduceat(low[order], starts), np.maximum.reduceat(high[order], starts)


def _columns(words: _Words, run: np.ndarray) -> np.ndarray:
    """(N,): the block of running text that each word stands in, -1 for none. `run`: (N,) words in close sequence."""
    count = np.bincount(run)
    x0, x1 = _extents(run, words.x0, words.x1)
    y, size = (np.bincount(run, part) / count for part in (words.y, words.size))
    block = _chains(_below(x0, y, size))
    many = np.bincount(block, count >= TEXT_WORDS) * 2 > np.bincount(block)
    text = many & (np.bincount(block) >= TEXT_LINES)
    left, right = _extents(block, x0, x1)
    top, bottom = _extents(block, y - size / 2, y + size / 2)
    inside = (left <= x0[:, None]) & (x1[:, None] <= right) & (top <= y[:, None]) & (y[:, None] <= bottom) & text
    column = np.where(inside.any(1), inside.argmax(1), -1)  # also what a wide space parted from its line
    return np.where(text[block], block, column)[run]


def _below(x0: np.ndarray, y: np.ndarray, size: np.ndarray) -> np.ndarray:
    """(S,): the next line of the same paragraph for each run, or -1: below, alike in size and in the left edge."""
    drop = y - y[:, None]
    higher = np.maximum.outer(size, size)
    fits = (drop > 0.5 * higher) & (drop < LEADING * higher) & (higher < 1.5 * np.minimum.outer(size, size))
    fits &= np.abs(x0 - x0[:, None]) < INDENT * higher
    drop = np.where(fits, drop, np.inf)
    down, up = drop.argmin(1), drop.argmin(0)
    n = np.arange(len(y))
    return np.where((up[down] == n) & np.isfinite(drop[n, down]), down, -1)


def _hung(words: _Words, line: np.ndarray) -> np.ndarray:
    """Lines, with each mark, and each small word that stands alone and touches a higher one, put on another's line."""
    alone = np.flatnonzero(np.bincount(line)[line] == 1)
    x0, x1, bottom, height, y = (
        part[alone, None] for part in (words.x0, words.x1, words.bottom, words.height, words.y)
    )
    space = np.maximum(np.maximum(words.x0 - x1, x0 - words.x1), 0)
    middles, bottoms = np.abs(words.y - y), np.abs(words.bottom - bottom)
    touches = (space < 0.5 * words.height) & (middles < words.height / 2 + 0.2 * height)
    hangs = touches & (height < 0.8 * words.height) & (x1 - x0 < 1.5 * words.height)
    level = (middles < LEVEL * words.size) | (bottoms < 1.5 * BASELINE * words.size)
    fits = (hangs | (level & words.mark[alone, None])) & ~words.unlinked
    on = np.where(fits, space + np.minimum(middles, bottoms), np.inf).argmin(1)
    holds = fits[np.arange(len(alone)), on]
    line = line.copy()
    line[alone[holds]] = line[on[holds]]
    return np.unique(line, return_inverse=True)[1]


def _classes(words: _Words, line: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """(M, M) int8, as `Lines.classes`."""
    x0, x1 = _extents(line, words.x0, words.x1)
    y = np.bincount(line, words.y) / np.bincount(line)
    text = _extents(line, columns, columns)[1] >= 0
    shared = np.minimum.outer(x1, x1) > np.maximum.outer(x0, x0)
    lower = y > y[:, None]
    over = (shared & lower).astype(np.float32)  # line i stands over line j
    following = np.where(over > 0, y, np.inf).min(1)  # (M,): the first line below that shares width
    preceding = np.where(over.T > 0, y, -np.inf).max(1)
    clear = (following[:, None] >= y) & (preceding <= y[:, None])  # nothing between that shares width with either
    next_down = lower & np.where(shared, over @ over == 0, clear)
    parted = text & text[:, None] & ~shared
    classes = np.where((next_down | next_down.T) & ~parted, ADJACENT, FURTHER).astype(np.int8)
    np.fill_diagonal(classes, SAME)
    return classes
