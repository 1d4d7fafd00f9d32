"""RapidOCR 3: PP-OCR models that its wheel carries, run by ONNX Runtime. Nothing is ever downloaded.

RapidOCR finds the lines; they are recognised here, because its own way pads every line to 320 pixels (twice the time on
receipts), cuts them from the shrunken page, and loses where the words of a line stand.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from docengine import Box, Word
from docengine.errors import OcrUnavailable

if TYPE_CHECKING:
    from docengine.engine.ocr.recognise import Line, Recogniser

DETECTION, RECOGNITION = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
DETECTION_PIXELS = 1_150_000
"""Lines are looked for on the page at about this size (1280 x 900), whatever its shape; read at full size."""
MAX_ENLARGEMENT = 1.5
MIN_SCORE = 0.5
DOUBTFUL_SCORE = 0.85
"""A page whose lines score less on average may lie on its head: upright pages score 0.95 and more, those 0.7."""
SAMPLE_LINES = 6


class ReadLine(NamedTuple):
    quad: np.ndarray
    line: Line


class RapidOcr:
    """Words of a page. May be called from several threads; calls wait for each other."""

    name = "rapidocr"

    def __init__(self, threads: int | None = None) -> None:
        self.threads = threads
        self._folder = _models()
        self._lock = threading.Lock()

    def read(self, image: np.ndarray) -> list[Word]:
        with self._lock:
            bgr = np.ascontiguousarray(image[..., ::-1])
            return words_of(self._recognise(bgr, self._detect(bgr)))

    def read_straight(self, image: np.ndarray) -> tuple[np.ndarray, list[Word]]:
        from docengine.engine.ocr.pose import Pose, skew_of

        with self._lock:
            bgr = np.ascontiguousarray(image[..., ::-1])
            quads = self._detect(bgr)
            quarters, lines = self._read_turned(bgr, quads)
        pose = Pose(quarters, skew_of(np.roll(quads, -quarters, axis=1)))
        return pose.upright(image), words_of(lines, lambda corners: pose.carry(corners, image.shape))

    def _read_turned(self, bgr: np.ndarray, quads: np.ndarray) -> tuple[int, list[ReadLine]]:
        """The lines, and by how many quarter turns counter-clockwise the page becomes upright.

        A page on its side shows by its tall boxes; one on its head reads badly, so that an upright page costs nothing.
        """
        from docengine.engine.ocr.pose import runs_sideways

        if runs_sideways(quads):
            quarters = self._better(bgr, quads, (1, 3))
            return quarters, self._recognise(bgr, np.roll(quads, -quarters, axis=1))
        lines = self._recognise(bgr, quads)
        if mean_score(lines) < DOUBTFUL_SCORE and self._better(bgr, quads, (0, 2)) == 2:
            return 2, self._recognise(bgr, np.roll(quads, -2, axis=1))
        return 0, lines

    def _better(self, bgr: np.ndarray, quads: np.ndarray, quarters: tuple[int, int]) -> int:
        """Which of two turns a sample of the longer lines reads better at; the first where they are level."""
        from docengine.engine.ocr.geometry import sides

        longest = np.argsort(-np.maximum(*sides(quads)), kind="stable")[: 2 * SAMPLE_LINES : 2]
        scores = [mean_score(self._recognise(bgr, np.roll(quads[longest], -turn, axis=1))) for turn in quarters]
        return quarters[int(np.argmax(scores))]

    def _detect(self, bgr: np.ndarray) -> np.ndarray:
        """Quads of text lines (N, 4, 2) in pixels of the picture."""
        import cv2

        from docengine.engine.ocr.geometry import ordered

        height, width = bgr.shape[:2]
        scale = min((DETECTION_PIXELS / (height * width)) ** 0.5, MAX_ENLARGEMENT)
        size = tuple(max(32, round(side * scale / 32) * 32) for side in (width, height))
        shrunk = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        found = self._rapid(shrunk, use_det=True, use_cls=False, use_rec=False)
        if found.boxes is None:
            return np.zeros((0, 4, 2), np.float32)
        return ordered(np.asarray(found.boxes) * np.array([width / size[0], height / size[1]]))

    def _recognise(self, bgr: np.ndarray, quads: np.ndarray) -> list[ReadLine]:
        """Each quad's text; `quads` (N, 4, 2), corners from the top left of the text as it is read."""
        from docengine.engine.ocr.geometry import TALL, cut_out, sides
        from docengine.engine.ocr.recognise import HEIGHT

        downwards = sides(quads)[1] > TALL * sides(quads)[0]
        turned = [np.roll(quad, -1, axis=0) if down else quad for quad, down in zip(quads, downwards, strict=True)]
        return [ReadLine(quad, self._recogniser.read(cut_out(bgr, quad, HEIGHT))) for quad in turned]

    @cached_property
    def _recogniser(self) -> Recogniser:
        from docengine.engine.ocr.recognise import Recogniser

        return Recogniser(self._folder / RECOGNITION, self.threads)

    @cached_property
    def _rapid(self) -> Any:
        from rapidocr import RapidOCR

        return RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_preprocess_img": False,
                "Global.use_vertical_padding": False,
                "Det.limit_type": "max",
                "Det.limit_side_len": 100_000,
                "Det.model_path": str(self._folder / DETECTION),  # a given path is never downloaded
                "EngineConfig.onnxruntime.intra_op_num_threads": self.threads or -1,
            }
        )


def mean_score(lines: Sequence[ReadLine]) -> float:
    """Mean score of the lines, 1 where there is none: nothing speaks against the way they were read."""
    return float(np.mean([line.score for _, line in lines])) if lines else 1.0


def words_of(
    lines: Sequence[ReadLine], carry: Callable[[np.ndarray], np.ndarray] = lambda corners: corners
) -> list[Word]:
    """The words of the lines that were read with some certainty, their corners (4, 2) carried to the final page."""
    from docengine.engine.ocr.geometry import within

    words = []
    for quad, line in lines:
        for piece in line.pieces if line.score >= MIN_SCORE else ():
            corners = carry(within(quad, piece.part))
            words.append(Word(piece.text, Box(*corners.min(0).tolist(), *corners.max(0).tolist())))
    return words


def _models() -> Path:
    """The folder of models inside RapidOCR's wheel. Raises OcrUnavailable where a part is missing."""
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise OcrUnavailable("the OCR engine is not installed: pip install rapidocr")
    folder = Path(spec.origin).parent / "models"
    missing = [name for name in (DETECTION, RECOGNITION) if not (folder / name).is_file()]
    if missing:
        raise OcrUnavailable(f"RapidOCR lacks {', '.join(missing)}: pip install --upgrade 'rapidocr>=3.10,<4'")
    return folder
