"""How good answers are: the measures that the public sets are published with.

DocVQA, InfographicsVQA, ST-VQA: ANLS. TextVQA: VQA accuracy. OCR-VQA, TabFact: exact accuracy. WikiTableQuestions:
denotation accuracy. A question whose answer is not on the page is right where nothing is answered, in all of them.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from docengine.corpus.questions.question import Question
from docengine.corpus.questions.vqa_words import vqa_normal
from docengine.corpus.scoring import anls, mean
from docengine.errors import UsageError

AGREED = 3
"""People whose answer it must be to count as quite right (Antol et al., ICCV 2015)."""


def question_anls(question: Question, found: str) -> float:
    """Of the answer that is most like it (threshold 0.5)."""
    if not question.answers:
        return float(not found.strip())
    return max(anls(found, answer) for answer in question.answers)


def exact(question: Question, found: str) -> float:
    """Whether it is one of the answers, whatever the case and the spaces."""
    said = " ".join(found.lower().split())
    return float(said in {" ".join(answer.lower().split()) for answer in question.answers or ("",)})


def vqa_accuracy(question: Question, found: str) -> float:
    """Over people left out in turn, how many of the others said the same; three are enough."""
    if not question.answers:
        return float(not found.strip())
    said = vqa_normal(found)
    agree = [vqa_normal(answer) == said for answer in question.answers]
    if len(agree) < 2:
        return float(any(agree))
    return sum(min(1.0, (sum(agree) - one) / AGREED) for one in agree) / len(agree)


def denotation(question: Question, found: str) -> float:
    """Whether the items answered are the true ones, as text, number or date (Pasupat and Liang, ACL 2015)."""
    if not question.answers:
        return float(not found.strip())
    true = question.items or question.answers[:1]
    for said in {(found,), tuple(found.split("|")), tuple(found.split(", "))}:
        if _same_items(true, said):
            return 1.0
    return 0.0


def _same_items(true: Sequence[str], found: Sequence[str]) -> bool:
    values = [_value(item) for item in found]
    wanted = [_value(item) for item in true]
    return len({*values}) == len({*wanted}) and all(value in values for value in wanted)


Value = tuple[str, Any]


def _value(text: str) -> Value:
    """A number, a date, or else the text as the published evaluator compares it."""
    plain = denoted(text)
    try:
        return "number", round(float(re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain)), 6)
    except (ValueError, OverflowError):
        pass
    try:
        return "date", datetime.date.fromisoformat(plain)
    except ValueError:
        return "text", plain


def denoted(text: str) -> str:
    """Without accents, notes, quotes and what stands in brackets at the end; lower case."""
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if unicodedata.category(char) != "Mn")
    text = re.sub(r"[‘’´`]", "'", text)  # noqa: RUF001
    text = re.sub(r"[“”]", '"', text)
    text = re.sub(r"[‐‑‒–—−]", "-", text)  # noqa: RUF001
    before = None
    while text != before:
        before = text
        text = re.sub(r"((?<!^)\[[^\]]*\]|\[\d+\]|[•♦†‡*#+])*$", "", text.strip())
        text = re.sub(r"(?<!^)( \([^)]*\))*$", "", text.strip())
        text = re.sub(r'^"([^"]*)"$', r"\1", text.strip())
    return re.sub(r"\s+", " ", text.removesuffix(".")).lower().strip()


METRICS: dict[str, Callable[[Question, str], float]] = {
    "anls": question_anls,
    "exact": exact,
    "vqa": vqa_accuracy,
    "denotation": denotation,
}


@dataclass(slots=True)
class AnswerReport:
    """Scores of one evaluation."""

    scores: list[float] = field(default_factory=list)
    by_kind: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    unanswerable: int = 0
    invented: int = 0
    """Of these, those with an answer."""
    refused: int = 0
    """Answerable ones without an answer."""

    def to_dict(self) -> dict[str, Any]:
        return {
            "score": _rounded(mean(self.scores)),
            "questions": len(self.scores),
            "invented_rate": _rounded(self.invented / self.unanswerable if self.unanswerable else None),
            "refused": self.refused,
            "kinds": {
                kind: {"score": _rounded(mean(scores)), "questions": len(scores)}
                for kind, scores in sorted(self.by_kind.items())
            },
        }


def score_answers(pairs: Iterable[tuple[Question, str]], metric: str = "anls") -> AnswerReport:
    """Of each question with what was answered; "" is: not on the page. Raises UsageError for an unknown metric."""
    if metric not in METRICS:
        raise UsageError(f"unknown metric {metric!r}; known: {', '.join(METRICS)}")
    report = AnswerReport()
    for question, found in pairs:
        score = METRICS[metric](question, found)
        report.scores.append(score)
        report.by_kind[question.kind].append(score)
        report.unanswerable += not question.answers
        report.invented += not question.answers and bool(found.strip())
        report.refused += bool(question.answers) and not found.strip()
    return report


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
