"""Whether two values are the same: what scoring counts as right."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from docengine.engine.values.freetext import alphanumerics
from docengine.engine.values.parsing import parse
from docengine.schema import FieldType

NUMERIC = frozenset({FieldType.AMOUNT, FieldType.QUANTITY, FieldType.PERCENT})


def same_value(a: str, b: str, kind: FieldType) -> bool:
    """Typed equality of two values, normalised or as printed: `4385.00` is `4385`, `31.12.2024` is `2024-12-31`."""
    return value_key(a, kind) == value_key(b, kind)


def value_key(value: str, kind: FieldType) -> Decimal | str:
    """Equal for equal values. Values that do not parse are compared by their letters and digits."""
    if kind in NUMERIC:
        number = _decimal(value) or _decimal(parse(value, kind) or "")
        return number if number is not None else alphanumerics(value)
    if kind in (FieldType.DATE, FieldType.CURRENCY):
        return parse(value, kind) or alphanumerics(value)
    return alphanumerics(value)


def _decimal(value: str) -> Decimal | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
