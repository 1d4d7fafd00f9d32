"""Others' pipelines, each as its users would run it, behind the same interface as ours."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from docengine import Box, Extraction, Field, Page, Word
from docengine.engine.batch import error_record
from docengine.engine.ocr.tesseract import Tesseract
from docengine.engine.opening import open_document
from docengine.engine.values import read_value
from docengine.errors import DocengineError, OcrUnavailable
from docengine.schema import DEFAULT_SCHEMA

DATE = re.compile(r"\b(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./ ](?:\d{1,2}|[A-Za-z]{3,9})[-./ ]\d{2,4})\b")
TOTAL = re.compile(r"\b(?:grand total|total|amount due|balance due|summe|gesamt\w*|totale|importe)\b", re.IGNORECASE)
SUBTOTAL = re.compile(r"\bsub.?total|\btotal (?:net|qty|tax|gst)|\bnet total", re.IGNORECASE)
AMOUNT = re.compile(r"\d{1,3}(?:[., ]\d{3})*[.,]\d{2}\b|\d+[.,]\d{2}\b")


class Pictures:
    """Reads each page's picture; a subclass says what it makes of it."""

    about = ""
    precision = "mixed"
    finds_fields = False

    def read_many(self, sources: Iterable[str]) -> Iterator[Extraction]:
        return (self._attempt(source) for source in sources)

    def read_page(self, page: Page) -> dict[str, Field]:
        """What is found on a page with a picture."""
        raise NotImplementedError

    def _attempt(self, source: str) -> Extraction:
        record = Extraction(source, timings_ms={"open": 0.0, "ocr": 0.0})
        try:
            for page in open_document(source, ocr="off", images=True):
                record.pages.append({"page": page.index, "width": page.width, "height": page.height})
                record.timings_ms["open"] += page.timings_ms["open"]
                begun = time.perf_counter()
                record.fields = {**self.read_page(page), **record.fields}
                record.timings_ms["ocr"] += (time.perf_counter() - begun) * 1e3
        except DocengineError as error:
            return error_record(source, error)
        return record


class RapidOcrAlone(Pictures):
    """RapidOCR 3 with its own defaults but for the number of threads."""

    about = "RapidOCR 3 with its defaults: OCR alone, every page as a picture, no fields"
    precision = "fp32"

    def __init__(self, threads: int) -> None:
        try:
            from rapidocr import RapidOCR
        except ImportError as error:
            raise OcrUnavailable("the peer rapidocr is not installed: pip install rapidocr") from error
        quiet = {"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": threads}
        self.read: Callable[[np.ndarray], Any] = RapidOCR(params=quiet)

    def read_page(self, page: Page) -> dict[str, Field]:
        self.read(np.ascontiguousarray(page.image[..., ::-1]))
        return {}


class TesseractWithPatterns(Pictures):
    """Tesseract's text and regular expressions for the date and the total: the floor."""

    about = "Tesseract and regular expressions for date and total: the floor"
    finds_fields = True

    def __init__(self, threads: int) -> None:
        self.engine = Tesseract(threads)

    def read_page(self, page: Page) -> dict[str, Field]:
        words = self.engine.read(page.image)
        return fields_of(lines_of(words), page.index)


def lines_of(words: Iterable[Word]) -> list[list[Word]]:
    """The words by line, in the order of reading that they come in: a line goes on to the right at the same height."""
    lines: list[list[Word]] = []
    for word in words:
        last = lines[-1][-1].box if lines else None
        level = last is not None and word.box.y0 < last.y1 and last.y0 < word.box.y1
        if last is not None and level and word.box.x0 >= last.x0:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def fields_of(lines: Iterable[Sequence[Word]], index: int = 0) -> dict[str, Field]:
    """The first date, and the last amount of the last line that speaks of a total."""
    found: dict[str, Field] = {}
    for line in lines:
        text = " ".join(word.text for word in line)
        date, amounts = DATE.search(text), AMOUNT.findall(text)
        if date and "invoice_date" not in found:
            found |= _field("invoice_date", date[0], line, index)
        if amounts and TOTAL.search(text) and not SUBTOTAL.search(text):
            found |= _field("grand_total", amounts[-1], line, index)
    return found


def _field(name: str, text: str, line: Sequence[Word], index: int) -> dict[str, Field]:
    value = read_value(text, DEFAULT_SCHEMA[name])
    return {name: Field(value, text, 1.0, index, Box.around(word.box for word in line))} if value else {}
