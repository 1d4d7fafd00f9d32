"""One parser a field type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from docengine.engine.values import freetext, identifiers
from docengine.engine.values.amounts import parse_amount, parse_percent, parse_quantity
from docengine.engine.values.currencies import currency_of
from docengine.engine.values.dates import parse_date
from docengine.engine.values.hints import NO_HINTS, Hints
from docengine.schema import FieldType

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
