"""Sums of a receipt: subtotal, tax, rounding, total, how it was paid, and the table of tax rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docengine.corpus.generator.sheet import Line, Token, tokens

if TYPE_CHECKING:
    from docengine.corpus.generator.roll import Roll


def write_sums(roll: Roll) -> None:
    rng, sale = roll.rng, roll.sale
    near = rng.random() < 0.33
    colon, step = roll.colon, roll.step
    roll.step *= rng.choice((1.0, 1.0, 1.1, 1.25, 1.4))
    roll.colon = "" if rng.random() < 0.35 else colon
    _before_total(roll, near)
    _total(roll, near)
    if rng.random() < 0.8:
        _paid(roll, near)
    roll.colon, roll.step = colon, step
    if sale.trade in ("restaurant", "bar") and sale.covers > 1 and rng.random() < 0.1:
        share = roll.words(f"{roll.say('covers')} 1/{sale.covers}")
        _row(roll, share, roll.writer.amount(-(-sale.record.total // sale.covers)), near)
    malay = sale.record.country.code == "MY"
    if sale.record.tax and rng.random() < (0.7 if malay else 0.45):
        _tax_table(roll)
    elif sale.record.tax and rng.random() < 0.3:
        label = roll.say("tax_total", rate=roll.writer.percent(next(iter(sale.record.bases))))
        tax = [*roll.words(label + roll.colon), *roll.writer.amount(sale.record.tax, "tax_total", level="line")]
        if rng.random() < 0.5:
            tax = [*roll.label("net_total"), *roll.writer.amount(sale.record.net, "net_total", level="line"), *tax]
        roll.line(tax)


def _row(roll: Roll, label: Line, amount: Line, near: bool, *, size: float = 0.0, bold: bool = False) -> None:
    """Amount at the right edge; the label at the left one or right before the amounts."""
    size = size or roll.size
    if not near:
        if not _in_columns(roll, label, amount, size, bold):
            roll.pair(label, amount, size=size, bold=bold, indent=roll.indent)
        return
    sheet, width = roll.sheet, roll.edge - roll.left
    column = min(width * 0.45, max(sheet.measure(amount, size, bold), width * 0.25) + size)
    if roll.writer.once("colons in a column", 0.4) and label and label[-1].text.rstrip(":"):
        label = [*label[:-1], label[-1]._replace(text=label[-1].text.rstrip(":")), Token(":")]
    sheet.put(roll.edge - column, roll.y, label, size, bold=bold, align="r", room=width - column)
    sheet.put(roll.edge, roll.y, amount, size, bold=bold, align="r", room=column - size * 0.4)
    roll.down(size)


def _in_columns(roll: Roll, label: Line, amount: Line, size: float, bold: bool) -> bool:
    """Whether the row was set with its currency in a column of its own: `TOTAL      RM      8.20`."""
    if len(amount) != 2 or amount[0].text != roll.writer.look.symbol or not roll.writer.once("currency column", 0.45):
        return False
    column = roll.edge - (roll.edge - roll.left) * 0.27
    if roll.sheet.measure(label, size, bold) > column - roll.left - roll.indent - 3 * size:
        return False
    roll.sheet.put(roll.left + roll.indent, roll.y, label, size, bold=bold)
    roll.sheet.put(column, roll.y, amount[:1], size, bold=bold, align="r")
    roll.sheet.put(roll.edge, roll.y, amount[1:], size, bold=bold, align="r", room=roll.edge - column - 2)
    roll.down(size)
    return True


def _before_total(roll: Roll, near: bool) -> None:
    rng, writer, sale = roll.rng, roll.writer, roll.sale
    record = sale.record
    if record.included and record.tax and "receipt_net" in writer.language.labels and not sale.service:
        malay = record.country.code == "MY"
        if rng.random() < (0.6 if malay else 0.08):
            _chain(roll, near)
            return
    adjusted = record.discount or sale.service or not record.included
    if adjusted or rng.random() < 0.45:
        field = "net_total" if not record.included and not record.discount and not sale.service else None
        _row(roll, roll.label("subtotal"), writer.amount(record.goods - sum(sale.cuts.values()), field), near)
    if record.discount and not sale.cuts:
        _row(
            roll,
            roll.label("discount", rate=writer.percent(record.discount_percent)),
            writer.amount(-record.discount),
            near,
        )
    if sale.service and not writer.once("service below the tax", 0.5):
        _row(roll, roll.label("tip"), writer.amount(sale.service), near)
    if record.tax and (not record.included or rng.random() < 0.35):
        if record.included and rng.random() < 0.7:
            _row(roll, roll.label("net_total"), writer.amount(record.net, "net_total"), near)
        rates = [rate for rate, (_, tax) in record.bases.items() if tax]
        if len(rates) == 1:
            label = roll.label("tax_total", rate=writer.percent(rates[0]))
            _row(roll, label, writer.amount(record.tax, "tax_total"), near)
        else:
            for rate in rates:
                label = roll.label("tax_line", rate=writer.percent(rate), base=writer.money(record.bases[rate][0]))
                _row(roll, label, writer.amount(record.bases[rate][1]), near)
    elif not record.tax and rng.random() < 0.1:
        _row(roll, roll.label("tax_total", rate=writer.percent(0)), writer.amount(0), near)
    if sale.service and writer.once("service below the tax", 0.5):
        _row(roll, roll.label("tip"), writer.amount(sale.service), near)
    if record.rounding or (record.country.code == "MY" and rng.random() < 0.3):
        if rng.random() < 0.6 and record.rounding:
            _row(roll, roll.label("grand_total"), writer.amount(sale.before_rounding), near)
        _row(roll, roll.label("rounding"), writer.amount(record.rounding), near)


def _chain(roll: Roll, near: bool) -> None:
    """Net, tax, gross, rounding: the look-alikes that Malaysian tills print before the total."""
    rng, writer, sale = roll.rng, roll.writer, roll.sale
    record = sale.record
    rate = writer.percent(next(iter(record.bases)))
    if rng.random() < 0.4:
        count = sum(max(1, item.quantity // 1000) for item in record.lines)
        _row(roll, [*roll.label("items_sold"), *tokens(str(count))], writer.amount(record.goods), near)
    if (record.discount or rng.random() < 0.2) and not sale.cuts:
        _row(roll, roll.label("discount", rate=""), writer.amount(-record.discount), near)
    if rng.random() < 0.75:
        _row(roll, roll.label("receipt_net"), writer.amount(record.net, "net_total"), near)
    if rng.random() < 0.75:
        _row(roll, roll.label("tax_total", rate=rate), writer.amount(record.tax, "tax_total"), near)
    if rng.random() < 0.8:
        _row(roll, roll.label("receipt_gross", rate=rate), writer.amount(sale.before_rounding), near)
    if record.rounding or rng.random() < 0.6:
        _row(roll, roll.label("rounding"), writer.amount(record.rounding), near)
    if rng.random() < 0.7:
        writer.retell("receipt_total", "receipt_rounded")


def _total(roll: Roll, near: bool) -> None:
    rng, writer = roll.rng, roll.writer
    size = roll.size * (rng.choice((1.0, 1.2, 1.5, 1.9)) if rng.random() < 0.4 else 1.0)
    bold = rng.random() < 0.4
    label = roll.label("receipt_total")
    malay = writer.record.country.code == "MY"
    if rng.random() < (0.25 if malay else 0.1) and writer.look.symbol and "currency" not in writer.values:
        text = rng.choice(("({})", "{}", "[{}]", "({}):")).format(writer.look.symbol)
        label = [*label, *writer.words(text)]
    _row(roll, label, writer.amount(writer.record.total, "grand_total", level="grand"), near, size=size, bold=bold)
    if rng.random() < (0.15 if writer.record.country.code == "MY" else 0.05):
        _row(
            roll,
            roll.words(
                rng.choice(writer.language.labels["grand_total"]).format(
                    tax=writer.record.tax_name, currency=writer.look.symbol
                )
            ),
            writer.amount(writer.record.total, "grand_total"),
            near,
        )


def _paid(roll: Roll, near: bool) -> None:
    """Cash and change, or a card; what equals the total may be taken for it, and is marked as such."""
    rng, writer, sale = roll.rng, roll.writer, roll.sale
    if sale.cash:
        roll_amount = _given(roll, sale.tendered)
        _row(roll, roll.label("cash"), roll_amount, near)
        if sale.change or rng.random() < 0.6:
            _row(roll, roll.label("change"), writer.amount(sale.change), near)
    else:
        label = roll.label("card")
        if sale.tip:
            name = roll.label("tip")
            stated = any("%" in token.text for token in name)  # a rate that need not be this tip's
            _row(roll, roll.words("Tip") if stated else name, writer.amount(sale.tip), near)
        if rng.random() < 0.3:
            label = [*label, *tokens(rng.choice(("XXXX1234", "************4821", "****7790", "#0045")))]
        _row(roll, label, _given(roll, sale.record.total + sale.tip), near)
        if rng.random() < 0.2:
            _row(roll, roll.label("change"), writer.amount(0), near)


def _given(roll: Roll, cents: int) -> Line:
    writer = roll.writer
    if cents != writer.record.total:
        return writer.amount(cents)
    return [
        Token(text, label and label._replace(certain=False), glued)
        for text, label, glued in writer.amount(cents, "grand_total", level="totals")
    ]


def _tax_table(roll: Roll) -> None:
    """`GST SUMMARY  AMOUNT(RM)  TAX(RM)`, or the European table with net, tax and gross."""
    rng, writer, record = roll.rng, roll.writer, roll.writer.record
    roll.blank()
    if rng.random() < 0.4:
        roll.line(roll.words(roll.say("tax_breakdown")))
    gross = rng.random() < 0.35
    heads = [roll.say("breakdown_rate"), roll.say("breakdown_net"), roll.say("breakdown_tax")]
    heads += [roll.say("col_gross")] if gross else []
    width = roll.width / len(heads)
    stops = [roll.left + width * (i + 1) for i in range(len(heads))]
    if record.country.code == "MY" and rng.random() < 0.88:
        mark = rng.choice(("({})", "({})", "({})", " ({})", "({})", "[{}]", " {}")).format(
            roll.writer.look.symbol or "RM"
        )
        heads = [heads[0], *(head if "(" in head else head + mark for head in heads[1:])]
    _cells(roll, [tokens(head) for head in heads], stops, width)
    letters = "ABCDE" if rng.random() < 0.4 else ""
    for i, (rate, (net, tax)) in enumerate(record.bases.items()):
        code = (
            f"{letters[i % 5]}= "
            if letters
            else rng.choice(
                (
                    "",
                    "",
                    "SR ",
                    "S = ",
                    "ZRL " if not rate else "SR @ ",
                    "SR (@ ",
                    "S(",
                    "GST @ ",
                    "SR = ",
                    "S = ",
                    "SR @ ",
                )
            )
        )
        rest = ")" if "(" in code else ""
        cells = [tokens(code + writer.percent(rate) + rest), tokens(writer.money(net)), tokens(writer.money(tax))]
        if len(record.bases) == 1:
            cells = [
                cells[0],
                writer.amount(net, "net_total", level="line"),
                writer.amount(tax, "tax_total", level="line"),
            ]
        _cells(roll, cells + ([tokens(writer.money(net + tax))] if gross else []), stops, width)
    if len(record.bases) > 1 and rng.random() < 0.3:
        cells = [
            roll.words(roll.say("receipt_total")),
            writer.amount(record.net, "net_total", level="line"),
            writer.amount(record.tax, "tax_total", level="line"),
        ]
        _cells(roll, cells, stops, width)


def _cells(roll: Roll, cells: list[Line], stops: list[float], width: float) -> None:
    for i, (cell, stop) in enumerate(zip(cells, stops, strict=False)):
        x, align = (roll.left, "l") if i == 0 else (stop, "r")
        roll.sheet.put(x, roll.y, cell, roll.size, align=align, room=width - 2)
    roll.down()
