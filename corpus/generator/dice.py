"""The source of a document's chances."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
_MANY = 1 << 32


class Dice(random.Random):
    """Draws members of lists and small whole numbers from one float each, which takes a third of the base's time.

    The same on any machine: products of floats are exact by IEEE 754. No list here is so long that this is uneven.
    """

    def choice(self, seq: Sequence[T]) -> T:  # type: ignore[override]
        return seq[int(self.random() * len(seq))]

    def _randbelow(self, n: int) -> int:
        """What `randrange`, `sample` and `shuffle` draw with."""
        if n < _MANY:
            return int(self.random() * n)
        return self._randbelow_with_getrandbits(n)  # type: ignore[attr-defined]
