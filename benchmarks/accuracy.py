"""The README's accuracy table: every set that measures, through the command line's own `evaluate`.

    python benchmarks/accuracy.py --data ../shared/data --output benchmarks/results/accuracy.json

Left-out layouts of the training sets (`--partition val`), and whole sets that only measure. Each row of the table is
one `docengine evaluate` command; the report names it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

RUNS = (
    ("sroie", "val", "dataset"),
    ("sroie", "val", "ocr"),
    ("zugferd_facturx", "val", "dataset"),
    ("zugferd_facturx", "val", "ocr"),
    ("fcc_adbuy", "val", "dataset"),
    ("odoo_fr_invoices_synthetic", None, "dataset"),
    ("indonesian_receipts", None, "dataset"),
    ("indonesian_receipts", None, "ocr"),
)


def evaluate(data: Path, name: str, partition: str | None, words: str) -> dict[str, Any]:
    """The report of one `docengine evaluate`, with the command that gave it."""
    command = ["docengine", "evaluate", str(data / name), "--words", words, "--json"]
    command += ["--partition", partition] if partition else []
    done = subprocess.run(
        [sys.executable, "-m", "docengine.cli", *command[1:]], capture_output=True, text=True, check=False
    )
    if not done.stdout:
        raise click.ClickException(f"{' '.join(command)} failed: {done.stderr.strip()}")
    return {"command": " ".join(command), **json.loads(done.stdout)}


def table(reports: list[dict[str, Any]]) -> str:
    """Markdown, one row a run."""
    rows = [
        "| documents | words | micro F1 | line-item F1 | ECE | share at 99% precision |",
        "|---|---|---|---|---|---|",
    ]
    for (name, partition, words), report in zip(RUNS, reports, strict=False):
        items = (report.get("line_items") or {}).get("f1")
        what = f"{name}, {report['documents']} {'left out' if partition else 'documents'}"
        cells = [what, words, *(_percent(v) for v in (report["micro_f1"], items)), _plain(report["ece"])]
        rows.append("| " + " | ".join([*cells, _percent(report["share_at_99"])]) + " |")
    return "\n".join(rows)


def _percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f}"


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), default=Path("../shared/data"), show_default=True)
@click.option("--output", type=click.Path(path_type=Path), default=None)
def main(data: Path, output: Path | None) -> None:
    reports = []
    for run in RUNS:
        reports.append(evaluate(data, *run))
        print(table([*reports]).splitlines()[-1], file=sys.stderr)
    if output:
        output.write_text(json.dumps(reports, indent=1) + "\n", encoding="utf-8")
    print(table(reports))


if __name__ == "__main__":
    main()
