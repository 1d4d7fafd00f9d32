"""Does each objective of pretraining earn its place? Arms of equal steps, fine-tuned on the same labelled pages.

    python benchmarks/pretraining.py train                  # every arm and seed on a GPU, each in runs/pretraining-...
    python benchmarks/pretraining.py train all none --seed 1 --size cores    # some, on one core
    python benchmarks/pretraining.py report                 # what is there: table, JSON and plots in results/

A killed `train` goes on where it was. Every arm is fine-tuned on all labelled pages and, apart from that, on forms
(FUNSD, for research only: those weights are measured and deleted); `none` and `all` also without the labelled pages of
one language, which pretraining still shows. All fine-tunings of a seed see the same pages in the same order.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from ablation import arms_done, sized
from accelerate.utils import set_seed
from pretraining_report import write_report
from pretraining_scores import (
    FORM_SCHEMA,
    NOISE,
    FormPages,
    Measured,
    field_scores,
    form_scores,
    noisy,
    read_forms,
)

from docengine.corpus.labelled import LabelledPage
from docengine.corpus.redress import Dressing
from docengine.corpus.streams import Augment, GeneratedPages, RealPages, name_pool
from docengine.distill.recipe import Recipe, load_recipe
from docengine.distill.sources import LabelledData
from docengine.distill.teaching import teach
from docengine.schema import DEFAULT_SCHEMA
from docengine.teacher.batches import Sources
from docengine.teacher.feed import Tally
from docengine.teacher.finetuning import FinetuningPages, FinetuningTask, retagged
from docengine.teacher.mixing import page_mix
from docengine.teacher.model import DocFormerV2
from docengine.teacher.recipes import FinetuneRecipe
from docengine.teacher.stages import Place
from docengine.teacher.tokenizer import load_tokenizer, page_texts, train_tokenizer
from docengine.teacher.tokens import PageReader
from docengine.teacher.training import train as train_stage

RECIPE = Path(__file__).parents[1] / "recipes" / "pretraining.toml"
RESULTS = Path(__file__).parent / "results"
ARMS: dict[str, dict[str, float]] = {
    "none": {},
    "denoising": {"denoising": 1.0},
    "places": {"line": 1.0, "grid": 1.0},
    "line": {"denoising": 1.0, "line": 1.0},
    "grid": {"denoising": 1.0, "grid": 1.0},
    "all": {"denoising": 1.0, "line": 1.0, "grid": 1.0},
}
"""Objectives of each arm."""
COMPARED = ("none", "all")
"""Arms that are measured with noise, and without the labels of a language."""
LANGUAGES = ("nl", "de")
CPU = {"precision": "fp32", "threads": 1, "words": 3000, "learning_rate": 2e-3, "checkpoint_minutes": 10.0}
SIZES: dict[str, dict[str, dict[str, Any]]] = {
    "recipe": {},
    # 7M parameters; one seed to a core. At 70 GFLOP/s a step of 2,550 tokens takes a core 1.1 s in pretraining and 0.7
    # in fine-tuning: 4 pretrainings, 9 fine-tunings and 5 on forms of one seed take two and a half hours.
    "cores": {
        "data": {"workers": 1},
        "teacher": {
            "size": "", "width": 192, "layers": 4, "decoder_layers": 2, "heads": 3, "feed_forward": 768, "vocab": 6016,
        },
        "pretrain": {**CPU, "steps": 600, "warmup": 60, "evaluate_every": 600},
        "finetune": {**CPU, "steps": 600, "warmup": 30, "dropout": 0.0, "evaluate_every": 600},
    },
    # To see that everything works.
    "tiny": {
        "data": {"workers": 0, "sets": {"zugferd_facturx": 0.4}},
        "teacher": {
            "size": "", "width": 32, "layers": 1, "heads": 2, "feed_forward": 64, "vocab": 1216, "tokenizer_pages": 40,
            "longest": 96,
        },
        "pretrain": {**CPU, "steps": 8, "words": 800, "warmup": 1, "evaluate_every": 8, "images": 0.02,
                     "mix": {"generated": 1.0}},
        "finetune": {**CPU, "steps": 8, "words": 800, "warmup": 1, "evaluate_every": 8},
    },
}  # fmt: skip
"""What a size sets otherwise than the recipe, by table."""
MEASURED = {"recipe": 300, "cores": 100, "tiny": 2}
"""Documents of each kind that are measured, at most."""


@click.group()
def main() -> None:
    """Train arms, then report."""


@main.command()
@click.argument("arms", nargs=-1, type=click.Choice(list(ARMS)))
@click.option("--seed", "seeds", multiple=True, default=(1, 2), show_default=True)
@click.option("--size", type=click.Choice(list(SIZES)), default="recipe", show_default=True)
@click.option("--data", default="../shared/data", show_default=True)
@click.option("--runs", type=click.Path(path_type=Path), default=Path("runs"), show_default=True)
def train(arms: tuple[str, ...], seeds: tuple[int, ...], size: str, data: str, runs: Path) -> None:
    """Pretrain, fine-tune and measure ARMS, all where none is named; each leaves scores.json in its folder."""
    recipe = sized(load_recipe(RECIPE), SIZES[size], data)
    measured, labelled = Measured(Path(data), MEASURED[size]), LabelledData(recipe, runs)
    tokenizer = runs / f"pretraining-{size}-tokenizer.json"
    _train_tokenizer(recipe, tokenizer)
    for seed in seeds:
        for arm in arms or ARMS:
            folder = runs / f"pretraining-{size}-{arm}-{seed}"
            scores = Arm(arm, replace(recipe, seed=seed), folder, tokenizer, labelled, measured).run()
            result = {"arm": arm, "seed": seed, **sized_as(recipe), **scores}
            (folder / "scores.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
            print(json.dumps(result), file=sys.stderr)


@main.command()
@click.option("--size", type=click.Choice(list(SIZES)), default="recipe", show_default=True)
@click.option("--runs", type=click.Path(path_type=Path, exists=True), default=Path("runs"), show_default=True)
@click.option("--output", type=click.Path(path_type=Path), default=RESULTS, show_default=True)
def report(size: str, runs: Path, output: Path) -> None:
    """Write pretraining.json, pretraining.md and pretraining.png of the arms that are done."""
    found = arms_done(runs, f"pretraining-{size}")
    found.sort(key=lambda result: (list(ARMS).index(result["arm"]), result["seed"]))
    print(write_report(found, output))


def sized_as(recipe: Recipe) -> dict[str, Any]:
    """What a result should say about the budgets that it was made with."""
    assert recipe.pretrain and recipe.finetune
    stages = {stage.STAGE: stage for stage in (recipe.pretrain, recipe.finetune)}
    return {f"{name} steps": stage.steps for name, stage in stages.items()} | {
        f"{name} tokens a step": stage.words for name, stage in stages.items()
    }


def _train_tokenizer(recipe: Recipe, path: Path) -> None:
    """One for all arms, on the pages that pretraining sees."""
    assert recipe.teacher and recipe.pretrain
    if path.exists():
        return
    sources = page_mix(recipe.pretrain, Path(recipe.data.root), Tally()).sources
    path.parent.mkdir(parents=True, exist_ok=True)
    train_tokenizer(page_texts(sources, recipe.teacher.tokenizer_pages, 0), recipe.teacher.vocab).save(str(path))


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm and seed: its pretraining, its fine-tunings, their scores."""

    name: str
    recipe: Recipe
    folder: Path
    tokenizer: Path
    labelled: LabelledData
    """Read once for all arms."""
    measured: Measured

    def run(self) -> dict[str, float]:
        self.folder.mkdir(parents=True, exist_ok=True)
        scores = self.finetuned("labels") | self.finetuned("forms")
        if self.name in COMPARED:
            for code in LANGUAGES:
                scores |= self.finetuned(f"without-{code}")
        return scores

    def finetuned(self, job: str) -> dict[str, float]:
        """Scores of a fine-tuning; done once."""
        place = Place("finetune", self.folder / job)
        scores = place.folder / "scores.json"
        if not scores.exists():
            stage = self.stage(job)
            task, sources = self.task(job), self.sources(job)
            pages = FinetuningPages(sources, task.reader, task.schema, stage.words, self.recipe.seed)
            train_stage(task, pages, stage, place, self.recipe.data.workers)
            scores.write_text(json.dumps(self.scores(job, task)) + "\n", encoding="utf-8")
            place.checkpoint.unlink()
        found: dict[str, float] = json.loads(scores.read_text(encoding="utf-8"))
        return found

    def stage(self, job: str) -> FinetuneRecipe:
        """A hundred forms are learned sooner."""
        stage = self.recipe.finetune
        assert stage
        shorter = replace(stage, steps=stage.steps // 4, warmup=stage.warmup // 4)
        return shorter if job == "forms" else stage

    def task(self, job: str) -> FinetuningTask:
        assert self.recipe.finetune
        schema = FORM_SCHEMA if job == "forms" else DEFAULT_SCHEMA
        model = self.pretrained()
        set_seed(self.recipe.seed)
        model.prepare_for_training(self.recipe.finetune.dropout)
        reader = PageReader(load_tokenizer(self.tokenizer), model.config)
        weight = self.recipe.finetune.line_weight
        return FinetuningTask(retagged(model, schema), schema, reader, line_weight=weight)

    def pretrained(self) -> DocFormerV2:
        """The arm's teacher before any label; it stays in `folder/teacher`."""
        assert self.recipe.teacher and self.recipe.pretrain
        set_seed(self.recipe.seed)
        if not ARMS[self.name]:
            return DocFormerV2(self.recipe.teacher.config(-(-load_tokenizer(self.tokenizer).size // 64) * 64))
        done = self.folder / "teacher"
        if not (done / "tokenizer.json").exists():  # written last
            shutil.copy(self.tokenizer, self.folder / "teacher.tokenizer.json")
            stage = replace(self.recipe.pretrain, objectives=ARMS[self.name])
            recipe = replace(self.recipe, pretrain=stage, finetune=None)
            teach(recipe, self.labelled, self.folder)
            (self.folder / "pretrain" / "teacher.safetensors").unlink()
        return DocFormerV2.from_pretrained(done)

    def sources(self, job: str) -> Sources:
        """Labelled pages to train on, none of them in the language that `job` leaves out."""
        data = self.recipe.data
        if job == "forms":
            return ((1.0, FormPages(read_forms(Path(data.root))[0], data.noise)),)
        code = job.removeprefix("without-")  # `labels` is the code of none
        # Translated labels could be in that language; no arm has them, so that arms differ in nothing else.
        augment = Augment(data.noise, data.redraw, Dressing(translated=0.0))
        names = name_pool(1000, 0, without=code)
        real = {
            name: [page for page in pages if page.meta.get("language") != code]
            for name, pages in self.labelled.real.items()
        }
        drawn = (data.generated, OtherLanguages(GeneratedPages(augment), code))
        return (
            drawn,
            *((data.sets[name], RealPages.of(pages, augment, names)) for name, pages in real.items() if pages),
        )

    def scores(self, job: str, task: FinetuningTask) -> dict[str, float]:
        if job == "forms":
            return form_scores(task, read_forms(Path(self.recipe.data.root))[1][: self.measured.most])
        codes = LANGUAGES if job == "labels" else (job.removeprefix("without-"),)
        ending = "" if job == "labels" else ", without its labels"
        found: dict[str, float] = {}
        for code in codes:
            found |= field_scores(task, f"{code}{ending}", self.measured.in_language(code))
        if job != "labels":
            return found
        for share in NOISE if self.name in COMPARED else NOISE[:1]:
            for name, rows in self.measured.left_out.items():
                found |= field_scores(task, f"{name}, {share:.0%} noise" if share else name, noisy(rows, share))
        return found


@dataclass(frozen=True, slots=True)
class OtherLanguages:
    """Drawn pages but those in the language `code`."""

    pages: GeneratedPages
    code: str

    def __call__(self, rng: random.Random) -> LabelledPage:
        while True:
            page = self.pages(rng)
            if page.meta["language"] != self.code:
                return page


if __name__ == "__main__":
    main()
