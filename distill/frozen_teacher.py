"""A finished teacher, and what it says about a batch of pages, word by word.

B batch, n text tokens, N words, H heads, D model width, I = heads * width of a head.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers.utils.logging import disable_progress_bar

from docengine import Schema
from docengine.distill.attention_maps import HIDDEN, token_map, word_maps, word_means
from docengine.distill.losses import fold_tags
from docengine.distill.pairs import PREFIX
from docengine.errors import UsageError
from docengine.teacher.model import DocFormerV2
from docengine.teacher.pretraining import batch_flops, with_pixels
from docengine.teacher.stages import Batch
from docengine.teacher.tokenizer import Vocabulary, load_tokenizer
from docengine.teacher.tokens import PageReader


@dataclass(slots=True)
class TeacherOutputs:
    """What a teacher says about the words of a batch."""

    taught: Tensor
    """(B, N) bool: the words that it read."""
    parts: dict[str, Tensor] = field(default_factory=dict)
    """What was asked: logits `tags` (B, N, C) of the student's tags, `lines` (B, N, N, 3), `grid` (B, N, cells); of its
    last layer `map` (B, H, N, N), how it looks at words, and `values` (B, N, I)."""
    states: list[Tensor] = field(default_factory=list)
    """(B, N, D) after each layer that was asked for, the means over a word's tokens."""


class FrozenTeacher:
    """A DocFormerv2 that learns nothing any more: in eval mode, without gradients."""

    def __init__(self, model: DocFormerV2, vocabulary: Vocabulary, schema: Schema) -> None:
        """`schema`: the student's."""
        self.model = model.requires_grad_(False).eval()
        self.reader = PageReader(vocabulary, model.config)
        self.schema = schema
        self.device: torch.device | None = None
        """Where it was last asked."""

    @classmethod
    def read(cls, folder: Path, schema: Schema) -> FrozenTeacher:
        """The one in `folder`, weights and tokenizer; CheckpointError where there is none."""
        disable_progress_bar()  # of transformers: a bar for a second of reading
        return cls(DocFormerV2.from_pretrained(folder), load_tokenizer(folder), schema)

    @cached_property
    def tags(self) -> list[int]:
        """Its class of each of the student's tags. UsageError where it has none for one."""
        known: dict[str, Any] = dict(self.model.config.label2id or {})
        missing = [tag for tag in self.schema.tags if tag not in known]
        if missing:
            raise UsageError(f"the teacher has no tag {missing[0]}: fine-tune it on the student's fields")
        return [known[tag] for tag in self.schema.tags]

    @torch.no_grad()
    def outputs(self, batch: Batch, wanted: Collection[str], layers: Sequence[int] = ()) -> TeacherOutputs:
        """What it says about a batch of `pairs.collate_pairs`. `wanted`: names as in `TeacherOutputs`."""
        own = with_pixels(self.inputs(batch))
        self._follow(own["input_ids"].device)
        belongs = token_map(own["word_of"], batch["rows"].shape[1])
        said = TeacherOutputs(belongs.any(-1))
        inputs = (own[name] for name in ("input_ids", "boxes", "attention_mask"))
        encoded = self.model.encoder(*inputs, own.get("pixel_values"), output_hidden_states=True)
        n, states = own["input_ids"].shape[1], encoded.hidden_states  # each layer's input, and what comes out
        first = encoded[0].take_along_dim(own["first"][..., None], dim=1)  # (B, N, D)
        if "tags" in wanted:
            said.parts["tags"] = fold_tags(self.model.heads.tag(first), self.tags)
        if "lines" in wanted:
            said.parts["lines"] = self.model.heads.line(first)
        if "grid" in wanted:
            said.parts["grid"] = self.model.heads.grid(first)
        if "states" in wanted:
            said.states = [word_means(states[layer][:, :n], belongs) for layer in layers]
        if "map" in wanted or "values" in wanted:
            tokens, values = self._last_attention(states[-2][:, :n], own["attention_mask"])
            said.parts |= {"map": word_maps(tokens, belongs), "values": word_means(values, belongs)}
        return said

    def flops(self, batch: Batch) -> float:
        """Matrix products of `outputs`, those of maps of words aside."""
        own = self.inputs(batch)
        return batch_flops(self.model, own, line_pairs=own["first"].shape[1] ** 2) / 3  # forward alone

    def inputs(self, batch: Batch) -> Batch:
        """Its own part of the batch."""
        return {name[len(PREFIX) :]: each for name, each in batch.items() if name.startswith(PREFIX)}

    def _follow(self, device: torch.device) -> None:
        if self.device != device:
            self.device = device
            self.model.to(device).prepare_for_training(0.0)  # for the attention that is fast on this device

    def _last_attention(self, x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """(B, n, D) that go into the last block, (B, n) -> its map (B, H, n, n) between text tokens, values (B, n, I).

        A row's share on visual tokens, which the student does not have, goes to the text in proportion.
        """
        layer: Any = self.model.encoder.block[-1].layer[0]
        attention, n = layer.SelfAttention, x.shape[1]
        normed = layer.layer_norm(x)
        q, k = (
            project(normed).view(*x.shape[:2], attention.n_heads, -1).transpose(1, 2)
            for project in (attention.q, attention.k)
        )  # each (B, H, n, d); T5 does not scale them
        scores = q @ k.transpose(-1, -2) + self.model.encoder.position_bias(n, 0)
        hidden = (1 - mask[:, None, None, :].float()) * HIDDEN
        return (scores.float() + hidden).softmax(-1), attention.v(normed)
