"""Sellers and buyers: invented names, addresses in their country's order, numbers with right check digits."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.addresses import address
from docengine.corpus.generator.naming import company_name, full_name
from docengine.corpus.generator.vocabulary import Country, Language, lexicon


@dataclass
class Party:
    """Who sells or buys. Texts are as printed; numbers that few documents print are drawn when they are asked for."""

    name: str
    brand: str
    """What a logo says; the name itself or a part of it."""
    address: list[str]
    """Lines, without the name and the country."""
    city: str
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


def rename(party: Party, name: str, brand: str) -> None:
    """Gives it another name, on which its web site and mail address follow."""
    old, new = ascii_slug(party.brand)[:22] or "firma", ascii_slug(brand)[:22] or "firma"
    party.name, party.brand = name, brand
    party.web = party.web.replace(old, new)
    local, _, domain = party.email.partition("@")
    party.email = f"{local}@{domain.replace(old, new)}"


def party(rng: random.Random, language: Language, country: Country, company: bool = True) -> Party:
    """A company, or a private person (who has no web site, bank or numbers that are printed)."""
    lines, city = address(rng, language, country)
    name, brand = company_name(rng, language, country, city) if company else ("", "")
    person = full_name(rng, language, country)
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
        name=name, brand=brand, address=lines, city=city,
        country=rng.choice((*country.name_forms, *country.name_forms, country.code)),
        tax_id_label=rng.choice(country.tax_id_labels), email=f"{local}@{domain}",
        web=rng.choice(("www.", "www.", "https://", "http://www.", "")) + domain,
        person=person, bank=bank, bic=bic, company=company, rng=rng, home=country,
    )  # fmt: skip
