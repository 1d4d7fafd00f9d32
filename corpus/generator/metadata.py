"""The document's number, dates and references: which are printed, in what order, under which labels."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from docengine.corpus.generator import blocks, identifiers
from docengine.corpus.generator.formats import date_text
from docengine.corpus.generator.keyvalues import Entry
from docengine.corpus.generator.sheet import Line, Token, tokens
from docengine.corpus.generator.writer import Writer

NUMBER_FIELD = {"invoice": "invoice_number", "credit_note": "invoice_number", "bill": "invoice_number",
                "order": "order_number", "order_confirmation": "order_number",
                "contract": "contract_number"}  # fmt: skip
"""Kind -> the field that its own number is; the number of other kinds is no field."""
Maker = Callable[[Writer], list[Entry]]


def own_number(writer: Writer) -> tuple[str, Line]:
    kind = writer.record.kind
    field = NUMBER_FIELD.get(kind)
    if kind in ("invoice", "bill"):
        label = writer.label("invoice_number")
    elif field == "order_number":
        label = writer.label("order_number_own")
    else:
        label = writer.with_colon(writer.say(kind, group="numbers"))
    return label, writer.text(writer.record.number, field)


def entries(writer: Writer, *, number: bool = True, date: bool = True) -> list[Entry]:
    """Own number and date, and a random choice of what else stands there."""
    rng, record = writer.rng, writer.record
    main: list[Entry] = []
    number, date = number and rng.random() > 0.025, date and rng.random() > 0.02  # small traders forget them
    if number and date and rng.random() < 0.03:
        (first, left), (second, right) = own_number(writer), _own_date(writer)
        main.append((f"{first.rstrip(' :')} / {second}", [*left, Token(rng.choice(("/", "-", "|"))), *right]))
        number = date = False
    if number:
        main.append(own_number(writer))
    if date:
        main.append(_own_date(writer))
    if rng.random() < 0.12:
        main.reverse()
    usual = _USUAL.get(record.kind, {})
    extras = [make for make, share in _EXTRAS if rng.random() < usual.get(make, share)]
    if rng.random() < 0.15 and not usual:
        extras = []
    rng.shuffle(extras)
    rest = [entry for make in extras for entry in make(writer)]
    if writer.once("form with gaps", 0.1):
        keys = (
            "order_number",
            "contract_number",
            "your_ref",
            "our_ref",
            "shipping_method",
            "delivery_date",
            "contact",
            "due_date",
        )
        rest += [
            (writer.label(key), [])
            for key in keys
            if rng.random() < 0.3 and not any(writer.label(key) == label for label, _ in rest)
        ]
        rng.shuffle(rest)
    if rng.random() < 0.25:
        cut = rng.randrange(len(rest) + 1)
        return [*rest[:cut], *main, *rest[cut:]]
    if record.kind == "bill" and rng.random() < 0.5:
        rng.shuffle(main)
    return main + rest


def _own_date(writer: Writer) -> Entry:
    return writer.label("invoice_date"), writer.date(writer.record.date, "invoice_date")


def _due(writer: Writer) -> list[Entry]:
    record = writer.record
    if record.kind not in ("invoice", "bill", "statement") or (record.due == record.date and writer.rng.random() < 0.7):
        return []
    if writer.rng.random() < 0.05:
        return [(writer.label("due_date"), tokens(writer.rng.choice(writer.language.text["terms"])))]
    return [(writer.label("due_date"), writer.date(record.due, "due_date"))]


def _customer(writer: Writer) -> list[Entry]:
    return [(writer.label("customer_number"), tokens(writer.record.customer_number))]


def _order(writer: Writer) -> list[Entry]:
    if NUMBER_FIELD.get(writer.record.kind) == "order_number":
        return [(writer.label("our_ref"), tokens(identifiers.document_number(writer.rng, writer.record.date)))]
    return [(writer.label("order_number"), writer.text(writer.record.order_number, "order_number"))]


def _contract(writer: Writer) -> list[Entry]:
    return [(writer.label("contract_number"), writer.text(writer.record.contract_number, "contract_number"))]


def period_line(writer: Writer) -> Line:
    """`1.1.2024 - 31.1.2024`, glued or not, each date a field."""
    start, end = writer.record.period
    last = writer.date(end, "period_end")
    first = _cut_start(writer) if start.year == end.year and writer.once("short starts", 0.15) else []
    first = first or writer.date(start, "period_start")
    style = writer.rng.randrange(4)
    if style == 0 and len(first) == len(last) == 1:
        return [first[0], Token("-", None, True), Token(last[0].text, last[0].label, True)]
    between = {"de": "bis", "fr": "au", "en": "to", "es": "al", "it": "al", "nl": "t/m", "pt": "a"}
    word = between.get(writer.language.code, "-") if style == 1 else rng_dash(writer)
    return [*first, Token(word), *last]


_YEAR = re.compile(r"(?:(?<=\.)|[ ,/-]+(?:'de' )?)(?:yyyy|yy)$")


def _cut_start(writer: Writer) -> Line:
    """`01.04.`, `Mar 1`, `1.`: the start of a period whose end says the rest; empty where the date ends in no year.

    Alone it is no date, so that its label is not certain.
    """
    pattern, (start, end) = writer.look.date, writer.record.period
    if start.month == end.month and pattern[0] == "d" and "MMM" in pattern and writer.once("bare days", 0.5):
        cut = "d." if pattern.startswith(("d.", "dd.")) else "d"
    else:
        cut = _YEAR.sub("", pattern)
    if cut == pattern:
        return []
    text = date_text(start, cut, writer.language, writer.look.date_upper)
    return tokens(text, writer.tag("period_start")._replace(certain=False))


def rng_dash(writer: Writer) -> str:
    return writer.rng.choice(("-", "-", "–", "to" if writer.language.code == "en" else "-"))


def _period(writer: Writer) -> list[Entry]:
    if writer.rng.random() < 0.75:
        return [(writer.label("period"), period_line(writer))]
    start, end = writer.record.period
    return [(writer.label("period_start"), writer.date(start, "period_start")),
            (writer.label("period_end"), writer.date(end, "period_end"))]  # fmt: skip


def _other_date(key: str, low: int, high: int) -> Maker:
    def make(writer: Writer) -> list[Entry]:
        day = writer.record.date + datetime.timedelta(days=writer.rng.randrange(low, high))
        return [(writer.label(key), writer.date(day))]

    return make


def _reference(key: str) -> Maker:
    def make(writer: Writer) -> list[Entry]:
        if writer.rng.random() < 0.6:
            return [(writer.label(key), tokens(identifiers.document_number(writer.rng, writer.record.date)))]
        return [(writer.label(key), blocks.person(writer, writer.record.buyer))]

    return make


def _contact(writer: Writer) -> list[Entry]:
    seller = writer.record.seller
    found: list[Entry] = [(writer.label("contact"), blocks.person(writer, seller))]
    if writer.rng.random() < 0.4:
        found.append((writer.label("phone"), tokens(seller.phone)))
        if writer.rng.random() < 0.5:
            found.append((writer.label("email"), tokens(seller.email)))
    return found


def _terms(writer: Writer) -> list[Entry]:
    return [(writer.label("terms"), tokens(writer.say("terms", group="text")))]


def _currency(writer: Writer) -> list[Entry]:
    return [(writer.label("currency"), writer.currency_mark(code=True))]


def _tax_number(writer: Writer) -> list[Entry]:
    seller = writer.record.seller
    return [(writer.with_colon(seller.tax_id_label), writer.text(seller.tax_id, "seller_tax_id"))]


def _buyer_tax_number(writer: Writer) -> list[Entry]:
    if not writer.record.buyer.company:
        return []
    return [(writer.label("buyer_tax_id"), tokens(writer.record.buyer.tax_id))]


def _page(writer: Writer) -> list[Entry]:
    text = writer.say("page", n="1", m="1").split()
    return [(" ".join(text[:-1]), tokens(text[-1]))] if len(text) > 1 and text[-1][-1].isdigit() else []


def _number(key: str) -> Maker:
    """A number that only looks like the document's own."""

    def make(writer: Writer) -> list[Entry]:
        text = identifiers.document_number(writer.rng, writer.record.date)
        return [(writer.label(key), tokens(text))]

    return make


def _references(writer: Writer) -> list[Entry]:
    """Ours and theirs side by side, as letters have them."""
    return [entry for key in ("your_ref", "our_ref") for entry in _reference(key)(writer)]


def _second_tax_number(writer: Writer) -> list[Entry]:
    """The seller's and the buyer's, one after the other."""
    if not writer.record.buyer.company:
        return []
    seller, buyer = _tax_number(writer), _buyer_tax_number(writer)
    return [*seller, *buyer] if writer.rng.random() < 0.6 else [*buyer, *seller]


def _time(writer: Writer) -> list[Entry]:
    rng = writer.rng
    text = f"{rng.randrange(7, 20):02d}:{rng.randrange(60):02d}" + (
        f":{rng.randrange(60):02d}" if rng.random() < 0.3 else ""
    )
    return [(writer.label("time_of_print"), tokens(text))]


_delivery, _ordered = _other_date("delivery_date", -14, 3), _other_date("order_date", -40, 0)
_note, _offer, _project = _reference("delivery_note"), _number("offer_number"), _number("project_number")
_supplier, _remittance = _number("supplier_number"), _number("payment_reference")
_EXTRAS: tuple[tuple[Maker, float], ...] = (
    (_due, 0.5), (_customer, 0.5), (_order, 0.38), (_contract, 0.12), (_period, 0.18), (_delivery, 0.28),
    (_ordered, 0.18), (_other_date("print_date", 0, 3), 0.04), (_reference("our_ref"), 0.2),
    (_reference("your_ref"), 0.14), (_note, 0.12), (_contact, 0.22), (_terms, 0.22), (_currency, 0.07),
    (_tax_number, 0.09), (_buyer_tax_number, 0.07), (_page, 0.05), (_offer, 0.05), (_project, 0.07), (_supplier, 0.05),
    (_remittance, 0.05), (_references, 0.04), (_second_tax_number, 0.03), (_time, 0.03),
)  # fmt: skip
"""What may stand beside the document's number and date, and how often."""
_USUAL: dict[str, dict[Maker, float]] = {
    "bill": {_due: 0.8, _period: 0.75, _customer: 0.75, _contract: 0.4, _order: 0.05, _contact: 0.1, _delivery: 0.0,
             _ordered: 0.0, _note: 0.0, _offer: 0.0, _project: 0.0, _supplier: 0.0},
    "statement": {_due: 0.3, _period: 0.4, _customer: 0.75, _order: 0.0, _delivery: 0.0, _ordered: 0.0, _note: 0.0,
                  _offer: 0.0, _project: 0.0, _supplier: 0.0, _contract: 0.05},
    "quote": {_order: 0.03, _note: 0.0, _offer: 0.0, _period: 0.05},
}  # fmt: skip
"""Kind -> shares that differ on it."""
