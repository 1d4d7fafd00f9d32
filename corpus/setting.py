"""Sets paragraphs into rooms of a sheet, one after the other, as type is set: lines, indents, marks, cells.

Units are points, origin top left. Words are placed in the order of the text.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from docengine.corpus.generator.sheet import Line, Sheet, Token
from docengine.corpus.texts import Kind, Paragraph

MARKS = ("-", "•", "–", "*", "o", "·", "■")


@dataclass(frozen=True, slots=True)
class Room:
    """A rectangle that text flows into, and how it is set there."""

    x: float
    y: float
    width: float
    bottom: float
    size: float
    align: str = "l"
    """`l`, `r`, `c` or `j`, as `Sheet.put` has it."""
    bold: bool = False

    @property
    def anchor(self) -> float:
        return self.x + self.width * {"c": 0.5, "r": 1.0}.get(self.align, 0.0)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a page's paragraphs look."""

    leading: float = 1.25
    """Line to line, in type sizes."""
    gap: float = 0.5
    """Between paragraphs, in lines."""
    indent: float = 0.0
    """Of a paragraph's first line, in type sizes."""
    hanging: float = 1.8
    """Of an item behind its mark, in type sizes."""
    mark: str = "-"
    heading: float = 1.2
    """A heading's type, in type sizes."""
    bold_headings: bool = True
    capitals: bool = False
    """Headings in capitals."""
    centred: bool = False
    """Headings in the middle."""
    first_column: float = 0.3
    """Its share of the width, where there are cells."""
    ruled: bool = False
    """Rules between rows of cells."""

    @classmethod
    def draw(cls, rng: random.Random) -> Manner:
        indented = rng.random() < 0.35
        return cls(
            leading=rng.choice((1.1, 1.15, 1.2, 1.25, 1.35, 1.5, 2.0)),
            gap=0.0 if indented else rng.choice((0.2, 0.5, 0.5, 0.8, 1.0)),
            indent=rng.uniform(1.0, 4.0) if indented else 0.0,
            hanging=rng.choice((1.2, 1.8, 2.5, 3.5)),
            mark=rng.choice(MARKS),
            heading=rng.choice((1.0, 1.0, 1.1, 1.2, 1.4, 1.7)),
            bold_headings=rng.random() < 0.75,
            capitals=rng.random() < 0.12,
            centred=rng.random() < 0.2,
            first_column=rng.uniform(0.18, 0.45),
            ruled=rng.random() < 0.5,
        )


@dataclass(slots=True)
class Waiting:
    """A paragraph, or what is left of it."""

    kind: Kind
    words: list[str]
    begun: bool = False
    """Its first line stands already."""
    cells: list[list[str]] = field(default_factory=list)


def queue_of(paragraphs: Iterable[Paragraph], manner: Manner) -> deque[Waiting]:
    queue: deque[Waiting] = deque()
    for kind, text in paragraphs:
        if kind == "cells":
            queue.append(Waiting(kind, [], cells=[cell.split() for cell in text.split("\t")]))
            continue
        words = (text.upper() if kind == "heading" and manner.capitals else text).split()
        if words and kind == "item" and words[0] in ("-", "*", "•", "–"):
            words[0] = manner.mark
        if words:
            queue.append(Waiting(kind, words))
    return queue


class Setter:
    """Puts waiting paragraphs on a sheet."""

    def __init__(self, sheet: Sheet, manner: Manner) -> None:
        self.sheet, self.manner = sheet, manner

    def fill(self, room: Room, queue: deque[Waiting]) -> float:
        """Sets what fits into `room`, in order, and takes it from `queue`; returns the y below."""
        y, step = room.y, room.size * self.manner.leading
        while queue and y + step <= room.bottom:
            waiting = queue[0]
            if waiting.kind == "heading" and y > room.y and y + 3 * step > room.bottom:
                return room.bottom  # not the last line of a room
            below = self._cells(waiting, room, y) if waiting.kind == "cells" else self._paragraph(waiting, room, y)
            if below is None:
                return room.bottom
            queue.popleft()
            follows = bool(queue) and queue[0].kind == waiting.kind
            close = waiting.kind in ("item", "cells") and follows
            y = below + step * (0.15 if close else self.manner.gap)
        return y

    def _paragraph(self, waiting: Waiting, room: Room, y: float) -> float | None:
        """The y below it; None where the room is full, and `waiting` is then what is left."""
        head = waiting.kind == "heading"
        size = room.size * (self.manner.heading if head else 1.0)
        step, bold = size * self.manner.leading, room.bold or (head and self.manner.bold_headings)
        align = "c" if head and self.manner.centred else "l" if head and room.align == "j" else room.align
        hang = self.manner.hanging * room.size if waiting.kind == "item" and align in "lj" else 0.0
        if hang and not waiting.begun and y + step <= room.bottom:
            mark = waiting.words.pop(0)
            end = self.sheet.put(room.x, y, [Token(mark)], size, bold=bold, room=room.width)
            hang = max(hang, end - room.x + 0.3 * size)
        indent = self.manner.indent * room.size if waiting.kind == "text" and not waiting.begun else 0.0
        waiting.begun = True
        narrow = max(room.width - hang, 3 * size)
        if indent and align in "lj":
            y = self._first(waiting, room, (y, indent), size, align)
        left = len(waiting.words)
        lines = self.sheet.wrap([Token(word) for word in waiting.words], size, narrow, bold)
        anchor = room.x + hang if align in "lj" else room.x + room.width * (0.5 if align == "c" else 1.0)
        for number, line in enumerate(lines):
            if y + step > room.bottom:
                waiting.words = waiting.words[-left:]
                return None
            last = number == len(lines) - 1
            self.sheet.put(anchor, y, line, size, bold=bold, align="l" if align == "j" and last else align, room=narrow)
            left -= len(line)
            y += step
        return y

    def _first(self, waiting: Waiting, room: Room, place: tuple[float, float], size: float, align: str) -> float:
        """Sets the indented first line; `place`: its y and indent. Returns the y below."""
        y, indent = place
        tokens = [Token(word) for word in waiting.words]
        line = (self.sheet.wrap(tokens, size, room.width - indent) or [[]])[0]
        waiting.words = waiting.words[len(line) :]
        align = align if waiting.words else "l"
        self.sheet.put(room.x + indent, y, line, size, align=align, room=room.width - indent)
        return y + size * self.manner.leading

    def _cells(self, waiting: Waiting, room: Room, y: float) -> float | None:
        """A row of cells; None where the rest of the room is too low for it. Cells that no room holds are cut."""
        size, step, count = room.size, room.size * self.manner.leading, max(len(waiting.cells), 2)
        first = room.width * self.manner.first_column
        other = (room.width - first) / (count - 1)
        wrapped: list[list[Line]] = [
            self.sheet.wrap([Token(word) for word in cell], size, (other if number else first) - 0.8 * size)
            for number, cell in enumerate(waiting.cells)
        ]
        tall = max(map(len, wrapped), default=0) * step
        if y + tall > room.bottom and y > room.y:
            return None
        x = room.x
        for number, lines in enumerate(wrapped):
            wide = other if number else first
            for i, line in enumerate(lines[: int((room.bottom - y) / step)]):
                self.sheet.put(x, y + i * step, line, size, bold=room.bold, room=wide - 0.8 * size)
            x += wide
        if self.manner.ruled:
            self.sheet.rule(room.x, y - 0.08 * size, room.x + room.width, y - 0.08 * size)
        return y + tall
