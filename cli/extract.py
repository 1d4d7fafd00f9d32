"""`docengine extract`: fields and line items of documents."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docengine import DocengineError, Extraction
from docengine.cli.options import PASSWORD, WORKERS, EngineOptions, engine_options, gathered
from docengine.cli.terminal import note, printable, progress

if TYPE_CHECKING:
    from docengine.cli.formats import Format
    from docengine.cli.sources import Source
    from docengine.cli.writing import Writer
    from docengine.engine import Engine

FORMATS = ("jsonl", "json", "csv", "table")
SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv"}


@dataclass(frozen=True)
class Target:
    """Where records go."""

    output: str | None = None
    format: str | None = None
    resume: bool = False
    min_confidence: float = 0.0

    def __post_init__(self) -> None:
        if self.resume and self.output is None:
            raise click.UsageError("--resume goes on with a file: add --output FILE")
        if self.chosen == "table" and self.resume:
            raise click.UsageError("a table cannot be gone on with: use --format jsonl, json or csv with --resume")

    @property
    def chosen(self) -> str:
        """The format asked for, else that of the file's suffix, else JSON Lines."""
        if self.format or self.output is None:
            return self.format or "jsonl"
        suffix = Path(self.output).suffix.lower()
        if suffix not in SUFFIXES:
            raise click.UsageError(f"no format is known for the suffix {suffix!r} of --output: add --format")
        return SUFFIXES[suffix]


@dataclass(frozen=True)
class Reading:
    """How documents are read."""

    workers: int = 1
    pages: str | None = None
    password: str | None = None


TARGET = (
    click.option("--output", "-o", metavar="FILE", help="Write there, in the format of its suffix; not to stdout."),
    click.option("--format", type=click.Choice(FORMATS), help="Overrides the suffix.  [default: jsonl]"),
    click.option("--resume", is_flag=True, help="Keep the records that --output holds; read what has none."),
    click.option(
        "--min-confidence",
        type=click.FloatRange(0, 1),
        default=0.0,
        help="Leave out values of less confidence.",
    ),
)
READING = (WORKERS, click.option("--pages", metavar="1-3,5", help="Of each document, counted from 1."), PASSWORD)


@click.command("extract")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@gathered(Target, "target", TARGET)
@gathered(Reading, "reading", READING)
@engine_options
def command(paths: tuple[str, ...], target: Target, reading: Reading, engine: EngineOptions) -> None:
    """Read fields and line items out of documents.

    PATH is a file, a folder (all PDFs and pictures in it and below), a quoted glob, or - for a document on stdin.
    Each document gives one record with values, confidences and boxes; one that cannot be read gives a record whose
    error says why, and the run goes on.

    Formats: jsonl is one JSON record a line; json is one array; csv has a row a document with a column for each
    field, then one for its confidence, and the line items as JSON in a cell; table is for people.

    Exit code: 0 every document was read, 1 some were not, 2 wrong usage, 3 the run itself failed.

    \b
    Examples:
      docengine extract invoice.pdf
      docengine extract scans/ --output fields.jsonl --workers 4
      docengine extract scans/ --output fields.jsonl --resume
      docengine extract 'scans/**/*.pdf' --pages 1-2 --format csv > fields.csv
      docengine extract examples/ --format table --min-confidence 0.5
      cat invoice.pdf | docengine extract -
    """
    from docengine.cli.sources import find_sources
    from docengine.cli.writing import open_output
    from docengine.engine.opening import parse_page_range

    if reading.pages:
        parse_page_range(reading.pages)
    sources = find_sources(paths)
    if target.output:
        _spare_inputs(target.output, sources)
    loaded = engine.load()
    with open_output(target.output, _format(target, loaded), target.resume) as writer:
        failed = _read_all(loaded, sources, writer, (reading, target))
    if failed:
        note(f"{failed} of {len(sources)} documents could not be read: their records say why")
        sys.exit(1)


def _read_all(engine: Engine, sources: list[Source], writer: Writer, how: tuple[Reading, Target]) -> int:
    """Write the records that are missing; how many of all `sources` failed, now or before."""
    reading, target = how
    missing = [source for source in sources if not writer.has(source.name)]
    failed = sum(writer.form.key(source.name) in writer.failed for source in sources)
    with progress(len(missing), "documents") as advance:
        for record in read_sources(engine, missing, reading):
            writer.write(confident(record, target.min_confidence))
            if record.error:
                failed += 1
                note(f"{record.source}: {record.error['type']}: {record.error['message']}")
            advance()
    return failed


def read_sources(engine: Engine, sources: list[Source], reading: Reading) -> Iterator[Extraction]:
    """One record a source, in order."""
    from docengine.engine.batch import error_record

    contents = (source.content for source in sources if source.error is None)
    records = engine.extract_many(contents, workers=reading.workers, pages=reading.pages, password=reading.password)
    for source in sources:
        record = error_record(source.name, source.error, engine.name) if source.error else next(records)
        record.source = source.name
        yield record


def confident(record: Extraction, least: float) -> Extraction:
    """The record without values of less confidence; a line item that loses all of them goes too."""
    if least <= 0:
        return record
    fields = {name: field for name, field in record.fields.items() if field.confidence >= least}
    rows = [{name: cell for name, cell in item.items() if cell.confidence >= least} for item in record.line_items]
    return replace(record, fields=fields, line_items=[row for row in rows if row])


def _format(target: Target, engine: Engine) -> Format:
    from docengine.cli import formats

    if target.chosen == "csv":
        return formats.csv_table(engine.schema)
    if target.chosen == "table":
        from docengine.cli.table import people_table

        return people_table(engine.schema, plain=target.output is not None)
    return formats.json_array() if target.chosen == "json" else formats.json_lines()


def _spare_inputs(output: str, sources: list[Source]) -> None:
    """Raises DocengineError where `output` is one of the documents."""
    try:
        status = Path(output).stat()
    except OSError:
        return
    for source in sources:
        if stat.S_ISREG(status.st_mode) and isinstance(source.content, str) and _is(source.content, status):
            raise DocengineError(f"--output {printable(output)} is a document that is to be read; give another file")


def _is(path: str, status: os.stat_result) -> bool:
    try:
        return os.path.samestat(Path(path).stat(), status)
    except (OSError, ValueError):
        return False
