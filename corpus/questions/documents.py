"""Questions on the pages of drawn documents, of all kinds together."""

from __future__ import annotations

import random

from docengine.corpus.labelled import LabelledPage
from docengine.corpus.questions.absent import absent_questions
from docengine.corpus.questions.fields import field_questions
from docengine.corpus.questions.items import item_questions
from docengine.corpus.questions.labels import label_questions
from docengine.corpus.questions.phrases import Part, languages
from docengine.corpus.questions.places import place_questions
from docengine.corpus.questions.question import AskedPage, Question

MOST = {"fields": 5, "labels": 2, "items": 3, "places": 2, "absent": 2}
"""Questions of each sort on a page."""


def ask_document(page: LabelledPage, rng: random.Random, part: Part = "train") -> AskedPage:
    """The page of a drawn document with some of the questions that have one answer; none in an unknown language."""
    if page.meta["language"] not in languages():
        return AskedPage(page, ())
    sorts = {
        "fields": list(field_questions(page, rng, part)),
        "labels": list(label_questions(page, rng, part)),
        "items": list(item_questions(page, rng, part)),
        "places": list(place_questions(page, rng, part)),
        "absent": list(absent_questions(page, rng, part)),
    }
    asked: list[Question] = []
    for sort, questions in sorts.items():
        asked += rng.sample(questions, min(len(questions), MOST[sort]))
    return AskedPage(page, tuple(asked))
