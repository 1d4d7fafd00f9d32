"""Plain text laid out as pages in many ways, so that language is learned where only text is to be had.

Words stand in the order of the text, and what a page has besides it (running head, number, numbers of lines) comes
last. Units are points.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from docengine.corpus.generator.sheet import Sheet, Token
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.layouts import LAYOUTS, Draft
from docengine.corpus.setting import Manner, Room, Setter, queue_of
from docengine.corpus.small import SIDE
from docengine.corpus.texts import Paragraph

PAPERS = {"a4": (595.0, 842.0), "letter": (612.0, 792.0), "a5": (420.0, 595.0), "legal": (612.0, 1008.0),
          "slide": (720.0, 540.0), "wide slide": (960.0, 540.0)}  # fmt: skip
BYTES = 9_000
"""Of text that a page is begun with; few pages hold more."""
NAMES = tuple(LAYOUTS)
SHARES = [share for share, _ in LAYOUTS.values()]


def lay_out(paragraphs: Sequence[Paragraph], rng: random.Random, layout: str | None = None) -> LabelledPage:
    """`paragraphs`, as many as fit, on a page whose longest side is 512; `layout` is one of LAYOUTS, any if None."""
    name = layout or rng.choices(NAMES, SHARES)[0]
    sheet, size = _paper(name, rng)
    manner = Manner.draw(rng)
    setter = Setter(sheet, manner)
    draft = Draft(rng, sheet, setter, queue_of(paragraphs, manner), _margins(sheet, size, rng))
    LAYOUTS[name][1](draft)
    if name not in ("roll", "card", "slide", "poster"):
        _furnish(draft, paragraphs)
    page = sheet.finish(0, SIDE / max(sheet.width, sheet.height), {}, [])
    page.known = frozenset()
    page.meta |= {"source": "text", "layout": name}
    return page


def _paper(name: str, rng: random.Random) -> tuple[Sheet, float]:
    """An empty sheet, and the size of its type."""
    face, size = rng.choice(("sans", "sans", "serif", "serif", "narrow", "wide", "mono")), rng.uniform(8.0, 12.5)
    width, height = PAPERS[rng.choice(("a4", "a4", "letter", "letter", "a5", "legal"))]
    if name == "slide":
        (width, height), size = PAPERS[rng.choice(("slide", "wide slide"))], rng.uniform(15, 26)
    elif name == "roll":
        width, height, face = rng.uniform(150, 240), rng.uniform(260, 800), rng.choice(("receipt", "mono", "sans"))
        size = rng.uniform(7, 10)
    elif name == "card":
        width, height, size = rng.uniform(240, 420), rng.uniform(150, 300), rng.uniform(8, 12)
    elif name == "poster":
        size = rng.uniform(13, 22)
    elif name == "leaflet" or (name in ("page", "columns", "blocks", "form") and rng.random() < 0.15):
        width, height = max(width, height), min(width, height)
    return Sheet(width, height, face, tight=rng.random() < 0.7), size


def _margins(sheet: Sheet, size: float, rng: random.Random) -> Room:
    least = min(sheet.width, sheet.height)
    left, right = (least * rng.uniform(0.04, 0.16) for _ in range(2))
    top, bottom = (sheet.height * rng.uniform(0.05, 0.13) for _ in range(2))
    low = sheet.height - bottom
    if rng.random() < 0.4:  # a page that ends early
        low -= (low - top) * rng.uniform(0.1, 0.7)
    align = rng.choice(("l", "l", "j"))
    return Room(left, top, sheet.width - left - right, low, size, align)


def _furnish(draft: Draft, paragraphs: Sequence[Paragraph]) -> None:
    """A running head, a number, the numbers of lines: what stands in the margins."""
    rng, sheet, room = draft.rng, draft.sheet, draft.room
    small = min(room.size * rng.uniform(0.75, 1.0), 10.0)
    sides = [(room.x, "l"), (sheet.width / 2, "c"), (room.x + room.width, "r")]
    if rng.random() < 0.35:
        words = next((paragraph.text for paragraph in paragraphs if paragraph.kind == "heading"), "").split()[:8]
        x, align = rng.choice(sides)
        sheet.put(x, room.y - 2.2 * small, [Token(word) for word in words], small, align=align, room=room.width * 0.7)
        if words and rng.random() < 0.5:
            sheet.rule(room.x, room.y - 0.8 * small, room.x + room.width, room.y - 0.8 * small)
    if rng.random() < 0.6:
        number, count = rng.randrange(1, 400), rng.randrange(1, 60)
        text = rng.choice(
            (f"{number}", f"- {number} -", f"{number} / {number + count}", f"– {number} –", f"[{number}]")
        )
        x, align = rng.choice(sides)
        sheet.put(x, sheet.height - 2.5 * small, [Token(word) for word in text.split()], small, align=align)
    if rng.random() < 0.04 and room.x > 2.2 * small:
        step = room.size * draft.setter.manner.leading
        for number in range(int((room.bottom - room.y) / step)):
            sheet.put(room.x - 0.8 * small, room.y + number * step, [Token(str(number + 1))], small, align="r")
