"""How fast a run is, and which share of what the machine could do that is."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import torch
from torch import Tensor

SIDE = {"cpu": 1536, "cuda": 8192}
"""Of the square matrices: large enough that the rate no longer rises with it."""
SECONDS = 0.6


@cache
def matrix_rate(device: str, precision: str, threads: int) -> float:
    """Floating-point operations a second of a large matrix product: the best that half a second shows.

    `device` is `cpu` or `cuda`, `precision` as in a recipe. `threads` are those that torch was set to: the rate is of
    them, measured once a process.
    """
    side = SIDE[device]
    kind = torch.bfloat16 if precision == "bf16" else torch.float32
    own = torch.Generator(device)  # random, since zeros would flatter a GPU: they cost it less power
    a, b = (torch.randn(side, side, device=device, generator=own).to(kind) for _ in range(2))
    best, until = float("inf"), time.perf_counter() + SECONDS
    while time.perf_counter() < until or best == float("inf"):
        best = min(best, _seconds(a, b))
    return 2 * side**3 / best


def _seconds(a: Tensor, b: Tensor) -> float:
    on_gpu = a.device.type == "cuda"
    times = 10 if on_gpu else 1
    if on_gpu:
        torch.cuda.synchronize()
    start = time.perf_counter()
    for _ in range(times):
        a @ b
    if on_gpu:
        torch.cuda.synchronize()
    return (time.perf_counter() - start) / times


@dataclass(slots=True)
class Pace:
    """What was done since the last line of metrics."""

    rate: float
    """What all devices together could do, in floating-point operations a second."""
    steps: int = 0
    seconds: float = 0.0
    waiting: float = 0.0
    """Seconds of those that went by waiting for data."""
    words: float = 0.0
    flops: float = 0.0
    parts: dict[str, Tensor] = field(default_factory=dict)
    """Sums of the losses over the steps; on the device, so that no step waits for them."""

    def add_losses(self, losses: dict[str, Tensor]) -> None:
        for name, value in losses.items():
            self.parts[name] = self.parts.get(name, 0.0) + value.detach().float()

    def line(self) -> dict[str, Any]:
        """Mean losses, words a second, rates and shares; then begins anew."""
        line: dict[str, Any] = {name: round(float(value) / self.steps, 4) for name, value in self.parts.items()}
        line |= {
            "words_per_second": round(self.words / self.seconds),
            "gflops": round(self.flops / self.seconds / 1e9, 1),
            "mfu": round(self.flops / self.seconds / self.rate, 3),
            "waiting": round(self.waiting / self.seconds, 3),
        }
        self.steps, self.seconds, self.waiting, self.words, self.flops, self.parts = 0, 0.0, 0.0, 0.0, 0.0, {}
        return line
