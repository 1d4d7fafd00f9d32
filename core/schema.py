"""Which fields exist and of what type they are. The default ones are named after EN 16931 (DESIGN.md section 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from docengine.errors import UsageError


class FieldType(StrEnum):
    """What a value must parse as to be a candidate for its field."""

    NUMBER = "number"
    """A document's number: letters, digits and dashes, with at least one digit."""
    DATE = "date"
    AMOUNT = "amount"
    QUANTITY = "quantity"
    PERCENT = "percent"
    CURRENCY = "currency"
    TAX_ID = "tax_id"
    IBAN = "iban"
    NAME = "name"
    ADDRESS = "address"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    name: str
    type: FieldType
    line_item: bool = False
    """Repeated, once a row of the item table."""


@dataclass(frozen=True)
class Schema:
    """An ordered set of fields and the BIO tags over them: `O`, then `B-` and `I-` of each field in order."""

    specs: tuple[FieldSpec, ...]

    def __post_init__(self) -> None:
        names = [spec.name for spec in self.specs]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise UsageError(f"fields named twice in the schema: {', '.join(twice)}")

    def __iter__(self) -> Iterator[FieldSpec]:
        return iter(self.specs)

    def __contains__(self, name: object) -> bool:
        return name in self._index

    def __getitem__(self, name: str) -> FieldSpec:
        return self.specs[self._index[name]]

    @cached_property
    def _index(self) -> dict[str, int]:
        return {spec.name: i for i, spec in enumerate(self.specs)}

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """`("O", "B-a", "I-a", "B-b", ...)`; its order is the order of the tag head's outputs."""
        return ("O", *(f"{bi}-{spec.name}" for spec in self.specs for bi in "BI"))

    def begin(self, name: str) -> int:
        """Index of the field's `B-` tag; its `I-` tag is the next one."""
        return 1 + 2 * self._index[name]

    @property
    def header(self) -> tuple[FieldSpec, ...]:
        return tuple(spec for spec in self.specs if not spec.line_item)

    @property
    def line(self) -> tuple[FieldSpec, ...]:
        return tuple(spec for spec in self.specs if spec.line_item)


DEFAULT_SCHEMA = Schema(
    (
        FieldSpec("invoice_number", FieldType.NUMBER),
        FieldSpec("invoice_date", FieldType.DATE),
        FieldSpec("due_date", FieldType.DATE),
        FieldSpec("order_number", FieldType.NUMBER),
        FieldSpec("contract_number", FieldType.NUMBER),
        FieldSpec("period_start", FieldType.DATE),
        FieldSpec("period_end", FieldType.DATE),
        FieldSpec("seller_name", FieldType.NAME),
        FieldSpec("seller_address", FieldType.ADDRESS),
        FieldSpec("seller_tax_id", FieldType.TAX_ID),
        FieldSpec("buyer_name", FieldType.NAME),
        FieldSpec("buyer_address", FieldType.ADDRESS),
        FieldSpec("currency", FieldType.CURRENCY),
        FieldSpec("net_total", FieldType.AMOUNT),
        FieldSpec("tax_total", FieldType.AMOUNT),
        FieldSpec("grand_total", FieldType.AMOUNT),
        FieldSpec("iban", FieldType.IBAN),
        FieldSpec("description", FieldType.TEXT, line_item=True),
        FieldSpec("quantity", FieldType.QUANTITY, line_item=True),
        FieldSpec("unit_price", FieldType.AMOUNT, line_item=True),
        FieldSpec("tax_percent", FieldType.PERCENT, line_item=True),
        FieldSpec("line_total", FieldType.AMOUNT, line_item=True),
    )
)
