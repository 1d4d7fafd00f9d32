"""Parties as registers print them: a caption before each particular, in a column, or in runs on a framed band."""

from __future__ import annotations

from docengine.corpus.generator import blocks
from docengine.corpus.generator.keyvalues import Entry
from docengine.corpus.generator.letter import Letter, Slot
from docengine.corpus.generator.people import addressee
from docengine.corpus.generator.sheet import Line, tokens
from docengine.corpus.generator.writer import Writer

Particular = tuple[str, Line]
"""A caption and its value."""


def seller_card(letter: Letter, slot: Slot) -> float:
    """`Supplier: Name`, and below it `Reg. No.: ...`, `Address: ...`, each on a line of its own."""
    return _card(letter, slot, "seller")


def buyer_card(letter: Letter, slot: Slot) -> float:
    return _card(letter, slot, "buyer")


def bands(letter: Letter, slot: Slot) -> float:
    """Both parties one below the other, each in a frame under a heading across the page."""
    y = slot.y
    for who in ("seller", "buyer"):
        y = _band(letter, slot.at(y), who)
    return y


def _role_label(writer: Writer, who: str) -> str:
    if who == "buyer":
        return addressee(writer)
    return writer.label("bill_to" if writer.swapped else "seller")


def _name(writer: Writer, who: str) -> Line:
    record = writer.record
    return writer.text((record.seller if who == "seller" else record.buyer).name, f"{who}_name")


def _particulars(writer: Writer, who: str) -> list[Particular]:
    """All but the name, in some order: address, tax number, register, account, contact."""
    rng, record = writer.rng, writer.record
    party = record.seller if who == "seller" else record.buyer
    found: list[Particular] = []
    if party.company and writer.once("registers on cards", 0.6):
        found.append((writer.label("registration"), tokens(party.registration)))
    if party.company and writer.once("tax numbers on cards", 0.85):
        number = writer.text(party.tax_id, "seller_tax_id") if who == "seller" else tokens(party.tax_id)
        found.append((writer.with_colon(party.tax_id_label), number))
    if writer.once("contacts on cards", 0.4):
        found.append((writer.label("phone"), tokens(party.phone)))
        if rng.random() < 0.5:
            found.append((writer.label("email"), tokens(party.email)))
    if who == "seller" and party.iban and writer.once("accounts on cards", 0.45):
        found.append((writer.label("iban"), writer.iban(party.iban, "iban")))
        found.append((writer.label("bank"), tokens(party.bank)))
    if writer.once("mixed cards", 0.25):
        rng.shuffle(found)
    at = min(len(found), writer.rng.choice((0, 0, 2, 9)) if writer.once("addresses later", 0.5) else 0)
    return [*found[:at], *_address(writer, who), *found[at:]]


def _address(writer: Writer, who: str) -> list[Particular]:
    """In one line under one caption, or street and town under one each."""
    record = writer.record
    party = record.seller if who == "seller" else record.buyer
    lines = writer.address(party, f"{who}_address", country=writer.once("countries on cards", 0.15))
    if len(lines) > 1 and writer.once("towns apart", 0.25):
        return [
            (writer.label("address_label"), blocks.joined(lines[:-1], ",")),
            (writer.label("city_label"), lines[-1]),
        ]
    return [(writer.label("address_label"), blocks.joined(lines, "," if writer.once("comma cards", 0.8) else "-"))]


def _card(letter: Letter, slot: Slot, who: str) -> float:
    writer = letter.writer
    role = tokens(_role_label(writer, who))
    lines = [[*tokens(caption), *value] for caption, value in _particulars(writer, who)]
    if writer.once("role before name", 0.6):
        head = [[*role, *_name(writer, who)]]
    else:
        named = tokens(writer.label("name_label")) if writer.once("named cards", 0.5) else []
        head = [role, [*named, *_name(writer, who)]]
    return letter.block([*head, *lines], slot, bold_first=writer.look.bold_labels)


def _band(letter: Letter, slot: Slot, who: str) -> float:
    """The heading in the middle or at the left, then the particulars in runs."""
    writer, sheet, size = letter.writer, letter.sheet, letter.size
    high = letter.step * 1.25
    if writer.once("grey bands", 0.6):
        sheet.fill(slot.x, slot.y, slot.x + slot.width, slot.y + high, 0.88)
    centred = writer.once("centred bands", 0.6)
    x = slot.x + slot.width / 2 if centred else slot.x + 4
    role = tokens(_role_label(writer, who).rstrip(" :").upper())
    sheet.put(x, slot.y + 2, role, size, bold=True, align="c" if centred else "l", room=slot.width - 8)
    y = slot.y + high + 2
    entries: list[Entry] = [(writer.label("name_label"), _name(writer, who)), *_particulars(writer, who)]
    if writer.once("numbers before names", 0.3):
        entries[0], entries[1] = entries[1], entries[0]
    inside = slot.at(y)._replace(x=slot.x + 4, width=slot.width - 8)
    y = letter.pairs(entries, inside, "row" if writer.once("rows on bands", 0.3) else "inline") + 2
    letter.box(slot.x, slot.y, slot.x + slot.width, y)
    return y
