"""How well the contestants of `docengine bench` read a labelled data set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from docengine import Extraction, Schema
from docengine.cli.evaluate import Pictures
from docengine.cli.terminal import printable
from docengine.errors import DatasetError

if TYPE_CHECKING:
    from docengine.corpus.dataset import Row
    from docengine.engine.measuring.contestants import Contestant, Reader, Setting


def rows_of(dataset: str, split: str | None, schema: Schema) -> list[Row]:
    """The labelled documents. Raises DatasetError where there is none."""
    from docengine.corpus.dataset import open_dataset

    rows = list(open_dataset(dataset, split, schema=schema))
    if not rows:
        raise DatasetError(f"{printable(dataset)}: no row to score; leave out --split or give another data set")
    return rows


def by_pictures(rows: Sequence[Row]) -> bool:
    """Read by OCR where every row has its pictures: that is what the times are of. Else the set's words are taken."""
    return all(image is not None and image.is_file() for row in rows for image in row.images)


def score_all(
    settings: Iterable[Setting], rows: Sequence[Row], schema: Schema, advance: Callable[[], None]
) -> dict[Setting, dict[str, Any]]:
    """Scores by contestant. Those that differ in threads and workers alone read the same, so they are read once."""
    from docengine.engine.measuring.contestants import open_contestant

    scores: dict[Setting, dict[str, Any]] = {}
    by_reading: dict[Setting, dict[str, Any]] = {}
    for setting in settings:
        reading = replace(setting, threads=1, workers=1)
        if reading not in by_reading:
            by_reading[reading] = _scored(open_contestant(replace(setting, workers=1)), rows, schema, advance)
        scores[setting] = by_reading[reading]
    return scores


def _scored(contestant: Contestant, rows: Sequence[Row], schema: Schema, advance: Callable[[], None]) -> dict[str, Any]:
    """F1 over all fields and of line items; nothing where the contestant finds no fields or cannot read such rows."""
    from docengine.corpus.scoring import score
    from docengine.engine.measuring.contestants import Ours, Reader

    pictures = by_pictures(rows)
    if not isinstance(contestant, Reader) or not contestant.finds_fields:
        return {}
    if not pictures and not isinstance(contestant, Ours):
        return {}

    def pairs() -> Iterator[tuple[Row, Extraction]]:
        for row in rows:
            yield row, _read(contestant, row, pictures)
            advance()

    scores = score(pairs(), schema).to_dict()
    figures = {"f1": scores["micro_f1"], "line_item_f1": scores["line_items"]["f1"], "documents": scores["documents"]}
    return {**figures, "failed": scores["failed"], "words": "ocr" if pictures else "dataset"}


def _read(contestant: Reader, row: Row, pictures: bool) -> Extraction:
    """The row's record; of a peer, which reads files, that of its first page with what the others add."""
    from docengine.engine.measuring.contestants import Ours

    if isinstance(contestant, Ours):
        document = Pictures(row.images) if pictures else list(row.pages)
        return next(iter(contestant.engine.extract_many([document])))
    first, *others = contestant.read_many(str(image) for image in row.images)
    for other in others:
        first.fields = {**other.fields, **first.fields}
    return first
