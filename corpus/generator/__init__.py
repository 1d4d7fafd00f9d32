"""Draws business documents with known words, boxes and fields: a record first, then its layout."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from docengine.corpus.generator.airtime import write_order
from docengine.corpus.generator.campaign import draw_campaign
from docengine.corpus.generator.contract import write_contract
from docengine.corpus.generator.correspondence import write_letter
from docengine.corpus.generator.dice import Dice
from docengine.corpus.generator.forms import write_form
from docengine.corpus.generator.ledger import write_statement
from docengine.corpus.generator.listing import write_listing
from docengine.corpus.generator.receipt import write_receipt
from docengine.corpus.generator.record import Record, draw_record
from docengine.corpus.generator.sheet import Sheet
from docengine.corpus.generator.till import draw_sale
from docengine.corpus.generator.utility import draw_usage, write_bill
from docengine.corpus.generator.vocabulary import Country, Language, language, language_codes
from docengine.corpus.generator.writer import Writer
from docengine.corpus.labelled import LabelledPage
from docengine.errors import UsageError

if TYPE_CHECKING:
    import numpy as np

KIND_SHARES = {
    "invoice": 40.0, "receipt": 25.0, "advertising_order": 8.0, "bill": 5.0, "credit_note": 4.0, "statement": 3.0,
    "form": 3.0, "contract": 2.0, "order": 3.0, "order_confirmation": 3.0, "delivery_note": 2.0, "quote": 2.0,
}  # fmt: skip
"""How often a kind is drawn, in percent."""
KINDS: tuple[str, ...] = tuple(KIND_SHARES)
LANGUAGES: tuple[str, ...] = language_codes()
LANGUAGE_SHARES = {
    "en": 6.0, "de": 3.5, "fr": 3.0, "pl": 0.5, "sv": 0.5, "da": 0.5, "cs": 0.5, "no": 0.4, "fi": 0.4,
    "ro": 0.4, "tr": 0.4, "id": 0.5,
}  # fmt: skip
"""How often a language is drawn; 1 for those not named."""

__all__ = ["KINDS", "LANGUAGES", "generate", "render"]


def generate(seed: int, *, kind: str | None = None, language: str | None = None) -> list[LabelledPage]:
    """The pages of one document, the same for the same arguments on any machine.

    Some of those drawn as `advertising_order` are the station's invoices, and their `meta` says so.
    Raises UsageError for a kind that is not in KINDS or a language that is not in LANGUAGES.
    """
    if kind is not None and kind not in KIND_SHARES:
        raise UsageError(f"unknown kind {kind!r}; known: {', '.join(KINDS)}")
    if language is not None and language not in LANGUAGES:
        raise UsageError(f"unknown language {language!r}; known: {', '.join(LANGUAGES)}")
    rng = Dice(seed)
    drawn_kind = rng.choices(KINDS, list(KIND_SHARES.values()))[0]
    if (kind or drawn_kind) == "advertising_order" and language is None and rng.random() < 0.9:
        language = "en"
    drawn_language = rng.choices(LANGUAGES, [LANGUAGE_SHARES.get(code, 1.0) for code in LANGUAGES])[0]
    return _document(rng, seed, kind or drawn_kind, language or drawn_language)


def _document(rng: random.Random, seed: int, kind: str, code: str) -> list[LabelledPage]:
    words = language(code)
    country = _country(rng, words, kind)
    if kind == "receipt":
        sale = draw_sale(rng, words, country)
        writer = Writer(rng, sale.record)
        sheets = [write_receipt(writer, sale)]
    elif kind == "advertising_order":
        campaign = draw_campaign(rng, words, country)
        writer = Writer(rng, campaign.record)
        sheets = write_order(writer, campaign)
    else:
        writer, sheets = _office_paper(rng, draw_record(rng, kind, words, country))
    scale = rng.choice((1.0, 1.5, 2.0, 2.0, 2.78))
    writer.settle()
    pages = [sheet.finish(i, scale, writer.values, writer.items) for i, sheet in enumerate(sheets)]
    for page in pages:
        page.meta |= {"id": f"generated-{seed}", "kind": writer.record.kind, "language": code, "country": country.code,
                      "currency": writer.record.currency, "source": "generator"}  # fmt: skip
    return pages


def _office_paper(rng: random.Random, record: Record) -> tuple[Writer, list[Sheet]]:
    if record.kind == "bill":
        usage = draw_usage(rng, record)
        writer = Writer(rng, record)
        return writer, write_bill(writer, usage)
    writer = Writer(rng, record)
    if record.kind in ("invoice", "credit_note") and rng.random() < 0.07:
        return writer, write_listing(writer)
    return writer, _WRITERS.get(record.kind, write_letter)(writer)


_WRITERS = {"statement": write_statement, "contract": write_contract, "form": write_form}


def _country(rng: random.Random, words: Language, kind: str) -> Country:
    if kind == "advertising_order" and words.code == "en":
        return words.countries["US"]
    countries = list(words.countries.values())
    shares = [
        country.extra.get("receipt_weight", country.weight) if kind == "receipt" else country.weight
        for country in countries
    ]
    return rng.choices(countries, shares)[0]


def render(page: LabelledPage, seed: int = 0, *, width: int = 0) -> np.ndarray:
    """The page as RGB uint8 of shape (height, width, 3), its words drawn inside their boxes.

    At the page's own size, or scaled to `width` pixels.
    """
    from docengine.corpus.generator.drawing import draw_page

    return draw_page(page, seed, width=width)
