"""The values that a field may take: spans of all pages, read with what the whole document proves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from docengine import Schema
from docengine.engine.decode.completing import is_whole_of
from docengine.engine.decode.reading import Span
from docengine.engine.values import Hints, proof, read_value
from docengine.engine.values.comparing import value_key
from docengine.schema import FieldSpec, FieldType

MOST = 8
"""Values kept of a field."""
SUPPORT = 0.3
"""How much another occurrence of the same value adds, in shares of its score: occurrences are no independent proof."""
PROVED, REFUTED = 0.5, 0.6
"""Check digits that are right close half of the gap to certainty; wrong ones leave six tenths of the score."""
WHOLE_NAME = 0.3
"""Least score of a name with a legal form that takes the place of the same name without one."""
RIVAL = 0.3
"""Least score with which a value keeps other fields off its words."""

TOTALS = ("net_total", "tax_total", "grand_total")


@dataclass(frozen=True, slots=True)
class Option:
    """A value that a field may take, and its best occurrence."""

    value: str
    span: Span
    score: float
    """Raw, 0..1: what the model and all checks say."""
    proved: bool | None = None
    """Of check digits."""
    warning: str = ""

    @property
    def places(self) -> frozenset[tuple[int, int]]:
        return frozenset((self.span.page, place) for place in self.span.places)

    @property
    def number(self) -> Decimal:
        """Of an amount."""
        return Decimal(self.value)


Options = dict[str, list[Option]]
"""By field, best first."""


def read_options(spans: Mapping[str, Iterable[Span]], schema: Schema, hints: Hints) -> Options:
    """Options of every header field; words that one field certainly takes are no options of another one."""
    options = {spec.name: _merge(spec, spans.get(spec.name, ()), hints) for spec in schema.header}
    for spec in schema.header:
        if spec.name.endswith("_start") and spec.type is FieldType.DATE:
            _share_ranges(spec, schema, spans, options, hints)
    return _without_rivals(options)


def _merge(spec: FieldSpec, spans: Iterable[Span], hints: Hints) -> list[Option]:
    """One option a value; further occurrences of a value support it."""
    merged: dict[object, Option] = {}
    for span in sorted(spans, key=lambda span: -span.score):
        value = read_value(span.text, spec, hints)
        if value is None:
            continue
        key = value_key(value, spec.type)
        known = merged.get(key)
        if known is None:
            merged[key] = Option(value, span, span.score, proof(value, spec.type))
        elif not (known.span.page == span.page and set(known.span.places) & set(span.places)):
            merged[key] = replace(known, score=1 - (1 - known.score) * (1 - SUPPORT * span.score))
    options = sorted((_with_proof(option) for option in merged.values()), key=lambda option: -option.score)
    return (_whole_name_first(options) if spec.type is FieldType.NAME else options)[:MOST]


def _whole_name_first(options: list[Option]) -> list[Option]:
    """Best first, but a company's whole name before the short one above it."""
    for option in options[1:]:
        if option.score >= WHOLE_NAME and is_whole_of(option.value, options[0].value):
            rest = [other for other in options if other is not option]
            return [replace(option, score=options[0].score), *rest]
    return options


def _with_proof(option: Option) -> Option:
    if option.proved is None:
        return option
    score = option.score + PROVED * (1 - option.score) * min(1.0, 2 * option.score)
    return replace(option, score=score if option.proved else REFUTED * option.score)


def _share_ranges(
    spec: FieldSpec, schema: Schema, spans: Mapping[str, Iterable[Span]], options: Options, hints: Hints
) -> None:
    """A range of dates printed as one word is tagged as one field: it holds both."""
    partner = spec.name.removesuffix("_start") + "_end"
    if partner not in schema or schema[partner].type is not FieldType.DATE:
        return
    for one, other in ((spec, schema[partner]), (schema[partner], spec)):
        ranges = [span for span in spans.get(one.name, ()) if _is_range(span, one, other, hints)]
        options[other.name] = sorted(
            [*options[other.name], *_merge(other, ranges, hints)], key=lambda option: -option.score
        )


def _is_range(span: Span, one: FieldSpec, other: FieldSpec, hints: Hints) -> bool:
    start, end = read_value(span.text, one, hints), read_value(span.text, other, hints)
    return start is not None and end is not None and start != end


def _without_rivals(options: Options) -> Options:
    """Each word goes to the field whose best value it serves; the three totals settle theirs among themselves."""
    owner: dict[tuple[int, int], str] = {}
    ranked = sorted(
        ((option.score, name, option) for name, some in options.items() for option in some),
        key=lambda entry: (-entry[0], entry[1]),
    )
    kept: Options = {name: [] for name in options}
    for score, name, option in ranked:
        group = _group(name)
        if any(owner.get(place, group) != group for place in option.places):
            continue
        if not kept[name] and score >= RIVAL:
            owner.update(dict.fromkeys(option.places, group))
        kept[name].append(option)
    return kept


def _group(name: str) -> str:
    return "totals" if name in TOTALS else name.removesuffix("_start").removesuffix("_end")
