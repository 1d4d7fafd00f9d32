"""Blocks of a letter: who sells, who buys, the bank, small print. Each is a list of lines of tokens."""

from __future__ import annotations

from docengine.corpus.generator import identifiers, signs
from docengine.corpus.generator.parties import Party, person_name
from docengine.corpus.generator.sheet import Line, Token, tokens
from docengine.corpus.generator.vocabulary import lexicon
from docengine.corpus.generator.writer import Writer


def ended(line: Line, mark: str) -> Line:
    """The line with a comma or a full stop at its last word, which is one word with it as recognisers see it."""
    return [*line[:-1], line[-1]._replace(text=line[-1].text + mark)] if line else line


def joined(lines: list[Line], mark: str) -> Line:
    """Lines as one, with `mark` between them; a comma ends the word before."""
    out: Line = []
    for line in lines:
        if out and mark:
            out = ended(out, mark) if mark in (",", ";") else [*out, Token(mark)]
        out = [*out, *line]
    return out


def seller_lines(writer: Writer, *, name: bool = True) -> list[Line]:
    """Name, address and a choice of contact lines, labelled; now and then the trade below the name."""
    rng, seller = writer.rng, writer.record.seller
    lines: list[Line] = [*signs.name_lines(writer), *signs.below(writer)] if name else []
    address = writer.address(seller, "seller_address", country=rng.random() < 0.2)
    style = rng.random()
    if style < 0.2:
        address = [joined(address, rng.choice((",", ",", "-", "·", "•")))]
    elif style < 0.26:
        address = captioned_address(writer, address)
    elif style < 0.3 and name:
        line = [writer.text(seller.name, "seller_name"), *address]
        return [joined(line, rng.choice((",", "·", "-", "|"))), *contact_lines(writer)]
    elif style < 0.33:
        return [*lines, *contact_lines(writer), *address]
    return lines + address + contact_lines(writer)


def captioned_address(writer: Writer, address: list[Line]) -> list[Line]:
    """The address's lines under captions: `Street: ...`, `City: ...`."""
    if len(address) == 1:
        return [[*tokens(writer.label("address_label")), *address[0]]]
    captions = {0: "address_label", len(address) - 1: "city_label"}
    return [[*tokens(writer.label(captions[i])), *line] if i in captions else line for i, line in enumerate(address)]


def contact_lines(writer: Writer) -> list[Line]:
    rng, seller = writer.rng, writer.record.seller
    chosen = [("phone", seller.phone), ("fax", seller.fax), ("email", seller.email), ("web", seller.web)]
    lines = [_pair(writer, key, text) for key, text in chosen if rng.random() < (0.65 if key == "phone" else 0.4)]
    if rng.random() < 0.3:
        lines.append(tax_line(writer))
    if rng.random() < 0.1:
        lines.append(_pair(writer, "registration", seller.registration))
    if rng.random() < 0.12:
        rng.shuffle(lines)
    return [joined(lines, rng.choice(("", "|", ",", "-")))] if lines and rng.random() < 0.12 else lines


def _pair(writer: Writer, key: str, text: str) -> Line:
    bare = writer.once(f"bare {key}", 0.5 if key in ("email", "web") else 0.08)
    return tokens(text) if bare else [*tokens(writer.label(key)), *tokens(text)]


def tax_line(writer: Writer) -> Line:
    seller = writer.record.seller
    return [*tokens(writer.with_colon(seller.tax_id_label)), *writer.text(seller.tax_id, "seller_tax_id")]


def sender_line(writer: Writer) -> Line:
    """The small line above a window address (DIN 5008)."""
    seller, rng = writer.record.seller, writer.rng
    mark = rng.choice(("·", "-", "•", ",", "|", "●", ""))
    return joined([writer.text(seller.name, "seller_name"), *writer.address(seller, "seller_address")], mark)


def party_lines(writer: Writer, party: Party, *, field: str | None = "buyer") -> list[Line]:
    """Name and address of a buyer, labelled as such; of a consignee (`field` None) unlabelled."""
    rng = writer.rng
    name = writer.text(party.name, f"{field}_name" if field else None)
    lines = [name]
    if not party.company:
        lines = _titled(writer, name, f"{field}_name" if field else None)
    else:
        lines = signs.broken(rng, name, party)
        if rng.random() < 0.3:
            lines.insert(rng.choice((len(lines), len(lines), len(lines), 0)), _person(writer, party))
        if rng.random() < 0.1:
            lines.insert(
                rng.choice((len(lines), len(lines), 0)), tokens(rng.choice(writer.language.text["departments"]))
            )
    if field and rng.random() < 0.025:
        lines.insert(0, [*tokens(writer.label("customer_number")), *tokens(writer.record.customer_number)])
    address = writer.address(party, f"{field}_address" if field else None, country=rng.random() < 0.2)
    style = rng.random()
    if style < 0.06:
        address = [joined(address, rng.choice((",", ",", "-", "")))]
    elif style < 0.09:
        address = captioned_address(writer, address)
    lines += address
    if rng.random() < 0.1:
        lines.append(tokens(party.phone) if rng.random() < 0.4 else _pair(writer, "phone", party.phone))
    if rng.random() < 0.07:
        lines.append(tokens(party.email) if rng.random() < 0.6 else _pair(writer, "email", party.email))
    if party.company and field and rng.random() < 0.14:
        label = writer.label("buyer_tax_id") if rng.random() < 0.6 else writer.with_colon(party.tax_id_label)
        lines.append([*tokens(label), *tokens(party.tax_id)])
    if field and rng.random() < 0.05:
        lines.append([*tokens(writer.label("customer_number")), *tokens(writer.record.customer_number)])
    return lines


def _titled(writer: Writer, name: Line, field: str | None) -> list[Line]:
    """A private person's name, at times with how one addresses them: on a line of its own, or before the name.

    Some would call the latter a part of the name.
    """
    rng = writer.rng
    style = rng.random()
    if style > 0.18 or len(name) > 3:
        return [name]
    title = rng.choice(writer.language.companies["honorifics"])
    if style < 0.12:
        return [tokens(title), name]
    field = writer.role(field)
    return [[*tokens(title, writer.tag(field)._replace(certain=False) if field else None), *name]]


def _person(writer: Writer, party: Party) -> Line:
    rng, style = writer.rng, writer.rng.random()
    if style < 0.4:
        return tokens(f"{rng.choice(writer.language.companies['letters'])} {party.person}")
    return tokens(f"{writer.say('attention')} {party.person}" if style < 0.7 else party.person)


def person(writer: Writer, party: Party) -> Line:
    """Who speaks for a party. A private person is the party, and the name may then be meant as the field or not."""
    if party.company:
        return tokens(party.person)
    field = writer.role("seller_name" if party is writer.record.seller else "buyer_name")
    return tokens(party.person, writer.tag(field)._replace(certain=False) if field else None)


def bank_lines(writer: Writer) -> list[Line]:
    """Account details: IBAN and BIC, or account and sort code; now and then of two banks."""
    rng, seller = writer.rng, writer.record.seller
    lines: list[Line] = []
    if rng.random() < 0.3:
        lines.append(tokens(writer.label("bank")) if rng.random() < 0.5 else [])
    if rng.random() < 0.3:
        lines.append([*tokens(writer.label("account_name")), *writer.text(seller.name, "seller_name")])
    lines.append(tokens(seller.bank) if rng.random() < 0.6 else [*tokens(writer.label("bank")), *tokens(seller.bank)])
    if seller.iban and rng.random() < 0.92:
        lines.append([*tokens(writer.label("iban")), *writer.iban(seller.iban, "iban")])
        if rng.random() < 0.8:
            lines.append([*tokens(writer.label("bic")), *tokens(seller.bic)])
        if rng.random() < 0.08:
            lines += _other_bank(writer)
    else:
        number = f"{rng.randrange(10**6, 10**10)}"
        lines.append([*tokens(writer.label("account")), *tokens(number)])
        lines.append([*tokens(writer.label("sort_code")), *tokens(f"{rng.randrange(10**5, 10**8)}")])
    return [line for line in lines if line]


def _other_bank(writer: Writer) -> list[Line]:
    """A second account, as good as the first: which of the two is meant cannot be told."""
    rng, code = writer.rng, writer.record.country.code
    bank, bic = rng.choice(lexicon()["banks"].get(code) or lexicon()["banks"]["GB"])
    text = identifiers.iban(rng, code, bic)
    if writer.once("iban in groups", 0.7):
        text = " ".join(text[i : i + 4] for i in range(0, len(text), 4))
    label = writer.tag("iban")._replace(certain=False)
    return [
        tokens(bank),
        [*tokens(writer.label("iban")), *tokens(text, label)],
        [*tokens(writer.label("bic")), *tokens(bic)],
    ]


def register_lines(writer: Writer) -> list[Line]:
    """Register, tax number, who runs the firm, and now and then its accountants."""
    rng, seller = writer.rng, writer.record.seller
    lines = [_pair(writer, "registration", seller.registration), tax_line(writer)]
    style = rng.random()
    if style < 0.3:
        lines.append(person(writer, seller))
    elif style < 0.6 and seller.company:
        people = [seller.person, person_name(rng, writer.language)][: rng.randrange(1, 3)]
        lines.append([*tokens(writer.label("director")), *tokens(", ".join(people))])
    if rng.random() < 0.07:
        lines.append(
            [
                *tokens(writer.label("adviser")),
                *tokens(f"{person_name(rng, writer.language)} & {rng.choice(writer.language.last_names)}"),
            ]
        )
    return lines


def footer_columns(writer: Writer) -> list[list[Line]]:
    """One to four columns of small print: address, contact, bank, register."""
    rng, seller = writer.rng, writer.record.seller
    address = [writer.text(seller.name, "seller_name"), *writer.address(seller, "seller_address")]
    contact = [_pair(writer, key, text) for key, text in
               (("phone", seller.phone), ("fax", seller.fax), ("email", seller.email), ("web",
                   seller.web))]  # fmt: skip
    columns = [address, contact[: rng.randrange(1, 5)], bank_lines(writer), register_lines(writer)]
    chosen = [column for column in columns if rng.random() < 0.75]
    if rng.random() < 0.2:
        rng.shuffle(chosen)
    if chosen and rng.random() < 0.12:
        return [[joined([line for column in chosen for line in column], rng.choice(("·", "|", "-", ",", "•")))]]
    return chosen
