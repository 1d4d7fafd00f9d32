"""What a stage of training is: the task it minimises, the batches it sees, its budget. `training.train` runs one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

import torch
from torch import Tensor, nn

from docengine.errors import InvalidRecipe

Batch = dict[str, Tensor]
PRECISIONS = ("fp32", "bf16")


@dataclass(frozen=True, slots=True)
class StageRecipe:
    """Budget and settings of one stage."""

    STAGE: ClassVar[str] = "train"
    """The table of the recipe that it is read from."""

    steps: int = 10_000
    minutes: float = 1e9
    """Time budget; whichever of `steps` and `minutes` is spent first ends the stage, and the schedule follows it."""
    words: int = 3600
    """Words (tokens, for a teacher) a batch, padding included."""
    accumulate: int = 1
    """Batches whose gradients make one step."""
    learning_rate: float = 2e-3
    warmup: int = 200
    decay: float = 0.35
    """Last share of the budget, over which the learning rate falls to zero."""
    weight_decay: float = 0.05
    clip: float = 1.0
    precision: str = "fp32"
    """`bf16`: matrix products in bfloat16, weights and sums in float32."""
    threads: int = 2
    evaluate_every: int = 500
    patience: int = 0
    """Evaluations in a row without a better score after which the stage ends with its best weights; 0: never."""
    checkpoint_minutes: float = 3.0

    def __post_init__(self) -> None:
        stage = self.STAGE
        if not 0 <= self.decay <= 1:
            raise InvalidRecipe(f"{stage}.decay is a share of the budget, 0 to 1, got {self.decay}")
        if self.warmup >= self.steps:
            raise InvalidRecipe(f"{stage}.warmup {self.warmup} is not below {stage}.steps {self.steps}")
        if self.precision not in PRECISIONS:
            raise InvalidRecipe(f"{stage}.precision {self.precision!r} is unknown; known: {', '.join(PRECISIONS)}")
        for name in ("steps", "words", "accumulate", "threads", "evaluate_every", "minutes", "clip"):
            if getattr(self, name) <= 0:
                raise InvalidRecipe(f"{stage}.{name} must be more than 0, got {getattr(self, name)}")


class Task(Protocol):
    """What a stage minimises. Batches arrive on the model's device, in train mode; `evaluate` moves its own."""

    @property
    def model(self) -> nn.Module: ...

    def losses(self, batch: Batch) -> dict[str, Tensor]:
        """Named parts, scalars; `loss` is what is minimised."""

    def flops(self, batch: Batch) -> float:
        """Floating-point operations of the matrix products, forward and backward."""

    def words(self, batch: Batch) -> int:
        """Words or tokens that are no padding."""

    def optimizers(self, plan: StageRecipe) -> list[torch.optim.Optimizer]: ...

    def evaluate(self) -> dict[str, float]:
        """Validation losses and scores by name, the model being in eval mode.

        Early stopping watches the highest `val_f1` where there is one, else the lowest `val_loss`.
        """

    def architecture(self) -> dict[str, Any]:
        """Sizes, as JSON; a checkpoint with others is refused."""


class Pools(Protocol):
    """Batches by the number of their pool: the same on any machine, in any process. `distill.data.Mix` is one."""

    def pool(self, number: int) -> Sequence[Batch]: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stage keeps what it writes."""

    stage: str
    """Its name in messages: `resumed STAGE at step N`."""
    folder: Path
    model: str = "teacher"

    @property
    def checkpoint(self) -> Path:
        return self.folder / f"{self.model}.safetensors"

    @property
    def best(self) -> Path:
        """Weights of the lowest validation loss, where a stage stops early."""
        return self.folder / f"{self.model}.best.safetensors"

    @property
    def metrics(self) -> Path:
        return self.folder / "metrics.jsonl"
