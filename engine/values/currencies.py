"""Currencies by sign, code or name, as ISO 4217 codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from docengine.engine.preprocess import fold
from docengine.engine.values.hints import NO_HINTS, Hints

SIGNS = {
    "US$": "USD", "S$": "SGD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "HK$": "HKD",
    "NT$": "TWD", "MX$": "MXN", "AR$": "ARS", "R$": "BRL", "$US": "USD", "$CA": "CAD", "$ CA": "CAD",
    "$AU": "AUD", "$": "USD", "€": "EUR",
    "£": "GBP", "¥": "JPY", "₹": "INR", "₺": "TRY", "₩": "KRW", "₫": "VND", "₱": "PHP", "₪": "ILS", "₴": "UAH",
    "₽": "RUB", "฿": "THB", "₦": "NGN", "₡": "CRC", "RM": "MYR", "Rp": "IDR", "Rp.": "IDR", "Rs": "INR", "Rs.": "INR",
    "zł": "PLN", "zl": "PLN", "Kč": "CZK", "Kc": "CZK", "Ft": "HUF", "lei": "RON", "Lei": "RON", "LEI": "RON",
    "frs": "CHF", "лв": "BGN", "kr": "SEK",
    "kr.": "SEK", "SFr.": "CHF", "sFr": "CHF", "Fr.": "CHF", "TL": "TRY", "Eur": "EUR", "Euro": "EUR", "Euros": "EUR",
}  # fmt: skip
"""As printed. `$` and `kr` are shared by several countries: `currency_of` asks the hints."""

COMMON = frozenset(
    {
        "EUR",
        "USD",
        "GBP",
        "CHF",
        "MYR",
        "SGD",
        "AUD",
        "CAD",
        "NZD",
        "HKD",
        "JPY",
        "CNY",
        "INR",
        "IDR",
        "THB",
        "PHP",
        "VND",
        "KRW",
        "TWD",
        "AED",
        "SAR",
        "ZAR",
        "BRL",
        "MXN",
        "PLN",
        "CZK",
        "HUF",
        "RON",
        "BGN",
        "SEK",
        "DKK",
        "NOK",
        "ISK",
        "TRY",
        "UAH",
        "ILS",
    }
)
"""Codes that are seldom anything else; the other ones (ALL, TOP, PEN) count only alone or beside an amount."""

WORDS = frozenset({"TRY", "RON", "SAR"}) | {sign for sign in SIGNS if sign[0].isalpha() and sign[-1] != "$"}
"""Those that may be a word or an abbreviation of something else: they count beside a number or in brackets."""

KRONE = {"sv": "SEK", "da": "DKK", "no": "NOK", "nb": "NOK", "nn": "NOK", "is": "ISK"}
KRONE_OF = {"SE": "SEK", "DK": "DKK", "NO": "NOK", "IS": "ISK"}
DOLLAR_OF = {"AU": "AUD", "CA": "CAD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "US": "USD", "MX": "MXN", "TW": "TWD",
             "AR": "ARS", "CO": "COP", "CL": "CLP"}  # fmt: skip

_LONGEST_FIRST = sorted(SIGNS, key=len, reverse=True)
_WORDY = [re.escape(sign) for sign in _LONGEST_FIRST if sign[0].isalpha() and sign[-1] != "$"]
_BARE = [re.escape(sign) for sign in _LONGEST_FIRST if sign[-1] == "$" or not sign[0].isalpha()]
_LETTERED = rf"(?:{'|'.join(_WORDY)}|{'|'.join(sorted(COMMON))})"
TOKEN = re.compile(rf"{'|'.join(_BARE)}|(?<![^\W\d_]){_LETTERED}(?![^\W\d_])")
SYMBOL = re.compile(r"[€£¥₹₺₩₫₱₪₴₽฿₦₡]|(?:US|AU|CA|NZ|HK|NT|MX|[SACR])?\$(?:(?:US|CA|AU)\b)?")
_EDGE = rf"(?:{'|'.join(_BARE)}|{_LETTERED}|[A-Z]{{3}})\.?"
LEADING = re.compile(rf"^[(\s]*{_EDGE}\s?(?=[-+(.,]?\s?[\dOIl])|^S(?=\d+[.,]\d\d$)|^R\s?(?=\d)")
TRAILING = re.compile(rf"(?<=[\d.,\-O])\s?{_EDGE}$", re.IGNORECASE)


def currency_of(text: str, hints: Hints = NO_HINTS) -> str | None:
    """The ISO code of the first currency sign, code or name in `text`; None where there is none."""
    match = TOKEN.search(text)
    if match:
        return resolve(match[0], hints)
    bare = text.strip(" ():.,;-[]")
    if bare == "R" and hints.country in (None, "ZA"):
        return "ZAR"
    if bare.upper() in _codes() and (bare.isupper() or bare.upper() in COMMON) and len(bare) == 3:
        return bare.upper()
    beside = re.search(r"(?<![^\W\d_])([A-Z]{3})\s?[\d.,'-]*\d|\d\s?([A-Z]{3})(?![^\W\d_])", text)
    if beside and (beside[1] or beside[2]) in _codes():
        return beside[1] or beside[2]
    return _named(fold(bare), hints.language) if 3 <= len(bare) <= 40 and not bare.isdigit() else None


def resolve(sign: str, hints: Hints = NO_HINTS) -> str | None:
    """The ISO code of a sign or code as `TOKEN` finds it."""
    code = SIGNS.get(sign, sign if sign in COMMON else None)
    if sign in ("kr", "kr."):
        return KRONE_OF.get(hints.country or "") or KRONE.get(hints.language or "") or code
    if sign == "$":
        return DOLLAR_OF.get(hints.country or "") or code
    return code


def sign_in(word: str) -> str | None:
    """The currency sign or code that a word is or, for signs that are no letters, holds."""
    bare = word.strip("():,;[]-/")
    if bare in SIGNS or bare in COMMON:
        return bare
    match = SYMBOL.search(word) if not word.isalnum() else None
    return match[0] if match else None


def signs_of(words: Sequence[str]) -> Iterator[str]:
    """Every currency sign and code among the words of a page, in order."""
    for i, word in enumerate(words):
        sign = sign_in(word)
        if sign and (sign not in WORDS or word.startswith("(") or _near_number(words, i)):
            yield sign


def _near_number(words: Sequence[str], place: int) -> bool:
    return any(char.isdigit() for word in words[max(place - 1, 0) : place + 2] for char in word)


def strip_currency(text: str) -> str:
    """`text` without a currency before or after the number."""
    return TRAILING.sub("", LEADING.sub("", text)).strip()


@cache
def _codes() -> frozenset[str]:
    from babel.numbers import list_currencies

    return frozenset(list_currencies())


def _named(name: str, language: str | None) -> str | None:
    for one in dict.fromkeys((language or "en", "en")):
        if name in _names(one):
            return _names(one)[name]
    return None


@cache
def _names(language: str) -> dict[str, str]:
    from babel import Locale, UnknownLocaleError

    try:
        currencies = Locale.parse(language).currencies
    except (UnknownLocaleError, ValueError):
        return {}
    return {fold(name): code for code, name in currencies.items()}
