"""What does each group of losses give a student? Arms of equal steps, one teacher, the bundle of each measured.

    python benchmarks/distillation.py teach                  # the teacher, in runs/distillation-SIZE-teacher
    python benchmarks/distillation.py train                  # every arm and seed; run again after a kill, it goes on
    python benchmarks/distillation.py train none soft --seed 1 --size cores
    python benchmarks/distillation.py report                 # what is there: table, JSON and plot in results/

`none` learns from labels alone, for as many steps as the others have in [distil] and [train] together. All arms have
one teacher, tokenizer, number of words a step and mix of labelled pages. What is measured is what would ship: INT8,
with calibrated confidences. `--size cores` is for two idle cores and a night, `tiny` shows that everything runs.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import torch
from ablation import arms_done, f1_scores, left_out, sized
from distillation_report import write_report

from docengine.corpus.dataset import Row
from docengine.corpus.scoring import score
from docengine.distill.recipe import Recipe, load_recipe
from docengine.distill.sources import LabelledData
from docengine.distill.train import train_student
from docengine.engine import Engine
from docengine.schema import DEFAULT_SCHEMA
from docengine.teacher.finetuning import FinetuningTask
from docengine.teacher.model import DocFormerV2
from docengine.teacher.tokenizer import load_tokenizer
from docengine.teacher.tokens import PageReader

RECIPE = Path(__file__).parents[1] / "recipes" / "distillation.toml"
RESULTS = Path(__file__).parent / "results"
ARMS: dict[str, dict[str, float]] = {
    "none": {},
    "soft": {"lines": 1.0, "grid": 0.3},
    "hidden": {"lines": 1.0, "grid": 0.3, "hidden": 1.0},
    "amad": {"lines": 1.0, "grid": 0.3, "amad": 1.0},
    "amad_tempered": {"lines": 1.0, "grid": 0.3, "amad_tempered": 1.0},
    "value_relations": {"lines": 1.0, "grid": 0.3, "value_relations": 1.0},
    "all": {"lines": 1.0, "grid": 0.3, "hidden": 1.0, "amad_tempered": 1.0, "value_relations": 1.0},
}
"""What each arm's [distil] asks of the pretrained teacher; all but `none` have the recipe's [train.targets] too."""
CPU = {"precision": "fp32", "threads": 1, "checkpoint_minutes": 10.0}
SIZES: dict[str, dict[str, dict[str, Any]]] = {
    "recipe": {},
    "cores": {
        "data": {"workers": 1},
        "teacher": {
            "size": "", "width": 256, "layers": 6, "decoder_layers": 2, "heads": 4, "feed_forward": 1024, "vocab": 6016,
        },
        "pretrain": {**CPU, "steps": 3000, "words": 3000, "warmup": 100, "evaluate_every": 1000},
        "finetune": {**CPU, "steps": 1500, "words": 3000, "warmup": 60, "evaluate_every": 500},
        "student": {"width": 192, "layers": 6, "heads": 2, "feed_forward": 512},
        "distil": {**CPU, "steps": 500, "words": 2400, "warmup": 50, "evaluate_every": 250},
        "train": {**CPU, "steps": 700, "words": 2400, "warmup": 50, "evaluate_every": 350},
    },
    "tiny": {
        "data": {"workers": 0, "sets": {"zugferd_facturx": 0.4}, "own_ocr": (), "texts": (), "tokenizer_pages": 40,
                 "calibration": 4, "longest": 60},
        "teacher": {
            "size": "", "width": 32, "layers": 2, "decoder_layers": 1, "heads": 4, "feed_forward": 64, "vocab": 1216,
            "tokenizer_pages": 40, "longest": 96,
        },
        "pretrain": {**CPU, "steps": 4, "words": 800, "warmup": 1, "evaluate_every": 4, "images": 0.02,
                     "mix": {"generated": 1.0}},
        "finetune": {**CPU, "steps": 4, "words": 800, "warmup": 1, "evaluate_every": 4},
        "student": {"vocab": 600, "width": 32, "layers": 2, "heads": 2, "feed_forward": 48, "piece_width": 8},
        "distil": {**CPU, "steps": 3, "words": 600, "warmup": 1, "evaluate_every": 3, "images": 0.02,
                   "mix": {"generated": 1.0}},
        "train": {**CPU, "steps": 3, "words": 600, "warmup": 1, "evaluate_every": 3},
    },
}  # fmt: skip
"""What a size sets otherwise than the recipe, by table."""
MEASURED = {"recipe": 300, "cores": 100, "tiny": 2}
"""Documents of each set that are measured, at most."""


@click.group()
def main() -> None:
    """Teach a teacher, train arms, then report."""


def options(command: Any) -> Any:
    """What teaching and training share."""
    command = click.option("--runs", type=click.Path(path_type=Path), default=Path("runs"), show_default=True)(command)
    command = click.option("--data", default="../shared/data", show_default=True)(command)
    return click.option("--size", type=click.Choice(list(SIZES)), default="recipe", show_default=True)(command)


@main.command()
@options
def teach(size: str, data: str, runs: Path) -> None:
    """Pretrain and fine-tune the teacher of all arms, and measure it."""
    from pretraining_scores import field_scores

    from docengine.distill.teaching import teach

    recipe = sized(load_recipe(RECIPE), SIZES[size], data)
    folder = taught(runs, size)
    folder.mkdir(parents=True, exist_ok=True)
    task = reading(teach(recipe, LabelledData(recipe, folder), folder))
    found: dict[str, Any] = {"arm": "teacher", "seed": recipe.seed}
    for name, rows in left_out(Path(data), MEASURED[size]).items():
        found |= field_scores(task, name, rows)
    _write(folder / "scores.json", found)


@main.command()
@click.argument("arms", nargs=-1, type=click.Choice(list(ARMS)))
@click.option("--seed", "seeds", multiple=True, default=(1, 2), show_default=True)
@options
def train(arms: tuple[str, ...], seeds: tuple[int, ...], size: str, data: str, runs: Path) -> None:
    """Distil, train, bundle and measure ARMS, all where none is named; each leaves scores.json in its folder."""
    recipe = sized(load_recipe(RECIPE), SIZES[size], data)
    labelled, rows = LabelledData(recipe, runs), left_out(Path(data), MEASURED[size])
    tokenizer = runs / f"distillation-{size}-tokenizer.json"
    for seed in seeds:
        for name in arms or ARMS:
            folder = runs / f"distillation-{size}-{name}-{seed}"
            folder.mkdir(parents=True, exist_ok=True)
            if tokenizer.exists():
                (folder / "tokenizer.json").write_bytes(tokenizer.read_bytes())
            own = arm(name, replace(recipe, seed=seed), taught(runs, size))
            assert own.train
            bundle = train_student(own, own.train, labelled, folder)
            if not tokenizer.exists():
                tokenizer.write_bytes((folder / "tokenizer.json").read_bytes())
            _write(folder / "scores.json", {"arm": name, "seed": seed, **budgets(own), **bundle_scores(bundle, rows)})


@main.command()
@click.option("--size", type=click.Choice(list(SIZES)), default="recipe", show_default=True)
@click.option("--runs", type=click.Path(path_type=Path, exists=True), default=Path("runs"), show_default=True)
@click.option("--output", type=click.Path(path_type=Path), default=RESULTS, show_default=True)
def report(size: str, runs: Path, output: Path) -> None:
    """Write distillation.json, distillation.md and distillation.png of the arms that are done."""
    print(write_report(arms_done(runs, f"distillation-{size}"), output))


def taught(runs: Path, size: str) -> Path:
    """The teacher's run."""
    return runs / f"distillation-{size}-teacher"


def arm(name: str, recipe: Recipe, teacher: Path) -> Recipe:
    """The recipe of an arm: a student's alone, its teachers lying in the folder `teacher`."""
    assert recipe.distil and recipe.train and recipe.train.targets
    alone: dict[str, Any] = {"teacher": None, "pretrain": None, "adapt": None, "finetune": None}
    if not ARMS[name]:
        steps = recipe.distil.steps + recipe.train.steps
        return replace(recipe, **alone, distil=None, train=replace(recipe.train, steps=steps, targets=None))
    first = replace(recipe.distil.targets, teacher=str(teacher / "teacher-pretrained"), losses=ARMS[name])
    then = replace(recipe.train.targets, teacher=str(teacher / "teacher"))
    alone |= {"distil": replace(recipe.distil, targets=first), "train": replace(recipe.train, targets=then)}
    return replace(recipe, **alone)


def budgets(recipe: Recipe) -> dict[str, int]:
    """What a result should say about the steps that it was made with."""
    assert recipe.train
    return {
        "distil steps": recipe.distil.steps if recipe.distil else 0,
        "train steps": recipe.train.steps,
        "words a step": recipe.train.words,
    }


def reading(teacher: Path) -> FinetuningTask:
    """The fine-tuned teacher in a folder, to read with."""
    model = DocFormerV2.from_pretrained(teacher).to("cuda" if torch.cuda.is_available() else "cpu").eval()
    return FinetuningTask(model, DEFAULT_SCHEMA, PageReader(load_tokenizer(teacher), model.config))


def bundle_scores(bundle: Path, sets: dict[str, list[Row]]) -> dict[str, float]:
    """Micro F1 in percent of header fields by set, of line items as `SET, items`."""
    engine = Engine.load(bundle, ocr="off")
    found: dict[str, float] = {}
    for name, rows in sets.items():
        found |= f1_scores(name, score((row, engine.extract(list(row.pages))) for row in rows))
    return found


def _write(path: Path, scores: dict[str, Any]) -> None:
    path.write_text(json.dumps(scores, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(scores), file=sys.stderr)


if __name__ == "__main__":
    main()
