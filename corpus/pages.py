"""Pages to pretrain on. A source is a callable that takes a `random.Random` and returns a `Page`, no label known.

The same generator state gives the same page. Pages are small (`docengine.corpus.small`): the longest side at most 512
pixels, the picture, if there is one, grey in three channels of the page's size and not to be written to.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from docengine import Page, Word
from docengine.corpus.dataset import read_dataset
from docengine.corpus.generator import generate, render
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.laid_out import BYTES, lay_out
from docengine.corpus.left_out import document_of, left_out_documents
from docengine.corpus.noise import disturb
from docengine.corpus.shards import PackedPage, PageShards, pack, unpack
from docengine.corpus.small import grey, in_colour, page_of, resized, small_page, small_size
from docengine.corpus.splits import training_rows
from docengine.corpus.table_layout import TableLook, lay_out_table
from docengine.corpus.tables import Table, read_tables
from docengine.corpus.texts import Texts
from docengine.errors import DatasetError

__all__ = [
    "DrawnPages", "LabelledSetPages", "PageShards", "PageSource", "ShardPages", "TablePages", "TextPages",
    "UnlabelledPages",
]  # fmt: skip

PageSource = Callable[[random.Random], Page]
UNLABELLED = "pages.jsonl.gz"
WORN = 0.5
"""How badly; small pictures show less of it."""
AGREEMENTS = "kleister_nda_page1"
"""A labelled set that trains nothing but pretraining: its fields are not the schema's."""


@dataclass(frozen=True, slots=True)
class ShardPages:
    """Pages that `docengine data pages` wrote."""

    shards: PageShards

    def __call__(self, rng: random.Random) -> Page:
        page: Page = self.shards[rng.randrange(len(self.shards))]
        return page


@dataclass(frozen=True, slots=True)
class UnlabelledPages:
    """The pages of `unlabelled`, without those of layouts that validation leaves out (`docengine.corpus.left_out`)."""

    lines: Sequence[bytes]
    """JSON of a page each."""
    folder: Path

    @classmethod
    def read(cls, data_dir: Path | str) -> UnlabelledPages:
        """Raises DatasetError where `data_dir` has no such set, or a damaged one."""
        folder = Path(data_dir) / "unlabelled"
        try:
            lines = gzip.decompress((folder / UNLABELLED).read_bytes()).splitlines()
        except (OSError, EOFError) as error:
            raise DatasetError(f"{folder / UNLABELLED}: cannot be read: {error}") from error
        ids = [json.loads(line)["id"] for line in lines]
        known = cls(lines, folder)
        suspects = [i for i, page_id in enumerate(ids) if page_id.startswith("fcc_")]
        left_out = left_out_documents(((ids[i], known.page(lines[i], images=False)) for i in suspects), data_dir)
        return cls(
            [line for page_id, line in zip(ids, lines, strict=True) if document_of(page_id) not in left_out], folder
        )

    def __call__(self, rng: random.Random) -> Page:
        return self.page(self.lines[rng.randrange(len(self.lines))])

    def page(self, line: bytes, *, images: bool = True) -> Page:
        """The page of a line of the set."""
        data = json.loads(line)
        size = small_size(data["width"], data["height"])
        picture = _picture(self.folder / data["image"], size) if images and data["image"] else None
        boxes = np.array([word[1:] for word in data["words"]], float).reshape(-1, 4)
        return page_of(
            (word[0] for word in data["words"]), boxes * ([size[0] / 1000, size[1] / 1000] * 2), size, picture
        )


@dataclass(frozen=True, slots=True)
class LabelledSetPages:
    """The training part of the labelled sets, without the labels: words and pictures."""

    pages: Sequence[tuple[Page, Path | None]]
    _packed: dict[int, PackedPage] = field(default_factory=dict)
    """Pages that were drawn before: a large picture takes long to read."""

    @classmethod
    def read(cls, data_dir: Path | str) -> LabelledSetPages:
        rows = [row for _, row in training_rows(data_dir)]
        if (Path(data_dir) / AGREEMENTS).is_dir():
            rows += read_dataset(Path(data_dir) / AGREEMENTS)
        sheets = [sheet for row in rows for sheet in zip(row.pages, row.images, strict=True)]
        return cls([(page, image) for page, image in sheets if page.words])

    def __call__(self, rng: random.Random) -> Page:
        place = rng.randrange(len(self.pages))
        if place not in self._packed:
            page, path = self.pages[place]
            size = small_size(page.width, page.height)
            packed = pack(resized(page, size, _picture(path, size)))
            assert packed is not None
            self._packed[place] = packed
        return unpack(self._packed[place])


@dataclass(frozen=True, slots=True)
class Finish:
    """What is done to pages that are drawn and not read."""

    images: float = 0.0
    """Share that gets a picture."""
    noise: float = 0.0
    """Share of the others whose words get OCR noise."""

    worn: float = 0.0
    """Share of the pictures that look scanned, copied or photographed."""

    def __call__(self, page: LabelledPage, rng: random.Random) -> Page:
        if rng.random() < self.images:
            return self._pictured(page, rng)
        if rng.random() < self.noise:
            page = disturb(page, rng)
        return small_page(page.page)

    def _pictured(self, page: LabelledPage, rng: random.Random) -> Page:
        size = small_size(page.page.width, page.page.height)
        image = grey(render(page, rng.getrandbits(31), width=size[0]), size)
        drawn = resized(page.page, size, in_colour(image))
        if rng.random() >= self.worn:
            return drawn
        from docengine.corpus.degrade import degrade

        image, warp = degrade(drawn.image, rng, WORN)
        moved = warp(word.box for word in drawn.words or [])
        words = [Word(word.text, box) for word, box in zip(drawn.words or [], moved, strict=True)]
        return small_page(Page(words=words, image=image, index=drawn.index))


@dataclass(frozen=True, slots=True)
class TextPages:
    """Plain texts laid out as pages."""

    texts: Texts
    finish: Finish = Finish()

    @classmethod
    def read(cls, data_dir: Path | str, finish: Finish = Finish(), languages: Sequence[str] = ()) -> TextPages:
        """`data_dir/text`; `languages`: codes, all where there is none."""
        return cls(Texts.read(Path(data_dir) / "text", languages), finish)

    def __call__(self, rng: random.Random) -> Page:
        while True:
            page = lay_out(self.texts.draw(rng, BYTES), rng)
            if page.page.words:
                return self.finish(page, rng)


@dataclass(frozen=True, slots=True)
class TablePages:
    """Tables laid out as pages; of a long one any of its pages."""

    tables: Sequence[Table]
    finish: Finish = Finish()

    @classmethod
    def read(cls, paths: Sequence[Path | str], finish: Finish = Finish()) -> TablePages:
        """Raises DatasetError where a line is no table, or there is none."""
        tables = []
        for path in paths:
            for table in read_tables(path):
                if isinstance(table, DatasetError):
                    raise table
                tables.append(table)
        if not tables:
            raise DatasetError(f"no table in {', '.join(map(str, paths))}")
        return cls(tables, finish)

    def __call__(self, rng: random.Random) -> Page:
        table = self.tables[rng.randrange(len(self.tables))]
        return self.finish(rng.choice(lay_out_table(table, TableLook.draw(rng), 1.0)), rng)


@dataclass(frozen=True, slots=True)
class DrawnPages:
    """Pages of the document generator."""

    finish: Finish = Finish()

    def __call__(self, rng: random.Random) -> Page:
        return self.finish(rng.choice(generate(rng.getrandbits(48))), rng)


def _picture(path: Path | None, size: tuple[int, int]) -> np.ndarray | None:
    """The picture at `path`, small; None where there is none."""
    if path is None or not path.is_file():
        return None
    from PIL import Image

    with Image.open(path) as picture:
        return in_colour(grey(picture, size))
