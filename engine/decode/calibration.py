"""From raw scores to probabilities, as measured on held-back pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Curve = tuple[tuple[float, ...], tuple[float, ...]]
"""Raw scores, ascending, and the probability at each; straight lines between."""

EVERY = "*"


@dataclass(frozen=True)
class Calibration:
    """A bundle's `calibration`. Without one, a score is its own probability and the threshold is a half."""

    curves: Mapping[str, Curve] = field(default_factory=dict)
    """By field; `*` serves the fields without one of their own."""
    thresholds: Mapping[str, float] = field(default_factory=dict)
    """By field: the raw score below which a value is left out."""
    default_threshold: float = 0.5

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Calibration:
        """From the manifest: `{"curves": {field: {"x": [...], "y": [...]}}, "thresholds": {field: score}}`."""
        curves = {
            name: (tuple(map(float, curve["x"])), tuple(map(float, curve["y"])))
            for name, curve in data.get("curves", {}).items()
            if curve["x"]
        }
        return cls(curves, {name: float(score) for name, score in data.get("thresholds", {}).items()})

    def probability(self, name: str, score: float) -> float:
        """How likely a value of this raw score (0..1) is right, 0..1."""
        curve = self.curves.get(name) or self.curves.get(EVERY)
        probability = score if curve is None else float(np.interp(score, *curve))
        return min(max(probability, 0.0), 1.0)

    def threshold(self, name: str) -> float:
        return self.thresholds.get(name, self.default_threshold)
