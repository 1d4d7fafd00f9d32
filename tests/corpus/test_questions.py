"""What a question is, and how it is worded."""

from __future__ import annotations

import re
import string

import pytest

from docengine import Box, Page, Word
from docengine.corpus.dataset import Row
from docengine.corpus.generator import LANGUAGES
from docengine.corpus.questions import Question, questions_in
from docengine.corpus.questions.phrases import Wordings, field_wordings, languages, phrasebook, wordings
from docengine.errors import DatasetError
from docengine.schema import DEFAULT_SCHEMA

MAIN = ("de", "fr", "es", "it", "nl", "pt")
PLACEHOLDERS = {
    "items": {"item", "amount"},
    "places": {"word"},
    "table": {"one", "many", "column", "a", "b", "value", "letter", "options"},
    "statements": {"statement", "one", "many", "column", "a", "b", "value", "number"},
    "signs": {"word", "text", "colour"},
    "colours": set(),
}


def row(questions: object) -> Row:
    page = Page(words=[Word("Total", Box(0, 0, 9, 9)), Word("12.00", Box(20, 0, 29, 9))], width=100, height=20)
    return Row("a", (page,), (None,), name="a.png", extra={"questions": questions})


def test_a_question_is_the_same_after_a_row_was_written_and_read():
    asked = (
        Question("What is the total?", ("12.00",), (1,), "field/grand_total", "en"),
        Question("Which years?", ("2001, 2002",), (), "list", "en", ("2001", "2002")),
        Question("Wie lautet die IBAN?", (), (), "absent/iban", "de"),
    )
    assert questions_in(row([question.to_dict() for question in asked])) == asked
    assert [question.answerable for question in asked] == [True, True, False]
    assert questions_in(row(None)) == ()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([{"answers": ["1"]}], "'question' is missing"),
        ([{"question": "What?", "answers": "1"}], "no list of texts"),
        ([{"question": " ", "answers": []}], "no text"),
        ([{"question": "What?", "answers": ["1"], "words": [2]}], "the page has 2"),
        ([{"question": "What?", "answers": ["1"], "words": [-1]}], "below 0"),
        (["What?"], "no question"),
    ],
)
def test_questions_that_are_broken_are_named(given, said):
    with pytest.raises(DatasetError, match=said):
        questions_in(row(given))


def test_every_language_of_the_generator_asks_for_every_header_field():
    assert set(languages()) == set(LANGUAGES)
    for code in languages():
        least = {"en": 8}.get(code, 4 if code in MAIN else 2)
        for spec in DEFAULT_SCHEMA.header:
            for group in ("exact", "loose") if spec.name in ("invoice_number", "invoice_date") else ("exact",):
                said = field_wordings(code, spec.name, (group,))
                assert said is not None, (code, spec.name, group)
                assert len({*said.heard, *said.held_out}) >= least, (code, spec.name, group)


def test_wordings_have_no_place_to_fill_in_that_is_never_filled():
    for code in languages():
        book = phrasebook(code)
        assert set(book) <= {"ask", "fields", *PLACEHOLDERS}
        for section, known in PLACEHOLDERS.items():
            for key, phrases in book.get(section, {}).items():
                for phrase in phrases:
                    used = {name for _, name, _, _ in string.Formatter().parse(phrase) if name is not None}
                    assert used <= known, (code, section, key, phrase)
        for spec in DEFAULT_SCHEMA.header:
            said = field_wordings(code, spec.name, ("exact", "loose"))
            assert not any("{" in phrase for phrase in (*said.heard, *said.held_out)), (code, spec.name)
        assert all("{label}" in phrase for phrase in book["ask"]["label"])
        assert all("{the}" in phrase for phrase in book["ask"]["full"])


def test_training_never_hears_the_wordings_that_are_held_out():
    import random

    said = field_wordings("en", "due_date", ("exact",))
    assert said.held_out and not set(said.heard) & set(said.held_out)
    plain = {re.sub(r"\W", "", phrase).lower() for phrase in said.held_out}
    spoken = {part: {re.sub(r"\W", "", said.draw(random.Random(seed), part)).lower() for seed in range(600)}
              for part in ("train", "val")}  # fmt: skip
    assert not spoken["train"] & plain
    assert plain <= spoken["val"]


def test_something_is_always_left_to_train_on():
    lonely = next(phrase for phrase in (f"Question {i}?" for i in range(99)) if Wordings.of([phrase]).held_out)
    assert Wordings.of([lonely]).heard == (lonely,)
    assert wordings("cs", "table", "sum") is None
