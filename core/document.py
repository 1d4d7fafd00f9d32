"""What a document is made of. Boxes are pixels of the page, origin top left, x0, y0, x1, y1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from docengine.errors import InvalidPage

WordSource = Literal["text", "ocr", "given"]


class Box(NamedTuple):
    """A rectangle in page pixels, origin top left."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @classmethod
    def around(cls, boxes: Iterable[Box]) -> Box:
        """The smallest box that holds all `boxes`; ValueError when there is none."""
        x0s, y0s, x1s, y1s = zip(*boxes, strict=True)
        return cls(min(x0s), min(y0s), max(x1s), max(y1s))


class Word(NamedTuple):
    """A piece of text and where it stands: a word, or a whole line (preprocessing splits it)."""

    text: str
    box: Box


@dataclass(slots=True)
class Page:
    """One page: its words, its picture, or both. Training and serving read the same type.

    `words` is None where nothing has read the page yet, and empty where it was read and is blank. `image` is RGB uint8,
    shape (height, width, 3), or None. `width` and `height` are taken from the image where they are not given.
    """

    words: list[Word] | None = None
    image: Any = None
    width: float = 0
    height: float = 0
    index: int = 0
    """Position in its document, from 0."""
    words_from: WordSource = "given"
    warnings: list[str] = field(default_factory=list)
    timings_ms: dict[str, float] = field(default_factory=dict)
    """What was spent on this page so far: `open`, `ocr`."""

    def __post_init__(self) -> None:
        if self.image is not None:
            shape, dtype = tuple(self.image.shape), str(self.image.dtype)
            if len(shape) != 3 or shape[2] != 3 or dtype != "uint8":
                raise InvalidPage(f"page image must be RGB uint8 of shape (height, width, 3), got {dtype} {shape}")
            self.height, self.width = self.height or shape[0], self.width or shape[1]
        if self.words is None and self.image is None:
            raise InvalidPage("a page needs words, an image, or both")
        if self.words is not None:
            self.words = [_checked(word) for word in self.words]
            if self.words and not (self.width > 0 and self.height > 0):
                raise InvalidPage("a page with words but no image needs its width and height")


def _checked(word: Word) -> Word:
    text, box = word
    x0, y0, x1, y1 = box
    if not (-1e7 < x0 <= x1 < 1e7 and -1e7 < y0 <= y1 < 1e7):  # NaN fails too
        raise InvalidPage(f"word {text[:40]!r} has a box that is no rectangle: {tuple(box)}; wanted x0 <= x1, y0 <= y1")
    return word if type(word) is Word and type(box) is Box else Word(text, Box(x0, y0, x1, y1))


@dataclass(slots=True)
class Document:
    """A source and its pages. `pages` may be lazy: it is read once, page by page, so that memory stays flat."""

    source: str
    pages: Iterable[Page]

    def __iter__(self) -> Iterator[Page]:
        return iter(self.pages)
