"""Questions over tables that are answered by reading cells or counting rows."""

from __future__ import annotations

from collections.abc import Iterator

from docengine.corpus.questions.question import Question
from docengine.corpus.questions.table_asking import LONGEST, Asking
from docengine.corpus.questions.table_subject import Column

SIMPLE = 0.4
"""Share of the tables of which it is asked how many rows they have."""
MANY = 3
"""Least rows that are worth a count."""


def cell_questions(asking: Asking) -> Iterator[Question | None]:
    """Look-ups both ways and counts, for a column drawn by lot."""
    subject, rng = asking.subject, asking.rng
    if not subject.others:
        return
    yield from (look_up(asking, rng.choice(subject.others)) for _ in range(3))
    yield reverse(asking, rng.choice(subject.others))
    yield rows(asking) if rng.random() < SIMPLE else None
    yield count_equal(asking, rng.choice(subject.others))
    yield count_beyond(asking, rng.choice(subject.others))


def look_up(asking: Asking, i: int) -> Question | None:
    """The cell of a named row."""
    row = asking.row()
    if row is None:
        return None
    subject = asking.subject
    return asking.say(
        "lookup", [subject.columns[i].cells[row]], asking.words((row, i)), column=asking.column(i), a=subject.name(row)
    )


def reverse(asking: Asking, i: int) -> Question | None:
    """The row of a cell that is like no other in its column."""
    column = asking.subject.columns[i]
    single = [found[0] for found in column.places.values() if len(found) == 1]
    numbers = {number.value for number in column.numbers}
    if not single or (column.numbers and len(numbers) < len(column.numbers)):
        return None
    row = asking.rng.choice(single)
    value = column.cells[row]
    if len(value) > LONGEST or any(value.lower() in other.lower() for i, other in enumerate(column.cells) if i != row):
        return None
    return asking.named("reverse", row, column=asking.column(i), value=value)


def rows(asking: Asking) -> Question | None:
    """How many there are."""
    count = len(asking.subject.names)
    return asking.say("rows", [str(count)], ()) if count >= MANY else None


def count_equal(asking: Asking, i: int) -> Question | None:
    """How many rows have the same in a column that repeats itself."""
    column = asking.subject.columns[i]
    repeated = [found for found in column.places.values() if len(found) > 1]
    if not repeated or len({cell.lower() for cell in column.cells}) < 2:
        return None
    found = asking.rng.choice([*repeated, *column.places.values()])
    value = column.cells[found[0]]
    if column.numbers:  # 5 and 5.0 are alike
        number = column.numbers[found[0]].value
        found = [row for row, other in enumerate(column.numbers) if other.value == number]
    if len(value) > LONGEST:
        return None
    return asking.say("count_equal", [str(len(found))], (), column=asking.column(i), value=value)


def count_beyond(asking: Asking, i: int) -> Question | None:
    """How many rows lie above or below a value; of dates and years, after or before it."""
    column = asking.subject.columns[i]
    values = _ordered(column)
    if len(values) < MANY:
        return None
    row = asking.rng.randrange(len(values))
    more = asking.rng.random() < 0.5
    count = sum(value > values[row] if more else value < values[row] for value in values)
    in_time = bool(column.dates) or column.is_year
    kind = ("count_after" if more else "count_before") if in_time else ("count_more" if more else "count_less")
    return asking.say(kind, [str(count)], (), column=asking.column(i), value=column.cells[row])


def _ordered(column: Column) -> list[float]:
    """Something to compare rows by; empty where the column has no order."""
    if column.numbers:
        return [float(number.value) for number in column.numbers]
    return [float(date.toordinal()) for date in column.dates]
