"""Few real pages become many: values drawn anew, labels in other words, rows, columns and blocks elsewhere or gone.

Each change is a function of a page and a `random.Random` that leaves every label on its value, and gives the page back
as it is where it finds nothing to work on. `redress` draws which of them a page goes through.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from docengine.corpus.blocks import shuffle_blocks
from docengine.corpus.columns import swap_columns
from docengine.corpus.generator.vocabulary import language_codes
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.moves import lose_block, permute_pairs, refit, swap_sides
from docengine.corpus.redraw import redraw
from docengine.corpus.retell import retell
from docengine.corpus.rows import add_row, drop_row

__all__ = ["Dressing", "redraw", "redress", "shuffle_blocks"]


@dataclass(frozen=True, slots=True)
class Dressing:
    """How often a page goes through each change."""

    retold: float = 0.35
    """Labels in other words of the page's language."""
    translated: float = 0.25
    """Labels in another language; of the pages that are not retold."""
    rows: float = 0.5
    """One to three line items put in or taken out; of pages that have some."""
    columns: float = 0.3
    """Two columns of the item table exchanged."""
    redrawn: float = 1.0
    """Values drawn anew."""
    pairs: float = 0.3
    """Labels with their values in another order."""
    sides: float = 0.25
    """Left and right of a block exchanged."""
    lost: float = 0.1
    """A block with values left out: its fields are absent."""
    shuffled: float = 0.4
    """Blocks moved past each other, and some without values left out."""
    refitted: float = 0.4
    """Other margins, scales and type size."""


def redress(
    page: LabelledPage,
    rng: random.Random,
    names: Mapping[str, Sequence[str]] | None = None,
    dressing: Dressing = Dressing(),
) -> LabelledPage:
    """Another page like `page`; `names` (field to values) is what parties may be called. `meta` loses its `drawing`."""
    if page.line_items and rng.random() < dressing.rows:
        for _ in range(rng.choice((1, 1, 2, 3))):
            page = rng.choice((add_row, drop_row))(page, rng)
    if page.line_items and rng.random() < dressing.columns:
        page = swap_columns(page, rng)
    if rng.random() < dressing.redrawn:
        page = redraw(page, rng, names)
    if rng.random() < dressing.retold:
        page = retell(page, rng)
    elif rng.random() < dressing.translated:
        page = retell(page, rng, to=rng.choice(language_codes()))
    moves = (
        (dressing.pairs, permute_pairs),
        (dressing.sides, swap_sides),
        (dressing.lost, lose_block),
        (dressing.shuffled, shuffle_blocks),
        (dressing.refitted, refit),
    )
    for rate, move in moves:
        if rng.random() < rate:
            page = move(page, rng)
    return replace(page, meta={name: value for name, value in page.meta.items() if name != "drawing"})
