from pathlib import Path

import pytest

from docengine import Box, Page, Word
from docengine.corpus.align import align, align_pages, align_row
from docengine.corpus.dataset import read_dataset
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.spelling import spells
from docengine.corpus.splits import partition
from docengine.schema import FieldType

DATA = Path(__file__).parents[2].parent / "shared" / "data"


def page(*lines: tuple[float, float, str]) -> Page:
    """Lines of text at (x, y), 10 pixels a character and 14 high."""
    words = [Word(text, Box(x, y, x + 10 * len(text), y + 14)) for x, y, text in lines]
    return Page(words=words, width=1000, height=1000)


def labelled(result: LabelledPage, field: str, certain: bool = True) -> list[str]:
    """The text of each instance of a field, in order."""
    spans: dict[int, list[str]] = {}
    for word, label in zip(result.page.words, result.labels, strict=True):
        if label and label.field == field and label.certain == certain:
            spans.setdefault(label.instance, []).append(word.text)
    return [" ".join(words) for _, words in sorted(spans.items())]


@pytest.mark.parametrize(
    ("text", "value", "kind", "same"),
    [
        ("$4,385.00", "4385.00", FieldType.AMOUNT, True),
        ("1 234,56", "1234.56", FieldType.AMOUNT, True),
        ("1.234", "1234.00", FieldType.AMOUNT, True),
        ("12.34", "1234", FieldType.AMOUNT, False),
        ("9.00 5", "95", FieldType.AMOUNT, False),
        ("0, 00", "0.00", FieldType.AMOUNT, True),
        ("00", "0.00", FieldType.AMOUNT, False),
        ("02/17/20", "2020-02-17", FieldType.DATE, True),
        ("17.02.2020", "2020-02-17", FieldType.DATE, True),
        ("06 . 08 . 2018", "2018-08-06", FieldType.DATE, True),
        ("17. Februar 2020", "2020-02-17", FieldType.DATE, True),
        ("20200217", "2020-02-17", FieldType.DATE, True),
        ("25 DEC 2018", "25/12/2018", FieldType.DATE, True),
        ("02/18/20", "2020-02-17", FieldType.DATE, False),
        ("12:30:20", "2020-12-30", FieldType.DATE, False),
        ("€", "EUR", FieldType.CURRENCY, True),
        ("#RK-21 01", "RK2101", FieldType.NUMBER, True),
        ("RK2102", "RK2101", FieldType.NUMBER, False),
    ],
)
def test_spelling(text, value, kind, same):
    assert spells(text, value, kind) is same


def test_the_total_is_the_one_that_is_called_total():
    sheet = page(
        (10, 100, "SUB TOTAL 9.00"),
        (10, 130, "TOTAL (INCLUSIVE OF GST) RM9.00"),
        (10, 160, "CASH 9.00"),
        (10, 190, "CHANGE 0.00"),
    )
    result = align(sheet, {"grand_total": "9.00"}, [], {"grand_total"})
    certain = [i for i, label in enumerate(result.labels) if label and label.certain]
    words = result.page.words
    assert [words[i].text for i in certain] == ["9.00"]
    assert words[certain[0]].box.y0 == 130
    assert labelled(result, "grand_total", certain=False) == ["9.00", "9.00"]
    assert result.fields == {"grand_total": "9.00"} and result.known == {"grand_total"}


def test_a_value_that_is_not_there_is_unknown_not_absent():
    fields = {"seller_name": "ACME", "invoice_date": "2020-02-17"}
    result = align(page((10, 10, "something else")), fields, [], {*fields, "iban"})
    assert result.known == {"iban"} and not any(result.labels) and result.fields == {}


def test_an_address_over_lines_beside_another_column():
    sheet = page(
        (10, 10, "ACME SDN BHD"),
        (10, 40, "NO.53, JALAN SAGU 18,"),
        (500, 40, "Invoice No 12345"),
        (10, 60, "TAMAN DAYA, 81100"),
        (500, 60, "Date 25/12/2018"),
        (10, 80, "JOHOR BHARU"),  # a slip of the printer
    )
    fields = {
        "seller_name": "ACME SDN. BHD.",
        "seller_address": "NO.53 JALAN SAGU 18, TAMAN DAYA, 81100 JOHOR BAHRU",
        "invoice_date": "25/12/2018",
    }
    result = align(sheet, fields, [], fields)
    assert labelled(result, "seller_address") == ["NO.53, JALAN SAGU 18, TAMAN DAYA, 81100 JOHOR BHARU"]
    assert labelled(result, "seller_name") == ["ACME SDN BHD"]
    assert labelled(result, "invoice_date") == ["25/12/2018"]


def test_a_period_of_one_day():
    sheet = page((10, 10, "Flight Dates"), (200, 10, "05/27/20"), (320, 10, "-"), (350, 10, "05/27/20"))
    fields = {"period_start": "2020-05-27", "period_end": "2020-05-27"}
    result = align(sheet, fields, [], fields)
    where = {la.field: word.box.x0 for word, la in zip(result.page.words, result.labels, strict=True) if la}
    assert where == {"period_start": 200, "period_end": 350}


def test_decimals_parted_by_spacing_belong_to_the_amount():
    sheet = page((10, 10, "Bruttosumme"), (300, 10, "10,"), (332, 10, "00"), (500, 10, "3"))
    assert labelled(align(sheet, {"grand_total": "10.00"}, [], {"grand_total"}), "grand_total") == ["10, 00"]


def test_the_other_pages_do_not_show_the_field():
    first = page((10, 10, "Advertiser: Majority Forward"), (10, 40, "Line 1 500.00"))
    second = page((10, 10, "Advertiser: Majority Forward"), (10, 40, "Gross Total $500.00"))
    fields = {"buyer_name": "Majority Forward", "grand_total": "500.00"}
    one, two = align_pages([first, second], fields, [], fields)
    assert labelled(one, "buyer_name") == labelled(two, "buyer_name") == ["Majority Forward"]
    assert labelled(one, "grand_total") == [] and labelled(two, "grand_total") == ["500.00"]
    assert one.known == two.known == set(fields)
    assert "grand_total" not in one.fields


ITEMS = [
    {"description": "Ink cartridge black", "quantity": "2", "unit_price": "5.00", "line_total": "10.00"},
    {"description": "Paper A4", "quantity": "10", "unit_price": "1.00", "line_total": "10.00"},
]
LINES = {"description", "quantity", "unit_price", "line_total"}


def table(*rows: tuple[float, str, str, str, str]) -> Page:
    cells = [(x, y, text) for y, *texts in rows for x, text in zip((10, 300, 400, 600), texts, strict=True) if text]
    return page((10, 10, "Item"), (300, 10, "Qty"), (400, 10, "Price"), (600, 10, "Total"), *cells)


def test_line_items_row_by_row():
    sheet = table(
        (50, "Ink cartridge", "2", "5,00", "10,00"), (70, "black", "", "", ""), (90, "Paper A4", "10", "1,00", "10,00")
    )
    result = align(sheet, {}, ITEMS, LINES)
    assert labelled(result, "description") == ["Ink cartridge black", "Paper A4"]
    assert labelled(result, "quantity") == ["2", "10"]
    assert labelled(result, "unit_price") == ["5,00", "1,00"]
    assert labelled(result, "line_total") == ["10,00", "10,00"]
    assert result.known == LINES and result.line_items == ITEMS


def test_equal_cells_go_to_their_columns():
    items = [
        {"description": "Pen", "quantity": "1", "unit_price": "1.00", "line_total": "1.00"},
        {"description": "Clip", "quantity": "3", "unit_price": "2.00", "line_total": "6.00"},
    ]
    result = align(table((50, "Pen", "1", "1.00", "1.00"), (70, "Clip", "3", "2.00", "6.00")), {}, items, LINES)
    first = {
        la.field: word.box.x0
        for word, la in zip(result.page.words, result.labels, strict=True)
        if la and la.instance == 0
    }
    assert first == {"description": 10, "quantity": 300, "unit_price": 400, "line_total": 600}


def test_items_that_are_not_on_the_page_make_the_columns_unknown():
    result = align(table((50, "Ink cartridge black", "2", "5,00", "10,00")), {}, ITEMS, LINES | {"iban"})
    assert result.known == {"iban"} and result.line_items == [] and not any(result.labels)


def test_a_column_that_is_printed_otherwise_is_unknown_alone():
    sheet = table((50, "Ink cartridge black", "2", "7,77", "10,00"), (90, "Paper A4", "10", "8,88", "10,00"))
    result = align(sheet, {}, ITEMS, LINES)
    assert result.known == LINES - {"unit_price"}
    assert "unit_price" not in result.line_items[0]


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the shared data sets")
@pytest.mark.parametrize(("name", "least"), [("sroie", 0.99), ("fcc_adbuy", 0.99), ("zugferd_facturx", 0.9)])
def test_real_values_are_found(name, least):
    rows = [row for row in read_dataset(DATA / name) if partition(row, name) == "train"][::6]
    asked = [(row, field) for row in rows for field in row.fields]
    pages = {row.id: align_row(row) for row in rows}
    found = sum(any(field in page.fields for page in pages[row.id]) for row, field in asked)
    assert found >= least * len(asked)
