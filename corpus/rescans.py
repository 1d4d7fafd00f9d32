"""Training pictures read anew by our own OCR: what users scan comes with its words, not with those of a data set.

A page takes seconds, so what was read is kept, one JSON object a line and picture, and a killed run goes on where it
was. A picture that changed is read again, and all are by another engine or another version of it.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

from docengine import Box, Page, Word
from docengine.corpus.align import align_row
from docengine.corpus.dataset import Row
from docengine.corpus.labelled import LabelledPage
from docengine.engine.ocr import OcrEngine
from docengine.engine.opening import open_document
from docengine.errors import DatasetError, DocengineError, InputError, OcrFailed

READ_BY = "read_by"
"""Key of a page's `meta`: the engine that its words come from."""


class Picture(NamedTuple):
    """What a reading is of: file name, length in bytes, digest, and the engine with its version."""

    image: str
    bytes: int
    sha256: str
    reader: str


class Readings:
    """What one engine read in the pictures of one data set, kept in a file."""

    def __init__(self, path: Path, reader: OcrEngine) -> None:
        self.path, self.reader = path, reader
        self._identity = _identity(reader)
        self._kept = _kept(path)

    def page(self, image: Path, index: int = 0) -> Page:
        """The picture's words, in pixels of the picture as it was turned upright.

        Raises DatasetError where it is missing, InputError or OcrFailed where it cannot be read, OcrUnavailable.
        """
        try:
            data = image.read_bytes()
        except OSError as error:
            raise DatasetError(f"{image}: {error.strerror}; put it back or leave its row out") from error
        picture = Picture(image.name, len(data), hashlib.sha256(data).hexdigest(), self._identity)
        if picture not in self._kept:
            self._keep(picture, next(iter(open_document(data, name=image.name, ocr="force", reader=self.reader))))
        return replace(self._kept[picture], index=index)

    def _keep(self, picture: Picture, page: Page) -> None:
        words = [[word.text, *(round(edge, 1) for edge in word.box)] for word in page.words or []]
        line = json.dumps({**picture._asdict(), "width": page.width, "height": page.height, "words": words})
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(line + "\n")
        self._kept[picture] = _page(json.loads(line))


def _identity(reader: OcrEngine) -> str:
    try:
        return f"{reader.name} {version(reader.name)}"
    except PackageNotFoundError:
        return reader.name


def _kept(path: Path) -> dict[Picture, Page]:
    """The readings in a file; a line that was cut off by a kill is taken out of it."""
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole, encoding="utf-8")
    readings = map(json.loads, whole.splitlines())
    return {Picture(*(reading[name] for name in Picture._fields)): _page(reading) for reading in readings}


def _page(reading: dict[str, Any]) -> Page:
    words = [Word(text, Box(*box)) for text, *box in reading["words"]]
    return Page(words, width=reading["width"], height=reading["height"], words_from="ocr")


def rescan(rows: Iterable[Row], readings: Readings, skipped: list[DocengineError] | None = None) -> Iterator[Row]:
    """The rows with the words that our OCR reads in their pictures.

    A row with a page that has no picture, or one that cannot be read, is left out and its error appended to `skipped`.
    Raises OcrUnavailable.
    """
    for row in rows:
        try:
            images = [image for image in row.images if image]
            if len(images) < len(row.images):
                raise DatasetError(f"{row.id}: a page without a picture cannot be read by OCR")
            pages = tuple(readings.page(image, index) for index, image in enumerate(images))
        except (InputError, OcrFailed, DatasetError) as error:
            if skipped is not None:
                skipped.append(error)
            continue
        yield replace(row, pages=pages)


def rescanned_pages(rows: Sequence[Row], readings: Readings) -> list[LabelledPage]:
    """The pages that our OCR reads in the rows' pictures, with the rows' values found among its words.

    A progress bar and the rows that could not be read go to stderr. Raises OcrUnavailable.
    """
    from rich.console import Console
    from rich.progress import track

    skipped: list[DocengineError] = []
    what, console = f"reading {readings.path.stem}", Console(stderr=True)
    read = rescan(track(rows, what, console=console, disable=not sys.stderr.isatty()), readings, skipped)
    pages = [page for row in read for page in align_row(row)]
    for page in pages:
        page.meta[READ_BY] = readings.reader.name
    if skipped:
        print(f"{len(skipped)} of {len(rows)} rows could not be read; the first: {skipped[0]}", file=sys.stderr)
    return pages
