"""Addresses in their country's order: invented streets in places of the map."""

from __future__ import annotations

import random
from collections.abc import Callable

from docengine.corpus.generator.coinage import coined, fresh_surname, fresh_word
from docengine.corpus.generator.numbering import filled
from docengine.corpus.generator.vocabulary import Country, Language, lexicon


def draw_place(rng: random.Random, country: Country) -> tuple[str, str, str]:
    """(postcode, city, state); empty texts where they are not known."""
    if "cities_in" in country.extra:
        return "", rng.choice(country.extra["cities_in"]), ""
    postcode, city, state = rng.choice(lexicon()["places"][country.code])
    return postcode, _spoken(city) if country.code == "ES" else city, state


def _spoken(place: str) -> str:
    """A Spanish place's name as one writes it: `Salomo, El (Partida)` is El Salomo."""
    name, _, article = place.split(" (", maxsplit=1)[0].partition(", ")
    return f"{article} {name}".strip() if len(article) < 4 else name


STATES = {
    "Massachusetts": "MA", "Pennsylvania": "PA", "North Carolina": "NC", "South Carolina": "SC", "New York": "NY",
    "New Jersey": "NJ", "New Hampshire": "NH", "New Mexico": "NM", "North Dakota": "ND", "South Dakota": "SD",
    "West Virginia": "WV", "Rhode Island": "RI", "District of Columbia": "DC", "Alabama": "AL", "Alaska": "AK",
    "Arizona": "AZ", "Arkansas": "AR", "California": "CA", "Colorado": "CO", "Connecticut": "CT", "Delaware": "DE",
    "Florida": "FL", "Georgia": "GA", "Hawaii": "HI", "Idaho": "ID", "Illinois": "IL", "Indiana": "IN", "Iowa": "IA",
    "Kansas": "KS", "Kentucky": "KY", "Louisiana": "LA", "Maine": "ME", "Maryland": "MD", "Michigan": "MI",
    "Minnesota": "MN", "Mississippi": "MS", "Missouri": "MO", "Montana": "MT", "Nebraska": "NE", "Nevada": "NV",
    "Ohio": "OH", "Oklahoma": "OK", "Oregon": "OR", "Tennessee": "TN", "Texas": "TX", "Utah": "UT", "Vermont": "VT",
    "Virginia": "VA", "Washington": "WA", "Wisconsin": "WI", "Wyoming": "WY", "Victoria": "VIC", "Queensland": "QLD",
    "New South Wales": "NSW", "Tasmania": "TAS", "South Australia": "SA", "Western Australia": "WA",
    "Northern Territory": "NT", "Australian Capital Territory": "ACT", "Ontario": "ON", "Quebec": "QC", "Alberta": "AB",
    "British Columbia": "BC", "Manitoba": "MB", "Saskatchewan": "SK", "Nova Scotia": "NS", "New Brunswick": "NB",
    "Newfoundland and Labrador": "NL", "Prince Edward Island": "PE", "Sao Paulo": "SP", "Rio de Janeiro": "RJ",
    "Minas Gerais": "MG", "Parana": "PR", "Bahia": "BA",
}  # fmt: skip


def _province(name: str) -> str:
    """Two letters, as Italian addresses have: those of the first word, or of the first two words."""
    return {"Roma": "RM", "Napoli": "NA", "Genova": "GE"}.get(name, name[:2].upper())


class _Places(dict[str, object]):
    """What streets and address lines are made of, each part drawn when a form asks for it."""

    def __init__(self, rng: random.Random, language: Language, country: Country, **known: object) -> None:
        self.rng, self.language, self.country = rng, language, country
        super().__init__(known)

    def __missing__(self, key: str) -> object:
        value = self[key] = _PLACES[key](self)
        return value

    def own(self, key: str) -> str:
        """One of the language's words for companies and streets, or a word of no list."""
        companies, rng = self.language.companies, self.rng
        if rng.random() < _FRESH.get(key, 0.0):
            if key == "words":
                return fresh_word(rng, self.language, self.country.code)
            return f"{rng.choice(self.language.first_names)} {self['last']}" if rng.random() < 0.5 else self._of_place()
        return rng.choice(companies.get(key) or (("Indah",) if key == "malay" else companies["words"]))

    def _of_place(self) -> str:
        """What a street that leads to a place is called: `de Lutry`."""
        before = _TO_PLACES.get(self.language.code, ("",))
        return f"{self.rng.choice(before)} {coined(self.rng, self.language, goods=False)}".strip()


_FRESH = {"words": 0.5, "of": 0.4}
"""How often a street is named after something that is on no list."""
_TO_PLACES = {"fr": ("de", "de", "du", "de la"), "es": ("de", "de", ""), "it": ("", "di", "per", ""),
    "pt": ("de", "de", "do", "da"), "ro": ("",)}  # fmt: skip


def _nth(n: int) -> str:
    return f"{n}{'th' if 10 < n % 100 < 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


_PLACES: dict[str, Callable[[_Places], object]] = {
    "last": lambda part: (
        fresh_surname(part.rng, part.language)
        if part.rng.random() < 0.3
        else part.rng.choice(part.language.last_names)
    ),
    "first": lambda part: part.rng.choice(part.language.first_names),
    "n": lambda part: part.rng.randrange(1, 120), "nth": lambda part: _nth(part.rng.randrange(1, 120)),
    "floor": lambda part: _nth(part.rng.randrange(1, 12)),
    "of": lambda part: part.own("of"), "OF": lambda part: part.own("of").upper(),
    "word": lambda part: part.own("words"),
    "malay": lambda part: part.own("malay"), "taman": lambda part: f"Taman {part.own('malay')}",
    "small": lambda part: part.rng.randrange(1, 12), "small2": lambda part: f"{part.rng.randrange(1, 60):02d}",
    "letter": lambda part: part.rng.choice("abcd"), "unit": lambda part: part.rng.randrange(100, 900),
    "box": lambda part: part.rng.randrange(100, 99999), "level": lambda part: part.rng.randrange(1, 6),
    "bis": lambda part: part.rng.choice(("bis", "ter", "B")),
    "county": lambda part: part.rng.choice(part.country.extra.get("counties", ("",))),
    "code4": lambda part: filled(part.rng, "@#@#"), "code2": lambda part: filled(part.rng, "@@"),
    "fsa": lambda part: f"{part.rng.randrange(10)}{part.rng.choice('ABCEGH')}{part.rng.randrange(10)}",
    "pin": lambda part: part.rng.randrange(110001, 800000), "pin5": lambda part: part.rng.randrange(10000, 99999),
    "block": lambda part: part.rng.choice("ABCDEFG"),
    "side": lambda part: part.rng.choice(("Esq.", "Dto.", "A", "B")),
    "code_nz": lambda part: f"{part.rng.randrange(601, 9800):04d}",
    "instate": lambda part: part.rng.choice(part.country.extra.get("states_in", ("",))),
}  # fmt: skip


def _street(rng: random.Random, language: Language, country: Country, city: str) -> str:
    form = rng.choice(country.streets)
    if "{" not in form:
        return form
    known = {"city2": city.split(maxsplit=1)[0], "letter": rng.choice("ABCDEFGH"), "small2": rng.randrange(1, 60)}
    return form.format_map(_Places(rng, language, country, **known))


def address(rng: random.Random, language: Language, country: Country) -> tuple[list[str], str]:
    """(lines, city)."""
    postcode, city, state = draw_place(rng, country)
    house = rng.choice((rng.randrange(1, 30), rng.randrange(1, 250), rng.randrange(1, 250), rng.randrange(100, 9999)))
    if country.code not in ("US", "CA", "AU"):
        house = house % 250 + 1
    if country.code == "GB" and len(postcode) < 5:
        ends = "ABDEFGHJLN"
        postcode = f"{postcode} {rng.randrange(1, 10)}{rng.choice(ends)}{rng.choice(ends)}"
    code, cedex, office = postcode.partition(" CEDEX")  # of large French recipients, whose post office follows the town
    town = city + cedex + office
    values = _Places(
        rng, language, country, house=house, house2=house + 2, street=_street(rng, language, country, city),
        postcode=code, place=city, city=town, CITY=town.upper(), state=STATES.get(state, state),
        province=_province(state), mx=city, indian=city,
    )  # fmt: skip
    lines = [line.format_map(values).strip() for line in rng.choice(country.address_forms)]
    if cedex:
        lines = [line.removesuffix(" CEDEX") if line.count("CEDEX") > 1 else line for line in lines]
    if country.code == "MY" and rng.random() < 0.6:
        lines = [line.upper() for line in lines]
    return [line for line in lines if line], city
