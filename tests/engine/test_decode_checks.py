"""Decoding: checks choose among the values, and the document's own evidence settles how they are read."""

from __future__ import annotations

import pytest
from sheets import Sheet, Tagged, check_of, decoded, label, likely, totals, value, values

from docengine.engine.decode import Calibration
from docengine.engine.values import Hints


def test_an_alternative_that_adds_up_replaces_a_likelier_value_and_says_so():
    result = decoded(totals(likely("grand_total", 0.6, "18.60"), likely("grand_total", 0.3, "118.50")))
    assert values(result)["grand_total"] == "118.50"
    assert result.warnings == ["grand_total: took 118.50 instead of 18.60, because net_total + tax_total = grand_total"]
    assert check_of(result, "totals_add_up") is True


def bill(tax: list[Tagged], *others: tuple[str, str], total: str) -> Sheet:
    sheet = Sheet().line((0, label("Subtotal")), (300, value("net_total", "89.75")))
    sheet.line((0, label("Tax")), (300, tax))
    for what, amount in others:
        sheet.line((0, label(what)), (300, label(amount)))
    return sheet.line((0, label("Total")), (300, value("grand_total", total)))


def test_a_tip_below_the_tax_is_part_of_the_sum():
    faint = likely("tax_total", 0.28, "5.39")
    assert values(decoded(bill(faint, ("Gratuity", "17.95"), total="113.09")))["tax_total"] == "5.39"
    assert "tax_total" not in values(decoded(bill(faint, ("Gratuity", "17.85"), total="113.09")))


@pytest.mark.parametrize(
    ("others", "total", "ok"),
    [
        ([("Freight", "12.00")], "107.14", True),
        ([("Retention", "-8.98")], "86.16", True),
        ([("Retention", "8.98"), ("Rounding", "0.04")], "86.20", True),
        ([("Guests", "4")], "86.16", False),
    ],
)
def test_freight_and_retentions_add_up(others: list[tuple[str, str]], total: str, ok: bool):
    assert check_of(decoded(bill(value("tax_total", "5.39"), *others, total=total)), "totals_add_up") is ok


def test_a_failing_check_lowers_confidence_and_keeps_the_value():
    good = decoded(totals(value("grand_total", "118.50"), label()))
    bad = decoded(totals(likely("grand_total", 0.9, "119.90"), label()))
    assert values(bad)["grand_total"] == "119.90"
    assert check_of(good, "totals_add_up") is True
    assert check_of(bad, "totals_add_up") is False
    assert bad.fields["grand_total"].confidence < 0.7 < good.fields["grand_total"].confidence
    assert "118.50, not 119.90" in next(check.detail for check in bad.checks if not check.ok)


def test_a_sum_with_a_printed_tax_rate_outweighs_a_likelier_single_value():
    sheet = Sheet().line((0, label("Subtotal")), (300, likely("net_total", 0.2, "261.32")))
    sheet.line((0, label("GST", "6", "%")), (300, likely("tax_total", 0.2, "15.68")))
    sheet.line((0, label("Total")), (300, likely("grand_total", 0.35, "277.00")))
    sheet.line((0, label("Cash")), (300, likely("grand_total", 0.45, "300.00")))
    assert values(decoded(sheet)) == {"net_total": "261.32", "tax_total": "15.68", "grand_total": "277.00"}


def test_cash_and_change_are_no_proof():
    sheet = Sheet().line((0, label("Total")), (300, likely("grand_total", 0.6, "174.90")))
    sheet.line((0, label("Cash")), (300, likely("grand_total", 0.35, "200.00")))
    sheet.line((0, label("Paid")), (300, likely("net_total", 0.1, "174.90")))
    sheet.line((0, label("Change")), (300, likely("tax_total", 0.1, "25.10")))
    assert values(decoded(sheet)) == {"grand_total": "174.90"}


def test_one_word_is_not_two_totals():
    sheet = Sheet().line((0, [("50.00", {"B-grand_total": 0.52, "B-net_total": 0.47})]))
    assert values(decoded(sheet)) == {"grand_total": "50.00"}


def test_dates_in_disorder_fall_back_on_the_next_likely_pair():
    sheet = Sheet().line((0, value("invoice_date", "2024-05-01")))
    sheet.line((0, likely("due_date", 0.55, "2024-04-01"))).line((0, likely("due_date", 0.4, "2024-05-31")))
    result = decoded(sheet, calibration=Calibration(thresholds={"due_date": 0.3}))
    assert values(result)["due_date"] == "2024-05-31"
    assert check_of(result, "dates_in_order") is True
    assert len(result.warnings) == 1


def test_an_unlikely_date_does_not_displace_a_likely_one():
    sheet = Sheet().line((0, value("invoice_date", "2024-05-06"))).line((0, likely("invoice_date", 0.2, "2024-05-02")))
    sheet.line((0, likely("due_date", 0.1, "2024-05-03")))
    assert decoded(sheet).proposals["invoice_date"][1] == "2024-05-06"


def test_dates_in_disorder_without_an_alternative_stay_and_fail_the_check():
    sheet = Sheet().line((0, value("invoice_date", "2024-05-01"))).line((0, value("due_date", "2024-04-01")))
    result = decoded(sheet)
    assert values(result) == {"invoice_date": "2024-05-01", "due_date": "2024-04-01"}
    assert check_of(result, "dates_in_order") is False


def test_a_range_printed_as_one_word_gives_both_ends():
    sheet = Sheet().line((0, label("Flight")), (100, value("period_start", "02/18/20-02/24/20")))
    assert values(decoded(sheet)) == {"period_start": "2020-02-18", "period_end": "2020-02-24"}


@pytest.mark.parametrize(("day", "kept"), [("12.03.2024", False), ("01.03.2024", True)])
def test_a_period_is_not_the_documents_date_alone(day: str, kept: bool):
    sheet = Sheet().line((0, label("Date")), (200, value("invoice_date", "12.03.2024")))
    sheet.line((0, label("Sent")), (200, value("period_start", day)))
    assert ("period_start" in values(decoded(sheet))) is kept


def test_one_date_is_not_both_ends_of_a_period():
    sheet = Sheet().line((0, [("02/18/2020", {"B-period_start": 0.52, "B-period_end": 0.47})]))
    assert set(decoded(sheet).proposals) == {"period_start"}
    sheet.line((0, likely("period_end", 0.3, "02/24/2020")))
    assert {name: found for name, (_, found) in decoded(sheet).proposals.items()} == {
        "period_start": "2020-02-18",
        "period_end": "2020-02-24",
    }


def test_other_dates_of_the_document_decide_the_order():
    sheet = Sheet().line((0, value("invoice_date", "03/04/2024"))).line((0, label("03/25/2024")))
    assert values(decoded(sheet)) == {"invoice_date": "2024-03-04"}
    sheet = Sheet().line((0, value("invoice_date", "03/04/2024"))).line((0, label("25/03/2024")))
    assert values(decoded(sheet)) == {"invoice_date": "2024-04-03"}


def test_the_order_of_the_dates_settles_their_reading():
    sheet = Sheet().line((0, value("invoice_date", "06/01/22"))).line((0, value("due_date", "05/02/22")))
    sheet.line((0, value("grand_total", "5.00")), (100, label("USD")))
    result = decoded(sheet)
    assert (values(result)["invoice_date"], values(result)["due_date"]) == ("2022-01-06", "2022-02-05")
    assert result.warnings == ["dates were read day first, because only then they are in order"]


def test_hints_of_the_caller_go_first():
    sheet = Sheet().line((0, value("invoice_date", "03/04/2024")))
    assert values(decoded(sheet, hints=Hints(country="US"))) == {"invoice_date": "2024-03-04"}


def test_check_digits_prefer_the_number_that_they_prove():
    sheet = Sheet().line((0, likely("seller_tax_id", 0.55, "DE136695978")))
    sheet.line((0, likely("seller_tax_id", 0.5, "DE136695976")))
    result = decoded(sheet)
    assert values(result) == {"seller_tax_id": "DE136695976"}
    assert check_of(result, "tax_id_check_digits") is True


def test_an_iban_with_wrong_check_digits_is_kept_and_the_check_fails():
    sheet = Sheet().line((0, value("iban", "DE88", "3704", "0044", "0532", "0130", "00")))
    result = decoded(sheet)
    assert values(result) == {"iban": "DE88370400440532013000"}
    assert check_of(result, "iban_check_digits") is False
    assert result.fields["iban"].confidence < 0.7


def test_seller_and_buyer_differ():
    sheet = Sheet().line((0, value("seller_name", "Acme", "Ltd")))
    sheet.line((0, likely("buyer_name", 0.55, "ACME", "LTD"))).line((0, likely("buyer_name", 0.5, "Client", "SA")))
    assert values(decoded(sheet)) == {"seller_name": "Acme Ltd", "buyer_name": "Client SA"}


def test_a_repeated_value_supports_itself():
    once = Sheet().line((0, likely("grand_total", 0.6, "50.00")))
    twice = Sheet().line((0, likely("grand_total", 0.6, "50.00"))).line((0, likely("grand_total", 0.6, "50.00")))
    assert decoded(twice).scores["grand_total"] > decoded(once).scores["grand_total"]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [("RM", "", "MYR"), ("", "€", "EUR"), ("CHF", "", "CHF"), ("Rp", "", "IDR"), ("", "zł", "PLN"), ("$", "", "USD")],
)
def test_the_currency_stands_beside_the_total(before: str, after: str, code: str):
    tagged = label(*filter(None, [before])) + value("grand_total", "50.00") + label(*filter(None, [after]))
    result = decoded(Sheet().line((0, label("USD", "rate")), (400, tagged)))
    assert result.fields["currency"].value == code
    assert result.fields["currency"].text == before + after


def test_the_currency_of_a_column_head_counts_where_nothing_stands_beside_the_total():
    sheet = Sheet().line((0, label("Amount", "(EUR)"))).line((0, value("grand_total", "50,00")))
    assert values(decoded(sheet)) == {"currency": "EUR", "grand_total": "50.00"}


def test_no_sign_no_currency():
    assert values(decoded(Sheet().line((0, value("grand_total", "50,00"))))) == {"grand_total": "50.00"}


@pytest.mark.parametrize(("sold", "tax", "net"), [("1436", "100.52", "1436"), ("1436", "90.52", None)])
def test_an_amount_is_the_net_total_if_the_tax_is_a_printed_rate_of_it_whatever_the_model_saw(
    sold: str, tax: str, net: str | None
):
    total = f"{float(sold) + float(tax):.2f}"
    sheet = Sheet().line((0, label("Subtotal")), (300, label("1440")))
    sheet.line((0, label("Discount")), (300, label("4"))).line((0, label("Less", "discount")), (300, label(sold)))
    sheet.line((0, label("Tax", "rate", "7.00%"))).line((0, label("Tax")), (300, value("tax_total", tax)))
    result = decoded(sheet.line((0, label("Due")), (300, value("grand_total", total))))
    assert values(result).get("net_total") == net
    assert (values(result)["tax_total"], values(result)["grand_total"]) == (tax, total)


def test_a_pair_near_a_sure_total_that_makes_it_up_by_a_tax_rate_is_net_and_tax():
    sheet = Sheet().line((0, label("Base", "Taux", "TVA", "Total", "HT", "Net", "à", "payer")))
    sheet.line((0, label("1", "413,27")), (200, label("20,00", "%")), (400, label("282,65")))
    sheet.line((300, label("Port")), (400, label("12,00"))).line((300, value("grand_total", "1695,92")))
    found = values(decoded(sheet))
    assert (found["net_total"], found["tax_total"], found["grand_total"]) == ("1413.27", "282.65", "1695.92")
    without_rate = Sheet().line((0, label("Fees", "1395,92"))).line((0, label("Costs", "300,00")))
    assert values(decoded(without_rate.line((300, value("grand_total", "1695,92"))))) == {"grand_total": "1695.92"}
