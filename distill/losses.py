"""What the student's training minimises: named parts, so that the loop need not know them.

B batch, N words, C tags, D width of the teacher.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from docengine.teacher.tagging import IGNORE, line_loss, line_targets, tag_loss

PAGE_WEIGHT = 0.02
"""Kind and language are easy and secondary."""


def objective(outputs: tuple[Tensor, ...], batch: dict[str, Tensor], line_weight: float) -> dict[str, Tensor]:
    """`loss` and its parts `tag_loss`, `line_loss`, `page_loss` (kind and language of the page)."""
    tags, lines, kinds, languages = outputs
    targets = line_targets(batch["rows"], batch["items"], batch["attention_mask"])
    parts = {
        "tag_loss": tag_loss(tags, batch["allowed"], batch["attention_mask"]),
        "line_loss": line_loss(lines, targets, batch["items"]),
        "page_loss": page_loss(kinds, batch["kind"]) + page_loss(languages, batch["language"]),
    }
    return {"loss": parts["tag_loss"] + line_weight * parts["line_loss"] + PAGE_WEIGHT * parts["page_loss"], **parts}


def page_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy of a page's class: logits (B, K), targets (B,), IGNORE where unknown."""
    losses = F.cross_entropy(logits.float(), targets, reduction="sum", ignore_index=IGNORE)
    return losses / (targets != IGNORE).sum().clamp(min=1)


def soft_loss(student: Tensor, teacher: Tensor, taught: Tensor, temperature: float) -> Tensor:
    """Soft targets (Hinton et al., 2015): KL(teacher || student) of softened classes, the mean over `taught` words.

    Logits (B, N, C) of either; taught (B, N) bool. Times the temperature squared, so that gradients keep their size.
    """
    return (divergence(student, teacher, temperature) * taught).sum() / taught.sum().clamp(min=1)


def soft_line_loss(student: Tensor, teacher: Tensor, taught: Tensor, temperature: float) -> Tensor:
    """`soft_loss` of (B, N, N, 3) pairs of words.

    The classes that the teacher sees are weighed by the inverse root of their frequency, as in `tagging.line_loss`.
    """
    asked = taught[:, :, None] & taught[:, None, :]
    seen = teacher.argmax(-1)  # (B, N, N)
    counts = torch.stack([(asked & (seen == c)).sum() for c in range(teacher.shape[-1])]).float()
    weights = counts.clamp(min=1).rsqrt()[seen] * asked
    return (divergence(student, teacher, temperature) * weights).sum() / weights.sum().clamp(min=1e-6)


def divergence(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """Logits (..., C) of either -> (...): KL(teacher || student) at `temperature`, times its square."""
    wanted, found = ((logits.float() / temperature).log_softmax(-1) for logits in (teacher, student))
    return temperature**2 * (wanted.exp() * (wanted - found)).sum(-1)


def hidden_loss(found: Tensor, wanted: Tensor, taught: Tensor) -> Tensor:
    """Mean squared error of states (B, N, D), `wanted` being standardised over the batch's taught words.

    T5's states have a few coordinates hundreds of times as large as the others; standardised, each counts alike. 1: no
    better than their mean; 0: all of what differs between words is there.
    """
    wanted = wanted.float()[taught]  # (M, D)
    spread, mean = torch.std_mean(wanted, dim=0, correction=0)
    errors = found.float()[taught] - (wanted - mean) / (spread.clamp(min=1e-3 * spread.max()) + 1e-6)
    return errors.square().mean()


def fold_tags(logits: Tensor, kept: Sequence[int]) -> Tensor:
    """(B, N, C) of the teacher's tags -> (B, N, len(kept)) of the student's: what it does not know counts as `O`.

    `kept`: the teacher's class of each tag of the student, `O` first.
    """
    logits = logits.float()
    others = [c for c in range(logits.shape[-1]) if c not in set(kept[1:])]
    return torch.cat([logits[..., others].logsumexp(-1, keepdim=True), logits[..., list(kept[1:])]], dim=-1)
