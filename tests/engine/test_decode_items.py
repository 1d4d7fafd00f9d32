"""Decoding of line items."""

from __future__ import annotations

import pytest
from sheets import SCHEMA, Sheet, check_of, decoded, item_row, items_of, label, likely, value, values

from docengine.engine.decode import decide, page_candidates


def test_wrapped_descriptions_join_their_row():
    sheet = item_row(Sheet(), 0, ["Red", "paint"], "2", "5.00", "10.00")
    sheet.line((0, [("matt,", "I-description"), ("5l", "I-description")]), item=0)
    item_row(sheet, 1, ["Brush"], "1", "3.00", "3.00")
    result = decoded(sheet)
    assert items_of(result) == [
        {"description": "Red paint matt, 5l", "quantity": "2", "unit_price": "5.00", "line_total": "10.00"},
        {"description": "Brush", "quantity": "1", "unit_price": "3.00", "line_total": "3.00"},
    ]
    assert check_of(result, "line_products") is True


def receipt() -> Sheet:
    """Each text above its numbers."""
    sheet = Sheet()
    for item, name in enumerate(("Milk", "Bread", "Eggs")):
        sheet.line((0, value("description", name)), item=item)
        sheet.line(
            (0, value("quantity", "2")),
            (100, value("unit_price", "1.50")),
            (400, value("line_total", "3.00")),
            item=item,
        )
    return sheet


@pytest.mark.parametrize("same", [0.95, 0.5])
def test_texts_above_their_numbers_with_and_without_the_models_word(same: float):
    result = decide([page_candidates(receipt().read(same=same), SCHEMA)], SCHEMA)
    assert [row["description"] for row in items_of(result)] == ["Milk", "Bread", "Eggs"]
    assert all(row["line_total"] == "3.00" for row in items_of(result))


def test_texts_below_their_numbers_without_the_models_word():
    sheet = item_row(Sheet(), 0, ["Red"], "2", "5.00", "10.00").line((0, [("matt", "I-description")]), item=0)
    item_row(sheet, 1, ["Blue"], "1", "3.00", "3.00").line((0, [("gloss", "I-description")]), item=1)
    result = decide([page_candidates(sheet.read(same=0.5), SCHEMA)], SCHEMA)
    assert [row["description"] for row in items_of(result)] == ["Red matt", "Blue gloss"]


def centred(*items: tuple[str, str, str]) -> list[dict[str, str]]:
    """Items of a line above, an amount halfway down and a line below, which the model joins to the next item."""
    sheet = Sheet()
    for number, (above, total, below) in enumerate(items):
        top = 70 * number
        sheet.line((0, value("description", *above.split())), item=number, y=top)
        sheet.line((300, value("line_total", total)), item=number, y=top + 12)
        sheet.line((0, value("description", *below.split())), item=number + 1, y=top + 24)
    return items_of(decoded(sheet))


def test_two_lines_beside_an_amount_centred_between_them_are_one_name():
    found = centred(("Formule du", "37.00", "midi"), ("Tartare de", "17.90", "boeuf"))
    assert [row["description"] for row in found] == ["Formule du midi", "Tartare de boeuf"]
    assert [row["line_total"] for row in found] == ["37.00", "17.90"]


def test_a_line_goes_to_the_nearer_item_where_the_model_is_silent():
    sheet = item_row(Sheet(), 0, ["Red"], "2", "5.00", "10.00", y=0).line((0, value("description", "pure")), y=60)
    item_row(sheet, 1, ["Blue"], "1", "3.00", "3.00", y=85)
    result = decide([page_candidates(sheet.read(same=0.5), SCHEMA)], SCHEMA)
    assert [row["description"] for row in items_of(result)] == ["Red", "pure Blue"]


def parted(*items: tuple[str, str]) -> list[str]:
    """Descriptions of items whose texts stand in two columns."""
    sheet = Sheet()
    for number, (left, right) in enumerate(items):
        cells = [(left, "B-description")], [(word, "I-description") for word in right.split()]
        sheet.line((0, cells[0]), (160, cells[1]), (600, value("line_total", f"{number + 1}.00")), item=number)
    return [row["description"] for row in items_of(decoded(sheet))]


def test_a_column_of_codes_beside_the_texts_is_no_description():
    assert parted(("OFR", "Ocean freight"), ("THC", "Terminal handling")) == ["Ocean freight", "Terminal handling"]
    assert parted(("OFR", "Ocean freight")) == ["OFR Ocean freight"]
    assert parted(("Lounge", "CHK"), ("Restaurant", "CHK")) == ["Lounge", "Restaurant"]
    assert parted(("Shirt", "white"), ("Dress", "black")) == ["Shirt white", "Dress black"]


@pytest.mark.parametrize(("unit", "kept"), [("l", True), ("pc", True), ("2.00", False), ("net", False)])
def test_the_unit_of_a_number_belongs_to_the_description(unit: str, kept: bool):
    name = [*value("description", "Teapot", "0.6"), (unit, None)]
    sheet = Sheet().line((0, name), (400, value("line_total", "42.00")), item=0)
    assert items_of(decoded(sheet))[0]["description"] == "Teapot 0.6" + f" {unit}" * kept


def test_the_line_total_settles_what_a_quantity_means():
    rows = [item_row(Sheet(), 0, ["Paint"], "2,000", "499", total) for total in ("998", "998.000")]
    assert [items_of(decoded(sheet))[0]["quantity"] for sheet in rows] == ["2.000", "2000"]


def till(*lines: tuple[str, ...], same: float = 0.95) -> list[dict[str, str]]:
    """Items of a till's receipt: a line of a name and an amount, or of `2`, `x`, `3.50` alone; wrongly joined rows."""
    sheet = Sheet()
    for number, texts in enumerate(lines):
        if len(texts) == 2:
            name, total = texts
            sheet.line((0, value("description", *name.split())), (400, value("line_total", total)), item=number)
        else:  # the model takes it for the next line's
            quantity, sign, price = texts
            cells = [(quantity, "B-quantity"), (sign, None), (price, "B-unit_price")]
            sheet.line((30, cells), item=number + 1)
    return items_of(decide([page_candidates(sheet.read(same=same), SCHEMA)], SCHEMA))


MILK, BREAD, EGGS = ("Milk", "4.60"), ("Brown bread", "3.49"), ("Eggs", "2.44")


def test_quantities_on_a_line_of_their_own_go_where_they_multiply():
    below = till(MILK, ("4", "x", "1.15"), BREAD, EGGS, ("0.612", "x", "3.99"), ("Cream", "1.10"))
    above = till(("4", "x", "1.15"), MILK, BREAD, ("0.612", "x", "3.99"), EGGS, ("Cream", "1.10"))
    assert below == above
    assert [(row["description"], row.get("quantity"), row.get("unit_price")) for row in below] == [
        ("Milk", "4", "1.15"), ("Brown bread", None, None), ("Eggs", "0.612", "3.99"), ("Cream", None, None)
    ]  # fmt: skip


def test_a_quantity_that_multiplies_to_nothing_is_no_item_of_its_own():
    rows = till(MILK, ("7", "x", "9.99"), BREAD, same=0.5)
    assert [row["line_total"] for row in rows] == ["4.60", "3.49"]
    assert rows[0]["quantity"] == "7"


def test_a_row_without_an_amount_far_from_the_table_or_without_a_name_is_no_item():
    sheet = Sheet().line((0, value("description", "Pallets")), (300, value("quantity", "19")), item=9)
    for number in range(3):
        item_row(sheet, number, ["Freight"], "1", "5.00", "5.00", y=600 + 30 * number)
    sheet.line((0, value("description", "2188/")), (300, value("quantity", "1")), item=10, y=700)
    assert [row["description"] for row in items_of(decoded(sheet))] == ["Freight"] * 3
    near = item_row(item_row(Sheet(), 0, ["Ale"], "1", "5.00", "5.00"), 1, ["Tea"], "2", "5.00", "10.00")
    near.line((0, value("description", "Biscuit")), (300, value("quantity", "1")), item=3)
    assert len(decoded(near).line_items) == 3


def wavering(*rows: tuple[str, str, str, str, str, str]) -> list[dict[str, str]]:
    """Items of rows of quantity, price and total, and the fields that the model takes them for."""
    sheet = Sheet()
    for number, (quantity, price, total, *fields) in enumerate(rows):
        cells = [
            (x - 10 * len(text), likely(field, 0.8, text))
            for x, text, field in zip((300, 450, 600), (quantity, price, total), fields, strict=True)
        ]
        sheet.line((0, value("description", "Work")), *cells, (650, likely("quantity", 0.4, "22")), item=number)
    return [{name: text for name, text in row.items() if name in FACTORS} for row in items_of(decoded(sheet))]


FACTORS = ("quantity", "unit_price", "line_total")


def test_columns_are_what_their_products_say_whatever_the_model_takes_them_for():
    found = wavering(
        ("4", "285.00", "1,140.00", *FACTORS),
        ("6.5", "78.00", "507.00", "tax_percent", "unit_price", "line_total"),
        ("0.90", "385.00", "346.50", "unit_price", "unit_price", "line_total"),
    )
    assert [tuple(row.values()) for row in found] == [
        ("4", "285.00", "1140.00"), ("6.5", "78.00", "507.00"), ("0.90", "385.00", "346.50")
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "there"), [("Sink", True), (None, False)])
def test_a_number_that_the_model_half_sees_in_a_proved_column_belongs_to_the_named_item_of_its_row(
    name: str | None, there: bool
):
    sheet = item_row(Sheet(), 0, ["Pump"], "2", "45.00", "90.00")
    item_row(sheet, 1, ["Valve"], "3", "11.00", "33.00")
    cells = [(0, value("description", name) if name else label("Labour"))]
    cells += [(500, likely("quantity", 0.2, "4")), (800, likely("line_total", 0.2, "40.00"))]
    rows = items_of(decoded(sheet.line(*cells, item=2)))
    assert rows[2:] == ([{"description": name, "quantity": "4", "line_total": "40.00"}] if there else [])


def test_columns_whose_products_prove_nothing_are_the_models():
    for one, zero in (("1", "7.00"), ("8", "0.00")):
        rows = wavering(*[(one, zero, zero, "tax_percent", "unit_price", "line_total")] * 3)
        assert rows == [{"unit_price": zero, "line_total": zero}] * 3


def test_a_price_that_lost_its_comma_is_settled_by_the_line_total():
    sheet = item_row(Sheet(), 0, ["Pump"], "2", "9.91626", "19.83252")
    item_row(sheet, 1, ["Screw"], "3000", "0.01234", "37.02")
    first, second = items_of(decoded(sheet))
    assert (first["unit_price"], first["line_total"]) == ("9916.26", "19832.52")
    assert second["unit_price"] == "0.01234"


def test_a_rate_beside_the_quantity_is_none_of_its_digits_where_the_line_total_says_so():
    cells = [(0, value("description", "Machine")), (300, value("quantity", "4", "174"))]
    cells += [(500, value("unit_price", "56.99")), (600, value("line_total", "9916.26"))]
    (row,) = items_of(decoded(Sheet().line(*cells, item=0)))
    assert (row["quantity"], row["tax_percent"]) == ("174", "4")
    cells[1:] = [
        (300, value("quantity", "4", "174")),
        (500, value("unit_price", "0.50")),
        (600, value("line_total", "2087.00")),
    ]
    (row,) = items_of(decoded(Sheet().line(*cells, item=0)))
    assert row["quantity"] == "4174"


def test_rows_without_text_or_amount_are_no_items():
    sheet = item_row(Sheet(), 0, ["Paint"], "2", "5.00", "10.00").line((500, value("quantity", "7")), item=1, y=600)
    assert len(decoded(sheet).line_items) == 1


def test_line_totals_choose_the_net_total_and_wrong_products_are_reported():
    sheet = item_row(Sheet(), 0, ["Paint"], "2", "5.00", "10.00")
    item_row(sheet, 1, ["Brush"], "3", "3.00", "8.00")
    sheet.line((650, likely("net_total", 0.6, "81.00"))).line((650, likely("net_total", 0.5, "18.00")))
    result = decoded(sheet)
    assert values(result)["net_total"] == "18.00"
    assert check_of(result, "lines_add_up") is True
    failed = next(check for check in result.checks if check.name == "line_products")
    assert not failed.ok
    assert failed.detail == "row 2: 3 x 3.00 is 9.00, not 8.00"
    assert result.line_items[1]["line_total"].confidence < result.line_items[0]["line_total"].confidence
