"""A labelled page in reading order, with its rows and segments: what re-dressing takes apart and puts together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from docengine.corpus.blocks import Tagged
from docengine.corpus.context import Sheet
from docengine.corpus.labelled import Label, LabelledPage
from docengine.engine.layout import reading_order


@dataclass(frozen=True)
class Ordered(Sheet):
    """Words in reading order with their labels; places index both."""

    labels: list[Label | None]

    @cached_property
    def tagged(self) -> list[Tagged]:
        return list(zip(self.words, self.labels, strict=True))

    @cached_property
    def typical(self) -> float:
        """Height of a usual word, in pixels."""
        return median(word.box.height for word in self.words) if self.words else 1.0

    def below(self, places: tuple[int, ...]) -> Label | None:
        """The label of the nearest word under these, no further than a few lines."""
        x0, x1 = self.words[places[0]].box.x0, self.words[places[-1]].box.x1
        bottom = max(self.words[i].box.y1 for i in places)
        row = self.rows[places[0]]
        for lower in self.by_row[row + 1 : row + 5]:
            inside = [i for i in lower if self.words[i].box.x0 < x1 and self.words[i].box.x1 > x0]
            if inside:
                near = self.words[inside[0]].box.y0 - bottom < 2.5 * self.typical
                return self.labels[inside[0]] if near else None
        return None

    def room(self, places: tuple[int, ...], width: float) -> tuple[float, float]:
        """Where the neighbours on the row end and begin; the page's edges where there are none."""
        first, last = places[0], places[-1]
        row = self.rows[first]
        left = self.words[first - 1].box.x1 if first and self.rows[first - 1] == row else 0.0
        more = last + 1 < len(self.words) and self.rows[last + 1] == row
        return left, self.words[last + 1].box.x0 if more else width

    def ends_flush(self, places: tuple[int, ...]) -> bool:
        """Whether the words line up with others at their right edge rather than at their left one."""
        left, right = self._edges
        x0, x1 = self.words[places[0]].box.x0, self.words[places[-1]].box.x1
        return right[round(x1 / self._step)] > left[round(x0 / self._step)]

    @cached_property
    def _step(self) -> float:
        """Edges closer than this line up."""
        return max(0.3 * self.typical, 1e-6)

    @cached_property
    def _edges(self) -> tuple[Counter[int], Counter[int]]:
        """How many segments begin, and how many end, at a place or right beside it."""
        left: Counter[int] = Counter()
        right: Counter[int] = Counter()
        for segment in self.segments:
            a = round(self.words[segment[0]].box.x0 / self._step)
            b = round(self.words[segment[-1]].box.x1 / self._step)
            left.update((a - 1, a, a + 1))
            right.update((b - 1, b, b + 1))
        return left, right


def ordered(page: LabelledPage) -> Ordered:
    words = page.page.words or []
    order, rows = reading_order(words)
    return Ordered([words[i] for i in order], rows, [page.labels[i] for i in order])


def as_given(page: LabelledPage) -> Ordered:
    """The words in the page's own order, without rows: where only boxes and labels count."""
    return Ordered(page.page.words or [], [], page.labels)
