"""PDF pages: the text layer where it is sound, a picture of the page where it is not.

PDFium is not safe to call from two threads, so each visit happens under one lock.
"""

from __future__ import annotations

import ctypes
import math
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from docengine import Word
from docengine.engine.opening.page_range import PageRange
from docengine.engine.opening.source import Source
from docengine.engine.opening.text_layer import covers_page, group_words, is_readable
from docengine.errors import CorruptFile, EncryptedFile, NoPages

PDFIUM = threading.RLock()
SCALE = 200 / 72
"""Pixels a point: 200 dpi."""
MAX_PAGE_PIXELS = 4_000_000
"""An A4 page at 200 dpi has 3.9 million; larger pages get a lower scale."""
MAX_SIDE = 8_000
BIG_PICTURE = 0.6
"""Share of the page that a picture must cover for the page to be taken for a scan."""
DRAWN_ANNOTATIONS = (raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP)
"""Annotations whose text is part of what a reader sees: filled form fields, typed notes, stamps."""


@dataclass(frozen=True, slots=True)
class PdfPage:
    """What the text layer gives. `sound` is False where OCR would do better. Sizes and boxes in pixels."""

    index: int
    words: list[Word]
    width: int
    height: int
    sound: bool
    blank: bool
    """Nothing at all is drawn on the page."""
    turn: int
    """Quarter turns, clockwise, that make text upright which is drawn sideways."""


def check_pdf(source: Source, password: str | None) -> None:
    """Raises CorruptFile, EncryptedFile or NoPages."""
    with open_pdf(source, password):
        pass


@contextmanager
def open_pdf(source: Source, password: str | None) -> Iterator[pdfium.PdfDocument]:
    """The document; closed on leaving, under the lock."""
    with PDFIUM:
        try:
            document = pdfium.PdfDocument(source.content, password=password)
        except pdfium.PdfiumError as error:
            raise _why(error, source, password) from error
    try:
        yield document
    finally:
        with PDFIUM:
            document.close()


def _why(error: pdfium.PdfiumError, source: Source, password: str | None) -> Exception:
    if _loads(source.content, password):  # PDFium's error code is then that of an earlier document
        return NoPages(f"{source.shown} is a PDF without pages")
    if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
        if password is None:
            return EncryptedFile(f"{source.shown} is encrypted; give its password (--password)")
        return EncryptedFile(f"{source.shown} is encrypted, and the password given does not open it")
    return CorruptFile(f"{source.shown} is damaged or cut short: it starts like a PDF but has no readable structure")


def _loads(content: Path | bytes, password: str | None) -> bool:
    """Whether PDFium itself takes the document, be it without pages."""
    secret = None if password is None else password.encode() + b"\0"
    if isinstance(content, Path):
        loaded = raw.FPDF_LoadDocument(os.fsencode(content) + b"\0", secret)
    else:
        loaded = raw.FPDF_LoadMemDocument64(content, len(content), secret)
    if loaded:
        raw.FPDF_CloseDocument(loaded)
    return bool(loaded)


def read_pages(document: pdfium.PdfDocument, source: Source, wanted: PageRange | None) -> Iterator[PdfPage]:
    """The wanted pages' text layers, one by one. Raises CorruptFile where a page cannot be loaded."""
    for index in range(len(document)):
        if wanted is None or index + 1 in wanted:
            with PDFIUM, _page(document, source, index) as page:
                read = _read_page(page, index)
            yield read


def render(document: pdfium.PdfDocument, source: Source, page: PdfPage) -> np.ndarray:
    """RGB uint8 (page.height, page.width, 3)."""
    with PDFIUM, _page(document, source, page.index) as loaded:
        bitmap = loaded.render(scale=_scale(loaded), rotation=90 * page.turn, rev_byteorder=True)
        image: np.ndarray = bitmap.to_numpy().copy()
        bitmap.close()
    return image


@contextmanager
def _page(document: pdfium.PdfDocument, source: Source, index: int) -> Iterator[pdfium.PdfPage]:
    """A loaded page whose drawn annotations are part of its content."""
    try:
        page = document[index]
        if _has_drawn_annotations(page) and raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS:
            page.close()
            page = document[index]
    except pdfium.PdfiumError as error:
        raise CorruptFile(f"{source.shown}: page {index + 1} is damaged and cannot be read") from error
    try:
        yield page
    finally:
        page.close()


def _has_drawn_annotations(page: pdfium.PdfPage) -> bool:
    for number in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
        if kind in DRAWN_ANNOTATIONS:
            return True
    return False


def _scale(page: pdfium.PdfPage) -> float:
    """Pixels a point."""
    width, height = page.get_size()
    return min(SCALE, math.sqrt(MAX_PAGE_PIXELS / (width * height)), MAX_SIDE / max(width, height))


def _read_page(page: pdfium.PdfPage, index: int) -> PdfPage:
    scale = _scale(page)
    width, height = (math.ceil(side * scale) for side in page.get_size())
    text = page.get_textpage()
    try:
        turn = _turn_of_text(text, page.get_rotation())
        if turn % 2:
            width, height = height, width
        codes, corners = _characters(text)
    finally:
        text.close()
    words = group_words(codes, _to_pixels(page, corners, (width, height), turn))
    words = [word for word in words if word.box.x1 > 0 < word.box.y1 and word.box.x0 < width and word.box.y0 < height]
    sound = is_readable(words) and (covers_page(words, height) or not _is_scan(page))
    blank = not words and raw.FPDFPage_CountObjects(page) == 0
    return PdfPage(index, words, width, height, sound, blank, turn)


def _characters(text: pdfium.PdfTextPage) -> tuple[np.ndarray, np.ndarray]:
    """Codes (N,) int64 and boxes (N, 4) float64 as left, bottom, right, top in page points, origin bottom left."""
    handle, code_of, box_of = (
        text.raw,
        raw.FPDFText_GetUnicode,
        raw.FPDFText_GetCharBox,
    )  # this loop is what a page costs
    count = max(raw.FPDFText_CountChars(handle), 0)
    left, right, bottom, top = edges = [ctypes.c_double() for _ in range(4)]
    pointers = [ctypes.byref(edge) for edge in edges]
    loose = raw.FS_RECTF()
    codes = [code_of(handle, i) for i in range(count)]
    boxes = []
    for i in range(count):
        if codes[i] > 32:  # spaces need no box
            box_of(handle, i, *pointers)
        box = (left.value, bottom.value, right.value, top.value)
        if codes[i] > 32 and not (box[0] < box[2] and box[1] < box[3]):  # a font of pictures: no tight box
            raw.FPDFText_GetLooseCharBox(handle, i, loose)
            box = (loose.left, loose.bottom, loose.right, loose.top)
        boxes.append(box)
    return np.array(codes, np.int64), np.array(boxes, np.float64).reshape(-1, 4)


def _turn_of_text(text: pdfium.PdfTextPage, rotation: int) -> int:
    """Quarter turns, clockwise, that make most of a sample of characters upright on the page as it is shown."""
    count = raw.FPDFText_CountChars(text)
    votes = [0, 0, 0, 0]
    for i in range(0, count, max(1, count // 200)):
        angle = raw.FPDFText_GetCharAngle(text, i)
        if angle >= 0:
            votes[round(angle / (math.pi / 2)) % 4] += 1
    most = max(range(4), key=votes.__getitem__)
    return (-most - rotation // 90) % 4 if votes[most] > 0.6 * sum(votes) else 0


def _to_pixels(page: pdfium.PdfPage, boxes: np.ndarray, size: tuple[int, int], turn: int) -> np.ndarray:
    """Boxes in page points as x0, y0, x1, y1 in pixels of the page as shown, turned, at `size` (width, height)."""
    fine, step = 64, 1000  # PDFium answers in whole pixels: ask on a finer grid, over a long way
    x, y = ctypes.c_int(), ctypes.c_int()
    at = []
    for point in ((0, 0), (step, 0), (0, step)):
        raw.FPDF_PageToDevice(page, 0, 0, size[0] * fine, size[1] * fine, turn, *point, x, y)
        at.append(np.array([x.value, y.value]) / fine)
    axes = np.stack([at[1] - at[0], at[2] - at[0]]) / step  # (2, 2): pixels a point along x and y
    ends = boxes.reshape(-1, 2, 2) @ axes + at[0]
    return np.concatenate([ends.min(1), ends.max(1)], axis=1)


def _is_scan(page: pdfium.PdfPage) -> bool:
    """Whether one picture covers most of the page."""
    area = math.prod(page.get_size())
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = item.get_bounds()
        if (right - left) * (top - bottom) > BIG_PICTURE * area:
            return True
    return False
