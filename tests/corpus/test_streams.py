"""Training pages as they stream: the same for the same seed, whatever process draws them."""

import hashlib
import multiprocessing
import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import cache

import pytest

from docengine import Box, Page, Word
from docengine.corpus.generator import generate
from docengine.corpus.labelled import Label, LabelledPage
from docengine.corpus.redress import Dressing
from docengine.corpus.streams import Augment, GeneratedPages, RealPages, name_pool

NUMBERS = range(12)


@cache
def real() -> list[LabelledPage]:
    """Labelled pages with line items; of three layouts."""
    pages = [generate(seed, kind="invoice", language="en")[0] for seed in range(6)]
    for number, page in enumerate(pages):
        page.meta["template"] = f"layout {number % 3}"
    return pages


def digest(number: int) -> str:
    """Of two pages, as a worker process draws them."""
    names = {"seller_name": ["Acme Ltd", "Nordwind KG"]}
    sources = GeneratedPages(Augment(0.5, 0.0)), RealPages.of(real(), Augment(0.5, 0.9), names)
    pages = [source(random.Random(f"7/{number}")) for source in sources]
    told = [(page.page.words, page.labels, sorted(page.known), page.fields, page.line_items) for page in pages]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def test_any_number_of_workers_draws_the_same_pages():
    here = [digest(number) for number in NUMBERS]
    assert len(set(here)) == len(here)
    spawned = multiprocessing.get_context("spawn")  # a process of its own, with another seed for its hashes
    with ProcessPoolExecutor(2, mp_context=spawned) as workers:
        assert list(workers.map(digest, NUMBERS, chunksize=3)) == here


def page_of(text: str, layout: str | None) -> LabelledPage:
    word = Word(text, Box(0, 0, 50, 10))
    return LabelledPage(
        Page(words=[word], width=100, height=20), [Label("seller_name")], frozenset({"seller_name"}),
        {"seller_name": text}, [], {"template": layout},
    )  # fmt: skip


def test_frequent_layouts_come_as_the_root_of_their_count():
    pages = [*(page_of("common", "a") for _ in range(16)), page_of("rare", "b")]
    source = RealPages.of(pages, Augment(0, 0), {})
    drawn = Counter(source(random.Random(seed)).page.words[0].text for seed in range(1000))
    assert drawn["common"] / drawn["rare"] == pytest.approx(4, rel=0.3)


def test_what_the_augment_leaves_out_does_not_happen():
    page = real()[0]
    values_only = Dressing(retold=0, translated=0, rows=0, columns=0, pairs=0, sides=0, lost=0, refitted=0)
    for dressing, words in ((values_only, len(page.page.words)), (None, None)):
        augment = Augment(0, 1.0) if dressing is None else Augment(0, 1.0, dressing)
        source = RealPages.of([page], augment, {})
        out = [source(random.Random(seed)) for seed in range(25)]
        counts = {len(one.page.words) for one in out}
        languages = {one.meta["language"] for one in out}
        if words:
            assert max(counts) == words and languages == {"en"}
        else:
            assert len(counts) > 3 and None in languages
    untouched = RealPages.of([page], Augment(0, 0), {})
    assert untouched(random.Random(1)) is page


def test_the_pool_holds_names_and_addresses():
    pool = name_pool(20, 3)
    assert set(pool) == {"seller_name", "buyer_name", "seller_address", "buyer_address"}
    assert all(len(values) > 5 and all(values) for values in pool.values())
    assert pool == name_pool(20, 3)
