"""How a page lies: by quarter turns and by a small skew, told from the quads of its text lines."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from docengine.engine.ocr.geometry import sides

LONG = 3.0
"""Only boxes this many times as long as thick tell a direction."""
MIN_LONG_LINES = 3
MIN_SKEW, MAX_SKEW = 0.3, 30.0
"""Degrees. Less is left alone: a line across an A4 page at 200 dpi then drifts by 9 pixels, a third of its height."""


@dataclass(frozen=True, slots=True)
class Pose:
    """What makes a page upright: first `quarters` turns counter-clockwise, then `skew` degrees counter-clockwise."""

    quarters: int = 0
    skew: float = 0.0

    def upright(self, image: np.ndarray) -> np.ndarray:
        """The picture (H, W, 3) turned upright, on a white ground large enough to hold its corners."""
        turned = np.ascontiguousarray(np.rot90(image, self.quarters)) if self.quarters else image
        if not self.skew:
            return turned
        matrix, size = self._levelling(turned.shape[:2])
        white = (255, 255, 255)
        return cv2.warpAffine(turned, matrix, size, flags=cv2.INTER_CUBIC, borderValue=white)

    def carry(self, points: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        """Points (..., 2) of a picture of `shape` (H, W, ...) as points of the upright picture."""
        height, width = shape[:2]
        for _ in range(self.quarters):
            points = np.stack([points[..., 1], width - points[..., 0]], axis=-1)
            height, width = width, height
        if not self.skew:
            return points
        matrix, _size = self._levelling((height, width))
        return points @ matrix[:, :2].T + matrix[:, 2]

    def _levelling(self, shape: tuple[int, ...]) -> tuple[np.ndarray, tuple[int, int]]:
        """The (2, 3) matrix of the skew's turn about the middle, and the (width, height) that holds all corners."""
        height, width = shape[:2]
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), self.skew, 1.0)
        cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
        size = (round(width * cosine + height * sine), round(width * sine + height * cosine))
        matrix[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
        return matrix, size


def runs_sideways(quads: np.ndarray) -> bool:
    """Whether most of the text, by length, stands on its side. `quads`: (N, 4, 2), ordered as they are seen."""
    width, height = sides(quads)
    lying, standing = width > LONG * height, height > LONG * width
    if (lying | standing).sum() < MIN_LONG_LINES:
        return False
    return float(height[standing].sum()) > 1.5 * float(width[lying].sum())


def skew_of(quads: np.ndarray) -> float:
    """Degrees, counter-clockwise, that make the lines level; 0 where there is little skew or no sign of one.

    `quads`: (N, 4, 2), corners from the top left of the text as it is read.
    """
    width, height = sides(quads)
    long = width > LONG * height
    if long.sum() < MIN_LONG_LINES:
        return 0.0
    along = (quads[long, 1] - quads[long, 0] + quads[long, 2] - quads[long, 3]) / 2
    angles = np.degrees(np.arctan2(along[:, 1], along[:, 0]))  # positive: the line falls to the right
    angles = (angles + 45) % 90 - 45  # whatever quarter the page lies in
    order = np.argsort(angles)
    weight = np.cumsum(width[long][order])
    skew = float(angles[order][np.searchsorted(weight, weight[-1] / 2)])
    return skew if MIN_SKEW <= abs(skew) <= MAX_SKEW else 0.0
