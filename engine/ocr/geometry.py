"""Quads of text lines: (4, 2) pixels, corners clockwise from the top left of the text as it is read."""

from __future__ import annotations

import cv2
import numpy as np

TALL = 3.0
"""A box this many times as tall as wide holds a line that runs downwards, not a single narrow character."""


def ordered(quads: np.ndarray) -> np.ndarray:
    """(N, 4, 2) with each quad's corners from the top left clockwise, for quads in any order of corners."""
    quads = np.asarray(quads, np.float32).reshape(-1, 4, 2)
    by_x = np.take_along_axis(quads, np.argsort(quads[..., 0], axis=1, kind="stable")[..., None], 1)
    left, right = (
        np.take_along_axis(pair, np.argsort(pair[..., 1], axis=1, kind="stable")[..., None], 1)
        for pair in (by_x[:, :2], by_x[:, 2:])
    )
    return np.stack([left[:, 0], right[:, 0], right[:, 1], left[:, 1]], axis=1)


def sides(quads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Width and height of each quad, (N,) each."""
    width = np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1)
    height = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
    return width, height


def cut_out(image: np.ndarray, quad: np.ndarray, height: int) -> np.ndarray:
    """The quad's part of `image` as a level strip (height, W, 3), W in proportion, at least 1."""
    (wide,), (high,) = sides(quad[None])
    wide, high = max(round(float(wide)), 1), max(round(float(high)), 1)
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    matrix = cv2.getPerspectiveTransform(quad, corners)
    strip = cv2.warpPerspective(image, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    smoothing = cv2.INTER_AREA if high > height else cv2.INTER_LINEAR
    return cv2.resize(strip, (max(round(wide * height / high), 1), height), interpolation=smoothing)


def within(quad: np.ndarray, part: tuple[float, float, float, float]) -> np.ndarray:
    """The corners (4, 2) of a part of a quad; `part` is x0, y0, x1, y1 in shares (0..1) of its width and height."""
    x0, y0, x1, y1 = part
    across = np.array([x0, x1, x1, x0])[:, None]
    down = np.array([y0, y0, y1, y1])[:, None]
    top = quad[0] + across * (quad[1] - quad[0])
    bottom = quad[3] + across * (quad[2] - quad[3])
    corners: np.ndarray = top + down * (bottom - top)
    return corners
