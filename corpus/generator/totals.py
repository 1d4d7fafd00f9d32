"""The rows of the sums: what they are called, which are printed, in which order."""

from __future__ import annotations

import datetime

from docengine.corpus.generator.line import rounded
from docengine.corpus.generator.record import Record
from docengine.corpus.generator.sheet import Line, tokens
from docengine.corpus.generator.writer import Writer

Sum = tuple[str, Line, bool]
"""Label, amount, and whether it is the one that counts."""


def total_rows(writer: Writer) -> list[Sum]:
    """Net, tax, total and what may stand between and after them, in the document's order."""
    rng, record = writer.rng, writer.record
    rows = _before(writer)
    if len(record.lines) == 1 and rng.random() < 0.15 and not record.tax:
        return [*rows, _grand(writer), *_after(writer)]
    taxes = _taxes(writer)
    net = _net(writer)
    rows += [*taxes, *net] if rng.random() < 0.04 else [*net, *taxes]
    if record.stamp:
        rows.append((writer.label("stamp"), writer.amount(record.stamp), False))
    if record.rounding:
        rows.append((writer.label("rounding"), writer.amount(record.rounding), False))
    if _only_payable(writer):
        return [*rows, *_withheld(writer), _payable(writer, doubtful=True)]
    rows.append(_grand(writer))
    if rng.random() < (0.3 if record.included else 0.03):
        rows = [rows[-1], *rows[:-1]]
    return rows + _after(writer)


def _before(writer: Writer) -> list[Sum]:
    """An old balance; the goods and what is added to them."""
    rng, record = writer.rng, writer.record
    rows: list[Sum] = []
    if record.kind == "bill" and rng.random() < 0.35:
        before = record.total * rng.randrange(70, 130) // 100
        rows.append((writer.label("previous"), writer.amount(before), False))
        rows.append((writer.label("paid"), writer.amount(-before), False))
    extras: list[Sum] = []
    if record.discount:
        percent = writer.percent(record.discount_percent)
        sign = -1 if writer.once("discount negative", 0.7) else 1
        extras.append((writer.label("discount", rate=percent), writer.amount(sign * record.discount), False))
    if record.shipping:
        extras.append((_shipping(writer), writer.amount(record.shipping), False))
    if record.surcharge:
        percent = writer.percent(record.surcharge_percent)
        key = "pension" if record.surcharge_percent == 4 else "surcharge"
        extras.append((writer.label(key, rate=percent), writer.amount(record.surcharge), False))
    if len(extras) > 1 and rng.random() < 0.3:
        rng.shuffle(extras)
    if extras and rng.random() < 0.9:
        rows.append((writer.label("goods_total"), writer.amount(record.goods), False))
    return rows + extras


def _shipping(writer: Writer) -> str:
    return writer.label("packing" if writer.once("packing", 0.12) else "shipping")


def _net(writer: Writer) -> list[Sum]:
    """The sum before tax; with untaxed outlays in it, the taxed part may be meant."""
    record = writer.record
    if writer.rng.random() >= (0.85 if record.tax else 0.4):
        return []
    if not record.stamp:
        return [(writer.label("net_total"), writer.amount(record.net, "net_total"), False)]
    label = writer.tag("net_total")._replace(certain=False)
    amount = writer.priced(writer.money(record.net - record.stamp), label, "totals")
    return [(writer.label("net_total"), amount, False)]


def _taxes(writer: Writer) -> list[Sum]:
    """A row a rate, or one for all; a tax of two authorities in two rows."""
    rng, record = writer.rng, writer.record
    rows: list[Sum] = []
    taxed = [(rate, base, tax) for rate, (base, tax) in record.bases.items() if tax or writer.once("zero tax", 0.3)]
    if len(taxed) > 1:
        with_bases = rng.random() < 0.12
        for rate, base, tax in taxed:
            name = writer.label("tax_line", rate=writer.percent(rate), base=writer.money(base))
            if with_bases:
                label = writer.with_colon(f"{writer.say('breakdown_net')} {writer.percent(rate)}")
                rows.append((label, writer.amount(base), False))
            rows.append((name, writer.amount(tax), False))
        if rng.random() < 0.35:
            rows.append((writer.label("tax_total"), writer.amount(record.tax, "tax_total"), False))
    elif taxed and record.tax and _halves(record) and writer.once("two taxes", 0.6):
        rows += _split(writer, taxed[0][1])
    elif taxed and (record.tax or rng.random() < 0.4):
        rows.append(_only_tax(writer, taxed[0][0]))
    return rows


def _only_tax(writer: Writer, rate: float) -> Sum:
    rng = writer.rng
    name = writer.label("tax_total", rate=writer.percent(rate))
    if name.rstrip(" :") == writer.record.tax_name and rng.random() < 0.3:
        name = f"{name.rstrip(' :')} {writer.percent(rate)}{writer.look.colon}"
    return name, writer.amount(writer.record.tax, "tax_total"), False


def _halves(record: Record) -> list[tuple[str, float]]:
    """The two taxes that a rate is the sum of: central and state, federal and provincial."""
    rate = max(record.bases)
    if record.country.code == "IN" and len(record.bases) == 1:
        return [("CGST", rate / 2), ("SGST", rate / 2)]
    if record.country.code == "CA" and rate == 14.975:
        return [("TPS", 5.0), ("TVQ", 9.975)] if record.language.code == "fr" else [("GST", 5.0), ("QST", 9.975)]
    if record.country.code == "US" and rate > 6 and len(record.bases) == 1:
        return [("State", 4.0), ("County", round(rate - 4, 3))]
    return []


def _split(writer: Writer, base: int) -> list[Sum]:
    record = writer.record
    names = _halves(record)
    first = rounded(base * round(names[0][1] * 1000), 100_000)
    rows: list[Sum] = []
    for (name, rate), cents in zip(names, (first, record.tax - first), strict=True):
        title = f"{name} {record.tax_name}" if name in ("State", "County") else name
        rows.append((writer.with_colon(f"{title} {writer.percent(rate)}"), writer.amount(cents), False))
    if writer.rng.random() < 0.3:
        rows.append((writer.label("tax_total"), writer.amount(record.tax, "tax_total"), False))
    return rows


def _only_payable(writer: Writer) -> bool:
    """Whether the one total printed is what is left after withholding, as usual in Spain."""
    record = writer.record
    return bool(record.withheld) and "grand_total" not in writer.values and writer.once("only payable", 0.35)


def _grand(writer: Writer) -> Sum:
    """The total; not called what is left to pay where that is another sum."""
    record = writer.record
    name = writer.label("grand_total")
    if record.payable != record.total:
        labels = record.language.labels
        others = tuple(text.casefold() for text in (*labels["payable"], *labels["balance"]))
        if name.casefold().startswith(others):
            texts = [text for text in labels["grand_total"] if not text.casefold().startswith(others)]
            name = writer.with_colon(writer.rng.choice([text for text in texts if "{" not in text]))
    return name, writer.amount(record.total, "grand_total", level="grand"), True


def _withheld(writer: Writer) -> list[Sum]:
    record = writer.record
    percent = writer.percent(record.withheld_percent)
    sign = -1 if writer.once("withheld negative", 0.7) else 1
    return [(writer.label("withholding", rate=percent), writer.amount(sign * record.withheld), False)]


def _payable(writer: Writer, *, doubtful: bool = False) -> Sum:
    """What is left to pay, which is not the total; `doubtful` where it is the only sum printed."""
    cents = writer.record.payable
    key = "payable" if writer.once("payable", 0.5) else "balance"
    if not doubtful:
        return writer.label(key), writer.amount(cents, level="grand"), writer.once("payable bold", 0.5)
    label = writer.tag("grand_total")._replace(certain=False)
    return writer.label("grand_total"), writer.priced(writer.money(cents), label, "grand"), True


def _after(writer: Writer) -> list[Sum]:
    """Prepayments and what is left; sums that only look like totals."""
    rng, record = writer.rng, writer.record
    rows: list[Sum] = []
    if record.withheld:
        rows += [*_withheld(writer), _payable(writer)]
    if record.paid:
        rows += _paid(writer)
    if record.kind == "invoice" and record.payable == record.total and rng.random() < 0.04:
        percent = rng.choice((2, 2, 3, 1.5))
        off = rounded(record.total * round(percent * 10), 1000)
        rows.append((writer.label("early_discount", rate=writer.percent(percent)), writer.amount(-off), False))
        rows.append((writer.label("payable"), writer.amount(record.total - off), False))
    if rng.random() < 0.02 and not writer.coin:
        rows += _exchanged(writer)
    return rows


def _paid(writer: Writer) -> list[Sum]:
    """One or two payments and the balance."""
    rng, record = writer.rng, writer.record
    parts = [record.paid // 3, record.paid - record.paid // 3] if rng.random() < 0.2 else [record.paid]
    sign = -1 if rng.random() < 0.6 else 1
    rows: list[Sum] = []
    for part in parts:
        name = writer.label("paid")
        if len(parts) > 1 or rng.random() < 0.2:
            day = record.date - datetime.timedelta(days=rng.randrange(1, 60))
            date = " ".join(token.text for token in writer.date(day))
            name = f"{name.rstrip(' :')} {date if len(parts) == 1 else len(rows) + 1}{writer.look.colon}"
        rows.append((name, writer.amount(sign * part), False))
    if rng.random() < 0.9:
        rows.append(_payable(writer))
    return rows


def _exchanged(writer: Writer) -> list[Sum]:
    """The total in another currency, and its rate."""
    rng, record = writer.rng, writer.record
    other = rng.choice([code for code in ("EUR", "USD", "GBP", "CHF") if code != record.currency])
    rate = rng.randrange(6000, 16000)
    amount = [*tokens(other), *tokens(writer.money(rounded(record.total * rate, 10_000)))]
    name = writer.with_colon(f"{writer.say('exchange')} {record.currency}/{other}")
    return [(name, tokens(writer.money(rate, 4)), False), (writer.with_colon(f"Total {other}"), amount, False)]
