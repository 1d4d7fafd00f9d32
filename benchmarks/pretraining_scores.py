"""What a fine-tuned teacher is measured on in `pretraining.py`: left-out documents, noisy ones, forms, a language.

Nothing of what is measured here is trained on.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from ablation import f1_scores, left_out

from docengine import Extraction, Page
from docengine.corpus.dataset import Row, row_from
from docengine.corpus.generator import generate
from docengine.corpus.labelled import Label, LabelledPage
from docengine.corpus.noise import disturb
from docengine.corpus.scoring import Counts, score
from docengine.corpus.slips import with_slips
from docengine.engine.decode import decide, page_candidates
from docengine.schema import FieldSpec, FieldType, Schema
from docengine.teacher.finetuning import FinetuningTask, encode_labelled

NOISE = (0.0, 0.1, 0.2)
"""Shares of words with a slip."""
FORMS = "funsd"
"""For research only: what is trained on it is measured and deleted."""
FORM_SCHEMA = Schema(tuple(FieldSpec(name, FieldType.TEXT) for name in ("header", "question", "answer")))
FORMS_MEASURED = 5
"""One form in so many; the set here is FUNSD's own training part alone."""
UNSEEN_SEEDS = 3 << 50
"""Generated documents from here on are never trained on: training draws 48-bit seeds."""


@dataclass(frozen=True)
class Measured:
    """Documents to measure on, `most` of each kind; read when they are first asked for."""

    root: Path
    most: int

    @cached_property
    def left_out(self) -> dict[str, list[Row]]:
        """The `val` part of each labelled set."""
        return left_out(self.root, self.most)

    def in_language(self, code: str) -> list[Row]:
        """First pages of generated documents, each as a document of its own."""
        pages = [generate(UNSEEN_SEEDS + number, language=code)[0] for number in range(self.most)]
        return [Row("page", (p.page,), (None,), dict(p.fields), tuple(p.line_items), p.known) for p in pages]


def noisy(rows: Iterable[Row], share: float) -> list[Row]:
    """The rows with `share` of each page's words misread, the same words whoever reads them."""
    return [
        replace(row, pages=tuple(with_slips(page, share, random.Random(f"{row.id}/{share}")) for page in row.pages))
        for row in rows
    ]


def field_scores(task: FinetuningTask, name: str, rows: Sequence[Row]) -> dict[str, float]:
    """Micro F1 of header fields as `name` and of line items as `name, items`, in percent, as the engine decodes."""
    report = score(((row, extraction(task, row.pages)) for row in rows), task.schema)
    return f1_scores(name, report)


def extraction(task: FinetuningTask, pages: Sequence[Page]) -> Extraction:
    """What the teacher reads in a document."""
    unlabelled = (LabelledPage(page, [None] * len(page.words or []), frozenset()) for page in pages)
    examples = [encode_labelled(page, task.reader, task.schema) for page in unlabelled]
    read = [replace(page, index=index) for index, page in enumerate(task.read(examples)[0])]
    decoded = decide([page_candidates(page, task.schema) for page in read], task.schema)
    return Extraction("page", fields=decoded.fields, line_items=decoded.line_items)


def read_forms(root: Path) -> tuple[list[LabelledPage], list[LabelledPage]]:
    """FUNSD's forms with their words' entities as labels: to train on, and to measure on."""
    pages = []
    for line in (root / FORMS / "annotations.jsonl").read_text(encoding="utf-8").splitlines():
        data = json.loads(line)
        labels = [
            Label(word["label"], word["entity"]) if word["label"] in FORM_SCHEMA else None for word in data["words"]
        ]
        page = row_from(data, root / FORMS).pages[0]
        pages.append(LabelledPage(page, labels, frozenset(spec.name for spec in FORM_SCHEMA), meta={"id": data["id"]}))
    pages.sort(key=lambda page: hashlib.sha256(page.meta["id"].encode()).hexdigest())
    measured = pages[::FORMS_MEASURED]
    return [page for i, page in enumerate(pages) if i % FORMS_MEASURED], measured


@dataclass(frozen=True, slots=True)
class FormPages:
    """Forms to train on, a share of them with OCR noise."""

    pages: Sequence[LabelledPage]
    noise: float

    def __call__(self, rng: random.Random) -> LabelledPage:
        page = rng.choice(self.pages)
        return disturb(page, rng) if rng.random() < self.noise else page


def form_scores(task: FinetuningTask, pages: Sequence[LabelledPage]) -> dict[str, float]:
    """F1 of words over header, question and answer together, in percent; `other` is none of them.

    Published F1 on FUNSD is of whole entities in the annotators' order of words: higher or lower, not the same.
    """
    counts = Counts()
    for page in pages:
        example = encode_labelled(page, task.reader, task.schema)
        (read,), _ = task.read([example])
        seen = (read.tags.argmax(-1) + 1) // 2  # 0: none; B and I of a field are one class
        true = (example.targets.tags + 1) // 2
        right, named, wanted = int(((seen == true) & (true > 0)).sum()), int((seen > 0).sum()), int((true > 0).sum())
        counts.add(Counts(right, named - right, wanted - right))
    return {FORMS: round(100 * counts.f1, 2)}
