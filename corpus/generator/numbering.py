"""Strings of random digits and letters, the stuff of all numbers."""

from __future__ import annotations

import random
from functools import lru_cache

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def digits(rng: random.Random, count: int) -> str:
    """`count` digits of which the first is no zero."""
    return str(rng.randrange(10 ** (count - 1), 10**count))


@lru_cache(maxsize=2048)
def _slots(pattern: str) -> str:
    return pattern.replace("%", "%%").replace("#", "%s")


def filled(rng: random.Random, pattern: str) -> str:
    """`pattern` with each `#` replaced by a digit and each `@` by a capital letter."""
    count = pattern.count("#")
    drawn = f"{rng.randrange(10**count):0{count}d}" if count else ""
    if count == len(pattern):
        return drawn
    if "@" not in pattern:
        return _slots(pattern) % (*drawn,)
    pool = iter(drawn)
    return "".join([next(pool) if char == "#" else rng.choice(LETTERS) if char == "@" else char for char in pattern])


def weighted(number: str, weights: tuple[int, ...]) -> int:
    """The sum of the digits times their weights, which most check digits are made of."""
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))
