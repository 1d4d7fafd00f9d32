"""What is on a page besides its text: stamps, watermarks, handwriting, codes, signatures, holes and fold marks.

Words that a reader would see are words of the page, without a label; the rest is only noted for drawing.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.letter import Letter
from docengine.corpus.generator.sheet import Line, tokens


def adorn(letter: Letter) -> None:
    """Adds to the first page what its sender or its readers put there."""
    for share, make in _ADORNMENTS:
        if letter.rng.random() < share:
            make(letter)


def free_spot(
    letter: Letter, width: float, height: float, *, low: float = 0.0, high: float = 1.0
) -> tuple[float, float] | None:
    """Left and top of a place on the first page where no word stands, between two shares of its height."""
    sheet, rng = letter.sheets[0], letter.rng
    room = sheet.width - 40 - width
    for _ in range(12):
        x = 20 + room * rng.random()
        y = sheet.height * (low + (high - low) * rng.random())
        if y + height > sheet.height - 20 or room <= 0:
            continue
        if not any(
            x0 < x + width + 3 and x1 > x - 3 and y0 < y + height + 2 and y1 > y - 2
            for _, x0, y0, x1, y1 in sheet.words
        ):
            return x, y
    return None


def _stamp(letter: Letter) -> None:
    """`PAID` in a frame, with a day and initials: straight as words, askew only to be drawn."""
    writer, rng, sheet = letter.writer, letter.rng, letter.sheets[0]
    text = rng.choice(writer.language.text["stamps"])
    size = rng.uniform(11, 22)
    if rng.random() < 0.35:
        x, y = sheet.width * rng.uniform(0.25, 0.75), sheet.height * rng.uniform(0.25, 0.8)
        sheet.marks.append((text, x, y, size * 1.4, rng.uniform(-25, 25), rng.choice((0.4, 0.5, 0.6))))
        return
    day = writer.record.date + datetime.timedelta(days=rng.randrange(1, 45))
    lines: list[Line] = [tokens(text), writer.date(day)]
    if rng.random() < 0.4:
        lines.append(tokens("".join(word[0] for word in writer.record.buyer.person.split())))
    _framed(letter, lines[: rng.choice((1, 2, 2, 3))], size)


def _framed(letter: Letter, lines: list[Line], size: float) -> None:
    rng, sheet = letter.rng, letter.sheets[0]
    sizes = [size, *[size * rng.choice((0.55, 0.7)) for _ in lines[1:]]]
    wide = max(sheet.measure(line, big, True) for line, big in zip(lines, sizes, strict=True)) + 14
    high = sum(sizes) * 1.3 + 8
    spot = free_spot(letter, wide, high, low=0.1, high=0.9)
    if spot is None:
        return
    x, y = spot
    sheet.shapes.append((rng.choice(("frame", "round", "round")), x, y, x + wide, y + high, rng.choice((0.3, 0.45))))
    y += 5
    for line, big in zip(lines, sizes, strict=True):
        sheet.put(x + wide / 2, y, line, big, bold=True, align="c", room=wide)
        y += big * 1.3


def _watermark(letter: Letter) -> None:
    rng, text = letter.rng, letter.rng.choice(letter.writer.language.text["watermarks"])
    for sheet in letter.sheets:
        size = min(sheet.width / len(text) * 1.1, 110.0)
        sheet.marks.append((text, sheet.width / 2, sheet.height / 2, size, rng.choice((0, 35, 45, 55)), 0.85))


def _note(letter: Letter) -> None:
    """A few words by hand: an account, a tick, a day."""
    writer, rng, sheet = letter.writer, letter.rng, letter.sheets[0]
    day = writer.record.date + datetime.timedelta(days=rng.randrange(1, 45))
    for _ in range(rng.choice((1, 1, 2))):
        text = rng.choice(writer.language.text["hand_notes"]).replace("{n}", str(rng.randrange(100, 9999)))
        line = [*tokens(text), *(writer.date(day) if rng.random() < 0.3 else [])]
        size = rng.uniform(10, 18)
        spot = free_spot(letter, sheet.measure(line, size) + 4, size * 1.4)
        if spot is None:
            continue
        first = len(sheet.words)
        sheet.put(*spot, line, size)
        sheet.hand += range(first, len(sheet.words))
    if rng.random() < 0.3 and (spot := free_spot(letter, 60, 25)):
        sheet.shapes.append(("scribble", *spot, spot[0] + 60, spot[1] + 25, 0.2))


def _bar_code(letter: Letter) -> None:
    """At the top or the bottom, mostly with its digits below."""
    rng, sheet = letter.rng, letter.sheets[0]
    width, height = rng.uniform(80, 190), rng.uniform(16, 36)
    band = rng.choice(((0.01, 0.2), (0.75, 0.95)))
    spot = free_spot(letter, width, height + 12, low=band[0], high=band[1])
    if spot is None:
        return
    x, y = spot
    sheet.codes.append((x, y, x + width, y + height, "bar"))
    if rng.random() < 0.7:
        text = identifiers.filled(rng, rng.choice(("############", "*########*", "#### #### ####", "@@#########")))
        sheet.put(x + width / 2, y + height + 1, tokens(text), rng.choice((7.0, 8.0)), align="c", room=width)


def _square_code(letter: Letter) -> None:
    """A QR code to pay or to check the document, with a caption."""
    writer, rng, sheet = letter.writer, letter.rng, letter.sheets[0]
    side = rng.uniform(45, 95)
    spot = free_spot(letter, side + 10, side + 12, low=0.0 if rng.random() < 0.25 else 0.5, high=0.95)
    if spot is None:
        return
    x, y = spot
    sheet.codes.append((x, y, x + side, y + side, "qr"))
    if rng.random() < 0.2:
        sheet.shapes.append(("frame", x - 5, y - 5, x + side + 5, y + side + 12, 0.2))
    if rng.random() < 0.7:
        caption = tokens(rng.choice(writer.language.text["scan"]))
        sheet.put(x + side / 2, y + side + 2, caption, min(letter.size, 7.5), align="c", room=side + 10)


def _holes(letter: Letter) -> None:
    """Punched holes or fold marks at the left edge."""
    sheet, rng = letter.sheets[0], letter.rng
    middle = sheet.height / 2
    if rng.random() < 0.5:
        for y in (middle - 113, middle + 113):
            sheet.shapes.append(("hole", 26, y - 8, 42, y + 8, 0.5))
    if rng.random() < 0.7:
        for y in (sheet.height / 3, middle, sheet.height * 2 / 3)[:: rng.choice((1, 2))]:
            sheet.rule(8, y, 18, y)


def _margin(letter: Letter) -> None:
    """Small print that runs up the left edge: recognisers drop it."""
    sheet, text = letter.sheets[0], letter.rng.choice(letter.writer.language.text["legal"])[:90]
    if letter.left > 40:
        sheet.marks.append((text, 14, sheet.height / 2, 5.5, 90, 0.45))


_ADORNMENTS: tuple[tuple[float, Callable[[Letter], None]], ...] = (
    (0.09, _stamp), (0.03, _watermark), (0.05, _note), (0.05, _bar_code), (0.07, _square_code), (0.06, _holes),
    (0.02, _margin),
)  # fmt: skip
