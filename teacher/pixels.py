"""A page's picture as the model takes it."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from docengine import Box
from docengine.teacher.config import DocFormerV2Config


def page_pixels(image: np.ndarray, config: DocFormerV2Config, frame: Box | None = None) -> Tensor:
    """(h, w, 3) uint8 RGB -> (3, image_height, image_width) float32: 0 is paper, 1 ink.

    `frame`, in pixels, is the part of the picture that boxes of 0..1000 span (the page by default); it is cut to the
    picture. Paper is 0 so that the convolutions' zero padding is more paper.
    """
    return _ink(torch.from_numpy(_cut(Image.fromarray(image), config, frame)).permute(2, 0, 1))


def grey_pixels(image: np.ndarray, config: DocFormerV2Config, frame: Box | None = None) -> np.ndarray:
    """The same picture in grey, as it travels in batches: (image_height, image_width) uint8, 255 is paper."""
    return _cut(Image.fromarray(image).convert("L"), config, frame)


def grey_as_pixels(grey: Tensor) -> Tensor:
    """(B, image_height, image_width) uint8, 255 paper -> (B, 3, image_height, image_width) float32, 1 ink."""
    return _ink(grey)[:, None].expand(-1, 3, -1, -1)


def _ink(levels: Tensor) -> Tensor:
    return 1 - levels.float() / 255


def _cut(image: Image.Image, config: DocFormerV2Config, frame: Box | None) -> np.ndarray:
    """The frame's part of `image` at the model's size, (image_height, image_width, ...) uint8."""
    w, h = image.size
    x0, y0, x1, y1 = frame or (0, 0, w, h)
    x0, y0 = min(max(x0, 0), w - 1), min(max(y0, 0), h - 1)
    cut = (x0, y0, min(max(x1, x0 + 1), w), min(max(y1, y0 + 1), h))
    size = (config.image_width, config.image_height)
    return np.array(image.resize(size, Image.Resampling.BILINEAR, box=cut))  # antialiased when it shrinks
