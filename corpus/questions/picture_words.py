"""Words of a picture out of the OCR files that public sets of questions come with; boxes in the picture's pixels."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from docengine import Box, Word

Size = tuple[int, int]


def microsoft_words(path: Path | None, size: Size) -> list[Word] | None:
    """Of `recognitionResults`: lines of words, each with the eight coordinates of its corners."""
    data = _read(path)
    if data is None:
        return None
    words = []
    for page in data["recognitionResults"][:1]:
        scale = (size[0] / (page.get("width") or size[0]), size[1] / (page.get("height") or size[1]))
        for line in page["lines"]:
            for word in line["words"]:
                xs, ys = word["boundingBox"][0::2], word["boundingBox"][1::2]
                words.append(_word(word["text"], (min(xs), min(ys), max(xs), max(ys)), scale))
    return words


def amazon_words(path: Path | None, size: Size) -> list[Word] | None:
    """Of Textract's `WORD` blocks, whose boxes are shares of the picture."""
    data = _read(path)
    if data is None:
        return None
    words = []
    for block in data["WORD"]:
        box = block["Geometry"]["BoundingBox"]
        edges = (box["Left"], box["Top"], box["Left"] + box["Width"], box["Top"] + box["Height"])
        words.append(_word(block["Text"], edges, size))
    return words


def rosetta_words(info: Sequence[Mapping[str, Any]] | None, size: Size) -> list[Word] | None:
    """Of Rosetta's `ocr_info`, whose boxes are shares of the picture."""
    if info is None:
        return None
    words = []
    for entry in info:
        box = entry["bounding_box"]
        left, top = box.get("top_left_x", box.get("x")), box.get("top_left_y", box.get("y"))
        if left is None or top is None:
            raise KeyError("top_left_x")
        words.append(_word(entry["word"], (left, top, left + box["width"], top + box["height"]), size))
    return words


def _word(text: str, edges: Sequence[float], scale: tuple[float, float]) -> Word:
    x0, y0, x1, y1 = edges
    return Word(str(text), Box(x0 * scale[0], y0 * scale[1], x1 * scale[0], y1 * scale[1]))


def _read(path: Path | None) -> Any:
    """The file's JSON; None where there is no such file."""
    if path is None or not path.is_file():
        return None
    return json.loads(path.read_text(encoding="utf-8"))
