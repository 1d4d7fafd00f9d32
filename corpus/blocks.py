"""A labelled page made of other words: its blocks moved about, or words changed by the other disturbances."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from statistics import median

from docengine import Box, Word
from docengine.corpus.labelled import Label, LabelledPage

Tagged = tuple[Word, Label | None]

LINE = frozenset(("description", "quantity", "unit_price", "tax_percent", "line_total"))


def rebuilt(page: LabelledPage, words: list[Tagged], width: float, height: float) -> LabelledPage:
    """`page` with other words and without its picture; fields that lost all their words become unknown."""
    left = {label.field for _, label in words if label}
    lost = {label.field for label in page.labels if label} - left
    drawn = replace(page.page, words=[], image=None, width=width, height=height)
    drawn.words = [word for word, _ in words]  # not in the constructor, whose checks they need not
    return replace(
        page,
        page=drawn,
        labels=[label for _, label in words],
        known=page.known - lost,
        fields={name: value for name, value in page.fields.items() if name not in lost},
    )


def shuffle_blocks(page: LabelledPage, rng: random.Random, drop: float = 0.1, moves: int = 2) -> LabelledPage:
    """`page` with `moves` of its blocks (rows between larger gaps) elsewhere, and unlabelled ones left out at rate
    `drop`. Line items keep their order: blocks that hold some are never moved past each other.
    """
    tagged = list(zip(page.page.words or [], page.labels, strict=True))
    blocks = blocks_of(tagged)
    if len(blocks) < 3:
        return page
    top = min(word.box.y0 for word, _ in blocks[0])
    gaps = [0.0, *(_top(b) - _bottom(a) for a, b in pairwise(blocks))]
    order = [i for i in range(len(blocks)) if any(label for _, label in blocks[i]) or rng.random() >= drop]
    table = [i for i in order if any(label and label.field in LINE for _, label in blocks[i])]
    free = [i for i in order if i not in table]
    for _ in range(moves if free else 0):
        block = rng.choice(free)
        order.remove(block)
        order.insert(rng.randrange(len(order) + 1), block)
    out: list[Tagged] = []
    at = top
    for place, i in enumerate(order):
        at += gaps[i] if place and i else 0.0
        shift = at - _top(blocks[i])
        out += [(Word(w.text, Box(w.box.x0, w.box.y0 + shift, w.box.x1, w.box.y1 + shift)), la) for w, la in blocks[i]]
        at += _bottom(blocks[i]) - _top(blocks[i])
    return rebuilt(page, out, page.page.width, max(page.page.height, at))


def blocks_of(words: list[Tagged]) -> list[list[Tagged]]:
    """Words between gaps that run across the page and are larger than most, from top to bottom; a value stays whole."""
    bands: list[list[Tagged]] = []
    bottom = 0.0
    for tagged in sorted(words, key=lambda tagged: tagged[0].box.y0):
        if not bands or tagged[0].box.y0 > bottom:
            bands.append([])
        bands[-1].append(tagged)
        bottom = max(bottom, tagged[0].box.y1)
    if len(bands) < 3:
        return bands
    gaps = [_top(lower) - _bottom(upper) for upper, lower in pairwise(bands)]
    limit = max(1.4 * median(gaps), 0.7 * median(word.box.height for word, _ in words))
    blocks = [bands[0]]
    for gap, band in zip(gaps, bands[1:], strict=True):
        if gap > limit and not {label for _, label in blocks[-1] if label} & {label for _, label in band}:
            blocks.append(band)
        else:
            blocks[-1] = blocks[-1] + band
    return blocks


def _top(block: list[Tagged]) -> float:
    return block[0][0].box.y0


def _bottom(block: list[Tagged]) -> float:
    return max(word.box.y1 for word, _ in block)
