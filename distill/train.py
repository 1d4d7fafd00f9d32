"""`docengine train RECIPE`: tokenizer, training, export, calibration, bundle; each step resumable."""

from __future__ import annotations

import gzip
import random
import shutil
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import torch
from tokenizers import Tokenizer

from docengine.corpus.align import align_row
from docengine.corpus.dataset import Row, read_dataset
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.rescans import Readings, rescanned_pages
from docengine.corpus.splits import TRAINING_SETS, partition
from docengine.corpus.streams import Augment, GeneratedPages, RealPages, name_pool
from docengine.distill.data import Example, Mix, PageSource, batched, collate, encode_labelled
from docengine.distill.losses import objective
from docengine.distill.recipe import Recipe, load_recipe
from docengine.distill.student import INPUTS, Student
from docengine.distill.tokenizer import train_tokenizer
from docengine.distill.training import Evaluate, train
from docengine.engine.ocr import open_ocr
from docengine.engine.preprocess import Preprocessor, fold
from docengine.errors import DatasetError
from docengine.schema import DEFAULT_SCHEMA

HELD_OUT_SEEDS = 1 << 50
"""Generated pages from here on are never trained on: training draws 48-bit seeds."""


def run(recipe_path: str | Path, output: str | Path = "runs") -> Path:
    """Everything a recipe asks for, written under `output/<recipe name>/`; returns the bundle's folder.

    Run again after a kill, it goes on from the last checkpoint. Raises InvalidRecipe, DatasetError, CheckpointError,
    VerificationFailed.
    """
    recipe = load_recipe(recipe_path)
    folder = Path(output) / recipe.name
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(recipe_path, folder / "recipe.toml")
    torch.manual_seed(recipe.seed)
    real = {name: list(labelled_pages(Path(recipe.data.root), name, "train")) for name in recipe.data.sets}
    for name in recipe.data.own_ocr:
        real[name] += read_again(recipe, name, folder / "rescans")
    tokenizer = _tokenizer(recipe, real, folder / "tokenizer.json")
    preprocessor = Preprocessor(tokenizer)
    mix = _mix(recipe, real, preprocessor)
    student = Student(recipe.student)
    train(student, mix, recipe.train, folder, validation(recipe, preprocessor), recipe.data.workers)

    from docengine.distill.bundle import write_bundle

    return write_bundle(recipe, student, tokenizer, folder)


def labelled_pages(root: Path, name: str, part: str) -> Iterator[LabelledPage]:
    """Pages of one part of a data set with their values found among the words; only sets whose licence allows it."""
    for row in _rows(root, name, part):
        yield from align_row(row)


def _rows(root: Path, name: str, part: str) -> Iterator[Row]:
    if name not in TRAINING_SETS:
        raise DatasetError(f"data set {name!r} may not train distributed weights; allowed: {', '.join(TRAINING_SETS)}")
    yield from (row for row in read_dataset(root / name) if partition(row, name) == part)


def read_again(recipe: Recipe, name: str, folder: Path) -> list[LabelledPage]:
    """A set's training pages as our own OCR reads them; what it read is kept in `folder/name.jsonl`."""
    reader = open_ocr("rapidocr", recipe.train.threads)
    rows = list(_rows(Path(recipe.data.root), name, "train"))
    return rescanned_pages(rows, Readings(folder / f"{name}.jsonl", reader))


def _tokenizer(recipe: Recipe, real: dict[str, list[LabelledPage]], path: Path) -> Tokenizer:
    if not path.exists():
        print("training the tokenizer", file=sys.stderr)
        train_tokenizer(_words(recipe, real), recipe.student.vocab).save(str(path))
    return Tokenizer.from_file(str(path))


def _words(recipe: Recipe, real: dict[str, list[LabelledPage]]) -> Iterator[str]:
    """Folded texts: generated pages, every real training page ten times, and the recipe's texts."""
    generated = GeneratedPages(Augment(noise=0.0, redraw=0.0))
    for number in range(recipe.data.tokenizer_pages if recipe.data.generated else 0):
        page = generated(random.Random(f"tokenizer/{recipe.seed}/{number}"))
        yield fold(" ".join(word.text for word in page.page.words or []))
    for pages in real.values():
        for page in pages:
            yield from [fold(" ".join(word.text for word in page.page.words or []))] * 10
    for text in recipe.data.texts:
        with gzip.open(Path(recipe.data.root) / text, "rt", encoding="utf-8") as lines:
            yield from (fold(line) for line in islice(lines, 8_000))


def _mix(recipe: Recipe, real: dict[str, list[LabelledPage]], preprocessor: Preprocessor) -> Mix:
    data = recipe.data
    augment = Augment(data.noise, data.redraw)
    sources: list[tuple[float, PageSource]] = [(data.generated, GeneratedPages(augment))] if data.generated else []
    names = name_pool(3000 if data.generated else 0, recipe.seed)
    sources += [(data.sets[name], RealPages.of(pages, augment, names)) for name, pages in real.items()]
    return Mix(tuple(sources), preprocessor, DEFAULT_SCHEMA, data.longest, recipe.train.words, recipe.seed)


def validation(recipe: Recipe, preprocessor: Preprocessor) -> Evaluate:
    """Tag losses on held-back pages: the tune part of each real set, and generated pages of unseen seeds."""
    generated = GeneratedPages(Augment(noise=0.5, redraw=0.0))
    pages: dict[str, list[LabelledPage]] = {}
    if recipe.data.generated:
        pages["generated"] = [generated(random.Random(HELD_OUT_SEEDS + number)) for number in range(150)]
    for name in recipe.data.sets:
        pages[name] = list(labelled_pages(Path(recipe.data.root), name, "tune"))
    examples = {
        name: [encode_labelled(page, preprocessor, DEFAULT_SCHEMA).crop(0, 512) for page in group]
        for name, group in pages.items()
    }
    return lambda student: {
        f"val_{name}": _tag_loss(student, [e for e in group if len(e)], recipe) for name, group in examples.items()
    }


@torch.no_grad()
def _tag_loss(student: Student, examples: Sequence[Example], recipe: Recipe) -> float:
    total, words = 0.0, 0
    for group in batched(examples, recipe.train.words):
        batch = collate(group)
        parts = objective(student(**{name: batch[name] for name in INPUTS}), batch, recipe.train.line_weight)
        count = int(batch["attention_mask"].sum())
        total, words = total + float(parts["tag_loss"]) * count, words + count
    return total / max(words, 1)
