"""Sets of questions, whatever layout they have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from docengine.corpus.dataset import Row, open_dataset
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.originals import original_reader
from docengine.corpus.questions.published import LAYOUTS, files_of, read_published, words_spelling
from docengine.corpus.questions.question import AskedPage, Question
from docengine.corpus.questions.saving import questions_in
from docengine.corpus.questions.table_sets import read_tabfact, read_table_lines, read_wtq
from docengine.errors import DatasetError

KNOWN = "DocVQA, InfographicsVQA, TextVQA, ST-VQA, OCR-VQA, WikiTableQuestions, TabFact, FUNSD, tables as lines of JSON"


def open_questions(
    path: Path | str, split: str | None = None, strict: bool = False, *, skipped: list[DatasetError] | None = None
) -> Iterator[AskedPage]:
    """Pages with questions: of our own form, or of a public set in the layout it was published in.

    A page that is broken raises DatasetError when `strict`; else it is passed over and its error appended to `skipped`.
    Raises DatasetError where `path` has none of the known layouts. A page's `meta` has `split`, `licence`, `metric`
    (of `docengine.corpus.questions.metrics.METRICS`), and `image`, the picture's path.
    """
    folder = Path(path)
    if folder.is_file() and folder.suffix == ".jsonl":
        return read_table_lines(folder, split, strict, skipped)
    if (folder / "annotations.jsonl").is_file() or original_reader(folder) is not None:
        return _read_rows(folder, split, strict, skipped)
    if (folder / "csv").is_dir() and (folder / "data").is_dir():
        return read_wtq(folder, split, strict, skipped)
    if (folder / "data" / "all_csv").is_dir() or (folder / "all_csv").is_dir():
        return read_tabfact(folder, split, strict, skipped)
    for layout in LAYOUTS:
        if files_of(layout, folder):
            return read_published(layout, folder, split, strict, skipped)
    raise DatasetError(f"{folder}: no set of questions; wanted annotations.jsonl with `questions`, or one of {KNOWN}")


def _read_rows(
    folder: Path, split: str | None, strict: bool, skipped: list[DatasetError] | None
) -> Iterator[AskedPage]:
    """Rows with `questions`, and FUNSD's with `key_values`."""
    for row in open_dataset(folder, split, strict, skipped=skipped):
        try:
            questions = questions_in(row) or key_value_questions(row)
        except DatasetError as error:
            if strict:
                raise
            if skipped is not None:
                skipped.append(error)
            continue
        if questions:
            yield AskedPage(_labelled(row), questions)


def key_value_questions(row: Row) -> tuple[Question, ...]:
    """FUNSD's links: what a form's printed question is answered with. One that is printed twice is left out."""
    pairs = row.extra.get("key_values") or ()
    printed = [str(pair["question"]).strip() for pair in pairs]
    return tuple(
        Question(text, (str(pair["answer"]),), words_spelling([str(pair["answer"])], row.words), "funsd", "en")
        for text, pair in zip(printed, pairs, strict=True)
        if text and printed.count(text) == 1
    )


def _labelled(row: Row) -> LabelledPage:
    page = row.pages[0]
    meta = {"id": row.id, "kind": row.doc_type, "language": row.lang, "split": row.split, "licence": row.licence,
            "source": row.source, "image": row.image, "metric": "anls"}  # fmt: skip
    return LabelledPage(page, [None] * len(page.words or ()), frozenset(), meta=meta)
