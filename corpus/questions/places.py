"""Questions for where words stand: beside, above, in the same row. Asked only where no other word could be meant."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from docengine import Box, Word
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.questions.phrases import Part, wordings
from docengine.corpus.questions.question import Question
from docengine.engine.preprocess import fold

EDGE = " ,;:.()[]\"'“”„«»"
CLOSE = 3.0
"""How far a neighbour may be, in heights of the word."""
WIDE = 3.5
"""White between two words of one line, in the same measure."""
CLEARLY = 1.8
"""How many times nearer than any other the nearest word is."""


def place_questions(page: LabelledPage, rng: random.Random, part: Part, count: int = 2) -> Iterator[Question]:
    """Up to `count` questions, each for another word of the page."""
    language = page.meta["language"]
    view = View.of(page.page.words or [])
    anchors = view.anchors()
    for anchor in rng.sample(anchors, min(len(anchors), count)):
        names = list(FINDERS)
        rng.shuffle(names)
        for name in names:
            said = wordings(language, "places", name)
            found = FINDERS[name](view, anchor) if said else None
            if said and found is not None and view.says(found):
                text = said.draw(rng, part, word=view.plain(anchor))
                answers = tuple(dict.fromkeys((view.plain(found), view.words[found].text)))
                yield Question(text, answers, (found,), f"place/{name}", language)
                break


@dataclass(frozen=True, slots=True)
class View:
    """A page's words and how often each stands there."""

    words: Sequence[Word]
    counts: Counter[str]

    @classmethod
    def of(cls, words: Sequence[Word]) -> View:
        return cls(words, Counter(fold(word.text.strip(EDGE)) for word in words))

    def plain(self, place: int) -> str:
        """The word without the punctuation around it."""
        return self.words[place].text.strip(EDGE)

    def says(self, place: int) -> bool:
        """Whether it is a word and not a rule of dashes or a whole line."""
        text = self.words[place].text
        whole = not any(char in self.plain(place) for char in "()[]")
        return whole and " " not in text and 2 * sum(map(str.isalnum, text)) >= len(text)

    def anchors(self) -> list[int]:
        """Words that a question may start from: there is only one of each, and it is not part of another one."""
        return [
            place
            for place in range(len(self.words))
            if self.says(place) and len(self.plain(place)) >= 3 and self.counts[fold(self.plain(place))] == 1
        ]

    def row(self, place: int) -> list[int]:
        """Words on the same line, from left to right, the word among them; none where lines cannot be told apart."""
        box = self.words[place].box
        middle, found = (box.y0 + box.y1) / 2, []
        for other, word in enumerate(self.words):
            shared = min(box.y1, word.box.y1) - max(box.y0, word.box.y0)
            if shared <= 0:
                continue
            if not word.box.y0 < middle < word.box.y1 or shared < 0.5 * max(box.height, word.box.height):
                if shared > 0.15 * min(box.height, word.box.height):
                    return []  # half a line off: a person could not say either
                continue
            found.append(other)
        return sorted(found, key=lambda other: self.words[other].box.x0)

    def line(self, place: int) -> list[int]:
        """The row, where its words stand close enough to be one line; blocks side by side are none."""
        row = self.row(place)
        reach = WIDE * self.words[place].box.height
        near = all(self.words[b].box.x0 - self.words[a].box.x1 < reach for a, b in pairwise(row))
        return row if near else []

    def column(self, place: int, *, down: bool) -> int | None:
        """The one word right below (or above) that lies within the same width."""
        box = self.words[place].box
        reach = 2.0 * box.height
        inside = []
        for other, word in enumerate(self.words):
            gap = word.box.y0 - box.y1 if down else box.y0 - word.box.y1
            across = min(box.x1, word.box.x1) - max(box.x0, word.box.x0)
            if other != place and across > 0 and -0.3 * box.height < gap:
                inside.append((gap, across, other))
        if not inside:
            return None
        nearest = min(inside)
        level = [one for one in inside if one[0] < nearest[0] + 0.8 * box.height]
        narrow = min(box.width, self.words[nearest[2]].box.width)
        alone = len(level) == 1 and nearest[1] >= 0.5 * narrow
        return nearest[2] if alone and nearest[0] < reach else None


def right_of(view: View, place: int) -> int | None:
    return _beside(view, place, 1)


def left_of(view: View, place: int) -> int | None:
    return _beside(view, place, -1)


def _beside(view: View, place: int, step: int) -> int | None:
    row = view.row(place)
    if not row or not 0 <= row.index(place) + step < len(row):
        return None
    other = row[row.index(place) + step]
    a, b = view.words[place].box, view.words[other].box
    gap = b.x0 - a.x1 if step > 0 else a.x0 - b.x1
    first, second = (view.words[one].text for one in (sorted((place, other), key=lambda one: view.words[one].box.x0)))
    if first[-1:].isdigit() and second[:1].isdigit():
        return None  # groups of one number
    return other if -0.2 * a.height < gap < CLOSE * a.height else None


def above(view: View, place: int) -> int | None:
    return view.column(place, down=False)


def below(view: View, place: int) -> int | None:
    return view.column(place, down=True)


def nearest(view: View, place: int) -> int | None:
    """The word whose box is clearly closer than any other's."""
    box = view.words[place].box
    gaps = sorted((gap_between(box, word.box), other) for other, word in enumerate(view.words) if other != place)
    floor = 0.15 * box.height
    if len(gaps) < 2 or gaps[0][0] > CLOSE * box.height or max(gaps[0][0], floor) * CLEARLY > gaps[1][0]:
        return None
    return gaps[0][1]


def gap_between(a: Box, b: Box) -> float:
    """White between two boxes along the straight line; 0 where they touch."""
    across = max(a.x0 - b.x1, b.x0 - a.x1, 0.0)
    down = max(a.y0 - b.y1, b.y0 - a.y1, 0.0)
    return float((across**2 + down**2) ** 0.5)


def row_number(view: View, place: int) -> int | None:
    """The only word of the line that has a digit, where it is a number and not a name."""
    digits = {other: sum(char.isdigit() for char in view.words[other].text) for other in view.line(place)}
    found = [other for other, count in digits.items() if count]
    if len(found) != 1 or found[0] == place:
        return None
    letters = sum(char.isalpha() for char in view.words[found[0]].text)
    return found[0] if digits[found[0]] > letters else None


def row_last(view: View, place: int) -> int | None:
    line = view.line(place)
    return line[-1] if len(line) > 2 and line[-1] != place else None


def row_first(view: View, place: int) -> int | None:
    line = view.line(place)
    return line[0] if len(line) > 2 and line[0] != place else None


FINDERS: dict[str, Callable[[View, int], int | None]] = {
    "right": right_of, "left": left_of, "above": above, "below": below, "nearest": nearest,
    "row_number": row_number, "row_last": row_last, "row_first": row_first,
}  # fmt: skip
