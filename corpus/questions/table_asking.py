"""What the makers of questions over tables share: the table, its wordings, and where its cells' words are."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from docengine.corpus.questions.phrases import Part, wordings
from docengine.corpus.questions.question import Question
from docengine.corpus.questions.table_subject import Subject

LANGUAGE = "en"
"""Of questions over tables."""
LONGEST = 60
"""Characters of a cell that a question still spells out."""
Places = Mapping[tuple[int, int], tuple[int, ...]]
"""The page's words of each cell, by row and column."""


@dataclass(frozen=True)
class Asking:
    """A table that is being asked about."""

    subject: Subject
    places: Places
    rng: random.Random
    part: Part

    def words(self, *cells: tuple[int, int]) -> tuple[int, ...]:
        """Of all these cells together."""
        return tuple(place for cell in cells for place in self.places.get(cell, ()))

    def say(self, kind: str, answers: Sequence[str], words: tuple[int, ...], **values: str) -> Question | None:
        """A question of that kind; None where it would be too long."""
        said = wordings(LANGUAGE, "table", kind)
        if said is None or any(len(value) > 2 * LONGEST for value in values.values()):
            return None
        named = {"one": self.subject.one, "many": self.subject.many, **values}
        text = said.draw(self.rng, self.part, **named)
        if values.get("column", "").lower().startswith(("a", "e", "i", "o")):
            text = text.replace(f" a {values['column']}", f" an {values['column']}")
        return Question(text, tuple(dict.fromkeys(answers)), words, f"table/{kind}", LANGUAGE)

    def named(self, kind: str, row: int, **values: str) -> Question | None:
        """A question whose answer is a row's name."""
        place = (row, self.subject.key)
        return self.say(kind, [self.subject.names[row], self.subject.name(row)], self.words(place), **values)

    def column(self, i: int) -> str:
        return self.subject.columns[i].said

    def pair(self) -> tuple[int, int] | None:
        """Two rows that a question can name."""
        rows = [row for row in self.subject.clear if len(self.subject.names[row]) <= LONGEST]
        return tuple(self.rng.sample(rows, 2)) if len(rows) > 1 else None  # type: ignore[return-value]

    def row(self) -> int | None:
        """A row that a question can name."""
        rows = [row for row in self.subject.clear if len(self.subject.names[row]) <= LONGEST]
        return self.rng.choice(rows) if rows else None
