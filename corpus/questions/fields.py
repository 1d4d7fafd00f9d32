"""Questions for the fields of a drawn document: those that are on the page, and those that are known not to be."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from docengine.corpus.labelled import LabelledPage
from docengine.corpus.questions.phrases import Part, field_wordings
from docengine.corpus.questions.question import Question
from docengine.schema import DEFAULT_SCHEMA, FieldType

INVOICES = frozenset(("invoice", "bill"))
"""Kinds whose own number and date are called the invoice's."""
OWN = frozenset(("invoice_number", "invoice_date"))
PARTIES = frozenset(("seller_name", "seller_address", "seller_tax_id", "buyer_name", "buyer_address"))
UNSAID = {"form": PARTIES, "contract": PARTIES}
"""Fields that nobody would call by their name on a document of that kind: a lease has no seller."""
_PLAIN = frozenset((FieldType.DATE, FieldType.AMOUNT, FieldType.NUMBER, FieldType.TAX_ID, FieldType.IBAN))


@dataclass(frozen=True, slots=True)
class Printed:
    """A value where it stands on the page."""

    text: str
    words: tuple[int, ...]


def printed_fields(page: LabelledPage) -> dict[tuple[str, int], Printed]:
    """What the words of each (field, instance) spell; those of which any word is not certain are left out."""
    places: dict[tuple[str, int], list[int]] = defaultdict(list)
    unsure: set[tuple[str, int]] = set()
    for place, label in enumerate(page.labels):
        if label is not None:
            places[label.field, label.instance].append(place)
            if not label.certain:
                unsure.add((label.field, label.instance))
    words = page.page.words or []
    return {
        key: Printed(trimmed(" ".join(words[place].text for place in found), DEFAULT_SCHEMA[key[0]].type), tuple(found))
        for key, found in places.items()
        if key not in unsure
    }


def trimmed(text: str, kind: FieldType) -> str:
    """The value without the punctuation of the sentence or the label that it stands in."""
    text = text.strip(" ,;:")
    if kind in _PLAIN:
        text = text.rstrip(".,;:")
    if kind is FieldType.CURRENCY:
        text = text.strip("()[]:,;") or text
    return text


def answers_of(texts: list[str], value: str | None) -> tuple[str, ...]:
    """The texts as printed, then the normalised value where it differs."""
    return tuple(dict.fromkeys([*texts, *([value] if value else [])]))


def field_questions(page: LabelledPage, rng: random.Random, part: Part) -> Iterator[Question]:
    """A question for each header field of the page that has one answer, in another wording each time."""
    kind, language = page.meta["kind"], page.meta["language"]
    texts: dict[str, list[Printed]] = defaultdict(list)
    for (field, _), printed in printed_fields(page).items():
        texts[field].append(printed)
    for field, value in page.fields.items():
        said = field_wordings(language, field, groups(field, kind))
        if field not in texts or said is None or field in UNSAID.get(kind, ()) or not texts[field][0].text:
            continue
        found = texts[field]
        answers = answers_of([printed.text for printed in found], value)
        yield Question(said.draw(rng, part), answers, found[0].words, f"field/{field}", language)


def groups(field: str, kind: str) -> tuple[str, ...]:
    """Which of a field's wordings suit a document of that kind."""
    if field not in OWN:
        return ("exact", kind)
    return ("exact", "loose") if kind in INVOICES else ("loose", kind)
