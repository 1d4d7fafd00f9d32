"""What OCR makes of real scans, of drawn pages made to look scanned, and of drawn pages disturbed.

    python benchmarks/noise.py --data ../shared/data --cache /tmp/noise --fit

Reads receipts of SROIE's training part and drawn pages with the default OCR (about 3 s a page, kept in the cache), and
writes the rates to `benchmarks/results/noise.json`; `--fit` first fits anew what `docengine.corpus.noise` draws from.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import click
import numpy as np
from PIL import Image

from docengine import Box, Word
from docengine.corpus.dataset import Row, read_dataset
from docengine.corpus.degrade import degrade
from docengine.corpus.generator import generate, render
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.noise import ink_boxes, reread, with_boxes
from docengine.corpus.noise_fit import fit
from docengine.corpus.noise_table import noise, style_and_unit
from docengine.corpus.noise_tally import Tally, compare, sum_of
from docengine.corpus.splits import partition
from docengine.engine.layout import split_words
from docengine.engine.ocr import OcrEngine, open_ocr

FIRST_SEED = 1 << 51
"""Pages that training never draws."""
TABLE = Path(__file__).parents[1] / "corpus" / "noise.json"
RESULTS = Path(__file__).parent / "results" / "noise.json"
STRENGTHS = (0.0, 1.0, 1.0, 0.5, 1.0, 1.0, 1.5)
"""Of the degradation of drawn pages; those of 1.0 stand for scans."""


@cache
def _ocr() -> OcrEngine:
    return open_ocr("rapidocr", 1)


def _plain(words: Sequence[Word]) -> list[list[Any]]:
    return [[text, *(round(edge, 1) for edge in box)] for text, box in words]


def read_receipt(row: Row) -> dict[str, Any]:
    """A real receipt: the words that people typed, by lines, and those seen."""
    assert row.images[0] is not None
    with Image.open(row.images[0]) as picture:
        image = np.asarray(picture.convert("RGB"))
    return {"true": _plain(row.pages[0].words or []), "seen": _plain(_ocr().read(image))}


def drawn_page(number: int) -> tuple[LabelledPage, int]:
    """A page that training never draws, two of five are receipts, and how many pixels wide it is printed."""
    page = generate(FIRST_SEED + number, kind="receipt" if number % 5 < 2 else None)[0]
    rng = random.Random(number)
    narrow = page.page.width / page.meta["drawing"]["scale"] < 350  # points: a till's roll
    return page, rng.randrange(400, 820) if narrow else rng.randrange(950, 1700)


def read_drawn(number: int) -> dict[str, Any]:
    """A drawn page, degraded."""
    page, width = drawn_page(number)
    strength = STRENGTHS[number % len(STRENGTHS)]
    image, move = degrade(render(page, number, width=width), random.Random(number), strength)
    scale = width / page.page.width
    boxes = move([Box(*(edge * scale for edge in box)) for _, box in page.page.words or []])
    return {"strength": strength, **_both(page, boxes, image)}


def read_foreign(number: int) -> dict[str, Any]:
    """A drawn page with augraphy's noise."""
    from scans import scanned

    page, width = drawn_page(number)
    scale = width / page.page.width
    boxes = [Box(*(edge * scale for edge in box)) for _, box in page.page.words or []]
    return _both(page, boxes, scanned(render(page, number, width=width), number))


def _both(page: LabelledPage, boxes: Sequence[Box], image: np.ndarray) -> dict[str, Any]:
    true = [Word(word.text, box) for word, box in zip(page.page.words or [], boxes, strict=True)]
    return {"kind": page.meta["kind"], "true": _plain(true), "seen": _plain(_ocr().read(image))}


def cached(folder: Path, name: str, read: Any, of: Any) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.json"
    if not file.exists():
        file.write_text(json.dumps(read(of)), encoding="utf-8")
        print(file, file=sys.stderr)
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def tally_of(page: dict[str, Any], *, lines: bool = False) -> Tally:
    return compare(*_sides(page), lines=lines, receipt=page.get("kind") == "receipt")


def placed_tally(page: dict[str, Any]) -> Tally:
    """A real receipt word by word, for the words' places: each has its share of the line's box."""
    true, seen = _sides(page)
    return compare(split_words(true), seen, receipt=True)


def _sides(page: dict[str, Any]) -> tuple[list[Word], list[Word]]:
    true, seen = ([Word(text, Box(*box)) for text, *box in page[side]] for side in ("true", "seen"))
    return true, seen


def disturbed(number: int) -> Tally:
    """A drawn page as `disturb` reads it, on paper that lies flat: a bent page moves whole rows, which is no error."""
    rng = random.Random(number)
    page, _ = drawn_page(number)
    words = page.page.words or []
    receipt = page.meta["kind"] == "receipt"
    style, unit = style_and_unit(words, receipt)
    changed = reread(list(zip(words, page.labels, strict=True)), rng, rng.random(), style, unit)
    tally = compare(words, [word for word, _ in changed], receipt=receipt)
    moved = with_boxes(changed, ink_boxes(changed, rng, style, unit))
    tally.boxes = compare(words, [word for word, _ in moved], receipt=receipt).boxes
    return tally


def report(parts: dict[str, list[Tally]]) -> dict[str, Any]:
    """Rates of each part, and how its pages spread."""
    return {
        name: {
            "pages": len(tallies),
            **{key: round(value, 4) for key, value in sum_of(tallies).rates().items()},
            "page_errors": [
                round(float(value), 4)
                for value in np.quantile([tally.error_rate for tally in tallies], (0.1, 0.25, 0.5, 0.75, 0.9))
            ],
        }
        for name, tallies in parts.items()
    }


def table(found: dict[str, Any]) -> str:
    """Markdown, one row a rate; what a part cannot tell is left empty."""
    rows = ["| | " + " | ".join(found) + " |", "|---" * (len(found) + 1) + "|"]
    for key in next(iter(found.values())):
        cells = ["" if name == "real" and key in UNTOLD else _shown(key, part[key]) for name, part in found.items()]
        rows.append(f"| {key.replace('_', ' ')} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


UNTOLD = frozenset(("rules_lost",))
"""Of real receipts: people leave them out."""


def _shown(key: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(f"{100 * one:.1f}%" for one in value)
    return str(value) if key == "pages" else f"{value:.2f}" if key.startswith("box") else f"{100 * value:.1f}%"


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), default=Path("../shared/data"), show_default=True)
@click.option("--cache", "folder", type=click.Path(path_type=Path), required=True, help="Where what was read is kept.")
@click.option("--receipts", default=90, show_default=True, help="Real ones.")
@click.option("--pages", default=250, show_default=True, help="Drawn ones.")
@click.option("--foreign", default=0, show_default=True, help="Drawn ones with augraphy's noise instead of ours.")
@click.option("--fit", "fits", is_flag=True, help="Write corpus/noise.json anew.")
def main(data: Path, folder: Path, receipts: int, pages: int, foreign: int, fits: bool) -> None:
    rows = [row for row in read_dataset(data / "sroie") if partition(row, "sroie") == "train"]
    random.Random(7).shuffle(rows)
    known = [cached(folder / "sroie", row.id, read_receipt, row) for row in rows[:receipts]]
    real = [tally_of(page, lines=True) for page in known]
    for tally, page in zip(real, known, strict=True):
        tally.boxes = placed_tally(page).boxes
    read = [cached(folder / "drawn", f"{number:04}", read_drawn, number) for number in range(pages)]
    drawn = [tally_of(page) for page in read]
    scanned = [tally for tally, page in zip(drawn, read, strict=True) if page["strength"] == 1.0]
    if fits:
        legible = [tally for tally in drawn if tally.error_rate < 0.5]
        placed = [tally for tally, page in zip(drawn, read, strict=True) if page["kind"] != "receipt"]
        fitted = fit(
            legible, [*real, *scanned], [*placed, *real], [tally.recased / max(tally.words, 1) for tally in real]
        )
        TABLE.write_text(json.dumps(fitted, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
        noise.cache_clear()
    parts = {"real": real, "drawn": scanned, "disturbed": [disturbed(number) for number in range(pages)]}
    if foreign:
        others = [cached(folder / "foreign", f"{number:04}", read_foreign, number) for number in range(foreign)]
        parts["augraphy"] = [tally_of(page) for page in others]
    found = report(parts)
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(table(found))


if __name__ == "__main__":
    main()
