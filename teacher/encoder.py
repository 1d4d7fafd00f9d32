"""DocFormerv2's encoder: T5's blocks over text and visual tokens.

B batch, N text tokens, V visual tokens (0 without a picture), L = N + V, H heads, D model width.
"""

from __future__ import annotations

from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import initialization as init
from transformers.masking_utils import create_bidirectional_mask
from transformers.modeling_outputs import BaseModelOutput
from transformers.models.t5.modeling_t5 import T5PreTrainedModel, T5Stack
from transformers.processing_utils import Unpack
from transformers.utils import TransformersKwargs
from transformers.utils.output_capturing import capture_outputs

from docengine.errors import UsageError
from docengine.teacher.config import DocFormerV2Config
from docengine.teacher.embeddings import PLACES, PageEmbedding, SpatialEmbedding, VisualEmbedding
from docengine.teacher.heads import Heads


class DocFormerV2PreTrainedModel(T5PreTrainedModel):
    """How parameters are initialised, once for all parts; T5's own are left to T5."""

    config: DocFormerV2Config
    config_class = DocFormerV2Config

    @classmethod
    def is_custom_code(cls) -> bool:
        """False. For custom code transformers 5.23 passes over modules that own no parameter directly (as if all of
        theirs were loaded), so that T5's attention would start with standard deviation 1. `_init_weights` uses
        transformers' own initialisers, which leave loaded parameters alone, and so needs no such guard.
        """
        return False

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        factor = self.config.initializer_factor
        if isinstance(module, SpatialEmbedding):  # the six together weigh as much as T5's token embeddings: std 1
            for table in module.tables.values():
                init.normal_(cast(Tensor, table.weight), std=factor * len(PLACES) ** -0.5)
        elif isinstance(module, PageEmbedding):  # zeros, so that a T5 checkpoint starts as that T5
            init.zeros_(module.modality.weight)
        elif isinstance(module, VisualEmbedding):
            for convolution in module.convolutions:
                init.kaiming_normal_(cast(Tensor, convolution.weight), nonlinearity="relu")
            init.normal_(module.project.weight, std=factor * module.project.in_features**-0.5)
        elif isinstance(module, Heads):
            for layer in (module.tag, module.line.project, module.grid):
                init.normal_(layer.weight, std=factor * layer.in_features**-0.5)
            init.zeros_(module.line.bias)


class Encoder(DocFormerV2PreTrainedModel, T5Stack):
    """T5's encoder, its relative position bias between text tokens only.

    The bias is over distances in reading order; a visual token has no place in that order, so every pair with one
    gets 0, and its place is said by its spatial embedding alone. Text therefore attends to text just as in T5, whether
    or not there is a picture.
    """

    def __init__(self, config: DocFormerV2Config) -> None:
        super().__init__(config)
        self.page = PageEmbedding(config)
        self.post_init()

    @capture_outputs
    def forward(
        self,
        input_ids: Tensor,
        boxes: Tensor | None = None,
        attention_mask: Tensor | None = None,
        pixel_values: Tensor | None = None,
        **kwargs: Unpack[TransformersKwargs],
    ) -> BaseModelOutput:
        """(B, N), (B, N, 4), (B, N) or (B, L), (B, 3, height, width) -> last_hidden_state (B, L, D)."""
        N, longest = input_ids.shape[1], self.config.text_tokens
        if longest < N:
            raise UsageError(f"{N} text tokens, but the model takes {longest}: cut the page into windows")
        x = self.page(self.embed_tokens(input_ids), boxes, pixel_values)  # (B, L, D)
        given = joint_mask(attention_mask, x.shape[1])
        mask = create_bidirectional_mask(config=self.config, inputs_embeds=x, attention_mask=given)
        bias = self.position_bias(N, x.shape[1] - N)
        x = self.dropout(x)
        for block in self.block:
            x, _, _ = block(x, mask, bias, **kwargs)
        return BaseModelOutput(last_hidden_state=self.dropout(self.final_layer_norm(x)))

    def position_bias(self, text: int, visual: int) -> Tensor:
        """(1, H, L, L): T5's bias over the first `text` tokens, 0 elsewhere."""
        first: Any = self.block[0]
        bias = first.layer[0].SelfAttention.compute_bias(text, text)  # (1, H, N, N)
        return F.pad(bias, (0, visual, 0, visual))


def joint_mask(mask: Tensor | None, length: int) -> Tensor | None:
    """(B, N) or (B, L) -> (B, L), `length` being L: visual tokens count unless the mask speaks of them."""
    if mask is None:
        return None
    missing = length - mask.shape[1]
    if missing < 0:
        raise UsageError(f"attention_mask covers {mask.shape[1]} tokens, but the page has {length}: no pixel_values?")
    return F.pad(mask.long(), (0, missing), value=1)
