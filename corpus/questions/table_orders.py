"""Questions over tables that are answered by comparing: the most, the first, the one after, letters in names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from docengine.corpus.questions.phrases import wordings
from docengine.corpus.questions.question import Question
from docengine.corpus.questions.table_asking import LANGUAGE, Asking
from docengine.corpus.questions.table_subject import Column
from docengine.engine.preprocess import fold

Best = Callable[[Iterable[Decimal]], Decimal]
LETTERS = "abcdefghiklmnoprstuvwy"


def order_questions(asking: Asking) -> Iterator[Question | None]:
    """One of each, over columns drawn by lot."""
    subject, rng = asking.subject, asking.rng
    numeric = [i for i in subject.others if subject.columns[i].numbers and not subject.columns[i].is_year]
    numeric = [i for i in numeric if not subject.columns[i].is_rank]
    in_time = [i for i in subject.others if subject.columns[i].dates or subject.columns[i].is_year]
    if numeric:
        for make in (largest, smallest, second, largest_value, smallest_value, higher, is_higher):
            yield make(asking, rng.choice(numeric))
    if in_time:
        yield in_order_of_time(asking, rng.choice(in_time))
    if subject.others:
        yield is_equal(asking, rng.choice(subject.others))
    yield from (neighbour(asking, rng.choice((1, -1))), end(asking, rng.choice((0, -1))))
    yield from (letter(asking), letter_in_all(asking), beginning(asking))


def _values(asking: Asking, i: int) -> list[Decimal]:
    return [number.value for number in asking.subject.columns[i].numbers]


def largest(asking: Asking, i: int) -> Question | None:
    return _at(asking, "largest", i, _values(asking, i), max)


def smallest(asking: Asking, i: int) -> Question | None:
    return _at(asking, "smallest", i, _values(asking, i), min)


def _at(asking: Asking, kind: str, i: int, values: Sequence[Decimal], best: Best) -> Question | None:
    """The one row with the most or the least."""
    top = best(values)
    return asking.named(kind, values.index(top), column=asking.column(i)) if values.count(top) == 1 else None


def second(asking: Asking, i: int) -> Question | None:
    """Where the highest two are each alone."""
    values = _values(asking, i)
    ranked = sorted(values, reverse=True)
    if len(ranked) < 3 or not ranked[0] > ranked[1] > ranked[2]:
        return None
    return asking.named("second", values.index(ranked[1]), column=asking.column(i))


def largest_value(asking: Asking, i: int) -> Question | None:
    return _value_at(asking, "largest_value", i, max(_values(asking, i)))


def smallest_value(asking: Asking, i: int) -> Question | None:
    return _value_at(asking, "smallest_value", i, min(_values(asking, i)))


def _value_at(asking: Asking, kind: str, i: int, value: Decimal) -> Question | None:
    values, column = _values(asking, i), asking.subject.columns[i]
    row = values.index(value)
    words = asking.words((row, i)) if values.count(value) == 1 else ()
    return asking.say(kind, [column.cells[row]], words, column=asking.column(i))


def higher(asking: Asking, i: int) -> Question | None:
    """Which of two has more, or less."""
    pair, values = asking.pair(), _values(asking, i)
    if pair is None or values[pair[0]] == values[pair[1]]:
        return None
    more = asking.rng.random() < 0.6
    ordered = sorted(pair, key=lambda row: values[row])
    a, b = (asking.subject.name(row) for row in pair)
    return asking.named("higher" if more else "lower", ordered[more], column=asking.column(i), a=a, b=b)


def is_higher(asking: Asking, i: int) -> Question | None:
    pair, values = asking.pair(), _values(asking, i)
    if pair is None or values[pair[0]] == values[pair[1]]:
        return None
    return _yes_or_no(asking, "is_higher", pair, i, values[pair[0]] > values[pair[1]])


def is_equal(asking: Asking, i: int) -> Question | None:
    """Whether two rows have the same there; as often so as not."""
    column, clear = asking.subject.columns[i], set(asking.subject.clear)
    alike = [[row for row in rows if row in clear] for rows in column.places.values()]
    alike = [rows for rows in alike if len(rows) > 1]
    if not alike:
        return None
    pair: tuple[int, ...] | None = asking.pair()
    if asking.rng.random() < 0.5:
        pair = tuple(asking.rng.sample(asking.rng.choice(alike), 2))
    if pair is None:
        return None
    a, b = (column.numbers[row].value if column.numbers else fold(column.cells[row]) for row in pair)
    return _yes_or_no(asking, "is_equal", (pair[0], pair[1]), i, a == b)


def _yes_or_no(asking: Asking, kind: str, pair: tuple[int, int], i: int, so: bool) -> Question | None:
    said = wordings(LANGUAGE, "table", "yes" if so else "no")
    words = asking.words((pair[0], i), (pair[1], i))
    a, b = (asking.subject.name(row) for row in pair)
    return asking.say(kind, said.heard if said else (), words, column=asking.column(i), a=a, b=b)


def in_order_of_time(asking: Asking, i: int) -> Question | None:
    """The row of the earliest or the latest date."""
    column = asking.subject.columns[i]
    values = [Decimal(date.toordinal()) for date in column.dates] or _values(asking, i)
    late = asking.rng.random() < 0.5
    return _at(asking, "latest" if late else "earliest", i, values, max if late else min)


def neighbour(asking: Asking, step: int) -> Question | None:
    """The row after or before a named one."""
    row = asking.row()
    if row is None or not 0 <= row + step < len(asking.subject.names):
        return None
    return asking.named("next" if step > 0 else "previous", row + step, a=asking.subject.name(row))


def end(asking: Asking, row: int) -> Question | None:
    """The first row, or the last one (-1)."""
    return asking.named("first" if row == 0 else "last", row % len(asking.subject.names))


def letter(asking: Asking) -> Question | None:
    """Which of a few has, or does not have, a letter in its name: one of them alone."""
    names, rng = asking.subject.names, asking.rng
    rows = rng.sample(range(len(names)), min(len(names), rng.randint(3, 5)))
    spelled = [fold(names[row]) for row in rows]
    without = rng.random() < 0.65
    fit = [char for char in LETTERS if sum((char in name) != without for name in spelled) == 1]
    if not fit or any("," in names[row] for row in rows):
        return None
    char = rng.choice(fit)
    row = next(row for row, name in zip(rows, spelled, strict=True) if (char in name) != without)
    options = ", ".join(names[one] for one in rows[:-1]) + f" or {names[rows[-1]]}"
    kind = "without_letter" if without else "with_letter"
    return asking.named(kind, row, letter=char, column="name", options=options)


def letter_in_all(asking: Asking) -> Question | None:
    """The one row of all that has no such letter in a column of words."""
    subject, rng = asking.subject, asking.rng
    i = rng.choice([subject.key, *(i for i in subject.others if _wordy(subject.columns[i]))])
    spelled = [fold(cell) for cell in subject.columns[i].cells]
    fit = [char for char in LETTERS if sum(char not in cell for cell in spelled) == 1]
    if not fit or len(spelled) < 3:
        return None
    char = rng.choice(fit)
    row = next(row for row, cell in enumerate(spelled) if char not in cell)
    return asking.named("without_letter_all", row, letter=char, column=_name_of(asking, i))


def beginning(asking: Asking) -> Question | None:
    """The one row that begins with a letter there."""
    subject, rng = asking.subject, asking.rng
    i = rng.choice([subject.key, *(i for i in subject.others if _wordy(subject.columns[i]))])
    first = [fold(cell)[:1] for cell in subject.columns[i].cells]
    single = [row for row, char in enumerate(first) if char.isalpha() and first.count(char) == 1]
    if not single or len(first) < 3:
        return None
    row = rng.choice(single)
    char = fold(subject.columns[i].cells[row])[0].upper()
    return asking.named("begins", row, letter=char, column=_name_of(asking, i))


def _wordy(column: Column) -> bool:
    """Without any digit."""
    return not any(char.isdigit() for cell in column.cells for char in cell)


def _name_of(asking: Asking, i: int) -> str:
    return "name" if i == asking.subject.key else asking.column(i)
