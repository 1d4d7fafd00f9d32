"""The stage [distil]: a student takes on a teacher's representations, on pages without labels."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from docengine.distill.data import Mix
from docengine.distill.frozen_teacher import FrozenTeacher
from docengine.distill.initialising import take_layers
from docengine.distill.pairs import PairedMix, Unlabelled
from docengine.distill.recipe import Recipe
from docengine.distill.student import Student, flops_per_page
from docengine.distill.teacher_losses import DistillationHeads, StudentOutputs, TeacherLosses
from docengine.distill.teacher_targets import STAGES, TeacherTargets
from docengine.distill.teaching import FINISHED, PRETRAINED
from docengine.engine.preprocess import Preprocessor
from docengine.schema import DEFAULT_SCHEMA
from docengine.teacher.batches import Sources
from docengine.teacher.feed import Tally
from docengine.teacher.mixing import page_mix
from docengine.teacher.optimizers import muon_and_adamw
from docengine.teacher.stages import Batch, Place, StageRecipe
from docengine.teacher.training import train

VALIDATION_PAGES = 48
"""Of each source."""


class DistilledStudent(nn.Module):
    """A student with the heads that it has only while it is distilled."""

    def __init__(self, student: Student, teaching: TeacherLosses) -> None:
        super().__init__()
        self.student = student
        self.heads = DistillationHeads(student.config, teaching.teacher.model.config, teaching.targets.asked)


class DistillingTask:
    """The weighted sum of a teacher's losses; labels do not count."""

    def __init__(
        self, distilled: DistilledStudent, teaching: TeacherLosses, validation: Mapping[str, Sequence[Batch]]
    ) -> None:
        """`validation`: batches of `PairedMix` to watch, by the name of their source."""
        self.model, self.teaching, self.validation = distilled, teaching, validation

    def losses(self, batch: Batch) -> dict[str, Tensor]:
        parts = self.teaching.losses(StudentOutputs.of(self.model.student, batch), batch, self.model.heads)
        return {"loss": parts.pop("taught_loss"), **parts}

    def flops(self, batch: Batch) -> float:
        """The student's forward and backward pass and the teacher's forward pass; the comparison is not counted."""
        pages, length = batch["rows"].shape
        return 3.0 * pages * flops_per_page(self.model.student.config, length) + self.teaching.teacher.flops(batch)

    def words(self, batch: Batch) -> int:
        return int(batch["attention_mask"].sum())

    def optimizers(self, plan: StageRecipe) -> list[torch.optim.Optimizer]:
        return muon_and_adamw(self.model, plan, lambda name: name.startswith("student.layers."))

    @torch.no_grad()
    def evaluate(self) -> dict[str, float]:
        """`val_loss` and its parts, the mean over sources of pages held back."""
        device, sums = self.model.student.norm.weight.device, dict[str, float]()
        for batches in self.validation.values():
            pages = sum(len(batch["rows"]) for batch in batches)
            for batch in batches:
                share = len(batch["rows"]) / pages / len(self.validation)
                found = self.losses({name: tensor.to(device) for name, tensor in batch.items()})
                for part, loss in found.items():
                    sums[f"val_{part}"] = sums.get(f"val_{part}", 0.0) + share * float(loss)
        return sums

    def architecture(self) -> dict[str, Any]:
        heads = {name: list(parameter.shape) for name, parameter in self.model.heads.named_parameters()}
        return {"student": self.model.student.config.to_dict(), "heads": heads}


def distil(student: Student, recipe: Recipe, folder: Path, preprocessor: Preprocessor) -> None:
    """The stage [distil] of the run in `folder`: `student` is changed, and ends on the CPU."""
    stage, tally = recipe.distil, Tally()
    assert stage
    teaching = teacher_losses(recipe, stage.targets, folder)
    if stage.initialise:
        took = take_layers(student, teaching.teacher.model)
        print(f"took {len(took)} of the student's tensors from the teacher", file=sys.stderr)

    def paired(sources: Sources) -> PairedMix:
        labelled = tuple((weight, Unlabelled(source)) for weight, source in sources)
        seed = recipe.seed + 1  # other pages than [train] draws
        mix = Mix(labelled, preprocessor, DEFAULT_SCHEMA, recipe.data.longest, stage.words, seed)
        return PairedMix(mix, teaching.teacher.reader)

    pages = page_mix(stage, Path(recipe.data.root), tally)
    kept = {name: paired(((1.0, source),)).pool(-1, VALIDATION_PAGES) for name, source in pages.held_back.items()}
    task = DistillingTask(DistilledStudent(student, teaching), teaching, kept)
    place = Place(stage.STAGE, folder / stage.STAGE, "student")
    train(task, paired(pages.sources), stage, place, recipe.data.workers, tally)
    student.cpu()


def teacher_losses(recipe: Recipe, targets: TeacherTargets, folder: Path) -> TeacherLosses:
    """The teacher that `targets` names, of the run in `folder` or from elsewhere. CheckpointError where it is not."""
    if targets.teacher in STAGES:
        passed = targets.teacher == "pretrained" and recipe.finetune
        place = folder / (PRETRAINED if passed else FINISHED)
    else:
        place = Path(targets.teacher)
    return TeacherLosses(FrozenTeacher.read(place, DEFAULT_SCHEMA), targets, recipe.student)
