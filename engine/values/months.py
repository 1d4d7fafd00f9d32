"""Month names and the words that may stand beside them, from the Unicode CLDR by way of babel; loaded when met."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache, lru_cache

from docengine.engine.preprocess import fold

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "cs", "tr", "id", "nb", "fi", "ro", "hu")
EXTRA = {"maerz": 3, "marz": 3, "sept": 9, "agst": 8, "okto": 10, "mrz": 3, "agu": 8, "jly": 7}
ROMAN = {"ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12}
FILLERS = frozenset(
    {
        "of",
        "the",
        "de",
        "del",
        "di",
        "du",
        "la",
        "le",
        "den",
        "der",
        "am",
        "vom",
        "on",
        "dia",
        "dne",
        "van",
        "el",
        "il",
        "les",
        "do",
        "r",
        "roku",
        "rok",
        "klo",
        "kl",
    }
)


@lru_cache(maxsize=4096)
def month_of(word: str, language: str | None = None) -> int | None:
    """1..12 for a folded month name, abbreviation or its beginning, with the slips of OCR; None for any other word.

    The names of `language` go first, then English ones, then those of the other languages.
    """
    if len(word) < 3:
        return ROMAN.get(word)
    order = _order(language)
    for known in (*(_months(one) for one in order[:2]), EXTRA, ROMAN, *(_months(one) for one in order[2:])):
        if word in known:
            return known[word]
    if is_filler(word, language):
        return None
    for one in order:
        begun = {number for name, number in _months(one).items() if name.startswith(word)}
        if len(begun) == 1:
            return begun.pop()
    if len(word) >= 5:
        for one in order[:2]:
            close = get_close_matches(word, _months(one), n=1, cutoff=0.8)
            if close:
                return _months(one)[close[0]]
    return None


@lru_cache(maxsize=4096)
def is_filler(word: str, language: str | None = None) -> bool:
    """Whether a folded word says nothing in a date: a weekday, `of`, `le`, `den`."""
    return word in FILLERS or any(word in _weekdays(one) for one in _order(language))


def _order(language: str | None) -> tuple[str, ...]:
    first = {"no": "nb"}.get(language or "en", language or "en")
    return (first, "en", *(one for one in LANGUAGES if one not in (first, "en"))) if first != "en" else LANGUAGES


@cache
def _months(language: str) -> dict[str, int]:
    return _names(language, "months")


@cache
def _weekdays(language: str) -> dict[str, int]:
    return _names(language, "days")


def _names(language: str, kind: str) -> dict[str, int]:
    from babel import Locale, UnknownLocaleError

    try:
        contexts = getattr(Locale.parse(language), kind)
    except (UnknownLocaleError, ValueError):
        return {}
    names: dict[str, int] = {}
    for width in ("wide", "abbreviated"):
        for context in ("format", "stand-alone"):
            for number, name in contexts[context][width].items():
                for plain in re.findall(r"[^\W\d_]{2,}", fold(name)):  # terça-feira
                    names.setdefault(plain, number)
    return names
