"""What must be equal, and how nearly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

CENT = Decimal("0.02")
CASH_ROUNDING = {
    "MYR": Decimal("0.05"),
    "CHF": Decimal("0.05"),
    "SEK": Decimal(1),
    "DKK": Decimal(1),
    "NOK": Decimal(1),
}
"""Totals are rounded to what can be paid in coins."""


def agrees(a: Decimal, b: Decimal, tolerance: Decimal = CENT) -> bool:
    return abs(a - b) <= tolerance


def rounding(currency: str | None) -> Decimal:
    """How far a grand total may be from its parts."""
    return CASH_ROUNDING.get(currency or "", CENT)


@dataclass(frozen=True, slots=True)
class Sums:
    """Of the line items."""

    lines: Decimal | None = None
    """Sum of the line totals; None when a row has none."""
    count: int = 0
    tolerance: Decimal = CENT
    """Of the document's totals."""

    @classmethod
    def of(cls, line_totals: Sequence[Decimal | None], currency: str | None) -> Sums:
        """`line_totals`: one a row, None where the row has none. Rows without one are notes, unless most are."""
        found = [total for total in line_totals if total is not None]
        lines = sum(found, Decimal(0)) if found and 2 * len(found) > len(line_totals) else None
        return cls(lines, len(found), rounding(currency))

    def matches(self, total: Decimal) -> bool:
        """Whether the lines add up to `total`; each may be rounded by half a cent."""
        if self.lines is None:
            return False
        return agrees(self.lines, total, max(self.tolerance, Decimal("0.005") * self.count))


def product_agrees(quantity: Decimal, price: Decimal, total: Decimal, tax_percent: Decimal | None) -> bool:
    """Whether quantity x price = total, with or without tax; a printed price is right to half its last digit."""
    exponent = price.as_tuple().exponent
    last_digit = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    tolerance = max(CENT, min(abs(quantity) * last_digit / 2, abs(total) / 50))
    plain = quantity * price
    if agrees(abs(plain), abs(total), tolerance):
        return True
    return tax_percent is not None and agrees(abs(plain * (1 + tax_percent / 100)), abs(total), 2 * tolerance)
