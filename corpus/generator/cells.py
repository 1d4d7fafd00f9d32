"""The cells of an item table: one maker a column, and what may stand below a description."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from docengine.corpus.generator.formats import plain
from docengine.corpus.generator.identifiers import filled
from docengine.corpus.generator.line import Line as Item
from docengine.corpus.generator.line import line_total, rounded
from docengine.corpus.generator.metadata import period_line
from docengine.corpus.generator.sheet import Line, Token, tokens
from docengine.corpus.generator.writer import Writer
from docengine.corpus.labelled import Label

Cell = Callable[[int, Item], Line]


def quantity_text(item: Item) -> str:
    """The normalised quantity: no zeros after the point."""
    return plain(item.quantity, 3).rstrip("0").rstrip(".")


class Cells:
    """Makes the cells of one document's rows. A cell without a label is no field of the row."""

    def __init__(self, writer: Writer) -> None:
        self.writer, rng = writer, writer.rng
        self.step = 10 if rng.random() < 0.1 else 1
        self.pos_form = rng.choice(("{}", "{}", "{}", "{}", "{}.", "{:03d}", "{:02d}"))
        self.rates = sorted({item.rate for item in writer.record.lines}, reverse=True)
        self.codes: Sequence[str] = rng.choice(("ABCD", "ABCD", "1234", "1234", "SRZE", "NEMG", "2310", "VRSX"))
        name = writer.record.tax_name
        if name.isalpha() and self.rates[0] and rng.random() < 0.35:
            self.codes = (name, f"{name}-R", "Z", "-")
        self.activities = rng.sample([name for name in writer.language.goods["services"] if len(name) < 17], 3)
        self.staff = [filled(rng, rng.choice(("@@@", "@@", "@@", "@.@."))) for _ in range(rng.choice((1, 2, 3)))]
        self.blank_lumps = rng.random() < 0.75
        self.free_word = rng.random() < 0.5
        self.rate_form = rng.choice(_RATE_FORMS)
        self.discount_amounts = rng.random() < 0.12
        self.zero_discount = rng.random() < 0.4
        self.article_at = rng.choice(("", "", "", "", "", "", "", "", "first", "below", "brackets", "square"))
        """Where the article's number stands when it has no column."""
        self.count_first = rng.random() < 0.15
        """`2 x chair`, where there is no column of quantities."""
        self.upper = rng.random() < 0.05
        self.even_prices = rng.random() < 0.6
        """Whether all prices have as many decimals as one of them needs."""
        self.with_unit = writer.unit_in_quantity
        """`3 kg`, in the column of quantities."""
        self.three_decimals = all(line.price % 10 == 0 for line in writer.record.lines) and rng.random() < 0.6
        self.unit_in_price = rng.random() < 0.04
        """`12,50/h`."""
        self.cross_after = rng.choice(("x", "X")) if rng.random() < 0.03 else ""
        """`3x` in the column of quantities."""
        self.code_after = rng.random() < 0.03
        """The rate's code after the row's amount."""
        self.conditions = False
        """Whether a row shows its list price, and rows below it what comes off and what is left."""
        share = _PERIOD_BELOW.get(writer.record.kind, 0.0)
        self.period_below = rng.random() < share
        """The document's period below each description."""
        self.cross = rng.choice(("x", "x", "X", "à", "@", "×", "*"))
        self.percent_form = rng.choice(("{}- %", "-{} %", "{} %", "{}-%"))
        self.apart = False
        """Whether amounts' currency signs stand in columns of their own."""
        self.patterns = {key: rng.choice(forms) for key, forms in _PATTERNS.items()}
        self.makers: dict[str, Cell] = {
            "pos": self._pos, "article": self._article, "description": self._description, "quantity": self._quantity,
            "unit": self._unit, "unit_price": self._unit_price, "list_price": self._list_price, "per": self._per,
            "price_gross": self._price_gross, "discount": self._discount, "tax_percent": self._tax_percent,
            "tax_code": self._tax_code, "tax_amount": self._tax_amount, "line_total": self._line_total,
            "gross": self._gross, "date": self._date, "period": self._period, "ordered": self._ordered,
            "backorder": self._backorder, "weight": self._weight, "currency": self._currency, "ean": self._number,
            "hs": self._number, "serial": self._number, "order_line": self._number, "sign": self._sign,
            "activity": self._activity, "staff": self._staff,
        }  # fmt: skip

    def of(self, key: str, row: int, item: Item) -> Line:
        return tokens(filled(self.writer.rng, self.patterns[key])) if key in _PATTERNS else self.makers[key](row, item)

    def _label(self, field: str, row: int, value: str) -> Label:
        items = self.writer.items
        while len(items) <= row:
            items.append({})
        items[row][field] = value
        return Label(field, row)

    def _priced(self, cents: int, label: Label | None, decimals: int = 2) -> Line:
        text = self.writer.money(cents, decimals)
        return tokens(text, label) if self.apart else self.writer.priced(text, label, "line")

    def _pos(self, row: int, item: Item) -> Line:
        return [Token(self.pos_form.format((row + 1) * self.step))]

    def _article(self, row: int, item: Item) -> Line:
        return tokens(item.article)

    def _description(self, row: int, item: Item) -> Line:
        return self._described(row, item.description)

    def _described(self, row: int, text: str) -> Line:
        text = text.upper() if self.upper else text
        return tokens(text, self._label("description", row, " ".join(text.split())))

    def _quantity(self, row: int, item: Item) -> Line:
        writer = self.writer
        if item.lump and self.blank_lumps:
            return []
        label = self._label("quantity", row, quantity_text(item))
        line = tokens(writer.quantity(item.quantity, writer.quantity_decimals), label)
        if self.with_unit and item.unit:
            first, *rest = tokens(item.unit)
            line += [first._replace(glued=writer.once("glued unit", 0.05)), *rest]
        elif self.cross_after:
            line.append(Token(self.cross_after, None, writer.once("glued cross", 0.5)))
        return line

    def _unit(self, row: int, item: Item) -> Line:
        return tokens(item.unit)

    def _price(self, price: int) -> tuple[int, int]:
        """The price in units of its last decimal, and how many it is printed with."""
        if price % 100 == 0 and not (self.writer.long_prices and self.even_prices):
            return price // 100, 2
        return (price // 10, 3) if price % 10 == 0 and self.three_decimals else (price, 4)

    def _unit_price(self, row: int, item: Item) -> Line:
        if (item.lump and self.blank_lumps) or (item.free and not item.price):
            return []
        if self.conditions and item.list_price:
            return self._list_price(row, item)
        value, decimals = self._price(item.price)
        line = self._priced(value, self._label("unit_price", row, plain(value, decimals)), decimals)
        if self.unit_in_price and item.unit:
            line.append(Token(f"/{item.unit.replace(' ', '')}", None, self.writer.once("glued per", 0.5)))
        return line

    def _list_price(self, row: int, item: Item) -> Line:
        """Before the discount; another reader might take it for the unit price."""
        if item.lump and self.blank_lumps:
            return []
        value, decimals = self._price(item.list_price or item.price)
        return self._priced(value, Label("unit_price", row, False), decimals)

    def _per(self, row: int, item: Item) -> Line:
        return [Token(str(item.per))]

    def wants_conditions(self, columns: list[str]) -> bool:
        """Decides, before cells are made, whether list prices and discounts stand in rows rather than in columns."""
        listed = any(item.list_price for item in self.writer.record.lines)
        priced = {"quantity", "unit_price", "line_total"} <= set(columns)
        self.conditions = listed and priced and self.writer.once("conditions", 0.35)
        return self.conditions

    def _before_discount(self, item: Item) -> int:
        return line_total(item.quantity, item.list_price, 0, item.per)

    def conditions_of(self, row: int, item: Item) -> list[dict[str, Line]]:
        """The rows below an item, cells by column: what comes off, then the price and the amount that are left."""
        if not (self.conditions and item.list_price):
            return []
        writer, form = self.writer, self.percent_form
        off = item.total - self._before_discount(item)
        value, decimals = self._price(item.price)
        return [
            {"description": tokens(writer.say("col_discount").rstrip(" :%")),
             "quantity": tokens(form.format(writer.look.numbers.text(item.discount * 1000, 3))),
             "line_total": self._priced(off, None)},
            {"description": tokens(writer.say("col_net_price")),
             "unit_price": self._priced(value, self._label("unit_price", row, plain(value, decimals)), decimals),
             "line_total": self._priced(item.total, self._label("line_total", row, plain(item.total)))},
        ]  # fmt: skip

    def _price_gross(self, row: int, item: Item) -> Line:
        if item.lump and self.blank_lumps:
            return []
        cents = rounded(item.price * (100_000 + round(item.rate * 1000)), 10_000_000)
        return self._priced(cents, None)

    def _discount(self, row: int, item: Item) -> Line:
        if self.discount_amounts:
            full = line_total(item.quantity, item.list_price or item.price, 0, item.per)
            return self._priced(full - item.total if item.discount else 0, None)
        return tokens(self.writer.percent(item.discount)) if item.discount or self.zero_discount else []

    def _tax_percent(self, row: int, item: Item) -> Line:
        """`20 %`, or with the tax's name or a code beside it: `TVA 20%`, `20% G`."""
        rate = tokens(self.writer.percent(item.rate), self._label("tax_percent", row, f"{item.rate:g}"))
        if not self.rate_form:
            return rate
        name, code = self.writer.record.tax_name, self.tax_code(item.rate)
        before, _, after = self.rate_form.partition("%")
        return [*tokens(before.format(name=name, code=code)), *rate, *tokens(after.format(name=name, code=code))]

    def tax_code(self, rate: float) -> str:
        return self.codes[min(self.rates.index(rate), 3)]

    def _tax_code(self, row: int, item: Item) -> Line:
        return [Token(self.tax_code(item.rate))]

    def _tax(self, item: Item) -> int:
        share = round(item.rate * 1000)
        return rounded(item.total * share, 100_000 + share if self.writer.record.included else 100_000)

    def _tax_amount(self, row: int, item: Item) -> Line:
        return self._priced(self._tax(item), None)

    def _line_total(self, row: int, item: Item) -> Line:
        if item.free and self.free_word:
            return tokens(self.writer.say("free"))
        if self.conditions and item.list_price:
            return self._priced(self._before_discount(item), Label("line_total", row, False))
        line = self._priced(item.total, self._label("line_total", row, plain(item.total)))
        return [*line, Token(self.tax_code(item.rate))] if self.code_after else line

    def _gross(self, row: int, item: Item) -> Line:
        return self._priced(item.total + self._tax(item), None)

    def _date(self, row: int, item: Item) -> Line:
        return self.writer.date(item.date) if item.date else []

    def _period(self, row: int, item: Item) -> Line:
        """The same in all rows, so that some would call it the document's."""
        parts: list[Line] = []
        for day, field in zip(self.writer.record.period, ("period_start", "period_end"), strict=True):
            label = self.writer.tag(field)._replace(certain=False)
            parts.append([token._replace(label=label) for token in self.writer.date(day)])
        return [*parts[0], Token("-"), *parts[1]]

    def _ordered(self, row: int, item: Item) -> Line:
        return tokens(self.writer.quantity(item.quantity + self._open(row), self.writer.quantity_decimals))

    def _backorder(self, row: int, item: Item) -> Line:
        return tokens(self.writer.quantity(self._open(row), self.writer.quantity_decimals))

    def _open(self, row: int) -> int:
        """What is still to be delivered, in 1/1000; mostly nothing."""
        return 1000 * (0, 0, 0, 2, 0, 0, 5, 0, 0, 0, 1)[(row * 7 + len(self.writer.record.number)) % 11]

    def _weight(self, row: int, item: Item) -> Line:
        grams = abs(item.quantity) * (3 + len(item.description) % 17) // 10
        return tokens(self.writer.look.numbers.text(grams, 3))

    def _currency(self, row: int, item: Item) -> Line:
        return [Token(self.writer.record.currency, self.writer.tag("currency")._replace(certain=False))]

    def _activity(self, row: int, item: Item) -> Line:
        """What sort of work or goods it is; some would call it a part of the description."""
        return tokens(self.writer.rng.choice(self.activities), Label("description", row, False))

    def _staff(self, row: int, item: Item) -> Line:
        """Initials of who did it."""
        return tokens(self.writer.rng.choice(self.staff))

    def _sign(self, row: int, item: Item) -> Line:
        return tokens(self.writer.look.symbol)

    def _number(self, row: int, item: Item) -> Line:
        return []

    def in_description(self, row: int, item: Item, columns: list[str]) -> Line:
        """The description's cell; an article's number on its first line belongs to it."""
        form = "{text}" if "article" in columns else _ARTICLE_FORMS.get(self.article_at, "{text}")
        line = self._described(row, form.format(text=item.description, article=item.article))
        if self.count_first and "quantity" not in columns and not item.lump and item.quantity % 1000 == 0:
            count = tokens(self.writer.quantity(item.quantity, 0), self._label("quantity", row, quantity_text(item)))
            line = [*count, Token(self.cross), *line]
        return line

    def below(self, row: int, item: Item, *, has_article: bool) -> list[Line]:
        """Lines under the description: the article's number, notes. Some would call them a part of it."""
        label = Label("description", row, False)
        lines: list[Line] = []
        if self.article_at == "below" and not has_article:
            lines.append(tokens(f"{self.writer.label('col_article')} {item.article}", label))
        if self.period_below:
            lines.append(period_line(self.writer))
        return lines + [tokens(note, label) for note in item.note.split("\n") if note]

    def product(self, row: int, item: Item) -> Line:
        """`3 Stk x 12,50`, for a line of its own."""
        if item.lump and self.blank_lumps:
            return []
        unit = tokens(item.unit) if not self.with_unit else []
        return [*self._quantity(row, item), *unit, Token(self.cross), *self._unit_price(row, item)]


_PERIOD_BELOW = {"invoice": 0.03, "bill": 0.08, "quote": 0.01}
_ARTICLE_FORMS = {"first": "{article} {text}", "brackets": "{text} ({article})", "square": "[{article}] {text}"}
_RATE_FORMS = ("", "", "", "", "", "", "", "", "", "", "", "{name} %", "{name} %", "% {name}", "% {code}", "{code} %",
    "{code} = %")  # fmt: skip
"""What stands around a row's rate, in the place of %."""
_PATTERNS = {
    "ean": ("40#######" "####", "#############", "############"), "hs": ("########", "####.##", "#### ## ##"),
    "serial": ("@@######", "#########", "L######", "@#####-##"), "order_line": ("#0", "######/#0", "########"),
}  # fmt: skip
