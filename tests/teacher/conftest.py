"""A DocFormerv2 small enough to run in milliseconds, and a batch of two pages for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch

from docengine.teacher import DocFormerV2, DocFormerV2Config

SMALL: dict[str, Any] = {
    "vocab_size": 100,
    "d_model": 32,
    "d_kv": 8,
    "d_ff": 48,
    "num_layers": 2,
    "num_heads": 4,
    "num_decoder_layers": 3,
    "image_height": 48,
    "image_width": 32,
    "visual_rows": 3,
    "visual_columns": 2,
    "visual_channels": 4,
    "line_width": 5,
    "grid_rows": 2,
    "num_labels": 7,
}


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Matrices this small only wait for each other's threads."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def config() -> DocFormerV2Config:
    return DocFormerV2Config(**SMALL)


@pytest.fixture
def model(config: DocFormerV2Config) -> DocFormerV2:
    torch.manual_seed(0)
    made = DocFormerV2(config).eval()
    torch.nn.init.normal_(made.encoder.page.modality.weight)  # zeros would hide a mistake
    return made


@pytest.fixture
def batch() -> dict[str, torch.Tensor]:
    """B = 2 pages of N = 9 tokens and V = 6 cells; the second has 5 tokens and padding."""
    draw = torch.Generator().manual_seed(1)
    low = torch.randint(0, 900, (2, 9, 2), generator=draw)
    size = torch.randint(1, 100, (2, 9, 2), generator=draw)
    return {
        "input_ids": torch.randint(2, 100, (2, 9), generator=draw),
        "boxes": torch.cat([low, low + size], dim=-1),
        "attention_mask": torch.tensor([[1] * 9, [1] * 5 + [0] * 4]),
        "pixel_values": torch.rand(2, 3, 48, 32, generator=draw),
        "decoder_input_ids": torch.randint(2, 100, (2, 4), generator=draw),
    }
