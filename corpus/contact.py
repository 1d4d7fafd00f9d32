"""A contact sheet of a data set: small pages, each word that belongs to a field in the field's colour."""

from __future__ import annotations

import colorsys
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageDraw

from docengine.corpus.dataset import Row, open_dataset
from docengine.corpus.labelled import Label, LabelledPage
from docengine.engine.drawing import Colour, font
from docengine.errors import DatasetError, DocengineError
from docengine.schema import DEFAULT_SCHEMA

TALLEST = 1.6
"""A page is shown no higher than this, in widths: of a long receipt, the top."""
MARGIN = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """A page with what its words are labelled as; the picture is drawn where the set has none."""

    page: LabelledPage
    image: Path | None


def pages_of(folder: Path | str, count: int, seed: int = 0, split: str | None = None) -> list[Shown]:
    """First pages of `count` rows drawn by `seed`, in the set's order.

    Labels are the words' own where annotations.jsonl has some, else found from the values. Raises DatasetError where
    there is no row.
    """
    rows = [row for row in open_dataset(folder, split) if row.pages]
    if not rows:
        raise DatasetError(f"{folder}: no row to show")
    chosen = [rows[i] for i in sorted(random.Random(seed).sample(range(len(rows)), min(count, len(rows))))]
    labels = _own_labels(Path(folder) / "annotations.jsonl", {row.id for row in chosen})
    return [Shown(_labelled(row, labels.get(row.id)), row.image) for row in chosen]


def _own_labels(path: Path, wanted: set[str]) -> dict[str, list[Label | None]]:
    """Labels written beside the words of the wanted rows' first pages."""
    if not path.is_file():
        return {}
    found: dict[str, list[Label | None]] = {}
    with path.open("rb") as lines:
        for line in lines:
            data = json.loads(line) if b'"label"' in line else {}
            if data.get("id") in wanted:
                found[data["id"]] = [_label(word.get("label")) for word in data["words"]]
    return found


def _label(text: str | None) -> Label | None:
    if not text or text.lower() in ("other", "o"):
        return None
    name, _, row = text.partition("/")
    return Label(name, int(row)) if row.isdigit() else Label(text)


def _labelled(row: Row, labels: list[Label | None] | None) -> LabelledPage:
    if labels is None or not any(labels):
        return aligned(row)[0]
    page = row.pages[0]
    values = {name: value if isinstance(value, str) else value[0] for name, value in row.fields.items()}
    meta = {"id": row.id, "kind": row.doc_type, "language": row.lang}
    return LabelledPage(page, labels, row.known, values, list(row.line_items), meta)


def aligned(row: Row) -> list[LabelledPage]:
    """A row's pages with their values found among the words. Raises DocengineError without rapidfuzz."""
    try:
        from docengine.corpus.align import align_row
    except ImportError as error:
        raise DocengineError("finding values among words needs rapidfuzz: pip install 'docengine[data]'") from error
    return align_row(row)


def contact_sheet(pages: Sequence[Shown], columns: int = 4, width: int = 420, *, tinted: bool = True) -> Image.Image:
    """The pages side by side, each `width` pixels wide, under a legend of the fields that they show.

    Pages that are not `tinted` are shown as they are.
    """
    names = _in_order({label.field for shown in pages for label in shown.page.labels if label and tinted})
    colours = {name: _colour(number) for number, name in enumerate(names)}
    columns = min(columns, len(pages))
    across = columns * (width + MARGIN) + MARGIN
    legend = _legend(colours, across)
    cells = [_cell(shown, width, colours) for shown in pages]
    rows = [cells[i : i + columns] for i in range(0, len(cells), columns)]
    heights = [max(cell.height for cell in row) + MARGIN for row in rows]
    sheet = Image.new("RGB", (across, legend.height + sum(heights) + MARGIN), (200, 204, 210))
    sheet.paste(legend)
    top = legend.height + MARGIN
    for row, height in zip(rows, heights, strict=True):
        for number, cell in enumerate(row):
            sheet.paste(cell, (MARGIN + number * (width + MARGIN), top))
        top += height
    return sheet


def _in_order(names: set[str]) -> list[str]:
    known = [spec.name for spec in DEFAULT_SCHEMA]
    return [name for name in known if name in names] + sorted(names - set(known))


def _colour(number: int) -> Colour:
    """Colours far apart: steps of the golden angle round the colour wheel."""
    red, green, blue = colorsys.hsv_to_rgb(number * 0.618034 % 1, 0.85, 0.8)
    return round(red * 255), round(green * 255), round(blue * 255)


def _picture(shown: Shown) -> Image.Image:
    if shown.image is not None and shown.image.is_file():
        return Image.open(shown.image).convert("RGB")
    from docengine.corpus.generator import render

    page = shown.page.page
    wide = round(min(page.width, 1200))
    return Image.fromarray(render(replace(shown.page, page=replace(page, image=None)), width=wide))


def _cell(shown: Shown, width: int, colours: dict[str, Colour]) -> Image.Image:
    """A page, its labelled words tinted, with its name above."""
    page = shown.page.page
    picture = _picture(shown)
    scale = width / page.width
    picture = picture.resize((width, max(1, round(picture.height * width / picture.width))), Image.Resampling.LANCZOS)
    picture = picture.crop((0, 0, width, min(picture.height, round(TALLEST * width))))
    pen = ImageDraw.Draw(picture, "RGBA")
    for word, label in zip(page.words or [], shown.page.labels, strict=True):
        if label is not None and label.field in colours and word.box.y1 * scale < picture.height:
            x0, y0, x1, y1 = (edge * scale for edge in word.box)
            colour = colours[label.field]
            pen.rectangle((x0 - 1, y0 - 1, x1 + 1, y1 + 1), (*colour, 70 if label.certain else 25), (*colour, 230))
    cell = Image.new("RGB", (width, picture.height + 20), (200, 204, 210))
    meta = shown.page.meta
    about = " ".join(str(part) for part in (meta.get("kind"), meta.get("language"), meta.get("id")) if part)
    ImageDraw.Draw(cell).text((0, 2), about[: width // 7], "black", font(12))
    cell.paste(picture, (0, 20))
    return cell


def _legend(colours: dict[str, Colour], width: int) -> Image.Image:
    """A square of each field's colour and its name, in as many lines as it takes."""
    face, step = font(14), 22
    sizes = {name: round(face.getlength(name)) + 34 for name in colours}
    lines: list[list[str]] = [[]]
    for name in colours:
        if lines[-1] and sum(sizes[one] for one in lines[-1]) + sizes[name] > width - 2 * MARGIN:
            lines.append([])
        lines[-1].append(name)
    legend = Image.new("RGB", (width, step * len(lines) + MARGIN if colours else 1), "white")
    pen = ImageDraw.Draw(legend)
    for number, line in enumerate(lines):
        x, y = MARGIN, MARGIN // 2 + number * step
        for name in line:
            pen.rectangle((x, y + 3, x + 13, y + 16), colours[name])
            pen.text((x + 18, y + 1), name, "black", face)
            x += sizes[name]
    return legend
