"""Pretraining: pages without labels into batches, and the task of three objectives over them.

B batch, N text tokens of the encoder, P pairs, T tokens of the decoder.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from docengine import Page
from docengine.teacher.batches import Sources, draw, grouped, padded, pool_size
from docengine.teacher.checkpoints import SHAPED
from docengine.teacher.cost import flops_per_page
from docengine.teacher.embeddings import NO_BOX
from docengine.teacher.heads import LINE_CLASSES
from docengine.teacher.lines import find_lines
from docengine.teacher.model import DocFormerV2
from docengine.teacher.objectives import (
    Corruption,
    ObjectiveWeights,
    corrupt,
    grid_labels,
    noise_spans,
    pretraining_losses,
    sample_pairs,
)
from docengine.teacher.optimizers import muon_and_adamw
from docengine.teacher.pixels import grey_as_pixels
from docengine.teacher.stages import Batch, StageRecipe
from docengine.teacher.tagging import IGNORE
from docengine.teacher.tokens import PageReader, TokenPage, random_window

SIZES = (*SHAPED, "image_height", "image_width", "visual_rows", "visual_columns", "visual_channels", "line_width")
"""Fields of a config that say which tensors a DocFormerv2 has, but for the heads' classes."""


@dataclass(frozen=True, slots=True)
class PretrainingPlan:
    """What is asked of a page."""

    weights: ObjectiveWeights = field(default_factory=ObjectiveWeights)
    corruption: Corruption = field(default_factory=Corruption)
    pairs: int = 192
    """Pairs of tokens asked for their lines, a page; they cost next to nothing."""


@dataclass(slots=True)
class Example:
    """A part of a page as inputs and labels."""

    ids: np.ndarray
    """(N,) int64"""
    boxes: np.ndarray
    """(N, 4) int64, `NO_BOX` where masked."""
    pairs: np.ndarray
    """(P, 2) int64 tokens."""
    classes: np.ndarray
    """(P,) int64: SAME, ADJACENT, FURTHER or IGNORE."""
    cells: np.ndarray
    """(N,) int64"""
    target: np.ndarray
    """(T,) int64; empty where denoising is off."""
    picture: np.ndarray | None

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class PretrainingPages:
    """Page sources with their weights, and how a page becomes an example: batches by number, for the loop."""

    sources: Sources
    reader: PageReader
    plan: PretrainingPlan
    tokens: int
    """Tokens a batch in the encoder, padding and visual ones included."""
    seed: int
    views: int = 1
    """Examples of each page, one after the other: drawing a page costs more than corrupting it."""

    def examples(self, number: int) -> list[Example]:
        """The `views` of page `number`; the same on any machine."""
        return draw(self.sources, random.Random(f"{self.seed}/{number}"), self.read)

    def read(self, page: Page, rng: random.Random) -> list[Example] | None:
        """Random parts of `page`, each corrupted and labelled anew; None where it has no words."""
        whole = self.reader.read(page)
        if not len(whole):
            return None
        picture, longest = self.reader.picture(page, whole.words), self.reader.config.text_tokens
        windows = (random_window(whole, longest, rng) for _ in range(self.views))
        return [self.encode(whole.crop(*window), picture, rng) for window in windows]

    def encode(self, part: TokenPage, picture: np.ndarray | None, rng: random.Random) -> Example:
        """The objectives' inputs and labels; what has no weight is left out."""
        weights, config, chance = self.plan.weights, self.reader.config, np.random.default_rng(rng.getrandbits(64))
        places, ids, target, masked = self._corrupted(part, chance)
        word = part.word[places]
        hidden = chance.random(len(part.words)) < self.plan.corruption.hidden_boxes
        boxes = part.boxes[word]
        pairs, classes = np.zeros((0, 2), np.int64), np.zeros(0, np.int64)
        if weights.line:
            lines = find_lines(np.array([each.box for each in part.words]))
            pairs, classes = sample_pairs(lines.of[word], lines.classes, self.plan.pairs, chance)
        cells = grid_labels(boxes, config.grid_rows, config.grid_columns)
        masked |= hidden[word] & bool(weights.line or weights.grid)
        return Example(ids, np.where(masked[:, None], NO_BOX, boxes), pairs, classes, cells, target, picture)

    def _corrupted(
        self, part: TokenPage, chance: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """`places`, `input`, `target` as `corrupt` gives them, and (N,) bool: which of the input are sentinels."""
        if not self.plan.weights.denoising:
            return np.arange(len(part)), part.ids, np.zeros(0, np.int64), np.zeros(len(part), bool)
        known = self.reader.vocabulary
        noise = noise_spans(len(part), self.plan.corruption, len(known.sentinels) - 1, chance)
        places, ids, target = corrupt(part.ids, noise, known.sentinels, known.eos)
        return places, ids, target, noise[places]

    def pool(self, number: int, size: int = 0) -> list[Batch]:
        """Batches of about `size` examples, grouped by length and by having a picture, shuffled.

        Negative numbers are no part of what is trained on, as long as their pages are not: for validation.
        """
        config = self.reader.config
        size = size or pool_size(self.tokens, config.text_tokens + config.visual_tokens)
        pages = -(-size // self.views)
        examples = [example for i in range(pages) for example in self.examples(number * pages + i)]
        groups = grouped(examples, self.tokens, config.visual_tokens)
        random.Random(f"{self.seed}/pool/{number}").shuffle(groups)
        return [collate(group, self.plan.weights) for group in groups]


def collate(examples: Sequence[Example], weights: ObjectiveWeights) -> Batch:
    """Padded: `input_ids` (B, N), `boxes` (B, N, 4), `attention_mask` (B, N), and what the objectives ask.

    `line_pairs` (B, P, 2) and `line_labels` (B, P); `grid_labels` (B, N); `labels` (B, T); `picture` (B, h, w) uint8
    where the pages have pictures, all or none of them. IGNORE where nothing is asked.
    """
    batch = {
        "input_ids": padded([example.ids for example in examples]),
        "boxes": padded([example.boxes for example in examples], NO_BOX),
        "attention_mask": padded([np.ones(len(example), np.int64) for example in examples]),
    }
    if weights.line:
        batch["line_pairs"] = padded([example.pairs for example in examples])
        batch["line_labels"] = padded([example.classes for example in examples], IGNORE)
    if weights.grid:
        batch["grid_labels"] = padded([example.cells for example in examples], IGNORE)
    if weights.denoising:
        batch["labels"] = padded([example.target for example in examples], IGNORE)
    pictures = [example.picture for example in examples if example.picture is not None]
    if pictures:
        batch["picture"] = torch.from_numpy(np.stack(pictures))
    return batch


class PretrainingTask:
    """The weighted sum of token-to-line, token-to-grid and denoising."""

    def __init__(
        self, model: DocFormerV2, weights: ObjectiveWeights, validation: Mapping[str, Sequence[Batch]] | None = None
    ) -> None:
        """`validation`: batches to watch by name, such as `PretrainingPages(...).pool(-1)` of pages held back."""
        self.model, self.weights, self.validation = model, weights, validation or {}

    def losses(self, batch: Batch) -> dict[str, Tensor]:
        return pretraining_losses(self.model, with_pixels(batch), self.weights)

    def flops(self, batch: Batch) -> float:
        return batch_flops(self.model, batch, line_pairs=batch["line_labels"].shape[1] if self.weights.line else 0)

    def words(self, batch: Batch) -> int:
        return int(batch["attention_mask"].sum())

    def optimizers(self, plan: StageRecipe) -> list[torch.optim.Optimizer]:
        return muon_and_adamw(self.model, plan)

    @torch.no_grad()
    def evaluate(self) -> dict[str, float]:
        """`val_loss` and its parts, means over all batches, and `val_NAME` for each of several validation sets."""
        by_set = {name: self._mean_losses(batches) for name, batches in self.validation.items()}
        if not by_set:
            return {}
        parts = {
            part: sum(found[part] for found in by_set.values()) / len(by_set) for part in next(iter(by_set.values()))
        }
        own = {f"val_{name}": found["loss"] for name, found in by_set.items()} if len(by_set) > 1 else {}
        return {f"val_{part}": value for part, value in parts.items()} | own

    def _mean_losses(self, batches: Sequence[Batch]) -> dict[str, float]:
        device, pages, sums = self.model.device, 0, dict[str, float]()
        for batch in batches:
            size = len(batch["input_ids"])
            found = self.losses({name: tensor.to(device) for name, tensor in batch.items()})
            pages += size
            for part, loss in found.items():
                sums[part] = sums.get(part, 0.0) + size * float(loss)
        return {part: total / max(pages, 1) for part, total in sums.items()}

    def architecture(self) -> dict[str, Any]:
        return architecture(self.model)


def with_pixels(batch: Batch) -> Batch:
    """`batch` with its grey pictures as the model's `pixel_values`."""
    if "picture" not in batch:
        return batch
    return {**batch, "pixel_values": grey_as_pixels(batch["picture"])}


def batch_flops(model: DocFormerV2, batch: Batch, line_pairs: int) -> float:
    """Matrix products of a training step, forward and backward, with `line_pairs` pairs a page in the line head."""
    config, (pages, length) = model.config, batch["input_ids"].shape
    visual = config.visual_tokens if "picture" in batch else 0
    decoded = batch["labels"].shape[1] if "labels" in batch else 0
    unasked = 2 * (length * length - line_pairs) * LINE_CLASSES * config.line_width  # not all pairs of tokens
    return 3.0 * pages * (flops_per_page(config, length, visual, decoded) - unasked)


def architecture(model: DocFormerV2) -> dict[str, Any]:
    """Sizes of the model's tensors, as JSON."""
    config = model.config
    sizes = {name: getattr(config, name) for name in SIZES}
    return sizes | {"grid_cells": config.grid_cells, "tags": config.num_labels}
