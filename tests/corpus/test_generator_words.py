"""The generator's words, names, numbers and formats, in every language: complete, distinct, read back as meant."""

from __future__ import annotations

import datetime
import itertools
import random
from collections import Counter
from importlib import import_module

import pytest
from stdnum import iban as iban_rules

from docengine.corpus.generator.formats import NumberStyle, date_text, plain
from docengine.corpus.generator.identifiers import iban, tax_id
from docengine.corpus.generator.parties import party
from docengine.corpus.generator.vocabulary import Country, Language, language, language_codes
from docengine.engine.values import Hints, currency_of, parse, same_value
from docengine.schema import FieldType

LANGUAGES = [language(code) for code in language_codes()]
COUNTRIES = [(words, country) for words in LANGUAGES for country in words.countries.values()]
SECTIONS = ("labels", "titles", "numbers", "text", "goods", "companies")
OPTIONAL = {"companies": {"malay", "of"}, "goods": {"products"}, "text": {"in_words"}}
"""Keys that only some languages need."""
PLACES = {"tax", "rate", "base", "currency", "title", "n", "m"}
DATED = {"late_amount"}
"""Labels that name a date."""
MOST_REPEATS = 14

RULES = {
    "no_mva": "no.mva", "fi_alv": "fi.alv", "ro_cui": "ro.cui", "tr_vkn": "tr.vkn", "id_npwp": "id.npwp",
    "ar_cuit": "ar.cuit", "cl_rut": "cl.rut", "co_nit": "co.nit", "nz_ird": "nz.ird", "mx_rfc": "mx.rfc",
}  # fmt: skip

DISTINCT = (
    ("invoice_number", "order_number"), ("invoice_number", "customer_number"), ("invoice_number", "delivery_note"),
    ("invoice_number", "contract_number"), ("order_number", "customer_number"), ("order_number", "contract_number"),
    ("invoice_date", "due_date"), ("invoice_date", "order_date"), ("due_date", "delivery_date"),
    ("due_date", "order_date"), ("delivery_date", "order_date"), ("net_total", "tax_total"),
    ("tax_total", "grand_total"), ("grand_total", "previous"), ("grand_total", "paid"), ("grand_total", "discount"),
    ("bill_to", "ship_to"), ("iban", "bic"), ("cash", "change"), ("col_quantity", "col_line_total"),
    ("period_start", "period_end"), ("subtotal", "receipt_total"), ("col_unit_price", "col_quantity"),
)  # fmt: skip
"""Keys whose values are different fields, or one a field and the other none: no wording may serve both."""
SHARED = {"From", "To", "Desde", "a", "A", "#", "Horas", "Amount", "Count", "Uren", "Unit", "Pago", "Zahlung", "Jumlah"}
"""Wordings that real documents do use for both."""


def ids(pair: tuple[Language, Country]) -> str:
    return f"{pair[0].code}_{pair[1].code}"


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_exists_in_every_language(section: str) -> None:
    counts = Counter(key for words in LANGUAGES for key in getattr(words, section))
    keys = {key for key, count in counts.items() if count > len(LANGUAGES) * 0.7 or section == "labels"}
    keys -= OPTIONAL.get(section, set())
    for words in LANGUAGES:
        assert keys - set(getattr(words, section)) == set(), words.code


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.code)
def test_wordings_say_something_and_the_usual_ones_are_not_everything(words: Language) -> None:
    for section in ("labels", "numbers"):
        for key, wordings in getattr(words, section).items():
            counts = Counter(wordings)
            assert all(text.strip() == text and text for text in counts), (key, wordings)
            assert counts.most_common(1)[0][1] <= MOST_REPEATS, (key, counts.most_common(1))


@pytest.mark.parametrize("pair", COUNTRIES, ids=ids)
def test_countries_have_words_only_for_keys_of_their_language(pair: tuple[Language, Country]) -> None:
    words, country = pair
    for section in ("labels", "titles"):
        for key, wordings in country.extra.get(section, {}).items():
            assert key in getattr(words, section) and wordings


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.code)
def test_labels_ask_only_for_what_is_filled_in(words: Language) -> None:
    for key, wordings in words.labels.items():
        for text in wordings:
            asked = {part.split("}")[0] for part in text.split("{")[1:]}
            assert asked <= (PLACES | {"date"} if key in DATED else PLACES), (key, text)


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.code)
def test_no_wording_says_two_different_things(words: Language) -> None:
    for one, other in DISTINCT:
        both = {text.rstrip(" :") for text in words.labels[one]} & {text.rstrip(" :") for text in words.labels[other]}
        assert both <= SHARED, (one, other, both)


def test_the_seven_main_languages_are_rich() -> None:
    for code in ("en", "de", "fr", "es", "it", "nl", "pt"):
        labels = language(code).labels
        for key in ("invoice_number", "invoice_date", "due_date", "net_total", "tax_total", "grand_total", "bill_to"):
            assert len(set(labels[key])) >= 20, (code, key)


@pytest.mark.parametrize("kind", RULES)
def test_tax_numbers_have_right_check_digits(kind: str) -> None:
    rng, rules = random.Random(5), import_module(f"stdnum.{RULES[kind]}")
    for _ in range(60):
        number = tax_id(rng, kind)
        assert rules.is_valid(number.replace(" ", "")), number
        assert parse(number, FieldType.TAX_ID), number


@pytest.mark.parametrize("code", ["NO", "FI", "RO", "TR"])
def test_ibans_are_right(code: str) -> None:
    rng = random.Random(6)
    for _ in range(60):
        assert iban_rules.is_valid(iban(rng, code, "DNBANOKK"))


@pytest.mark.parametrize("pair", COUNTRIES, ids=ids)
def test_parties_are_whole_and_their_numbers_can_be_read(pair: tuple[Language, Country]) -> None:
    words, country = pair
    rng = random.Random(7)
    for _ in range(20):
        one = party(rng, words, country)
        assert one.name and one.address and all(line.strip() for line in one.address)
        assert parse(one.tax_id, FieldType.TAX_ID), one.tax_id
        assert not one.iban or parse(one.iban, FieldType.IBAN) == one.iban
        assert "{" not in " ".join([one.name, *one.address, one.phone])


def test_no_list_of_companies_names_a_person() -> None:
    """Persons are put together from given names and surnames that many share."""
    for words in LANGUAGES:
        first, last = set(words.first_names), set(words.last_names)
        for form in words.companies["forms"]:
            parts = form.replace(",", " ").split()
            assert not any(a in first and b in last for a, b in itertools.pairwise(parts)), form


@pytest.mark.parametrize("pair", COUNTRIES, ids=ids)
def test_dates_read_back(pair: tuple[Language, Country]) -> None:
    words, country = pair
    for pattern in sorted(set(country.dates)):
        order = "mdy" if pattern.startswith("m") else "ymd" if pattern.startswith("yy") else "dmy"
        hints = Hints(language=words.code, country=country.code, date_order=order)
        for month in range(1, 13):
            for upper in (False, True):
                day = datetime.date(2021 + month % 4, month, 1 + month * 2)
                text = date_text(day, pattern, words, upper)
                assert parse(text, FieldType.DATE, hints) == day.isoformat(), (pattern, text)


@pytest.mark.parametrize("pair", COUNTRIES, ids=ids)
def test_amounts_read_back(pair: tuple[Language, Country]) -> None:
    words, country = pair
    for sample in sorted(set(country.numbers)):
        style = NumberStyle.of(sample)
        hints = Hints(language=words.code, country=country.code, currency=country.currency, decimal_mark=style.decimal)
        for value, decimals in ((5, 2), (99, 2), (123456, 2), (98765432, 2), (1234567890, 2), (12345, 4), (45000, 0)):
            text = style.text(value, decimals)
            true = plain(value, decimals)
            for symbol in {"", *country.symbols}:
                after = text if symbol == "R" else f"{text} {symbol}"
                forms = {text, f"{symbol} {text}", f"{symbol}{text}", after, f"-{text}", f"({text})", f"{text}-"}
                for form in sorted(forms):
                    read = parse(form.strip(), FieldType.AMOUNT, hints)
                    negative = form.startswith(("-", "(")) or form.endswith("-")
                    wanted = f"-{true}" if negative else true
                    assert read and same_value(read, wanted, FieldType.AMOUNT), (sample, form, read)


@pytest.mark.parametrize("pair", COUNTRIES, ids=ids)
def test_currencies_read_back(pair: tuple[Language, Country]) -> None:
    words, country = pair
    hints = Hints(language=words.code, country=country.code)
    for symbol in sorted(set(country.symbols)):
        assert currency_of(symbol, hints) == country.currency, symbol
