"""Tables on pages with questions over them."""

from __future__ import annotations

import random

from docengine.corpus.labelled import LabelledPage
from docengine.corpus.questions.phrases import Part, part_of
from docengine.corpus.questions.question import AskedPage, Question
from docengine.corpus.questions.table_asking import LANGUAGE, Asking, Places
from docengine.corpus.questions.table_cells import cell_questions
from docengine.corpus.questions.table_orders import order_questions
from docengine.corpus.questions.table_statements import statement_questions
from docengine.corpus.questions.table_subject import Subject
from docengine.corpus.questions.table_sums import sum_questions
from docengine.corpus.table_layout import TableLook, lay_out_table
from docengine.corpus.tables import Table

MOST = {"cells": 4, "sums": 3, "orders": 4, "statements": 2}
"""Questions of each sort on a page."""
LOOKS_HELD_OUT = 5
"""One way to rule and align a table in so many is for validation alone."""


def ask_table(subject: Subject, rng: random.Random, part: Part = "train") -> AskedPage | None:
    """The table on a page, with questions; None where it takes more than one page."""
    found = lay_out(subject.table, rng, part)
    if found is None:
        return None
    page, places = found
    asking = Asking(subject, places, rng, part)
    sorts = {
        "cells": cell_questions(asking),
        "sums": sum_questions(asking),
        "orders": order_questions(asking),
        "statements": statement_questions(asking),
    }
    asked: list[Question] = []
    for sort, made in sorts.items():
        questions = [question for question in made if question is not None]
        asked += rng.sample(questions, min(len(questions), MOST[sort]))
    return AskedPage(page, tuple({question.text: question for question in asked}.values()))


def draw_look(rng: random.Random, part: Part) -> TableLook:
    """A look that tables of that part may have."""
    while True:
        look = TableLook.draw(rng)
        if part == "val" or part_of(f"{look.grid} {look.numbers} {look.header_align}", LOOKS_HELD_OUT) == "train":
            return look


def lay_out(table: Table, rng: random.Random, part: Part) -> tuple[LabelledPage, Places] | None:
    """The table's only page and the words of its cells (the heading is row -1); None where it has more pages."""
    pages = lay_out_table(table, draw_look(rng, part), 2.0)
    if len(pages) > 1:
        return None
    page = pages[0]
    page.meta |= {"kind": "table", "language": LANGUAGE}
    place = len(table.caption.split())
    places: dict[tuple[int, int], tuple[int, ...]] = {}
    for number, row in enumerate((table.header, *table.rows), -1):
        for i, cell in enumerate(row):
            count = len(cell.split())
            places[number, i] = tuple(range(place, place + count))
            place += count
    assert place == len(page.page.words or [])  # the layout writes all words in the table's order
    return page, places
