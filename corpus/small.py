"""Pages made small: the longest side at most 512 pixels, a grey picture, boxes in pixels of it.

What pretraining learns from is this small: its picture goes into the model at a lower size still, and boxes are floats.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

import numpy as np

from docengine import Box, Page, Word
from docengine.engine.layout import split_words

SIDE = 512
"""Longest side of a small page, in pixels."""
_new = tuple.__new__
"""Makes words without their Python constructors, which cost more than all else."""


def small_size(width: float, height: float) -> tuple[int, int]:
    """Whole pixels of a page of that shape; a page that is small already stays as it is."""
    scale = min(1.0, SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def small_page(page: Page) -> Page:
    """`page` made small, its words single and its picture grey in three channels; `page` is not changed."""
    size = small_size(page.width, page.height)
    return resized(page, size, None if page.image is None else in_colour(grey(page.image, size)))


def resized(page: Page, size: tuple[int, int], image: np.ndarray | None = None) -> Page:
    """The page's words, single, on a page of `size` pixels, width and height, with another picture."""
    words = split_words(page.words or [])
    scale = np.array([size[0] / page.width, size[1] / page.height] * 2)
    edges = np.fromiter(chain.from_iterable([word.box for word in words]), float, 4 * len(words))
    boxes = edges.reshape(-1, 4) * scale
    made = page_of((word.text for word in words), boxes, size, image)
    made.index = page.index
    return made


def grey(image: Any, size: tuple[int, int]) -> np.ndarray:
    """A picture, RGB uint8 or one that Pillow opened, as grey uint8 of shape (height, width)."""
    from PIL import Image

    picture = Image.fromarray(image) if isinstance(image, np.ndarray) else image
    picture = picture.convert("L")
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=3.0)
    return np.asarray(picture)


def in_colour(image: np.ndarray) -> np.ndarray:
    """Grey (H, W) as (H, W, 3), without copying."""
    return np.broadcast_to(image[:, :, None], (*image.shape, 3))


def page_of(texts: Iterable[str], boxes: np.ndarray, size: tuple[int, int], image: np.ndarray | None = None) -> Page:
    """A page of `size` pixels, width and height, with `boxes` (N, 4); they are cut to the page."""
    width, height = size
    page = Page(words=[], width=width, height=height, image=image)
    if len(boxes):
        cut = np.clip(boxes, 0.0, np.array([width, height, width, height], float)).tolist()
        page.words = [_new(Word, (text, _new(Box, box))) for text, box in zip(texts, cut, strict=True)]
    return page
