"""The ways in which `docengine.corpus.laid_out` lays plain text out: each is a function that sets a draft's waiting
paragraphs into rooms. Units are points, origin top left.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from docengine.corpus.generator.sheet import Sheet, Token
from docengine.corpus.setting import Room, Setter, Waiting


@dataclass(slots=True)
class Draft:
    """A page while it is laid out."""

    rng: random.Random
    sheet: Sheet
    setter: Setter
    queue: deque[Waiting]
    room: Room
    """What the margins leave."""

    def fill(self, rooms: Sequence[Room]) -> float:
        """Sets the text into the rooms, one after the other; returns the y below in the last."""
        y = 0.0
        for room in rooms:
            y = self.setter.fill(room, self.queue)
        return y

    def take(self, count: int) -> list[str]:
        """The next words, up to `count`, out of one paragraph."""
        while self.queue and not self.queue[0].words:
            waiting = self.queue.popleft()
            if any(waiting.cells):
                self.queue.appendleft(Waiting("text", [word for cell in waiting.cells for word in cell]))
        if not self.queue:
            return []
        waiting = self.queue[0]
        taken, waiting.words = waiting.words[:count], waiting.words[count:]
        waiting.begun = True
        if not waiting.words:
            self.queue.popleft()
        return taken

    def line(self, room: Room, y: float, count: int, *, bold: bool = False, size: float = 0.0) -> float:
        """Sets the next words, up to `count`, as lines of their own; returns the y below."""
        size = size or room.size
        for line in self.sheet.wrap([Token(word) for word in self.take(count)], size, room.width, bold):
            if y + size > room.bottom:
                break
            self.sheet.put(room.anchor, y, line, size, bold=bold, align=room.align, room=room.width)
            y += size * self.setter.manner.leading
        return y


Layout = Callable[[Draft], None]


def _columns(room: Room, count: int, gutter: float) -> list[Room]:
    width = (room.width - gutter * (count - 1)) / count
    return [replace(room, x=room.x + i * (width + gutter), width=width) for i in range(count)]


def _page(draft: Draft) -> None:
    draft.fill([draft.room])


def _book(draft: Draft) -> None:
    """One justified column, the paragraphs indented, a chapter's title far down the page now and then."""
    rng = draft.rng
    draft.setter.manner = replace(draft.setter.manner, gap=0.0, indent=rng.uniform(1, 2.5), leading=1.25)
    down = draft.sheet.height * 0.2 if rng.random() < 0.2 else 0.0
    draft.fill([replace(draft.room, align="j", y=draft.room.y + down)])


def _many_columns(draft: Draft) -> None:
    """Two to four columns, below a title or not, with a rule between them or not."""
    rng, room = draft.rng, draft.room
    count = rng.choice((2, 2, 2, 3, 3, 4))
    room = replace(room, size=room.size * (1.0, 1.0, 0.9, 0.8)[count - 1])
    if rng.random() < 0.5:
        head = replace(room, align=rng.choice("lc"))
        y = draft.line(head, room.y, rng.randrange(3, 10), bold=True, size=room.size * rng.uniform(1.3, 2.6))
        if rng.random() < 0.5:
            y = draft.line(head, y, rng.randrange(3, 14))
        room = replace(room, y=min(y + room.size, room.bottom))
    columns = _columns(room, count, rng.uniform(10, 30))
    draft.fill(columns)
    if rng.random() < 0.25:
        for a, b in pairwise(columns):
            x = (a.x + a.width + b.x) / 2
            draft.sheet.rule(x, room.y, x, room.bottom)


def _letter(draft: Draft) -> None:
    """Who writes, to whom, when and about what, then the text, and a closing further down."""
    rng, room = draft.rng, draft.room
    lines = rng.randrange(2, 6)
    sender = replace(room, align=rng.choice("lrc"), width=room.width)
    y = room.y
    for _ in range(lines):
        y = draft.line(sender, y, rng.randrange(1, 5))
    y += rng.uniform(1, 4) * room.size
    for _ in range(rng.randrange(2, 6)):
        y = draft.line(replace(room, align="l", width=room.width * 0.45), y, rng.randrange(1, 5))
    dated = replace(room, align=rng.choice("lr"))
    y = draft.line(dated, y + room.size, rng.randrange(1, 4))
    y = draft.line(replace(room, align="l"), y + 1.5 * room.size, rng.randrange(3, 9), bold=rng.random() < 0.7)
    y = draft.fill([replace(room, y=y + room.size)])
    if y < room.bottom - 4 * room.size:
        y = draft.line(replace(room, align="l"), y + room.size, 3)
        draft.line(replace(room, align="l"), y + 3 * room.size, 3)


def _sidebar(draft: Draft) -> None:
    """A narrow column beside a wide one; the narrow one in another type size, on grey or not."""
    rng, room = draft.rng, draft.room
    share, gutter = rng.uniform(0.2, 0.36), rng.uniform(10, 28)
    narrow = replace(room, width=room.width * share - gutter / 2, size=room.size * rng.uniform(0.75, 0.95), align="l")
    wide = replace(room, x=room.x + room.width * share + gutter / 2, width=room.width * (1 - share) - gutter / 2)
    if rng.random() < 0.5:  # the narrow one at the right
        wide = replace(wide, x=room.x)
        narrow = replace(narrow, x=room.x + wide.width + gutter)
    narrow = replace(narrow, bottom=room.y + (room.bottom - room.y) * rng.uniform(0.3, 1.0))
    if rng.random() < 0.4:
        draft.sheet.fill(
            narrow.x - 5, narrow.y - 5, narrow.x + narrow.width + 5, narrow.bottom + 3, rng.uniform(0.8, 0.95)
        )
    draft.fill([narrow, wide])


def _blocks(draft: Draft) -> None:
    """The page cut into rectangles, again and again; each has its own type."""
    for cell in _cut(draft.room, draft.rng, 0):
        _block(draft, cell)


def _cut(room: Room, rng: random.Random, depth: int) -> Iterator[Room]:
    """Rectangles in reading order of the cuts."""
    height, gap = room.bottom - room.y, rng.uniform(8, 22)
    if depth >= 4 or (depth > 1 and rng.random() < 0.3) or (room.width < 150 and height < 120):
        yield room
        return
    share = rng.uniform(0.25, 0.75)
    if room.width > rng.uniform(0.5, 1.3) * height and room.width > 180:
        middle = room.width * share
        yield from _cut(replace(room, width=middle - gap / 2), rng, depth + 1)
        yield from _cut(replace(room, x=room.x + middle + gap / 2, width=room.width - middle - gap / 2), rng, depth + 1)
        return
    middle = room.y + height * share
    yield from _cut(replace(room, bottom=middle - gap / 2), rng, depth + 1)
    yield from _cut(replace(room, y=middle + gap / 2), rng, depth + 1)


def _block(draft: Draft, room: Room) -> None:
    rng, sheet = draft.rng, draft.sheet
    align, bold = rng.choice(("l", "l", "j", "c", "r")), rng.random() < 0.12
    room = replace(room, size=room.size * rng.choice((0.75, 0.85, 1.0, 1.0, 1.3)), align=align, bold=bold)
    dressed = rng.random()
    around = room.x - 4, room.y - 4, room.x + room.width + 4, room.bottom + 4
    if dressed < 0.15:
        sheet.fill(*around, rng.uniform(0.78, 0.95))
    elif dressed < 0.3:
        sheet.shapes.append(("frame", *around, 0.2))
    elif dressed < 0.36:
        sheet.fill(*around, rng.uniform(0.0, 0.3))
        sheet.inverse = True
    if rng.random() < 0.4:
        room = replace(room, y=draft.line(room, room.y, rng.randrange(1, 6), bold=True, size=1.2 * room.size))
    draft.fill([room])
    sheet.inverse = False


def _notes(draft: Draft) -> None:
    """Text, and below a rule notes in smaller type."""
    rng, room = draft.rng, draft.room
    middle = room.y + (room.bottom - room.y) * rng.uniform(0.55, 0.85)
    draft.fill([replace(room, bottom=middle)])
    draft.sheet.rule(room.x, middle + 4, room.x + room.width * rng.choice((0.3, 1.0)), middle + 4)
    size = room.size * rng.uniform(0.68, 0.82)
    y = middle + 9
    for _ in range(rng.randrange(1, 6)):
        y = draft.line(replace(room, y=y, size=size, align="l"), y, rng.randrange(8, 50)) + 0.2 * size


def _form(draft: Draft) -> None:
    """Boxes with small labels above their answers, or labels beside lines to write on."""
    rng, room, sheet = draft.rng, draft.room, draft.sheet
    head = replace(room, align=rng.choice("lc"))
    y = draft.line(head, room.y, rng.randrange(2, 9), bold=True, size=room.size * 1.4) + 0.8 * room.size
    boxed, small = rng.random() < 0.5, room.size * rng.uniform(0.6, 0.85)
    tall = room.size * rng.uniform(2.3, 3.4)
    while draft.queue and y + tall < room.bottom:
        count = rng.choice((1, 1, 2, 2, 3, 4))
        for cell in _columns(replace(room, align="l", y=y, bottom=y + tall), count, 0.0 if boxed else 12.0):
            inside = replace(cell, x=cell.x + 3, width=cell.width - 6)
            if boxed:
                sheet.shapes.append(("frame", cell.x, y, cell.x + cell.width, y + tall, 0.3))
                draft.line(replace(inside, bottom=y + 1.3 * small), y + 1, rng.randrange(1, 5), size=small)
                if rng.random() < 0.8:
                    answer = replace(inside, bottom=y + tall)
                    draft.line(answer, y + tall - 1.3 * room.size, max(1, int(cell.width / room.size / 5)))
                continue
            words = [*draft.take(rng.randrange(1, 4)), ":"]
            label = [Token(word, None, word == ":") for word in words]
            end = sheet.put(cell.x, y, label, room.size, bold=rng.random() < 0.3, room=cell.width * 0.6)
            sheet.rule(end + 3, y + room.size, cell.x + cell.width, y + room.size)
            left = cell.x + cell.width - end - 6
            written = [Token(word) for word in draft.take(int(left / room.size / 4))]
            sheet.put(end + 6, y, written, room.size, room=max(left, 5.0))
        y += tall if boxed or rng.random() < 0.9 else 2 * tall


def _contents(draft: Draft) -> None:
    """Lines that dots lead to a number: a table of contents, an index."""
    rng, sheet = draft.rng, draft.sheet
    leader, number = rng.choice((".", ". ", "", "_")), rng.randrange(1, 30)
    for room in _columns(draft.room, rng.choice((1, 1, 2)), 24.0):
        y, step = room.y, room.size * draft.setter.manner.leading
        while draft.queue and y + step < room.bottom:
            words = draft.take(rng.randrange(1, 8))
            x = room.x + rng.choice((0.0, 0.0, 1.5, 3.0)) * room.size
            end = sheet.put(x, y, [Token(word) for word in words], room.size, room=0.75 * room.width)
            page = Token(str(number))
            start = room.x + room.width - sheet.measure([page], room.size)
            one = sheet.measure([Token(leader.strip() or ".")], room.size) * max(len(leader), 1)
            dots = leader * int((start - end - room.size) / one) if leader else ""
            sheet.put(end + 0.5 * room.size, y, [Token(dot) for dot in dots.split()], room.size)
            sheet.put(room.x + room.width, y, [page], room.size, align="r")
            number += rng.choice((0, 1, 1, 2, 5, 12))
            y += step


def _poster(draft: Draft) -> None:
    """Few lines in large type of several sizes, most in the middle."""
    rng, room = draft.rng, replace(draft.room, align=draft.rng.choice("ccl"))
    y = room.y
    while draft.queue and y < room.bottom - room.size:
        size = room.size * rng.choice((0.7, 1.0, 1.0, 1.5, 2.2))
        y = draft.line(room, y, rng.randrange(2, 12), bold=rng.random() < 0.4, size=size) + rng.uniform(0.1, 1.5) * size


def _leaflet(draft: Draft) -> None:
    """Three panels side by side on wide paper, each with a margin of its own."""
    rng = draft.rng
    for panel in _columns(draft.room, 3, 30.0):
        _block(draft, replace(panel, y=panel.y + rng.uniform(0, 0.25) * (panel.bottom - panel.y)))


def _slide(draft: Draft) -> None:
    """A title and points in large type."""
    rng, room = draft.rng, draft.room
    y = draft.line(replace(room, align=rng.choice("lc")), room.y, rng.randrange(2, 8), bold=True, size=room.size * 1.5)
    rooms = _columns(replace(room, y=y + room.size, align="l"), rng.choice((1, 1, 2)), 40.0)
    for part in rooms:
        y = part.y
        for _ in range(rng.randrange(2, 7)):
            sunk = part.size * rng.choice((0.0, 0.0, 1.5))
            draft.sheet.put(part.x + sunk, y, [Token(draft.setter.manner.mark)], part.size)
            x = part.x + sunk + 1.2 * part.size
            below = draft.line(replace(part, x=x, width=part.x + part.width - x), y, rng.randrange(3, 14))
            y = below + 0.4 * part.size


def _centred(draft: Draft) -> None:
    """A narrow strip: all lines in the middle or at the left."""
    align = draft.rng.choice("cl")
    draft.fill([replace(draft.room, align=align, bottom=draft.sheet.height - 20)])


LAYOUTS: dict[str, tuple[float, Layout]] = {
    "page": (3.0, _page), "book": (2.0, _book), "columns": (4.0, _many_columns), "letter": (2.0, _letter),
    "sidebar": (1.5, _sidebar), "blocks": (3.0, _blocks), "notes": (1.5, _notes), "form": (2.5, _form),
    "contents": (1.0, _contents), "poster": (0.7, _poster), "leaflet": (1.0, _leaflet), "slide": (1.2, _slide),
    "roll": (1.0, _centred), "card": (0.6, _centred),
}  # fmt: skip
"""How pages are laid out: how often, and by what."""
