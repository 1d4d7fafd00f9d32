"""What a page shows besides words, drawn on a grey picture: logos, stamps, codes, ticks, watermarks.

The generator notes them in `meta["drawing"]`: `shapes` (kind, x0, y0, x1, y1, grey), `codes` (x0, y0, x1, y1, kind) and
`marks` (text, centre x, centre y, size, degrees counter-clockwise, grey), all in points; here they are pixels.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont

Corners = tuple[float, float, float, float]
Shape = Callable[[ImageDraw.ImageDraw, Corners, int, int], None]
"""(canvas, corners, grey 0..255, line width)."""


def _polygon(*points: tuple[float, float]) -> Shape:
    """Filled; `points` in shares of the box."""

    def drawn(canvas: ImageDraw.ImageDraw, box: Corners, grey: int, line: int) -> None:
        x0, y0, x1, y1 = box
        canvas.polygon([(x0 + u * (x1 - x0), y0 + v * (y1 - y0)) for u, v in points], fill=grey)

    return drawn


def _strokes(*lines: tuple[tuple[float, float], ...]) -> Shape:
    """Open lines; their points in shares of the box."""

    def drawn(canvas: ImageDraw.ImageDraw, box: Corners, grey: int, line: int) -> None:
        x0, y0, x1, y1 = box
        for points in lines:
            canvas.line([(x0 + u * (x1 - x0), y0 + v * (y1 - y0)) for u, v in points], fill=grey, width=line)

    return drawn


def _dashes(canvas: ImageDraw.ImageDraw, box: Corners, grey: int, line: int) -> None:
    x0, y0, x1, y1 = box
    count = max(1, round(math.hypot(x1 - x0, y1 - y0) / (8 * line)))
    for i in range(count):
        a, b = i / count, (i + 0.6) / count
        ends = (x0 + a * (x1 - x0), y0 + a * (y1 - y0), x0 + b * (x1 - x0), y0 + b * (y1 - y0))
        canvas.line(ends, fill=grey, width=line)


def _hatch(canvas: ImageDraw.ImageDraw, box: Corners, grey: int, line: int) -> None:
    x0, y0, x1, y1 = box
    step, high = max(4 * line, 3), y1 - y0
    for start in np.arange(x0 - high, x1, step):
        a, b = max(start, x0), min(start + high, x1)
        canvas.line((a, y1 - (a - start), b, y1 - (b - start)), fill=grey, width=line)


def _scribble(canvas: ImageDraw.ImageDraw, box: Corners, grey: int, line: int) -> None:
    """A signature: loops along the box, their sizes from the box itself so that a page is always drawn alike."""
    x0, y0, x1, y1 = box
    rng = random.Random(round(x0 * 7 + y0 * 13))
    loops, wide, high = rng.randrange(3, 8), x1 - x0, y1 - y0
    sizes = [rng.uniform(0.2, 1.0) for _ in range(loops + 1)]
    points = []
    for t in np.linspace(0, 1, 24 * loops):
        size = sizes[int(t * loops)]
        angle = 2 * math.pi * t * loops
        x = x0 + wide * (0.08 + 0.8 * t + 0.09 * math.cos(angle) * size)
        points.append((x, y0 + high * (0.5 + 0.45 * size * math.sin(angle))))
    canvas.line(points, fill=grey, width=max(line, 2), joint="curve")


def _hole(canvas: ImageDraw.ImageDraw, box: Corners, grey: int, line: int) -> None:
    x0, y0, x1, y1 = box
    canvas.ellipse((x0 + line, y0 + line, x1 + line, y1 + line), fill=min(grey + 60, 235))
    canvas.ellipse(box, fill=min(grey + 90, 250), outline=grey, width=line)


SHAPES: dict[str, Shape] = {
    "disc": lambda canvas, box, grey, line: canvas.ellipse(box, fill=grey),
    "square": lambda canvas, box, grey, line: canvas.rectangle(box, fill=grey),
    "triangle": _polygon((0.5, 0), (1, 1), (0, 1)),
    "diamond": _polygon((0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)),
    "ring": lambda canvas, box, grey, line: canvas.ellipse(box, outline=grey, width=line),
    "frame": lambda canvas, box, grey, line: canvas.rectangle(box, outline=grey, width=line),
    "round": lambda canvas, box, grey, line: canvas.rounded_rectangle(
        box, radius=min(box[2] - box[0], box[3] - box[1]) * 0.2, outline=grey, width=line
    ),
    "dashes": _dashes,
    "scissors": _strokes(
        ((0, 0.2), (1, 0.8)), ((0, 0.8), (1, 0.2)), ((0, 0.1), (0.25, 0.1), (0.25, 0.35), (0, 0.35), (0, 0.1)),
        ((0, 0.65), (0.25, 0.65), (0.25, 0.9), (0, 0.9), (0, 0.65)),
    ),
    "scribble": _scribble,
    "hatch": _hatch,
    "check": _strokes(((0.1, 0.55), (0.4, 0.9), (0.95, 0.1))),
    "cross": _strokes(((0.1, 0.1), (0.9, 0.9)), ((0.9, 0.1), (0.1, 0.9))),
    "hole": _hole,
}  # fmt: skip


def draw_shape(image: Image.Image, kind: str, box: Corners, grey: float, unit: float) -> None:
    """One shape of SHAPES; a kind that is not known is left out: a page can be drawn by an older version."""
    if kind in SHAPES:
        x0, y0, x1, y1 = box
        corners = (x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)) if kind != "dashes" else box
        SHAPES[kind](ImageDraw.Draw(image), corners, round(grey * 255), max(1, round(1.2 * unit)))


def draw_code(image: Image.Image, box: Corners, kind: str) -> None:
    """A bar code, or a QR code with or without the Swiss cross: its look only, of modules drawn at random."""
    x0, y0, x1, y1 = (round(edge) for edge in box)
    size = (max(x1 - x0, 4), max(y1 - y0, 4))
    rng = random.Random(x0 * 31 + y0)
    if kind == "bar":
        runs = [rng.choice((1, 1, 2, 3)) for _ in range(max(8, size[0] // 4))]
        cells = np.repeat(np.arange(len(runs)) % 2, runs)[None]
    else:
        cells = _modules(rng, 33 if kind == "swiss" else 29)
    picture = Image.fromarray((cells * 255).astype(np.uint8)).resize(size, Image.Resampling.NEAREST)
    if kind == "swiss":
        middle = (size[0] / 2, size[1] / 2)
        canvas = ImageDraw.Draw(picture)
        for wide, high, grey in ((0.15, 0.15, 255), (0.13, 0.13, 0), (0.03, 0.09, 255), (0.09, 0.03, 255)):
            half = (wide * size[0] / 2, high * size[1] / 2)
            canvas.rectangle((middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1]), grey)
    image.paste(picture, (x0, y0))


def _modules(rng: random.Random, count: int) -> np.ndarray:
    """(count, count), 0 black: noise with the three finder squares in the corners."""
    cells = np.array([[rng.random() < 0.5 for _ in range(count)] for _ in range(count)], np.uint8)
    finder = np.ones((8, 8), np.uint8)
    finder[:7, :7] = 0
    finder[1:6, 1:6] = 1
    finder[2:5, 2:5] = 0
    cells[:8, :8], cells[:8, -8:], cells[-8:, :8] = finder, finder[:, ::-1], finder[::-1]
    return cells


def draw_mark(image: Image.Image, text: str, centre: tuple[float, float], angle: float, grey: int,
              font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> None:  # fmt: skip
    """Slanting print, laid over what is there as ink is: it darkens."""
    left, top, right, bottom = font.getbbox(text)
    mask = Image.new("L", (max(1, round(right - left)) + 4, max(1, round(bottom - top)) + 4), 255)
    ImageDraw.Draw(mask).text((2 - left, 2 - top), text, fill=grey, font=font)
    turned = mask.rotate(angle, Image.Resampling.BILINEAR, expand=True, fillcolor=255)
    corner = (round(centre[0] - turned.width / 2), round(centre[1] - turned.height / 2))
    area = (*corner, corner[0] + turned.width, corner[1] + turned.height)
    image.paste(ImageChops.darker(image.crop(area), turned), corner)
