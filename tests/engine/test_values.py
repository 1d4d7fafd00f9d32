"""Typed parsers: what business documents print, into normalised values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from docengine.engine.values import Evidence, Hints, currency_of, date_range, parse, same_value
from docengine.engine.values.amounts import paid
from docengine.schema import FieldType

LOCALES = ("en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pt_BR", "pl_PL", "sv_SE", "da_DK", "cs_CZ", "tr_TR")
LOCALES = (*LOCALES, "id_ID", "de_CH", "fr_CH", "en_US", "en_IN", "nb_NO", "fi_FI", "ro_RO")


def hints_of(locale: str) -> Hints:
    language, country = locale.split("_")
    return Hints(language=language, country=country)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("31.12.2024", "2024-12-31"),
        ("31/12/24", "2024-12-31"),
        ("12/31/2024", "2024-12-31"),
        ("2024-12-31", "2024-12-31"),
        ("2024/12/31", "2024-12-31"),
        ("31-Dec-24", "2024-12-31"),
        ("31 DEC 2024", "2024-12-31"),
        ("31DEC2024", "2024-12-31"),
        ("Dec 31, 2024", "2024-12-31"),
        ("December 31st, 2024", "2024-12-31"),
        ("20241231", "2024-12-31"),
        ("31122024", "2024-12-31"),
        ("12. März 2024", "2024-03-12"),
        ("Dienstag, den 5. Januar 2021", "2021-01-05"),
        ("le 12 mars 2024", "2024-03-12"),
        ("1er août 2023", "2023-08-01"),
        ("15 de marzo de 2022", "2022-03-15"),
        ("5 grudnia 2023 r.", "2023-12-05"),
        ("16 Okt 2022", "2022-10-16"),
        ("03 Eylül 2021", "2021-09-03"),
        ("12.IV.2024", "2024-04-12"),
        ("Tue 31/12/2024 14:05", "2024-12-31"),
        ("31/12/2024 14:05:33", "2024-12-31"),
        ("25/12/2018 8:13:39 PM", "2018-12-25"),
        ("2024-12-31T23:59:59+01:00", "2024-12-31"),
        ("4 août 2019 à 14h30", "2019-08-04"),
        ("01/03/24(Mon)", "2024-03-01"),
        ("31 Dec '24", "2024-12-31"),
        ("01/02/95", "1995-02-01"),
    ],
)
def test_dates_as_printed(text: str, iso: str):
    assert parse(text, FieldType.DATE) == iso


@pytest.mark.parametrize(
    ("amount", "sum_of_money"),
    [
        ("9.91626", "9916.26"),
        ("-9.91600", "-9916.00"),
        ("9916.26", "9916.26"),
        ("12.345", "12.345"),
        ("12.0000", "12.0000"),
        ("9.9162", None),
        ("0.91626", None),
        ("9916.26123", None),
        (None, None),
    ],
)
def test_what_is_paid_has_no_five_decimals(amount: str | None, sum_of_money: str | None):
    assert paid(amount) == sum_of_money


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("@2.95", "2.95"),
        ("x 6,80", "6.80"),
        ("£0.95/kg", "0.95"),
        ("3,99 EUR/kg", "3.99"),
        ("2.10 each", "2.10"),
        ("3,50 / Stk.", "3.50"),
        ("-3.50/kg", "-3.50"),
        ("0388/A", None),
        ("5/kg", None),
    ],
)
def test_prices_of_one(text: str, value: str | None):
    assert parse(text, FieldType.AMOUNT) == value


def test_a_space_in_the_place_of_the_decimal_mark():
    assert parse("9.916 26", FieldType.AMOUNT) == parse("9,916 26", FieldType.AMOUNT) == "9916.26"
    assert parse("12 50", FieldType.AMOUNT) is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("l2/O3/2024", "2024-03-12"),
        ("12 /03/ 2024", "2024-03-12"),
        ("12.03.2O24", "2024-03-12"),
        ("12-03 -2024", "2024-03-12"),
        ("12 / 03 / 24", "2024-03-12"),
        ("12/03 2024", "2024-03-12"),
        ("12 03 24", "2024-03-12"),
        ("lO/1O/2018", "2018-10-10"),
        ("0ct 5, 2020", "2020-10-05"),
        ("Decernber 5, 2020", "2020-12-05"),
    ],
)
def test_dates_with_slips(text: str, iso: str):
    assert parse(text, FieldType.DATE) == iso


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "/ 06 / 25 12",
        "12 - 23 12",
        "99/99/2024",
        "31/02/2024",
        "12.50",
        "1.234,56",
        "Hello 12/12/2012",
        "12/2024",
        "01/01/1950",
    ],
)
def test_what_is_no_date(text: str):
    assert parse(text, FieldType.DATE) is None


def test_hints_settle_day_and_month():
    assert parse("03/04/2024", FieldType.DATE) == "2024-04-03"
    assert parse("03/04/2024", FieldType.DATE, Hints(country="US")) == "2024-03-04"
    assert parse("03/04/2024", FieldType.DATE, Hints(currency="USD", language="en")) == "2024-03-04"
    assert parse("03/04/2024", FieldType.DATE, Hints(currency="USD", date_order="dmy")) == "2024-04-03"
    assert parse("03.04.2024", FieldType.DATE, Hints(country="US")) == "2024-04-03"


@settings(max_examples=300, deadline=None)
@given(
    st.dates(date(1980, 1, 1), date(2079, 12, 31)),
    st.sampled_from(LOCALES),
    st.sampled_from(["short", "medium", "long", "full"]),
)
def test_dates_of_all_languages_are_read_back(day: date, locale: str, width: str):
    text = format_date(day, format=width, locale=locale)
    assert parse(text, FieldType.DATE, hints_of(locale)) == day.isoformat()


def test_dateparser_reads_the_same():
    dateparser = pytest.importorskip("dateparser")
    texts = ["31.12.2024", "12. März 2024", "12 mars 2024", "15 de marzo de 2022", "5 grudnia 2023", "Dec 31, 2024"]
    for text in [*texts, "12 aprile 2021", "3 mei 2020", "2024-05-06", "31 oktober 2023", "7. listopadu 2022"]:
        found = dateparser.parse(text, settings={"DATE_ORDER": "DMY"})
        assert parse(text, FieldType.DATE) == found.date().isoformat(), text


@pytest.mark.parametrize("text", ["02/18/20-02/24/20", "02/18/20 - 02/24/20", "Feb 18, 2020 to Feb 24, 2020"])
def test_ranges_of_dates(text: str):
    assert date_range(text) == ("2020-02-18", "2020-02-24")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("01.04. – 30.04.2026", "2026-04-01", "2026-04-30"),
        ("Mar 1 – Mar 31, 2026", "2026-03-01", "2026-03-31"),
        ("01 ago - 30 set 2025", "2025-08-01", "2025-09-30"),
        ("1.-30. April 2026", "2026-04-01", "2026-04-30"),
        ("1 to 31 May 2024", "2024-05-01", "2024-05-31"),
        ("15.12. - 14.01.2026", "2025-12-15", "2026-01-14"),
        ("01-04-2026 t/m 30-04-2026", "2026-04-01", "2026-04-30"),
    ],
)
def test_ranges_whose_start_is_cut_short(text: str, start: str, end: str):
    assert date_range(text) == (start, end)


@pytest.mark.parametrize("text", ["12-05-2026", "12 2024", "31 - 30 April 2026", "page 1 - 2024-05-01"])
def test_what_is_no_range(text: str):
    assert date_range(text) is None


def test_one_date_is_no_range():
    assert date_range("2020-02-18") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1\u202f234,56", "1234.56"),
        ("1'234.56", "1234.56"),
        ("1’234.–", "1234"),
        ("1,23,456.78", "123456.78"),
        ("1.234.567,89", "1234567.89"),
        ("1234", "1234"),
        (".50", "0.50"),
        ("12,5", "12.5"),
        ("1.0000", "1.0000"),
        ("-5.00", "-5.00"),
        ("5.00-", "-5.00"),
        ("−5,00", "-5.00"),
        ("(5.00)", "-5.00"),
        ("5,00 CR", "-5.00"),
        ("-0.00", "0.00"),
        ("RM9.00", "9.00"),
        ("$1,234.56", "1234.56"),
        ("-$5.00", "-5.00"),
        ("$-5.00", "-5.00"),
        ("9,00€", "9.00"),
        ("Rp 34.000", "34000"),
        ("CHF 12.-", "12"),
        ("1.234,56 EUR", "1234.56"),
        ("kr 1 200,00", "1200.00"),
        ("9.00 SR", "9.00"),
        ("9.00S", "9.00"),
        ("S9.00", "9.00"),
        ("1 234 .56", "1234.56"),
        ("10, 00", "10.00"),
        ("9.OO", "9.00"),
        ("l2.50", "12.50"),
        ("1S.00", "15.00"),
    ],
)
def test_amounts_as_printed(text: str, value: str):
    assert parse(text, FieldType.AMOUNT) == value


@pytest.mark.parametrize(
    "text", ["", "EUR", "abc", "12 34", "1 2.50", "12/12/2012", "00123", "TOTAL 9.00", "1,2,3", "-"]
)
def test_what_is_no_amount(text: str):
    assert parse(text, FieldType.AMOUNT) is None


@pytest.mark.parametrize(
    ("hints", "value"),
    [
        (Hints(), "1234"),
        (Hints(decimal_mark=","), "1234"),
        (Hints(decimal_mark="."), "1.234"),
        (Hints(language="de"), "1234"),
        (Hints(language="en"), "1.234"),
        (Hints(decimal_mark=".", currency="IDR"), "1234"),
    ],
)
def test_hints_settle_group_and_decimal(hints: Hints, value: str):
    assert parse("1.234", FieldType.AMOUNT, hints) == value


@settings(max_examples=300, deadline=None)
@given(
    st.decimals(-10_000_000, 10_000_000, places=2),
    st.sampled_from(LOCALES),
    st.sampled_from(["EUR", "USD", "CHF", "PLN"]),
)
def test_amounts_of_all_languages_are_read_back(number: Decimal, locale: str, currency: str):
    plain = format_decimal(number, "#,##0.00", locale=locale)
    assert Decimal(parse(plain, FieldType.AMOUNT, hints_of(locale)) or "nan") == number
    money = format_currency(number, currency, locale=locale)
    assert Decimal(parse(money, FieldType.AMOUNT, hints_of(locale)) or "nan") == number


@given(st.text(max_size=30), st.sampled_from(list(FieldType)))
@settings(max_examples=500, deadline=None)
def test_no_text_breaks_a_parser_and_values_are_normal_already(text: str, kind: FieldType):
    value = parse(text, kind)
    assert value is None or value.strip() == value != ""
    if value is not None and kind in (FieldType.AMOUNT, FieldType.QUANTITY, FieldType.PERCENT):
        assert Decimal(value).is_finite()
    if value is not None and kind is FieldType.DATE:
        assert date.fromisoformat(value).isoformat() == value
    assert same_value(text, text, kind)


@pytest.mark.parametrize(
    ("text", "value"),
    [("3 pcs", "3"), ("2x", "2"), ("x2", "2"), ("1,5 Std.", "1.5"), ("12 m2", "12"),
     ("3PCS", "3"), ("1 @", "1"), ("l", "1"),
     ("100.0000", "100.0000"), ("-1", "-1"), ("2 Stück", "2"), ("abc", None), ("", None)],
)  # fmt: skip
def test_quantities(text: str, value: str | None):
    assert parse(text, FieldType.QUANTITY) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("19 %", "19"), ("7,7%", "7.7"), ("VAT 20%", "20"), ("19.00", "19.00"), ("S 20%", "20"), ("120", None),
     ("7% 19%", None), ("exempt", None)],
)  # fmt: skip
def test_percentages(text: str, value: str | None):
    assert parse(text, FieldType.PERCENT) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [("€", "EUR"), ("EUR", "EUR"), ("(EUR)", "EUR"), ("Euro", "EUR"), ("US$", "USD"), ("$", "USD"), ("RM", "MYR"),
     ("RM9.00", "MYR"), ("Rp", "IDR"), ("zł", "PLN"), ("Kč", "CZK"), ("Swiss Franc", "CHF"), ("TND 5.000", "TND"),
     ("hello", None), ("TOTAL", None), ("", None)],
)  # fmt: skip
def test_currencies(text: str, code: str | None):
    assert currency_of(text) == code


def test_words_that_look_like_currencies_count_beside_numbers_only():
    assert Evidence.of("TRY OUR 5 Ft cable lei").signs == {"Ft": 1}
    assert Evidence.of("Amount (RM) 9.00").signs == {"RM": 1}
    assert Evidence.of("paid in EUR today").signs == {"EUR": 1}


def test_shared_signs_follow_the_hints():
    assert currency_of("kr", Hints(language="da")) == "DKK"
    assert currency_of("kr", Hints(country="NO")) == "NOK"
    assert currency_of("$", Hints(country="AU")) == "AUD"


def test_free_text():
    assert parse(" :  ﬁne  Café, ", FieldType.NAME) == "fine Café"
    assert parse("12345", FieldType.NAME) is None
    assert parse("12 , Main St ,", FieldType.ADDRESS) == "12, Main St"
    assert parse("Main St 1 • 1000 Bern | CH", FieldType.ADDRESS) == "Main St 1, 1000 Bern, CH"
    assert parse("5 x", FieldType.TEXT) == "5 x"
    assert parse("---", FieldType.TEXT) is None


@pytest.mark.parametrize(
    ("a", "b", "kind", "same"),
    [
        ("4385.00", "4385", FieldType.AMOUNT, True),
        ("0.00", "0", FieldType.AMOUNT, True),
        ("1,234.50", "1234.5", FieldType.AMOUNT, True),
        ("9.00", "9.01", FieldType.AMOUNT, False),
        ("2", "2.0000", FieldType.QUANTITY, True),
        ("25/12/2018", "2018-12-25", FieldType.DATE, True),
        ("2018-12-24", "2018-12-25", FieldType.DATE, False),
        ("EUR", "€", FieldType.CURRENCY, True),
        ("ACME, Ltd.", "Acme Ltd", FieldType.NAME, True),
        ("Müller", "Muller", FieldType.NAME, False),
        ("DE 136 695 976", "DE136695976", FieldType.TAX_ID, True),
    ],
)
def test_same_value(a: str, b: str, kind: FieldType, same: bool):
    assert same_value(a, b, kind) is same


def test_evidence_of_pages_adds_up_to_hints():
    evidence = Evidence.of("Total 1.234,56 EUR 03/04/2024")
    evidence += Evidence.of("25/04/2024 EUR 7,00 USD")
    assert evidence.hints() == Hints(currency="EUR", decimal_mark=",", date_order="dmy")
    assert evidence.hints(Hints(currency="CHF", decimal_mark=".")).currency == "CHF"
    assert Evidence.of("").hints() == Hints()


@pytest.mark.parametrize(
    ("text", "country", "currency"),
    [
        ("$ 5.00 ABN 83 914 571 673", "AU", "AUD"),
        ("$5.00 Acme Pte Ltd", "SG", "SGD"),
        ("Chattanooga, TN 37408 $5.00", "US", "USD"),
    ],
)
def test_whose_dollar_it_is(text: str, country: str, currency: str):
    hints = Evidence.of(text).hints()
    assert (hints.country, hints.currency) == (country, currency)
