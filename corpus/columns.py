"""Columns of a labelled item table in another order."""

from __future__ import annotations

import random
from itertools import accumulate, pairwise

from docengine import Box, Word
from docengine.corpus.blocks import LINE, rebuilt
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.ordered import Ordered
from docengine.corpus.rows import CURRENCY, Table, middle, table_of

HEADING = 4.5
"""How far above the first row its column headings may stand, in heights of a word; they take up to two lines."""
GAP = 0.35
"""The least space between two columns, in heights of a word."""


def swap_columns(page: LabelledPage, rng: random.Random) -> LabelledPage:
    """`page` with two columns of its item table exchanged, headings and all; columns between them close up or part."""
    table = table_of(page)
    if table is None:
        return page
    sheet = table.sheet
    heading = _heading(table)
    places = heading + [p for p, w in enumerate(sheet.words) if table.cuts[0] <= middle(w) < table.cuts[-1]]
    columns, headed = _columns(sheet, places), set(heading)
    labelled = [
        i
        for i, column in enumerate(columns)
        if any(_is_cell(sheet, place) for place in column) and not headed.isdisjoint(column)
    ]
    foreign = any((label := sheet.labels[p]) and label.field not in {*LINE, CURRENCY} for p in places)
    if foreign or len(labelled) < 3 or not _clean(sheet, columns):
        return page
    a, b = sorted(rng.sample(labelled, 2))
    order = list(range(len(columns)))
    order[a], order[b] = b, a
    shift = _shifts(sheet, columns, order)
    words = []
    for place, (word, label) in enumerate(sheet.tagged):
        dx = shift.get(place, 0.0)
        x0, y0, x1, y1 = word.box
        words.append((Word(word.text, Box(x0 + dx, y0, x1 + dx, y1)) if dx else word, label))
    return rebuilt(page, words, page.page.width, page.page.height)


def _is_cell(sheet: Ordered, place: int) -> bool:
    label = sheet.labels[place]
    return label is not None and label.field in LINE


def _heading(table: Table) -> list[int]:
    """Words of the last line above the first row, and of one right above that."""
    sheet, top = table.sheet, table.cuts[0]
    above = [place for place, word in enumerate(sheet.words) if top - HEADING * sheet.typical < middle(word) < top]
    lowest = max((middle(sheet.words[place]) for place in above), default=top)
    return [place for place in above if middle(sheet.words[place]) > lowest - 1.7 * sheet.typical]


def _columns(sheet: Ordered, places: list[int]) -> list[list[int]]:
    """`places` by column, from left to right: columns are what no word bridges."""
    columns: list[list[int]] = []
    right = 0.0
    for place in sorted(places, key=lambda place: sheet.words[place].box.x0):
        box = sheet.words[place].box
        if not columns or box.x0 > right + GAP * sheet.typical:
            columns.append([])
        columns[-1].append(place)
        right = max(right, box.x1)
    return columns


def _clean(sheet: Ordered, columns: list[list[int]]) -> bool:
    """Whether each line field stands in one column."""
    where: dict[str, int] = {}
    for number, column in enumerate(columns):
        for place in column:
            label = sheet.labels[place]
            if label is not None and where.setdefault(label.field, number) != number:
                return False
    return True


def _shifts(sheet: Ordered, columns: list[list[int]], order: list[int]) -> dict[int, float]:
    """How far right each place moves when the columns stand in `order`, with the gaps they had."""
    spans = [Box.around(sheet.words[place].box for place in column) for column in columns]
    gaps = [right.x0 - left.x1 for left, right in pairwise(spans)]
    steps = [spans[i].width + gap for i, gap in zip(order, gaps, strict=False)]
    starts = accumulate(steps, initial=spans[0].x0)
    return {place: x0 - spans[i].x0 for i, x0 in zip(order, starts, strict=True) for place in columns[i]}
