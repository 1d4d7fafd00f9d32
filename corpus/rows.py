"""Rows of a labelled item table taken out and put in; what stands below moves, and `line_items` follow."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from docengine import Box, Word
from docengine.corpus.blocks import LINE, Tagged, rebuilt
from docengine.corpus.labelled import Label, LabelledPage
from docengine.corpus.ordered import Ordered, as_given
from docengine.corpus.redraw import other_letter
from docengine.corpus.sums import added_up, cents, like, number, reprinted

CURRENCY = "currency"
"""The one field of the head that may stand in rows, too."""


@dataclass(frozen=True)
class Table:
    """The rows of a page's items: row i lies between `cuts[i]` and `cuts[i + 1]`, pixels from the top."""

    sheet: Ordered
    cuts: list[float]

    def band(self, i: int) -> list[int]:
        """Places of the words of row i, labelled or not."""
        return [p for p, word in enumerate(self.sheet.words) if self.cuts[i] <= middle(word) < self.cuts[i + 1]]

    def belongs(self, i: int) -> bool:
        """Whether nothing but the row's own cells, their currency and unlabelled words stands in row i."""
        labels = [label for p in self.band(i) if (label := self.sheet.labels[p])]
        return all(label.field == CURRENCY or (label.field in LINE and label.instance == i) for label in labels)


def middle(word: Word) -> float:
    return (word.box.y0 + word.box.y1) / 2


def table_of(page: LabelledPage) -> Table | None:
    """The page's item table; None where there is none whose rows lie clear of each other."""
    count = len(page.line_items)
    if not count:
        return None
    sheet = as_given(page)
    tops, bottoms = [float("inf")] * count, [float("-inf")] * count
    for word, label in sheet.tagged:
        if label is not None and label.field in LINE:
            if label.instance >= count:
                return None
            tops[label.instance] = min(tops[label.instance], word.box.y0)
            bottoms[label.instance] = max(bottoms[label.instance], word.box.y1)
    slack = 0.3 * sheet.typical
    cuts = [top - slack for top in tops] + [bottoms[-1] + slack]
    clear = all(bottoms[i] - slack <= tops[i + 1] for i in range(count - 1))
    if not clear or any(b - a < slack for a, b in itertools.pairwise(cuts)) or cuts[0] == float("inf"):
        return None
    return Table(sheet, cuts)


def drop_row(page: LabelledPage, rng: random.Random) -> LabelledPage:
    """`page` without one of its items; totals follow where they were the lines' exact sum."""
    table = table_of(page)
    if table is None or len(page.line_items) < 2:
        return page
    gone = rng.randrange(len(page.line_items))
    if not table.belongs(gone):
        return page
    inside = set(table.band(gone))
    pitch = table.cuts[gone + 1] - table.cuts[gone]
    kept = [
        _moved(word, _renumbered(label, gone, -1), -pitch if middle(word) >= table.cuts[gone + 1] else 0.0)
        for place, (word, label) in enumerate(table.sheet.tagged)
        if place not in inside
    ]
    items = [item for i, item in enumerate(page.line_items) if i != gone]
    out = replace(rebuilt(page, kept, page.page.width, page.page.height), line_items=items)
    return added_up(out, page.line_items)


def add_row(page: LabelledPage, rng: random.Random) -> LabelledPage:
    """`page` with one more item, laid out as one of the others is; totals follow where they were the exact sum."""
    table = table_of(page)
    if table is None:
        return page
    model = rng.randrange(len(page.line_items))
    if not table.belongs(model):
        return page
    pitch = table.cuts[model + 1] - table.cuts[model]
    words: list[Tagged] = []
    for word, label in table.sheet.tagged:
        below = middle(word) >= table.cuts[model + 1]
        words.append(_moved(word, _renumbered(label, model, 1), pitch if below else 0.0))
    row = [table.sheet.tagged[place] for place in table.band(model)]
    item, row = _other_item(page.line_items[model], row, rng)
    spare = 1 + max((label.instance for label in page.labels if label and label.field == CURRENCY), default=0)
    for place, (word, label) in enumerate(row):
        instance = spare + place if label and label.field == CURRENCY else model + 1
        words.append(_moved(word, label and label._replace(instance=instance), pitch))
    items = [*page.line_items[: model + 1], item, *page.line_items[model + 1 :]]
    height = max(page.page.height, *(word.box.y1 for word, _ in words))
    return added_up(replace(rebuilt(page, words, page.page.width, height), line_items=items), page.line_items)


def _moved(word: Word, label: Label | None, dy: float) -> Tagged:
    if not dy:
        return word, label
    x0, y0, x1, y1 = word.box
    return Word(word.text, Box(x0, max(y0 + dy, 0.0), x1, max(y1 + dy, 0.0))), label


def _renumbered(label: Label | None, after: int, by: int) -> Label | None:
    if label is None or label.field not in LINE or label.instance <= after:
        return label
    return label._replace(instance=label.instance + by)


def _other_item(item: dict[str, str], row: list[Tagged], rng: random.Random) -> tuple[dict[str, str], list[Tagged]]:
    """Another item printed like `item`, whose cells are in `row`: its name respelled, its amounts drawn anew."""
    fresh = dict(item)
    amounts = _amounts(item, rng)
    drawn: list[Tagged] = []
    printed: set[str] = set()
    respell = _respeller(rng)
    for word, label in row:
        text: str | None = word.text
        if label is not None and label.field in amounts and any(char.isdigit() for char in word.text):
            text = reprinted(word.text, *amounts[label.field])
            if text is None or label.field in printed:
                return dict(item), row  # printed in a way that is not understood: the same item once more
            printed.add(label.field)
            fresh[label.field] = like(item[label.field], amounts[label.field][1])
        drawn.append((Word(text or word.text, word.box), label))
    if printed != set(amounts):
        return dict(item), row
    spelled = " ".join(word.text for word, label in row if label is not None and label.field == "description")
    if spelled and spelled == item.get("description"):
        drawn = [
            (Word(respell(word.text), word.box), label) if label and label.field == "description" else (word, label)
            for word, label in drawn
        ]
        fresh["description"] = " ".join(respell(token) for token in spelled.split())
    return fresh, drawn


def _amounts(item: dict[str, str], rng: random.Random) -> dict[str, tuple[Decimal, Decimal]]:
    """Old and new numbers of an item; a line total that was quantity times price still is."""
    quantity, price, total = (number(item.get(name)) for name in ("quantity", "unit_price", "line_total"))
    out: dict[str, tuple[Decimal, Decimal]] = {}
    if price:
        out["unit_price"] = price, (price * rng.randrange(35, 250) / 100).quantize(price) or price
    if quantity and quantity == quantity.to_integral_value():
        out["quantity"] = quantity, Decimal(rng.randrange(1, 13)).copy_sign(quantity)
    if total:
        exact = quantity is not None and price is not None and cents(quantity * price) == total
        if exact and quantity is not None and price is not None:
            product = out.get("quantity", (0, quantity))[1] * out.get("unit_price", (0, price))[1]
            out["line_total"] = total, cents(product) or total
        else:
            out["line_total"] = total, cents(total * rng.randrange(35, 250) / 100) or total
    return out


def _respeller(rng: random.Random) -> Callable[[str], str]:
    """Spells some words of a name otherwise, the same word always alike."""
    known: dict[str, str] = {}

    def respell(text: str) -> str:
        if text not in known:
            plain = text.isascii() and text.isalpha() and len(text) > 3
            known[text] = "".join(map(letter, text)) if plain and rng.random() < 0.6 else text
        return known[text]

    def letter(char: str) -> str:
        fresh = other_letter(char.lower(), rng)
        return fresh.upper() if char.isupper() else fresh

    return respell
