"""What a DocFormerv2 costs: parameters held, floating-point operations spent on a page.

N text tokens, V visual tokens, L = N + V, T decoder tokens, D model width, I = heads * width of a head.
"""

from __future__ import annotations

from typing import Any

import torch

from docengine.errors import UsageError
from docengine.teacher.config import DocFormerV2Config
from docengine.teacher.heads import LINE_CLASSES


def count_parameters(config: DocFormerV2Config) -> dict[str, int]:
    """`core` (T5, the 12 spatial tables, modality: the published count), `visual`, `heads`, and their `total`."""
    from docengine.teacher.model import DocFormerV2

    with torch.device("meta"):
        model = DocFormerV2(config)
    total, visual, heads = (
        sum(parameter.numel() for parameter in part.parameters())
        for part in (model, model.encoder.page.visual, model.heads)
    )
    return {"core": total - visual - heads, "visual": visual, "heads": heads, "total": total}


def flops_per_page(config: DocFormerV2Config, text_tokens: int, visual_tokens: int, decoder_tokens: int) -> int:
    """Multiply-adds times two of the matrix products and convolutions in one forward pass over one page.

    Every head runs, the line head on all pairs; the decoder runs once over `decoder_tokens` tokens, its causal half
    counted whole. `visual_tokens` is 0 or the config's number. Training costs three times as much.
    """
    if visual_tokens not in (0, config.visual_tokens):
        raise UsageError(f"visual_tokens is 0 or {config.visual_tokens} for this config, got {visual_tokens}")
    N, L, T, D = text_tokens, text_tokens + visual_tokens, decoder_tokens, config.d_model
    inner = config.num_heads * config.d_kv
    feed_forward = (3 if config.is_gated_act else 2) * D * config.d_ff
    encoder = L * (4 * D * inner + feed_forward) + 2 * L * L * inner
    decoder = T * (6 * D * inner + feed_forward) + 2 * T * (T + L) * inner + 2 * L * D * inner
    labels: Any = config.num_labels  # transformers types both as optional; the config always sets them
    decoder_layers: Any = config.num_decoder_layers
    per_token = labels + 2 * LINE_CLASSES * config.line_width + config.grid_cells
    heads = N * D * per_token + N * N * LINE_CLASSES * config.line_width
    products = config.num_layers * encoder + heads
    if visual_tokens:
        products += _visual(config)
    if decoder_tokens:
        products += decoder_layers * decoder + T * D * config.vocab_size
    return 2 * products


def _visual(config: DocFormerV2Config) -> int:
    """Multiply-adds of the convolutions, each halving the sides, and of the projection of every cell."""
    pixels, C = config.image_height * config.image_width, config.visual_channels
    convolutions = (3 * C // 2 * pixels // 4 + C // 2 * C * pixels // 16 + C * C * pixels // 64) * 9
    return convolutions + pixels // 64 * C * config.d_model
