"""Questions in a page's own words: what stands beside a label that is printed there once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache

from docengine.corpus.generator.vocabulary import language as language_of
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.questions.phrases import Part, wordings
from docengine.corpus.questions.places import EDGE, View
from docengine.corpus.questions.printed import Printed, answers_of, printed_fields
from docengine.corpus.questions.question import Question
from docengine.engine.preprocess import fold

KEYS = {
    "invoice_number": ("invoice_number",), "invoice_date": ("invoice_date",), "due_date": ("due_date",),
    "order_number": ("order_number", "order_number_own"), "contract_number": ("contract_number",),
    "period_start": ("period_start",), "period_end": ("period_end",), "net_total": ("net_total",),
    "grand_total": ("grand_total",), "iban": ("iban",), "seller_tax_id": (),
}  # fmt: skip
"""Where the generator's files of words keep what a field is called."""
LONGEST = 4
"""Words of a label."""
SHORTEST = 4
"""Letters of a label that says something by itself: not `to` or `no`."""
Label = tuple[str, ...]


@cache
def labels_of(code: str, field: str) -> frozenset[Label]:
    """What the field may be called, in folded words."""
    words = language_of(code)
    printed = [label for key in KEYS[field] for label in words.labels.get(key, ())]
    if field == "seller_tax_id":
        printed = [label for country in words.countries.values() for label in country.tax_id_labels]
    if field == "invoice_number":
        printed += [label for labels in words.numbers.values() for label in labels]
    return frozenset(_folded(label.split()) for label in printed if "{" not in label)


def _folded(words: list[str]) -> Label:
    return tuple(fold(word.strip(EDGE)) for word in words)


def label_questions(page: LabelledPage, rng: random.Random, part: Part) -> Iterator[Question]:
    """A question for each field whose label stands left of its value, and nowhere else."""
    code = page.meta["language"]
    said = wordings(code, "ask", "label")
    if said is None:
        return
    view = View.of(page.page.words or [])
    sequence = _folded([word.text for word in view.words])
    for (field, _), printed in printed_fields(page).items():
        if field not in KEYS or not printed.text:
            continue
        label = _label_before(view, printed, labels_of(code, field))
        text = " ".join(view.words[place].text for place in label).strip(" ,;:")
        text = text if ")" in text else text.lstrip("(")
        if len(text) >= SHORTEST and _occurrences(sequence, _folded(text.split())) == 1:
            answers = answers_of([printed.text], page.fields.get(field))
            yield Question(said.draw(rng, part, label=text), answers, printed.words, f"label/{field}", code)


def _label_before(view: View, printed: Printed, labels: frozenset[Label]) -> list[int]:
    """The longest label that ends right before the value on its line; empty where there is none."""
    row = view.row(printed.words[0])
    if printed.words[0] not in row:
        return []
    before = row[: row.index(printed.words[0])][-LONGEST:]
    for start in range(len(before)):
        if _folded([view.words[place].text for place in before[start:]]) in labels:
            return before[start:]
    return []


def names_another(page: LabelledPage, field: str) -> bool:
    """Whether the field's label stands before something with a digit that is not the field: `contract no. 28121`."""
    words = page.page.words or []
    sequence = _folded([word.text for word in words])
    for label in labels_of(page.meta["language"], field):
        for start in _places(sequence, label):
            after = start + len(label)
            found = page.labels[after] if after < len(words) else None
            other = found is None or found.field != field
            if other and after < len(words) and any(char.isdigit() for char in words[after].text):
                return True
    return False


def names_field(page: LabelledPage, field: str) -> bool:
    """Whether any of the field's labels stands on the page, beside whatever it may be."""
    sequence = _folded([word.text for word in page.page.words or []])
    return any(_occurrences(sequence, label) for label in labels_of(page.meta["language"], field))


def _occurrences(sequence: Label, label: Label) -> int:
    """How often the label's words follow each other on the page."""
    return len(_places(sequence, label))


def _places(sequence: Label, label: Label) -> list[int]:
    """Where they begin to."""
    if label[0] not in sequence:
        return []
    size = len(label)
    return [start for start in range(len(sequence) - size + 1) if sequence[start : start + size] == label]
