"""Draws a labelled page: its words inside their boxes, and the rules and fills that the generator noted.

A page is set in one type, the best known of those that are installed; Pillow's own serves where there is none.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from docengine.corpus.generator.ink import ink_of
from docengine.corpus.generator.ornaments import draw_code, draw_mark, draw_shape
from docengine.corpus.labelled import LabelledPage

Type = tuple[str, str]
"""Font files: regular, bold."""
TYPES: dict[str, tuple[Type, ...]] = {
    "sans": (
        ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"), ("Arial.ttf", "Arialbd.ttf"),
        ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"), ("Roboto-Regular.ttf", "Roboto-Bold.ttf"),
        ("OpenSans-Regular.ttf", "OpenSans-Bold.ttf"), ("Lato-Regular.ttf", "Lato-Bold.ttf"),
        ("Carlito-Regular.ttf", "Carlito-Bold.ttf"), ("NimbusSans-Regular.otf", "NimbusSans-Bold.otf"),
        ("FreeSans.ttf", "FreeSansBold.ttf"), ("Cantarell-Regular.otf", "Cantarell-Bold.otf"),
        ("OpenSans-Semibold.ttf", "OpenSans-ExtraBold.ttf"), ("Roboto-Light.ttf", "Roboto-Medium.ttf"),
    ),
    "narrow": (
        ("LiberationSansNarrow-Regular.ttf", "LiberationSansNarrow-Bold.ttf"), ("ARIALN.TTF", "ARIALNB.TTF"),
        ("DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"),
        ("RobotoCondensed-Regular.ttf", "RobotoCondensed-Bold.ttf"),
        ("NimbusSansNarrow-Regular.otf", "NimbusSansNarrow-Bold.otf"),
    ),
    "serif": (
        ("LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf"), ("Times.ttf", "Timesbd.ttf"),
        ("DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf"), ("FreeSerif.ttf", "FreeSerifBold.ttf"),
        ("P052-Roman.otf", "P052-Bold.otf"), ("Caladea-Regular.ttf", "Caladea-Bold.ttf"),
        ("C059-Roman.otf", "C059-Bold.otf"),
    ),
    "mono": (
        ("LiberationMono-Regular.ttf", "LiberationMono-Bold.ttf"), ("Cour.ttf", "Courbd.ttf"),
        ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf"), ("FreeMonoBold.ttf", "FreeMonoBold.ttf"),
        ("NimbusMonoPS-Bold.otf", "NimbusMonoPS-Bold.otf"), ("Hack-Regular.ttf", "Hack-Bold.ttf"),
        ("NotoSansMono-Regular.ttf", "NotoSansMono-Bold.ttf"), ("Inconsolata.otf", "Inconsolata.otf"),
    ),
    "hand": (("dkg.ttf", "dkgBd.ttf"), ("Z003-MediumItalic.otf", "Z003-MediumItalic.otf"),
             ("DejaVuSans-Oblique.ttf", "DejaVuSans-BoldOblique.ttf")),
}  # fmt: skip
FAMILY = {"sans": "sans", "wide": "sans", "narrow": "narrow", "serif": "serif", "mono": "mono", "receipt": "mono"}
"""The generator's faces by the family of types that prints them."""
DOTS = (14, 18, 22, 24)
"""Heights of a till printer's letters, in dots."""
Style = tuple[float, bool, bool]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@lru_cache(maxsize=1024)
def _font(file: str, size: int) -> Font:
    try:
        return ImageFont.truetype(file, size)
    except OSError:
        return ImageFont.load_default(size)


@cache
def _installed(family: str) -> tuple[Type, ...]:
    """The family's types that are there; where there is none, one without files, which is Pillow's own."""
    found = []
    for pair in TYPES[family]:
        try:
            for file in pair:
                ImageFont.truetype(file, 10)
        except OSError:
            continue
        found.append(pair)
    return tuple(found) or (("", ""),)


@dataclass(frozen=True, slots=True)
class Press:
    """What a page is printed with."""

    types: Type
    ink: int
    """Grey of the letters, 0 black."""
    dots: int
    """Of a letter's height on a printer of coarse dots; 0 on a smooth one."""

    @classmethod
    def draw(cls, rng: random.Random, face: str) -> Press:
        types = rng.choice(_installed(FAMILY.get(face, "sans")))
        coarse = face in ("mono", "receipt") and rng.random() < 0.5
        return cls(types, rng.choice((0, 0, 0, 20, 40, 60)), rng.choice(DOTS) if coarse else 0)


def draw_page(page: LabelledPage, seed: int = 0, *, width: int = 0) -> np.ndarray:
    """RGB uint8 (height, width, 3) at the page's own size or scaled to `width` pixels; `seed` chooses type and ink."""
    scale = width / page.page.width if width else 1.0
    extent = (max(1, round(page.page.width * scale)), max(1, round(page.page.height * scale)))
    image = Image.new("L", extent, 255)
    drawing = page.meta.get("drawing", {})
    rng = random.Random(seed)
    face = drawing.get("face", "sans")
    press = Press.draw(rng, face)
    pen = Press(rng.choice(_installed("hand")), rng.choice((30, 60, 90)), 0)
    unit = scale * drawing.get("scale", 1.0)
    _ground(image, drawing, unit, press)
    words = page.page.words or []
    styles: list[Style] = drawing.get("styles", [])
    if len(styles) != len(words):  # of other words: those of a page that was changed
        styles = [(word.box.height * scale / unit / 1.08, False, False) for word in words]
    inked = drawing.get("ink", False) and len(words) == len(drawing["styles"])
    written = set(drawing.get("hand", ()))
    for i, (word, (points, bold, white)) in enumerate(zip(words, styles, strict=True)):
        x0, y0, x1, y1 = (edge * scale for edge in word.box)
        tool = pen if i in written else press
        size, tall = points * unit, y1 - y0
        mask, left, top = _printed(word.text, (x1 - x0, size), bold, tool, inked)
        if inked:
            base = y1 - ink_of(word.text, face).below * size
        else:
            base = y0 + (tall * 0.8 if tall > size else tall * 0.5 + size * 0.33)
        image.paste(255 if white else tool.ink, (round(x0 + left), round(base + top)), mask)
    for text, x, y, points, angle, grey in drawing.get("marks", ()):
        font = _font(press.types[1], max(4, round(points * unit)))
        draw_mark(image, text, (x * unit, y * unit), angle, round(grey * 255), font)
    return np.repeat(np.asarray(image)[:, :, None], 3, axis=2)


def _ground(image: Image.Image, drawing: dict[str, Any], unit: float, press: Press) -> None:
    """What lies under the words: fills, shapes, codes and rules."""
    canvas = ImageDraw.Draw(image)
    for *box, grey in drawing.get("fills", ()):
        canvas.rectangle([edge * unit for edge in box], fill=round(grey * 255))
    for kind, x0, y0, x1, y1, grey in drawing.get("shapes", ()):
        draw_shape(image, kind, (x0 * unit, y0 * unit, x1 * unit, y1 * unit), grey, unit)
    for x0, y0, x1, y1, kind in drawing.get("codes", ()):
        draw_code(image, (x0 * unit, y0 * unit, x1 * unit, y1 * unit), kind)
    for rule in drawing.get("rules", ()):
        canvas.line([edge * unit for edge in rule], fill=press.ink + 30, width=max(1, round(unit * 0.6)))


def _printed(
    text: str, extent: tuple[float, float], bold: bool, press: Press, inked: bool
) -> tuple[Image.Image, float, float]:
    """The word's mask, where its left lies from the word's, and its top from the base line.

    `extent`: width and type size in pixels; the letters' advance is as wide, or where the box is `inked`, their ink.
    """
    width, size = extent
    font = _font(press.types[bold], max(4, press.dots or round(size)))
    outline = int(bold and press.types[0] == press.types[1])  # a type without a bold weight
    left, top, right, bottom = (
        font.getbbox(text, anchor="ls", stroke_width=outline)
        if isinstance(font, ImageFont.FreeTypeFont)
        else font.getbbox(text)
    )
    wide, high = max(1, round(right - left)) + 2, max(1, round(bottom - top)) + 2
    mask = Image.new("L", (wide, high), 0)
    ImageDraw.Draw(mask).text((1 - left, 1 - top), text, fill=255, font=font, anchor="ls", stroke_width=outline)
    across, down = width / max(right - left if inked else font.getlength(text), 1.0), 1.0
    if press.dots:
        down = size / press.dots
        mask = mask.point(_DOTTED)
    target = (max(2, round(wide * across)), max(2, round(high * down)))
    if target != (wide, high):
        mask = mask.resize(target, Image.Resampling.BILINEAR)
    return mask, -across if inked else (left - 1) * across, (top - 1) * down


_DOTTED = [255 * (value > 110) for value in range(256)]
