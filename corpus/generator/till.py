"""What a till sells: records of shops, restaurants, filling stations, car parks, hotels and taxis."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.parties import Party, party
from docengine.corpus.generator.record import Line, Record, draw_date, draw_price, line_total, settle
from docengine.corpus.generator.vocabulary import Country, Language, lexicon

TRADES = {"shop": 44, "restaurant": 26, "trade": 14, "fuel": 6, "parking": 4, "hotel": 4, "taxi": 3}
"""Sort of till and how often it is drawn; `trade` sells a trade's goods, such as hardware."""


@dataclass(slots=True)
class Sale:
    """A receipt's record and how it was paid."""

    record: Record
    trade: str
    service: int = 0
    """Service charge in cents, part of the total."""
    before_rounding: int = 0
    tendered: int = 0
    cash: bool = True
    moment: datetime.time = field(default_factory=lambda: datetime.time(12, 0))

    @property
    def change(self) -> int:
        return self.tendered - self.record.total


def draw_sale(rng: random.Random, language: Language, country: Country) -> Sale:
    trade = rng.choices(tuple(TRADES), tuple(TRADES.values()))[0]
    seller = _shop(rng, language, country)
    rates = rng.choice(country.tax_rates)
    date = draw_date(rng)
    record = Record(
        kind="receipt", language=language, country=country, currency=country.currency, seller=seller,
        buyer=party(rng, language, country, company=rng.random() < 0.7), ship_to=None,
        number=identifiers.document_number(rng, date), date=date, due=date,
        order_number=identifiers.document_number(rng, date), contract_number="",
        customer_number=identifiers.filled(rng, rng.choice(("#####", "@####", "######"))), period=(date, date),
        lines=_lines(rng, language, country, trade, rates), tax_name=rng.choice(country.tax_names),
        included=rng.random() < (0.93 if country.tax_included or country.iban else 0.0),
    )  # fmt: skip
    sale = Sale(record, trade, moment=datetime.time(rng.randrange(6, 24), rng.randrange(60), rng.randrange(60)))
    _charge(rng, sale)
    return sale


def _shop(rng: random.Random, language: Language, country: Country) -> Party:
    """A seller whose name is a brand's more often than an invoice's."""
    seller = party(rng, language, country)
    if rng.random() < 0.12:
        brand = str(rng.choice(lexicon()["brands"])[0])
        seller.brand = brand
        seller.name = f"{brand} {rng.choice(country.legal_forms)}".strip() if rng.random() < 0.6 else brand
    return seller


def _lines(rng: random.Random, language: Language, country: Country, trade: str, rates: list[float]) -> list[Line]:
    goods = language.goods
    count = rng.choice((1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 9, 12, 16, rng.randrange(1, 30)))
    names = [str(row[language.index + 1]) for row in _branch(rng)] if trade == "trade" else goods[trade]
    if trade in ("fuel", "parking"):
        count = 1 if rng.random() < 0.8 else 2
    if trade in ("hotel", "taxi"):
        count = min(count, 4)
    low, high = {"shop": (0.3, 40), "restaurant": (1, 45), "trade": (1, 200), "fuel": (0.9, 2.3), "parking": (0.5, 30),
                 "hotel": (8, 300), "taxi": (4, 90)}[trade]  # fmt: skip
    lines = []
    for _ in range(count):
        name = rng.choice(names)
        if trade == "shop" and rng.random() < 0.3:
            name = _abbreviated(rng, name)
        quantity = 1000 if rng.random() < 0.68 else 1000 * rng.choice((2, 2, 3, 4, 5, 6, 10))
        price = draw_price(rng, low, high)
        if trade == "fuel":
            quantity, price = rng.randrange(5_000, 70_000) // 10 * 10, rng.randrange(900, 2300) * 10
        elif trade == "shop" and rng.random() < 0.08:
            quantity = rng.randrange(80, 3000)
        article = identifiers.filled(
            rng, rng.choice(("#####", "#############", "######", "@#####", "########", "####"))
        )
        lines.append(Line(name, article, quantity, "", price, rng.choice(rates), line_total(quantity, price)))
    return lines


def _branch(rng: random.Random) -> list[list[str]]:
    goods = lexicon()["goods"]
    start = rng.randrange(max(1, len(goods) - 40))
    found: list[list[str]] = goods[start : start + 40]
    return found


def _abbreviated(rng: random.Random, name: str) -> str:
    """As tills print names: cut, without vowels, with a size."""
    style = rng.randrange(4)
    if style == 0:
        return name[: rng.randrange(8, 16)].strip() or name
    if style == 1:
        return " ".join(word if len(word) < 5 else word[:4] + rng.choice((".", "")) for word in name.split())
    if style == 2:
        return f"{name} {rng.choice((100, 200, 250, 330, 500, 750))}{rng.choice(('g', 'ml', 'G', 'ML'))}"
    return f"{identifiers.filled(rng, '@@@')} {name}"


def _charge(rng: random.Random, sale: Sale) -> None:
    """Discount, service, rounding, total, payment."""
    record = sale.record
    if rng.random() < 0.08:
        record.discount_percent = rng.choice((5, 10, 20, 50))
        record.discount = record.goods * record.discount_percent // 100
    if sale.trade == "restaurant" and rng.random() < 0.12:
        sale.service = record.goods // 10
        record.shipping = sale.service
    settle(record)
    sale.before_rounding = record.total
    if record.country.code in ("MY", "CH", "AU", "SG", "IN", "CA") and rng.random() < 0.4:
        step = 100 if record.country.code == "IN" else 5
        rounded = (record.total + step // 2) // step * step
        record.rounding, record.total = rounded - record.total, rounded
    sale.cash = rng.random() < 0.55
    sale.tendered = record.total
    if sale.cash:
        note = rng.choice((5, 100, 500, 1000, 2000, 5000, 10000))
        sale.tendered = -(-record.total // note) * note if rng.random() < 0.85 else record.total
