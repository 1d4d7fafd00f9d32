"""The references of an order: numbers, names, dates and codes with their captions, in groups; a few are fields."""

from __future__ import annotations

import datetime
import random
from typing import TYPE_CHECKING, NamedTuple

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.airparties import particulars
from docengine.corpus.generator.keyvalues import Entry
from docengine.corpus.generator.sheet import Line, Token, tokens
from docengine.corpus.labelled import Label

if TYPE_CHECKING:
    from docengine.corpus.generator.airtime import Order


class Group(NamedTuple):
    title: str
    entries: list[Entry]


def contract_entry(order: Order) -> Entry:
    """The number of the contract or order; now and then with its revision behind it."""
    rng, record = order.rng, order.writer.record
    line = order.writer.text(record.contract_number, "contract_number")
    if rng.random() < 0.2:
        line = [*line, Token("/"), *tokens(str(rng.randrange(0, 6)) if rng.random() < 0.6 else "")]
    return order.label("contract_only" if order.billed else "contract"), line


def order_of_contract(order: Order) -> Line:
    """The contract's number as `Order #` on an invoice: that of the station's contract, though some say the order's."""
    return tokens(order.writer.record.contract_number, order.writer.tag("contract_number")._replace(certain=False))


def alike(rng: random.Random, number: str) -> str:
    """Another number of the same form."""
    return "".join(str(rng.randrange(10)) if char.isdigit() else char for char in number)


def flight_entries(order: Order) -> list[Entry]:
    """When it runs, in one entry or in two."""
    rng, (start, end) = order.rng, order.writer.record.period
    first, last = order.day(start, "period_start"), order.day(end, "period_end")
    if rng.random() < 0.3:
        return [(order.label("flight_start"), first), (order.label("flight_end"), last)]
    if rng.random() < 0.12:
        return [(order.label("flight"), [*first, Token("-", None, True), last[0]._replace(glued=True), *last[1:]])]
    mark = rng.choice(order.writer.language.broadcast["until"])
    return [(order.label("flight"), [*first, Token(mark), *last])]


def advertiser_entry(order: Order, key: str = "advertiser") -> Entry:
    rng, record = order.rng, order.writer.record
    value = order.writer.text(record.buyer.name, "buyer_name")
    style = rng.random()
    if style < 0.06:
        value = [*value, Token(f"({rng.randrange(100, 99999)})")]
    elif style > 0.95 and key == "advertiser" and not order.accounts:
        value = [*value, Token("/"), *tokens(order.campaign.product)]
        return order.label("advertiser_product"), value
    elif style > 0.9 and key == "advertiser" and order.campaign.agency and not order.accounts:
        agency, mark = tokens(order.campaign.agency.name), Token(rng.choice(("/", "-", "|")))
        if rng.random() < 0.5:
            return order.label("agency_advertiser"), [*agency, mark, *value]
        return order.label("advertiser_agency"), [*value, mark, *agency]
    elif style < 0.1:
        value = [Token(str(rng.randrange(100, 99999))), *([Token("-")] if rng.random() < 0.5 else []), *value]
    return order.writer.with_colon(order.caption(key)), value


def main_entries(order: Order) -> list[Entry]:
    """Advertiser, number and flight: what the top of a further page says."""
    number = contract_entry(order)
    if order.billed:
        number = (order.label("invoice"), order.writer.text(order.writer.record.number, "invoice_number"))
    return [advertiser_entry(order), number, *flight_entries(order)]


def draw_groups(order: Order, *, headed: bool) -> list[Group]:
    """Four groups with all of the fields and a choice of the rest, or two with everything mixed.

    Groups that stand under a heading may call the advertiser's and the agency's names just `Name`.
    """
    rng = order.rng
    short = headed and rng.random() < 0.5
    groups = [
        Group(order.say("contract") if not order.billed else order.say("invoice"), _identity(order)),
        Group(order.caption("advertiser_head"), _client(order, "name_only" if short else "advertiser")),
        Group(order.say("agency_head"), _buying(order, "name_only" if short else "agency")),
        Group(order.say("station"), _selling(order)),
    ]
    extra = _fillers(order)
    for entry in extra:
        groups[rng.randrange(4)].entries.append(entry)
    for group in groups:
        if rng.random() < 0.25:
            rng.shuffle(group.entries)
    if rng.random() < 0.3:
        rng.shuffle(groups)
    if rng.random() < 0.22 and not headed:
        everything = [entry for group in groups for entry in group.entries]
        if rng.random() < 0.5:
            rng.shuffle(everything)
        cut = len(everything) // 2
        return [Group(groups[0].title, everything[:cut]), Group(groups[1].title, everything[cut:])]
    return [group for group in groups if group.entries]


def _identity(order: Order) -> list[Entry]:
    """Numbers and dates. On an invoice its own number leads, and a contract or order stands beside it."""
    rng, record, writer = order.rng, order.writer.record, order.writer
    entries: list[Entry] = []
    if order.billed:
        entries.append((order.label("invoice"), writer.text(record.number, "invoice_number")))
        entries.append((order.label("invoice_date"), order.day(record.date, "invoice_date")))
        if rng.random() < 0.35:
            entries.append((order.label("due_date"), order.day(record.due, "due_date")))
        if rng.random() < 0.35:
            entries.append(contract_entry(order))
        elif rng.random() < 0.7:
            entries.append((order.label("order_ref"), order_of_contract(order)))
        entries += _billed_period(order)
    else:
        entries.append(contract_entry(order))
        entries += flight_entries(order)
        if rng.random() < 0.12 and order.say("contract") in writer.language.broadcast["contract_only"]:
            entries.append((order.label("order_ref"), writer.text(record.order_number, "order_number")))
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        entries.append(_alternative(order))
    if rng.random() < 0.6:
        entries.append((order.label("revision"), _dates_of_change(order)))
    if rng.random() < 0.25:
        entries.append((order.label("revision_number"), tokens(str(rng.randrange(0, 12)))))
    if rng.random() < 0.25:
        entries.append((order.label("spots"), tokens(str(order.campaign.count))))
    if rng.random() < 0.13:
        entries.append((order.label("gross"), order.gross("totals")))
    if rng.random() < 0.5:
        rng.shuffle(entries)
    return entries


def _billed_period(order: Order) -> list[Entry]:
    """An invoice's months and dates: the flight is the period where it is shown, else the time that is billed."""
    rng, writer, (start, end) = order.rng, order.writer, order.writer.record.period
    flight = rng.random() < 0.68
    entries: list[Entry] = flight_entries(order) if flight else []
    if rng.random() < 0.6:
        entries.append((order.label("month"), tokens(f"{writer.language.months[end.month - 1]} {end.year}")))
    if not flight or rng.random() < 0.6:
        first = start.replace(day=1) if flight else start
        last = max(end, writer.record.date) if flight else end
        fields = (None, None) if flight else ("period_start", "period_end")
        if first == start and last == end:
            fields = ("period_start", "period_end")
        line = [*order.day(first, fields[0]), Token("-"), *order.day(last, fields[1])]
        entries.insert(rng.randrange(len(entries) + 1), (order.label("invoice_period"), line))
    return entries


def _dates_of_change(order: Order) -> Line:
    rng, date = order.rng, order.writer.record.date
    line = order.day(date - datetime.timedelta(days=rng.randrange(20)))
    if rng.random() < 0.3:
        return [*line, Token("/"), *(order.day(date) if rng.random() < 0.6 else tokens(str(rng.randrange(9))))]
    return [*line, *tokens(f"{rng.randrange(1, 13)}:{rng.randrange(60):02d} PM")] if rng.random() < 0.1 else line


def _alternative(order: Order) -> Entry:
    """Another party's number for the same order; often blank."""
    rng, words = order.rng, order.writer.language.broadcast["alt_order"]
    label = order.writer.with_colon(rng.choice(words))
    if rng.random() < 0.25:
        return label, []
    if order.writer.once("numbers alike", 0.3):
        return label, tokens(alike(rng, order.writer.record.contract_number))
    return label, tokens(identifiers.document_number(rng, order.writer.record.date,
        rng.choice(("########", "#######", "#####", "####-##", "@@#####", "######/#"))))  # fmt: skip


def _client(order: Order, key: str) -> list[Entry]:
    """The advertiser, with product and estimate, which often repeat its name or a part of it."""
    rng, campaign, writer = order.rng, order.campaign, order.writer
    entries = [advertiser_entry(order, key)]
    if order.writer.once("particulars", 0.18):
        entries += particulars(order, writer.record.buyer, campaign.person, "buyer_address")
    elif rng.random() < 0.07:
        lines = writer.address(writer.record.buyer, "buyer_address")
        entries.append((order.label("advertiser_address"), [token for line in lines for token in line]))
    if rng.random() < 0.8:
        same = campaign.product == writer.record.buyer.name
        label = Label("buyer_name", -1, False) if same else None
        value = tokens(campaign.product, label) if rng.random() < 0.93 else []
        entries.append((order.label("product"), value))
    if rng.random() < 0.7:
        value = tokens(campaign.estimate) if rng.random() < 0.85 else []
        entries.append((order.label("estimate"), value))
    if rng.random() < 0.07 and writer.language.code == "en":
        entries.append((order.label("candidate"), tokens(campaign.person)))
    if rng.random() < 0.5:
        entries.append((order.label("demo"), tokens(rng.choice(writer.language.broadcast["demo_values"]))))
    if rng.random() < 0.3:
        entries.reverse()
    return entries


def _buying(order: Order, key: str) -> list[Entry]:
    rng, campaign, writer = order.rng, order.campaign, order.writer
    entries: list[Entry] = []
    if campaign.agency and rng.random() < 0.65:
        caption = order.say("payer_name") if rng.random() < 0.15 else order.caption(key)
        entries.append((writer.with_colon(caption), tokens(campaign.agency.name)))
        if order.writer.once("particulars", 0.18):
            entries += particulars(order, campaign.agency, campaign.people[1])
        elif rng.random() < 0.15:
            entries.append((order.label("agency_address"), tokens(" ".join(campaign.agency.address))))
    if rng.random() < 0.5:
        entries.append((order.label("buyer_person"), tokens(campaign.people[1]) if rng.random() < 0.85 else []))
    words = order.writer.language.broadcast
    for label in rng.sample(words["billing"], rng.choice((0, 1, 2, 3))):
        entries.append((order.writer.with_colon(label), tokens(rng.choice(words["billing_values"]))))
    return entries


def _selling(order: Order) -> list[Entry]:
    """Station, market and salesperson; the station is the seller where that bears its name."""
    rng, campaign, writer = order.rng, order.campaign, order.writer
    entries: list[Entry] = []
    foreign = order.act == "agency" or order.by_rep
    if rng.random() < 0.65 or foreign:
        seller = writer.record.seller.name
        shown = campaign.station if order.act != "agency" else seller
        if shown == seller and foreign:
            value = writer.text(seller, "seller_name")
        else:
            value = tokens(shown, Label("seller_name", -1, False) if shown == seller else None)
        entries.append((order.label("station"), value))
    if rng.random() < 0.35:
        entries.append((order.label("market"), tokens(_market(order))))
    if rng.random() < 0.7:
        entries.append((order.label("executive"), tokens(campaign.people[0])))
    if rng.random() < 0.5:
        words = writer.language.broadcast["offices"]
        text = rng.choice(words) if rng.random() < 0.7 else f"{campaign.rep}/{rng.choice(words)}"
        entries.append((order.label("office"), tokens(text)))
    elif rng.random() < 0.2:
        entries.append((order.label("office"), tokens(campaign.rep)))
    return entries


def _market(order: Order) -> str:
    place = order.writer.record.seller.address[-1].split(",")[0]
    return " ".join(word for word in place.split() if not any(char.isdigit() for char in word)) or "Metro"


def _fillers(order: Order) -> list[Entry]:
    """Captions of codes that nobody reads, with or without a value."""
    rng, writer = order.rng, order.writer
    drawn = rng.sample(writer.language.broadcast["fillers"], rng.choice((0, 0, 2, 3, 4, 6, 8, 10)))
    entries: list[Entry] = []
    for text in drawn:
        label, values = text.split("|")
        value = "" if rng.random() < 0.3 else identifiers.filled(rng, rng.choice(values.split(";")))
        entries.append((writer.with_colon(label), tokens(value)))
    return entries
