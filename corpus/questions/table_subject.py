"""A table as questions see it: what a row is, what its columns are called, and what their cells are worth."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from docengine.corpus.tables import Table
from docengine.engine.preprocess import fold

_NUMBER = re.compile(r"([$€£]?)(-?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?( ?%)?")
_DATES = ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d %b %Y")
_WORDED = re.compile(r"[^\W\d_]{2}")
_NOUN = re.compile(r"[A-Za-z][A-Za-z ]{1,20}[A-RT-Za-rt-z]")
"""A heading that may stand for a row: `Player`, not `Titles` or `#`."""
_IN_TIME = re.compile(
    r"year|founded|founding|built|born|since|established|season|elected|issued|released", re.IGNORECASE
)
_SUMMED = re.compile(r"(sub)?totals?\b|sum\b|average\b|overall\b|all\b", re.IGNORECASE)
_YEARS = range(1000, 2101)


@dataclass(frozen=True, slots=True)
class Number:
    """A cell's number and how it is written."""

    value: Decimal
    sign: str = ""
    """Before it: `$`; or after it: `%`."""
    grouped: bool = False
    places: int = 0

    def like(self, value: Decimal) -> str:
        """`value` written as this number is, with as many decimal places as it needs."""
        places = max(self.places, -int(value.normalize().as_tuple().exponent))
        digits = f"{value:,.{places}f}" if self.grouped or value >= 10_000 else f"{value:.{places}f}"
        if not self.grouped:
            digits = digits.replace(",", "")
        return f"{digits}{self.sign}" if self.sign.strip() == "%" else f"{self.sign}{digits}"


@lru_cache(maxsize=20_000)
def number_in(cell: str) -> Number | None:
    """The number that the cell is; None where it is more, or may be read in two ways."""
    found = _NUMBER.fullmatch(cell)
    if found is None:
        return None
    currency, minus, whole, fraction, percent = found.groups()
    value = Decimal(minus + whole.replace(",", "") + (fraction or ""))
    return Number(value, currency or percent or "", "," in whole, len(fraction or ".") - 1)


@lru_cache(maxsize=20_000)
def date_in(cell: str) -> datetime.date | None:
    """The date that the cell is, where day and month cannot be confused."""
    for form in _DATES:
        try:
            return datetime.datetime.strptime(cell, form).date()
        except ValueError:
            continue
    return None


@dataclass(frozen=True)
class Column:
    """A column's cells, and what a question calls them."""

    said: str
    cells: tuple[str, ...]

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """Of each cell; none at all where any cell is no number, or of another unit than the others."""
        found = [number_in(cell) for cell in self.cells]
        known = [number for number in found if number is not None]
        same = len({number.sign for number in known}) == 1
        return tuple(known) if len(known) == len(found) and same else ()

    @cached_property
    def dates(self) -> tuple[datetime.date, ...]:
        found = [date_in(cell) for cell in self.cells]
        known = [date for date in found if date is not None]
        return tuple(known) if len(known) == len(found) else ()

    @cached_property
    def may_be_years(self) -> bool:
        """Whole numbers without unit that may be years: they have no sum."""
        plain = all(not (number.sign or number.grouped or number.places) for number in self.numbers)
        return bool(self.numbers) and plain and all(int(number.value) in _YEARS for number in self.numbers)

    @cached_property
    def is_year(self) -> bool:
        """Years by their heading too: they are earlier and later, not higher and lower."""
        return self.may_be_years and _IN_TIME.search(self.said) is not None

    @cached_property
    def is_rank(self) -> bool:
        """1, 2, 3 and so on: rows that are numbered."""
        values = [number.value for number in self.numbers]
        return len(values) > 2 and values == [values[0] + step for step in range(len(values))]

    @cached_property
    def is_amount(self) -> bool:
        """Numbers that can be added up."""
        plain = not (self.may_be_years or self.is_rank)
        return bool(self.numbers) and plain and all("%" not in number.sign for number in self.numbers)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Rows by what their cell says, folded."""
        found: dict[str, list[int]] = {}
        for row, cell in enumerate(self.cells):
            found.setdefault(fold(cell), []).append(row)
        return found


@dataclass(frozen=True)
class Subject:
    """A table that is asked about; all its rows are full."""

    table: Table
    columns: tuple[Column, ...]
    one: str = "row"
    many: str = "rows"
    called: str = "{key}"
    key: int = 0
    """The column that names the rows: no two are alike, none is empty."""

    @property
    def names(self) -> tuple[str, ...]:
        return self.columns[self.key].cells

    def name(self, row: int) -> str:
        """How a question names the row."""
        return self.called.format(key=self.names[row])

    @cached_property
    def clear(self) -> tuple[int, ...]:
        """Rows whose name is no part of another one's, and stands nowhere else in the table."""
        folded = [fold(name) for name in self.names]
        others = [fold(cell) for i, column in enumerate(self.columns) if i != self.key for cell in column.cells]
        return tuple(
            row
            for row, name in enumerate(folded)
            if not any(name in other for i, other in enumerate(folded) if i != row) and name not in others
        )

    @cached_property
    def others(self) -> tuple[int, ...]:
        """Columns beside the key, in order, whose cells are all filled and whose heading there is once."""
        said = [fold(column.said) for column in self.columns]
        return tuple(
            i
            for i, column in enumerate(self.columns)
            if i != self.key and all(column.cells) and said.count(said[i]) == 1 and _WORDED.search(column.said)
        )


def subject_of(table: Table, longest: int = 20) -> Subject | None:
    """A table as it was given; None where no column names its rows, a row sums others up, or it is ragged or long."""
    width = len(table.header)
    if not 2 <= width <= 8 or not 2 <= len(table.rows) <= longest or any(len(row) != width for row in table.rows):
        return None
    if any(_SUMMED.match(cell) for row in table.rows for cell in row):
        return None  # a row that is no thing among the others
    columns = tuple(
        Column(" ".join(head.split()), tuple(row[i] for row in table.rows)) for i, head in enumerate(table.header)
    )
    for i, column in enumerate(columns[:3]):
        if _names_rows(column.cells):
            return Subject(table, columns, column.said if _NOUN.fullmatch(column.said) else "row", "rows", key=i)
    return None


def _names_rows(cells: Sequence[str]) -> bool:
    """All different, filled, and words rather than numbers."""
    wordy = sum(any(char.isalpha() for char in cell) for cell in cells)
    return all(cells) and len({fold(cell) for cell in cells}) == len(cells) and wordy >= 0.9 * len(cells)
