"""Dates as business documents print them, into ISO dates."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from docengine.engine.preprocess import fold
from docengine.engine.values.hints import NO_HINTS, Hints
from docengine.engine.values.months import is_filler, month_of
from docengine.engine.values.slips import digits_mended

FIRST_YEAR, LAST_YEAR = 1980, 2079
LONGEST = 60

TIME = re.compile(
    r"(?<![\d/.-])(?:T|@|um|at|às|à|klo|kl\.?|ore|o)?\s*\d{1,2}\s?[:h]\s?\d{2}(?:\s?:\s?\d{2}(?:[.,]\d+)?)?"
    r"\s*(?:[ap]\.?\s?m\b\.?|uhr|hrs?|Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
GLUED_TIME = re.compile(r"(?<=\d)T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$")
ORDINAL = re.compile(r"(?<=\d)\s?(?:st|nd|rd|th|er|ère|ème|º|ª|°|\.o)(?![^\W\d_])", re.IGNORECASE)
ZERO_IN_NAME = re.compile(r"(?<=[^\W\d_])0(?=[^\W\d_])|(?<!\w)0(?=[ck]t)", re.IGNORECASE)
TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]+|_+")
RANGE = re.compile(
    r"\s*(?:–|—|~|→|\bto\b|\bbis\b|\bau\b|\bal\b|\bthru\b|\bthrough\b|\btill\b"
    r"|\bt/m\b|\btot\b|\bs/d\b|\baté\b|\ba\b|-)\s*",
    re.IGNORECASE,
)


def parse_date(text: str, hints: Hints = NO_HINTS) -> str | None:
    """ISO date, or None where `text` is anything else than one date, with or without weekday and time of day."""
    if len(text) > LONGEST or not any(char.isdigit() for char in text):
        return None
    text = ORDINAL.sub(" ", ZERO_IN_NAME.sub("o", digits_mended(text.strip(" ()[]:;,.*#|"))))
    text = TIME.sub(" ", GLUED_TIME.sub("", text)) if ":" in text or "h" in text.lower() else text
    parts = _parts(text, hints.language)
    if parts is None:
        return None
    numbers, month, at = parts
    return _named(numbers, month, at) if month else _numeric(numbers, text, hints)


def date_range(text: str, hints: Hints = NO_HINTS) -> tuple[str, str] | None:
    """Both dates of `02/18/20-02/24/20`, `1 May 2024 to 31 May 2024` or `01.04. - 30.04.2024`, else None."""
    for match in RANGE.finditer(text):
        start, end = parse_date(text[: match.start()], hints), parse_date(text[match.end() :], hints)
        start = start or (_completed(text[: match.start()], end, hints) if end else None)
        if start and end:
            return start, end
    return None


def _completed(text: str, end: str, hints: Hints) -> str | None:
    """The start of a range that is printed without its year or month: `01.04.`, `Mar 1`, `1.`; they are the end's."""
    year, month, _ = end.split("-")
    text = text.strip(" .,/(")
    if re.fullmatch(r"\d{1,2}", text):
        start = _iso(year, month, text)
        return start if start and start <= end else None
    pair = re.fullmatch(r"\d{1,2}([./-])\d{1,2}", text)
    for one in (year, str(int(year) - 1)):
        if pair:
            start = parse_date(f"{text}{pair[1]}{one}", hints)
        else:
            start = parse_date(f"{text} {one}", hints) if re.search(r"[^\W\d]{3}", text) else None
        if start and start <= end:
            return start
    return None


def _parts(text: str, language: str | None) -> tuple[list[str], int | None, int] | None:
    """The digit runs, the month where it is named, and how many runs stand before it; None where a word is neither."""
    numbers: list[str] = []
    month, at = None, 0
    for token in TOKEN.findall(text):
        if token.isdecimal():
            numbers.append(token)
        elif token[0].isalpha():
            named = month_of(fold(token), language)
            if named and month is None:
                month, at = named, len(numbers)
            elif not is_filler(fold(token), language):
                return None
        elif set(token) - set("/.-,'()[]:;&*–’"):
            return None
    return (numbers, month, at) if 1 <= len(numbers) <= 3 else None


def _named(numbers: list[str], month: int, at: int) -> str | None:
    """12 March 2024, March 12 2024, 2024 March 12; the digits of Mar122024 may have run together."""
    if len(numbers) == 1 and at == 0 and 5 <= len(numbers[0]) <= 6:
        numbers = [numbers[0][:-4], numbers[0][-4:]]
    if len(numbers) != 2:
        return None
    first, second = numbers
    day, year = (second, first) if len(first) == 4 else (first, second)
    return _iso(year, str(month), day)


def _numeric(numbers: list[str], text: str, hints: Hints) -> str | None:
    if len(numbers) < 3:
        return _run_together("".join(numbers), hints) if sum(map(len, numbers)) == 8 else None
    a, b, c = numbers
    if len(c) == 2 and _loses_a_part(text):
        return None
    if len(a) == 4:
        return _iso(a, b, c)
    if len(c) == 2 and len(a) == 2 and (int(a) > 31 or (hints.date_order == "ymd" or _year_first(hints, text))):
        return _iso(a, b, c)
    dotted = re.search(r"\d\s?\.\s?\d", text) is not None
    if hints.month_first and not dotted:
        return _iso(c, a, b) or _iso(c, b, a)
    return _iso(c, b, a) or _iso(c, a, b)


def _loses_a_part(text: str) -> bool:
    """Whether it is the end of a date and the hour after it, as `/ 06 / 25 12` and `12 - 23 12` are."""
    between = re.findall(r"(?<=\d)(?:\s*[./-]\s*|\s+)(?=\d)", text)
    return text.startswith("/") or len({bool(mark.strip()) for mark in between}) > 1


def _year_first(hints: Hints, text: str) -> bool:
    """Swedish and Hungarian shops write 24-12-31."""
    return hints.language in ("sv", "hu") and "-" in text and hints.date_order is None


def _run_together(digits: str, hints: Hints) -> str | None:
    """20241231, 31122024."""
    day_first, month_first = (
        _iso(digits[4:], digits[2:4], digits[:2]),
        _iso(digits[4:], digits[:2], digits[2:4]),
    )
    usual = month_first or day_first if hints.month_first else day_first or month_first
    return _iso(digits[:4], digits[4:6], digits[6:]) or usual


@lru_cache(maxsize=4096)
def _iso(year: str, month: str, day: str) -> str | None:
    """None where the three are no day between FIRST_YEAR and LAST_YEAR. Years of two digits are of 1980 to 2079."""
    if len(year) not in (2, 4) or len(month) > 2 or len(day) > 2:
        return None
    number = int(year)
    if len(year) == 2:
        number += 1900 if number >= FIRST_YEAR % 100 else 2000
    if not FIRST_YEAR <= number <= LAST_YEAR:
        return None
    try:
        return date(number, int(month), int(day)).isoformat()
    except ValueError:
        return None
