"""Questions over tables that are answered by arithmetic: sums, differences, averages."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from docengine.corpus.questions.question import Question
from docengine.corpus.questions.table_asking import Asking
from docengine.corpus.questions.table_subject import Column, Number

FINEST = Decimal("0.01")
"""An average that is not a whole number of these is not asked for."""


def sum_questions(asking: Asking) -> Iterator[Question | None]:
    """One of each, over columns drawn by lot from those that can be added up."""
    columns = [i for i in asking.subject.others if asking.subject.columns[i].is_amount]
    if not columns:
        return
    for make in (total, total_of_two, difference, spread, average):
        yield make(asking, asking.rng.choice(columns))


def answers(number: Number, value: Decimal) -> list[str]:
    """The result written as the cells are, then plainly."""
    plain = f"{value.normalize():f}"
    return [number.like(value), plain]


def total(asking: Asking, i: int) -> Question | None:
    column = asking.subject.columns[i]
    value = sum((number.value for number in column.numbers), Decimal(0))
    return asking.say("sum", answers(column.numbers[0], value), (), column=asking.column(i))


def total_of_two(asking: Asking, i: int) -> Question | None:
    pair, column = asking.pair(), asking.subject.columns[i]
    if pair is None:
        return None
    return _of_two(asking, "sum_two", pair, i, _value(column, pair[0]) + _value(column, pair[1]))


def difference(asking: Asking, i: int) -> Question | None:
    """Without sign."""
    pair, column = asking.pair(), asking.subject.columns[i]
    if pair is None:
        return None
    return _of_two(asking, "difference", pair, i, abs(_value(column, pair[0]) - _value(column, pair[1])))


def _of_two(asking: Asking, kind: str, pair: tuple[int, int], i: int, value: Decimal) -> Question | None:
    subject = asking.subject
    number = subject.columns[i].numbers[0]
    words = asking.words((pair[0], i), (pair[1], i))
    names = {"a": subject.name(pair[0]), "b": subject.name(pair[1])}
    return asking.say(kind, answers(number, value), words, column=asking.column(i), **names)


def spread(asking: Asking, i: int) -> Question | None:
    """Between the highest and the lowest, where there is one of each."""
    column = asking.subject.columns[i]
    values = [number.value for number in column.numbers]
    high, low = max(values), min(values)
    if values.count(high) > 1 or values.count(low) > 1:
        return None
    words = asking.words((values.index(high), i), (values.index(low), i))
    return asking.say("range", answers(column.numbers[0], high - low), words, column=asking.column(i))


def average(asking: Asking, i: int) -> Question | None:
    """Where it comes out even."""
    column = asking.subject.columns[i]
    value = sum((number.value for number in column.numbers), Decimal(0)) / len(column.numbers)
    if value % FINEST:
        return None
    return asking.say("average", answers(column.numbers[0], value), (), column=asking.column(i))


def _value(column: Column, row: int) -> Decimal:
    return column.numbers[row].value
