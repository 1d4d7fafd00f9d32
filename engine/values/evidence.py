"""What a document's words say about its number and date formats and its currency: counters, whatever its length."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from docengine.engine.values import currencies
from docengine.engine.values.hints import NO_HINTS, Hints

DECIMAL = re.compile(r"(?<![\d.,/:-])(?:\d{1,3}(?:[.,']\d{3})+|\d+)([.,])\d\d(?![\d/:-]|[.,]\d)")
RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?) ?%")
SLASHED = re.compile(r"(?<![\d./-])(\d{1,2})([/-])(\d{1,2})\2(?:\d{4}|\d{2})(?!\d)")
DOLLARS = (
    (re.compile(r"\b(?:ABN|A\.B\.N)\b|\bPty\b", re.IGNORECASE), "AU"),
    (re.compile(r"\b(?:HST|PST|QST)\b"), "CA"),
    (re.compile(r"\bPte\b|\bUEN\b"), "SG"),
    (re.compile(r"\bNZBN\b|New Zealand", re.IGNORECASE), "NZ"),
)
"""Words that say whose dollar `$` is."""
ZIP = re.compile(
    r",\s?(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]"
    r"|W[AIVY])\.?\s\d{5}(?![\d])"
)
"""`Chattanooga, TN 37408`: an address in the United States."""


@dataclass(slots=True)
class Evidence:
    """Counters; `+=` joins pages."""

    marks: Counter[str] = field(default_factory=Counter)
    """Decimal marks of amounts with two decimals."""
    orders: Counter[str] = field(default_factory=Counter)
    """Date orders that a part above 12 proves."""
    signs: Counter[str] = field(default_factory=Counter)
    """Currency signs and codes as printed."""
    rates: Counter[str] = field(default_factory=Counter)
    """Percentages, as plain decimals."""
    countries: Counter[str] = field(default_factory=Counter)
    """Countries that a word gives away, of those that share the dollar."""

    @classmethod
    def of(cls, text: str) -> Evidence:
        """`text`: all words of a page, joined by spaces."""
        found = cls(Counter(DECIMAL.findall(text)))
        found.rates.update(rate.replace(",", ".") for rate in RATE.findall(text))
        for first, _, second in SLASHED.findall(text):
            if 12 < int(first) <= 31 and 0 < int(second) <= 12:
                found.orders["dmy"] += 1
            elif 12 < int(second) <= 31 and 0 < int(first) <= 12:
                found.orders["mdy"] += 1
        found.signs.update(currencies.signs_of(text.split()))
        found.countries["US"] = len(ZIP.findall(text))
        if found.signs["$"]:
            found.countries.update(country for word, country in DOLLARS if word.search(text))
        return found

    def __iadd__(self, other: Evidence) -> Evidence:
        self.marks += other.marks
        self.orders += other.orders
        self.signs += other.signs
        self.rates += other.rates
        self.countries += other.countries
        return self

    def hints(self, given: Hints = NO_HINTS) -> Hints:
        """`given`, completed by what the counters prove or, for the currency, make likely."""
        country = given.country or _most(self.countries)
        hints = replace(given, country=country)
        sign = _most(self.signs)
        return replace(
            hints,
            currency=given.currency or (currencies.resolve(sign, hints) if sign else None),
            decimal_mark=given.decimal_mark or _most(self.marks),
            date_order=given.date_order or _most(self.orders),
        )


def _most(counter: Counter[str]) -> Any:
    """Any, because the keys of some are `Hints`' literals."""
    best = counter.most_common(1)
    return best[0][0] if best and best[0][1] else None
