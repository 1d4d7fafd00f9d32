"""What trades sell: goods and services with their units, usual quantities and prices.

The names are in the languages' `[goods]` as `trade_*`, six each, in the order of the table below.
"""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Callable
from typing import NamedTuple

from docengine.corpus.generator.formats import NumberStyle, date_text
from docengine.corpus.generator.identifiers import filled
from docengine.corpus.generator.vocabulary import Country, Language, lexicon

_TABLE = """
it: h 60 150 t, day 500 1200 t, month 9 130 1, pc 8 45 1, h 50 120 t, pc 400 1900 n
building: m2 30 95 m, m3 45 220 m, h 38 72 t, m 12 65 m, t 18 70 m, flat 180 3200 1
electrician: pc 9 65 n, m 0.9 6 m, h 42 85 t, pc 90 650 1, pc 35 220 n, flat 25 90 1
car: pc 60 240 1, set 40 190 1, h 55 140 t, l 8 26 m, pc 55 190 n, pc 45 160 1
doctor: pc 12 130 1, pc 25 90 1, pc 3 45 n, pc 250 900 1, pc 8 30 n, pc 60 140 1
lawyer: h 140 400 t, flat 90 2600 1, flat 20 40 1, km 0.3 0.7 c, page 0.15 0.5 c, flat 40 900 1
translation: word 0.07 0.28 c, page 9 40 n, h 45 110 t, flat 25 90 1, flat 35 80 1, flat 20 150 1
cleaning: h 17 42 t, m2 0.8 4.5 m, month 150 1800 1, l 3 18 n, box 5 30 n, flat 90 800 1
catering: person 12 70 c, person 3 14 c, bottle 12 45 n, h 22 48 t, pc 0.3 1.5 c, flat 30 250 1
printing: pc 0.03 0.9 c, pc 9 90 n, pc 25 110 1, h 50 100 t, pc 0.8 9 c, set 18 90 n
hotel: night 55 260 n, person 8 26 n, night 1 5 n, day 8 28 n, pc 3 14 n, day 150 950 1
transport: km 0.9 2.6 c, pc 30 130 n, t 14 70 m, flat 90 1400 1, h 40 85 t, flat 9 160 1
food: kg 5 18 m, kg 0.6 2.4 m, kg 1.4 5 m, box 14 40 n, l 1.5 6 n, box 4 12 n
wine: bottle 5 22 c, bottle 6 34 c, bottle 7 40 c, bottle 6 38 c, set 35 190 n, pc 4 18 n
flowers: pc 0.9 4 c, pc 15 90 n, pc 12 60 n, pc 60 240 1, pc 45 220 1, pc 0.4 1.6 c
textile: pc 5 28 c, pc 2 9 c, m 5 32 m, pc 25 95 n, set 18 120 n, pc 3 18 c
books: pc 18 85 n, pc 15 70 n, pc 30 140 n, pc 9 35 n, year 30 260 1, pc 6 22 c
software: month 5 95 n, year 90 4900 1, h 80 190 t, month 1 25 n, flat 90 2900 1, month 20 400 1
energy: kwh 0.09 0.42 e, month 5 28 1, kwh 0.04 0.16 e, m3 1.1 3.4 m, m3 1.4 4 m, kwh 0.03 0.12 e
telecoms: month 19 95 1, month 2 12 n, pc 0.04 0.3 c, day 1 9 n, month 2 12 1, flat 15 90 1
consulting: day 650 1900 t, h 90 280 t, flat 900 9500 1, km 0.3 0.7 c, flat 400 3500 1, night 70 210 n
event: day 150 1300 n, pc 1.5 12 c, h 20 60 t, day 400 3500 1, person 4 28 c, day 90 900 1
furniture: pc 150 900 n, pc 80 600 n, pc 250 1900 1, pc 390 2900 1, flat 35 220 1, pc 30 260 n
medical: box 4 26 c, pc 0.1 0.9 c, box 4 40 c, pc 25 190 n, l 4 22 n, pc 140 900 1
farming: t 190 620 m, kg 0.4 1.4 m, ha 70 170 m, h 50 130 t, l 7 40 m, pc 90 240 n
photography: h 80 240 t, pc 12 95 n, flat 450 2600 1, pc 1 14 c, km 0.3 0.7 c, flat 90 1200 1
rent: month 350 2900 1, month 60 340 1, month 25 140 1, month 40 180 1, pc 12 75 1, month 15 110 1
insurance: year 45 900 1, year 190 1400 1, year 60 420 1, year 90 380 1, flat 3 25 1, year 150 2400 1
membership: year 18 420 1, flat 10 150 1, pc 45 390 1, year 12 80 1, h 8 45 t, year 4 40 1
garden: m 2 14 m, m2 6 22 m, m3 25 90 m, pc 60 650 n, t 30 120 m, pc 4 45 c
"""
_FACTORS = {"SEK": 11, "DKK": 7, "NOK": 11, "CZK": 25, "PLN": 4, "RON": 5, "TRY": 15, "INR": 40, "MXN": 18, "BRL": 5,
    "MYR": 4, "ARS": 100, "ZAR": 15}  # fmt: skip
"""What a price of a euro is about in other currencies; those without cents have `writer.COINS`."""
_BRANCHES = """
03 0.4 9 cm, 09 0.7 60 m, 14 0.5 40 cm, 15 0.6 14 ccnm, 16 120 9000 11n, 18 4 120 ncn, 19 2 60 cnm, 22 0.1 35 c,
24 1.5 70 nm, 30 1 900 n1, 31 1.5 250 nnc, 32 6 900 n1, 33 1.5 300 nnc, 34 12 9000 1n, 35 9 600 n, 37 4 400 n1,
38 25 4000 1n, 39 3 500 nnc, 41 0.3 2 c, 42 12 3000 1n, 43 40 9000 1n, 44 0.4 150 cnm, 48 30 2500 11n
"""
"""Branch of the common procurement vocabulary, price band in euros, usual quantities."""


class Good(NamedTuple):
    """What a line may sell."""

    text: str
    unit: str
    low: float
    high: float
    """The price band in euros."""
    amounts: str
    """Usual quantities: `1` mostly one, `n` few, `c` many, `t` quarters of hours, `m` measured, `e` meter readings."""


def _parse() -> dict[str, list[tuple[str, float, float, str]]]:
    table = {}
    for row in _TABLE.strip().splitlines():
        name, _, goods = row.partition(": ")
        parts = [good.split() for good in goods.split(", ")]
        table[name] = [(unit, float(low), float(high), amounts) for unit, low, high, amounts in parts]
    return table


def _parse_branches() -> dict[str, tuple[float, float, str]]:
    rows = [row.split() for row in _BRANCHES.replace("\n", " ").split(",")]
    return {code: (float(low), float(high), amounts) for code, low, high, amounts in rows}


BRANCHES = _parse_branches()
TRADES = _parse()
"""Trade -> (sort of unit, price band in euros, usual quantities) of each of its goods."""


def draw_stock(rng: random.Random, language: Language) -> list[Good]:
    """What one seller of some trade has; of a language without trades, services."""
    goods = language.goods
    names = [name for name in TRADES if f"trade_{name}" in goods]
    if not names:
        low, high = rng.choice(((5.0, 80.0), (20.0, 400.0), (200.0, 4000.0)))
        units = rng.sample(goods["units"], min(3, len(goods["units"])))
        return [
            Good(text, rng.choice(units), low, high, rng.choice("1nt")) for text in rng.sample(goods["services"], 6)
        ]
    name = rng.choice(names)
    words: dict[str, str] = {}
    stock = []
    for text, (unit, low, high, amounts) in zip(goods[f"trade_{name}"], TRADES[name], strict=True):
        word = words.setdefault(unit, rng.choice(goods[f"unit_{unit}"]))
        stock.append(Good(text, word, low, high, amounts))
    return stock


def draw_goods(rng: random.Random, language: Language) -> list[Good]:
    """Goods of one branch of the common procurement vocabulary."""
    rows = lexicon()["goods"]
    start = rng.randrange(max(1, len(rows) - 60))
    units = [rng.choice(language.goods["units"]) for _ in range(rng.choice((1, 1, 2, 3)))]
    dear, column, stock = rng.random(), language.index + 1, []
    for row in rng.sample(rows[start : start + 60], 24):
        low, high, amounts = BRANCHES[row[0]]
        spread = (high / low) ** 0.4
        low *= spread ** (1.5 * dear)
        stock.append(Good(str(row[column]), rng.choice(units), low, low * spread, rng.choice(amounts)))
    return stock


def draw_services(rng: random.Random, language: Language, used: bool) -> list[Good]:
    """Services; of a bill, what was `used`."""
    texts = language.goods["utility" if used else "services"]
    low, high = rng.choice(_BANDS)
    unit = rng.choice(language.goods["units"])
    return [Good(text, unit, low, high, rng.choice("11ntt")) for text in texts]


_BANDS = ((5, 60), (15, 120), (15, 120), (30, 400), (90, 900), (200, 3500))
"""Prices of services in euros."""


def price_factor(currency: str) -> float:
    return _FACTORS.get(currency, 1)


def draw_quantity(rng: random.Random, amounts: str) -> int:
    """In 1/1000."""
    if amounts == "1":
        return 1000 if rng.random() < 0.85 else 1000 * rng.choice((2, 3, 4, 6, 12))
    if amounts == "n":
        return 1000 * rng.choice((1, 1, 2, 2, 3, 4, 5, 6, 8, 10, 12, rng.randrange(1, 30)))
    if amounts == "c":
        return 1000 * rng.choice((10, 12, 20, 24, 25, 30, 48, 50, 100, 200, 250, 500, 1000, rng.randrange(5, 2500)))
    if amounts == "t":
        return rng.choice((250, 500, 750, 1000, 1500, 2000, 2500, 3000, 4000, 8000, rng.randrange(1, 160) * 250))
    if amounts == "e":
        return 1000 * rng.randrange(40, 9000)
    return rng.choice((1, 10, 10, 100, 100, 500)) * rng.randrange(10, 900)


def fitting(rng: random.Random, quantity: int, price: int, most: float) -> int:
    """The quantity (1/1000), or a smaller one where so much at `price` (1/10000) is more than `most`."""
    if quantity <= 1000 or quantity * price <= most * 10_000_000:
        return quantity
    whole = quantity % 1000 == 0
    unit = 1000 if whole else 250 if quantity % 250 == 0 else 1
    fit = int(most * 10_000_000 / price) // unit
    return unit * rng.randrange(fit // 2 + 1, fit + 1) if fit > 1 else 1000


class Dressing:
    """Turns plain names of goods into the descriptions of one document."""

    def __init__(self, rng: random.Random, language: Language, country: Country, date: datetime.date) -> None:
        self.rng, self.language, self.country, self.date = rng, language, country, date
        self.wordy = rng.choice((0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.3, 0.8))
        self.numbers = NumberStyle.of(rng.choice(country.numbers))
        self.pattern = rng.choice(country.dates)

    def dressed(self, text: str) -> str:
        """With a type, a size, a pack, or a sentence of details."""
        rng, goods, style = self.rng, self.language.goods, self.rng.random()
        if rng.random() < self.wordy:
            return self._detailed(text)
        if style < 0.1:
            return f"{text}, {rng.choice(goods['adjectives'])}"
        if style < 0.16:
            return f"{text} {rng.choice('ABCDEKLMTXZ')}{rng.randrange(10, 990)}"
        if style < 0.21:
            return f"{text} {rng.randrange(2, 120)}x{rng.randrange(2, 120)} {rng.choice(('mm', 'cm'))}"
        if style < 0.25:
            return f"{text} {rng.randrange(1, 50)}{rng.choice(('kg', 'ml', 'l', 'W', 'GB', 'V', '%', 'm'))}"
        if style < 0.28:
            return f"{text} / {rng.choice(goods['services'])}"
        return text.upper() if style > 0.99 else text

    def _detailed(self, text: str) -> str:
        """Several clauses, with dates, numbers and amounts that are none of the line's own."""
        rng = self.rng
        parts = [text]
        for _ in range(rng.choice((1, 1, 2, 3, 5))):
            if rng.random() < 0.3:
                parts.append(rng.choice(self.language.goods["services"]))
            else:
                parts.append(self.told(rng.choice(self.language.text["details"])))
        return rng.choice((", ", ", ", " - ", "; ", ". ")).join(parts)

    def told(self, form: str) -> str:
        """A sentence of `details`, `row_texts` or `second_lines` with what stands in its braces."""
        if "{" not in form:
            return form
        day = self.date - datetime.timedelta(days=self.rng.randrange(90))
        return _BRACES.sub(lambda found: str(_FILLERS[found[1]](self, day)), form)

    def _city(self) -> str:
        known = self.country.extra.get("cities_in")
        if known:
            return str(self.rng.choice(known))
        places = lexicon()["places"].get(self.country.code)
        return str(self.rng.choice(places)[1]) if places else self.country.name

    def _later(self, day: datetime.date) -> str:
        return date_text(day + datetime.timedelta(days=self.rng.randrange(1, 60)), self.pattern, self.language)

    def _code(self) -> str:
        return filled(self.rng, self.rng.choice(("####", "#####", "@@-####", "######", "##/###", "@#####")))

    def _money(self, low: int, high: int) -> str:
        return self.numbers.text(self.rng.randrange(low, high))


_BRACES = re.compile(r"\{(\w+)\}")
_FILLERS: dict[str, Callable[[Dressing, datetime.date], str | int]] = {
    "n": lambda one, day: one._code(),
    "m": lambda one, day: filled(one.rng, "#####"),
    "k": lambda one, day: one.rng.randrange(2, 48),
    "j": lambda one, day: one.rng.randrange(2, 400),
    "p": lambda one, day: one.rng.choice((2, 3, 5, 10, 15, 25)),
    "x": lambda one, day: one._money(500, 250_000),
    "y": lambda one, day: one._money(20, 95),
    "km": lambda one, day: one.rng.randrange(8, 640),
    "date": lambda one, day: date_text(day, one.pattern, one.language),
    "date2": lambda one, day: one._later(day),
    "city": lambda one, day: one._city(),
    "name": lambda one, day: one.rng.choice(one.language.last_names),
    "year": lambda one, day: day.year,
    "month": lambda one, day: one.language.months[day.month - 1],
}
