"""What is known about a document beside the text that is being parsed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

DateOrder = Literal["dmy", "mdy", "ymd"]


@dataclass(frozen=True, slots=True)
class Hints:
    """All optional; they settle what the digits leave open (03/04/2024, 1.234) and nothing else."""

    language: str | None = None
    """ISO 639-1, such as `de`."""
    country: str | None = None
    """ISO 3166, such as `CH`."""
    currency: str | None = None
    """ISO 4217, such as `EUR`."""
    decimal_mark: Literal[".", ","] | None = None
    """The one that other amounts of the document prove."""
    date_order: DateOrder | None = None
    """The one that other dates of the document prove."""

    @property
    def month_first(self) -> bool:
        """Whether 03/04/2024 is in March: the document proves it, or else it is American."""
        if self.date_order is not None:
            return self.date_order == "mdy"
        if self.country is not None:
            return self.country in ("US", "PH")
        return self.currency == "USD" and self.language in (None, "en")

    @property
    def usual_mark(self) -> str | None:
        """The decimal mark: as proved, else as the language writes it; None when nothing is known."""
        if self.decimal_mark is not None or self.language is None:
            return self.decimal_mark
        return _mark_of(self.language, self.country)


@lru_cache(maxsize=256)
def _mark_of(language: str, country: str | None) -> str | None:
    from babel import Locale, UnknownLocaleError
    from babel.numbers import get_decimal_symbol

    for name in (f"{language}_{country}" if country else language, language):
        try:
            return get_decimal_symbol(Locale.parse(name))
        except (UnknownLocaleError, ValueError):
            continue
    return None


NO_HINTS = Hints()
