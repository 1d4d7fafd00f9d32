"""Does what is drawn teach? The default student after equal steps on five mixes, on layouts that no training page had.

    python benchmarks/teaching.py train d --seed 1        # one arm; each has a bundle in runs/teaching-d-1
    python benchmarks/teaching.py report                  # all arms that are there: table, JSON and plot in results/

Arms: a the first generator; b today's; c with re-dressing of real pages; d with fitted noise, which is the default mix;
e without any real page. a and the noise of a to c are the first version's, which only history holds:

    git worktree add ../first a9fe417                     # arm a: run from there, with its package installed
    git show a9fe417:corpus/noise.py > corpus/noise.py    # arms b and c; put back after them

and, with that file, `disturb(page, rng, rng.random() ** 1.5)` in corpus/streams.py, the strength of the first version.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from docengine.corpus.dataset import Row, read_dataset
from docengine.corpus.scoring import score
from docengine.corpus.splits import TRAINING_SETS, partition
from docengine.engine import Engine
from docengine.engine.ocr import open_ocr
from docengine.engine.opening import open_document

RECIPE = Path(__file__).parents[1] / "recipes" / "teaching.toml"
RESULTS = Path(__file__).parent / "results"
ARMS: dict[str, tuple[str, dict[str, str]]] = {
    "a": ("first generator", {"redraw": "0.0"}),
    "b": ("this generator", {"redraw": "0.0"}),
    "c": ("+ re-dressing", {}),
    "d": ("+ fitted noise", {}),
    "e": ("d without real pages", {"sets": "{}", "generated": "1.0"}),
}
"""Name of each arm, and what it sets otherwise than the recipe."""
SETS = ("fcc_adbuy", "zugferd_facturx", "sroie", "odoo_fr_invoices_synthetic", "indonesian_receipts")


@click.group()
def main() -> None:
    """Train arms, then report."""


@main.command()
@click.argument("arm", type=click.Choice(sorted(ARMS)))
@click.option("--seed", default=1, show_default=True)
@click.option("--data", default="../shared/data", show_default=True)
@click.option("--runs", type=click.Path(path_type=Path), default=Path("runs"), show_default=True)
def train(arm: str, seed: int, data: str, runs: Path) -> None:
    """Train one arm into runs/teaching-ARM-SEED; run again after a kill, it goes on."""
    from docengine.distill.train import run

    text = RECIPE.read_text(encoding="utf-8")
    settings = {"name": f'"teaching-{arm}-{seed}"', "seed": str(seed), "root": f'"{data}"', **ARMS[arm][1]}
    for key, value in settings.items():
        text = re.sub(rf"(?m)^{key} = .*$", lambda _, line=f"{key} = {value}": line, text)
    runs.mkdir(parents=True, exist_ok=True)
    recipe = runs / f"teaching-{arm}-{seed}.toml"
    recipe.write_text(text, encoding="utf-8")
    run(recipe, runs)


@main.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), default=Path("../shared/data"), show_default=True)
@click.option("--runs", type=click.Path(path_type=Path, exists=True), default=Path("runs"), show_default=True)
@click.option("--output", type=click.Path(path_type=Path), default=RESULTS, show_default=True)
def report(data: Path, runs: Path, output: Path) -> None:
    """Score every arm's bundle and write teaching.json, teaching.md and teaching.png."""
    sets = {name: measured_rows(data, name) for name in SETS}
    sets["sroie, own OCR"] = read_by_ocr(sets["sroie"])
    results = []
    for folder in sorted(runs.glob("teaching-*-*")):
        if (folder / "bundle").is_dir():
            _, arm, seed = folder.name.split("-")
            results.append({"arm": arm, "seed": int(seed), **scores(folder / "bundle", sets)})
            print(json.dumps(results[-1]), file=sys.stderr)
    (output / "teaching.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (output / "teaching.md").write_text(table(results, list(sets)), encoding="utf-8")
    plot(results, list(sets), output / "teaching.png")
    print(table(results, list(sets)))


def measured_rows(data: Path, name: str) -> list[Row]:
    """The left-out part of a training set, or the whole of one that only measures."""
    return [row for row in read_dataset(data / name) if name not in TRAINING_SETS or partition(row, name) == "val"]


def read_by_ocr(rows: list[Row]) -> list[Row]:
    """The rows with the words that our own OCR reads from their pictures."""
    reader = open_ocr("rapidocr", None)
    read = []
    for row in rows:
        pages = [page for path in row.images if path for page in open_document(path, ocr="force", reader=reader)]
        read.append(replace(row, pages=tuple(pages)))
    return read


def scores(bundle: Path, sets: dict[str, list[Row]]) -> dict[str, Any]:
    """Micro F1 of header fields, and of line items where there are any, in percent."""
    engine = Engine.load(bundle, ocr="off")
    found: dict[str, Any] = {}
    for name, rows in sets.items():
        report = score((row, engine.extract(list(row.pages))) for row in rows).to_dict()
        found[name] = round(100 * report["micro_f1"], 1)
        if report["line_items"]["f1"] is not None:
            found[f"{name}, items"] = round(100 * report["line_items"]["f1"], 1)
    return found


def _by_arm(results: Iterable[dict[str, Any]], name: str) -> Iterator[tuple[str, list[float]]]:
    for arm in ARMS:
        values = [result[name] for result in results if result["arm"] == arm]
        if values:
            yield arm, values


def table(results: list[dict[str, Any]], names: list[str]) -> str:
    """Markdown: mean over seeds, and each seed."""
    lines = ["| arm | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    columns = {name: dict(_by_arm(results, name)) for name in names}
    for arm, (title, _) in ARMS.items():
        if arm in columns[names[0]]:
            cells = [_cell(columns[name][arm]) for name in names]
            lines.append(f"| {arm}: {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(values: list[float]) -> str:
    mean = f"{statistics.mean(values):.1f}"
    return mean if len(values) == 1 else f"{mean} ({', '.join(f'{value:.1f}' for value in values)})"


def plot(results: list[dict[str, Any]], names: list[str], path: Path) -> None:
    """A group of bars a set, a bar an arm, a dot a seed."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(11, 4))
    for place, name in enumerate(names):
        for arm, values in _by_arm(results, name):
            at, colour = list(ARMS).index(arm), f"C{list(ARMS).index(arm)}"
            x = place + 0.16 * (at - 2)
            axes.bar(
                x, statistics.mean(values), 0.15, color=colour, label=f"{arm}: {ARMS[arm][0]}" if not place else None
            )
            axes.plot([x] * len(values), values, "k.", markersize=4)
    axes.set_xticks(range(len(names)), [name.replace("_", " ") for name in names], fontsize=8)
    axes.set_ylabel("micro F1")
    axes.legend(fontsize=8, ncols=5, loc="upper center", bbox_to_anchor=(0.5, 1.15))
    figure.tight_layout()
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    main()
