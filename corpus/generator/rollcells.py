"""What stands in a receipt's row: name, count, price, amount and rate as a till prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docengine.corpus.generator.formats import plain
from docengine.corpus.generator.record import Line as Item
from docengine.corpus.generator.sheet import Line, Token, tokens
from docengine.corpus.labelled import Label

if TYPE_CHECKING:
    from docengine.corpus.generator.roll import Roll


_CODES_MY = ("", "", "", "SR", "SR", "T", "A", "*", "S", "B", "N", "Z", "ZRL", "C", "(S)", "(SR)", "[SR]", "S6", "D")
_CODES = ("", "", "", "A", "A", "B", "B", "C", "D", "T", "F", "N", "*", "1", "2", "S", "V", "(A)", "#", "Z")


class Items:
    """The rows' cells as tokens."""

    def __init__(self, roll: Roll) -> None:
        self.roll, self.writer = roll, roll.writer
        rng = roll.rng
        self.code = rng.choice(_CODES_MY if roll.writer.record.country.code == "MY" else _CODES)
        """A tax code printed after the amount."""
        self.cross = rng.choice(("x", "X", "x", "X", "X", "@", "*"))
        self.numbered = rng.random() < 0.08
        self.articled = rng.random() < (0.45 if roll.writer.record.country.code == "MY" else 0.2)
        self.all_counts = rng.random() < 0.5
        self.united = rng.random() < 0.3
        """Whether counts carry their unit: `0.864kg`, `2 Stk`."""
        self.joined = rng.choice(("", "", "", "", "price", "price", "count"))
        """What the cross is printed without a space to: `2 x6,80`, `2x 6,80`."""
        self.per = rng.choice(("", "", "", " /{}", "/{}"))
        """What follows the price of a measure."""
        self.spaced, self.lettered = rng.random() < 0.6, rng.random() < 0.5
        self.choice = rng.randrange(60)
        """Which of the language's units."""

    def _label(self, field: str, row: int, value: str) -> Label:
        while len(self.writer.items) <= row:
            self.writer.items.append({})
        self.writer.items[row][field] = value
        return Label(field, row)

    def name(self, row: int, item: Item) -> Line:
        text = item.description.upper() if self.roll.upper else item.description
        return tokens(text, self._label("description", row, " ".join(text.split())))

    def count(self, row: int, item: Item) -> Line:
        whole = item.quantity % 1000 == 0
        text = self.writer.quantity(item.quantity, -1 if whole else 2 if item.quantity % 10 == 0 else 3)
        if whole and self.writer.once("counts with decimals", 0.08):
            text = self.writer.quantity(item.quantity, 2)
        return tokens(text, self._label("quantity", row, plain(item.quantity, 3).rstrip("0").rstrip(".")))

    def price(self, row: int, item: Item) -> Line:
        decimals = 2 if item.price % 100 == 0 else 3 if item.price % 10 == 0 else 4
        value = item.price // 10 ** (4 - decimals)
        return self.writer.priced(
            self.writer.money(value, decimals), self._label("unit_price", row, plain(value, decimals)), "line"
        )

    def amount(self, row: int, item: Item) -> Line:
        line = self.writer.priced(
            self.writer.money(item.total), self._label("line_total", row, plain(item.total)), "line"
        )
        if not self.code or not self.writer.once("tax code", 0.55):
            return line
        letter = self.code
        if self.lettered:
            rates = sorted({other.rate for other in self.writer.record.lines}, reverse=True)
            letter = "ABCDEFG"[rates.index(item.rate) % 7]
        if letter.isalpha() and line[-1].text[-1].isdigit() and self.writer.once("code joined", 0.25):
            return [*line[:-1], line[-1]._replace(text=line[-1].text + letter)]
        return [*line, Token(letter)]

    def rate(self, row: int, item: Item) -> Line:
        """The row's tax rate with its sign, as Italian and Portuguese tills print it."""
        text = self.writer.percent(item.rate)
        text = text if "%" in text else f"{text}%"
        return tokens(text, self._label("tax_percent", row, f"{item.rate:g}"))

    def factors(self, row: int, item: Item) -> Line:
        """`2 x 6,80`, `0.864kg @ £0.95/kg`, `6 Stk x0,25`: how often, and for how much each."""
        count, cross, price = self.count(row, item), Token(self.cross), self.price(row, item)
        middle: Line = []
        unit = self._unit(item)
        if unit and self.united:
            count = [*count, Token(unit)] if self.spaced else _suffixed(count, unit)
        if self.joined == "price" and len(price) == 1:
            price = [price[0]._replace(text=cross.text + price[0].text)]
        elif self.joined == "count" and not (unit and self.united):
            count = _suffixed(count, cross.text)
        else:
            middle = [cross]
        if unit and self.per and (self.united or item.quantity % 1000):
            tail = self.per.format(unit)
            price = [*price, Token(tail.strip())] if tail[0] == " " else _suffixed(price, tail)
        return [*count, *middle, *price]

    def _unit(self, item: Item) -> str:
        goods = self.writer.language.goods
        units = goods.get("unit_kg" if item.quantity % 1000 else "unit_pc") or (["kg"] if item.quantity % 1000 else [])
        units = [unit for unit in units if "(" not in unit]
        return units[self.choice % len(units)] if units else ""


def _suffixed(line: Line, tail: str) -> Line:
    """With `tail` as part of the last word."""
    return [*line[:-1], line[-1]._replace(text=line[-1].text + tail)]
