"""Pages in compact shards that stream and are read at any place: SQLite files, which survive a kill at any moment.

A folder holds `index.sqlite`, which documents were read and the sketches that near duplicates are found with, and
`shard-00000.sqlite`, ..., each with a table `pages`, ids from 1 without gaps:

    document TEXT, number INTEGER   where the page comes from; its place there, from 0
    width, height INTEGER           pixels; the longest side is at most 512
    texts BLOB                      zlib: UTF-8, a word a line
    boxes BLOB                      zlib: little-endian int16 (4, N) in 1/16 pixel: x0 and y0 as steps from the word
                                    before, then widths and heights
    image BLOB                      WebP, grey, width x height; or NULL

A page takes at most 40 kB. A document's pages and its entry in the index are written in one transaction.
"""

from __future__ import annotations

import io
import os
import sqlite3
import zlib
from bisect import bisect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from docengine import Page
from docengine.corpus.sketches import alike, bands, sketch
from docengine.corpus.small import grey, in_colour, page_of, small_page
from docengine.errors import DatasetError, DocengineError, UsageError

INDEX, SHARD = "index.sqlite", "shard-{:05d}.sqlite"
PAGES_A_SHARD = 4096
MOST_BYTES = 40_000
"""Of a page."""
OVERHEAD = 600
"""Bytes of a page besides its blobs: keys, sketch, and what SQLite leaves unused."""
QUALITIES = (30, 15, 5, 0)
"""Of WebP; the first that fits is taken. More makes pages of text larger and no clearer."""
EFFORT = 2
"""Of WebP: half the time of its default, and 3% more bytes."""
UNIT = 16
"""Boxes are kept in 1/16 pixel."""

_SHARD = (
    "CREATE TABLE IF NOT EXISTS shard.pages (id INTEGER PRIMARY KEY, document TEXT, number INTEGER, width INTEGER, "
    "height INTEGER, texts BLOB, boxes BLOB, image BLOB)"
)
_INDEX = (
    "CREATE TABLE IF NOT EXISTS documents (digest TEXT PRIMARY KEY, name TEXT, pages INTEGER)",
    "CREATE TABLE IF NOT EXISTS sketches (page INTEGER PRIMARY KEY, sketch BLOB)",
    "CREATE TABLE IF NOT EXISTS bands (key INTEGER, page INTEGER, PRIMARY KEY (key, page)) WITHOUT ROWID",
)


@dataclass(frozen=True, slots=True)
class PackedPage:
    """A page as a shard keeps it."""

    number: int
    width: int
    height: int
    texts: bytes
    boxes: bytes
    image: bytes | None
    sketch: bytes = b""
    """As little-endian uint32; not kept in the shard itself."""


def pack(page: Page) -> PackedPage | None:
    """`page` made small and packed; None where it has no words, or more than fit."""
    small = small_page(page)
    words = small.words or []
    if not words:
        return None
    texts = [word.text for word in words]
    packed_texts = zlib.compress("\n".join(texts).encode("utf-8", "replace"), 9)
    packed_boxes = _pack_boxes(np.array([word.box for word in words]))
    room = MOST_BYTES - OVERHEAD - len(packed_texts) - len(packed_boxes)
    if room < 0:
        return None
    image = None if small.image is None else _pack_image(small.image, room)
    size = int(small.width), int(small.height)
    return PackedPage(small.index, *size, packed_texts, packed_boxes, image, sketch(texts).astype("<u4").tobytes())


def unpack(packed: PackedPage) -> Page:
    picture = None
    size = packed.width, packed.height
    if packed.image is not None:
        from PIL import Image

        picture = in_colour(grey(Image.open(io.BytesIO(packed.image)), size))
    page = page_of(zlib.decompress(packed.texts).decode().split("\n"), _unpack_boxes(packed.boxes), size, picture)
    page.index = packed.number
    return page


def _pack_boxes(boxes: np.ndarray) -> bytes:
    """(N, 4) pixels."""
    grid = np.rint(boxes * UNIT).astype(np.int64).T
    steps = np.diff(grid[:2], axis=1, prepend=0)
    return zlib.compress(np.concatenate([steps, grid[2:] - grid[:2]]).astype("<i2").tobytes(), 9)


def _unpack_boxes(packed: bytes) -> np.ndarray:
    grid = np.frombuffer(zlib.decompress(packed), "<i2").reshape(4, -1).astype(np.int64)
    start = grid[:2].cumsum(axis=1)
    return np.concatenate([start, start + grid[2:]]).T / UNIT


def _pack_image(image: np.ndarray, room: int) -> bytes | None:
    """The best quality that fits into `room` bytes; None where none does."""
    from PIL import Image

    picture = Image.fromarray(np.ascontiguousarray(image[:, :, 0]))
    for quality in QUALITIES:
        written = io.BytesIO()
        picture.save(written, "WEBP", quality=quality, method=EFFORT)
        if written.tell() <= room:
            return written.getvalue()
    return None


class ShardWriter:
    """Adds documents to a folder of shards. Used by one process at a time, inside `open_shards`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = sqlite3.connect(folder / INDEX)
        for table in _INDEX:
            self.index.execute(table)
        self.shard = len(list(folder.glob(SHARD.replace("{:05d}", "*")))) - 1
        self.pages = self._attach(max(self.shard, 0))

    def _attach(self, number: int) -> int:
        """Makes shard `number` the one that is written to; how many pages it has."""
        self.shard = number
        self.index.commit()
        if any(row[1] == "shard" for row in self.index.execute("PRAGMA database_list")):
            self.index.execute("DETACH shard")
        self.index.execute("ATTACH ? AS shard", (str(self.folder / SHARD.format(number)),))
        self.index.execute(_SHARD)
        return int(self.index.execute("SELECT count(*) FROM shard.pages").fetchone()[0])

    def __len__(self) -> int:
        """Pages in all shards."""
        return self.shard * PAGES_A_SHARD + self.pages

    def knows(self, digest: str) -> bool:
        """Whether a document of this content was read before."""
        return self.index.execute("SELECT 1 FROM documents WHERE digest = ?", (digest,)).fetchone() is not None

    def add(self, name: str, pages: Sequence[PackedPage], digest: str | None = None) -> int:
        """Writes a document's pages without near duplicates of what is there; how many it wrote.

        `digest`: of its content, remembered so that `knows` tells; None where it must be read again next time.
        """
        name = name.encode("utf-8", "backslashreplace").decode()  # file names may hold bytes that are no text
        with self.index:
            written = sum(self._put(name, page) for page in pages)
            if digest is not None:
                entry = (digest, name, written)
                self.index.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", entry)
        return written

    def _put(self, name: str, page: PackedPage) -> bool:
        drawn = np.frombuffer(page.sketch, "<u4")
        keys = bands(drawn)
        if self._is_known(drawn, keys):
            return False
        if self.pages == PAGES_A_SHARD:
            self.pages = self._attach(self.shard + 1)
        place = len(self) + 1
        self.pages += 1
        row = (self.pages, name, page.number, page.width, page.height, page.texts, page.boxes, page.image)
        self.index.execute("INSERT INTO shard.pages VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        self.index.execute("INSERT INTO sketches VALUES (?, ?)", (place, page.sketch))
        self.index.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(key, place) for key in keys])
        return True

    def _is_known(self, drawn: np.ndarray, keys: list[int]) -> bool:
        """Whether a near duplicate is there; of many candidates those with most in common are compared."""
        marks = ", ".join("?" * len(keys))
        found = self.index.execute(
            "SELECT sketch FROM sketches JOIN (SELECT page, count(*) AS shared FROM bands "
            f"WHERE key IN ({marks}) GROUP BY page ORDER BY shared DESC LIMIT 8) USING (page)",
            keys,
        )
        return any(alike(drawn, np.frombuffer(blob, "<u4")) for (blob,) in found)


@contextmanager
def open_shards(folder: Path | str) -> Iterator[ShardWriter]:
    """What adds to the shards in `folder`, which is made where there is none.

    Raises UsageError where the folder holds something else, DocengineError where it cannot be written.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()) and not (folder / INDEX).is_file():
            raise UsageError(f"{folder} holds something else than shards of pages; give another folder")
        writer = ShardWriter(folder)
        try:
            yield writer
        finally:
            writer.index.close()
    except OSError as error:
        raise DocengineError(f"cannot write to {folder}: {error.strerror or error}") from error
    except sqlite3.Error as error:
        raise DocengineError(f"cannot write to {folder}: {error}") from error


class PageShards(Sequence[Page]):
    """The pages in a folder of shards, read one by one as they are asked for; safe to hand to other processes.

    Raises DatasetError where the folder has no shards or one is damaged.
    """

    def __init__(self, folder: Path | str, *, images: bool = True) -> None:
        """`images`: False leaves pictures out, which is several times faster."""
        self.folder, self.images = Path(folder), images
        self._open: dict[tuple[int, int], sqlite3.Connection] = {}
        self.paths = sorted(self.folder.glob(SHARD.replace("{:05d}", "*")))
        if not self.paths:
            raise DatasetError(f"{folder}: no shards of pages; `docengine data pages PATH --out {folder}` writes them")
        counts = [self._ask(shard, "SELECT coalesce(max(id), 0) FROM pages")[0] for shard in range(len(self.paths))]
        self._ends = list(accumulate(counts))

    def __len__(self) -> int:
        return int(self._ends[-1])

    def __getitem__(self, place: Any) -> Any:
        """The page at `place`, from 0; a slice gives a list."""
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(f"page {place} of {len(self)}")
        place %= len(self)
        shard = bisect(self._ends, place)
        row = place - (self._ends[shard - 1] if shard else 0) + 1
        wanted = "image" if self.images else "NULL"
        found = self._ask(shard, f"SELECT number, width, height, texts, boxes, {wanted} FROM pages WHERE id = ?", row)
        try:
            return unpack(PackedPage(*found))
        except (zlib.error, ValueError, TypeError, OSError) as error:
            raise DatasetError(f"{self.paths[shard]}: page {row} is damaged: {error}") from error

    def _ask(self, shard: int, question: str, *values: int) -> Any:
        key = os.getpid(), shard  # a connection must not cross a fork
        try:
            if key not in self._open:
                path = self.paths[shard].resolve()
                self._open[key] = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, check_same_thread=False)
            return self._open[key].execute(question, values).fetchone()
        except sqlite3.Error as error:
            raise DatasetError(f"{self.paths[shard]}: no shard of pages, or damaged: {error}") from error

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_open": {}}
