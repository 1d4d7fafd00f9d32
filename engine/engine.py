"""The engine: documents in, extraction records out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from docengine import Answer, Document, Extraction, Page
from docengine.engine.backends import Backend, open_backend
from docengine.engine.bundle import Bundle, find_bundle
from docengine.engine.decode import Calibration, Decoded, PageCandidates, ReadPage, decide, page_candidates
from docengine.engine.ocr import OcrEngine, open_ocr
from docengine.engine.opening import OcrMode, open_document, parse_page_range
from docengine.engine.preprocess import Arrays, EncodedPage, Preprocessor, windows
from docengine.engine.values import Hints
from docengine.errors import BackendUnavailable, UsageError

MAX_WORDS = 512
"""Words of one run of the model; longer pages are run in overlapping windows."""


class Engine:
    """A loaded model. `extract` may be called from several threads; `extract_many` uses processes."""

    def __init__(
        self, bundle: Bundle, backend: Backend, ocr: OcrMode = "auto", reader: OcrEngine | None = None
    ) -> None:
        self.bundle, self.backend, self.ocr, self.reader = bundle, backend, ocr, reader
        self.schema = bundle.schema
        self.name = bundle.identity
        self.preprocessor = Preprocessor.from_file(bundle.file("tokenizer.json"))
        self.calibration = Calibration.from_dict(bundle.manifest.get("calibration", {}))
        self.options: dict[str, Any] = {}
        """What `load` was called with: another process opens the same engine with it."""

    @classmethod
    def load(
        cls,
        model: str | Path | None = None,
        *,
        backend: str = "onnxruntime",
        device: str = "cpu",
        threads: int | None = None,
        ocr: OcrMode = "auto",
        ocr_engine: str = "rapidocr",
    ) -> Engine:
        """Open a bundle by name or folder (default: $DOCENGINE_MODEL, else the one inside the package).

        `threads`: of the model and of OCR; None takes all cores. `ocr`: `auto` reads pages without a sound text layer,
        `force` all, `off` none. The OCR engine itself is loaded with the first page that needs it.

        Raises BundleError, BackendUnavailable, OcrUnavailable or UsageError; never falls back to something else.
        """
        if ocr not in ("auto", "force", "off"):
            raise UsageError(f"ocr must be 'auto', 'force' or 'off', not {ocr!r}")
        bundle = find_bundle(model)
        reader = None if ocr == "off" else open_ocr(ocr_engine, threads)
        engine = cls(bundle, open_backend(backend, bundle, device, threads), ocr, reader)
        engine.options = {"model": str(bundle.path), "backend": backend, "device": device, "threads": threads}
        engine.options |= {"ocr": ocr, "ocr_engine": ocr_engine}
        return engine

    def extract(self, source: Any, *, pages: str | None = None, password: str | None = None) -> Extraction:
        """Fields and line items of one document.

        `source`: a path, bytes, a binary file object, an image array (H, W, 3) uint8, a `Page` or a list of them, or a
        `Document`. `pages`: `"1-3,5"`, counted from 1. Pages are read one by one; memory does not grow with their
        number. Raises InputError when the document cannot be read.
        """
        return self._decode(self.open(source, pages, password))[0]

    def proposals(self, source: Any) -> dict[str, tuple[float, str]]:
        """Raw score and value of each header field's best value, also below its threshold: for calibration."""
        return self._decode(self.open(source))[1].proposals

    def _decode(self, document: Document) -> tuple[Extraction, Decoded]:
        record = Extraction(document.source, model=self.name)
        timings = {"open": 0.0, "ocr": 0.0, "preprocess": 0.0, "model": 0.0, "decode": 0.0}
        votes = {"kind_logits": 0.0, "language_logits": 0.0}
        candidates = list(self._read(document, record, timings, votes))
        record.document_type = self._class("document_types", votes["kind_logits"])
        record.language = self._class("languages", votes["language_logits"])
        with _timed(timings, "decode"):
            decoded = decide(candidates, self.schema, self.calibration, Hints(language=record.language))
        record.fields, record.line_items = decoded.fields, decoded.line_items
        record.checks, record.warnings = decoded.checks, [*record.warnings, *decoded.warnings]
        record.timings_ms = timings
        return record, decoded

    def open(self, source: Any, pages: str | None = None, password: str | None = None) -> Document:
        """The document with its pages opened lazily, words read by OCR where that is wanted."""
        if isinstance(source, Document):
            return source
        chosen = parse_page_range(pages) if pages else None
        return open_document(source, pages=chosen, password=password, ocr=self.ocr, reader=self.reader)

    def extract_many(
        self, sources: Iterable[Any], *, workers: int = 1, pages: str | None = None, password: str | None = None
    ) -> Iterator[Extraction]:
        """One record a source, in order; a document that cannot be read yields a record with `error`."""
        from docengine.engine.batch import extract_many

        return extract_many(self, sources, workers=workers, pages=pages, password=password)

    def ask(self, page: Page, question: str) -> Answer:
        """Answer a question about a page. Raises BackendUnavailable: this bundle has no decoder."""
        raise BackendUnavailable(f"bundle {self.bundle.name} has no decoder, so it cannot answer questions yet")

    def _read(
        self, document: Document, record: Extraction, timings: dict[str, float], votes: dict[str, Any]
    ) -> Iterator[PageCandidates]:
        for page in document:
            record.pages.append({"page": page.index, "width": page.width, "height": page.height})
            record.warnings += page.warnings
            for name, spent in page.timings_ms.items():
                timings[name] = timings.get(name, 0.0) + spent
            with _timed(timings, "preprocess"):
                encoded = self.preprocessor.encode(page)
            with _timed(timings, "model"):
                outputs = self.run(encoded)
            with _timed(timings, "decode"):
                read = ReadPage(encoded.words, encoded.rows, outputs["tags"], outputs["same_item"], page.index)
                candidates = page_candidates(read, self.schema)
            if encoded.words:
                for name, sum_so_far in votes.items():
                    votes[name] = sum_so_far + outputs[name]
            yield candidates

    def run(self, encoded: EncodedPage) -> Arrays:
        """The model over all words of a page, in windows where there are many.

        `tags` (N, C) and `same_item` (N, N) are probabilities; the page heads' logits are summed over windows.
        """
        count = len(encoded.words)
        tags = np.zeros((count, len(self.schema.tags)), np.float32)
        same = np.zeros((count, count), np.float32)
        page: dict[str, Any] = {"kind_logits": 0.0, "language_logits": 0.0}
        for start, stop, first, last in windows(count, MAX_WORDS) if count else ():
            outputs = self.backend.run(encoded.inputs(start, stop))
            cut = slice(first - start, last - start)
            tags[first:last] = softmax(outputs["tag_logits"][0, cut])
            same[first:last, start:stop] = softmax(outputs["line_logits"][0, cut])[..., 0]
            for name, sum_so_far in page.items():
                page[name] = sum_so_far + log_softmax(outputs[name][0])
        return {"tags": tags, "same_item": same, **page}

    def _class(self, names: str, scores: Any) -> str | None:
        classes = self.bundle.manifest.get(names) or []
        return classes[int(np.argmax(scores))] if np.ndim(scores) and classes else None


def softmax(logits: np.ndarray) -> np.ndarray:
    """Over the last axis."""
    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    return shifted / shifted.sum(-1, keepdims=True)


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Over the last axis."""
    shifted = logits - logits.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


@contextmanager
def _timed(timings: dict[str, float], name: str) -> Iterator[None]:
    """Add the milliseconds spent inside to `timings[name]`."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        timings[name] = timings.get(name, 0.0) + (time.perf_counter() - begun) * 1e3
