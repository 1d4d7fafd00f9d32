"""Sellers and buyers: invented names, addresses in their country's order, numbers with right check digits."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.vocabulary import Country, Language, lexicon


@dataclass(slots=True)
class Party:
    """Who sells or buys. Texts are as printed."""

    name: str
    brand: str
    """What a logo says; the name itself or a part of it."""
    address: list[str]
    """Lines, without the name and the country."""
    country: str
    """The country's name, as one of its printed forms."""
    tax_id: str
    tax_id_label: str
    phone: str
    fax: str
    email: str
    web: str
    person: str
    bank: str
    bic: str
    iban: str
    registration: str
    company: bool = True


def ascii_slug(text: str) -> str:
    """Lower case letters and digits only, as in a domain."""
    folded = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ł", "l").replace("ø", "o"))
    return "".join(char for char in folded.lower() if char.isascii() and char.isalnum())


def person_name(rng: random.Random, language: Language) -> str:
    return f"{rng.choice(language.first_names)} {rng.choice(language.last_names)}"


def _syllables(rng: random.Random) -> str:
    start = rng.choice(("Al", "Bel", "Cor", "Da", "Exo", "Fin", "Gra", "Ha", "In", "Jo", "Ka", "Lu", "Mo", "Nex",
        "Or", "Pro",
                        "Qua", "Ro", "Sol", "Tri", "Uni", "Va", "Wes", "Xe", "Yo", "Zen", "Opti", "Bio", "Tek",
                        "Sy"))  # fmt: skip
    end = rng.choice(("ra", "tec", "lux", "max", "nova", "tis", "com", "ven", "dor", "lia", "net", "med", "plan",
        "tron",
                      "vita", "gen", "sol", "rix", "to", "wave", "pro", "tech", "ix", "on", "data", "soft",
                      "form"))  # fmt: skip
    middle = rng.choice(("", "", "", "ma", "ti", "ro", "ve", "li"))
    return start + middle + end


def _trade(rng: random.Random, language: Language) -> str:
    """A trade's name in the language, from the map's shops, crafts and offices."""
    for _ in range(4):
        if name := rng.choice(lexicon()["trades"])[language.index]:
            return str(name)
    return rng.choice(language.companies["nouns"])


def surnames(language: Language, country: Country) -> list[str]:
    """The country's own, where its file has them."""
    return country.extra.get("last_names") or language.last_names


CORES: tuple[str, ...] = (
    "{last}", "{last} {noun}", "{last} {noun}", "{last} & {last2}", "{prefix} {noun}", "{noun} {last}",
    "{syl} {noun}", "{syl}",
    "{first} {last}", "{trade} {last}", "{noun} {city}", "{ini} {noun}", "{dots} {noun}", "{prefix}{low}",
    "{city} {noun}",
    "{last}, {last2} & {last3}", "{noun} {n}", "{first}'s {noun}", "{syl}{web}", "{prefix} {word} {noun}",
    "{first} {last} {noun}",
    "{prefix} {syl} {noun2} & {noun}", "{noun} & {noun2} {last}", "{noun} + {noun2}", "{ini}", "{syl} {syl2}",
    "{last}-{last2} {noun}",
    "{noun}-{noun2}", "{word} {noun}", "{last} {noun} {city}",
)  # fmt: skip
"""Names of companies without their legal form, in any language; `[companies] forms` adds the language's own."""


class _Parts(dict[str, object]):
    """What names are made of, each part drawn when a form asks for it."""

    def __init__(self, rng: random.Random, language: Language, country: Country, city: str) -> None:
        self.rng, self.language, self.country = rng, language, country
        super().__init__(city=city if len(city) < 18 else city.split(maxsplit=1)[0])

    def __missing__(self, key: str) -> object:
        rng, kind = self.rng, key.rstrip("23")
        companies, extra = self.language.companies, self.country.extra
        if kind in _LISTS:
            return rng.choice(companies[_LISTS[kind]])
        if kind == "last":
            return rng.choice(surnames(self.language, self.country))
        if kind == "first":
            return rng.choice(self.language.first_names)
        if kind == "of":
            return rng.choice(companies.get("of") or companies["words"])
        if kind in ("syl", "low"):
            name = _syllables(rng)
            return name if kind == "syl" else name.lower()
        if kind == "trade":
            return _trade(rng, self.language)
        if kind in ("ini", "dots"):
            letters = rng.choices(identifiers.LETTERS, k=rng.choice((2, 3, 3, 4)))
            return "".join(letters) if kind == "ini" else ".".join(letters) + "."
        if kind == "n":
            return rng.randrange(2, 100)
        if kind == "web":
            return rng.choice((".com", ".de", ".io", ".eu", "24", ".net", ".shop"))
        return rng.choice(extra[{"zh": "syllables", "my": "my_words"}[kind]])


_LISTS = {"noun": "nouns", "prefix": "prefixes", "word": "words", "words": "words"}


def company_name(rng: random.Random, language: Language, country: Country, city: str) -> tuple[str, str]:
    """(full name, brand): invented, or now and then a known brand as a seller's name."""
    forms, share = CORES, 1.0
    if "forms" in country.extra and rng.random() < 0.6:
        forms = country.extra["forms"]
    elif rng.random() < 0.27:
        forms, share = tuple(language.companies["forms"]), 0.35
    brand = rng.choice(forms).format_map(_Parts(rng, language, country, city))
    if rng.random() < 0.12:
        brand = str(rng.choice(lexicon()["brands"])[0])
    form = rng.choice(country.legal_forms) if rng.random() < share else ""
    name = f"{brand} {form}".strip()
    if form and rng.random() < 0.04:
        name = f"{brand} {rng.choice(language.companies['nouns'])} {form}"
    if country.code == "MY" and rng.random() < 0.6:
        name = name.upper()
    if rng.random() < 0.12:
        name, brand = name.upper(), brand.upper()
    elif rng.random() < 0.03:
        name = name.lower()
    return name, brand


def _place(rng: random.Random, country: Country) -> tuple[str, str, str]:
    if "cities_in" in country.extra:
        return "", rng.choice(country.extra["cities_in"]), ""
    postcode, city, state = rng.choice(lexicon()["places"][country.code])
    return postcode, city, state


_STATES = {
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


def _street(rng: random.Random, language: Language, country: Country, city: str) -> str:
    form = rng.choice(country.streets)
    if "{" not in form:
        return form
    of = rng.choice(language.companies.get("of") or language.companies["words"])
    n = rng.randrange(1, 120)
    nth = f"{n}{'th' if 10 < n % 100 < 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"
    return form.format(
        last=rng.choice(language.last_names), first=rng.choice(language.first_names), nth=nth, n=n, of=of,
        OF=of.upper(),
        word=rng.choice(language.companies["words"]), malay=rng.choice(language.companies.get("malay", ("Indah",))),
        small=rng.randrange(1, 12), small2=rng.randrange(1, 60), letter=rng.choice("ABCDEFGH"),
        city2=city.split(maxsplit=1)[0],
    )  # fmt: skip


def address(rng: random.Random, language: Language, country: Country) -> tuple[list[str], str]:
    """(lines, city)."""
    postcode, city, state = _place(rng, country)
    house = rng.choice((rng.randrange(1, 30), rng.randrange(1, 250), rng.randrange(1, 250), rng.randrange(100, 9999)))
    if country.code not in ("US", "CA", "AU"):
        house = house % 250 + 1
    if country.code in ("GB", "IE") and len(postcode) < 5:
        postcode = (
            f"{postcode} {rng.randrange(1, 10)}{rng.choice('ABDEFGHJLN')}{rng.choice('ABDEFGHJLN')}"
            if country.code == "GB"
            else postcode
        )
    values = {
        "house": house, "house2": house + 2, "street": _street(rng, language, country, city), "postcode": postcode,
        "city": city,
        "CITY": city.upper(), "state": _STATES.get(state, state), "unit": rng.randrange(100, 900),
        "box": rng.randrange(100, 99999),
        "small": rng.randrange(1, 12), "small2": f"{rng.randrange(1, 60):02d}", "level": rng.randrange(1, 6),
        "word": rng.choice(language.companies["words"]), "letter": rng.choice("abcd"), "bis": rng.choice(("bis",
            "ter", "B")),
        "county": rng.choice(country.extra.get("counties", ("",))), "code4": identifiers.filled(rng, "@#@#"),
        "fsa": f"{rng.randrange(10)}{rng.choice('ABCEGH')}{rng.randrange(10)}", "province": _province(state),
        "taman": f"Taman {rng.choice(language.companies.get('malay', ('Indah',)))}", "pin": rng.randrange(110001,
            800000), "pin5": rng.randrange(10000, 99999), "mx": city, "code2": identifiers.filled(rng, "@@"),
        "side": rng.choice(("Esq.", "Dto.", "A", "B")),
        "indian": city, "code_nz": f"{rng.randrange(601, 9800):04d}",
        "instate": rng.choice(country.extra.get("states_in", ("",))),
    }  # fmt: skip
    lines = [line.format(**values).strip() for line in rng.choice(country.address_forms)]
    if country.code == "MY" and rng.random() < 0.6:
        lines = [line.upper() for line in lines]
    return [line for line in lines if line], city


def rename(party: Party, name: str, brand: str) -> None:
    """Gives it another name, on which its web site and mail address follow."""
    old, new = ascii_slug(party.brand)[:22] or "firma", ascii_slug(brand)[:22] or "firma"
    party.name, party.brand = name, brand
    party.web = party.web.replace(old, new)
    local, _, domain = party.email.partition("@")
    party.email = f"{local}@{domain.replace(old, new)}"


def supplier_name(rng: random.Random, language: Language, country: Country, medium: str) -> tuple[str, str]:
    """(full name, brand) of who supplies `medium`, such as water; of a telephone company where it is empty."""
    form = rng.choice(_SUPPLIERS if medium else _PHONE_COMPANIES)
    parts = _Parts(rng, language, country, _place(rng, country)[1])
    parts["medium"] = medium
    brand = form.format_map(parts)
    brand = brand.upper() if rng.random() < 0.12 else brand
    return f"{brand} {rng.choice(country.legal_forms)}".strip() if rng.random() < 0.85 else brand, brand


_SUPPLIERS = ("{syl} {medium}", "{medium} {city}", "{city} {medium}", "{syl}energy", "{prefix} {medium}",
    "{medium} {syl}", "{ini} {medium}", "{last} {medium}", "{syl} Energy", "{ini} {city}")  # fmt: skip
_PHONE_COMPANIES = ("{syl} Telecom", "{syl}tel", "{syl} Mobile", "{city} Telecom", "{syl}fon", "{ini} Mobile",
    "{syl}.net", "Tele {syl}", "{syl} Networks", "{prefix}tel", "{syl} Connect", "{ini} Telecom")  # fmt: skip
"""Names that are used in all languages."""


def party(rng: random.Random, language: Language, country: Country, company: bool = True) -> Party:
    """A company, or a private person (who has no web site, bank or numbers that are printed)."""
    lines, city = address(rng, language, country)
    name, brand = company_name(rng, language, country, city) if company else ("", "")
    person = f"{rng.choice(language.first_names)} {rng.choice(surnames(language, country))}"
    if not company:
        name = brand = person
    slug = ascii_slug(brand)[:22] or "firma"
    domain = slug + rng.choice((".com", ".com", f".{country.code.lower()}", f".{country.code.lower()}", ".net", ".eu"))
    local = rng.choice(
        ("info", "office", "mail", "contact", "billing", "accounts", ascii_slug(person.rsplit(maxsplit=1)[-1]))
    )
    known = lexicon()["banks"]
    banks = country.extra.get("banks") or known.get(country.code) or known["GB"]
    bank, bic = rng.choice(banks)
    return Party(
        name=name, brand=brand, address=lines, country=rng.choice(country.name_forms),
        tax_id=identifiers.tax_id(rng, rng.choice(country.tax_ids)), tax_id_label=rng.choice(country.tax_id_labels),
        phone=identifiers.phone(rng, rng.choice(country.phones)), fax=identifiers.phone(rng,
            rng.choice(country.phones)),
        email=f"{local}@{domain}", web=rng.choice(("www.", "www.", "https://", "http://www.", "")) + domain,
        person=person,
        bank=bank, bic=bic, iban=identifiers.iban(rng, country.code, bic) if country.iban else "",
        registration=identifiers.filled(rng, rng.choice(("######", "#####", "########", "######-@", "HRB ######",
            "(######-@)"))),
        company=company,
    )  # fmt: skip
