"""What one page offers to the decision: a few spans a field, its item rows, and what its words prove. Small."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np

from docengine import Schema, Word
from docengine.engine.decode.items import RawItem, find_items
from docengine.engine.decode.options import TOTALS
from docengine.engine.decode.reading import GAP, Geometry, ReadPage, Span, sound
from docengine.engine.decode.spans import LEVELS, Track, find_spans
from docengine.engine.values import Evidence, Hints, parse, read_value
from docengine.engine.values.currencies import sign_in
from docengine.engine.values.dates import date_range
from docengine.engine.values.hints import NO_HINTS
from docengine.schema import FieldSpec, FieldType

MOST = 5
"""Spans kept of each field on a page."""
MOST_BEFORE = 5
"""Words that the start of a period and the dash may have before its end."""
MOST_ROWS = 8
"""Rows from the net to the grand total between which a tip or a retention is looked for."""
ROWS_AROUND, MOST_AMOUNTS = 4, 40
"""Rows above and below the totals where amounts are looked for, and how many of them are kept."""
SHORTENED = 0.9
"""What is left of the end's score for a start that is printed without its year."""


@dataclass(slots=True)
class PageCandidates:
    """Of one page. Texts are as printed: values are read when the whole document's evidence is known."""

    index: int
    spans: dict[str, list[Span]] = field(default_factory=dict)
    """By header field, best first; a field without any is not on this page."""
    items: list[RawItem] = field(default_factory=list)
    """Rows of the item table, top to bottom."""
    evidence: Evidence = field(default_factory=Evidence)
    signs: dict[str, Word] = field(default_factory=dict)
    """Where each currency sign first stands."""
    others: list[str] = field(default_factory=list)
    """Amounts of the rows between the net and the grand total, as printed, but for those three that are fields."""
    amounts: list[Span] = field(default_factory=list)
    """Amounts on the rows around the totals, whatever the model says of them."""


def page_candidates(page: ReadPage, schema: Schema, hints: Hints = NO_HINTS) -> PageCandidates:
    """Spans and item rows of `page`. `hints`: what is known of the document before its pages are read."""
    tags = sound(page.tags)
    texts = [word.text for word in page.words]
    found = PageCandidates(page.index, evidence=Evidence.of(" ".join(texts)))
    if not page.words:
        return found
    geometry = Geometry.of(page)
    hints = found.evidence.hints(hints)
    for word in page.words if found.evidence.signs else ():
        sign = sign_in(word.text)
        if sign:
            found.signs.setdefault(sign, word)
    peaks = tags.max(axis=0)
    for spec in schema.header:
        begin = schema.begin(spec.name)
        if peaks[begin] + peaks[begin + 1] >= LEVELS[-1]:
            found.spans[spec.name] = _spans(spec, tags, begin, geometry, hints)
    for spec in schema.header:
        if spec.name.endswith("_end") and spec.type is FieldType.DATE:
            _find_start(spec, found, schema, geometry, hints)
    found.others = _others(found.spans, geometry, hints)
    found.amounts = _amounts(found.spans, geometry, hints)
    found.items = find_items(tags, page.same_item, geometry, schema, hints)
    return found


def _spans(spec: FieldSpec, tags: np.ndarray, begin: int, geometry: Geometry, hints: Hints) -> list[Span]:
    def fits(text: str) -> bool:
        return read_value(text, spec, hints) is not None

    spans = find_spans(Track.of(tags, begin, spec.type), geometry, fits, MOST)
    if spec.type is FieldType.AMOUNT:
        return [replace(span, sign=_sign_beside(span, geometry)) for span in spans]
    return spans


def _find_start(spec: FieldSpec, found: PageCandidates, schema: Schema, geometry: Geometry, hints: Hints) -> None:
    """Adds the start of `01.04. - 30.04.2024` to `found`: without its year it is no date, whatever it is tagged as."""
    start = spec.name.removesuffix("_end") + "_start"
    if start not in schema or schema[start].type is not FieldType.DATE:
        return
    for end in found.spans.get(spec.name, [])[:1]:
        value, last = read_value(end.text, spec, hints), min(end.places)
        for first in range(max(last - MOST_BEFORE, 0), last - 1):
            places = (*range(first, last), *end.places)
            both = date_range(geometry.text(places), hints)
            if both and both[1] == value and all(gap <= GAP for gap in geometry.gaps[first + 1 : last + 1]):
                span = Span(geometry.text(places), SHORTENED * end.score, geometry.box(places), end.page, places)
                found.spans.setdefault(start, []).append(span)
                break


def _others(spans: Mapping[str, list[Span]], geometry: Geometry, hints: Hints) -> list[str]:
    """The last amount of each row between the likeliest net and grand total; a field's own is none."""
    likeliest = [spans[name][0] for name in TOTALS if spans.get(name)]
    if not (spans.get("net_total") and spans.get("grand_total")):
        return []
    ends = sorted(geometry.rows[spans[name][0].places[0]] for name in ("net_total", "grand_total"))
    taken = {geometry.rows[place] for span in likeliest for place in span.places}
    last: dict[int, str] = {}
    for row, word in zip(geometry.rows, geometry.words, strict=True):
        between = ends[0] < row < ends[1] <= ends[0] + MOST_ROWS and row not in taken
        if between and parse(word.text, FieldType.AMOUNT, hints):
            last[row] = word.text
    return list(last.values())


def _amounts(spans: Mapping[str, list[Span]], geometry: Geometry, hints: Hints) -> list[Span]:
    rows = [geometry.rows[spans[name][0].places[0]] for name in TOTALS if spans.get(name)]
    if not rows:
        return []
    first, last = min(rows) - ROWS_AROUND, max(rows) + ROWS_AROUND
    runs = geometry.numbers(place for place, row in enumerate(geometry.rows) if first <= row <= last)
    amounts = (run for run in runs if parse(geometry.text(run), FieldType.AMOUNT, hints))
    return [Span(geometry.text(r), 0.0, geometry.box(r), geometry.page, r) for r in islice(amounts, MOST_AMOUNTS)]


def _sign_beside(span: Span, geometry: Geometry) -> Word | None:
    """The currency printed in the span or next to it."""
    before, after = span.places[0] - 1, span.places[-1] + 1
    near = list(span.places)
    if before >= 0 and geometry.gaps[span.places[0]] <= GAP:
        near.append(before)
    if after < len(geometry.words) and geometry.gaps[after] <= GAP:
        near.append(after)
    return next((geometry.words[i] for i in near if sign_in(geometry.words[i].text)), None)
