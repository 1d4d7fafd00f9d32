import random
import re
import time
from bisect import bisect
from datetime import date
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from docengine import Box, Page, Word
from docengine.corpus.labelled import Label, LabelledPage
from docengine.corpus.noise import disturb, ink_boxes, redraw, reread, shuffle_blocks, with_boxes
from docengine.corpus.noise_table import GAPS, SIZES, ink_class, noise, sizes_of, style_and_unit
from docengine.corpus.noise_tally import Tally, compare, sum_of

ROWS = [
    ("ACME SUPPLIES GMBH", "seller_name"),
    ("12 High Street", None),
    ("", None),
    ("Invoice RK-210134", {"RK-210134": "invoice_number"}),
    ("Date 03/27/2020", {"03/27/2020": "invoice_date"}),
    ("Due 04/26/2020", {"04/26/2020": "due_date"}),
    ("", None),
    ("Paper 10 1.50 15.00", {"Paper": "description", "10": "quantity", "1.50": "unit_price", "15.00": "line_total"}),
    ("", None),
    ("Total 1,234.56", {"1,234.56": "grand_total"}),
    ("Cash 1,234.56", None),
    ("", None),
    ("Thank you, 1,234.56 times", None),
]


def sample() -> LabelledPage:
    words, labels = [], []
    for number, (text, fields) in enumerate(ROWS):
        x = 40.0
        for token in text.split():
            words.append(Word(token, Box(x, 30 * number, x + 9 * len(token), 30 * number + 14)))
            field = fields.get(token) if isinstance(fields, dict) else fields
            labels.append(Label(field) if field else None)
            x += 9 * len(token) + 9
    fields = {
        "seller_name": "ACME SUPPLIES GMBH",
        "invoice_number": "RK-210134",
        "invoice_date": "2020-03-27",
        "due_date": "2020-04-26",
        "grand_total": "1234.56",
    }
    known = {*fields, "iban", "description", "quantity", "unit_price", "line_total"}
    items = [{"description": "Paper", "quantity": "10", "unit_price": "1.50", "line_total": "15.00"}]
    return LabelledPage(Page(words=words, width=600, height=420), labels, frozenset(known), fields, items)


def spans(page: LabelledPage) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for word, label in zip(page.page.words, page.labels, strict=True):
        if label:
            found.setdefault(label.field, []).append(word.text)
    return {field: " ".join(texts) for field, texts in found.items()}


def similar(a: str, b: str) -> bool:
    from rapidfuzz import fuzz

    def squeeze(text: str) -> str:
        return re.sub(r"\W", "", text.lower())

    return fuzz.ratio(squeeze(a), squeeze(b)) > 55


@pytest.mark.parametrize("seed", range(60))
def test_disturbed_labels_stay_on_their_values(seed):
    before, after = sample(), disturb(sample(), random.Random(seed), 1.0)
    assert len(after.page.words) == len(after.labels)
    old, new = spans(before), spans(after)
    assert set(new) == set(old)
    assert all(similar(old[field], new[field]) for field in old if len(old[field]) > 4), (old, new)
    for word in after.page.words:
        assert 0 <= word.box.x0 <= word.box.x1 <= after.page.width + 1e-6
        assert 0 <= word.box.y0 <= word.box.y1 <= after.page.height + 1e-6
    assert after.known == before.known


def test_disturb_changes_and_repeats_and_zero_leaves_alone():
    page = sample()
    assert disturb(page, random.Random(1), 0.0) is page
    texts = [tuple(w.text for w in disturb(sample(), random.Random(seed), 3.0).page.words) for seed in range(30)]
    assert len(set(texts)) > 12
    assert texts[3] == tuple(w.text for w in disturb(sample(), random.Random(3), 3.0).page.words)
    assert sample().page.words == page.page.words  # the page given is not changed


STOCK = (
    "Total", "Invoice", "12,50", "19.03.2024", "Number:", "(net)", "GmbH", "RM", "1,234.56", "due", "of", "Delivery",
    "PAID", "ACME-77", "unit",
)  # fmt: skip


def paragraph(rng: random.Random, rows: int = 20) -> list[Word]:
    """A page of words with spaces of many widths."""
    words = []
    for row in range(rows):
        x = 40.0
        for _ in range(8):
            text = rng.choice(STOCK)
            words.append(Word(text, Box(x, 30 * row, x + 9 * len(text), 30 * row + 14)))
            x += 9 * len(text) + rng.choice((3.0, 5.0, 7.0, 18.0, 40.0))
    return words


@pytest.fixture(scope="module")
def drawn() -> dict[float, Tally]:
    """What `reread` does at the middle of each level."""
    table = noise()
    found, start = {}, 0.0
    for level in table.levels:
        quality = (start + level.share / 2) / sum(one.share for one in table.levels)
        assert table.level(quality) is level
        start += level.share
        rng, tallies = random.Random(1), []
        for _ in range(20):
            words = paragraph(rng)
            seen = reread([(word, None) for word in words], rng, quality, *style_and_unit(words))
            tallies.append(compare(words, [word for word, _ in seen]))
        found[quality] = sum_of(tallies)
    return found


def test_the_table_is_small_and_its_levels_grow_worse():
    table = noise()
    assert 4 <= len(table.levels) <= 8 and sum(level.share for level in table.levels) == pytest.approx(1, abs=0.01)
    assert [level.error for level in table.levels] == sorted(level.error for level in table.levels)
    assert all(0 <= chance <= 1 for chances in table.merge.values() for chance in chances)
    assert set(table.boxes) == {"loose", "inked", "lined", "tight"} and all(
        f"{style} to" in table.ink for style in table.boxes
    )
    assert all(len(chances) == len(GAPS) + 1 for chances in table.merge.values())
    assert Path(str(files("docengine.corpus").joinpath("noise.json"))).stat().st_size < 60_000


def test_drawn_noise_keeps_to_the_measured_rates(drawn):
    """Each rate within a fifth of the table's, or within what chance allows."""
    table = noise()
    for quality, tally in drawn.items():
        level = table.level(quality)
        usual = {char: table.weights.get(char, 0.2) for char in tally.chars}
        errors = sum(usual[char] * count for char, count in tally.chars.items()) * level.error
        usual_size = bisect(SIZES, 1.0)
        errors *= table.misread_size[usual_size] / (1 - table.added_share) / (1 - table.more)
        splits = sum(table.places.get(kinds, 0.0) * count for kinds, count in tally.places.items()) * level.split
        merges = sum(table.merge[joint][gap] * count for (joint, gap), count in tally.gaps.items() if gap >= 0)
        seen = tally.taken.total() + tally.added.total()
        assert seen == pytest.approx(errors, rel=0.2, abs=4 * errors**0.5)
        assert tally.splits.total() == pytest.approx(splits, rel=0.2, abs=4 * splits**0.5 + 4)
        assert tally.merges.total() == pytest.approx(merges * level.merge, rel=0.25, abs=4 * merges**0.5)
        lost = level.lost * table.lost_size[usual_size] / (1 - level.run) * tally.words
        extra = level.extra * tally.words
        assert tally.lost == pytest.approx(lost, rel=0.25, abs=5 * lost**0.5)
        assert sum(tally.extra.values()) == pytest.approx(extra, rel=0.25, abs=5 * extra**0.5)


def test_narrow_gaps_close_and_wide_ones_do_not(drawn):
    whole = sum_of(list(drawn.values()))
    rates = {gap: whole.merges["plain", gap] / count for (joint, gap), count in whole.gaps.items() if joint == "plain"}
    assert rates[min(gap for gap in rates if gap >= 0)] > 2 * rates[max(rates)]


def test_characters_are_taken_for_what_they_were_measured_to_be(drawn):
    """No character is read as one that it was never read as, and the commonest slip stays the commonest."""
    table, whole = noise(), sum_of(list(drawn.values()))
    common = {pair for pair, count in whole.taken.items() if count > 10}
    assert len(common) > 3
    assert all(read in table.taken[char][0] for char, read in common)
    commas = {read: count for (char, read), count in whole.taken.items() if char == ","}
    urn, bounds = table.taken[","]
    shares = {read: (b - a) / bounds[-1] for read, a, b in zip(urn, (0, *bounds), bounds, strict=False)}
    assert max(commas, key=commas.__getitem__) == max(shares, key=shares.__getitem__)


@pytest.mark.parametrize("style", ["loose", "inked", "lined"])
def test_boxes_end_where_the_ink_was_found(style):
    table, rng = noise(), random.Random(2)
    texts = ("Total", "page", "Qty:", "19.00")
    words = [(Word(text, Box(50, 30 * row, 90, 30 * row + 10)), None) for row in range(600) for text in texts]
    moved = with_boxes(words, ink_boxes(words, rng, style, 10.0))
    for text in ("Total", "Qty:"):
        pairs = [(old, new) for (old, _), (new, _) in zip(words, moved, strict=True) if old.text == text]
        offsets = [(new.box.y0 - old.box.y0) / 10 for old, new in pairs]
        assert median(offsets) == pytest.approx(table.ink[f"{style} {ink_class(text)}"][1], abs=0.06)
    tops = [[new.box.y0 - old.box.y0 for (old, _), (new, _) in zip(words[i : i + 4], moved[i : i + 4], strict=True)]
            for i in range(0, len(words), 4)]  # fmt: skip
    assert median(max(row) - min(row) for row in tops) < 10  # a row stays a row


def test_styles_of_boxes_are_told_apart():
    texts = ("Rechnung", "Nummer", "page", "quantity", "Lieferung", "tax", "Total", "Zahlung", "Datum", "Netto")
    line = [Word(text, Box(100 * i, 0, 100 * i + 7 * len(text), 16)) for i, text in enumerate(texts)]
    ink = [Word(w.text, Box(w.box.x0, 0, w.box.x1, 13 if ink_class(w.text)[1] == "b" else 10)) for w in line]
    tight = [Word(w.text, Box(w.box.x0, 0, w.box.x1, 10)) for w in line]
    assert [style_and_unit(words)[0] for words in (line, ink, tight)] == ["loose", "inked", "tight"]
    assert style_and_unit(line, receipt=True)[0] == "lined"


def test_small_print_is_misread_more_often_than_headings():
    table = noise()
    assert len(table.misread_size) == len(table.lost_size) == len(SIZES) + 1
    assert table.misread_size[0] > 1.3 > table.misread_size[-1]
    assert table.lost_size[0] > 2 * table.lost_size[2]  # large ones are lost too: as logos
    words = [Word("Total", Box(0, 20 * i, 40, 20 * i + high)) for i, high in enumerate((10, 10, 10, 7, 15))]
    assert sizes_of(words, "tight") == [2, 2, 2, 0, 4]
    words = [Word(text, Box(0, 20 * i, 40, 20 * i + high)) for i, (text, high) in enumerate((("To", 10), ("on", 7)))]
    assert sizes_of(words, "inked") == [2, 2]  # a word without ascenders is no smaller


def test_a_label_is_never_lost_nor_shared_by_two_fields():
    before = sample()
    for seed in range(80):
        after = disturb(sample(), random.Random(seed), 6.0)
        kept = [label for label in after.labels if label]
        assert {label.field for label in kept} == {label.field for label in before.labels if label}
        for word, label in zip(after.page.words, after.labels, strict=True):
            if label and label.field == "unit_price":
                assert "15" not in word.text[2:]  # the line's total beside it


@pytest.mark.parametrize("seed", range(40))
def test_redrawn_values_agree_wherever_they_stand(seed):
    page = redraw(sample(), random.Random(seed))
    old, new = spans(sample()), spans(page)
    assert set(new) == set(old)
    totals = [word.text for word in page.page.words if re.fullmatch(r"\d,\d{3}\.\d\d", word.text)]
    assert len(totals) == 3 and len(set(totals)) == 1 and totals[0] == new["grand_total"]
    assert page.fields["grand_total"] == new["grand_total"].replace(",", "")
    assert page.fields["invoice_number"] == new["invoice_number"]
    assert re.fullmatch(r"RK-\d{6}", new["invoice_number"])
    assert page.line_items[0]["line_total"] == new["line_total"]
    assert page.fields["seller_name"] == new["seller_name"] and new["seller_name"].endswith("GMBH")
    assert new["seller_name"].isupper()


@pytest.mark.parametrize("seed", range(40))
def test_redrawn_dates_are_dates_in_their_order_and_format(seed):
    page = redraw(sample(), random.Random(seed))
    new = spans(page)
    for field in ("invoice_date", "due_date"):
        month, day, year = new[field].split("/")
        assert page.fields[field] == f"{year}-{month}-{day}"
    first, last = (date.fromisoformat(page.fields[field]) for field in ("invoice_date", "due_date"))
    assert (last - first).days == 30


def test_redraw_varies():
    assert len({spans(redraw(sample(), random.Random(seed)))["grand_total"] for seed in range(20)}) > 15


def test_names_from_a_pool_take_the_case_and_the_place_of_the_old():
    pool = {"seller_name": ["Nordwind Handels KG"]}
    pages = [redraw(sample(), random.Random(seed), pool) for seed in range(20)]
    named = [page for page in pages if spans(page)["seller_name"] == "NORDWIND HANDELS KG"]
    assert len(named) > 10
    assert named[0].fields["seller_name"] == "Nordwind Handels KG"
    first = next(word for word, la in zip(named[0].page.words, named[0].labels, strict=True) if la)
    assert first.box.x0 == 40 and first.box.y0 == 0


def test_dates_in_parts_move_by_years():
    words = [
        Word(text, Box(50 * i, 0, 50 * i + 40, 10)) for i, text in enumerate(("Datum", "29", ".", "03", ".", "2018"))
    ]
    labels = [None, *[Label("invoice_date")] * 5]
    page = LabelledPage(
        Page(words=words, width=400, height=20), labels, frozenset({"invoice_date"}), {"invoice_date": "2018-03-29"}
    )
    for seed in range(10):
        new = redraw(page, random.Random(seed))
        texts = [word.text for word in new.page.words]
        assert texts[1:5] == ["29", ".", "03", "."]
        assert new.fields["invoice_date"] == f"{texts[5]}-03-29"


@pytest.mark.parametrize("seed", range(40))
def test_shuffled_blocks_stay_whole_and_apart(seed):
    before, page = sample(), shuffle_blocks(sample(), random.Random(seed), drop=0.5)
    assert spans(page) == spans(before)
    where = {word.text: word.box.y0 for word in page.page.words}
    assert where["Date"] - where["Invoice"] == 30  # rows of one block
    boxes = sorted({(word.box.y0, word.box.y1) for word in page.page.words})
    assert all(upper[1] <= lower[0] for upper, lower in pairwise(boxes))
    assert page.page.height >= boxes[-1][1]


def test_shuffling_moves_and_drops():
    pages = [shuffle_blocks(sample(), random.Random(seed), drop=0.5) for seed in range(20)]
    tops = {min(page.page.words, key=lambda word: word.box.y0).text for page in pages}
    assert len(tops) > 2
    assert any("Thank" not in {word.text for word in page.page.words} for page in pages)


def test_it_is_fast_enough_to_stream():
    one = sample()
    words = [
        Word(w.text, Box(w.box.x0, w.box.y0 + 420 * k, w.box.x1, w.box.y1 + 420 * k))
        for k in range(12)
        for w in one.page.words
    ]
    page = LabelledPage(Page(words=words, width=600, height=5040), one.labels * 12, one.known, one.fields)
    spent = []
    for change in (disturb, redraw, shuffle_blocks):
        rounds = []
        for seed in range(5):
            start = time.perf_counter()
            change(page, random.Random(seed))
            rounds.append(time.perf_counter() - start)
        spent.append(min(rounds) * 300 / len(words))
    assert max(spent) < 0.02  # seconds for 300 words; 0.002 on a quiet machine
