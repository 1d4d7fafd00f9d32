"""Where a word's ink ends within its type: PDF readers box the letters, not the line.

Measured on Liberation Sans, Serif and Mono, which have the metrics of Arial, Times and Courier New.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple


class Ink(NamedTuple):
    """In units of the type size: white left and right inside the advance, ink above and below the base line."""

    left: float
    right: float
    above: float
    below: float


_HIGHEST = frozenset("/\\bdfhiklj()[]{}|@$ßþ")
_CAPITALS = frozenset("%&'\"*#!?`^°€£¥§<>+t") | frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_SMALL = frozenset("acegmnopqrsuvwxyz:;=~«»·")
_MIDDLE, _FLOOR = frozenset("-–—•"), frozenset(".,_…")
_DEEP, _SHALLOW = frozenset("gjpqyç()[]{}|Q"), frozenset(",;_@$")

_STEMS_LEFT = frozenset("!(,.:;@BDEFHIKLMNPRU[bhiklmnpru|1")
_STEMS_RIGHT = frozenset("!),.:;@GHIJMNU]dghijlmnqu|")
_OPEN = frozenset("#$)*/AJVWTY\\]^_ftvwxy{}kr74")

_HEIGHTS = {"sans": (0.725, 0.69, 0.53), "serif": (0.69, 0.665, 0.465), "mono": (0.72, 0.66, 0.53)}
"""Of ascenders, capitals and small letters, by kind of face."""
_KINDS = {"serif": "serif", "mono": "mono", "receipt": "mono"}


def _height(char: str, kind: str) -> float:
    heights = _HEIGHTS[kind]
    if char in _SMALL:
        return heights[2]
    if char in _MIDDLE:
        return 0.3
    if char in _FLOOR:
        return 0.1
    if char in _HIGHEST:
        return heights[0]
    if char in _CAPITALS or char.isascii():
        return heights[1]
    return heights[1] + 0.2 if char.isupper() else heights[0]


def _depth(char: str, kind: str) -> float:
    return 0.21 if char in _DEEP else 0.13 if char in _SHALLOW else 0.0


def _white(char: str, stems: frozenset[str], kind: str) -> float:
    """Between the end of the letter's advance and its ink."""
    if kind == "mono":
        return 0.24 if char in "!'.:|,;" else 0.16 if char in "()[]-" else 0.03 if char in "AVWXYw%_" else 0.07
    if kind == "serif":
        return 0.08 if char in ".,:;!\"'" else 0.02 if char in stems or char in _OPEN else 0.04
    return 0.08 if char in stems else 0.01 if char in _OPEN else 0.045


class _Letters(dict[str, float]):
    """One measure of single letters, filled as they come."""

    def __init__(self, measure: Callable[[str], float]) -> None:
        super().__init__()
        self.measure = measure

    def __missing__(self, char: str) -> float:
        self[char] = self.measure(char)
        return self[char]


def _measures(kind: str) -> tuple[_Letters, ...]:
    """As an Ink has them."""
    return (
        _Letters(lambda char: _white(char, _STEMS_LEFT, kind)), _Letters(lambda char: _white(char, _STEMS_RIGHT, kind)),
        _Letters(lambda char: _height(char, kind)), _Letters(lambda char: _depth(char, kind)),
    )  # fmt: skip


_LETTERS = {kind: _measures(kind) for kind in _HEIGHTS}


@lru_cache(maxsize=60_000)
def ink_of(text: str, face: str) -> Ink:
    """The ink of `text`, which is not empty, set in `face`."""
    left, right, above, below = _LETTERS[_KINDS.get(face, "sans")]
    return Ink(left[text[0]], right[text[-1]], max(map(above.__getitem__, text)), max(map(below.__getitem__, text)))
