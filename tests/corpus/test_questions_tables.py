"""Answers over tables, worked out again from the question's text and the table alone."""

from __future__ import annotations

import datetime
import random
import re
from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest

from docengine.corpus.questions import ask_table
from docengine.corpus.questions.phrases import phrasebook
from docengine.corpus.questions.question import AskedPage
from docengine.corpus.questions.table_draw import domains, draw_subject
from docengine.corpus.questions.table_pages import draw_look
from docengine.corpus.questions.table_subject import Subject, number_in, subject_of
from docengine.corpus.tables import Table

PATTERNS = phrasebook("en")["table"]


@cache
def asked() -> list[tuple[Subject, AskedPage]]:
    found = []
    for seed in range(160):
        rng = random.Random(seed)
        part = "val" if seed % 2 else "train"
        subject = draw_subject(rng, part)
        page = ask_table(subject, rng, part)
        if page is not None:
            found.append((subject, page))
    return found


def parsed(text: str, phrases: list[str], subject: Subject) -> dict[str, str]:
    """What the text names, found with the wordings as patterns. Longest fixed text first."""
    for phrase in sorted(phrases, key=lambda phrase: -len(re.sub(r"{\w+}", "", phrase))):
        said = phrase.rstrip("?. ").replace("{one}", subject.one).replace("{many}", subject.many)
        columns = "|".join(re.escape(column.said) for column in subject.columns)
        pattern = re.escape(said).replace(r"\{column\}", f"(?P<column>name|{columns})")
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", pattern).replace(r"\ a\ (?P", r"\ an?\ (?P")
        match = re.fullmatch(pattern, text.rstrip("?. "), re.IGNORECASE)
        if match:
            return match.groupdict()
    return {}


class Plain:
    """The table as a person reads it: floats and dates."""

    def __init__(self, subject: Subject) -> None:
        self.said = [column.said.lower() for column in subject.columns]
        self.rows = subject.table.rows
        self.key = subject.key
        self.called = subject.called

    def column(self, said: str) -> int:
        return self.key if said == "name" else self.said.index(said.lower())

    def row(self, name: str) -> int:
        names = [self.called.format(key=row[self.key]).lower() for row in self.rows]
        return names.index(name.lower())

    def knows(self, name: str) -> bool:
        return any(self.called.format(key=row[self.key]).lower() == name.lower() for row in self.rows)

    def cells(self, said: str) -> list[str]:
        return [row[self.column(said)] for row in self.rows]

    def values(self, said: str) -> list[float]:
        return [value(cell) for cell in self.cells(said)]

    def names(self, rows: list[int]) -> list[str]:
        return [self.rows[row][self.key] for row in rows]


def value(cell: str) -> float:
    for form in ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d %b %Y"):
        try:
            return float(datetime.datetime.strptime(cell, form).toordinal())
        except ValueError:
            pass
    return float(re.sub(r"[$€£,% ]", "", cell))


def where(values: list[float], test: Callable[[float], bool]) -> list[int]:
    return [i for i, one in enumerate(values) if test(one)]


def work_out(kind: str, said: dict[str, str], plain: Plain) -> list[str] | float | int:
    """Texts of which the answer must be the only one, or a number."""
    values = (lambda: plain.values(said["column"])) if "column" in said else (lambda: [])
    a, b = (plain.row(said[name]) if name in said else -1 for name in "ab")
    match kind:
        case "lookup":
            return [plain.cells(said["column"])[a]]
        case "reverse":
            found = [i for i, cell in enumerate(plain.cells(said["column"])) if cell.lower() == said["value"].lower()]
            return plain.names(found)
        case "rows":
            return len(plain.rows)
        case "count_equal":
            return sum(cell.lower() == said["value"].lower() for cell in plain.cells(said["column"]))
        case "count_more" | "count_after":
            return len(where(values(), lambda one: one > value(said["value"])))
        case "count_less" | "count_before":
            return len(where(values(), lambda one: one < value(said["value"])))
        case "sum":
            return sum(values())
        case "sum_two":
            return values()[a] + values()[b]
        case "difference":
            return abs(values()[a] - values()[b])
        case "range":
            return max(values()) - min(values())
        case "average":
            return sum(values()) / len(values())
        case "largest" | "latest":
            return plain.names(where(values(), lambda one: one == max(values())))
        case "smallest" | "earliest":
            return plain.names(where(values(), lambda one: one == min(values())))
        case "second":
            return plain.names(where(values(), lambda one: one == sorted(values())[-2]))
        case "largest_value":
            return max(values())
        case "smallest_value":
            return min(values())
        case "higher":
            return plain.names([a if values()[a] > values()[b] else b])
        case "lower":
            return plain.names([a if values()[a] < values()[b] else b])
        case "is_higher":
            return ["yes" if values()[a] > values()[b] else "no"]
        case "is_equal":
            cells = plain.cells(said["column"])
            return ["yes" if cells[a].lower() == cells[b].lower() else "no"]
        case "next":
            return plain.names([a + 1])
        case "previous":
            return plain.names([a - 1])
        case "first":
            return plain.names([0])
        case "last":
            return plain.names([len(plain.rows) - 1])
        case "without_letter" | "with_letter":
            options = re.split(r", | or ", said["options"])
            return [one for one in options if (said["letter"].lower() in bare(one)) == (kind == "with_letter")]
        case "without_letter_all":
            cells = plain.cells(said["column"])
            return plain.names([i for i, cell in enumerate(cells) if said["letter"].lower() not in bare(cell)])
        case "begins":
            cells = plain.cells(said["column"])
            return plain.names([i for i, cell in enumerate(cells) if bare(cell).startswith(said["letter"].lower())])
    raise AssertionError(kind)


def bare(text: str) -> str:
    import unicodedata

    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char)).lower()


def test_answers_worked_out_again_are_the_same():
    kinds = Counter()
    for subject, page in asked():
        plain = Plain(subject)
        for question in page.questions:
            kind = question.kind.split("/")[1]
            kinds[kind] += 1
            if kind == "statement":
                continue
            said = parsed(question.text, PATTERNS[kind], subject)
            assert said or "{" not in PATTERNS[kind][0].replace("{one}", "").replace("{many}", ""), question
            true = work_out(kind, said, plain)
            if isinstance(true, list):
                assert len(true) == 1 and true[0].lower() == question.answers[0].lower(), (question, true)
            else:
                assert value(question.answers[0]) == pytest.approx(true, abs=1e-6), (question, true)
                assert value(question.answers[-1]) == pytest.approx(true, abs=1e-6)
    assert set(kinds) == {*PATTERNS, "statement"} - {"yes", "no"} and min(kinds.values()) > 2, kinds


def holds(text: str, subject: Subject) -> bool:
    """Whether a statement is so, each kind tried in turn."""
    plain, patterns = Plain(subject), phrasebook("en")["statements"]
    bare_text = parsed(text, patterns["frame"], subject)["statement"]
    for kind in ("count", "highest", "more", "cell"):
        said = parsed(bare_text, patterns[kind], subject)
        if not said or any(name in said and not plain.knows(said[name]) for name in "ab"):
            continue
        cells = plain.cells(said["column"])
        match kind:
            case "count":
                return sum(cell.lower() == said["value"].lower() for cell in cells) == int(said["number"])
            case "highest":
                return value(cells[plain.row(said["a"])]) == max(map(value, cells))
            case "more":
                return value(cells[plain.row(said["a"])]) > value(cells[plain.row(said["b"])])
            case "cell":
                return cells[plain.row(said["a"])].lower() == said["value"].lower()
    raise AssertionError(text)


def test_statements_are_judged_again_the_same():
    said = Counter()
    for subject, page in asked():
        for question in page.questions:
            if question.kind == "table/statement":
                so = question.answers[0] == "yes"
                said[so] += 1
                assert holds(question.text, subject) == so, (question, subject.table.rows)
    assert min(said.values()) > 0.3 * sum(said.values()) > 30


def test_the_words_that_an_answer_rests_on_spell_it():
    for _, page in asked():
        for question in page.questions:
            kind = question.kind.split("/")[1]
            text = " ".join(page.page.page.words[place].text for place in question.words)
            if kind in ("lookup", "reverse", "largest", "first", "next", "without_letter", "higher", "begins"):
                assert text == question.answers[0]
            if kind in ("rows", "sum", "average", "count_equal"):
                assert text == ""


def test_both_answers_to_yes_or_no_are_met():
    said = Counter(question.answers[0] for _, page in asked() for question in page.questions if "/is_" in question.kind)
    assert 0.25 < said["yes"] / sum(said.values()) < 0.75


def test_validation_asks_about_other_subjects_in_other_looks():
    assert not {domain["one"] for domain in domains("train")} & {domain["one"] for domain in domains("val")}
    looks = {
        part: {(look.grid, look.numbers, look.header_align) for look in
               (draw_look(random.Random(seed), part) for seed in range(900))}
        for part in ("train", "val")
    }  # fmt: skip
    assert looks["train"] < looks["val"] and len(looks["val"] - looks["train"]) > 4


@pytest.mark.parametrize(
    ("cell", "number"),
    [("1,234.50", 1234.5), ("$7", 7), ("12%", 12), ("-3", -3), ("5.128", 5.128), ("1,23", None), ("12 km", None),
     ("3-1", None), ("", None), ("1.234.567", None)],
)  # fmt: skip
def test_only_plain_numbers_are_numbers(cell, number):
    found = number_in(cell)
    assert (found and float(found.value)) == number


def test_a_given_table_is_asked_about_only_where_its_rows_have_names():
    header = ("Team", "Points", "Founded", "City")
    rows = (("Reds", "12", "1901", "Hull"), ("Blues", "9", "1950", "Leeds"), ("Greens", "9", "1933", "York"))
    subject = subject_of(Table("t", header, rows))
    assert subject is not None and subject.one == "Team" and subject.names == ("Reds", "Blues", "Greens")
    assert [column.is_amount for column in subject.columns] == [False, True, False, False]
    assert subject_of(Table("t", header, (*rows, ("Total", "30", "", "")))) is None
    assert subject_of(Table("t", header, (*rows, ("Reds", "1", "1900", "Bath")))) is None or (
        subject_of(Table("t", header, (*rows, ("Reds", "1", "1900", "Bath")))).key != 0
    )
    assert subject_of(Table("t", header, (*rows, ("Whites", "1")))) is None


def test_numbered_rows_are_not_added_up():
    header, rows = ("Name", "Rank"), (("Ann", "1"), ("Bob", "2"), ("Cleo", "3"))
    subject = subject_of(Table("t", header, rows))
    assert subject is not None and not subject.columns[1].is_amount
    for seed in range(20):
        page = ask_table(subject, random.Random(seed))
        assert page and not any("sum" in question.kind for question in page.questions)
