"""DocFormerv2's task heads over the encoder's text tokens.

B batch, N text tokens, P pairs of them, D model width, C tags, G grid cells, R rank of the bilinear form.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from docengine.teacher.config import DocFormerV2Config

LINE_CLASSES = 3
"""Two tokens stand on the same line, on adjacent lines, or further apart (paper)."""


class LineHead(nn.Module):
    """A low-rank bilinear form a class: x_i^T Q_c^T K_c x_j / sqrt(R) + b_c."""

    def __init__(self, width: int, rank: int) -> None:
        super().__init__()
        self.rank = rank
        self.project = nn.Linear(width, 2 * LINE_CLASSES * rank, bias=False)
        self.bias = nn.Parameter(torch.empty(LINE_CLASSES))

    def forward(self, x: Tensor, pairs: Tensor | None = None) -> Tensor:
        """(B, N, D), None or (B, P, 2) int64 token indices -> (B, N, N, 3) or (B, P, 3)."""
        B, N, _ = x.shape
        q, k = self.project(x).view(B, N, 2, LINE_CLASSES, self.rank).unbind(2)  # each (B, N, 3, R)
        if pairs is None:
            scores = torch.einsum("bicr,bjcr->bijc", q, k)
        else:
            left, right = pairs[..., None, None].unbind(2)  # each (B, P, 1, 1)
            scores = (q.take_along_dim(left, dim=1) * k.take_along_dim(right, dim=1)).sum(-1)
        return scores.float() * self.rank**-0.5 + self.bias.float()


class Heads(nn.Module):
    """The tag head and the two of pretraining: token-to-line and token-to-grid."""

    def __init__(self, config: DocFormerV2Config) -> None:
        super().__init__()
        labels: Any = config.num_labels  # transformers types it as optional; the config always sets it
        self.tag = nn.Linear(config.d_model, labels)
        self.line = LineHead(config.d_model, config.line_width)
        self.grid = nn.Linear(config.d_model, config.grid_cells)

    def forward(self, x: Tensor, line_pairs: Tensor | None = None) -> dict[str, Tensor]:
        """(B, N, D), None or (B, P, 2) -> float32 logits: tags (B, N, C), lines as `LineHead`, grid (B, N, G)."""
        return {
            "tag_logits": self.tag(x).float(),
            "line_logits": self.line(x, line_pairs),
            "grid_logits": self.grid(x).float(),
        }
