"""How good extractions are, measured against labelled rows. Pure functions: records and truths in, numbers out.

Only what the labels cover is scored: a prediction for a field that is unknown on a row is neither right nor wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from docengine import Extraction, Field
from docengine.corpus.dataset import Row, Truth
from docengine.corpus.spelling import FREE, squeeze
from docengine.engine.values import same_value
from docengine.schema import DEFAULT_SCHEMA, FieldType, Schema

Judged = tuple[float, bool]
"""A prediction's confidence, and whether it is right."""


@dataclass(slots=True)
class Counts:
    """Hits, wrong predictions and missed truths of one field."""

    hits: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.hits / (self.hits + self.wrong) if self.hits + self.wrong else 0.0

    @property
    def recall(self) -> float:
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 0.0

    @property
    def f1(self) -> float:
        either = 2 * self.hits + self.wrong + self.missed
        return 2 * self.hits / either if either else 0.0

    def add(self, other: Counts) -> None:
        self.hits, self.wrong, self.missed = (
            self.hits + other.hits,
            self.wrong + other.wrong,
            self.missed + other.missed,
        )

    def to_dict(self) -> dict[str, float]:
        numbers = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {**{name: round(value, 4) for name, value in numbers.items()}, "support": self.hits + self.missed}


@dataclass(slots=True)
class Report:
    """All scores of one evaluation; None where there is nothing to measure, such as the AUROC of no errors."""

    fields: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    columns: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    """Of line items, by field."""
    judged: list[Judged] = field(default_factory=list)
    """Every scored prediction of a header field."""
    likeness: list[float] = field(default_factory=list)
    """ANLS of each free-text truth."""
    absent: int = 0
    """Fields marked absent."""
    invented: int = 0
    """Of these, those with a prediction."""
    documents: int = 0
    failed: int = 0

    def to_dict(self) -> dict[str, Any]:
        micro, items = total(self.fields.values()), total(self.columns.values())
        scored = [counts.f1 for counts in self.fields.values()]
        numbers = {
            "micro_f1": micro.f1,
            "precision": micro.precision,
            "recall": micro.recall,
            "macro_f1": mean(scored),
            "anls": mean(self.likeness),
            "ece": calibration_error(self.judged),
            "auroc": auroc(self.judged),
            "share_at_99": share_at_precision(self.judged, 0.99),
            "invented_rate": self.invented / self.absent if self.absent else None,
        }
        return {
            **{name: None if value is None else round(value, 4) for name, value in numbers.items()},
            "fields": {name: counts.to_dict() for name, counts in sorted(self.fields.items())},
            "line_items": {
                **(items.to_dict() if self.columns else {"f1": None}),
                "columns": {name: counts.to_dict() for name, counts in sorted(self.columns.items())},
            },
            "documents": self.documents,
            "failed": self.failed,
        }


def score(pairs: Iterable[tuple[Row, Extraction | None]], schema: Schema = DEFAULT_SCHEMA) -> Report:
    """Scores each row's extraction; None, or one with an error, found nothing and counts as failed."""
    report = Report()
    for row, given in pairs:
        failed = given is None or given.error is not None
        report.documents += 1
        report.failed += failed
        extraction = Extraction(source=row.name) if given is None or failed else given
        for spec in schema.header:
            if spec.name in row.known:
                _score_field(report, spec.name, spec.type, row.fields.get(spec.name), extraction.fields.get(spec.name))
        columns = [spec.name for spec in schema.line if spec.name in row.known]
        if columns:
            _score_items(report, row, extraction, columns, schema)
    return report


def _score_field(report: Report, name: str, kind: FieldType, truth: Truth | None, found: Field | None) -> None:
    counts = report.fields[name]
    right = bool(truth) and found is not None and matches(found, truth or "", kind)
    counts.hits += right
    counts.wrong += found is not None and not right
    counts.missed += bool(truth) and not right
    if found is not None:
        report.judged.append((found.confidence, right))
    if not truth:
        report.absent += 1
        report.invented += found is not None
    elif kind in FREE:
        report.likeness.append(max(anls(found.text if found else "", one) for one in _any_of(truth)))


def _score_items(report: Report, row: Row, extraction: Extraction, columns: Sequence[str], schema: Schema) -> None:
    found = [{name: cell for name, cell in item.items() if name in columns} for item in extraction.line_items]
    true = [{name: cell for name, cell in item.items() if name in columns} for item in row.line_items]
    hits = _cells_alike([item for item in found if item], true, schema)
    for name in columns:
        predicted, wanted = sum(name in item for item in found), sum(name in item for item in true)
        report.columns[name].add(Counts(hits[name], predicted - hits[name], wanted - hits[name]))


def _cells_alike(
    found: Sequence[Mapping[str, Field]], true: Sequence[Mapping[str, str]], schema: Schema
) -> dict[str, int]:
    """Equal cells by field, with rows paired in order so that most cells are equal; rows may stay alone."""
    alike = [
        [[name for name in f if name in t and matches(f[name], t[name], schema[name].type)] for t in true]
        for f in found
    ]
    best = [[0] * (len(true) + 1) for _ in range(len(found) + 1)]
    for i in range(len(found) - 1, -1, -1):
        for j in range(len(true) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + len(alike[i][j]))
    hits: dict[str, int] = defaultdict(int)
    i = j = 0
    while i < len(found) and j < len(true):
        if best[i][j] == best[i + 1][j + 1] + len(alike[i][j]):
            for name in alike[i][j]:
                hits[name] += 1
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return hits


def matches(found: Field, truth: Truth, kind: FieldType) -> bool:
    """Whether a prediction is the value, or any of the values, that `truth` gives, normalised or as printed."""
    return any(
        same_value(found.value, one, kind) or (squeeze(one) != "" and squeeze(found.text) == squeeze(one))
        for one in _any_of(truth)
    )


def _any_of(truth: Truth) -> tuple[str, ...]:
    return (truth,) if isinstance(truth, str) else truth


def total(counts: Iterable[Counts]) -> Counts:
    """The sum, for micro averages."""
    whole = Counts()
    for one in counts:
        whole.add(one)
    return whole


def mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def anls(found: str, true: str, threshold: float = 0.5) -> float:
    """Normalised Levenshtein similarity, 0 where it is below `threshold` (Biten et al., ICCV 2019)."""
    a, b = (" ".join(text.lower().split()) for text in (found, true))
    longest = max(len(a), len(b))
    likeness = 1 - distance(a, b) / longest if longest else 1.0
    return likeness if likeness >= threshold else 0.0


def distance(a: str, b: str) -> int:
    """Levenshtein's: the fewest characters to insert, delete or replace."""
    row = list(range(len(b) + 1))
    for i, char in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (char != other))
    return row[-1]


def calibration_error(judged: Sequence[Judged], bins: int = 10) -> float | None:
    """Expected calibration error over bins of equal width (Naeini et al., AAAI 2015)."""
    held: dict[int, list[Judged]] = defaultdict(list)
    for confidence, right in judged:
        held[min(int(confidence * bins), bins - 1)].append((confidence, right))
    gaps = (abs(sum(confidence - right for confidence, right in inside)) for inside in held.values())
    return sum(gaps) / len(judged) if judged else None


def auroc(judged: Sequence[Judged]) -> float | None:
    """The chance that a right prediction has more confidence than a wrong one; ties count half."""
    right = sum(ok for _, ok in judged)
    wrong = len(judged) - right
    if not right or not wrong:
        return None
    above, wins = 0, 0.0  # wrong predictions of less confidence so far
    for _, group in groupby(sorted(judged), key=lambda pair: pair[0]):
        oks = [ok for _, ok in group]
        wins += sum(oks) * (above + 0.5 * (len(oks) - sum(oks)))
        above += len(oks) - sum(oks)
    return wins / (right * wrong)


def share_at_precision(judged: Sequence[Judged], precision: float) -> float | None:
    """The largest share of predictions above one confidence of which at least `precision` are right."""
    taken = right = best = 0
    for _, group in groupby(sorted(judged, reverse=True), key=lambda pair: pair[0]):
        oks = [ok for _, ok in group]
        taken, right = taken + len(oks), right + sum(oks)
        if right >= precision * taken:
            best = taken
    return best / len(judged) if judged else None
