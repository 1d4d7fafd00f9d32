"""Amounts printed anew in the way the old ones were, and totals that follow their lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from docengine import Word
from docengine.corpus.labelled import LabelledPage

CENT = Decimal("0.01")
CORE = re.compile(r"\d(?:[\d.,'’]*\d)?")


def number(value: str | None) -> Decimal | None:
    """A normalised value as a number; None where it is none."""
    try:
        return Decimal(value) if value else None
    except InvalidOperation:
        return None


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def like(old: str, new: Decimal) -> str:
    """`new` with as many decimals as the normalised value `old`, or as many more as it needs."""
    places = len(old.partition(".")[2])
    return f"{new:.{places}f}" if round(new, places) == new else f"{new:f}"


def reprinted(text: str, old: Decimal, new: Decimal) -> str | None:
    """`text`, which shows `old`, showing `new` with the same marks and decimals; None where it does not show `old`."""
    match = CORE.search(text)
    if match is None or CORE.search(text, match.end()) or (old < 0) != (new < 0):
        return None
    core = match[0]
    digits = re.sub(r"\D", "", core)
    places = next((n for n in range(5) if int(digits) == abs(old).scaleb(n)), None)
    if places is None:
        return None
    point = core[-places - 1] if 0 < places < len(core) else ""
    if point.isdigit():
        return None
    marks = [char for char in (core[: -places - 1] if places else core) if not char.isdigit()]
    fresh = f"{abs(new):.{places}f}"
    whole, _, rest = fresh.partition(".")
    if marks:
        whole = f"{int(whole):,}".replace(",", marks[0])
    return text[: match.start()] + whole + point + rest + text[match.end() :]


def added_up(page: LabelledPage, was: Sequence[Mapping[str, str]]) -> LabelledPage:
    """`page` with totals that follow its lines, where they were the exact sum of the lines `was`; else as it is."""
    changes = _changes(page, was)
    words = list(page.page.words or [])
    printed: dict[str, str] = {}
    for word, label in zip(words, page.labels, strict=True):
        if label is not None and label.field in changes and any(char.isdigit() for char in word.text):
            text = reprinted(word.text, *changes[label.field])
            if text is None or printed.get(word.text, text) != text:
                return page
            printed[word.text] = text
    if not printed:
        return page
    words = [
        Word(printed[word.text], word.box)
        if word.text in printed and (label is None or label.field in changes)
        else word
        for word, label in zip(words, page.labels, strict=True)
    ]
    fields = {name: like(value, changes[name][1]) if name in changes else value for name, value in page.fields.items()}
    return replace(page, page=replace(page.page, words=words), fields=fields)


def _changes(page: LabelledPage, was: Sequence[Mapping[str, str]]) -> dict[str, tuple[Decimal, Decimal]]:
    """Old and new value of each total that depends on the lines in a way that is known."""
    before = [number(item.get("line_total")) for item in was]
    after = [number(item.get("line_total")) for item in page.line_items]
    old, new = sum(filter(None, before), Decimal()), sum(filter(None, after), Decimal())
    net, tax, grand = (number(page.fields.get(name)) for name in ("net_total", "tax_total", "grand_total"))
    if None in before or None in after or not old or new == old:
        return {}
    share = new / old
    fresh: dict[str, Decimal | None] = {}
    if net == old and (tax is None or grand == net + tax):
        due = None if tax is None else cents(tax * share)
        alone = new if grand == net else None
        fresh = {"net_total": new, "tax_total": due, "grand_total": alone if due is None else new + due}
    elif grand == old and net is None:
        fresh = {"grand_total": new, "tax_total": None if tax is None else cents(tax * share)}
    elif grand == old and tax is not None and net is not None and net + tax == grand:
        due = cents(tax * share)
        fresh = {"net_total": new - due, "tax_total": due, "grand_total": new}
    values = {"net_total": net, "tax_total": tax, "grand_total": grand}
    if any(values[name] is not None and fresh.get(name) is None for name in values):
        return {}
    return {
        name: (value, now) for name, now in fresh.items() if now is not None and (value := values[name]) is not None
    }
