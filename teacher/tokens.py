"""A page as the teacher's tokens: the words of serving's preprocessing, in its order, with its boxes.

n tokens, W words. Boxes are 0..1000 of the smallest rectangle around all words of the page; the picture is cut to it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from docengine import Box, Page, Word
from docengine.engine.layout import reading_order, split_words
from docengine.engine.preprocess import quantise
from docengine.errors import UsageError
from docengine.teacher.config import DocFormerV2Config
from docengine.teacher.pixels import grey_pixels
from docengine.teacher.tokenizer import Vocabulary

MOST_PIECES = 32
"""Tokens kept of one word: of a longer one the first 24 and the last 8."""
KNOWN_WORDS = 200_000
"""Words whose tokens are remembered, so that a long run does not grow."""


@dataclass(frozen=True, slots=True)
class TokenPage:
    """Words of a page, or of a part of it, and their tokens."""

    words: list[Word]
    rows: np.ndarray
    """(W,) int64: the physical text row of each word, as in serving."""
    ids: np.ndarray
    """(n,) int64"""
    ends: np.ndarray
    """(W,) int64: tokens up to the end of each word; every word has one or more."""
    boxes: np.ndarray
    """(W, 4) int64 in 0..1000 of the whole page's frame."""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def word(self) -> np.ndarray:
        """(n,) int64: the word of each token."""
        return np.repeat(np.arange(len(self.ends)), np.diff(self.ends, prepend=0))

    @property
    def first(self) -> np.ndarray:
        """(W,) int64: the first token of each word."""
        return np.concatenate((self.ends[:1] * 0, self.ends[:-1]))

    def crop(self, start: int, stop: int) -> TokenPage:
        """Words `start` to `stop`; places stay those on the whole page."""
        before = int(self.ends[start - 1]) if start else 0
        cut = slice(start, stop)
        ends = self.ends[cut] - before
        ids = self.ids[before : before + int(ends[-1])] if len(ends) else self.ids[:0]
        return TokenPage(self.words[cut], self.rows[cut], ids, ends, self.boxes[cut])

    def reach(self, start: int, longest: int) -> int:
        """Where a window from `start` ends that holds at most `longest` tokens, or a single word."""
        before = int(self.ends[start - 1]) if start else 0
        return max(int(np.searchsorted(self.ends, before + longest, side="right")), start + 1)


def random_window(page: TokenPage, longest: int, rng: random.Random) -> tuple[int, int]:
    """Words of a window of at most `longest` tokens: the page's head, its foot, or anywhere, alike likely."""
    if len(page) <= longest:
        return 0, len(page.words)
    last = int(np.searchsorted(page.ends, len(page) - longest)) + 1  # the first start from which the end is reached
    start = rng.choice((0, last, rng.randint(0, last)))
    return start, page.reach(start, longest)


def token_windows(page: TokenPage, longest: int, overlap: int | None = None) -> Iterator[tuple[int, int, int, int]]:
    """(start, stop, first, last) in words: read start..stop, at most `longest` tokens, and keep first..last of it.

    Neighbours share about `overlap` tokens, by default an eighth of a window; each word is kept once, from the window
    in which it has more context.
    """
    overlap = longest // 8 if overlap is None else overlap
    start = first = 0
    while True:
        stop = page.reach(start, longest)
        if stop >= len(page.words):
            yield start, stop, first, len(page.words)
            return
        shared = int(page.ends[stop - 1]) - overlap
        following = min(max(int(np.searchsorted(page.ends, shared)), start + 1), stop)
        last = (following + stop + 1) // 2
        yield start, stop, first, last
        start, first = following, last


class PageReader:
    """Pages into tokens and pictures, for one vocabulary and one model; UsageError where the two do not fit."""

    def __init__(self, vocabulary: Vocabulary, config: DocFormerV2Config) -> None:
        _require_fit(vocabulary, config)
        self.vocabulary, self.config = vocabulary, config
        self._pieces: dict[str, list[int]] = {}

    def read(self, page: Page) -> TokenPage:
        """All words of `page`, split and in reading order."""
        words = split_words(page.words or [])
        order, rows = reading_order(words)
        return self.read_ordered([words[i] for i in order], rows)

    def read_ordered(self, words: list[Word], rows: Sequence[int]) -> TokenPage:
        """Single `words` that are already in reading order, with their rows."""
        pieces = self._all_pieces([word.text for word in words])
        return TokenPage(
            words=words,
            rows=np.asarray(rows, np.int64),
            ids=np.array([piece for each in pieces for piece in each], np.int64),
            ends=np.cumsum([len(each) for each in pieces], dtype=np.int64),
            boxes=quantise([word.box for word in words]),
        )

    def picture(self, page: Page, words: Sequence[Word]) -> np.ndarray | None:
        """(image_height, image_width) uint8: the page's picture, cut to the rectangle around all its `words`."""
        if page.image is None:
            return None
        x0, y0, x1, y1 = Box.around(word.box for word in words)
        across, down = page.image.shape[1] / page.width, page.image.shape[0] / page.height
        return grey_pixels(page.image, self.config, Box(x0 * across, y0 * down, x1 * across, y1 * down))

    def _all_pieces(self, texts: Sequence[str]) -> list[list[int]]:
        known = self._pieces
        if len(known) > KNOWN_WORDS:
            known = self._pieces = {}
        for text in texts:
            if text not in known:
                ids = self.vocabulary.encode(text)
                known[text] = ids if len(ids) <= MOST_PIECES else [*ids[:24], *ids[-8:]]
        return [known[text] for text in texts]


def _require_fit(known: Vocabulary, config: DocFormerV2Config) -> None:
    if known.size > config.vocab_size:
        raise UsageError(f"the tokenizer has {known.size} entries, the model's vocab_size is {config.vocab_size}")
    if (known.pad, known.eos) != (config.pad_token_id, config.eos_token_id):
        wanted = f"the model with {config.pad_token_id} and {config.eos_token_id}"
        raise UsageError(f"the tokenizer pads with {known.pad} and ends with {known.eos}, {wanted}")
