"""Advertising orders, contracts and station invoices: blocks of references, a schedule of spots, gross and net."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from docengine.corpus.generator import airform, airhead, airmarks, airplan, airsums
from docengine.corpus.generator.campaign import ONE_DAY, Campaign
from docengine.corpus.generator.formats import NumberStyle, date_text
from docengine.corpus.generator.keyvalues import Type
from docengine.corpus.generator.letter import SIZES, Pages
from docengine.corpus.generator.sheet import Line, Sheet, tokens
from docengine.corpus.generator.writer import Writer

ACTS = {"order": 54.0, "invoice": 31.0, "agency": 11.0, "form": 4.0}
"""Who writes what: a station's order or contract, its invoice, an agency's own order, an agreement form."""
AMERICAN_DATES = (
    *(("mm/dd/yy",) * 8), "mm/dd/yyyy", "mm/dd/yyyy", "m/d/yy", "m/d/yyyy", "m/d/yyyy", "MMM d, yyyy", "MMMdd/yy",
    "dd-MMM-yy", "MMM dd, yyyy", "mm-dd-yy", "mm-dd-yyyy", "yyyy-mm-dd", "MMMM d, yyyy", "ddMMMyy", "MMM-dd-yy",
    "MMM d yyyy",
)  # fmt: skip


class Order(Pages):
    """The pages of an order while they are written from top to bottom; small type, wide pages now and then."""

    def __init__(self, writer: Writer, campaign: Campaign) -> None:
        rng = writer.rng
        self.writer, self.rng, self.campaign = writer, rng, campaign
        self.act = rng.choices(list(ACTS), list(ACTS.values()))[0]
        if self.act == "agency" and campaign.agency is None:
            self.act = "order"
        self.by_rep = self.act == "order" and rng.random() < 0.1
        """Written by the firm that sells for the station, under its own letterhead."""
        self.billed = self.act == "invoice"
        """A station's invoice rather than an order."""
        if self.billed:
            writer.record.kind = "invoice"
            terms = writer.record.due - writer.record.date
            writer.record.date = writer.record.period[1] + ONE_DAY * rng.choice((0, 1, 1, 2, 3, 5, 10))
            writer.record.due = writer.record.date + terms
        self.accounts = campaign.agency is not None and rng.random() < 0.12
        """Calls the agency its client or account; then no such word stands for the advertiser."""
        self.taxed = airsums.draw_tax(self)
        """Whether a tax is added to the net amount; then that sum is the grand total, not the gross amount."""
        self._set_look()
        self._set_type()
        self._set_paper()
        self.kind = Type(self.size, self.head_leading, writer.look.bold_labels)
        self.spot_head: Callable[[], None] = lambda: None
        """Writes the spot table's head row again; nothing before there is a table."""
        self.repeat = rng.choice(("head", "head", "head", "line", "line", "none"))
        """What stands on top of further pages: the first one's head, the main references, or nothing."""
        self.head: tuple[Any, ...] = ()
        self.paging = rng.choice(("top", "top", "top", "bottom", "bottom", "centre", "none"))
        self.indent = rng.choice((0.0, 0.0, rng.uniform(0, 30), rng.uniform(0, 110)))
        """Of address blocks."""
        self.bold_names = rng.random() < 0.4
        self.justified = rng.random() < 0.3
        self.small_print = airsums.draw_small_print(self)
        self.sheets: list[Sheet] = []
        self.new_page()

    def _set_look(self) -> None:
        """Formats of dates and amounts, which hardly vary between American traffic systems."""
        rng, look = self.rng, self.writer.look
        american = self.writer.record.country.code == "US"
        self.short = rng.choice(("mm/dd/yy", "m/d/yy", "mm/dd/yyyy", "m/d") if american else ("dd.mm.yy", "dd/mm/yy"))
        """Pattern of dates in tables where the others name the month."""
        if not american:
            return
        look.date = rng.choice(AMERICAN_DATES)
        look.other_date = look.date if rng.random() < 0.8 else rng.choice(AMERICAN_DATES)
        look.date_upper = "MMM" in look.date and rng.random() < 0.5
        look.colon = rng.choice((":", ":", ":", "", "", "", " :" if rng.random() < 0.2 else ""))
        look.symbol, look.numbers = "$", NumberStyle(",", ".")
        look.symbol_at = rng.choice(("glued_before", "glued_before", "glued_before", "before", "none"))
        look.symbol_on = rng.choice(("all", "all", "all", "totals", "grand"))
        if rng.random() < 0.12:
            look.numbers = NumberStyle("", ".")

    def _set_type(self) -> None:
        rng = self.rng
        self.face = rng.choice(("sans", "sans", "sans", "sans", "sans", "wide", "narrow", "serif", "mono"))
        self.size = rng.choice((6.5, 7.0, 7.5, 7.5, 8.0, 8.0, 8.0, 8.5, 9.0))
        self.size = min(self.size, 7.5) if self.face in ("mono", "wide") else self.size
        self.leading = rng.choice((1.15, 1.2, 1.25, 1.3, 1.35, 1.4, 1.5, 1.6))
        self.head_leading = self.leading * rng.choice((1.0, 1.0, 1.15, 1.3, 1.5, 1.75))
        """Of the references, which are often set wider than the schedule."""
        self.tight = rng.random() < 0.75
        self.table_size = self.size * rng.choice((1.0, 1.0, 1.0, 0.85, 0.9, 0.95, 1.1))

    def _set_paper(self) -> None:
        rng = self.rng
        american = self.writer.record.country.code in ("US", "CA")
        wide = rng.random() < 0.3
        self.paper = SIZES[("letter" if american else "a4") + (" wide" if wide else "")]
        self.left = rng.uniform(14, 46)
        self.right = self.paper[0] - rng.uniform(14, 46)
        self.width = self.right - self.left
        self.top = rng.uniform(26, 46)
        self.y = self.top
        """Where the next line's top comes, in points."""
        self.bottom = self.paper[1] - rng.uniform(28, 60)

    def new_page(self) -> None:
        self.sheets.append(Sheet(*self.paper, self.face, tight=self.tight))
        self.y = self.top

    def keep_head(self) -> None:
        """Notes what the page shows so far, to be repeated on further pages."""
        sheet = self.sheet
        if self.repeat == "head" and self.y < self.paper[1] * 0.5:
            self.head = (list(sheet.words), list(sheet.labels), list(sheet.styles), list(sheet.rules),
                list(sheet.fills), self.y)  # fmt: skip

    def room_for(self, height: float) -> None:
        """Turns the page when `height` does not fit on it any more; its top repeats what it should."""
        if self.y + height <= self.bottom:
            return
        self.new_page()
        if self.head:
            sheet = self.sheet
            *lists, self.y = self.head
            sheet.words, sheet.labels, sheet.styles, sheet.rules, sheet.fills = map(list, lists)
        elif self.repeat != "none":
            airhead.running_head(self)
        if self.writer.once("spot head again", 0.75):
            self.spot_head()

    def say(self, key: str) -> str:
        return self.writer.say(key, group="broadcast", s=self.campaign.station, n=str(self.top)[-1])

    def label(self, key: str) -> str:
        return self.writer.with_colon(self.say(key))

    def caption(self, party: str) -> str:
        """What the `advertiser` or the `agency` is called."""
        others = {"advertiser": "advertiser_only", "advertiser_head": "advertiser_only", "agency": "agency_account"}
        return self.say(others.get(party, party) if self.accounts else party)

    def day(self, date: datetime.date, field: str | None = None) -> Line:
        """Dates of one document look alike, the secondary ones too; those in tables are short."""
        look = self.writer.look
        if field is None and "MMM" in look.date and self.writer.once("short dates", 0.8):
            return tokens(date_text(date, self.short, self.writer.language))
        return self.writer.date(date, field, main=True)

    def gross(self, level: str = "grand") -> Line:
        """The sum of all spots: the grand total, unless tax is added to it."""
        return self.writer.amount(self.writer.record.total if not self.taxed else self.writer.record.goods,
            None if self.taxed else "grand_total", level=level)  # fmt: skip

    def paragraph(self, text: str | Line) -> None:
        parts = self.sheet.wrap(tokens(text) if isinstance(text, str) else text, self.size, self.width * 0.97)
        for part in parts:
            self.room_for(self.step)
            align = "j" if self.justified and part is not parts[-1] else "l"
            self.sheet.put(self.left, self.y, part, self.size, align=align, room=self.width)
            self.y += self.step
        self.y += self.step * self.rng.choice((0.2, 0.5, 1.0))

    def put_rule(self, y: float, x0: float = 0.0, x1: float = 0.0) -> None:
        self.sheet.rule(x0 or self.left, y, x1 or self.right, y)


def write_order(writer: Writer, campaign: Campaign) -> list[Sheet]:
    order = Order(writer, campaign)
    rng = order.rng
    if order.act == "form":
        airform.write_form(order)
    else:
        airhead.write_head(order)
    order.keep_head()
    notices = writer.language.broadcast["notices"]
    if rng.random() < 0.3:
        order.paragraph(rng.choice(notices))
    before = rng.random() < 0.25
    if before:
        airsums.write_summary(order)
    shown = airplan.write_schedule(order)
    airsums.write_sums(order, shown)
    if not before and rng.random() < 0.3:
        airsums.write_summary(order)
    airsums.write_end(order)
    airsums.write_small_print(order)
    _numbered(order)
    airmarks.adorn(order)
    return order.sheets


def _numbered(order: Order) -> None:
    """`Page 1 of 3`, and the print date beside it on some."""
    writer, rng = order.writer, order.rng
    if order.paging == "none":
        return
    stamp: Line = []
    if rng.random() < 0.45:
        stamp = [*tokens(order.label("print_date")), *order.day(writer.record.date)]
        if rng.random() < 0.5:
            text = f"{rng.randrange(1, 13)}:{rng.randrange(60):02d}{rng.choice((f':{rng.randrange(60):02d}', ''))}"
            stamp += tokens(text + (rng.choice(("", " PM", " AM", "AM", "p")) if writer.language.code == "en" else ""))
    y = order.top - order.size * 1.5 if order.paging == "top" else order.paper[1] - 22
    join = rng.random() < 0.6
    for number, sheet in enumerate(order.sheets, 1):
        page = tokens(writer.say("page", n=str(number), m=str(len(order.sheets))))
        if order.paging == "centre":
            sheet.put(order.left + order.width / 2, y, page, order.size, align="c")
        elif stamp and join:
            sheet.put(order.right, y, [*stamp, *page], order.size, align="r")
            continue
        else:
            sheet.put(order.right, y, page, order.size, align="r")
        if stamp:
            sheet.put(order.left, y, stamp, order.size)
