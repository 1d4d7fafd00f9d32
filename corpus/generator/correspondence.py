"""Documents of an office: header, parties, metadata, table, sums and small print, composed at random."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from docengine.corpus.generator import blocks, keyvalues, metadata, table, totals
from docengine.corpus.generator.letter import Letter
from docengine.corpus.generator.sheet import Line, Sheet, Token, tokens
from docengine.corpus.generator.writer import Writer


def write_letter(writer: Writer) -> list[Sheet]:
    """All pages of an invoice, a quote, an order, a bill and their like."""
    letter = Letter(writer)
    title = _title(letter)
    _header(letter, title)
    _parties_and_metadata(letter)
    _opening(letter, title)
    _items(letter)
    _sums(letter)
    _closing(letter)
    _small_print(letter)
    return letter.sheets


def _title(letter: Letter) -> Line:
    writer = letter.writer
    return tokens(writer.say(writer.record.kind, group="titles"))


def _header(letter: Letter, title: Line) -> None:
    """Who sends it, and often what it is."""
    writer, rng, sheet = letter.writer, letter.rng, letter.sheet
    style = rng.choice(("left", "left", "right", "centre", "logo left", "logo right", "split", "none", "title first"))
    big = letter.size * rng.uniform(1.3, 2.6)
    title_size = letter.size * rng.uniform(1.2, 2.4)
    middle = letter.left + letter.width / 2
    y = letter.y
    seller = writer.record.seller
    if style == "none":
        letter.seller_done = False
        if not letter.footer and rng.random() < 0.9:
            address = [writer.text(seller.name, "seller_name"), *writer.address(seller, "seller_address")]
            letter.set_footer([address, blocks.contact_lines(writer)])
        return
    letter.title_done = rng.random() < 0.45
    if letter.title_done and style in ("left", "logo left", "split", "title first"):
        side = letter.right if style != "title first" else letter.left
        sheet.put(
            side,
            y,
            title,
            title_size,
            bold=True,
            align="l" if style == "title first" else "r",
            room=letter.width * 0.45,
        )
        if style == "title first":
            y += title_size * letter.leading + letter.step
    elif letter.title_done and style in ("right", "logo right"):
        sheet.put(letter.left, y, title, title_size, bold=True, room=letter.width * 0.4)
    elif letter.title_done:
        sheet.put(middle, y, title, title_size, bold=True, align="c")
        y += title_size * letter.leading + letter.step * 0.5
    if style in ("left", "title first", "split"):
        y = letter.lines(
            [writer.text(seller.name, "seller_name")],
            letter.left,
            y,
            letter.width * 0.5,
            size=big if rng.random() < 0.6 else 0,
            bold_first=True,
        )
        beside = (
            y if rng.random() < 0.5 or not letter.title_done else letter.y + title_size * letter.leading + letter.step
        )
        y = letter.lines(blocks.seller_lines(writer, name=False), letter.left, y, letter.width * 0.48)
        if rng.random() < 0.3 and (not letter.title_done or beside > letter.y + title_size):
            y = max(y, _beside(letter, beside))
    elif style == "centre":
        y = letter.lines(
            [writer.text(seller.name, "seller_name")], middle, y, letter.width, size=big, bold_first=True, align="c"
        )
        y = letter.lines(blocks.seller_lines(writer, name=False), middle, y, letter.width * 0.9, align="c")
    elif style == "right":
        align = rng.choice("rl")
        x = letter.right if align == "r" else letter.left + letter.width * 0.58
        y = letter.lines(
            blocks.seller_lines(writer), x, y, letter.width * 0.42, bold_first=rng.random() < 0.5, align=align
        )
    else:
        y = _logo(letter, style, y, big)
    letter.y = y + letter.step * rng.choice((0.5, 1.0, 2.0))


def _logo(letter: Letter, style: str, y: float, big: float) -> float:
    """A brand at the top; the full name and address stand beside it, or elsewhere."""
    writer, rng, seller = letter.writer, letter.rng, letter.writer.record.seller
    x, align = (letter.left, "l") if style == "logo left" else (letter.right, "r")
    same = seller.brand == seller.name
    label = writer.tag("seller_name")._replace(certain=False)
    mark = writer.text(seller.brand, "seller_name") if same else tokens(seller.brand, label)
    bottom = letter.lines([mark], x, y, letter.width * 0.55, size=big, bold_first=True, align=align)
    if rng.random() < 0.6:
        where = letter.left + letter.width * 0.6 if style == "logo left" else letter.left
        below = y + letter.step * 2.5 if letter.title_done else y
        bottom = max(bottom, letter.lines(blocks.seller_lines(writer), where, below, letter.width * 0.4))
    return bottom


def _beside(letter: Letter, y: float) -> float:
    """The metadata to the right of the letterhead."""
    letter.entries_done = True
    width = letter.width * 0.44
    style = keyvalues.draw_style(letter.rng, width)
    return _entries(letter, metadata.entries(letter.writer), letter.right - width, y, width, style)


def _parties_and_metadata(letter: Letter) -> None:
    """Buyer, consignee and metadata in one to three columns."""
    writer, rng = letter.writer, letter.rng
    number = date = True
    share = 0.25 if writer.language.code == "de" else 0.15
    letter.number_in_title = rng.random() < share and not letter.entries_done
    if letter.number_in_title:
        number = date = False
    entries = [] if letter.entries_done else metadata.entries(writer, number=number, date=date)
    top = letter.y
    if rng.random() < (0.6 if not letter.seller_done else 0.05):
        letter.y = _below(letter, entries, _two_parties(letter, top)) + letter.step
        return
    half = letter.width * rng.uniform(0.44, 0.54)
    buyer_right = rng.random() < 0.22
    buyer_x, meta_x = (letter.left + half + 12, letter.left) if buyer_right else (letter.left, letter.left + half + 12)
    buyer_w, meta_w = (letter.width - half - 12, half - 6) if buyer_right else (half - 6, letter.width - half - 12)
    bottom = _buyer(letter, buyer_x, top, buyer_w)
    if writer.record.ship_to and rng.random() < 0.7:
        bottom = _third(letter, meta_x, top, meta_w, bottom, entries)
    elif rng.random() < 0.68:
        style = keyvalues.draw_style(rng, meta_w)
        down = top + letter.step * rng.choice((0, 0, 1, 2))
        bottom = max(bottom, _entries(letter, entries, meta_x, down, meta_w, style))
    else:
        bottom = _below(letter, entries, bottom)
    letter.y = bottom + letter.step * rng.choice((0.6, 1.0, 2.0))


def _two_parties(letter: Letter, y: float) -> float:
    """Seller and buyer side by side, each under its label."""
    writer, half = letter.writer, letter.width / 2
    bold = writer.look.bold_labels
    seller = [tokens(writer.label("bill_to" if writer.swapped else "seller")), *blocks.seller_lines(writer)]
    buyer = [tokens(_addressee(writer)), *blocks.party_lines(writer, writer.record.buyer)]
    first, second = (seller, buyer) if letter.rng.random() < 0.8 else (buyer, seller)
    low = letter.lines(first, letter.left, y, half - 12, bold_first=bold)
    return max(low, letter.lines(second, letter.left + half, y, half, bold_first=bold))


def _addressee(writer: Writer) -> str:
    return writer.label("seller" if writer.swapped else "bill_to")


def _entries(letter: Letter, entries: list[keyvalues.Entry], x: float, y: float, width: float, style: str) -> float:
    look = letter.writer.look
    return keyvalues.key_values(
        letter.sheet, entries, x, y, width, style, keyvalues.Type(letter.size, letter.leading, look.bold_labels)
    )


def _below(letter: Letter, entries: list[keyvalues.Entry], y: float) -> float:
    """Metadata in full width below the parties, before or after the title."""
    rng = letter.rng
    if not entries:
        return y
    y += letter.step * rng.choice((0.8, 1.5))
    style = rng.choice(("grid", "grid", "inline", "two columns", "row"))
    if style != "two columns":
        return _entries(letter, entries, letter.left, y, letter.width * (0.6 if style == "row" else 1.0), style)
    cut = (len(entries) + 1) // 2
    width = letter.width / 2 - 10
    left = _entries(letter, entries[:cut], letter.left, y, width, "row")
    return max(left, _entries(letter, entries[cut:], letter.left + width + 20, y, width, "row"))


def _third(letter: Letter, x: float, y: float, width: float, bottom: float, entries: list[keyvalues.Entry]) -> float:
    """The consignee beside the buyer, and the metadata below both."""
    writer, consignee = letter.writer, letter.writer.record.ship_to
    assert consignee is not None
    lines = [tokens(writer.label("ship_to")), *blocks.party_lines(writer, consignee, field=None)]
    bottom = max(bottom, letter.lines(lines, x, y, width, bold_first=writer.look.bold_labels))
    return _below(letter, entries, bottom)


def _buyer(letter: Letter, x: float, y: float, width: float) -> float:
    writer, rng = letter.writer, letter.rng
    lines = blocks.party_lines(writer, writer.record.buyer)
    if rng.random() < 0.35 and writer.record.country.code not in ("US", "GB"):
        size = min(letter.size, 6.5)
        y = letter.lines([blocks.sender_line(writer)], x, y, width, size=size) + letter.step * 0.3
    elif rng.random() < 0.7:
        lines.insert(0, tokens(_addressee(writer)))
        return letter.lines(lines, x, y, width, bold_first=writer.look.bold_labels)
    return letter.lines(lines, x, y, width, bold_first=rng.random() < 0.15)


def _opening(letter: Letter, title: Line) -> None:
    """The title, where the header has none, with number and date in it when they stand nowhere else; a greeting."""
    writer, rng = letter.writer, letter.rng
    if letter.number_in_title:
        line = _numbered_title(letter)
    elif not letter.title_done:
        line = title
    else:
        line = []
    if line:
        size = letter.size * rng.uniform(1.1, 2.0)
        letter.y = letter.lines([line], letter.left, letter.y, letter.width, size=size, bold_first=rng.random() < 0.7)
        letter.y += letter.step * 0.6
    if rng.random() < 0.04 and writer.record.kind in ("invoice", "bill"):
        letter.paragraph(filled(writer, rng.choice(writer.language.text["pay_by"]).replace("{date}", "{due}")))
    if rng.random() < 0.35:
        letter.paragraph(writer.say("intro", group="text"))
    letter.y += letter.step * 0.5


def _numbered_title(letter: Letter) -> Line:
    """`Rechnung Nr. 17 vom 1.2.2024` as tokens; kinds without such a wording get title, number, date."""
    writer, record = letter.writer, letter.writer.record
    if record.kind not in ("invoice", "bill"):
        label, number = metadata.own_number(writer)
        return [
            *tokens(label),
            *number,
            *tokens(writer.label("invoice_date")),
            *writer.date(record.date, "invoice_date"),
        ]
    title = " ".join(token.text for token in _title(letter))
    form = writer.say("reference_line", group="text", number="{number}", date="{date}", title=title)
    line = filled(writer, form)
    if "{date}" not in form:
        line += [*tokens(writer.label("invoice_date")), *writer.date(record.date, "invoice_date")]
    return line


def filled(writer: Writer, form: str) -> Line:
    """A sentence with {number}, {date}, {due} and {amount} as labelled tokens; marks beside them are glued on."""
    record = writer.record
    makers: dict[str, Callable[[], Line]] = {
        "{number}": lambda: writer.text(record.number, metadata.NUMBER_FIELD.get(record.kind)),
        "{date}": lambda: writer.date(record.date, "invoice_date"),
        "{due}": lambda: writer.date(record.due, "due_date"),
        "{amount}": lambda: writer.amount(record.total, "grand_total", level="grand"),
    }
    line: Line = []
    for word in form.split():
        key = next((key for key in makers if key in word), None)
        if key is None:
            line.append(Token(word))
            continue
        before, after = word.split(key)
        if before:
            line.append(Token(before))
        made = makers[key]()
        line.append(made[0]._replace(glued=bool(before)))
        line.extend(made[1:])
        if after:
            line.append(Token(after, None, True))
    return line


def _items(letter: Letter) -> None:
    writer, rng = letter.writer, letter.rng
    size = letter.size * (1.0 if rng.random() < 0.7 else 0.92)
    columns = table.build_columns(writer, letter.sheet, letter.left, letter.width, size)
    letter.room_for(size * letter.leading * 4)
    letter.y = table.write_head(letter.sheet, writer, columns, letter.y, size, letter.leading)
    ruled, gap = rng.random() < 0.35, rng.choice((0.0, 0.0, 2.0, 4.0, 8.0))
    carried, sections = 0, rng.random() < 0.06
    for row in range(len(writer.record.lines)):
        cells = table.row_lines(letter.sheet, writer, columns, row, size)
        height = (max(len(lines) for lines in cells) + sections) * size * letter.leading + gap
        pages = len(letter.sheets)
        letter.room_for(height)
        if len(letter.sheets) > pages:
            letter.y = table.write_head(letter.sheet, writer, columns, letter.y, size, letter.leading)
            if writer.once("carried", 0.3) and writer.record.kind != "delivery_note":
                letter.sheet.put(letter.left, letter.y, tokens(writer.say("brought")), size)
                letter.sheet.put(letter.right, letter.y, tokens(writer.money(carried)), size, align="r", room=90)
                letter.y += size * letter.leading + gap
        if sections and rng.random() < 0.3:
            text = rng.choice(writer.language.goods["services"])
            letter.sheet.put(letter.left, letter.y, tokens(text), size, bold=True, room=letter.width * 0.6)
            letter.y += size * letter.leading + gap
        carried += writer.record.lines[row].total
        letter.y = table.write_row(letter.sheet, writer, columns, cells, letter.y, size, letter.leading) + gap
        if ruled:
            letter.sheet.rule(letter.left, letter.y - 1, letter.right, letter.y - 1)
    letter.y += letter.step * rng.choice((0.5, 1.0, 2.0))


def _sums(letter: Letter) -> None:
    writer, rng = letter.writer, letter.rng
    if writer.record.kind == "delivery_note":
        return
    size = letter.size
    letter.room_for(size * letter.leading * 8)
    width = letter.width * rng.choice((0.36, 0.42, 0.5, 0.5, 1.0))
    x = letter.left if rng.random() < 0.1 else letter.right - width
    width_left = letter.width - width - 20
    top = letter.y
    beside: float = top
    if width_left > 190 and x > letter.left and rng.random() < 0.3:
        beside = letter.lines(_side_text(letter), letter.left, top, width_left - 10)
    letter.y = max(beside, totals.write_totals(letter.sheet, writer, x, top, width, size)) + letter.step
    if totals.needs_tax_table(writer.record) and rng.random() < (0.5 if len(writer.record.bases) > 1 else 0.12):
        letter.room_for(size * letter.leading * 7)
        letter.y = totals.write_tax_table(letter.sheet, writer, letter.left, letter.y, min(size, 9.0)) + letter.step


def _side_text(letter: Letter) -> list[Line]:
    writer = letter.writer
    if letter.rng.random() < 0.5:
        return blocks.bank_lines(writer)
    return [tokens(letter.rng.choice(writer.language.text["notes"])) for _ in range(letter.rng.choice((1, 2)))]


def _closing(letter: Letter) -> None:
    """Payment, thanks, notices."""
    writer, rng = letter.writer, letter.rng
    text = writer.language.text
    if writer.record.kind in ("invoice", "bill") and rng.random() < 0.35:
        form = rng.choice(text["pay_by"]).replace("{date}", "{due}")
        letter.paragraph(filled(writer, form))
    elif rng.random() < 0.3:
        letter.paragraph(f"{writer.label('terms')} {rng.choice(text['terms'])}")
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3, 4))):
        letter.paragraph(rng.choice(text["notes"]))
    if rng.random() < 0.35:
        lines = blocks.bank_lines(writer)
        letter.room_for(len(lines) * letter.step)
        letter.y = letter.lines(lines, letter.left, letter.y, letter.width * 0.6) + letter.step * 0.5
    if rng.random() < 0.35:
        letter.paragraph(rng.choice(text["thanks"]))
    if rng.random() < 0.05:
        _stamp(letter)
    if writer.record.kind in ("invoice", "bill") and rng.random() < 0.07:
        _slip(letter)


def _stamp(letter: Letter) -> None:
    """What a reader added: paid or received, a later day, a name."""
    writer, rng = letter.writer, letter.rng
    letter.room_for(letter.step * 4)
    day = writer.record.date + datetime.timedelta(days=rng.randrange(1, 40))
    lines = [tokens(writer.say("paid").upper()), writer.date(day), tokens(writer.record.buyer.person)]
    middle = letter.left + letter.width * rng.uniform(0.25, 0.75)
    letter.y = letter.lines(
        lines[: rng.randrange(2, 4)], middle, letter.y, letter.width * 0.4, size=letter.size * 1.2, align="c"
    )


def _slip(letter: Letter) -> None:
    """A payment slip: who pays what to whom, once more."""
    writer, rng, record = letter.writer, letter.rng, letter.writer.record
    letter.room_for(letter.step * 14)
    letter.sheet.rule(letter.left - 10, letter.y, letter.right + 10, letter.y)
    top = letter.y + letter.step
    entries = [metadata.own_number(writer), (writer.label("grand_total"), writer.amount(record.total, "grand_total",
        level="grand")),
               (writer.label("customer_number"), tokens(record.customer_number)), (writer.label("due_date"),
                   writer.date(record.due, "due_date"))]  # fmt: skip
    if record.seller.iban:
        entries.append((writer.label("iban"), writer.iban(record.seller.iban, "iban")))
    rng.shuffle(entries)
    half = letter.width / 2
    payee = [writer.text(record.seller.name, "seller_name"), *writer.address(record.seller, "seller_address")]
    low = letter.lines(payee, letter.left, top, half - 12)
    low = letter.lines(blocks.party_lines(writer, record.buyer), letter.left, low + letter.step, half - 12)
    letter.y = max(
        low,
        _entries(
            letter, entries[: rng.randrange(2, 6)], letter.left + half, top, half, keyvalues.draw_style(rng, half)
        ),
    )


def _small_print(letter: Letter) -> None:
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
