"""`open_document`: one door for whatever holds pages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Literal, TypeAlias, cast

import numpy as np

from docengine import Document, Page
from docengine.engine.ocr import OcrEngine, StraighteningOcr
from docengine.engine.opening.page_range import PageRange
from docengine.engine.opening.pdf import PdfPage, check_pdf, open_pdf, read_pages, render
from docengine.engine.opening.pictures import as_rgb, check_picture, read_pictures
from docengine.engine.opening.source import Source, find_source, printable
from docengine.errors import DocengineError, NoPages, OcrFailed, OcrUnavailable, UsageError

OcrMode = Literal["auto", "force", "off"]
Openable: TypeAlias = str | Path | bytes | BinaryIO | np.ndarray | Page | Sequence[Page]


@dataclass(frozen=True, slots=True)
class Opening:
    """How pages are read."""

    wanted: PageRange | None = None
    ocr: OcrMode = "auto"
    """`auto`: read by OCR what has no sound text; `force`: all; `off`: nothing, such a page then has no words."""
    reader: OcrEngine | None = None
    images: bool = False
    """Draw PDF pages also where their text layer is used."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages that are opened as they are iterated over, one at a time, and anew with each iteration."""

    open: Callable[[], Iterator[Page]]

    def __iter__(self) -> Iterator[Page]:
        return self.open()


def open_document(
    source: Openable,
    *,
    name: str | None = None,
    pages: PageRange | None = None,
    password: str | None = None,
    ocr: OcrMode = "auto",
    reader: OcrEngine | None = None,
    images: bool = False,
) -> Document:
    """The document in a path, bytes, a binary stream, an image array, a `Page` or several.

    The file is looked at now, its pages are read as they are iterated over. Every page comes with its words, in pixels
    of the page; a page without any has an empty list. `images`: draw PDF pages also where their text layer is used.

    Raises a kind of InputError, now or with the page at fault; UsageError for an unknown `ocr`; OcrUnavailable where a
    page needs OCR and `reader` is None.
    """
    if ocr not in ("auto", "force", "off"):
        raise UsageError(f"ocr must be 'auto', 'force' or 'off', not {ocr!r}")
    how = Opening(pages, ocr, reader, images)
    if isinstance(source, np.ndarray):
        return Document(name or "<array>", _given([Page(image=as_rgb(source))], how, name or "<array>"))
    if isinstance(source, Page):
        return Document(name or "<page>", _given([source], how, name or "<page>"))
    if isinstance(source, Sequence) and not isinstance(source, str | bytes | bytearray | memoryview):
        return Document(name or "<pages>", _given(source, how, name or "<pages>"))
    found = find_source(cast(str | Path | bytes | BinaryIO, source), name)
    if found.kind == "pdf":
        check_pdf(found, password)
        return Document(found.name, Pages(lambda: _checked(_pdf_pages(found, password, how), found.shown, how)))
    check_picture(found)
    return Document(found.name, Pages(lambda: _checked(_picture_pages(found, how), found.shown, how)))


def _given(pages: Sequence[Page], how: Opening, name: str) -> Pages:
    """Pages in memory. The caller's objects are not changed."""
    wanted = [(index, page) for index, page in enumerate(pages) if how.wanted is None or index + 1 in how.wanted]

    def opened() -> Iterator[Page]:
        for index, page in wanted:
            copy = replace(page, index=index, warnings=[*page.warnings], timings_ms={**page.timings_ms})
            if copy.image is not None and (copy.words is None or how.ocr == "force"):
                copy = _with_words(copy, how, name)
            yield copy

    return Pages(lambda: _checked(opened(), printable(name), how))


def _pdf_pages(source: Source, password: str | None, how: Opening) -> Iterator[Page]:
    with open_pdf(source, password) as document:
        read = read_pages(document, source, how.wanted)
        for found, spent in _timed(read):
            needs_ocr = how.ocr == "force" or (how.ocr == "auto" and not found.sound and not found.blank)
            begun = time.perf_counter()
            image = render(document, source, found) if needs_ocr or how.images else None
            page = _pdf_page(found, image)
            page.timings_ms = {"open": spent + _since(begun)}
            yield _with_words(page, how, source.shown) if needs_ocr else page


def _pdf_page(found: PdfPage, image: np.ndarray | None) -> Page:
    return Page(found.words, image, found.width, found.height, found.index, words_from="text")


def _picture_pages(source: Source, how: Opening) -> Iterator[Page]:
    for (index, image), spent in _timed(read_pictures(source, how.wanted)):
        page = Page(image=image, index=index, timings_ms={"open": spent})
        yield _with_words(page, how, source.shown)


def _with_words(page: Page, how: Opening, shown: str) -> Page:
    """The page read by OCR, and turned upright where it lay on its side; with no words where OCR is off."""
    if how.ocr == "off":
        page.words = page.words or []
        return page
    where = f"{shown} page {page.index + 1}"
    if how.reader is None:
        raise OcrUnavailable(f"{where} must be read by OCR and no engine is given: pass reader=open_ocr()")
    begun = time.perf_counter()
    try:
        if isinstance(how.reader, StraighteningOcr):
            image, words = how.reader.read_straight(page.image)
        else:
            image, words = page.image, how.reader.read(page.image)
    except DocengineError:
        raise
    except Exception as error:  # an engine's own trouble must not end a batch
        raise OcrFailed(f"{where}: {how.reader.name} failed: {printable(str(error))[:200]}") from error
    timings = {**page.timings_ms, "ocr": _since(begun)}
    return Page(words, image, index=page.index, words_from="ocr", warnings=page.warnings, timings_ms=timings)


def _checked(pages: Iterator[Page], shown: str, how: Opening) -> Iterator[Page]:
    """The same pages. Raises NoPages where there is none."""
    empty = True
    for page in pages:
        empty = False
        yield page
    if empty:
        raise NoPages(f"{shown} has no page {how.wanted}" if how.wanted else f"{shown} has no pages")


def _timed(items: Iterable[Any]) -> Iterator[tuple[Any, float]]:
    """Each item with the milliseconds that it took to come."""
    iterator = iter(items)
    while True:
        begun = time.perf_counter()
        try:
            item = next(iterator)
        except StopIteration:
            return
        yield item, _since(begun)


def _since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1e3
