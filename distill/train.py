"""`docengine train RECIPE`: tokenizer, training, export, calibration, bundle; each step resumable."""

from __future__ import annotations

import gzip
import random
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import torch
from accelerate.utils import set_seed
from tokenizers import Tokenizer

from docengine.corpus.labelled import LabelledPage
from docengine.corpus.streams import Augment, GeneratedPages
from docengine.distill.data import Example, Mix, batched, collate, encode_labelled
from docengine.distill.losses import objective
from docengine.distill.recipe import Recipe, TrainRecipe, load_recipe
from docengine.distill.sources import LabelledData, require_data
from docengine.distill.student import INPUTS, Student
from docengine.distill.tokenizer import train_tokenizer
from docengine.distill.training import Evaluate, place, train
from docengine.engine.preprocess import Preprocessor, fold
from docengine.schema import DEFAULT_SCHEMA, Schema
from docengine.teacher.feed import Tally
from docengine.teacher.stages import Pools
from docengine.teacher.training import processes


def run(recipe_path: str | Path, output: str | Path = "runs") -> Path:
    """Everything a recipe asks for, written under `output/<recipe name>/`.

    Returns the bundle's folder, or the teacher's where no student is asked for. Run again after a kill, it goes on from
    the last checkpoint. Raises InvalidRecipe, DatasetError, CheckpointError, VerificationFailed.
    """
    recipe = load_recipe(recipe_path)
    require_data(recipe)
    folder = Path(output) / recipe.name
    folder.mkdir(parents=True, exist_ok=True)
    if processes().is_main_process:
        shutil.copy(recipe_path, folder / "recipe.toml")
    data = LabelledData(recipe, folder)
    written = folder
    if recipe.teacher:
        from docengine.distill.teaching import teach  # transformers takes seconds to load

        written = teach(recipe, data, folder)
    return train_student(recipe, recipe.train, data, folder) if recipe.train else written


def train_student(recipe: Recipe, plan: TrainRecipe, data: LabelledData, folder: Path) -> Path:
    """The stage [train], and the bundle of what it made."""
    with processes().main_process_first():  # the others find the files that it writes
        tokenizer = _tokenizer(recipe, data, folder / "tokenizer.json")
    preprocessor = Preprocessor(tokenizer)
    tally = Tally()
    mix = Mix(data.sources(tally), preprocessor, DEFAULT_SCHEMA, recipe.data.longest, plan.words, recipe.seed)
    pools: Pools = mix
    student, teaching = _student(recipe, folder, preprocessor), None
    if plan.targets:
        from docengine.distill.distilling import teacher_losses
        from docengine.distill.pairs import PairedMix

        teaching = teacher_losses(recipe, plan.targets, folder)
        pools = PairedMix(mix, teaching.teacher.reader)
    set_seed(recipe.seed)
    evaluate = validation(data.held_back(), preprocessor, DEFAULT_SCHEMA, plan)
    train(student, pools, plan, folder, evaluate, recipe.data.workers, tally, teaching)
    if not processes().is_main_process:
        return folder / "bundle"

    from docengine.distill.bundle import write_bundle

    return write_bundle(recipe, student, tokenizer, folder)


def _student(recipe: Recipe, folder: Path, preprocessor: Preprocessor) -> Student:
    """A new one; after the stage [distil], where there is one and [train] has not begun."""
    set_seed(recipe.seed)
    student = Student(recipe.student)
    if recipe.distil and not place(folder).checkpoint.exists():
        from docengine.distill.distilling import distil

        distil(student, recipe, folder, preprocessor)
    return student


def _tokenizer(recipe: Recipe, data: LabelledData, path: Path) -> Tokenizer:
    if not path.exists():
        print("training the tokenizer", file=sys.stderr)
        train_tokenizer(_words(recipe, data), recipe.student.vocab).save(str(path))
    return Tokenizer.from_file(str(path))


def _words(recipe: Recipe, data: LabelledData) -> Iterator[str]:
    """Folded texts: generated pages, every real training page ten times, and the recipe's texts."""
    generated = GeneratedPages(Augment(noise=0.0, redraw=0.0))
    for number in range(recipe.data.tokenizer_pages if recipe.data.generated else 0):
        page = generated(random.Random(f"tokenizer/{recipe.seed}/{number}"))
        yield fold(" ".join(word.text for word in page.page.words or []))
    for pages in data.real.values():
        for page in pages:
            yield from [fold(" ".join(word.text for word in page.page.words or []))] * 10
    for text in recipe.data.texts:
        with gzip.open(Path(recipe.data.root) / text, "rt", encoding="utf-8") as lines:
            yield from (fold(line) for line in islice(lines, 8_000))


def validation(
    held_back: Mapping[str, Sequence[LabelledPage]], preprocessor: Preprocessor, schema: Schema, plan: TrainRecipe
) -> Evaluate:
    """Tag losses on pages held back, by the name of their set, and their mean `val_loss`."""
    examples = {
        name: [encode_labelled(page, preprocessor, schema).crop(0, 512) for page in pages]
        for name, pages in held_back.items()
    }

    def evaluate(student: Student) -> dict[str, float]:
        losses = {
            f"val_{name}": _tag_loss(student, [e for e in group if len(e)], plan) for name, group in examples.items()
        }
        return {**losses, "val_loss": sum(losses.values()) / len(losses)}

    return evaluate


@torch.no_grad()
def _tag_loss(student: Student, examples: Sequence[Example], plan: TrainRecipe) -> float:
    device = student.tag_head.weight.device
    total, words = 0.0, 0
    for group in batched(examples, plan.words):
        batch = {name: tensor.to(device) for name, tensor in collate(group).items()}
        parts = objective(student(**{name: batch[name] for name in INPUTS}), batch, plan.line_weight)
        count = int(batch["attention_mask"].sum())
        total, words = total + float(parts["tag_loss"]) * count, words + count
    return total / max(words, 1)
