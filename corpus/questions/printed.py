"""Values as they are printed on a drawn document."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from docengine.corpus.labelled import LabelledPage
from docengine.corpus.spelling import NUMERIC
from docengine.schema import DEFAULT_SCHEMA, FieldType

_TIMES = re.compile(r"^[xX×@*]\s*(?=[^\s\w]{0,2}\d)|(?<=\d)\s*[xX×@*]$|(?<=\d)[A-Z]$")
"""What tills print against a number: `2x`, `x9.99`, and `9.99A` for its rate of tax."""
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
    if kind in NUMERIC:
        text = _TIMES.sub("", text)
    if kind is FieldType.CURRENCY:
        text = text.strip("()[]:,;") or text
    return text


def answers_of(texts: list[str], value: str | None) -> tuple[str, ...]:
    """The texts as printed, then the normalised value where it differs."""
    return tuple(dict.fromkeys([*texts, *([value] if value else [])]))
