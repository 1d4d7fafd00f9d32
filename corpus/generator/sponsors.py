"""Who is in a broadcast order: advertisers, agencies, stations and their owners, all invented by grammar."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import NamedTuple

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.addresses import STATES
from docengine.corpus.generator.coinage import coined, fresh_surname, fresh_word
from docengine.corpus.generator.parties import person_name
from docengine.corpus.generator.vocabulary import Language, lexicon

_OFFICES = (
    ("Congress", "CD{n}", "US House", "Congress {st}-{n:02d}", "House", "H/{st}-{n:02d}", "U.S. Congress"),
    ("US Senate", "Senate", "U.S. Senate", "SEN", "Sen"),
    ("Governor", "Gov", "GOV"),
    ("President", "PRES", "Pres", "President/US"),
    ("Mayor", "Mayor of {city}", "{city} Mayor"),
    ("State Senate", "State Senate District {n}", "SD{n}", "St Senate"),
    ("Attorney General", "AG", "Atty General"),
    ("Judge", "Circuit Judge", "Supreme Court", "Court of Appeals"),
    ("Sheriff", "{city} County Sheriff", "County Commissioner", "City Council", "School Board", "Assembly",
     "State Representative", "State Treasurer", "Secretary of State", "Auditor", "Comptroller", "Clerk"),
)  # fmt: skip
_PARTIES = ("D", "R", "D", "R", "Dem", "Rep", "Democrat", "Republican", "I", "DEM", "REP", "Ind", "L")

CANDIDATES: tuple[str, ...] = (
    "{person} for {office}", "{last} for {office}", "{person} for {state}", "{last} for {state}", "{first} for {state}",
    "{person} {year}", "{last} {year}", "Friends of {person}", "Friends of {last}", "Committee to Elect {person}",
    "Citizens for {last}", "Elect {person}", "Vote {last}", "Team {last}", "{last} Victory Fund",
    "{last} Victory Committee", "{person} for {state} {office}", "People for {person}", "Re-Elect {last}",
    "{person} Campaign Committee", "Neighbors for {last}", "Texans for {last}", "The Committee to Re-Elect {person}",
    "{last}/{party}/{office}", "{person}/{party}/{office}", "{last}/{office}", "{person} for {office}-{party}",
    "{person} - {party}", "{last} for {office} ({party})", "{party} - {person} for {office}", "{last}, {first}",
    "{person} for {office}, Inc.", "{last}-{last2} for {office}", "{last} & {last2} {year}", "Keep Judge {last}",
    "{person} for {city} {office}", "{last} for Congress Committee", "{last} {office} {year}", "{first} {last} ({st})",
)  # fmt: skip
CODED: tuple[str, ...] = (
    "POL/{person}/{office}/{st}/{party}", "POL/{last}/{office}", "Pol/{last}/{party}/{office}/{st}", "POL/{person}",
    "Poli/{person}/{party}/{office}/{state}", "POL-{last} for {office}", "POLITICAL {last} {office}",
    "POL/ {person} / {party} / {office} /", "PL {last} FOR {office}", "P-{person} for {office}", "POL/{pac}",
    "ISS/{pac}", "ISSUE/{pac}", "POL - {pac}", "{pac}/Issue", "{pac}-I", "PI/{pac}", "POL ISSUE {pac}",
)  # fmt: skip
CAUSES: tuple[str, ...] = (
    "{lead} {thing}", "{lead} {thing} PAC", "{state} {thing} PAC", "{state} Future PAC", "{lead} {state}",
    "Americans for {thing}", "{state} {group}", "{thing} Action Fund", "{thing} Majority PAC", "{lead} {state} Forward",
    "Yes on {ballot}", "No on {ballot}", "Vote Yes on {ballot}", "{thing} - Yes on {ballot}", "{thing} Now",
    "{city} Residents for {thing}", "{state}ns for {thing}", "Coalition for {thing}", "{thing} Coalition {year}",
    "{ini} PAC", "{ini}", "{ini}-{last} for {office}", "{lead} Our {thing}", "{state} {group} Committee",
    "Committee for {thing}", "Alliance for {thing} in {state}", "{lead} {thing}, Inc.", "Families for {thing}",
    "{city} Taxpayers Against {ballot}", "{lead} Leadership Fund", "{state} Values Project", "{thing} Voters",
)  # fmt: skip
COMPANIES: tuple[str, ...] = (
    "{last} {make}", "{last} {make} of {city}", "{city} {make}", "{last} Auto Group", "{last} Motors",
    "{last} Law Firm",
    "Law Offices of {last} & {last2}", "{last}, {last2} & Associates", "{person}, Attorney at Law", "{city} Hospital",
    "{city} Regional Medical Center", "St. {first} Health System", "{state} Lottery", "{city} Community College",
    "University of {state}", "{last} Furniture", "{last} Heating & Air", "{last} Plumbing", "Visit {city}",
    "{state} Department of Health", "{state} Tourism", "{city} Casino Resort", "{last} Family Dental", "{last} Roofing",
    "First Bank of {city}", "{city} Federal Credit Union", "{last} Jewelers", "{last}'s Pizza", "{city} Symphony",
    "{last} Windows & Doors", "{city} Chamber of Commerce", "{city} Public Schools", "{state} Farm Bureau",
    "{last} Supermarkets", "{syl} Wireless", "{syl} Insurance", "{state} Electric Cooperative", "{last} Mattress",
    "{state} State Fair", "{last} Homes", "{last} Pharmacy", "{syl}", "{syl} Health Plan", "{city} Zoo",
)  # fmt: skip
_AGENCIES = (
    "{last} Media", "{syl} Media", "{last} & Associates", "{last} Media Group", "{syl} Strategies",
    "{last} Communications",
    "{syl} Media Partners", "{last} {last2} Advertising", "{word} Media Services", "{syl} Media LLC", "{ini} Media",
    "{word} Advertising", "{last} Strategic Media", "{last} Creative", "{word} Buying Group",
    "{syl} Communications Inc",
    "{last}/{last2} Group", "{ini}", "Media {syl}", "{word} Public Affairs", "{syl} Digital", "{last} + {last2}",
    "{last} Consulting", "{word} Time Buyers, LLC", "{ini} Media -- EDI", "{last} Group Political", "{last} Agency",
    "{word} Strategies", "{word} Partners Media", "{word} Media Planning", "{last} Campaigns", "{word} Political Media",
    "{lead} Majority Strategies", "{state} Media Buyers", "{syl} Victory Partners", "{ini} Political", "{thing} Media",
    "{word} Buying Service", "{last} {last2} {year} Media", "Media for {thing}", "{lead} {thing} Strategies, Inc.",
)  # fmt: skip
_OWNERS = (
    "{syl} Broadcasting", "{syl} Broadcasting, Inc.", "{last} Media Group", "{syl} Television, LLC",
    "{last} Broadcasting Co.",
    "{city} Television, Inc.", "{syl} Media, Inc.", "{word} Communications Corp.", "{last} Radio Group",
    "{city} Radio Partners", "{syl} Stations LLC", "{station} Television", "{station} Radio", "{station}, Inc.",
)  # fmt: skip
_OUTLETS = {
    "cable": ("{syl} Cable Advertising", "{syl} Spot Sales", "{city} Interconnect", "{syl} Media Sales",
    "{word} Cable"),
    "print": ("{city} Times", "The {city} Herald", "{city} Daily News", "{city} Tribune", "The {city} Gazette",
              "{word} Magazine", "{city} Business Journal", "{city} Shopper"),
    "outdoor": ("{last} Outdoor", "{word} Outdoor Advertising", "{syl} Billboards", "{last} Sign Co.",
                "{city} Transit Media"),
    "online": ("{syl} Digital", "{syl} Media Network", "{word} Interactive", "{city}Now.com", "{syl} Ads"),
}  # fmt: skip
_MAKES = (
    "Ford", "Chevrolet", "Honda", "Toyota", "Kia", "Nissan", "Hyundai", "Buick GMC", "Chrysler Dodge Jeep Ram",
    "Subaru", "Mazda", "Volkswagen", "Cadillac",
)  # fmt: skip
_LEADS = (
    "Better", "Safe", "United", "Forward", "Working", "Protect", "Healthy", "Clean", "Strong", "Rebuild", "Save",
    "One", "Restore", "Defend", "New", "Citizens for", "Independent", "Priorities", "Bold", "Fair",
)  # fmt: skip
_THINGS = (
    "Schools", "Water", "Jobs", "Future", "Energy", "Families", "Health Care", "Freedom", "Seniors", "Veterans",
    "Growth", "Democracy", "Progress", "Neighborhoods", "Opportunity", "Prosperity", "Public Safety", "Tax Relief",
    "Affordable Housing", "Lower Drug Prices", "Rural Hospitals", "Clean Elections", "Patients", "Education",
    "Small Business", "Better Roads", "Our Parks", "Working People", "Accountability",
)  # fmt: skip
_GROUPS = (
    "Education Association", "Realtors", "Nurses Association", "Hospital Association", "Chamber PAC", "Teachers Union",
    "Democratic Party", "Republican Party", "Firefighters", "Retailers", "Builders Association", "Farmers Union",
)  # fmt: skip
_BALLOTS = ("Prop {n}", "Proposition {n}", "Measure {l}", "Amendment {n}", "Question {n}", "Issue {n}", "I-{n}")


@lru_cache(maxsize=1)
def _states() -> tuple[str, ...]:
    return tuple(sorted({place[2] for place in lexicon()["places"]["US"]} & set(STATES)))


class Sponsor(NamedTuple):
    name: str
    product: str
    """What the campaign is for, as traffic systems note it; often the name cut short."""
    person: str
    """The candidate, or somebody of the company."""


class _Words(dict[str, object]):
    """Parts of names, each drawn when a form asks for it."""

    def __init__(self, rng: random.Random, language: Language, country: str, **given: object) -> None:
        self.rng, self.language, self.country = rng, language, country
        super().__init__(given)

    def __missing__(self, key: str) -> object:
        value = self[key] = self._draw(key)
        return value

    def _draw(self, key: str) -> object:
        rng = self.rng
        if key == "city":
            places = lexicon()["places"].get(self.country) or lexicon()["places"]["ES"]
            return str(rng.choice(places)[1]).split(",")[0]
        if key == "state":
            return rng.choice(_states())
        if key == "st":
            return STATES[str(self["state"])]
        if key == "person":
            return f"{self['first']} {self['last']}"
        if key == "first":
            return rng.choice(self.language.first_names)
        if key in ("last", "last2"):
            return fresh_surname(rng, self.language) if rng.random() < 0.2 else rng.choice(self.language.last_names)
        if key == "office":
            text = rng.choice(rng.choice(_OFFICES))
            return text.format(n=rng.randrange(1, 40), st=self["st"], city=self["city"]) if "{" in text else text
        if key == "ballot":
            return rng.choice(_BALLOTS).format(n=rng.randrange(1, 120), l=rng.choice("ABCDEFGHJKLMN"))
        if key == "pac":
            return rng.choice(CAUSES).format_map(self)
        if key == "ini":
            return "".join(rng.choices(identifiers.LETTERS, k=rng.choice((2, 3, 3, 4))))
        if key == "syl":
            return coined(rng, self.language) if rng.random() < 0.35 else invented(rng)
        if key == "word" and rng.random() < 0.5:
            return fresh_word(rng, self.language, self.country)
        if key == "year":
            return rng.choice(("2020", "2022", "2024", "2018", "'24", "2026", "2016", "20"))
        lists = {"lead": _LEADS, "thing": _THINGS, "group": _GROUPS, "make": _MAKES, "party": _PARTIES}
        return rng.choice(lists[key]) if key in lists else rng.choice(self.language.companies["prefixes"])


_START = (
    "Am", "Bel", "Cor", "Del", "Ever", "Fin", "Gran", "Hal", "Ion", "Jet", "Kin", "Lum", "Mar", "Nor", "Ox", "Pin",
    "Quin", "Red", "Sum", "Tri", "Ur", "Ver", "Wes", "Zen", "Blue", "Gold", "Iron", "Clear", "High", "True",
)  # fmt: skip
_END = (
    "aro", "cast", "core", "den", "field", "gate", "ity", "line", "mark", "nova", "path", "point", "ridge", "star",
    "stone", "tide", "vale", "view", "ward", "way", "wood", "works", "bridge", "crest", "light",
)  # fmt: skip


def invented(rng: random.Random) -> str:
    return rng.choice(_START) + rng.choice(_END)


def draw_sponsor(rng: random.Random, language: Language, country: str) -> Sponsor:
    """A candidate's committee, an issue group, or a company; political ones in English only."""
    words = _Words(rng, language, country)
    if language.code != "en":
        name = rng.choice(language.broadcast["sponsors"]).format_map(words)
        return Sponsor(name, rng.choice(language.broadcast["products"]), str(words["person"]))
    forms = rng.choices((CANDIDATES, CODED, CAUSES, COMPANIES), (36, 14, 22, 28))[0]
    name = rng.choice(forms).format_map(words)
    if rng.random() < 0.12:
        name = name.upper()
    elif rng.random() < 0.06:
        name += rng.choice((" (PL)", " -D", "-R", " - POL", "*", " (Political)", " #2", "-A", " LLC"))
    return Sponsor(name, _product(rng, name, language, words, forms is COMPANIES), str(words["person"]))


def _product(rng: random.Random, name: str, language: Language, words: _Words, company: bool) -> str:
    plain = name.split("/")[1] if name.count("/") > 1 and name.split("/")[1].strip() else name
    if rng.random() < 0.3:
        return plain.strip()[: rng.choice((12, 20, 20, 25, 40))].strip() or name
    if rng.random() < 0.2:
        return plain.strip().upper()[:20].strip() or name
    if company:
        return rng.choice(language.broadcast["products"])
    return rng.choice((
        f"{words['last']} {words['office']}", "POLITICAL", "Candidate", "Political", f"{words['year']} General",
        f"{words['year']} Primary", "PL Advocacy", "Issue", "POL CANDIDATE", str(words["last"]).upper(),
        "PL Presidential Candidate", "Political Issue", f"{words['thing']}", f"US {words['office']}", "GOTV",
    ))  # fmt: skip


def agency_name(rng: random.Random, language: Language, country: str) -> str:
    name = rng.choice(_AGENCIES).format_map(_Words(rng, language, country))
    return name.upper() if rng.random() < 0.12 else name


def station_name(rng: random.Random) -> str:
    """Call letters, sometimes with the service or the channel: WXYZ-TV, KABC 7, WQRS 101.5 FM."""
    call = rng.choice("KWWK") + "".join(rng.choices(identifiers.LETTERS, k=rng.choice((3, 3, 3, 3, 2))))
    style = rng.random()
    if style < 0.45:
        return call
    if style < 0.8:
        return call + rng.choice(("-TV", "-TV", "-DT", "-FM", "-AM", "-LD", "-CD", " (TV)", "-DT2"))
    if style < 0.9:
        return f"{call} {rng.choice(('', 'FOX ', 'ABC', 'CW', 'NBC', 'TV', 'Channel '))}{rng.randrange(2, 60)}".strip()
    return f"{call} {rng.randrange(88, 108)}.{rng.choice('13579')} FM"


def call_sign(station: str) -> str:
    """WXYZ of WXYZ-TV and of WXYZ 101.5 FM."""
    return station.split("-", maxsplit=1)[0].split(maxsplit=1)[0]


def outlet_name(rng: random.Random, language: Language, country: str, medium: str) -> str:
    """Of a cable system, a paper, a poster company, an online network."""
    return rng.choice(_OUTLETS[medium]).format_map(_Words(rng, language, country))


def owner_name(rng: random.Random, language: Language, country: str, station: str) -> str:
    return rng.choice(_OWNERS).format_map(_Words(rng, language, country, station=call_sign(station)))


def contact(rng: random.Random, language: Language) -> str:
    name = person_name(rng, language)
    return name if rng.random() < 0.8 else ", ".join(reversed(name.upper().rsplit(maxsplit=1)))
