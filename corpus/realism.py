"""What a page looks like in numbers, without its picture and its text: words' places, sizes and shapes.

Drawn pages are held against real ones by these (`benchmarks/realism.py`). The unit of lengths is the width of the
page's usual character, so that resolution and paper size drop out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from docengine import Box, Page, Word
from docengine.engine.layout import reading_order, split_words


def joined(words: list[Word]) -> list[Word]:
    """Words that follow each other in a row as one, as sets have them whose boxes hold whole lines."""
    order, rows = reading_order(words)
    out: list[tuple[int, Word]] = []
    for i, row in zip(order, rows, strict=True):
        text, box = words[i]
        if out and out[-1][0] == row and box.x0 - out[-1][1].box.x1 < 0.8 * box.height:
            before = out.pop()[1]
            space = " " if box.x0 - before.box.x1 > 0.1 * box.height else ""
            out.append((row, Word(before.text + space + text, Box.around((before.box, box)))))
        else:
            out.append((row, Word(text, box)))
    return [word for _, word in out]


def prepared(page: Page, *, join: bool) -> list[tuple[int, Word]]:
    """(row, word) in reading order, coordinates rounded to thousandths of the page's longer side."""
    step = max(page.width, page.height) / 1000
    words = [Word(text, Box(*(round(side / step) for side in box))) for text, box in page.words or []]
    words = split_words(joined(split_words(words)) if join else words)
    order, rows = reading_order(words)
    return [(row, words[i]) for i, row in zip(order, rows, strict=True)]


def spread(name: str, values: Iterable[float] | np.ndarray, quantiles: tuple[int, ...]) -> dict[str, float]:
    numbers = np.asarray(list(values), float)
    if not len(numbers):
        numbers = np.zeros(1)
    return {f"{name} q{q}": float(np.percentile(numbers, q)) for q in quantiles}


SHAPES: dict[str, Callable[[str], bool]] = {
    "upper": lambda text: text.isupper() and len(text) > 1,
    "lower": str.islower,
    "title": lambda text: text[:1].isupper() and text[1:].islower(),
    "mixed letters and digits": lambda text: any(map(str.isalpha, text)) and any(map(str.isdigit, text)),
    "digits only": str.isdigit,
    "any digit": lambda text: any(map(str.isdigit, text)),
    "amount": lambda text: len(text) > 3 and text[-2:].isdigit() and text[-3] in ".,",
    "no letter or digit": lambda text: not any(map(str.isalnum, text)),
    "ends in colon": lambda text: text.endswith(":"),
    "ends in comma": lambda text: text.endswith(","),
    "ends in full stop": lambda text: text.endswith("."),
    "bracket": lambda text: "(" in text or ")" in text,
    "hyphen": lambda text: "-" in text,
    "slash": lambda text: "/" in text,
    "one character": lambda text: len(text) == 1,
    "two or three characters": lambda text: len(text) in (2, 3),
    "ten or more characters": lambda text: len(text) >= 10,
}


def features(page: Page, *, join: bool) -> tuple[dict[str, float], dict[str, float]]:
    """What the document looks like, and what the exact boxes add: heights, levels and spaces, which tell how a set was
    annotated or a PDF was read. `join`: as sets have words whose boxes hold whole lines. The page has words.
    """
    tagged = prepared(page, join=join)
    rows = np.array([row for row, _ in tagged])
    words = [word for _, word in tagged]
    boxes = np.array([word.box for word in words], float)
    boxes -= [*boxes[:, :2].min(0), *boxes[:, :2].min(0)]
    lengths = np.array([len(word.text) for word in words])
    long = lengths >= min(3, lengths.max())
    unit = float(np.median((boxes[long, 2] - boxes[long, 0]) / lengths[long])) or 1.0
    boxes /= unit
    marks = {name: np.fromiter(map(test, (word.text for word in words)), float) for name, test in SHAPES.items()}
    lines, exact = _rows(boxes, rows)
    document = _sizes(boxes, rows, lengths) | lines | _edges(boxes, rows) | _shapes(rows, marks)
    return document, exact | _annotation(boxes, rows)


def _sizes(boxes: np.ndarray, rows: np.ndarray, lengths: np.ndarray) -> dict[str, float]:
    width, height = boxes[:, 2].max(), boxes[:, 3].max()
    x = (boxes[:, 0] + boxes[:, 2]) / 2 / width
    y = (boxes[:, 1] + boxes[:, 3]) / 2 / height
    shares = {f"words in column {i + 1}/5": float(((x >= i / 5) & (x < (i + 1) / 5)).mean()) for i in range(5)}
    shares |= {f"words in band {i + 1}/5": float(((y >= i / 5) & (y < (i + 1) / 5)).mean()) for i in range(5)}
    per_row = np.bincount(rows)
    wide = boxes[:, 2] - boxes[:, 0]
    return {
        "words": float(np.log(len(boxes))),
        "rows": float(np.log(rows.max() + 1)),
        "width in characters": float(width),
        "height to width": float(height / width),
        "fill": float(wide.sum() / width / (rows.max() + 1)),
        "rows with one word": float((per_row == 1).mean()),
        **shares,
        **spread("words a row", per_row, (10, 25, 50, 75, 90)),
        **spread("characters a word", lengths, (25, 50, 75, 90)),
        **spread("character width", (wide / lengths)[lengths > min(3, lengths.max() - 1)], (5, 25, 75, 95)),
    }


def _rows(boxes: np.ndarray, rows: np.ndarray) -> tuple[dict[str, float], dict[str, float]]:
    """Line pitch and gaps between words: roughly, and as exactly as the boxes say."""
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    centres = np.array([np.median(middles[rows == row]) for row in range(rows.max() + 1)])
    pitch = np.diff(centres) if len(centres) > 1 else np.ones(1)
    typical = float(np.median(pitch)) or 1.0
    same = np.diff(rows) == 0
    gaps = (boxes[1:, 0] - boxes[:-1, 2])[same]
    gaps = gaps if len(gaps) else np.zeros(1)
    near = gaps[gaps < 2.5] if (gaps < 2.5).any() else np.zeros(1)
    steps = np.round(pitch / typical * 4) / 4
    document = {
        "pitch in characters": typical,
        "pitches under half the usual": float((steps <= 0.5).mean()),
        "pitches of the usual": float((steps == 1).mean()),
        **spread("pitch in quarters", steps, (5, 25, 75, 90, 97)),
        **spread("gap from 1.5", np.maximum(gaps, 1.5), (50, 75, 90)),
        "gaps wider than 3": float((gaps > 3).mean()),
    }
    annotation = {
        "pitches within 4% of the usual": float((np.abs(pitch / typical - 1) < 0.04).mean()),
        **spread("pitch", pitch / typical, (5, 25, 75)),
        **spread("gap", gaps, (5, 10, 25, 50)),
        "gaps under a quarter": float((gaps < 0.25).mean()),
        "word space": float(np.median(near)),
        "word space, spread": float(near.std()),
    }
    return document, annotation


def _edges(boxes: np.ndarray, rows: np.ndarray) -> dict[str, float]:
    """How words and rows line up."""
    count = rows.max() + 1
    left = np.array([boxes[rows == row, 0].min() for row in range(count)])
    right = np.array([boxes[rows == row, 2].max() for row in range(count)])
    width = boxes[:, 2].max()
    middle = (left + right) / 2
    return {
        "left edges shared": _shared(boxes[:, 0], 0.35),
        "right edges shared": _shared(boxes[:, 2], 0.35),
        "rows' left edges shared": _shared(left, 0.5),
        "rows' right edges shared": _shared(right, 0.5),
        "rows' middles shared": _shared(middle, 0.7),
        "rows from the left edge": float((left < 1).mean()),
        "rows to the right edge": float((right > width - 1).mean()),
        "rows in the middle": float(((np.abs(middle - width / 2) < 0.02 * width) & (left > 0.05 * width)).mean()),
        "columns of left edges": float(np.log1p((np.bincount((boxes[:, 0] / 0.7).astype(int)) >= 4).sum())),
        **spread("row's width", (right - left) / width, (10, 25, 50, 75)),
        **spread("row's start", left / width, (50, 75, 90)),
    }


def _shared(edges: np.ndarray, within: float) -> float:
    """Share of edges that at least two others coincide with."""
    ordered = np.sort(edges)
    near = np.searchsorted(ordered, ordered + within, "right") - np.searchsorted(ordered, ordered - within, "left")
    return float((near >= 3).mean())


def _shapes(rows: np.ndarray, marks: dict[str, np.ndarray]) -> dict[str, float]:
    out = {name: float(mark.mean()) for name, mark in marks.items()}
    third = np.minimum((rows / (rows.max() + 1) * 3).astype(int), 2)
    for name in ("upper", "title", "any digit", "amount"):
        for i, part in enumerate(("top", "middle", "end")):
            chosen = marks[name][third == i]
            out[f"{name}, {part} third"] = float(chosen.mean()) if len(chosen) else 0.0
    last = np.append(np.diff(rows) > 0, True)
    out["rows ending in an amount"] = float(marks["amount"][last].mean())
    out["rows ending in a digit word"] = float(marks["any digit"][last].mean())
    first = np.append(True, np.diff(rows) > 0)
    out["rows beginning upper"] = float(marks["upper"][first].mean())
    out["rows beginning with a digit"] = float(marks["any digit"][first].mean())
    return out


def _annotation(boxes: np.ndarray, rows: np.ndarray) -> dict[str, float]:
    heights, middles = boxes[:, 3] - boxes[:, 1], (boxes[:, 1] + boxes[:, 3]) / 2
    typical = float(np.median(heights)) or 1.0
    uneven = [float(np.ptp(middles[rows == row])) / typical for row in range(rows.max() + 1)]
    tops = [float(np.ptp(boxes[rows == row, 1])) / typical for row in range(rows.max() + 1)]
    feet = [float(np.ptp(boxes[rows == row, 3])) / typical for row in range(rows.max() + 1)]
    return {
        "box height in characters": typical,
        "box heights within 4% of the usual": float((np.abs(heights / typical - 1) < 0.04).mean()),
        **spread("box height", heights / typical, (5, 25, 75, 90, 97)),
        **spread("middles' range in a row", uneven, (50, 90)),
        **spread("tops' range in a row", tops, (50, 90)),
        **spread("feet's range in a row", feet, (50, 90)),
    }
