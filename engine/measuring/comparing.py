"""Two runs beside each other: what got slower or faster by more than the two runs' own rounds differ."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from docengine.engine.measuring.report import MODEL_ALONE, SCHEMA
from docengine.engine.measuring.statistics import noise_of
from docengine.errors import UsageError

IDENTITY = ("contestant", "stage", "pages", "tokens", "batch")
"""Measurements that agree in these are of the same thing."""
FASTER_WHEN_HIGHER = ("pages_per_second",)
LEAST = 0.02
"""Changes below are never called one: three rounds may agree by chance."""


@dataclass(frozen=True)
class Change:
    """One figure of two runs."""

    contestant: str
    stage: str
    pages: str | None
    metric: str
    old: float
    new: float
    slowdown: float
    """0.1: takes a tenth longer, or lets a tenth less through; below 0: faster."""
    noise: float
    """What the rounds of both runs differ by; a change within it says nothing."""

    @property
    def verdict(self) -> str:
        if abs(self.slowdown) <= max(self.noise, LEAST):
            return "same"
        return "slower" if self.slowdown > 0 else "faster"


def read_report(path: str) -> dict[str, Any]:
    """An earlier run's JSON. Raises UsageError where it is none."""
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise UsageError(f"{path} is no JSON; give what docengine bench --json printed") from error
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise UsageError(f"{path} is no run of docengine bench --json ({SCHEMA})")
    try:
        compare(found, found), list(differences(found, found))
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path} is not whole: {error} is missing; run docengine bench --json again") from error
    return found


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Every figure that both runs measured in rounds; of other documents nothing but the model alone."""
    alike = old["documents"]["digest"] == new["documents"]["digest"]
    before = {_identity(row): row for row in old["measurements"] if alike or row["stage"] == MODEL_ALONE}
    pairs = ((before[_identity(row)], row) for row in new["measurements"] if _identity(row) in before)
    return [change for earlier, row in pairs for change in _changes(earlier, row)]


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """What else is not the same, in which case the times of the two runs say less about the code."""
    for what in ("processor", "cores"):
        if old["machine"][what] != new["machine"][what]:
            yield f"another machine: {what} {old['machine'][what]}, now {new['machine'][what]}"
    if old["documents"]["digest"] != new["documents"]["digest"]:
        yield "other documents: only the model alone is compared"
    if old["model"] != new["model"]:
        yield f"another model: {old['model']}, now {new['model']}"
    rates = {row["threads"]: row["fp32_gflops"] for row in old["ceilings"]}
    for row in new["ceilings"]:
        ratio = row["fp32_gflops"] / rates.get(row["threads"], row["fp32_gflops"])
        if abs(ratio - 1) > 0.1:
            yield f"the machine itself computes at {ratio:.0%} of its rate in the old run ({row['threads']} threads)"


def _identity(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(key) for key in IDENTITY)


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for metric, rounds in new["rounds"].items():
        earlier = old["rounds"].get(metric)
        if earlier and median(earlier) > 0 and median(rounds) > 0:
            ratio = median(rounds) / median(earlier)
            slowdown = 1 / ratio - 1 if metric in FASTER_WHEN_HIGHER else ratio - 1
            noise = round(noise_of(earlier) + noise_of(rounds), 4)
            names = (new["contestant"], new["stage"], new["pages"], metric)
            yield Change(*names, median(earlier), median(rounds), round(slowdown, 4), noise)
