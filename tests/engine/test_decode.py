"""Decoding of header fields, merging of pages, broken input."""

from __future__ import annotations

import time

import numpy as np
import pytest
from sheets import SCHEMA, Sheet, check_of, decoded, item_row, label, likely, totals, value, values

from docengine import Box, Word
from docengine.engine.decode import Calibration, Decoded, PageCandidates, ReadPage, decide, page_candidates
from docengine.errors import UsageError
from docengine.schema import FieldSpec, FieldType, Schema


def test_single_line_values_are_normalised_and_keep_their_print_and_box():
    sheet = Sheet().line((0, label("Invoice", "No.")), (200, value("invoice_number", "RE-2024/17")))
    sheet.line((0, label("Date")), (200, value("invoice_date", "12.", "März", "2024")))
    sheet.line((0, label("Total", "EUR")), (200, value("grand_total", "1.234,56")))
    result = decoded(sheet)
    assert values(result) == {
        "invoice_number": "RE-2024/17",
        "invoice_date": "2024-03-12",
        "grand_total": "1234.56",
        "currency": "EUR",
    }
    date = result.fields["invoice_date"]
    assert date.text == "12. März 2024"
    assert date.box == Box(200, 30, 330, 50)
    assert date.page == 0
    assert date.confidence > 0.9


def test_a_name_over_two_lines_is_one_value():
    sheet = Sheet().line((0, value("seller_name", "Gasthaus", "zum"))).line((0, [("Löwen", "I-seller_name")]))
    assert values(decoded(sheet)) == {"seller_name": "Gasthaus zum Löwen"}


def test_a_line_that_fell_into_two_text_rows_is_read_from_left_to_right():
    sheet = (
        Sheet()
        .line((100, [("Congress", "B-buyer_name")]))
        .line((0, [("Moore", "I-buyer_name"), ("for", "I-buyer_name")]))
    )
    for i in (1, 2):
        box = sheet.words[i].box
        sheet.words[i] = Word(sheet.words[i].text, Box(box.x0, 1, box.x1, 21))
    assert values(decoded(sheet)) == {"buyer_name": "Moore for Congress"}


def test_addresses_in_two_columns_do_not_mix():
    sheet = Sheet()
    sheet.line((0, value("seller_address", "Main", "St", "1,")), (600, value("buyer_address", "Rue", "Haute", "9")))
    sheet.line((0, [("1000", "I-seller_address"), ("Bern", "I-seller_address")]), (600, [("Genf", "I-buyer_address")]))
    assert values(decoded(sheet)) == {"seller_address": "Main St 1, 1000 Bern", "buyer_address": "Rue Haute 9 Genf"}


def test_what_stands_amid_another_line_does_not_continue_an_address():
    sheet = Sheet().line((0, value("seller_address", "Main", "St", "1,", "Bern")))
    sheet.line((0, [("Tel.", None), ("031", None), ("2672", "I-seller_address")]))
    assert values(decoded(sheet)) == {"seller_address": "Main St 1, Bern"}


def test_the_same_field_in_two_columns_is_two_candidates():
    sheet = Sheet()
    sheet.line((0, value("seller_name", "Acme", "Ltd")), (600, likely("seller_name", 0.6, "Other", "Inc")))
    result = decoded(sheet)
    assert values(result) == {"seller_name": "Acme Ltd"}


def test_a_weak_word_inside_a_name_is_kept():
    sheet = Sheet().line((0, [("Smith", "B-seller_name"), ("&", None), ("Sons", "I-seller_name")]))
    assert values(decoded(sheet)) == {"seller_name": "Smith & Sons"}


def test_a_word_that_wavers_at_the_end_of_a_line_is_kept_before_the_next_line():
    street = [*value("seller_address", "2280", "HALSTED"), ("PIKE", {"I-seller_address": 0.48})]
    town = [("DAYTON,", "I-seller_address"), ("OH", "I-seller_address"), ("45424", "I-seller_address")]
    assert values(decoded(Sheet().line((0, street)).line((0, town)))) == {
        "seller_address": "2280 HALSTED PIKE DAYTON, OH 45424"
    }


def test_a_line_that_goes_on_from_a_wavering_one_does_not_begin_a_value():
    street = [("Kerkpad", {"B-buyer_address": 0.49}), ("2a", {"I-buyer_address": 0.36})]
    town = [("8421", "I-buyer_address"), ("PN", "I-buyer_address"), ("Oldeberkoop", "I-buyer_address")]
    assert values(decoded(Sheet().line((0, street)).line((0, town)))) == {
        "buyer_address": "Kerkpad 2a 8421 PN Oldeberkoop"
    }


def test_marks_between_the_parts_of_an_address_part_nothing():
    town = [("442", "I-seller_address"), ("34", "I-seller_address"), ("Kungälv", "I-seller_address")]
    sheet = Sheet().line((0, [*value("seller_address", "Kyrkstigen", "135"), ("•", None), *town]))
    assert values(decoded(sheet)) == {"seller_address": "Kyrkstigen 135, 442 34 Kungälv"}


def test_an_address_goes_on_after_a_label():
    sheet = Sheet().line((0, label("Straße:")), (150, value("seller_address", "Kettestraße", "163c")))
    town = [("D-56479", "I-seller_address"), ("Oberrod", "I-seller_address")]
    sheet.line((0, label("PLZ", "und", "Ort:")), (150, town))
    assert values(decoded(sheet)) == {"seller_address": "Kettestraße 163c D-56479 Oberrod"}


def test_two_words_side_by_side_that_both_begin_a_name_are_one_name():
    begins = [("Kestrel", {"B-buyer_name": 0.7}), ("Tool", {"B-buyer_name": 0.84, "I-buyer_name": 0.15})]
    rest = likely("buyer_name", 0.98, "", "Works")[1:]
    assert values(decoded(Sheet().line((0, [*begins, *rest]))))["buyer_name"] == "Kestrel Tool Works"
    apart = Sheet().line((0, begins[:1]), (500, [*begins[1:], *rest]))
    assert values(decoded(apart))["buyer_name"] == "Tool Works"


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        (["Lumiance", "Energies", "SA"], "Lumiance Energies SA"),
        (["Lumiance", "Energies"], "Lumiance"),
        (["Lumina", "SA"], "Lumiance"),
    ],
)
def test_a_companys_whole_name_goes_before_its_short_one(printed: list[str], read: str):
    sheet = Sheet().line((0, value("seller_name", "Lumiance"))).line((0, label("Facture")))
    assert values(decoded(sheet.line((0, likely("seller_name", 0.6, *printed)))))["seller_name"] == read


def test_a_name_begins_with_the_word_before_one_that_goes_on():
    seller = [("Harbourlight", {"B-seller_name": 0.12}), ("Home", {"I-seller_name": 0.85})]
    sheet = Sheet().line((0, [*label("Sold", "by"), *seller, ("Ltd", {"I-seller_name": 0.85})]))
    assert values(decoded(sheet)) == {"seller_name": "Harbourlight Home Ltd"}


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Traunblick", "eGen"),
        ("Nowak", "Sp. z o.o."),
        ("Bau", "GmbH & Co. KG"),
        ("Bau", "Gmbh"),
        ("Bau", "AG am Markt"),
    ],
)
def test_a_legal_form_completes_a_name(name: str, form: str):
    sheet = Sheet().line((0, [*value("buyer_name", name), *label(*form.split())]))
    whole = {"Gmbh": "Bau", "AG am Markt": "Bau AG"}.get(form, f"{name} {form}")
    assert values(decoded(sheet)) == {"buyer_name": whole}


@pytest.mark.parametrize(("code", "after"), [("BS35", "1HB"), ("9712", "GG"), ("K1A", "0B1"), ("BS35", "England")])
def test_a_postcode_is_whole(code: str, after: str):
    sheet = Sheet().line((0, [*value("seller_address", "8", "Castle", "Street", code), *label(after)]))
    assert values(decoded(sheet))["seller_address"] == f"8 Castle Street {code}" + f" {after}" * (after != "England")


def test_a_label_in_the_span_is_trimmed_where_the_type_says_so():
    sheet = Sheet().line((0, [("Date:", "B-invoice_date"), ("12/03/2024", "I-invoice_date")]))
    assert values(decoded(sheet)) == {"invoice_date": "2024-03-12"}


def test_what_does_not_parse_is_no_value():
    sheet = Sheet().line((0, value("invoice_date", "soon"))).line((0, value("grand_total", "twelve")))
    assert values(decoded(sheet)) == {}


def test_ocr_slips_are_read():
    sheet = Sheet().line((0, value("invoice_date", "l2/O3/2O24"))).line((0, value("grand_total", "9.OO")))
    sheet.line((0, value("iban", "DE89", "37O4", "0044", "0532", "0130", "00")))
    assert values(decoded(sheet)) == {
        "invoice_date": "2024-03-12",
        "grand_total": "9.00",
        "iban": "DE89370400440532013000",
    }


def test_a_total_that_lost_a_mark():
    sheet = Sheet().line((0, label("Total")), (200, value("grand_total", "9.91626")))
    sheet.line((0, label("Net")), (200, value("net_total", "9,266.60")))
    assert values(decoded(sheet))["grand_total"] == "9916.26"


@pytest.mark.parametrize("tagged", [True, False])
def test_the_start_of_a_period_without_its_year(tagged: bool):
    start = value("period_start", "01.04.") if tagged else label("01.04.")
    sheet = Sheet().line((0, [*label("Leistung"), *start, *label("–"), *value("period_end", "30.04.2026")]))
    assert values(decoded(sheet)) == {"period_start": "2026-04-01", "period_end": "2026-04-30"}
    alone = Sheet().line((0, [*label("bis"), *value("period_end", "30.04.2026")]))
    assert values(decoded(alone)) == {"period_end": "2026-04-30"}


def test_an_iban_whose_end_the_model_does_not_see():
    seen = value("iban", "CH28", "5054", "5508", "2853", "6316")
    assert values(decoded(Sheet().line((0, [*seen, *label("5.", "Zahlbar")]))))["iban"] == "CH2850545508285363165"
    assert "iban" not in values(decoded(Sheet().line((0, [*seen, *label("6.", "Zahlbar")]))))


def test_groups_of_digits_are_one_number_even_if_each_begins_one():
    groups = [("110", "B-contract_number"), ("448", "B-contract_number"), ("2093", "B-contract_number")]
    assert values(decoded(Sheet().line((0, groups))))["contract_number"] == "110 448 2093"
    apart = Sheet().line((0, groups[:1]), (90, groups[2:]))
    assert values(decoded(apart))["contract_number"] in ("110", "2093")


def test_absent_fields_are_absent_and_faint_ones_only_proposed():
    sheet = Sheet().line((0, likely("due_date", 0.2, "12/03/2024"))).line((0, label("Hello", "world")))
    result = decoded(sheet)
    assert result.fields == {}
    score, proposed = result.proposals["due_date"]
    assert proposed == "2024-03-12"
    assert 0 < score < 0.5
    assert result.scores == {"due_date": score}


def test_pages_are_merged():
    first = item_row(Sheet(0), 0, ["Paint"], "2", "5,00", "10,00").line((0, value("invoice_number", "A-1")))
    second = item_row(Sheet(1), 0, ["Brush"], "1", "3,00", "3,00").line((0, value("grand_total", "13,00")))
    result = decoded(first, second)
    assert values(result) == {"invoice_number": "A-1", "grand_total": "13.00"}
    assert result.fields["grand_total"].page == 1
    assert [row["description"].page for row in result.line_items] == [0, 1]
    assert check_of(result, "lines_add_up") is True


def test_a_page_without_words_and_a_document_without_pages_are_empty():
    assert decoded(Sheet()) == Decoded()
    assert decide([], SCHEMA) == Decoded()


def page_of(words: int, tags: np.ndarray) -> ReadPage:
    laid = [Word(f"{i}.50", Box(i % 10 * 80, i // 10 * 30, i % 10 * 80 + 60, i // 10 * 30 + 20)) for i in range(words)]
    return ReadPage(laid, np.arange(words) // 10, tags, np.full((words, words), 0.5, np.float32), 0)


def test_uniform_probabilities_say_nothing():
    tags = np.full((200, len(SCHEMA.tags)), 1 / len(SCHEMA.tags), np.float32)
    result = decide([page_candidates(page_of(200, tags), SCHEMA)], SCHEMA)
    assert result.fields == {}


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0])
def test_broken_probabilities_do_no_harm(bad: float):
    page = totals(value("grand_total", "118.50"), label()).read()
    page.tags[0], page.same_item[:] = bad, bad
    result = decide([page_candidates(page, SCHEMA)], SCHEMA)
    assert result.fields["grand_total"].value == "118.50"
    assert all(0 <= found.confidence <= 1 for found in result.fields.values())


def test_calibration_maps_scores_and_thresholds_leave_values_out():
    calibration = Calibration.from_dict(
        {"curves": {"*": {"x": [0, 1], "y": [0.2, 0.4]}}, "thresholds": {"grand_total": 0.99, "net_total": 0.1}}
    )
    sheet = Sheet().line((0, value("grand_total", "5.00"))).line((0, likely("net_total", 0.2, "4.00")))
    result = decoded(sheet, calibration=calibration)
    assert values(result) == {"net_total": "4.00"}
    assert result.fields["net_total"].confidence == pytest.approx(0.2 + 0.2 * 0.2, abs=0.01)
    assert Calibration.from_dict({}).probability("grand_total", 0.3) == 0.3


def test_any_schema_will_do():
    schema = Schema((FieldSpec("policy", FieldType.NUMBER), FieldSpec("insured", FieldType.NAME)))
    sheet = Sheet().line((0, value("policy", "P-77"))).line((0, value("insured", "Ann", "Lee")))
    assert values(decoded(sheet, schema=schema)) == {"policy": "P-77", "insured": "Ann Lee"}


def test_a_total_that_is_no_amount_is_refused():
    with pytest.raises(UsageError, match="grand_total must be of type amount, not text"):
        decide([], Schema((FieldSpec("grand_total", FieldType.TEXT),)))


def test_what_a_page_leaves_behind_is_small():
    tags = np.full((500, len(SCHEMA.tags)), 1e-4, np.float32)
    tags[:, SCHEMA.begin("grand_total")] = 0.6
    found = page_candidates(page_of(500, tags), SCHEMA)
    assert isinstance(found, PageCandidates)
    assert all(len(spans) <= 5 for spans in found.spans.values())


def test_a_full_page_takes_milliseconds():
    sheet = Sheet()
    for item in range(45):
        item_row(sheet, item, ["Item", "number", f"{item}", "of", "many", "words", "here"], "2", "5.00", f"{item}0.00")
        sheet.line((0, label("note")), item=None)
    sheet.line((0, value("seller_name", "Acme", "Ltd"))).line((0, value("grand_total", "9.00")))
    page = sheet.read()
    assert 480 <= len(page.words) <= 560
    decide([page_candidates(page, SCHEMA)], SCHEMA)
    spent = []
    for _ in range(10):
        begun = time.process_time()
        decide([page_candidates(page, SCHEMA)], SCHEMA)
        spent.append(time.process_time() - begun)
    assert min(spent) < 0.04  # 4 ms on an idle core: room for a busy one
