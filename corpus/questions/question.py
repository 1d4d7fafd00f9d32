"""A question on a page, with what may be answered and which words say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docengine.corpus.labelled import LabelledPage


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and what is right."""

    text: str
    answers: tuple[str, ...]
    """Any of them is right, the first is the one to learn: as printed. None at all: the answer is not on the page."""
    words: tuple[int, ...] = ()
    """Places in `page.words` that the answer rests on; empty where it is counted, computed or seen."""
    kind: str = "other"
    """What it takes to answer: `field`, `table/sum`, `colour/word`, ..."""
    language: str = "en"
    items: tuple[str, ...] = ()
    """The answer's parts where it is a list: `answers` joins them by `, `."""

    @property
    def answerable(self) -> bool:
        return bool(self.answers)

    def to_dict(self) -> dict[str, Any]:
        data = {"question": self.text, "answers": list(self.answers), "words": list(self.words), "kind": self.kind,
                "lang": self.language}  # fmt: skip
        return {**data, "items": list(self.items)} if self.items else data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Question:
        """ValueError, TypeError or KeyError where `data` does not have the form."""
        if not isinstance(data, Mapping):
            raise TypeError(f"a {type(data).__name__} is no question; wanted {{question, answers}}")
        text, answers = data["question"], data["answers"]
        if not isinstance(text, str) or not text.strip():
            raise ValueError("a question has no text")
        if not isinstance(answers, list) or not all(isinstance(answer, str) for answer in answers):
            raise ValueError(f"the answers of {text[:60]!r} are no list of texts")
        words = tuple(int(place) for place in data.get("words") or ())
        if any(place < 0 for place in words):
            raise ValueError(f"the words of {text[:60]!r} have a place below 0")
        items = tuple(str(item) for item in data.get("items") or ())
        return cls(text, tuple(answers), words, str(data.get("kind", "other")), str(data.get("lang", "en")), items)


@dataclass(slots=True)
class AskedPage:
    """A page with its questions."""

    page: LabelledPage
    questions: tuple[Question, ...]
