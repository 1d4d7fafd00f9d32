"""What may follow the payment terms: a signature, the law in small print, whom the claim was sold to."""

from __future__ import annotations

from docengine.corpus.generator import blocks
from docengine.corpus.generator.letter import Letter
from docengine.corpus.generator.parties import party
from docengine.corpus.generator.sheet import Token, tokens

_LEGAL = {"fr": 0.4, "it": 0.25, "es": 0.2, "pt": 0.2}


def put_last(letter: Letter) -> None:
    """Any of them, at the end of the text."""
    rng, code = letter.rng, letter.writer.language.code
    if rng.random() < 0.07:
        signature(letter)
    if letter.writer.record.kind == "invoice" and rng.random() < 0.03:
        _factor(letter)
    if rng.random() < _LEGAL.get(code, 0.12):
        legal(letter)


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


def legal(letter: Letter) -> None:
    """A paragraph in small type, at the foot of the page where there is room."""
    rng, text = letter.rng, letter.rng.choice(letter.writer.language.text["legal"])
    size = min(letter.size, rng.choice((5.5, 6.0, 6.5, 7.0)))
    lines = letter.sheet.wrap(tokens(text), size, letter.width)
    high = len(lines) * size * 1.2
    letter.room_for(high)
    y = letter.y
    if rng.random() < 0.5 and letter.bottom - high > y:
        y = letter.bottom - high
    for line in lines:
        letter.sheet.put(letter.left, y, line, size, room=letter.width)
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
