"""What OCR makes of scanned words, as measured and ready to be drawn from. `benchmarks/noise.py` writes `noise.json`.

Rates are by level: pages by how badly they are read. Gaps and edges of boxes are in units of the page: the height of a
usual word's ink, near enough.
"""

from __future__ import annotations

import json
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate
from statistics import median
from typing import Any

from docengine import Word

Edges = tuple[float, float, float, float]

GAPS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.65, 0.9, 1.4)
"""Bounds between the classes of gaps between two words on a row, in units."""
WIDEST = 2.0
"""Gaps are counted up to this one; words further apart are never read as one."""
SIZES = (0.8, 0.95, 1.1, 1.35)
"""Bounds between the classes of words' sizes, in the page's usual one."""
REACH = {"to": 1.0, "tb": 1.29, "xo": 0.73, "xb": 1.02, "-": 0.1, ".": 0.2}
"""Heights of ink, in heights of a capital's."""
_TALL = frozenset("bdfhklt|()[]{}/\\!?%&#$€£@ij\"'`*°")
_BELOW = frozenset("gjpqyQ,;()[]{}|$ç")
_DASHES = frozenset("-–—=~+_<>")
_DOTS = frozenset(".,:;'`\"*·°")


@lru_cache(maxsize=50_000)
def ink_class(text: str) -> str:
    """Where a word's ink ends: `t`all or `x`-height at the top, `b`elow the base line or on it (`o`); `-` dashes,
    `.` dots."""
    chars = set(text)
    if chars <= _DASHES:
        return "-"
    if chars <= _DOTS:
        return "."
    tall = any(char.isupper() or char.isdigit() or char in _TALL or not char.isascii() for char in chars)
    return ("t" if tall else "x") + ("o" if _BELOW.isdisjoint(chars) else "b")


def style_and_unit(words: Sequence[Word], receipt: bool = False) -> tuple[str, float]:
    """How the boxes are drawn, and the page's unit in pixels.

    `lined` ones, on receipts, were drawn around lines by people; `loose` ones are as high as the line, as in a text
    layer, which shows in how wide a character is for its box's height; `inked` ones end where each word's ink does, and
    `tight` ones about there.
    """
    boxes = [(text, box) for text, box in words if len(text) > 3 and box[3] > box[1]][:100]
    if not boxes:
        return "tight", max((box[3] - box[1] for _, box in words), default=0.0) or 1.0
    height = median(box[3] - box[1] for _, box in boxes)
    if receipt:
        return "lined", 0.75 * height
    plain, deep = ([box[3] - box[1] for text, box in boxes if ink_class(text) == kind] for kind in ("to", "tb"))
    if len(plain) > 2 and len(deep) > 2 and median(deep) > 1.13 * median(plain):
        return "inked", median(plain)
    loose = median((box[2] - box[0]) / len(text) for text, box in boxes) < 0.55 * height
    return ("loose", 0.7 * height) if loose else ("tight", height)


def sizes_of(words: Sequence[Word], style: str) -> list[int]:
    """The class of each word's size, told from its box."""
    heights = [box[3] - box[1] for _, box in words]
    if style == "inked":
        heights = [high / REACH[ink_class(text)] for high, (text, _) in zip(heights, words, strict=True)]
    usual = median(heights) if heights else 0.0
    return [bisect(SIZES, high / usual) if usual else bisect(SIZES, 1.0) for high in heights]


@dataclass(frozen=True, slots=True)
class Level:
    """Rates on pages that are read about equally well."""

    share: float
    """Of scanned pages."""
    error: float
    """First errors of a word, a character; each draws `Noise.more` after it."""
    lost: float
    """Runs of words that are not found, a word."""
    run: float
    """Chance that the next word on the row is lost too."""
    extra: float
    """Words seen where there is none, a word."""
    split: float
    """Splits a place between two characters."""
    merge: float
    """How much more often words run together than on the average page."""


@dataclass(frozen=True, slots=True)
class Noise:
    levels: tuple[Level, ...]
    more: float
    """Chance of one more error in a word that has one."""
    certain: dict[str, float]
    """Characters that are mostly misread on any page, and how often; they are no part of the levels' rates."""
    weights: dict[str, float]
    """How much more often a character is misread than the average one."""
    taken: dict[str, tuple[tuple[str, ...], tuple[float, ...]]]
    """What a character is read as, `""` where it is lost, and cumulative counts."""
    added: dict[str, tuple[tuple[str, ...], tuple[float, ...]]]
    """Characters that are not there, at a word's `start`, in its `middle`, at its `end`."""
    added_at: tuple[tuple[str, ...], tuple[float, ...]]
    added_share: float
    """Of all errors of characters."""
    places: dict[str, float]
    """How much more often words fall apart between two kinds of characters than anywhere."""
    misread_size: tuple[float, ...]
    """How much more often characters are misread in words of a size than in others, by its class."""
    lost_size: tuple[float, ...]
    """The same of words that are lost."""
    merge: dict[str, tuple[float, ...]]
    """Chance that two neighbours on a row are read as one, by `joint_of` them and the class of the gap."""
    again: float
    """Share of merges that follow another one: type that stands close does so all along its line."""
    rules_lost: float
    """Of lines made of dashes or stars."""
    extra: tuple[tuple[str, ...], tuple[float, ...]]
    ink: dict[str, Edges]
    """How far the ink lies from the box, by the style of boxes and the class of the word's ink."""
    boxes: dict[str, tuple[tuple[Edges, ...], ...]]
    """Rows of samples, by the style of boxes: how far words' edges lie from where their ink should end."""
    recased: tuple[float, ...]
    """Receipts that annotators typed in capitals: the shares of words that are printed otherwise, a page each."""

    def level(self, quality: float) -> Level:
        """`quality` 0 is the best page, 1 the worst."""
        bounds = list(accumulate(level.share for level in self.levels))
        return self.levels[min(bisect(bounds, quality * bounds[-1]), len(self.levels) - 1)]


def kind_of(char: str) -> str:
    """Letter, digit or other."""
    return "a" if char.isalpha() else "0" if char.isdigit() else "."


def is_rule(text: str) -> bool:
    """A line drawn with characters: engines see no text in it."""
    return len(text) > 3 and not any(map(str.isalnum, text))


def joint_of(left: str, right: str) -> str:
    """What two words meet with: `mark` where either has punctuation there, else `plain`."""
    return "plain" if left[-1].isalnum() and right[0].isalnum() else "mark"


def _urn(counts: dict[str, float]) -> tuple[tuple[str, ...], tuple[float, ...]]:
    return tuple(counts), tuple(accumulate(counts.values()))


@cache
def noise() -> Noise:
    """The table in the package."""
    return noise_from(json.loads(files("docengine.corpus").joinpath("noise.json").read_text(encoding="utf-8")))


def noise_from(data: dict[str, Any]) -> Noise:
    """A table from its JSON."""
    return Noise(
        levels=tuple(Level(**level) for level in data["levels"]),
        more=data["more"],
        certain=data["certain"],
        weights=data["weights"],
        taken={char: _urn(reads) for char, reads in data["taken"].items()},
        added={place: _urn(chars) for place, chars in data["added"].items()},
        added_at=_urn({place: sum(chars.values()) for place, chars in data["added"].items()}),
        added_share=data["added_share"],
        places=data["places"],
        misread_size=tuple(data["misread_size"]),
        lost_size=tuple(data["lost_size"]),
        merge={joint: tuple(rates) for joint, rates in data["merge"].items()},
        again=data["again"],
        rules_lost=data["rules_lost"],
        extra=_urn(data["extra"]),
        ink={name: tuple(edges) for name, edges in data["ink"].items()},
        boxes={style: tuple(tuple(map(tuple, row)) for row in rows) for style, rows in data["boxes"].items()},
        recased=tuple(data["recased"]),
    )
