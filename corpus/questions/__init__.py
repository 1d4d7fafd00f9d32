"""Questions on pages, with answers that are known: drawn ones, and readers of public sets."""

from __future__ import annotations

from docengine.corpus.questions.documents import ask_document
from docengine.corpus.questions.question import AskedPage, Question

__all__ = ["AskedPage", "Question", "ask_document"]
