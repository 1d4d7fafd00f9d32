"""The checks over what was chosen. One that fails lowers confidence and says so; it never takes a value away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from docengine import Check, Field, LineItem
from docengine.engine.decode.arithmetic import PRODUCT, Sums, agrees
from docengine.engine.decode.itemvalues import multiplies
from docengine.engine.decode.options import TOTALS, Option

DOUBTFUL, INVOLVED = 0.7, 0.9
"""What a failing check leaves of the score of the least certain value in it, and of the others."""
SOMEWHAT = 0.95
"""The same of both totals where the lines do not add up: a quarter of sound invoices have a discount or freight."""

TAX_IDS = ("seller_tax_id", "buyer_tax_id")


@dataclass(slots=True)
class Verdict:
    """Checks that could be made, and by field what they leave of its score."""

    checks: list[Check] = field(default_factory=list)
    factors: dict[str, float] = field(default_factory=dict)
    cells: dict[int, float] = field(default_factory=dict)
    """The same by row of the line items."""

    def add(self, name: str, ok: bool, detail: str, involved: Mapping[str, Option] | None = None) -> None:
        """`involved`: the fields that a failure makes doubtful."""
        self.checks.append(Check(name, ok, "" if ok else detail))
        if ok or not involved:
            return
        weakest = min(involved, key=lambda one: involved[one].score)
        self.lower({one: DOUBTFUL if one == weakest else INVOLVED for one in involved})

    def lower(self, factors: Mapping[str, float]) -> None:
        for one, factor in factors.items():
            self.factors[one] = min(self.factors.get(one, 1.0), factor)


def check(chosen: Mapping[str, Option], items: Sequence[LineItem], sums: Sums) -> Verdict:
    """Every check for which the values are there."""
    verdict = Verdict()
    _totals(verdict, chosen, sums)
    _lines(verdict, chosen, sums)
    _products(verdict, items)
    _order(verdict, chosen, "dates_in_order", "invoice_date", "due_date")
    _order(verdict, chosen, "period_in_order", "period_start", "period_end")
    _digits(verdict, chosen, "iban_check_digits", ["iban"])
    _digits(verdict, chosen, "tax_id_check_digits", TAX_IDS)
    return verdict


def _totals(verdict: Verdict, chosen: Mapping[str, Option], sums: Sums) -> None:
    if any(name not in chosen for name in TOTALS):
        return
    net, tax, total = (chosen[name].number for name in TOTALS)
    ok = agrees(net + tax, total, sums.tolerance) or agrees(net, total, sums.tolerance)
    ok = ok or sums.explains(float(total - net - tax))
    detail = f"{net} + {tax} is {net + tax}, not {total}"
    verdict.add("totals_add_up", ok, detail, {name: chosen[name] for name in TOTALS})


def _lines(verdict: Verdict, chosen: Mapping[str, Option], sums: Sums) -> None:
    totals = {name: chosen[name] for name in ("net_total", "grand_total") if name in chosen}
    if sums.lines is None or not totals:
        return
    ok = any(sums.matches(option.number) for option in totals.values())
    expected = " or ".join(f"{name} {option.number}" for name, option in totals.items())
    verdict.add("lines_add_up", ok, f"the line totals add up to {sums.lines}, not to {expected}")
    if not ok:
        verdict.lower(dict.fromkeys(totals, SOMEWHAT))


def _products(verdict: Verdict, items: Sequence[LineItem]) -> None:
    wrong, checked = [], 0
    for number, row in enumerate(items):
        right = multiplies(row)
        checked += right is not None
        if right is False:
            quantity, price, total = (Decimal(row[name].value) for name in PRODUCT)
            wrong.append(f"row {number + 1}: {quantity} x {price} is {quantity * price}, not {total}")
            verdict.cells[number] = INVOLVED
    if checked:
        verdict.add("line_products", not wrong, "; ".join(wrong[:5]))


def _order(verdict: Verdict, chosen: Mapping[str, Option], name: str, first: str, second: str) -> None:
    if first in chosen and second in chosen:
        a, b = chosen[first].value, chosen[second].value
        pair = {first: chosen[first], second: chosen[second]}
        verdict.add(name, a <= b, f"{second} {b} is before {first} {a}", pair)


def _digits(verdict: Verdict, chosen: Mapping[str, Option], name: str, fields: Iterable[str]) -> None:
    """Wrong check digits have lowered the score already, when the values were weighed."""
    known = {one: chosen[one] for one in fields if one in chosen and chosen[one].proved is not None}
    if known:
        wrong = [f"{one} {option.value}" for one, option in known.items() if not option.proved]
        verdict.add(name, not wrong, f"wrong check digits: {', '.join(wrong)}")


def lowered(items: Sequence[LineItem], verdict: Verdict) -> list[LineItem]:
    """`items` with less confidence in the rows that failed."""
    return [
        {name: _times(cell, verdict.cells.get(number, 1.0) if name in PRODUCT else 1.0) for name, cell in row.items()}
        for number, row in enumerate(items)
    ]


def _times(cell: Field, factor: float) -> Field:
    if factor == 1.0:
        return cell
    return Field(cell.value, cell.text, cell.confidence * factor, cell.page, cell.box)
