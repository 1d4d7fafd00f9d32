"""A seller's name as letterheads show it: in one line or two, with a trade, an owner or a branch below."""

from __future__ import annotations

import random

from docengine.corpus.generator.naming import invented_brand, trade_line
from docengine.corpus.generator.parties import Party
from docengine.corpus.generator.sheet import Line, tokens
from docengine.corpus.generator.writer import Writer

_BROKEN = {2: 0.05, 3: 0.1, 4: 0.16}
"""How often a name of so many words stands in two lines; longer ones more often."""


def broken(rng: random.Random, line: Line, party: Party) -> list[Line]:
    """The name in one line, or in two: its legal form below it, or broken between any words."""
    count = len(line)
    if count < 2 or rng.random() >= _BROKEN.get(count, 0.25):
        return [line]
    brand = len(party.brand.split())
    formed = brand < count and party.name.startswith(party.brand)
    cut = brand if formed and rng.random() < 0.55 else rng.randrange(1, count)
    return [line[:cut], line[cut:]]


def name_lines(writer: Writer) -> list[Line]:
    """The seller's name, labelled, at times in capitals or with the register's number in brackets behind it."""
    seller, rng = writer.record.seller, writer.rng
    line = writer.text(seller.name, "seller_name")
    if rng.random() < 0.06 and writer.language.code != "tr":  # Turkish has capitals of its own
        line = [token._replace(text=token.text.upper()) for token in line]
    lines = broken(rng, line, seller)
    if seller.company and rng.random() < 0.015:
        lines[-1] = [*lines[-1], *tokens(f"({seller.registration.strip('()')})")]
    return lines


def below(writer: Writer) -> list[Line]:
    """What a letterhead says between name and address, no field of its own; mostly nothing."""
    rng, seller, language = writer.rng, writer.record.seller, writer.language
    style = rng.random()
    if not seller.company:
        return [tokens(rng.choice(language.companies["professions"]))] if style < 0.35 else []
    if style < 0.07:
        return [tokens(trade_line(rng, language))]
    if style < 0.105 and seller.person not in seller.name:
        return [tokens(rng.choice(language.companies["owners"]).format(name=seller.person))]
    if 0.105 <= style < 0.13:
        form = rng.choice(language.companies["branches"])
        return [tokens(form.format(city=seller.city, other=invented_brand(rng, language)))]
    return [tokens(rng.choice(language.text["slogans"]))] if 0.13 <= style < 0.14 else []
