"""`docengine evaluate`: how well a labelled data set is read."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docengine import Extraction, Page, Schema
from docengine.cli.options import WORKERS, EngineOptions, gathered, model_options
from docengine.cli.terminal import note, printable, progress, to_json
from docengine.errors import DatasetError, SourceNotFound

if TYPE_CHECKING:
    from docengine.cli.writing import Writer
    from docengine.corpus.dataset import Row
    from docengine.corpus.scoring import Report
    from docengine.engine import Engine


class Share(click.ParamType):
    """A share of one; a number above 1 is taken for a percentage."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            number = float(value)
        except ValueError:
            self.fail(f"{value!r} is no number", param, ctx)
        if not 0 <= number <= 100:
            self.fail(f"{value} is neither between 0 and 1 nor a percentage", param, ctx)
        return number / 100 if number > 1 else number


@dataclass(frozen=True)
class Selection:
    """Which rows of the data set."""

    dataset: str
    split: str | None = None
    partition: str | None = None


@dataclass(frozen=True)
class Demand:
    """What the scores must reach for exit code 0."""

    min_f1: float | None = None
    max_ece: float | None = None

    def missed(self, scores: dict[str, Any]) -> Iterator[str]:
        if self.min_f1 is not None and scores["micro_f1"] < self.min_f1:
            yield f"micro F1 {scores['micro_f1']:.4f} is below {self.min_f1}"
        if self.max_ece is not None and (scores["ece"] is None or scores["ece"] > self.max_ece):
            yield f"calibration error {scores['ece']} is above {self.max_ece}"


SELECTION = (
    click.argument("dataset", metavar="DATASET", type=click.Path(exists=True, file_okay=False)),
    click.option("--split", metavar="NAME", help="Only rows with this split."),
    click.option(
        "--partition",
        type=click.Choice(["train", "tune", "val"]),
        help="Only rows of this part of the project's own division by layout (corpus/splits.toml).",
    ),
)
DEMAND = (
    click.option("--min-f1", type=Share(), help="Exit code 1 where micro F1 is lower; 0.8 and 80 are the same."),
    click.option("--max-ece", type=Share(), help="Exit code 1 where the expected calibration error is higher."),
)


@click.command("evaluate")
@gathered(Selection, "selection", SELECTION)
@click.option(
    "--words",
    type=click.Choice(["dataset", "ocr"]),
    default="dataset",
    show_default=True,
    help="dataset: the words of the annotations; ocr: read the images.",
)
@click.option("--predictions", metavar="FILE", help="Write one extraction record a row there, as JSON Lines.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with all scores on stdout.")
@gathered(Demand, "demand", DEMAND)
@WORKERS
@model_options
def command(
    selection: Selection,
    words: str,
    predictions: str | None,
    as_json: bool,
    demand: Demand,
    workers: int,
    engine: EngineOptions,
) -> None:
    """Score a model on a labelled data set.

    The scores are F1 by field and over all, of line items, calibration, and the rate of invented values. DATASET is a
    folder with annotations.jsonl and images/. Only what a row labels is scored; a row that cannot be read counts as
    one where nothing was found.

    Exit code: 0 all rows were read, however low the scores; 1 some were not, or --min-f1 or --max-ece was missed.

    \b
    Examples:
      docengine evaluate data/sroie --split val
      docengine evaluate data/sroie --split val --words ocr --json > scores.json
      docengine evaluate data/fcc_adbuy --partition val --predictions out.jsonl --min-f1 0.5
    """
    from docengine.cli.formats import json_lines
    from docengine.cli.writing import open_output

    _spare_dataset(selection.dataset, predictions)
    loaded = engine.load(ocr="off" if words == "dataset" else "force")
    broken: list[DatasetError] = []
    rows = _rows(selection, loaded.schema, broken)
    with open_output(predictions, json_lines()) if predictions else nullcontext() as writer:
        report = _score(_read(loaded, rows, words == "ocr", workers), loaded.schema, writer)
        for error in broken:
            _count_broken(report, error, writer)
    if not report.documents:
        raise DatasetError(f"{printable(selection.dataset)}: no row is selected; leave out --split and --partition")
    scores = {"model": loaded.name, "dataset": selection.dataset, "words": words, **report.to_dict()}
    click.echo(to_json(scores)) if as_json else _print(scores)
    missed = list(demand.missed(scores))
    for what in missed:
        note(what)
    if missed or report.failed:
        sys.exit(1)


def _rows(selection: Selection, schema: Schema, broken: list[DatasetError]) -> Iterator[Row]:
    from docengine.corpus.dataset import open_dataset
    from docengine.corpus.splits import partition

    name = Path(selection.dataset).resolve().name
    for row in open_dataset(selection.dataset, selection.split, skipped=broken, schema=schema):
        if selection.partition is None or partition(row, name) == selection.partition:
            yield row


@dataclass(frozen=True)
class Pictures(Sequence[Page]):
    """The pages of a row as nothing but pictures, opened when they are asked for, in whatever process that is."""

    paths: tuple[Path | None, ...]

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: Any) -> Any:
        from docengine.engine.opening import open_document

        path = self.paths[index]
        if path is None:
            raise SourceNotFound("the row names no image; --words dataset reads its words instead")
        page = next(iter(open_document(path, ocr="off")))
        return Page(image=page.image, index=index)


def _read(engine: Engine, rows: Iterable[Row], ocr: bool, workers: int) -> Iterator[tuple[Row, Extraction]]:
    """Each row with its record."""
    waiting: deque[Row] = deque()

    def documents() -> Iterator[Sequence[Page]]:
        for row in rows:
            waiting.append(row)
            yield Pictures(row.images) if ocr else list(row.pages)

    for record in engine.extract_many(documents(), workers=workers):
        row = waiting.popleft()
        record.source = row.name
        yield row, record


def _score(pairs: Iterable[tuple[Row, Extraction]], schema: Schema, writer: Writer | None) -> Report:
    """Scores of all pairs; their records are written on the way."""
    from docengine.corpus.scoring import score

    def written(advance: Callable[[], None]) -> Iterator[tuple[Row, Extraction]]:
        for row, record in pairs:
            _write(record, writer)
            advance()
            yield row, record

    with progress(None, "rows") as advance:
        return score(written(advance), schema)


def _write(record: Extraction, writer: Writer | None) -> None:
    if writer:
        writer.write(record)
    if record.error:
        note(f"{record.source}: {record.error['type']}: {record.error['message']}")


def _count_broken(report: Report, error: DatasetError, writer: Writer | None) -> None:
    """A row that does not have the form of one: its record is named after its place in the file."""
    from docengine.engine.batch import error_record

    _write(error_record(str(error).partition(": ")[0], error), writer)
    report.documents += 1
    report.failed += 1


def _spare_dataset(dataset: str, predictions: str | None) -> None:
    if predictions and Path(predictions).resolve() == (Path(dataset) / "annotations.jsonl").resolve():
        raise DatasetError(f"--predictions {printable(predictions)} is the data set itself; give another file")


def _print(scores: dict[str, Any]) -> None:
    """The scores for people, on stdout."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table("field", "F1", "precision", "recall", "in the truth", box=None, padding=(0, 2, 0, 0))
    named = {**scores["fields"], **{f"items: {k}": v for k, v in scores["line_items"]["columns"].items()}}
    for name, counts in named.items():
        table.add_row(name, *(_percent(counts[key]) for key in ("f1", "precision", "recall")), str(counts["support"]))
    console.print(table)
    console.print(f"\n{scores['documents']} documents, {scores['failed']} failed; {scores['model']}", markup=False)
    for key, name in OVERALL.items():
        console.print(f"{name:<44}{_percent(scores[key])}", markup=False)
    console.print(f"{'line items, micro F1':<44}{_percent(scores['line_items']['f1'])}", markup=False)


OVERALL = {
    "micro_f1": "micro F1",
    "macro_f1": "macro F1",
    "anls": "ANLS of free text",
    "ece": "expected calibration error",
    "auroc": "AUROC of the confidence",
    "share_at_99": "share that can be taken at 99% precision",
    "invented_rate": "values invented for absent fields",
}


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}"
