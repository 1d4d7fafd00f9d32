"""A business transaction as a consistent record: who, what, when, and sums that add up. Layout comes later."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.parties import Party, party
from docengine.corpus.generator.vocabulary import Country, Language, lexicon


@dataclass(slots=True)
class Line:
    """A row of the item table. Amounts in cents; `price` in 1/10000, `quantity` in 1/1000."""

    description: str
    article: str
    quantity: int
    unit: str
    price: int
    rate: float
    """Tax in percent."""
    total: int
    discount: int = 0
    """Percent off."""
    note: str = ""
    """A second line below the description."""
    date: datetime.date | None = None


@dataclass(slots=True)
class Record:
    kind: str
    language: Language
    country: Country
    currency: str
    seller: Party
    buyer: Party
    ship_to: Party | None
    number: str
    date: datetime.date
    due: datetime.date
    order_number: str
    contract_number: str
    customer_number: str
    period: tuple[datetime.date, datetime.date]
    lines: list[Line]
    tax_name: str
    included: bool
    """Whether prices and line totals include tax."""
    discount: int = 0
    discount_percent: int = 0
    shipping: int = 0
    rounding: int = 0
    paid: int = 0
    bases: dict[float, tuple[int, int]] = field(default_factory=dict)
    """Tax rate -> (net, tax) in cents."""
    net: int = 0
    tax: int = 0
    total: int = 0

    @property
    def goods(self) -> int:
        """Sum of the lines, in cents."""
        return sum(line.total for line in self.lines)


def line_total(quantity: int, price: int, discount: int = 0) -> int:
    """Cents of `quantity` (1/1000) times `price` (1/10000), rounded half up, less `discount` percent."""
    value = quantity * price * (100 - discount)
    sign = -1 if value < 0 else 1
    return sign * ((abs(value) + 5_000_000) // 10_000_000)


def settle(record: Record) -> None:
    """Fills in bases, net, tax and total from lines, discount and shipping."""
    sums: dict[float, int] = {}
    for line in record.lines:
        sums[line.rate] = sums.get(line.rate, 0) + line.total
    top = max(sums, key=lambda rate: (abs(sums[rate]), rate))
    sums[top] += record.shipping - record.discount
    for rate in sorted(sums, reverse=True):
        share = round(rate * 1000)
        if record.included:
            tax = _rounded(sums[rate] * share, 100_000 + share)
            record.bases[rate] = (sums[rate] - tax, tax)
        else:
            record.bases[rate] = (sums[rate], _rounded(sums[rate] * share, 100_000))
    record.net = sum(net for net, _ in record.bases.values())
    record.tax = sum(tax for _, tax in record.bases.values())
    record.total = record.net + record.tax + record.rounding


def _rounded(value: int, divisor: int) -> int:
    sign = -1 if value < 0 else 1
    return sign * ((abs(value) * 2 + divisor) // (2 * divisor))


def draw_price(rng: random.Random, low: float, high: float) -> int:
    """In 1/10000: log-uniform, often round or ending in 9."""
    value = low * (high / low) ** rng.random()
    style = rng.random()
    if style < 0.2:
        cents = max(1, round(value)) * 100
    elif style < 0.4:
        cents = max(1, round(value * 10)) * 10
    elif style < 0.6:
        cents = max(1, round(value)) * 100 - rng.choice((1, 5, 10, 1))
    else:
        cents = max(1, round(value * 100))
    return max(cents, 1) * 100


_PRICE_BANDS = ((0.5, 20), (2, 80), (10, 400), (30, 900), (200, 6000), (1000, 40000))


def draw_lines(
    rng: random.Random, language: Language, rates: list[float], count: int, used: bool = False
) -> list[Line]:
    """Rows of one trade: goods of one branch of the vocabulary, or services; of a bill, what was `used`."""
    services = rng.random() < 0.42
    band = _PRICE_BANDS[min(rng.randrange(5), rng.randrange(6))]
    goods = lexicon()["goods"]
    start = rng.randrange(max(1, len(goods) - 60))
    unit_pool = [rng.choice(language.goods["units"]) for _ in range(rng.choice((1, 1, 2, 3)))]
    article = rng.choice(
        ("#####", "@@-####", "######", "@###", "####-###", "#############", "@@@##@", "###.###.##", "##-##")
    )
    decimals, fine, wordy = rng.random() < 0.12, rng.random() < 0.04, rng.random() < 0.1
    lines = []
    for _ in range(count):
        if used:
            text = rng.choice(language.goods["utility"])
        elif services:
            text = rng.choice(language.goods["services"])
        else:
            text = str(goods[start + rng.randrange(60)][language.index + 1])
        text = _dressed(rng, language, text, wordy and rng.random() < 0.6)
        quantity = _quantity(rng, services, decimals)
        price = draw_price(rng, *band)
        if fine:
            price += rng.randrange(100)
        discount = rng.choice((5, 10, 10, 15, 20, 50)) if rng.random() < 0.04 else 0
        total = line_total(quantity, price, discount)
        rate = rng.choice(rates)
        lines.append(
            Line(text, identifiers.filled(rng, article), quantity, rng.choice(unit_pool), price, rate, total, discount)
        )
    return lines


_LONG = ("{0}, {1}, {2}", "{0} - {1}", "{0} ({1}, {2}, {3})", "{0}; {1}; {2}; {3}", "{0}: {1} + {2}", "{0} / {1} / {2}")


def _dressed(rng: random.Random, language: Language, text: str, wordy: bool) -> str:
    style = rng.random()
    if wordy:
        more = [rng.choice(language.goods["services"]) for _ in range(3)]
        text = rng.choice(_LONG).format(text, *more)
    elif style < 0.12:
        text = f"{text}, {rng.choice(language.goods['adjectives'])}"
    elif style < 0.2:
        text = f"{text} {rng.choice('ABCDEKLMTXZ')}{rng.randrange(10, 990)}"
    elif style < 0.26:
        text = f"{text} {rng.randrange(2, 120)}x{rng.randrange(2, 120)} {rng.choice(('mm', 'cm'))}"
    elif style < 0.3:
        text = f"{text} ({rng.choice(language.goods['units'])})"
    elif style < 0.33:
        text = f"{text} {rng.randrange(1, 50)}{rng.choice(('kg', 'ml', 'l', 'W', 'GB', 'V', '%', 'm'))}"
    elif style < 0.37:
        text = f"{text} / {rng.choice(language.goods['services'])}"
    return text


def _quantity(rng: random.Random, services: bool, decimals: bool) -> int:
    if decimals or (services and rng.random() < 0.25):
        return rng.choice((500, 1500, 2500, 750, 250, 1250, rng.randrange(1, 40) * 500, rng.randrange(10, 90_000)))
    return 1000 * rng.choice(
        (1, 1, 1, 1, 2, 2, 3, 4, 5, 6, 8, 10, 12, 20, 24, 50, 100, rng.randrange(1, 30), rng.randrange(1, 600))
    )


def draw_date(rng: random.Random) -> datetime.date:
    """Between 2003 and 2027, most of them recent."""
    year = 2027 - min(int(rng.expovariate(1 / 5)), 24)
    return datetime.date(year, 1, 1) + datetime.timedelta(days=rng.randrange(365))


def _period(rng: random.Random, date: datetime.date) -> tuple[datetime.date, datetime.date]:
    if rng.random() < 0.6:
        last = date.replace(day=1) - datetime.timedelta(days=1)
        return last.replace(day=1), last
    start = date - datetime.timedelta(days=rng.randrange(8, 400))
    return start, start + datetime.timedelta(days=rng.choice((6, 13, 27, 29, 30, 89, 181, 364)))


def draw_record(rng: random.Random, kind: str, language: Language, country: Country) -> Record:
    """A transaction of any kind but receipts' shops and advertising orders, which draw their own lines."""
    seller = party(rng, language, country, company=rng.random() < 0.93)
    abroad = rng.random() < 0.06
    other = rng.choice(list(language.countries.values())) if abroad else country
    buyer = party(rng, language, other, company=rng.random() < 0.7 or kind == "order")
    date = draw_date(rng)
    rates = rng.choice(country.tax_rates)
    count = rng.choice((1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, rng.randrange(1, 34)))
    currency = country.currency if rng.random() < 0.95 else rng.choice(("USD", "EUR", "GBP", "CHF"))
    record = Record(
        kind=kind, language=language, country=country, currency=currency, seller=seller, buyer=buyer,
        ship_to=party(rng, language, other, company=buyer.company) if rng.random() < 0.25 else None,
        number=identifiers.document_number(rng, date), date=date,
        due=date + datetime.timedelta(days=rng.choice((7, 8, 10, 14, 14, 15, 20, 21, 28, 30, 30, 30, 45, 60, 0))),
        order_number=identifiers.document_number(rng, date), contract_number=identifiers.document_number(rng, date),
        customer_number=identifiers.document_number(rng, date, rng.choice(("#####", "######", "####", "@#####",
            "D####", "@@@##"))),
        period=_period(rng, date), lines=draw_lines(rng, language, rates, count, kind == "bill"),
        tax_name=rng.choice(country.tax_names),
        included=rng.random() < country.tax_included,
    )  # fmt: skip
    _adjust(rng, record)
    settle(record)
    return record


def _adjust(rng: random.Random, record: Record) -> None:
    if record.kind == "credit_note" and rng.random() < 0.4:
        for line in record.lines:
            line.quantity, line.total = -line.quantity, -line.total
    elif rng.random() < 0.1:
        record.discount_percent = rng.choice((2, 3, 5, 10, 15, 20))
        record.discount = _rounded(record.goods * record.discount_percent, 100)
    if rng.random() < 0.15:
        record.shipping = draw_price(rng, 3, 90) // 100
    for line in record.lines:
        if rng.random() < 0.1:
            line.note = rng.choice(record.language.text["second_lines"])
    if rng.random() < 0.1:
        for line in record.lines:
            line.date = record.date - datetime.timedelta(days=rng.randrange(0, 31))
