"""Invoices as lists of labels and values: what viewers of electronic invoices show, in sections from top to bottom."""

from __future__ import annotations

from docengine.corpus.generator import blocks, identifiers, metadata
from docengine.corpus.generator.adornments import adorn
from docengine.corpus.generator.body import put_items, put_small_print, put_sums
from docengine.corpus.generator.cells import Cells
from docengine.corpus.generator.heading import numbered_title
from docengine.corpus.generator.keyvalues import Entry
from docengine.corpus.generator.letter import Letter
from docengine.corpus.generator.parties import Party
from docengine.corpus.generator.sheet import Line, Sheet, tokens
from docengine.corpus.generator.writer import Writer

STANDARDS = (
    "EN 16931", "Factur-X 1.0 BASIC", "ZUGFeRD 2.1 EN16931", "XRechnung 2.3", "UBL 2.1", "Peppol BIS Billing 3.0",
    "FPR12", "FPA12", "Facturae 3.2.2", "urn:cen.eu:en16931:2017", "urn:factur-x.eu:1p0:extended",
    "ZUGFeRD 1.0 COMFORT",
    "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic", "OIOUBL-2.02", "Svefaktura 1.0", "CIUS-PT 2.1.1",
)  # fmt: skip


def write_listing(writer: Writer) -> list[Sheet]:
    """All pages: the parties, the dates and the sums as sections, the items as a table or as a section each."""
    letter = Letter(writer)
    letter.set_footer([])
    listing = _Listing(letter)
    listing.head()
    number = metadata.entries(writer, number=not listing.titled, date=not listing.titled)
    listing.section("", number)
    listing.parties()
    if letter.rng.random() < 0.5:
        listing.remarks()
    if letter.rng.random() < 0.35:
        letter.new_page()
    if letter.rng.random() < 0.7:
        listing.heading(writer.say("items_head"))
        put_items(letter)
    else:
        listing.items()
    put_sums(letter)
    listing.payment()
    put_small_print(letter)
    adorn(letter)
    return letter.sheets


class _Listing:
    """How one listing is set: where its values begin, how its sections are headed."""

    def __init__(self, letter: Letter) -> None:
        rng = letter.rng
        self.letter, self.writer, self.rng = letter, letter.writer, rng
        self.stop = letter.width * rng.uniform(0.22, 0.52)
        """Where values begin, from the left margin."""
        self.zebra, self.captions = rng.random() < 0.4, rng.random() < 0.65
        """Every second row on grey; names and addresses under labels."""
        self.aligned = rng.random() < 0.4
        """Colons below one another."""
        self.gap, self.air = rng.choice((0.0, 0.0, 2.0, 4.0)), rng.choice((0.8, 1.5, 2.5, 4.0))
        self.titled = rng.random() < 0.75
        self.count = 0

    def head(self) -> None:
        """What this is a view of, by which version of what, and the invoice's own title."""
        letter, writer, rng = self.letter, self.writer, self.rng
        if rng.random() < 0.8:
            letter.paragraph(rng.choice(writer.language.text["e_invoice"]))
        version = f"{rng.randrange(1, 4)}.{rng.randrange(10)}"
        entries: list[Entry] = [(writer.label("e_version"), tokens(version))]
        entries.append((writer.label("e_standard"), tokens(rng.choice(STANDARDS))))
        self.rows([entry for entry in entries if rng.random() < 0.7])
        letter.y += letter.step
        if self.titled:
            size = letter.size * rng.choice((1.0, 1.2, 1.5))
            title = numbered_title(letter)
            letter.y = letter.lines([title], letter.left, letter.y, letter.width, size=size, bold_first=True)
            letter.y += letter.step * rng.choice((0.4, 1.0, 2.0))

    def heading(self, text: str) -> None:
        """A section's heading: on grey, underlined, or bold."""
        letter, sheet = self.letter, self.letter.sheet
        letter.room_for(letter.step * 3)
        sheet = letter.sheet
        if self.writer.once("grey headings", 0.5):
            sheet.fill(letter.left - 2, letter.y - 1, letter.right, letter.y + letter.step, 0.88)
        end = sheet.put(letter.left, letter.y, tokens(text), letter.size, bold=True, room=letter.width)
        letter.y += letter.step
        if self.writer.once("underlined headings", 0.4):
            sheet.rule(letter.left, letter.y - 1, end, letter.y - 1)
        letter.y += letter.step * 0.3

    def section(self, head: str, entries: list[Entry]) -> None:
        if head:
            self.heading(head)
        self.rows(entries)
        self.letter.y += self.letter.step * self.air

    def rows(self, entries: list[Entry]) -> None:
        """Label and value; a row without a label goes on with the one above."""
        letter = self.letter
        for label, value in entries:
            words = self.writer.words(label) if isinstance(label, str) else label
            parts = letter.sheet.wrap(value, letter.size, letter.width - self.stop - 6) or [[]]
            letter.room_for(letter.step * len(parts) + self.gap)
            if self.zebra and self.count % 2:
                low = letter.y + letter.step * len(parts) + self.gap / 2
                letter.sheet.fill(letter.left - 2, letter.y - self.gap / 2, letter.right, low, 0.95)
            self.count += 1
            if self.aligned and words and words[-1].text.endswith(":"):
                words = [*words[:-1], words[-1]._replace(text=words[-1].text.rstrip(":"))]
                letter.sheet.put(letter.left + self.stop - letter.size * 0.8, letter.y, tokens(":"), letter.size)
                words = [word for word in words if word.text]
            letter.sheet.put(letter.left, letter.y, words, letter.size, room=self.stop - letter.size)
            for part in parts:
                letter.sheet.put(letter.left + self.stop, letter.y, part, letter.size, room=letter.width - self.stop)
                letter.y += letter.step
            letter.y += self.gap

    def parties(self) -> None:
        """The seller, the buyer, and now and then who gets the goods."""
        writer, rng, record = self.writer, self.rng, self.writer.record
        sections: list[tuple[str, Party, str | None]] = [
            ("bill_to" if writer.swapped else "seller", record.seller, "seller"),
            ("seller" if writer.swapped else "bill_to", record.buyer, "buyer"),
        ]
        if record.ship_to is not None:
            sections.append(("ship_to", record.ship_to, None))
        if rng.random() < 0.12:
            sections[0], sections[1] = sections[1], sections[0]
        for key, party, who in sections:
            self.section(writer.label(key), self._party(party, who))

    def _party(self, party: Party, who: str | None) -> list[Entry]:
        writer, rng = self.writer, self.rng
        name = writer.text(party.name, f"{who}_name" if who else None)
        address = writer.address(party, f"{who}_address" if who else None)
        rows: list[tuple[str, Line]] = []
        if rng.random() < 0.3 and who:
            number = identifiers.filled(rng, rng.choice(("#############", "######", "###-#####-##")))
            rows.append((writer.label("routing"), tokens(number)))
        rows.append((writer.label("name_label"), name))
        if rng.random() < 0.3:
            rows.append((writer.label("contact"), blocks.person(writer, party)))
        rows.append((writer.label("address_label"), address[0]))
        rows += [("", line) for line in address[1:]]
        if rng.random() < 0.3:
            rows.append((writer.label("country_label"), tokens(party.country)))
        if self.captions:
            return [*rows, *self._numbers(party, who)]
        return [*((value, []) for _, value in rows), *self._numbers(party, who)]

    def _numbers(self, party: Party, who: str | None) -> list[Entry]:
        """How to reach a party, and the number it is taxed under; only the seller's is a field."""
        writer, rng = self.writer, self.rng
        rows: list[Entry] = []
        for key, text in (("phone", party.phone), ("email", party.email)):
            if rng.random() < 0.3 and who:
                rows.append((writer.label(key), tokens(text)))
        if who == "seller":
            rows.append((writer.with_colon(party.tax_id_label), writer.text(party.tax_id, "seller_tax_id")))
        elif who and party.company and rng.random() < 0.3:
            rows.append((writer.with_colon(party.tax_id_label), tokens(party.tax_id)))
        return rows

    def remarks(self) -> None:
        """Free text: notes, or the seller once more as his letterhead has it."""
        letter, writer, rng, seller = self.letter, self.writer, self.rng, self.writer.record.seller
        self.heading(writer.label("remarks"))
        if rng.random() < 0.5:
            letter.paragraph(rng.choice(writer.language.text["notes"]))
            return
        lines: list[Line] = [writer.text(seller.name, "seller_name"), *writer.address(seller, "seller_address")]
        lines.append([*tokens(writer.label("director")), *blocks.person(writer, seller)])
        for key, text in (("registration", seller.registration), ("phone", seller.phone), ("email", seller.email)):
            lines.append([*tokens(writer.label(key)), *tokens(text)])
        x = letter.left + (self.stop if rng.random() < 0.5 else 0.0)
        letter.room_for(letter.step * (len(lines) + 1))
        letter.y = letter.lines(lines, x, letter.y, letter.right - x) + letter.step * self.air

    def items(self) -> None:
        """A section for every item, a row for each of its values."""
        writer, cells, letter = self.writer, Cells(self.writer), self.letter
        keys = [key for key in ("pos", "article", "quantity", "unit", "unit_price", "tax_percent")
                if key in ("quantity", "unit_price") or self.rng.random() < 0.4]  # fmt: skip
        keys.insert(min(1, len(keys)), "description")
        for row, item in enumerate(writer.record.lines):
            letter.room_for(letter.step * 5)
            if self.rng.random() < 0.5 or row == 0:
                self.heading(f"{writer.say('items_head')} {row + 1}")
            entries = [
                (writer.with_colon(writer.say(f"col_{key}")), cells.of(key, row, item)) for key in [*keys, "line_total"]
            ]
            self.rows([(label, value) for label, value in entries if value])
            letter.y += letter.step * 0.6

    def payment(self) -> None:
        """Terms, account and due date."""
        writer, record, rng = self.writer, self.writer.record, self.rng
        entries: list[Entry] = []
        if record.kind == "invoice" and record.due != record.date and rng.random() < 0.5:
            entries.append((writer.label("due_date"), writer.date(record.due, "due_date")))
        if rng.random() < 0.5:
            entries.append((writer.label("terms"), tokens(rng.choice(writer.language.text["terms"]))))
        if record.seller.iban and rng.random() < 0.7:
            entries.append((writer.label("iban"), writer.iban(record.seller.iban, "iban")))
            entries.append((writer.label("bic"), tokens(record.seller.bic)))
        if entries:
            self.letter.room_for(self.letter.step * 4)
            self.section(writer.label("payment_head"), entries)
