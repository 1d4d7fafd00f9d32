"""What `docengine finetune` gains on a layout that the model never saw, and what it forgets.

    python benchmarks/finetuning.py --data ../shared/data --output benchmarks/results/finetuning.json

Of the left-out layouts of fcc_adbuy the one with most documents (corpus/splits.toml: layout 4, 35 documents). Twenty of
them, drawn by a seed, are the user's documents; before and after are measured on its other fifteen, which the run never
sees, and on SROIE's left-out receipts. The set's own words; weights taught here are thrown away.
"""

from __future__ import annotations

import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from docengine.corpus.dataset import Row, read_dataset
from docengine.corpus.scoring import score
from docengine.corpus.splits import partition
from docengine.engine import Engine

SET, LAYOUT = "fcc_adbuy", ("5", "20", "68", "70")
MEASURED = ("micro_f1", "macro_f1", "ece", "invented_rate", "share_at_99")


def parted(data: Path, count: int, seed: int) -> tuple[list[str], list[Row]]:
    """`count` lines of annotations to learn from, and the layout's other documents."""
    lines = (data / SET / "annotations.jsonl").read_text(encoding="utf-8").splitlines()
    rows = list(read_dataset(data / SET, strict=True))
    own = [i for i, row in enumerate(rows) if row.template in LAYOUT and partition(row, SET) == "val"]
    chosen = set(random.Random(seed).sample(own, count))
    return [lines[i] for i in sorted(chosen)], [rows[i] for i in own if i not in chosen]


def write_own(lines: Sequence[str], images: Path, folder: Path) -> Path:
    """A user's data set: without the set's division, which is not the user's."""
    folder.mkdir()
    with (folder / "annotations.jsonl").open("w", encoding="utf-8") as file:
        for line in lines:
            row = {key: value for key, value in json.loads(line).items() if key not in ("split", "template")}
            for sheet in (row, *row.get("extra_pages", ())):
                sheet["image"] = str((images / sheet["image"]).resolve())
            file.write(json.dumps(row) + "\n")
    return folder


def measured(bundle: Path | None, rows: Sequence[Row]) -> dict[str, Any]:
    """A bundle's scores on `rows`."""
    engine = Engine.load(bundle, ocr="off")
    report = score((row, engine.extract(list(row.pages))) for row in rows).to_dict()
    fields = {name: counts["f1"] for name, counts in report["fields"].items()}
    return {"documents": report["documents"], **{name: report[name] for name in MEASURED}, "fields": fields}


def run(data: Path, bundle: Path | None, count: int, seed: int, options: Sequence[str]) -> dict[str, Any]:
    """One fine-tuning, and what it did."""
    lines, others = parted(data, count, seed)
    receipts = [row for row in read_dataset(data / "sroie") if partition(row, "sroie") == "val"]
    with tempfile.TemporaryDirectory() as scratch:
        own, new = write_own(lines, data / SET, Path(scratch, "own")), Path(scratch, "new")
        command = ["finetune", str(own), "--output", str(new), "--seed", str(seed), "--json", *options]
        command += ["--bundle", str(bundle)] if bundle else []
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "docengine.cli", *command], stdout=subprocess.PIPE, text=True, check=False
        )
        seconds = time.perf_counter() - begun
        if done.returncode:
            raise click.ClickException(f"docengine finetune failed with {done.returncode}")
        said = json.loads(done.stdout)
        before, after = ({"others": measured(b, others), "sroie": measured(b, receipts)} for b in (bundle, new))
    gained = {name: round(100 * (after[name]["micro_f1"] - before[name]["micro_f1"]), 1) for name in before}
    about = {key: said[key] for key in ("learned", "held_back", "steps", "minutes")}
    return {"seed": seed, **about, "seconds": round(seconds), "gained": gained, "before": before, "after": after}


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--data", type=click.Path(path_type=Path, exists=True), default=Path("../shared/data"), show_default=True)
@click.option("--bundle", type=click.Path(path_type=Path, exists=True), default=None, help="Folder to start from.")
@click.option("--documents", default=20, show_default=True)
@click.option("--seed", "seeds", type=int, multiple=True, default=(0,), show_default=True)
@click.option("--output", type=click.Path(path_type=Path), default=None)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def main(
    data: Path, bundle: Path | None, documents: int, seeds: tuple[int, ...], output: Path | None, options: tuple[str]
) -> None:
    """OPTIONS go to `docengine finetune`: --minutes 10 --steps 400."""
    runs = []
    for seed in seeds:
        runs.append(run(data, bundle, documents, seed, options))
        print(json.dumps({key: runs[-1][key] for key in ("seed", "seconds", "steps", "gained")}), file=sys.stderr)
    machine = {"machine": platform.machine(), "cores": len(os.sched_getaffinity(0))}
    report = {"set": SET, "templates": LAYOUT, "options": options, **machine, "runs": runs}
    if output:
        output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
