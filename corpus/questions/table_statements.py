"""Statements over tables that are right or wrong, as often the one as the other."""

from __future__ import annotations

from collections.abc import Iterator

from docengine.corpus.questions.phrases import wordings
from docengine.corpus.questions.question import Question
from docengine.corpus.questions.table_asking import LANGUAGE, LONGEST, Asking

TRUE, FALSE = ("yes", "true"), ("no", "false")
"""What may be answered to a statement."""


def statement_questions(asking: Asking) -> Iterator[Question | None]:
    """One of each, over columns drawn by lot."""
    subject, rng = asking.subject, asking.rng
    if not subject.others:
        return
    yield cell(asking, rng.choice(subject.others))
    yield count(asking, rng.choice(subject.others))
    numeric = [i for i in subject.others if subject.columns[i].numbers and not subject.columns[i].may_be_years]
    numeric = [i for i in numeric if not subject.columns[i].is_rank]
    if numeric:
        yield highest(asking, rng.choice(numeric))
        yield more(asking, rng.choice(numeric))


def cell(asking: Asking, i: int) -> Question | None:
    """What stands in a cell, or in another row's."""
    row, column = asking.row(), asking.subject.columns[i]
    if row is None:
        return None
    said = column.cells[row]
    if asking.rng.random() < 0.5:
        said = asking.rng.choice([other for other in column.cells if other.lower() != said.lower()] or [said])
    if len(said) > LONGEST:
        return None
    return _said(asking, "cell", _alike(asking, i, row, said), i, a=asking.subject.name(row), value=said)


def _alike(asking: Asking, i: int, row: int, said: str) -> bool:
    """Whether the row has that there; numbers are alike however they are written."""
    column = asking.subject.columns[i]
    if column.numbers:
        return column.numbers[row].value == column.numbers[column.cells.index(said)].value
    return column.cells[row].lower() == said.lower()


def highest(asking: Asking, i: int) -> Question | None:
    """Which row has the most: that one, or another."""
    row, values = asking.row(), [number.value for number in asking.subject.columns[i].numbers]
    top = max(values)
    if row is None or values.count(top) > 1:
        return None
    if asking.rng.random() < 0.5 and values.index(top) in asking.subject.clear:
        row = values.index(top)
    return _said(asking, "highest", values[row] == top, i, a=asking.subject.name(row))


def more(asking: Asking, i: int) -> Question | None:
    """Which of two rows has more."""
    pair, values = asking.pair(), [number.value for number in asking.subject.columns[i].numbers]
    if pair is None or values[pair[0]] == values[pair[1]]:
        return None
    a, b = (asking.subject.name(row) for row in pair)
    return _said(asking, "more", values[pair[0]] > values[pair[1]], i, a=a, b=b)


def count(asking: Asking, i: int) -> Question | None:
    """How many rows have the same there, where it is no number."""
    column = asking.subject.columns[i]
    rows = asking.rng.choice(list(column.places.values()))
    value = column.cells[rows[0]]
    if column.numbers or len(column.places) < 2 or len(value) > LONGEST:
        return None
    true = asking.rng.random() < 0.5
    number = len(rows) if true else max(0, len(rows) + asking.rng.choice((-1, 1, 2)))
    return _said(asking, "count", number == len(rows), i, value=value, number=str(number))


def _said(asking: Asking, kind: str, so: bool, i: int, **values: str) -> Question | None:
    """The statement, put as a question or not."""
    statement, frame = wordings(LANGUAGE, "statements", kind), wordings(LANGUAGE, "statements", "frame")
    if statement is None or frame is None:
        return None
    subject = asking.subject
    names = {"one": subject.one, "many": subject.many, "column": subject.columns[i].said, **values}
    said = statement.phrase(asking.rng, asking.part).format(**names)
    text = frame.phrase(asking.rng, asking.part).format(statement=said)
    text = text[:1].upper() + text[1:] if asking.rng.random() < 0.6 else text
    return Question(text, TRUE if so else FALSE, (), "table/statement", LANGUAGE)
