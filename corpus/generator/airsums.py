"""What an order comes to: gross, commission and net; summaries by month, week and station; the small print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docengine.corpus.generator import keyvalues
from docengine.corpus.generator.airgrid import Column, lay
from docengine.corpus.generator.campaign import ONE_DAY
from docengine.corpus.generator.keyvalues import Entry, Type
from docengine.corpus.generator.record import settle
from docengine.corpus.generator.sheet import Line, Sheet, tokens
from docengine.corpus.labelled import Label

if TYPE_CHECKING:
    from docengine.corpus.generator.airtime import Order


def draw_tax(order: Order) -> bool:
    """Whether the record gets a tax: on most invoices and some orders outside the United States."""
    record, campaign = order.writer.record, order.campaign
    if record.country.code == "US" or order.rng.random() > (0.85 if order.billed else 0.4):
        return False
    rate = float(max(order.rng.choice(record.country.tax_rates)))
    for line in record.lines:
        line.rate = rate
    record.discount = campaign.commission
    settle(record)
    return True


def write_sums(order: Order, shown: bool) -> None:
    """Gross, and often commission and net; left out now and then where the schedule's last row says it."""
    rng, writer, campaign = order.rng, order.writer, order.campaign
    if shown and not order.taxed and rng.random() < 0.3:
        return
    rows = _taxed_rows(order) if order.taxed else _rows(order)
    if rng.random() < 0.4:
        spots = (order.label("spots"), tokens(str(campaign.count)))
        rows.insert(rng.choice((0, len(rows))), spots)
    order.room_for(order.step * (len(rows) + 1))
    style = rng.choice(("right", "right", "left", "middle", "inline", "row", "far left"))
    kind = Type(order.size * rng.choice((1.0, 1.0, 1.15)), order.leading, writer.look.bold_totals)
    if style == "inline":
        order.y = keyvalues.key_values(order.sheet, rows, order.left, order.y, order.width, "inline", kind)
    elif style == "row":
        _across(order, rows)
    else:
        width = order.width * rng.uniform(0.26, 0.42)
        x = {"right": order.right - width, "middle": order.left + (order.width - width) / 2}.get(style, order.left)
        way = rng.choice(("row_far", "row_far", "row_right", "row", "dots", "box"))
        order.y = keyvalues.key_values(order.sheet, rows, x, order.y, width, way, kind)
    order.y += order.step


def _rows(order: Order) -> list[Entry]:
    rng, writer, campaign = order.rng, order.writer, order.campaign
    total = writer.record.total
    rows: list[Entry] = [(order.label("gross"), order.gross())]
    if rng.random() < (0.7 if campaign.commission else 0.12):
        sign = -1 if rng.random() < 0.4 else 1
        rows.append((order.label("commission"), writer.amount(sign * campaign.commission)))
        rows.append((order.label("net"), writer.amount(total - campaign.commission, level="grand")))
        if rng.random() < 0.1 and writer.record.country.code == "US":
            rows.append((order.label("tax"), writer.amount(0, "tax_total")))
        if rng.random() < 0.08:
            rows.reverse()
    return rows


def _taxed_rows(order: Order) -> list[Entry]:
    writer, record, campaign = order.writer, order.writer.record, order.campaign
    rows: list[Entry] = []
    if campaign.commission:
        rows.append((order.label("gross"), writer.amount(record.goods)))
        rows.append((order.label("commission"), writer.amount(-campaign.commission)))
    rate = next(iter(record.bases))
    tax = order.say("tax")
    if not any(char.isdigit() for char in tax) and order.rng.random() < 0.7:
        tax += " " + writer.percent(rate)
    elif any(char.isdigit() for char in tax):
        tax = f"{tax.rstrip('0123456789 %')} {writer.percent(rate)}"
    rows.append((order.label("net_taxed"), writer.amount(record.net, "net_total")))
    rows.append((writer.with_colon(tax), writer.amount(record.tax, "tax_total")))
    rows.append((order.label("total_taxed"), writer.amount(record.total, "grand_total", level="grand")))
    return rows


def _across(order: Order, rows: list[Entry]) -> None:
    """Captions in one row and amounts below them, at the right."""
    size, stop = order.size, order.width / 6
    x = order.right - stop * len(rows)
    for i, (label, value) in enumerate(rows):
        right = x + stop * (i + 1)
        order.sheet.put(right, order.y, keyvalues.caption(label), size, bold=order.kind.bold, align="r", room=stop - 4)
        order.sheet.put(right, order.y + order.step, value, size, align="r", room=stop - 4)
    order.put_rule(order.y + order.step * 0.95, x, order.right)
    order.y += order.step * 2


def write_summary(order: Order) -> None:
    """Spots and dollars by month, week or station; the last row sums them up."""
    rng, campaign = order.rng, order.campaign
    kind = rng.choices(("months", "weeks", "outlets"), (70, 20, 10 if campaign.medium == "cable" else 4))[0]
    parts = {"months": _months, "weeks": _weeks, "outlets": _outlets}[kind](order)
    net = rng.random() < 0.75 and campaign.commission > 0 and kind == "months"
    commission = net and rng.random() < 0.5
    writer = order.writer
    columns = [*parts[0], Column("count", tokens(order.say("spots")), True),
               Column("gross", tokens(order.say("gross")), True)]  # fmt: skip
    if commission:
        columns.append(Column("commission", tokens(order.say("commission")), True))
    if net:
        columns.append(Column("net", tokens(order.say("net")), True))
    rows: list[list[Line]] = []
    left = campaign.commission
    for i, (cells, count, cents) in enumerate(parts[1]):
        last = i == len(parts[1]) - 1
        share = left if last else campaign.commission * cents // max(1, sum(c for _, _, c in parts[1]))
        left -= share
        row = [*cells, tokens(str(count)), writer.amount(cents)]
        row += [writer.amount(-share)] if commission else []
        rows.append(row + ([writer.amount(cents - share)] if net else []))
    order.room_for(order.step * (len(rows) + 3))
    if rng.random() < 0.6:
        order.sheet.put(order.left, order.y, tokens(order.say(f"{kind}_title")), order.size * 1.05, bold=True)
        order.y += order.step * 1.2
    total = [tokens(order.say("gross")), *([[]] * (len(parts[0]) - 1)), tokens(str(campaign.count)), order.gross()]
    total += [writer.amount(-campaign.commission)] if commission else []
    total += [writer.amount(writer.record.goods - campaign.commission)] if net else []
    grid = lay(order, columns, [*rows, total], full=rng.random() < 0.25)
    spot_head, order.spot_head = order.spot_head, lambda: None
    grid.head()
    for row in rows:
        grid.row(row)
    if rng.random() < 0.85 or len(rows) > 1:
        if rng.random() < 0.5:
            grid.rule()
        grid.row(total, bold=writer.look.bold_totals)
    order.spot_head = spot_head
    order.y += order.step


Parts = tuple[list[Column], list[tuple[list[Line], int, int]]]
"""Leading columns; and for each row its leading cells, the spots and the cents."""


def _months(order: Order) -> Parts:
    campaign, writer, rng = order.campaign, order.writer, order.rng
    months = campaign.by_month()
    if rng.random() < 0.7:
        rows = [
            ([tokens(f"{writer.language.months[month - 1]} {year}")], *sums) for (year, month), sums in months.items()
        ]
        return [Column("month", tokens(order.say("months_head")))], rows
    rows = []
    for (year, month), sums in months.items():
        weeks = [monday for monday in campaign.weeks if (monday + 6 * ONE_DAY).timetuple()[:2] == (year, month)]
        rows.append(([order.day(weeks[0]), order.day(weeks[-1] + 6 * ONE_DAY)], *sums))
    return [Column("start", tokens(order.say("month_start"))), Column("end", tokens(order.say("month_end")))], rows


def _weeks(order: Order) -> Parts:
    campaign = order.campaign
    rows = [([order.day(monday)], *campaign.of_week(monday)) for monday in campaign.weeks]
    return [Column("week", tokens(order.say("week_of")))], rows


def _outlets(order: Order) -> Parts:
    campaign = order.campaign
    names = list(dict.fromkeys(spot.outlet for spot in campaign.spots))
    rows = []
    for name in names:
        spots = [spot for spot in campaign.spots if spot.outlet == name]
        rows.append(([tokens(name)], sum(spot.count for spot in spots), sum(spot.total for spot in spots)))
    return [Column("channel", tokens(order.say("col_channel")))], rows


def write_end(order: Order) -> None:
    """Conditions, who signs, and on political orders who pays for the announcement."""
    rng, writer = order.rng, order.writer
    words = writer.language.broadcast
    if rng.random() < 0.06:
        buyer = writer.record.buyer.name
        order.paragraph([*tokens(order.say("paid_by")), *_doubtful(buyer)])
    for notice in rng.sample(words["notices"], rng.choice((0, 1, 1, 2, 3, 5))):
        order.paragraph(notice)
    if rng.random() < 0.35:
        _signatures(order)
    powered = order.say("powered")
    if powered and rng.random() < 0.4:
        order.sheet.put(order.right, order.paper[1] - 14, tokens(powered), order.size * 0.85, align="r")


def draw_small_print(order: Order) -> list[Line]:
    """Lines of conditions for the foot of the pages, in smaller type; room is kept for them."""
    rng = order.rng
    if rng.random() < 0.3:
        return []
    notices = order.writer.language.broadcast["notices"]
    size = order.size * rng.choice((0.7, 0.75, 0.8, 0.9))
    sheet = Sheet(*order.paper, order.face)
    parts = rng.sample(notices, rng.randrange(2, min(9, len(notices))))
    joined = [" ".join(parts)] if rng.random() < 0.4 else parts
    lines = [line for text in joined for line in sheet.wrap(tokens(text), size, order.width * rng.uniform(0.85, 1.0))]
    lines = lines[: 9 if order.paper[1] < 700 else 16]
    order.bottom = order.paper[1] - rng.uniform(26, 40) - len(lines) * size * 1.2
    return lines


def write_small_print(order: Order) -> None:
    """On every page or the last one, centred or from the left edge."""
    rng, lines = order.rng, order.small_print
    size = (order.paper[1] - 30 - order.bottom) / max(1, len(lines)) / 1.2
    size = min(size, order.size * 0.85)
    align, every = rng.choice(("l", "c", "c")), rng.random() < 0.75
    x = order.left if align == "l" else order.left + order.width / 2
    for sheet in order.sheets if every else order.sheets[-1:]:
        for i, line in enumerate(lines):
            sheet.put(x, order.bottom + 3 + i * size * 1.2, line, size, align=align, room=order.width)


def _doubtful(name: str) -> Line:
    """The advertiser as the one who pays: the same party, but not where a reader would look for it."""
    return tokens(name, Label("buyer_name", -2, False))


def _signatures(order: Order) -> None:
    rng = order.rng
    words = order.writer.language.broadcast["signatures"]
    order.room_for(order.step * 4)
    order.y += order.step
    chosen = rng.sample(words, rng.choice((1, 2, 2, 4)))
    for start in range(0, len(chosen), 2):
        for k, text in enumerate(chosen[start : start + 2]):
            x = order.left + k * order.width / 2
            end = order.sheet.put(x, order.y, tokens(text), order.size)
            if rng.random() < 0.5:
                order.sheet.put(end + 4, order.y, tokens("_" * rng.randrange(10, 32)), order.size, room=order.width / 4)
            else:
                order.put_rule(order.y + order.size, end + 4, x + order.width * 0.42)
        order.y += order.step * 2
