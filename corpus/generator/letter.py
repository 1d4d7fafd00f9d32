"""Pages of office paper that are written from top to bottom."""

from __future__ import annotations

from typing import NamedTuple

from docengine.corpus.generator import blocks, metadata
from docengine.corpus.generator.keyvalues import Entry, Type, key_values
from docengine.corpus.generator.sheet import Line, Sheet, tokens
from docengine.corpus.generator.writer import Writer

SIZES = {"a4": (595.0, 842.0), "letter": (612.0, 792.0), "a4 wide": (842.0, 595.0), "letter wide": (792.0, 612.0)}


class Slot(NamedTuple):
    """A place for a block: left, top and width in points, and where its lines keep to (`l`, `c`, `r`)."""

    x: float
    y: float
    width: float
    align: str = "l"

    @property
    def anchor(self) -> float:
        return self.x + self.width * {"l": 0.0, "c": 0.5, "r": 1.0}[self.align]

    def at(self, y: float) -> Slot:
        return self._replace(y=y)


class Pages:
    """The pages of one document, the last of which is being written."""

    sheets: list[Sheet]
    y: float
    """Where the next line's top comes, in points."""
    size: float
    leading: float

    @property
    def sheet(self) -> Sheet:
        return self.sheets[-1]

    @property
    def step(self) -> float:
        return self.size * self.leading

    def lines(self, lines: list[Line], x: float, y: float, width: float, *, size: float = 0.0, bold_first: bool = False,
              align: str = "l") -> float:  # fmt: skip
        """A block of wrapped lines at `x` (its left, right or centre); returns the y below.

        `bold_first` is for the first line, and for the rest of a value that stands in two.
        """
        size = size or self.size
        first = lines[0][0].label if lines and lines[0] else None
        for number, line in enumerate(lines):
            bold = bold_first and (number == 0 or (first is not None and bool(line) and line[0].label is first))
            for part in self.sheet.wrap(line, size, width, bold):
                self.sheet.put(x, y, part, size, bold=bold, align=align, room=width)
                y += size * self.leading
        return y


class Letter(Pages):
    """Office paper while it is written from top to bottom."""

    footer: list[list[Line]]

    def __init__(self, writer: Writer) -> None:
        rng = writer.rng
        self.writer, self.rng = writer, rng
        american = writer.record.country.code in ("US", "CA")
        wide = rng.random() < 0.04
        self.paper = SIZES[("letter" if american else "a4") + (" wide" if wide else "")]
        self.face = rng.choice(
            ("sans", "sans", "sans", "wide", "narrow", "serif", "mono" if rng.random() < 0.4 else "sans")
        )
        self.tight = rng.random() < 0.5
        self.size = writer.look.size
        self.leading = writer.look.leading
        if self.face in ("mono", "wide"):
            self.size = min(self.size, 9.0)
        self.left = rng.uniform(28, 75)
        self.right = self.paper[0] - rng.uniform(28, 65)
        self.sheets = []
        self.footer_size = min(self.size, rng.choice((6.0, 6.5, 7.0, 7.5, 8.0)))
        self.y = 0.0
        self.title = writer.record.kind
        """Which of the language's titles the document has."""
        self.wording = ""
        """The title itself, where its kind alone does not decide it."""
        self.done: set[str] = set()
        """Blocks that were written and are not to be written twice."""
        self.entries: list[Entry] = []
        """Number, dates and references, as long as they are not written."""
        self.new_page()
        self.set_footer(blocks.footer_columns(writer) if rng.random() < 0.55 else [])

    def set_footer(self, columns: list[list[Line]]) -> None:
        """Columns of small print that end every page; what is above them must end at `bottom`."""
        wide = self.width / max(len(columns), 1) - 6
        size, wrap = self.footer_size, self.sheet.wrap
        self.footer = [[part for line in lines for part in wrap(line, size, wide)] for lines in columns]
        rows = max((len(column) for column in self.footer), default=0)
        self.bottom = self.paper[1] - self.rng.uniform(30, 50) - rows * self.footer_size * 1.25

    @property
    def width(self) -> float:
        return self.right - self.left

    def new_page(self) -> None:
        self.sheets.append(Sheet(*self.paper, self.face, tight=self.tight))
        self.y = self.rng.uniform(24, 60)

    def room_for(self, height: float) -> None:
        """Turns the page when `height` does not fit on it any more."""
        if self.y + height > self.bottom:
            self.new_page()
            if self.writer.once("page head", 0.6):
                self.running_head()

    def running_head(self) -> None:
        """Top of a further page: the seller, the document's number, the date."""
        writer, rng = self.writer, self.rng
        parts: list[Line] = []
        if rng.random() < 0.5:
            parts.append(writer.text(writer.record.seller.name, "seller_name"))
        label, value = metadata.own_number(writer)
        parts.append([*tokens(label), *value])
        if rng.random() < 0.5:
            parts.append(writer.date(writer.record.date, "invoice_date"))
        x = self.left
        for part in parts:
            if x + self.sheet.measure(part, self.size) < self.right:
                x = self.sheet.put(x, self.y, part, self.size) + self.size * 2
        self.y += self.step * 2

    def block(self, lines: list[Line], slot: Slot, *, size: float = 0.0, bold_first: bool = False) -> float:
        """Wrapped lines in a slot; returns the y below."""
        return self.lines(lines, slot.anchor, slot.y, slot.width, size=size, bold_first=bold_first, align=slot.align)

    def pairs(self, entries: list[Entry], slot: Slot, style: str, *, size: float = 0.0) -> float:
        """Labels with their values in a slot; returns the y below."""
        kind = Type(size or self.size, self.leading, self.writer.look.bold_labels)
        return key_values(self.sheet, entries, slot.x, slot.y, slot.width, style, kind)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A frame of four rules."""
        for rule in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
            self.sheet.rule(*rule)

    def paragraph(self, text: str | Line) -> None:
        """Wrapped between the margins; all of it on one page, so that no value is torn."""
        line = tokens(text) if isinstance(text, str) else text
        parts = self.sheet.wrap(line, self.size, self.width * 0.95)
        self.room_for(self.step * len(parts))
        for part in parts:
            self.sheet.put(self.left, self.y, part, self.size, room=self.width)
            self.y += self.step
        self.y += self.step * self.writer.rng.choice((0.2, 0.5, 1.0))
