"""Blocks that say who buys and where the goods go: lists, windows, boxes, single lines, rows of a table."""

from __future__ import annotations

from docengine.corpus.generator import blocks
from docengine.corpus.generator.keyvalues import Entry
from docengine.corpus.generator.letter import Letter, Slot
from docengine.corpus.generator.parties import Party
from docengine.corpus.generator.sheet import Line, tokens
from docengine.corpus.generator.writer import Writer


def addressee(writer: Writer) -> str:
    """The label of the party that a document is written to."""
    return writer.label("seller" if writer.swapped else "bill_to")


def buyer(letter: Letter, slot: Slot) -> float:
    """Under a label or without one; now and then only the name, or only the customer's number."""
    writer, rng = letter.writer, letter.rng
    style = rng.random()
    if style < 0.05:
        return short(letter, slot)
    if style < 0.11:
        return captioned(letter, slot)
    lines = blocks.party_lines(writer, writer.record.buyer)
    if style < 0.75:
        if rng.random() < 0.08:
            return letter.block([[*tokens(addressee(writer)), *lines[0]], *lines[1:]], slot)
        return _headed(letter, slot, tokens(addressee(writer)), lines)
    return letter.block(lines, slot, bold_first=rng.random() < 0.15)


def _headed(letter: Letter, slot: Slot, head: Line, lines: list[Line]) -> float:
    """The label above the lines: bold, ruled, on a dark or grey band, in small type."""
    writer, sheet = letter.writer, letter.sheet
    if slot.align == "l" and slot.width > 120 and writer.once("heads on bands", 0.08):
        dark = writer.once("dark bands", 0.5)
        sheet.fill(slot.x - 3, slot.y - 2, slot.x + slot.width - 4, slot.y + letter.step, 0.25 if dark else 0.87)
        sheet.inverse = dark
        y = letter.block([head], slot, bold_first=True) + 3
        sheet.inverse = False
        return letter.block(lines, slot.at(y))
    if slot.align == "l" and writer.once("heads ruled", 0.08):
        y = letter.block([head], slot, bold_first=writer.look.bold_labels)
        sheet.rule(slot.x, y, slot.x + slot.width - 8, y)
        return letter.block(lines, slot.at(y + 2))
    size = letter.size * (0.8 if writer.once("small heads", 0.2) else 1.0)
    y = letter.block([head], slot, size=size, bold_first=writer.look.bold_labels)
    return letter.block(lines, slot.at(y), bold_first=writer.once("bold names", 0.15))


def short(letter: Letter, slot: Slot) -> float:
    """A name or a customer's number is all that is said."""
    writer = letter.writer
    if letter.rng.random() < 0.7:
        line = [*tokens(addressee(writer)), *writer.text(writer.record.buyer.name, "buyer_name")]
    else:
        line = [*tokens(writer.label("customer_number")), *tokens(writer.record.customer_number)]
    return letter.block([line], slot)


def captioned(letter: Letter, slot: Slot) -> float:
    """`Name: ...`, `Address: ...`, `City: ...`, `Country: ...` one below the other."""
    writer, party = letter.writer, letter.writer.record.buyer
    address = writer.address(party, "buyer_address")
    entries: list[Entry] = [(writer.label("name_label"), writer.text(party.name, "buyer_name"))]
    if len(address) == 1:
        entries.append((writer.label("address_label"), address[0]))
    else:
        keys = ["address_label", *["" for _ in address[2:]], "city_label"]
        entries += [(writer.label(key) if key else "", line) for key, line in zip(keys, address, strict=True)]
    if letter.rng.random() < 0.4:
        entries.append((writer.label("country_label"), tokens(party.country)))
    if letter.rng.random() < 0.3:
        entries.append((writer.label("phone"), tokens(party.phone)))
    y = letter.block([tokens(addressee(writer))], slot, bold_first=True) if letter.rng.random() < 0.5 else slot.y
    return letter.pairs(entries, slot.at(y), letter.rng.choice(("row", "row", "row_right", "underlined")))


def one_line(letter: Letter, slot: Slot) -> float:
    """`Customer: Name, Street, City` in running text."""
    writer, party = letter.writer, letter.writer.record.buyer
    parts = [writer.text(party.name, "buyer_name"), *writer.address(party, "buyer_address")]
    line = blocks.joined(parts, letter.rng.choice((",", ",", "-", "|", "·")))
    return letter.block([[*tokens(addressee(writer)), *line]], slot)


def window(letter: Letter, slot: Slot) -> float:
    """As a window envelope shows it: mostly the sender in a small line above, no label."""
    writer, rng = letter.writer, letter.rng
    lines = blocks.party_lines(writer, writer.record.buyer)
    y = slot.y
    if rng.random() < 0.75:
        y = letter.lines([blocks.sender_line(writer)], slot.x, y, slot.width * 0.95, size=min(letter.size, 6.5))
        if rng.random() < 0.4:
            letter.sheet.rule(slot.x, y, slot.x + slot.width * 0.9, y)
        y += letter.step * rng.choice((0.2, 0.5, 1.0))
    low = letter.block(lines, slot.at(y), bold_first=rng.random() < 0.1)
    return max(low, slot.y + 70) if letter.paper[1] > 700 else low


def ship_to(letter: Letter, slot: Slot) -> float:
    """The consignee, who is not the buyer: unlabelled."""
    writer, consignee = letter.writer, letter.writer.record.ship_to
    if consignee is None:
        return slot.y
    lines = blocks.party_lines(writer, consignee, field=None)
    return _headed(letter, slot, tokens(writer.label("ship_to")), lines)


def party_table(letter: Letter, slot: Slot) -> float:
    """Seller, buyer and consignee as ruled rows of a table."""
    writer, rng, record, sheet = letter.writer, letter.rng, letter.writer.record, letter.sheet
    rows: list[tuple[str, Party, str | None]] = [
        (writer.label("bill_to" if writer.swapped else "seller"), record.seller, "seller"),
        (addressee(writer), record.buyer, "buyer"),
    ]
    if record.ship_to is not None:
        rows.append((writer.label("ship_to"), record.ship_to, None))
    if rng.random() < 0.2:
        rows[0], rows[1] = rows[1], rows[0]
    column = min(max(sheet.measure(tokens(label), letter.size, True) for label, _, _ in rows) + 12, slot.width * 0.4)
    one, ruled, y = rng.random() < 0.5, rng.random() < 0.7, slot.y
    for label, party, field in rows:
        if ruled:
            sheet.rule(slot.x - 3, y - 2, slot.x + slot.width, y - 2)
        sheet.put(slot.x, y, tokens(label), letter.size, bold=writer.look.bold_labels, room=column - 6)
        name = writer.text(party.name, f"{field}_name" if field else None)
        lines = [name, *writer.address(party, f"{field}_address" if field else None)]
        lines = [blocks.joined(lines, rng.choice((",", ",", "-")))] if one else lines
        y = letter.lines(lines, slot.x + column, y, slot.width - column) + (3 if ruled else 0)
    if ruled:
        sheet.rule(slot.x - 3, y - 2, slot.x + slot.width, y - 2)
    return y
