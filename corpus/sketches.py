"""Near duplicates: pages that share about nine in ten of their word triples (MinHash: Broder, 1997)."""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

HASHES = 64
BAND = 8
"""Hashes that must agree for two pages to be compared at all: of pages 0.9 alike, 99% are."""
ALIKE = 0.85
"""Share of hashes that agree between near duplicates, an estimate of the share of triples that both have."""
TRIPLE = 3

_dice = random.Random("docengine/sketches")
_FACTORS = np.array([_dice.getrandbits(64) | 1 for _ in range(HASHES)], np.uint64)
_SUMMANDS = np.array([_dice.getrandbits(64) for _ in range(HASHES)], np.uint64)


def sketch(texts: Sequence[str]) -> np.ndarray:
    """(64,) uint32 of a page's words in their order; the same words give the same sketch on any machine."""
    words = [text.lower() for text in texts]
    triples = {" ".join(words[i : i + TRIPLE]) for i in range(max(1, len(words) - TRIPLE + 1))}
    hashed = np.array([zlib.crc32(triple.encode("utf-8", "replace")) for triple in sorted(triples)], np.uint64)
    spread = (hashed[:, None] * _FACTORS + _SUMMANDS) >> np.uint64(32)  # multiply-shift: wraps at 64 bits on purpose
    return spread.min(axis=0).astype(np.uint32)


def bands(sketched: np.ndarray) -> list[int]:
    """Keys, 63 bits each; pages that have one in common may be near duplicates."""
    rows = sketched.astype("<u4").reshape(-1, BAND)
    folded = (blake2b(row.tobytes(), digest_size=7).digest() for row in rows)
    return [number << 56 | int.from_bytes(one, "little") for number, one in enumerate(folded)]


def alike(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two sketches are those of near duplicates."""
    return float((a == b).mean()) >= ALIKE
