"""Who takes part in an order, side by side: boxes or columns a party, a strip of captioned cells, a memo's lines.

The advertiser is the buyer wherever it stands, and whoever is billed; the agency, which buys and pays for it, is no
field, nor are their people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.airsetting import STYLES, set_entries
from docengine.corpus.generator.keyvalues import Entry
from docengine.corpus.generator.parties import Party
from docengine.corpus.generator.sheet import Line, tokens

if TYPE_CHECKING:
    from docengine.corpus.generator.airentries import Group
    from docengine.corpus.generator.airtime import Order


class Block(NamedTuple):
    """A party: its caption, and its name and address or whatever of these is shown."""

    caption: str
    lines: list[Line]


def particulars(order: Order, party: Party, person: str, field: str | None = None) -> list[Entry]:
    """Code, address, person, phone and mail of a party, some of them, the same captions for each party.

    `field`: what the address is.
    """
    rng, writer = order.rng, order.writer
    entries: list[Entry] = []
    if writer.once("party code", 0.5):
        form = rng.choice(("####", "######", "#####", "@###", "########", "@@@##"))
        entries.append((order.label("party_code"), tokens(identifiers.filled(rng, form))))
    if writer.once("party address", 0.6):
        lines = writer.address(party, field)
        entries.append((writer.label("address_label"), [token for line in lines for token in line]))
    if writer.once("party contact", 0.6):
        entries.append((order.label("party_contact"), tokens(person)))
    if writer.once("party phone", 0.6):
        entries.append((order.label("party_phone"), tokens(party.phone) if rng.random() < 0.9 else []))
    if writer.once("party email", 0.3):
        entries.append((order.label("party_email"), tokens(party.email) if rng.random() < 0.9 else []))
    return entries


def blocks(order: Order) -> list[Block]:
    """Advertiser, agency, station and perhaps its firm, in any order."""
    rng, writer, campaign, record = order.rng, order.writer, order.campaign, order.writer.record
    own = rng.random() < (0.5 if campaign.agency else 0.9)
    found = [Block(order.caption("advertiser"), _buyer_lines(order, own=own))]
    if campaign.agency:
        found.append(Block(_agency_caption(order), _agency_lines(order)))
    if rng.random() < 0.7:
        lines = [writer.text(record.seller.name, "seller_name")]
        if rng.random() < 0.8:
            lines += writer.address(record.seller, "seller_address")
        if rng.random() < 0.3:
            lines.append(tokens(record.seller.phone))
        caption = order.say(rng.choice(("remit", "remit", "between") if order.billed else ("station", "between")))
        found.append(Block(caption, lines))
    if rng.random() < 0.15:
        found.append(Block(order.say("office"), [tokens(campaign.rep), *_contact_lines(order, campaign.people[0])]))
    rng.shuffle(found)
    return found


def _agency_caption(order: Order) -> str:
    key = order.rng.choice(("agency", "agency", "bill_to", "payer_name"))
    return order.caption(key)


def _buyer_lines(order: Order, *, own: bool) -> list[Line]:
    """The advertiser's name, its `own` address or its agency's below it."""
    rng, writer, campaign = order.rng, order.writer, order.campaign
    lines = [writer.text(writer.record.buyer.name, "buyer_name")]
    if own:
        person = _contact_lines(order, campaign.person) if rng.random() < 0.4 else []
        first = rng.random() < 0.3
        lines = [*person, *lines] if person and first else [*lines, *person]
        return lines + writer.address(writer.record.buyer, "buyer_address")
    if campaign.agency and rng.random() < 0.35:
        lines.append(tokens(f"c/o {campaign.agency.name}"))
        lines += [tokens(line) for line in campaign.agency.address]
    return lines


def _agency_lines(order: Order) -> list[Line]:
    rng, agency = order.rng, order.campaign.agency
    if not agency:
        return []
    lines = [tokens(agency.name)]
    if rng.random() < 0.4:
        lines = [*_contact_lines(order, order.campaign.people[1]), *lines]
        if rng.random() < 0.6:
            lines.reverse()
    if rng.random() < 0.85:
        lines += [tokens(line) for line in agency.address]
    if rng.random() < 0.25:
        lines.append(tokens(agency.phone))
    return lines


def _contact_lines(order: Order, person: str) -> list[Line]:
    attention = order.say("attention")
    return [tokens(f"{attention} {person}" if attention.endswith(":") else attention)]


def boxes(order: Order, groups: list[Group]) -> None:
    """The parties side by side in columns, framed or not; the references below them or at the right."""
    rng = order.rng
    found = blocks(order)
    groups = _unnamed(order, groups)
    beside = len(found) < 4 and rng.random() < 0.35
    stacked = beside and rng.random() < 0.6
    width = order.width * (rng.uniform(0.45, 0.6) if beside else 1.0)
    part = width if stacked else width / len(found)
    way = rng.choice(("above", "above", "bar", "beside", "inline"))
    framed, top, y = rng.random() < 0.45, order.y, order.y
    lows = []
    for number, block in enumerate(found):
        left = order.left + (0 if stacked else number * part)
        low = _write_block(order, block, (left, y), part - 10, way)
        lows.append(low)
        y = low + order.step * 0.7 if stacked else y
    order.y = max(lows) + order.step * 0.4
    if framed:
        _frame(order, top, order.left + width, [] if stacked else [order.left + k * part for k in range(len(found))])
    if not beside:
        _write_groups(order, groups, order.left, order.width)
        return
    low, order.y = order.y, top
    _write_groups(order, groups, order.left + width + 8, order.width - width - 8)
    order.y = max(order.y, low)


def _write_block(order: Order, block: Block, place: tuple[float, float], width: float, way: str) -> float:
    """One party with its caption above it, on a bar, at its left or before the name; returns the y below."""
    (x, y), sheet, size = place, order.sheet, order.size
    caption, lines = tokens(order.writer.with_colon(block.caption)), block.lines
    if way == "inline":
        return order.lines([[*caption, *lines[0]], *lines[1:]], x, y, width)
    if way == "beside":
        stop = width * 0.32
        sheet.put(x, y, caption, size, bold=order.kind.bold, room=stop - 3)
        return order.lines(lines, x + stop, y, width - stop, bold_first=order.bold_names)
    if way == "bar":
        caption = tokens(block.caption.rstrip(" :"))
        sheet.fill(x - 2, y - 1, x + width + 4, y + size * 1.15, 0.15 if order.writer.once("dark bars", 0.5) else 0.85)
        sheet.inverse = order.writer.once("dark bars", 0.5)
    sheet.put(x, y, caption, size, bold=order.kind.bold or way == "bar", room=width)
    sheet.inverse = False
    indent = size * 1.5 if order.writer.once("indented parties", 0.3) else 0
    return order.lines(lines, x + indent, y + size * 1.35, width - indent, bold_first=order.bold_names)


def _frame(order: Order, top: float, right: float, edges: list[float]) -> None:
    sheet, foot = order.sheet, order.y - order.step * 0.2
    sheet.rule(order.left - 4, top - 3, right, top - 3)
    sheet.rule(order.left - 4, foot, right, foot)
    for edge in [order.left, *edges[1:], right + 4]:
        sheet.rule(edge - 4, top - 3, edge - 4, foot)


def _unnamed(order: Order, groups: list[Group]) -> list[Group]:
    """The groups, mostly without the advertiser's name, which stands elsewhere."""
    if order.rng.random() < 0.3:
        return groups
    return [group._replace(entries=[entry for entry in group.entries if not _names_buyer(entry)]) for group in groups]


def _names_buyer(entry: Entry) -> bool:
    return any(token.label and token.label.field == "buyer_name" and token.label.certain for token in entry[1])


def _write_groups(order: Order, groups: list[Group], x: float, width: float) -> None:
    """The references in one column or two."""
    rng, style = order.rng, order.rng.choice(STYLES)
    entries = [entry for group in groups for entry in group.entries]
    if width < 330 or style == "typed" or (style == "ledger" and rng.random() < 0.6):
        order.y = set_entries(order, entries, x, order.y, width, style)
        return
    cut = (len(entries) + 1) // 2
    low = set_entries(order, entries[:cut], x, order.y, width / 2 - 10, style)
    order.y = max(low, set_entries(order, entries[cut:], x + width / 2, order.y, width / 2 - 10, style))


def strip(order: Order, groups: list[Group]) -> None:
    """A row of captions, without colons, over one of cells that hold parties and references; the rest below."""
    rng, sheet, size = order.rng, order.sheet, order.size
    entries = [entry for group in _unnamed(order, groups) for entry in group.entries]
    found = blocks(order)[: rng.choice((2, 3, 4))]
    if not any(_names_buyer(("", line)) for block in found for line in block.lines):
        found.append(Block(order.caption("advertiser"), _buyer_lines(order, own=False)))
    taken = min(len(entries), rng.choice((1, 2, 3)))
    chosen = rng.sample(range(len(entries)), taken)
    cells = [Block(block.caption.rstrip(" :"), block.lines) for block in found]
    for k in chosen:
        caption = entries[k][0]
        words = caption if isinstance(caption, str) else " ".join(token.text for token in caption)
        cells.insert(rng.randrange(len(cells) + 1), Block(words.rstrip(" :"), [entries[k][1]]))
    shares = [rng.uniform(0.8, 2.2) if len(cell.lines) > 1 else rng.uniform(0.7, 1.3) for cell in cells]
    widths = [order.width * share / sum(shares) for share in shares]
    dark, top, lows, left = rng.random() < 0.3, order.y, [order.y + size * 3], order.left
    if dark or rng.random() < 0.3:
        sheet.fill(order.left - 2, top - 2, order.right, top + size * 1.2, 0.15 if dark else 0.85)
    for cell, width in zip(cells, widths, strict=True):
        sheet.inverse = dark
        sheet.put(left, top, tokens(cell.caption), size * 0.9, bold=order.kind.bold, room=width - 6)
        sheet.inverse = False
        lows.append(order.lines(cell.lines, left, top + size * 1.5, width - 6))
        left += width
    order.y = max(lows) + size * 0.3
    _frame(order, top, order.right + 2, [order.left, *(order.left + sum(widths[:k]) for k in range(1, len(widths)))]
           if rng.random() < 0.6 else [])  # fmt: skip
    order.y += order.step * 0.5
    _write_groups(order, [groups[0]._replace(entries=[e for k, e in enumerate(entries) if k not in chosen])],
                  order.left, order.width)  # fmt: skip


def memo(order: Order, groups: list[Group]) -> None:
    """To, From, Re: somebody at the agency, somebody at the station, and for whom; the references below."""
    rng, writer, campaign, record = order.rng, order.writer, order.campaign, order.writer.record
    to = tokens(campaign.people[1])
    if campaign.agency and rng.random() < 0.8:
        to += tokens(f"{rng.choice(('/', '-', '@', ','))} {campaign.agency.name}")
    sender = [
        *tokens(campaign.people[0] + rng.choice((",", " -", " /"))),
        *writer.text(record.seller.name, "seller_name"),
    ]
    buyer = writer.text(record.buyer.name, "buyer_name")
    about = [*buyer, *tokens(rng.choice(("-", "/", ":")) + " " + campaign.product)] if rng.random() < 0.3 and (
        campaign.product != record.buyer.name) else buyer  # fmt: skip
    lines: list[Entry] = [
        (order.label("memo_to"), to),
        (order.label("memo_from"), sender),
        (writer.with_colon(order.caption(rng.choice(("memo_about", "advertiser", "advertiser")))), about),
    ]
    if rng.random() < 0.5:
        lines.insert(rng.randrange(3), (order.label("revision"), order.day(record.date)))
    way = rng.choice(("fixed", "row", "under", "box"))
    order.y = set_entries(order, lines, order.left, order.y, order.width * rng.uniform(0.5, 0.9), way)
    order.y += order.step * 0.6
    _write_groups(order, _unnamed(order, groups), order.left, order.width)
