"""A page with what was read from it: a box around each value, and beside the page a legend."""

from __future__ import annotations

import colorsys
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from docengine import Extraction, Field

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """One value on the page; `row` is the line item's index, None for a header field."""

    name: str
    field: Field
    colour: Colour
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """Sizes in pixels, so that a page of any resolution looks alike."""

    line: int
    small: ImageFont.FreeTypeFont | ImageFont.ImageFont
    plain: ImageFont.FreeTypeFont | ImageFont.ImageFont
    row: int
    """Height of a line of the legend."""
    legend: int
    """Width of the legend."""

    @classmethod
    def of(cls, width: int, height: int) -> Style:
        size = max(11, round(min(width, height * 0.8) / 60))
        return cls(max(2, size // 8), font(round(size * 0.8)), font(size), round(size * 1.7), size * 34)


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font with accents where the system has a usual one, else Pillow's own."""
    for name in ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "Arial.ttf"):
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def draw(image: Image.Image, extraction: Extraction, page: int = 0) -> Image.Image:
    """A copy of `image`, which shows page `page` (from 0), with its values marked and a legend at the right.

    `image` may have another resolution than the page was read at.
    """
    style = Style.of(*image.size)
    marks = list(marks_of(extraction, page))
    scale = _scale(image, extraction, page)
    shown = image.convert("RGB")
    _boxes(shown, marks, scale, style)
    lines = [_title(extraction, page), *_lines(marks), *_remarks(extraction)]
    canvas = Image.new("RGB", (shown.width + style.legend, max(shown.height, style.row * (len(lines) + 1))), "white")
    canvas.paste(shown)
    _legend(canvas, lines, shown.width, style)
    return canvas


def marks_of(extraction: Extraction, page: int) -> Iterator[Mark]:
    """Values on page `page`: header fields, then line items row by row; a field has one colour in all rows."""
    names = [*extraction.fields, *dict.fromkeys(name for item in extraction.line_items for name in item)]
    colours = {name: _colour(number) for number, name in enumerate(names)}
    for name, field in extraction.fields.items():
        if field.page == page:
            yield Mark(name, field, colours[name])
    for row, item in enumerate(extraction.line_items):
        for name, field in item.items():
            if field.page == page:
                yield Mark(name, field, colours[name], row)


def _colour(number: int) -> Colour:
    """Colours far apart: steps of the golden angle round the colour wheel, dark enough for white paper."""
    red, green, blue = colorsys.hsv_to_rgb(number * 0.618034 % 1, 0.85, 0.75)
    return round(red * 255), round(green * 255), round(blue * 255)


def _scale(image: Image.Image, extraction: Extraction, page: int) -> tuple[float, float]:
    """Image pixels a page pixel, across and down."""
    if page >= len(extraction.pages):
        return 1.0, 1.0
    size = next(size for i, size in enumerate(extraction.pages) if size.get("page", i) == page)
    return image.width / size["width"], image.height / size["height"]


def _boxes(image: Image.Image, marks: list[Mark], scale: tuple[float, float], style: Style) -> None:
    """Translucent boxes, so that what is printed can be read; a header field's name stands above its box."""
    pen = ImageDraw.Draw(image, "RGBA")
    for mark in marks:
        x0, y0, x1, y1 = (edge * scale[side % 2] for side, edge in enumerate(mark.field.box))
        around = (x0 - style.line, y0 - style.line, max(x1, x0) + style.line, max(y1, y0) + style.line)
        pen.rectangle(around, (*mark.colour, 40), (*mark.colour, 255), style.line if mark.row is None else 1)
        if mark.row is None:
            label = pen.textbbox((around[0], around[1]), mark.name, style.small, anchor="lb")
            pen.rectangle(label, (255, 255, 255, 190))
            pen.text((around[0], around[1]), mark.name, mark.colour, style.small, anchor="lb")


Line = tuple[str, Colour | None]
"""A line of the legend and the colour of the square before it."""


def _title(extraction: Extraction, page: int) -> Line:
    about = [extraction.document_type, extraction.language, f"page {page + 1} of {max(len(extraction.pages), 1)}"]
    return ", ".join(part for part in about if part), None


def _lines(marks: list[Mark]) -> Iterator[Line]:
    for mark in marks:
        where = "" if mark.row is None else f"{mark.row + 1}. "
        yield f"{where}{mark.name}: {mark.field.value}  ({mark.field.confidence:.2f})", mark.colour


def _remarks(extraction: Extraction) -> Iterator[Line]:
    yield from ((f"check failed: {check.name} {check.detail}", None) for check in extraction.checks if not check.ok)
    yield from ((warning, None) for warning in extraction.warnings)


def _legend(canvas: Image.Image, lines: list[Line], left: int, style: Style) -> None:
    pen, margin, y = ImageDraw.Draw(canvas), style.row // 2, style.row // 2
    for text, colour in lines:
        x = left + margin
        if colour:
            pen.rectangle((x, y + style.row * 0.15, x + style.row * 0.6, y + style.row * 0.75), colour)
            x += style.row
        pen.text((x, y), _fitted(pen, text, canvas.width - margin - x, style), "black", style.plain)
        y += style.row


def _fitted(pen: ImageDraw.ImageDraw, text: str, width: float, style: Style) -> str:
    """`text`, cut to `width` pixels."""
    text = " ".join(text.split())[:500]
    if pen.textlength(text, style.plain) <= width:
        return text
    kept = bisect_right(range(len(text)), width, key=lambda count: pen.textlength(f"{text[:count]}...", style.plain))
    return f"{text[: kept - 1]}..."
