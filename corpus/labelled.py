"""A page with what is known about it. Readers, the generator, noise and training all speak this type."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from docengine import Page

DOCUMENT_TYPES = (
    "invoice",
    "receipt",
    "credit_note",
    "order",
    "order_confirmation",
    "delivery_note",
    "quote",
    "statement",
    "bill",
    "advertising_order",
    "contract",
    "form",
)
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "cs", "tr", "id", "no", "fi", "ro")
"""Classes of the model's page heads; a page whose `meta` says another `kind` or `language` is unknown to them."""


class Label(NamedTuple):
    """What a word belongs to."""

    field: str
    instance: int = 0
    """Line-item fields: the row's index, from 0. Header fields: which occurrence of the field on the page."""
    certain: bool = True
    """False where the word's text fits the field but may stand there for another reason (the total repeated as cash):
    then both the field and no field count as right in training."""


@dataclass(slots=True)
class LabelledPage:
    """A page, a label (or None: no field) for each of `page.words`, and which fields the labelling covers.

    A field outside `known` is unknown on this page, not absent: it is masked in the loss and left out of the score.
    A word's place in its span follows from reading order: the first word of each (field, instance) begins it.
    """

    page: Page
    labels: list[Label | None]
    known: frozenset[str]
    fields: dict[str, str] = field(default_factory=dict)
    """True header values, normalised (section 6 of the design); a known field without an entry is absent."""
    line_items: list[dict[str, str]] = field(default_factory=list)
    meta: dict[str, Any] = field(default_factory=dict)
    """`id`, `kind`, `language`, `source`, whatever its maker knows."""
