"""Sizes of DocFormerv2 (Appalaraju et al., AAAI 2024), which are T5 v1.0's (Raffel et al., JMLR 2020, section 3.7)."""

from __future__ import annotations

from typing import Any

from huggingface_hub.dataclasses import strict
from transformers import PreTrainedConfig, T5Config

from docengine.errors import UsageError
from docengine.schema import DEFAULT_SCHEMA

SIZES: dict[str, dict[str, int]] = {
    "small": {"d_model": 512, "d_ff": 2048, "num_layers": 6, "num_heads": 8},
    "base": {"d_model": 768, "d_ff": 3072, "num_layers": 12, "num_heads": 12},
    "large": {"d_model": 1024, "d_ff": 4096, "num_layers": 24, "num_heads": 16},
}
"""66.65M, 232.12M and 749.96M parameters with 12 spatial tables, before the visual projection and the task heads."""
VISUAL_STRIDE = 8
"""Image pixels to one feature of the convolution, along each side."""


@strict
class DocFormerV2Config(T5Config):
    """A T5 config (all of whose fields keep their meaning) with those of the page.

    Tags are named as transformers does it: `id2label`, or `num_labels` alone; by default those of the default schema.
    Raises UsageError where sizes contradict each other.
    """

    model_type = "docformerv2"

    decoder_start_token_id: int = 0
    text_tokens: int = 512
    """Longest text the encoder takes; longer pages are cut into windows before it."""
    image_height: int = 512
    image_width: int = 384
    """Size of the downscaled page in pixels, about the shape of A4."""
    visual_rows: int = 16
    visual_columns: int = 8
    """Cells that the image is cut into; each is one visual token: 16 x 8 = 128."""
    visual_channels: int = 64
    """Channels of the light convolution; half of it in its first layer."""
    line_width: int = 64
    """Rank of the token-to-line head's bilinear form, per class."""
    grid_rows: int = 4
    grid_columns: int = 4
    """m x n cells of token-to-grid (paper)."""

    def __post_init__(self, **kwargs: Any) -> None:
        if self.id2label is None and kwargs.get("num_labels") is None:
            self.id2label = dict(enumerate(DEFAULT_SCHEMA.tags))
            self.label2id = {tag: i for i, tag in self.id2label.items()}
        super().__post_init__(**kwargs)
        self._check_sizes()

    def _check_sizes(self) -> None:
        for side, cells in (("height", self.visual_rows), ("width", self.visual_columns)):
            pixels = getattr(self, f"image_{side}")
            if cells < 1 or pixels < 1 or pixels % (VISUAL_STRIDE * cells):
                raise UsageError(f"image_{side} {pixels} is no multiple of {VISUAL_STRIDE} x {cells} visual cells")
        if self.visual_channels < 2 or self.visual_channels % 2:
            raise UsageError(f"visual_channels {self.visual_channels} is no multiple of 2")
        buckets = self.relative_attention_num_buckets
        if buckets % 4:  # halved for the two directions, then halved for near and far
            raise UsageError(f"relative_attention_num_buckets {buckets} is no multiple of 4")
        for name in ("pad_token_id", "eos_token_id", "decoder_start_token_id"):
            token = getattr(self, name)
            if isinstance(token, int) and token >= self.vocab_size:
                raise UsageError(f"{name} {token} lies outside the vocabulary of {self.vocab_size}")
        for name in ("d_model", "d_kv", "num_heads", "num_layers", "text_tokens", "line_width", "grid_rows"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} must be at least 1, got {getattr(self, name)}")

    def to_diff_dict(self) -> dict[str, Any]:
        """What is saved; transformers leaves two labels out as its default, here that means the default schema."""
        return {**super().to_diff_dict(), "id2label": self.id2label, "label2id": self.label2id}

    @property
    def visual_tokens(self) -> int:
        """Visual tokens of one page image."""
        return self.visual_rows * self.visual_columns

    @property
    def grid_cells(self) -> int:
        return self.grid_rows * self.grid_columns

    def get_text_config(self, decoder: bool | None = None, encoder: bool | None = None) -> PreTrainedConfig:
        """As transformers', but the decoder's names the decoder's layers: the cache of `generate` is sized by it."""
        text: Any = super().get_text_config(decoder=decoder, encoder=encoder)
        if decoder and not encoder and text is not self:
            text.num_layers = self.num_decoder_layers
        return text

    @classmethod
    def named(cls, size: str, **changes: Any) -> DocFormerV2Config:
        """The published `small`, `base` or `large`, with `changes` to other fields; UsageError for another name."""
        if size not in SIZES:
            raise UsageError(f"unknown size {size!r} of DocFormerv2; known: {', '.join(SIZES)}")
        return cls(**{**SIZES[size], **changes})
