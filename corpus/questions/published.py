"""Readers of public sets of questions on pictures, in the layouts they were published in.

DocVQA (task 1): {train,val,test}_v1.0[_withQT].json, in the folder, in train/ ..., or in spdocvqa_qas/; pictures
  documents/X.png or spdocvqa_images/, words ocr_results/X.json or spdocvqa_ocr/ (Microsoft's `recognitionResults`).
InfographicsVQA: infographic[s]VQA_{train,val,test}_v1.0[_withQT].json, in the folder or in infographicsvqa_qas/;
  pictures infographicsvqa_images/ or images/, words infographicsvqa_ocr/ or ocr/ (Amazon Textract's `WORD`).
TextVQA: TextVQA_0.5.1_{train,val,test}.json, {train,test}_images/ID.jpg, TextVQA_Rosetta_OCR_v0.2_*.json.
ST-VQA: {train,test}_task_{1,2,3}.json, pictures at `file_path`; no words.
OCR-VQA: dataset.json (`imageURL`, `questions`, `answers`, `split`), images/ID.jpg; no words.

A question without published answers (the test parts) is passed over.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

from docengine import DocengineError, Page, Word
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.questions.picture_words import amazon_words, microsoft_words, rosetta_words
from docengine.corpus.questions.question import AskedPage, Question
from docengine.errors import DatasetError

SPLITS = ("train", "val", "test")
ALL = "all"
"""The split of a file that holds them all."""
SUFFIXES = (".jpg", ".jpeg", ".png", ".gif", ".webp")
Entry = dict[str, Any]
"""A question as the set publishes it."""
BROKEN = (ValueError, TypeError, KeyError, AttributeError, IndexError, OSError, DocengineError)


@dataclass(slots=True)
class Source:
    """A picture with its questions, before the picture and the words are read."""

    image: Path | None
    read_words: Callable[[tuple[int, int]], list[Word] | None]
    """Of a picture of that width and height; None where none are published."""
    questions: list[Question] = field(default_factory=list)
    split: str | None = None
    """Where the file holds several."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A public set: which files it is known by, and how one is read."""

    name: str
    metric: str
    files: tuple[str, ...]
    """Patterns, relative to the folder; of several files of a split the first found counts."""
    sources: Callable[[Path, Path, str], dict[str, Source]]
    """(folder, file, split) to pictures by id."""
    licence: str


def read_published(
    layout: Layout, folder: Path, split: str | None, strict: bool, skipped: list[DatasetError] | None
) -> Iterator[AskedPage]:
    """Pages with questions, picture by picture. Raises DatasetError for a file of questions that is broken."""
    for part, file in files_of(layout, folder):
        if split is not None and part not in (split, ALL):
            continue
        try:
            sources = layout.sources(folder, file, part)
        except BROKEN as error:
            raise DatasetError(f"{file}: {_said(error)}; compare it with {layout.name}'s published layout") from error
        for name, source in sources.items():
            if not source.questions or split not in (None, source.split or part):
                continue
            try:
                yield _page(name, source, layout, source.split or part)
            except BROKEN as error:
                broken = DatasetError(f"{file}, picture {name}: {_said(error)}")
                if strict:
                    raise broken from error
                if skipped is not None:
                    skipped.append(broken)


def files_of(layout: Layout, folder: Path) -> list[tuple[str, Path]]:
    """(split, file) of each split that is there, or ALL where the name says none."""
    found: dict[str, Path] = {}
    for pattern in layout.files:
        for path in sorted(folder.glob(pattern)):
            split = next((name for name in SPLITS if name in path.stem.lower()), ALL)
            key = path.stem if layout.name == "ST-VQA" else split
            found.setdefault(key, path)
    return [(next((name for name in SPLITS if name in key), ALL), path) for key, path in found.items()]


def _page(name: str, source: Source, layout: Layout, split: str) -> AskedPage:
    """The picture's page; without published words it carries the picture, for an OCR engine to read."""
    if source.image is None or not source.image.is_file():
        raise FileNotFoundError(f"there is no picture {source.image or name}; unpack the set's pictures beside it")
    from PIL import Image

    with Image.open(source.image) as picture:
        size = picture.size
    words = source.read_words(size)
    page = Page(words=words, width=size[0], height=size[1]) if words is not None else _pictured(source.image)
    meta = {"id": name, "kind": None, "language": "en", "split": split, "source": f"{layout.name} {name}",
            "licence": layout.licence, "image": source.image, "metric": layout.metric}  # fmt: skip
    labelled = LabelledPage(page, [None] * len(words or ()), frozenset(), meta=meta)
    return AskedPage(labelled, tuple(_grounded(question, words or []) for question in source.questions))


def _pictured(path: Path) -> Page:
    import numpy as np
    from PIL import Image

    with Image.open(path) as picture:
        return Page(image=np.asarray(picture.convert("RGB")))


def _grounded(question: Question, words: Sequence[Word]) -> Question:
    """With the words that spell its answer, where they stand on the page once."""
    return replace(question, words=words_spelling(question.answers, words))


def words_spelling(answers: Sequence[str], words: Sequence[Word]) -> tuple[int, ...]:
    """The only run of words, in the given order, that spells one of the answers; none where there are more."""
    spelled = [word.text.lower().strip(" ,;:.") for word in words]
    for answer in dict.fromkeys(answers):
        parts = [part.strip(" ,;:.") for part in answer.lower().split()]
        starts = [i for i in range(len(spelled)) if parts and spelled[i : i + len(parts)] == parts]
        if len(starts) == 1:
            return tuple(range(starts[0], starts[0] + len(parts)))
    return ()


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _first(candidates: Sequence[Path]) -> Path | None:
    """The first that is there; else the first, to be named."""
    return next((path for path in candidates if path.is_file()), candidates[0] if candidates else None)


def _said(error: Exception) -> str:
    return f"the key {error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)


def _by_count(answers: Sequence[str]) -> tuple[str, ...]:
    """The most frequent first, each as often as it was given."""
    counts = Counter(answers)
    return tuple(sorted((str(answer) for answer in answers), key=lambda answer: -counts[answer]))


def _gathered(
    file: Path, name_of: Callable[[Entry], str], source_of: Callable[[str, Entry], Source], kind: str
) -> dict[str, Source]:
    """A source for each page that the entries name, with all their questions on it."""
    sources: dict[str, Source] = {}
    for entry in _json(file)["data"]:
        name = name_of(entry)
        if name not in sources:
            sources[name] = source_of(name, entry)
        _add(sources[name], entry, kind)
    return sources


def _docvqa(folder: Path, file: Path, split: str) -> dict[str, Source]:
    def source(name: str, entry: Entry) -> Source:
        image = _first([file.parent / entry["image"], folder / entry["image"], folder / "spdocvqa_images" / name,
                        folder / split / entry["image"]])  # fmt: skip
        stem = f"{Path(name).stem}.json"
        ocr = _first([file.parent / "ocr_results" / stem, folder / "spdocvqa_ocr" / stem,
                      folder / "ocr_results" / stem, folder / split / "ocr_results" / stem])  # fmt: skip
        return Source(image, partial(microsoft_words, ocr))

    return _gathered(file, lambda entry: Path(entry["image"]).name, source, "docvqa")


def _infographics(folder: Path, file: Path, split: str) -> dict[str, Source]:
    stem = file.stem.replace("_withQT", "")

    def source(name: str, entry: Entry) -> Source:
        homes = ("infographicsvqa_images", "images", f"{stem}_images", "infographicVQA_images")
        image = _first([root / home / name for root in (folder, file.parent) for home in homes])
        given = entry.get("ocr_output_file") or f"{Path(name).stem}.json"
        homes = ("infographicsvqa_ocr", "ocr", f"{stem}_ocr_outputs", "ocr_outputs")
        ocr = _first([root / home / given for root in (folder, file.parent) for home in homes])
        return Source(image, partial(amazon_words, ocr))

    return _gathered(file, itemgetter("image_local_name"), source, "infographicsvqa")


def _textvqa(folder: Path, file: Path, split: str) -> dict[str, Source]:
    rosetta = folder / f"TextVQA_Rosetta_OCR_v0.2_{split}.json"
    read: dict[str, Any] = {}
    if rosetta.is_file():
        read = {entry["image_id"]: entry["ocr_info"] for entry in _json(rosetta)["data"]}
    homes = ("train_images", "test_images", "train_val_images/train_images", "images")

    def source(name: str, entry: Entry) -> Source:
        image = _first([folder / home / f"{name}.jpg" for home in homes])
        return Source(image, partial(rosetta_words, read.get(name)))

    return _gathered(file, itemgetter("image_id"), source, "textvqa")


def _stvqa(folder: Path, file: Path, split: str) -> dict[str, Source]:
    homes = (".", "train_imgs", "test_imgs", split, f"{split}_images", "images")

    def source(name: str, entry: Entry) -> Source:
        return Source(_first([folder / home / name for home in homes]), _no_words)

    return _gathered(file, itemgetter("file_path"), source, "stvqa")


def _ocrvqa(folder: Path, file: Path, split: str) -> dict[str, Source]:
    sources: dict[str, Source] = {}
    for name, entry in _json(file).items():
        suffix = Path(str(entry["imageURL"])).suffix or ".jpg"
        places = [folder / "images" / f"{name}{end}" for end in dict.fromkeys((suffix, *SUFFIXES))]
        part = SPLITS[int(entry["split"]) - 1]  # 1 train, 2 val, 3 test
        source = sources[name] = Source(_first(places), _no_words, split=part)
        if len(entry["questions"]) != len(entry["answers"]):
            raise ValueError(f"{name} has {len(entry['questions'])} questions and {len(entry['answers'])} answers")
        for text, answer in zip(entry["questions"], entry["answers"], strict=True):
            source.questions.append(Question(text, (str(answer),), (), "ocrvqa"))
    return sources


def _no_words(size: tuple[int, int]) -> None:
    return None


def _add(source: Source, entry: Entry, kind: str) -> None:
    """The entry's question; none where its answers are kept back."""
    answers = entry.get("answers")
    if answers:
        types = entry.get("question_types") or ()
        said = f"{kind}/{types[0]}" if types else kind
        source.questions.append(Question(str(entry["question"]), _by_count(answers), (), said))


LAYOUTS = (
    Layout("TextVQA", "vqa", ("TextVQA_0.5*_*.json", "data/TextVQA_0.5*_*.json"), _textvqa, "CC BY 4.0"),
    Layout(
        "InfographicsVQA", "anls",
        ("infographic*VQA_*_v1.0_withQT.json", "infographicsvqa_qas/*_withQT.json", "infographic*VQA_*_v1.0.json",
         "infographicsvqa_qas/*.json"),
        _infographics, "as published: research use; pictures belong to their makers",
    ),
    Layout(
        "DocVQA", "anls",
        tuple(f"{home}{split}_v1.0{end}.json" for end in ("_withQT", "") for home in ("spdocvqa_qas/", "", "*/")
              for split in SPLITS),
        _docvqa, "as published: MIT (questions), documents of the UCSF Industry Documents Library",
    ),
    Layout("ST-VQA", "anls", ("train_task_*.json", "test_task_*.json"), _stvqa, "as published: CC BY 4.0"),
    Layout("OCR-VQA", "exact", ("dataset.json",), _ocrvqa, "as published: research use"),
)  # fmt: skip
