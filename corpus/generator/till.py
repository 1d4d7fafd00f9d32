"""What a till sells: records of shops, restaurants, filling stations, car parks, hotels, taxis and many more."""

from __future__ import annotations

import datetime
import math
import random
import re
from dataclasses import dataclass, field
from functools import lru_cache

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.outlets import draw_shop
from docengine.corpus.generator.parties import party
from docengine.corpus.generator.record import Line, Record, draw_date, draw_price, line_total, settle
from docengine.corpus.generator.trades import price_factor
from docengine.corpus.generator.vocabulary import Country, Language, lexicon


@dataclass(frozen=True, slots=True)
class Trade:
    """What one sort of till sells and for how much."""

    share: float
    low: float
    high: float
    most: int
    """Lines on one receipt."""
    goods: str
    """Key of the language's goods."""
    branches: tuple[str, ...] = ()
    """Branches of the lexicon's goods, which are sold too."""
    names: str = ""
    """Key of the shops' names where it is not the goods'."""


TRADES = {
    "shop": Trade(27, 0.3, 40, 30, "shop", ("15", "39"), "market"), "hardware": Trade(9, 0.5, 200, 16, "shop", ("44",)),
    "trade": Trade(7, 1, 200, 16, "shop", ("03", "22", "24", "30", "31", "33", "34", "37", "39", "42"), "electronics"),
    "pharmacy": Trade(4, 2, 60, 8, "pharmacy", ("33",)), "fashion": Trade(4, 5, 250, 7, "online", ("18", "19")),
    "electronics": Trade(4, 4, 900, 6, "online", ("30", "31", "32")), "bakery": Trade(4, 0.4, 12, 8, "bakery"),
    "kiosk": Trade(3, 0.5, 25, 5, "shop", (), "kiosk"), "restaurant": Trade(18, 1, 45, 16, "restaurant"),
    "bar": Trade(4, 2, 20, 12, "bar"), "fuel": Trade(6, 0.9, 2.3, 2, "fuel"), "parking": Trade(4, 0.5, 30, 1,
    "parking"),
    "hotel": Trade(4, 8, 300, 6, "hotel"), "taxi": Trade(3, 4, 90, 3, "taxi"), "car_wash": Trade(1.5, 4, 40, 2,
    "car_wash"),
    "toll": Trade(1.5, 1, 30, 1, "toll"), "ticket": Trade(3, 2, 60, 4, "ticket", (), "cinema"),
    "post": Trade(1.5, 0.8, 40, 4, "post"), "laundry": Trade(1.5, 3, 40, 6, "laundry"),
    "online": Trade(2, 4, 200, 6, "online", ("18", "39"), "fashion"),
}  # fmt: skip
"""Sorts of till; `trade` sells any trade's goods."""
NUMBERS = (
    "######", "#######", "########", "##########", "####", "CS########", "CS#######", "CS-@@-#######", "@##-######",
    "###-######",
    "{yy}{mm}{dd}#####", "@@@##{y}{mm}{dd}####", "#####/###/T####", "OR{yy}{mm}{dd}########", "####@###",
    "R#########", "V###-######",
    "CS####/#####", "{yy}{mm}##-##-#####", "##-######", "#-#####", "@#-#######", "INV########", "@@########",
    "#-##-###-####",
    "{mm}{dd}-####", "####-####-####", "T#-######", "CB#-#####", "FS {y}/####", "@@@-@-#######", "############",
    "00#######",
    "#:########", "@@@ #####", "{y}/####", "No######", "A#######B",
)  # fmt: skip
"""Makes of tills' numbers; `docengine.corpus.generator.identifiers.document_number` fills them in."""


USUAL_NUMBERS = {"IT": ("####-####",), "PT": ("FS @@@/#####", "FS {yy}@/######"), "FR": ("######", "####-#####"),
                 "DE": ("####", "######"), "US": ("#####", "####"), "SE": ("#####",)}  # fmt: skip
"""What a country's tills count with, mostly."""


OWN_ROWS = ("fuel", "hotel", "parking", "toll", "taxi")
"""Trades that cut no single row's price."""


@dataclass(slots=True)
class Sale:
    """A receipt's record and how it was paid."""

    record: Record
    trade: str
    service: int = 0
    """Service charge in cents, part of the total."""
    before_rounding: int = 0
    tendered: int = 0
    tip: int = 0
    """Paid on top of the total, by card."""
    cash: bool = True
    moment: datetime.time = field(default_factory=lambda: datetime.time(12, 0))
    covers: int = 1
    start: datetime.datetime = field(default_factory=lambda: datetime.datetime(2020, 1, 1))
    """When a car came in, or a guest arrived."""
    cuts: dict[int, int] = field(default_factory=dict)
    """Discount in cents that is printed below a row; together they are the record's."""

    @property
    def change(self) -> int:
        return self.tendered - self.record.total


def draw_sale(rng: random.Random, language: Language, country: Country) -> Sale:
    name = rng.choices(tuple(TRADES), [trade.share for trade in TRADES.values()])[0]
    trade = TRADES[name]
    seller = draw_shop(rng, language, country, trade.names or name)
    tax_name = rng.choice(country.tax_names)
    stated = re.search(r"(\d+)%", tax_name)
    rates = [float(stated[1])] if stated else rng.choice(country.tax_rates)  # `GST 6%` is no name for another rate
    date = draw_date(rng)
    nights = rng.choice((1, 1, 2, 2, 3, 4, 7))
    record = Record(
        kind="receipt", language=language, country=country, currency=country.currency, seller=seller,
        buyer=party(rng, language, country, company=rng.random() < 0.7) if rng.random() < 0.2 else seller,
        ship_to=None,
        number=_number(rng, country, date),
        date=date, due=date,
        order_number=identifiers.document_number(rng, date), contract_number="",
        customer_number=identifiers.filled(rng, rng.choice(("#####", "@####", "######"))), period=(date, date),
        lines=_lines(rng, language, name, rates, country), tax_name=tax_name,
        included=rng.random() < (0.93 if country.tax_included or country.iban else 0.0),
    )  # fmt: skip
    moment = datetime.time(rng.randrange(6, 24), rng.randrange(60), rng.randrange(60))
    sale = Sale(record, name, moment=moment, covers=rng.choice((0, 1, 1, 2, 2, 2, 3, 4, 5, 8)))
    end = datetime.datetime.combine(date, moment)
    sale.start = end - datetime.timedelta(minutes=rng.randrange(4, 900))
    if name == "hotel":
        sale.start = end - datetime.timedelta(days=nights)
        first = record.lines[0]
        first.quantity, first.total = 1000 * nights, line_total(1000 * nights, first.price)
    _charge(rng, sale)
    return sale


def _number(rng: random.Random, country: Country, date: datetime.date) -> str:
    usual = USUAL_NUMBERS.get(country.code) if rng.random() < 0.4 else None
    pattern = rng.choice(usual) if usual else None if rng.random() < 0.25 else rng.choice(NUMBERS)
    return identifiers.document_number(rng, date, pattern)


@lru_cache(maxsize=1)
def _branches() -> dict[str, list[list[str]]]:
    """The lexicon's goods by the branch that their code names."""
    found: dict[str, list[list[str]]] = {}
    for row in lexicon()["goods"]:
        found.setdefault(row[0], []).append(row)
    return found


def _names(rng: random.Random, language: Language, trade: Trade, count: int) -> list[str]:
    own = language.goods[trade.goods]
    if trade.branches and (rng.random() < 0.6 or trade.goods == "online"):
        rows = _branches()[rng.choice(trade.branches)]
        return [str(rng.choice(rows)[language.index + 1]) for _ in range(count)] + own[: count // 2]
    return own


def _factor(country: Country) -> float:
    """What prices are multiplied by; in ringgit, the bands are as measured."""
    return 1 if country.code == "MY" else price_factor(country.currency)


def _lines(rng: random.Random, language: Language, name: str, rates: list[float], country: Country) -> list[Line]:
    """Rows of one trade; Malaysian ones have long names with brands, sizes and brackets."""
    trade, long = TRADES[name], country.code == "MY"
    factor = _factor(country)
    count = rng.choice((1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6, 7, 9, 12, rng.randrange(1, 30)))
    count = 1 if name in ("fuel", "parking", "toll") and rng.random() < 0.85 else min(count, trade.most)
    names = _names(rng, language, trade, count)
    wordy = (
        rng.choice((0.4, 0.7, 0.9) if long else (0.0, 0.3, 0.6, 0.9))
        if trade.most > 5 and name not in ("restaurant", "bar", "hotel")
        else 0.0
    )
    abbreviates = rng.choice((0.2, 0.4, 0.6) if long else (0.0, 0.0, 0.3, 0.6)) if trade.most > 5 else 0.0
    coded = rng.choice(
        (
            "#####",
            "#############",
            "######",
            "@#####",
            "########",
            "####",
            "@@##",
            "9#########",
            "@@## - ##/##",
            "@@##-##",
        )
    )
    lines = []
    for _ in range(count):
        text = rng.choice(names)
        if rng.random() < wordy:
            text = f"{rng.choice(lexicon()['brands'])[0]} {text} {rng.choice(language.goods['adjectives'])}"
        if rng.random() < abbreviates:
            text = _abbreviated(rng, text)
        quantity = 1000 if rng.random() < 0.68 else 1000 * rng.choice((2, 2, 3, 4, 5, 6, 10))
        price = draw_price(rng, trade.low * factor, trade.high * factor)
        if name == "fuel":
            quantity, price = rng.randrange(5_000, 70_000) // 10 * 10, int(rng.randrange(900, 2300) * factor) * 10
        elif name in ("shop", "laundry") and rng.random() < 0.08:
            quantity = rng.randrange(80, 3000)
        lines.append(Line(text, identifiers.filled(rng, coded), quantity, "", price, rng.choice(rates),
                          line_total(quantity, price)))  # fmt: skip
    return lines


_MEASURES = ("g", "ml", "G", "ML", "GM", "'S")
_MODELS = ("@@-##", "##@", "@###", "##X##", "@@##@", "#.#MM", "@##-##")
_SORTS = ("M", "L", "S", "XL", "D", "B", "HOT", "ICE", "BLK", "WHT", "PKT", "BIG")


def _abbreviated(rng: random.Random, name: str) -> str:
    """As tills print names: cut, without vowels, with a size, a pack, a colour's code."""
    style = rng.choice((0, 1, 2, 3, 4, 5, 5, 6, 7))
    if style == 0:
        return name[: rng.randrange(8, 16)].strip() or name
    if style == 1:
        return " ".join(word if len(word) < 5 else word[:4] + rng.choice((".", "")) for word in name.split())
    if style == 2:
        return f"{name} {rng.choice((100, 200, 250, 330, 500, 750))}{rng.choice(_MEASURES)}"
    if style == 3:
        return f"{identifiers.filled(rng, '@@@')} {name}"
    if style == 4:
        return f"{name} {identifiers.filled(rng, rng.choice(_MODELS))}"
    if style == 5:
        return f"{name} ({rng.choice(_SORTS)})"
    if style == 6:
        return name.replace(" ", rng.choice(("/", "/", "-", ".", " "))) + rng.choice(("", " 2'S", " 10'S", " 24S"))
    return "".join([char for i, char in enumerate(name) if i < 2 or char.lower() not in "aeiouäöüéèáíóúàâê"])


def _charge(rng: random.Random, sale: Sale) -> None:
    """Discount, service, rounding, total, payment."""
    record = sale.record
    style = rng.random()
    if style < 0.07:
        record.discount_percent = rng.choice((5, 10, 20, 50))
        record.discount = record.goods * record.discount_percent // 100
    elif style < 0.16 and sale.trade not in OWN_ROWS:
        for row, line in enumerate(record.lines):
            if rng.random() < 0.5:
                sale.cuts[row] = max(1, line.total * rng.choice((5, 10, 10, 20, 25, 30)) // 100)
        record.discount = sum(sale.cuts.values())
    if sale.trade in ("restaurant", "bar", "hotel") and rng.random() < 0.16:
        sale.service = record.goods // 10
        record.shipping = sale.service
    settle(record)
    sale.before_rounding = record.total
    if record.country.code in ("MY", "CH", "AU", "SG", "IN", "CA", "NL", "SE", "DK", "CZ") and rng.random() < 0.4:
        step = {"IN": 100, "SE": 100, "DK": 50, "CZ": 100}.get(record.country.code, 5)
        rounded = (record.total + step // 2) // step * step
        if rounded > 0:
            record.rounding, record.total = rounded - record.total, rounded
    sale.cash = rng.random() < 0.55
    sale.tendered = record.total
    if sale.cash:
        note = rng.choice((5, 100, 500, 1000, 2000, 5000, 10000)) * 10 ** round(math.log10(_factor(record.country)))
        sale.tendered = -(-record.total // note) * note if rng.random() < 0.85 else record.total
    elif sale.trade in ("restaurant", "bar", "taxi") and rng.random() < 0.3:
        sale.tip = max(50, record.total * rng.choice((5, 10, 15, 18, 20)) // 1000 * 10)
