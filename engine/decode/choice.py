"""One value for each field that has any, chosen by score and by what the checks say of the choices together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product
from math import log

from docengine.engine.decode.arithmetic import Sums
from docengine.engine.decode.options import TOTALS, Option, Options
from docengine.engine.decode.totals import choose_totals, mended

FEW = 5
"""Values of each field that a joint choice looks at."""
DISORDER = -2.0
"""What a pair that does not hold together loses in log-probability."""

ABSENT = {"due_date": -0.5}
"""What it costs, in log-probability, to take the less likely one of a pair for absent; due dates often are."""
ABSENT_ELSE = -3.0

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


def without_lone_dates(chosen: Mapping[str, Option]) -> Chosen:
    """`chosen` without a period of one date, the document's: `Sent: 3 Nov 2026`."""
    first, last = ("period_start", "period_end")
    day = chosen["invoice_date"].value if "invoice_date" in chosen else ""
    alone = {first, last} & chosen.keys() if not {first, last} <= chosen.keys() else set()
    return {name: option for name, option in chosen.items() if name not in alone or option.value != day}


def warnings_of(chosen: Mapping[str, Option]) -> list[str]:
    return [option.warning for option in chosen.values() if option.warning]


def _differ(a: Option, b: Option) -> bool:
    return a.value.casefold() != b.value.casefold()


def _choose_pair(
    chosen: Chosen, options: Options, names: tuple[str, str], holds: Callable[[Option, Option], bool], what: str
) -> None:
    """Where the best two do not hold together, the likeliest two that do, if they are likely enough."""
    first, second = names
    if first not in chosen or second not in chosen:
        return
    likeliest = chosen[first], chosen[second]
    if holds(*likeliest) and not _one_word(*likeliest):
        return
    few = [options[first][:FEW], options[second][:FEW]]
    pairs = [(a, b) for a, b in product(*few) if holds(a, b) and not _one_word(a, b)]
    best = max(pairs, key=_merit, default=None)
    shared = _one_word(*likeliest)
    enough = _merit(likeliest) + DISORDER
    if best is None or _merit(best) < (enough if shared else max(enough, _merit_of_one(likeliest, second))):
        if shared:
            del chosen[min(names, key=lambda name: chosen[name].score)]
        return
    for name, option in zip(names, best, strict=True):
        why = f"then {first} and {second} {what}"
        chosen[name] = replace(option, warning=mended(name, option, chosen[name], why))


def _merit_of_one(pair: tuple[Option, Option], second: str) -> float:
    """That one of the two is right and the other is not on the page."""
    a, b = (min(max(option.score, 0.01), 0.99) for option in pair)
    return max(log(a) + log(1 - b), log(b) + log(1 - a)) + ABSENT.get(second, ABSENT_ELSE)


def _one_word(a: Option, b: Option) -> bool:
    """Whether both read the same date in the same words; two dates in one word are a range."""
    return a.value == b.value and bool(a.places & b.places)


def _merit(pair: tuple[Option, Option]) -> float:
    return sum(log(max(option.score, 0.01)) for option in pair)
