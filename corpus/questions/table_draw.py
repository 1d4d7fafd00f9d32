"""Tables drawn at random, of many subjects: names, places, amounts, dates, things (`table_domains.toml`)."""

from __future__ import annotations

import datetime
import random
import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from docengine.corpus.generator.vocabulary import language, lexicon
from docengine.corpus.questions.phrases import Part
from docengine.corpus.questions.table_subject import Column, Subject
from docengine.corpus.tables import Table

MOST_ROWS, MOST_COLUMNS = 14, 6
DATES = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%B %d, %Y")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
AIRLINES = ("BA", "LH", "KL", "AF", "UA", "QF", "SK")
CAPITALS = "ABCDEFGHKLMNPRSTUVWXZ"
COMPANIES = ("Ltd", "Inc", "& Sons", "Group", "Trading")
TITLES = ("The {a} {b}", "{a} {b}", "{b} of {p}", "The {b} of {p}", "{p} {b}")
QUALITIES = ("Silent", "Golden", "Last", "Hidden", "Broken", "Distant", "Early", "Northern", "Bitter", "Quiet", "Lost",
             "Crimson", "Second", "Open", "Green", "Wide", "Little", "Strange")  # fmt: skip
THINGS = ("Garden", "Harbour", "Winter", "Bridge", "Letter", "Island", "Road", "House", "Orchard", "Market", "Tower",
          "Journey", "Lake", "Clock", "Kitchen", "Valley", "Window", "Library")  # fmt: skip

Spec = dict[str, Any]
Draw = Callable[[random.Random, Spec, int], list[str]]


@cache
def domains(part: Part) -> tuple[Spec, ...]:
    """What tables of that part are about."""
    return tuple(domain for domain in _file()["domains"] if domain.get("val", False) == (part == "val"))


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "table_domains.toml").read_text(encoding="utf-8"))


def draw_subject(rng: random.Random, part: Part = "train") -> Subject:
    """A table of a domain of that part: its key and some of the other columns, in any order."""
    domain = rng.choice(domains(part))
    specs = domain["columns"]
    key = specs[0]
    chosen = rng.sample(specs[1:], rng.randint(2, min(len(specs) - 1, MOST_COLUMNS - 1)))
    if rng.random() < 0.85:
        chosen.insert(0, key)
    else:
        chosen.insert(rng.randrange(len(chosen) + 1), key)
    rows = rng.randint(3, MOST_ROWS)
    cells = [_cells(rng, spec, rows, distinct=spec is key) for spec in chosen]
    rows = min(map(len, cells))
    columns = tuple(
        Column(spec.get("said", spec["name"].lower()), tuple(column[:rows]))
        for spec, column in zip(chosen, cells, strict=True)
    )
    header = tuple(spec["name"] for spec in chosen)
    body = tuple(zip(*(column.cells for column in columns), strict=True))
    caption = rng.choice(domain["captions"]) if rng.random() < 0.5 else ""
    table = Table(domain["one"], header, body, caption, {"source": "drawn table", "licence": "CC0-1.0"})
    return Subject(table, columns, domain["one"], domain["many"], domain.get("called", "{key}"),
                   chosen.index(key))  # fmt: skip


def _cells(rng: random.Random, spec: Spec, count: int, *, distinct: bool) -> list[str]:
    """`count` cells, or as many as there are different ones."""
    draw = _DRAWN[spec["kind"]]
    if not distinct:
        return draw(rng, spec, count)
    found: dict[str, None] = {}
    for _ in range(4):
        found |= dict.fromkeys(draw(rng, spec, count))
    return list(found)[:count]


def _whole(rng: random.Random, spec: Spec, count: int) -> list[str]:
    """Whole numbers: a few of them repeat where the range is small."""
    grouped = rng.random() < 0.6 and spec["high"] >= 10_000
    return [f"{_ranged(rng, spec):,}" if grouped else str(_ranged(rng, spec)) for _ in range(count)]


def _ranged(rng: random.Random, spec: Spec) -> int:
    low, high, step = spec["low"], spec["high"], spec.get("step", 1)
    if low > 0 and high / low > 50:  # as sizes are: more small ones
        return int(low * (high / low) ** rng.random()) // step * step or low
    return int(rng.randrange(low, high + 1, step))


def _decimal(rng: random.Random, spec: Spec, count: int) -> list[str]:
    return [f"{rng.uniform(spec['low'], spec['high']):.{spec['places']}f}" for _ in range(count)]


def _money(rng: random.Random, spec: Spec, count: int) -> list[str]:
    sign, grouped = rng.choice(("$", "$", "€", "£", "")), rng.random() < 0.7
    cents = "step" not in spec and rng.random() < 0.7
    form = f"{',' if grouped else ''}.{2 if cents else 0}f"
    amounts = [_ranged(rng, spec) + (rng.choice((0.0, 0.5, 0.95, 0.99, rng.random())) if cents else 0)
               for _ in range(count)]  # fmt: skip
    return [f"{sign}{amount:{form}}" for amount in amounts]


def _percent(rng: random.Random, spec: Spec, count: int) -> list[str]:
    places = rng.choice((0, 0, 1))
    return [f"{rng.uniform(spec['low'], spec['high']):.{places}f}%" for _ in range(count)]


def _date(rng: random.Random, spec: Spec, count: int) -> list[str]:
    form = rng.choice(DATES)
    first = datetime.date(spec["low"], 1, 1)
    days = (datetime.date(spec["high"], 12, 31) - first).days
    return [(first + datetime.timedelta(rng.randrange(days))).strftime(form) for _ in range(count)]


def _person(rng: random.Random, spec: Spec, count: int) -> list[str]:
    words = language("en")
    full = rng.random() < 0.8
    return [
        f"{rng.choice(words.first_names)} {rng.choice(words.last_names)}" if full else rng.choice(words.last_names)
        for _ in range(count)
    ]


def _place(rng: random.Random, spec: Spec, count: int) -> list[str]:
    towns = lexicon()["places"][rng.choice(("US", "GB", "CA", "AU", "DE"))]
    return [rng.choice(towns)[1] for _ in range(count)]


def _company(rng: random.Random, spec: Spec, count: int) -> list[str]:
    """Brands, and owners' names with what companies add to them."""
    brands, owners = lexicon()["brands"], language("en").last_names
    return [
        rng.choice(brands)[0] if rng.random() < 0.5 else f"{rng.choice(owners)} {rng.choice(COMPANIES)}"
        for _ in range(count)
    ]


def _title(rng: random.Random, spec: Spec, count: int) -> list[str]:
    towns = lexicon()["places"]["GB"]
    return [
        rng.choice(TITLES).format(a=rng.choice(QUALITIES), b=rng.choice(THINGS), p=rng.choice(towns)[1])
        for _ in range(count)
    ]


def _code(rng: random.Random, spec: Spec, count: int) -> list[str]:
    form = rng.choice(("{m}{l}-{n4}", "{n5}", "{l}{n4}", "{y}-{n3}", "{n3}/{n2}", "{m}{l}-{n3}"))
    return [
        form.format(
            l=rng.choice(CAPITALS),
            m=rng.choice(CAPITALS),
            y=rng.randint(2019, 2026),
            n2=f"{rng.randrange(100):02d}",
            n3=rng.randrange(100, 1000),
            n4=rng.randrange(1000, 10_000),
            n5=rng.randrange(10_000, 100_000),
        )
        for _ in range(count)
    ]


def _months(rng: random.Random, spec: Spec, count: int) -> list[str]:
    start = rng.randrange(12)
    return list(MONTHS[start:] + MONTHS[:start])[:count]


def _listed(rng: random.Random, spec: Spec, count: int) -> list[str]:
    known = _file()["lists"][spec["list"]]
    return rng.sample(known, min(count, len(known)))


def _time(rng: random.Random, spec: Spec, count: int) -> list[str]:
    return [f"{rng.randrange(5, 24):02d}:{rng.randrange(0, 60, 5):02d}" for _ in range(count)]


def _gate(rng: random.Random, spec: Spec, count: int) -> list[str]:
    return [f"{rng.choice('ABCDE')}{rng.randint(1, 48)}" for _ in range(count)]


def _flight(rng: random.Random, spec: Spec, count: int) -> list[str]:
    return [f"{rng.choice(AIRLINES)} {rng.randint(100, 2999)}" for _ in range(count)]


def _choice(rng: random.Random, spec: Spec, count: int) -> list[str]:
    return [rng.choice(spec["values"]) for _ in range(count)]


_DRAWN: dict[str, Draw] = {
    "int": _whole, "year": _whole, "rank": _whole, "decimal": _decimal, "money": _money, "percent": _percent,
    "date": _date, "person": _person, "place": _place, "company": _company, "title": _title, "code": _code,
    "choice": _choice, "list": _listed, "month": _months, "time": _time, "gate": _gate, "flight": _flight,
}  # fmt: skip
