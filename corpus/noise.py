"""Disturbs labelled pages the way scanners and OCR engines do; the labels stay right.

`disturb` works on words and boxes alone, so that pages with and without a picture stream through it. Values and layout
are changed by `redraw` and `shuffle_blocks`, from `docengine.corpus.redress`
and `.blocks`.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable

from docengine import Box, Word
from docengine.corpus.blocks import Tagged, rebuilt, shuffle_blocks
from docengine.corpus.labelled import Label, LabelledPage
from docengine.corpus.redress import redraw
from docengine.engine.preprocess import fold

__all__ = ["disturb", "redraw", "shuffle_blocks"]

CONFUSED = {
    "0": "OoQD", "O": "0QD", "o": "0ce", "1": "lI!7", "l": "1I|i", "I": "l1|", "i": "1lj", "5": "S6$", "S": "5s8",
    "8": "B36", "B": "8E", "2": "Z7", "Z": "2", "6": "G5b", "G": "6C", "9": "gq4", "g": "9q", "3": "8", "4": "A9",
    "7": "1T", "a": "oe", "e": "co", "c": "e", "n": "ur", "u": "n", "h": "b", "t": "f", "f": "t", "D": "O0", "E": "F",
    ",": ".", ".": ",", ":": ";.", ";": ":", "-": "—~", "/": "l1", "'": "`", "$": "S8", "€": "Ee", "£": "E",
}  # fmt: skip
"""What OCR engines take a character for."""
PAIRED = (("rn", "m"), ("m", "rn"), ("cl", "d"), ("d", "cl"), ("vv", "w"), ("w", "vv"), ("ri", "n"), ("li", "h"))
STRAYS = ".,'`-_|~:·"
NUMERIC = re.compile(r"\d")
KEEPS = 0.25
"""Labelled numbers are confused this much less often than the rest: a page of wrong amounts teaches nothing."""


def disturb(page: LabelledPage, rng: random.Random, strength: float = 1.0) -> LabelledPage:
    """A disturbed copy of `page`; 0 changes nothing, 1 is a poor scan read by a middling engine.

    Words are confused, split, merged, dropped and moved, and the page is turned, bent, scaled and shifted. A value
    whose words are all lost leaves `fields`, and its field becomes unknown.
    """
    if strength <= 0 or not page.page.words:
        return page
    amount = strength * rng.random()  # most pages are scanned well
    words: list[Tagged] = list(zip(page.page.words, page.labels, strict=True))
    if rng.random() < 0.12 * strength:
        words = _recase(words, rng)
    words = _misread(words, rng, amount)
    words = _resegment(words, rng, amount)
    words = _join_lines(words, rng) if rng.random() < 0.3 * strength else words
    words, width, height = _bend(words, (page.page.width, page.page.height), rng, amount)
    return rebuilt(page, words, width, height)


def _misread(words: list[Tagged], rng: random.Random, amount: float) -> list[Tagged]:
    """Confused characters, lost accents and stray or lost punctuation; a few words are lost altogether."""
    out = []
    accents = rng.random() < 0.1 * amount
    for word, label in words:
        if label is None and rng.random() < 0.03 * amount:
            continue
        text = word.text
        rate = 0.02 * amount * (KEEPS if label and NUMERIC.search(text) else 1.0) * len(text)
        if rng.random() < rate:
            text = _confuse(text, rng)
        if rng.random() < 0.03 * amount:
            text = _punctuate(text, rng, label is not None)
        if accents and not text.isascii():
            text = fold(text) if text.islower() else _unaccented(text)
        out.append((word if text == word.text else Word(text, word.box), label))
    return out or words


def _confuse(text: str, rng: random.Random) -> str:
    if rng.random() < 0.2:
        for seen, taken in rng.sample(PAIRED, len(PAIRED)):
            if seen in text:
                return text.replace(seen, taken, 1)
    places = [i for i, char in enumerate(text) if char in CONFUSED]
    if not places:
        return text
    i = rng.choice(places)
    return text[:i] + rng.choice(CONFUSED[text[i]]) + text[i + 1 :]


def _punctuate(text: str, rng: random.Random, labelled: bool) -> str:
    """A stray mark at an end, or the end's own mark lost."""
    if rng.random() < 0.5:
        kept = text.rstrip(".,:;")
        return kept or text
    if labelled and NUMERIC.search(text):
        return text  # a mark at an amount's end is read as part of it
    mark = rng.choice(STRAYS)
    return text + mark if rng.random() < 0.7 else mark + text


def _unaccented(text: str) -> str:
    return "".join(fold(char).upper() if char.isupper() else fold(char) for char in text)


def _recase(words: list[Tagged], rng: random.Random) -> list[Tagged]:
    change: Callable[[str], str] = rng.choice((str.upper, str.upper, str.lower, str.title))
    return [(Word(change(word.text), word.box), label) for word, label in words]


def _resegment(words: list[Tagged], rng: random.Random, amount: float) -> list[Tagged]:
    """Some words fall apart; some neighbours of one label run together, rarely an unlabelled one into a value."""
    out: list[Tagged] = []
    for word, label in words:
        if out and rng.random() < 0.05 * amount:
            before, owner = out[-1]
            agree = owner == label or (rng.random() < 0.03 and (owner is None or label is None))
            if agree and _neighbours(before.box, word.box) and len(before.text) + len(word.text) < 24:
                out[-1] = (Word(before.text + word.text, Box.around((before.box, word.box))), label or owner)
                continue
        if len(word.text) > 3 and rng.random() < 0.03 * amount:
            out += _halves(word, label, rng)
        else:
            out.append((word, label))
    return out


def _neighbours(a: Box, b: Box) -> bool:
    """On one row, `b` right after `a`."""
    height = max(a.height, b.height, 1e-6)
    return abs(a.y0 + a.y1 - b.y0 - b.y1) < height and -0.2 * height < b.x0 - a.x1 < 0.8 * height


def _halves(word: Word, label: Label | None, rng: random.Random) -> list[Tagged]:
    cut = rng.randrange(1, len(word.text))
    x0, y0, x1, y1 = word.box
    x = x0 + (x1 - x0) * cut / len(word.text)
    return [(Word(word.text[:cut], Box(x0, y0, x, y1)), label), (Word(word.text[cut:], Box(x, y0, x1, y1)), label)]


def _join_lines(words: list[Tagged], rng: random.Random) -> list[Tagged]:
    """Boxes as engines that find whole lines give them: words of one line share its top and bottom, and their edges are
    guessed from the number of characters. Single words stay single, for labels belong to words.
    """
    out: list[Tagged] = []
    line: list[Tagged] = []
    for tagged in words:
        if line and not (_neighbours(line[-1][0].box, tagged[0].box) and rng.random() < 0.97):
            out += _respaced(line)
            line = []
        line.append(tagged)
    return out + _respaced(line)


def _respaced(line: list[Tagged]) -> list[Tagged]:
    if len(line) < 2:
        return line
    x0, y0, x1, y1 = Box.around(word.box for word, _ in line)
    unit = (x1 - x0) / (sum(len(word.text) for word, _ in line) + len(line) - 1)
    out, at = [], x0
    for word, label in line:
        end = at + unit * len(word.text)
        out.append((Word(word.text, Box(at, y0, min(end, x1), y1)), label))
        at = end + unit
    return out


def _bend(
    words: list[Tagged], size: tuple[float, float], rng: random.Random, amount: float
) -> tuple[list[Tagged], float, float]:
    """Jitter of boxes, then rotation, shear, a curled page, scale and margins of the whole."""
    width, height = size
    angle = rng.gauss(0, 0.008 * amount)
    shear = rng.gauss(0, 0.004 * amount)
    curl = rng.gauss(0, 0.006 * amount) * height if rng.random() < 0.3 else 0.0
    sx = math.exp(rng.gauss(0, 0.08 * amount))
    sy = math.exp(rng.gauss(0, 0.08 * amount))
    left, top = (rng.uniform(-0.03, 0.08) * amount * side for side in size)
    jitter = 0.06 * amount
    sin, cos = math.sin(angle), math.cos(angle)
    out = []
    for word, label in words:
        x0, y0, x1, y1 = word.box
        tall = y1 - y0
        x, y = (x0 + x1) / 2 - width / 2, (y0 + y1) / 2 - height / 2
        u = x * cos - y * sin + shear * y
        v = x * sin + y * cos + curl * math.sin(math.pi * (x / width + 0.5))
        cx = (u + width / 2 + left + rng.gauss(0, jitter) * tall) * sx
        cy = (v + height / 2 + top + rng.gauss(0, jitter) * tall) * sy
        half_x = max((x1 - x0) / 2 + rng.gauss(0, jitter) * tall, 0.3) * sx
        half_y = max(tall / 2 * (1 + rng.gauss(0, 2 * jitter)), 0.3) * sy
        box = Box(max(cx - half_x, 0.0), max(cy - half_y, 0.0), max(cx + half_x, 0.0), max(cy + half_y, 0.0))
        out.append((Word(word.text, box), label))
    right = max(word.box.x1 for word, _ in out)
    bottom = max(word.box.y1 for word, _ in out)
    return out, max((width + left) * sx, right), max((height + top) * sy, bottom)
