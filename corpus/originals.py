"""Readers for public data sets in the layouts they were published in; they yield the same `Row` as our own form.

SROIE (ICDAR 2019), any of the layouts in use:
    img/X.jpg   box/X.csv or box/X.txt: `x1,y1,x2,y2,x3,y3,x4,y4,text` a line   key/X.json or entities/X.txt: JSON
  in the folder itself (github.com/zzzDavid/ICDAR-2019-SROIE, `data/`) or in train/ and test/ (the SROIE2019 mirrors).
FUNSD (Jaume et al. 2019): training_data/ and testing_data/, each with images/X.png and annotations/X.json:
    {"form": [{"id", "label", "text", "box", "words": [{"text", "box"}], "linking": [[from, to], ...]}, ...]}
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from docengine import Box, DocengineError, Page, Word
from docengine.corpus.dataset import Row, row_from, size_of
from docengine.errors import DatasetError

SROIE_LICENCE = "CC BY 4.0 (ICDAR 2019 Robust Reading Challenge on Scanned Receipts OCR and Information Extraction)"
FUNSD_LICENCE = "FUNSD: non-commercial research and education only"
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".tif")

Reader = Callable[..., Iterator[Row]]


def original_reader(folder: Path) -> Reader | None:
    """The reader for the layout that `folder` has, or None."""
    if _parts(folder, "box", ("train", "test")):
        return read_sroie
    if _parts(folder, "annotations", ("training_data", "testing_data")):
        return read_funsd
    return None


def read_sroie(
    folder: Path | str, split: str | None = None, strict: bool = False, *, skipped: list[DatasetError] | None = None
) -> Iterator[Row]:
    """SROIE's receipts. `split` is `train` or `test` where the folder has those parts."""
    for part, root in _parts(Path(folder), "box", ("train", "test")):
        files = (path for path in sorted((root / "box").iterdir()) if path.suffix in (".csv", ".txt"))
        if split is None or split == part:
            yield from _rows(files, partial(_receipt, split=part), strict, skipped)


def read_funsd(
    folder: Path | str, split: str | None = None, strict: bool = False, *, skipped: list[DatasetError] | None = None
) -> Iterator[Row]:
    """FUNSD's forms. `split` is `train` (training_data) or `test` (testing_data)."""
    for part, root in _parts(Path(folder), "annotations", ("training_data", "testing_data")):
        named = {"training_data": "train", "testing_data": "test"}.get(part or "")
        files = sorted((root / "annotations").glob("*.json"))
        if split is None or split == named:
            yield from _rows(iter(files), partial(_form, split=named), strict, skipped)


def _parts(folder: Path, holds: str, names: tuple[str, ...]) -> list[tuple[str | None, Path]]:
    """(split, folder) of each part that has a sub-folder `holds`; data sets are often one folder deeper than named."""
    for root in (folder, folder / "data", folder / "dataset", folder / "SROIE2019"):
        parts: list[tuple[str | None, Path]] = [(name, root / name) for name in names if (root / name / holds).is_dir()]
        if parts:
            return parts
        if (root / holds).is_dir():
            return [(root.name if root.name in names else None, root)]
    return []


def _rows(
    files: Iterator[Path], read: Callable[[Path], Row], strict: bool, skipped: list[DatasetError] | None
) -> Iterator[Row]:
    for path in files:
        try:
            row = read(path)
        except (ValueError, TypeError, KeyError, AttributeError, OSError, DocengineError) as error:
            broken = DatasetError(f"{path}: {error}; compare it with the published layout, or delete it")
            if strict:
                raise broken from error
            if skipped is not None:
                skipped.append(broken)
            continue
        yield row


def _receipt(path: Path, split: str | None) -> Row:
    root, stem = path.parent.parent, path.stem
    words = [_sroie_word(line, path, n) for n, line in enumerate(_text(path).splitlines(), 1) if line.strip()]
    keys = [root / "key" / f"{stem}.json", root / "entities" / f"{stem}.txt"]
    key = next((candidate for candidate in keys if candidate.is_file()), None)
    image = _picture(root / "img", stem)
    width, height = size_of(image, words)
    data: dict[str, Any] = {
        "id": stem,
        "doc_type": "receipt",
        "lang": "en",
        # an empty value is a slip of the annotators, not a receipt without a total
        "fields": {name: value for name, value in json.loads(_text(key)).items() if value} if key else {},
        "split": split,
        "licence": SROIE_LICENCE,
        "source": f"SROIE {stem}",
    }
    return _with_page(data, Page(words=words, width=width, height=height), image, root)


def _sroie_word(line: str, path: Path, number: int) -> Word:
    parts = line.split(",", 8)  # the text may hold commas
    try:
        edges = [float(part) for part in parts[:8]]
        xs, ys = edges[0::2], edges[1::2]
        return Word(parts[8].strip(), Box(min(xs), min(ys), max(xs), max(ys)))
    except (ValueError, IndexError):
        raise ValueError(f"line {number} is not eight coordinates and a text: {line[:60]!r}") from None


def _form(path: Path, split: str | None) -> Row:
    blocks = json.loads(_text(path))["form"]
    words = [
        Word(word["text"], Box(*map(float, word["box"])))
        for block in blocks
        for word in block["words"]
        if word["text"].strip()
    ]
    image = _picture(path.parent.parent / "images", path.stem)
    width, height = size_of(image, words)
    data: dict[str, Any] = {
        "id": path.stem,
        "doc_type": "form",
        "lang": "en",
        "fields": {},
        "key_values": _key_values(blocks),
        "entities": [{key: block[key] for key in ("id", "label", "text", "box", "linking")} for block in blocks],
        "split": split,
        "licence": FUNSD_LICENCE,
        "source": f"FUNSD {path.stem}",
    }
    return _with_page(data, Page(words=words, width=width, height=height), image, path.parent.parent)


def _key_values(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Questions and the answers linked to them, joined from top to bottom; an unlinked question is left out."""
    by_id = {block["id"]: block for block in blocks}
    pairs = []
    for block in blocks:
        ends = (
            [end for link in block["linking"] for end in link if end != block["id"]]
            if block["label"] == "question"
            else []
        )
        answers = [by_id[end] for end in dict.fromkeys(ends) if end in by_id and by_id[end]["label"] == "answer"]
        answers.sort(key=lambda answer: (answer["box"][1], answer["box"][0]))
        text = " ".join(answer["text"] for answer in answers).strip()
        if text:
            pairs.append({"question": block["text"], "answer": text, "n_answers": len(answers)})
    return pairs


def _with_page(data: dict[str, Any], page: Page, image: Path | None, root: Path) -> Row:
    sheet = {
        "image": None if image is None else image.relative_to(root).as_posix(),
        "width": page.width,
        "height": page.height,
        "words": [{"text": word.text, "box": word.box} for word in page.words or []],
    }
    return row_from({**data, **sheet}, root)


def _picture(folder: Path, stem: str) -> Path | None:
    return next((folder / f"{stem}{suffix}" for suffix in PICTURES if (folder / f"{stem}{suffix}").is_file()), None)


def _text(path: Path) -> str:
    """The file's text; some of SROIE's files are not UTF-8."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
