"""Documents of an office: header, parties, metadata, table, sums and small print, composed at random."""

from __future__ import annotations

from docengine.corpus.generator import blocks, keyvalues, metadata
from docengine.corpus.generator.body import (
    filled,
    put_closing,
    put_entries,
    put_items,
    put_small_print,
    put_sums,
)
from docengine.corpus.generator.letter import Letter
from docengine.corpus.generator.sheet import Line, Sheet, tokens
from docengine.corpus.generator.writer import Writer


def write_letter(writer: Writer) -> list[Sheet]:
    """All pages of an invoice, a quote, an order, a bill and their like."""
    letter = Letter(writer)
    title = _title(letter)
    _header(letter, title)
    _parties_and_metadata(letter)
    _opening(letter, title)
    put_items(letter)
    put_sums(letter)
    put_closing(letter)
    put_small_print(letter)
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
    return put_entries(letter, metadata.entries(letter.writer), letter.right - width, y, width, style)


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
        bottom = max(bottom, put_entries(letter, entries, meta_x, down, meta_w, style))
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


def _below(letter: Letter, entries: list[keyvalues.Entry], y: float) -> float:
    """Metadata in full width below the parties, before or after the title."""
    rng = letter.rng
    if not entries:
        return y
    y += letter.step * rng.choice((0.8, 1.5))
    style = rng.choice(("grid", "grid", "inline", "two columns", "row"))
    if style != "two columns":
        return put_entries(letter, entries, letter.left, y, letter.width * (0.6 if style == "row" else 1.0), style)
    cut = (len(entries) + 1) // 2
    width = letter.width / 2 - 10
    left = put_entries(letter, entries[:cut], letter.left, y, width, "row")
    return max(left, put_entries(letter, entries[cut:], letter.left + width + 20, y, width, "row"))


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
