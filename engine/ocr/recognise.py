"""Text of one line from its picture, word by word, by a CTC model.

T columns of the model's output, each 8 pixels of a strip that is 48 pixels high; C classes: blank, characters, space.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

HEIGHT = 48
MIN_WIDTH, MAX_WIDTH = 48, 3200
"""Pixels; narrower strips are padded, wider ones squeezed."""
MIDDLE = 0.2
"""Where in its column a character's middle is: the model answers 2.3 pixels late on average."""
BLANK_WEIGHT, LEAST_SPACE = 0.28, 1e-3
"""What parts words: the log-odds of the model's space between two characters, and this for each pixel by which the
blank there is wider than usual between the line's letters. The model never counts for less than `LEAST_SPACE`, so that
a wide blank parts words alone. By logistic regression on 30 receipts and 45 drawn pages, rounded."""
MAX_USUAL = 12.0
"""Pixels. The blanks of a line whose characters all stand alone are no measure of letters."""
DOUBTS = (
    (re.compile(r"[\d.,]+"), 1.5),  # the digit 1 stands alone
    (re.compile(r"(?<=\d)[.,]\d(?=\d{1,2}(?!\d))"), 5.0),  # wide type is widest at the decimal mark
    (re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d\d"), 2.0),
    (re.compile(r"[a-zß-ÿ]+"), 2.0),
)
"""Log-odds that are missing inside these: a word, a number or a date in two is worth less than two in one. The first
two are near what the regression gives, those of dates and words are set by hand."""
ALPHABET = frozenset(
    "".join(map(chr, (*range(0x21, 0x7F), *range(0xA1, 0x100))))
    + "ĀāĂăĄąĆćĊċČčĎďĐđĒēĖėĘęĚěĞğĠġĢģĦħĪīĮįİıĲĳĶķĹĺĻļĽľĿŀŁłŃńŅņŇňŊŋŌōŐőŒœŔŕŖŗŘřŚśŞşŠšŢţŤťŦŧŪūŮůŰűŲųŴŵŶŷŸŹźŻżŽžȘșȚțẞ"
    + "ƒ₠₡₢₣₤₥₦₧₨₩₪₫€₭₮₯₰₱₲₳₴₵₶₷₸₹₺₻₼₽₾₿–—―‖‘’“”†‡•…‰′″⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉℃℉™Ω←↑→↓−∅√∞≈≠≤≥■□▪▲△▶▼◆○●★☆☎☐☑☒♥✂✉✓✔✕✖✗✘"  # noqa: RUF001
)
"""What is read: Europe's Latin letters, digits, signs of money, marks. The model knows 18,708 characters and takes
blots for Chinese ones; a line that is Chinese scores low without them and is left out."""


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
        known = ["", *self.session.get_modelmeta().custom_metadata_map["character"].splitlines(), " "]
        self.classes = np.array([i for i, char in enumerate(known) if char in ALPHABET or char in ("", " ")])
        self.characters = [known[i] for i in self.classes.tolist()]  # the blank first, the space last

    def read(self, strip: np.ndarray) -> Line:
        """`strip`: BGR uint8 (48, W, 3), one line of text from left to right."""
        width = strip.shape[1]
        if width > MAX_WIDTH:
            strip = cv2.resize(strip, (MAX_WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        pixels = np.zeros((1, 3, HEIGHT, max(strip.shape[1], MIN_WIDTH)), np.float32)
        pixels[0, :, :, : strip.shape[1]] = strip.transpose(2, 0, 1) * np.float32(2 / 255) - 1
        (everything,) = self.session.run(None, {self.input: pixels})
        probabilities = everything[0][:, self.classes]  # (T, C)
        best = probabilities.argmax(1)
        begins = np.flatnonzero((best != 0) & (np.diff(best, prepend=0) != 0))
        space = len(self.characters) - 1
        columns = begins[best[begins] != space]
        if not len(columns):
            return Line([], 0.0)
        score = float(probabilities[begins, best[begins]].mean())
        text = "".join(self.characters[code] for code in best[columns].tolist())
        spaces = np.maximum.reduceat(probabilities[:, space], columns)[:-1]
        per_column = pixels.shape[3] / len(best) / strip.shape[1]  # share of the strip's width
        return Line(pieces_of(text, (columns + MIDDLE) * per_column, spaces, strip), score)


def pieces_of(text: str, middles: np.ndarray, spaces: np.ndarray, strip: np.ndarray) -> list[Piece]:
    """N characters as words whose boxes hold their ink.

    `middles` (N,): of each, in shares of the strip's width; `spaces` (N - 1,): the probability of a space between two.
    """
    ink = ink_of(strip)
    width = ink.shape[1]
    blanks, cuts = blanks_between(ink, (middles * width).tolist())
    starts = [0, *(i for i, parts in enumerate(parted(text, spaces, blanks), 1) if parts), len(text)]
    edges = [0.0, *(cuts[i - 1] / width for i in starts[1:-1]), 1.0]
    return [
        Piece(text[a:b], ink_box(ink, left, right))
        for (a, b), (left, right) in zip(pairwise(starts), pairwise(edges), strict=True)
    ]


def parted(text: str, spaces: np.ndarray, blanks: Sequence[int]) -> list[bool]:
    """For each pair of neighbouring characters whether they belong to two words.

    `spaces`: the probability of a space between them; `blanks`: pixels of the strip without ink between them.
    """
    chances = np.clip(spaces, LEAST_SPACE, 1 - LEAST_SPACE)
    within = np.asarray(blanks)[chances < 0.5]
    usual = min(float(np.median(within)), MAX_USUAL) if len(within) else 0.0
    odds = np.log(chances / (1 - chances)) + BLANK_WEIGHT * (np.asarray(blanks) - usual)
    for pattern, doubt in DOUBTS:
        for match in pattern.finditer(text):
            odds[match.start() : match.end() - 1] -= doubt
    return (odds > 0).tolist()


def blanks_between(ink: np.ndarray, middles: Sequence[float]) -> tuple[list[int], list[float]]:
    """Pixels of the widest blank between each two of N characters, and where to cut there, in pixels.

    `middles` (N,), pixels, are half a column wrong as often as not, and more than a comma is wide: so each stretch
    without ink belongs whole to the two characters between whose middles most of it lies.
    """
    blanks = [0] * (len(middles) - 1)
    cuts = [(a + b) / 2 for a, b in pairwise(middles)]
    inked = np.flatnonzero(ink.any(0))
    gaps = np.flatnonzero(np.diff(inked) > 1)
    for start, end in zip((inked[gaps] + 1).tolist(), inked[gaps + 1].tolist(), strict=True):
        first, last = max(bisect(middles, start) - 1, 0), min(bisect(middles, end), len(blanks))
        shares = [min(end, middles[i + 1]) - max(start, middles[i]) for i in range(first, last)]
        if not shares or max(shares) <= 0:
            continue
        pair = first + shares.index(max(shares))
        if end - start > blanks[pair]:
            blanks[pair], cuts[pair] = end - start, (start + end) / 2
    return blanks, cuts


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
