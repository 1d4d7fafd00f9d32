"""One document's habits: its wordings, its formats, its type sizes; and its values as labelled tokens."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass
from decimal import Decimal

from docengine.corpus.generator.formats import NumberStyle, date_text, plain
from docengine.corpus.generator.parties import Party
from docengine.corpus.generator.record import Record
from docengine.corpus.generator.sheet import Line, tokens
from docengine.corpus.generator.vocabulary import Language, language
from docengine.corpus.labelled import Label


@dataclass(slots=True)
class Look:
    """What stays the same all over a document."""

    numbers: NumberStyle
    date: str
    other_date: str
    """Pattern of secondary dates; mostly the same."""
    date_upper: bool
    symbol: str
    symbol_at: str
    """`before`, `glued_before`, `after`, `glued_after`, `none`."""
    symbol_on: str
    """`all`, `totals`, `grand`: which amounts carry the symbol."""
    negative: str
    """`-#`, `(#)`, `#-`, `− #`."""
    percent: str
    """`#%`, `# %`, `#`, `#.00%`, `#,0 %`."""
    colon: str
    """After labels: `:`, ` :`, nothing, ` .:`."""
    label_case: str
    size: float
    leading: float
    bold_labels: bool
    bold_totals: bool


def draw_look(rng: random.Random, record: Record) -> Look:
    country = record.country
    date = rng.choice(country.dates)
    symbol = rng.choice(country.symbols) if record.currency == country.currency else record.currency
    wordy = symbol.isalpha() and symbol != "RM"
    places = ("before", "after", "after", "none", "none") if wordy else (
        "glued_before", "glued_before", "glued_before", "before", "none") if country.code in _SYMBOL_FIRST else (
        "after", "after", "after", "glued_after", "before", "none", "none")  # fmt: skip
    return Look(
        numbers=NumberStyle.of(rng.choice(country.numbers)),
        date=date,
        other_date=date if rng.random() < 0.85 else rng.choice(country.dates),
        date_upper=rng.random() < (0.3 if "MMM" in date and record.language.code == "en" else 0.03),
        symbol=symbol,
        symbol_at=rng.choice(places),
        symbol_on=rng.choice(("all", "all", "totals", "grand")),
        negative=rng.choice(("-#", "-#", "-#", "(#)", "#-", "- #")),
        percent=rng.choice(("#%", "#%", "# %", "#", "#.0%", "#.00%", "#.00 %", "#.00")),
        colon=rng.choice((":", ":", "", " :", " :") if record.language.code == "fr" else _COLONS),
        label_case=rng.choice(("as is", "as is", "as is", "as is", "upper", "lower")),
        size=rng.choice((7.0, 7.5, 8.0, 8.5, 9.0, 9.0, 9.5, 10.0, 10.0, 11.0)),
        leading=rng.choice((1.15, 1.2, 1.25, 1.35, 1.5)),
        bold_labels=rng.random() < 0.35,
        bold_totals=rng.random() < 0.5,
    )


_COLONS = (*[":"] * 12, *[""] * 7, " :")
_SYMBOL_FIRST = frozenset(
    ("US", "GB", "IE", "CA", "AU", "SG", "MY", "IN", "NL", "BR", "MX", "CH", "ID", "NZ", "ZA", "AR", "CO", "CL")
)


ROLES: dict[str, str | None] = {
    "seller_name": "buyer_name", "seller_address": "buyer_address", "buyer_name": "seller_name",
    "buyer_address": "seller_address",
    "seller_tax_id": None, "iban": None,
}  # fmt: skip


COINS: dict[str, tuple[int, ...]] = {
    "IDR": (100, 100, 50, 10), "COP": (50, 50, 100), "CLP": (10, 10, 5), "HUF": (5, 5, 10), "JPY": (1, 2), "KRW": (10,),
}  # fmt: skip
"""Currencies without small coins, and for how many units a cent stands in them, so that prices are likely ones."""
MONEY = frozenset(("net_total", "tax_total", "grand_total", "unit_price", "line_total"))


def english() -> Language:
    return language("en")


class Writer:
    """Turns a record's values into tokens, the same way all over one document, and remembers their normalised form."""

    def __init__(self, rng: random.Random, record: Record) -> None:
        self.rng, self.record, self.language = rng, record, record.language
        self.look = draw_look(rng, record)
        self.values: dict[str, str] = {}
        self.swapped = record.kind == "order" and rng.random() < 0.6
        """The buyer writes, and stands where the seller stands on other documents."""
        if self.swapped:
            record.seller, record.buyer = record.buyer, record.seller
        self.coin = rng.choice(COINS[record.currency]) if record.currency in COINS else 0
        """What a cent of the record counts as where the currency has none; else 0."""
        self.zeros = self.coin > 0 and rng.random() < 0.12
        """Prints two decimals all the same."""
        self.bilingual = record.language.code != "en" and rng.random() < 0.035
        self.items: list[dict[str, str]] = []
        self.unit_in_quantity = rng.random() < 0.12
        self.long_prices = any(line.price % 100 for line in record.lines) or rng.random() < 0.03
        thousandths = [line.quantity % 1000 for line in record.lines]
        exact = 3 if any(part % 10 for part in thousandths) else 2 if any(thousandths) else 0
        self.quantity_decimals = rng.choice((-1, -1, exact)) if exact else rng.choice((0, 0, 0, 0, 2, 2, 3))
        self._said: dict[str, str] = {}
        self._count = 0

    def say(self, key: str, group: str = "labels", **names: str) -> str:
        """The document's wording for `key`, chosen once."""
        name, key = key, f"{group}.{key}"
        if key not in self._said:
            text = self.rng.choice(self._wordings(group, name))
            case = self.look.label_case
            if self.bilingual and group == "labels" and "{" not in text:
                other = self.rng.choice(english().labels[name])
                text = text if "{" in other else f"{text.rstrip(':')} / {other}"
            if group != "text" and case != "as is" and "{" not in text:
                text = text.upper() if case == "upper" else text[:1] + text[1:].lower()
            self._said[key] = text
        text = self._said[key]
        if "{" in text:
            names = {
                "tax": self.record.tax_name,
                "currency": self.look.symbol,
                "rate": "",
                "base": "",
                "title": "",
                **names,
            }
            text = " ".join(text.format(**names).split())
        return text

    def _wordings(self, group: str, key: str) -> list[str]:
        """The language's, or as often those that its country has of its own."""
        own: list[str] | None = self.record.country.extra.get(group, {}).get(key)
        words: list[str] = getattr(self.language, group)[key]
        return own if own and self.rng.random() < 0.5 else words

    def retell(self, key: str, other: str) -> None:
        """From now on says `other` where `key` is asked for."""
        self.say(other)
        self._said[f"labels.{key}"] = self._said[f"labels.{other}"]

    def label(self, key: str, **names: str) -> str:
        """A wording with the document's colon."""
        return self.with_colon(self.say(key, **names))

    def with_colon(self, text: str) -> str:
        return text.rstrip(" :") + self.look.colon

    def words(self, text: str) -> Line:
        """The tokens of a label; a currency that it names is that field: `Total (EUR)`."""
        line = tokens(text)
        marks = (self.look.symbol, f"({self.look.symbol})", f"({self.look.symbol}):", f"{self.look.symbol}:")
        if not any(token.text in marks for token in line):
            return line
        self.values["currency"] = self.record.currency
        return [token._replace(label=self.tag("currency")) if token.text in marks else token for token in line]

    def role(self, field: str | None) -> str | None:
        """The field that a party's value is: on an order that the buyer wrote, its letterhead is the buyer's."""
        return ROLES.get(field, field) if self.swapped and field else field

    def tag(self, field: str) -> Label:
        """A label for one more occurrence of a header field."""
        self._count += 1
        return Label(field, self._count)

    def date(self, day: datetime.date, field: str | None = None, *, main: bool = False) -> Line:
        """A field's date, or another one, in the `main` pattern or that of the secondary dates."""
        pattern = self.look.date if field or main else self.look.other_date
        text = date_text(day, pattern, self.language, self.look.date_upper)
        if field:
            self.values[field] = day.isoformat()
        return tokens(text, self.tag(field) if field else None)

    def text(self, text: str, field: str | None = None) -> Line:
        """Words of a value; a field's normalised value is the text with single spaces."""
        field = self.role(field)
        if field is None:
            return tokens(text)
        self.values.setdefault(field, " ".join(text.split()))
        return tokens(text, self.tag(field))

    def money(self, cents: int, decimals: int = 2) -> str:
        """An amount without its currency."""
        value = abs(cents)
        if self.coin:
            value, decimals = value * self.coin, decimals - 2
            if self.zeros and not decimals:
                value, decimals = value * 100, 2
        text = self.look.numbers.text(value, decimals)
        return self.look.negative.replace("#", text) if cents < 0 else text

    def settle(self) -> None:
        """Makes the values what is printed where the currency has no cents; called once, when all is written."""
        if not self.coin:
            return
        for values in (self.values, *self.items):
            for field in MONEY & values.keys():
                amount = Decimal(values[field]) * 100 * self.coin
                values[field] = f"{amount:.2f}" if self.zeros or amount % 1 else f"{amount:.0f}"

    def amount(self, cents: int, field: str | None = None, *, level: str = "totals") -> Line:
        """A total with its currency where the document prints one; `level` is `line`, `totals` or `grand`."""
        label = self.tag(field) if field else None
        if field:
            self.values[field] = plain(cents)
        return self.priced(self.money(cents), label, level, field == "grand_total")

    def priced(self, text: str, label: Label | None, level: str, states_currency: bool = False) -> Line:
        look = self.look
        line = tokens(text, label)
        on = look.symbol_on == "all" or level == "grand" or (look.symbol_on == "totals" and level == "totals")
        if look.symbol_at == "none" or not on or not look.symbol:
            return line
        if look.symbol_at == "glued_before":
            sign = "-" if text.startswith("-") else ""
            return tokens(sign + look.symbol + text[len(sign):], label)  # fmt: skip
        if look.symbol_at == "glued_after":
            return tokens(text + look.symbol, label)
        mark = self.currency_mark() if states_currency else tokens(look.symbol)
        return [*mark, *line] if look.symbol_at == "before" else [*line, *mark]

    def currency_mark(self, code: bool = False) -> Line:
        """The currency's sign or code on its own, labelled."""
        self.values["currency"] = self.record.currency
        return tokens(self.record.currency if code else self.look.symbol, self.tag("currency"))

    def percent(self, rate: float) -> str:
        """`19%`, `19,00 %`, as the document prints them."""
        style = self.look.percent
        mark = self.look.numbers.decimal
        if rate != int(rate):
            return f"{rate:g}".replace(".", mark) + ("" if style in ("#", "#.00") else "%")
        return style.replace(".", mark).replace("#", str(int(rate)))

    def quantity(self, thousandths: int, decimals: int) -> str:
        """With `decimals` places, or as few as it needs (-1)."""
        if decimals < 0:
            whole = thousandths % 1000 == 0
            if whole:
                return str(thousandths // 1000)
            decimals = 1 if thousandths % 100 == 0 else 2 if thousandths % 10 == 0 else 3
        return self.look.numbers.text(round(thousandths / 10 ** (3 - decimals)), decimals)

    def address(self, party: Party, field: str | None, *, country: bool = False) -> list[Line]:
        """The address's lines, all of one occurrence."""
        field = self.role(field)
        label = self.tag(field) if field else None
        lines = [*party.address, party.country] if country else party.address
        if field:
            self.values.setdefault(field, " ".join(" ".join(lines).split()))
        return [tokens(line, label) for line in lines]

    def iban(self, text: str, field: str | None) -> Line:
        """In groups of four, or in one piece."""
        field = self.role(field)
        if field:
            self.values[field] = text
        if self.once("iban in groups", 0.7):
            text = " ".join(text[i : i + 4] for i in range(0, len(text), 4))
        return tokens(text, self.tag(field) if field else None)

    def once(self, habit: str, share: float) -> bool:
        """Whether the document has a habit that a `share` of documents have; the same answer all over it."""
        if habit not in self._said:
            self._said[habit] = "yes" if self.rng.random() < share else ""
        return bool(self._said[habit])
