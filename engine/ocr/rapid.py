"""RapidOCR 3: PP-OCR models that its wheel carries, run by ONNX Runtime. Nothing is ever downloaded."""

from __future__ import annotations

import threading
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from docengine import Box, Word
from docengine.errors import OcrUnavailable

MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
}
MAX_SIDE = 1280
"""Pixels of the longest side that is read; more costs time and finds little more."""


class RapidOcr:
    """Lines of a page. May be called from several threads; calls wait for each other."""

    name = "rapidocr"

    def __init__(self, threads: int | None = None) -> None:
        self.threads = threads
        self._models = _model_paths()
        self._lock = threading.Lock()

    def read(self, image: np.ndarray) -> list[Word]:
        with self._lock:
            found = self._rapid(np.ascontiguousarray(image[..., ::-1]), use_cls=False, use_rec=True)
        if found.boxes is None or found.txts is None:
            return []
        return [
            Word(text, Box(*map(float, quad.min(0)), *map(float, quad.max(0))))
            for quad, text in zip(found.boxes, found.txts, strict=True)
        ]

    @cached_property
    def _rapid(self) -> Any:
        from rapidocr import RapidOCR

        return RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.max_side_len": MAX_SIDE,
                "EngineConfig.onnxruntime.intra_op_num_threads": self.threads or -1,
                **{f"{part}.model_path": str(path) for part, path in self._models.items()},
            }
        )


def _model_paths() -> dict[str, Path]:
    """The models inside RapidOCR's wheel. Raises OcrUnavailable where a part is missing."""
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise OcrUnavailable("the OCR engine is not installed: pip install rapidocr")
    folder = Path(spec.origin).parent / "models"
    paths = {part: folder / file for part, file in MODELS.items()}
    missing = [path.name for path in paths.values() if not path.is_file()]
    if missing:
        raise OcrUnavailable(f"RapidOCR lacks {', '.join(missing)}: pip install --force-reinstall 'rapidocr>=3.3'")
    return paths
