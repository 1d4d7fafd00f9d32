"""Agreement forms for political time: a heading, sentences with blanks filled in, boxes to tick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docengine.corpus.generator.airentries import main_entries
from docengine.corpus.generator.airsetting import tabbed
from docengine.corpus.generator.keyvalues import Entry
from docengine.corpus.generator.sheet import tokens

if TYPE_CHECKING:
    from docengine.corpus.generator.airtime import Order


def write_form(order: Order) -> None:
    """Heading, sentences with blanks filled in, boxes to tick, and a few references."""
    writer, rng, record, campaign = order.writer, order.rng, order.writer.record, order.campaign
    middle, title = order.left + order.width / 2, tokens(order.say("form_titles"))
    order.sheet.put(middle, order.y, title, order.size * 1.4, bold=True, align="c", room=order.width)
    order.y += order.step * 2
    place = "Station and Location:" if writer.language.code == "en" else order.label("station")
    seller = writer.text(record.seller.name, "seller_name")
    _blanks(order, [(place, seller), (order.label("revision"), order.day(record.date))])
    sentence = [*tokens("I," if writer.language.code == "en" else ""), *tokens(campaign.people[1] + ","),
                *tokens(order.say("behalf") + ":")]  # fmt: skip
    order.paragraph(sentence)
    order.sheet.put(
        order.left + rng.uniform(8, 60), order.y, writer.text(record.buyer.name, "buyer_name"), order.size * 1.15
    )
    order.y += order.step * 1.3
    order.put_rule(order.y - order.step * 0.2)
    _ticks(order)
    entries = main_entries(order)[1:] if rng.random() < 0.6 else [*main_entries(order)[2:]]
    if writer.language.code == "en":
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
