"""Sellers and buyers: invented names, addresses in their country's order, numbers with right check digits."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.addresses import address, draw_place
from docengine.corpus.generator.vocabulary import Country, Language, lexicon


@dataclass
class Party:
    """Who sells or buys. Texts are as printed; numbers that few documents print are drawn when they are asked for."""

    name: str
    brand: str
    """What a logo says; the name itself or a part of it."""
    address: list[str]
    """Lines, without the name and the country."""
    country: str
    """The country's name, as one of its printed forms."""
    tax_id_label: str
    email: str
    web: str
    person: str
    bank: str
    bic: str
    company: bool
    rng: random.Random = field(repr=False)
    home: Country = field(repr=False)

    @cached_property
    def tax_id(self) -> str:
        return identifiers.tax_id(self.rng, self.rng.choice(self.home.tax_ids))

    @cached_property
    def phone(self) -> str:
        return identifiers.phone(self.rng, self.rng.choice(self.home.phones))

    @cached_property
    def fax(self) -> str:
        return identifiers.phone(self.rng, self.rng.choice(self.home.phones))

    @cached_property
    def iban(self) -> str:
        """Empty where the country has none."""
        return identifiers.iban(self.rng, self.home.code, self.bic) if self.home.iban else ""

    @cached_property
    def registration(self) -> str:
        return identifiers.filled(self.rng, self.rng.choice(_REGISTRATIONS))


_REGISTRATIONS = ("######", "#####", "########", "######-@", "HRB ######", "(######-@)")


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
    parts = _Parts(rng, language, country, draw_place(rng, country)[1])
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
        name=name, brand=brand, address=lines,
        country=rng.choice((*country.name_forms, *country.name_forms, country.code)),
        tax_id_label=rng.choice(country.tax_id_labels), email=f"{local}@{domain}",
        web=rng.choice(("www.", "www.", "https://", "http://www.", "")) + domain,
        person=person, bank=bank, bic=bic, company=company, rng=rng, home=country,
    )  # fmt: skip
