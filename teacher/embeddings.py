"""What goes into DocFormerv2's encoder: words, places and pixels of a page, as one sequence.

B batch, N text tokens, V = rows * columns visual tokens, D model width, C channels of the convolution.
Boxes: x0, y0, x1, y1 in 0..1000, origin top left. Boxes and picture have one frame: 0..1000 spans what the picture
shows, so whoever takes boxes relative to a part of the page crops the picture to it (`page_pixels` does).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers.models.t5.modeling_t5 import T5LayerNorm

from docengine.engine.preprocess import GRID
from docengine.errors import UsageError
from docengine.teacher.config import VISUAL_STRIDE, DocFormerV2Config

PLACES = ("x0", "y0", "x1", "y1", "width", "height")
NO_BOX = -1
"""Edges of a token without a place: masked in the denoising objective, padding, or of a question."""
TEXT, VISUAL = 0, 1
"""Rows of the modality embedding."""


class SpatialEmbedding(nn.Module):
    """Six tables of 1000 x D, summed (paper).

    Values run over 0..1000 but tables have 1000 rows, as in the published counts: 1000 shares row 999. A token
    whose x0 is negative (`NO_BOX`) gets zeros.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.tables = nn.ModuleDict({place: nn.Embedding(GRID, width) for place in PLACES})

    def forward(self, boxes: Tensor) -> Tensor:
        """(B, N, 4) int64 -> (B, N, D)."""
        six = torch.cat([boxes, boxes[..., 2:] - boxes[..., :2]], dim=-1).clamp(0, GRID - 1)  # (B, N, 6)
        places = [table(six[..., i]) for i, table in enumerate(self.tables.values())]  # each (B, N, D)
        return torch.stack(places).sum(0).masked_fill(boxes[..., :1] < 0, 0.0)


class VisualEmbedding(nn.Module):
    """Three strided convolutions, then one linear projection a cell of the page; no ResNet (paper)."""

    def __init__(self, config: DocFormerV2Config) -> None:
        super().__init__()
        C = config.visual_channels
        self.rows, self.columns = config.visual_rows, config.visual_columns
        self.size = (config.image_height, config.image_width)
        self.convolutions = nn.ModuleList(
            nn.Conv2d(before, after, kernel_size=3, stride=2, padding=1)
            for before, after in ((3, C // 2), (C // 2, C), (C, C))
        )
        cell = self.size[0] // (VISUAL_STRIDE * self.rows) * (self.size[1] // (VISUAL_STRIDE * self.columns))
        self.project = nn.Linear(C * cell, config.d_model)
        self.norm = T5LayerNorm(config.d_model, eps=config.layer_norm_epsilon)

    def forward(self, pixel_values: Tensor) -> Tensor:
        """(B, 3, height, width), 0 paper, 1 ink -> (B, V, D), cells row by row."""
        if tuple(pixel_values.shape[1:]) != (3, *self.size):
            raise UsageError(
                f"pixel_values are (B, 3, {self.size[0]}, {self.size[1]}), got {tuple(pixel_values.shape)}"
            )
        x = pixel_values.to(self.project.weight.dtype)
        for convolution in self.convolutions:
            x = F.gelu(convolution(x))
        B, C, h, w = x.shape  # h, w: height and width / 8
        cells = x.view(B, C, self.rows, h // self.rows, self.columns, w // self.columns)
        cells = cells.permute(0, 2, 4, 1, 3, 5).reshape(B, self.rows * self.columns, -1)  # (B, V, C * pixels of a cell)
        return self.norm(self.project(cells))


def visual_boxes(rows: int, columns: int, device: torch.device | None = None) -> Tensor:
    """(rows * columns, 4) int64 in 0..1000: the cell of each visual token, row by row; edges round down."""
    y, x = torch.meshgrid(torch.arange(rows, device=device), torch.arange(columns, device=device), indexing="ij")
    edges = [x * GRID // columns, y * GRID // rows, (x + 1) * GRID // columns, (y + 1) * GRID // rows]
    return torch.stack(edges, dim=-1).view(-1, 4)


class PageEmbedding(nn.Module):
    """Text tokens first, visual tokens after them, each with its place and its modality."""

    def __init__(self, config: DocFormerV2Config) -> None:
        super().__init__()
        self.text_places = SpatialEmbedding(config.d_model)
        self.visual_places = SpatialEmbedding(config.d_model)
        self.modality = nn.Embedding(2, config.d_model)
        self.visual = VisualEmbedding(config)

    def forward(self, text: Tensor, boxes: Tensor | None, pixel_values: Tensor | None) -> Tensor:
        """(B, N, D), (B, N, 4), (B, 3, height, width) -> (B, N + V, D), or (B, N, D) without pixels."""
        text = text + self.modality.weight[TEXT]
        if boxes is not None:
            text = text + self.text_places(boxes)
        if pixel_values is None:
            return text
        cells = visual_boxes(self.visual.rows, self.visual.columns, text.device)
        visual = self.visual(pixel_values) + self.visual_places(cells) + self.modality.weight[VISUAL]
        return torch.cat([text, visual.to(text.dtype)], dim=1)
