"""Fields and line items as targets, and what fine-tuning minimises: shared by teacher and student.

B batch, N words, C tags. Pure geometry and labels: nothing here knows a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from docengine import Schema, Word
from docengine.corpus.labelled import DOCUMENT_TYPES, LANGUAGES, Label, LabelledPage
from docengine.engine.layout import reading_order, split_word

IGNORE = -100
"""Target of what is unknown or not asked."""


@dataclass(frozen=True, slots=True)
class Targets:
    """What is right for the N words of a page in reading order."""

    tags: np.ndarray
    """(N,) int64: the right tag."""
    uncertain: np.ndarray
    """(N,) bool: no field would be right as well."""
    items: np.ndarray
    """(N,) int64: index of the line item, -1 for none, IGNORE where items are unknown."""
    unknown: np.ndarray
    """(C,) bool: tags of fields that the labelling does not cover; right wherever `O` is."""
    kind: int = IGNORE
    language: int = IGNORE

    def __len__(self) -> int:
        return len(self.tags)

    def crop(self, start: int, stop: int) -> Targets:
        cut = slice(start, stop)
        parts = self.tags[cut], self.uncertain[cut], self.items[cut]
        return Targets(*parts, self.unknown, self.kind, self.language)

    def allowed(self) -> np.ndarray:
        """(N, C) bool: which tags count as right for each word."""
        n, tags = np.arange(len(self)), self.tags
        allowed = np.zeros((len(self), len(self.unknown)), bool)
        allowed[n, tags] = True
        allowed[tags == 0] |= self.unknown
        doubtful = self.uncertain & (tags > 0)
        allowed[doubtful, 0] = True
        allowed[n[doubtful], (tags[doubtful] - 1) // 2 * 2 + 1] = True  # the value's words may as well belong to a
        allowed[n[doubtful], (tags[doubtful] - 1) // 2 * 2 + 2] = True  # longer or a shorter span of the field
        return allowed


def read_labelled(labelled: LabelledPage, schema: Schema) -> tuple[list[Word], list[int], Targets]:
    """Words split and in reading order, their rows, and their targets for the fields of `schema`."""
    words: list[Word] = []
    labels: list[Label | None] = []
    for word, label in zip(labelled.page.words or [], labelled.labels, strict=True):
        pieces = split_word(word)
        words += pieces
        labels += [label] * len(pieces)
    order, rows = reading_order(words)
    kind, language = labelled.meta.get("kind"), labelled.meta.get("language")
    tagged = _tagged([labels[i] for i in order], labelled.known, schema)
    targets = Targets(*tagged, _index(DOCUMENT_TYPES, kind), _index(LANGUAGES, language))
    return [words[i] for i in order], rows, targets


def _index(classes: tuple[str, ...], name: object) -> int:
    return classes.index(name) if name in classes else IGNORE


def _tagged(
    labels: Sequence[Label | None], known: frozenset[str], schema: Schema
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """`tags`, `uncertain`, `items`, `unknown`: the first word of a (field, instance) in reading order begins it."""
    items_known = any(spec.name in known for spec in schema.line)
    tags = np.zeros(len(labels), np.int64)
    uncertain = np.zeros(len(labels), bool)
    items = np.full(len(labels), -1 if items_known else IGNORE, np.int64)
    begun: set[tuple[str, int]] = set()
    for i, label in enumerate(labels):
        if label is None or label.field not in schema:
            continue
        tags[i] = schema.begin(label.field) + ((label.field, label.instance) in begun)
        begun.add((label.field, label.instance))
        uncertain[i] = not label.certain
        if schema[label.field].line_item:
            items[i] = label.instance
    unknown = np.zeros(len(schema.tags), bool)
    for spec in schema:
        if spec.name not in known:
            unknown[schema.begin(spec.name) : schema.begin(spec.name) + 2] = True
    return tags, uncertain, items, unknown


def collate_targets(targets: Sequence[Targets], longest: int) -> dict[str, Tensor]:
    """Padded to `longest` words: `allowed` (B, N, C) bool, `items` (B, N), `kind` and `language` (B,)."""
    B, C = len(targets), len(targets[0].unknown)
    allowed = np.zeros((B, longest, C), bool)
    allowed[:, :, 0] = True  # padding
    items = np.full((B, longest), IGNORE, np.int64)
    for b, each in enumerate(targets):
        allowed[b, : len(each)] = each.allowed()
        items[b, : len(each)] = each.items
    classes = {name: np.array([getattr(each, name) for each in targets], np.int64) for name in ("kind", "language")}
    return {name: torch.from_numpy(array) for name, array in {"allowed": allowed, "items": items, **classes}.items()}


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
