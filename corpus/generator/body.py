"""The lower part of a letter: items, sums, payment, notices and small print."""

from __future__ import annotations

import datetime
import re

from docengine.corpus.generator import blocks, spelling, sums
from docengine.corpus.generator.itemrows import ItemTable
from docengine.corpus.generator.letter import Letter
from docengine.corpus.generator.sentences import filled
from docengine.corpus.generator.sheet import Line, tokens
from docengine.corpus.generator.writer import Writer


def put_items(letter: Letter) -> None:
    """The rows in one table, or now and then in two with columns of their own."""
    rng, count = letter.rng, len(letter.writer.record.lines)
    if count < 3 or rng.random() >= 0.04:
        ItemTable(letter, range(count)).write()
        return
    cut = rng.randrange(1, count)
    first = ItemTable(letter, range(cut))
    first.write()
    ItemTable(letter, range(cut, count), first).write()


def put_sums(letter: Letter) -> None:
    """Net, tax and total in a column or a band, with a table of tax rates above, beside or below them."""
    writer, rng = letter.writer, letter.rng
    if writer.record.kind == "delivery_note":
        return
    size, done = letter.size, "sums" in letter.done
    letter.room_for(size * letter.leading * (2 if done else 9))
    tabled = sums.needs_tax_table(writer.record) and rng.random() < (0.5 if len(writer.record.bases) > 1 else 0.14)
    place = rng.choices(("above", "beside", "below"), (2, 3, 5))[0] if tabled else ""
    if place == "above":
        letter.y = sums.write_tax_table(letter.sheet, writer, letter.left, letter.y, min(size, 9.0)) + letter.step
        letter.room_for(size * letter.leading * 8)
    if done:
        place = "below" if place == "beside" else place
    elif letter.width > 300 and sums.wants_band(writer):
        letter.y = sums.write_band(letter.sheet, writer, letter.left, letter.y, letter.width, size) + letter.step
        place = "below" if place == "beside" else place
    else:
        place = _put_column(letter, place)
    if place == "below":
        letter.room_for(size * letter.leading * 7)
        x = letter.left if rng.random() < 0.7 else letter.left + letter.width * 0.4
        letter.y = sums.write_tax_table(letter.sheet, writer, x, letter.y, min(size, 9.0)) + letter.step
    _put_words(letter)
    if not writer.record.tax and rng.random() < 0.3 and writer.record.country.code != "US":
        letter.paragraph(writer.say("no_tax", group="text"))


_WORDY = {"IN": 0.4, "MY": 0.12, "FR": 0.1, "MX": 0.25, "PT": 0.08, "ES": 0.05, "IT": 0.05, "BR": 0.08}
"""How often a country's documents spell the total."""


def _put_words(letter: Letter) -> None:
    """The total in words."""
    rng, record = letter.rng, letter.writer.record
    if rng.random() >= _WORDY.get(record.country.code, 0.02) or letter.writer.coin:
        return
    forms, code = record.language.text.get("in_words", [""]), record.language.code
    text = spelling.amount_in_words(code, rng.choice(forms), record.total, record.currency)
    if text:
        letter.paragraph(text[0].upper() + text[1:] if rng.random() < 0.8 else text.upper())


def _put_column(letter: Letter, place: str) -> str:
    """The sums one below the other; beside them a tax table, or words. Returns where the table is still to go."""
    writer, rng = letter.writer, letter.rng
    width = letter.width * rng.choice((0.36, 0.42, 0.5, 0.5, 1.0))
    spare = letter.width - width
    x = letter.left + spare * rng.choices((0.0, 0.5, 1.0), (9, 5, 86))[0]
    top = beside = letter.y
    if x > letter.left + 200:
        if place == "beside" and spare > letter.size * 30:
            beside = sums.write_tax_table(letter.sheet, writer, letter.left, top, min(letter.size * 0.9, 9.0))
            place = ""
        elif rng.random() < 0.3:
            beside = letter.lines(_side_text(letter), letter.left, top, x - letter.left - 30)
    letter.y = max(beside, sums.write_totals(letter.sheet, writer, x, top, width, letter.size)) + letter.step
    return "below" if place == "beside" else place


def _side_text(letter: Letter) -> list[Line]:
    writer = letter.writer
    if writer.record.kind in _BILLING and letter.rng.random() < 0.5:
        return blocks.bank_lines(writer)
    return [tokens(letter.rng.choice(_notices(writer))) for _ in range(letter.rng.choice((1, 2)))]


def put_closing(letter: Letter) -> None:
    """Payment, notices and thanks, as far as the document's kind has them."""
    writer, rng, kind = letter.writer, letter.rng, letter.writer.record.kind
    text, billing = writer.language.text, letter.writer.record.kind in _BILLING
    if kind in ("invoice", "bill") and rng.random() < 0.35:
        form = rng.choice(text["pay_by"]).replace("{date}", "{due}")
        if "{amount}" not in form or writer.record.payable == writer.record.total:
            letter.paragraph(filled(writer, form))
    elif kind not in ("delivery_note", "credit_note") and rng.random() < 0.3:
        letter.paragraph(f"{writer.label('terms')} {rng.choice(text['terms'])}")
    notes = _notices(writer)
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3, 4))):
        letter.paragraph(rng.choice(notes))
    if rng.random() < (0.35 if billing else 0.08):
        lines = blocks.bank_lines(writer)
        letter.room_for(len(lines) * letter.step)
        letter.y = letter.lines(lines, letter.left, letter.y, letter.width * 0.6) + letter.step * 0.5
    if kind != "order" and rng.random() < 0.35:
        letter.paragraph(rng.choice(text["thanks"]))


def _notices(writer: Writer) -> list[str]:
    """Those that suit the document's kind: one that asks for no money has none about payment."""
    notes = writer.language.text["notes"]
    if writer.record.kind in _BILLING:
        return notes
    return [note for note in notes if not _OF_PAYMENT.search(note.casefold())] or notes[-1:]


_BILLING = frozenset(("invoice", "bill", "statement"))
_OF_PAYMENT = re.compile(
    "pay|paid|paie|pagam|pago|paga|betal|zahl|płat|plat|maks|ödeme|bayar|plăt|invoice|rechnung|factur|fattur|fatur|"
    "faktur|lasku|check|cheque|chèque|règl|regl|interest|intér|zins|mora|rente|ränta|korko|tva|vat|iva|mwst|btw|"
    "úrok|odset|rykker|avgift|gecikme|penali|transfer|recouvrement|factuur|umsatz|reverse|bollo"
)
"""What a notice on an order, a quote or a delivery note does not speak of, in any language."""


def put_small_print(letter: Letter) -> None:
    """Footer columns and page numbers on every page."""
    writer, rng = letter.writer, letter.rng
    count = len(letter.sheets)
    numbered = rng.random() < (0.9 if count > 1 else 0.3)
    where = rng.choice("lcr")
    printed = rng.random() < 0.05
    for number, sheet in enumerate(letter.sheets, 1):
        y = letter.bottom + letter.step * 0.6
        if letter.footer:
            column = letter.width / len(letter.footer)
            for i, lines in enumerate(letter.footer):
                for j, line in enumerate(lines):
                    sheet.put(
                        letter.left + i * column,
                        y + j * letter.footer_size * 1.25,
                        line,
                        letter.footer_size,
                        room=column - 6,
                    )
        if printed:
            day = writer.record.date + datetime.timedelta(days=rng.randrange(0, 3))
            line = [*tokens(writer.label("print_date")), *writer.date(day)]
            sheet.put(letter.left, letter.paper[1] - 12, line, min(letter.size, 7.0))
        if numbered:
            x = {"l": letter.left, "c": letter.left + letter.width / 2, "r": letter.right}[where]
            text = writer.say("page", n=str(number), m=str(count))
            sheet.put(x, letter.paper[1] - 22, tokens(text), min(letter.size, 8.0), align=where)
