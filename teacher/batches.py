"""Examples into batches: drawn from weighted page sources, grouped by length, padded. For teacher and student alike."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor

from docengine.errors import DatasetError

Sources = Sequence[tuple[float, Callable[[random.Random], Any]]]
"""Weighted page sources; the same generator state gives the same page."""
T = TypeVar("T")
TRIES = 20
POOL = 192
"""Pages of a pool; more where a batch holds more than a quarter of them."""
MULTIPLE = 8
"""Lengths are padded to a multiple, so that matrix units are filled and shapes repeat."""


class Pictured(Protocol):
    """A page as tokens, with its picture or without."""

    @property
    def picture(self) -> np.ndarray | None: ...

    def __len__(self) -> int: ...


P = TypeVar("P", bound=Pictured)


def draw(sources: Sources, rng: random.Random, read: Callable[[Any, random.Random], T | None]) -> T:
    """An example from one of the weighted `sources`. `read` makes it of a page, or None of one without words.

    DatasetError when twenty pages in a row are empty.
    """
    weights = [weight for weight, _ in sources]
    for _ in range(TRIES):
        source = rng.choices([source for _, source in sources], weights)[0]
        example = read(source(rng), rng)
        if example is not None:
            return example
    raise DatasetError(f"{TRIES} pages in a row have no words; look at the recipe's page sources")


def batched(examples: Sequence[T], budget: int, size: Callable[[Any], int] = len) -> list[list[T]]:
    """Groups of like size, each at most `budget` in all with its padding (or a single example)."""
    groups: list[list[T]] = []
    for example in sorted(examples, key=size):
        if groups and (len(groups[-1]) + 1) * size(example) <= budget:
            groups[-1].append(example)
        else:
            groups.append([example])
    return groups


def grouped(examples: Sequence[P], budget: int, visual: int) -> list[list[P]]:
    """`batched`, a picture counting as `visual` tokens; a group's pages all have pictures, or none has."""
    seen = [example for example in examples if example.picture is not None]
    unseen = [example for example in examples if example.picture is None]
    return batched(seen, budget, lambda example: len(example) + visual) + batched(unseen, budget)


def pool_size(budget: int, longest: int) -> int:
    """Pages to a pool: enough for four batches of `budget` tokens, were all pages `longest` ones."""
    return max(POOL, 4 * budget // longest)


def padded(arrays: Sequence[np.ndarray], value: int = 0) -> Tensor:
    """(n, ...) arrays as (B, N, ...), filled up with `value`; N is the longest, rounded up to a multiple of 8."""
    longest = max(len(array) for array in arrays)
    whole = np.full((len(arrays), -(-longest // MULTIPLE) * MULTIPLE, *arrays[0].shape[1:]), value, arrays[0].dtype)
    for b, array in enumerate(arrays):
        whole[b, : len(array)] = array
    return torch.from_numpy(whole)
