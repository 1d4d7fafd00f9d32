"""Item rows and sums: records add up, rows stand in order, amounts multiply, look-alikes stay unlabelled."""

from __future__ import annotations

import random
from collections import Counter
from decimal import Decimal

import pytest

from docengine import Box
from docengine.corpus.generator import generate, itemrows, selling, table
from docengine.corpus.generator.columns import Column, put_cell, titles
from docengine.corpus.generator.line import Line, line_total, rounded
from docengine.corpus.generator.record import Record, draw_record, settle
from docengine.corpus.generator.sheet import Sheet, tokens
from docengine.corpus.generator.spelling import spelled
from docengine.corpus.generator.tablestyle import draw_style
from docengine.corpus.generator.trades import TRADES, fitting, price_factor
from docengine.corpus.generator.vocabulary import language, language_codes
from docengine.corpus.generator.writer import Writer
from docengine.corpus.labelled import LabelledPage
from docengine.engine.decode.arithmetic import product_agrees

KINDS = ("invoice", "credit_note", "bill", "quote", "order", "order_confirmation", "delivery_note")
MAIN = ("en", "de", "fr", "es", "it", "nl", "pt")
CELLS = ("quantity", "unit_price", "tax_percent", "line_total")


@pytest.fixture(scope="module")
def records() -> list[Record]:
    drawn = []
    for seed in range(1200):
        rng = random.Random(seed)
        words = language(rng.choice(language_codes()))
        country = rng.choice(list(words.countries.values()))
        drawn.append(draw_record(rng, KINDS[seed % len(KINDS)], words, country))
    return drawn


@pytest.fixture(scope="module")
def documents() -> list[list[LabelledPage]]:
    return [generate(seed, kind=KINDS[seed % len(KINDS)]) for seed in range(260)]


def test_lines_multiply_and_sums_add_up(records: list[Record]) -> None:
    for record in records:
        for line in record.lines:
            if not line.free and not line.lump:
                discount = 0 if line.list_price else line.discount
                assert line.total == line_total(line.quantity, line.price, discount, line.per)
        extras = record.shipping + record.surcharge - record.discount
        parts = record.net + (record.tax if record.included else 0)
        assert parts == sum(line.total for line in record.lines) + extras + record.stamp
        assert record.total == record.net + record.tax + record.rounding
        assert record.payable == record.total - record.paid - record.withheld


def test_tax_follows_from_each_base(records: list[Record]) -> None:
    for record in records:
        assert sum(net for net, _ in record.bases.values()) == record.net
        for rate, (net, tax) in record.bases.items():
            taxed = net - record.stamp if rate == 0 else net
            assert abs(tax - rounded(taxed * round(rate * 1000), 100_000)) <= (1 if record.included else 0)


def test_settling_twice_changes_nothing(records: list[Record]) -> None:
    for record in records:
        before = record.net, record.tax, record.total
        settle(record)
        assert (record.net, record.tax, record.total) == before


def test_prepayments_withholding_and_rounding_occur(records: list[Record]) -> None:
    spain = language("es").countries["ES"]
    withheld = [draw_record(random.Random(seed), "invoice", language("es"), spain).withheld for seed in range(60)]
    assert 0 < sum(map(bool, withheld)) < 30
    for name in ("paid", "stamp", "surcharge", "rounding", "discount", "shipping"):
        assert any(getattr(record, name) for record in records), name
    for name in ("lump", "list_price", "discount", "note", "date"):
        assert any(getattr(line, name) for record in records for line in record.lines), name
    for record in records:
        assert not record.shipping or (record.shipping > 0) == (record.goods >= 0)
    refunds = [record for record in records if record.kind == "credit_note"]
    assert len({record.total < 0 for record in refunds}) == 2


def test_prices_of_many_units_round_half_up() -> None:
    assert line_total(1500, 10_000) == 150
    assert line_total(1000, 50) == 1
    assert line_total(-1000, 50) == -1
    assert line_total(250_000, 990_000, 0, 100) == 24_750
    assert line_total(3000, 100_000, 10) == 2_700


def test_every_main_language_names_every_trade() -> None:
    for code in MAIN:
        goods = language(code).goods
        for name, spec in TRADES.items():
            assert len(goods[f"trade_{name}"]) == len(spec) == len(set(goods[f"trade_{name}"])), (code, name)
            assert all(goods[f"unit_{unit}"] for unit, *_ in spec)
    assert len(TRADES) >= 20


def test_rows_multiply_as_extraction_expects(documents: list[list[LabelledPage]]) -> None:
    """Of the rows that show all three factors, all but those with discounts or prices of a hundred agree.

    These are about 4% over many documents, but all the rows of a document go together.
    """
    agreed = Counter[bool]()
    for pages in documents:
        for page in pages:
            for item in page.line_items:
                if {"quantity", "unit_price", "line_total"} <= item.keys():
                    numbers = [Decimal(item[name]) for name in ("quantity", "unit_price", "line_total")]
                    tax = Decimal(item["tax_percent"]) if "tax_percent" in item else None
                    agreed[bool(product_agrees(*numbers, tax))] += 1
    assert agreed[True] > 500 and agreed[False] < 0.1 * agreed[True], agreed


def test_items_stand_in_the_order_of_their_rows(documents: list[list[LabelledPage]]) -> None:
    for pages in documents:
        for page in pages:
            tops: dict[int, float] = {}
            for word, label in zip(page.page.words or [], page.labels, strict=True):
                if label and label.field == "description":
                    tops.setdefault(label.instance, word.box.y0)
            rows = [tops[row] for row in sorted(tops)]
            assert rows == sorted(rows), page.meta["id"]


def test_a_row_has_one_span_a_cell(documents: list[list[LabelledPage]]) -> None:
    """Certain labels of one cell lie together: nothing of its row is labelled as the same cell elsewhere."""
    for pages in documents:
        for page in pages:
            seen: dict[tuple[str, int], list[Box]] = {}
            for word, label in zip(page.page.words or [], page.labels, strict=True):
                if label and label.certain and label.field in CELLS:
                    seen.setdefault((label.field, label.instance), []).append(word.box)
            for cell, boxes in seen.items():
                apart = max(box.y0 for box in boxes) - min(box.y1 for box in boxes)
                assert apart < 0, (page.meta["id"], cell)


def test_columns_come_in_many_orders(documents: list[list[LabelledPage]]) -> None:
    orders = Counter[tuple[str, ...]]()
    for pages in documents:
        for page in pages:
            first = [
                (word.box.x0, label.field)
                for word, label in zip(page.page.words or [], page.labels, strict=True)
                if label and label.certain and label.instance == 0 and label.field in (*CELLS, "description")
            ]
            orders[tuple(dict.fromkeys(name for _, name in sorted(first)))] += 1
    assert len(orders) > 35, len(orders)
    assert max(orders.values()) < 0.3 * sum(orders.values())


def test_what_is_left_to_pay_is_not_labelled_as_the_total(documents: list[list[LabelledPage]]) -> None:
    for pages in documents:
        for page in pages:
            if {"net_total", "tax_total", "grand_total"} <= page.fields.keys():
                gap = Decimal(page.fields["net_total"]) + Decimal(page.fields["tax_total"])
                assert abs(gap - Decimal(page.fields["grand_total"])) <= Decimal("0.5"), page.meta["id"]


def test_what_a_discount_leaves_is_the_rows_amount(monkeypatch: pytest.MonkeyPatch) -> None:
    once, drawn = Writer.once, selling._Habits.__init__

    def discounting(habits: selling._Habits, rng: random.Random, factor: float) -> None:
        drawn(habits, rng, factor)
        habits.discounts, habits.listed = 0.7, True

    monkeypatch.setattr(
        Writer, "once", lambda writer, habit, share: habit == "conditions" or once(writer, habit, share)
    )
    monkeypatch.setattr(selling._Habits, "__init__", discounting)
    rows = 0
    for seed in range(25):
        for page in generate(seed, kind="invoice", language="de"):
            before = {label.instance for label in page.labels if label and label[::2] == ("line_total", False)}
            for item in [page.line_items[row] for row in before if row < len(page.line_items)]:
                if {"quantity", "unit_price", "line_total"} <= item.keys():
                    rows += 1
                    count, price, total = (Decimal(item[name]) for name in ("quantity", "unit_price", "line_total"))
                    assert abs(count * price - total) <= Decimal("0.005") * abs(count) + Decimal("0.01"), item
    assert rows > 20


def test_a_line_without_a_discount_is_its_product() -> None:
    line = Line("x", "1", 2000, "pcs", 125_000, 20.0, line_total(2000, 125_000))
    assert line.total == 2500


@pytest.mark.parametrize(
    ("code", "number", "words"),
    [
        ("en", 1234, "one thousand two hundred and thirty-four"),
        ("de", 21021, "einundzwanzigtausendeinundzwanzig"),
        ("fr", 80, "quatre-vingts"),
        ("fr", 80_391, "quatre-vingt mille trois cent quatre-vingt-onze"),
        ("fr", 71, "soixante et onze"),
        ("es", 21_100, "veintiún mil cien"),
        ("es", 31_516, "treinta y un mil quinientos dieciséis"),
        ("it", 1028, "milleventotto"),
        ("nl", 122, "honderdtweeëntwintig"),
        ("pt", 1300, "mil e trezentos"),
        ("pt", 2147, "dois mil cento e quarenta e sete"),
    ],
)
def test_amounts_are_spelled_as_they_are_said(code: str, number: int, words: str) -> None:
    assert spelled(code, number) == words


def test_totals_are_what_such_documents_come_to(records: list[Record]) -> None:
    """In euros: half of all letters between 150 and 8,000, none of a hundred in the millions."""
    priced = [record for record in records if record.kind != "bill"]
    totals = sorted(abs(record.total) / 100 / price_factor(record.currency) for record in priced)
    assert 150 < totals[len(totals) // 4] < totals[len(totals) // 2] < 3000
    assert totals[len(totals) * 3 // 4] < 8000 and totals[int(len(totals) * 0.99)] < 80_000


def test_rows_of_many_goods_stay_below_what_a_document_spends(records: list[Record]) -> None:
    for record in records:
        for line in record.lines:
            if line.quantity > 1000:
                assert abs(line.total) / 100 <= 10_001 * price_factor(record.currency), line


@pytest.mark.parametrize("quantity", [1000, 2500, 3750, 4000, 12_340, 2_000_000])
def test_quantities_are_lowered_in_their_own_steps(quantity: int) -> None:
    fit = fitting(random.Random(1), quantity, 500_000, 1000.0)
    assert fit <= quantity and (fit * 500_000 <= 1000 * 10_000_000 or fit == 1000)
    assert fit % 1000 == 0 or quantity % 1000


def test_marks_of_numbers_stand_below_one_another() -> None:
    sheet = Sheet(600, 800, "sans")
    cells = [tokens(text) for text in ("9.50", "1,250.125", "-3.5 EUR", "12", "$0.3645")]
    column = Column("unit_price", "", "", "d", cells)
    text = Column("description", "", "", "l", [tokens("Paper")] * len(cells))
    style = draw_style(Writer(random.Random(1), _record()), 9.0)
    table.place(sheet, [text, column], 50, 400, style)
    for row, cell in enumerate(cells):
        put_cell(sheet, column, 20.0 * row, cell, style.size, room=100)
    marks = []
    for word, left, _, right, _ in sheet.words:
        whole = word.partition(".")[0]
        marks.append(left + (right - left) * sheet.measure(tokens(whole), 9) / sheet.measure(tokens(word), 9))
    del marks[3]  # the currency's code
    assert max(marks) - min(marks) < 0.01


def test_no_title_calls_an_amount_a_percentage() -> None:
    for code in language_codes():
        words = language(code)
        record = draw_record(random.Random(5), "invoice", words, next(iter(words.countries.values())))
        for seed in range(40):
            writer = Writer(random.Random(seed), record)
            (title, second), *_ = titles(writer, ["discount", "line_total"], "usual", money_off=True)
            assert "%" not in title + second and "satz" not in title.lower()


def _record() -> Record:
    words = language("en")
    return draw_record(random.Random(5), "invoice", words, words.countries["GB"])


def test_sums_in_the_table_end_where_its_amounts_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(itemrows, "wants_grid_sums", lambda items: items.columns[-1].key == "line_total")
    found = 0
    for seed in range(40):
        for page in generate(seed, kind="invoice", language="en")[:1]:
            edges = {
                name: [word.box.x1 for word, label in zip(page.page.words or [], page.labels, strict=True)
                       if label and label.certain and label.field == name]
                for name in ("line_total", "grand_total")
            }  # fmt: skip
            same = [x for x in edges["grand_total"] for y in edges["line_total"] if abs(x - y) < 0.02 * page.page.width]
            found += bool(same)
    assert found > 15


def test_two_tables_hold_all_rows_once(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    heading = itemrows.ItemTable._heading
    monkeypatch.setattr(itemrows.ItemTable, "_heading", lambda self: (started.append(self.rows), heading(self))[1])
    for seed in range(150):
        started.clear()
        pages = generate(seed, kind="invoice")
        if started:
            assert [rows.start for rows in started] == [0, started[0].stop]
            shown = sum(len(page.line_items) for page in pages)
            assert shown == started[1].stop
            return
    raise AssertionError("no document of two tables")
