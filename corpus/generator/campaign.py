"""Broadcast and advertising orders as records: stations, agencies, advertisers, flights, spots by week and day."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field

from docengine.corpus.generator import identifiers, sponsors
from docengine.corpus.generator.airtimes import PATTERNS, hours_text, weekdays
from docengine.corpus.generator.parties import Party, party
from docengine.corpus.generator.record import Line, Record, draw_date
from docengine.corpus.generator.vocabulary import Country, Language

ONE_DAY = datetime.timedelta(days=1)
MEDIA = {"tv": 60.0, "radio": 17.0, "cable": 9.0, "print": 6.0, "outdoor": 3.0, "online": 5.0}
"""How often a medium is drawn."""


@dataclass(slots=True)
class Spot:
    """A line of the order: a programme, when it runs, how often, at what rate (cents)."""

    program: str
    start: datetime.date
    end: datetime.date
    hours: str
    days: str
    """Weekdays as a pattern: `MTWTF--`, `M-F`, `Sa`."""
    length: str
    rate: int
    weeks: list[tuple[datetime.date, tuple[int, ...]]]
    """(Monday, spots of each day from Monday) of every week with spots."""
    outlet: str
    rating: int
    """Tenths of a rating point."""
    hour: int
    """When it starts, 0 to 23."""
    count: int = field(init=False)

    def __post_init__(self) -> None:
        self.count = sum(sum(days) for _, days in self.weeks)

    @property
    def total(self) -> int:
        return self.count * self.rate

    @property
    def airings(self) -> list[datetime.date]:
        """The day of each spot, in order."""
        return [monday + ONE_DAY * i for monday, days in self.weeks for i, n in enumerate(days) for _ in range(n)]


@dataclass(slots=True)
class Campaign:
    record: Record
    medium: str
    station: str
    agency: Party | None
    """Who buys for the advertiser and gets the bill; None where the advertiser buys itself."""
    product: str
    person: str
    """The candidate, or somebody at the advertiser."""
    spots: list[Spot]
    commission: int
    """Cents, taken off the gross total."""
    estimate: str
    people: tuple[str, str]
    """The station's salesperson and the agency's buyer."""
    rep: str
    """The firm that sells for the station."""
    weeks: list[datetime.date] = field(default_factory=list)
    """The Mondays of the flight."""

    @property
    def count(self) -> int:
        return sum(spot.count for spot in self.spots)

    def of_week(self, monday: datetime.date) -> tuple[int, int]:
        """(spots, cents) of one week."""
        counts = [(sum(sum(days) for week, days in spot.weeks if week == monday), spot.rate) for spot in self.spots]
        return sum(n for n, _ in counts), sum(n * rate for n, rate in counts)

    def by_month(self) -> dict[tuple[int, int], tuple[int, int]]:
        """(year, month) of each broadcast week's Sunday -> (spots, cents); the sums are the order's."""
        months: dict[tuple[int, int], tuple[int, int]] = {}
        for monday in self.weeks:
            sunday = monday + 6 * ONE_DAY
            count, cents = self.of_week(monday)
            before = months.get((sunday.year, sunday.month), (0, 0))
            months[sunday.year, sunday.month] = (before[0] + count, before[1] + cents)
        return months


def monday_of(day: datetime.date) -> datetime.date:
    return day - ONE_DAY * day.weekday()


def draw_campaign(rng: random.Random, language: Language, country: Country) -> Campaign:
    medium = rng.choices(list(MEDIA), list(MEDIA.values()))[0]
    seller = party(rng, language, country)
    station = _outlet(rng, language, country, medium, seller)
    agency = party(rng, language, country) if rng.random() < 0.78 else None
    if agency and rng.random() < 0.7:
        agency.name = sponsors.agency_name(rng, language, country.code)
    buyer = party(rng, language, country)
    sponsor = sponsors.draw_sponsor(rng, language, country.code)
    buyer.name = sponsor.name
    date = draw_date(rng)
    first = date + ONE_DAY * rng.randrange(-30, 40)
    last = first + ONE_DAY * rng.choice((0, 1, 3, 6, 6, 6, 6, 7, 13, 13, 20, 27, 41, 55, rng.randrange(1, 90)))
    spots = _spots(rng, language, (first, last), station, medium)
    gross = sum(spot.total for spot in spots)
    record = _record(rng, language, country, date, seller, buyer)
    record.period, record.net, record.total = (first, last), gross, gross
    record.lines = [Line(spot.program, "", spot.count * 1000, "", spot.rate * 100, 0.0, spot.total) for spot in spots]
    percent = 1500 if rng.random() < 0.93 else rng.choice((1000, 1000, 1250, 2000))
    mondays = [monday_of(first)]
    while mondays[-1] + 7 * ONE_DAY <= last:
        mondays.append(mondays[-1] + 7 * ONE_DAY)
    return Campaign(
        record, medium, station, agency, sponsor.product, sponsor.person, spots,
        (gross * percent + 5000) // 10000 if agency and rng.random() < 0.9 else 0,
        identifiers.filled(rng, rng.choice(("####", "####", "###", "#####", "##", "@###", "####-#", "######"))),
        (sponsors.contact(rng, language), sponsors.contact(rng, language)),
        sponsors.agency_name(rng, language, country.code), mondays,
    )  # fmt: skip


def _outlet(rng: random.Random, language: Language, country: Country, medium: str, seller: Party) -> str:
    """What the advertising runs on; the seller is that itself or the company that owns it."""
    if medium in ("tv", "radio") and language.code == "en":
        station = sponsors.station_name(rng)
        owner = sponsors.owner_name(rng, language, country.code, station)
    elif language.code == "en":
        station = owner = sponsors.outlet_name(rng, language, country.code, medium)
    else:
        station, owner = rng.choice(language.broadcast["outlets"]), seller.name
    if rng.random() < 0.68:
        seller.name = seller.brand = station
    elif rng.random() < 0.75:
        seller.name = seller.brand = owner
    return station


_NUMBERS = (
    "#######", "######", "#####", "#######", "######", "########", "#######-#", "@####", "##########", "###-#####",
    "@@########", "####-####", "@@-#####", "######-####", "{yy}-####", "@@@######", "00######", "#####-###",
)  # fmt: skip


def _record(
    rng: random.Random, language: Language, country: Country, date: datetime.date, seller: Party, buyer: Party
) -> Record:
    """Parties and references; what is traded is filled in afterwards."""
    contract = identifiers.document_number(rng, date, rng.choice(_NUMBERS))
    form = rng.choice(("-1", "-1", "-2", "-01", "", "", "", "", "", ""))
    own = rng.choice(("########", "#######-#", "INV#######", "##########", "######-##", "@@#####", "IN-####-######"))
    return Record(
        kind="advertising_order", language=language, country=country, currency=country.currency, seller=seller,
        buyer=buyer, ship_to=None, number=contract + form if form else identifiers.document_number(rng, date, own),
        date=date, due=date + ONE_DAY * rng.choice((15, 30, 30, 30, 45)),
        order_number=identifiers.document_number(rng, date, rng.choice(("########", "#######", "######", "WO######"))),
        contract_number=contract, customer_number=identifiers.filled(rng, rng.choice(("####", "######", "#######"))),
        period=(date, date), lines=[], tax_name=country.tax_names[0], included=False,
    )  # fmt: skip


def _spots(
    rng: random.Random, language: Language, flight: tuple[datetime.date, datetime.date], station: str, medium: str
) -> list[Spot]:
    base = 10 * 10 ** (rng.random() * (2.6 if medium in ("tv", "print") else 1.7))
    style, days_style = rng.choice((0, 0, 0, 1, 1, 1, 2, 3, 4, 5, 6)), rng.randrange(5)
    length = rng.choice((":30", ":30", ":30", ":15", ":60", "00:30", "30", "1:00", "0:30", "30s", "060"))
    outlets = [sponsors.call_sign(station)] if medium in ("tv", "radio") else rng.sample(_NETWORKS, 6)
    if medium in ("tv", "radio") and rng.random() < 0.1:
        outlets.append(sponsors.call_sign(sponsors.station_name(rng)))
    names: tuple[str, ...] = ()
    if language.code != "en":
        style, names = 2, tuple(name[:2].title() for name in (*language.days[1:], language.days[0]))
        outlets = [station, *rng.sample(language.broadcast["outlets"], 2)][: rng.choice((1, 1, 3))]
    programs = language.broadcast["programs" if medium in ("tv", "radio", "cable") else "places"]
    busy = rng.random() * 4
    spots = []
    for _ in range(rng.choice((1, 2, 3, 4, 6, 8, 10, 12, 14, 18, 22, 24, 30, rng.randrange(1, 50)))):
        hour = rng.choice((5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23))
        rate = max(5, round(base * rng.choice((0.3, 0.5, 1, 1, 1.5, 2, 4)) / 5) * 5) * 100
        if rng.random() < 0.08:
            rate += rng.randrange(100)
        half = rng.random() < 0.25
        hours = hours_text(hour, half, style, rng)
        twelve = (hour - 1) % 12 + 1
        text = rng.choice(programs)
        program = text.format(h=twelve, k=twelve % 12 + 1, s=station, n=hour * 7) if "{" in text else text
        mask = rng.choice(PATTERNS)
        weeks = _weeks(rng, flight, mask, busy) or _weeks(rng, flight, (1,) * 7, busy)
        if not weeks:
            continue
        start, end = _span(rng, flight, weeks)
        free = rng.random() < 0.04
        days = weekdays(rng, mask, days_style, names)
        spots.append(Spot(program, start, end, hours, days, length, 0 if free else rate, weeks,
            rng.choice(outlets), rng.randrange(1, 90), hour))  # fmt: skip
    if not any(spot.total for spot in spots):
        mask = (1, 1, 1, 1, 1, 1, 1)
        day = flight[0]
        weeks = [(monday_of(day), tuple(int(i == day.weekday()) for i in range(7)))]
        hours, days = hours_text(18, False, style, rng), weekdays(rng, mask, days_style, names)
        spots.append(Spot("News", day, day, hours, days, length, 5000, weeks, outlets[0], 10, 18))  # fmt: skip
    return spots


def _weeks(
    rng: random.Random, flight: tuple[datetime.date, datetime.date], mask: tuple[int, ...], busy: float
) -> list[tuple[datetime.date, tuple[int, ...]]]:
    """Spots on the days that the pattern and the flight allow; empty where they share no day."""
    first, last = flight
    wanted = max(1, round(busy * rng.choice((0.3, 0.5, 1.0, 1.0, 2.0))))
    skip = rng.choice((0.0, 0.0, 0.0, 0.3, 0.6))
    monday, weeks = monday_of(first), []
    while monday <= last:
        days = [i for i in range(7) if mask[i] and first <= monday + ONE_DAY * i <= last]
        if days and rng.random() >= skip:
            counts = [0] * 7
            for _ in range(wanted):
                counts[rng.choice(days)] += 1
            weeks.append((monday, tuple(counts)))
        monday += 7 * ONE_DAY
    return weeks


def _span(
    rng: random.Random, flight: tuple[datetime.date, datetime.date],
    weeks: list[tuple[datetime.date, tuple[int, ...]]],
) -> tuple[datetime.date, datetime.date]:  # fmt: skip
    """A line's dates: the whole flight, its weeks' days in the flight, or its first and last spot."""
    style = rng.random()
    if style < 0.4:
        return flight
    if style < 0.7:
        return max(flight[0], weeks[0][0]), min(flight[1], weeks[-1][0] + 6 * ONE_DAY)
    days = [monday + ONE_DAY * i for monday, counts in weeks for i, n in enumerate(counts) if n]
    return days[0], days[-1]


_NETWORKS = (
    "ESPN", "CNN", "FXNC", "MSNBC", "HGTV", "TNT", "TBS", "USA", "A&E", "AMC", "BRVO", "CMDY", "DISC", "DSE", "ENT",
    "FOOD", "FX", "HALL", "HIST", "ID", "LIF", "NICK", "PARA", "SYFY", "TLC", "TRAV", "TWC", "BET", "GOLF", "NFLN",
)  # fmt: skip
