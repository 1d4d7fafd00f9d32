"""Builds `lexicon.json.gz` out of public word lists: `python -m docengine.corpus.generator.build_lexicon FOLDER`.

The folder holds the lists that `lexicon.NOTICE.md` names; the result is small enough to ship and needs nothing else.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "cs")
COUNTRIES = {
    "US": 1500, "GB": 900, "CA": 400, "AU": 400, "IE": 117, "MY": 500, "SG": 47, "DE": 1500, "AT": 500, "CH": 700,
    "FR": 1500, "BE": 600, "LU": 150, "ES": 900, "IT": 900, "NL": 700, "PT": 700, "BR": 500, "PL": 600, "SE": 500,
    "DK": 500, "CZ": 500, "NO": 400, "FI": 400, "RO": 400, "TR": 400, "ID": 400,
}  # fmt: skip
FIRST_NAMES = {"en": "en", "de": "de", "fr": "fr", "es": "es", "it": "it", "nl": "nl", "pt": "pt-BR", "pl": "pl"}
SHOPS = ("shop", "amenity=fast_food", "amenity=restaurant", "amenity=fuel", "amenity=cafe", "tourism=hotel",
         "amenity=pharmacy", "amenity=parking", "office=", "craft=")  # fmt: skip
TRADES = ("shop", "craft", "office")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def _sample(rng: random.Random, items: list[Any], count: int) -> list[Any]:
    return items if len(items) <= count else rng.sample(items, count)


def _places(folder: Path, rng: random.Random) -> dict[str, list[list[str]]]:
    by_country: dict[str, list[list[str]]] = defaultdict(list)
    for row in _rows(folder / "postcodes.tsv.gz"):
        if row["country"] in COUNTRIES and len(row["place"]) < 26 and "/" not in row["place"]:
            state = row["state"] if row["country"] in ("US", "CA", "AU", "MY", "BR", "RO", "TR", "ID") else ""
            if row["country"] == "IT":
                state = row["province"]
            by_country[row["country"]].append([row["postcode"], row["place"], state or ""])
    return {country: sorted(_sample(rng, by_country[country], count)) for country, count in COUNTRIES.items()}


def _names(folder: Path, rng: random.Random) -> dict[str, dict[str, list[str]]]:
    with gzip.open(folder / "faker_locales.json.gz", "rt", encoding="utf-8") as file:
        locales = json.load(file)
    names: dict[str, dict[str, list[str]]] = {}
    for language, locale in FIRST_NAMES.items():
        lists = locales[locale]["name"]
        first = [*lists.get("female_first_name", []), *lists.get("male_first_name", []), *lists["first_name"]]
        first = sorted({name for name in first if isinstance(name, str) and name.isalpha()})
        last = sorted({name for name in lists["last_name"] if isinstance(name, str) and "{" not in name})
        names[language] = {"first": _sample(rng, first, 220), "last": _sample(rng, last, 420)}
    return names


def _brands(folder: Path, rng: random.Random) -> list[list[str]]:
    rows = [
        [row["name"], row["category"].split("=")[1], row["countries"][:12]]
        for row in _rows(folder / "company_brand_names.tsv.gz")
        if row["category"].startswith(SHOPS) and len(row["name"]) < 30 and row["name"].isprintable()
        and all(ord(char) < 0x250 for char in row["name"])
    ]  # fmt: skip
    return sorted(_sample(rng, rows, 3200))


def _goods(folder: Path, rng: random.Random) -> list[list[str]]:
    """Names in each language, leaves of the vocabulary first: code's first two digits, then LANGUAGES' order."""
    rows = [
        [row["code"][:2], *(row[language] for language in LANGUAGES)]
        for row in _rows(folder / "goods_services_cpv.tsv.gz")
        if all(0 < len(row[language]) <= 48 for language in LANGUAGES) and row["code"][2:5] != "000"
    ]
    return sorted(_sample(rng, rows, 1900))


def _trades(folder: Path) -> list[list[str]]:
    rows = []
    for row in _rows(folder / "business_types_osm.tsv.gz"):
        if row["key"].split("/")[0] in TRADES and row["key"].count("/") == 1 and len(row["en"] or "") < 28:
            rows.append([row.get(language) or "" for language in LANGUAGES])
    return rows


def _banks(folder: Path, rng: random.Random) -> dict[str, list[list[str]]]:
    by_country: dict[str, list[list[str]]] = defaultdict(list)
    for row in _rows(folder / "banks.tsv.gz"):
        if row["country"] in COUNTRIES and row["bic"] and 5 < len(row["name"]) < 34 and row["name"].isprintable():
            by_country[row["country"]].append([row["name"], row["bic"]])
    return {country: sorted(_sample(rng, banks, 60)) for country, banks in sorted(by_country.items())}


def _calendar(folder: Path) -> dict[str, dict[str, list[str]]]:
    with gzip.open(folder / "cldr_formats.json.gz", "rt", encoding="utf-8") as file:
        formats = json.load(file)
    keys = ("months", "months_abbr", "days")
    return {language: {key: formats[language][key] for key in keys} for language in LANGUAGES}


def build(folder: Path) -> dict[str, Any]:
    """The lexicon as plain lists, the same for the same folder."""
    rng = random.Random(20)
    return {
        "languages": LANGUAGES,
        "places": _places(folder, rng),
        "names": _names(folder, rng),
        "brands": _brands(folder, rng),
        "goods": _goods(folder, rng),
        "trades": _trades(folder),
        "banks": _banks(folder, rng),
        "calendar": _calendar(folder),
    }


def main() -> None:
    text = json.dumps(build(Path(sys.argv[1])), ensure_ascii=False, separators=(",", ":"))
    target = Path(__file__).with_name("lexicon.json.gz")
    target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{target.name}: {target.stat().st_size} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
