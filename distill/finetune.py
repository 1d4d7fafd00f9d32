"""`docengine finetune`: a bundle taught on by a user's own corrected documents, and a bundle out.

It starts from the bundle's own weights; generated pages in the mix keep it from forgetting; documents held back end it.
"""

from __future__ import annotations

import copy
import hashlib
import json
import random
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from accelerate.utils import set_seed
from tokenizers import Tokenizer

from docengine.corpus.redress import Dressing
from docengine.corpus.scoring import Report, score
from docengine.corpus.streams import Augment, GeneratedPages, RealPages, name_pool
from docengine.distill import calibrate
from docengine.distill.bundle import Contents, commit, write
from docengine.distill.data import Mix
from docengine.distill.dequantise import student_of
from docengine.distill.documents import Documents, WordsFrom, read_documents
from docengine.distill.forgetting import WithoutForgettingTask, grown
from docengine.distill.recipe import TrainRecipe
from docengine.distill.sources import HELD_OUT_SEEDS
from docengine.distill.student import Student
from docengine.distill.train import validation
from docengine.engine import Engine
from docengine.engine.batch import cores
from docengine.engine.bundle import MANIFEST, Bundle, find_bundle
from docengine.engine.preprocess import Preprocessor
from docengine.errors import CheckpointError, UsageError
from docengine.teacher.feed import Checked, Tally
from docengine.teacher.resuming import Progress
from docengine.teacher.stages import Place
from docengine.teacher.training import train

OWN, GENERATED = 0.5, 0.5
"""Weights in the mix."""
OWN_NOISE, OWN_REDRAWN = 0.3, 0.6
"""Shares of the views of one's own pages that get OCR noise, and other values."""
DRESSING = Dressing(retold=0, translated=0, columns=0, pairs=0, sides=0, lost=0.15, shuffled=0.1, refitted=0.3)
"""What is done to one's own pages: the same forms come again with other values, so their layout mostly stays."""
LONGEST = 400
"""Words a page is cut to."""
WATCHED_GENERATED = 60
"""Generated pages among those watched: what the model must not forget."""
NAMES = 600
"""Generated documents that names and addresses for redrawn pages come from."""


@dataclass(frozen=True, slots=True)
class Finetuning:
    """What is asked for."""

    dataset: Path
    output: Path
    """The folder of the new bundle; `OUTPUT.work` beside it holds the run until then."""
    bundle: str | None = None
    """Name or folder of the bundle to start from; None: the default one."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Type of each field that the bundle does not know; those that are not named are guessed."""
    words: WordsFrom = "dataset"
    minutes: float = 10.0
    steps: int = 400
    seed: int = 0

    def __post_init__(self) -> None:
        if self.minutes <= 0 or self.steps < 1:
            raise UsageError(f"minutes {self.minutes} and steps {self.steps} must be more than 0")
        if self.output.exists() and (not self.output.is_dir() or any(self.output.iterdir())):
            what = "holds a bundle already" if (self.output / MANIFEST).is_file() else "is not empty"
            raise UsageError(f"{self.output} {what}: name another folder, or delete it")

    @property
    def work(self) -> Path:
        return self.output.with_name(f"{self.output.name}.work")


@dataclass(frozen=True, slots=True)
class FinetunePlan(TrainRecipe):
    """The stage's budget. The weights are good already, and have no optimizer state: a low rate, warmed up, falling."""

    STAGE: ClassVar[str] = "finetune"

    words: int = 2400
    learning_rate: float = 3e-4
    decay: float = 0.8
    weight_decay: float = 0.01
    evaluate_every: int = 25
    patience: int = 8
    checkpoint_minutes: float = 1.0

    @classmethod
    def of(cls, asked: Finetuning) -> FinetunePlan:
        return cls(steps=asked.steps, minutes=asked.minutes, warmup=min(20, asked.steps // 4), threads=cores())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it; both reports are on the documents held back."""

    bundle: Path
    documents: Documents
    progress: Progress
    before: Report
    after: Report

    def to_dict(self) -> dict[str, Any]:
        return {
            "bundle": str(self.bundle),
            "learned": len(self.documents.learned),
            "held_back": len(self.documents.held_back),
            "steps": self.progress.step,
            "minutes": round(self.progress.seconds / 60, 1),
            "before": self.before.to_dict(),
            "after": self.after.to_dict(),
        }


def finetune(asked: Finetuning) -> Outcome:
    """Read, train, write the bundle, and score both bundles on what was held back. Run again after a kill it goes on.

    Raises UsageError, DatasetError, BundleError, CheckpointError, VerificationFailed.
    """
    source = find_bundle(asked.bundle)
    documents = read_documents(asked.dataset, source.schema, asked.fields, asked.words, asked.seed)
    for note in documents.notes:
        print(note, file=sys.stderr)
    asked.work.mkdir(parents=True, exist_ok=True)
    _same_run(asked, source, documents)
    before = reading_score(source.path, documents)
    old = student_of(source)
    student = grown(copy.deepcopy(old), source.schema, documents.schema)
    tokenizer = Tokenizer.from_file(str(source.file("tokenizer.json")))
    progress = _train(asked, student, old, documents, tokenizer)
    card = source.file("MODEL_CARD.md").read_text(encoding="utf-8")
    about = _about(asked, source, documents, progress)
    contents = Contents(
        student,
        tokenizer,
        documents.schema,
        about,
        lambda engine: _calibration(engine, source, documents),
        lambda manifest: card.rstrip("\n") + _card_of(about["finetuned"]),
    )
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    written = write(contents, asked.output, asked.work)
    after = reading_score(written, documents)
    shutil.rmtree(asked.work)
    return Outcome(written, documents, progress, before, after)


def _same_run(asked: Finetuning, source: Bundle, documents: Documents) -> None:
    """CheckpointError where `asked.work` holds a run on other documents, fields, bundle or seed."""
    path = asked.work / "run.sha256"
    rows = [[[word.text for page in row.pages for word in page.words or ()], row.fields] for row in documents.learned]
    said = json.dumps([source.identity, asked.seed, documents.schema.tags, rows])
    digest = hashlib.sha256(said.encode()).hexdigest()
    if path.exists() and path.read_text(encoding="utf-8") != digest:
        raise CheckpointError(
            f"{asked.work} holds a run on other documents, fields, bundle or seed: delete it to start anew"
        )
    path.write_text(digest, encoding="utf-8")


def reading_score(bundle: Path, documents: Documents) -> Report:
    """How a bundle reads the documents held back; a field that it does not know counts as missed."""
    engine = Engine.load(bundle, ocr="off")
    return score(((row, engine.extract(list(row.pages))) for row in documents.held_back), documents.schema)


def _train(asked: Finetuning, student: Student, old: Student, documents: Documents, tokenizer: Tokenizer) -> Progress:
    """The stage; `student` ends with the weights that were best on what is watched."""
    plan, preprocessor, tally = FinetunePlan.of(asked), Preprocessor(tokenizer), Tally()
    augment = Augment(OWN_NOISE, OWN_REDRAWN, DRESSING)
    own = RealPages.of(documents.pages, augment, name_pool(NAMES, asked.seed))
    generated = GeneratedPages(Augment(noise=0.5, redraw=0.0))
    sources = ((OWN, Checked(str(asked.dataset), own, tally)), (GENERATED, Checked("generated", generated, tally)))
    mix = Mix(sources, preprocessor, documents.schema, LONGEST, plan.words, asked.seed)
    unseen = [generated(random.Random(HELD_OUT_SEEDS + number)) for number in range(WATCHED_GENERATED)]
    watched = {"own": documents.watched, "generated": unseen}
    set_seed(asked.seed)
    evaluate = validation(watched, preprocessor, documents.schema, plan)
    task = WithoutForgettingTask(student, old, plan.line_weight, evaluate)
    progress = train(task, mix, plan, Place(plan.STAGE, asked.work, "student"), workers=1, tally=tally)
    student.cpu()
    return progress


def _calibration(engine: Engine, source: Bundle, documents: Documents) -> dict[str, Any]:
    """The bundle's own curves, moved by what was held back: with few documents little, with many to what is so."""
    seen = calibrate.observe(engine, calibrate.own_cases(documents.held_back))
    return calibrate.moved(source.manifest.get("calibration", {}), seen)


def _about(asked: Finetuning, source: Bundle, documents: Documents, progress: Progress) -> dict[str, Any]:
    """What the manifest says of its making."""
    own = {spec.name: str(spec.type) for spec in documents.schema if spec.name not in source.schema}
    return {
        "name": asked.output.name,
        "trained_languages": source.manifest.get("trained_languages", []),
        "provenance": source.manifest.get("provenance", {}),
        "finetuned": {
            "from": source.identity,
            "learned": len(documents.learned),
            "held_back": len(documents.held_back),
            "new_fields": own,
            "steps": progress.step,
            "minutes": round(progress.seconds / 60, 1),
            "seed": asked.seed,
            "commit": commit(),
        },
    }


def _card_of(about: Mapping[str, Any]) -> str:
    fields = ", ".join(f"{name} ({kind})" for name, kind in about["new_fields"].items()) or "none"
    return f"""

## Taught on

All above is of the bundle {about["from"]}, from which this one was fine-tuned on {about["learned"]} documents of its
user, with as many generated pages again: {about["steps"]:,} steps, {about["minutes"]:.0f} minutes. {about["held_back"]}
documents were held back: they ended the training and moved the confidences. New fields: {fields}.
"""
