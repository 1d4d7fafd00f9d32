"""The upper part of an office page as a grammar: rules expand to rows of cells, cells hold stacks of blocks.

The rules and their notation are in `layouts.toml`.
"""

from __future__ import annotations

import random
import re
import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import Any, NamedTuple


class Cell(NamedTuple):
    blocks: tuple[str, ...]
    share: float
    """Of the width between the margins, 0 to 1."""
    align: str
    frame: str
    """`#` a box around it, `_` a rule below it, or nothing."""


Row = tuple[Cell, ...]

_CELL = re.compile(r"^([#_]?)([a-z0-9+]+)(?::(\d+)([rcl]?))?$")


@cache
def _rules() -> dict[str, Any]:
    """Rule -> {what it may become: weight}; `HABITS` -> {rule: {country: factor}}."""
    return tomllib.loads((resources.files(__package__) / "layouts.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=512)
def _choices(rule: str, country: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    rules = _rules()
    weights = [weight * rules["HABITS"].get(text, {}).get(country, 1.0) for text, weight in rules[rule].items()]
    return tuple(rules[rule]), tuple(weights)


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
        rows += _expanded(rng, part, country) if part.isupper() else [part]
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
