"""Advertising orders, contracts and station invoices: blocks of references, a long table of spots, gross and net."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from docengine.corpus.generator import identifiers, keyvalues
from docengine.corpus.generator.campaign import Campaign
from docengine.corpus.generator.keyvalues import Entry
from docengine.corpus.generator.letter import Letter
from docengine.corpus.generator.sheet import Line, Sheet, Token, tokens
from docengine.corpus.generator.spots import write_spots
from docengine.corpus.generator.writer import Writer


class Order(Letter):
    """A letter about a campaign; small type, wide pages now and then."""

    def __init__(self, writer: Writer, campaign: Campaign) -> None:
        super().__init__(writer)
        self.campaign = campaign
        self.size = min(self.size, writer.rng.choice((6.5, 7.0, 7.5, 8.0, 9.0)))
        self.footer = []
        self.bottom = self.paper[1] - 40
        self.spot_head: Callable[[], None] = lambda: None
        """Writes the spot table's head row again; nothing before there is a table."""
        self.billed = writer.rng.random() < 0.3
        """A station's invoice rather than an order."""

    def running_head(self) -> None:
        """The main references again, or the station alone."""
        record, writer = self.writer.record, self.writer
        entries = [
            *_contract(self),
            (self.label("advertiser"), writer.text(record.buyer.name, "buyer_name")),
            *_flight(self),
        ]
        entries = [entry for entry in entries if self.rng.random() < 0.8]
        half = len(entries) // 2 + 1
        low = [
            keyvalues.key_values(self.sheet, part, self.left + i * self.width / 2, self.y, self.width / 2 - 10, "row",
                keyvalues.Type(self.size, self.leading, writer.look.bold_labels))
            for i, part in enumerate((entries[:half], entries[half:]))
        ]  # fmt: skip
        self.y = max(low) + self.step
        if self.rng.random() < 0.7:
            self.spot_head()

    def say(self, key: str) -> str:
        return self.writer.say(key, group="broadcast")

    def label(self, key: str) -> str:
        text = self.say(key)
        return text if text.endswith(":") else text + self.writer.look.colon

    def day(self, date: datetime.date, field: str | None = None) -> Line:
        """Dates of one document look alike, here also the secondary ones."""
        return self.writer.date(date, field, main=True)


def write_order(writer: Writer, campaign: Campaign) -> list[Sheet]:
    order = Order(writer, campaign)
    rng = writer.rng
    _top(order)
    blocks = _blocks(order)
    order.y = _place(order, blocks) + order.step
    if rng.random() < 0.3:
        _months(order)
    if rng.random() < 0.5:
        order.paragraph(rng.choice(writer.language.broadcast["notices"]))
    write_spots(order)
    _sums(order)
    for notice in rng.sample(writer.language.broadcast["notices"], rng.choice((0, 1, 1, 2, 3))):
        order.paragraph(notice)
    _numbered(order)
    return order.sheets


def _top(order: Order) -> None:
    """Station, title, print date, in one of several arrangements."""
    rng, sheet, record = order.rng, order.sheet, order.writer.record
    title = order.say("invoice_titles" if order.billed else "titles")
    size = order.size * rng.uniform(1.2, 2.2)
    if rng.random() < 0.6:
        text = [*tokens(order.label("print_date")), *order.day(record.date)]
        if rng.random() < 0.4:
            text += tokens(f"{rng.randrange(1, 13)}:{rng.randrange(60):02d}:{rng.randrange(60):02d}")
        sheet.put(order.right, order.y, text, order.size, align="r")
        order.y += order.step * 1.4
    where = rng.choice(("left", "centre", "right", "none"))
    if where != "none":
        x = {"left": order.left, "centre": order.left + order.width / 2, "right": order.right}[where]
        sheet.put(
            x,
            order.y,
            tokens(title),
            size,
            bold=True,
            align={"left": "l", "centre": "c", "right": "r"}[where],
            room=order.width * 0.5,
        )
        if where == "centre" or rng.random() < 0.5:
            order.y += size * order.leading + order.step * 0.4


def _station_block(order: Order) -> list[Line]:
    writer, rng, seller = order.writer, order.rng, order.writer.record.seller
    lines: list[Line] = []
    if rng.random() < 0.4:
        lines.append(
            tokens(
                rng.choice(
                    ("Remit To:", "Send Payment To:", "Contract Agreement Between:", "REMIT TO", "Remit Address:")
                )
            )
        )
    lines.append(writer.text(seller.name, "seller_name"))
    if seller.name != order.campaign.station and rng.random() < 0.5:
        lines.append(tokens(rng.choice(("c/o ", "", "dba ")) + order.campaign.station))
    lines += writer.address(seller, "seller_address")
    lines += [tokens(text) for text in (seller.phone, f"Main: {seller.phone}", seller.web) if rng.random() < 0.35]
    return lines


def _agency_block(order: Order) -> list[Line]:
    """The agency that buys for the advertiser: neither name nor address is a field."""
    rng, campaign = order.rng, order.campaign
    lines = [tokens(rng.choice(("Billing Address:", "And:", "Bill To:", "Agency:")))] if rng.random() < 0.5 else []
    lines.append(tokens(campaign.agency[0]))
    if rng.random() < 0.4:
        lines.append(tokens("Attention: Accounts Payable"))
    return lines + [tokens(line) for line in campaign.agency_address]


def _contract(order: Order) -> list[Entry]:
    record = order.writer.record
    line = order.writer.text(record.contract_number, "contract_number")
    if order.rng.random() < 0.2:
        line = [*line, Token("/"), Token(str(order.rng.randrange(0, 5)) if order.rng.random() < 0.6 else "")]
        line = [token for token in line if token.text]
    return [(order.label("contract"), line)]


def _flight(order: Order) -> list[Entry]:
    rng, (start, end) = order.rng, order.writer.record.period
    if rng.random() < 0.22:
        return [
            (order.label("flight_start"), order.day(start, "period_start")),
            (order.label("flight_end"), order.day(end, "period_end")),
        ]
    first, last = order.day(start, "period_start"), order.day(end, "period_end")
    mark = rng.choice(("-", "-", "-", "to", "–", "thru"))
    if rng.random() < 0.15:
        return [(order.label("flight"), [*first, Token("-", None, True), last[0]._replace(glued=True), *last[1:]])]
    return [(order.label("flight"), [*first, Token(mark), *last])]


def _entry(order: Order, key: str, text: str) -> list[Entry]:
    return [(order.label(key), tokens(text))]


def _blocks(order: Order) -> list[list[Entry] | list[Line]]:
    """References in two to four groups; the fields are always among them."""
    rng, campaign, record, writer = order.rng, order.campaign, order.writer.record, order.writer
    words = writer.language.broadcast
    advertiser = [(order.label("advertiser"), writer.text(record.buyer.name, "buyer_name"))]
    if rng.random() < 0.15:
        advertiser = [(advertiser[0][0], [*advertiser[0][1], Token(f"({rng.randrange(1000, 99999)})")])]
    first = [*_contract(order), *_flight(order)]
    if order.billed:
        first = [(order.label("invoice"), writer.text(record.number, "invoice_number")),
                 (order.label("invoice_date"), order.day(record.date, "invoice_date")), *first]  # fmt: skip
    optional = [
        _entry(order, "product", campaign.product), _entry(order, "estimate", campaign.estimate), _entry(order,
            "station", campaign.station),
        _entry(order, "alt_order", identifiers.document_number(rng, record.date)), _entry(order, "executive",
            campaign.people[0]),
        _entry(order, "office", rng.choice(words["offices"])), _entry(order, "buyer_person", campaign.people[1]),
        _entry(order, "billing", rng.choice(words["billing_values"])), _entry(order, "demo",
            rng.choice(words["demo_values"])),
        [(order.label("revision"), [*order.day(record.date - datetime.timedelta(days=rng.randrange(20)))])],
        _entry(order, "agency", campaign.agency[0]), _entry(order, "market",
            rng.choice(campaign.agency_address).split(",")[0]),
    ]  # fmt: skip
    if order.billed:
        optional.append(
            [
                (
                    order.label("invoice_period"),
                    [*order.day(record.period[0].replace(day=1)), Token("-"), *order.day(record.date)],
                )
            ]
        )
    chosen = [entry for entry in optional if rng.random() < 0.6]
    rng.shuffle(chosen)
    keys = [key for key in ("alt_order", "product", "buyer_person", "demo", "market", "office") if rng.random() < 0.2]
    chosen += [[(order.label(key), [])] for key in keys if not any(group[0][0] == order.label(key) for group in chosen)]
    everything = [*advertiser, *first] if rng.random() < 0.5 else [*first, *advertiser]
    rest = [entry for group in chosen for entry in group]
    if rng.random() < 0.5:
        everything += rest
        rng.shuffle(everything)
        cut = len(everything) // 2
        groups: list = [everything[:cut], everything[cut:]] if rng.random() < 0.7 else [everything]
    else:
        groups = [first, advertiser + rest[: len(rest) // 2], rest[len(rest) // 2 :]]
        if rng.random() < 0.5:
            rng.shuffle(groups)
    if rng.random() < 0.7:
        groups.insert(rng.choice((0, 0, len(groups))), _station_block(order))
    if rng.random() < 0.5:
        groups.insert(rng.randrange(len(groups) + 1), _agency_block(order))
    return [group for group in groups if group]


def _place(order: Order, groups: list) -> float:
    """Groups in one to three columns, filled from top to bottom."""
    rng = order.rng
    count = rng.choice((2, 2, 3, 3, 1))
    width = order.width / count
    lows = [order.y] * count
    style = rng.choice(("row", "row", "row", "row_right", "stack", "box", "mixed", "grid" if count == 1 else "row"))
    for number, group in enumerate(groups):
        column = number % count if rng.random() < 0.8 else min(range(count), key=lambda i: lows[i])
        x, y = order.left + column * width, lows[column]
        if isinstance(group[0], list):
            y = order.lines(group, x, y, width - 12)
        else:
            own = rng.choice(("row", "stack", "row_right", "box")) if style == "mixed" else style
            y = keyvalues.key_values(
                order.sheet,
                group,
                x,
                y,
                width - 12,
                own,
                keyvalues.Type(order.size, order.leading, order.writer.look.bold_labels),
            )
        lows[column] = y + order.step * 0.5
    return max(lows)


def _months(order: Order) -> None:
    """Gross and net by month; the last row sums up."""
    rng, campaign, writer = order.rng, order.campaign, order.writer
    record = writer.record
    heads = [rng.choice(("Month", "Start Date", "Period")), order.say("spots"), "Gross Amount", "Net Amount"]
    stops = [order.left + order.width * part for part in (0.3, 0.45, 0.65, 0.85)]
    count = sum(spot.count for spot in campaign.spots)
    months = 1 if rng.random() < 0.6 else 2
    part = record.total // months
    rows: list[list[str | int | None]] = [[*heads]]
    shares = [part, record.total - part] if months == 2 else [record.total]
    for i, gross in enumerate(shares):
        month = (record.period[0].month - 1 + i) % 12
        rows.append(
            [f"{writer.language.months[month]} {record.period[0].year}", str(count // months), gross, gross * 85 // 100]
        )
    rows.append([rng.choice(("Totals", "Total", "Grand Total")), str(count), None, record.total - campaign.commission])
    for row in rows:
        for stop, cell in zip(stops, row, strict=True):
            if cell is None:
                line = writer.amount(record.total, "grand_total")
            elif isinstance(cell, int):
                line = writer.amount(cell)
            else:
                line = tokens(cell)
            order.sheet.put(stop, order.y, line, order.size, align="r", room=order.width * 0.2)
        order.y += order.step
    order.y += order.step


def _sums(order: Order) -> None:
    rng, writer, campaign = order.rng, order.writer, order.campaign
    record = writer.record
    order.room_for(order.step * 5)
    gross = (order.label("gross"), writer.amount(record.total, "grand_total", level="grand"))
    rows: list[Entry] = [gross]
    if campaign.commission and rng.random() < 0.65:
        sign = -1 if rng.random() < 0.5 else 1
        rows.append((order.label("commission"), writer.amount(sign * campaign.commission)))
        rows.append((order.label("net"), writer.amount(record.total - campaign.commission)))
    if rng.random() < 0.4:
        spots = (order.label("spots"), tokens(str(sum(spot.count for spot in campaign.spots))))
        rows.insert(rng.choice((0, len(rows))), spots)
    style = rng.choice(("right", "right", "left", "inline"))
    if style == "inline":
        order.y = keyvalues.key_values(
            order.sheet,
            rows,
            order.left,
            order.y,
            order.width,
            "inline",
            keyvalues.Type(order.size, order.leading, False),
        )
        return
    width = order.width * 0.35
    x = order.right - width if style == "right" else order.left
    order.y = keyvalues.key_values(order.sheet, rows, x, order.y, width, rng.choice(("row_far", "row_far",
        "row_right", "row")),
                                   keyvalues.Type(order.size, order.leading,
                                       writer.look.bold_totals)) + order.step  # fmt: skip


def _numbered(order: Order) -> None:
    writer = order.writer
    count = len(order.sheets)
    for number, sheet in enumerate(order.sheets, 1):
        text = writer.say("page", n=str(number), m=str(count))
        sheet.put(order.right, order.paper[1] - 24, tokens(text), order.size, align="r")
