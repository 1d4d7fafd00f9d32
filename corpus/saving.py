"""Labelled pages into a data set of the project's own form: annotations.jsonl, images/, and pdf/ where asked for."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from docengine import Word
from docengine.corpus.labelled import LabelledPage
from docengine.errors import DocengineError, UsageError
from docengine.schema import DEFAULT_SCHEMA

IMAGES, PDFS, ANNOTATIONS = "images", "pdf", "annotations.jsonl"
JPEG_QUALITY = 85
LICENCE = "CC0-1.0"
"""Of generated documents: nobody's words."""


@dataclass(frozen=True, slots=True)
class Copies:
    """What is written of a document besides its words."""

    images: bool = True
    pdf: bool = False
    degraded: float = 0.0
    """How much the pictures are made to look like scans, 0 to 1; their words' boxes follow."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documents to draw, and what to write of each."""

    kinds: tuple[str, ...] = ()
    """In turn; any where there is none."""
    languages: tuple[str, ...] = ()
    seed: int = 0
    noise: float = 0.0
    """Strength of the OCR noise on words and boxes."""
    copies: Copies = Copies()

    def __post_init__(self) -> None:
        from docengine.corpus.generator import KINDS, LANGUAGES

        for what, given, known in (("kind", self.kinds, KINDS), ("language", self.languages, LANGUAGES)):
            for one in given:
                if one not in known:
                    raise UsageError(f"unknown {what} {one!r}; known: {', '.join(known)}")
        if self.noise and (self.copies.images or self.copies.pdf):
            raise UsageError("--noise moves words away from where pictures and PDFs show them; add --no-images")
        if self.copies.degraded and not (self.copies.images or self.copies.pdf):
            raise UsageError("--degrade is for pictures: leave out --no-images, or use --noise on words alone")

    def save(self, number: int, folder: Path) -> dict[str, Any]:
        """Draws and writes document `number` of the set, the same on any machine; returns its row."""
        from docengine.corpus.generator import generate
        from docengine.corpus.noise import disturb

        kind = self.kinds[number % len(self.kinds)] if self.kinds else None
        turn = number + number // max(len(self.kinds), 1)  # so that each kind comes in each language
        language = self.languages[turn % len(self.languages)] if self.languages else None
        pages = generate(self.seed + number, kind=kind, language=language)
        if self.noise:
            rng = random.Random(f"{self.seed + number}/noise")
            pages = [disturb(page, rng, self.noise) for page in pages]
        return save_document(pages, folder, self.copies, self.seed)


def open_folder(folder: Path, force: bool) -> None:
    """An empty folder to write to, made where there is none.

    Raises UsageError where there is something in it, unless `force`: then what an earlier run wrote there goes.
    """
    if folder.is_dir() and any(folder.iterdir()):
        if not force:
            raise UsageError(f"{folder} is not empty; give another folder, or --force to write over it")
        (folder / ANNOTATIONS).unlink(missing_ok=True)
        for name in (IMAGES, PDFS):
            shutil.rmtree(folder / name, ignore_errors=True)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DocengineError(f"cannot write to {folder}: {error.strerror or error}") from error


def save_document(pages: Sequence[LabelledPage], folder: Path, copies: Copies, seed: int = 0) -> dict[str, Any]:
    """Writes a document's pictures and PDF; returns its row of annotations.jsonl. `seed` chooses ink and flaws."""
    name = str(pages[0].meta["id"])
    names: list[str | None] = [None] * len(pages)
    scans: list[Any] = []
    if copies.images or (copies.pdf and copies.degraded):
        drawn = [_drawn(page, copies, random.Random(f"{seed}/{name}/{i}")) for i, page in enumerate(pages)]
        pages, scans = [page for page, _ in drawn], [picture for _, picture in drawn]
    if copies.images:
        (folder / IMAGES).mkdir(exist_ok=True)
        for number, picture in enumerate(scans):
            names[number] = f"{IMAGES}/{name}_p{number + 1}.{'jpg' if copies.degraded else 'png'}"
            picture.save(folder / str(names[number]), quality=JPEG_QUALITY)
    row = row_of(pages, names)
    if copies.pdf:
        from docengine.corpus.pdf_writing import write_pdf

        (folder / PDFS).mkdir(exist_ok=True)
        row["pdf"] = f"{PDFS}/{name}.pdf"
        write_pdf(pages, folder / row["pdf"], scans if copies.degraded else [])
    return row


def _drawn(page: LabelledPage, copies: Copies, rng: random.Random) -> tuple[LabelledPage, Any]:
    """The page's picture, grey, and the page with its boxes where the picture shows them."""
    from PIL import Image

    from docengine.corpus.generator import render

    picture = render(page, rng.randrange(1 << 31))
    if copies.degraded:
        from docengine.corpus.degrade import degrade

        picture, warp = degrade(picture, rng, copies.degraded)
        words = page.page.words or []
        moved = [Word(word.text, box) for word, box in zip(words, warp(word.box for word in words), strict=True)]
        height, width = picture.shape[:2]
        page = replace(page, page=replace(page.page, words=moved, width=width, height=height))
    return page, Image.fromarray(picture).convert("L")


def row_of(pages: Sequence[LabelledPage], images: Sequence[str | None]) -> dict[str, Any]:
    """A document as a row: a field that is known to be absent is null, an unknown one is left out."""
    header = [spec.name for spec in DEFAULT_SCHEMA.header]
    known = [name for name in header if any(name in page.known for page in pages)]
    fields = {name: next((page.fields[name] for page in pages if name in page.fields), None) for name in known}
    unsure = {name for name in known if fields[name] is None and not all(name in page.known for page in pages)}
    meta = pages[0].meta
    sheets = [_sheet(page, image) for page, image in zip(pages, images, strict=True)]
    row: dict[str, Any] = {"id": meta["id"], **sheets[0]}
    row |= {"doc_type": meta.get("kind"), "lang": meta.get("language"), "box_level": "word"}
    row["fields"] = {name: value for name, value in fields.items() if name not in unsure}
    items = [item for page in pages for item in page.line_items]
    row |= {"line_items": items} if items else {}
    row |= {name: meta[name] for name in ("template", "split") if meta.get(name) is not None}
    row |= {"source": meta.get("source"), "licence": meta.get("licence", LICENCE)}
    if len(sheets) > 1:
        row["extra_pages"] = [{"page": number, **sheet} for number, sheet in enumerate(sheets[1:], 1)]
    return row


def _sheet(page: LabelledPage, image: str | None) -> dict[str, Any]:
    """A page; its words say what they are labelled as: `grand_total`, `description/3` for the fourth item's."""
    width, height = round(page.page.width), round(page.page.height)
    words = []
    for word, label in zip(page.page.words or [], page.labels, strict=True):
        entry: dict[str, Any] = {"text": word.text, "box": [round(edge, 1) for edge in word.box]}
        if label is not None and label.certain:
            line = DEFAULT_SCHEMA[label.field].line_item
            entry["label"] = f"{label.field}/{label.instance}" if line else label.field
        words.append(entry)
    return {"image": image, "width": width, "height": height, "words": words}
