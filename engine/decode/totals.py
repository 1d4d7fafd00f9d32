"""Net, tax and grand total, chosen together: by score, by their sum, by the tax rate, by the sum of the lines.

What a coincidence would explain as well proves little. So a sum or a rate that fits counts by how unlikely it were to
fit by chance, given how many values were tried and how finely they are printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from math import log

from docengine import Schema
from docengine.engine.decode.arithmetic import Sums
from docengine.engine.decode.options import TOTALS, Option, Options
from docengine.engine.decode.reading import Span
from docengine.engine.values import Hints, read_value

FEW = 5
"""Values of each field that are looked at."""
FAINT = 0.04
"""No check lifts a value of less than this."""

ADDS_UP, BY_A_RATE = 2.5, 3.0
"""Most that a fitting sum and a fitting tax rate add to the log-probability; a sum alone may be cash and change."""
EQUAL, TAX_INSIDE, MISFIT, LINES, TOO_MUCH_TAX = 0.5, 0.3, -1.5, 1.2, -1.5
"""A misfit is no disproof: a fifth of real advertising orders do not add up."""
HALF = 0.5
"""What a rate counts between two of the three alone."""
SURE, UNSEEN = 0.5, 0.1
"""Least score of two totals that say what the third is; score of an amount that is it, where the model saw none."""
LIFT, LIFT_BY_RATE, LIFT_BY_LINES = 0.45, 0.7, 0.3
"""Share of the gap to certainty that is closed where the sum fits, where the rate fits too, where the lines add up."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An option with what the search asks for again and again."""

    option: Option
    amount: float
    log: float
    by_lines: bool


Choice = Candidate | None


def choose_totals(options: Options, sums: Sums) -> dict[str, Option]:
    """The likeliest three; where none fits in with the others, the likeliest on words of its own."""
    some = [[_candidate(option, name, sums) for option in options.get(name, [])[:FEW]] for name in TOTALS]
    absent = [log(max(1 - few[0].option.score, 0.02)) if few else 0.0 for few in some]
    tries = [max(len(few), 1) for few in some]

    def merit(three: Sequence[Choice]) -> float:
        if _share_words(three):
            return -1e9
        own = sum(absent[k] if one is None else one.log for k, one in enumerate(three))
        return own + _fit(three, tries, sums) + (LINES if any(one and one.by_lines for one in three) else 0.0)

    best = max(product(*([*few, None] for few in some)), key=merit)
    lift, why = _proof(best, tries, sums)
    taken = frozenset().union(*(one.option.places for one in best if one))
    chosen: dict[str, Option] = {}
    for name, few, one in zip(TOTALS, some, best, strict=True):
        if one is not None:
            by_lines = one.by_lines and one.option.score >= FAINT
            share = lift or (LIFT_BY_LINES if by_lines else 0.0)
            reason = why or ("the line totals add up to it" if by_lines else "")
            chosen[name] = _lifted(name, one.option, few[0].option, share, reason)
        elif free := next((other.option for other in few if not other.option.places & taken), None):
            chosen[name] = free
    return chosen


def with_completing(options: Options, amounts: Iterable[Span], schema: Schema, hints: Hints, sums: Sums) -> Options:
    """`options` with those of `amounts`, printed near the totals, that make the three whole.

    Where two are sure, what the third must be; where the grand total alone is, the likeliest pair that makes it up.
    Only where the tax is then a known rate of the net total: fees, costs and their sum are three amounts as well.
    They are values to choose from: what the sum proves, `choose_totals` says.
    """
    if any(name not in schema for name in TOTALS):
        return options
    sure = {name: options[name][0] for name in TOTALS if options.get(name) and options[name][0].score >= SURE}
    if len(sure) not in (1, 2) or (len(sure) == 1 and "grand_total" not in sure):
        return options
    printed = _printed(amounts, schema, hints, frozenset().union(*(option.places for option in sure.values())))
    found = _completing({name: option.number for name, option in sure.items()}, printed, sums)
    more = {
        name: [*options.get(name, [])[: FEW - 1], Option(*printed[number], UNSEEN)]
        for name, number in found.items()
        if not any(option.number == number and option.score >= UNSEEN for option in options.get(name, []))
    }
    return {**options, **more}


Printed = dict[Decimal, tuple[str, Span]]
"""Amounts as they are normalised, and where each first stands."""


def _printed(amounts: Iterable[Span], schema: Schema, hints: Hints, taken: frozenset[tuple[int, int]]) -> Printed:
    found: Printed = {}
    for span in amounts:
        value = read_value(span.text, schema["net_total"], hints)
        if value and not taken & {(span.page, place) for place in span.places}:
            found.setdefault(Decimal(value), (value, span))
    return found


def _completing(known: dict[str, Decimal], printed: Printed, sums: Sums) -> dict[str, Decimal]:
    """The totals that are not `known`, of those amounts that fit; none where no tax is a rate of the net total."""
    tries = 1 if len(known) > 1 else len(printed)
    best, most = {}, 0.0
    for net in [known["net_total"]] if "net_total" in known else printed:
        for tax in [known["tax_total"]] if "tax_total" in known else printed:
            total = known.get("grand_total", net + tax)
            rate = _rate(float(net), float(tax), tries, sums) if abs(net + tax - total) <= sums.tolerance else 0.0
            three = dict(zip(TOTALS, (net, tax, total), strict=True))
            missing = {name: number for name, number in three.items() if name not in known}
            if rate > most and all(number in printed for number in missing.values()):
                best, most = missing, rate
    return best


def _candidate(option: Option, name: str, sums: Sums) -> Candidate:
    by_lines = name != "tax_total" and sums.matches(option.number)
    return Candidate(option, float(option.number), log(min(max(option.score, 0.01), 0.98)), by_lines)


def _share_words(three: Sequence[Choice]) -> bool:
    """One word is not two values."""
    places = [one.option.places for one in three if one]
    return sum(map(len, places)) > len(frozenset().union(*places))


def _fit(three: Sequence[Choice], tries: Sequence[int], sums: Sums) -> float:
    """What the amounts say of one another, added to the log-probability."""
    net, tax, total = (None if one is None else one.amount for one in three)
    merit = TOO_MUCH_TAX if tax is not None and total is not None and abs(tax) > abs(total) / 2 else 0.0
    if net is not None and tax is not None and total is not None:
        slack = float(sums.tolerance) + 1e-6
        if abs(net + tax - total) <= slack:
            rate = _rate(net, tax, tries[0] * tries[1], sums)
            return merit + (_sum(net, tax, total, tries) + rate if tax else EQUAL)
        if abs(net - total) <= slack:
            return merit + TAX_INSIDE + _rate(total, tax, tries[1] * tries[2], sums, inside=True)
        if tax and sums.explains(total - net - tax, most=1):
            more = (tries[0] * len(sums.others), tries[1], tries[2])
            return merit + _sum(net, total - net, total, more) + _rate(net, tax, tries[0] * tries[1], sums)
        return merit + MISFIT
    if tax is not None and total is not None:
        return merit + HALF * _rate(total, tax, tries[1] * tries[2], sums, inside=True)
    if net is not None and total is not None and net != total:
        return merit + HALF * _rate(net, total - net, tries[0] * tries[2], sums)
    if net is not None and tax is not None:
        return merit + HALF * _rate(net, tax, tries[0] * tries[1], sums)
    return merit


def _sum(net: float, tax: float, total: float, tries: Sequence[int]) -> float:
    """Up to ADDS_UP, by how many steps of the last digit the total could have been off."""
    unit = _unit(net, tax, total)
    window = 1 if abs(net + tax - total) < unit / 2 else 5
    chance = tries[0] * tries[1] * tries[2] * window * unit / max(abs(total), unit)
    return min(max(-log(chance), 0.0), ADDS_UP)


def _rate(base: float, tax: float, tries: int, sums: Sums, inside: bool = False) -> float:
    """Up to BY_A_RATE where `tax` is a known rate of `base`; `inside`: of which it is a part."""
    if not tax or not base:
        return 0.0
    unit = _unit(base, tax)
    for rate in sums.rates:
        share = rate / (100 + rate) if inside else rate / 100
        if abs(base * share - tax) <= 1.5 * unit:
            chance = tries * len(sums.rates) * 3 * unit / (0.25 * abs(base))
            return min(max(-log(chance), 0.0), BY_A_RATE)
    return 0.0


def _unit(*amounts: float) -> float:
    """Of the last printed digit: a cent, or one where all are whole."""
    return 1.0 if all(amount == int(amount) and abs(amount) >= 1000 for amount in amounts) else 0.01


def _proof(three: Sequence[Choice], tries: Sequence[int], sums: Sums) -> tuple[float, str]:
    """How much the sum of the three lifts them, and why."""
    net, tax, total = three
    if not (net and tax and total) or not tax.amount or any(one and one.option.score < FAINT for one in three):
        return 0.0, ""
    rest = total.amount - net.amount - tax.amount
    by_rate = _rate(net.amount, tax.amount, tries[0] * tries[1], sums) > 0
    lift = LIFT_BY_RATE if by_rate else LIFT
    if abs(rest) <= 0.02 + 1e-6:
        return lift, "net_total + tax_total = grand_total"
    if sums.explains(rest, most=1):
        return lift, f"net_total + tax_total + {rest:.2f} = grand_total"
    return 0.0, ""


def _lifted(name: str, option: Option, likelier: Option, share: float, why: str) -> Option:
    """`option` with more confidence, and a warning where it takes the place of a likelier one."""
    score = option.score + share * (1 - option.score)
    return replace(option, score=score, warning=mended(name, option, likelier, why))


def mended(name: str, option: Option, likelier: Option, why: str) -> str:
    """The warning that `option` was taken instead of `likelier`; empty where it is the same, or for no reason."""
    if option.value == likelier.value or not why:
        return ""
    return f"{name}: took {option.value} instead of {likelier.value}, because {why}"
