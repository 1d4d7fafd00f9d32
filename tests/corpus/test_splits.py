from collections import Counter, defaultdict
from pathlib import Path

import pytest

from docengine import Page
from docengine.corpus.dataset import Row, read_dataset
from docengine.corpus.splits import TRAINING_SETS, partition, training_rows
from docengine.errors import UsageError

DATA = Path(__file__).parents[2].parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="needs the shared data sets")


def row(template: str, split: str = "train") -> Row:
    return Row(id="a", pages=(Page(words=[], width=1, height=1),), images=(None,), template=template, split=split)


def test_parts():
    assert partition(row("5"), "fcc_adbuy") == "val"
    assert partition(row("7"), "fcc_adbuy") == "tune"
    assert partition(row("0"), "fcc_adbuy") == "train"
    assert partition(row("51", "val"), "sroie") == "val"
    assert partition(row("51"), "sroie") == "tune"


@pytest.mark.parametrize(
    "name", ["funsd", "odoo_fr_invoices_synthetic", "indonesian_receipts", "kleister_nda_page1", "x"]
)
def test_sets_that_only_measure_never_train(name):
    assert name not in TRAINING_SETS
    with pytest.raises(UsageError, match="no training set"):
        partition(row("1"), name)


@needs_data
def test_sizes_are_fixed():
    sizes = Counter((name, partition(read, name)) for name in TRAINING_SETS for read in read_dataset(DATA / name))
    assert sizes == {
        ("sroie", "train"): 404,
        ("sroie", "tune"): 42,
        ("sroie", "val"): 45,
        ("fcc_adbuy", "train"): 251,
        ("fcc_adbuy", "tune"): 28,
        ("fcc_adbuy", "val"): 75,
        ("zugferd_facturx", "train"): 136,
        ("zugferd_facturx", "tune"): 5,
        ("zugferd_facturx", "val"): 29,
    }


@needs_data
def test_training_rows_are_of_licensed_sets_and_the_training_part_only():
    seen = Counter()
    for name, read in training_rows(DATA):
        seen[name] += 1
        assert partition(read, name) == "train"
        assert "non-commercial" not in read.licence and not read.licence.startswith("no licence")
    assert set(seen) == set(TRAINING_SETS)


@needs_data
@pytest.mark.parametrize("name", TRAINING_SETS)
def test_no_layout_or_merchant_is_on_two_sides(name):
    sides = defaultdict(set)
    for read in read_dataset(DATA / name):
        sides[read.template].add(partition(read, name))
        if name == "sroie":
            sides["".join(filter(str.isalnum, read.fields["seller_name"].lower()))].add(partition(read, name))
    apart = {layout: parts for layout, parts in sides.items() if len(parts) > 1 and "val" in parts}
    assert not apart


@needs_data
def test_left_out_layouts_look_unlike_all_that_train():
    """Share of a page's label words that another page has in the same place; pages of one layout share 0.7 and more."""
    pages = [(partition(read, "fcc_adbuy"), label_words(read)) for read in read_dataset(DATA / "fcc_adbuy")]
    train = [words for part, words in pages if part == "train" and len(words) > 5]
    left_out = [words for part, words in pages if part == "val" and len(words) > 5]
    assert max(alike(a, b) for a in left_out[::5] for b in train[::5]) < 0.3


def label_words(read: Row) -> dict[str, list[tuple[float, float]]]:
    page, found, common = read.pages[0], defaultdict(list), set(COMMON.split())
    for word in page.words:
        text = word.text.lower().strip(":#.,")
        if text in common:
            found[text].append((word.box.x0 / page.width, word.box.y0 / page.height))
    return found


COMMON = """
advertiser agency product estimate order invoice contract date billing calendar cash type sales office account executive
region property flight dates address page revision original schedule total gross net week start end spots rate length
line days time day amount remarks description station market buyer salesperson print name demographic comments
separation number month period attention broadcast
"""


def alike(a: dict[str, list[tuple[float, float]]], b: dict[str, list[tuple[float, float]]]) -> float:
    near = sum(
        any(abs(x - u) < 0.05 and abs(y - v) < 0.05 for x, y in a[t] for u, v in b[t]) for t in a.keys() & b.keys()
    )
    return near / min(len(a), len(b))
