"""Slips to pay with: the part that is cut off and sent back, and the Swiss QR-bill."""

from __future__ import annotations

from docengine.corpus.generator import blocks, identifiers, metadata
from docengine.corpus.generator.formats import NumberStyle, plain
from docengine.corpus.generator.keyvalues import Entry, draw_style
from docengine.corpus.generator.letter import Letter, Slot
from docengine.corpus.generator.parties import Party
from docengine.corpus.generator.sheet import Line, Token, tokens

MM = 72 / 25.4


def put_remittance(letter: Letter) -> None:
    """At the foot of the page, below a dashed line: whom to pay what for which invoice, once more."""
    writer, rng, record = letter.writer, letter.rng, letter.writer.record
    height = letter.step * 15
    letter.room_for(height)
    sheet = letter.sheet
    top = max(letter.y, letter.bottom - height) if rng.random() < 0.6 else letter.y
    sheet.shapes.append(("dashes", letter.left - 12, top, letter.right + 12, top, 0.3))
    head = tokens(rng.choice(writer.language.text["detach"]))
    sheet.put(letter.left + letter.width / 2, top + 3, head, letter.size * 0.85, align="c", room=letter.width)
    top += letter.step * 1.8
    half = letter.width / 2
    left, right = (letter.left, letter.left + half) if rng.random() < 0.7 else (letter.left + half, letter.left)
    payee = [writer.text(record.seller.name, "seller_name"), *writer.address(record.seller, "seller_address")]
    if rng.random() < 0.6:
        payee.insert(0, tokens(writer.label("seller")))
    low = letter.lines(payee, left, top, half - 14)
    if rng.random() < 0.6:
        low = letter.lines(blocks.party_lines(writer, record.buyer), left, low + letter.step * 0.8, half - 14)
    style = draw_style(rng, half)
    low = max(low, letter.pairs(_stub(letter), Slot(right, top, half - 10), "row_far" if style == "inline" else style))
    letter.y = low + letter.step


def _stub(letter: Letter) -> list[Entry]:
    writer, rng, record = letter.writer, letter.rng, letter.writer.record
    field = "grand_total" if record.payable == record.total else None
    total = (writer.words(writer.label(field or "payable")), writer.amount(record.payable, field, level="grand"))
    entries: list[Entry] = [metadata.own_number(writer), total]
    if rng.random() < 0.6:
        entries.append((writer.label("customer_number"), tokens(record.customer_number)))
    if rng.random() < 0.4:
        entries.append((writer.label("invoice_date"), writer.date(record.date, "invoice_date")))
    if rng.random() < 0.5 and record.due != record.date:
        entries.append((writer.label("due_date"), writer.date(record.due, "due_date")))
    rng.shuffle(entries)
    blank = tokens("_" * 12) if rng.random() < 0.6 else []
    return [*entries, (writer.with_colon(rng.choice(writer.language.text["enclosed"])), blank)]


SWISS = {
    "de": ("Empfangsschein", "Zahlteil", "Konto / Zahlbar an", "Referenz", "Zusätzliche Informationen", "Zahlbar durch",
           "Währung", "Betrag", "Annahmestelle"),
    "fr": ("Récépissé", "Section paiement", "Compte / Payable à", "Référence", "Informations additionnelles",
           "Payable par", "Monnaie", "Montant", "Point de dépôt"),
    "it": ("Ricevuta", "Sezione pagamento", "Conto / Pagabile a", "Riferimento", "Informazioni aggiuntive",
           "Pagabile da", "Valuta", "Importo", "Punto di accettazione"),
}  # fmt: skip
"""Texts of the QR-bill as SIX's implementation guidelines fix them."""


def wants_swiss(letter: Letter) -> bool:
    """Whether the document ends in a QR-bill, which an A4 page in Switzerland does."""
    record = letter.writer.record
    return (
        record.country.code == "CH"
        and not letter.writer.swapped
        and record.kind in ("invoice", "bill")
        and record.currency in ("CHF", "EUR")
        and record.payable > 0
        and letter.writer.language.code in SWISS
        and letter.paper[1] > 800
        and letter.writer.once("qr bill", 0.45)
    )


def put_swiss(letter: Letter) -> None:
    """Receipt and payment part in the lowest 105 mm of the page, or of a page of their own."""
    writer, record = letter.writer, letter.writer.record
    top = letter.paper[1] - 105 * MM
    if letter.y > top - 8:
        letter.new_page()
    sheet, texts = letter.sheet, SWISS[writer.language.code]
    sheet.shapes.append(("dashes", 0, top, letter.paper[0], top, 0.3))
    sheet.shapes.append(("dashes", 62 * MM, top, 62 * MM, letter.paper[1], 0.3))
    sheet.put(5 * MM, top + 5 * MM, tokens(texts[0]), 11, bold=True)
    sheet.put(67 * MM, top + 5 * MM, tokens(texts[1]), 11, bold=True)
    code = (67 * MM, top + 17 * MM, 113 * MM, top + 63 * MM)
    sheet.codes.append((*code, "swiss"))
    reference = tokens(_reference(letter)) if writer.record.seller.iban else []
    _swiss_column(letter, (5 * MM, top + 12 * MM, 52 * MM), (6.0, 8.0), reference, [])
    note = metadata.own_number(writer)
    extra = [*tokens(str(note[0])), *note[1]] if letter.rng.random() < 0.7 else []
    _swiss_column(letter, (118 * MM, top + 5 * MM, 85 * MM), (8.0, 10.0), reference, extra)
    for x, small, big, down in ((5 * MM, 6.0, 8.0, 68 * MM), (67 * MM, 8.0, 10.0, 68 * MM)):
        sheet.put(x, top + down, tokens(texts[6]), small, bold=True)
        sheet.put(x + 15 * MM, top + down, tokens(texts[7]), small, bold=True)
        writer.values["currency"] = record.currency
        sheet.put(x, top + down + small * 1.4, [Token(record.currency, writer.tag("currency"))], big)
        sheet.put(x + 15 * MM, top + down + small * 1.4, _swiss_amount(letter), big)
    sheet.put(57 * MM, top + 82 * MM, tokens(texts[8]), 6, bold=True, align="r")
    letter.y = letter.paper[1]


def _swiss_amount(letter: Letter) -> Line:
    """As the guidelines want it: blanks between thousands, a point, two decimals."""
    writer, record = letter.writer, letter.writer.record
    text = NumberStyle(" ", ".").text(record.payable)
    if record.payable != record.total:
        return tokens(text)
    writer.values["grand_total"] = plain(record.total)
    return tokens(text, writer.tag("grand_total"))


def _swiss_column(letter: Letter, place: tuple[float, float, float], sizes: tuple[float, float], reference: Line,
                  extra: Line) -> None:  # fmt: skip
    """Account, payee, reference and payer, each under its heading."""
    writer, record = letter.writer, letter.writer.record
    texts, (x, y, width), (small, big) = SWISS[writer.language.code], place, sizes
    account = writer.iban(record.seller.iban, "iban")
    if len(account) == 1:
        text, label = account[0].text, account[0].label
        account = [Token(text[i : i + 4], label) for i in range(0, len(text), 4)]
    parts: list[tuple[str, list[Line]]] = [(texts[2], [account, *_swiss_party(letter, record.seller, "seller")])]
    if reference:
        parts.append((texts[3], [reference]))
    if extra:
        parts.append((texts[4], [extra]))
    parts.append((texts[5], _swiss_party(letter, record.buyer, "buyer")))
    for head, lines in parts:
        letter.sheet.put(x, y, tokens(head), small, bold=True, room=width)
        y += small * 1.3
        for line in lines:
            for part in letter.sheet.wrap(line, big, width):
                letter.sheet.put(x, y, part, big, room=width)
                y += big * 1.12
        y += big * 0.6


def _swiss_party(letter: Letter, party: Party, who: str) -> list[Line]:
    writer = letter.writer
    return [writer.text(party.name, f"{who}_name"), *writer.address(party, f"{who}_address")]


def _reference(letter: Letter) -> str:
    """26 digits and a check digit, modulo 10 recursive, in groups of five from the right."""
    table, carry = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5), 0
    body = identifiers.filled(letter.rng, "##########################")
    for char in body:
        carry = table[(carry + int(char)) % 10]
    text = body + str((10 - carry) % 10)
    return " ".join([text[:2], *[text[i : i + 5] for i in range(2, 27, 5)]])
