"""Drawn receipts: sums that add up, look-alikes without labels, boxes as people draw them."""

from __future__ import annotations

import random
from collections import Counter
from decimal import Decimal

import pytest
from drawn import spelled

from docengine.corpus.generator import LANGUAGES, generate
from docengine.corpus.generator.outlets import malaysian_address, place_of, registration
from docengine.corpus.generator.receipt import write_receipt
from docengine.corpus.generator.receiptbook import in_words
from docengine.corpus.generator.receipthead import address_lines
from docengine.corpus.generator.rollboxes import shares
from docengine.corpus.generator.till import TRADES, Sale, draw_sale
from docengine.corpus.generator.vocabulary import language
from docengine.corpus.generator.writer import Writer
from docengine.corpus.labelled import LabelledPage
from docengine.engine.layout import split_text, split_words

SEEDS = range(400)


def drawn(seed: int, code: str = "") -> tuple[Sale, LabelledPage]:
    rng = random.Random(seed)
    words = language(code or LANGUAGES[seed % len(LANGUAGES)])
    sale = draw_sale(rng, words, rng.choice(list(words.countries.values())))
    writer = Writer(rng, sale.record)
    return sale, write_receipt(writer, sale).finish(0, 2.0, writer.values, writer.items)


@pytest.fixture(scope="module")
def receipts() -> list[tuple[Sale, LabelledPage]]:
    return [drawn(seed) for seed in SEEDS]


def test_sums_add_up(receipts: list[tuple[Sale, LabelledPage]]) -> None:
    for sale, _ in receipts:
        record = sale.record
        charged = record.goods - record.discount + sale.service
        added = 0 if record.included else record.tax
        assert charged + added + record.rounding == record.total
        assert record.net + record.tax == sale.before_rounding
        assert abs(record.rounding) <= 50
        assert not sale.cuts or sum(sale.cuts.values()) == record.discount
        assert all(cut <= record.lines[row].total for row, cut in sale.cuts.items())
        assert sale.tendered >= record.total or not sale.cash
        assert sale.tendered - sale.change == record.total


def test_printed_amounts_are_the_records(receipts: list[tuple[Sale, LabelledPage]]) -> None:
    totals = 0
    for sale, page in receipts:
        fields = page.fields
        for field, cents in (
            ("grand_total", sale.record.total),
            ("tax_total", sale.record.tax),
            ("net_total", sale.record.net),
        ):
            if field in fields and (field != "net_total" or not sale.record.discount):
                assert Decimal(fields[field]) * 100 == cents, (field, page.meta)
        totals += "grand_total" in fields
        rows = [item["line_total"] for item in page.line_items if "line_total" in item]
        if len(rows) == len(sale.record.lines):
            assert sum(map(Decimal, rows)) * 100 == sale.record.goods
    assert totals == len(receipts)


def test_names_addresses_and_dates_are_spelled(receipts: list[tuple[Sale, LabelledPage]]) -> None:
    addresses = 0
    for sale, page in receipts:
        assert spelled(page, "seller_name"), "no seller"
        for field in ("seller_name", "seller_address", "invoice_number", "seller_tax_id"):
            for text in spelled(page, field):
                assert text == page.fields[field]
        addresses += "seller_address" in page.fields
        if "seller_address" in page.fields:
            squeezed = "".join(char for char in page.fields["seller_address"].upper() if char.isalnum())
            for part in sale.record.seller.address:
                assert "".join(char for char in part.upper() if char.isalnum()) in squeezed
        assert page.fields["invoice_date"] == sale.record.date.isoformat()
    assert addresses > 0.75 * len(receipts)


def test_other_dates_and_amounts_stay_unlabelled(receipts: list[tuple[Sale, LabelledPage]]) -> None:
    stays = 0
    for sale, page in receipts:
        year = str(sale.record.date.year % 100).zfill(2)
        for certain in (True, False):
            assert all(year in text for text in spelled(page, "invoice_date", certain))
        if sale.cash and sale.tendered != sale.record.total:
            tendered = Writer(random.Random(0), sale.record).look.numbers.text(sale.tendered)
            digits = "".join(char for char in tendered if char.isdigit())
            for text in spelled(page, "grand_total") + spelled(page, "grand_total", False):
                assert "".join(char for char in text if char.isdigit()) != digits
        stays += sale.trade in ("hotel", "parking") and sale.start.date() != sale.record.date
    assert stays > 5


def test_boxes_lie_on_the_paper(receipts: list[tuple[Sale, LabelledPage]]) -> None:
    for _, page in receipts:
        for word in page.page.words or []:
            assert 0 <= word.box.x0 < word.box.x1 <= page.page.width, word
            assert 0 <= word.box.y0 < word.box.y1 <= page.page.height, word


def test_words_of_a_piece_share_its_height_unevenly_over_the_page(receipts: list[tuple[Sale, LabelledPage]]) -> None:
    varied = 0
    for _, page in receipts:
        words = split_words(page.page.words or [])
        heights = Counter(round(word.box.height, 3) for word in words)
        varied += len(heights) > 5
    assert varied > 0.9 * len(receipts)


def test_pieces_are_shared_as_line_boxes_are_split() -> None:
    for text in ("NO. 12, JALAN BESAR 3/7", "TOTAL (RM) : 1,204.50", "Müller & Söhne GmbH", "wide MWmw @ % 11 iil"):
        for found, (_, *wanted) in zip(shares(text), split_text(text), strict=True):
            assert found == pytest.approx(wanted)


def test_every_trade_and_every_form_is_drawn() -> None:
    seen: Counter[str] = Counter()
    bare = 0
    for seed in range(700):
        sale, page = drawn(seed, "en")
        seen[sale.trade] += 1
        bare += not page.line_items
    assert set(seen) == set(TRADES)
    assert 0.01 < bare / 700 < 0.2, "card slips and receipt books show no rows or one"


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_names_its_shops_and_goods(code: str) -> None:
    words = language(code)
    for name, trade in TRADES.items():
        assert words.goods[trade.goods]
        forms = words.companies[f"shops_{trade.names or name}"]
        assert all(form.format(last="L", first="F", word="W", city="C", n=1) for form in forms)


def test_addresses_break_into_lines_without_losing_a_part() -> None:
    rng = random.Random(3)
    shapes = set()
    for _ in range(200):
        parts = malaysian_address(rng, language("en"))
        lines = address_lines(rng, parts, 40)
        shapes.add(len(lines))
        text = "".join(lines).replace(" ", "").replace(",", "").rstrip(".")
        assert text == "".join(parts).replace(" ", "").replace(",", "").rstrip(".")
    assert shapes >= {1, 2, 3, 4}


def test_registers_and_places() -> None:
    rng = random.Random(4)
    found = [registration(rng, language("en").countries["MY"]) for _ in range(200)]
    assert any(text.startswith("(") for text in found) and "" in found
    assert not any(mark in text for text in found for mark in "{}\0#@")
    places = [place_of(drawn(seed, code)[0].record.seller) for seed in range(60) for code in ("de", "en")]
    assert all(place and not any(char.isdigit() for char in place) for place in places)


def test_numbers_in_words() -> None:
    assert in_words(0) == "zero"
    assert in_words(45) == "forty-five"
    assert in_words(1_312) == "one thousand three hundred twelve"
    assert in_words(90_000) == "ninety thousand"


def test_receipts_come_with_their_kind() -> None:
    pages = generate(5, kind="receipt", language="en")
    assert len(pages) == 1 and pages[0].meta["kind"] == "receipt"
