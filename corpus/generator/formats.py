"""How amounts, quantities and dates are printed."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache
from typing import NamedTuple

from docengine.corpus.generator.vocabulary import Language


class NumberStyle(NamedTuple):
    """Separators, read from a sample such as `1.234,56`."""

    thousands: str
    decimal: str
    indian: bool = False
    """Groups of two above the thousands: 1,23,456.78."""

    @classmethod
    def of(cls, sample: str) -> NumberStyle:
        marks = re.findall(r"\D", sample)
        return cls("".join(marks[:-1][:1]), marks[-1], sample.startswith("1,23,"))

    def text(self, value: int, decimals: int = 2) -> str:
        """`value` counts units of the last decimal place: 123456 with two decimals is 1,234.56."""
        sign, digits = ("-", -value) if value < 0 else ("", value)
        whole, rest = divmod(digits, 10**decimals)
        text = str(whole)
        if len(text) > 3 and self.thousands:
            text = self._grouped(text)
        if decimals:
            return f"{sign}{text}{self.decimal}{rest:0{decimals}d}"
        return sign + text

    def _grouped(self, text: str) -> str:
        groups = [text[-3:]]
        text, step = text[:-3], 2 if self.indian else 3
        while text:
            groups.append(text[-step:])
            text = text[:-step]
        return self.thousands.join(reversed(groups))


def plain(value: int, decimals: int = 2) -> str:
    """The normalised form: `1234.56`, no grouping."""
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 10**decimals)
    return f"{sign}{whole}.{rest:0{decimals}d}" if decimals else f"{sign}{whole}"


_PARTS = re.compile(r"'[^']*'|yyyy|yy|MMMM|MMM|mm|m|EEEE|EEE|ddth|dth|dd|d|[^ymMdE']+")


@lru_cache(maxsize=512)
def _parts(pattern: str) -> tuple[str, ...]:
    return tuple(_PARTS.findall(pattern))


def date_text(date: datetime.date, pattern: str, language: Language, upper: bool = False) -> str:
    """`pattern` has yyyy yy, MMMM MMM mm m, dd d dth, EEEE EEE; all else, and what is in quotes, stands as it is."""
    out = []
    for part in _parts(pattern):
        out.append(_PART_TEXT[part](date, language) if part in _PART_TEXT else part.strip("'"))
    text = "".join(out)
    return text.upper() if upper else text


def _ordinal(day: int) -> str:
    return f"{day}{'th' if 10 < day < 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


def _weekday(date: datetime.date, language: Language) -> str:
    return language.days[(date.weekday() + 1) % 7]


_PART_TEXT = {
    "yyyy": lambda d, lang: f"{d.year:04d}",
    "yy": lambda d, lang: f"{d.year % 100:02d}",
    "MMMM": lambda d, lang: lang.months[d.month - 1],
    "MMM": lambda d,
    lang: lang.months_abbr[d.month - 1].rstrip(".") if lang.code == "en" else lang.months_abbr[d.month - 1],
    "mm": lambda d, lang: f"{d.month:02d}",
    "m": lambda d, lang: str(d.month),
    "dd": lambda d, lang: f"{d.day:02d}",
    "d": lambda d, lang: str(d.day),
    "dth": lambda d, lang: _ordinal(d.day),
    "EEEE": _weekday,
    "EEE": lambda d, lang: _weekday(d, lang)[: 2 if lang.code in ("de", "nl") else 3],
}  # fmt: skip
