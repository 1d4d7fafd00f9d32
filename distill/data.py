"""Labelled pages as training batches: encoded, with the tags that count as right, cut to length, grouped by length.

B batch, N words, C tags.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import IterableDataset

from docengine import Schema, Word
from docengine.corpus.labelled import DOCUMENT_TYPES, LANGUAGES, Label, LabelledPage
from docengine.distill.losses import IGNORE
from docengine.engine.layout import reading_order, split_word
from docengine.engine.preprocess import EncodedPage, Preprocessor

Batch = dict[str, Tensor]
PageSource = Callable[[random.Random], LabelledPage]


@dataclass(slots=True)
class Example:
    """A page as inputs and targets."""

    page: EncodedPage
    tags: np.ndarray
    """(N,) int64: the right tag."""
    uncertain: np.ndarray
    """(N,) bool: no field would be right as well."""
    items: np.ndarray
    """(N,) int64: index of the line item, -1 for none, IGNORE where items are unknown."""
    unknown: np.ndarray
    """(C,) bool: tags of fields that the labelling does not cover; right wherever `O` is."""
    kind: int = IGNORE
    language: int = IGNORE

    def crop(self, start: int, stop: int) -> Example:
        cut = slice(start, stop)
        page = self.page
        kept = EncodedPage(page.words[cut], page.rows[cut], page.pieces[cut], page.shapes[cut], page.boxes[cut])
        return Example(
            kept, self.tags[cut], self.uncertain[cut], self.items[cut], self.unknown, self.kind, self.language
        )

    def __len__(self) -> int:
        return len(self.tags)


def encode_labelled(labelled: LabelledPage, preprocessor: Preprocessor, schema: Schema) -> Example:
    """Words split, in reading order, each with its BIO tag: the first word of a (field, instance) begins it."""
    words: list[Word] = []
    labels: list[Label | None] = []
    for word, label in zip(labelled.page.words or [], labelled.labels, strict=True):
        pieces = split_word(word)
        words += pieces
        labels += [label] * len(pieces)
    order, rows = reading_order(words)
    page = preprocessor.encode_ordered([words[i] for i in order], rows)
    targets = _targets([labels[i] for i in order], labelled.known, schema)
    kind, language = labelled.meta.get("kind"), labelled.meta.get("language")
    return Example(page, *targets, _index(DOCUMENT_TYPES, kind), _index(LANGUAGES, language))


def _index(classes: tuple[str, ...], name: object) -> int:
    return classes.index(name) if name in classes else IGNORE


def _targets(
    labels: Sequence[Label | None], known: frozenset[str], schema: Schema
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """`tags`, `uncertain`, `items`, `unknown` of an `Example` from labels in reading order."""
    items_known = any(spec.name in known for spec in schema.line)
    tags = np.zeros(len(labels), np.int64)
    uncertain = np.zeros(len(labels), bool)
    items = np.full(len(labels), -1 if items_known else IGNORE, np.int64)
    begun: set[tuple[str, int]] = set()
    for i, label in enumerate(labels):
        if label is None or label.field not in schema:
            continue
        tags[i] = schema.begin(label.field) + ((label.field, label.instance) in begun)
        begun.add((label.field, label.instance))
        uncertain[i] = not label.certain
        if schema[label.field].line_item:
            items[i] = label.instance
    unknown = np.zeros(len(schema.tags), bool)
    for spec in schema:
        if spec.name not in known:
            unknown[schema.begin(spec.name) : schema.begin(spec.name) + 2] = True
    return tags, uncertain, items, unknown


def collate(examples: Sequence[Example]) -> Batch:
    """Pad to the longest: inputs of the model, `allowed` (B, N, C) bool, `items` (B, N), `kind` and `language` (B,)."""
    B, N, C = len(examples), max(map(len, examples)), len(examples[0].unknown)
    arrays = {name: np.zeros((B, N, *array.shape[2:]), np.int64) for name, array in examples[0].page.inputs().items()}
    allowed = np.zeros((B, N, C), bool)
    allowed[:, :, 0] = True  # padding
    items = np.full((B, N), IGNORE, np.int64)
    for b, example in enumerate(examples):
        n = len(example)
        for name, array in example.page.inputs().items():
            arrays[name][b, :n] = array[0]
        allowed[b, :n] = _allowed(example)
        items[b, :n] = example.items
    page_classes = {name: np.array([getattr(e, name) for e in examples], np.int64) for name in ("kind", "language")}
    targets = {"allowed": allowed, "items": items, **page_classes}
    return {name: torch.from_numpy(array) for name, array in {**arrays, **targets}.items()}


def _allowed(example: Example) -> np.ndarray:
    """(N, C) bool: which tags count as right for each word."""
    n, tags = np.arange(len(example)), example.tags
    allowed = np.zeros((len(example), len(example.unknown)), bool)
    allowed[n, tags] = True
    allowed[tags == 0] |= example.unknown
    doubtful = example.uncertain & (tags > 0)
    allowed[doubtful, 0] = True
    allowed[n[doubtful], (tags[doubtful] - 1) // 2 * 2 + 1] = True  # the value's words may as well belong to a longer
    allowed[n[doubtful], (tags[doubtful] - 1) // 2 * 2 + 2] = True  # or a shorter span of the field
    return allowed


def crop(example: Example, longest: int, rng: random.Random) -> Example:
    """A window of at most `longest` words, at a random place."""
    if len(example) <= longest:
        return example
    start = rng.choice((0, len(example) - longest, rng.randint(0, len(example) - longest)))
    return example.crop(start, start + longest)


def batched(examples: Sequence[Example], words: int) -> list[list[Example]]:
    """Groups of like length, each at most `words` words with its padding (or a single example)."""
    groups: list[list[Example]] = []
    for example in sorted(examples, key=len):
        if groups and (len(groups[-1]) + 1) * len(example) <= words:
            groups[-1].append(example)
        else:
            groups.append([example])
    return groups


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
        rng = random.Random(f"{self.seed}/{number}")
        weights = [weight for weight, _ in self.sources]
        for _ in range(20):  # a page may come out empty
            page = rng.choices([source for _, source in self.sources], weights)[0](rng)
            example = encode_labelled(page, self.preprocessor, self.schema)
            if len(example):
                return crop(example, self.longest, rng)
        raise RuntimeError("twenty empty pages in a row: a source is broken")

    def pool(self, number: int, size: int = 192) -> list[Batch]:
        """Batches of pool `number`: `size` examples grouped by length, the groups shuffled."""
        groups = batched([self.example(number * size + i) for i in range(size)], self.words)
        random.Random(f"{self.seed}/pool/{number}").shuffle(groups)
        return [collate(group) for group in groups]


class Stream(IterableDataset[tuple[int, Batch]]):
    """(pool number, batch) without end, from pool `first`; with several workers each draws every n-th pool."""

    def __init__(self, mix: Mix, first: int = 0) -> None:
        self.mix, self.first = mix, first

    def __iter__(self) -> Iterator[tuple[int, Batch]]:
        worker = torch.utils.data.get_worker_info()
        step, offset = (worker.num_workers, worker.id) if worker else (1, 0)
        number = self.first + offset
        while True:
            for batch in self.mix.pool(number):
                yield number, batch
            number += step
