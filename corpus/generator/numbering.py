"""Strings of random digits and letters, the stuff of all numbers."""

from __future__ import annotations

import random

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def digits(rng: random.Random, count: int) -> str:
    """`count` digits of which the first is no zero."""
    return str(rng.randrange(10 ** (count - 1), 10**count))


def filled(rng: random.Random, pattern: str) -> str:
    """`pattern` with each `#` replaced by a digit and each `@` by a capital letter."""
    count = pattern.count("#")
    pool = iter(f"{rng.randrange(10**count):0{count}d}") if count else iter("")
    return "".join([next(pool) if char == "#" else rng.choice(LETTERS) if char == "@" else char for char in pattern])
