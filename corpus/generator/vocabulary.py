"""The words documents are made of: a TOML file a language (`languages/`) and lists of names (`lexicon.json.gz`)."""

from __future__ import annotations

import gzip
import json
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Country:
    """Formats and rules of a country in one of its languages; see `languages/README.md` for what the values mean."""

    code: str
    name: str
    currency: str
    symbols: list[str]
    numbers: list[str]
    dates: list[str]
    address_forms: list[list[str]]
    streets: list[str]
    tax_names: list[str]
    tax_rates: list[list[float]]
    tax_ids: list[str]
    tax_id_labels: list[str]
    legal_forms: list[str]
    phones: list[str]
    name_forms: list[str]
    iban: bool
    tax_included: float
    """Share of invoices whose prices include tax."""
    weight: float
    extra: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Language:
    """Wordings by what they say. Every list holds alternatives of which a document uses one."""

    code: str
    countries: dict[str, Country]
    labels: dict[str, list[str]]
    titles: dict[str, list[str]]
    numbers: dict[str, list[str]]
    text: dict[str, list[str]]
    goods: dict[str, list[str]]
    companies: dict[str, list[str]]
    broadcast: dict[str, list[str]]
    """Of advertising orders; English where a language has none of its own."""
    months: list[str]
    months_abbr: list[str]
    days: list[str]
    first_names: list[str]
    last_names: list[str]
    index: int
    """Column of this language in what `lexicon` gives as `goods` (after the code) and `trades`."""


@lru_cache(maxsize=1)
def lexicon() -> dict[str, Any]:
    """The lists of places, names, brands, goods, trades and banks that `build_lexicon.py` selected.

    A language that the public lists of goods and trades do not know gets a column there, filled from its own file.
    """
    path = resources.files(__package__) / "lexicon.json.gz"
    data: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    for code in language_codes():
        if code not in data["languages"]:
            data["languages"].append(code)
            goods = [name for key in ("products", "services", "shop") for name in _file(code)["goods"].get(key, ())]
            for number, row in enumerate(data["goods"]):
                row.append(goods[number % len(goods)])
            for row in data["trades"]:
                row.append("")
    return data


@lru_cache(maxsize=1)
def language_codes() -> tuple[str, ...]:
    """Languages that have a file of words, in alphabetical order."""
    folder = resources.files(__package__) / "languages"
    return tuple(sorted(file.name[:-5] for file in folder.iterdir() if file.name.endswith(".toml")))


OWN = ("in_words", "trade_", "unit_")
"""Beginnings of keys that make sense in one language only: never borrowed."""


@cache
def _file(code: str) -> dict[str, Any]:
    text = (resources.files(__package__) / "languages" / f"{code}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _words(code: str, section: str) -> dict[str, list[str]]:
    """A section of the file; what it lacks is borrowed from the language that it names in `borrows`."""
    data = _file(code)
    borrowed = _words(data["borrows"], section) if "borrows" in data else {}
    return {key: words for key, words in borrowed.items() if not key.startswith(OWN)} | data.get(section, {})


@cache
def language(code: str) -> Language:
    """The words of a language; KeyError or FileNotFoundError when there is no such file."""
    data, words = _file(code), lexicon()
    calendar = data["calendar"] if isinstance(data["calendar"], dict) else words["calendar"][data["calendar"]]
    own = data.get("people", {})
    names = words["names"].get(data.get("names"), {})
    return Language(
        code=code,
        countries={key: _country(key, value) for key, value in data["countries"].items()},
        labels=_words(code, "labels"),
        titles=_words(code, "titles"),
        numbers=_words(code, "numbers"),
        text=_words(code, "text"),
        goods=_words(code, "goods"),
        companies=_words(code, "companies"),
        broadcast=data.get("broadcast") or language("en").broadcast,
        months=calendar["months"],
        months_abbr=calendar["months_abbr"],
        days=calendar["days"],
        first_names=own.get("first") or names["first"],
        last_names=own.get("last") or names["last"],
        index=words["languages"].index(code),
    )


def _country(code: str, data: dict[str, Any]) -> Country:
    known = {name: data[name] for name in Country.__slots__ if name in data}
    known.setdefault("weight", 1.0)
    return Country(code=code, extra={key: value for key, value in data.items() if key not in known}, **known)
