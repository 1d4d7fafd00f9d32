"""A student that learns new fields and documents, and goes on to do what it did.

B batch, N words, C tags.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from docengine.distill.data import Batch
from docengine.distill.losses import fold_tags, objective, soft_loss
from docengine.distill.student import INPUTS, Student, StudentConfig
from docengine.distill.training import Evaluate, StudentTask
from docengine.schema import Schema

NEW = 0.02
"""Share of the probability of no field that a larger head gives its new tags together: their words were none so far."""
KEPT_WEIGHT = 2.0
"""Weight of what is to stay beside the tag loss."""


@torch.no_grad()
def grown(student: Student, old: Schema, new: Schema) -> Student:
    """`student` with a tag head for `new`: tags that it had keep their weights, new ones begin as a rarer `O`."""
    added = [i for i, tag in enumerate(new.tags) if tag not in old.tags]
    if not added:
        return student
    larger = Student(StudentConfig(**{**student.config.to_dict(), "tags": len(new.tags)}))
    state = student.state_dict()
    held = [new.tags.index(tag) for tag in old.tags]
    for name in ("tag_head.weight", "tag_head.bias"):
        fresh = state[name][:1].repeat(len(new.tags), *([1] * (state[name].dim() - 1)))
        fresh[held] = state[name]
        state[name] = fresh
    state["tag_head.bias"][added] += math.log(NEW / len(added))
    larger.load_state_dict(state)
    return larger.train(student.training)


class WithoutForgettingTask(StudentTask):
    """`StudentTask` that also holds the student to what it was, wherever that was right.

    Learning without forgetting (Li and Hoiem, ECCV 2016): on words that `old` tags rightly its probabilities are soft
    targets. New fields count as `O` there, as they did for `old`.
    """

    def __init__(self, student: Student, old: Student, line_weight: float, evaluate: Evaluate) -> None:
        """`old`: a student of its own, whose tags are the first ones of `student`."""
        super().__init__(student, line_weight, evaluate)
        self.old = old.eval().requires_grad_(False)

    def losses(self, batch: Batch) -> dict[str, Tensor]:
        inputs = {name: batch[name] for name in INPUTS}
        outputs = self.model(**inputs)
        parts = objective(outputs, batch, self.line_weight)
        with torch.no_grad():
            before = self.old.to(outputs[0].device)(**inputs)[0]
        kept = kept_loss(outputs[0], before, batch["allowed"], batch["attention_mask"])
        return {**parts, "kept_loss": kept, "loss": parts["loss"] + KEPT_WEIGHT * kept}

    def flops(self, batch: Batch) -> float:
        return super().flops(batch) * 4 / 3  # one more forward pass


def kept_loss(found: Tensor, before: Tensor, allowed: Tensor, mask: Tensor) -> Tensor:
    """KL(before || found) of the tags that were there before, the mean over real words that were tagged rightly.

    found (B, N, C), before (B, N, fewer) logits; allowed (B, N, C) bool: which tags count as right; mask (B, N).
    """
    right = allowed.gather(-1, before.argmax(-1, keepdim=True)).squeeze(-1) & (mask > 0)
    return soft_loss(fold_tags(found, range(before.shape[-1])), before, right, temperature=1.0)
