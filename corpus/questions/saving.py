"""Asked pages as a data set of the project's own form: rows of annotations.jsonl that have `questions`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docengine.corpus.dataset import Row
from docengine.corpus.questions.phrases import Part
from docengine.corpus.questions.question import AskedPage, Question
from docengine.corpus.saving import IMAGES, Copies, row_of, save_document
from docengine.errors import DatasetError


def save_asked(asked: AskedPage, folder: Path, images: bool = True, seed: int = 0) -> dict[str, Any]:
    """Writes the page's picture into `folder` and returns its row. A picture that it has is written as it is."""
    page = asked.page
    if images and page.page.image is not None:
        from PIL import Image

        (folder / IMAGES).mkdir(exist_ok=True)
        name = f"{IMAGES}/{page.meta['id']}.png"
        Image.fromarray(page.page.image).save(folder / name)
        row = row_of([page], [name])
    else:
        row = save_document([page], folder, Copies(images), seed)
    return {**row, "questions": [question.to_dict() for question in asked.questions]}


def save_drawn(number: int, folder: Path, images: bool, seed: int, part: Part) -> dict[str, Any]:
    """Draws page `number` of all that can be drawn, writes it and returns its row."""
    from docengine.corpus.questions.streams import QuestionStream

    return save_asked(QuestionStream.drawn(seed, part).page(number), folder, images, seed)


def questions_in(row: Row) -> tuple[Question, ...]:
    """The row's questions; none where it has none. Raises DatasetError where they do not have the form."""
    given = row.extra.get("questions") or []
    try:
        questions = tuple(Question.from_dict(data) for data in given)
    except (ValueError, TypeError, KeyError) as error:
        raise DatasetError(
            f"{row.name}: {_mend(error)}; a question is {{question, answers, words, kind, lang}}"
        ) from error
    last = max((place for question in questions for place in question.words), default=-1)
    if last >= len(row.words):
        raise DatasetError(f"{row.name}: a question rests on word {last}, the page has {len(row.words)}")
    return questions


def _mend(error: Exception) -> str:
    return f"the key {error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
