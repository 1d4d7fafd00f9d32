"""One parser a field type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from docengine.engine.values import freetext, identifiers
from docengine.engine.values.amounts import paid, parse_amount, parse_percent, parse_quantity
from docengine.engine.values.currencies import currency_of
from docengine.engine.values.dates import date_range, parse_date
from docengine.engine.values.hints import NO_HINTS, Hints
from docengine.schema import FieldSpec, FieldType

Parser = Callable[[str, Hints], str | None]

PARSERS: Mapping[FieldType, Parser] = MappingProxyType(
    {
        FieldType.NUMBER: lambda text, hints: identifiers.number(text),
        FieldType.DATE: parse_date,
        FieldType.AMOUNT: parse_amount,
        FieldType.QUANTITY: parse_quantity,
        FieldType.PERCENT: parse_percent,
        FieldType.CURRENCY: currency_of,
        FieldType.TAX_ID: lambda text, hints: identifiers.tax_id(text),
        FieldType.IBAN: lambda text, hints: identifiers.iban(text),
        FieldType.NAME: lambda text, hints: freetext.name(text),
        FieldType.ADDRESS: lambda text, hints: freetext.address(text),
        FieldType.TEXT: lambda text, hints: freetext.free_text(text),
    }
)


@lru_cache(maxsize=50_000)
def parse(text: str, kind: FieldType, hints: Hints = NO_HINTS) -> str | None:
    """The normalised value of `text` as printed, or None where it does not parse as `kind`."""
    return PARSERS[kind](text, hints)


def read_value(text: str, spec: FieldSpec, hints: Hints = NO_HINTS) -> str | None:
    """The normalised value of a field; of a printed range of dates its start or, for a field that ends one, its end.

    All amounts but prices are sums that can be paid.
    """
    value = parse(text, spec.type, hints)
    if spec.type is FieldType.AMOUNT and not spec.name.endswith("price"):
        return paid(value)
    if value is None and spec.type is FieldType.DATE and spec.name.endswith(("_start", "_end")):
        both = date_range(text, hints)
        return both[spec.name.endswith("_end")] if both else None
    return value
