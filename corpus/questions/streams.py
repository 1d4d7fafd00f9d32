"""Questions to learn from as they stream: drawn documents, tables and signs, mixed.

A source is a callable that takes a `random.Random` and returns an `AskedPage`, as those of `docengine.corpus.streams`
return labelled pages. What validates is drawn from other seeds, other subjects and looks of tables, other signs, and
half of it is asked in wordings that training never hears.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docengine.corpus.generator import generate
from docengine.corpus.questions.documents import ask_document
from docengine.corpus.questions.phrases import PARTS, Part, part_of
from docengine.corpus.questions.question import AskedPage
from docengine.corpus.questions.rereading import misread
from docengine.corpus.questions.signs import ask_signs
from docengine.corpus.questions.table_draw import draw_subject
from docengine.corpus.questions.table_pages import ask_table
from docengine.corpus.questions.table_subject import Subject, subject_of
from docengine.corpus.tables import read_tables
from docengine.errors import DatasetError, UsageError

Source = Callable[[random.Random], AskedPage]
GIVEN_HELD_OUT = 10
"""One given table in so many validates."""


@dataclass(frozen=True, slots=True)
class DocumentQuestions:
    """Pages of drawn documents; a page without a question is drawn again."""

    part: Part = "train"
    noise: float = 0.0
    """Share of the pages whose words an OCR engine seems to have read."""

    def __call__(self, rng: random.Random) -> AskedPage:
        while True:
            seed = 2 * rng.getrandbits(47) + (self.part == "val")  # even seeds train, odd ones validate
            page = rng.choice(generate(seed))
            asked = ask_document(page, rng, self.part)
            if asked.questions:
                return misread(asked, rng) if rng.random() < self.noise else asked


@dataclass(frozen=True, slots=True)
class TableQuestions:
    """Tables drawn at random, and given ones where there are some."""

    part: Part = "train"
    given: Sequence[Subject] = ()
    share: float = 0.3
    """Of the given ones."""
    noise: float = 0.0

    @classmethod
    def read(cls, paths: Sequence[Path | str], part: Part = "train", noise: float = 0.0) -> TableQuestions:
        """With the tables of those files (`docengine.corpus.tables`) that belong to `part` and can be asked about.

        Raises DatasetError where a line is no table.
        """
        found = []
        for path in paths:
            for table in read_tables(path):
                if isinstance(table, DatasetError):
                    raise table
                subject = subject_of(table) if part_of(str(table.id), GIVEN_HELD_OUT) == part else None
                found += [subject] if subject else []
        return cls(part, tuple(found), noise=noise)

    def __call__(self, rng: random.Random) -> AskedPage:
        given = bool(self.given) and rng.random() < self.share
        while True:
            subject = rng.choice(self.given) if given else draw_subject(rng, self.part)
            asked, given = (
                ask_table(subject, rng, self.part),
                False,
            )  # one that takes more pages gives way to a drawn one
            if asked is not None and asked.questions:
                return misread(asked, rng) if rng.random() < self.noise else asked


@dataclass(frozen=True, slots=True)
class SignQuestions:
    """Pictures of signs."""

    part: Part = "train"

    def __call__(self, rng: random.Random) -> AskedPage:
        while True:
            asked = ask_signs(rng, self.part)
            if asked.questions:
                return asked


SHARES = {"documents": 0.55, "tables": 0.35, "signs": 0.1}


@dataclass(frozen=True)
class QuestionStream:
    """Sources mixed; page `number` is the same on any machine, in any order."""

    sources: Mapping[str, Source]
    shares: Mapping[str, float] = field(default_factory=lambda: dict(SHARES))
    seed: int = 0
    part: Part = "train"

    def __post_init__(self) -> None:
        if self.part not in PARTS:
            raise UsageError(f"unknown part {self.part!r}; known: {', '.join(PARTS)}")
        unknown = sorted(set(self.shares) - set(self.sources))
        if unknown or not self.shares or min(self.shares.values()) < 0 or not sum(self.shares.values()):
            raise UsageError(
                f"shares {dict(self.shares)} must name sources ({', '.join(self.sources)}), none below 0 and not all 0"
            )

    @classmethod
    def drawn(
        cls, seed: int = 0, part: Part = "train", shares: Mapping[str, float] | None = None, noise: float = 0.0
    ) -> QuestionStream:
        """Of all that is drawn and needs no data."""
        sources: dict[str, Source] = {
            "documents": DocumentQuestions(part, noise),
            "tables": TableQuestions(part, noise=noise),
            "signs": SignQuestions(part),
        }
        return cls(sources, dict(shares or SHARES), seed, part)

    def page(self, number: int) -> AskedPage:
        """The page of that number with its questions."""
        rng = random.Random(f"{self.seed}/{self.part}/{number}")
        name = rng.choices(list(self.shares), list(self.shares.values()))[0]
        asked = self.sources[name](rng)
        asked.page.meta |= {"id": f"asked-{self.part}-{self.seed}-{number}", "split": self.part}
        return asked
