"""The generator's pages: deterministic, consistent, and labelled with the words that spell the values."""

from __future__ import annotations

import importlib
import random
import re
from decimal import Decimal

import pytest
from drawn import dates_are_in_order, overlapping, spelled
from stdnum import iban as iban_rules

from docengine.corpus.generator import KINDS, LANGUAGES, generate, render
from docengine.corpus.generator.identifiers import iban, tax_id
from docengine.corpus.labelled import LabelledPage
from docengine.errors import UsageError
from docengine.schema import DEFAULT_SCHEMA

RULES = {
    "de_vat": "de.vat", "at_vat": "at.uid", "ch_vat": "ch.vat", "ch_vat_it": "ch.vat", "fr_vat": "fr.tva",
    "fr_siret": "fr.siret",
    "gb": "gb.vat", "ie": "ie.vat", "be_vat": "be.vat", "lu_vat": "lu.tva", "ein": "us.ein", "ca_bn": "ca.bn",
    "abn": "au.abn",
    "gstin": "in_.gstin", "es_nif": "es.nif", "it_iva": "it.iva", "nl_btw": "nl.btw", "pt_nif": "pt.nif",
    "br_cnpj": "br.cnpj",
    "mx_rfc": "mx.rfc", "pl_nip": "pl.nip", "se_moms": "se.vat", "dk_cvr": "dk.cvr", "cz_dic": "cz.dic",
}  # fmt: skip
MARKS = " ,.;:"
"""What may end a word after its value, as a sentence goes on."""
AMOUNTS = ("net_total", "tax_total", "grand_total")
SEEDS = range(250)


@pytest.fixture(scope="module")
def pages() -> list[LabelledPage]:
    return [page for seed in SEEDS for page in generate(seed)]


def digits_of(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def test_the_same_seed_gives_the_same_pages() -> None:
    for seed in range(30):
        first, again = generate(seed), generate(seed)
        assert [page.page.words for page in first] == [page.page.words for page in again]
        assert [(page.labels, page.fields, page.line_items) for page in first] == [
            (page.labels, page.fields, page.line_items) for page in again
        ]


def test_every_kind_in_every_language() -> None:
    for language in LANGUAGES:
        for kind in KINDS:
            for page in generate(3, kind=kind, language=language):
                assert page.page.words and len(page.labels) == len(page.page.words)
                assert page.meta["language"] == language
                assert page.meta["kind"] == kind or (kind, page.meta["kind"]) == ("advertising_order", "invoice")


def test_no_word_holds_white_space(pages: list[LabelledPage]) -> None:
    """Groups of thousands, units of two words and signs such as `$ CA` are words of their own."""
    drawn = [page for seed in range(120) for page in generate(seed, language=("fr", "en", "fi")[seed % 3])]
    for page in pages + drawn:
        for word in page.page.words or []:
            assert len(word.text.split()) == 1 and word.text == word.text.strip(), (page.meta["id"], word.text)


def test_unknown_kinds_and_languages_are_named() -> None:
    with pytest.raises(UsageError, match="receip"):
        generate(1, kind="receip")
    with pytest.raises(UsageError, match="xx"):
        generate(1, language="xx")


def test_numbers_and_names_are_spelled_by_their_words(pages: list[LabelledPage]) -> None:
    for page in pages:
        for field in (
            "invoice_number",
            "order_number",
            "contract_number",
            "seller_name",
            "buyer_name",
            "seller_tax_id",
        ):
            for text in spelled(page, field):
                assert text.rstrip(MARKS).casefold() == page.fields[field].rstrip(MARKS).casefold(), page.meta
        for text in spelled(page, "iban"):
            assert text.replace(" ", "").rstrip(MARKS) == page.fields["iban"]


def test_amounts_and_dates_are_spelled_by_their_words(pages: list[LabelledPage]) -> None:
    for page in pages:
        for field in AMOUNTS:
            for text in spelled(page, field):
                assert int(digits_of(text)) == int(digits_of(page.fields[field])), (page.meta, text)
        for field in ("invoice_date", "due_date", "period_start", "period_end"):
            for text in spelled(page, field):
                year, _, day = page.fields[field].split("-")
                assert year[2:] in text and day.lstrip("0") in text, (page.meta, text)


def test_line_items_are_spelled_by_their_words(pages: list[LabelledPage]) -> None:
    seen = 0
    for page in pages:
        for spec in DEFAULT_SCHEMA.line:
            values = [item[spec.name] for item in page.line_items if spec.name in item]
            texts = spelled(page, spec.name)
            assert len(values) == len(texts), (page.meta, spec.name)
            for value, text in zip(values, texts, strict=True):
                seen += 1
                if spec.name == "description":
                    assert text == value
                else:
                    assert int(digits_of(value) or 0) in {
                        int(digits_of(text)[: n or None] or 0) for n in (0, -1, -2, -3)
                    }
    assert seen > 2000


def test_every_field_on_a_page_has_words_and_every_label_a_value(pages: list[LabelledPage]) -> None:
    names = {spec.name for spec in DEFAULT_SCHEMA}
    for page in pages:
        labelled = {label.field for label in page.labels if label and label.certain}
        header = {spec.name for spec in DEFAULT_SCHEMA.header}
        assert labelled & header == set(page.fields), page.meta
        assert page.known == names


def test_sums_add_up(pages: list[LabelledPage]) -> None:
    checked = 0
    for page in pages:
        values = {name: Decimal(page.fields[name]) for name in AMOUNTS if name in page.fields}
        if len(values) == 3:
            checked += 1
            gap = values["net_total"] + values["tax_total"] - values["grand_total"]
            coins = page.meta["kind"] == "receipt" or page.meta["currency"] in ("CHF", "SEK", "DKK", "CZK", "AUD")
            assert abs(gap) <= (Decimal("0.5") if coins else 0), page.meta
        for item in page.line_items:
            if page.meta["kind"] == "advertising_order" and {"quantity", "unit_price", "line_total"} <= set(item):
                assert Decimal(item["quantity"]) * Decimal(item["unit_price"]) == Decimal(item["line_total"])
    assert checked > 100


def test_dates_are_in_order(pages: list[LabelledPage]) -> None:
    assert dates_are_in_order(pages)


def test_boxes_lie_on_the_page(pages: list[LabelledPage]) -> None:
    for page in pages:
        for word in page.page.words or []:
            assert word.text and word.text == word.text.strip()
            assert -1 <= word.box.x0 < word.box.x1 <= page.page.width + 1, (page.meta, word)
            assert -1 <= word.box.y0 < word.box.y1 <= page.page.height + 1, (page.meta, word)


def test_words_hardly_overlap(pages: list[LabelledPage]) -> None:
    """Of all words, at most one in five hundred lies to a third on another one."""
    found, total = overlapping(pages)
    assert found <= total / 500, (found, total)


@pytest.mark.parametrize("kind", sorted(RULES))
def test_tax_numbers_have_right_check_digits(kind: str) -> None:
    rules, rng = importlib.import_module(f"stdnum.{RULES[kind]}"), random.Random(4)
    for _ in range(60):
        rules.validate(tax_id(rng, kind))


def test_ibans_have_right_check_digits() -> None:
    rng = random.Random(5)
    for country in ("DE", "AT", "CH", "FR", "BE", "LU", "GB", "IE", "ES", "IT", "NL", "PT", "PL", "SE", "DK", "CZ"):
        for _ in range(30):
            assert iban_rules.validate(iban(rng, country))[:2] == country


def test_names_vary(pages: list[LabelledPage]) -> None:
    sellers = [page.fields["seller_name"].lower() for page in pages if "seller_name" in page.fields]
    assert len(set(sellers)) > 0.8 * len(sellers) * len(SEEDS) / len(pages)


def test_no_wording_is_left_unfilled(pages: list[LabelledPage]) -> None:
    for page in pages:
        for word in page.page.words or []:
            assert not re.search(r"[{}]", word.text), (page.meta, word.text)


def test_words_are_drawn_inside_their_boxes() -> None:
    drawn = (generate(seed, kind="receipt", language="en")[0] for seed in range(40))
    page = next(page for page in drawn if page.page.width > 500)  # a lone colon of eight pixels is grey
    image = render(page, 1)
    assert image.shape == (round(page.page.height), round(page.page.width), 3) and image.dtype == "uint8"
    inked = 0
    for word in page.page.words or []:
        x0, y0, x1, y1 = (round(edge) for edge in word.box)
        inked += bool((image[y0:y1, x0 : x1 + 1] < 128).any())
    assert inked >= 0.95 * len(page.page.words or [])
