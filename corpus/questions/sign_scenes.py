"""Pictures of signs: coloured words on coloured boards before a wall. What colour anything has, only the pixels say."""

from __future__ import annotations

import math
import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from docengine import Box, Page, Word
from docengine.corpus.generator.drawing import TYPES
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.questions.phrases import Part, part_of

HELD_OUT = 5
"""One text, and one pair of word's and board's colour, in so many is for validation alone."""
SIDES = ((512, 384), (384, 512), (448, 448), (512, 320))
SHAPES = ("rectangle", "rounded", "ellipse", "arrow", "none")
MOST_SIGNS = 5
BRIGHTNESS = (0.299, 0.587, 0.114)
"""Shares of red, green and blue (ITU-R BT.601)."""
CONTRAST = 45
"""Of 255: least difference of brightness between a word and what it stands on."""
Colour = tuple[int, int, int]


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "sign_colours.toml").read_text(encoding="utf-8"))


@cache
def colours() -> tuple[str, ...]:
    return tuple(_file()["colours"])


def shades(name: str) -> list[Colour]:
    """What everybody calls so."""
    return [(red, green, blue) for red, green, blue in _file()["colours"][name]["rgb"]]


def near(a: str, b: str) -> bool:
    """Whether one is not told from the other beside it."""
    known = _file()["colours"]
    return a == b or b in known[a]["near"] or a in known[b]["near"]


def legible(a: str, b: str) -> bool:
    """Whether words in the one can be read on the other: they are not as bright either."""
    bright = [float(np.dot(shades(name)[0], BRIGHTNESS)) for name in (a, b)]
    return not near(a, b) and abs(bright[0] - bright[1]) > CONTRAST


@dataclass(frozen=True, slots=True)
class Sign:
    """A board with its words."""

    text: str
    ink: str
    ground: str
    """Colours' names."""
    shape: str
    centre: tuple[float, float]
    extent: tuple[float, float]
    """Width and height of its place, in pixels of the picture."""
    angle: float = 0.0
    """Degrees, against the clock."""
    words: tuple[int, ...] = ()
    """Places in the page's words."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture of signs, with its words."""

    page: LabelledPage
    signs: tuple[Sign, ...]
    wall: str
    """Colour of what is behind the signs."""


def draw_scene(rng: random.Random, part: Part = "train") -> Scene:
    """Signs in rows and columns that do not touch, each a little turned."""
    width, height = rng.choice(SIDES)
    wall = rng.choice(colours())
    planned = _plan(rng, part, (width, height), wall)
    picture = _wall(rng, (width, height), _shade(rng, wall))
    words: list[Word] = []
    signs = []
    for sign in planned:
        boxes = _put(picture, sign, rng)
        signs.append(replace(sign, words=tuple(range(len(words), len(words) + len(boxes)))))
        words += [Word(text, box) for text, box in zip(sign.text.split(), boxes, strict=True)]
    page = Page(words=words, image=_photographed(picture, rng))
    meta = {"kind": "sign", "language": "en", "source": "drawn signs", "licence": "CC0-1.0"}
    return Scene(LabelledPage(page, [None] * len(words), frozenset(), meta=meta), tuple(signs), wall)


def _plan(rng: random.Random, part: Part, size: tuple[int, int], wall: str) -> list[Sign]:
    """Which signs there are, each in a cell of a grid; no word is there twice."""
    count = rng.randint(1, MOST_SIGNS)
    columns = rng.randint(1, 2) if count < 4 else 2
    rows = math.ceil(count / columns)
    cell = (size[0] / columns, size[1] / rows)
    places = rng.sample([(i, j) for j in range(rows) for i in range(columns)], count)
    signs: list[Sign] = []
    used: set[str] = set()
    for i, j in places:
        text = _text(rng, part, used)
        used |= set(text.lower().split())
        ink, ground = _pair(rng, part, wall)
        shape = rng.choice(SHAPES[:-1])
        if rng.random() < 0.15 and legible(ink, wall):
            shape, ground = "none", wall
        extent = (cell[0] * rng.uniform(0.68, 0.9), min(cell[1] * rng.uniform(0.55, 0.82), cell[0] * 0.55))
        spare = ((cell[0] * 0.9 - extent[0]) / 2, (cell[1] * 0.84 - extent[1]) / 2)
        x = (i + 0.5) * cell[0] + rng.uniform(-1, 1) * max(spare[0], 0) * 0.6
        y = (j + 0.5) * cell[1] + rng.uniform(-1, 1) * max(spare[1], 0) * 0.6
        angle = rng.gauss(0, 2.5) if rng.random() < 0.6 else 0.0
        signs.append(Sign(text, ink, ground, shape, (x, y), extent, max(-6.0, min(angle, 6.0))))
    return signs


def _text(rng: random.Random, part: Part, used: set[str]) -> str:
    """A sign's words; sometimes the name of a colour, which need not be the one that it is written in."""
    while True:
        if rng.random() < 0.08:
            text = rng.choice(colours()).upper()
        else:
            text = rng.choice(_file()["texts"]["several" if rng.random() < 0.35 else "single"])
            if part_of(text, HELD_OUT) == "val" and part == "train":
                continue
        text = text.upper() if rng.random() < 0.4 else text
        if not used & set(text.lower().split()):
            return text


def _pair(rng: random.Random, part: Part, wall: str) -> tuple[str, str]:
    """Colours of word and board, told apart; the board from the wall too. Each ink is as likely as another."""
    while True:
        ink = rng.choice(colours())
        grounds = [ground for ground in colours() if legible(ink, ground) and not near(ground, wall)]
        if part == "train":
            grounds = [ground for ground in grounds if part_of(f"{ink} on {ground}", HELD_OUT) == "train"]
        if grounds:
            return ink, rng.choice(grounds)


def _shade(rng: random.Random, name: str) -> Colour:
    """One of what is called so."""
    red, green, blue = rng.choice(shades(name))
    lighter = rng.randint(-8, 8)
    red, green, blue = (max(0, min(255, value + lighter + rng.randint(-5, 5))) for value in (red, green, blue))
    return red, green, blue


def _wall(rng: random.Random, size: tuple[int, int], colour: Colour) -> Image.Image:
    """Plain, with a fall of light, or of bricks or boards in hardly other shades."""
    width, height = size
    light = np.linspace(rng.uniform(0.93, 1.0), rng.uniform(0.93, 1.0), width)
    field = np.clip(np.asarray(colour, float)[None, None, :] * light[None, :, None], 0, 255)
    picture = Image.fromarray(np.repeat(field, height, 0).astype(np.uint8))
    kind = rng.choice(("plain", "plain", "bricks", "boards"))
    pen, line = ImageDraw.Draw(picture), tuple(round(value * 0.9) for value in colour)
    step = rng.randint(18, 44)
    if kind != "plain":
        for y in range(0, height, step):
            pen.line((0, y, width, y), fill=line)
            offset = step if kind == "bricks" and (y // step) % 2 else 0
            for x in range(offset, width if kind == "bricks" else 0, 2 * step):
                pen.line((x, y, x, y + step), fill=line)
    return picture


def _put(picture: Image.Image, sign: Sign, rng: random.Random) -> list[Box]:
    """Draws the sign and gives the boxes of its words."""
    width, height = (round(edge) for edge in sign.extent)
    layer = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    if sign.shape != "none":
        _board(pen, sign.shape, (width, height), (*_shade(rng, sign.ground), 255))
    lines = _lines(sign.text, width / height)
    share = {"ellipse": 0.72, "arrow": 0.74}.get(sign.shape, 0.88)
    room = (width * share, height * (0.6 if sign.shape in ("ellipse", "arrow") else 0.8))
    font = _fitting(lines, room, rng)
    boxes = _write(pen, lines, font, (width, height), (*_shade(rng, sign.ink), 255))
    turned = layer.rotate(sign.angle, Image.Resampling.BICUBIC, expand=True)
    corner = (round(sign.centre[0] - turned.width / 2), round(sign.centre[1] - turned.height / 2))
    picture.paste(turned, corner, turned)
    return [_turned(box, (width / 2, height / 2), sign, picture.size) for box in boxes]


def _board(pen: ImageDraw.ImageDraw, shape: str, size: tuple[int, int], fill: tuple[int, ...]) -> None:
    width, height = size[0] - 1, size[1] - 1
    if shape == "ellipse":
        pen.ellipse((0, 0, width, height), fill=fill)
    elif shape == "rounded":
        pen.rounded_rectangle((0, 0, width, height), radius=height // 5, fill=fill)
    elif shape == "arrow":
        tip = round(width * 0.86)
        pen.polygon([(0, 0), (tip, 0), (width, height // 2), (tip, height), (0, height)], fill=fill)
    else:
        pen.rectangle((0, 0, width, height), fill=fill)


def _lines(text: str, across: float) -> list[list[str]]:
    """The words on one line, or on two where the board is not wide."""
    words = text.split()
    if len(words) == 1 or len(text) < 5 * across:
        return [words]
    half = min(range(1, len(words)), key=lambda i: abs(len(" ".join(words[:i])) - len(text) / 2))
    return [words[:half], words[half:]]


Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def _fitting(lines: Sequence[Sequence[str]], room: tuple[float, float], rng: random.Random) -> Font:
    """Bold type as large as there is room for."""
    family = rng.choice(("sans", "sans", "sans", "serif", "narrow"))
    names = [pair[1] for pair in TYPES[family]]
    rng.shuffle(names)
    size = max(10, round(room[1] / len(lines) / 1.15))
    while True:
        font = _font(names, size)
        wide = max(_width(font, " ".join(line)) for line in lines)
        if wide <= room[0] or size <= 10:
            return font
        size = max(10, min(size - 1, int(size * room[0] / wide)))


def _font(names: Sequence[str], size: int) -> Font:
    for name in names:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def _width(font: Font, text: str) -> float:
    return float(font.getlength(text))


def _write(
    pen: ImageDraw.ImageDraw, lines: Sequence[Sequence[str]], font: Font, size: tuple[int, int], fill: tuple[int, ...]
) -> list[Box]:
    """The lines in the middle; boxes of the words' ink."""
    step = 1.15 * font.size if isinstance(font, ImageFont.FreeTypeFont) else 12.0
    y = size[1] / 2 - (len(lines) - 1) * step / 2
    boxes = []
    for line in lines:
        x = (size[0] - _width(font, " ".join(line))) / 2
        for word in line:
            pen.text((x, y), word, fill=fill, font=font, anchor="lm")
            boxes.append(Box(*pen.textbbox((x, y), word, font=font, anchor="lm")))
            x += _width(font, word + " ")
        y += step
    return boxes


def _turned(box: Box, middle: tuple[float, float], sign: Sign, size: tuple[int, int]) -> Box:
    """Where the box lies after the sign was turned and put in its place."""
    angle = math.radians(-sign.angle)  # the picture's y points down
    cos, sin = math.cos(angle), math.sin(angle)
    corners = [(x - middle[0], y - middle[1]) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
    xs = [sign.centre[0] + x * cos - y * sin for x, y in corners]
    ys = [sign.centre[1] + x * sin + y * cos for x, y in corners]
    return Box(max(min(xs), 0.0), max(min(ys), 0.0), min(max(xs), float(size[0])), min(max(ys), float(size[1])))


def _photographed(picture: Image.Image, rng: random.Random) -> np.ndarray:
    """A little out of focus, with grain; colours stay what they are called."""
    if rng.random() < 0.5:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.1)))
    pixels = np.asarray(picture.convert("RGB"), np.float32)
    grain = np.random.default_rng(rng.getrandbits(32)).normal(0, rng.uniform(0, 6), pixels.shape[:2])
    return np.clip(pixels + grain[:, :, None], 0, 255).astype(np.uint8)
