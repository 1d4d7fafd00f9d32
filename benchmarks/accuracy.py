"""The README's accuracy table: every set that measures, through the command line's own `evaluate`.

    python benchmarks/accuracy.py --data ../shared/data --output benchmarks/results/accuracy.json

Hand-written documents (`benchmarks/strangers`), left-out layouts of the training sets (`--partition val`), whole sets
that only measure, and, for the rate of invented values, generated documents with noise, of seeds that training never
draws. Each row of the table is one `docengine evaluate` command; the report names it.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from docengine.corpus.dataset import read_dataset
from docengine.corpus.generator import LANGUAGES, generate
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.noise import disturb
from docengine.corpus.scoring import score
from docengine.corpus.splits import partition
from docengine.engine import Engine
from docengine.schema import DEFAULT_SCHEMA

STRANGERS = Path(__file__).parent / "strangers"
RUNS = (
    ("strangers", None, "dataset"),
    ("strangers", None, "ocr"),
    ("sroie", "val", "dataset"),
    ("sroie", "val", "ocr"),
    ("zugferd_facturx", "val", "dataset"),
    ("zugferd_facturx", "val", "ocr"),
    ("fcc_adbuy", "val", "dataset"),
    ("odoo_fr_invoices_synthetic", None, "dataset"),
    ("indonesian_receipts", None, "dataset"),
    ("indonesian_receipts", None, "ocr"),
    ("generated", None, "dataset"),
)


def evaluate(data: Path, name: str, partition: str | None, words: str) -> dict[str, Any]:
    """The report of one `docengine evaluate`, with the command that gave it."""
    folder = STRANGERS if name == "strangers" else data / name
    command = ["docengine", "evaluate", str(folder), "--words", words, "--json"]
    command += ["--partition", partition] if partition else []
    done = subprocess.run(
        [sys.executable, "-m", "docengine.cli", *command[1:]], capture_output=True, text=True, check=False
    )
    if not done.stdout:
        raise click.ClickException(f"{' '.join(command)} failed: {done.stderr.strip()}")
    shown = "benchmarks/strangers" if folder == STRANGERS else f"DATA/{name}"
    return {"command": " ".join(command).replace(str(folder), shown), **json.loads(done.stdout), "dataset": shown}


def generated(folder: Path, documents: int = 30) -> None:
    """As many one-page documents a language, in our form; a field that is not on a page is null: known and absent."""
    folder.mkdir()
    rng = random.Random(0)
    with (folder / "annotations.jsonl").open("w", encoding="utf-8") as lines:
        for number in range(documents * len(LANGUAGES)):
            pages = generate((1 << 52) + number, language=LANGUAGES[number % len(LANGUAGES)])
            if len(pages) == 1:
                lines.write(json.dumps(_row(disturb(pages[0], rng))) + "\n")


def _row(page: LabelledPage) -> dict[str, Any]:
    header = {spec.name for spec in DEFAULT_SCHEMA.header}
    return {
        "id": page.meta["id"],
        "width": page.page.width,
        "height": page.page.height,
        "lang": page.meta["language"],
        "words": [{"text": text, "box": list(box)} for text, box in page.page.words or []],
        "fields": {name: page.fields.get(name) for name in sorted(header & page.known)},
        "line_items": page.line_items,
    }


def table(reports: list[dict[str, Any]]) -> str:
    """Markdown, one row a run."""
    rows = [
        "| documents | words | micro F1 | line-item F1 | ECE | share at 99% precision | invented |",
        "|---|---|---|---|---|---|---|",
    ]
    for (name, part, words), report in zip(RUNS, reports, strict=False):
        items = (report.get("line_items") or {}).get("f1")
        what = f"{name}, {report['documents']} {'left out' if part else 'documents'}"
        cells = [what, words, *(_percent(v) for v in (report["micro_f1"], items)), _plain(report["ece"])]
        cells += [_percent(report["share_at_99"]), _percent(report["invented_rate"])]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f}"


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def without_templates(data: Path, templates: set[str]) -> dict[str, Any]:
    """Scores on the left-out fcc_adbuy documents of all other templates, the set's words."""
    engine = Engine.load(ocr="off")
    rows = [row for row in read_dataset(data / "fcc_adbuy") if partition(row, "fcc_adbuy") == "val"]
    kept = [row for row in rows if row.template not in templates]
    return {"without": sorted(templates), **score((row, engine.extract(list(row.pages))) for row in kept).to_dict()}


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), default=Path("../shared/data"), show_default=True)
@click.option("--output", type=click.Path(path_type=Path), default=None)
@click.option(
    "--without", default=None, help="Only this: fcc_adbuy's left-out part without templates, as in 5,20,68,70."
)
def main(data: Path, output: Path | None, without: str | None) -> None:
    if without:
        print(json.dumps(without_templates(data, set(without.split(","))), indent=1))
        return
    reports = []
    with tempfile.TemporaryDirectory() as scratch:
        generated(Path(scratch, "generated"))
        for name, part, words in RUNS:
            reports.append(evaluate(Path(scratch) if name == "generated" else data, name, part, words))
            print(table(reports).splitlines()[-1], file=sys.stderr)
    if output:
        output.write_text(json.dumps(reports, indent=1) + "\n", encoding="utf-8")
    print(table(reports))


if __name__ == "__main__":
    main()
