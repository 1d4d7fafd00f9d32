"""Sizes that a plan is built for, and how any input is put into them.

A plan has an optimisation profile for each bucket; inputs are padded to its size, so that shapes never change and each
bucket is one CUDA graph. By the graphs' contract (DESIGN.md section 11) the first dynamic axis is the batch, all others
are tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from docengine.engine.preprocess import Arrays
from docengine.errors import BackendFailed, UsageError

Axes = Mapping[str, Sequence[int]]
"""Sizes of each tensor's axes by its name, -1 where they are dynamic."""


@dataclass(frozen=True, order=True)
class Bucket:
    """A size: `tokens` words on each of `batch` pages."""

    tokens: int
    batch: int

    def __post_init__(self) -> None:
        if self.tokens < 1 or self.batch < 1:
            raise UsageError(f"a profile needs at least one page and one word, not {self}")

    def __str__(self) -> str:
        return f"{self.batch}x{self.tokens}"

    @classmethod
    def parse(cls, text: str) -> Bucket:
        """`16x512`: 16 pages of 512 words. Raises UsageError."""
        sizes = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text.strip().lower())
        if not sizes:
            raise UsageError(f"{text!r} is no profile; write pages x words, such as 1x512")
        return cls(tokens=int(sizes[2]), batch=int(sizes[1]))

    def shape(self, axes: Sequence[int]) -> tuple[int, ...]:
        """Of a tensor with these axes."""
        return tuple(size if size >= 0 else self.tokens if i else self.batch for i, size in enumerate(axes))


DEFAULT = tuple(Bucket(tokens, batch) for tokens in (128, 256, 512) for batch in (1, 4, 16))


def shares(buckets: Sequence[Bucket], tokens: int, batch: int) -> Iterator[tuple[slice, Bucket]]:
    """Which pages of a batch go into which bucket: as few runs as there can be, in the smallest bucket of each.

    Raises BackendFailed where no bucket has room for so many tokens.
    """
    roomy = [bucket for bucket in buckets if bucket.tokens >= tokens]
    if not roomy:
        longest = max(bucket.tokens for bucket in buckets)
        mend = f"docengine compile --profile 1x{tokens}, or shorter windows"
        raise BackendFailed(f"a page of {tokens} words is longer than every profile of the plan ({longest}): {mend}")
    first = 0
    while first < batch:
        left = batch - first
        whole = [bucket for bucket in roomy if bucket.batch >= left]
        bucket = min(whole, key=_area) if whole else max(roomy, key=lambda each: (each.batch, -each.tokens))
        yield slice(first, min(batch, first + bucket.batch)), bucket
        first += bucket.batch


def _area(bucket: Bucket) -> int:
    return bucket.tokens * bucket.batch


def fill(target: np.ndarray, source: np.ndarray) -> None:
    """Copy into a larger array, zeros around it: padding, as the attention mask says."""
    corner = tuple(slice(size) for size in source.shape)
    if target.shape != source.shape:
        target.fill(0)
    target[corner] = source


def cut(source: np.ndarray, axes: Sequence[int], tokens: int, batch: int) -> np.ndarray:
    """A copy of what belongs to the pages themselves."""
    shape = Bucket(tokens, batch).shape(axes)
    return source[tuple(slice(size) for size in shape)].copy()


def size_of(inputs: Arrays, axes: Axes) -> tuple[int, int]:
    """Tokens and pages of these inputs. Raises BackendFailed where they do not fit the graph."""
    missing = [name for name in axes if name not in inputs]
    if missing:
        raise BackendFailed(f"the graph wants {', '.join(missing)}; the bundle and its plan are not of one release")
    name, sizes = max(axes.items(), key=lambda item: len(item[1]))
    shape = inputs[name].shape
    tokens = next(size for i, size in enumerate(shape) if i and sizes[i] < 0)
    for name, sizes in axes.items():
        if inputs[name].shape != Bucket(tokens, shape[0]).shape(sizes):
            raise BackendFailed(f"input {name} has shape {inputs[name].shape}, the others {shape[0]} x {tokens}")
    return tokens, shape[0]
