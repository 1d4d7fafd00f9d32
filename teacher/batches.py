"""Examples into batches: drawn from weighted page sources, grouped by length, padded. For teacher and student alike."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

from docengine.errors import DatasetError

Sources = Sequence[tuple[float, Callable[[random.Random], Any]]]
"""Weighted page sources; the same generator state gives the same page."""
T = TypeVar("T")
TRIES = 20
MULTIPLE = 8
"""Lengths are padded to a multiple, so that matrix units are filled and shapes repeat."""


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


def padded(arrays: Sequence[np.ndarray], value: int = 0) -> Tensor:
    """(n, ...) arrays as (B, N, ...), filled up with `value`; N is the longest, rounded up to a multiple of 8."""
    longest = max(len(array) for array in arrays)
    whole = np.full((len(arrays), -(-longest // MULTIPLE) * MULTIPLE, *arrays[0].shape[1:]), value, arrays[0].dtype)
    for b, array in enumerate(arrays):
        whole[b, : len(array)] = array
    return torch.from_numpy(whole)
