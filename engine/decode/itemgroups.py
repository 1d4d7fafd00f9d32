"""Text rows of an item table gathered into items: by the model's word, by products, by the layout.

R text rows that hold any word of an item.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np

from docengine.engine.decode.arithmetic import FACTORS, TOTAL, is_product
from docengine.engine.decode.reading import Span

JOIN = 0.5
"""Mean probability of belonging together above which two neighbouring text rows become one item."""
APART = 0.15
"""Below this the model, where it is sure elsewhere, says that a text belongs to no neighbour."""
SURE = 0.6
MOST_LINES = 6.0
"""Text rows of one item follow each other within this many line heights."""
NEARER = 0.4
"""A row is nearer to one neighbour than to the other if the gaps differ by this, in line heights."""
TOUCHING = 0.1
"""Lines of one column are further apart than this, in line heights; what is centred beside two of them is not."""


@dataclass(slots=True)
class TextRow:
    """Item words of one physical row."""

    cells: list[tuple[str, Span]]
    fixed: Mapping[str, str]
    """Values of the fields other than text that parse: an item has each of them once."""
    bare: bool
    """Whether it has no text."""
    y0: float
    y1: float


@dataclass(slots=True)
class Group:
    """Text rows of one item."""

    rows: list[int]
    fixed: frozenset[str] = field(default_factory=frozenset)
    loose: bool = False
    """Whether it is `2 x 3.50` alone, without a name and a line total."""


def gather(rows: Sequence[TextRow], affinity: np.ndarray, height: float) -> list[Group]:
    """Text rows into items: neighbours that the model or a product joins, then what is left to the item it suits.

    `affinity` (R, R): how likely two rows are of one item; `height`: of a line, in pixels.
    """
    groups = [Group([i], frozenset(row.fixed)) for i, row in enumerate(rows)]
    groups = _join(groups, rows, affinity, height)
    if any(TOTAL in group.fixed for group in groups):
        for group in groups:
            group.loose = TOTAL not in group.fixed and all(rows[i].bare for i in group.rows)
    return _attach(groups, rows, affinity, height)


def _join(groups: list[Group], rows: Sequence[TextRow], affinity: np.ndarray, height: float) -> list[Group]:
    """Neighbours whose product or place proves it, then those of the greatest affinity; no item has a field twice."""
    centred = {i for i in range(1, len(rows) - 1) if _centred(i, rows, height)}
    pairs = sorted(
        (bool(centred & {i, i + 1}) or _proved(rows[i], rows[i + 1]), float(affinity[i, i + 1]), i)
        for i in range(len(rows) - 1)
    )
    owner = dict(enumerate(groups))
    for proved, likely, i in reversed(pairs):
        above, below = owner[i], owner[i + 1]
        unlikely = likely <= JOIN and not proved
        if unlikely or above.fixed & below.fixed or not _close(rows, i, i + 1, height):
            continue
        above.rows += below.rows
        above.fixed |= below.fixed
        owner.update(dict.fromkeys(below.rows, above))
    return [owner[i] for i in range(len(rows)) if owner[i].rows[0] == i]


def _proved(one: TextRow, other: TextRow) -> bool:
    """Whether `2 x 3.50` on a line of its own is what the line above or below it comes to."""
    factors = set(FACTORS) & set((other if TOTAL in one.fixed else one).fixed)
    if not factors or set(one.fixed) & set(other.fixed):
        return False
    return is_product({**one.fixed, **other.fixed}) is True


def _centred(at: int, rows: Sequence[TextRow], height: float) -> bool:
    """Whether the row is an amount halfway between the two lines of its item's name, and other items are further."""
    above, row, below = rows[at - 1 : at + 2]
    if TOTAL not in row.fixed or not row.bare or above.fixed or below.fixed:
        return False
    gaps = [_gap(rows, i, height) for i in range(at - 2, at + 2)]
    inner, outer = max(gaps[1:3]), min(gaps[0], gaps[3])
    return inner <= TOUCHING and inner + NEARER < outer and abs(gaps[1] - gaps[2]) <= NEARER


def _gap(rows: Sequence[TextRow], above: int, height: float) -> float:
    """Between row `above` and the next one, in line heights; infinite beside the first and the last one."""
    return (rows[above + 1].y0 - rows[above].y1) / height if 0 <= above < len(rows) - 1 else inf


def _close(rows: Sequence[TextRow], above: int, below: int, height: float) -> bool:
    return rows[below].y0 - rows[above].y1 <= MOST_LINES * height


def _attach(groups: list[Group], rows: Sequence[TextRow], affinity: np.ndarray, height: float) -> list[Group]:
    """Groups of text alone join the item above or below; which, says the model or, where it is silent, the layout."""
    anchors = [i for i, group in enumerate(groups) if group.fixed and not group.loose]
    if not anchors:
        return groups
    sure = float(np.diag(affinity).mean()) > SURE
    texts_first = anchors[0] > 0 and anchors[-1] == len(groups) - 1
    extra: dict[int, list[int]] = {i: [] for i in anchors}
    alone = []
    for i, group in enumerate(groups):
        if group.fixed and not group.loose:
            continue
        home = _home(i, groups, rows, affinity, height, sure, texts_first and not group.loose)
        if home is None:
            alone.append(i)
        else:
            extra[home] += group.rows
            groups[home].fixed |= group.fixed
    kept = [Group(sorted(groups[i].rows + extra[i]), groups[i].fixed) for i in anchors]
    return sorted(kept + [groups[i] for i in alone], key=lambda group: group.rows[0])


def _home(
    at: int,
    groups: Sequence[Group],
    rows: Sequence[TextRow],
    affinity: np.ndarray,
    height: float,
    sure: bool,
    texts_first: bool,
) -> int | None:
    """Index of the anchored group that text group `at` belongs to."""
    anchored = [bool(group.fixed) and not group.loose for group in groups]
    above = next((i for i in range(at - 1, -1, -1) if anchored[i]), None)
    below = next((i for i in range(at + 1, len(groups)) if anchored[i]), None)
    if above is not None and not _close(rows, groups[at - 1].rows[-1], groups[at].rows[0], height):
        above = None
    if below is not None and not _close(rows, groups[at].rows[-1], groups[at + 1].rows[0], height):
        below = None
    homes = [home for home in (above, below) if home is not None and not groups[home].fixed & groups[at].fixed]
    if not homes:
        return None
    suits = {home: float(affinity[np.ix_(groups[at].rows, groups[home].rows)].mean()) for home in homes}
    if sure and max(suits.values()) < APART:
        return None
    if len(homes) == 2 and abs(suits[homes[0]] - suits[homes[1]]) > 0.1:
        return max(homes, key=lambda home: suits[home])
    gaps = [_gap(rows, groups[at].rows[0] - 1, height), _gap(rows, groups[at].rows[-1], height)]
    if len(homes) == 2 and abs(gaps[0] - gaps[1]) > NEARER:
        return homes[0] if gaps[0] < gaps[1] else homes[1]
    return homes[-1] if texts_first else homes[0]
