"""Questions for fields that a drawn document is known not to have: the answer is that it is not on the page."""

from __future__ import annotations

import random
from collections.abc import Iterator

from docengine.corpus.labelled import LabelledPage
from docengine.corpus.questions.labels import KEYS, names_field
from docengine.corpus.questions.phrases import Part, field_wordings
from docengine.corpus.questions.question import Question

SURE = {
    "invoice_number": {"invoice", "bill", "delivery_note"},
    "due_date": {"invoice", "receipt", "credit_note", "order", "order_confirmation", "delivery_note", "quote"},
    "order_number": {"invoice", "receipt", "credit_note", "bill", "statement", "quote", "delivery_note"},
    "contract_number": {"invoice", "receipt", "credit_note", "order", "order_confirmation", "delivery_note", "quote"},
    "period_start": {"invoice", "credit_note", "order", "delivery_note", "quote"},
    "period_end": {"invoice", "credit_note", "order", "delivery_note", "quote"},
    "seller_tax_id": {"invoice", "receipt", "credit_note", "order", "order_confirmation", "delivery_note", "bill"},
    "buyer_name": {"receipt"},
    "net_total": {"delivery_note"},
    "tax_total": {"delivery_note"},
    "iban": {"invoice", "receipt", "credit_note", "order", "order_confirmation", "delivery_note", "quote", "bill",
             "advertising_order", "statement", "form"},
}  # fmt: skip
"""Kinds on which a field that is not labelled can be said to be missing: nothing else there goes by its name."""


def absent_questions(page: LabelledPage, rng: random.Random, part: Part) -> Iterator[Question]:
    """A question for each field that is known not to be on the page."""
    kind, language = page.meta["kind"], page.meta["language"]
    labelled = {label.field for label in page.labels if label is not None}
    for field, kinds in SURE.items():
        if kind not in kinds or field in labelled or field in page.fields or field not in page.known:
            continue
        if field in KEYS and names_field(page, field):
            continue  # something is called so, though it is not what the field means
        said = field_wordings(language, field, ("exact",))
        if said is not None:
            yield Question(said.draw(rng, part), (), (), f"absent/{field}", language)
