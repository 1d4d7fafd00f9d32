"""Finds the words that spell each labelled value, so that a data set with values alone can teach a word tagger.

Typed values (dates, amounts, numbers) are read from runs of words on one row; names and addresses are matched as
sequences of characters, tolerant of slips and line breaks, along columns as well as rows. Where a value stands several
times, the words around it say which one is meant; the rest are labelled as not certain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from docengine import Page
from docengine.corpus.context import Sheet
from docengine.corpus.dataset import Row, Truth
from docengine.corpus.items import place_items
from docengine.corpus.labelled import Label, LabelledPage
from docengine.corpus.runs import runs_of
from docengine.schema import DEFAULT_SCHEMA, FieldType, Schema

TOPMOST = frozenset({"seller_name", "seller_address", "buyer_name", "buyer_address", "invoice_number", "currency"})
"""Where nothing around the occurrences decides, the first one is meant; of dates too, and of totals the last."""

KINDS = {
    "broadcast_ad_invoice": "invoice",
    "broadcast_ad_order": "advertising_order",
    "broadcast_ad_contract": "advertising_order",
    "nda_contract": "contract",
}
"""What the public sets call a kind of document that `labelled.DOCUMENT_TYPES` has another name for."""
TOTALS = frozenset({"net_total", "tax_total", "grand_total"})
"""Printed several times over, each time with a word that says so: all of these are meant."""


@dataclass(frozen=True, slots=True)
class Spot:
    """An occurrence of a field's value: words of one page that spell it."""

    field: str
    page: int
    words: tuple[int, ...]
    """Places in the sheet's words."""
    likeness: float = 100.0
    context: int = 0


def align(
    page: Page, fields: Mapping[str, Truth], line_items: Sequence[Mapping[str, str]], known: Iterable[str]
) -> LabelledPage:
    """`page` with labels on its words, in reading order and split into single words; see `align_pages`."""
    return align_pages([page], fields, line_items, known)[0]


def align_row(row: Row, schema: Schema = DEFAULT_SCHEMA) -> list[LabelledPage]:
    """Each page of a row, labelled; `meta` says where it comes from."""
    pages = align_pages(row.pages, row.fields, row.line_items, row.known, schema)
    for number, labelled in enumerate(pages):
        kind = KINDS.get(row.doc_type or "", row.doc_type)
        labelled.meta.update(id=row.id, kind=kind, language=row.lang, template=row.template, source=row.source)
        labelled.meta["page"] = number
    return pages


def align_pages(
    pages: Sequence[Page],
    fields: Mapping[str, Truth],
    line_items: Sequence[Mapping[str, str]],
    known: Iterable[str],
    schema: Schema = DEFAULT_SCHEMA,
) -> list[LabelledPage]:
    """A document's pages with labels.

    A field that is found on one page is known on all of them: the others do not show it. A field whose value is found
    nowhere becomes unknown on all. Each page's `fields` are those found on it.
    """
    sheets = [Sheet.of(page) for page in pages]
    names = [name for name in fields if name in schema]
    spots = [spot for name in names for spot in _find(name, fields[name], schema[name].type, sheets)]
    spots = _told_apart(spots, sheets)
    labels: list[list[Label | None]] = [[None] * len(sheet.words) for sheet in sheets]
    items = place_items(sheets, line_items, schema)
    for page, i, label in items.labels:
        labels[page][i] = label
    found = _assign(spots, labels)
    columns = {spec.name for spec in schema.line}
    missing = {name for name in names if not any(name in on for on in found)} | (columns - items.columns)
    if not line_items:
        missing -= columns
    return [
        LabelledPage(
            page=replace_words(page, sheet),
            labels=labels[number],
            known=frozenset(known) - missing,
            fields={name: first_of(fields[name]) for name in names if name in found[number]},
            line_items=items.of_page(number),
        )
        for number, (page, sheet) in enumerate(zip(pages, sheets, strict=True))
    ]


def first_of(value: Truth) -> str:
    return value if isinstance(value, str) else value[0]


def replace_words(page: Page, sheet: Sheet) -> Page:
    return replace(page, words=sheet.words)


def _find(name: str, value: Truth, kind: FieldType, sheets: Sequence[Sheet]) -> list[Spot]:
    """All occurrences of any of the field's values, each with how much its surroundings speak for the field."""
    values = [value] if isinstance(value, str) else list(value)
    found = []
    for number, sheet in enumerate(sheets):
        for one in values:
            for run, alike in runs_of(sheet, one, kind):
                found.append(Spot(name, number, run, alike, sheet.score(name, run)))
    best = max((spot.likeness for spot in found), default=0.0)
    return [spot for spot in found if spot.likeness >= best - 6]


def _told_apart(spots: list[Spot], sheets: Sequence[Sheet]) -> list[Spot]:
    """A period of one day (`05/27/20 - 05/27/20`) starts with the first of a row's two dates."""
    pairs: dict[tuple[int, int], set[tuple[int, ...]]] = defaultdict(set)
    shared = {(s.page, s.words) for s in spots if s.field == "period_start"}
    shared &= {(s.page, s.words) for s in spots if s.field == "period_end"}
    for page, words in shared:
        pairs[page, sheets[page].rows[words[0]]].add(words)
    taken: set[tuple[str, int, tuple[int, ...]]] = set()
    for (page, _), runs in pairs.items():
        for place, words in enumerate(sorted(runs) if len(runs) > 1 else ()):
            taken.add(("period_start" if place % 2 else "period_end", page, words))
    return [spot for spot in spots if (spot.field, spot.page, spot.words) not in taken]


def _assign(spots: list[Spot], labels: list[list[Label | None]]) -> list[set[str]]:
    """Labels the words of each spot, the best supported first; which fields each page shows."""
    found: list[set[str]] = [set() for _ in labels]
    meant = _meant(spots)
    count: dict[tuple[str, int], int] = defaultdict(int)
    order = sorted(spots, key=lambda spot: (spot not in meant, -spot.context, -len(spot.words), spot.page, spot.words))
    for spot in order:
        row = labels[spot.page]
        if any(row[i] is not None for i in spot.words):
            continue
        instance = count[spot.field, spot.page]
        count[spot.field, spot.page] += 1
        for i in spot.words:
            row[i] = Label(spot.field, instance, spot in meant)
        if spot in meant:
            found[spot.page].add(spot.field)
    return found


def _meant(spots: list[Spot]) -> set[Spot]:
    """The occurrences that are certainly the field: the only one, those best supported, or the usual place."""
    by_field: dict[str, list[Spot]] = defaultdict(list)
    for spot in spots:
        by_field[spot.field].append(spot)
    meant = set()
    for name, same in by_field.items():
        top = max(spot.context for spot in same)
        enough = min(top, 2) if name in TOTALS else top
        best = [spot for spot in same if spot.context >= enough]
        if top > 0 or len(same) == 1:
            meant.update(best)
        else:
            in_order = sorted(best, key=lambda spot: (spot.page, spot.words))
            meant.add(in_order[0] if name in TOPMOST or name.endswith(("date", "start", "end")) else in_order[-1])
    return meant
