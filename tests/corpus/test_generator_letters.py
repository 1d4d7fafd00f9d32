"""Office paper: the layout grammar holds, every kind draws, slips and statements say what their labels say."""

from __future__ import annotations

import datetime
import random
import re

import pytest
from drawn import dates_are_in_order, overlapping, spelled

from docengine.corpus.generator import KINDS, LANGUAGES, generate
from docengine.corpus.generator.arrangement import block_names, draw_rows, without
from docengine.corpus.generator.correspondence import BLOCKS
from docengine.corpus.generator.letter import Letter, Slot
from docengine.corpus.generator.metadata import period_line
from docengine.corpus.generator.parties import party, rename
from docengine.corpus.generator.record import draw_record
from docengine.corpus.generator.utility import draw_usage
from docengine.corpus.generator.vocabulary import language
from docengine.corpus.generator.writer import Writer
from docengine.corpus.labelled import DOCUMENT_TYPES, LabelledPage

OFFICE = tuple(kind for kind in KINDS if kind not in ("receipt", "advertising_order"))
TEXTS = ("invoice_number", "order_number", "contract_number", "seller_name", "buyer_name", "seller_tax_id")
MARKS = " ,.;:"
"""What may end a word after its value, as a sentence goes on."""
DATES = ("invoice_date", "due_date", "period_start", "period_end")


@pytest.fixture(scope="module")
def pages() -> list[LabelledPage]:
    return [page for seed in range(25) for kind in OFFICE for page in generate(seed, kind=kind)]


def squeezed(text: str) -> str:
    """Letters and digits only: marks between the parts of an address come and go."""
    return "".join(char for char in text if char.isalnum()).lower()


def test_kinds_are_those_of_the_model() -> None:
    assert set(KINDS) == set(DOCUMENT_TYPES)


def test_every_office_kind_draws_in_every_language() -> None:
    for code in LANGUAGES:
        for kind in OFFICE:
            for seed in (1, 2):
                assert all(page.page.words for page in generate(seed, kind=kind, language=code)), (code, kind, seed)


def test_every_rule_of_the_grammar_names_blocks_that_exist() -> None:
    rng, seen = random.Random(1), set()
    for country in ("DE", "IT", "US", "FR", "ES", "NL", "MY"):
        for _ in range(600):
            rows = draw_rows(rng, country)
            assert rows
            for row in rows:
                assert 0 < sum(cell.share for cell in row) < 1.03, row
            seen.update(block_names(rows))
    assert seen <= set(BLOCKS)
    assert len(seen) > 0.9 * len(BLOCKS)


def test_left_out_blocks_give_their_width_to_their_neighbours() -> None:
    rng = random.Random(2)
    for _ in range(400):
        rows = draw_rows(rng, "US")
        kept = without(rows, "ship")
        assert "ship" not in block_names(kept)
        for row in kept:
            assert any(abs(sum(c.share for c in row) - sum(c.share for c in other)) < 1e-9 for other in rows)


def test_the_same_arrangement_seldom_comes_twice() -> None:
    rng = random.Random(3)
    drawn = [str(draw_rows(rng, "GB")) for _ in range(400)]
    assert len(set(drawn)) > 200


def test_labelled_words_spell_their_values(pages: list[LabelledPage]) -> None:
    checked = 0
    for page in pages:
        for field in TEXTS:
            for text in spelled(page, field):
                checked += 1
                shown, meant = (value.rstrip(MARKS).casefold() for value in (text, page.fields[field]))
                assert shown == meant, (page.meta["id"], page.meta["kind"], field)
        for field in ("seller_address", "buyer_address"):
            for text in spelled(page, field):
                value = page.fields[field]
                assert squeezed(text) in squeezed(value) or squeezed(value) in squeezed(text), (page.meta["id"], text)
        for text in spelled(page, "iban"):
            assert text.replace(" ", "").rstrip(MARKS) == page.fields["iban"]
    assert checked > 1000


def test_amounts_and_dates_spell_their_values(pages: list[LabelledPage]) -> None:
    for page in pages:
        for text in spelled(page, "grand_total"):
            digits = re.sub(r"\D", "", text)
            assert int(digits) == int(re.sub(r"\D", "", page.fields["grand_total"])), (page.meta["id"], text)
        for field in DATES:
            for text in spelled(page, field):
                year, _, day = page.fields[field].split("-")
                assert year[2:] in text and day.lstrip("0") in text, (page.meta["id"], field, text)


def test_dates_are_in_order(pages: list[LabelledPage]) -> None:
    assert dates_are_in_order(pages)


def test_words_lie_on_the_page_and_hardly_on_one_another(pages: list[LabelledPage]) -> None:
    for page in pages:
        for word in page.page.words or []:
            assert -1 <= word.box.x0 < word.box.x1 <= page.page.width + 1, (page.meta["id"], word)
            assert -1 <= word.box.y0 < word.box.y1 <= page.page.height + 1, (page.meta["id"], word)
    found, total = overlapping(pages)
    assert found <= total / 500, (found, total)


def test_statements_end_in_the_balance_of_their_rows() -> None:
    """The rows are no line items, and the total to pay is labelled."""
    labelled = 0
    for seed in range(40):
        drawn = generate(seed, kind="statement")
        assert not any(page.line_items for page in drawn)
        labelled += any("grand_total" in page.fields for page in drawn)
    assert labelled == 40


def test_contracts_name_their_parties_and_hold_no_items() -> None:
    for seed in range(30):
        page = generate(seed, kind="contract")[0]
        assert {"seller_name", "buyer_name"} <= set(page.fields)
        assert not page.line_items and "grand_total" not in page.fields
        assert len(page.page.words or []) > 60


def test_swiss_slips_repeat_account_and_amount() -> None:
    found = repeated = 0
    for seed in range(400):
        page = generate(seed, kind="invoice", language="de")[-1]
        codes = [code for code in page.meta["drawing"]["codes"] if code[4] == "swiss"]
        if not codes or "grand_total" not in page.fields:
            continue
        found += 1
        x0, y0, x1, y1, _ = codes[0]
        assert abs((x1 - x0) - (y1 - y0)) < 0.01 and abs((x1 - x0) - 46 * 72 / 25.4) < 0.1
        assert len(spelled(page, "iban")) >= 2
        repeated += len(spelled(page, "grand_total")) >= 2  # not where a part was paid before
        references = re.findall(r"\d{2}(?: \d{5}){5}", " ".join(word.text for word in page.page.words or []))
        assert references and all(_recursive_mod10(text) == 0 for text in references)
    assert found > 5 and repeated > 0.7 * found


def _recursive_mod10(text: str) -> int:
    carry = 0
    for char in text.replace(" ", ""):
        carry = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)[(carry + int(char)) % 10]
    return carry


def test_notes_for_drawing_lie_on_the_page(pages: list[LabelledPage]) -> None:
    kinds = set()
    for page in pages:
        drawing, scale = page.meta["drawing"], page.meta["drawing"]["scale"]
        wide, high = page.page.width / scale, page.page.height / scale
        for kind, x0, y0, x1, y1, grey in drawing["shapes"]:
            kinds.add(kind)
            assert -20 <= x0 <= x1 <= wide + 20 and -5 <= y0 <= y1 <= high + 5 and 0 <= grey <= 1, (
                page.meta["id"],
                kind,
            )
        for x0, y0, x1, y1, kind in drawing["codes"]:
            kinds.add(kind)
            assert 0 <= x0 < x1 <= wide and 0 <= y0 < y1 <= high, (page.meta["id"], kind)
        assert all(0 <= index < len(page.page.words or []) for index in drawing["hand"])
    assert {"disc", "frame", "scribble", "dashes", "qr", "bar"} <= kinds


@pytest.mark.parametrize(
    ("code", "pattern", "says"),
    [("de", "dd.mm.yyyy", "01.04."), ("en", "MMM d, yyyy", "Apr 1"), ("pt", "d 'de' MMMM 'de' yyyy", "1 de abril")],
)
def test_a_period_may_leave_its_first_year_to_its_end(code: str, pattern: str, says: str) -> None:
    words = language(code)
    record = draw_record(random.Random(1), "bill", words, next(iter(words.countries.values())))
    record.period = (datetime.date(2026, 4, 1), datetime.date(2026, 6, 30))
    writer = Writer(random.Random(1), record)
    writer.look.date, writer.look.date_upper = pattern, False
    writer._said["short starts"] = "yes"
    start = [token for token in period_line(writer) if token.label and token.label.field == "period_start"]
    assert " ".join(token.text for token in start) == says
    assert not any(token.label.certain for token in start if token.label)
    assert writer.values["period_end"] == "2026-06-30" and "period_start" not in writer.values


def test_cards_name_both_parties() -> None:
    rng, words = random.Random(3), language("ro")
    for block in ("bands", "sellercard", "buyercard"):
        record = draw_record(rng, "invoice", words, words.countries["RO"])
        letter = Letter(Writer(rng, record))
        low = BLOCKS[block](letter, Slot(40, 60, 500))
        found = {label.field for label in letter.sheet.labels if label}
        wanted = {"bands": {"seller_name", "buyer_name", "seller_address", "buyer_address"}}
        who = block.removesuffix("card")
        assert wanted.get(block, {f"{who}_name", f"{who}_address"}) <= found and low > 60


def test_who_bills_power_or_calls_is_called_so() -> None:
    words = language("de")
    for seed in range(60):
        rng = random.Random(seed)
        record = draw_record(rng, "bill", words, words.countries["DE"])
        nouns = record.seller.name
        usage = draw_usage(rng, record)
        assert record.seller.name != nouns and record.seller.company
        assert usage.plan.split()[0].lower() == record.seller.brand.split()[0].lower()


def test_addresses_on_the_web_follow_a_new_name() -> None:
    words = language("en")
    firm = party(random.Random(3), words, words.countries["GB"])
    rename(firm, "Water Leeds Ltd", "Water Leeds")
    assert "waterleeds" in firm.web and firm.email.endswith(firm.web.rpartition("//")[2].removeprefix("www."))


def test_orders_and_quotes_ask_for_no_money_in_their_notices() -> None:
    for kind in ("order", "quote", "delivery_note"):
        for seed in range(80):
            for page in generate(seed, kind=kind, language="en"):
                text = " ".join(word.text for word in page.page.words or [])
                assert "quote the invoice number" not in text and "Interest of" not in text, page.meta
