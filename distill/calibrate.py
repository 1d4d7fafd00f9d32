"""Confidences that mean what they say: raw scores of the decoder against how often they were right."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import isotonic_regression

from docengine import Page, Schema
from docengine.corpus.dataset import Row, read_dataset
from docengine.corpus.generator import generate
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.noise import disturb
from docengine.corpus.splits import partition
from docengine.engine import Engine
from docengine.engine.values import same_value

Truths = Mapping[str, str | tuple[str, ...]]
Case = tuple[list[Page], Truths, frozenset[str]]
"""A document's pages, its true values, and the fields that are known."""

FEWEST = 80
"""Observations a field needs for a curve of its own; with fewer it shares the curve of all fields."""
KNOTS = 12
REAL_WEIGHT = 4
"""Observations that one from a real page counts for: generated pages are many, and easier."""


def tuning_cases(root: Path, sets: Iterable[str], generated: int, seed: int) -> Iterator[tuple[str, Case]]:
    """(source, case): the tune part of each real set, and generated documents of seeds that training never draws."""
    for name in sets:
        for row in read_dataset(root / name):
            if partition(row, name) == "tune":
                yield name, _of_row(row)
    rng = random.Random(f"calibration/{seed}")
    for number in range(generated):
        pages = [disturb(page, rng) for page in generate((1 << 50) + seed + number)]
        yield "generated", _of_generated(pages)


def own_cases(rows: Iterable[Row]) -> Iterator[tuple[str, Case]]:
    """(source, case) of a user's documents that were held back."""
    yield from (("own", _of_row(row)) for row in rows)


def _of_row(row: Row) -> Case:
    return list(row.pages), row.fields, row.known


def _of_generated(pages: list[LabelledPage]) -> Case:
    fields = {name: value for page in pages for name, value in page.fields.items()}
    return [page.page for page in pages], fields, frozenset.intersection(*(page.known for page in pages))


def observe(engine: Engine, cases: Iterable[tuple[str, Case]]) -> dict[str, list[tuple[float, bool]]]:
    """By field: (raw score, was it right) of every value that the engine proposes, for known fields only."""
    seen: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for source, (pages, truths, known) in cases:
        weight = 1 if source == "generated" else REAL_WEIGHT
        for name, (score, value) in engine.proposals(pages).items():
            if name in known:
                seen[name] += [(score, _right(value, truths.get(name), engine.schema, name))] * weight
    return seen


def _right(value: str, truth: str | tuple[str, ...] | None, schema: Schema, name: str) -> bool:
    wanted = (truth,) if isinstance(truth, str) else truth or ()
    return any(same_value(value, one, schema[name].type) for one in wanted)


def curves(seen: Mapping[str, list[tuple[float, bool]]]) -> dict[str, dict[str, list[float]]]:
    """Per field a monotone piecewise-linear map from raw score to probability; `*` serves fields seldom observed."""
    pooled = [observation for observations in seen.values() for observation in observations]
    fitted = {"*": _curve(pooled)}
    return fitted | {name: _curve(own) for name, own in seen.items() if len(own) >= FEWEST}


def _curve(observations: list[tuple[float, bool]]) -> dict[str, list[float]]:
    """Isotonic regression, smoothed towards the mean by one observation, thinned to a few knots."""
    if not observations:
        return {"x": [0.0, 1.0], "y": [0.0, 1.0]}
    ordered = sorted(observations)
    scores = np.array([score for score, _ in ordered])
    right = np.array([float(ok) for _, ok in ordered])
    bins = np.array_split(np.arange(len(ordered)), min(40, max(1, len(ordered) // 8)))
    x = np.array([scores[b].mean() for b in bins])
    y = np.array([(right[b].sum() + right.mean()) / (len(b) + 1) for b in bins])
    y = isotonic_regression(y, weights=[len(b) for b in bins]).x
    keep = np.unique(np.linspace(0, len(x) - 1, KNOTS).round().astype(int))
    return {"x": [round(float(v), 5) for v in x[keep]], "y": [round(float(v), 5) for v in y[keep]]}


def moved(old: Mapping[str, Any], seen: Mapping[str, list[tuple[float, bool]]]) -> dict[str, Any]:
    """The `calibration` of a bundle after it learned more, from `seen` on few documents.

    A curve weighs as much as `FEWEST` observations, and those of its field move it; a field without one starts from
    that of all fields. Thresholds stay.
    """
    curves = dict(old.get("curves") or {"*": _curve([])})
    everywhere = curves.get("*") or _curve([])
    curves |= {name: _moved(curves.get(name) or everywhere, own) for name, own in seen.items() if own}
    return {**old, "curves": curves}


def _moved(curve: Mapping[str, list[float]], observations: list[tuple[float, bool]]) -> dict[str, list[float]]:
    """Each observation counts at the knot that its score is nearest to; isotonic again."""
    x, y = np.array(curve["x"]), np.array(curve["y"])
    weights, right = np.full(len(x), FEWEST / len(x)), y * FEWEST / len(x)
    for score, ok in observations:
        nearest = int(np.abs(x - score).argmin())
        weights[nearest] += 1
        right[nearest] += ok
    fitted = isotonic_regression(right / weights, weights=weights).x
    return {"x": list(curve["x"]), "y": [round(float(v), 5) for v in fitted]}


def thresholds(seen: Mapping[str, list[tuple[float, bool]]], schema: Schema) -> dict[str, float]:
    """Per header field the raw score below which a value is left out, so that F1 is highest."""
    best: dict[str, float] = {}
    for spec in schema.header:
        own = seen.get(spec.name, [])
        if len(own) < 30 or not any(ok for _, ok in own):
            continue
        best[spec.name] = _best_threshold(own)
    return best


def _best_threshold(observations: list[tuple[float, bool]]) -> float:
    ordered = sorted(observations, reverse=True)
    right = np.cumsum([ok for _, ok in ordered])
    f1 = 2 * right / (np.arange(1, len(ordered) + 1) + right[-1])
    return round(float(min(ordered[int(f1.argmax())][0], 0.8)), 4)


def fit(engine: Engine, cases: Iterable[tuple[str, Case]]) -> dict[str, Any]:
    """The manifest's `calibration` for this engine's graph."""
    seen = observe(engine, cases)
    return {"curves": curves(seen), "thresholds": thresholds(seen, engine.schema)}
