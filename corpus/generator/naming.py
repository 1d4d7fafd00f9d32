"""Names of firms and persons: what they are made of, and where a legal form stands."""

from __future__ import annotations

import random

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.addresses import draw_place
from docengine.corpus.generator.coinage import coined, fresh_surname, fresh_word
from docengine.corpus.generator.vocabulary import Country, Language, lexicon

_STARTS = ("Al", "Bel", "Cor", "Da", "Exo", "Fin", "Gra", "Ha", "In", "Jo", "Ka", "Lu", "Mo", "Nex", "Or", "Pro", "Qua",
    "Ro", "Sol", "Tri", "Uni", "Va", "Wes", "Xe", "Yo", "Zen", "Opti", "Bio", "Tek", "Sy")  # fmt: skip
_ENDS = ("ra", "tec", "lux", "max", "nova", "tis", "com", "ven", "dor", "lia", "net", "med", "plan", "tron", "vita",
    "gen", "sol", "rix", "to", "wave", "pro", "tech", "ix", "on", "data", "soft", "form", "ance", "line")  # fmt: skip


def invented_brand(rng: random.Random, language: Language) -> str:
    """Of syllables that sound alike everywhere, or of the language's own."""
    if rng.random() < 0.4:
        return coined(rng, language, longest=9)
    return rng.choice(_STARTS) + rng.choice(("", "", "", "ma", "ti", "ro", "ve", "li")) + rng.choice(_ENDS)


def _trade(rng: random.Random, language: Language) -> str:
    """A trade's name in the language, from the map's shops, crafts and offices."""
    for _ in range(4):
        if name := rng.choice(lexicon()["trades"])[language.index]:
            return str(name)
    return rng.choice(language.companies["nouns"])


def trade_line(rng: random.Random, language: Language) -> str:
    """What a letterhead says of the trade: `Heizung · Sanitär · Solar`, `Brasserie - Bar à vins`."""
    count, mark = rng.choice((1, 2, 2, 3, 3, 4)), rng.choice((" · ", " - ", ", ", " & ", " | ", " • ", " – ", " + "))
    nouns = language.companies["nouns"]
    words = [rng.choice(nouns) if rng.random() < 0.6 else _trade(rng, language) for _ in range(count)]
    if count == 1 and rng.random() < 0.4:
        words = [rng.choice(language.goods["services"])]
    return mark.join(dict.fromkeys(words))


def surname(rng: random.Random, language: Language, country: Country) -> str:
    """Of the country's own list, where its file has one, or on no list."""
    known = country.extra.get("last_names")
    if known is None and rng.random() < 0.2:
        return fresh_surname(rng, language)
    return rng.choice(known or language.last_names)


_TWO_SURNAMES = {"ES": 0.6, "MX": 0.6, "CL": 0.5, "CO": 0.5, "PT": 0.5, "BR": 0.5, "AR": 0.15}
"""How often a person's name holds the mother's surname too."""
_DOCTORS = {"en": "Dr", "fr": "Dr", "it": "Dott.", "nl": "dr.", "pl": "dr", "cs": "MUDr.", "fi": "", "id": "dr."}


def full_name(rng: random.Random, language: Language, country: Country) -> str:
    """A person's: mostly two words, else with an initial, a double name, a second surname, a doctor's degree."""
    first, last, style = rng.choice(language.first_names), surname(rng, language, country), rng.random()
    if style < _TWO_SURNAMES.get(country.code, 0.0):
        between = rng.choice((" ", " ", " da ", " de ", " dos ")) if language.code == "pt" else " "
        return f"{first} {last}{between}{surname(rng, language, country)}"
    if style > 0.99 and (title := _DOCTORS.get(language.code, "Dr.")):
        return f"{title} {first} {last}"
    if style > 0.97:
        return f"{first} {last}-{surname(rng, language, country)}"
    if style > 0.94:
        return f"{first}{'-' if language.code in ('fr', 'de') else ' '}{rng.choice(language.first_names)} {last}"
    if style > 0.9 and country.code in ("US", "CA", "GB", "IE", "NL", "DK", "NO"):
        return f"{first} {rng.choice(identifiers.LETTERS)}. {last}"
    if style > 0.92 and language.code in ("fr", "it"):
        return f"{last.upper()} {first}"
    return f"{first} {last}"


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
    "{new}", "{new} {noun}", "{new} {noun}", "{new} {noun} {noun2}", "{noun} {new}", "{new} & {last}", "{trade} {new}",
    "{new} {new2}", "{new} {trade}", "{last} {last2} & {last3}", "{trade} {city}", "{new} {city}",
    "{new} {noun} & {noun2}",
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
        if kind == "new" or (kind in _MIXED and rng.random() < _MIXED[kind]):
            return fresh_word(rng, self.language, self.country.code)
        if kind in _LISTS:
            return rng.choice(companies[_LISTS[kind]])
        if kind == "last":
            return surname(rng, self.language, self.country)
        if kind == "first":
            return rng.choice(self.language.first_names)
        if kind == "of":
            return rng.choice(companies.get("of") or companies["words"])
        if kind in ("syl", "low"):
            name = invented_brand(rng, self.language)
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
_MIXED = {"word": 0.5, "prefix": 0.35}
"""How often these are a word of no list."""


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
    core = f"{brand} {rng.choice(language.companies['nouns'])}" if form and rng.random() < 0.04 else brand
    name = with_form(rng, core, form, country)
    if country.code == "MY" and rng.random() < 0.6:
        name = name.upper()
    if rng.random() < 0.12:
        name, brand = name.upper(), brand.upper()
    elif rng.random() < 0.03:
        name = name.lower()
    return name, brand


def with_form(rng: random.Random, name: str, form: str, country: Country) -> str:
    """The name with its legal form behind it, behind a comma, before it, or around it."""
    if not form:
        return name
    before = _BEFORE.get(country.code, {})
    if form in before and rng.random() < before[form]:
        first, _, last = form.partition(" ")
        return f"{first} {name} {last}".strip()
    if form[0].isupper() and rng.random() < _COMMAS.get(country.code, 0.0):
        return f"{name}, {form}"
    return f"{name} {form}"


_BEFORE: dict[str, dict[str, float]] = {
    "ID": {"PT": 0.95, "CV": 0.95, "UD": 0.95}, "RO": {"SC SRL": 1.0, "PFA": 0.5, "I.I.": 1.0},
    "FR": dict.fromkeys(("SARL", "SAS", "EURL", "SCI", "SNC", "SASU", "S.A.R.L.", "Sarl"), 0.35),
    "BE": {"SRL": 0.15, "SPRL": 0.25, "ASBL": 0.3, "VZW": 0.4, "BVBA": 0.15}, "PL": {"P.H.U.": 1.0},
    "FI": {"Oy Ab": 0.5}, "SE": {"AB": 0.06, "Aktiebolag": 0.2}, "NL": {"V.O.F.": 0.25},
}  # fmt: skip
"""Legal forms that stand before the name, or of two words around it, and how often."""
_COMMAS = {"US": 0.4, "CA": 0.15, "ES": 0.35, "MX": 0.3, "PT": 0.35, "CZ": 0.3, "CO": 0.1, "AR": 0.1, "BR": 0.05}
"""How often a comma parts a name from its legal form."""


def supplier_name(rng: random.Random, language: Language, country: Country, medium: str) -> tuple[str, str]:
    """(full name, brand) of who supplies `medium`, such as water; of a telephone company where it is empty."""
    form = rng.choice(_SUPPLIERS if medium else _PHONE_COMPANIES)
    parts = _Parts(rng, language, country, draw_place(rng, country)[1])
    parts["medium"] = medium
    brand = form.format_map(parts)
    brand = brand.upper() if rng.random() < 0.12 else brand
    form = rng.choice(country.legal_forms) if rng.random() < 0.85 else ""
    return with_form(rng, brand, form, country), brand


_SUPPLIERS = ("{syl} {medium}", "{medium} {city}", "{city} {medium}", "{syl}energy", "{prefix} {medium}",
    "{medium} {syl}", "{ini} {medium}", "{last} {medium}", "{syl} Energy", "{ini} {city}", "{new} {medium}",
    "{new}")  # fmt: skip
_PHONE_COMPANIES = ("{syl} Telecom", "{syl}tel", "{syl} Mobile", "{city} Telecom", "{syl}fon", "{ini} Mobile",
    "{syl}.net", "Tele {syl}", "{syl} Networks", "{prefix}tel", "{syl} Connect", "{ini} Telecom")  # fmt: skip
"""Names that are used in all languages."""
