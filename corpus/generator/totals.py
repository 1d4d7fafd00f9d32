"""The block of sums, and the table of tax rates."""

from __future__ import annotations

from docengine.corpus.generator import keyvalues
from docengine.corpus.generator.record import Record
from docengine.corpus.generator.sheet import Line, Sheet, tokens
from docengine.corpus.generator.writer import Writer

Sum = tuple[str, Line, bool]
"""Label, amount, and whether it is the one that counts."""


def total_rows(writer: Writer) -> list[Sum]:
    """Net, tax, total and what may stand between and after them, in the document's order."""
    rng, record = writer.rng, writer.record
    rows: list[Sum] = []
    if record.kind == "bill" and rng.random() < 0.35:
        before = record.total * rng.randrange(70, 130) // 100
        rows.append((writer.label("previous"), writer.amount(before), False))
        rows.append((writer.label("paid"), writer.amount(-before), False))
    if record.discount or record.shipping:
        rows.append((writer.label("goods_total"), writer.amount(record.goods), False))
    if record.discount:
        percent = writer.percent(record.discount_percent)
        sign = -1 if writer.once("discount negative", 0.7) else 1
        rows.append((writer.label("discount", rate=percent), writer.amount(sign * record.discount), False))
    if record.shipping:
        rows.append((writer.label("shipping"), writer.amount(record.shipping), False))
    if len(record.lines) == 1 and rng.random() < 0.15 and not record.tax:
        return [*rows, _grand(writer)]
    rows += _net_and_tax(writer)
    if record.rounding:
        rows.append((writer.label("rounding"), writer.amount(record.rounding), False))
    rows.append(_grand(writer))
    if record.included and rng.random() < 0.3:
        rows = [rows[-1], *rows[:-1]]
    if record.kind in ("invoice", "bill") and rng.random() < 0.12:
        paid = record.total if rng.random() < 0.4 else record.total // rng.choice((2, 3, 5))
        rows.append((writer.label("paid"), writer.amount(-paid if rng.random() < 0.5 else paid), False))
        rows.append((writer.label("balance"), writer.amount(record.total - paid), False))
    return rows


def _net_and_tax(writer: Writer) -> list[Sum]:
    rng, record = writer.rng, writer.record
    rows: list[Sum] = []
    show_net = rng.random() < (0.85 if record.tax else 0.4)
    if show_net:
        rows.append((writer.label("net_total"), writer.amount(record.net, "net_total"), False))
    taxed = [(rate, base, tax) for rate, (base, tax) in record.bases.items() if tax or writer.once("zero tax", 0.3)]
    if len(taxed) > 1:
        for rate, base, tax in taxed:
            name = writer.label("tax_line", rate=writer.percent(rate), base=writer.money(base))
            rows.append((name, writer.amount(tax), False))
        if rng.random() < 0.3:
            rows.append((writer.label("tax_total"), writer.amount(record.tax, "tax_total"), False))
    elif taxed and (record.tax or rng.random() < 0.4):
        rate = taxed[0][0]
        name = writer.label("tax_total", rate=writer.percent(rate))
        if name.rstrip(" :") == writer.record.tax_name and rng.random() < 0.3:
            name = f"{name.rstrip(' :')} {writer.percent(rate)}{writer.look.colon}"
        rows.append((name, writer.amount(record.tax, "tax_total"), False))
    return rows


def _grand(writer: Writer) -> Sum:
    return writer.label("grand_total"), writer.amount(writer.record.total, "grand_total", level="grand"), True


def write_totals(sheet: Sheet, writer: Writer, x: float, y: float, width: float, size: float) -> float:
    """Rows of label and amount in a column at `x`, `width` wide."""
    look, rng = writer.look, writer.rng
    rows = total_rows(writer)
    if rng.random() < (0.16 if writer.language.code in ("es", "fr", "it", "pt", "pl", "cs") else 0.06) and width > 170:
        kind = keyvalues.Type(size, look.leading, look.bold_labels)
        return keyvalues.grid(sheet, [(label, line) for label, line, _ in rows], x, y, width, kind)
    gap = rng.choice((0.0, 0.0, 2.0, 4.0))
    amounts = max(sheet.measure(line, size * 1.15, True) for _, line, _ in rows) + size
    style = rng.choice(("ends", "ends", "ends", "near", "right labels"))
    boxed = rng.random() < 0.15
    top = y
    for label, line, counts in rows:
        bold = counts and look.bold_totals
        big = size * (1.15 if bold and writer.once("big total", 0.3) else 1.0)
        if counts and writer.once("rule above total", 0.4):
            sheet.rule(x, y - 1, x + width, y - 1)
        words = writer.words(label)
        if style == "ends":
            sheet.put(x, y, words, big, bold=bold, room=width - amounts)
            sheet.put(x + width, y, line, big, bold=bold, align="r")
        elif style == "near":
            sheet.put(x + width - amounts - size, y, words, big, bold=bold, align="r", room=width - amounts)
            sheet.put(x + width, y, line, big, bold=bold, align="r")
        else:
            end = sheet.put(x, y, words, big, bold=bold, room=width - amounts)
            sheet.put(max(end + size, x + width - amounts), y, line, big, bold=bold)
        y += big * look.leading + gap
    if boxed:
        for edge in (top - 2, y):
            sheet.rule(x - 3, edge, x + width + 3, edge)
    return y


def write_tax_table(sheet: Sheet, writer: Writer, x: float, y: float, size: float) -> float:
    """Rate, base and tax of each rate, with a head row; labels the sums below it when it prints them."""
    rng, record = writer.rng, writer.record
    step = size * writer.look.leading
    stops = [x, x + size * 11, x + size * 18, x + size * 25]
    if rng.random() < 0.5:
        sheet.put(x, y, tokens(writer.say("tax_breakdown")), size, bold=True, room=size * 24)
        y += step
    keys = ("breakdown_rate", "breakdown_net", "breakdown_tax")
    gross = rng.random() < 0.4
    for i, key in enumerate(keys):
        sheet.put(
            stops[i + 1] - (size * 4 if i == 0 else 0), y, tokens(writer.say(key)), size, align="r", room=size * 6.5
        )
    y += step
    for rate, (base, tax) in record.bases.items():
        cells = [tokens(writer.percent(rate)), tokens(writer.money(base)), tokens(writer.money(tax))]
        for i, cell in enumerate(cells):
            sheet.put(stops[i + 1] - (size * 4 if i == 0 else 0), y, cell, size, align="r", room=size * 6.5)
        if gross:
            sheet.put(stops[3] + size * 7, y, tokens(writer.money(base + tax)), size, align="r", room=size * 6.5)
        y += step
    if len(record.bases) > 1 and rng.random() < 0.5:
        sheet.put(stops[2], y, writer.amount(record.net, "net_total", level="line"), size, align="r", room=size * 6.5)
        sheet.put(stops[3], y, writer.amount(record.tax, "tax_total", level="line"), size, align="r", room=size * 6.5)
        y += step
    return y


def needs_tax_table(record: Record) -> bool:
    return record.tax != 0
