"""What fine-tuning the student minimises: named parts, so that the loop need not know them.

B batch, N words, C tags.
"""

from __future__ import annotations

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
