"""Questions on pages, with answers that are known: drawn ones, and readers of public sets."""

from __future__ import annotations

from docengine.corpus.questions.documents import ask_document
from docengine.corpus.questions.pictures import picture_of
from docengine.corpus.questions.question import AskedPage, Question
from docengine.corpus.questions.saving import questions_in
from docengine.corpus.questions.signs import ask_signs
from docengine.corpus.questions.streams import DocumentQuestions, QuestionStream, SignQuestions, TableQuestions
from docengine.corpus.questions.table_pages import ask_table

__all__ = [
    "AskedPage",
    "DocumentQuestions",
    "Question",
    "QuestionStream",
    "SignQuestions",
    "TableQuestions",
    "ask_document",
    "ask_signs",
    "ask_table",
    "picture_of",
    "questions_in",
]
