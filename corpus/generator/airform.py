"""Agreement forms for political time: a heading, sentences with blanks filled in, boxes to tick, who pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docengine.corpus.generator.airentries import main_entries
from docengine.corpus.generator.airparties import particulars
from docengine.corpus.generator.airsetting import tabbed
from docengine.corpus.generator.keyvalues import Entry
from docengine.corpus.generator.sheet import Line, tokens

if TYPE_CHECKING:
    from docengine.corpus.generator.airtime import Order

_REQUESTS = (
    "I, {person}, being/on behalf of: {candidate} , a legally qualified candidate of the {party} political party for "
    "the office of: {office} , in the {race} election, do hereby request station time as follows:",
    "I, {person}, hereby request station time concerning the following issue: {issue}",
    "I, {person} (name of the person placing the order), do hereby request broadcast time for: {candidate}",
    "The undersigned, {person}, on behalf of {buyer} requests time on {station} as set out in the schedule.",
)
_CLAUSES = (
    "I represent that the payment for the above described broadcast time has been furnished by: {buyer} and you are "
    "authorized to announce the time as paid for by such person or entity.",
    "This broadcast time will be paid for by {buyer} and I am authorized to announce it as so sponsored.",
    "Paid for by: {buyer}",
    "Ad is sponsored by: {buyer} The treasurer of the sponsor is: {other}",
    "The entity furnishing the payment, if other than an individual person, is {buyer} and is a committee.",
    "I certify that {buyer} (sponsor) has been given a copy of the station's disclosure statement by {other}",
)
"""What American forms say; `{buyer}` is who advertises and pays; the persons are not."""
_PARTIES = ("Democratic", "Republican", "Independent", "____", "R", "D")
_RACES = ("General", "Primary", "Special", "Runoff", "11/3", "November")
_OFFICES = ("U.S. Senate", "Governor", "Congress", "State Senate District 9", "Mayor", "Sheriff", "Attorney General")


def write_form(order: Order) -> None:
    """Heading, sentences with blanks filled in, boxes to tick, and a few references."""
    writer, record = order.writer, order.writer.record
    middle, title = order.left + order.width / 2, tokens(order.say("form_titles"))
    order.sheet.put(middle, order.y, title, order.size * 1.4, bold=True, align="c", room=order.width)
    order.y += order.step * 2
    english = writer.language.code == "en"
    place = "Station and Location:" if english else order.label("station")
    seller = writer.text(record.seller.name, "seller_name")
    _blanks(order, [(place, seller), (order.label("revision"), order.day(record.date))])
    if english and order.rng.random() < 0.65:
        _american(order)
    else:
        _request(order)
    _ticks(order)
    _references(order)


def _request(order: Order) -> None:
    """Who asks for time, and on a line of its own for whom."""
    writer, rng = order.writer, order.rng
    sentence = [*tokens("I," if writer.language.code == "en" else ""), *tokens(order.campaign.people[1] + ","),
                *tokens(order.say("behalf") + ":")]  # fmt: skip
    order.paragraph(sentence)
    name = writer.text(writer.record.buyer.name, "buyer_name")
    order.sheet.put(order.left + rng.uniform(8, 60), order.y, name, order.size * 1.15)
    order.y += order.step * 1.3
    order.put_rule(order.y - order.step * 0.2)


def _american(order: Order) -> None:
    """The request, the sponsor's and the agency's particulars, and sentences on who pays, some of them."""
    rng, writer, campaign = order.rng, order.writer, order.campaign
    order.paragraph(_filled(order, rng.choice(_REQUESTS)))
    clauses = rng.sample(_CLAUSES, rng.choice((0, 1, 1, 2)))
    if rng.random() < 0.6 or not clauses:
        name = (
            order.label(rng.choice(("name_only", "advertiser"))),
            writer.text(writer.record.buyer.name, "buyer_name"),
        )
        _titled(order, rng.choice(("Advertiser/Sponsor Information", "SPONSOR", "Name of Advertiser/Sponsor")),
                [name, *particulars(order, writer.record.buyer, campaign.person, "buyer_address")])  # fmt: skip
    if campaign.agency and rng.random() < 0.7:
        name = (order.label(rng.choice(("name_only", "agency"))), tokens(campaign.agency.name))
        _titled(order, rng.choice(("Agency Information", "AGENCY", "Media buyer / agency")),
                [name, *particulars(order, campaign.agency, campaign.people[1])])  # fmt: skip
    for clause in clauses:
        order.paragraph(_filled(order, clause))


def _filled(order: Order, text: str) -> Line:
    """A sentence of the form with its blanks filled in."""
    rng, campaign, writer = order.rng, order.campaign, order.writer
    name = writer.record.buyer.name
    text = text.format(
        buyer="{buyer}", person=campaign.people[1], candidate=campaign.person, other=campaign.people[0],
        station=campaign.station, party=rng.choice(_PARTIES), race=rng.choice(_RACES), office=rng.choice(_OFFICES),
        issue=campaign.product if campaign.product != name else "see attached",
    )  # fmt: skip
    before, found, after = text.partition("{buyer}")
    return [*tokens(before), *(writer.text(name, "buyer_name") if found else []), *tokens(after)]


def _titled(order: Order, title: str, entries: list[Entry]) -> None:
    order.sheet.put(order.left, order.y, tokens(title), order.size, bold=True)
    order.y += order.step * 1.2
    _blanks(order, entries)


def _references(order: Order) -> None:
    """Number, flight, candidate and the like, over lines to be filled in."""
    rng, campaign = order.rng, order.campaign
    entries = main_entries(order)[1:] if rng.random() < 0.6 else [*main_entries(order)[2:]]
    if order.writer.language.code == "en":
        entries.append((order.label("candidate"), tokens(campaign.person)))
        entries.append((order.label("election"), tokens(rng.choice(("General 11/3/2020", "Primary", "Special", "")))))
    if campaign.agency:
        entries.append((order.label("agency"), tokens(campaign.agency.name)))
    rng.shuffle(entries)
    _blanks(order, entries)


def _blanks(order: Order, entries: list[Entry]) -> None:
    """Two entries a row, each value over a line."""
    for start in range(0, len(entries), 2):
        low = order.y
        for k, entry in enumerate(entries[start : start + 2]):
            place = order.left + k * order.width / 2
            low = max(low, tabbed(order, [entry], place, order.y, order.width / 2 - 14, under=True))
        order.y = low + order.step * 0.3


def _ticks(order: Order) -> None:
    """Boxes to tick, some of them ticked."""
    rng, words = order.rng, order.writer.language.broadcast["checks"]
    for text in rng.sample(words, rng.randrange(2, min(6, len(words)))):
        mark = rng.choice(("X", "[X]", "[ ]", "( )", "☐", "[x]", "_X_", "___"))
        order.sheet.put(order.left + 10, order.y, tokens(f"{mark} {text}"), order.size)
        order.y += order.step
