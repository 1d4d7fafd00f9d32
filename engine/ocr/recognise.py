"""Text of one line from its picture, word by word, by a CTC model.

T columns of the model's output, each 8 pixels of a strip that is 48 pixels high; C classes: blank, characters, space.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

HEIGHT = 48
MIN_WIDTH, MAX_WIDTH = 48, 3200
"""Pixels; narrower strips are padded, wider ones squeezed."""
MIN_BLANK, BLANK_RATIO = 12, 4.0
"""A blank this wide (pixels of the strip; times the usual blank between the line's letters) parts words even where the
model sees no space. On 45 receipts that finds 1.3 points more words than the model's spaces alone."""
NUMERIC = frozenset("0123456789.,")
"""Between these twice the blank is asked for: the digit 1 stands alone, and a number in two is worth nothing."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of a line. `part` is its x0, y0, x1, y1 in shares (0..1) of the line's width and height."""

    text: str
    part: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Line:
    pieces: list[Piece]
    score: float
    """Mean probability of its characters, 0 where there is none."""


class Recogniser:
    """The recognition model. Lines are run one by one: on a CPU a batch gains nothing and its padding costs."""

    def __init__(self, model: Path, threads: int | None) -> None:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        options.intra_op_num_threads = threads or 0
        options.enable_cpu_mem_arena = False  # lines are of all widths: an arena would keep the largest of each
        self.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0].name
        characters = self.session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self.characters = ["", *characters, " "]

    def read(self, strip: np.ndarray) -> Line:
        """`strip`: BGR uint8 (48, W, 3), one line of text from left to right."""
        width = strip.shape[1]
        if width > MAX_WIDTH:
            strip = cv2.resize(strip, (MAX_WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        pixels = np.zeros((1, 3, HEIGHT, max(strip.shape[1], MIN_WIDTH)), np.float32)
        pixels[0, :, :, : strip.shape[1]] = strip.transpose(2, 0, 1) * np.float32(2 / 255) - 1
        (probabilities,) = self.session.run(None, {self.input: pixels})
        classes = probabilities[0].argmax(1)  # (T,)
        begins = np.flatnonzero((classes != 0) & (np.diff(classes, prepend=0) != 0))
        if not len(begins):
            return Line([], 0.0)
        score = float(probabilities[0, begins, classes[begins]].mean())
        text = [self.characters[code] for code in classes[begins].tolist()]
        per_column = pixels.shape[3] / len(classes) / strip.shape[1]  # share of the strip's width
        return Line(pieces_of(text, (begins + 0.5) * per_column, strip), score)


def pieces_of(text: list[str], middles: np.ndarray, strip: np.ndarray) -> list[Piece]:
    """Characters with the middle of each, in shares of the strip's width, as words whose boxes hold their ink."""
    ink = ink_of(strip)
    parted = parting_blanks(text, [widest_blank(ink, left, right) for left, right in pairwise(middles)])
    runs: list[list[int]] = [[]]
    for i, char in enumerate(text):
        if char.isspace() or (runs[-1] and parted[i - 1]):
            runs.append([])
        if not char.isspace():
            runs[-1].append(i)
    runs = [run for run in runs if run]
    cuts = [0.0, *((middles[a[-1]] + middles[b[0]]) / 2 for a, b in pairwise(runs)), 1.0]
    return [
        Piece("".join(text[i] for i in run), ink_box(ink, left, right))
        for run, (left, right) in zip(runs, pairwise(cuts), strict=False)
    ]


def parting_blanks(text: list[str], blanks: list[int]) -> list[bool]:
    """For each pair of neighbouring characters, whether the blank between them (pixels) parts words."""
    pairs = list(pairwise(text))
    usual = [blank for blank, pair in zip(blanks, pairs, strict=True) if not any(char.isspace() for char in pair)]
    least = max(MIN_BLANK, BLANK_RATIO * float(np.median(usual or [0])))
    return [
        blank >= (max(least, 2 * MIN_BLANK) if NUMERIC.issuperset(pair) else least)
        for blank, pair in zip(blanks, pairs, strict=True)
    ]


def widest_blank(ink: np.ndarray, left: float, right: float) -> int:
    """Pixels of the widest stretch without ink between two characters' middles."""
    width = ink.shape[1]
    inked = np.flatnonzero(ink[:, int(left * width) : int(right * width)].any(0))
    return int(np.diff(inked).max()) - 1 if len(inked) > 1 else 0


def ink_of(strip: np.ndarray) -> np.ndarray:
    """(H, W) bool: the rarer of dark and bright."""
    _, bright = cv2.threshold(cv2.cvtColor(strip, cv2.COLOR_BGR2GRAY), 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    dark_on_bright = bright.mean() > 0.5
    return bright == 0 if dark_on_bright else bright == 1


def ink_box(ink: np.ndarray, left: float, right: float) -> tuple[float, float, float, float]:
    """x0, y0, x1, y1 (shares of the strip) of the ink between two cuts; all between them where there is none."""
    height, width = ink.shape
    first, last = int(left * width), max(int(np.ceil(right * width)), int(left * width) + 1)
    part = ink[:, first:last]
    columns = np.flatnonzero(part.any(0))
    rows = np.flatnonzero(part.sum(1) > 0.02 * len(columns))
    if not len(columns) or not len(rows):
        return left, 0.0, right, 1.0
    return (
        (first + int(columns[0])) / width,
        int(rows[0]) / height,
        (first + int(columns[-1]) + 1) / width,
        (int(rows[-1]) + 1) / height,
    )
