"""The rows of a transaction: what is sold, at which prices, and the rows that charge or refund something else."""

from __future__ import annotations

import datetime
import random
from typing import TYPE_CHECKING

from docengine.corpus.generator import identifiers, trades
from docengine.corpus.generator.line import Line, draw_price, line_total
from docengine.corpus.generator.vocabulary import Language

if TYPE_CHECKING:
    from docengine.corpus.generator.record import Record

_ARTICLES = ("#####", "@@-####", "######", "@###", "####-###", "#############", "@@@##@", "###.###.##", "##-##",
    "@@@-@@-##", "@@####.##", "#.###.####", "@#-###@", "@@@", "@@@@", "@@@-@@@", "## ### ###", "### ### ###", "@@-###@",
    "@@@-@@@-###")  # fmt: skip
_COUNTS = (1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 8, 10, 12, 15, 20)


def draw_lines(rng: random.Random, record: Record, rates: list[float], dressing: trades.Dressing) -> list[Line]:
    """Rows of one trade: what it stocks, goods of one branch, or services; of a bill, what was used."""
    language, bill = record.language, record.kind == "bill"
    count = rng.choice(_COUNTS) if rng.random() < 0.9 else rng.randrange(1, 34 if rng.random() < 0.9 else 90)
    stock = _stock(rng, language, bill)
    while len(stock) < min(count, 12):
        stock = stock + _stock(rng, language, bill)
    article = rng.choice(_ARTICLES)
    habits = _Habits(rng, trades.price_factor(record.currency))
    lines = []
    for good in rng.sample(stock, count) if count <= len(stock) else rng.choices(stock, k=count):
        price, listed, discount = habits.price(rng, good)
        quantity = trades.fitting(rng, trades.draw_quantity(rng, good.amounts), price, habits.most)
        per = habits.per if good.amounts == "c" else 1
        line = Line(dressing.dressed(good.text), identifiers.filled(rng, article), quantity, good.unit, price * per,
                    rng.choice(rates), 0, discount, per=per, list_price=listed)  # fmt: skip
        line.total = line_total(quantity, line.price, 0 if listed else discount, per)
        if habits.lumps and rng.random() < habits.lumps:
            line.quantity, line.discount, line.list_price, line.per, line.lump = 1000, 0, 0, 1, True
            line.price = line.total * 100
        lines.append(line)
    return lines


def _stock(rng: random.Random, language: Language, bill: bool) -> list[trades.Good]:
    if bill and rng.random() < 0.7:
        return trades.draw_services(rng, language, used=True)
    kind = rng.random()
    if kind < 0.5:
        return trades.draw_stock(rng, language)
    return trades.draw_goods(rng, language) if kind < 0.82 else trades.draw_services(rng, language, used=False)


class _Habits:
    """How one document prices: decimals, discounts, prices of a hundred, rows without a quantity."""

    def __init__(self, rng: random.Random, factor: float) -> None:
        self.factor = factor
        self.most = 10 ** rng.uniform(1.8, 4.0) * factor
        """What a row with more than one of its goods comes to at most."""
        self.fine = rng.random() < 0.05
        """Prices with four decimals."""
        self.round = rng.random() < 0.15
        self.discounts = 0.7 if rng.random() < 0.1 else 0.02
        self.discount = rng.choice((5, 10, 10, 15, 20, 25, 30, 40, 50))
        """The usual one of a document's rows."""
        self.listed = rng.random() < 0.4
        """Whether the row's price is what is left after the discount."""
        self.per = rng.choice((10, 100, 1000)) if rng.random() < 0.025 else 1
        self.lumps = rng.choice((0.3, 0.6, 1.0)) if rng.random() < 0.09 else 0.0

    def price(self, rng: random.Random, good: trades.Good) -> tuple[int, int, int]:
        """Price and list price (0: none) in 1/10000, and the percentage off."""
        low, high = good.low * self.factor, good.high * self.factor
        if high < 2:
            value = int(low * (high / low) ** rng.random() * 10_000)
            price = max(value - value % rng.choice((1, 10, 100)), 1)
        else:
            price = draw_price(rng, low, high) + (rng.randrange(100) if self.fine else 0)
            price = max(price - price % 10_000, 10_000) if self.round else price
        if rng.random() >= self.discounts:
            return price, 0, 0
        discount = self.discount if rng.random() < 0.6 else rng.choice((5, 10, 15, 20, 33, 50))
        if not self.listed:
            return price, 0, discount
        return max(round(price * (100 - discount) / 10_000) * 100, 100), price, discount


def extend(rng: random.Random, record: Record, dressing: trades.Dressing) -> None:
    """Now and then adds rows beside the goods: freight, a levy, a discount; makes some free; notes and dates."""
    labels = record.language.labels
    rate = record.lines[0].rate
    goods = record.goods
    if rng.random() < 0.07:
        texts = labels[rng.choice(("shipping", "shipping", "packing", "surcharge"))]
        record.lines.append(_charge(rng, texts, goods, rate))
    if rng.random() < 0.02:
        record.lines.insert(rng.randrange(1, len(record.lines) + 1), _charge(rng, labels["eco_tax"], goods // 8, rate))
    if rng.random() < 0.03 and goods > 400:
        line = _charge(rng, labels["discount"], goods, rate)
        line.price, line.total = -line.price, -line.total
        record.lines.append(line)
    if rng.random() < 0.02 and len(record.lines) > 2:
        line = rng.choice(record.lines[1:])
        line.total, line.free = 0, True
        line.price = line.price if rng.random() < 0.5 and not line.lump else 0
    _annotate(rng, record, dressing)


def _charge(rng: random.Random, texts: list[str], goods: int, rate: float) -> Line:
    """A row of an amount between a hundredth and a fifth of the goods."""
    text = rng.choice([text for text in texts if "{" not in text] or [text.split(" {")[0] for text in texts])
    cents = max(round(abs(goods) * rng.uniform(0.01, 0.2)), 50)
    cents -= cents % rng.choice((1, 5, 10, 50))
    return Line(text, identifiers.filled(rng, "####"), 1000, "", cents * 100, rate, cents, lump=rng.random() < 0.6)


def _annotate(rng: random.Random, record: Record, dressing: trades.Dressing) -> None:
    if rng.random() < 0.25:
        share = rng.choice((0.2, 0.5, 1.0))
        forms = record.language.text["second_lines"], record.language.text["details"]
        for line in record.lines:
            if rng.random() < share:
                count = rng.choice((1, 1, 1, 1, 2, 3))
                line.note = "\n".join([dressing.told(rng.choice(rng.choice(forms))) for _ in range(count)])
    if rng.random() < 0.1:
        for line in record.lines:
            line.date = record.date - datetime.timedelta(days=rng.randrange(0, 31))
        if rng.random() < 0.8:
            dates = sorted(line.date for line in record.lines if line.date)
            for line, date in zip(record.lines, dates, strict=True):
                line.date = date
