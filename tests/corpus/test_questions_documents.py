"""Questions on drawn documents have one answer, and it is the true one."""

from __future__ import annotations

import random
import re
from collections import Counter
from functools import cache

import pytest
from drawn import spelled

from docengine import Box, Page, Word
from docengine.corpus.generator import generate
from docengine.corpus.labelled import Label, LabelledPage
from docengine.corpus.questions import AskedPage, Question, ask_document
from docengine.corpus.questions.absent import SURE, absent_questions
from docengine.corpus.questions.fields import field_questions
from docengine.corpus.questions.items import item_questions
from docengine.corpus.questions.labels import label_questions
from docengine.corpus.questions.places import EDGE, place_questions
from docengine.engine.preprocess import fold
from docengine.engine.values import same_value
from docengine.schema import DEFAULT_SCHEMA, FieldType

FREE = {FieldType.NAME, FieldType.ADDRESS, FieldType.TEXT, FieldType.CURRENCY}


@cache
def pages() -> list[LabelledPage]:
    return [page for seed in range(90) for page in generate(seed)]


def asked(make) -> list[tuple[LabelledPage, Question]]:
    return [(page, question) for i, page in enumerate(pages()) for question in make(page, random.Random(i), "val")]


def text_of(page: LabelledPage, words: tuple[int, ...]) -> str:
    return " ".join(page.page.words[place].text for place in words)


def test_a_fields_first_answer_is_printed_and_all_answers_are_its_value():
    found = asked(field_questions) + asked(label_questions)
    assert len(found) > 700
    for page, question in found:
        field = question.kind.split("/")[1]
        spec = DEFAULT_SCHEMA[field]
        assert any(question.answers[0] in text for text in spelled(page, field)), question
        assert {page.labels[place].field for place in question.words} == {field}
        assert question.answers[0].strip(" .,") in text_of(page, question.words)
        if spec.type not in FREE:
            assert all(same_value(page.fields[field], answer, spec.type) for answer in question.answers[1:]), question


def test_a_label_that_is_asked_for_is_printed_once():
    for page, label, value in (
        (labelled("Invoice No. 4711 Order No. 9"), "Invoice No.", "4711"),
        (labelled("Invoice No. 4711 Our Invoice No. 9"), None, None),  # twice
        (labelled("To 4711 Order No. 9"), None, None),  # says nothing
    ):
        said = [question for seed in range(4) for question in label_questions(page, random.Random(seed), "train")]
        assert {question.answers for question in said} == ({(value,)} if value else set())
        assert all(label.lower().strip(".") in question.text.lower() for question in said)
    assert len(asked(label_questions)) > 100


def labelled(text: str) -> LabelledPage:
    """A line of words of which the first number is the invoice's."""
    words = [Word(word, Box(60 * i, 0, 60 * i + 50, 10)) for i, word in enumerate(text.split())]
    labels = [Label("invoice_number") if word.text == "4711" else None for word in words]
    meta = {"kind": "invoice", "language": "en"}
    return LabelledPage(
        Page(words=words, width=900, height=20), labels, frozenset(), {"invoice_number": "4711"}, [], meta
    )


def test_what_is_asked_in_vain_is_labelled_nowhere():
    found = asked(absent_questions)
    assert len(found) > 200
    for page, question in found:
        field = question.kind.split("/")[1]
        assert question.answers == () and question.words == ()
        assert not any(label and label.field == field for label in page.labels)
        assert field in page.known and field not in page.fields and page.meta["kind"] in SURE[field]


def test_an_item_question_names_one_row_and_is_answered_from_it():
    found = asked(item_questions)
    assert len(found) > 250
    for page, question in found:
        rows = {page.labels[place].instance for place in question.words}
        assert len(rows) == 1
        item = page.line_items[rows.pop()]
        field = question.kind.split("/")[1]
        if field in item:
            names = [other.get("description", "") for other in page.line_items]
            assert sum(fold(name) in fold(question.text) for name in names if name) == 1, question
            assert same_value(item[field], question.answers[-1], DEFAULT_SCHEMA[field].type)
        else:
            assert text_of(page, question.words).strip(" ,;:") == question.answers[0]


def test_the_most_and_the_least_are_so():
    for page, question in asked(item_questions):
        name, field = question.kind.split("/")[1], {"dearest": "unit_price"}.get(question.kind[5:], "line_total")
        if name in ("highest", "lowest", "dearest"):
            amounts = sorted(float(item[field]) for item in page.line_items)
            true = float(page.line_items[page.labels[question.words[0]].instance][field])
            assert true == (amounts[0] if name == "lowest" else amounts[-1])
            assert len(amounts) > 1 and amounts.count(true) == 1


def middle(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def anchor_of(page: LabelledPage, question: Question) -> int:
    """The word that the question puts between quotation marks, -1 where it uses none."""
    quoted = re.search(r"[\"„«] ?(.+?) ?[\"“”»]", question.text)
    named = [i for i, word in enumerate(page.page.words) if quoted and word.text.strip(EDGE) == quoted[1]]
    assert len(named) <= 1, question
    return named[0] if named else -1


def test_words_are_where_they_are_said_to_be():
    found = asked(place_questions)
    kinds = Counter(question.kind for _, question in found)
    assert len(found) > 150 and len(kinds) == 8
    checked = 0
    for page, question in found:
        anchor = anchor_of(page, question)
        if anchor < 0:
            continue
        checked += 1
        words = [word.box for word in page.page.words]
        a, b = words[anchor], words[question.words[0]]
        (ax, ay), (bx, by) = middle(a), middle(b)
        side = question.kind.split("/")[1]
        if side in ("right", "left", "row_last", "row_first", "row_number"):
            assert abs(ay - by) < 0.6 * max(a.height, b.height), question
        if side in ("right", "left"):
            between = [
                box for box in words if box not in (a, b) and abs(middle(box)[1] - ay) < 0.3 * a.height
                and min(ax, bx) < middle(box)[0] < max(ax, bx)
            ]  # fmt: skip
            assert (bx > ax) == (side == "right") and not between, question
        if side in ("above", "below"):
            assert (by > ay) == (side == "below") and min(a.x1, b.x1) > max(a.x0, b.x0), question
    assert checked > 0.5 * len(found)


WORDS = {
    "Alpha": (0, 0, 40, 10), "Beta": (50, 0, 90, 10), "Gamma": (0, 14, 40, 24), "Delta": (50, 40, 90, 50),
    "Echo": (300, 40, 340, 50), "Echo.": (300, 80, 340, 90),
}  # fmt: skip


def plain_page() -> LabelledPage:
    words = [Word(text, Box(*box)) for text, box in WORDS.items()]
    meta = {"kind": "invoice", "language": "en"}
    return LabelledPage(Page(words=words, width=400, height=100), [None] * len(words), frozenset(), meta=meta)


def test_places_on_a_page_made_by_hand():
    answers = {}
    for seed in range(300):
        for question in place_questions(plain_page(), random.Random(seed), "train", 6):
            anchor = next(text for text in WORDS if text.lower() in question.text.lower())
            answers.setdefault((question.kind, anchor), set()).add(question.answers[0])
    assert answers["place/right", "Alpha"] == {"Beta"} and answers["place/below", "Alpha"] == {"Gamma"}
    assert answers["place/left", "Beta"] == {"Alpha"} and answers["place/above", "Gamma"] == {"Alpha"}
    assert ("place/below", "Beta") not in answers  # too far
    assert ("place/right", "Delta") not in answers  # the other side of the page
    assert not any(anchor.startswith("Echo") for _, anchor in answers)  # there are two


def test_a_value_that_is_not_certain_is_neither_asked_for_nor_called_absent():
    page = next(page for page in pages() if page.meta["kind"] == "invoice" and "due_date" in page.fields)
    labels = [
        Label("due_date", label.instance, False) if label and label.field == "due_date" else label
        for label in page.labels
    ]
    unsure = LabelledPage(page.page, labels, page.known, page.fields, page.line_items, page.meta)
    for make in (field_questions, label_questions, absent_questions):
        for seed in range(5):
            assert not any("due_date" in q.kind for q in make(unsure, random.Random(seed), "train"))


def test_of_a_campaign_only_the_advertiser_is_asked_for():
    """Its agency is billed, and may be called client."""
    drawn = [page for seed in range(40) for page in generate(seed, kind="advertising_order", language="en")]
    said = [(page.meta["kind"], question) for i, page in enumerate(drawn)
            for question in field_questions(page, random.Random(i), "train")]  # fmt: skip
    buyers = [(kind, question.text) for kind, question in said if "/buyer" in question.kind]
    assert len(buyers) > 10
    assert all(kind == "advertising_order" and "adverti" in text.lower() for kind, text in buyers), buyers


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "nl", "pt", "cs", "tr"])
def test_documents_are_asked_about_in_their_language(language):
    page = generate(4, kind="invoice", language=language)[0]
    result = ask_document(page, random.Random(1))
    assert isinstance(result, AskedPage) and len(result.questions) > 4
    assert {question.language for question in result.questions} == {language}
    assert result == ask_document(page, random.Random(1))
