"""Which columns an item table has, in which order, and under which titles."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from docengine.corpus.generator.sheet import Line, Sheet
from docengine.corpus.generator.writer import Writer, english


@dataclass(slots=True)
class Column:
    """A column of the table; `left` and `width` in points."""

    key: str
    title: str
    second: str
    """The title's translation below it, or nothing."""
    align: str
    cells: list[Line]
    left: float = 0.0
    width: float = 0.0
    anchor: float = 0.0
    """Where the cells' left, right or middle is."""
    leads: bool = True
    """Whether it stands left of the description, or is it: on the first line where numbers stand on the last."""


LEFT = frozenset(("pos", "article", "description", "date", "unit", "ean", "serial", "order_line", "period", "sign",
    "activity", "staff"))  # fmt: skip
CENTRED = frozenset(("quantity", "tax_percent", "unit", "pos", "tax_code", "currency", "discount", "per", "date"))
DISPENSABLE = ("currency", "hs", "serial", "ean", "order_line", "period", "weight", "backorder", "price_gross", "gross",
    "tax_amount", "ordered", "pos", "activity", "staff", "article", "unit", "tax_code", "date")  # fmt: skip
"""What a narrow page does without, first to last."""

_RANKS = {
    "pos": 0.0, "order_line": 0.5, "date": 1.0, "staff": 1.5, "activity": 1.8, "article": 2.0,
    "ean": 2.3, "description": 3.0, "hs": 3.4,
    "serial": 3.5, "period": 3.6, "ordered": 4.0, "quantity": 4.2, "backorder": 4.4, "unit": 4.6, "weight": 4.8,
    "list_price": 5.0, "discount": 6.5, "unit_price": 6.0, "per": 6.1, "price_gross": 6.3, "tax_percent": 7.0,
    "tax_code": 7.2, "tax_amount": 7.5, "line_total": 8.0, "gross": 9.0, "currency": 8.5,
}  # fmt: skip
"""Where a column usually stands."""

_SHARES: dict[str, dict[str, float]] = {
    "usual": {"pos": 0.36, "article": 0.28, "quantity": 0.93, "unit": 0.25, "unit_price": 0.9, "tax_percent": 0.3,
              "tax_code": 0.06, "tax_amount": 0.06, "gross": 0.08, "price_gross": 0.02, "discount": 0.05,
              "activity": 0.05},
    "short": {"pos": 0.3, "article": 0.1, "quantity": 0.15, "tax_percent": 0.15, "activity": 0.05},
    "goods": {"pos": 0.4, "article": 0.8, "ean": 0.2, "hs": 0.06, "serial": 0.06, "order_line": 0.1, "quantity": 1.0,
              "ordered": 0.2, "unit": 0.45, "weight": 0.1, "unit_price": 0.95, "discount": 0.25, "tax_percent": 0.4,
              "tax_code": 0.15, "currency": 0.07, "gross": 0.04},
    "time": {"pos": 0.1, "date": 1.0, "quantity": 1.0, "unit": 0.1, "unit_price": 0.85, "tax_percent": 0.15,
             "tax_code": 0.06, "activity": 0.3, "staff": 0.3},
    "prices": {"pos": 0.2, "article": 0.2, "quantity": 0.95, "unit": 0.15, "unit_price": 1.0, "price_gross": 0.3,
               "tax_percent": 0.75, "tax_amount": 0.5, "gross": 0.85},
}  # fmt: skip
"""Sort of table -> how often it has a column; a description and an amount are always there."""


_PRICED = frozenset(("unit_price", "discount", "tax_percent", "tax_code", "tax_amount", "gross", "price_gross",
    "currency"))  # fmt: skip


def draw_sort(writer: Writer) -> str:
    """`usual`, `short`, `goods`, `time` (hours by day) or `prices` (net and gross side by side)."""
    return writer.rng.choices(tuple(_SHARES), (56, 8, 20, 6, 10))[0]


def draw_columns(writer: Writer, sort: str) -> list[str]:
    """Keys of the columns from left to right."""
    rng, record = writer.rng, writer.record
    shares = dict(_SHARES[sort])
    lines = record.lines
    if record.kind == "delivery_note":
        shares = {key: share for key, share in shares.items() if key not in _PRICED}
        shares |= {"quantity": 1.0, "weight": 0.2, "serial": 0.15, "ordered": 0.3}
    else:
        shares["line_total"] = 0.98
        if len({line.rate for line in lines}) > 1 and sort != "short":
            shares["tax_percent"] = 0.85
        _for_discounts(writer, shares)
    if record.included or not record.lines[0].rate:
        for key in ("gross", "price_gross", "tax_amount"):
            shares.pop(key, None)
    if any(line.date for line in lines):
        shares["date"] = 1.0
    elif "date" in shares:
        _date_lines(writer)
    if record.kind == "bill":
        shares["period"] = 0.15
    keys = [key for key, share in shares.items() if rng.random() < share]
    if "tax_code" in keys and "tax_percent" in keys:
        keys.remove(rng.choice(("tax_code", "tax_percent")))
    if "ordered" in keys and rng.random() < 0.4:
        keys.append("backorder")
    return _ordered(writer, ["description", *keys])


def _for_discounts(writer: Writer, shares: dict[str, float]) -> None:
    lines = writer.record.lines
    if "unit_price" not in shares:
        return
    if any(line.list_price for line in lines):
        shares |= {"list_price": 0.85, "discount": 0.85, "unit_price": 1.0}
    elif any(line.discount for line in lines):
        shares["discount"] = 0.95
    if any(line.per > 1 for line in lines):
        shares |= {"per": 1.0, "unit_price": 1.0}


def _date_lines(writer: Writer) -> None:
    """Gives the rows days, in order, before the document's."""
    lines, day = writer.record.lines, writer.record.date
    for line in reversed(lines):
        day -= datetime.timedelta(days=writer.rng.choice((0, 1, 1, 2, 3)))
        line.date = day


def _ordered(writer: Writer, keys: list[str]) -> list[str]:
    """By rank, with habits that move a column, and now and then in no usual order at all."""
    rng = writer.rng
    ranks = {key: _RANKS[key] for key in keys}
    if rng.random() < 0.45:
        place = rng.choices((-1.0, 2.5, 6.15, 7.9, 10.0), (45, 10, 30, 5, 10))[0]
        ranks["quantity"], ranks["unit"] = place, place + 0.02
        if rng.random() < 0.3:
            ranks["unit"] = place - 0.02
    if rng.random() < 0.35:
        ranks["tax_percent"] = ranks["tax_code"] = rng.choice((3.1, 4.1, 4.9, 5.9, 9.5, 9.5, 9.5))
    if "list_price" in ranks:
        ranks["discount"] = 5.5
    elif rng.random() < 0.2:
        ranks["discount"] = rng.choice((4.9, 7.3))
    moves = (("activity", 0.1, 3.3), ("staff", 0.3, 3.3), ("article", 0.15, 3.3), ("date", 0.12, 3.3),
        ("line_total", 0.04, 6.7), ("unit_price", 0.03, 2.9), ("description", 0.03, 9.9),
        ("unit", 0.1, 3.9), ("pos", 0.03, 2.95))  # fmt: skip
    for key, share, place in moves:
        if rng.random() < share:
            ranks[key] = place
    spread = rng.choices((0.0, 1.5, 5.0), (88, 8, 4))[0]
    if spread:
        ranks = {key: ranks[key] + rng.gauss(0, spread) for key in keys}
    return sorted(keys, key=ranks.__getitem__)


def titles(writer: Writer, keys: list[str], sort: str, money_off: bool = False) -> list[tuple[str, str]]:
    """Each column's title and, on bilingual tables, what stands below it; no title twice.

    `money_off`: discounts are amounts, so no title may call them percentages.
    """
    rng = writer.rng
    twice = writer.language.code != "en" and not writer.bilingual and rng.random() < 0.05
    bare = rng.random() < 0.02
    gross = writer.record.included and rng.random() < 0.4
    used: set[str] = set()
    out = []
    for key in keys:
        name = _GROSS[key] if gross and key in _GROSS else _title_key(key, keys, sort)
        text = "" if key == "sign" or (bare and key == "description") else writer.say(name)
        wrong = _RATE if key == "discount" and money_off else _PATTERN
        if text in used or wrong.search(text):
            others = [other for other in writer.language.labels[name] if not wrong.search(other) and other not in used]
            text = rng.choice(others) if others else text
        used.add(text)
        plain = [other for other in english().labels[name] if not wrong.search(other)] if twice and text else []
        out.append((text, rng.choice(plain) if plain else ""))
    return out


_PATTERN = re.compile(r"\{")
_RATE = re.compile(r"[{%]|sats|satz|pct|oran", re.IGNORECASE)
"""Titles that have blanks to fill in; those and the ones above percentages."""

_GROSS = {"unit_price": "col_price_gross", "line_total": "col_gross"}
"""Titles that say that tax is in the prices."""


def _title_key(key: str, keys: list[str], sort: str) -> str:
    if key == "quantity":
        return "col_delivered" if "ordered" in keys else "col_hours" if sort == "time" else "col_quantity"
    if key == "unit_price":
        return "col_net_price" if "list_price" in keys else "col_rate" if sort == "time" else "col_unit_price"
    return "col_currency" if key == "sign" else f"col_{key}"


_MARK = re.compile(r"[.,](?=\d{1,4}$)|(?<=\d)$")
"""Where a number's decimals begin, or it ends."""


def before_mark(sheet: Sheet, line: Line, size: float) -> float:
    """Width of a cell up to its number's decimal mark; of one without a number, its whole width."""
    for i in range(len(line) - 1, -1, -1):
        found = _MARK.search(line[i].text.rstrip("-)%€$£"))
        if found:
            return sheet.measure([*line[:i], line[i]._replace(text=line[i].text[: found.start()])], size)
    return sheet.measure(line, size)


def put_cell(sheet: Sheet, column: Column, y: float, line: Line, size: float, *, bold: bool = False,
             room: float) -> None:  # fmt: skip
    """Writes a cell's line where its column has it; `d` is at the decimal mark."""
    if column.align != "d":
        sheet.put(column.anchor, y, line, size, bold=bold, align=column.align, room=room)
        return
    x = column.anchor - before_mark(sheet, line, size)
    edge = column.left + column.width + size * 0.3
    if x + sheet.measure(line, size, bold) > edge or x < column.left - size:
        sheet.put(edge, y, line, size, bold=bold, align="r", room=room)
    else:
        sheet.put(x, y, line, size, bold=bold)
