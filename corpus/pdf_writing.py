"""Labelled pages as a PDF: drawn words that can be selected, or a scan with its words behind the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from docengine.corpus.generator.ink import ink_of
from docengine.corpus.labelled import LabelledPage
from docengine.engine.preprocess import fold
from docengine.errors import DocengineError

FILES = {
    "sans": ("LiberationSans-{}.ttf", "DejaVuSans.ttf"),
    "serif": ("LiberationSerif-{}.ttf", "DejaVuSerif.ttf"),
    "mono": ("LiberationMono-{}.ttf", "DejaVuSansMono.ttf"),
}
"""TrueType files to look for, by family; `{}` becomes the weight."""
BUILT_IN = {"sans": "Helvetica", "serif": "Times", "mono": "Courier"}
"""PDF's own fonts, which know Western European letters alone."""
FAMILY = {"serif": "serif", "mono": "mono", "receipt": "mono"}
FINE = 2.0
"""Pixels a point of what is drawn as a picture: codes, logos, stamps."""
HIDDEN = 3
"""Text render mode: neither filled nor stroked."""


def write_pdf(pages: Sequence[LabelledPage], path: Path, scans: Sequence[Any] = ()) -> None:
    """Writes a document; `scans`, one PIL picture a page, are shown in place of drawn words, which lie behind them.

    Raises DocengineError where reportlab is not installed.
    """
    try:
        from reportlab.pdfgen.canvas import Canvas
    except ImportError as error:
        raise DocengineError("writing PDFs needs reportlab: pip install 'docengine[data]'") from error
    canvas = Canvas(str(path), invariant=1)
    for number, page in enumerate(pages):
        unit = 1 / page.meta.get("drawing", {}).get("scale", FINE)  # points a pixel
        size = page.page.width * unit, page.page.height * unit
        canvas.setPageSize(size)
        if scans:
            _picture(canvas, scans[number], (0.0, 0.0, *size), size[1])
        else:
            _ground(canvas, page, size)
        _words(canvas, page, unit, hidden=bool(scans))
        canvas.showPage()
    canvas.save()


def _words(canvas: Any, page: LabelledPage, unit: float, *, hidden: bool) -> None:
    """Each word on its base line, as wide as its box; a space parts it from the next, unless they touch."""
    drawing = page.meta.get("drawing", {})
    words = page.page.words or []
    styles = drawing.get("styles", [])
    if len(styles) != len(words):
        styles = [(word.box.height * unit / 1.08, False, False) for word in words]
    family = FAMILY.get(drawing.get("face", "sans"), "sans")
    height = page.page.height * unit
    text = canvas.beginText()
    text.setTextRenderMode(HIDDEN if hidden else 0)
    for i, (word, (size, bold, white)) in enumerate(zip(words, styles, strict=True)):
        name, shown = _set_in(word.text, family, bold)
        wide = canvas.stringWidth(shown, name, size)
        if wide <= 0:
            continue
        x0, y0, x1, y1 = (edge * unit for edge in word.box)
        base = _base_line(word.text, (y0, y1), size, drawing)
        text.setFillGray(1.0 if white else 0.0)
        text.setFont(name, size)
        text.setHorizScale(100 * max(x1 - x0, 0.1) / wide)
        text.setTextOrigin(x0, height - base)
        touching = i + 1 < len(words) and abs(words[i + 1].box.x0 - word.box.x1) * unit < 0.05 * size
        text.textOut(shown if touching else f"{shown} ")
    canvas.drawText(text)


def _base_line(text: str, level: tuple[float, float], size: float, drawing: Mapping[str, Any]) -> float:
    """From the box's top and bottom; boxes that end where the ink does are told apart by the letters' own depth."""
    if drawing.get("ink"):
        return level[1] - ink_of(text, drawing["face"])[3] * size
    tall = level[1] - level[0]
    return level[0] + (tall * 0.8 if tall > size else tall * 0.5 + size * 0.33)


def _set_in(text: str, family: str, bold: bool) -> tuple[str, str]:
    """The font's name, and the text as that font can show it."""
    name = _font(family, bold)
    if name is not None:
        return name, text
    own = {"Times": ("Times-Roman", "Times-Bold")}.get(BUILT_IN[family], (BUILT_IN[family], f"{BUILT_IN[family]}-Bold"))
    known = "".join(char if char.encode("cp1252", "ignore") else fold(char) for char in text)
    return own[bold], known.encode("cp1252", "replace").decode("cp1252")


@lru_cache(maxsize=8)
def _font(family: str, bold: bool) -> str | None:
    """A registered TrueType font with letters of all Latin languages; None where none is installed."""
    from PIL import ImageFont
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    for pattern in FILES[family]:
        try:
            file = ImageFont.truetype(pattern.format("Bold" if bold else "Regular"), 10).path
            name = f"{family}-{'bold' if bold else 'regular'}"
            pdfmetrics.registerFont(TTFont(name, str(file)))
        except (OSError, TTFError):
            continue
        return name
    return None


def _ground(canvas: Any, page: LabelledPage, size: tuple[float, float]) -> None:
    """What lies under the words: fills and rules as lines, the rest as small pictures."""
    drawing = page.meta.get("drawing", {})
    for x0, y0, x1, y1, grey in drawing.get("fills", ()):
        canvas.setFillGray(grey)
        canvas.rect(x0, size[1] - y1, x1 - x0, y1 - y0, stroke=0, fill=1)
    boxes = [tuple(code[:4]) for code in drawing.get("codes", ())]
    boxes += [tuple(shape[1:5]) for shape in drawing.get("shapes", ())]
    if boxes:
        bare = _bare_picture(page, size[0])
        for x0, y0, x1, y1 in boxes:
            around = max(x0 - 1, 0.0), max(y0 - 1, 0.0), min(x1 + 1, size[0]), min(y1 + 1, size[1])
            if around[0] < around[2] and around[1] < around[3]:
                _picture(canvas, bare.crop([round(edge * FINE) for edge in around]), around, size[1])
    canvas.setLineWidth(0.6)
    for x0, y0, x1, y1 in drawing.get("rules", ()):
        canvas.line(x0, size[1] - y0, x1, size[1] - y1)
    for text, x, y, points, angle, grey in drawing.get("marks", ()):
        canvas.saveState()
        canvas.translate(x, size[1] - y)
        canvas.rotate(angle)
        canvas.setFillGray(grey)
        name, shown = _set_in(text, "sans", False)
        canvas.setFont(name, points)
        canvas.drawCentredString(0, -points / 3, shown)
        canvas.restoreState()


def _bare_picture(page: LabelledPage, width: float) -> Any:
    """The page without its words."""
    from PIL import Image

    from docengine.corpus.generator import render

    drawing = {**page.meta["drawing"], "styles": [], "hand": [], "marks": [], "rules": []}
    bare = replace(page, page=replace(page.page, words=[]), labels=[], meta={"drawing": drawing})
    return Image.fromarray(render(bare, width=round(width * FINE))).convert("L")


def _picture(canvas: Any, picture: Any, box: tuple[float, float, float, float], height: float) -> None:
    from reportlab.lib.utils import ImageReader

    x0, y0, x1, y1 = box
    canvas.drawImage(ImageReader(picture), x0, height - y1, x1 - x0, y1 - y0)
