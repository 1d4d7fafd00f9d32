"""What must be equal, and how nearly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

FACTORS, TOTAL = ("quantity", "unit_price"), "line_total"
PRODUCT = (*FACTORS, TOTAL)
CENT = Decimal("0.02")
CASH_ROUNDING = {
    "MYR": Decimal("0.05"),
    "CHF": Decimal("0.05"),
    "CZK": Decimal(1),
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


MOST_OTHERS = 6

USUAL_RATES = (
    *(5.0, 5.5, 6.0, 7.0, 7.7, 8.0, 8.1, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0, 19.0, 20.0),
    *(21.0, 22.0, 23.0, 24.0, 25.0, 25.5, 27.0),
)
"""Of sales taxes, in percent."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What the document says elsewhere about its totals: its line items, its currency, the tax rates it prints."""

    lines: Decimal | None = None
    """Sum of the line totals; None when most rows have none."""
    count: int = 0
    tolerance: Decimal = CENT
    """Of the document's totals."""
    rates: tuple[float, ...] = USUAL_RATES
    """Tax rates in percent: those that are printed, where any is."""
    others: tuple[float, ...] = ()
    """Amounts printed between net and grand total: tips, freight, rounding, tax that the buyer keeps back."""

    @classmethod
    def of(
        cls,
        line_totals: Sequence[Decimal | None],
        currency: str | None,
        printed: Iterable[str] = (),
        others: Iterable[str | None] = (),
    ) -> Sums:
        """`line_totals`: one a row, None where the row has none; `printed`: percentages; `others`: see above.

        Rows without a line total are notes, unless most are.
        """
        rates = tuple(sorted({float(rate) for rate in printed if 0 < float(rate) <= 30})) or USUAL_RATES
        found = [total for total in line_totals if total is not None]
        lines = sum(found, Decimal(0)) if found and 2 * len(found) > len(line_totals) else None
        amounts = tuple(float(amount) for amount in others if amount)[:MOST_OTHERS]
        return cls(lines, len(found), rounding(currency), rates, amounts)

    def explains(self, rest: float, most: int = 2) -> bool:
        """Whether `most` of the other amounts or fewer make up `rest`, what grand total less net and tax leaves.

        What the buyer keeps back is printed with a minus or without.
        """
        parts = {sign * amount for amount in self.others for sign in (1, -1)}
        sums = (sum(some) for count in range(1, most + 1) for some in combinations(sorted(parts), count))
        return any(abs(one - rest) < float(CENT) / 2 for one in sums)

    def matches(self, total: Decimal) -> bool:
        """Whether the lines add up to `total`; each may be rounded by half a cent."""
        if self.lines is None:
            return False
        return agrees(self.lines, total, max(self.tolerance, Decimal("0.005") * self.count))


def is_product(values: Mapping[str, str], tax_percent: str | None = None) -> bool | None:
    """Whether quantity x unit price = line total in a row's values; None where one of them is missing."""
    if any(name not in values for name in PRODUCT):
        return None
    quantity, price, total = (Decimal(values[name]) for name in PRODUCT)
    return product_agrees(quantity, price, total, None if tax_percent is None else Decimal(tax_percent))


def product_agrees(quantity: Decimal, price: Decimal, total: Decimal, tax_percent: Decimal | None) -> bool:
    """Whether quantity x price = total, with or without tax; a printed price is right to half its last digit."""
    exponent = price.as_tuple().exponent
    last_digit = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    tolerance = max(CENT, min(abs(quantity) * last_digit / 2, abs(total) / 50))
    plain = quantity * price
    if agrees(abs(plain), abs(total), tolerance):
        return True
    return tax_percent is not None and agrees(abs(plain * (1 + tax_percent / 100)), abs(total), 2 * tolerance)
