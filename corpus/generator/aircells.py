"""Cells of a schedule: what a line of the order shows in each column, with the line items that they are."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.airgrid import Column
from docengine.corpus.generator.airtimes import day_letters
from docengine.corpus.generator.campaign import Spot
from docengine.corpus.generator.formats import plain
from docengine.corpus.generator.sheet import Line, Token, tokens
from docengine.corpus.labelled import Label

if TYPE_CHECKING:
    from docengine.corpus.generator.airtime import Order

SHARES = (
    ("line", 0.8), ("channel", 0.45), ("start", 0.65), ("end", 0.65), ("dates", 0.12), ("description", 1.0),
    ("kind", 0.45), ("hours", 0.8), ("days", 0.75), ("length", 0.8), ("week", 0.35), ("weeks", 0.12), ("rating", 0.3),
    ("cpp", 0.1), ("rate", 0.9), ("count", 0.85), ("amount", 0.8),
)  # fmt: skip
_INSERTIONS = (
    ("line", 0.5), ("issue", 0.6), ("start", 0.4), ("end", 0.4), ("channel", 0.4), ("description", 1.0), ("size", 0.8),
    ("count", 0.75), ("rate", 0.85), ("amount", 0.85),
)  # fmt: skip
_RIGHT = frozenset(("line", "count", "rate", "amount", "rating", "cpp", "week", "weeks"))


def column(order: Order, key: str) -> Column:
    right = order.writer.once(f"right {key}", 0.5 if key == "line" else 0.8) if key in _RIGHT else False
    return Column(key, tokens(order.say(f"col_{key}")), right)


def base_columns(order: Order, *, brief: bool = False) -> list[Column]:
    """The order's columns: what is bought, when, how often, for how much; few of them where others will follow."""
    rng = order.rng
    shares = SHARES if order.campaign.medium in ("tv", "radio", "cable") else _INSERTIONS
    keys = [key for key, share in shares if rng.random() < share]
    if brief:
        keys = [key for key in keys if key in ("line", "description", "hours", "days", "length", "channel", "size")]
        return [column(order, key) for key in keys]
    if "dates" in keys:
        keys = [key for key in keys if key not in ("start", "end")]
    if not {"rate", "amount"} & set(keys):
        keys.append("amount")
    if rng.random() < 0.2:
        keys.remove("description")
        keys.insert(rng.randrange(0, min(3, len(keys)) + 1), "description")
    if rng.random() < 0.2:
        at = keys.index("description")
        tail = [key for key in keys[at + 1 :] if key not in ("amount",)]
        rng.shuffle(tail)
        keys = keys[: at + 1] + tail + [key for key in keys[at + 1 :] if key == "amount"]
    return [column(order, key) for key in keys]


def item(order: Order, number: int) -> dict[str, str]:
    """The line item of that number, which is begun where it does not exist."""
    items = order.writer.items
    while len(items) <= number:
        items.append({})
    return items[number]


def money_cell(order: Order, number: int, field: str, cents: int) -> Line:
    item(order, number)[field] = plain(cents)
    writer = order.writer
    return writer.priced(writer.money(cents), Label(field, number), "line")


def cell(order: Order, key: str, number: int, spot: Spot) -> Line:
    """What line item `number`, a whole line of the order, has in column `key`."""
    return counted(order, key, number, spot, spot.count)


def counted(order: Order, key: str, number: int, spot: Spot, count: int) -> Line:
    """The same for a part of the line, `count` of its spots."""
    writer, rng = order.writer, order.rng
    if key == "line":
        state = rng.choice("NNNE") if writer.once("line states", 0.2) else ""
        return [Token(state), Token(str(number + 1))] if state else [Token(str(number + 1))]
    if key == "description":
        item(order, number)["description"] = " ".join(spot.program.split())
        return tokens(spot.program, Label("description", number))
    if key == "count":
        item(order, number)["quantity"] = str(count)
        return [Token(str(count), Label("quantity", number))]
    if key == "rate":
        return money_cell(order, number, "unit_price", spot.rate)
    if key == "amount":
        return money_cell(order, number, "line_total", spot.rate * count)
    return _plain_cell(order, key, spot)


def _plain_cell(order: Order, key: str, spot: Spot) -> Line:
    """Cells that are no field."""
    rng, words = order.rng, order.writer.language.broadcast
    if key in ("start", "end"):
        return order.day(spot.start if key == "start" else spot.end)
    if key == "issue":
        return order.day(spot.airings[0])
    if key == "dates":
        return [*order.day(spot.start), Token("-"), *order.day(spot.end)]
    if key == "channel":
        return tokens(spot.outlet)
    if key == "kind":
        return [Token(rng.choice(words["units"]))]
    if key == "size":
        return tokens(rng.choice(words["sizes"]))
    if key == "week":
        return tokens(str(max(sum(days) for _, days in spot.weeks)))
    if key == "weeks":
        return tokens(str(len(spot.weeks)))
    if key == "rating":
        return tokens(f"{spot.rating / 10:.1f}")
    if key == "cpp":
        return tokens(order.writer.money(spot.rate * 10 // spot.rating))
    if key == "days":
        return day_tokens(order, spot.days)
    return tokens(getattr(spot, key))


def day_tokens(order: Order, pattern: str) -> Line:
    """`- T - T - - -` in one word or in seven; PDF readers often find the dashes to be words of their own."""
    if len(pattern) == 7 and order.writer.once("spaced days", 0.5):
        return tokens(" ".join(pattern))
    return tokens(pattern)


def week_tokens(order: Order, days: tuple[int, ...]) -> Line:
    """A week's days, as letters of the language or as counts."""
    if order.writer.once("counts by day", 0.3):
        return day_tokens(order, "".join(str(n) if n else "-" for n in days))
    names = order.writer.language.days
    return day_tokens(order, day_letters(days, "".join(name[0].upper() for name in (*names[1:], names[0]))))


def remark(order: Order, day: datetime.date, number: int) -> Line:
    """A reference number, or what was made good."""
    rng = order.rng
    if order.writer.once("ref numbers", 0.4):
        return tokens(str(number + 1))
    if rng.random() > 0.12:
        return []
    line = f"{rng.randrange(1, 20)}.{rng.randrange(1, 9)}"
    text = rng.choice((f"MG for {line}", f"See MG {line}", "Credit", "As ordered", f"MG {line}"))
    return [*tokens(text), *(order.day(day) if rng.random() < 0.3 else [])]


def make_ads(order: Order) -> list[str]:
    """Codes of the commercials: an ISCI code, a title, a cart number."""
    rng = order.rng
    prefix = identifiers.filled(rng, "@@@@")
    form = rng.choice(("{p}####H", "{p}######", "@@@##-####", "CART####", "{p} ##", "####", "{p}###30H"))
    return [identifiers.filled(rng, form.replace("{p}", prefix)) for _ in range(rng.randrange(1, 4))]


_DAY_NAMES = (("M", "Tu", "W", "Th", "F", "Sa", "Su"), ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"),
              ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"))  # fmt: skip


def day_name(order: Order, day: datetime.date) -> str:
    writer = order.writer
    if writer.language.code != "en":
        return writer.language.days[(day.weekday() + 1) % 7][:2]
    style = 0 if writer.once("short days", 0.5) else 1 if writer.once("three letters", 0.5) else 2
    return _DAY_NAMES[style][day.weekday()]


def air_time(order: Order, spot: Spot) -> str:
    """A minute within the hour that was bought."""
    minute, hour = order.rng.randrange(60), spot.hour
    if order.writer.once("24 hours", 0.25) or order.writer.language.code != "en":
        return f"{hour:02d}:{minute:02d}" + (
            f":{order.rng.randrange(60):02d}" if order.writer.once("seconds", 0.2) else ""
        )
    half = ("AM", "PM")[hour >= 12] if order.writer.once("wide halves", 0.6) else ("a", "p")[hour >= 12]
    space = " " if len(half) > 1 and order.writer.once("space before AM", 0.7) else ""
    return f"{(hour - 1) % 12 + 1}:{minute:02d}{space}{half}"
