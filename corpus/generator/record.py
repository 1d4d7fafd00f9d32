"""A business transaction as a consistent record: who, what, when, and sums that add up. Layout comes later."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field

from docengine.corpus.generator import identifiers, selling, trades
from docengine.corpus.generator.line import Line, draw_price, line_total, rounded
from docengine.corpus.generator.parties import Party, party
from docengine.corpus.generator.vocabulary import Country, Language

__all__ = ["Line", "Record", "draw_date", "draw_price", "draw_record", "line_total", "settle"]


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
    """What is added to net and tax to get a total that can be paid in coins."""
    paid: int = 0
    """Paid in advance, in cents."""
    surcharge: int = 0
    """Added to the goods, as shipping is."""
    surcharge_percent: float = 0
    stamp: int = 0
    """Untaxed duties and outlays; a base of their own at 0%."""
    withheld: int = 0
    """Tax that the buyer keeps back; the total is before it, what is payable after it."""
    withheld_percent: float = 0
    bases: dict[float, tuple[int, int]] = field(default_factory=dict)
    """Tax rate -> (net, tax) in cents."""
    net: int = 0
    tax: int = 0
    total: int = 0

    @property
    def goods(self) -> int:
        """Sum of the lines, in cents."""
        return sum(line.total for line in self.lines)

    @property
    def payable(self) -> int:
        """What is left to pay, in cents."""
        return self.total - self.paid - self.withheld


def settle(record: Record) -> None:
    """Fills in bases, net, tax and total from lines, discount, shipping, surcharge and stamp."""
    record.bases.clear()
    sums: dict[float, int] = {}
    for line in record.lines:
        sums[line.rate] = sums.get(line.rate, 0) + line.total
    top = max(sums, key=lambda rate: (abs(sums[rate]), rate))
    sums[top] += record.shipping + record.surcharge - record.discount
    for rate in sorted(sums, reverse=True):
        share = round(rate * 1000)
        if record.included:
            tax = rounded(sums[rate] * share, 100_000 + share)
            record.bases[rate] = (sums[rate] - tax, tax)
        else:
            record.bases[rate] = (sums[rate], rounded(sums[rate] * share, 100_000))
    if record.stamp:
        net, tax = record.bases.get(0.0, (0, 0))
        record.bases[0.0] = (net + record.stamp, tax)
    record.net = sum(net for net, _ in record.bases.values())
    record.tax = sum(tax for _, tax in record.bases.values())
    record.total = record.net + record.tax + record.rounding


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
    if not buyer.company and rng.random() < 0.1:
        buyer.name = f"{rng.choice(language.companies['honorifics'])} {buyer.name}"
    date = draw_date(rng)
    currency = country.currency if rng.random() < 0.95 else rng.choice(("USD", "EUR", "GBP", "CHF"))
    record = Record(
        kind=kind, language=language, country=country, currency=currency, seller=seller, buyer=buyer,
        ship_to=party(rng, language, other, company=buyer.company) if rng.random() < 0.25 else None,
        number=identifiers.document_number(rng, date), date=date,
        due=date + datetime.timedelta(days=rng.choice((7, 8, 10, 14, 14, 15, 20, 21, 28, 30, 30, 30, 45, 60, 0))),
        order_number=identifiers.document_number(rng, date), contract_number=identifiers.document_number(rng, date),
        customer_number=identifiers.document_number(rng, date, rng.choice(("#####", "######", "####", "@#####",
            "D####", "@@@##"))),
        period=_period(rng, date), lines=[],
        tax_name=rng.choice(country.tax_names),
        included=rng.random() < country.tax_included,
    )  # fmt: skip
    dressing = trades.Dressing(rng, language, country, date)
    record.lines = selling.draw_lines(rng, record, rng.choice(country.tax_rates), dressing)
    selling.extend(rng, record, dressing)
    _adjust(rng, record)
    settle(record)
    _round_off(rng, record)
    _pay(rng, record)
    return record


def _adjust(rng: random.Random, record: Record) -> None:
    """Refunds, and what is added to or taken from the sum of the lines."""
    factor = trades.price_factor(record.currency)
    if record.kind == "credit_note" and rng.random() < 0.55:
        by_quantity = rng.random() < 0.7
        for line in record.lines:
            line.total = -line.total
            if by_quantity:
                line.quantity = -line.quantity
            else:
                line.price, line.list_price = -line.price, -line.list_price
    elif rng.random() < 0.1:
        record.discount_percent = rng.choice((2, 3, 5, 10, 15, 20))
        record.discount = rounded(record.goods * record.discount_percent, 100)
    if rng.random() < 0.15:
        shipping = draw_price(rng, 3 * factor, max(min(90 * factor, abs(record.goods) / 200), 9 * factor)) // 100
        record.shipping = shipping * (-1 if record.goods < 0 else 1)
    professional = record.country.code == "IT" and rng.random() < 0.2
    if professional or rng.random() < 0.03:
        record.surcharge_percent = 4 if professional else rng.choice((1, 2, 3, 4.5, 5, 7.5, 10, 15))
        record.surcharge = rounded(record.goods * round(record.surcharge_percent * 10), 1000)
    if rng.random() < (0.12 if record.country.code == "IT" else 0.01) and record.goods > 0:
        record.stamp = 200 if record.country.code == "IT" else draw_price(rng, 2 * factor, 60 * factor) // 100


_COINS = {"CHF": (5, 0.6), "SEK": (100, 0.4), "DKK": (50, 0.1), "CZK": (100, 0.4), "AUD": (5, 0.05)}
"""Currency -> smallest payment in cents, and how often totals are rounded to it."""


def _round_off(rng: random.Random, record: Record) -> None:
    coin, share = _COINS.get(record.currency, (0, 0.0))
    if share and rng.random() < share:
        record.rounding = rounded(record.total, coin) * coin - record.total
        record.total += record.rounding


def _pay(rng: random.Random, record: Record) -> None:
    """Prepayments, and tax that the buyer keeps back."""
    if record.kind not in ("invoice", "bill", "order_confirmation") or record.total <= 0:
        return
    withholds = {"ES": 0.12, "IT": 0.12, "PT": 0.08}.get(record.country.code, 0.005)
    if rng.random() < withholds and record.kind == "invoice":
        percents = {"ES": (15, 15, 7, 19), "IT": (20,), "PT": (25, 11.5, 23)}
        record.withheld_percent = rng.choice(percents.get(record.country.code, (5, 10, 5)))
        record.withheld = rounded(record.net * round(record.withheld_percent * 10), 1000)
    elif rng.random() < 0.13:
        part = record.total // rng.choice((2, 3, 4, 5, 10))
        record.paid = record.total if rng.random() < 0.35 else part - part % rng.choice((1, 100, 1000))
