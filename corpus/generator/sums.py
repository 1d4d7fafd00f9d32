"""The block of sums and the table of tax rates as they are set."""

from __future__ import annotations

from docengine.corpus.generator.formats import plain
from docengine.corpus.generator.record import Record
from docengine.corpus.generator.sheet import Line, Sheet, tokens
from docengine.corpus.generator.totals import total_rows
from docengine.corpus.generator.writer import Writer

_BAND_COUNTRIES = frozenset(("ES", "FR", "IT", "PT", "BR", "MX", "BE", "PL", "CZ"))
"""Where sums often stand in a band: labels in one row, amounts below."""


def wants_band(writer: Writer) -> bool:
    share = 0.24 if writer.record.country.code in _BAND_COUNTRIES else 0.06
    return writer.rng.random() < share


def write_totals(sheet: Sheet, writer: Writer, x: float, y: float, width: float, size: float) -> float:
    """Rows of label and amount in a column at `x`, `width` wide."""
    look, rng = writer.look, writer.rng
    rows = total_rows(writer)
    gap = rng.choice((0.0, 0.0, 2.0, 4.0))
    amounts = max(sheet.measure(line, size * 1.15, True) for _, line, _ in rows) + size
    style = rng.choice(("ends", "ends", "ends", "near", "right labels", "left amounts"))
    frame = rng.choices(("", "box", "rules", "cells"), (72, 12, 10, 6))[0]
    top = y
    for label, line, counts in rows:
        bold = counts and look.bold_totals
        big = size * (1.15 if bold and writer.once("big total", 0.3) else 1.0)
        if counts and writer.once("rule above total", 0.4):
            sheet.rule(x, y - 1, x + width, y - 1)
        if counts and writer.once("dark total", 0.07):
            sheet.fill(x - 3, y - 1.5, x + width + 3, y + big * look.leading, 0.25)
            sheet.inverse = True
        elif counts and writer.once("grey total", 0.1):
            sheet.fill(x - 3, y - 1.5, x + width + 3, y + big * look.leading, 0.88)
        _row(sheet, style, (writer.words(label), line), (x, y, width, amounts), big, bold)
        sheet.inverse = False
        y += big * look.leading + gap
        if frame in ("rules", "cells"):
            y += 2.0
            sheet.rule(x - 3, y - 2, x + width + 3, y - 2)
            y += 1.0
    if frame in ("box", "cells"):
        _box(sheet, x - 3, top - 2, x + width + 3, y)
    return y


def _row(sheet: Sheet, style: str, cells: tuple[Line, Line], place: tuple[float, float, float, float], size: float,
         bold: bool) -> None:  # fmt: skip
    """One label and its amount; `place`: x, y, width, and the room of amounts."""
    words, line = cells
    x, y, width, amounts = place
    if style == "near":
        sheet.put(x + width - amounts - size, y, words, size, bold=bold, align="r", room=width - amounts)
    else:
        end = sheet.put(x, y, words, size, bold=bold, room=width - amounts)
    if style in ("ends", "near"):
        sheet.put(x + width, y, line, size, bold=bold, align="r")
    elif style == "right labels":
        sheet.put(max(end + size, x + width - amounts), y, line, size, bold=bold)
    else:
        sheet.put(x + width - amounts, y, line, size, bold=bold, room=amounts)


def _box(sheet: Sheet, x0: float, y0: float, x1: float, y1: float) -> None:
    for edge in (y0, y1):
        sheet.rule(x0, edge, x1, edge)
    for edge in (x0, x1):
        sheet.rule(edge, y0, edge, y1)


def write_band(sheet: Sheet, writer: Writer, x: float, y: float, width: float, size: float) -> float:
    """The sums side by side: labels above, amounts below, in cells or not; the last sums in a second band."""
    rng, look = writer.rng, writer.look
    rows = total_rows(writer)
    fit = max(int(width / (size * 9)), 2)
    align, ruled = rng.choice("lcr"), rng.random() < 0.7
    bands = [rows[start : start + fit] for start in range(0, len(rows), fit)]
    if len(bands) == 1 and len(rows) > 3 and rng.random() < 0.4:
        bands = [rows[:-1], rows[-1:]]
    for band in bands:
        wide = width if len(band) > 1 else width / 3
        left = x if len(band) > 1 else x + width - wide
        column, low = wide / len(band), y + 2 * size * look.leading
        for i, (label, line, counts) in enumerate(band):
            bold = counts and look.bold_totals
            at = left + i * column + {"l": 3.0, "c": column / 2, "r": column - 3.0}[align]
            sheet.put(at, y, writer.words(label), size * 0.9, bold=look.bold_labels, align=align, room=column - 6)
            sheet.put(at, y + size * look.leading, line, size, bold=bold, align=align, room=column - 6)
            if ruled:
                _box(sheet, left + i * column, y - 2, left + (i + 1) * column, low)
        y = low + size * 0.5
    return y


def needs_tax_table(record: Record) -> bool:
    return record.tax != 0


def write_tax_table(sheet: Sheet, writer: Writer, x: float, y: float, size: float) -> float:
    """Rate, base and tax of each rate, with a head row; labels the sums below it when it prints them."""
    rng, record = writer.rng, writer.record
    keys = ["rate", "net", "tax"]
    if rng.random() < 0.3:
        keys = ["net", "rate", "tax"]
    if rng.random() < 0.4:
        keys.append("gross")
    rows = [_tax_cells(writer, rate, base, tax) for rate, (base, tax) in record.bases.items()]
    ends = len(record.bases) > 1 and rng.random() < 0.5
    if ends:
        rows.append({"rate": [], "net": writer.amount(record.net, "net_total", level="line"),
                     "tax": writer.amount(record.tax, "tax_total", level="line"),
                     "gross": writer.amount(record.total, "grand_total", level="line")
                     if "gross" in keys and not record.rounding else []})  # fmt: skip
    heads = {key: tokens(writer.say(f"breakdown_{key}")) for key in keys}
    if rng.random() < 0.35:
        sheet.put(x, y, tokens(writer.say("tax_breakdown")), size, bold=True, room=size * 24)
        y += size * writer.look.leading
    return _set_table(sheet, writer, [heads, *rows], keys, (x, y, size))


def _tax_cells(writer: Writer, rate: float, base: int, tax: int) -> dict[str, Line]:
    """A row of the table; the only row's base and tax are the document's."""
    whole = (base, tax) == (writer.record.net, writer.record.tax)
    return {"rate": tokens(writer.percent(rate)), "net": _cell(writer, base, "net_total" if whole else None),
            "tax": _cell(writer, tax, "tax_total" if whole else None),
            "gross": tokens(writer.money(base + tax))}  # fmt: skip


def _cell(writer: Writer, cents: int, field: str | None) -> Line:
    """An amount without its currency."""
    if field:
        writer.values[field] = plain(cents)
    return tokens(writer.money(cents), writer.tag(field) if field else None)


def _set_table(sheet: Sheet, writer: Writer, rows: list[dict[str, Line]], keys: list[str],
               place: tuple[float, float, float]) -> float:  # fmt: skip
    """A small table of right-aligned columns as wide as their contents; `place`: x, y, size of type."""
    rng, (x, y, size) = writer.rng, place
    step, align = size * writer.look.leading, rng.choice("rrrcl")
    extra = rng.choice((1.5, 2.5, 4.0)) * size
    widths = [min(max(sheet.measure(row[key], size, True) for row in rows), size * 9) + extra for key in keys]
    ruled, bold = rng.random() < 0.3, writer.look.bold_labels
    for number, row in enumerate(rows):
        left = x
        for key, width in zip(keys, widths, strict=True):
            at = left + {"l": 0.0, "c": (width - size) / 2, "r": width - size}[align]
            sheet.put(at, y, row[key], size, align=align, bold=bold and number == 0, room=width - size)
            left += width
        y += step
        if ruled or (number == 0 and writer.once("rule below tax head", 0.3)):
            sheet.rule(x, y - 0.5, left, y - 0.5)
    return y
