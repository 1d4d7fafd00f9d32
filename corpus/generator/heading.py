"""Blocks that say who writes and what it is: letterheads, logos, banners, titles, place and date."""

from __future__ import annotations

from docengine.corpus.generator import blocks, signs
from docengine.corpus.generator.letter import Letter, Slot
from docengine.corpus.generator.metadata import own_number
from docengine.corpus.generator.naming import invented_brand
from docengine.corpus.generator.sentences import filled, seat
from docengine.corpus.generator.sheet import Line, Token, tokens

MARKS = ("", "|", ",", "-", "·", "•", "–", "/")


def title_line(letter: Letter) -> Line:
    """What the document is called."""
    writer, kind = letter.writer, letter.title
    if letter.wording:
        return tokens(letter.wording)
    if kind == "invoice" and not writer.swapped and writer.once("proforma", 0.025):
        kind = "proforma"
    return tokens(writer.say(kind, group="titles"))


def name(letter: Letter, slot: Slot) -> float:
    """The seller's name, mostly large, and at times what the firm does."""
    rng = letter.rng
    size = letter.size * rng.uniform(1.3, 2.6) if rng.random() < 0.6 else letter.size
    first, *rest = signs.name_lines(letter.writer)
    bold = rng.random() < 0.75
    y = letter.block([first], slot, size=size, bold_first=bold)
    y = letter.block(rest, slot.at(y), size=size * rng.choice((1.0, 1.0, 0.6)), bold_first=bold)
    return letter.block(signs.below(letter.writer), slot.at(y), size=letter.size * rng.choice((0.8, 0.9, 1.0)))


def address(letter: Letter, slot: Slot) -> float:
    size = letter.size * (0.85 if letter.rng.random() < 0.25 else 1.0)
    return letter.block(blocks.seller_lines(letter.writer, name=False), slot, size=size)


def seller(letter: Letter, slot: Slot) -> float:
    """Name, address and how to reach them."""
    if letter.rng.random() < 0.55:
        return address(letter, slot.at(name(letter, slot)))
    return letter.block(blocks.seller_lines(letter.writer), slot, bold_first=letter.rng.random() < 0.5)


def sender(letter: Letter, slot: Slot) -> float:
    """Seller under a label, as one of the parties."""
    writer = letter.writer
    label = tokens(writer.label("bill_to" if writer.swapped else "seller"))
    return letter.block([label, *blocks.seller_lines(writer)], slot, bold_first=writer.look.bold_labels)


def sold_by(letter: Letter, slot: Slot) -> float:
    writer = letter.writer
    label = tokens(writer.label("sold_by"))
    if letter.rng.random() < 0.4:
        lines = [
            [*label, *writer.text(writer.record.seller.name, "seller_name")],
            *writer.address(writer.record.seller, "seller_address"),
        ]
    else:
        lines = [label, *blocks.seller_lines(writer)]
    return letter.block(lines, slot, bold_first=writer.look.bold_labels)


def contact(letter: Letter, slot: Slot) -> float:
    return letter.block(blocks.contact_lines(letter.writer), slot)


def register(letter: Letter, slot: Slot) -> float:
    return letter.block(blocks.register_lines(letter.writer), slot)


def one_line(letter: Letter, slot: Slot) -> float:
    """Everything about the seller in one or two lines, parted by a mark."""
    writer = letter.writer
    parts = [writer.text(writer.record.seller.name, "seller_name"), *blocks.seller_lines(writer, name=False)]
    line = blocks.joined(parts, letter.rng.choice(MARKS))
    return letter.block([line], slot, size=min(letter.size, letter.rng.choice((6.5, 7.0, 8.0, 9.0))))


def logo(letter: Letter, slot: Slot) -> float:
    """A shape, the brand's words, or both."""
    rng, sheet, party = letter.rng, letter.sheet, letter.writer.record.seller
    shape = rng.random() < 0.55
    side = rng.uniform(18, 52)
    x = {"l": slot.x, "c": slot.x + slot.width / 2 - side / 2, "r": slot.x + slot.width - side}[slot.align]
    if shape:
        kind = rng.choice(("disc", "square", "triangle", "diamond", "ring", "disc", "square"))
        sheet.shapes.append((kind, x, slot.y, x + side, slot.y + side, rng.choice((0.2, 0.4, 0.55, 0.7))))
        if rng.random() < 0.35:
            letter.done.add("mark only")
            return slot.y + side + 4
    lines = signs.broken(rng, _wordmark(letter), party)
    if rng.random() < 0.025:
        lines[-1] = [*lines[-1], Token(rng.choice("®™"), None, True)]
    size = letter.size * rng.uniform(1.3, 3.0)
    if shape and slot.align == "l" and rng.random() < 0.6:
        beside = Slot(slot.x + side + 6, slot.y + max(0.0, side / 2 - size * 0.6), slot.width - side - 6)
        return max(slot.y + side + 4, letter.block(lines, beside, size=size, bold_first=True))
    return letter.block(lines, slot.at(slot.y + (side + 4 if shape else 0)), size=size, bold_first=True)


def _wordmark(letter: Letter) -> Line:
    """The name itself; or the brand without its legal form, or a trade mark, which may be meant as the name or not.

    Where only the first word of a name is drawn that stands in full elsewhere, nobody would take it for the name.
    """
    writer, rng, party = letter.writer, letter.rng, letter.writer.record.seller
    style = rng.random()
    first, *rest = party.brand.split()
    if style < 0.15 and rest and "logo names" not in letter.done and first not in writer.language.companies["nouns"]:
        return tokens(first)
    label = writer.tag(writer.role("seller_name") or "seller_name")._replace(certain=False)
    if style > 0.94 and "logo names" not in letter.done:
        return tokens(invented_brand(rng, writer.language), label)
    if party.brand == party.name:
        return writer.text(party.brand, "seller_name")
    return tokens(party.brand, label)


def platform(letter: Letter, slot: Slot) -> float:
    """Whose market place it is: another firm, neither seller nor buyer."""
    mark = tokens(invented_brand(letter.rng, letter.writer.language))
    return letter.block([mark], slot, size=letter.size * letter.rng.uniform(1.3, 2.6), bold_first=True)


def authority(letter: Letter, slot: Slot) -> float:
    """The office through which the law has it issued, and the title, as on Brazilian notes of service."""
    writer, rng = letter.writer, letter.rng
    names = writer.record.country.extra.get("authorities")
    if not names:
        return slot.y
    letter.done.add("title")
    city = writer.record.seller.city.upper()
    lines = [tokens(text.format(city=city)) for text in rng.choice(names)]
    return letter.block([*lines, title_line(letter)], slot, bold_first=rng.random() < 0.6)


def banner(letter: Letter, slot: Slot) -> float:
    """A dark or grey band over the whole page with the name in it."""
    writer, rng, sheet = letter.writer, letter.rng, letter.sheet
    dark = rng.random() < 0.6
    size, small = letter.size * rng.uniform(1.4, 2.4), letter.size * 0.85
    lines = [writer.text(writer.record.seller.name, "seller_name")]
    more = blocks.joined(blocks.contact_lines(writer), rng.choice(("", "|", "·"))) if rng.random() < 0.4 else []
    parts = sheet.wrap(lines[0], size, slot.width, True)
    below = sheet.wrap(more, small, slot.width)
    high = 12 + len(parts) * size * 1.2 + len(below) * small * 1.3
    edge = rng.choice((0.0, slot.x - 6))
    top = 0.0 if edge == 0.0 and slot.y < 70 else slot.y
    sheet.fill(
        edge, top, letter.paper[0] - edge if edge == 0 else letter.right + 6, slot.y + high, 0.22 if dark else 0.86
    )
    sheet.inverse = dark
    y = slot.y + 5
    align = rng.choice("llcr")
    at = slot._replace(align=align)
    for part, big, bold in [*((part, size, True) for part in parts), *((part, small, False) for part in below)]:
        sheet.put(at.anchor, y, part, big, bold=bold, align=align, room=slot.width)
        y += big * 1.25
    sheet.inverse = False
    return slot.y + high + 6


def title(letter: Letter, slot: Slot) -> float:
    if "title" in letter.done:
        return slot.y
    letter.done.add("title")
    size = letter.size * letter.rng.uniform(1.1, 2.4)
    line = title_line(letter)
    if len(line) == 1 and slot.width > 250 and letter.rng.random() < 0.05:
        line = [Token(char) for char in line[0].text.upper()]
    return letter.block([line], slot, size=size, bold_first=letter.rng.random() < 0.75)


def numbered(letter: Letter, slot: Slot) -> float:
    """`Rechnung Nr. 17 vom 1.2.2024` as the title."""
    letter.done.add("title")
    size = letter.size * letter.rng.uniform(1.0, 1.8)
    return letter.block([numbered_title(letter)], slot, size=size, bold_first=letter.rng.random() < 0.7)


def numbered_title(letter: Letter) -> Line:
    """Kinds without such a wording get title, number, date."""
    writer, record = letter.writer, letter.writer.record
    if record.kind not in ("invoice", "bill"):
        label, number = own_number(writer)
        date = [*tokens(writer.label("invoice_date")), *writer.date(record.date, "invoice_date")]
        return [*tokens(label), *number, *date]
    words = " ".join(token.text for token in title_line(letter))
    form = writer.say("reference_line", group="text", number="{number}", date="{date}", title=words)
    line = filled(writer, form)
    if "{date}" not in form:
        line += [*tokens(writer.label("invoice_date")), *writer.date(record.date, "invoice_date")]
    return line


def place(letter: Letter, slot: Slot) -> float:
    """`Berlin, den 3. Mai 2021`."""
    writer = letter.writer
    if seat(writer):
        line = filled(writer, letter.rng.choice(writer.language.text["place_date"]))
    else:
        line = writer.date(writer.record.date, "invoice_date")
    return letter.block([line], slot)


def slogan(letter: Letter, slot: Slot) -> float:
    text = letter.rng.choice(letter.writer.language.text["slogans"])
    return letter.block([tokens(text)], slot, size=letter.size * 0.85)


def sidebar(letter: Letter, slot: Slot) -> float:
    """The seller in a narrow column beside everything else, from now on outside the margins."""
    writer, rng = letter.writer, letter.rng
    wide = letter.paper[0] * rng.uniform(0.19, 0.26)
    right = rng.random() < 0.7
    x = letter.right - wide if right else letter.left
    groups = [
        blocks.seller_lines(writer),
        blocks.register_lines(writer),
        blocks.bank_lines(writer),
        blocks.contact_lines(writer),
    ]
    y = slot.y + rng.choice((0, 40, 90))
    size = min(letter.size, rng.choice((6.5, 7.0, 7.5, 8.0)))
    for lines in groups[: rng.randrange(1, 5)]:
        y = letter.lines(lines, x, y, wide, size=size, bold_first=rng.random() < 0.3) + letter.step
    if right:
        letter.right -= wide + 14
    else:
        letter.left += wide + 14
    if rng.random() < 0.3:
        edge = letter.right + 7 if right else letter.left - 7
        letter.sheet.rule(edge, 30, edge, letter.bottom)
    return slot.y


def typed(letter: Letter, slot: Slot) -> float:
    """From here on as a typewriter writes; nothing of its own."""
    letter.face = letter.sheet.face = "mono"
    letter.size = min(letter.size, 9.5)
    if letter.rng.random() < 0.3:
        rule = tokens("-" * int(slot.width / letter.size / 0.6))
        return letter.block([rule], slot)
    return slot.y


def drop(letter: Letter, slot: Slot) -> float:
    """Down to where a window envelope shows the address (DIN 5008: 45 mm, 2 inches in letters)."""
    return max(slot.y, min(letter.paper[1] * 0.17, 127.0) if letter.paper[1] > 700 else slot.y + 8)
