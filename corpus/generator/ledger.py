"""Statements of account and reminders: what was invoiced, what was paid, what is open; no row is a line item."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.body import put_closing
from docengine.corpus.generator.correspondence import write_foot, write_head
from docengine.corpus.generator.keyvalues import Entry
from docengine.corpus.generator.letter import Letter, Slot
from docengine.corpus.generator.record import Record, draw_price
from docengine.corpus.generator.sheet import Line, Sheet, tokens
from docengine.corpus.generator.trades import price_factor
from docengine.corpus.generator.writer import Writer

Cells = list[Line]
RIGHT = frozenset(("debit", "credit", "balance", "days"))


@dataclass(slots=True)
class Posting:
    """A row of the account; `cents` is negative for what was paid or credited."""

    day: datetime.date
    due: datetime.date
    number: str
    text: str
    cents: int
    open: int


def write_statement(writer: Writer) -> list[Sheet]:
    """All pages of a statement or of a reminder."""
    letter = Letter(writer)
    reminder = letter.rng.random() < 0.35
    postings, opening = _postings(letter.rng, writer.record, reminder)
    factor = price_factor(writer.record.currency)
    fee = draw_price(letter.rng, 2 * factor, 40 * factor) // 100 if reminder and letter.rng.random() < 0.5 else 0
    writer.record.total = opening + sum(posting.open if reminder else posting.cents for posting in postings) + fee
    letter.title = "reminder" if reminder else "statement"
    write_head(letter)
    if reminder:
        letter.paragraph(letter.rng.choice(writer.language.text["reminder"]))
    _Table(letter, postings, opening, reminder).write()
    _totals(letter, fee)
    if letter.rng.random() < 0.4:
        _ages(letter, postings, reminder)
    put_closing(letter)
    write_foot(letter)
    return letter.sheets


def _postings(rng: random.Random, record: Record, reminder: bool) -> tuple[list[Posting], int]:
    """Rows in the order of their days, all before the statement's, and the balance before them."""
    count = rng.randrange(1, 7) if reminder else rng.choice((2, 3, 4, 6, 8, 10, 14, 20, 30))
    span = rng.choice((30, 31, 60, 90, 180))
    days = sorted(record.date - datetime.timedelta(days=rng.randrange(1, span)) for _ in range(count))
    record.period = (record.date - datetime.timedelta(days=span), record.date)
    pattern, texts = (
        rng.choice(("######", "#####", "INV-####", "{y}-####", "@@#####", "{yy}####")),
        record.language.text,
    )
    terms, factor = rng.choice((7, 10, 14, 30)), price_factor(record.currency)
    postings: list[Posting] = []
    owed = opening = draw_price(rng, 20 * factor, 2000 * factor) // 100 if not reminder and rng.random() < 0.5 else 0
    for day in days:
        number = identifiers.document_number(rng, day, pattern)
        cents = draw_price(rng, 10 * factor, 3000 * factor) // 100
        key = "entry_invoice"
        if not reminder and owed > cents and rng.random() < 0.35:
            key, cents = ("entry_payment", -cents) if rng.random() < 0.8 else ("entry_credit", -cents)
        owed += cents
        left = cents if not reminder or rng.random() < 0.8 else cents - cents // rng.choice((2, 3, 4))
        text = rng.choice(texts[key]).replace("{n}", number)
        postings.append(Posting(day, day + datetime.timedelta(days=terms), number, text, cents, left))
    return postings, opening


class _Table:
    """The account's rows under a head, over as many pages as they take."""

    def __init__(self, letter: Letter, postings: list[Posting], opening: int, reminder: bool) -> None:
        rng = letter.rng
        self.letter, self.writer = letter, letter.writer
        keys = ["date", "document", "text", "due", "debit", "credit", "balance"]
        if reminder:
            keys = ["document", "date", "due", "debit", "days", "balance"]
        drop = [key for key in ("due", "text", "document", "days") if key in keys and rng.random() < 0.35]
        self.keys = [key for key in keys if key not in drop[:2]]
        if not reminder and rng.random() < 0.25:
            self.keys = [key for key in self.keys if key != "balance"]
        self.size = min(letter.size, 9.5)
        self.heads = [self._head(key) for key in self.keys]
        self.rows = self._rows(postings, opening, reminder)
        self.stops, self.widths = self._places()

    def _head(self, key: str) -> Line:
        return tokens(self.writer.say(f"col_{key}" if key not in ("text", "days") else
                                      {"text": "col_description", "days": "overdue_days"}[key]))  # fmt: skip

    def _rows(self, postings: list[Posting], opening: int, reminder: bool) -> list[Cells]:
        writer, rows, balance = self.writer, [], opening
        if opening:
            rows.append(self._cells({"text": tokens(writer.say("previous")), "balance": self._money(opening),
                                     "debit": [] if "balance" in self.keys else self._money(opening)}))  # fmt: skip
        for posting in postings:
            balance += posting.cents
            late = (writer.record.date - posting.due).days
            cells = {
                "date": writer.date(posting.day, main=True), "document": tokens(posting.number),
                "text": tokens(posting.text), "due": writer.date(posting.due, main=True) if posting.cents > 0 else [],
                "debit": self._money(posting.cents) if posting.cents > 0 else [],
                "credit": self._money(-posting.cents) if posting.cents < 0 else [],
                "balance": self._money(posting.open if reminder else balance),
                "days": tokens(str(late)) if late > 0 else [],
            }  # fmt: skip
            rows.append(self._cells(cells))
        return rows

    def _cells(self, cells: dict[str, Line]) -> Cells:
        return [cells.get(key, []) for key in self.keys]

    def _money(self, cents: int) -> Line:
        return self.writer.priced(self.writer.money(cents), None, "line")

    def _places(self) -> tuple[list[float], list[float]]:
        sheet, size = self.letter.sheet, self.size
        widths = [max(sheet.measure(head, size, True), *(sheet.measure(row[i], size) for row in self.rows)) + size
                  for i, head in enumerate(self.heads)]  # fmt: skip
        factor = self.letter.width / sum(widths)
        if factor > 1.6:
            factor = self.letter.rng.choice((1.6, factor))
        stops, x = [], self.letter.left
        for i, width in enumerate(widths):
            widths[i] = width * factor
            stops.append(x)
            x += widths[i]
        return stops, widths

    def write(self) -> None:
        letter, step = self.letter, self.size * self.letter.leading
        letter.room_for(step * 4)
        self._line(self.heads, bold=True, head=True)
        ruled, gap = letter.rng.random() < 0.3, letter.rng.choice((0.0, 0.0, 2.0, 5.0))
        for row in self.rows:
            pages = len(letter.sheets)
            letter.room_for(step + gap)
            if len(letter.sheets) > pages:
                self._line(self.heads, bold=True, head=True)
            self._line(row)
            letter.y += gap
            if ruled:
                letter.sheet.rule(letter.left, letter.y - 1, self.stops[-1] + self.widths[-1], letter.y - 1)
        letter.y += step * 0.6

    def _line(self, cells: Cells, *, bold: bool = False, head: bool = False) -> None:
        letter, size, end = self.letter, self.size, self.stops[-1] + self.widths[-1]
        step = size * letter.leading
        dark = head and self.writer.once("dark ledger", 0.2)
        if dark or (head and self.writer.once("grey ledger", 0.25)):
            letter.sheet.fill(letter.left - 3, letter.y - 2, end + 3, letter.y + step, 0.25 if dark else 0.87)
        letter.sheet.inverse = dark
        for key, cell, stop, width in zip(self.keys, cells, self.stops, self.widths, strict=True):
            right = key in RIGHT
            letter.sheet.put(stop + width - 4 if right else stop, letter.y, cell, size, bold=bold,
                             align="r" if right else "l", room=width - 3)  # fmt: skip
        letter.sheet.inverse = False
        letter.y += step
        if head and not dark and self.writer.once("rule below ledger head", 0.6):
            letter.sheet.rule(letter.left, letter.y, end, letter.y)
            letter.y += 2


def _totals(letter: Letter, fee: int) -> None:
    """A fee, where there is one, and what is to be paid."""
    writer, x = letter.writer, letter.left + letter.width * 0.5
    letter.room_for(letter.step * 4)
    entries: list[Entry] = [(writer.label("fee"), writer.amount(fee))] if fee else []
    total = writer.amount(writer.record.total, "grand_total", level="grand")
    entries.append((writer.words(writer.label("statement_total")), total))
    style = letter.rng.choice(("row_far", "row_far", "row", "box"))
    letter.y = letter.pairs(entries, Slot(x, letter.y, letter.width * 0.5), style)
    letter.y += letter.step


def _ages(letter: Letter, postings: list[Posting], reminder: bool) -> None:
    """How long what is open has been open, in bands of 30 days."""
    writer = letter.writer
    before = writer.record.total - sum(posting.cents for posting in postings)
    bands = [0, 0, 0, 0 if reminder else before]
    for posting in postings:
        late = (writer.record.date - posting.day).days
        bands[min(late // 30, 3)] += posting.open if reminder else posting.cents
    if min(bands) < 0:
        return
    heads = ("0 - 30", "31 - 60", "61 - 90", "> 90")
    entries = [
        (head, writer.priced(writer.money(cents), None, "line")) for head, cents in zip(heads, bands, strict=True)
    ]
    letter.room_for(letter.step * 4)
    style = letter.rng.choice(("grid", "plain grid", "filled grid", "lined grid"))
    letter.y = letter.pairs(list(entries), Slot(letter.left, letter.y, letter.width), style) + letter.step
