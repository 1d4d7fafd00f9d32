"""A till's paper roll while it is written: narrow, as high as it needs to be."""

from __future__ import annotations

from docengine.corpus.generator.sheet import Line, Sheet, Token, tokens
from docengine.corpus.generator.till import Sale
from docengine.corpus.generator.writer import Writer

FACES = {"receipt": 5, "mono": 4, "sans": 3, "narrow": 2, "serif": 1}
"""Faces and how often a till has them."""
_DOTTED = (7, 5, 2, 1, 0.4)
"""The same of Malaysian tills."""
WIDE = {"receipt": 0.54, "mono": 0.6, "sans": 0.55, "narrow": 0.47, "serif": 0.5}
"""Width of a usual character in units of the type size."""


_UPPER = {"MY": 0.97, "US": 0.8, "SG": 0.85, "GB": 0.7, "IN": 0.7, "AU": 0.7}
"""Share of a country's tills that print capitals only."""


class Roll:
    """The receipt while it is written."""

    def __init__(self, writer: Writer, sale: Sale) -> None:
        rng = writer.rng
        self.writer, self.sale, self.rng = writer, sale, rng
        malay = writer.record.country.code == "MY"
        self.face = rng.choices(tuple(FACES), _DOTTED if malay else tuple(FACES.values()))[0]
        self.size = rng.choice((7.0, 8.0, 8.0, 9.0, 10.0))
        self.columns = rng.choice((28, 32, 34, 36, 38, 38, 40, 40, 40, 42, 42, 44, 44, 46, 48, 50, 54))
        """Characters to a line, about."""
        self.paper = rng.random() < (0.55 if sale.trade == "hotel" else 0.04)
        """Whether a sheet of paper, not a roll, is printed on."""
        self.columns = max(self.columns, 34) if malay else self.columns
        self.columns = rng.choice((68, 76, 84, 96)) if self.paper else self.columns
        wide = WIDE[self.face]
        self.height = self.size * wide / min(max(rng.gauss(0.5, 0.05), 0.4), 0.64)
        """Of a usual word's box: tills' letters are narrow, about half as wide as high."""
        left = self.size * rng.choice((0.8, 1.0, 1.5, 2.5, rng.uniform(0.4, 4.0)))
        right = self.size * rng.choice((0.8, 1.5, 2.5, 3.5, rng.uniform(0.4, 8.0)))
        self.width = self.columns * wide * self.size
        self.left, self.right = left, left + self.width
        self.sheet = Sheet(self.width + left + right, 10_000.0, self.face, tight=True)
        self.step = self.height * rng.choice((1.0, 1.04, 1.08, 1.12, 1.15, 1.2, 1.25, 1.3, 1.35, 1.45, 1.6))
        self.y = self.height * rng.choice((1.0, 3.0, 4.5, 6.0, rng.uniform(0.5, 12.0)))
        self.upper = rng.random() < _UPPER.get(writer.record.country.code, 0.5)
        letter = wide * self.size
        self.edge = self.right - letter * rng.choice((0, 0, 0, 1, 1, 2, 3, 4))
        """Where the amounts end."""
        self.indent = letter * rng.choice((0, 0, 0, 1, 1, 2, 3, 4, 6))
        """Of the sums and the rows below an item's name."""
        self.loose = rng.choice((0.0, 0.04, 0.08, 0.15, 0.25, 0.35))
        """Share of rows that an empty line, or half of one, follows."""
        self.colon = rng.choice((":", " :", " :", " :", "", "", ": ") if malay else (":", ":", ":", " :", "", ": "))
        self.centred = rng.random() < (0.87 if malay else 0.78)
        self.pad = rng.choice((0, 0, 6, 10, 14, 18))
        """Width of the label column in characters, 0 for as wide as the label."""

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    def words(self, text: str) -> Line:
        return tokens(text.upper() if self.upper else text)

    def value(self, text: str, field: str) -> Line:
        return self.writer.text(text.upper() if self.upper else text, field)

    def say(self, key: str, group: str = "labels", **names: str) -> str:
        text = self.writer.say(key, group=group, **names)
        return text.upper() if self.upper else text

    def label(self, key: str, **names: str) -> Line:
        text = self.say(key, **names)
        return self.writer.words(text if text.endswith((":", "#")) or not self.colon else f"{text}{self.colon}")

    def line(self, line: Line, *, size: float = 0.0, bold: bool = False, align: str = "l", wide: bool = False) -> None:
        """One or more lines in the full width; `wide` letters are twice as wide and no higher, as tills have them."""
        size = size or self.size
        x = {"l": self.left, "c": self.middle, "r": self.right}[align]
        letters = size * 2 if wide else size
        room = self.width * (1.22 if align == "c" else 1.0)  # a little too long: set narrower, not on two lines
        for part in self.sheet.wrap(line, letters, room, bold):
            start = len(self.sheet.words)
            self.sheet.put(x, self.y, part, letters, bold=bold, align=align, room=self.width)
            if wide:
                self._flatten(start, size)
            self.down(size)

    def _flatten(self, start: int, size: float) -> None:
        """Gives the words from `start` on the height of `size`."""
        sheet = self.sheet
        for i in range(start, len(sheet.words)):
            text, x0, _, x1, _ = sheet.words[i]
            sheet.words[i] = (text, x0, self.y + sheet.top * size, x1, self.y + sheet.bottom * size)
            sheet.styles[i] = (size, *sheet.styles[i][1:])

    def head(self, line: Line, *, size: float = 0.0, bold: bool = False, wide: bool = False) -> None:
        """A line of the header, centred where the header is."""
        self.line(line, size=size, bold=bold, align="c" if self.centred else "l", wide=wide)

    def pair(self, left: Line, right: Line, *, size: float = 0.0, bold: bool = False, indent: float = 0.0) -> None:
        """Left and right at the paper's edges; on two lines when they do not fit on one."""
        size = size or self.size
        room = self.edge - self.left - indent - self.sheet.measure(right, size, bold) - size
        if self.sheet.measure(left, size, bold) > room * 1.3:
            self.line(left, size=size, bold=bold)
        else:
            self.sheet.put(self.left + indent, self.y, left, size, bold=bold, room=max(room, 20))
        self.sheet.put(self.edge, self.y, right, size, bold=bold, align="r", room=self.edge - self.left)
        self.down(size)

    def down(self, size: float = 0.0) -> None:
        """To the next line; in some makes now and then past an empty one."""
        self.y += self.step * (size or self.size) / self.size
        if self.loose and self.rng.random() < self.loose:
            self.y += self.step * self.rng.choice((0.3, 0.5, 0.5, 1.0))

    def blank(self) -> None:
        """As many empty lines as tills leave between their blocks."""
        self.gap(self.rng.choice((0.0, 0.5, 0.5, 1.0, 1.0, 1.0, 1.2, self.rng.uniform(0.0, 2.4))))

    def gap(self, share: float = 0.5) -> None:
        self.y += self.step * share

    def separator(self) -> None:
        """A row of dashes, which OCR reads as a word or not at all; or a gap."""
        style = self.writer.once("separator", 0.5)
        if style and self.writer.once("printed separator", 0.2):
            mark = "-" if self.writer.once("dashes", 0.7) else "="
            count = max(3, int(self.width / self.sheet.measure([Token(mark)], self.size)) - 1)
            self.line([Token(mark * count)])
        elif style:
            self.sheet.rule(self.left, self.y + self.size * 0.3, self.right, self.y + self.size * 0.3)
            self.gap(0.8)
            self.gap(self.rng.choice((0.0, 0.0, 0.5, 1.0)))
        else:
            self.blank()
