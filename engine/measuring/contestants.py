"""Who is measured. A contestant reads documents; `CONTESTANTS` maps a name to what opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from docengine import Extraction
from docengine.engine.batch import cores
from docengine.engine.engine import Engine
from docengine.errors import UsageError


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
    """Whatever reads documents: docengine in one setting, or somebody else's pipeline."""

    about: str
    """What it does and leaves out, in a few words."""
    precision: str
    finds_fields: bool
    """It does more than OCR, so that its records can be scored."""

    def read_many(self, sources: Iterable[str]) -> Iterator[Extraction]:
        """A record a path, in order, with the stages it knows in `timings_ms`; where it fails, one with an error."""
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
