"""The foot of a receipt: card slip, points and savings, what the country's law wants, thanks, codes."""

from __future__ import annotations

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.formats import plain
from docengine.corpus.generator.receiptabout import labelled, write_print_time
from docengine.corpus.generator.roll import Roll
from docengine.corpus.generator.sheet import Line, Token, tokens

FISCAL: dict[str, tuple[float, tuple[str, ...]]] = {
    "DE": (0.4, ("TSE-Transaktion: ######", "TSE-Signaturzähler: #######", "Kassen-Seriennr.: @@###-#####",
                 "TSE-Start: {iso}", "TSE-Ende: {iso}", "TSE-Signatur: @a#@#bQ@#x@@k#",
                 "TSE-Seriennummer: #a#f##c#e##d",
                 "Bon-Nr.: {n}", "Bon-Nr. {n} Kasse: #", "Beleg {n}", "Es bediente Sie: Kasse ##")),
    "AT": (0.3, ("RKSV: R1-AT1_KASSE##_####", "Kassen-ID: ###-##", "Sign.-Nr. @@##@@##")),
    "FR": (0.4, ("Ticket n° {n} Caisse ##", "Ticket : {n}", "Certifié NF525 cat. B", "Signature : @#@#",
                 "V #.#.## LNE ####",    "Merci de votre visite",
                 "Nb impressions : 1", "TVA intracom. en règlement")),
    "IT": (0.55, ("DOCUMENTO N. {n}", "DOCUMENTO N. {n}", "Doc. n. {n}", "RT 96@@@######", "RT 99IEB######",
                  "DETTAGLIO FORNITO SU DOCUMENTO", "Server RT ########", "Operaz. #### Cassa ##",
                  "Cod. lotteria: @#@#@#@#")),
    "ES": (0.4, ("FACTURA SIMPLIFICADA", "I.V.A. INCLUIDO", "Operación: ######", "ID TBAI-########-######",
                 "Plazo de devolución 30 días")),
    "PT": (0.6, ("ATCUD:@@@@####-####", "@#@#-Processado por programa certificado", "n.º ####/AT", "Original",
    "IVA incluído",
                 "Documento emitido nos termos da lei")),
    "NL": (0.4, ("Leesmethode: CHIP", "Transactie: ########", "Periode: ####", "Volgnr: ######", "Akkoord",
    "POI: ########")),
    "PL": (0.6, ("PARAGON FISKALNY", "NIESKALNY #####", "NR SYS. ######", "@@@ ##########", "#0#A#F#D##C#E##B",
                 "KASJER #  KASA ##")),
    "CZ": (0.5, ("FIK: #a##b#c#-##d#-4#f#", "BKP: #####A#F-##B#####", "Režim: běžný", "Pokladna ##",
    "Účtenka č. {n}")),
    "SE": (0.4, ("Kontrollenhet: @@@##########", "Kassa: ##  Kvitto: {n}", "Säljare: ##")),
    "DK": (0.2, ("Kasse ## Bon {n}", "Ekspedient ##")),
    "BR": (0.5, ("Extrato No. {n}", "CUPOM FISCAL ELETRÔNICO - SAT", "Consumidor: não informado",
    "SAT No. #########")),
    "IN": (0.3, ("CGST @ 9%  SGST @ 9%", "HSN Code ####", "Place of supply: ##", "E. & O. E.",
    "Subject to local jurisdiction")),
    "MY": (0.15, ("THIS IS A COMPUTER GENERATED RECEIPT", "E-INVOICE: SCAN WITHIN 72 HRS", "RELIEF GST  C  0.00",
    "CB# M#-#")),
    "PH": (0.6, ("VATable Sales", "VAT-Exempt Sales  0.00", "Zero-Rated Sales  0.00",
    "THIS SERVES AS AN OFFICIAL RECEIPT",
                 "PTU: FP##########", "DATE ISSUED: 01/01/20##", "SOLD TO: ________", "ADDRESS: ________",
                 "TIN: ________")),
    "ZA": (0.2, ("TAX INVOICE", "Slip ##### Till ##", "Auth ######", "* Zero rated items")),
    "US": (0.25, ("TC# #### #### #### ####", "REF # ############", "NETWORK ID. ####", "APPR CODE ######",
    "# ITEMS SOLD ##")),
    "GB": (0.15, ("VAT Receipt retained", "AUTH: ######  PTID: ####", "TX: #######")),
    "AU": (0.2, ("* indicates taxable supply", "RRN: ############", "EFT: ######")),
}  # fmt: skip
"""Share of the country's receipts with such lines, and these; `#` a digit, `@` a capital letter, `{n}` the number."""
SLIP = {
    "terminal_id": ("########", "######", "#######@"), "merchant_id": ("###############", "##########"),
    "auth_code": ("######", "R#####", "@#####"),
    "AID": ("A0000000031010", "A0000000041010", "A00000000####"), "CARD NO": ("************####", "## XXXXXXXX ####",
    "XXXX XXXX XXXX ####"),
    "REF NO.": ("############", "########"), "TRACE": ("######",), "BATCH": ("####", "######"),
    "TC": ("#A#B##F#D#E#####",),
    "TVR": ("0000008000", "8080008000"), "ENTRY MODE": ("CHIP", "CONTACTLESS", "SWIPE"), "STAN": ("######",),
    "EXP": ("##/##", "XX/XX"),
}  # fmt: skip
"""What a card terminal prints, by label's key or wording."""


def write_end(roll: Roll) -> None:
    rng = roll.rng
    if not roll.sale.cash and rng.random() < 0.4:
        write_slip(roll, rng.randrange(1, 7))
    if rng.random() < 0.2 and roll.sale.trade != "fuel":
        roll.pair(roll.label("items_sold"), tokens(str(_pieces(roll))))
    _loyalty(roll)
    if rng.random() < 0.05:
        write_print_time(roll)
    roll.blank()
    _fiscal(roll)
    _notes(roll)
    _codes(roll)


def _pieces(roll: Roll) -> int:
    return sum(max(1, item.quantity // 1000) for item in roll.writer.record.lines)


def write_slip(roll: Roll, count: int, *, amount: bool = True) -> None:
    """Terminal, merchant and card numbers, the amount once more."""
    rng, writer = roll.rng, roll.writer
    roll.blank()
    if rng.random() < 0.3:
        roll.head(roll.words(roll.say("merchant_copy")))
    for name in rng.sample(tuple(SLIP), count):
        number = tokens(identifiers.filled(rng, rng.choice(SLIP[name])))
        caption = roll.label(name) if name in writer.language.labels else tokens(name + roll.colon.strip())
        labelled(roll, caption, number)
    if amount and rng.random() < 0.4 and not roll.sale.tip:
        label = writer.tag("grand_total")._replace(certain=False)
        writer.values["grand_total"] = plain(writer.record.total)
        roll.pair(tokens("AMOUNT"), writer.priced(writer.money(writer.record.total), label, "totals"))
    if rng.random() < 0.3:
        roll.head(
            tokens(
                rng.choice(("APPROVED", "000 APPROVED", "SIGNATURE NOT REQUIRED", "PIN VERIFIED", "NO CVM", "00 OK"))
            )
        )


def _loyalty(roll: Roll) -> None:
    """Savings, points, a member's number: amounts and numbers that are none of the receipt's."""
    rng, writer = roll.rng, roll.writer
    if rng.random() < 0.1:
        saved = writer.record.discount or rng.choice((0, rng.randrange(10, 2000)))
        roll.pair(roll.label("savings"), writer.amount(saved, level="line"))
    if rng.random() < 0.09:
        roll.pair(roll.label("points"), tokens(str(rng.randrange(0, 9000))))
        if rng.random() < 0.4:
            roll.pair(roll.label("member"), tokens(identifiers.filled(rng, rng.choice(("########", "####****####")))))


def _fiscal(roll: Roll) -> None:
    rng, record = roll.rng, roll.writer.record
    share, lines = FISCAL.get(record.country.code, (0.0, ()))
    if rng.random() > share:
        return
    iso = f"{record.date.isoformat()}T{roll.sale.moment:%H:%M:%S}.000Z"
    for line in rng.sample(lines, min(len(lines), rng.randrange(1, 5))):
        before, number, after = (
            roll.words(identifiers.filled(rng, part.replace("{iso}", "\0")).replace("\0", iso)) if part != "{n}" else
            roll.value(record.number, "invoice_number") for part in (*line.partition("{n}"),)
        )  # fmt: skip
        roll.head([*before, *number, *after])


def _notes(roll: Roll) -> None:
    """Thanks, terms, who the shop is, the till's maker."""
    rng, language, seller = roll.rng, roll.writer.language, roll.writer.record.seller
    for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3, 4))):
        roll.head(roll.words(rng.choice(language.text["receipt_notes"])))
    style = rng.random()
    if style < 0.07:
        roll.head([*roll.words(rng.choice(language.text["thanks"])), *brand_line(roll)])
    elif style < 0.12:
        roll.head([*roll.label("operated_by"), *brand_line(roll)])
    elif style < 0.2:
        roll.head(
            roll.words(
                rng.choice(
                    (seller.web, seller.email, f"FACEBOOK.COM/{seller.email.partition('@')[2].partition('.')[0]}")
                )
            )
        )
    elif style < 0.24:
        roll.head(
            [*roll.label("phone"), *tokens(identifiers.phone(rng, rng.choice(roll.writer.record.country.phones)))]
        )
    elif style < 0.28:
        hours = rng.choice(("MON-SUN 10AM-10PM", "8:00 - 20:00", "9-18", "10:00-22:00"))
        roll.head([*roll.label("opening_hours"), *tokens(hours)])


def brand_line(roll: Roll) -> Line:
    """The seller's name in the small print."""
    label = roll.writer.tag("seller_name")._replace(certain=False)
    name = roll.rng.choice((roll.writer.record.seller.brand, roll.writer.record.seller.name))
    return [Token(token.text, label) for token in roll.words(name)]


def _codes(roll: Roll) -> None:
    """A bar code or a QR code, with its number or without; now and then the number is the receipt's."""
    rng, sheet = roll.rng, roll.sheet
    style = rng.random()
    if style < 0.1:
        high = roll.step * rng.uniform(1.2, 2.5)
        wide = roll.width * rng.uniform(0.4, 0.9)
        roll.blank()
        sheet.codes.append((roll.middle - wide / 2, roll.y, roll.middle + wide / 2, roll.y + high, "bar"))
        roll.y += high
    elif style < 0.18:
        side = min(roll.width * rng.uniform(0.25, 0.5), roll.step * 9)
        roll.blank()
        sheet.codes.append((roll.middle - side / 2, roll.y, roll.middle + side / 2, roll.y + side, "qr"))
        roll.y += side
    if style < 0.07 and "invoice_number" in roll.writer.values:
        roll.line(roll.value(roll.writer.record.number, "invoice_number"), align="c")
    elif style < 0.25:
        forms = (
            "#############",
            "####################",
            "#### #### #### ####",
            "*############*",
            "@@@################",
        )
        roll.head(tokens(identifiers.filled(rng, rng.choice(forms))))
