"""Labelled pages as training batches: encoded, with the tags that count as right, cut to length, grouped by length.

B batch, N words, C tags.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from docengine import Schema
from docengine.corpus.labelled import LabelledPage
from docengine.engine.preprocess import EncodedPage, Preprocessor
from docengine.teacher.batches import batched, draw
from docengine.teacher.stages import Batch
from docengine.teacher.tagging import Targets, collate_targets, read_labelled

PageSource = Callable[[random.Random], LabelledPage]


@dataclass(slots=True)
class Example:
    """A page as inputs and targets."""

    page: EncodedPage
    targets: Targets

    def crop(self, start: int, stop: int) -> Example:
        cut = slice(start, stop)
        page = self.page
        kept = EncodedPage(page.words[cut], page.rows[cut], page.pieces[cut], page.shapes[cut], page.boxes[cut])
        return Example(kept, self.targets.crop(start, stop))

    def __len__(self) -> int:
        return len(self.targets)


def encode_labelled(labelled: LabelledPage, preprocessor: Preprocessor, schema: Schema) -> Example:
    """Words split, in reading order, each with its targets."""
    words, rows, targets = read_labelled(labelled, schema)
    return Example(preprocessor.encode_ordered(words, rows), targets)


def collate(examples: Sequence[Example]) -> Batch:
    """Pad to the longest: inputs of the model, and `tagging.collate_targets`."""
    B, N = len(examples), max(map(len, examples))
    arrays = {name: np.zeros((B, N, *array.shape[2:]), np.int64) for name, array in examples[0].page.inputs().items()}
    for b, example in enumerate(examples):
        for name, array in example.page.inputs().items():
            arrays[name][b, : len(example)] = array[0]
    inputs = {name: torch.from_numpy(array) for name, array in arrays.items()}
    return {**inputs, **collate_targets([example.targets for example in examples], N)}


def crop(example: Example, longest: int, rng: random.Random) -> Example:
    """A window of at most `longest` words, at a random place."""
    if len(example) <= longest:
        return example
    start = rng.choice((0, len(example) - longest, rng.randint(0, len(example) - longest)))
    return example.crop(start, start + longest)


@dataclass(frozen=True, slots=True)
class Mix:
    """Sources of labelled pages with their weights, and how a page becomes an example."""

    sources: tuple[tuple[float, PageSource], ...]
    preprocessor: Preprocessor
    schema: Schema
    longest: int
    words: int
    seed: int

    def example(self, number: int) -> Example:
        """Example `number` of the stream; the same on any machine."""
        return draw(self.sources, random.Random(f"{self.seed}/{number}"), self.read)

    def read(self, page: LabelledPage, rng: random.Random) -> Example | None:
        """A window of `page`; None where it has no words."""
        example = encode_labelled(page, self.preprocessor, self.schema)
        return crop(example, self.longest, rng) if len(example) else None

    def pool(self, number: int, size: int = 192) -> list[Batch]:
        """Batches of pool `number`: `size` examples grouped by length, the groups shuffled."""
        groups = batched([self.example(number * size + i) for i in range(size)], self.words)
        random.Random(f"{self.seed}/pool/{number}").shuffle(groups)
        return [collate(group) for group in groups]
