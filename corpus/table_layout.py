"""Tables laid out as pages, ruled or not, on as much paper as they need.

A wide table gets smaller type, then cells of more lines, then a page on its side, and last a wider page; a long one
goes on over further pages, each with the header again. A cell's words stand between its column's edges, in the order
of the table. Units are points.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from docengine.corpus.generator.sheet import Line, Sheet, Token, text_width
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.saving import Copies, save_document
from docengine.corpus.tables import Table

PAPERS = ((595.0, 842.0), (612.0, 792.0))
SMALLEST = 5.5
"""Type size in points, below which a table rather gets a wider page."""
LONGEST_WORD = 14.0
"""Most that a column is widened for a single word, in type sizes; longer ones are set as condensed type."""
PROSE = 30.0
"""Cells wider than that, in type sizes, are broken into lines anyway."""
BOLD = 1.06
"""How much wider bold type is, as in `Sheet.measure`."""
WAYS = (
    (1.0, False, 1.0),
    (0.85, False, 1.0),
    (1.0, False, 1.5),
    (1.0, True, 1.0),
    (0.85, True, 1.5),
    (0.85, True, 3.0),
)
"""Share of the type size, page on its side or not, and by how much cells may be wider than there is room: what is tried
in turn. The last resort is the smallest type, on as wide a page as its longest words need."""
_NUMBER = re.compile(r"[^\w]*\d[\d.,: /%+−–-]*[^\w]*\w{0,3}")


@dataclass(frozen=True, slots=True)
class TableLook:
    """How a table is drawn."""

    paper: tuple[float, float] = PAPERS[0]
    face: str = "sans"
    size: float = 10.0
    leading: float = 1.2
    margin: float = 40.0
    across: float = 5.0
    """White at the left and right of a cell."""
    down: float = 2.5
    """White above and below it."""
    grid: str = "rows"
    """`all`, `rows`, `head` (rules around the header alone), `outside` or `none`."""
    stripes: bool = False
    dark_header: bool = False
    bold_header: bool = True
    numbers: str = "l"
    """Where columns of numbers are aligned: `l`, `c` or `r`."""
    header_align: str = ""
    """As its column where empty."""
    stretch: bool = False
    """Fill the width even where the table needs less."""
    place: str = "l"
    """Where a narrow table stands."""
    tight: bool = True
    """Boxes end where the ink does."""
    cropped: bool = False
    """A table of one page: the paper ends below it."""

    @classmethod
    def draw(cls, rng: random.Random) -> TableLook:
        return cls(
            paper=rng.choice(PAPERS),
            face=rng.choice(("sans", "sans", "serif", "serif", "narrow", "mono")),
            size=rng.uniform(7.5, 12.0),
            leading=rng.uniform(1.1, 1.4),
            margin=rng.uniform(22, 75),
            across=rng.uniform(2.5, 9.0),
            down=rng.uniform(0.8, 6.0),
            grid=rng.choice(("all", "all", "rows", "rows", "head", "outside", "none")),
            stripes=rng.random() < 0.25,
            dark_header=rng.random() < 0.15,
            bold_header=rng.random() < 0.7,
            numbers=rng.choice("llrrc"),
            header_align=rng.choice(("", "", "l", "c")),
            stretch=rng.random() < 0.4,
            place=rng.choice("llc"),
            tight=rng.random() < 0.7,
            cropped=rng.random() < 0.3,
        )


def save_table(numbered: tuple[int, Table], folder: Path, images: bool = True, seed: int = 0) -> dict[str, Any]:
    """Lays a table out, writes its pictures into `folder`, and returns its row of annotations.jsonl.

    The row has the table's own id, and what the table's line held besides it. The same seed draws the same look.
    """
    number, table = numbered
    pages = lay_out_table(table, TableLook.draw(random.Random(f"{seed}/{number}")))
    name = f"{number:06d}-{re.sub(r'[^A-Za-z0-9_-]+', '_', str(table.id))[:60]}"
    for page in pages:
        page.meta["id"] = name  # of files: an id may hold anything
    row = save_document(pages, folder, Copies(images), seed)
    return {**row, "id": table.id, **{key: value for key, value in table.extra.items() if key not in row}}


@dataclass(frozen=True, slots=True)
class Fitted:
    """A look whose type and paper suit the table, and each column's width, white included, and alignment."""

    look: TableLook
    widths: list[float]
    aligns: list[str]


def lay_out_table(table: Table, look: TableLook, scale: float = 2.0) -> list[LabelledPage]:
    """The table's pages, in pixels, `scale` of them a point; its caption, if any, stands above it."""
    writing = _Writing(table, fit(table, look))
    writing.write()
    pages = [sheet.finish(number, scale, {}, []) for number, sheet in enumerate(writing.sheets)]
    for page in pages:
        page.known = frozenset()
        page.meta |= {"id": str(table.id), "source": table.extra.get("source", "table")}
        page.meta |= {"licence": table.extra.get("licence")}
    return pages


def fit(table: Table, look: TableLook) -> Fitted:
    """Type, paper and columns for the table."""
    columns = [[row[i] for row in (table.header, *table.rows) if i < len(row)] for i in range(table.columns)]
    wide = [BOLD * max(text_width(cell, look.face) for cell in column) for column in columns]
    words = [min(BOLD * max(_longest(cell, look.face) for cell in column), LONGEST_WORD) for column in columns]
    white = 2 * look.across + 0.2
    for share, turned, excess in WAYS:
        size, paper = max(share * look.size, SMALLEST), look.paper[::-1] if turned else look.paper
        room = paper[0] - 2 * look.margin
        least = [word * size + white for word in words]
        wanted = [width * size + white for width in wide]
        seen = sum(min(width, PROSE) * size + white for width in wide)
        if sum(least) <= room and seen <= room * excess:
            break
    else:
        size, paper = SMALLEST, look.paper[::-1]
        least, wanted = [word * size + white for word in words], [width * size + white for width in wide]
        room = max(paper[0] - 2 * look.margin, sum(least))
        paper = (room + 2 * look.margin, paper[1])
    widths = _shared(wanted, least, room)
    if look.stretch:
        widths = [width * room / sum(widths) for width in widths]
    return Fitted(replace(look, size=size, paper=paper), widths, [_align(column[1:], look) for column in columns])


def _longest(cell: str, face: str) -> float:
    return max((text_width(word, face) for word in cell.split()), default=0.0)


def _align(cells: Sequence[str], look: TableLook) -> str:
    numbers = sum(_NUMBER.fullmatch(cell) is not None for cell in cells)
    return look.numbers if numbers > 0.6 * max(len(cells), 1) else "l"


def _shared(wanted: list[float], least: list[float], room: float) -> list[float]:
    """Widths that sum up to at most `room`: narrow columns get what they want, wide ones share the rest evenly."""
    if sum(wanted) <= room:
        return wanted
    given, spare = [*least], room - sum(least)
    hungry = [i for i, width in enumerate(wanted) if width > least[i]]
    while hungry and spare > 0.01:
        share = spare / len(hungry)
        for i in hungry:
            part = min(share, wanted[i] - given[i])
            given[i] += part
            spare -= part
        hungry = [i for i in hungry if wanted[i] - given[i] > 0.01]
    return given


class _Writing:
    """A table while it is written, page by page."""

    def __init__(self, table: Table, fitted: Fitted) -> None:
        self.table, self.look = table, fitted.look
        self.widths, self.aligns = fitted.widths, fitted.aligns
        self.size, self.step = self.look.size, self.look.size * self.look.leading
        wide = sum(self.widths)
        left = (self.look.paper[0] - wide) / 2 if self.look.place == "c" else self.look.margin
        self.edges = [left]
        for width in self.widths:
            self.edges.append(self.edges[-1] + width)
        self.sheets: list[Sheet] = []
        self.y = self.top = 0.0

    @property
    def sheet(self) -> Sheet:
        return self.sheets[-1]

    @property
    def bottom(self) -> float:
        return self.look.paper[1] - self.look.margin

    def write(self) -> None:
        self._new_page()
        for number, row in enumerate(self.table.rows):
            self._row(row, number)
        self._end_page()
        if self.look.cropped and len(self.sheets) == 1:
            self.sheet.height = self.y + self.look.margin

    def _new_page(self) -> None:
        if self.sheets:
            self._end_page()
        self.sheets.append(Sheet(*self.look.paper, self.look.face, tight=self.look.tight))
        self.y = self.look.margin
        if self.table.caption and len(self.sheets) == 1:
            self._caption()
        self.top = self.y
        if any(self.table.header):
            self._header()

    def _caption(self) -> None:
        room = self.look.paper[0] - 2 * self.look.margin
        for line in self.sheet.wrap(_tokens(self.table.caption), 1.2 * self.size, room, True):
            self.sheet.put(self.look.margin, self.y, line, 1.2 * self.size, bold=True, room=room)
            self.y += 1.2 * self.step
        self.y += 0.6 * self.step

    def _header(self) -> None:
        look = self.look
        cells = self._wrapped(self.table.header, look.bold_header)
        tall = max(map(len, cells)) * self.step + 2 * look.down
        if look.dark_header:
            self.sheet.fill(self.edges[0], self.y, self.edges[-1], self.y + tall, 0.25)
            self.sheet.inverse = True
        aligns = [look.header_align or align for align in self.aligns]
        self._put(cells, tall, aligns, look.bold_header)
        self.sheet.inverse = False
        if look.grid in ("head", "rows", "all"):
            self._rule(self.y)

    def _row(self, row: Sequence[str], number: int) -> None:
        """Writes a row, on the next page where this one is full; one that no page holds is broken."""
        cells = self._wrapped(row, False)
        tall = max(map(len, cells), default=1) * self.step + 2 * self.look.down
        if self.y + tall > self.bottom and number:
            self._new_page()
        while self.y + tall > self.bottom:
            lines = max(1, int((self.bottom - self.y - 2 * self.look.down) / self.step))
            self._put([cell[:lines] for cell in cells], lines * self.step + 2 * self.look.down, self.aligns, False)
            cells = [cell[lines:] for cell in cells]
            tall = max(map(len, cells), default=1) * self.step + 2 * self.look.down
            self._new_page()
        if self.look.stripes and number % 2:
            self.sheet.fill(self.edges[0], self.y, self.edges[-1], self.y + tall, 0.9)
        self._put(cells, tall, self.aligns, False)
        if self.look.grid in ("rows", "all"):
            self._rule(self.y)

    def _wrapped(self, row: Sequence[str], bold: bool) -> list[list[Line]]:
        room = [width - 2 * self.look.across for width in self.widths]
        return [self.sheet.wrap(_tokens(cell), self.size, width, bold) for cell, width in zip(row, room, strict=False)]

    def _put(self, cells: list[list[Line]], tall: float, aligns: Sequence[str], bold: bool) -> None:
        """Writes a row's lines, cell by cell, and goes below it."""
        white = self.look.across
        for i, lines in enumerate(cells):
            x, room, align = self.edges[i] + white, self.widths[i] - 2 * white, aligns[i]
            anchor = x + room * {"l": 0.0, "c": 0.5, "r": 1.0}[align]
            for number, line in enumerate(lines):
                y = self.y + self.look.down + number * self.step
                self.sheet.put(anchor, y, line, self.size, bold=bold, align=align, room=room)
        self.y += tall

    def _rule(self, y: float) -> None:
        self.sheet.rule(self.edges[0], y, self.edges[-1], y)

    def _end_page(self) -> None:
        if self.look.grid == "none":
            return
        self._rule(self.top)
        self._rule(self.y)
        if self.look.grid in ("all", "outside"):
            for x in self.edges if self.look.grid == "all" else (self.edges[0], self.edges[-1]):
                self.sheet.rule(x, self.top, x, self.y)


def _tokens(text: str) -> Line:
    return [Token(word) for word in text.split()]
