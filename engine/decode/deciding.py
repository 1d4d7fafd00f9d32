"""From the candidates of all pages to one record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from docengine import Check, Field, LineItem, Schema
from docengine.engine.decode.arithmetic import Sums
from docengine.engine.decode.calibration import Calibration
from docengine.engine.decode.candidates import PageCandidates
from docengine.engine.decode.checks import check, lowered
from docengine.engine.decode.choice import Chosen, choose, warnings_of, without_lone_dates
from docengine.engine.decode.items import RawItem
from docengine.engine.decode.itemvalues import read_items
from docengine.engine.decode.money import Signs, settle_currency
from docengine.engine.decode.options import Option, read_options
from docengine.engine.decode.order import settle_date_order
from docengine.engine.decode.reading import Span
from docengine.engine.decode.totals import with_completing
from docengine.engine.values import Evidence, Hints, parse
from docengine.engine.values.hints import NO_HINTS
from docengine.errors import UsageError
from docengine.schema import DEFAULT_SCHEMA, FieldType

COMPUTED = frozenset({FieldType.AMOUNT, FieldType.QUANTITY, FieldType.PERCENT, FieldType.DATE})
"""Types that the checks reckon with."""
MOST_SPANS = 24
"""Spans of a field kept of all pages, so that memory does not grow with their number."""


@dataclass(slots=True)
class Decoded:
    """What a document says."""

    fields: dict[str, Field] = field(default_factory=dict)
    """A field that is not there is not on the pages."""
    line_items: list[LineItem] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    proposals: dict[str, tuple[float, str]] = field(default_factory=dict)
    """Raw score and value of the best value of each header field, also where it is below the field's threshold: what
    calibration is fitted on."""

    @property
    def scores(self) -> dict[str, float]:
        """Raw scores of `proposals`."""
        return {name: score for name, (score, _) in self.proposals.items()}


@dataclass(slots=True)
class Gathered:
    """All pages' candidates."""

    spans: dict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))
    items: list[RawItem] = field(default_factory=list)
    evidence: Evidence = field(default_factory=Evidence)
    signs: Signs = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    amounts: list[Span] = field(default_factory=list)

    @classmethod
    def of(cls, pages: Iterable[PageCandidates]) -> Gathered:
        whole = cls()
        for page in pages:
            for name, spans in page.spans.items():
                kept = whole.spans[name]
                kept += spans
                if len(kept) > MOST_SPANS:
                    kept.sort(key=lambda span: -span.score)
                    del kept[MOST_SPANS:]
            whole.items += page.items
            whole.evidence += page.evidence
            whole.others += page.others
            whole.amounts += page.amounts
            for sign, word in page.signs.items():
                whole.signs.setdefault(sign, (page.index, word))
        return whole


def decide(
    pages: Iterable[PageCandidates],
    schema: Schema,
    calibration: Calibration | None = None,
    hints: Hints = NO_HINTS,
) -> Decoded:
    """One value or none for each field, chosen jointly, with its confidence; line items; the checks.

    `hints`: what the caller knows of the document; the pages' own words complete it. Raises UsageError where the schema
    gives a field of the checks, such as `grand_total`, another type than theirs.
    """
    _reject_odd_types(schema)
    calibration = calibration or Calibration()
    whole = Gathered.of(pages)
    hints = whole.evidence.hints(hints)
    items = read_items(whole.items, schema, calibration, hints)
    totals = [Decimal(row["line_total"].value) if "line_total" in row else None for row in items]
    others = [parse(text, FieldType.AMOUNT, hints) for text in whole.others]
    sums = Sums.of(totals, hints.currency, whole.evidence.rates, others)
    options, hints, reread = settle_date_order(read_options(whole.spans, schema, hints), whole.spans, schema, hints)
    best = choose(with_completing(options, whole.amounts, schema, hints, sums), sums)
    if "currency" in schema:
        settle_currency(best, whole.signs, whole.evidence.signs, calibration.threshold("currency"), hints)
    likely = {name: option for name, option in best.items() if option.score >= calibration.threshold(name)}
    chosen = without_lone_dates(likely)
    verdict = check(chosen, items, sums)
    best = {name: replace(o, score=o.score * verdict.factors.get(name, 1.0)) for name, o in best.items()}
    return Decoded(
        fields={spec.name: _field(spec.name, best, calibration) for spec in schema.header if spec.name in chosen},
        line_items=lowered(items, verdict),
        checks=verdict.checks,
        warnings=[*reread, *warnings_of(chosen)],
        proposals={name: (option.score, option.value) for name, option in best.items()},
    )


def _reject_odd_types(schema: Schema) -> None:
    for spec in schema:
        usual = DEFAULT_SCHEMA[spec.name].type if spec.name in DEFAULT_SCHEMA else spec.type
        if usual in COMPUTED and spec.type is not usual:
            raise UsageError(f"field {spec.name} must be of type {usual}, not {spec.type}: give the field another name")


def _field(name: str, best: Chosen, calibration: Calibration) -> Field:
    option: Option = best[name]
    span = option.span
    return Field(option.value, span.text, calibration.probability(name, option.score), span.page, span.box)
