"""The upper part of an office page as a grammar: rules expand to rows of cells, cells hold stacks of blocks.

`seller:55 title:45r / buyer:52 meta:48` is two rows; a number is a share of the width in percent, `r` and `c` keep a
cell's lines to its right or in its middle, `+` stacks blocks, `#` draws a frame, `_` a rule below. Capitals are rules.
"""

from __future__ import annotations

import random
import re
from functools import lru_cache
from typing import NamedTuple


class Cell(NamedTuple):
    blocks: tuple[str, ...]
    share: float
    """Of the width between the margins, 0 to 1."""
    align: str
    frame: str
    """`#` a box around it, `_` a rule below it, or nothing."""


Row = tuple[Cell, ...]

RULES: dict[str, tuple[tuple[float, str], ...]] = {
    "PAGE": (
        (34, "HEAD / PARTIES / LEAD"), (9, "HEAD / LEAD / PARTIES"), (10, "DIN"), (8, "BANDS"), (9, "WEB"), (3, "SHOP"),
        (6, "BOXES"), (5, "SIDE"), (5, "PLAIN"),
    ),
    "HEAD": (
        (8, "seller:55 title:45r"), (5, "title:45 seller:55r"), (4, "title:52 seller:48"), (6, "seller:60"),
        (4, "blank:45 seller:55r"), (3, "blank:58 seller:42"), (5, "seller:100c"), (3, "name:100c / address:100c"),
        (3, "seller:100c / title:100c"), (4, "logo:50 seller:50r"), (4, "seller:58 logo:42r"),
        (4, "logo:50 title:50r / address:50"), (3, "logo+address:50 title+meta:50"), (3, "seller:50 title+meta:50"),
        (3, "title+meta:50 seller:50"), (3, "logo:34 address:33 contact:33"), (2, "banner"),
        (2, "banner / address:55 title:45r"), (2, "logo:100c"), (2, "title / seller:60"), (3, "logo:50 title:50r"),
        (3, "title:58 logo:42r / seller:50 meta:50"), (2, "_logo / oneline"), (1.5, "oneline:100c"), (2, "title:100c"),
        (2, "name:60 logo:40r / address:34 contact:33 register:33"), (1.5, "blank"), (1.5, "_seller:55 title:45r"),
        (1.5, "logo+slogan:50 address:50r"), (1.5, "#seller:50 title+meta:50"), (1.2, "seller:50 #meta:50"),
    ),
    "PARTIES": (
        (10, "buyer:52 meta:48"), (5, "meta:48 buyer:52"), (4, "buyer:34 ship:33 meta:33"), (5, "buyer:50 ship:50 / META"),
        (4, "from:50 buyer:50 / META"), (3, "from:34 buyer:33 ship:33 / META"), (2.5, "#from:50 #buyer:50 / META"),
        (3, "#buyer:50 #ship:50 / META"), (2.5, "#buyer:50 #meta:50"), (4, "buyer / META"), (3, "META / buyer"),
        (2, "partytable / META"), (2, "meta1:50 meta2:50 / buyer"), (2, "buyer:60 / meta1:50 meta2:50"),
        (3, "blank:52 buyer:48 / META"), (2, "META / #buyer:50 #ship:50"), (1.5, "buyerline / META"),
        (1, "from / buyer / META"), (1.5, "buyer+amount:52 meta:48"), (2, "meta:50 window:50"), (2, "window:52 meta:48"),
        (1, "buyer:50 from:50 / META"), (1, "ship:50 buyer:50 / META"), (1, "#buyer:60 meta:40"), (1, "refs / buyer:60"),
    ),
    "META": ((5, "metawide"), (2, "meta:60"), (2, "meta1:50 meta2:50"), (1.2, "running"), (1.5, "cells"), (0.8, "refs"),
             (0.6, "meta1 / meta2:50")),
    "LEAD": (
        (5, "title"), (3, "title / intro"), (2, "numbered"), (1.5, "numbered / intro"), (0.8, "title / running"),
        (0.8, "place:100r / title"), (0.6, "title / amount"), (1, "intro"), (0.8, "_title"),
        (0.7, "title:55 place:45r"), (0.8, "title:100c"), (0.3, "title / summary"), (0.3, "title / summary:50 bank:50"),
        (0.3, "title / bank"), (0.3, "numbered / amount"), (0.3, "title / #amount:100c"),
    ),
    "BUYER": ((3, "buyer:60"), (1, "buyerline"), (1, "blank:52 buyer:48"), (0.5, "#buyer:60")),
    "TITLE": ((3, "title"), (1, "title:100c"), (0.5, "_title")),
    "CREST": (
        (4, "logo:50"), (3, "blank:55 logo:45r"), (2, "name:100c"), (2, "blank:60 seller:40"), (1, "banner"),
        (2, "seller:58 logo:42r"), (1, "logo:100c"), (1, "oneline:100c"), (1, "name+slogan:60"), (1, "_name"),
    ),
    "DIN": (
        (5, "CREST / drop / window:54 meta:46 / LEAD"), (3, "CREST / drop / window:54 contact+place:46 / refs / LEAD"),
        (2, "CREST / drop / window:58 address+meta:42 / LEAD"), (2, "CREST / drop / blank:52 window:48 / place / LEAD"),
        (2, "CREST / drop / window / place:100r / LEAD / META"), (2, "CREST / drop / window:58 contact:42 / numbered / intro"),
        (1, "CREST / drop / meta:48 window:52 / LEAD"), (1, "CREST / drop / window / refs / title / intro"),
    ),
    "BANDS": (
        (3, "seller:50 #buyer:50 / title / cells"), (2, "#seller:50 #buyer:50 / title / cells"),
        (2, "logo:45 #title+meta:55 / #seller:50 #buyer:50"), (2, "seller:52 #buyer:48 / #ship:52 / cells"),
        (2, "#seller:58 #title+meta:42 / #ship:50 #buyer:50 / cells"), (1, "banner / #seller:50 #buyer:50 / cells / title"),
        (2, "logo:40 seller:60 / #buyer:52 #meta:48"), (1, "seller:60 logo:40r / title:100c / cells / #buyer / #bank"),
        (1, "title:100c / #seller:50 #buyer:50 / cells"),
    ),
    "WEB": (
        (3, "title:60 logo:40r / metaplain:60 / from:50 buyer:50 / amount"),
        (2, "logo:60 title:40r / from:40 buyer:30 meta:30"), (2, "title / metaplain:60 / from:50 buyer:50 / amount"),
        (2, "logo:50 amount:50r / from:50 buyer:50 / title / meta1:50 meta2:50"), (1, "_logo:60 title:40r / buyer:50 meta:50"),
        (1, "title:100c / from:50 metaplain:50 / buyer"), (1, "banner / buyer:33 from:33 meta:34 / title"),
        (1, "name:60 title:40r / amount / meta:50 buyer:50"), (1, "logo / numbered / from:34 buyer:33 ship:33"),
    ),
    "SHOP": (
        (2, "title:100c / meta:60 / soldby:34 ship:33 buyer:33 / paymethod"), (2, "logo:60 title:40r / soldby:50 meta:50 / buyer:50 ship:50"),
        (1, "title / metaplain / #ship:50 #soldby:50 / #paymethod:50 #buyer:50"), (1, "logo / running / buyer:50 ship:50 / paymethod / soldby"),
    ),
    "BOXES": (
        (3, "seller:50 title+meta:50r / #buyer:49 #ship:51 / cells"), (2, "seller:55 title:45r / #buyer:55 #meta:45"),
        (2, "seller:100c / title:100c / #buyer:50 #ship:50 / cells"), (1, "#from:34 #buyer:33 #meta:33 / title"),
        (1, "logo:50 #meta:50 / #seller:50 #buyer:50 / title"), (1, "title:100c / #seller / #buyer / cells"),
    ),
    "SIDE": (
        (3, "sidebar / logo / PARTIES / LEAD"), (2, "sidebar / title / PARTIES"), (2, "sidebar / drop / window / place / LEAD"),
        (1, "sidebar / name / PARTIES / LEAD"),
    ),
    "PLAIN": (
        (2, "name / address:60 / numbered / buyerline"), (2, "title / running / from / buyer"), (2, "seller / place:100r / buyer / LEAD"),
        (2, "name:100c / address:100c / place:100r / buyer:60 / LEAD"), (1, "title:100c / meta:60 / from / buyer"),
        (1, "numbered / partytable"), (1, "oneline / place / buyer / LEAD"), (1, "seller / title / metawide / buyerline"),
    ),
}  # fmt: skip
"""Rule -> (weight, what it becomes), one drawn by weight each time the rule is met."""

HABITS: dict[str, dict[str, float]] = {
    "DIN": {"DE": 4, "AT": 4, "CH": 4, "NL": 2.5, "DK": 1.5, "SE": 1.5, "CZ": 1, "PL": 0.7, "FR": 1.2, "US": 0.15, "GB": 0.7},
    "BANDS": {"IT": 4, "ES": 2.5, "PT": 2.5, "BR": 3, "MX": 2, "FR": 2, "BE": 1.5, "PL": 2, "CZ": 3, "US": 0.5, "DE": 0.4},
    "BOXES": {"US": 2, "CA": 2, "MX": 1.5, "IN": 2, "SG": 1.5, "MY": 1.5, "DE": 0.5},
}  # fmt: skip
"""How much more often a rule is met in a country; 1 where nothing is said."""

_CELL = re.compile(r"^([#_]?)([a-z0-9+]+)(?::(\d+)([rcl]?))?$")


@lru_cache(maxsize=512)
def _choices(rule: str, country: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    texts = tuple(text for _, text in RULES[rule])
    return texts, tuple(weight * HABITS.get(text, {}).get(country, 1.0) for weight, text in RULES[rule])


@lru_cache(maxsize=4096)
def _row(text: str) -> Row:
    """One row; raises ValueError for a cell that is not in the notation."""
    cells = []
    for word in text.split():
        found = _CELL.match(word)
        if found is None:
            raise ValueError(f"no cell of a layout rule: {word!r}")
        frame, blocks, share, align = found.groups()
        cells.append(Cell(tuple(blocks.split("+")), int(share or 100) / 100, align or "l", frame))
    return tuple(cells)


def _expanded(rng: random.Random, rule: str, country: str) -> list[str]:
    texts, weights = _choices(rule, country)
    rows: list[str] = []
    for part in rng.choices(texts, weights)[0].split(" / "):
        rows += _expanded(rng, part, country) if part in RULES else [part]
    return rows


def draw_rows(rng: random.Random, country: str, start: str = "PAGE") -> list[Row]:
    """The rows of one page's upper part, drawn from the grammar as letters of `country` have them."""
    return [_row(text) for text in _expanded(rng, start, country)]


def without(rows: list[Row], block: str) -> list[Row]:
    """The rows with one block left out; the cells beside an emptied one share its width."""
    kept: list[Row] = []
    for row in rows:
        cells = [cell._replace(blocks=tuple(name for name in cell.blocks if name != block)) for cell in row]
        cells = [cell for cell in cells if cell.blocks]
        if len(cells) < len(row):
            total = sum(cell.share for cell in cells)
            whole = sum(cell.share for cell in row)
            cells = [cell._replace(share=cell.share * whole / total) for cell in cells]
        if cells:
            kept.append(tuple(cells))
    return kept


def block_names(rows: list[Row]) -> list[str]:
    return [name for row in rows for cell in row for name in cell.blocks]
