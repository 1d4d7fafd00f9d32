"""What the ablations of pretraining and of distillation share: a recipe at another size, what is measured, tables."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from docengine.corpus.dataset import Row, read_dataset
from docengine.corpus.scoring import Report, total
from docengine.corpus.splits import TRAINING_SETS, partition
from docengine.distill.recipe import Recipe


def sized(recipe: Recipe, changes: Mapping[str, Mapping[str, Any]], root: str) -> Recipe:
    """The recipe with `changes` by table, and its data at `root`."""
    recipe = replace(recipe, **{name: replace(getattr(recipe, name), **own) for name, own in changes.items()})
    return replace(recipe, data=replace(recipe.data, root=root))


def left_out(root: Path, most: int) -> dict[str, list[Row]]:
    """The `val` part of each labelled set, `most` documents of each."""
    found = {name: read_dataset(root / name) for name in TRAINING_SETS}
    return {name: [row for row in rows if partition(row, name) == "val"][:most] for name, rows in found.items()}


def f1_scores(name: str, report: Report) -> dict[str, float]:
    """Micro F1 of header fields as `name` and of line items as `name, items`, in percent."""
    found = {name: round(100 * total(report.fields.values()).f1, 2)}
    return found | ({f"{name}, items": round(100 * total(report.columns.values()).f1, 2)} if report.columns else {})


def arms_done(runs: Path, prefix: str) -> list[dict[str, Any]]:
    """The scores of each run whose folder begins with `prefix`; ClickException where there is none."""
    found = [json.loads(path.read_text()) for path in sorted(runs.glob(f"{prefix}-*/scores.json"))]
    if not found:
        raise click.ClickException(f"no {prefix} in {runs}: train an arm first")
    return found


def cell(found: Sequence[float]) -> str:
    """The mean of the seeds, and each."""
    if not found:
        return ""
    each = f" ({', '.join(f'{value:.1f}' for value in found)})" if len(found) > 1 else ""
    return f"{statistics.mean(found):.1f}{each}"


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
