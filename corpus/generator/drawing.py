"""Draws a labelled page: its words inside their boxes, and the rules and fills that the generator noted."""

from __future__ import annotations

import random
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from docengine.corpus.labelled import LabelledPage

FILES = {
    "sans": ("LiberationSans-{}.ttf", "Arial{}.ttf", "DejaVuSans{}.ttf"),
    "serif": ("LiberationSerif-{}.ttf", "DejaVuSerif{}.ttf"),
    "mono": ("LiberationMono-{}.ttf", "DejaVuSansMono{}.ttf"),
}
"""Font files to look for, by family; `{}` becomes the weight. Pillow's own font serves where there is none."""
FAMILY = {"sans": "sans", "wide": "sans", "narrow": "sans", "serif": "serif", "mono": "mono", "receipt": "mono"}
Style = tuple[float, bool, bool]


@lru_cache(maxsize=512)
def _font(family: str, bold: bool, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for pattern in FILES[family]:
        weight = ("Bold" if bold else "Regular") if "-" in pattern else ("-Bold" if bold else "")
        try:
            return ImageFont.truetype(pattern.format(weight), size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def draw_page(page: LabelledPage, seed: int = 0, *, width: int = 0) -> np.ndarray:
    """RGB uint8 (height, width, 3) at the page's own size or scaled to `width` pixels; `seed` chooses the ink."""
    rng = random.Random(seed)
    scale = width / page.page.width if width else 1.0
    size = (max(1, round(page.page.width * scale)), max(1, round(page.page.height * scale)))
    image = Image.new("L", size, 255)
    drawing = page.meta.get("drawing", {})
    ink = rng.choice((0, 0, 20, 40))
    canvas = ImageDraw.Draw(image)
    unit = scale * drawing.get("scale", 1.0)
    for x0, y0, x1, y1, grey in drawing.get("fills", ()):
        canvas.rectangle((x0 * unit, y0 * unit, x1 * unit, y1 * unit), fill=round(grey * 255))
    for x0, y0, x1, y1 in drawing.get("rules", ()):
        canvas.line((x0 * unit, y0 * unit, x1 * unit, y1 * unit), fill=ink + 30, width=max(1, round(unit * 0.6)))
    words = page.page.words or []
    styles: list[Style] = drawing.get("styles", [])
    if len(styles) != len(words):
        styles = [(word.box.height * scale / unit / 1.08, False, False) for word in words]
    family = FAMILY.get(drawing.get("face", "sans"), "sans")
    for word, (points, bold, white) in zip(words, styles, strict=True):
        x0, y0, x1, y1 = word.box
        box = (x0 * scale, y0 * scale, x1 * scale, y1 * scale)
        _draw_word(image, word.text, box, points * unit, (family, bold), 255 if white else ink)
    return np.repeat(np.asarray(image)[:, :, None], 3, axis=2)


def _draw_word(image: Image.Image, text: str, box: tuple[float, float, float, float], size: float,
               face: tuple[str, bool], ink: int) -> None:  # fmt: skip
    """The word at its size, squeezed or stretched to its box's width, on the box's base line."""
    x0, y0, x1, y1 = box
    font = _font(face[0], face[1], max(4, round(size)))
    left, top, right, bottom = (
        font.getbbox(text, anchor="ls") if isinstance(font, ImageFont.FreeTypeFont) else font.getbbox(text)
    )
    wide, high = max(1, round(right - left)), max(1, round(bottom - top))
    mask = Image.new("L", (wide + 2, high + 2), 0)
    ImageDraw.Draw(mask).text((1 - left, 1 - top), text, fill=255, font=font, anchor="ls")
    target = max(1, round(x1 - x0))
    if abs(target - wide) > 1:
        mask = mask.resize((target + 2, high + 2), Image.Resampling.BILINEAR)
    tall = y1 - y0
    base = y0 + (tall * 0.8 if tall > size else tall * 0.5 + size * 0.33)
    image.paste(ink, (round(x0) - 1, round(base + top) - 1), mask)
