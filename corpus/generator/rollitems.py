"""The lines of a receipt, in the many ways that tills print them."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.record import Line as Item
from docengine.corpus.generator.rollcells import Items
from docengine.corpus.generator.sheet import Line, Token, tokens

if TYPE_CHECKING:
    from docengine.corpus.generator.roll import Roll

STYLES = {"name amount": 2, "count name amount": 1.2, "count below": 2, "table": 2, "table below": 2.5,
          "count above": 0.8, "code below": 3, "code above": 1.5, "factors below": 2.2, "factors beside": 1,
          "rate beside": 0.9}  # fmt: skip
"""How a row is set, and how often."""


def write_items(roll: Roll) -> None:
    style = roll.rng.choices(tuple(STYLES), tuple(STYLES.values()))[0]
    items, own = Items(roll), OWN.get(roll.sale.trade)
    if own and roll.rng.random() < 0.6:
        own(roll, items)
        return
    if roll.sale.trade == "fuel":
        style = roll.rng.choice(("count below", "table below", "table"))
    if style.startswith("table"):
        _table(roll, items, below=style == "table below")
        return
    heads = tokens(roll.say("col_description")), tokens(roll.say("col_line_total"))
    if style == "rate beside" and roll.rng.random() < 0.7:
        _beside(roll, heads[0], tokens(roll.say("col_tax_percent")), heads[1])
    elif roll.rng.random() < 0.2:
        roll.pair(*heads)
    for row, item in enumerate(roll.writer.record.lines):
        _row(roll, items, style, row, item)
        write_cut(roll, row)


def _row(roll: Roll, items: Items, style: str, row: int, item: Item) -> None:
    several = item.quantity != 1000 or items.all_counts
    name, amount = items.name(row, item), items.amount(row, item)
    if items.numbered:
        name = [Token(f"{row + 1}."), *name]
    if items.articled:
        name = [*tokens(item.article), *name]
    cross = Token(items.cross)
    if style == "count name amount":
        count = items.count(row, item)
        extra = [cross] if roll.writer.once("cross", 0.4) else []
        roll.pair([*count, *extra, *name], amount)
    elif style == "count below" and several:
        roll.line(name)
        roll.pair(items.factors(row, item), amount, indent=roll.indent)
    elif style == "factors below" and several:
        roll.pair(name, amount)
        roll.pair(items.factors(row, item), [], indent=roll.indent)
    elif style == "factors beside" and several:
        _beside(roll, name, items.factors(row, item), amount)
    elif style == "rate beside":
        _beside(roll, name, items.rate(row, item), amount)
    elif style in ("code below", "code above"):
        _coded(roll, items, row, item, below=style == "code below")
    elif style == "count above" and several:
        roll.line(items.factors(row, item))
        roll.pair(name, amount)
    else:
        roll.pair(name, amount)


def _beside(roll: Roll, name: Line, middle: Line, amount: Line) -> None:
    """Name, what stands before the amount, and the amount; the name on a line of its own where it is long."""
    sheet, size = roll.sheet, roll.size
    stop = roll.edge - max(sheet.measure(amount, size) + size, (roll.edge - roll.left) * 0.2)
    room = stop - sheet.measure(middle, size) - size - roll.left
    if sheet.measure(name, size) > room * 1.15:
        roll.line(name)
    else:
        sheet.put(roll.left, roll.y, name, size, room=max(room, 20))
    sheet.put(stop, roll.y, middle, size, align="r", room=max(stop - roll.left - roll.indent, 20))
    sheet.put(roll.edge, roll.y, amount, size, align="r", room=roll.edge - stop - 2)
    roll.down()


def _coded(roll: Roll, items: Items, row: int, item: Item, *, below: bool) -> None:
    """The name in a line of its own; its code, count, price and amount in columns in the line below or above it."""
    sheet, width = roll.sheet, roll.edge - roll.left
    name, amount = items.name(row, item), items.amount(row, item)
    if below:
        roll.line(name)
    count = [*items.count(row, item), *([Token(items.cross)] if roll.writer.once("cross", 0.6) else [])]
    if roll.writer.once("codes", 0.75):
        sheet.put(
            roll.left + roll.indent, roll.y, tokens(item.article), roll.size, room=max(width * 0.4 - roll.indent, 30)
        )
    stops = (roll.left + width * 0.52, roll.left + width * 0.74, roll.edge)
    for stop, cell, share in zip(stops, (count, items.price(row, item), amount), (0.11, 0.2, 0.24), strict=True):
        sheet.put(stop, roll.y, cell, roll.size, align="r", room=width * share)
    roll.down()
    if not below:
        roll.line(name)


def write_cut(roll: Roll, row: int) -> None:
    """A discount on the row above: `MEMBER DISCOUNT   -0.24`."""
    cents = roll.sale.cuts.get(row)
    if cents:
        label = roll.label("discount", rate="")
        roll.pair(label, roll.writer.amount(-cents, level="line"), indent=roll.indent)


def _head(roll: Roll, key: str) -> str:
    """A column's head, with the currency in brackets where the till has it so: `AMOUNT(RM)`."""
    text, symbol = roll.say(f"col_{key}"), roll.writer.look.symbol
    if key == "quantity" or not symbol or "(" in text or not roll.writer.once("currency in heads", 0.3):
        return text
    return f"{text}{'' if roll.writer.once('tight heads', 0.5) else ' '}({symbol})"


def _table(roll: Roll, items: Items, *, below: bool) -> None:
    """Columns under a head row; the numbers beside the name or in the row below (or above) it."""
    rng, sheet = roll.rng, roll.sheet
    keys = [key for key, share in (("quantity", 0.9), ("unit_price", 0.75)) if rng.random() < share]
    if len(keys) == 2 and rng.random() < 0.3:
        keys.reverse()
    if rng.random() < (0.02 if roll.writer.record.country.code == "MY" else 0.14):
        keys.insert(rng.randrange(len(keys) + 1), "tax_percent")
    makers = {"quantity": items.count, "unit_price": items.price, "tax_percent": items.rate, "line_total": items.amount}
    keys.append("line_total")
    rows = [[makers[key](row, item) for key in keys] for row, item in enumerate(roll.writer.record.lines)]
    heads = [tokens(_head(roll, key)) for key in keys]
    widths = [max([sheet.measure(head, roll.size), *(sheet.measure(cells[i],
        roll.size) for cells in rows)]) + roll.size * 0.9
              for i, head in enumerate(heads)]  # fmt: skip
    full = roll.edge - roll.left
    longest = max(sheet.measure(items.name(row, item), roll.size) for row, item in enumerate(roll.writer.record.lines))
    below = below or longest > 1.5 * (full - min(sum(widths), full * 0.66))
    squeeze = min(1.0, full * (0.95 if below else 0.66) / sum(widths))
    if below and rng.random() < 0.5:
        widths = [full / len(widths)] * len(widths)
        squeeze = 1.0
    stops = [roll.edge - sum(widths[i + 1 :]) * squeeze for i in range(len(widths))]
    start = roll.edge - roll.left - sum(widths) * squeeze
    if rng.random() < 0.85:
        sheet.put(
            roll.left,
            roll.y,
            tokens(roll.say("col_description")),
            roll.size,
            room=max(start - 2, 20) if not below else roll.width * 0.3,
        )
        roll.y += roll.step if below else 0
        for stop, head, width in zip(stops, heads, widths, strict=True):
            sheet.put(stop, roll.y, head, roll.size, align="r", room=width * squeeze - 2)
        roll.y += roll.step
        roll.separator()
    if roll.writer.look.symbol and rng.random() < (0.25 if roll.writer.record.country.code == "MY" else 0.03):
        for stop in stops[1:]:
            sheet.put(stop, roll.y, tokens(f"({roll.writer.look.symbol})"), roll.size, align="r")
        roll.down()
    first = rng.random() < 0.2
    for row, (item, cells) in enumerate(zip(roll.writer.record.lines, rows, strict=True)):
        name = [*tokens(item.article), *items.name(row, item)] if items.articled else items.name(row, item)
        if below and not first:
            roll.line(name)
        if not below:
            parts = sheet.wrap(name, roll.size, max(start, 40))
            for part in parts[:-1]:
                sheet.put(roll.left, roll.y, part, roll.size, room=start)
                roll.y += roll.step
            sheet.put(roll.left, roll.y, parts[-1], roll.size, room=start)
        for stop, cell, width in zip(stops, cells, widths, strict=True):
            sheet.put(stop, roll.y, cell, roll.size, align="r", room=width * squeeze - 1)
        roll.down()
        if below and first:
            roll.line(name)
        write_cut(roll, row)


def _fuel(roll: Roll, items: Items) -> None:
    """`22.73 LITRE PUMP # 02`, the product with its amount, the price of a litre, in some order."""
    rng = roll.rng
    per = roll.words(rng.choice(("/", "/L", "/ LITRE", "per L", "/l")))
    for row, item in enumerate(roll.writer.record.lines):
        pump = [*roll.label("pump"), Token(f"{rng.randrange(1, 16):02d}")] if rng.random() < 0.6 else []
        volume = [*items.count(row, item), *roll.words(rng.choice(("L", "LITRE", "Ltr", roll.say("litres"))))]
        parts = [
            lambda row=row, item=item: roll.pair(items.name(row, item), items.amount(row, item)),
            lambda volume=volume, pump=pump: roll.line([*volume, *pump] if rng.random() < 0.7 else [*pump, *volume]),
            lambda row=row, item=item: roll.line([*items.price(row, item), *per], align=rng.choice("lc")),
        ]
        rng.shuffle(parts)
        for part in parts:
            part()


def _dated(roll: Roll, items: Items) -> None:
    """A hotel's folio: the day before what was charged on it."""
    sale = roll.sale
    day = sale.start.date()
    nights = max(1, (sale.record.date - day).days)
    for row, item in enumerate(sale.record.lines):
        at = day + datetime.timedelta(days=min(row, nights - 1))
        name = [*roll.writer.date(at, main=True), *items.name(row, item)]
        if item.quantity != 1000 or items.all_counts:
            name = [*name, *items.count(row, item), Token(items.cross), *items.price(row, item)]
        if roll.writer.once("folio references", 0.4):
            forms = ("###", "###", "CHK ####", "####", "#####", "@###", "")
            name = [*name, *tokens(identifiers.filled(roll.rng, roll.rng.choice(forms)))]
        roll.pair(name, items.amount(row, item))
    if roll.rng.random() < 0.3:
        paid = roll.writer.amount(-sale.record.total, level="line")
        roll.pair([*roll.writer.date(sale.record.date, main=True), *roll.label("card")], paid)


OWN = {"fuel": _fuel, "hotel": _dated}
"""Trades whose rows have a make of their own."""
