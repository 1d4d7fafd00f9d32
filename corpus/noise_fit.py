"""Turns tallies of what OCR made of drawn pages into the table that `docengine.corpus.noise` draws from."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from docengine.corpus.noise_table import GAPS, SIZES, Edges
from docengine.corpus.noise_tally import Tally, sum_of

LEVELS = (0.004, 0.012, 0.03, 0.08)
"""Bounds between the levels: errors a character on the whole page."""
OFTEN = 0.1
"""A character misread more often than this on well read pages is one that the engine does not know."""


def fit(
    pages: Sequence[Tally], scans: Sequence[Tally], placed: Sequence[Tally], recased: Sequence[float]
) -> dict[str, Any]:
    """The table of `noise.json`. `pages`: a tally each of drawn pages; `scans`: those whose levels' shares count;
    `placed`: those whose boxes do; `recased`: shares of words in small letters on receipts typed in capitals."""
    certain = _certain(sum_of([tally for tally in pages if tally.error_rate < LEVELS[-1]]))
    by_level: list[list[Tally]] = [[] for _ in range(len(LEVELS) + 1)]
    for tally in pages:
        by_level[bisect(LEVELS, tally.error_rate)].append(tally)
    counted = Counter(bisect(LEVELS, tally.error_rate) for tally in scans)
    whole = sum_of(pages)
    wrong = sum(n * count for n, count in whole.wrong.items())
    more = 1 - whole.wrong.total() / max(wrong, 1)
    boxes = sum_of(placed).boxes
    ink = _ink(boxes)
    merge = _merging(whole)
    return {
        "levels": [
            {"share": round(counted[number] / len(scans), 4), **_level(sum_of(part), more, certain, merge)}
            for number, part in enumerate(by_level)
        ],
        "more": round(more, 4),
        **_characters(whole, certain),
        "places": _relative(whole.splits, whole.places),
        "misread_size": _by_size(whole, "errors", "chars"),
        "lost_size": _by_size(whole, "lost", "words"),
        "merge": merge,
        "again": round(whole.chained / max(whole.merges.total(), 1), 3),
        "rules_lost": round(whole.rules_lost / max(whole.rules, 1), 3),
        "extra": dict(whole.extra.most_common(120)),
        "ink": {kind: [round(edge, 3) for edge in edges] for kind, edges in sorted(ink.items())},
        "boxes": _samples(boxes, ink),
        "recased": [round(float(share), 3) for share in np.quantile(recased, np.linspace(0, 1, 21))],
    }


def _certain(clean: Tally) -> dict[str, float]:
    misread: Counter[str] = Counter()
    for (char, _), count in clean.taken.items():
        misread[char] += count
    rates = {char: count / clean.chars[char] for char, count in sorted(misread.items()) if clean.chars[char] >= 5}
    return {char: round(rate, 3) for char, rate in rates.items() if rate > OFTEN}


def _characters(whole: Tally, certain: dict[str, float]) -> dict[str, Any]:
    """How characters are misread."""
    taken: dict[str, dict[str, int]] = {}
    for rank, ((char, read), count) in enumerate(whole.taken.most_common()):
        if rank >= 350 and char not in certain:
            continue
        taken.setdefault(char, {})[read] = count
    added: dict[str, dict[str, int]] = {"start": {}, "middle": {}, "end": {}}
    for (char, place), count in whole.added.most_common(60):
        added[place][char] = count
    usual = Counter({char: sum(reads.values()) for char, reads in taken.items() if char not in certain})
    share = whole.added.total() / max(whole.added.total() + usual.total(), 1)
    return {
        "certain": certain,
        "weights": _relative(usual, Counter({c: n + 5 for c, n in whole.chars.items() if c not in certain})),
        "taken": taken,
        "added": added,
        "added_share": round(share, 4),
    }


def _relative(events: Counter[str], chances: Counter[str]) -> dict[str, float]:
    """How much more often than usual each event comes."""
    usual = events.total() / max(chances.total(), 1)
    return {key: round(events[key] / count / usual, 3) for key, count in sorted(chances.items()) if events[key]}


def _by_size(whole: Tally, events: str, chances: str) -> list[float]:
    """How much more often than usual it happens to words of each class of size."""
    classes = range(len(SIZES) + 1)
    usual = sum(whole.sized[events, i] for i in classes) / max(sum(whole.sized[chances, i] for i in classes), 1)
    return [
        round((whole.sized[events, i] + 20 * usual) / (whole.sized[chances, i] + 20) / max(usual, 1e-9), 3)
        for i in classes
    ]


def _merging(whole: Tally) -> dict[str, list[float]]:
    """Chance of a merge by class of gap; a wider gap joins no more often than a narrower one."""
    from scipy.optimize import isotonic_regression

    rates = {}
    for joint in ("plain", "mark"):
        chances = np.array([whole.gaps[joint, i] for i in range(len(GAPS) + 1)])
        merged = np.array([whole.merges[joint, i] for i in range(len(GAPS) + 1)])
        share = np.minimum(merged / np.maximum(chances, 1), 1.0)
        level = isotonic_regression(share, weights=chances + 1e-3, increasing=False).x
        rates[joint] = [round(float(rate), 4) for rate in level]
    return rates


def _ink(rows: Sequence[Sequence[tuple[str, Edges]]]) -> dict[str, Edges]:
    """The usual distance of a word's ink from its box, by the style of boxes and what the letters reach to."""
    by_kind: dict[str, list[Edges]] = {}
    for row in rows:
        for kind, edges in row:
            by_kind.setdefault(kind, []).append(edges)
    medians = {kind: np.median(edges, axis=0).tolist() for kind, edges in by_kind.items() if len(edges) >= 8}
    return {kind: (x0, y0, x1, y1) for kind, (x0, y0, x1, y1) in medians.items()}


def _samples(rows: Sequence[Sequence[tuple[str, Edges]]], ink: dict[str, Edges], words: int = 300) -> dict[str, Any]:
    """By the style of boxes, rows of as many words in all: their distances from the usual."""
    found: dict[str, list[list[list[float]]]] = {}
    for i in np.random.default_rng(0).permutation(len(rows)):
        rest = [np.subtract(edges, ink[kind]) for kind, edges in rows[i] if kind in ink]
        if rest:
            chosen = found.setdefault(rows[i][0][0].split()[0], [])
            if sum(map(len, chosen)) < words:
                chosen.append(np.clip(rest[:8], -1.5, 1.5).round(2).tolist())
    return dict(sorted(found.items()))


def _level(part: Tally, more: float, certain: dict[str, float], merge: dict[str, list[float]]) -> dict[str, Any]:
    """The rates of one level, without the `certain` characters; `merge`: the usual rates of merging."""
    errors = sum(count for (char, _), count in part.taken.items() if char not in certain) + part.added.total()
    expected = sum(merge[joint][i] * count for (joint, i), count in part.gaps.items() if i >= 0)
    merged = sum(count for (_, i), count in part.merges.items() if i >= 0)
    return {
        "error": round(errors / max(part.chars.total(), 1) * (1 - more), 5),
        "lost": round(part.runs_lost / max(part.words, 1), 5),
        "run": round(1 - part.runs_lost / max(part.lost, 1), 3),
        "extra": round(part.extra.total() / max(part.words, 1), 5),
        "split": round(part.splits.total() / max(part.places.total(), 1), 5),
        "merge": round((merged + 1) / (expected + 1), 3),
    }
