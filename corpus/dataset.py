"""Reads data sets in the project's own form: a folder with `images/` and `annotations.jsonl`, one JSON object a line.

Field names of the public sets become the schema's. What a set does not say about a page is unknown, never absent:

- a field with a value is known;
- a field whose value is null, "" or [] is known and absent: that is how a row marks it;
- a field the row does not name is unknown, even where other rows of its set name it. None of the public sets was found
  reliable enough to read more into silence: half of the zugferd_facturx rows without a due date print one in a note,
  the one sroie row without a total has one on the receipt, and the odoo templates label different fields;
- a field in `fields_not_visible` is unknown: its true value was not found in the page's words, but they may show
  another reading of it (fcc_adbuy) or the page may be cut off.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docengine import Box, DocengineError, Page, Word
from docengine.errors import DatasetError
from docengine.schema import DEFAULT_SCHEMA, Schema

HEADER_NAMES = {
    "company": "seller_name",
    "address": "seller_address",
    "date": "invoice_date",
    "total": "grand_total",
    "advertiser": "buyer_name",
    "gross_amount": "grand_total",
    "flight_from": "period_start",
    "flight_to": "period_end",
}
LINE_NAMES = {"price": "unit_price", "sub_total": "line_total", "tax": "tax_percent"}

Truth = str | tuple[str, ...]
"""A field's true value; a tuple where any of several is right."""


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled document. Names are the schema's, values are as the data set gives them."""

    id: str
    pages: tuple[Page, ...]
    """With words and without pictures; those are read from `images` when they are wanted."""
    images: tuple[Path | None, ...]
    """The picture's path of each page."""
    fields: dict[str, Truth] = field(default_factory=dict)
    line_items: tuple[dict[str, str], ...] = ()
    known: frozenset[str] = frozenset()
    """Fields that the labels cover; a known field that has no value is absent from the document."""
    name: str = ""
    """The row's `image` as written, or its `id`: what a prediction's `source` is matched with."""
    doc_type: str | None = None
    lang: str | None = None
    split: str | None = None
    template: str | None = None
    """Which documents look alike: the set's `template`, or its `merchant_group`."""
    licence: str | None = None
    source: str | None = None
    """Where it comes from: with the licence, its attribution."""
    extra: dict[str, Any] = field(default_factory=dict)
    """Whatever else the row holds: `key_values`, `entities`, `field_page`, ..."""

    @property
    def image(self) -> Path | None:
        return self.images[0]

    @property
    def words(self) -> list[Word]:
        return self.pages[0].words or []


def read_dataset(
    folder: Path | str,
    split: str | None = None,
    strict: bool = False,
    *,
    skipped: list[DatasetError] | None = None,
    schema: Schema = DEFAULT_SCHEMA,
) -> Iterator[Row]:
    """The rows of `folder/annotations.jsonl`, in order, all of them or those of one `split`.

    A broken row raises DatasetError when `strict`; else it is passed over and its error appended to `skipped`.
    Raises DatasetError when there is no such file.
    """
    path = Path(folder) / "annotations.jsonl"
    if not path.is_file():
        raise DatasetError(f"{path}: no such file; a data set is a folder with images/ and annotations.jsonl")
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                data = json.loads(line)
                row = row_from(data, path.parent, schema)
            except (ValueError, TypeError, KeyError, AttributeError, OSError, DocengineError) as error:
                broken = DatasetError(f"{path}, line {number}: {_mend(error)}")
                if strict:
                    raise broken from error
                if skipped is not None:
                    skipped.append(broken)
                continue
            if split is None or row.split == split:
                yield row


def open_dataset(
    path: Path | str,
    split: str | None = None,
    strict: bool = False,
    *,
    skipped: list[DatasetError] | None = None,
    schema: Schema = DEFAULT_SCHEMA,
) -> Iterator[Row]:
    """The rows of a data set in our own form or in SROIE's or FUNSD's original layout, whichever `path` holds."""
    from docengine.corpus.originals import original_reader

    folder = Path(path)
    if (folder / "annotations.jsonl").is_file():
        return read_dataset(folder, split, strict, skipped=skipped, schema=schema)
    reader = original_reader(folder)
    if reader is None:
        raise DatasetError(
            f"{folder}: not a data set; wanted annotations.jsonl, or SROIE's img/ and box/, or FUNSD's annotations/"
        )
    return reader(folder, split, strict, skipped=skipped)


def row_from(data: Mapping[str, Any], folder: Path, schema: Schema = DEFAULT_SCHEMA) -> Row:
    """One line of annotations.jsonl as a `Row`; ValueError, TypeError or KeyError where it does not have the form."""
    if not isinstance(data, Mapping):
        raise TypeError(f"a row is a JSON object, not {type(data).__name__}")
    name = data.get("image") or data.get("id")
    if not isinstance(name, str):
        raise ValueError("a row needs an `image` or an `id`")
    sheets = [data, *(data.get("extra_pages") or [])]
    images = tuple(folder / sheet["image"] if sheet.get("image") else None for sheet in sheets)
    pages = tuple(_page(sheet, image, i) for i, (sheet, image) in enumerate(zip(sheets, images, strict=True)))
    fields, known = _header(data, schema)
    items, columns = _items(data.get("line_items") or [], schema)
    template = data.get("template", data.get("merchant_group"))
    taken = {"id", "image", "width", "height", "words", "fields", "line_items", "extra_pages"}
    taken |= {"doc_type", "lang", "split", "template", "licence", "source"}
    return Row(
        id=str(data.get("id") or name),
        pages=pages,
        images=images,
        fields=fields,
        line_items=items,
        known=known | columns,
        name=name,
        doc_type=data.get("doc_type"),
        lang=data.get("lang"),
        split=data.get("split"),
        template=None if template is None else str(template),
        licence=data.get("licence"),
        source=data.get("source"),
        extra={key: value for key, value in data.items() if key not in taken},
    )


def words_from(entries: list[dict[str, Any]]) -> list[Word]:
    """`[{"text", "box"}, ...]` as words; boxes are four pixels, and corners given in another order are put right."""
    words = []
    for entry in entries:
        xa, ya, xb, yb = (float(edge) for edge in entry["box"])
        if not math.isfinite(xa + ya + xb + yb):
            raise ValueError(f"the box of {entry['text']!r} is no rectangle: {entry['box']}")
        words.append(Word(str(entry["text"]), Box(min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))))
    return words


def size_of(image: Path | None, words: list[Word]) -> tuple[float, float]:
    """Width and height of the picture, from its header; without one, of what the words cover."""
    if image is not None and image.is_file():
        from PIL import Image

        with Image.open(image) as picture:
            return picture.size
    around = Box.around([word.box for word in words] or [Box(0, 0, 1, 1)])
    return max(around.x1, 1), max(around.y1, 1)


def _page(sheet: Mapping[str, Any], image: Path | None, index: int) -> Page:
    words = words_from(sheet.get("words") or [])
    width, height = sheet.get("width") or 0, sheet.get("height") or 0
    if not (width and height):
        width, height = size_of(image, words)
    return Page(words=words, width=width, height=height, index=index)


def _header(data: Mapping[str, Any], schema: Schema) -> tuple[dict[str, Truth], frozenset[str]]:
    """True values by schema name, and which fields are known."""
    hidden = {HEADER_NAMES.get(name, name) for name in data.get("fields_not_visible") or ()}
    fields: dict[str, Truth] = {}
    known: set[str] = set()
    for given, value in (data.get("fields") or {}).items():
        name = HEADER_NAMES.get(given, given)
        if name in schema and not schema[name].line_item and name not in hidden:
            known.add(name)
            truth = _truth(value)
            if truth and (given == name or name not in fields):
                fields[name] = truth
    return fields, frozenset(known)


def _truth(value: Any) -> Truth:
    """ "" where the field is marked absent."""
    if isinstance(value, list):
        values = tuple(str(one) for one in value if one not in (None, ""))
        return values[0] if len(values) == 1 else values
    return "" if value is None else str(value)


def _items(rows: list[dict[str, Any]], schema: Schema) -> tuple[tuple[dict[str, str], ...], frozenset[str]]:
    """Line items by schema name, and the columns that any of them names."""
    columns = {spec.name for spec in schema.line}
    named = [{LINE_NAMES.get(key, key): value for key, value in row.items()} for row in rows]
    items = tuple(
        {key: str(value) for key, value in row.items() if key in columns and value not in (None, "")} for row in named
    )
    return items, frozenset(key for row in named for key in row if key in columns)


def _mend(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON ({error.msg} at column {error.colno}); write one JSON object a line"
    if isinstance(error, KeyError):
        return f"the key {error.args[0]!r} is missing; a word is {{text, box}}, a further page {{image, words}}"
    return f"{error}; see the form of annotations.jsonl in the documentation"
