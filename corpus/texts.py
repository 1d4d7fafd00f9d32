"""Plain texts to lay out as pages: a folder of gzip files, one a language, documents parted by form feeds."""

from __future__ import annotations

import gzip
import random
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from docengine.errors import DatasetError

Kind = Literal["text", "heading", "item", "cells"]
BREAK = b"\x0c"
FROM_THE_TOP = 0.3
"""Share of pages that begin where a document does."""
SHORTEST = 400
"""Bytes; where less is left of a document, the page is taken from its end."""
_ITEM = re.compile(r"[-•*–] |\(?\d{1,2}[.)] |\([a-z]{1,3}\) |[a-zA-Z][.)] ")


class Paragraph(NamedTuple):
    kind: Kind
    text: str
    """Cells are parted by tabs, and an item begins with its mark."""


@dataclass(frozen=True, slots=True)
class Text:
    """All texts of one language, in memory as they are in the file."""

    language: str
    data: bytes
    ends: Sequence[int]
    """Where documents end, the last at the data's end."""

    @classmethod
    def read(cls, path: Path) -> Text:
        """Raises DatasetError where the file is damaged."""
        try:
            data = gzip.decompress(path.read_bytes())
        except (OSError, EOFError) as error:
            raise DatasetError(f"{path}: not a gzip file of text, or damaged: {error}") from error
        return cls(path.name.split(".")[0], data, [*(m.start() for m in re.finditer(BREAK, data)), len(data)])

    def draw(self, rng: random.Random, longest: int) -> list[Paragraph]:
        """Paragraphs that follow each other in a document, about `longest` bytes of them or what it has."""
        place = rng.randrange(len(self.data))
        number = bisect_right(self.ends, place)
        first, end = self.ends[number - 1] + 1 if number else 0, self.ends[min(number, len(self.ends) - 1)]
        place = first if rng.random() < FROM_THE_TOP else max(first, min(place, end - SHORTEST))
        if place > first:
            place = self.data.find(b"\n", place, end) + 1 or place
        while place < end and self.data[place] & 0xC0 == 0x80:  # in the middle of a character
            place += 1
        cut = self.data[place : min(end, place + longest)]
        if place + longest < end:
            cut = cut[: max(cut.rfind(b"\n"), cut.rfind(b" "))]
        return [
            paragraph_of(line) for line in cut.decode("utf-8", "ignore").splitlines() if line and not line.isspace()
        ]


def paragraph_of(line: str) -> Paragraph:
    """What a line of text is, by its form: it has no marks."""
    if "\t" in line:
        return Paragraph("cells", line)
    if _ITEM.match(line):
        return Paragraph("item", line)
    if len(line) < 80 and line[-1] not in ".,;:!?…”\"'»)":
        return Paragraph("heading", line)
    return Paragraph("text", line)


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts of several languages, large ones no more than their square root as often as small ones."""

    texts: Sequence[Text]
    weights: Sequence[float]

    @classmethod
    def read(cls, folder: Path | str, languages: Sequence[str] = ()) -> Texts:
        """`*.txt.gz` in `folder`, or those of `languages` alone. Raises DatasetError where there is none."""
        paths = sorted(Path(folder).glob("*.txt.gz"))
        paths = [path for path in paths if not languages or path.name.split(".")[0] in languages]
        if not paths:
            wanted = f" of {', '.join(languages)}" if languages else ""
            raise DatasetError(f"{folder}: no texts{wanted}; wanted files such as en.txt.gz")
        texts = [Text.read(path) for path in paths]
        texts = [text for text in texts if text.data.strip()]
        return cls(texts, [len(text.data) ** 0.5 for text in texts])

    def draw(self, rng: random.Random, longest: int) -> list[Paragraph]:
        """Paragraphs of a document of any language."""
        return rng.choices(self.texts, self.weights)[0].draw(rng, longest)
