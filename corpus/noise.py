"""Disturbs labelled pages the way scanners and our OCR engine do; the labels stay right.

How often what is misread, split, merged, lost and moved was measured, not guessed: `docengine.corpus.noise_table`.
`disturb` works on words and boxes alone, so that pages with and without a picture stream through it. Values and layout
are changed by `redraw` and `shuffle_blocks`, from `docengine.corpus.redress` and `.blocks`.
"""

from __future__ import annotations

import math
import random
from bisect import bisect
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

import numpy as np

from docengine import Box, Word
from docengine.corpus.blocks import Tagged, rebuilt, shuffle_blocks
from docengine.corpus.labelled import Label, LabelledPage
from docengine.corpus.noise_table import (
    GAPS,
    WIDEST,
    Level,
    Noise,
    ink_class,
    is_rule,
    joint_of,
    kind_of,
    noise,
    sizes_of,
    style_and_unit,
)
from docengine.corpus.redress import redraw
from docengine.engine.layout import split_text

__all__ = ["disturb", "redraw", "shuffle_blocks"]

INKED, LINED = 0.6, 0.2
"""Shares of pages whose boxes hold the ink, as our OCR's do, and whose words share their line's box, as those of people
and of other engines do; the rest keep their own."""
CLOSE = 0.005
"""Gaps that are closed less often than this end a run of merges: they are wider than a space."""
NAMED = 0.1
"""Of 90 receipts 35 print their address in small letters, and 3 the seller's name."""
DIGITS = frozenset("0123456789")
RECASED = 0.08
"""Share of pages put into another case as a whole: people type what they see as capitals, or as they please."""


def disturb(page: LabelledPage, rng: random.Random, strength: float = 1.0) -> LabelledPage:
    """A disturbed copy of `page`; 0 changes nothing, 1 draws how badly it is read as often as scans are, 3 is poor.

    A labelled word is misread as often as any other, for labels lie on words and not on their values, but it is never
    lost: what is left of its value would be labelled as the whole.
    """
    if strength <= 0 or not page.page.words:
        return page
    quality = 1 - rng.random() ** strength
    words = _recased(list(zip(page.page.words, page.labels, strict=True)), rng)
    style, unit = style_and_unit(page.page.words, page.meta.get("kind") == "receipt")
    words = reread(words, rng, quality, style, unit)
    manner = rng.random()
    if manner > 1 - LINED:
        words = _lined(words, rng)
    boxes = ink_boxes(words, rng, style, unit) if manner < INKED else np.array([word.box for word, _ in words])
    boxes, width, height = _bent(boxes, (page.page.width, page.page.height), rng, quality * min(strength, 2.0))
    return rebuilt(page, with_boxes(words, boxes), width, height)


def reread(words: list[Tagged], rng: random.Random, quality: float, style: str, unit: float) -> list[Tagged]:
    """Words as our OCR reads them, in boxes of the same style. `quality` 0 is the best scan, 1 the worst; `style` and
    `unit`: the page's, from `style_and_unit`."""
    table = noise()
    level = table.level(quality)
    words = _merged(words, rng, (table, level), unit)
    words = _misread_words(words, rng, (table, level), sizes_of([word for word, _ in words], style))
    return words + _strays(words, rng, (table, level), unit)


def ink_boxes(words: list[Tagged], rng: random.Random, style: str, unit: float) -> np.ndarray:
    """Boxes (N, 4) around the ink as our OCR gives them, for words whose own boxes are of `style`."""
    table = noise()
    usual = table.ink[f"{style} to"]
    ink = [table.ink.get(f"{style} {ink_class(word.text)}", usual) for word, _ in words]
    boxes = np.array([word.box for word, _ in words])
    middles = ((boxes[:, 1] + boxes[:, 3]) / 2).tolist()
    off, row, place, level = [], table.boxes[style][0], 0, -math.inf
    for middle in middles:
        if abs(middle - level) > 0.5 * unit:  # the words of one row lie off together
            row, place = rng.choice(table.boxes[style]), 0
        off.append(row[place % len(row)])
        place, level = place + 1, middle
    moved = boxes + (np.array(ink) + np.array(off)) * unit
    middle = (moved[:, :2] + moved[:, 2:]) / 2
    half = np.maximum((moved[:, 2:] - moved[:, :2]) / 2, 0.1 * unit)
    return np.concatenate([middle - half, middle + half], axis=1)


def with_boxes(words: list[Tagged], boxes: np.ndarray) -> list[Tagged]:
    """`words` in other boxes (N, 4)."""
    return [
        (Word(word.text, box), label) for (word, label), box in zip(words, map(Box._make, boxes.tolist()), strict=True)
    ]


def _recased(words: list[Tagged], rng: random.Random) -> list[Tagged]:
    """Sometimes another case: receipts that are typed in capitals are mostly printed in both, line by line."""
    letters = [word.text for word, _ in words if word.text.upper() != word.text.lower()]
    capitals = sum(text.isupper() for text in letters) > 0.95 * len(letters)
    change: Callable[[str], str] = rng.choice((str.upper, str.upper, str.lower, str.title))
    if not capitals:
        return (
            [(Word(change(word.text), word.box), label) for word, label in words] if rng.random() < RECASED else words
        )
    share = rng.choice(noise().recased)
    out, top, small = [], math.inf, False
    for word, label in words:
        if abs(word.box.y0 - top) > 0.5 * word.box.height:
            named = label is not None and label.field == "seller_name"
            top, small = word.box.y0, rng.random() < (NAMED * share if named else share)
            change = str.title if rng.random() < 0.8 else str.lower
        changed = small and DIGITS.isdisjoint(word.text)
        out.append((Word(change(word.text), word.box), label) if changed else (word, label))
    return out


def _misread_words(
    words: list[Tagged], rng: random.Random, rates: tuple[Noise, Level], sizes: list[int]
) -> list[Tagged]:
    """Words lost, misread and fallen apart; `sizes`: the class of each."""
    table, level = rates
    errors = [level.error * factor for factor in table.misread_size]
    losses = [level.lost * factor for factor in table.lost_size]
    out: list[Tagged] = []
    running, draw = False, rng.random
    for tagged, size in zip(words, sizes, strict=True):
        (text, box), label = tagged
        running = label is None and draw() < (level.run if running else losses[size])
        weight, places, plain, rule = _risk(text)
        if running or (rule and label is None and draw() < table.rules_lost):
            continue
        if not plain:
            text = _unknown(text, rng, table)
        if draw() < weight * errors[size]:
            text = _misread(text, rng, table)
        if draw() < places * level.split and len(text) > 1:
            out += _halves(Word(text, box), label, rng, table)
        else:
            out.append(tagged if text == tagged[0].text else (Word(text, box), label))
    return out or words


@lru_cache(maxsize=100_000)
def _risk(text: str) -> tuple[float, float, bool, bool]:
    """Of a word: the sum of its characters' weights, of its places' chances to split, whether the engine knows all its
    characters, and whether it is a rule."""
    table = noise()
    weight = sum(table.weights.get(char, 0.2) for char in text if char not in table.certain)
    places = sum(table.places.get(kind_of(a) + kind_of(b), 0.0) for a, b in pairwise(text))
    return weight / (1 - table.added_share), places, table.certain.keys().isdisjoint(text), is_rule(text)


def _unknown(text: str, rng: random.Random, table: Noise) -> str:
    """Characters that the engine hardly knows, read as others."""
    return "".join(
        _pick(table.taken[char], rng) if rng.random() < table.certain.get(char, 0.0) else char for char in text
    ) or text  # fmt: skip


def _misread(text: str, rng: random.Random, table: Noise) -> str:
    """One error, and perhaps more."""
    while True:
        if rng.random() < table.added_share:
            text = _with_stray(text, rng, table)
        else:
            places = [i for i, char in enumerate(text) if char in table.taken and char not in table.certain]
            if places:
                i = rng.choices(places, [table.weights.get(text[i], 0.2) for i in places])[0]
                text = text[:i] + _pick(table.taken[text[i]], rng) + text[i + 1 :] or text
        if rng.random() >= table.more:
            return text


def _with_stray(text: str, rng: random.Random, table: Noise) -> str:
    place = _pick(table.added_at, rng)
    at = 0 if place == "start" else len(text) if place == "end" else rng.randrange(1, max(len(text), 2))
    return text[:at] + _pick(table.added[place], rng) + text[at:]


def _pick(urn: tuple[tuple[str, ...], tuple[float, ...]], rng: random.Random) -> str:
    things, bounds = urn
    return things[min(bisect(bounds, rng.random() * bounds[-1]), len(things) - 1)]


def _halves(word: Word, label: Label | None, rng: random.Random, table: Noise) -> list[Tagged]:
    """The word in two, where words like to fall apart."""
    text, (x0, y0, x1, y1) = word
    rates = [table.places.get(kind_of(a) + kind_of(b), 0.0) + 1e-6 for a, b in pairwise(text)]
    cut = rng.choices(range(1, len(text)), rates)[0]
    x = x0 + (x1 - x0) * cut / len(text)
    return [(Word(text[:cut], Box(x0, y0, x, y1)), label), (Word(text[cut:], Box(x, y0, x1, y1)), label)]


def _merged(words: list[Tagged], rng: random.Random, rates: tuple[Noise, Level], unit: float) -> list[Tagged]:
    """Neighbours run together, the more easily the narrower the gap; words of two fields never do.

    Of a label and its value only what preprocessing would not cut again: the whole then carries the value's label.
    """
    table, level = rates
    rare = (1 - table.again) * level.merge
    out, running = words[:1], False
    for tagged in words[1:]:
        (text, box), label = tagged
        (before, old), owner = out[-1]
        gap = (box[0] - old[2]) / unit
        if -0.5 < gap < WIDEST and abs(box[1] + box[3] - old[1] - old[3]) < unit:
            chance = table.merge[joint_of(before, text)][bisect(GAPS, gap)]
            running = rng.random() < (max(chance, table.again) if running and chance > CLOSE else chance * rare)
        else:
            running = False
        if running and _may_join(before, text, owner, label):
            out[-1] = (Word(before + text, Box.around((old, box))), label or owner)
        else:
            out.append(tagged)
    return out


def _may_join(before: str, text: str, owner: Label | None, label: Label | None) -> bool:
    if owner == label:
        return True
    return (owner is None or label is None) and len(split_text(before + text)) == 1


def _strays(words: list[Tagged], rng: random.Random, rates: tuple[Noise, Level], unit: float) -> list[Tagged]:
    """Words that are not there: seen in logos, creases and rules."""
    table, level = rates
    expected = level.extra * len(words)
    around = Box.around(word.box for word, _ in words)
    out: list[Tagged] = []
    for _ in range(int(expected) + (rng.random() < expected % 1)):
        text = _pick(table.extra, rng)
        x, y = rng.uniform(around.x0, around.x1), rng.uniform(around.y0, around.y1)
        out.append((Word(text, Box(x, y, x + 0.7 * unit * len(text), y + rng.uniform(0.5, 1.3) * unit)), None))
    return out


def _lined(words: list[Tagged], rng: random.Random) -> list[Tagged]:
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


def _neighbours(a: Box, b: Box) -> bool:
    """On one row, `b` right after `a`."""
    height = max(a.height, b.height, 1e-6)
    return abs(a.y0 + a.y1 - b.y0 - b.y1) < height and -0.2 * height < b.x0 - a.x1 < 0.8 * height


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


def _bent(
    boxes: np.ndarray, size: tuple[float, float], rng: random.Random, amount: float
) -> tuple[np.ndarray, float, float]:
    """Boxes (N, 4) on a page turned, sheared and curled, and its width and height; middles move, sizes stay."""
    width, height = size
    angle, shear = rng.gauss(0, 0.006 * amount), rng.gauss(0, 0.004 * amount)
    curl = rng.gauss(0, 0.005 * amount) * height if rng.random() < 0.3 else 0.0
    phase, waves = rng.uniform(0, 6.28), rng.uniform(0.4, 1.4)
    half = (boxes[:, 2:] - boxes[:, :2]) / 2
    x, y = ((boxes[:, :2] + boxes[:, 2:]) / 2 - (width / 2, height / 2)).T
    y = y + curl * np.sin(2 * math.pi * waves * x / max(width, height) + phase)
    sin, cos = math.sin(angle), math.cos(angle)
    middle = np.stack([x * cos - y * sin + shear * y + width / 2, x * sin + y * cos + height / 2], axis=1)
    middle += np.maximum(half - middle, 0.0).max(axis=0)  # nothing left of the page or above it
    moved = np.concatenate([middle - half, middle + half], axis=1).clip(0.0)
    return moved, max(width, float(moved[:, 2].max())), max(height, float(moved[:, 3].max()))
