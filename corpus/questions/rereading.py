"""Asked pages as an OCR engine reads them: the words change, the questions' places follow."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from docengine import Box, Word
from docengine.corpus.noise import disturb
from docengine.corpus.questions.question import AskedPage

INSIDE = 0.5
"""Share of a new word's width that lies on an old one, from which on it is the same."""


def misread(asked: AskedPage, rng: random.Random) -> AskedPage:
    """With OCR noise. Answers stay what is printed; what they rest on is found again where it was."""
    page = disturb(asked.page, rng)
    old, new = asked.page.page.words or [], page.page.words or []
    questions = tuple(
        replace(question, words=follow([old[place].box for place in question.words], new))
        for question in asked.questions
    )
    return AskedPage(page, questions)


def follow(boxes: Sequence[Box], words: Sequence[Word]) -> tuple[int, ...]:
    """The words that stand where the boxes are."""
    found = []
    for place, word in enumerate(words):
        middle = (word.box.y0 + word.box.y1) / 2
        for box in boxes:
            shared = min(box.x1, word.box.x1) - max(box.x0, word.box.x0)
            least = INSIDE * max(min(word.box.width, box.width), 1e-6)
            if box.y0 - 0.3 * box.height <= middle <= box.y1 + 0.3 * box.height and shared >= least:
                found.append(place)
                break
    return tuple(found)
