"""Who writes an order and whom it is billed to: logo, title, the blocks of names and addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docengine.corpus.generator.sheet import Line, Token, tokens

if TYPE_CHECKING:
    from docengine.corpus.generator.airtime import Order


def write_title(order: Order) -> None:
    """The station's name as a logo, and what the document is called, in one of several arrangements."""
    rng, sheet = order.rng, order.sheet
    logo, title, top = _logo(order), _heading(order), order.y
    big, size = order.size * rng.uniform(1.3, 2.6), order.size * rng.uniform(1.1, 2.3)
    where = rng.choice(("left", "centre", "centre", "right", "none"))
    x = {"left": order.left, "centre": order.left + order.width / 2, "right": order.right, "none": 0.0}[where]
    align = {"left": "l", "centre": "c", "right": "r", "none": "l"}[where]
    beside = where != "none" and rng.random() < 0.6
    if logo:
        at = "l" if where in ("right", "none") else "r" if where == "left" else rng.choice("lr")
        end = order.left if at == "l" else order.right
        sheet.put(end, top, logo, big, bold=rng.random() < 0.7, align=at, room=order.width * 0.33)
        order.y = top + (0 if beside else big * 1.2)
    if where != "none":
        room = order.width * (0.3 if logo and beside else 0.6)
        sheet.put(x, order.y, title, size, bold=rng.random() < 0.75, align=align, room=room)
        for line in _subtitles(order):
            order.y += size * 1.2 if size < order.size * 1.6 else size
            size = order.size
            sheet.put(x, order.y, line, size, align=align, room=room)
    if where != "none" or logo:
        order.y = max(order.y + size * 1.2, top + (big * 1.25 if logo else 0)) + order.step * rng.choice((0.2, 0.6))


def _logo(order: Order) -> Line:
    rng, campaign = order.rng, order.campaign
    if order.by_rep:
        return tokens(campaign.rep)
    if order.act == "agency":
        return tokens(campaign.agency.name) if campaign.agency and rng.random() < 0.75 else []
    return order.writer.text(order.writer.record.seller.name, "seller_name") if rng.random() < 0.35 else []


def _heading(order: Order) -> Line:
    """`CONTRACT`, or with its number: `Order # 123456`."""
    rng, record = order.rng, order.writer.record
    key = {"invoice": "invoice_titles", "agency": "agency_titles"}.get(order.act, "titles")
    if rng.random() > 0.07:
        return tokens(order.say(key))
    if order.billed:
        return [*tokens(order.say("invoice")), *order.writer.text(record.number, "invoice_number")]
    return [*tokens(order.say("contract")), *order.writer.text(record.contract_number, "contract_number")]


def _subtitles(order: Order) -> list[Line]:
    """Now and then below the title: a revision, or in one line who advertises where and when."""
    rng, record, campaign = order.rng, order.writer.record, order.campaign
    lines: list[Line] = []
    if rng.random() < 0.1:
        lines.append(tokens(f"{order.say('revision_number')} {rng.randrange(0, 9)}"))
    if rng.random() < 0.07:
        mark = Token(rng.choice(("-", "|", "/", ",", "–")))
        line = [*order.writer.text(record.buyer.name, "buyer_name"), mark, *tokens(campaign.station)]
        lines.append([*line, mark, *tokens(campaign.estimate)] if rng.random() < 0.4 else line)
    return lines


def station_block(order: Order) -> list[Line]:
    """Who sells; on an agency's order the agency itself."""
    writer, rng, seller, campaign = order.writer, order.rng, order.writer.record.seller, order.campaign
    if rng.random() < 0.12:
        return []
    lines: list[Line] = []
    if order.by_rep:
        return [tokens(campaign.rep), tokens(rng.choice(writer.language.broadcast["offices"]))][: rng.choice((0, 1, 2))]
    if order.act == "agency":
        if not campaign.agency:
            return []
        return [tokens(campaign.agency.name), *(tokens(line) for line in campaign.agency.address),
                *([tokens(campaign.agency.phone)] if rng.random() < 0.5 else [])]  # fmt: skip
    if rng.random() < 0.45:
        lines.append(tokens(order.say("remit" if order.billed and rng.random() < 0.7 else "between")))
    lines.append(writer.text(seller.name, "seller_name"))
    if seller.name != campaign.station and rng.random() < 0.5:
        lines.append(tokens(rng.choice(("c/o ", "", "dba ", "d/b/a ")) + campaign.station))
    if rng.random() < 0.85:
        lines += writer.address(seller, "seller_address")
    contacts = [seller.phone, f"Fax: {seller.fax}", seller.web, seller.email]
    if writer.language.code == "en":
        contacts += [f"Main: {seller.phone}", f"Billing: {seller.fax}"]
    return lines + [tokens(text) for text in contacts if rng.random() < 0.25]


def payer_block(order: Order) -> list[Line]:
    """Whom it is billed to: the agency, whose name and address are no fields, or the advertiser itself."""
    rng, campaign, writer = order.rng, order.campaign, order.writer
    if rng.random() < 0.15:
        return []
    caption = "payer_name" if rng.random() < 0.12 else "bill_to"
    lines = [tokens(order.say(caption))] if rng.random() < 0.7 else []
    if order.act == "agency":
        lines = [tokens(order.say("station"))] if lines else []
        return [*lines, writer.text(writer.record.seller.name, "seller_name"),
                *writer.address(writer.record.seller, "seller_address")]  # fmt: skip
    if campaign.agency is None:
        if lines and rng.random() < 0.25:
            lines = [tokens(order.say("advertiser"))]
        lines.append(writer.text(writer.record.buyer.name, "buyer_name"))
        return lines + writer.address(writer.record.buyer, "buyer_address")
    names = _payer_names(order, campaign.agency.name)
    if rng.random() < 0.4:
        attention = order.say("attention")
        person = tokens(f"{attention} {campaign.people[1]}" if attention.endswith(":") else attention)
        names = [person, *names] if rng.random() < 0.3 else [*names, person]
    lines += names
    return lines + [tokens(line) for line in campaign.agency.address]


def _payer_names(order: Order, agency: str) -> list[Line]:
    """The agency; now and then with the advertiser for which it buys."""
    rng, writer = order.rng, order.writer
    style = rng.random()
    if style > 0.12:
        return [tokens(agency)]
    buyer = writer.text(writer.record.buyer.name, "buyer_name")
    if style < 0.06:
        return [buyer, tokens(f"c/o {agency}")]
    return [tokens(agency), [*tokens(rng.choice(("for", "obo", "On behalf of", "f/b/o"))), *buyer]]
