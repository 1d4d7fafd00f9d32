"""The measures of answers, on cases worked out by hand and from the publications."""

from __future__ import annotations

import pytest

from docengine.corpus.questions import Question
from docengine.corpus.questions.metrics import denotation, exact, question_anls, score_answers, vqa_accuracy
from docengine.corpus.questions.vqa_words import vqa_normal
from docengine.errors import UsageError


def asked(*answers: str, items: tuple[str, ...] = (), kind: str = "k") -> Question:
    return Question("?", answers, (), kind, items=items)


@pytest.mark.parametrize(
    ("answers", "found", "score"),
    [
        (("ITC",), "itc", 1.0),
        (("January 4", "4 January"), "4 januarx", 8 / 9),
        (("abcd",), "abxy", 0.5),
        (("abcd",), "axyz", 0.0),
        ((), "", 1.0),
        ((), "something", 0.0),
    ],
)
def test_anls_takes_the_likest_answer(answers, found, score):
    assert question_anls(asked(*answers), found) == pytest.approx(score)


def test_exact_looks_past_case_and_spaces_only():
    assert exact(asked("yes", "true"), " True ") == 1.0
    assert exact(asked("yes", "true"), "no") == 0.0
    assert exact(asked(), "") == 1.0 and exact(asked(), "no") == 0.0


@pytest.mark.parametrize(
    ("votes", "found", "score"),
    [
        (["stop"] * 10, "STOP!", 1.0),
        (["stop"] * 3 + ["halt"] * 7, "stop", (3 * 2 / 3 + 7 * 1.0) / 10),
        (["stop"] * 1 + ["halt"] * 9, "stop", (0.0 + 9 / 3) / 10),
        (["two"] * 10, "2", 1.0),
        (["stop"] * 10, "go", 0.0),
        (["stop"], "the stop", 1.0),
    ],
)
def test_vqa_accuracy_leaves_each_person_out(votes, found, score):
    assert vqa_accuracy(asked(*votes), found) == pytest.approx(score)


@pytest.mark.parametrize(
    ("said", "normal"),
    [
        ("The Dog's", "dog 's"), ("1,000", "1000"), ("dont", "don't"), ("a b-c", "b c"), ("None", "0"),
        ("v1.2.", "v1.2"), ("yes, it is", "yes it is"), ("couldnt've", "couldn't've"), ("  Ten  men\n", "10 men"),
        ("x, -y", "x y"),
    ],
)  # fmt: skip
def test_answers_are_normalised_as_the_vqa_evaluation_does(said, normal):
    assert vqa_normal(said) == normal


@pytest.mark.parametrize(
    ("items", "found", "right"),
    [
        (("2004",), "2004.0", True),
        (("7,169",), "7169", True),
        (("7,169",), "7168", False),
        (("Quarterfinals",), '"quarterfinals"', True),
        (("Réunion (France)",), "Reunion", True),
        (("Reunion[1]",), "reunion", True),
        (("2010-10-05",), "2010-10-05", True),
        (("Ann", "Bob"), "Bob, Ann", True),
        (("Ann", "Bob"), "Bob|Ann", True),
        (("Ann", "Bob"), "Ann", False),
        (("Ann",), "Ann, Bob", False),
        (("10, Downing Street",), "10, Downing Street", True),
        (("4",), "four", False),
    ],
)
def test_denotations_are_compared_as_text_number_or_date(items, found, right):
    assert denotation(asked(", ".join(items), items=items), found) == float(right)


def test_a_report_tells_kinds_inventions_and_refusals():
    pairs = [(asked("12", kind="a"), "12"), (asked("12", kind="a"), ""), (asked(kind="b"), "7"), (asked(kind="b"), "")]
    report = score_answers(pairs, "exact").to_dict()
    assert report == {
        "score": 0.5, "questions": 4, "invented_rate": 0.5, "refused": 1,
        "kinds": {"a": {"score": 0.5, "questions": 2}, "b": {"score": 0.5, "questions": 2}},
    }  # fmt: skip
    assert score_answers([]).to_dict()["score"] is None
    with pytest.raises(UsageError, match="known: anls, exact, vqa, denotation"):
        score_answers([], "bleu")
