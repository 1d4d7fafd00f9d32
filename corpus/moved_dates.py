"""A page's dates some time earlier or later: their words and their true values alike, in the order they had."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import defaultdict

from docengine.corpus.labelled import LabelledPage

DATES = frozenset({"invoice_date", "due_date", "period_start", "period_end"})
NUMERIC = re.compile(r"(\d{4}|\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


class MovedDates:
    """Moves numeric dates by days; by whole years where a labelled date is spelled out (`5 March 2020`); not at all
    where one of those shows no full year, or a numeric one that is none."""

    def __init__(self, page: LabelledPage, rng: random.Random) -> None:
        self.month_first = month_first(page)
        self.days = rng.randint(-2000, 1500)
        texts = _labelled_dates(page)
        spelled = [text for text in texts if not NUMERIC.search(text)]
        self.by_years = bool(spelled)
        whole = all(YEAR.search(text) for text in spelled)
        if not whole or any(self._read(match) is None for text in texts for match in NUMERIC.finditer(text)):
            self.days, self.by_years = 0, False
        self.years = self.days // 365 // 4 * 4 if self.by_years else self.days // 365  # leap days stay

    def text(self, text: str) -> str:
        """Part of a labelled date, or its true value."""
        return NUMERIC.sub(self._moved, text) if NUMERIC.search(text) else YEAR.sub(self.year, text)

    def year(self, match: re.Match[str]) -> str:
        return str(int(match[0]) + self.years)

    def _read(self, match: re.Match[str]) -> dt.date | None:
        a, _, b, c = match.groups()
        year, month, day = (a, b, c) if len(a) == 4 else (c, a, b) if self.month_first else (c, b, a)
        try:
            return dt.date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
        except ValueError:
            return None

    def _moved(self, match: re.Match[str]) -> str:
        date = self._read(match)
        if date is None:
            return match[0]
        a, mark, b, c = match.groups()
        years = date.replace(year=date.year + self.years) if self.by_years else None
        moved = years or date + dt.timedelta(self.days)
        iso = len(a) == 4
        year = f"{moved.year:04d}"[-len(a if iso else c) :]
        if iso:
            return mark.join((year, f"{moved.month:0{len(b)}d}", f"{moved.day:0{len(c)}d}"))
        if self.month_first:
            return mark.join((f"{moved.month:0{len(a)}d}", f"{moved.day:0{len(b)}d}", year))
        return mark.join((f"{moved.day:0{len(a)}d}", f"{moved.month:0{len(b)}d}", year))


def _labelled_dates(page: LabelledPage) -> list[str]:
    """The text of each labelled date."""
    spans: dict[tuple[str, int], list[str]] = defaultdict(list)
    for word, label in zip(page.page.words or [], page.labels, strict=True):
        if label is not None and label.field in DATES:
            spans[label.field, label.instance].append(word.text)
    return [" ".join(texts) for texts in spans.values()]


def month_first(page: LabelledPage) -> bool:
    """Whether the page writes 12/31/20: by its labelled dates' true values, else by a date that can be read one way
    only."""
    shown = [match for text in _labelled_dates(page) for match in NUMERIC.finditer(text) if len(match[1]) < 3]
    true = {value[5:] for name, value in page.fields.items() if name in DATES and value[4:5] == "-"}
    votes = [
        (f"{int(match[1]):02d}-{int(match[3]):02d}" in true) - (f"{int(match[3]):02d}-{int(match[1]):02d}" in true)
        for match in shown
    ]
    if any(votes):
        return sum(votes) > 0
    for match in (*shown, *(found for word in page.page.words or [] if (found := NUMERIC.search(word.text)))):
        if len(match[1]) < 3 and 12 < max(int(match[1]), int(match[3])) < 32 and min(int(match[1]), int(match[3])) < 13:
            return int(match[3]) > 12
    return False
