"""Blocks of a letter: who sells, who buys, the bank, small print. Each is a list of lines of tokens."""

from __future__ import annotations

from docengine.corpus.generator.parties import Party
from docengine.corpus.generator.sheet import Line, Token, tokens
from docengine.corpus.generator.writer import Writer


def joined(lines: list[Line], mark: str) -> Line:
    """Lines as one, with `mark` between them: a comma is glued to the word before."""
    out: Line = []
    for i, line in enumerate(lines):
        if i and mark:
            out.append(Token(mark, None, mark in (",", ";")))
        out.extend(line)
    return out


def seller_lines(writer: Writer, *, name: bool = True) -> list[Line]:
    """Name, address and a choice of contact lines, labelled."""
    rng, seller = writer.rng, writer.record.seller
    lines: list[Line] = [writer.text(seller.name, "seller_name")] if name else []
    address = writer.address(seller, "seller_address", country=rng.random() < 0.2)
    if rng.random() < 0.2:
        address = [joined(address, rng.choice((",", ",", "-", "·", "•")))]
    return lines + address + contact_lines(writer)


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
    bare = key in ("email", "web") and writer.once(f"bare {key}", 0.5)
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
    if party.company and rng.random() < 0.3:
        prefix = rng.choice(writer.language.companies["letters"]) + " " if rng.random() < 0.6 else ""
        lines.insert(rng.choice((1, 1, 1, 0)), tokens(prefix + party.person))
    address = writer.address(party, f"{field}_address" if field else None, country=rng.random() < 0.2)
    if rng.random() < 0.06:
        address = [joined(address, ",")]
    lines += address
    if rng.random() < 0.1:
        lines.append(_pair(writer, "phone", party.phone))
    if party.company and field and rng.random() < 0.12:
        lines.append([*tokens(writer.label("buyer_tax_id")), *tokens(party.tax_id)])
    return lines


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
    else:
        number = f"{rng.randrange(10**6, 10**10)}"
        lines.append([*tokens(writer.label("account")), *tokens(number)])
        lines.append([*tokens(writer.label("sort_code")), *tokens(f"{rng.randrange(10**5, 10**8)}")])
    return [line for line in lines if line]


def footer_columns(writer: Writer) -> list[list[Line]]:
    """One to four columns of small print: address, contact, bank, register."""
    rng, seller = writer.rng, writer.record.seller
    register = [_pair(writer, "registration", seller.registration), tax_line(writer)]
    if rng.random() < 0.5:
        register.append(tokens(seller.person))
    address = [writer.text(seller.name, "seller_name"), *writer.address(seller, "seller_address")]
    contact = [_pair(writer, key, text) for key, text in
               (("phone", seller.phone), ("fax", seller.fax), ("email", seller.email), ("web",
                   seller.web))]  # fmt: skip
    columns = [address, contact[: rng.randrange(1, 5)], bank_lines(writer), register]
    chosen = [column for column in columns if rng.random() < 0.75]
    if rng.random() < 0.2:
        rng.shuffle(chosen)
    return chosen
