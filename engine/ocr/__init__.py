"""OCR behind one small interface. An engine reads a picture; a dict maps names to openers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

import numpy as np

from docengine import Word
from docengine.errors import OcrUnavailable

__all__ = ["ENGINES", "OcrEngine", "StraighteningOcr", "open_ocr"]


class OcrEngine(Protocol):
    """Reads pictures. `read` is its only duty, so an engine is easy to add and to fake."""

    name: str

    def read(self, image: np.ndarray) -> list[Word]:
        """RGB uint8 (H, W, 3) in; words or whole lines out, boxes in pixels of `image`, in any order."""
        ...


@runtime_checkable
class StraighteningOcr(OcrEngine, Protocol):
    """An engine that can also tell how a page lies."""

    def read_straight(self, image: np.ndarray) -> tuple[np.ndarray, list[Word]]:
        """Like `read`, and the picture with its lines running level: turned by quarter turns and a small skew.

        The boxes are pixels of the picture that is returned, which is `image` itself where it lay well.
        """
        ...


def _open_rapidocr(threads: int | None) -> OcrEngine:
    from docengine.engine.ocr.rapid import RapidOcr

    return RapidOcr(threads)


def _open_tesseract(threads: int | None) -> OcrEngine:
    from docengine.engine.ocr.tesseract import Tesseract

    return Tesseract(threads)


ENGINES: dict[str, Callable[[int | None], OcrEngine]] = {"rapidocr": _open_rapidocr, "tesseract": _open_tesseract}


def open_ocr(name: str = "rapidocr", threads: int | None = None) -> OcrEngine:
    """Open the named engine, exactly as asked, or raise OcrUnavailable. `threads`: None takes all cores.

    Models are loaded with the first page that is read.
    """
    if name not in ENGINES:
        raise OcrUnavailable(f"unknown OCR engine {name!r}; known: {', '.join(sorted(ENGINES))}")
    return ENGINES[name](threads)
