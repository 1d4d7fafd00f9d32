"""Makes a clean picture of a page look scanned, copied, faxed or photographed. Boxes follow where pixels move.

A page is drawn one way of reaching a computer (WAYS), and each way has its own flaws. Greys are uint8 (H, W), 0 black;
an amount is 0 (nothing) to about 1 (what a reader just gets through).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from docengine import Box

Effect = Callable[[np.ndarray, random.Random, float], np.ndarray]
"""(grey, rng, amount) -> grey of the same size."""


@dataclass(frozen=True, slots=True)
class Warp:
    """How a page's points move: curled, then turned, sheared and seen at a slant, then put on a larger ground.

    Lengths are shares of `reach`, half the page's longer side, from the page's middle.
    """

    middle: tuple[float, float]
    reach: float
    matrix: np.ndarray
    """(2, 2), near the identity."""
    slant: tuple[float, float]
    curl: tuple[float, float, float]
    """Height of the wave across the page, waves a page, phase."""
    sway: tuple[float, float, float]
    """The same for columns."""
    shift: tuple[float, float] = (0.0, 0.0)

    def points(self, points: np.ndarray) -> np.ndarray:
        """Where points (..., 2) of the flat page lie in the picture, in pixels."""
        flat = (points - self.middle) / self.reach
        x = flat[..., 0] + _wave(self.sway, flat[..., 1])
        y = flat[..., 1] + _wave(self.curl, flat[..., 0])
        x, y = (row[0] * x + row[1] * y for row in self.matrix)
        depth = 1 + self.slant[0] * x + self.slant[1] * y
        moved = np.stack([x / depth, y / depth], axis=-1) * self.reach + self.middle
        return np.asarray(moved + self.shift)

    def sources(self, points: np.ndarray) -> np.ndarray:
        """The flat page's points (..., 2) that lie at `points`: a fixed point, for the warp is near a shift."""
        flat = points - self.shift
        for _ in range(8):
            flat = flat + (points - self.points(flat))
        return np.asarray(flat)

    def __call__(self, boxes: Iterable[Box]) -> list[Box]:
        """The boxes that hold the moved corners and middles of the sides of `boxes`."""
        flat = np.array([tuple(box) for box in boxes], np.float64).reshape(-1, 4)
        x0, y0, x1, y1 = flat.T
        xm, ym = (x0 + x1) / 2, (y0 + y1) / 2
        around = np.stack([[x0, xm, x1, x1, x1, xm, x0, x0], [y0, y0, y0, ym, y1, y1, y1, ym]], axis=-1)
        moved = self.points(around)  # (8, N, 2)
        return [Box(*edges) for edges in np.concatenate([moved.min(0), moved.max(0)], axis=1).tolist()]


def _wave(wave: tuple[float, float, float], along: np.ndarray) -> np.ndarray:
    height, waves, phase = wave
    return np.asarray(height * np.sin(math.pi * waves * along + phase))


STILL = Warp((0.0, 0.0), 1.0, np.eye(2), (0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 1.0, 0.0))
"""Moves nothing."""


def draw_warp(rng: random.Random, size: tuple[int, int], amount: float, photo: bool) -> tuple[Warp, tuple[int, int]]:
    """A warp of a page of `size` (width, height), and the size of the picture that holds it."""
    width, height = size
    angle = math.radians(rng.gauss(0, 1.2 if photo else 0.6) * amount)
    shear = rng.gauss(0, 0.008 if photo else 0.003) * amount
    matrix = np.array([[math.cos(angle), -math.sin(angle) + shear], [math.sin(angle), math.cos(angle)]])
    slant = (rng.gauss(0, 0.03) * amount, rng.gauss(0, 0.03) * amount) if photo else (0.0, 0.0)
    waves = [
        (rng.gauss(0, high) * amount * (rng.random() < often), rng.uniform(0.4, 1.4), rng.uniform(0, 6.28))
        for high, often in ((0.008, 0.6 if photo else 0.25), (0.006, 0.3))
    ]
    warp = Warp((width / 2, height / 2), max(size) / 2, matrix, slant, waves[0], waves[1])
    across, down = np.linspace(0, width, 17), np.linspace(0, height, 17)
    rim = np.concatenate([np.stack([across, np.full(17, y)], 1) for y in (0, height)]
                         + [np.stack([np.full(17, x), down], 1) for x in (0, width)])  # fmt: skip
    moved = warp.points(rim)
    low, high = moved.min(0), moved.max(0)
    margin = rng.uniform(0, 0.04) * min(size) * amount
    shift = (float(margin - low[0]), float(margin - low[1]))
    extent = high - low + 2 * margin
    placed = Warp(warp.middle, warp.reach, matrix, slant, waves[0], waves[1], shift)
    return placed, (max(1, round(extent[0])), max(1, round(extent[1])))


def warped(grey: np.ndarray, warp: Warp, size: tuple[int, int], ground: int) -> np.ndarray:
    """`grey` moved by `warp` onto a ground of `size` (width, height); the map is worked out on a coarse grid."""
    columns, rows = (max(2, round(side / 24)) for side in size)
    grid = np.stack(np.meshgrid(np.linspace(0, size[0], columns), np.linspace(0, size[1], rows)), axis=-1)
    flat = warp.sources(grid).astype(np.float32)
    steps = np.array([(c - 1) / max(side, 1) for c, side in zip((columns, rows), size, strict=True)])
    fine = np.stack(np.meshgrid(*(np.arange(side) * step for side, step in zip(size, steps, strict=True))), axis=-1)
    fine = fine.astype(np.float32)
    full = cv2.remap(flat, fine[..., 0], fine[..., 1], cv2.INTER_LINEAR)
    return cv2.remap(grey, full[..., 0], full[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT,
                     borderValue=ground)  # fmt: skip


def degrade(image: np.ndarray, rng: random.Random, strength: float = 1.0) -> tuple[np.ndarray, Warp]:
    """RGB uint8 (H, W, 3) as a scan shows it, grey, perhaps larger; and what moves boxes of the one onto the other.

    `strength` 0 changes nothing; at 1 one page in ten is hard to read.
    """
    if strength <= 0:
        return image, STILL
    way = rng.choices(list(WAYS), [share for share, _ in WAYS.values()])[0]
    amount = strength * rng.betavariate(1.2, 2.4) * 1.3
    grey = cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY)
    photo = way == "photo"
    effects = [effect for effect, often in WAYS[way][1] if rng.random() < often]
    amount /= max(1.0, len(effects) / 3) ** 0.5  # flaws add up
    for effect in (effect for effect in effects if effect in ON_PAPER):
        grey = effect(grey, rng, amount * rng.uniform(0.4, 1.2))
    warp, size = draw_warp(rng, (grey.shape[1], grey.shape[0]), min(amount, 1.5), photo)
    grey = warped(grey, warp, size, rng.choice((60, 110, 160)) if photo and rng.random() < 0.5 else 255)
    for effect in (effect for effect in effects if effect not in ON_PAPER):
        grey = effect(grey, rng, amount * rng.uniform(0.4, 1.2))
    return np.repeat(grey[:, :, None], 3, axis=2), warp


def _scaled(grey: np.ndarray, light: np.ndarray | float, lift: np.ndarray | float = 0.0) -> np.ndarray:
    return np.clip(grey * light + lift, 0, 255).astype(np.uint8)


def bleed_through(grey: np.ndarray, rng: random.Random, amount: float) -> np.ndarray:
    """The other side's print, mirrored and dim."""
    back = cv2.GaussianBlur(cv2.flip(grey, 1), (0, 0), 1.5 + 1.5 * rng.random())
    back = np.roll(back, rng.randrange(grey.shape[0]), axis=0)
    return _scaled(grey, 1 - (255 - back.astype(np.float32)) / 255 * min(0.35 * amount, 0.5))


def crease(grey: np.ndarray, rng: random.Random, amount: float) -> np.ndarray:
    """Folds: a dark and a bright side, the ink worn off in the middle."""
    height, width = grey.shape
    light = np.ones(grey.shape, np.float32)
    for _ in range(rng.randrange(1, 4)):
        upright = rng.random() < 0.4
        side = width if upright else height
        place = rng.uniform(0.1, 0.9) * side + rng.uniform(-0.02, 0.02) * np.arange(height if upright else width)
        gap = np.arange(width)[None, :] - place[:, None] if upright else np.arange(height)[:, None] - place[None, :]
        breadth = rng.uniform(1.5, 5)
        near = np.exp(-np.square(gap / breadth), dtype=np.float32)
        light *= 1 + near * np.where(gap < 0, -0.35, 0.5).astype(np.float32) * amount
    return _scaled(grey, np.clip(light, 0.3, 3), (light > 1.2) * 60.0 * amount)


def fade(grey: np.ndarray, rng: random.Random, amount: float) -> np.ndarray:
    """Thermal paper that paled, more in some stretches than in others."""
    rows = _soft(rng, grey.shape, (rng.randrange(2, 9), rng.randrange(1, 4)))
    kept = np.clip(1 - amount * (0.35 + 0.5 * rows), 0.12, 1)
    return _scaled(255 - (255 - grey.astype(np.float32)) * kept, 1.0)


def dead_dots(grey: np.ndarray, rng: random.Random, amount: float) -> np.ndarray:
    """A print head's dots that do not heat: thin white columns."""
    out = grey.copy()
    for _ in range(1 + int(3 * amount * rng.random())):
        x = rng.randrange(grey.shape[1])
        out[:, x : x + 1 + (rng.random() < 0.3)] = 255
    return out


def spread(grey: np.ndarray, rng: random.Random, amount: float) -> np.ndarray:
    """Ink that ran, or that is thin."""
    thin = rng.random() < 0.5
    changed = (cv2.dilate if thin else cv2.erode)(grey, np.ones((2, 2), np.uint8))
    share = min(1.0, (0.5 if thin else 0.8) * amount)
    return cv2.addWeighted(grey, 1 - share, changed, share, 0)


def uneven_light(grey: np.ndarray, rng: random.Random, amount: float) -> np.ndarray:
    field = _soft(rng, grey.shape, (rng.randrange(2, 5), rng.randrange(2, 5)))
    return _scaled(grey, 1 - min(0.55 * amount, 0.75) * field)


def shadow(grey: np.ndarray, rng: random.Random, amount: float) -> np.ndarray:
    """The soft edge of a hand's or a telephone's shadow."""
    height, width = grey.shape
    angle, reach = rng.uniform(0, 6.28), rng.uniform(-0.5, 0.5)
    x, y = np.linspace(-1, 1, width, dtype=np.float32)[None], np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    away = (x * math.cos(angle) + y * math.sin(angle) - reach) / rng.uniform(0.03, 0.25)
    return _scaled(grey, 1 - min(0.45 * amount, 0.7) / (1 + np.exp(np.clip(-away, -30, 30))))


def defocus(grey: np.ndarray, rng: random.Random, amount: float) -> np.ndarray:
    return cv2.GaussianBlur(grey, (0, 0), 0.3 + 1.1 * amount)


def motion(grey: np.ndarray, rng: random.Random, amount: float) -> np.ndarray:
    """A streak of a few pixels."""
    length = 3 + 2 * round(2 * amount)
    kernel = np.zeros((length, length), np.float32)
    angle, middle = rng.uniform(0, math.pi), length // 2
    ends = [
        (round(middle + s * middle * math.cos(angle)), round(middle + s * middle * math.sin(angle))) for s in (-1, 1)
    ]
    cv2.line(kernel, ends[0], ends[1], 1.0)
    return cv2.filter2D(grey, -1, kernel / kernel.sum())


def low_resolution(grey: np.ndarray, rng: random.Random, amount: float) -> np.ndarray:
    """Scanned coarsely and enlarged again."""
    share = max(0.35, 1 - (0.2 + 0.35 * rng.random()) * amount)
    small = cv2.resize(grey, None, fx=share, fy=share, interpolation=rng.choice((cv2.INTER_AREA, cv2.INTER_LINEAR)))
    return cv2.resize(small, grey.shape[::-1], interpolation=rng.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC)))


def grain(grey: np.ndarray, rng: random.Random, amount: float) -> np.ndarray:
    """A sensor's noise; one tile of it repeated, which no reader can tell."""
    tile = np.random.default_rng(rng.getrandbits(32)).standard_normal((251, 257), np.float32) * (2 + 11 * amount)
    height, width = grey.shape
    full = np.tile(tile, (height // 251 + 1, width // 257 + 1))[:height, :width]
    return _scaled(grey, 1.0, full)


def speckle(grey: np.ndarray, rng: random.Random, amount: float) -> np.ndarray:
    """Salt and pepper."""
    height, width = grey.shape
    places = np.random.default_rng(rng.getrandbits(32))
    count = int(height * width * 0.003 * amount)
    out = grey.copy()
    out[places.integers(0, height, count), places.integers(0, width, count)] = places.choice((0, 255), count)
    return out


def contrast(grey: np.ndarray, rng: random.Random, amount: float) -> np.ndarray:
    """Brightness, contrast and gamma, mostly pale."""
    low, high = rng.uniform(0, 90) * amount, 255 - rng.uniform(0, 70) * amount
    curve = 255 * (np.arange(256) / 255) ** math.exp(rng.gauss(0, 0.35 * amount))
    return cv2.LUT(grey, np.clip(low + (high - low) * curve / 255, 0, 255).astype(np.uint8))


def two_tone(grey: np.ndarray, rng: random.Random, amount: float) -> np.ndarray:
    """Black and white only, cut about half way between ink and paper."""
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    level += rng.gauss(10, 25 * amount)
    return cv2.threshold(grey, min(max(level, 30), 235), 255, cv2.THRESH_BINARY)[1]


def fax(grey: np.ndarray, rng: random.Random, amount: float) -> np.ndarray:
    """Two tones, fewer rows than columns, lines lost or repeated on the way."""
    height, width = grey.shape
    rows = round(height * max(0.45, 1 - 0.5 * amount * rng.random()))
    lines = two_tone(cv2.resize(grey, (width, rows), interpolation=cv2.INTER_AREA), rng, amount)
    for _ in range(int(8 * amount * rng.random())):
        y, bad = rng.randrange(rows), rng.randrange(1, 4)
        lines[y : y + bad] = 255 if rng.random() < 0.6 else lines[max(y - 1, 0)]
    return cv2.resize(lines, (width, height), interpolation=cv2.INTER_NEAREST)


def jpeg(grey: np.ndarray, rng: random.Random, amount: float) -> np.ndarray:
    quality = max(10, round(85 - rng.uniform(20, 65) * amount))
    packed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)


def _soft(rng: random.Random, shape: tuple[int, ...], cells: tuple[int, int]) -> np.ndarray:
    """(H, W) float32 in 0..1 that changes slowly."""
    field = np.array([[rng.random() for _ in range(cells[1] + 1)] for _ in range(cells[0] + 1)], np.float32)
    return np.clip(cv2.resize(field, shape[::-1], interpolation=cv2.INTER_LINEAR), 0, 1)


ON_PAPER: frozenset[Effect] = frozenset((bleed_through, crease, fade, dead_dots, spread))
"""What happened to the sheet before anything looked at it."""
WAYS: dict[str, tuple[float, tuple[tuple[Effect, float], ...]]] = {
    "flatbed": (0.4, ((bleed_through, 0.15), (crease, 0.1), (spread, 0.3), (fade, 0.1), (uneven_light, 0.15),
                      (defocus, 0.5), (low_resolution, 0.3), (contrast, 0.5), (grain, 0.4), (speckle, 0.1),
                      (jpeg, 0.7))),
    "receipt": (0.25, ((fade, 0.5), (dead_dots, 0.2), (crease, 0.4), (spread, 0.3), (uneven_light, 0.3),
                       (defocus, 0.5), (low_resolution, 0.4), (contrast, 0.5), (grain, 0.4), (jpeg, 0.7))),
    "photo": (0.15, ((crease, 0.3), (fade, 0.15), (uneven_light, 0.8), (shadow, 0.5), (defocus, 0.6), (motion, 0.25),
                     (low_resolution, 0.2), (contrast, 0.4), (grain, 0.7), (jpeg, 0.9))),
    "copy": (0.12, ((bleed_through, 0.1), (spread, 0.7), (defocus, 0.5), (contrast, 0.3), (two_tone, 0.7),
                    (speckle, 0.5), (jpeg, 0.2))),
    "fax": (0.08, ((spread, 0.3), (defocus, 0.4), (fax, 1.0), (speckle, 0.4))),
}  # fmt: skip
"""How pages reach a computer: how often, and how often each flaw is seen there, in the order in which they come."""
