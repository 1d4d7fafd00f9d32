"""The losses that a teacher gives a student, on pages that both have read.

B batch, N words, H heads, D width of the student.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn.functional import rms_norm

from docengine.distill.attention_maps import amad_loss, only, value_relation_loss
from docengine.distill.losses import hidden_loss, soft_line_loss, soft_loss
from docengine.distill.student import INPUTS, Student, StudentConfig
from docengine.distill.teacher_targets import LOSSES, TeacherTargets
from docengine.errors import UsageError
from docengine.teacher.stages import Batch

if TYPE_CHECKING:  # transformers takes seconds to load, and not every student has a teacher
    from docengine.distill.frozen_teacher import FrozenTeacher, TeacherOutputs
    from docengine.teacher.config import DocFormerV2Config


@dataclass(frozen=True, slots=True)
class StudentOutputs:
    """What a student makes of a batch."""

    student: Student
    outputs: tuple[Tensor, ...]
    """As `Student.forward` gives them."""
    states: list[Tensor]
    bias: Tensor
    """Both as `Student.encode` gives them."""

    @classmethod
    def of(cls, student: Student, batch: Batch) -> StudentOutputs:
        states, bias = student.encode(**{name: batch[name] for name in INPUTS})
        return cls(student, student.read(states[-1], batch["attention_mask"]), states, bias)

    def last_attention(self, taught: Tensor) -> tuple[Tensor, Tensor]:
        """The last layer's map (B, H, N, N) over `taught` words, and its values (B, N, D)."""
        layer: Any = self.student.layers[-1]
        q, k, v = layer.projected(layer.norm1(self.states[-2]))
        return layer.attention_map(q, k, self.bias + only(taught)), v.transpose(1, 2).flatten(2)


class DistillationHeads(nn.Module):
    """What the student has only while it is distilled: projections of its states, a token-to-grid head."""

    def __init__(self, student: StudentConfig, teacher: DocFormerV2Config, losses: Collection[str]) -> None:
        super().__init__()
        layers = student.layers if "hidden" in losses else 0
        self.states = nn.ModuleList(nn.Linear(student.width, teacher.d_model) for _ in range(layers))
        self.grid = nn.Linear(student.width, teacher.grid_cells) if "grid" in losses else None


def uniform_layers(student: int, teacher: int) -> list[int]:
    """Which of the teacher's layers, from 1, each of the student's takes after: evenly spread, the last ones a pair."""
    return [-(-layer * teacher // student) for layer in range(1, student + 1)]


class TeacherLosses:
    """A teacher and what it is asked; its last layer's attention is for the student's last (MiniLM)."""

    def __init__(self, teacher: FrozenTeacher, targets: TeacherTargets, student: StudentConfig) -> None:
        """UsageError where the two cannot be compared."""
        config = teacher.model.config
        width = config.num_heads * config.d_kv
        if "value_relations" in targets.asked and width % student.heads:
            raise UsageError(f"the teacher's values of width {width} cannot be cut into {student.heads} heads")
        self.teacher, self.targets = teacher, targets
        self.wanted = {LOSSES[name] for name in targets.asked}
        self.layers = uniform_layers(student.layers, config.num_layers)

    def losses(self, seen: StudentOutputs, batch: Batch, heads: DistillationHeads | None = None) -> dict[str, Tensor]:
        """`taught_loss`, the weighted sum, and `taught_NAME` for each loss; `heads` for those that need some."""
        said = self.teacher.outputs(batch, self.wanted, self.layers)
        parts = {name: self._loss(name, seen, said, heads) for name in self.targets.asked}
        total = sum(self.targets.asked[name] * loss for name, loss in parts.items())
        return {"taught_loss": torch.as_tensor(total), **{f"taught_{name}": loss for name, loss in parts.items()}}

    def _loss(self, name: str, seen: StudentOutputs, said: TeacherOutputs, heads: DistillationHeads | None) -> Tensor:
        plan, taught, student = self.targets, said.taught, seen.student
        if name == "tags":
            return soft_loss(seen.outputs[0], said.parts["tags"], taught, plan.temperature)
        if name == "lines":
            return soft_line_loss(seen.outputs[1], said.parts["lines"], taught, plan.temperature)
        if name == "grid":
            assert heads and heads.grid
            found = heads.grid(student.norm(seen.states[-1]))
            return soft_loss(found, said.parts["grid"], taught, plan.temperature)
        if name == "hidden":
            assert heads
            return self._hidden(heads, seen, said)
        seen_map, values = seen.last_attention(taught)
        if name == "value_relations":
            return value_relation_loss(said.parts["values"], values, student.config.heads, taught)
        return amad_loss(said.parts["map"], seen_map, taught, 1.0 if name == "amad" else plan.amad_temperature)

    def _hidden(self, heads: DistillationHeads, seen: StudentOutputs, said: TeacherOutputs) -> Tensor:
        losses = [
            hidden_loss(project(rms_norm(state, state.shape[-1:])), wanted, said.taught)
            for project, state, wanted in zip(heads.states, seen.states[1:], said.states, strict=True)
        ]
        return torch.stack(losses).mean()
