"""Broadcast and advertising orders as records: stations, agencies, advertisers, flights and spots."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.parties import _STATES, party, person_name
from docengine.corpus.generator.record import Line, Record, draw_date
from docengine.corpus.generator.vocabulary import Country, Language, lexicon


@dataclass(slots=True)
class Spot:
    """A line of the order: a programme, when it runs, how often, at what rate (cents)."""

    program: str
    start: datetime.date
    end: datetime.date
    hours: str
    days: str
    length: str
    count: int
    rate: int

    @property
    def total(self) -> int:
        return self.count * self.rate


@dataclass(slots=True)
class Campaign:
    record: Record
    station: str
    agency: list[str]
    agency_address: list[str]
    product: str
    spots: list[Spot]
    commission: int
    """Cents, taken off the gross total."""
    estimate: str
    people: tuple[str, str]


_PROGRAMS = (
    "News", "Morning News", "Early News", "Late News", "Today", "Local News at {h}", "News at Noon", "Evening News",
    "Good Day", "Sports Sunday",
    "Prime", "Wheel", "Jeopardy Access", "Weekend Edition", "Movie", "Judge Show", "Daytime", "Late Night",
    "Football Game", "Prime Rotator",
    "Sitcom {h}", "Talk Show", "M-F {h}a-{k}a", "Sa-Su {h}p-{k}p", "Entertainment Tonight", "This Morning",
    "World News", "ROS", "Overnight",
    "Drive Time AM", "Midday", "PM Drive", "Cable Rotator", "Live at {h}", "Baseball", "Family Comedy", "Drama Hour",
    "Farm Report",
)  # fmt: skip
_CAUSES = ("Better", "Working", "Safe", "United", "Forward", "American", "Citizens for", "Friends of",
    "Committee to Elect", "Vote", "Families for",
           "Coalition for", "Majority", "Healthy", "Clean", "Yes on", "No on", "Alliance for",
           "People for")  # fmt: skip
_THINGS = ("Schools", "Water", "Jobs", "Future", "Energy", "Families", "Health Care", "Freedom", "Prop {n}",
    "Measure {n}", "Seniors", "Veterans",
           "Growth", "Democracy", "Leadership", "PAC", "Action Fund", "Victory Fund", "Progress",
           "Neighborhoods")  # fmt: skip
_OFFICES = (
    "Congress",
    "Senate",
    "Governor",
    "President",
    "Mayor",
    "Attorney General",
    "State Senate",
    "Judge",
    "Sheriff",
    "Assembly",
    "House",
    "Supreme Court",
)


def advertiser(rng: random.Random, language: Language, country: Country) -> str:
    """A campaign, a cause, a party's shorthand, or a company."""
    last, person = rng.choice(language.last_names), person_name(rng, language)
    office, state = rng.choice(_OFFICES), rng.choice(list(_STATES.values()))
    cause = f"{rng.choice(_CAUSES)} {rng.choice(_THINGS).format(n=rng.randrange(1, 99))}"
    name = rng.choice((
        f"{person} for {office}", f"{last} for {office}", f"Poli/{person}/{rng.choice('DR')}/{office}/{state}",
        f"{last}/{rng.choice('DR')}/{office}",
        f"{person} for {state} {office}", cause, cause, f"{cause} - {rng.choice(('Issue', 'Yes', 'PAC'))}",
        f"{last} {rng.randrange(2012, 2028)}",
        f"{person} {state} {office}-{rng.choice('DR')}", f"POL/{last}/{office}", f"Friends of {person}",
        f"{last} for {state}",
        f"{last} Victory Committee", party(rng, language, country).name, party(rng, language, country).name,
    ))  # fmt: skip
    return name.upper() if rng.random() < 0.2 else name


def _hours(rng: random.Random) -> tuple[str, int]:
    hour = rng.choice((5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
    half, after = rng.choice(("AM", "PM")), hour % 12 + 1
    return rng.choice((
        f"{hour}:00 {half}-{after}:00 {half}", f"{hour}{half[0].lower()}-{after}{half[0].lower()}",
        f"{hour}:00{half.lower()}-{after}:00{half.lower()}",
        f"{hour}:30 {half} - {after}:00 {half}", f"{hour}:00:00{half}- {after}:00:00{half}",
        f"{hour:02d}:00-{after:02d}:00", f"{hour}-{after}{half}",
    )), hour  # fmt: skip


_DAYS = (
    "MTWTF--",
    "MTWTFSS",
    "-----SS",
    "M-F",
    "Sa",
    "Su",
    "M",
    "Tu",
    "W",
    "Th",
    "F",
    "-T-T---",
    "------S",
    "MTuWThF",
    "M-Su",
    "Mo-Fr",
    "1",
    "MTWTF",
)


def draw_campaign(rng: random.Random, language: Language, country: Country) -> Campaign:
    seller = party(rng, language, country)
    station = rng.choice("KW") + "".join(rng.choice(identifiers.LETTERS) for _ in range(3))
    station += rng.choice(("", "", "-TV", "-DT", "-FM", "-AM", " (TV)"))
    if rng.random() < 0.6:
        seller.name = seller.brand = station
    agency = party(rng, language, country)
    date = draw_date(rng)
    first = date + datetime.timedelta(days=rng.randrange(-30, 40))
    last = first + datetime.timedelta(days=rng.choice((0, 1, 3, 6, 6, 6, 7, 13, 20, 27, 41, rng.randrange(1, 120))))
    buyer = party(rng, language, country)
    buyer.name = advertiser(rng, language, country)
    spots = _spots(rng, first, last, _PROGRAMS)
    number = identifiers.document_number(
        rng,
        date,
        rng.choice(
            ("#######", "######", "#####", "#######-#", "#####-#", "########", "@####", "##########", "###-#####")
        ),
    )
    gross = sum(spot.total for spot in spots)
    lines = [Line(spot.program, "", spot.count * 1000, "", spot.rate * 100, 0.0, spot.total) for spot in spots]
    record = Record(
        kind="advertising_order", language=language, country=country, currency=country.currency, seller=seller,
        buyer=buyer, ship_to=None,
        number=identifiers.document_number(rng, date, rng.choice(("#######-#", "#######", "######-##", "INV#######",
            "##########"))),
        date=date, due=date + datetime.timedelta(days=30), order_number=identifiers.document_number(rng, date),
        contract_number=number,
        customer_number=identifiers.filled(rng, "####"), period=(first, last), lines=lines,
        tax_name=country.tax_names[0], included=False,
        net=gross, total=gross,
    )  # fmt: skip
    commission = gross * 15 // 100 if rng.random() < 0.85 else 0
    product = rng.choice((buyer.name.split("/")[0], "POLITICAL", "Issue", "Candidate",
        rng.choice(language.last_names).upper(), "PL Advocacy", "2020 General",
                          str(rng.choice(lexicon()["goods"])[language.index + 1])))  # fmt: skip
    people = (person_name(rng, language), person_name(rng, language))
    return Campaign(
        record,
        station,
        [agency.name],
        agency.address,
        product,
        spots,
        commission,
        identifiers.filled(rng, rng.choice(("####", "###", "#####"))),
        people,
    )


def _spots(rng: random.Random, first: datetime.date, last: datetime.date, programs: tuple[str, ...]) -> list[Spot]:
    spots = []
    base = 10 * 10 ** (rng.random() * 2.6)
    for _ in range(rng.choice((2, 4, 6, 8, 10, 14, 18, 24, 30, rng.randrange(1, 60)))):
        hours, hour = _hours(rng)
        days = (last - first).days
        start = first if rng.random() < 0.7 else first + datetime.timedelta(days=rng.randrange(days + 1))
        end = last if rng.random() < 0.7 else start + datetime.timedelta(days=rng.randrange((last - start).days + 1))
        rate = max(5, round(base * rng.choice((0.3, 0.5, 1, 1, 1.5, 2, 4)) / 5) * 5) * 100
        rate = rate if rng.random() < 0.95 else 0
        program = rng.choice(programs).format(h=hour, k=hour % 12 + 1)
        length = rng.choice((":30", ":30", ":30", ":15", ":60", "00:30", "30", "1:00"))
        spots.append(
            Spot(program, start, end, hours, rng.choice(_DAYS), length, rng.choice((1, 1, 1, 2, 3, 4, 5, 10)), rate)
        )
    if not any(spot.total for spot in spots):
        spots[0].rate = 5000
    return spots
