"""What fine-tuning minimises: named parts, so that the loop need not know them.

B batch, N words, C tags.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

IGNORE = -100
PAGE_WEIGHT = 0.02
"""Kind and language are easy and secondary."""


def tag_loss(logits: Tensor, allowed: Tensor, mask: Tensor) -> Tensor:
    """Marginal cross-entropy: -log of the probability that falls on any allowed tag, the mean over real words.

    logits (B, N, C); allowed (B, N, C) bool, at least one tag a word: several where the labelling leaves it open (a
    field that the data set does not label, a value that occurs twice); mask (B, N).
    """
    logits = logits.float()
    right = logits.masked_fill(~allowed, -1e4).logsumexp(-1)
    nll = logits.logsumexp(-1) - right  # (B, N)
    return (nll * mask).sum() / mask.sum().clamp(min=1)


def line_targets(rows: Tensor, items: Tensor, mask: Tensor) -> Tensor:
    """(B, N) rows, items (-1: no item; IGNORE: unknown), mask -> (B, N, N) classes 0, 1, 2 or IGNORE.

    Two words of line items: same item, next item, further. Any other pair: same text row, next row, further.
    """
    item = items >= 0
    both = item[:, :, None] & item[:, None, :]
    apart = torch.where(both, items[:, :, None] - items[:, None, :], rows[:, :, None] - rows[:, None, :])
    known = (mask > 0) & (items != IGNORE)
    return apart.abs().clamp(max=2).masked_fill(~(known[:, :, None] & known[:, None, :]), IGNORE)


def line_loss(logits: Tensor, targets: Tensor, items: Tensor) -> Tensor:
    """Token-to-line cross-entropy (DocFormerv2, section 3.2) over (B, N, N, 3) pairs, item pairs and others equally.

    The classes are weighed by the inverse root of their frequency: most pairs are far apart.
    """
    both = (items[:, :, None] >= 0) & (items[:, None, :] >= 0)
    losses = F.cross_entropy(logits.float().flatten(0, 2), targets.flatten(), reduction="none", ignore_index=IGNORE)
    losses = losses.view(targets.shape)
    total = logits.new_zeros(())
    for group in (both, ~both):
        chosen = group & (targets != IGNORE)
        counts = torch.stack([(chosen & (targets == c)).sum() for c in range(3)]).float()
        weights = counts.clamp(min=1).rsqrt()[targets.clamp(min=0)] * chosen
        total = total + (losses * weights).sum() / weights.sum().clamp(min=1e-6)
    return total / 2


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
