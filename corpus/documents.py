"""Documents of any kind into packed pages: opened as the engine opens them, read by OCR where they must be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docengine.corpus.shards import PackedPage, pack
from docengine.engine.batch import error_record, extract_many
from docengine.engine.ocr import OcrEngine, open_ocr
from docengine.engine.opening import OcrMode, open_document
from docengine.errors import DocengineError

Content = str | bytes


@dataclass(slots=True)
class ReadDocument:
    """What one document gave."""

    source: str
    pages: list[PackedPage] = field(default_factory=list)
    unused: int = 0
    """Pages without words, or with more than a shard takes."""
    error: dict[str, Any] | None = None
    """As in an extraction record; pages before the one at fault are kept."""


@dataclass(frozen=True)
class PageReader:
    """Stands where `docengine.engine.batch` has an engine: its processes then read pages and not fields."""

    options: dict[str, Any]
    reader: OcrEngine | None
    name: str = "pages"

    @classmethod
    def load(cls, ocr: OcrMode = "auto", threads: int | None = None) -> PageReader:
        """Raises OcrUnavailable where there is no OCR engine and `ocr` is not `off`."""
        return cls({"ocr": ocr, "threads": threads}, None if ocr == "off" else open_ocr(threads=threads))

    def extract(self, source: Content, *, pages: str | None = None, password: str | None = None) -> ReadDocument:
        """The document's pages, up to the first that cannot be read. Raises what opening it raises."""
        opened = open_document(source, password=password, ocr=self.options["ocr"], reader=self.reader, images=True)
        read = ReadDocument(opened.source)
        try:
            for page in opened:
                packed = pack(page)
                read.unused += packed is None
                read.pages += [packed] if packed else []
        except DocengineError as error:
            read.error = error_record(opened.source, error).error
        return read


def read_documents(
    contents: Iterable[Content], *, ocr: OcrMode = "auto", workers: int = 1, password: str | None = None
) -> Iterator[ReadDocument]:
    """One `ReadDocument` a path or bytes, in order, whatever happens to any; `contents` is read as it is needed.

    Raises OcrUnavailable, UsageError.
    """
    reader: Any = PageReader.load(ocr)
    for record in extract_many(reader, contents, workers=workers, password=password):
        yield record if isinstance(record, ReadDocument) else ReadDocument(record.source, error=record.error)


def digest_of(content: Content) -> str | None:
    """SHA-256 of a document; None where it cannot be read, which reading it will say."""
    try:
        if isinstance(content, bytes):
            return hashlib.sha256(content).hexdigest()
        with Path(content).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return None
