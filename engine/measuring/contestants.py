"""Who is measured. A contestant reads documents; `CONTESTANTS` maps a name to what opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any, Protocol, runtime_checkable

import numpy as np

from docengine import Box, Extraction, Word
from docengine.engine.batch import cores
from docengine.engine.engine import Engine
from docengine.engine.measuring.ceiling import count_operations
from docengine.engine.preprocess import Arrays, Preprocessor
from docengine.errors import UsageError

TEXTS = ("Invoice", "2024-03-05", "Total", "1,234.50", "of", "Ltd", "VAT", "19%", "A-1001", "Description")
"""Words of the pages that the model alone is run on."""


@dataclass(frozen=True)
class Setting:
    """One contestant: who reads, and how."""

    reader: str = "docengine"
    model: str | None = None
    backend: str = "onnxruntime"
    device: str = "cpu"
    precision: str | None = None
    """None: what the backend takes by itself."""
    threads: int = 1
    workers: int = 1
    ocr_engine: str = "rapidocr"

    @property
    def opened_as(self) -> str:
        """The backend's name with what is asked of it after a colon; INT8 is what ONNX Runtime runs by itself."""
        itself = (None, "int8") if self.backend == "onnxruntime" and self.device == "cpu" else (None,)
        return self.backend if self.precision in itself else f"{self.backend}:{self.precision}"

    @property
    def name(self) -> str:
        """What tells it from the other contestants of a run."""
        parts = [self.reader]
        if self.reader == "docengine":
            parts += [self.backend, self.device, self.precision or ""]
            parts += [self.ocr_engine] if self.ocr_engine != "rapidocr" else []
        counts = ((self.threads, "thread"), (self.workers, "worker"))
        return " ".join([*filter(None, parts), *(f"{count} {what}{'s' * (count > 1)}" for count, what in counts)])


class Contestant(Protocol):
    """Whatever stands in the table: a `Reader`, a `Model`, or both, as docengine is."""

    about: str
    """What it does and leaves out, in a few words."""
    precision: str


@runtime_checkable
class Reader(Contestant, Protocol):
    """Reads documents: a whole pipeline."""

    finds_fields: bool
    """It does more than OCR, so that its records can be scored."""

    def read_many(self, sources: Iterable[str]) -> Iterator[Extraction]:
        """A record a path, in order, with the stages it knows in `timings_ms`; where it fails, one with an error."""
        ...


@dataclass(frozen=True)
class Run:
    """A model on one input."""

    call: Callable[[], Any]
    """Runs it; returns when the device has finished."""
    operations: Callable[[], dict[str, int]]
    """Additions and multiplications of one run by the rate that bounds them, as `ceiling.count_operations` counts."""


@runtime_checkable
class Model(Contestant, Protocol):
    """Runs on inputs of a given size, without any document."""

    def prepared(self, tokens: int, batch: int) -> Run:
        """A run on a batch of pages of so many words, or of so many of the model's own tokens."""
        ...


class Ours:
    """docengine's engine, with as many workers as the setting says."""

    about = "open, OCR where there is no text layer, fields and line items"
    finds_fields = True

    def __init__(self, setting: Setting) -> None:
        self.engine = Engine.load(
            setting.model,
            backend=setting.opened_as,
            device=setting.device,
            threads=setting.threads,
            ocr_engine=setting.ocr_engine,
        )
        own = str(self.engine.bundle.manifest["precision"]) if setting.device == "cpu" else "fp32"
        self.precision = str(setting.precision or getattr(self.engine.backend, "precision", own))
        self.workers = setting.workers

    def read_many(self, sources: Iterable[str]) -> Iterator[Extraction]:
        return self.engine.extract_many(sources, workers=self.workers)

    def prepared(self, tokens: int, batch: int) -> Run:
        inputs = model_inputs(self.engine.preprocessor, tokens, batch)
        return Run(lambda: self.engine.backend.run(inputs), lambda: self._operations(inputs))

    def _operations(self, inputs: Arrays) -> dict[str, int]:
        """Every precision's graph holds the same products as the bundle's own."""
        operations = count_operations(self.engine.bundle.file("encoder.onnx"), inputs)
        return operations if self.precision == "int8" else {"fp32": sum(operations.values()), "int8": 0}


def model_inputs(preprocessor: Preprocessor, tokens: int, batch: int) -> Arrays:
    """The model's inputs for `batch` times the same page of `tokens` words, eight a row."""
    rows = [number // 8 for number in range(tokens)]
    places = [(number % 8 * 100, row * 20) for number, row in enumerate(rows)]
    texts = islice(cycle(TEXTS), tokens)
    words = [Word(text, Box(x, y, x + 80, y + 14)) for text, (x, y) in zip(texts, places, strict=True)]
    inputs = preprocessor.encode_ordered(words, rows).inputs()
    return {name: np.repeat(array, batch, axis=0) for name, array in inputs.items()}


def share_of_cores(workers: int) -> int:
    """Threads of each of so many processes where nothing else is asked."""
    return max(1, cores() // workers)


def _rapidocr(setting: Setting) -> Contestant:
    from docengine.engine.measuring.peers import RapidOcrAlone

    return RapidOcrAlone(setting.threads)


def _tesseract(setting: Setting) -> Contestant:
    from docengine.engine.measuring.peers import TesseractWithPatterns

    return TesseractWithPatterns(setting.threads)


CONTESTANTS: dict[str, Callable[[Setting], Contestant]] = {
    "docengine": Ours,
    "rapidocr": _rapidocr,
    "tesseract": _tesseract,
}
PEERS = tuple(name for name in CONTESTANTS if name != "docengine")


def open_contestant(setting: Setting) -> Contestant:
    """Load it, exactly as asked, or raise a DocengineError."""
    if setting.reader not in CONTESTANTS:
        raise UsageError(f"unknown contestant {setting.reader!r}; known: {', '.join(CONTESTANTS)}")
    return CONTESTANTS[setting.reader](setting)
