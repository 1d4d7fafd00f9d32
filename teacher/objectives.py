"""DocFormerv2's three objectives (Appalaraju et al., AAAI 2024, section 3.2): labels from geometry, and named losses.

B batch, N text tokens of the encoder, P pairs of them, T tokens of the decoder, M lines, D model width.

Labels belong to positions of the encoder's input: a sentinel, which stands for a masked span, has the line and the cell
of the span's first token, so that both have to be read off what surrounds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from transformers.modeling_outputs import BaseModelOutput

from docengine.engine.preprocess import GRID
from docengine.errors import UsageError
from docengine.teacher.heads import LINE_CLASSES
from docengine.teacher.model import DocFormerV2
from docengine.teacher.tagging import IGNORE


@dataclass(frozen=True, slots=True)
class ObjectiveWeights:
    """How much each objective counts in the sum; one of weight 0 is not computed at all.

    The paper does not print its weights. Equal ones leave denoising the most, whose loss is of whole tokens.
    """

    line: float = 1.0
    grid: float = 1.0
    denoising: float = 1.0

    def __post_init__(self) -> None:
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        if min(given.values()) < 0 or not any(given.values()):
            raise UsageError(f"objective weights are 0 or more, and one of them more, got {given}")


@dataclass(frozen=True, slots=True)
class Corruption:
    """How text is masked for denoising, and which places are hidden."""

    rate: float = 0.15
    """Share of tokens that are masked (T5's)."""
    mean_span: float = 3.0
    """Tokens to a masked span, in the mean (T5's)."""
    hidden_boxes: float = 0.15
    """Share of the other words whose text stays while their boxes are masked. With its box a token's cell can be copied
    and most pairs of lines be subtracted; without it both are read off the neighbours and the picture."""

    def __post_init__(self) -> None:
        if not (0 < self.rate < 1 and self.mean_span >= 1 and 0 <= self.hidden_boxes < 1):
            raise UsageError(f"corruption wants 0 < rate < 1, mean_span >= 1 and 0 <= hidden_boxes < 1, got {self}")


def grid_labels(boxes: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """(n, 4) in 0..1000 of the frame -> (n,) int64: the cell that holds each box's middle, row by row."""
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    column = np.minimum(x * columns // GRID, columns - 1).astype(np.int64)
    row = np.minimum(y * rows // GRID, rows - 1).astype(np.int64)
    return row * columns + column


def sample_pairs(
    line: np.ndarray, classes: np.ndarray, count: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """(count, 2) int64 pairs of different tokens and (count,) int64 classes, as many of each class as of the others.

    `line`: (n,) the line of each token; `classes`: (M, M) of two lines. Within a class all pairs are alike likely. A
    class that the page does not have leaves its share to IGNORE.
    """
    held = np.bincount(line, minlength=len(classes)).astype(np.float64)  # tokens of each line
    tokens, starts = line.argsort(kind="stable"), held.cumsum() - held
    ways = np.outer(held, held)
    np.fill_diagonal(ways, held * (held - 1))
    pairs, labels = np.zeros((count, 2), np.int64), np.full(count, IGNORE, np.int64)
    done = 0
    for c in range(LINE_CLASSES):
        wanted = (count - done) // (LINE_CLASSES - c)
        done += wanted
        reached = np.where(classes == c, ways, 0).ravel().cumsum()
        if not len(reached) or not reached[-1]:
            continue
        drawn = np.searchsorted(reached, rng.random(wanted) * reached[-1], side="right")
        first, second = np.divmod(drawn, len(classes))
        left = (rng.random(wanted) * held[first]).astype(np.int64)
        right = (rng.random(wanted) * (held[second] - (first == second))).astype(np.int64)
        right += (first == second) & (right >= left)  # on one line never the token itself
        cut = slice(done - wanted, done)
        pairs[cut, 0], pairs[cut, 1] = (
            tokens[(starts[first] + left).astype(int)],
            tokens[(starts[second] + right).astype(int)],
        )
        labels[cut] = c
    return pairs, labels


def noise_spans(length: int, corruption: Corruption, most: int, rng: np.random.Generator) -> np.ndarray:
    """(length,) bool: the tokens that are masked, in at most `most` spans that never touch (T5's random spans)."""
    noise = min(max(round(length * corruption.rate), 1), length - 1)
    spans = min(max(round(noise / corruption.mean_span), 1), noise, length - noise, most)
    if spans < 1:  # a single token cannot be asked for
        return np.zeros(length, bool)
    lengths = np.stack([_parts(length - noise, spans, rng), _parts(noise, spans, rng)], 1).ravel()
    return np.repeat(np.arange(2 * spans) % 2 == 1, lengths)


def _parts(total: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """(count,) whole numbers of at least 1 that add up to `total`, every way alike likely."""
    cuts = np.sort(rng.choice(total - 1, count - 1, replace=False)) + 1
    return np.diff(np.concatenate(([0], cuts, [total])))


def corrupt(
    ids: np.ndarray, noise: np.ndarray, sentinels: Sequence[int], eos: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`places`, `input`, `target` (each int64) of T5's denoising; `noise` (n,) says which of `ids` (n,) are masked.

    `input`: ids with one sentinel for each masked span. `places`: the place in `ids` of each token of the input, of a
    sentinel its span's first. `target`: each sentinel with what it stands for, one sentinel more, and `eos`.
    """
    begins = noise & ~np.concatenate(([False], noise[:-1]))
    spans = int(begins.sum())
    names = np.asarray(sentinels[: spans + 1], np.int64)
    places = np.flatnonzero(~noise | begins)
    shown = ids[places].copy()
    shown[begins[places]] = names[:spans]
    masked = np.flatnonzero(noise)
    target = np.insert(ids[masked], np.flatnonzero(begins[masked]), names[:spans])
    return places, shown, np.concatenate((target, names[spans:], [eos]))


def pretraining_losses(model: DocFormerV2, batch: dict[str, Tensor], weights: ObjectiveWeights) -> dict[str, Tensor]:
    """`loss`, the weighted sum, and `line_loss`, `grid_loss`, `denoising_loss`, those of weight 0 left out.

    `batch` as `batches.collate` makes it: the model's inputs, `line_pairs` (B, P, 2) and `line_labels` (B, P),
    `grid_labels` (B, N), `labels` (B, T); IGNORE where nothing is asked. Each part is a mean over what is asked.
    """
    mask, pixels = batch["attention_mask"], batch.get("pixel_values")
    memory = model.encoder(batch["input_ids"], batch["boxes"], mask, pixels)[0]  # (B, L, D)
    text = memory[:, : batch["input_ids"].shape[1]]
    parts: dict[str, Tensor] = {}
    if weights.line:
        parts["line_loss"] = mean_loss(model.heads.line(text, batch["line_pairs"]), batch["line_labels"])
    if weights.grid:
        parts["grid_loss"] = mean_loss(model.heads.grid(text), batch["grid_labels"])
    if weights.denoising:
        decoder_input = model.prepare_decoder_input_ids_from_labels(batch["labels"])
        output = model(
            encoder_outputs=BaseModelOutput(last_hidden_state=memory),
            attention_mask=mask,
            decoder_input_ids=decoder_input,
        )
        parts["denoising_loss"] = mean_loss(output.logits, batch["labels"])
    total = sum(getattr(weights, name.removesuffix("_loss")) * loss for name, loss in parts.items())
    return {"loss": torch.as_tensor(total), **parts}


def mean_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy over the labels that are asked, 0 where none is: logits (..., C), labels (...)."""
    losses = F.cross_entropy(logits.flatten(0, -2).float(), labels.flatten(), ignore_index=IGNORE, reduction="sum")
    return losses / (labels != IGNORE).sum().clamp(min=1)
