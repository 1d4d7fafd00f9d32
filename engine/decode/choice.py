"""One value or none for each field, chosen jointly: by score, and by what the checks say of the choices together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product
from math import log

from docengine.engine.decode.arithmetic import Sums, agrees
from docengine.engine.decode.options import TOTALS, Option, Options

FEW = 5
"""Values of each field that a joint choice looks at."""
ADDS_UP, EQUAL, TAX_INSIDE, MISFIT, LINES, TOO_MUCH_TAX = 3.5, 0.5, 1.0, -1.5, 1.2, -1.5
"""Added to the log-probability of a choice. A fifth of real advertising orders do not add up: no disproof."""
DISORDER = -2.0
LIFT, LIFT_BY_LINES = 0.6, 0.3
"""Share of the gap to certainty that a check closes."""
FAINT = 0.08
"""No check lifts a value of less than this."""

Chosen = dict[str, Option]
ORDERED = (("invoice_date", "due_date"), ("period_start", "period_end"))
DIFFERENT = (("seller_name", "buyer_name"), ("seller_tax_id", "buyer_tax_id"))


def choose(options: Options, sums: Sums) -> Chosen:
    """The best option of each field that has any; thresholds come later. `sums`: of the line items."""
    chosen = {name: some[0] for name, some in options.items() if some and name not in TOTALS}
    chosen.update(choose_totals(options, sums))
    for first, second in ORDERED:
        _choose_pair(chosen, options, (first, second), lambda a, b: a.value <= b.value, "are in order")
    for first, second in DIFFERENT:
        _choose_pair(chosen, options, (first, second), _differ, "differ")
    return chosen


def _differ(a: Option, b: Option) -> bool:
    return a.value.casefold() != b.value.casefold()


def choose_totals(options: Options, sums: Sums) -> Chosen:
    """Net, tax and grand total together; where none fits in with the others, the likeliest on words of its own."""
    some = [options.get(name, [])[:FEW] for name in TOTALS]
    best = max(product(*([*few, None] for few in some)), key=lambda trio: _merit(trio, some, sums))
    taken = frozenset().union(*(option.places for option in best if option))
    proved = proves(best) and all(option is not None and option.score >= FAINT for option in best)
    chosen: Chosen = {}
    for name, few, option in zip(TOTALS, some, best, strict=True):
        if option is None:
            free = next((one for one in few if not one.places & taken), None)
            if free is not None:
                chosen[name] = free
            continue
        by_lines = name != "tax_total" and option.score >= FAINT and sums.matches(option.number)
        lift = LIFT if proved else LIFT_BY_LINES if by_lines else 0.0
        why = "net_total + tax_total = grand_total" if proved else "the line totals add up to it" if by_lines else ""
        chosen[name] = replace(
            option, score=option.score + lift * (1 - option.score), warning=_mended(name, option, few[0], why)
        )
    return chosen


def _merit(trio: Sequence[Option | None], some: list[list[Option]], sums: Sums) -> float:
    """Log-probability of net, tax and total, and what their sum says."""
    places = [option.places for option in trio if option is not None]
    if sum(map(len, places)) > len(frozenset().union(*places)):
        return -1e9  # one word is not two values
    merit = sum(_log(option, few) for option, few in zip(trio, some, strict=True) if few)
    net, tax, total = trio
    if net and tax and total:
        if agrees(net.number + tax.number, total.number, sums.tolerance):
            merit += EQUAL if tax.number == 0 else ADDS_UP
        elif agrees(net.number, total.number, sums.tolerance):
            merit += TAX_INSIDE
        else:
            merit += MISFIT
    if tax and total and abs(tax.number) > abs(total.number) / 2:
        merit += TOO_MUCH_TAX
    if any(option and sums.matches(option.number) for option in (net, total)):
        merit += LINES
    return merit


def _log(option: Option | None, few: list[Option]) -> float:
    return log(max(1 - few[0].score, 0.02) if option is None else min(max(option.score, 0.01), 0.98))


def proves(trio: Sequence[Option | None]) -> bool:
    """Whether net + tax = total, and not because the tax is nothing."""
    net, tax, total = trio
    if not (net and tax and total) or tax.number == 0:
        return False
    return agrees(net.number + tax.number, total.number, Decimal("0.02"))


def _choose_pair(
    chosen: Chosen, options: Options, names: tuple[str, str], holds: Callable[[Option, Option], bool], what: str
) -> None:
    """Where the best two do not hold together, the likeliest two that do, if they are likely enough."""
    first, second = names
    if first not in chosen or second not in chosen or holds(chosen[first], chosen[second]):
        return
    few = [options[first][:FEW], options[second][:FEW]]
    pairs = [(a, b) for a, b in product(*few) if holds(a, b) and not a.places & b.places]
    if not pairs:
        return

    def merit(pair: tuple[Option, Option]) -> float:
        return sum(_log(option, few[k]) for k, option in enumerate(pair))

    best = max(pairs, key=merit)
    if merit(best) < merit((chosen[first], chosen[second])) + DISORDER:
        return
    for name, option in zip(names, best, strict=True):
        if option is not chosen[name]:
            warning = _mended(name, option, chosen[name], f"then {first} and {second} {what}")
            chosen[name] = replace(option, warning=warning)


def _mended(name: str, option: Option, likelier: Option, why: str) -> str:
    if option.value == likelier.value or not why:
        return ""
    return f"{name}: took {option.value} instead of {likelier.value}, because {why}"


def warnings_of(chosen: Mapping[str, Option]) -> list[str]:
    return [option.warning for option in chosen.values() if option.warning]
