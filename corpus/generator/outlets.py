"""Who stands at the head of a receipt: shops' names by trade, and where shops lie: malls, units, estates."""

from __future__ import annotations

import random
import re

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.coinage import fresh_word
from docengine.corpus.generator.naming import surname, with_form
from docengine.corpus.generator.parties import Party, ascii_slug, party
from docengine.corpus.generator.vocabulary import Country, Language, lexicon


def draw_shop(rng: random.Random, language: Language, country: Country, trade: str) -> Party:
    """A seller of a `trade`: an invented company as on invoices, a shop named after what it sells, or a chain."""
    seller = party(rng, language, country)
    style = rng.random()
    share = 0.3 if country.code == "MY" else 0.6
    if style < share:
        place = place_of(seller)
        fresh = rng.random() < 0.4
        word = fresh_word(rng, language, country.code) if fresh else rng.choice(language.companies["words"])
        brand = rng.choice(language.companies[f"shops_{trade}"]).format(
            last=surname(rng, language, country), first=rng.choice(language.first_names),
            word=word, city=place[:18].strip(), n=rng.randrange(2, 99),
        )  # fmt: skip
        form = rng.choice(country.legal_forms) if rng.random() < 0.35 else ""
        _rename(rng, seller, brand, with_form(rng, brand, form, country))
    elif style < share + 0.14:
        brand = str(rng.choice(lexicon()["brands"])[0])
        form = rng.choice((rng.choice(country.legal_forms), ""))
        _rename(rng, seller, brand, with_form(rng, brand, form, country))
    if country.code == "MY" and rng.random() < 0.85:
        seller.address = malaysian_address(rng, language)
    elif rng.random() < 0.2:
        word = rng.choice(language.companies["words"])
        unit = rng.choice(_UNITS).format(n=rng.randrange(1, 240), m=rng.randrange(1, 60), a=rng.choice("ABCDEFG"))
        mall = rng.choice(_MALLS.get(language.code, _MALLS[""])).format(word=word)
        seller.address = [rng.choice((unit, f"{unit}, {mall}", mall)), *seller.address]
    elif rng.random() < 0.12:
        seller.address = without_house_number(seller.address)
    return seller


def without_house_number(lines: list[str]) -> list[str]:
    """`Thirsk Road` for `12 Thirsk Road`: who has a street to himself needs no number."""
    street = " ".join(re.sub(r"\d+\w*(?:[-/.]\d*\w*)*", "", lines[0]).split()).strip(" ,.-/#")
    return [street, *lines[1:]] if len(street) > 5 and len(lines) > 1 else lines


def place_of(seller: Party) -> str:
    """The city of an address; where another was drawn, what follows the postcode, or begins the last line."""
    if any(seller.city in line for line in seller.address):
        return seller.city
    found = re.search(r"\b\d{4,6}\b,? ([^\d,.]{3,})", " , ".join(seller.address))
    if found:
        return found[1].strip(" .-(") or "Central"
    for line in reversed(seller.address):  # in Britain the postcode may have a line of its own
        place = " ".join(word for word in line.split(",")[0].split() if not re.search(r"\d", word))
        if len(place) > 2:
            return place.strip(" .-(")
    return "Central"


def _rename(rng: random.Random, seller: Party, brand: str, name: str) -> None:
    seller.brand, seller.name = brand, name
    domain = (ascii_slug(brand)[:22] or "shop") + rng.choice((".com", ".net", ".eu", ".shop", ".com"))
    seller.email, seller.web = f"{rng.choice(('info', 'hello', 'shop', 'mail'))}@{domain}", f"www.{domain}"


_UNITS = ("Unit {n}", "Shop {m}", "Level {m}", "G{m}", "Lot {n}", "{a}-{m}", "#{m}-{n}", "No. {n}{a}", "K{m}", "F{m}")
_MALLS = {
    "": ("{word} Center", "{word} Plaza"), "en": ("{word} Mall", "{word} Shopping Centre", "{word} Retail Park",
        "The {word} Centre", "{word} Plaza"),
    "de": ("{word}-Center", "EKZ {word}", "{word}-Passage", "Einkaufszentrum {word}"),
    "fr": ("C.C. {word}", "Centre Commercial {word}", "Galerie {word}", "Z.A. {word}"),
    "es": ("C.C. {word}", "Centro Comercial {word}", "Pol. Ind. {word}"),
    "it": ("C.C. {word}", "Centro Commerciale {word}", "Galleria {word}"),
    "nl": ("Winkelcentrum {word}", "{word}passage", "{word}hof"),
    "pt": ("C.C. {word}", "Centro Comercial {word}", "{word} Shopping"),
}  # fmt: skip

_LOTS = (
    "NO. {n}", "NO {n}", "NO.{n}", "No. {n}", "No {n}{a}", "{n}", "{n}{a}", "NO. {n}-G", "NO. {n} & {n1}",
    "NO.{n},{n1}&{n2}",
    "LOT {n}", "LOT {big}", "LOT {big}-{a} & {big}-B", "LOT P.T. {big}", "LOT PT {big}", "PT {big}",
    "LOT {a}{m}, GROUND FLOOR",
    "LOT F{m}, FIRST FLOOR", "LOT G{m}.{n}{a}", "UNIT {n}, BLOCK {a}", "UNIT L{m}-{n}{a}", "{a}-{m}", "{a}-{m}-{m2}",
    "{a}-G-{m}",
    "K{m}-{n}", "P{m}, BLOCK {a}", "BLK {m}, UNIT G{m} & G{m2}", "LOT NO : {m}, LEVEL {m2}", "LOT LG {n}",
    "#{m}-{m2}, LEVEL {m2}",
    "Lot {m}-{n}", "Suite {m}-{m2}", "GF {n}", "LOT {m}-0-{m2}", "LOT NO. {n}-{m},", "NO.{n}-1-{m}", "{big}",
)  # fmt: skip
_STREETS = (
    "JALAN {w}", "JALAN {w} {m}", "JALAN {w} {m}/{m2}", "JALAN {w} {m}/{m2}{a}", "JALAN {m}/{n}", "JLN {w} {m}/{m2}",
    "JLN {w} {m}", "JLN {w}", "JALAN SS {m}/{m2}",
    "JALAN SS{m}/{m2}{a}",
    "JALAN PJS {m}/{m2}", "JALAN PJU {m}/{m2}", "JALAN USJ {m}/{m2}{a}", "JALAN {m}/{n}{a}", "JL {w}", "LORONG {w} {m}",
    "PERSIARAN {w}", "LEBUH {w}", "JLN SUNGAI {w}", "JALAN {w} U{m}/{m2}", "BATU {m}, JALAN {w}", "JALAN BESAR",
    "JALAN SULTAN {w}",
    "JALAN TUN {w}", "JALAN BUKIT {w} {m}", "OFF JALAN {w}", "JLN {m}/{m2}", "JALAN {w} 1{a}", "JALAN PERMAS {m}/{m2}",
)  # fmt: skip
_AREAS = (
    "TAMAN {w}", "TAMAN {w}", "TMN {w}", "TAMAN {w} {w2}", "BANDAR {w}", "BANDAR BARU {w}", "KAWASAN PERINDUSTRIAN {w}",
    "SEKSYEN {m}", "SECTION {m}", "KG. {w}", "KAMPUNG {w}", "MUKIM {w}", "{w} MALL", "PUSAT PERDAGANGAN {w}",
    "{w} SQUARE",
    "PLAZA {w}", "DESA {w}", "DATARAN {w}", "{w} UTAMA", "BDR {w}", "AEON MALL {w}", "TESCO {w}",
    "GIANT HYPERMARKET {w}",
    "{w} JAYA", "{w} SHOPPING CENTRE", "DAMANSARA {w}", "{w} HEIGHTS", "MENARA {w}",
)  # fmt: skip


def malaysian_address(rng: random.Random, language: Language) -> list[str]:
    """Lot, street, areas, postcode and city, state: the parts that stand between commas, in capitals or not."""
    words = language.companies.get("malay", ("Indah",))
    n, big = rng.randrange(1, 180), rng.randrange(200, 19000)

    def fill(forms: tuple[str, ...]) -> str:
        return rng.choice(forms).format(
            n=n, n1=n + 1 + rng.randrange(2), n2=n + 4, big=big, m=rng.randrange(1, 28), m2=rng.randrange(1, 15),
            a=rng.choice("ABCDEGH"), w=rng.choice(words), w2=rng.choice(words),
        )  # fmt: skip

    postcode, city, state = rng.choice(lexicon()["places"]["MY"])
    parts = [fill(_LOTS).rstrip(","), fill(_STREETS)]
    parts += [fill(_AREAS) for _ in range(rng.choice((0, 0, 1, 1, 1, 1, 2, 2)))]
    if rng.random() < 0.12:
        parts[:2] = [f"{parts[0]} {parts[1]}"]
    parts.append(rng.choice((f"{postcode} {city}",) * 6 + (f"{postcode}, {city}", city)))
    if state and rng.random() < 0.72:
        tail = rng.choice(("", "", "", " DARUL EHSAN", " D.E.")) if state == "Selangor" else ""
        parts.append(state + tail)
    if rng.random() < 0.08:
        parts.append("MALAYSIA")
    upper = rng.random() < 0.7
    return [part.upper() if upper else _capitalised(part) for part in parts]


def _capitalised(text: str) -> str:
    return " ".join(word if any(char.isdigit() for char in word) or len(word) < 3 else word.capitalize() for word in
                    text.split())  # fmt: skip


REGISTRATIONS: dict[str, tuple[float, tuple[str, ...]]] = {
    "MY": (0.88, ("({n})", "({n})", "({n})", "({n})", "({n})", "({n})", "({n})", "CO NO: {n}", "(CO. REG. NO. {n})",
    "{n}", "(Co. No. {n})",
    "ROC NO. : ({n})",
                  "COMPANY REG. NO. : {n}", "(CO.REG : {n})", "( ROC : {n} )", "REG. NO:{n}", "BRN NO. {n}",
                  "SSM NO. {n}")),
    "SG": (0.4, ("Co. Reg. No. 20#######@", "UEN: 20#######@", "(Co Reg: 19#######@)", "ROC: 20#######@")),
    "IN": (0.4, ("FSSAI No. ##############", "CIN: U#####MH20##PTC######", "FSSAI LIC NO ##############")),
    "GB": (0.12, ("Company No. ########", "Reg. in England ########", "Company Number: 0#######")),
    "IE": (0.1, ("Reg. No. ######",)), "US": (0.2, ("Store #####", "STORE # ####", "ST# #### OP# ###")),
    "CA": (0.1, ("Store #####",)), "AU": (0.12, ("ACN ### ### ###",)),
    "DE": (0.15, ("HRB ######", "Amtsgericht HRB #####", "Filiale ####")), "AT": (0.15, ("FN ######a",
    "Firmenbuchnr. FN ######x")),
    "FR": (0.4, ("SIRET ### ### ### #####", "RCS B ### ### ###", "NAF ####@", "SIREN ### ### ###", "APE ####@")),
    "IT": (0.2, ("REA @@-######", "R.E.A. ######")), "PT": (0.25, ("C.R.C. n.º ######", "Capital Social 5.000 EUR")),
    "PL": (0.2, ("REGON #########", "BDO #########")), "CZ": (0.5, ("IČO: ########", "IČ ########")),
    "SE": (0.4, ("Org.nr ######-####", "Org nr: ######-####")), "NL": (0.35, ("KvK ########", "KvK-nr. ########")),
    "ZA": (0.4, ("Reg No 20##/######/07", "CK ##/#####/23")), "NZ": (0.2, ("NZBN #############",)),
    "PH": (0.6, ("MIN: ##############", "S/N: @@######", "PTU No. FP######-###", "ACCR NO. ###-#########-######")),
    "AE": (0.3, ("Lic. No. ######", "P.O. Box #####")), "HK": (0.2, ("BR No. ########",)), "ID": (0.2,
    ("NIB #############",)),
    "BR": (0.5, ("IE: ###.###.###.###", "I.M. #######")), "BE": (0.15, ("RPR Brussel", "Ond.nr. 0###.###.###")),
}  # fmt: skip
"""Share of shops that print a register's number, and its makes; `#` is a digit, `@` a letter."""
_COMPANIES = (
    "######-@",
    "######-@",
    "#######-@",
    "######@",
    "#######-@",
    "######-@",
    "201#########",
    "JM0######-@",
    "00#######-@",
)


def registration(rng: random.Random, country: Country) -> str:
    """A register's number as the shop prints it, or nothing."""
    share, forms = REGISTRATIONS.get(country.code, (0.05, ("Reg. ######",)))
    if rng.random() > share:
        return ""
    number = identifiers.filled(rng, rng.choice(_COMPANIES))
    return identifiers.filled(rng, rng.choice(forms).replace("{n}", "\0")).replace("\0", number)
