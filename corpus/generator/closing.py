"""What may follow the payment terms: a signature, the law in small print, whom the claim was sold to."""

from __future__ import annotations

from docengine.corpus.generator import blocks
from docengine.corpus.generator.letter import Letter
from docengine.corpus.generator.parties import party
from docengine.corpus.generator.sentences import filled
from docengine.corpus.generator.sheet import Line, Token, tokens

_LEGAL = {"fr": 0.4, "it": 0.25, "es": 0.2, "pt": 0.2}
_IMPRINTS = {"fr": 0.25, "it": 0.2, "es": 0.15, "de": 0.12}
"""How often a line in small type names the firm with its register, by language."""


def put_last(letter: Letter) -> None:
    """Any of them, at the end of the text."""
    rng, code = letter.rng, letter.writer.language.code
    if rng.random() < 0.07:
        signature(letter)
    if letter.writer.record.kind == "invoice" and rng.random() < 0.03:
        _factor(letter)
    if rng.random() < 0.035 and not letter.writer.swapped:
        colophon(letter)
    if rng.random() < _LEGAL.get(code, 0.12):
        _small_print(letter, tokens(rng.choice(letter.writer.language.text["legal"])))
    if rng.random() < _IMPRINTS.get(code, 0.1) and letter.writer.record.seller.company and not letter.writer.swapped:
        _small_print(letter, filled(letter.writer, rng.choice(letter.writer.language.text["imprints"])))


def signature(letter: Letter) -> None:
    """Strokes above a line, the name of who signs, and now and then the firm's."""
    writer, rng, sheet = letter.writer, letter.rng, letter.sheet
    letter.room_for(letter.step * 6)
    sheet = letter.sheet
    x = letter.left if rng.random() < 0.6 else letter.left + letter.width * 0.6
    y = letter.y + letter.step
    if rng.random() < 0.4:
        y = letter.lines([writer.text(writer.record.seller.name, "seller_name")], x, y, letter.width * 0.4)
    sheet.shapes.append(("scribble", x + 5, y, x + rng.uniform(70, 120), y + letter.step * 1.8, 0.2))
    y += letter.step * 2
    if rng.random() < 0.5:
        sheet.rule(x, y, x + letter.width * 0.35, y)
    letter.y = letter.lines([blocks.person(writer, writer.record.seller)], x, y + 2, letter.width * 0.4) + letter.step


def colophon(letter: Letter) -> None:
    """Thanks, and below them who sells, in the middle of the page, as web shops end their mails."""
    writer, rng = letter.writer, letter.rng
    seller, address = writer.record.seller, writer.address(writer.record.seller, "seller_address")
    lines = [tokens(rng.choice(writer.language.text["notes"])), writer.text(seller.name, "seller_name")]
    lines += [blocks.joined(address, ",")] if rng.random() < 0.7 else address
    lines += [tokens(seller.email)] if rng.random() < 0.6 else []
    letter.room_for(letter.step * (len(lines) + 3))
    y = letter.y + letter.step * 2
    letter.y = letter.lines(lines[rng.randrange(2) :], letter.left + letter.width / 2, y, letter.width, align="c")


def _small_print(letter: Letter, text: Line) -> None:
    """A paragraph in small type, at the foot of the page where there is room."""
    rng = letter.rng
    size = min(letter.size, rng.choice((5.5, 6.0, 6.5, 7.0)))
    lines = letter.sheet.wrap(text, size, letter.width)
    high = len(lines) * size * 1.2
    letter.room_for(high)
    y = letter.y
    if rng.random() < 0.5 and letter.bottom - high > y:
        y = letter.bottom - high
    align = rng.choice("lllc")
    x = letter.left + (letter.width / 2 if align == "c" else 0)
    for line in lines:
        letter.sheet.put(x, y, line, size, align=align, room=letter.width)
        y += size * 1.2
    letter.y = max(letter.y, y)


def _factor(letter: Letter) -> None:
    """Another firm to which the buyer is to pay: neither seller nor buyer."""
    writer, rng = letter.writer, letter.rng
    firm = party(rng, writer.language, writer.record.country)
    lines = [tokens(writer.label("factor")), tokens(firm.name), *[tokens(line) for line in firm.address]]
    if firm.iban:
        label = writer.tag("iban")._replace(certain=False)
        lines.append([*tokens(writer.label("iban")), Token(firm.iban, label)])
    lines = [blocks.joined(lines, ",")] if rng.random() < 0.3 else lines
    letter.room_for(len(lines) * letter.step)
    letter.y = letter.lines(lines, letter.left, letter.y, letter.width * 0.6) + letter.step
