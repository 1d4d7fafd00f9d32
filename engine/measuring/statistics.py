"""Many times into few figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

QUANTILES = (50, 95, 99)


@dataclass(frozen=True)
class Sample:
    """One document that was read."""

    pages: int
    ocr: bool
    """Some of it was read by OCR."""
    ms: float
    """From the path to the record as JSON, of all its pages."""
    stages: dict[str, float]
    """Milliseconds of each stage, of all its pages."""
    cpu: dict[str, float] = field(default_factory=dict)
    """CPU seconds of each stage and of the whole (`end to end`), where they were measured."""


def percentiles(values: Sequence[float], counts: Sequence[int] | None = None) -> dict[str, float]:
    """`p50_ms`, `p95_ms`, `p99_ms` of the milliseconds `values`, each of which stands for `counts` pages."""
    each = np.repeat(values, counts) if counts is not None else np.asarray(values)
    return {f"p{q}_ms": round(float(np.percentile(each, q)), 3) for q in QUANTILES}


def noise_of(rounds: Sequence[float]) -> float:
    """How far the rounds of one run lie apart: their range as a share of their median."""
    middle = float(np.median(rounds))
    return round((max(rounds) - min(rounds)) / middle, 4) if middle else 0.0


def per_page(samples: Sequence[Sample], stage: str) -> list[float]:
    """Milliseconds a page of each document in `stage`, or from end to end."""
    return [(s.ms if stage == END_TO_END else s.stages.get(stage, 0.0)) / s.pages for s in samples]


END_TO_END = "end to end"


def summary(rounds: Sequence[Sequence[Sample]], stage: str, workers: int = 1) -> dict[str, Any]:
    """The figures of one stage over all rounds; `pages_per_second` is what it alone would let through."""
    samples = [sample for one in rounds for sample in one]
    pages = [sample.pages for sample in samples]
    times = per_page(samples, stage)
    mean = float(np.average(times, weights=pages))
    cpu = [sample.cpu[stage] for sample in samples if stage in sample.cpu]
    medians = [percentiles(per_page(one, stage), [s.pages for s in one])["p50_ms"] for one in rounds if one]
    return {
        "pages_measured": sum(pages),
        **percentiles(times, pages),
        "pages_per_second": round(1e3 * workers / mean, 3) if mean else None,
        "cpu_seconds_per_page": round(sum(cpu) / sum(pages), 5) if len(cpu) == len(samples) else None,
        "rounds": {"p50_ms": medians},
    }
