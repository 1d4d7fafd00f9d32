"""A user's labelled documents: read, their own fields typed, parted into what is learned from and what is held back."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from docengine.corpus.align import align_row
from docengine.corpus.dataset import HEADER_NAMES, Row, read_dataset
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.rescans import READ_BY, Readings, rescan
from docengine.engine.bundle import home
from docengine.engine.ocr import open_ocr
from docengine.engine.values import parse
from docengine.errors import DatasetError, DocengineError, UsageError
from docengine.schema import FieldSpec, FieldType, Schema

FEWEST = 5
"""Documents to learn from and to watch; with fewer nothing can be said about what was learned."""
HELD_BACK = 10
"""One document in so many is held back, where the rows' `split` does not say which."""
FEWEST_HELD = 3
"""Documents held back at least; of fewer than ten two."""
WordsFrom = Literal["dataset", "ocr"]
CENTS = re.compile(r"\d[.,]\d\d(?!\d)|[€$£]")


@dataclass(frozen=True, slots=True)
class Documents:
    """What a model learns from, and what it is watched on: no document is in both."""

    schema: Schema
    learned: list[Row]
    held_back: list[Row]
    pages: list[LabelledPage]
    """Of `learned`."""
    watched: list[LabelledPage]
    """Of `held_back`."""
    notes: list[str]
    """What the user should know of how the documents were taken, a line each."""


def read_documents(
    folder: Path, base: Schema, types: Mapping[str, str], words: WordsFrom = "dataset", seed: int = 0
) -> Documents:
    """The data set in `folder` for a model that knows the fields of `base`; `types`: of fields beside these.

    Words come from the annotations, and from our OCR where a row has none, or of all rows; what OCR read is kept in
    `home()`. Raises UsageError for a wrong `types`, DatasetError where there is too little to learn from.
    """
    schema, notes = own_schema(folder, base, types)
    rows = list(read_dataset(folder, strict=True, schema=schema))
    _require_enough(folder, len(rows), "documents")
    unread = [row for row in rows if words == "ocr" or any(not page.words for page in row.pages)]
    if unread:
        rows = _read_by_ocr(folder, rows, unread, notes)
        _require_enough(folder, len(rows), "documents that could be read")
    learned, held_back = parted(rows, seed, folder)
    scanned = {row.id for row in unread}
    pages, watched = _labelled(learned, schema, scanned), _labelled(held_back, schema, scanned)
    notes += _require_values(folder, learned, pages, schema, base)
    return Documents(schema, learned, held_back, pages, watched, notes)


def own_schema(folder: Path, base: Schema, types: Mapping[str, str]) -> tuple[Schema, list[str]]:
    """`base` and, after it, the other fields that the rows in `folder` name; what was guessed of them, as notes.

    A field's type is that of `types`, else guessed from its values. UsageError where `types` is wrong.
    """
    for name, kind in types.items():
        if kind not in list(FieldType):
            raise UsageError(f"--field {name}: unknown type {kind!r}; known: {', '.join(FieldType)}")
        if name in base:
            raise UsageError(
                f"--field {name}: the model has this field already, of type {base[name].type}: leave it out"
            )
    values = _other_fields(folder, base)
    for name in types:
        if name not in values:
            known = ", ".join(values) or "none beside the model's own"
            raise UsageError(f"--field {name}: no row of {folder} gives it a value; fields found: {known}")
    specs, notes = [], []
    for name, given in values.items():
        kind = FieldType(types[name]) if name in types else guess_type(name, given)
        if name not in types:
            notes.append(
                f"{name}: taken for type {kind} by its {len(given)} values; --field {name}=TYPE says otherwise"
            )
        specs.append(FieldSpec(name, kind))
    return Schema((*base, *specs)), notes


def _other_fields(folder: Path, base: Schema) -> dict[str, list[str]]:
    """The values of each header field that `base` does not know, in the rows' order."""
    values: dict[str, list[str]] = defaultdict(list)
    path = folder / "annotations.jsonl"
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else ():
        try:
            fields = json.loads(line).get("fields") or {}
        except (ValueError, AttributeError):
            continue  # `read_dataset` names the line
        for name, value in fields.items() if isinstance(fields, dict) else ():
            if HEADER_NAMES.get(name, name) not in base:
                some = value if isinstance(value, list) else [value]
                values[name] += [str(one) for one in some if one not in (None, "")]
    return {name: given for name, given in values.items() if given}


def guess_type(name: str, values: Sequence[str]) -> FieldType:
    """The narrowest type that all values have; free text is a name or an address where the field is called so."""
    tests = {
        FieldType.DATE: lambda value: True,
        FieldType.IBAN: lambda value: True,
        FieldType.PERCENT: lambda value: "%" in value,
        FieldType.AMOUNT: lambda value: bool(CENTS.search(value)),
        FieldType.NUMBER: _like_a_number,
    }
    for kind, alike in tests.items():
        if all(alike(value) and parse(value, kind) for value in values):
            return kind
    named = (kind for kind in (FieldType.ADDRESS, FieldType.NAME) if str(kind) in name.lower())
    return next(named, FieldType.TEXT)


def _like_a_number(value: str) -> bool:
    """At most two words, a third of them digits: `PO 4711`, and no `12 Main Street`."""
    return value.count(" ") <= 1 and 3 * sum(char.isdigit() for char in value) >= len(value.replace(" ", ""))


def _require_enough(folder: Path, count: int, what: str) -> None:
    if count < FEWEST:
        raise DatasetError(
            f"{folder} has {count} {what}, at least {FEWEST} are needed: label more, 20 to 200 are a good number"
        )


def _read_by_ocr(folder: Path, rows: Sequence[Row], unread: Sequence[Row], notes: list[str]) -> list[Row]:
    """`rows` with the words of our OCR for those `unread`; rows that cannot be read are left out."""
    from rich.console import Console
    from rich.progress import track

    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    readings = Readings(home() / "readings" / f"{name}.jsonl", open_ocr("rapidocr", None))
    skipped: list[DocengineError] = []
    console = Console(stderr=True)
    shown = track(unread, "reading", console=console, disable=not console.is_terminal)
    read = {row.id: row for row in rescan(shown, readings, skipped)}
    if skipped:
        notes.append(f"{len(skipped)} documents could not be read, the first: {skipped[0]}")
    wanted = {row.id for row in unread}
    return [read.get(row.id, row) for row in rows if row.id not in wanted or row.id in read]


def parted(rows: Sequence[Row], seed: int, folder: Path) -> tuple[list[Row], list[Row]]:
    """Rows to learn from and rows held back: those of another `split` than `train`, else some drawn by `seed`.

    Rows of the same words stay together. DatasetError where one part has too few.
    """
    if any(row.split not in (None, "train") for row in rows):
        held = {id(row) for row in rows if row.split not in (None, "train")}
    else:
        groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row in rows:
            groups[tuple(word.text for page in row.pages for word in page.words or ())].append(row)
        wanted = max(FEWEST_HELD if len(rows) >= HELD_BACK else 2, round(len(rows) / HELD_BACK))
        held = set()
        for group in random.Random(seed).sample(list(groups.values()), len(groups)):
            if len(held) < wanted:
                held |= {id(row) for row in group}
    learned = [row for row in rows if id(row) not in held]
    held_back = [row for row in rows if id(row) in held]
    if len(learned) < FEWEST - 2 or len(held_back) < 2:
        raise DatasetError(
            f"{folder}: of {len(rows)} documents {len(learned)} are to be learned from and {len(held_back)} held back: "
            f'at least {FEWEST - 2} and 2 are needed; label more, or mend "split" (all but "train" is held back)'
        )
    return learned, held_back


def _labelled(rows: Iterable[Row], schema: Schema, scanned: set[str]) -> list[LabelledPage]:
    pages = []
    for row in rows:
        for page in align_row(row, schema):
            if row.id in scanned:
                page.meta[READ_BY] = "rapidocr"
            pages.append(page)
    return pages


def _require_values(
    folder: Path, rows: Sequence[Row], pages: Sequence[LabelledPage], schema: Schema, base: Schema
) -> list[str]:
    """A note on how many values of `rows` were found among the words; DatasetError where a new field has none."""
    given = {spec.name: sum(bool(row.fields.get(spec.name)) for row in rows) for spec in schema.header}
    found = {name: len({page.meta["id"] for page in pages if name in page.fields}) for name in given}
    if not sum(found.values()):
        raise DatasetError(
            f"{folder}: none of its {sum(given.values())} labelled values stands among the words: do words, images and "
            "fields belong together? --words ocr reads the images"
        )
    for name, count in given.items():
        if name not in base and not found[name]:
            raise DatasetError(
                f"{folder}: {name}: none of its {count} values to learn from stands among the words as type "
                f"{schema[name].type}; --field {name}=text takes any text"
            )
    return [f"{sum(found.values())} of {sum(given.values())} labelled values to learn from stand among the words"]
