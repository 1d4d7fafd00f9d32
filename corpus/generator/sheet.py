"""A page being written: tokens at places, with widths from a small table, and what must be drawn besides words.

Units are points (1/72 inch), origin top left. A token is (text, label, glued): glued ones touch the token before.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from docengine import Box, Page, Word
from docengine.corpus.generator.ink import ink_of
from docengine.corpus.labelled import Label, LabelledPage
from docengine.schema import DEFAULT_SCHEMA


class Token(NamedTuple):
    text: str
    label: Label | None = None
    glued: bool = False


Line = list[Token]
BASE = 0.86
"""The base line, in font sizes below the line's top."""
ENDLESS = 9_000.0
"""Sheets higher than this are rolls, which are cut to length when all is written."""

_SANS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556,
    278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667,
    611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222,
    500, 222, 833,
    556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
_SERIF = (
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500,
    500, 500, 500,
    278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889, 722, 722, 556,
    722, 667, 556,
    611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278,
    500, 278, 778,
    500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
)  # fmt: skip


def _table(widths: tuple[int, ...], scale: float) -> tuple[float, ...]:
    """Width of each Latin-1 code in units of the font size; accented letters count as an average letter."""
    full = [556.0] * 256
    full[32:127] = [float(width) for width in widths]
    for code in range(0xC0, 0xDF):
        full[code] = 690.0
    full[0xEC:0xF0] = [278.0] * 4
    return tuple(width * scale / 1000 for width in full)


FACES = {
    "sans": _table(_SANS, 1.0),
    "wide": _table(_SANS, 1.1),
    "narrow": _table(_SANS, 0.84),
    "serif": _table(_SERIF, 1.0),
    "mono": (0.6,) * 256,
    "receipt": (0.54,) * 256,
}
"""Width tables by the name of the face."""


@lru_cache(maxsize=60_000)
def text_width(text: str, face: str) -> float:
    """Width of `text` in units of the font size."""
    return sum(map(FACES[face].__getitem__, text.encode("latin-1", "replace")))


_new = tuple.__new__
"""Makes named tuples without their Python constructors, which cost more than all else in a word."""


@lru_cache(maxsize=30_000)
def _plain(text: str) -> tuple[Token, ...]:
    return tuple([_new(Token, (word, None, False)) for word in text.split()])


def tokens(text: str, label: Label | None = None) -> Line:
    """The words of `text`, all with one label."""
    if label is None:
        return [*_plain(text)]
    return [_new(Token, (word, label, False)) for word in text.split()]


class Sheet:
    """Words of one page as they are placed, and rules and fills for drawing."""

    def __init__(self, width: float, height: float, face: str, *, tight: bool = False) -> None:
        self.width, self.height, self.face = width, height, face
        self.top, self.bottom = (0.14, 0.86) if tight else (0.0, 1.08)
        """Of a word's box, in font sizes below the line's top: glyphs only, or the whole line of a PDF's text layer."""
        self.words: list[tuple[str, float, float, float, float]] = []
        self.labels: list[Label | None] = []
        self.styles: list[tuple[float, bool, bool]] = []
        """(font size, bold, white on a dark fill) of each word."""
        self.rules: list[tuple[float, float, float, float]] = []
        self.fills: list[tuple[float, float, float, float, float]] = []
        """x0, y0, x1, y1 and the grey, 0 black to 1 white."""
        self.codes: list[tuple[float, float, float, float, str]] = []
        """x0, y0, x1, y1 and `qr`, `swiss` (a QR code with a cross in it) or `bar`."""
        self.shapes: list[tuple[str, float, float, float, float, float]] = []
        """Kind (`disc`, `ring`, `dashes`, ...), x0, y0, x1, y1, grey; `drawing.py` knows the kinds."""
        self.marks: list[tuple[str, float, float, float, float, float]] = []
        """Texts that are no words of the page, such as watermarks: text, centre x and y, size, degrees, grey."""
        self.hand: list[int] = []
        """Indices of words that are written by hand."""
        self.inverse = False
        self.ink = tight and height < ENDLESS
        """Whether boxes end where each word's ink does, as PDF readers give them; paper rolls box their lines."""

    def measure(self, line: Line, size: float, bold: bool = False) -> float:
        face = self.face
        if len(line) == 1:
            width = text_width(line[0][0], face)
        else:
            space, width = text_width(" ", face), 0.0
            for i, token in enumerate(line):
                if i and not token[2]:
                    width += space
                width += text_width(token[0], face)
        return width * size * (1.06 if bold else 1.0)

    def put(
        self, x: float, y: float, line: Line, size: float, *, bold: bool = False, align: str = "l", room: float = 0.0
    ) -> float:
        """Writes one line with its top at `y` and its left, right (`r`) or centre (`c`) at `x`; returns its right end.

        A line that is wider than `room` (or than the page) is set narrower, as condensed type; a justified one (`j`)
        begins at `x` and fills `room`, unless it is much shorter.
        """
        if not line:
            return x
        face, big = self.face, size * (1.06 if bold else 1.0)
        if len(line) == 1:
            widths, gaps = [text_width(line[0][0], face)], 0
            width = widths[0] * big
        else:
            widths = [text_width(token[0], face) for token in line]
            gaps = len(line) - 1 - sum([token[2] for token in line[1:]])
            width = (sum(widths) + gaps * text_width(" ", face)) * big
        if not room:
            room = self.width - 8 - x if align in "lj" else x - 8 if align == "r" else 2 * min(x, self.width - x) - 12
        squeeze = 1.0 if width <= room else max(room, 1.0) / width
        width *= squeeze
        x = x if align in "lj" else x - width if align == "r" else x - width / 2
        x = max(2.0, min(x, self.width - 2.0 - width))  # a narrow column's least room may reach past the edge
        scale = big * squeeze
        y0, y1 = y + self.top * size, y + self.bottom * size
        self.styles += [(size, bold, self.inverse)] * len(line)
        if len(line) == 1:
            end = x + widths[0] * scale
            self.words.append((line[0][0], x, y0, end, y1))
            self.labels.append(line[0][1])
            return end
        self.labels += [token[1] for token in line]
        space, put = text_width(" ", face) * scale, self.words.append
        if align == "j" and gaps and width > 0.7 * room:
            space += (room - width) / gaps
        for i, (text, _, glued) in enumerate(line):
            if i and not glued:
                x += space
            end = x + widths[i] * scale
            put((text, x, y0, end, y1))
            x = end
        return x

    def wrap(self, line: Line, size: float, width: float, bold: bool = False) -> list[Line]:
        """Lines no wider than `width`, broken between words; a word wider than that stands alone."""
        if self.measure(line, size, bold) <= width:
            return [line] if line else []
        lines: list[Line] = []
        face, scale = self.face, size * (1.06 if bold else 1.0)
        space, used = text_width(" ", face) * scale, 0.0
        for token in line:
            wide = text_width(token[0], face) * scale
            if lines and (token[2] or used + space + wide <= width):
                lines[-1].append(token)
                used += wide + (0 if token[2] else space)
            else:
                lines.append([token])
                used = wide
        return lines

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.rules.append((x0, y0, x1, y1))

    def fill(self, x0: float, y0: float, x1: float, y1: float, grey: float) -> None:
        self.fills.append((x0, y0, x1, y1, grey))

    def _inked(self, scale: float) -> list[Word]:
        """The words in pixels, with boxes that end where their ink does."""
        face, foot, words = self.face, self.bottom - BASE, []
        for (text, x0, _, x1, y1), (size, _, _) in zip(self.words, self.styles, strict=True):
            left, right, above, below = ink_of(text, face)
            start, end, base = x0 + left * size, x1 - right * size, y1 - foot * size
            if end - start < 0.4 * (x1 - x0):  # condensed type: less white
                start, end = x0, x1
            box = (start * scale, (base - above * size) * scale, end * scale, (base + below * size) * scale)
            words.append(_new(Word, (text, _new(Box, box))))
        return words

    def finish(self, index: int, scale: float, values: dict[str, str], items: list[dict[str, str]]) -> LabelledPage:
        """The page in pixels of `scale` a point, with those values and items whose words stand on it."""
        words = self._inked(scale) if self.ink else [
            _new(Word, (text, _new(Box, (x0 * scale, y0 * scale, x1 * scale, y1 * scale))))
            for text, x0, y0, x1, y1 in self.words
        ]  # fmt: skip
        labels, found = _renumbered(_doubted(self.words, self.labels))
        seen = {label.field for label in found if label.certain}
        shown = {label[:2] for label in found if label.field in _LINE_FIELDS}
        rows = sorted({row for _, row in shown})
        kept = [{name: value for name, value in items[row].items() if (name, row) in shown} for row in rows]
        page = Page(words=[], width=self.width * scale, height=self.height * scale, index=index)
        page.words = words  # not in the constructor, whose checks they need not
        fields = {name: value for name, value in values.items() if name in seen}
        drawing = {"face": self.face, "scale": scale, "styles": self.styles, "rules": self.rules, "fills": self.fills,
                   "codes": self.codes, "shapes": self.shapes, "marks": self.marks, "hand": self.hand,
                   "ink": self.ink}  # fmt: skip
        return LabelledPage(page, labels, KNOWN, fields, kept, {"drawing": drawing})


_REPEATED = frozenset(("invoice_date", "due_date", "period_start", "period_end", "grand_total", "net_total"))


def _doubted(words: list[tuple[str, float, float, float, float]], labels: list[Label | None]) -> list[Label | None]:
    """Unlabelled words that repeat a one-word date or total get its label without certainty: the total as cash."""
    found = [(words[i][0], label) for i, label in enumerate(labels) if label is not None and label[0] in _REPEATED]
    counts = Counter([label for _, label in found])
    known = {text: label.field for text, label in found if counts[label] == 1}
    if known:
        labels = [*labels]
        for i, word in enumerate(words):
            if word[0] in known and labels[i] is None:
                labels[i] = Label(known[word[0]], -1 - i, False)
    return labels


KNOWN = frozenset(spec.name for spec in DEFAULT_SCHEMA)
_LINE_FIELDS = frozenset(spec.name for spec in DEFAULT_SCHEMA.line)


def _renumbered(labels: list[Label | None]) -> tuple[list[Label | None], dict[Label, Label]]:
    """Labels with instances counted from 0 on this page, as placed; and the new label of each that was found."""
    new: dict[Label, Label] = {}
    counts: dict[str, int] = {}
    rows: dict[int, int] = {}
    renumbered: list[Label | None] = []
    last = renamed = None
    for label in labels:
        if label is not last:  # the words of a value share one label
            last, renamed = label, new.get(label) if label is not None else None
            if label is not None and renamed is None:
                if label.field in _LINE_FIELDS:
                    number = rows.setdefault(label.instance, len(rows))
                else:
                    number = counts.get(label.field, 0)
                    counts[label.field] = number + 1
                renamed = new[label] = Label(label.field, number, label.certain)
        renumbered.append(renamed)
    return renumbered, new
