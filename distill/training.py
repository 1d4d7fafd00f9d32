"""The student's task: what its training minimises, and how a trained one is loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from docengine.distill.losses import objective
from docengine.distill.recipe import TrainRecipe
from docengine.distill.student import Student, StudentConfig, flops_per_page
from docengine.distill.teacher_losses import StudentOutputs, TeacherLosses
from docengine.teacher.feed import Tally
from docengine.teacher.optimizers import muon_and_adamw
from docengine.teacher.resuming import Progress, load_checkpoint, read_architecture
from docengine.teacher.stages import Batch, Place, Pools, StageRecipe
from docengine.teacher.training import train as train_stage

Evaluate = Callable[[Student], dict[str, float]]


class StudentTask:
    """Tags, lines, kind and language of labelled pages (`losses.objective`), and what a teacher says of them."""

    def __init__(
        self, student: Student, line_weight: float, evaluate: Evaluate, teaching: TeacherLosses | None = None
    ) -> None:
        """With losses of a teacher (`teaching`), batches are those of `pairs.PairedMix`."""
        self.model, self.line_weight, self._evaluate, self.teaching = student, line_weight, evaluate, teaching

    def losses(self, batch: Batch) -> dict[str, Tensor]:
        seen = StudentOutputs.of(self.model, batch)
        parts = objective(seen.outputs, batch, self.line_weight)
        if self.teaching:
            taught = self.teaching.losses(seen, batch)
            parts |= {**taught, "loss": parts["loss"] + taught["taught_loss"]}
        return parts

    def flops(self, batch: Batch) -> float:
        pages, length = batch["rows"].shape
        taught = self.teaching.teacher.flops(batch) if self.teaching else 0.0
        return 3.0 * pages * flops_per_page(self.model.config, length) + taught

    def words(self, batch: Batch) -> int:
        return int(batch["attention_mask"].sum())

    def optimizers(self, plan: StageRecipe) -> list[torch.optim.Optimizer]:
        return muon_and_adamw(self.model, plan, lambda name: name.startswith("layers."))

    def evaluate(self) -> dict[str, float]:
        return self._evaluate(self.model)

    def architecture(self) -> dict[str, Any]:
        return self.model.config.to_dict()


def train(
    student: Student,
    mix: Pools,
    recipe: TrainRecipe,
    folder: Path,
    evaluate: Evaluate,
    workers: int = 1,
    tally: Tally | None = None,
    teaching: TeacherLosses | None = None,
) -> Progress:
    """`teacher.training.train` on the student, which ends on the CPU. Writes `student.safetensors` into `folder`.

    `mix`: a `data.Mix`, with `teaching` a `pairs.PairedMix`.
    """
    task = StudentTask(student, recipe.line_weight, evaluate, teaching)
    progress = train_stage(task, mix, recipe, place(folder), workers, tally)
    student.cpu()
    return progress


def place(folder: Path) -> Place:
    """Where [train] keeps the student, in the run's folder."""
    return Place("train", folder, "student")


def load_student(path: Path) -> Student:
    """The student of a checkpoint, in eval mode, without its optimizers."""
    student = Student(StudentConfig(**read_architecture(path)))
    load_checkpoint(path, student, student.config.to_dict())
    return student.eval()
