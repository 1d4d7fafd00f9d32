"""The values of item rows: cells as printed, read with what the document and the row itself prove."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from docengine import Box, Field, LineItem, Schema
from docengine.engine.decode.arithmetic import is_product
from docengine.engine.decode.calibration import Calibration
from docengine.engine.decode.items import RawItem
from docengine.engine.decode.reading import Span
from docengine.engine.values import Hints, read_value
from docengine.engine.values.amounts import paid
from docengine.schema import FieldType


def read_items(items: Iterable[RawItem], schema: Schema, calibration: Calibration, hints: Hints) -> list[LineItem]:
    """Rows with the cells that parse; `2,000` is two, `9.91626` is 9,916.26, where only that gives the line total."""
    rows = (_row(item, schema, calibration, hints) for item in items)
    return [row for row in rows if row]


def _row(item: RawItem, schema: Schema, calibration: Calibration, hints: Hints) -> LineItem:
    row = _read(item, schema, calibration, hints)
    if multiplies(row) is not False:
        return row
    for mark in (".", ","):
        other = _read(item, schema, calibration, replace(hints, decimal_mark=mark))
        if multiplies(other):
            return other
    parted = _parted(row, schema, hints)
    if multiplies(parted):
        return parted
    price = paid(row["unit_price"].value)
    other = {**row, "unit_price": replace(row["unit_price"], value=price)} if price else row
    return other if multiplies(other) else row


def _parted(row: LineItem, schema: Schema, hints: Hints) -> LineItem:
    """`row` with the last word of its quantity alone: `4 174` may be a tax rate, and 174 pieces in the next column."""
    field = row["quantity"]
    before, _, last = field.text.rpartition(" ")
    value = read_value(last, schema["quantity"], hints)
    if not before or value is None:
        return row
    cut = field.box.x0 + (field.box.x1 - field.box.x0) * (len(before) + 0.5) / len(field.text)
    parted = {**row, "quantity": replace(field, value=value, text=last, box=field.box._replace(x0=cut))}
    rate = read_value(before, schema["tax_percent"], hints)
    if rate is not None and "tax_percent" not in row:
        parted["tax_percent"] = replace(field, value=rate, text=before, box=field.box._replace(x1=cut))
    return parted


def multiplies(row: LineItem) -> bool | None:
    """Whether quantity x unit price = line total; None where one of them is missing."""
    values = {name: cell.value for name, cell in row.items()}
    return is_product(values, values.get("tax_percent"))


def _read(item: RawItem, schema: Schema, calibration: Calibration, hints: Hints) -> LineItem:
    """Cells that parse, in the schema's order."""
    row: LineItem = {}
    for spec in schema.line:
        spans = item.get(spec.name, [])
        if spec.type is FieldType.TEXT:
            spans = [_joined(spans)] if spans else []
        for span in sorted(spans, key=lambda span: -span.score):
            value = read_value(span.text, spec, hints)
            if value is not None:
                row[spec.name] = Field(
                    value, span.text, calibration.probability(spec.name, span.score), span.page, span.box
                )
                break
    return row


def _joined(spans: Sequence[Span]) -> Span:
    """Lines of one text, top to bottom."""
    weights = [len(span.places) for span in spans]
    score = sum(span.score * weight for span, weight in zip(spans, weights, strict=True)) / sum(weights)
    return Span(
        " ".join(span.text for span in spans),
        score,
        Box.around(span.box for span in spans),
        spans[0].page,
        tuple(place for span in spans for place in span.places),
    )
