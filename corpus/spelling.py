"""Whether a piece of text spells a given value. Used to find labelled values on a page, where the truth is known: every
reading of the text counts, so nothing here guesses a language or a number format.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache, lru_cache

from docengine.engine.preprocess import fold
from docengine.schema import FieldType

EXACT = frozenset({FieldType.NUMBER, FieldType.TAX_ID, FieldType.IBAN})
FREE = frozenset({FieldType.NAME, FieldType.ADDRESS, FieldType.TEXT})
NUMERIC = frozenset({FieldType.AMOUNT, FieldType.QUANTITY, FieldType.PERCENT})

CURRENCIES = {
    "EUR": {"eur", "euro", "€"},
    "USD": {"usd", "$", "us$"},
    "GBP": {"gbp", "£"},
    "MYR": {"myr", "rm"},
    "CHF": {"chf", "fr.", "sfr."},
    "IDR": {"idr", "rp", "rp."},
}
MONTH_LOCALES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "cs", "tr", "id")


@lru_cache(maxsize=100_000)
def squeeze(text: str) -> str:
    """Letters and digits only, folded."""
    return "".join(char for char in fold(text) if char.isalnum())


def spells(text: str, value: str, kind: FieldType) -> bool:
    """Whether `text` (words joined by spaces) is a way to print `value`; for the kinds that are not free text."""
    if kind in NUMERIC:
        return bool(readings(text) & readings(value))
    if kind is FieldType.DATE:
        return _same_date(text, value)
    if kind is FieldType.CURRENCY:
        return fold(text).strip("():.,") in CURRENCIES.get(value.upper(), {value.lower()})
    return squeeze(text) == squeeze(value)


@lru_cache(maxsize=100_000)
def readings(text: str) -> frozenset[Decimal]:
    """What number the text may stand for, without sign: `1,234` is 1234 and 1.234. Empty where it is none."""
    letters = sum(char.isalpha() for char in text)
    digits = re.sub(r"[^\d.,]", "", re.sub(r"(?<=\d)['’ ](?=\d{3})", "", text)).strip(".,")
    if letters > 3 or not digits or re.search(r"\d\s+\d", re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", text)):
        return frozenset()
    plain = re.sub(r"[.,]", "", digits)
    stops = [i for i, char in enumerate(digits) if char in ".,"]
    if len(plain) > 18 or (len(plain) > 1 and not plain.strip("0") and not stops):  # `00` is a part of `0, 00`
        return frozenset()
    if not stops:
        return frozenset({Decimal(plain)})
    after = len(digits) - 1 - stops[-1]
    found = {Decimal(plain).scaleb(-after)}
    if after == 3 and (len({digits[i] for i in stops}) == 1):
        found.add(Decimal(plain))
    return frozenset(found)


@cache
def _months() -> dict[str, int]:
    from babel.dates import get_month_names

    names: dict[str, int] = {}
    for locale in MONTH_LOCALES:
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=locale).items():
                if len(squeeze(name)) >= 3:
                    names.setdefault(squeeze(name), number)
    return names


@lru_cache(maxsize=100_000)
def _date_parts(text: str) -> tuple[tuple[int, ...], int | None] | None:
    """The numbers of a date and its month, where it is named; None where the text is no date."""
    words = re.findall(r"[^\W\d_]+|\d+", text)
    numbers = [int(word) for word in words if word.isdecimal()]
    named = [_months().get(squeeze(word)) for word in words if not word.isdecimal()]
    months = [month for month in named if month]
    if len(named) - len(months) > 1 or len(months) > 1:
        return None
    if len(numbers) == 1 and not months:
        run = next(word for word in words if word.isdecimal())
        if len(run) == 8:
            return (int(run[:4]), int(run[4:6]), int(run[6:])), None
    if len(numbers) + len(months) != 3 or re.search(r"\d[:]\d", text):
        return None
    return tuple(numbers), months[0] if months else None


def _same_date(text: str, value: str) -> bool:
    shown, true = _date_parts(text), _date_parts(value)
    if shown is None or true is None:
        return False
    return bool(_dates(*shown, iso=False) & _dates(*true, iso=bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value))))


def _dates(numbers: tuple[int, ...], month: int | None, iso: bool) -> set[tuple[int, int, int]]:
    """(year of the century, month, day) of each order the numbers may be in."""
    if month is not None:
        a, b = numbers
        orders = [(a, month, b), (b, month, a)]
    else:
        a, b, c = numbers
        orders = [(a, b, c)] if iso or a > 31 else [(c, b, a), (c, a, b)]
    return {(y % 100, m, d) for y, m, d in orders if 1 <= m <= 12 and 1 <= d <= 31}
