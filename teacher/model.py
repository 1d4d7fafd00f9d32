"""DocFormerv2 (Appalaraju et al., AAAI 2024): a T5 encoder-decoder that sees words, their places and the page.

B batch, N text tokens, V visual tokens (0 without a picture), L = N + V, T decoder tokens, P pairs, D model width.
Boxes: x0, y0, x1, y1 in 0..1000, origin top left; `NO_BOX` where a token has no place.

Precision: train with float32 weights under `torch.autocast(..., torch.bfloat16)`: the residual stream, the norms and
all logits of the heads then stay float32, as T5 needs (its activations grow beyond what bfloat16 resolves).
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers import Cache, GenerationMixin
from transformers.modeling_outputs import BaseModelOutput, Seq2SeqLMOutput
from transformers.models.t5.modeling_t5 import T5Attention, T5Stack

from docengine.errors import UsageError
from docengine.teacher.checkpoints import config_of_t5, loaded, read_t5, require_fit, require_model_type
from docengine.teacher.config import DocFormerV2Config
from docengine.teacher.encoder import DocFormerV2PreTrainedModel, Encoder, joint_mask
from docengine.teacher.heads import Heads


@dataclass
class DocFormerV2Output(Seq2SeqLMOutput):
    """What one pass gives: a Seq2SeqLMOutput, whose `logits` are the decoder's (B, T, vocabulary), and the heads'.

    `encoder_last_hidden_state` is (B, L, D), text first. `loss` stays None: objectives live outside the model.
    """

    tag_logits: Tensor | None = None
    """(B, N, C)"""
    line_logits: Tensor | None = None
    """(B, N, N, 3), or (B, P, 3) for given pairs"""
    grid_logits: Tensor | None = None
    """(B, N, grid cells)"""


class DocFormerV2(DocFormerV2PreTrainedModel, GenerationMixin):
    """Encoder with tag, token-to-line and token-to-grid heads; decoder with T5's tied output layer.

    Parameters are named as in `T5ForConditionalGeneration`, so a T5 checkpoint fits (`from_t5`).
    """

    _tied_weights_keys = {  # noqa: RUF012  (transformers' class attribute)
        "encoder.embed_tokens.weight": "shared.weight",
        "decoder.embed_tokens.weight": "shared.weight",
        "lm_head.weight": "shared.weight",
    }

    def __init__(self, config: DocFormerV2Config) -> None:
        super().__init__(config)
        self.shared = nn.Embedding(config.vocab_size, config.d_model)
        self.encoder = Encoder(_stack_config(config, is_decoder=False))
        self.decoder = T5Stack(_stack_config(config, is_decoder=True))
        self.lm_head = nn.Linear(config.d_model, config.vocab_size, bias=False)
        self.heads = Heads(config)
        self.post_init()

    def prepare_for_training(self, dropout: float) -> None:
        """Drop this share of the hidden values, and none of the attention maps: their random numbers alone would take
        a CPU a fifth of a step. There plain attention is faster too: torch has no kernel for a bias that is learned.
        """
        for module in self.modules():
            if isinstance(module, nn.Dropout):
                module.p = dropout
            elif isinstance(module, T5Attention):
                module.dropout = 0.0
        self.set_attn_implementation("sdpa" if torch.cuda.is_available() else "eager")

    def get_input_embeddings(self) -> nn.Module:
        return self.shared

    def set_input_embeddings(self, value: nn.Module) -> None:
        self.shared = cast(nn.Embedding, value)
        self.encoder.set_input_embeddings(value)
        self.decoder.set_input_embeddings(value)

    def forward(
        self,
        input_ids: Tensor | None = None,
        boxes: Tensor | None = None,
        attention_mask: Tensor | None = None,
        pixel_values: Tensor | None = None,
        line_pairs: Tensor | None = None,
        decoder_input_ids: Tensor | None = None,
        encoder_outputs: BaseModelOutput | None = None,
        past_key_values: Cache | None = None,
        **kwargs: Any,
    ) -> DocFormerV2Output:
        """One pass over a batch of pages.

        input_ids (B, N); boxes (B, N, 4) int64, None: no token has a place. attention_mask (B, N), 1 for a token and 0
        for padding; (B, L) where pages with and without a picture share a batch: 0 hides a visual token.
        pixel_values (B, 3, height, width), 0 paper, 1 ink; None leaves the visual tokens out. line_pairs (B, P, 2)
        token indices, padded with any valid pair. decoder_input_ids (B, T), padded on the right. The decoder runs
        where it has inputs; the encoder and the heads where `encoder_outputs` is not given.
        `use_cache`, `output_hidden_states` and `output_attentions` (with eager attention) work as in T5.
        """
        use_cache = bool(kwargs.pop("use_cache", False))  # generate() asks for it; training has no use for a cache
        heads: dict[str, Any] = {}
        if encoder_outputs is None:
            if input_ids is None:
                raise UsageError("DocFormerV2 needs input_ids or encoder_outputs")
            encoder_outputs = self.encoder(input_ids, boxes, attention_mask, pixel_values, **kwargs)
            heads = self.heads(encoder_outputs[0][:, : input_ids.shape[1]], line_pairs)
        memory = encoder_outputs[0]  # (B, L, D)
        decoded: dict[str, Any] = {}
        if decoder_input_ids is not None:
            kwargs |= {"use_cache": use_cache, "past_key_values": past_key_values}
            decoded = self._decode(decoder_input_ids, memory, attention_mask, **kwargs)
        return DocFormerV2Output(
            **heads,
            **decoded,
            encoder_last_hidden_state=memory,
            encoder_hidden_states=encoder_outputs.hidden_states,
            encoder_attentions=encoder_outputs.attentions,
        )

    def _decode(self, ids: Tensor, memory: Tensor, attention_mask: Tensor | None, **kwargs: Any) -> dict[str, Any]:
        """(B, T), (B, L, D), (B, N) or (B, L) -> the decoder's part of the output."""
        mask = joint_mask(attention_mask, memory.shape[1])
        decoded = self.decoder(ids, encoder_hidden_states=memory, encoder_attention_mask=mask, **kwargs)
        return {
            "logits": self.lm_head(decoded.last_hidden_state * self.config.d_model**-0.5),  # (B, T, vocabulary)
            "past_key_values": decoded.past_key_values,
            "decoder_hidden_states": decoded.hidden_states,
            "decoder_attentions": decoded.attentions,
            "cross_attentions": decoded.cross_attentions,
        }

    def prepare_decoder_input_ids_from_labels(self, labels: Tensor) -> Tensor:
        """(B, T) targets, -100 where ignored -> (B, T) decoder inputs: shifted right, as T5 does."""
        return self._shift_right(labels)

    @classmethod
    def from_pretrained(  # type: ignore[override]  # a path, not None: there is no hub to fetch from
        cls, pretrained_model_name_or_path: str | Path, *args: Any, **kwargs: Any
    ) -> Any:
        """As transformers', from a local folder with safetensors; CheckpointError where it holds something else."""
        require_model_type(pretrained_model_name_or_path, cls.config_class.model_type)
        return loaded(super().from_pretrained, pretrained_model_name_or_path, *args, **kwargs)

    @classmethod
    def from_t5(cls, path: str | Path, config: DocFormerV2Config | None = None) -> DocFormerV2:
        """Start from the T5 v1.0 checkpoint in the folder `path`; places, pixels and heads are initialised anew.

        `config` may change what T5 does not have; by default all of that is as in `DocFormerV2Config`. Without boxes
        and pixels the model computes what the T5 did. CheckpointError for another architecture or other sizes.
        """
        t5 = read_t5(path)
        config = config or config_of_t5(t5.config)
        require_fit(config, t5.config, path)
        model = cls(config)
        model.load_state_dict(t5.state_dict(), strict=False)  # strict for all that T5 has: names and sizes were checked
        return model


def _stack_config(config: DocFormerV2Config, is_decoder: bool) -> DocFormerV2Config:
    stack = copy.deepcopy(config)
    stack.is_decoder = is_decoder
    stack.use_cache = is_decoder
    stack.num_layers = cast(int, config.num_decoder_layers) if is_decoder else config.num_layers
    return stack
