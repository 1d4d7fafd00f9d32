"""One page, two encodings: words for the student, tokens for the teacher, and which token belongs to which word.

B batch, N words, n tokens of the teacher.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from docengine import Page
from docengine.corpus.labelled import LabelledPage
from docengine.distill.data import Example, Mix, collate, crop, encode_labelled
from docengine.teacher.batches import draw, grouped, padded
from docengine.teacher.embeddings import NO_BOX
from docengine.teacher.stages import Batch
from docengine.teacher.tokens import PageReader, TokenPage, random_window

PREFIX = "teacher_"
"""Of the names of a batch that are the teacher's inputs."""


@dataclass(frozen=True, slots=True)
class Unlabelled:
    """Pages of which nothing is known, as labelled ones."""

    pages: Callable[[random.Random], Page]

    def __call__(self, rng: random.Random) -> LabelledPage:
        page = self.pages(rng)
        return LabelledPage(page, [None] * len(page.words or []), frozenset())


@dataclass(slots=True)
class Pair:
    """A window of a page for the student, and as much of it as the teacher takes at a time."""

    student: Example
    teacher: TokenPage
    start: int
    """The teacher's first word, counted in the student's."""
    picture: np.ndarray | None

    def __len__(self) -> int:
        return len(self.student)


@dataclass(frozen=True, slots=True)
class PairedMix:
    """The pages of a `Mix`, in the same order and windows, for both: batches by number, for the loop."""

    mix: Mix
    reader: PageReader
    """The teacher's."""

    def pair(self, number: int) -> Pair:
        """Pair `number` of the stream; the same on any machine."""
        return draw(self.mix.sources, random.Random(f"{self.mix.seed}/{number}"), self.read)

    def read(self, labelled: LabelledPage, rng: random.Random) -> Pair | None:
        """A window of the page, and a random one within it whose tokens the teacher takes; None without words."""
        whole = encode_labelled(labelled, self.mix.preprocessor, self.mix.schema)
        if not len(whole):
            return None
        example = crop(whole, self.mix.longest, rng)
        page = example.page
        tokens = replace(
            self.reader.read_ordered(page.words, page.rows.tolist()), boxes=page.boxes
        )  # of the whole page's frame
        start, stop = random_window(tokens, self.reader.config.text_tokens, rng)
        picture = self.reader.picture(labelled.page, whole.page.words)
        return Pair(example, tokens.crop(start, stop), start, picture)

    def pool(self, number: int, size: int = 192) -> list[Batch]:
        """Batches of pool `number`: grouped by length and by having a picture, the groups shuffled."""
        pairs = [self.pair(number * size + i) for i in range(size)]
        groups = grouped(pairs, self.mix.words, self.reader.config.visual_tokens)
        random.Random(f"{self.mix.seed}/pool/{number}").shuffle(groups)
        return [collate_pairs(group) for group in groups]


def collate_pairs(pairs: Sequence[Pair]) -> Batch:
    """`data.collate` of the student's part, and with `PREFIX` before their names, the teacher's.

    `input_ids`, `boxes`, `attention_mask` of tokens as in pretraining, `picture` where there are pictures, `word_of`
    (B, n) the student's word of each token, -1 for padding, and `first` (B, N) the first token of each word.
    """
    batch = collate([pair.student for pair in pairs])
    pages = [pair.teacher for pair in pairs]
    tokens = {
        "input_ids": padded([page.ids for page in pages]),
        "boxes": padded([page.boxes[page.word] for page in pages], NO_BOX),
        "attention_mask": padded([np.ones(len(page), np.int64) for page in pages]),
        "word_of": padded([pair.teacher.word + pair.start for pair in pairs], -1),
        "first": torch.zeros(batch["rows"].shape, dtype=torch.int64),
    }
    for b, pair in enumerate(pairs):
        words = len(pair.teacher.words)
        tokens["first"][b, pair.start : pair.start + words] = torch.from_numpy(pair.teacher.first)
    pictures = [pair.picture for pair in pairs if pair.picture is not None]
    if pictures:
        tokens["picture"] = torch.from_numpy(np.stack(pictures))
    return {**batch, **{PREFIX + name: tensor for name, tensor in tokens.items()}}
