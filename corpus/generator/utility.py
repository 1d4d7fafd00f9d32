"""Bills of utilities and telephone companies: meters and steps of a tariff, or numbers and calls."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.body import put_closing, put_items, put_sums
from docengine.corpus.generator.correspondence import write_foot, write_head
from docengine.corpus.generator.keyvalues import Entry
from docengine.corpus.generator.letter import Letter, Slot
from docengine.corpus.generator.line import Line as Item
from docengine.corpus.generator.line import draw_price, line_total
from docengine.corpus.generator.metadata import period_line
from docengine.corpus.generator.naming import supplier_name
from docengine.corpus.generator.parties import rename
from docengine.corpus.generator.record import Record, settle
from docengine.corpus.generator.sheet import Line, Sheet, tokens
from docengine.corpus.generator.trades import price_factor
from docengine.corpus.generator.writer import Writer


@dataclass(frozen=True, slots=True)
class Usage:
    """What was measured in the period."""

    phone: bool
    meters: tuple[tuple[str, int, int], ...]
    """Number, reading before and after; of a phone bill: line, minutes, messages."""
    medium: str
    plan: str


_PLANS = ("Basic", "Plus", "Flex", "Eco", "M", "Pro", "Fix 24", "Natura", "XL", "Smart")


def draw_usage(rng: random.Random, record: Record) -> Usage:
    """Meters that fit the bill's lines, which become the tariff's; discounts and prepayments go."""
    text, phone = record.language.text, rng.random() < 0.35
    if phone:
        lines = tuple((identifiers.phone(rng, rng.choice(record.country.phones)), rng.randrange(600), rng.randrange(90))
                      for _ in range(rng.choice((1, 1, 1, 2, 3))))  # fmt: skip
    else:
        lines = tuple(_meter(rng) for _ in range(rng.choice((1, 1, 1, 2, 2, 3))))
    medium = rng.choice(text["energy"])
    rename(record.seller, *supplier_name(rng, record.language, record.country, "" if phone else medium))
    record.seller.company = True
    plan = f"{record.seller.brand.split()[0].title()} {rng.choice(_PLANS)}"
    usage = Usage(phone, lines, medium, plan)
    rates = sorted({line.rate for line in record.lines}, reverse=True)[:1]
    record.lines = _tariff(rng, record, usage, rates[0])
    record.discount = record.discount_percent = record.surcharge = record.stamp = record.withheld = record.paid = 0
    record.surcharge_percent = record.withheld_percent = 0
    record.shipping = record.rounding = 0
    settle(record)
    return usage


def _meter(rng: random.Random) -> tuple[str, int, int]:
    before = rng.randrange(100, 90_000)
    number = identifiers.filled(rng, rng.choice(("########", "1@@@0########", "##.###.###", "@######", "#########")))
    return number, before, before + rng.randrange(20, 4000)


def _tariff(rng: random.Random, record: Record, usage: Usage, rate: float) -> list[Item]:
    """Rows whose quantities add up to what was used, and rows with a price for the period."""
    names = list(record.language.text["phone_lines" if usage.phone else "tariff_lines"])
    rng.shuffle(names)
    used = sum(after - before for _, before, after in usage.meters) if not usage.phone else 0
    factor, rows = price_factor(record.currency), []
    for name in names[: rng.randrange(2, min(len(names), 7) + 1)]:
        quantity, unit, price = 1000, rng.choice(record.language.goods["units"]), draw_price(rng, 2, 60)
        if usage.phone:
            quantity, price = (
                (1000, price) if rng.random() < 0.6 else (1000 * rng.randrange(2, 300), rng.randrange(5, 40) * 100)
            )
        elif rng.random() < 0.6:
            quantity, unit, price = 1000 * max(used // rng.choice((1, 1, 2, 3)), 1), "kWh", rng.randrange(200, 4500)
        elif rng.random() < 0.5:
            quantity, price = 1000 * rng.choice((30, 31, 61, 92, 365)), rng.randrange(5, 90) * 100
        article, price = identifiers.filled(rng, "####"), round(price * factor)
        rows.append(Item(name, article, quantity, unit, price, rate, line_total(quantity, price)))
    return rows


_PHONE = re.compile("tel|phone|mobil|gsm|fon|puhelin|internet")
_ENERGY = re.compile("energ|ener|elec|elek|strom|strøm|gas|gaz|water|wasser|eau|agua|acqua|luce|luz|elr|sähkö|vesi")
"""What a bill of the other sort is called."""
_UNIT = re.compile("kwh|m3|m³", re.IGNORECASE)


def write_bill(writer: Writer, usage: Usage) -> list[Sheet]:
    """All pages: a summary, the measured amounts, the tariff's rows and the sums, in one of the usual orders."""
    letter = Letter(writer)
    rng = letter.rng
    other = _ENERGY if usage.phone else _PHONE
    letter.wording = rng.choice([title for title in writer.language.titles["bill"] if not other.search(title.lower())])
    write_head(letter)
    detailed, first = rng.random() < 0.85, rng.random() < 0.6
    if detailed:
        _account(letter, usage)
    if rng.random() < 0.35:
        letter.paragraph(rng.choice(writer.language.text["notes"]))
    if detailed and first:
        _measured(letter, usage)
    put_items(letter)
    put_sums(letter)
    if detailed and not first:
        _measured(letter, usage)
    if detailed and not usage.phone and rng.random() < 0.4:
        _instalments(letter)
    if rng.random() < 0.2 and writer.record.due > writer.record.date:
        _late(letter)
    put_closing(letter)
    write_foot(letter)
    return letter.sheets


def _late(letter: Letter) -> None:
    """What is owed after the due date, which is more than the bill's total."""
    writer, rng, record = letter.writer, letter.rng, letter.writer.record
    before, _, after = rng.choice(writer.language.labels["late_amount"]).partition("{date}")
    due = writer.tag("due_date")._replace(certain=False)
    day = [token._replace(label=due) for token in writer.date(record.due, main=True)]
    more = max(record.total * rng.choice((101, 102, 105, 110)) // 100, record.total + 100)
    entries: list[Entry] = [([*tokens(before), *day, *tokens(after)], writer.amount(more))]
    if rng.random() < 0.4:
        entries.insert(0, (writer.words(writer.label("grand_total")), writer.amount(record.total, "grand_total")))
    letter.room_for(letter.step * 3)
    style = rng.choice(("row_far", "row", "dots"))
    letter.y = letter.pairs(entries, Slot(letter.left, letter.y, letter.width * 0.6), style) + letter.step


def _used(letter: Letter) -> None:
    """What was used of a plan: named as its rows are, and measured, not charged."""
    writer, rng = letter.writer, letter.rng
    names = writer.language.text["phone_lines"]
    volume = {"fr": "Go"}.get(writer.language.code, "GB")
    entries: list[Entry] = []
    for name in rng.sample(names, rng.randrange(2, min(len(names), 5) + 1)):
        part = writer.look.numbers.text(rng.randrange(1, 900), 1)
        used = (
            f"{part} {volume}",
            f"{part} {volume} / {rng.choice((20, 50, 100, 200))} {volume}",
            f"{rng.randrange(1, 30)} h {rng.randrange(60)} min",
            str(rng.randrange(300)),
            f"{rng.randrange(900)} min",
        )
        entries.append((name, tokens(rng.choice(used))))  # fmt: skip
    heads = [text for text in writer.language.labels["consumption"] if not _UNIT.search(text)]
    head = rng.choice(heads or [writer.say("calls")])
    letter.room_for(letter.step * (len(entries) + 2))
    letter.y = letter.block([tokens(head)], Slot(letter.left, letter.y, letter.width), bold_first=True)
    style = rng.choice(("row_far", "row_far", "row", "dots", "grid"))
    letter.y = letter.pairs(entries, Slot(letter.left, letter.y, letter.width), style) + letter.step


def _account(letter: Letter, usage: Usage) -> None:
    """Contract account, supply point, plan and the like, in a column or across the page."""
    writer, rng = letter.writer, letter.rng
    entries: list[Entry] = [(writer.label("contract_account"), tokens(identifiers.filled(rng, "##########")))]
    entries.append((writer.label("tariff"), tokens(usage.plan)))
    if usage.phone:
        entries.append((writer.label("phone_line"), tokens(usage.meters[0][0])))
    else:
        entries.append(
            (
                writer.label("meter_point"),
                tokens(identifiers.filled(rng, rng.choice(("###########", "DE##############", "@@###@########")))),
            )
        )
    entries.append((writer.label("period"), period_line(writer)))
    entries = [entry for entry in entries if rng.random() < 0.75]
    letter.room_for(letter.step * (len(entries) + 2))
    if entries and rng.random() < 0.4:
        letter.y = letter.block(
            [tokens(writer.say("summary_head"))], Slot(letter.left, letter.y, letter.width), bold_first=True
        )
    width = letter.width * rng.choice((0.5, 0.6, 1.0))
    style = rng.choice(("row", "row_far", "box", "dots", "cells", "grid", "stack"))
    letter.y = letter.pairs(entries, Slot(letter.left, letter.y, width), style) + letter.step


def _measured(letter: Letter, usage: Usage) -> None:
    """A small table of meters, or of lines and their calls."""
    writer, rng, record = letter.writer, letter.rng, letter.writer.record
    if usage.phone and rng.random() < 0.4:
        _used(letter)
        return
    head = writer.say("calls") if usage.phone else f"{usage.medium}: {writer.say('consumption')}"
    rows: list[list[Line]] = []
    if usage.phone:
        heads = [tokens(writer.say("phone_line")), tokens("min"), tokens("SMS")]
        rows = [[tokens(line), tokens(str(minutes)), tokens(str(texts))] for line, minutes, texts in usage.meters]
    else:
        keys = ["meter", "meter_old", "meter_new", "consumption"]
        heads = [tokens(writer.say(key)) for key in keys]
        dates = rng.random() < 0.4
        for number, before, after in usage.meters:
            texts_of = [writer.look.numbers.text(value, 0) for value in (before, after, after - before)]
            rows.append([tokens(number), *(tokens(text) for text in texts_of)])
        if dates:
            heads[1:3] = [[*heads[1], *writer.date(record.period[0])], [*heads[2], *writer.date(record.period[1])]]
    letter.room_for(letter.step * (len(rows) + 4))
    letter.y = letter.block([tokens(head)], Slot(letter.left, letter.y, letter.width), bold_first=True) + 2
    _small_table(letter, heads, rows)


def _small_table(letter: Letter, heads: list[Line], rows: list[list[Line]]) -> None:
    """Columns of one width, the first to the left and the others to the right."""
    rng, sheet, size = letter.rng, letter.sheet, min(letter.size, 9.0)
    column = letter.width * rng.choice((0.7, 1.0)) / len(heads)
    step, ruled = size * letter.leading, rng.random() < 0.5
    for number, cells in enumerate([heads, *rows]):
        low = letter.y
        for i, cell in enumerate(cells):
            y = letter.y
            for part in sheet.wrap(cell, size, column - 6, number == 0):
                x = letter.left + i * column + (column - 6 if i else 0)
                sheet.put(x, y, part, size, bold=number == 0, align="r" if i else "l", room=column - 6)
                y += step
            low = max(low, y)
        letter.y = low
        if ruled or number == 0:
            sheet.rule(letter.left, letter.y, letter.left + column * len(heads), letter.y)
            letter.y += 2
    letter.y += letter.step


def _instalments(letter: Letter) -> None:
    """What was paid in the year, the difference, and what comes next: none of them is the bill's total."""
    writer, rng, record = letter.writer, letter.rng, letter.writer.record
    paid = max(record.total * rng.randrange(60, 120) // 100, 100)
    paid -= paid % 100
    entries: list[Entry] = [(writer.label("instalments"), writer.amount(-paid))]
    entries.append((writer.label("balance"), writer.amount(record.total - paid)))
    if rng.random() < 0.5:
        entries.append((writer.label("next_instalment"), writer.amount(max(paid // 11, 100))))
    letter.room_for(letter.step * 4)
    style = rng.choice(("row_far", "row", "dots"))
    letter.y = letter.pairs(entries, Slot(letter.left, letter.y, letter.width * 0.6), style) + letter.step
