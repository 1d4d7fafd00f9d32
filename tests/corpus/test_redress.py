"""Re-dressing: whatever is done to a page, its labels stay on its values."""

import copy
import random
import time
from collections import defaultdict
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest

from docengine import Box, Page, Word
from docengine.corpus.align import align_row
from docengine.corpus.columns import swap_columns
from docengine.corpus.dataset import read_dataset
from docengine.corpus.generator import generate
from docengine.corpus.labelled import Label, LabelledPage
from docengine.corpus.moves import lose_block, permute_pairs, refit, swap_sides
from docengine.corpus.ordered import ordered
from docengine.corpus.phrases import SAYS, phrase_of, phrases, shared, spoken, wordings
from docengine.corpus.redress import Dressing, redress
from docengine.corpus.retell import retell
from docengine.corpus.rows import add_row, drop_row, table_of
from docengine.corpus.spelling import spells
from docengine.corpus.splits import partition
from docengine.corpus.sums import reprinted
from docengine.schema import DEFAULT_SCHEMA

HIGH = 10
CELLS = ("description", "quantity", "unit_price", "line_total")
ITEMS = [
    ("Blue paint", "2", "10.50", "21.00"),
    ("Brush", "3", "4.00", "12.00"),
    ("Ladder of steel", "1", "67.00", "67.00"),
]
COLUMNS = (40, 300, 360, 450)


class Drawn:
    """Puts words on a page, 6 pixels a character."""

    def __init__(self) -> None:
        self.words: list[Word] = []
        self.labels: list[Label | None] = []

    def put(self, x: float, y: float, text: str, field: str | None = None, instance: int = 0) -> None:
        for token in text.split():
            self.words.append(Word(token, Box(x, y, x + 6 * len(token), y + HIGH)))
            self.labels.append(Label(field, instance) if field else None)
            x += 6 * len(token) + 4

    def pair(self, x: float, y: float, label: str, value: str, field: str | None = None) -> None:
        self.put(x, y, label)
        self.put(x + 110, y, value, field)


def invoice() -> LabelledPage:
    page = Drawn()
    page.put(40, 30, "North Wind Trading Ltd", "seller_name")
    page.put(40, 46, "12 High Street", "seller_address")
    page.put(40, 100, "Bill To:")
    page.put(40, 116, "Mrs Jane Roe", "buyer_name")
    page.put(40, 132, "5 Mill Lane", "buyer_address")
    page.pair(330, 100, "Invoice No.:", "A-1742", "invoice_number")
    page.pair(330, 116, "Invoice Date:", "5 March 2020", "invoice_date")
    page.pair(330, 132, "Customer No.:", "88123")
    heads = ("Description", "Qty", "Unit Price", "Amount")
    for x, text in zip(COLUMNS, heads, strict=True):
        page.put(x, 200, text)
    for row, item in enumerate(ITEMS):
        for x, field, text in zip(COLUMNS, CELLS, item, strict=True):
            page.put(x, 220 + 16 * row, text, field, row)
    for y, label, value, field in (
        (300, "Subtotal", "100.00", "net_total"),
        (316, "VAT", "20.00", "tax_total"),
        (332, "Total", "120.00", "grand_total"),
    ):
        page.put(360, y, label)
        page.put(450, y, value, field)
    page.put(40, 400, "Thank you for your custom in this and every year")
    fields = {
        "seller_name": "North Wind Trading Ltd", "seller_address": "12 High Street", "buyer_name": "Mrs Jane Roe",
        "buyer_address": "5 Mill Lane", "invoice_number": "A-1742", "invoice_date": "2020-03-05",
        "net_total": "100.00", "tax_total": "20.00", "grand_total": "120.00",
    }  # fmt: skip
    items = [dict(zip(CELLS, item, strict=True)) for item in ITEMS]
    known = frozenset((*fields, *CELLS, "iban", "due_date"))
    meta = {"language": "en", "kind": "invoice"}
    return LabelledPage(Page(words=page.words, width=600, height=800), page.labels, known, fields, items, meta)


def spans(page: LabelledPage) -> dict[tuple[str, int], str]:
    found: dict[tuple[str, int], list[Word]] = defaultdict(list)
    for word, label in zip(page.page.words, page.labels, strict=True):
        if label:
            found[label.field, label.instance].append(word)
    rows = {key: sorted(words, key=lambda w: (round(w.box.y0), w.box.x0)) for key, words in found.items()}
    return {key: " ".join(word.text for word in words) for key, words in rows.items()}


def place(page: LabelledPage, text: str) -> Box:
    return next(word.box for word in page.page.words if word.text == text)


def sound(page: LabelledPage) -> None:
    assert len(page.page.words) == len(page.labels)
    for word in page.page.words:
        assert 0 <= word.box.x0 <= word.box.x1 <= page.page.width + 1e-6, word
        assert 0 <= word.box.y0 <= word.box.y1 <= page.page.height + 1e-6, word
    assert set(page.fields) <= page.known
    columns = {label.field for label in page.labels if label and label.field in CELLS}
    instances = {label.instance for label in page.labels if label and label.field in columns}
    assert max(instances, default=-1) < len(page.line_items)


def clear(page: LabelledPage) -> None:
    """No two words of one height stand in each other."""
    words = [word for word in page.page.words if word.text]
    for i, a in enumerate(words):
        for b in words[:i]:
            across = min(a.box.x1, b.box.x1) - max(a.box.x0, b.box.x0)
            down = min(a.box.y1, b.box.y1) - max(a.box.y0, b.box.y0)
            assert across < 1e-6 or down < 0.5 * HIGH, (a, b)


CHANGES = (retell, add_row, drop_row, swap_columns, swap_sides, permute_pairs, refit, lose_block, redress)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_each_change_repeats_leaves_its_page_alone_and_finds_something_to_do(change):
    page, kept = invoice(), copy.deepcopy(invoice())
    outs = [change(page, random.Random(seed)) for seed in range(30)]
    assert page == kept
    assert outs == [change(page, random.Random(seed)) for seed in range(30)]
    assert sum(out.page.words != kept.page.words for out in outs) > 15
    for out in outs:
        sound(out)


@pytest.mark.parametrize(
    "change", [retell, swap_columns, swap_sides, permute_pairs], ids=lambda change: change.__name__
)
def test_moves_and_wordings_keep_every_value_and_make_no_clutter(change):
    for seed in range(30):
        out = change(invoice(), random.Random(seed))
        assert spans(out) == spans(invoice())
        assert (out.fields, out.line_items, out.known) == (invoice().fields, invoice().line_items, invoice().known)
        clear(out)


@pytest.mark.parametrize("to", [None, "de", "fr", "es", "pl"])
def test_labels_are_told_in_wordings_of_the_same_meaning(to):
    meant = {"Bill": "bill_to", "Qty": "col_quantity", "Subtotal": "net_total", "Total": "grand_total"}
    reach = {"Bill": 200, "Qty": 55, "Subtotal": 85, "Total": 85}
    seen = defaultdict(set)
    for seed in range(40):
        out = retell(invoice(), random.Random(seed), to=to)
        for first, key in meant.items():
            x0, y0 = place(invoice(), first)[:2]
            row = [w for w in out.page.words if w.box.y0 == y0 and x0 - 1 <= w.box.x0 < x0 + reach[first]]
            text = " ".join(word.text for word in row)
            assert phrase_of(text) in {phrase_of(one) for one in wordings(to or "en", key)} | {
                phrase_of(first),
                "bill to",
            }
            assert text.endswith(":") == (first == "Bill")
            seen[key].add(text)
    assert all(len(texts) > 1 for texts in seen.values()), seen


def test_translation_turns_months_and_makes_the_language_unknown():
    out = retell(invoice(), random.Random(1), to="fr")
    assert spans(out)["invoice_date", 0] == "5 mars 2020"
    assert out.fields["invoice_date"] == "2020-03-05"
    assert out.meta["language"] is None and invoice().meta["language"] == "en"


def test_an_ambiguous_label_changes_only_into_what_is_as_ambiguous():
    for phrase in ("total", "date"):
        keys = phrases("en")[phrase]
        assert len({SAYS.get(key, key) for key in keys}) > 1
        assert all(text in wordings("de", key) for key in keys for text in shared("de", keys))
    page = Drawn()
    page.put(40, 40, "Date: 01/02/2020")  # not the invoice's: another word than `Invoice Date` must stand here
    alone = LabelledPage(
        Page(words=page.words, width=600, height=100),
        page.labels,
        frozenset({"invoice_date"}),
        {},
        [],
        {"language": "en"},
    )
    for seed in range(30):
        said = retell(alone, random.Random(seed), to="de").page.words[0].text.rstrip(":")
        assert "Rechnung" not in said


def test_a_wide_space_in_a_wording_is_no_word():
    page = Drawn()
    page.put(40, 40, "Total:")
    page.put(500, 40, "77.30", "grand_total")
    meta = {"language": "en", "kind": "receipt"}
    known = frozenset({"grand_total"})
    till = LabelledPage(Page(words=page.words, width=600, height=100), page.labels, known, {}, [], meta)
    said = [[word.text for word in retell(till, random.Random(seed), to="pl").page.words] for seed in range(200)]
    assert ["SUMA", "PLN:", "77.30"] in said and all(all(texts) for texts in said)


def test_sentences_and_values_are_no_labels():
    for seed in range(20):
        out = retell(invoice(), random.Random(seed), to="de")
        texts = [word.text for word in out.page.words]
        assert "Thank you for your custom in this and every year" in " ".join(texts)
        assert "88123" in texts


def test_the_language_is_found_where_it_is_not_said():
    assert spoken(["rechnungsnummer", "rechnungsdatum", "menge", "einzelpreis", "gesamt"]) == "de"
    assert spoken(["lorem", "ipsum"]) is None


@pytest.mark.parametrize("seed", range(30))
def test_rows_follow_their_items_and_totals_follow_the_rows(seed):
    for change, count in ((add_row, 4), (drop_row, 2)):
        out = change(invoice(), random.Random(seed))
        assert len(out.line_items) == count
        told = spans(out)
        for row, item in enumerate(out.line_items):
            assert {name: told[name, row] for name in item} == item
            assert Decimal(item["quantity"]) * Decimal(item["unit_price"]) == Decimal(item["line_total"])
        total = sum(Decimal(item["line_total"]) for item in out.line_items)
        assert Decimal(out.fields["net_total"]) == total
        assert Decimal(out.fields["net_total"]) + Decimal(out.fields["tax_total"]) == Decimal(out.fields["grand_total"])
        for name in ("net_total", "tax_total", "grand_total"):
            assert told[name, 0].replace(",", "") == out.fields[name]
        step = 16 if change is add_row else -16
        assert place(out, "Total").y0 == place(invoice(), "Total").y0 + step
        assert place(out, "Qty") == place(invoice(), "Qty")
        clear(out)


def test_a_currency_in_the_rows_is_one_more_mention_in_a_new_one():
    page = invoice()
    for row in range(3):
        page.page.words.append(Word("EUR", Box(500, 220 + 16 * row, 518, 230 + 16 * row)))
        page.labels.append(Label("currency", row))
    page.fields["currency"], page.known = "EUR", page.known | {"currency"}
    for change, count in ((add_row, 4), (drop_row, 2)):
        mentions = [label for label in change(page, random.Random(2)).labels if label and label.field == "currency"]
        assert len(mentions) == len(set(mentions)) == count


def test_a_value_beside_the_table_keeps_its_row_in_place():
    page = invoice()
    page.page.words.append(Word("GB-77", Box(540, 236, 570, 246)))
    page.labels.append(Label("order_number"))
    assert not table_of(page).belongs(1)
    for seed in range(10):
        assert "GB-77" in {word.text for word in drop_row(page, random.Random(seed)).page.words}


def test_columns_take_their_headings_along():
    under = dict(zip(("Description", "Qty", "Unit", "Amount"), ("Brush", "3", "4.00", "12.00"), strict=True))
    orders = set()
    for seed in range(30):
        out = swap_columns(invoice(), random.Random(seed))
        assert all(place(out, head).x0 == place(out, cell).x0 for head, cell in under.items())
        orders.add(tuple(sorted(under, key=lambda head: place(out, head).x0)))
    assert len(orders) > 3


def test_pairs_change_places_with_their_values():
    orders = set()
    for seed in range(20):
        out = permute_pairs(invoice(), random.Random(seed))
        numbers = [next(w.text for w in out.page.words if w.box.y0 == y and w.box.x0 > 430) for y in (100, 116, 132)]
        labels = [next(w.text for w in out.page.words if w.box.y0 == y and w.box.x0 == 330) for y in (100, 116, 132)]
        assert dict(zip(labels, numbers, strict=True)).items() <= {"Invoice": "A-1742", "Customer": "88123"}.items() | {
            ("Invoice", "5")
        }
        orders.add(tuple(numbers))
    assert len(orders) > 3


def test_sides_change_whole():
    out = swap_sides(invoice(), random.Random(0))
    assert place(out, "Bill").x0 == place(out, "Mrs").x0 > place(out, "88123").x1
    assert place(out, "Customer").x0 == place(out, "Invoice").x0 == 40


def test_a_lost_block_makes_its_fields_absent_unless_they_are_still_to_be_read():
    before = invoice()
    outcomes = set()
    for seed in range(40):
        out = lose_block(before, random.Random(seed))
        gone = set(before.fields) - set(out.fields)
        assert gone <= out.known == before.known
        assert out.line_items == before.line_items
        assert not gone & {label.field for label in out.labels if label}
        outcomes.add(frozenset(gone))
    assert len(outcomes) > 1
    again = invoice()
    again.page.words.append(Word("A-1742", Box(40, 700, 80, 710)))
    again.labels.append(None)
    outs = [lose_block(again, random.Random(seed)) for seed in range(40)]
    lost = [out for out in outs if "invoice_number" not in out.fields]
    assert all("invoice_number" not in out.known for out in lost)


def test_refitted_pages_keep_their_rows_and_change_their_type():
    heights = set()
    for seed in range(20):
        out = refit(invoice(), random.Random(seed))
        assert spans(out) == spans(invoice())
        rows = {word.text: word.box.y0 for word in out.page.words}
        assert rows["Description"] == pytest.approx(rows["Qty"], abs=0.1)
        assert rows["North"] < rows["Bill"] < rows["Description"] < rows["Subtotal"] < rows["Thank"]
        heights.add(round(place(out, "Qty").height))
        clear(out)
    assert len(heights) > 3


@pytest.mark.parametrize(
    ("text", "old", "new", "shown"),
    [
        ("1,234.56", "1234.56", "99.5", "99.50"),
        ("€1.234,56", "1234.56", "9876.5", "€9.876,50"),
        ("-5,00", "-5.00", "-7.25", "-7,25"),
        ("20", "20.0000", "7", "7"),
        ("12 x 3.00", "3.00", "4.00", None),
        ("198,", "198.00", "5.00", "5,"),
        ("17", "1.50", "2.00", None),
        ("-5,00", "-5.00", "7.25", None),
    ],
)
def test_amounts_are_printed_as_the_old_ones_were(text, old, new, shown):
    assert reprinted(text, Decimal(old), Decimal(new)) == shown


def test_generated_pages_of_all_languages_stay_sound():
    pages = [page for seed in range(90) for page in generate(seed)]
    everything = Dressing(*(0.8 for _ in Dressing.__slots__))
    for seed, page in enumerate(pages):
        out = redress(page, random.Random(seed), dressing=everything)
        assert len(out.labels) == len(out.page.words)
        assert set(out.fields) <= out.known and "drawing" not in out.meta
        kept = {label.field for label in out.labels if label and label.certain}
        assert set(out.fields) - kept <= set(page.fields) - {
            label.field for label in page.labels if label and label.certain
        }
        for change in (swap_columns, swap_sides, permute_pairs, refit):
            moved = change(page, random.Random(seed))
            assert sorted(w.text for w in moved.page.words) == sorted(w.text for w in page.page.words)
            assert moved.fields == page.fields and moved.line_items == page.line_items


def right(page: LabelledPage) -> set[str | tuple[str, int]]:
    """Fields, and cells of line items, whose certain labels' words spell the true value."""
    told: dict[tuple[str, int], list[str]] = defaultdict(list)
    for word, label in ordered(page).tagged:
        if label and label.certain:
            told[label.field, label.instance].append(word.text)
    found: set[str | tuple[str, int]] = set()
    for (name, instance), texts in told.items():
        cell = DEFAULT_SCHEMA[name].line_item
        truth = page.line_items[instance] if cell else page.fields
        if name in truth and spells(" ".join(texts), truth[name], DEFAULT_SCHEMA[name].type):
            found.add((name, instance) if cell else name)
    return found


DATA = Path(__file__).parents[2].parent / "shared" / "data"


@pytest.mark.skipif(not DATA.is_dir(), reason="the data sets are not here")
@pytest.mark.parametrize("name", ["sroie", "fcc_adbuy", "zugferd_facturx"])
def test_words_of_real_pages_spell_their_true_values_after_it_as_before(name):
    rows = (row for row in read_dataset(DATA / name) if partition(row, name) == "train")
    pages = [page for row in islice(rows, 25) for page in align_row(row)]
    names = {"seller_name": ["Acme Supplies GmbH"], "buyer_name": ["John Smith & Sons"]}
    checked, cells = 0, [0, 0]
    for seed, page in enumerate(pages):
        out = redress(page, random.Random(seed), names)
        before, after = right(page), right(out)
        kept = {field for field in before if field in out.fields}
        assert kept <= after, (page.meta["id"], seed, kept - after)
        checked += len(kept)
        cells[0] += sum(isinstance(one, tuple) for one in after)
        cells[1] += sum(len(item) for item in out.line_items)
    assert checked > 50
    assert cells[0] >= 0.97 * cells[1]


def test_every_key_that_names_a_field_is_one_of_the_wordings():
    missing = [key for key in SAYS if not wordings("en", key)]
    assert not missing


def test_changes_are_fast_enough_to_stream():
    page = invoice()
    rounds = defaultdict(list)
    for change in CHANGES:
        for seed in range(12):
            start = time.process_time()
            change(page, random.Random(seed))
            rounds[change.__name__].append(time.process_time() - start)
    assert max(min(spent) for spent in rounds.values()) < 0.005  # seconds for 70 words; 0.0005 on a quiet machine
