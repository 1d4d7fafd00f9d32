"""A page's words as the arrays that the model reads; training and serving call the same code.

N words, P pieces a word. One position of the model is one word: its pieces keep their order in P slots. Boxes leave
pixels here and nowhere else: they become 0..1000 of the rectangle that holds the page's words, so that a scan's margins
and a crop change nothing.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from docengine import Page, Word
from docengine.engine.layout import joined_pieces, reading_order, split_words

PIECES = 8
"""Slots for the pieces of one word; of a longer word the first six and the last two are kept."""
SHAPES = 2048
"""Buckets that word shapes (`Xx`, `00.00.0000`) are hashed into; 0 is padding."""
GRID = 1000

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class EncodedPage:
    """N words of a page in reading order, and the model's inputs for them, without a batch axis."""

    words: list[Word]
    rows: np.ndarray
    """(N,) int64: the physical text row of each word, from 0, never decreasing."""
    pieces: np.ndarray
    """(N, P) int64: ids of the word's pieces; 0 where there is none."""
    shapes: np.ndarray
    """(N,) int64 in 1..SHAPES - 1."""
    boxes: np.ndarray
    """(N, 4) int64 in 0..1000."""

    def inputs(self, start: int = 0, stop: int | None = None) -> Arrays:
        """The model's inputs for words `start` to `stop`, with a batch axis of 1."""
        cut = slice(start, stop)
        return {
            "pieces": self.pieces[None, cut],
            "shapes": self.shapes[None, cut],
            "boxes": self.boxes[None, cut],
            "rows": self.rows[None, cut],
            "attention_mask": np.ones((1, len(self.rows[cut])), np.int64),
        }


def fold(text: str) -> str:
    """Lower case, compatibility forms resolved, accents dropped: what OCR and typographers change at will."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).lower()


def shape_of(text: str) -> str:
    """`Xx`, `00.00.0000`: letters and digits by kind, runs of letters and long runs of digits shortened."""
    shape = "".join("0" if c.isdigit() else "X" if c.isupper() else "x" if c.isalpha() else c for c in text)
    return re.sub(r"([Xx])\1+", r"\1\1", re.sub(r"0{5,}", lambda run: "0000+" if len(run[0]) < 9 else "0000++", shape))


@lru_cache(maxsize=100_000)
def shape_id(text: str) -> int:
    """Bucket of the word's shape; crc32, so that it is the same on every machine."""
    return 1 + zlib.crc32(shape_of(text).encode()) % (SHAPES - 1)


class Preprocessor:
    """Turns pages into `EncodedPage`s with a bundle's tokenizer. Safe to share between threads."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self._pieces: dict[str, tuple[int, ...]] = {}

    @classmethod
    def from_file(cls, tokenizer: Path) -> Preprocessor:
        """With the tokenizer of a bundle's `tokenizer.json`."""
        return cls(Tokenizer.from_file(str(tokenizer)))

    def encode(self, page: Page) -> EncodedPage:
        """All words of `page`, however many; `windows` cuts what is too long for one run of the model."""
        words = split_words(page.words or [])
        order, rows = reading_order(words)
        return self.encode_ordered(*joined_pieces([words[i] for i in order], rows))

    def encode_ordered(self, words: list[Word], rows: Sequence[int]) -> EncodedPage:
        """Single `words` that are already in reading order, with their rows."""
        return EncodedPage(
            words=words,
            rows=np.asarray(rows, np.int64),
            pieces=self._piece_ids([word.text for word in words]),
            shapes=np.fromiter((shape_id(word.text) for word in words), np.int64, len(words)),
            boxes=quantise([word.box for word in words]),
        )

    def _piece_ids(self, texts: list[str]) -> np.ndarray:
        """(N, P) int64."""
        known = self._pieces
        new = list({text for text in texts if text not in known})
        if len(known) + len(new) > 200_000:  # bounded: a long batch run must not grow
            known = self._pieces = {}
            new = list(set(texts))
        for text, encoding in zip(new, self.tokenizer.encode_batch([fold(text) for text in new]), strict=True):
            ids = encoding.ids
            kept = ids if len(ids) <= PIECES else [*ids[: PIECES - 2], *ids[-2:]]
            known[text] = (*kept, *(0,) * (PIECES - len(kept)))
        return np.array([known[text] for text in texts], np.int64).reshape(-1, PIECES)


def quantise(boxes: Sequence[tuple[float, float, float, float]]) -> np.ndarray:
    """(N, 4) int64 in 0..1000 of the smallest rectangle around all boxes (pixels in, any page size)."""
    pixels = np.asarray(boxes, np.float64).reshape(-1, 4)
    if not len(pixels):
        return np.zeros((0, 4), np.int64)
    low, high = pixels[:, :2].min(0), pixels[:, 2:].max(0)
    extent = np.maximum(high - low, 1e-6)
    scaled = (pixels.reshape(-1, 2, 2) - low) / extent * GRID
    return np.clip(np.rint(scaled), 0, GRID).astype(np.int64).reshape(-1, 4)


def windows(count: int, longest: int, overlap: int = 64) -> Iterator[tuple[int, int, int, int]]:
    """(start, stop, first, last) of each window over `count` words: run start..stop, keep the outputs of first..last.

    Every word is kept once, from the window in which it has the most context.
    """
    if count <= longest:
        yield 0, count, 0, count
        return
    pieces = -(-(count - overlap) // (longest - overlap))
    starts = [round(i * (count - longest) / (pieces - 1)) for i in range(pieces)]
    for i, start in enumerate(starts):
        first = 0 if i == 0 else (start + starts[i - 1] + longest) // 2
        last = count if i == pieces - 1 else (starts[i + 1] + start + longest) // 2
        yield start, start + longest, first, last
