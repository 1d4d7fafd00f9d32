"""Hand-made pages for the decoder: words on a grid, tag probabilities nearly one-hot."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from docengine import Box, Word
from docengine.engine.decode import Decoded, ReadPage, decide, page_candidates
from docengine.schema import DEFAULT_SCHEMA, Schema

SCHEMA = DEFAULT_SCHEMA
HIGH, WIDE, LINE = 20.0, 10.0, 30.0
"""Pixels: height of a word, width of a character, from line to line."""

Tagged = tuple[str, str | Mapping[str, float] | None]
"""Text and its tag (`B-grand_total`), several with their probabilities, or None."""


class Sheet:
    """Lays words on a page; each call of `line` is one text row."""

    def __init__(self, index: int = 0) -> None:
        self.index = index
        self.words: list[Word] = []
        self.rows: list[int] = []
        self.tags: list[str | Mapping[str, float] | None] = []
        self.items: list[int | None] = []

    def line(self, *cells: tuple[float, list[Tagged]], item: int | None = None, y: float | None = None) -> Sheet:
        """`cells`: x in pixels and the words from there on, a character's width apart."""
        row = self.rows[-1] + 1 if self.rows else 0
        top = row * LINE if y is None else y
        for start, tagged in cells:
            x = start
            for text, tag in tagged:
                self.words.append(Word(text, Box(x, top, x + len(text) * WIDE, top + HIGH)))
                x += (len(text) + 1) * WIDE
                self.rows.append(row)
                self.tags.append(tag)
                self.items.append(item)
        return self

    def read(self, schema: Schema = SCHEMA, same: float = 0.95) -> ReadPage:
        names = {tag: i for i, tag in enumerate(schema.tags)}
        tags = np.full((len(self.words), len(names)), 1e-4, np.float32)
        for i, tag in enumerate(self.tags):
            shares = {tag: 0.97} if isinstance(tag, str) else dict(tag or {})
            for name, share in shares.items():
                tags[i, names[name]] = share
            tags[i, 0] = max(0.0, 1 - tags[i, 1:].sum())
        groups = np.array([-1 - i if item is None else item for i, item in enumerate(self.items)])
        same_item = np.where(groups[:, None] == groups[None], same, 1 - same) if len(groups) else np.zeros((0, 0))
        return ReadPage(self.words, np.array(self.rows, int), tags, same_item.astype(np.float32), self.index)


def value(field: str, *texts: str) -> list[Tagged]:
    return [(text, f"{'I' if i else 'B'}-{field}") for i, text in enumerate(texts)]


def likely(field: str, share: float, *texts: str) -> list[Tagged]:
    return [(text, {f"{'I' if i else 'B'}-{field}": share}) for i, text in enumerate(texts)]


def label(*texts: str) -> list[Tagged]:
    return [(text, None) for text in texts]


def decoded(*sheets: Sheet, schema: Schema = SCHEMA, **options: object) -> Decoded:
    return decide([page_candidates(sheet.read(schema), schema) for sheet in sheets], schema, **options)


def values(result: Decoded) -> dict[str, str]:
    return {name: found.value for name, found in result.fields.items()}


def check_of(result: Decoded, name: str) -> bool | None:
    return next((check.ok for check in result.checks if check.name == name), None)


def totals(grand: list[Tagged], other: list[Tagged]) -> Sheet:
    sheet = Sheet().line((0, label("Net")), (300, value("net_total", "100.00")))
    sheet.line((0, label("VAT")), (300, value("tax_total", "18.50")))
    return sheet.line((0, label("Sum")), (300, grand)).line((0, label("Due")), (300, other))


def item_row(sheet: Sheet, item: int, text: list[str], *numbers: str, y: float | None = None) -> Sheet:
    names = ("quantity", "unit_price", "line_total")
    cells = [(500 + 150 * k, value(names[k], number)) for k, number in enumerate(numbers) if number]
    return sheet.line((0, value("description", *text)), *cells, item=item, y=y)


def items_of(result: Decoded) -> list[dict[str, str]]:
    return [{name: cell.value for name, cell in row.items()} for row in result.line_items]
