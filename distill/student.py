"""The student: a small DocFormerv2-style encoder with one position a word, a tag head and a token-to-line head.

B batch, N words, P pieces a word, H heads, D model width, C tags. Boxes: x0, y0, x1, y1 in 0..1000.

What it takes from DocFormerv2 (Appalaraju et al., AAAI 2024, section 3): T5's encoder with its relative position bias,
embeddings for x0, y0, x1, y1, width and height summed into the input, and the token-to-line head. What differs: a word
is one position, its pieces share it (pages get two to three times shorter); the bias also knows rows and columns; word
shapes are an input; it reads no pixels yet.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from docengine.corpus.labelled import DOCUMENT_TYPES, LANGUAGES
from docengine.engine.preprocess import GRID, PIECES, SHAPES
from docengine.errors import UsageError
from docengine.schema import DEFAULT_SCHEMA

LINE_CLASSES = 3
"""Same item or line, the next one, further apart (DocFormerv2, section 3.2)."""


@dataclass(frozen=True, slots=True)
class StudentConfig:
    vocab: int = 8192
    tags: int = len(DEFAULT_SCHEMA.tags)
    kinds: int = len(DOCUMENT_TYPES)
    languages: int = len(LANGUAGES)
    width: int = 256
    layers: int = 6
    heads: int = 4
    """Few and wide: at equal width faster than many narrow ones."""
    feed_forward: int = 704
    """Inner width of the gated feed-forward layer."""
    piece_width: int = 64
    """Width of one piece's embedding; a word's P slots are joined and projected to `width`."""
    cells: int = 125
    """Steps a coordinate is quantised to; fewer than the teacher's 1000, since few pages must fill the tables."""
    buckets: int = 32
    """Buckets of each relative position bias."""
    line_width: int = 64
    """Width of the token-to-line head's queries and keys, per class."""
    dropout: float = 0.1

    def __post_init__(self) -> None:
        if self.width % self.heads:
            raise UsageError(f"student width {self.width} is not divisible by its {self.heads} heads")
        if GRID % self.cells:
            raise UsageError(f"student cells {self.cells} do not divide the grid of {GRID}")

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


INPUTS = ("pieces", "shapes", "boxes", "rows", "attention_mask")
OUTPUTS = ("tag_logits", "line_logits", "kind_logits", "language_logits")
"""Names in the graph, in the order of `Student.forward`."""


class RMSNorm(nn.RMSNorm):
    """torch's, spelled out for the ONNX exporter, which does not know the operator."""

    eps: float

    def forward(self, x: Tensor) -> Tensor:
        if torch.onnx.is_in_onnx_export():
            return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps) * self.weight
        return super().forward(x)


class Embeddings(nn.Module):
    """Pieces, shape and place of each word, summed."""

    offsets: Tensor

    def __init__(self, config: StudentConfig) -> None:
        super().__init__()
        self.step = GRID // config.cells
        self.pieces = nn.Embedding(config.vocab, config.piece_width, padding_idx=0)
        self.join = nn.Linear(PIECES * config.piece_width, config.width, bias=False)
        self.shapes = nn.Embedding(SHAPES, config.width)
        self.places = nn.Embedding(6 * (config.cells + 1), config.width)
        """Six tables in one: x0, y0, x1, y1, width, height."""
        self.register_buffer("offsets", torch.arange(6) * (config.cells + 1), persistent=False)
        self.norm = RMSNorm(config.width, eps=1e-6)

    def forward(self, pieces: Tensor, shapes: Tensor, boxes: Tensor) -> Tensor:
        """(B, N, P), (B, N), (B, N, 4) -> (B, N, D)."""
        slots = self.pieces(pieces).flatten(2)  # (B, N, P * piece_width)
        six = torch.cat([boxes, boxes[..., 2:] - boxes[..., :2]], dim=-1)  # (B, N, 6)
        places = self.places(six // self.step + self.offsets).sum(2)  # (B, N, D)
        return self.norm(self.join(slots) + self.shapes(shapes) + places)


class RelativeBias(nn.Module):
    """T5's bias over relative position, summed over three distances: in reading order, in rows, in x.

    Distances are bucketed as T5 does (Raffel et al., JMLR 2020, section 2.1): small ones exactly, larger ones by their
    logarithm. `tables` maps each possible distance to its bucket, so that the graph holds plain look-ups.
    """

    REACH: ClassVar = {"order": 511, "rows": 255, "x": GRID}
    EXACT: ClassVar = {"order": 8, "rows": 8, "x": 4}
    UNIT: ClassVar = {"order": 1, "rows": 1, "x": 8}

    def __init__(self, config: StudentConfig) -> None:
        super().__init__()
        self.weights = nn.ParameterDict({name: torch.empty(config.buckets, config.heads) for name in self.REACH})
        for name, reach in self.REACH.items():
            distances = torch.arange(-reach, reach + 1)
            bucket = bucketed(distances, config.buckets, self.EXACT[name], self.UNIT[name], reach)
            self.register_buffer(f"buckets_{name}", bucket, persistent=False)

    def forward(self, boxes: Tensor, rows: Tensor) -> Tensor:
        """(B, N, 4), (B, N) -> (B, H, N, N)."""
        order = torch.arange(rows.shape[1], device=rows.device)[None]  # (1, N)
        bias = self.of("order", order) + self.of("rows", rows) + self.of("x", boxes[..., 0])
        return bias.permute(0, 3, 1, 2)

    def of(self, name: str, positions: Tensor) -> Tensor:
        """(B, N) -> (B, N, N, H)."""
        reach = self.REACH[name]
        apart = (positions[:, None, :] - positions[:, :, None]).clamp(-reach, reach) + reach
        per_distance = self.weights[name][getattr(self, f"buckets_{name}")]  # (2 * reach + 1, H)
        return F.embedding(apart, per_distance)


def bucketed(distances: Tensor, buckets: int, exact: int, unit: int, reach: int) -> Tensor:
    """T5's bidirectional buckets: half for each sign, `exact` steps of `unit` each, then log-spaced to `reach`."""
    half = buckets // 2
    steps = distances.abs() // unit
    far = (
        exact
        + (
            torch.log(steps.clamp(min=1) / exact) / torch.log(torch.tensor(reach / unit / exact)) * (half - exact)
        ).long()
    )
    return torch.where(steps < exact, steps, far.clamp(max=half - 1)) + (distances > 0) * half


class Layer(nn.Module):
    """Pre-norm attention and gated GELU feed-forward, as in T5 v1.1."""

    def __init__(self, config: StudentConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.norm1 = RMSNorm(config.width, eps=1e-6)
        self.qkv = nn.Linear(config.width, 3 * config.width, bias=False)
        self.out = nn.Linear(config.width, config.width, bias=False)
        self.norm2 = RMSNorm(config.width, eps=1e-6)
        self.wi = nn.Linear(config.width, 2 * config.feed_forward, bias=False)
        self.wo = nn.Linear(config.feed_forward, config.width, bias=False)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """(B, N, D), (B, H, N, N) -> (B, N, D)."""
        x = x + self.dropout(self.attend(self.norm1(x), bias))
        y = self.norm2(x)
        gate, value = (F.linear(y, weight) for weight in self.wi.weight.chunk(2))  # each (B, N, feed_forward)
        return x + self.dropout(self.wo(F.gelu(gate) * value))

    def attend(self, x: Tensor, bias: Tensor) -> Tensor:
        q, k, v = self.projected(x)
        y = self.attention_map(q, k, bias) @ v  # (B, H, N, d)
        return self.out(y.transpose(1, 2).reshape(x.shape))

    def projected(self, x: Tensor) -> Tensor:
        """(B, N, D), normalised -> (3, B, H, N, d): queries, keys and values."""
        B, N, D = x.shape
        return self.qkv(x).view(B, N, 3, self.heads, D // self.heads).permute(2, 0, 3, 1, 4)

    def attention_map(self, q: Tensor, k: Tensor, bias: Tensor) -> Tensor:
        """(B, H, N, d) twice, (B, H, N, N) -> (B, H, N, N): how much each word looks at each."""
        scale = (self.out.in_features // self.heads) ** -0.5
        return ((q * scale) @ k.transpose(-1, -2) + bias).softmax(-1)  # scaling q is cheaper than N x N scores


class Student(nn.Module):
    def __init__(self, config: StudentConfig) -> None:
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.bias = RelativeBias(config)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.norm = RMSNorm(config.width, eps=1e-6)
        self.tag_head = nn.Linear(config.width, config.tags)
        self.line_head = nn.Linear(config.width, 2 * LINE_CLASSES * config.line_width)
        self.kind_head = nn.Linear(config.width, config.kinds)
        self.language_head = nn.Linear(config.width, config.languages)
        self.initialise()

    def initialise(self) -> None:
        """Every parameter, in one place. Projections back into the residual stream start small."""
        for name, parameter in self.named_parameters():
            if "norm" in name:
                nn.init.ones_(parameter)
            elif name.endswith("bias") or name.startswith("bias."):
                nn.init.zeros_(parameter)
            elif "embeddings" in name and "join" not in name:
                nn.init.normal_(parameter, std=0.5 if "pieces" in name else 0.2)
            else:
                shrink = (2 * self.config.layers) ** -0.5 if name.endswith(("out.weight", "wo.weight")) else 1.0
                nn.init.normal_(parameter, std=shrink * parameter.shape[1] ** -0.5)
        with torch.no_grad():
            self.embeddings.pieces.weight[0].zero_()

    def forward(
        self, pieces: Tensor, shapes: Tensor, boxes: Tensor, rows: Tensor, attention_mask: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """(B, N, P), (B, N), (B, N, 4), (B, N), (B, N) -> logits by the names of `OUTPUTS`.

        Tags (B, N, C), lines (B, N, N, 3), kinds (B, kinds), languages (B, languages).
        """
        states, _ = self.encode(pieces, shapes, boxes, rows, attention_mask)
        return self.read(states[-1], attention_mask)

    def encode(
        self, pieces: Tensor, shapes: Tensor, boxes: Tensor, rows: Tensor, attention_mask: Tensor
    ) -> tuple[list[Tensor], Tensor]:
        """What goes into each layer and what comes out of the last, (B, N, D) each; the scores' bias (B, H, N, N)."""
        states = [self.embeddings(pieces, shapes, boxes)]
        bias = self.bias(boxes, rows)
        bias = bias + (1 - attention_mask[:, None, None, :].to(bias.dtype)) * -1e4  # finite in every precision
        for layer in self.layers:
            states.append(layer(states[-1], bias))
        return states, bias

    def read(self, x: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """(B, N, D) of the last layer, (B, N) -> what `forward` gives."""
        x = self.norm(x)
        weights = attention_mask[:, :, None].to(x.dtype)
        page = (x * weights).sum(1) / weights.sum(1).clamp(min=1)  # (B, D)
        return self.tag_head(x), self.lines(x), self.kind_head(page), self.language_head(page)

    def lines(self, x: Tensor) -> Tensor:
        """(B, N, D) -> (B, N, N, 3): how far apart the items or lines of two words are."""
        B, N, _ = x.shape
        q, k = self.line_head(x).view(B, N, 2, LINE_CLASSES, -1).permute(2, 0, 3, 1, 4)  # each (B, 3, N, line_width)
        return ((q * self.config.line_width**-0.5) @ k.transpose(-1, -2)).permute(0, 2, 3, 1)


def count_parameters(config: StudentConfig) -> dict[str, int]:
    """Parameters in all, and without the embedding tables."""
    with torch.device("meta"):
        model = Student(config)
    total = sum(p.numel() for p in model.parameters())
    tables = sum(m.weight.numel() for m in model.modules() if isinstance(m, nn.Embedding))
    return {"total": total, "without_embeddings": total - tables}


def flops_per_page(config: StudentConfig, words: int) -> int:
    """Multiply-adds times two of one forward pass over a page of `words` words."""
    D = config.width
    layer = words * (4 * D * D + 3 * D * config.feed_forward) + 2 * words * words * D
    heads = (
        words * D * (config.tags + 2 * LINE_CLASSES * config.line_width)
        + words * words * LINE_CLASSES * config.line_width
    )
    return 2 * (config.layers * layer + words * PIECES * config.piece_width * D + heads)
