"""The head of a receipt: who sells, where, and under which numbers, in the orders that tills print them."""

from __future__ import annotations

import random

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.addresses import address
from docengine.corpus.generator.naming import trade_line
from docengine.corpus.generator.outlets import place_of, registration
from docengine.corpus.generator.parties import person_name
from docengine.corpus.generator.roll import Roll
from docengine.corpus.generator.sheet import Token, tokens
from docengine.corpus.generator.signs import broken

ORDERS = {
    ("name", "register", "address", "contact", "tax"): 12, ("name", "register", "address", "tax", "contact"): 4,
    ("name", "register", "tax", "address", "contact"): 4, ("name", "address", "contact", "register", "tax"): 3,
    ("name", "address", "register", "tax", "contact"): 2, ("name", "tax", "address", "contact"): 2,
    ("name", "address", "contact"): 3, ("register", "name", "address", "contact", "tax"): 1,
    ("tax", "name", "address", "contact"): 1, ("name", "contact", "address", "tax"): 1, ("address", "contact",
    "name"): 0.4,
    ("name", "address", "tax"): 2,
}  # fmt: skip
"""What follows what, and how often."""


_PHONES = ("TEL / FAX", "H/P", "MOBILE /WHATSAPPS", "HOTLINE", "TEL NO", "TEL:-")


class Head:
    """The parts of the head; each writes its lines or nothing."""

    def __init__(self, roll: Roll) -> None:
        self.roll, self.rng, self.seller = roll, roll.rng, roll.writer.record.seller
        self.outlet = self._outlet()
        """A branch's name, which is neither the seller's name nor surely part of its address."""
        self.register = registration(self.rng, roll.writer.record.country)

    def _outlet(self) -> str:
        rng, seller = self.rng, self.seller
        if rng.random() < 0.78:
            return ""
        place = place_of(seller)
        if len(seller.address) > 3:
            place = rng.choice((place, seller.address[2]))
        number = identifiers.filled(rng, rng.choice(("####", "###", "@##", "@@##")))
        return rng.choice((
            f"({place})", f"{place}", f"{number}-{place}", f"{seller.brand} {place}", f"({seller.brand} {place})",
            f"{place} {self.roll.say('outlet')}", f"{self.roll.say('outlet')}: {place}",
            f"{self.roll.say('outlet')} {number}",
            f"{self.roll.say('outlet')} {number} {place}", f"{number} - {seller.brand} {place}",
        ))  # fmt: skip

    def name(self) -> None:
        roll, rng, seller = self.roll, self.rng, self.seller
        big, wide, bold = _emphasis(rng)
        line = roll.value(seller.name, "seller_name")
        self._logo(wide)
        if self.register and rng.random() < 0.4 and not wide:
            both = [*line, *roll.words(self.register)]
            if roll.sheet.measure(both, roll.size * big, bold) < roll.width:
                line, self.register = both, ""
        for part in broken(rng, line, seller):
            roll.head(part, size=roll.size * big, bold=bold, wide=wide)
        if self.outlet and rng.random() < 0.4:
            roll.head(roll.words(self.outlet))
            self.outlet = ""
        if rng.random() < 0.07:
            roll.head(roll.words(rng.choice(roll.writer.language.text.get("slogans") or ["..."])))
        if rng.random() < 0.12:
            roll.head(roll.words(trade_line(rng, roll.writer.language)))
        if rng.random() < 0.03:
            roll.head(roll.words(rng.choice(roll.writer.language.companies["owners"]).format(name=seller.person)))

    def _logo(self, wide: bool) -> None:
        """The brand above the company's name, as OCR reads it from a logo; or another name that the shop goes by."""
        roll, rng, seller = self.roll, self.rng, self.seller
        if rng.random() > 0.24:
            return
        text = (
            seller.brand
            if rng.random() < 0.7
            else f"{rng.choice(roll.writer.language.companies['words'])} "
            + str(rng.choice(roll.writer.language.companies["nouns"]))
        )
        text = text.split()[0] if rng.random() < 0.25 else text
        label = roll.writer.tag("seller_name")._replace(certain=False)
        line = [Token(token.text, label) for token in roll.words(text)]
        roll.head(line, size=roll.size * rng.choice((1.0, 1.5, 2.0, 2.5)), bold=True, wide=wide and rng.random() < 0.5)
        if rng.random() < 0.25:
            roll.gap(rng.uniform(0.3, 2.0))

    def register_line(self) -> None:
        if self.register:
            self.roll.head(self.roll.words(self.register))

    def address(self) -> None:
        roll, rng, writer = self.roll, self.rng, self.roll.writer
        if rng.random() < 0.05:
            return
        lines = address_lines(rng, self.seller.address, roll.columns)
        if rng.random() < 0.08:
            lines.append(self.seller.country)
        label = writer.tag("seller_address")
        lines = [line.upper() for line in lines] if roll.upper else lines
        writer.values.setdefault("seller_address", " ".join(" ".join(lines).split()))
        for line in lines:
            roll.head(tokens(line, label))
        if self.outlet:
            label = writer.tag("seller_address")._replace(certain=False)
            roll.head([Token(token.text, label) for token in roll.words(self.outlet)])
        if rng.random() < 0.05:
            self._head_office()

    def _head_office(self) -> None:
        """The company's other address; which one is the seller's, nobody can say."""
        roll = self.roll
        lines, _ = address(self.rng, roll.writer.language, roll.writer.record.country)
        label = roll.writer.tag("seller_address")._replace(certain=False)
        line = [Token(token.text, label) for token in roll.words(", ".join(lines))]
        roll.head([*roll.label("head_office"), *line])

    def contact(self) -> None:
        roll, rng, seller = self.roll, self.rng, self.seller
        if rng.random() < 0.72:
            other = rng.random() < 0.3 and roll.writer.language.code == "en"
            line = roll.words(rng.choice(_PHONES) if other else roll.say("phone"))
            mark = roll.writer.once("phone mark", 0.7)
            line = [*line[:-1], Token(line[-1].text + (roll.colon.strip() or ":"))] if mark else line
            line = [] if rng.random() < 0.14 else line
            line = [*line, *tokens(seller.phone)]
            if rng.random() < 0.07:
                line += [Token("/"), *tokens(identifiers.phone(rng, "01#-#######"))]
            if rng.random() < 0.35:
                fax = [*roll.label("fax"), *tokens(seller.fax)]
                if rng.random() < 0.55:
                    line += [Token("|"), *fax] if rng.random() < 0.1 else fax
                else:
                    roll.head(line)
                    line = fax
            roll.head(line)
        for text, key in ((seller.email, "email"), (seller.web, "web")):
            if rng.random() < 0.12:
                roll.head([*(roll.label(key) if rng.random() < 0.4 else []), *roll.words(text)])
        if rng.random() < 0.03:
            roll.head(tokens(f"SITE{roll.colon} {rng.randrange(1000, 9999)}"))

    def tax(self) -> None:
        roll, rng, seller = self.roll, self.rng, self.seller
        if rng.random() > (0.85 if roll.writer.record.country.code == "MY" else 0.65):
            return
        label = seller.tax_id_label.rstrip(":") + rng.choice((":", " :", "", ":", ": ", ".:", " . :"))
        number = roll.writer.text(seller.tax_id, "seller_tax_id")
        style = rng.random() * (0.75 if roll.writer.record.country.code == "MY" else 1.0)
        line = [*roll.words(label), *number]
        if style < 0.3:
            line = [line[0]._replace(text="(" + line[0].text), *line[1:], Token(")", None, True)]
        elif style < 0.34:
            line = [Token("("), *line, Token(")")]
        roll.head(line)


def _emphasis(rng: random.Random) -> tuple[float, bool, bool]:
    """(size, double width, bold) of the seller's name."""
    style = rng.random()
    if style < 0.6:
        return 1.0, False, rng.random() < 0.3
    if style < 0.75:
        return 1.0, True, False
    return rng.uniform(1.1, 2.0), False, rng.random() < 0.6


def write_head(roll: Roll) -> None:
    rng, head = roll.rng, Head(roll)
    _above(roll)
    parts = {"name": head.name, "register": head.register_line, "address": head.address, "contact": head.contact,
             "tax": head.tax}  # fmt: skip
    for part in rng.choices(tuple(ORDERS), tuple(ORDERS.values()))[0]:
        parts[part]()
    if rng.random() < 0.05:
        hours = rng.choice(
            ("MON-SAT 7.30AM-6.00PM", "10:00 - 22:00", "SUN-THU: 1000 HRS - 2230 HRS", "8-20", "24H", "7/7")
        )
        roll.head([*roll.label("opening_hours"), *tokens(hours)])


def _above(roll: Roll) -> None:
    """What stands above the shop's name now and then: a customer, a number, thanks."""
    rng, style = roll.rng, roll.rng.random()
    if style < 0.045:
        roll.head(roll.words(person_name(rng, roll.writer.language)))
    elif style < 0.08:
        number = tokens(identifiers.filled(rng, rng.choice(("#######", "#-#######", "@", "@#####", "###"))))
        roll.line(number, align=rng.choice("lccr"))
    elif style < 0.1:
        roll.head(roll.words(rng.choice(roll.writer.language.text["receipt_notes"])))
    elif style < 0.115:
        roll.head([*roll.label("other_number"), *tokens(str(rng.randrange(1, 9999)))])
    elif style < 0.13:
        roll.line(roll.words(roll.say("merchant_copy")), align="c")


def address_lines(rng: random.Random, parts: list[str], columns: int) -> list[str]:
    """The address as a till breaks it: at its parts, anywhere, or in one line; commas at the ends or none."""
    parts = [" ".join(part.split()).rstrip(",") for part in parts]
    comma = rng.choice((", ", ", ", ", ", ",", ",", ", ")) if rng.random() < 0.9 else " "
    style = rng.random()
    if len(parts[0]) < 9 and len(parts) > 2 and rng.random() < 0.8:
        parts[:2] = [comma.join(parts[:2])]
    if style < 0.22:
        lines = [comma.join(parts)]
    elif style < 0.42:
        lines = parts
    else:
        lines, room = [parts[0]], columns * rng.uniform(0.45, 0.95)
        for part in parts[1:]:
            if len(lines[-1]) + len(part) + 2 <= room:
                lines[-1] += comma + part
            else:
                lines.append(part)
    if len(lines) > 2 and len(lines[-1]) < 12 and rng.random() < 0.8:
        lines[-2:] = [comma.join(lines[-2:])]
    if comma.strip() and rng.random() < 0.65:
        lines = [line + comma.strip() for line in lines[:-1]] + lines[-1:]
    if rng.random() < 0.25 and not lines[-1].endswith("."):
        lines[-1] += "."
    return lines
