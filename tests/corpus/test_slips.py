import random

import pytest

from docengine import Page
from docengine.corpus.generator import generate
from docengine.corpus.slips import with_slips
from docengine.engine.layout import split_words


@pytest.fixture
def page() -> Page:
    return generate(11, kind="invoice", language="en")[0].page


@pytest.mark.parametrize("share", [0.1, 0.2])
def test_the_share_asked_for_is_misread_and_nothing_else(page, share):
    words = split_words(page.words)
    read = with_slips(page, share, random.Random(1)).words
    untouched = len(set(words) & set(read))
    assert untouched == len(set(words)) - round(share * len(words))


def test_no_slips_leave_every_word(page):
    assert with_slips(page, 0.0, random.Random(1)).words == split_words(page.words)


def test_the_same_generator_misreads_the_same_words(page):
    first, second = (with_slips(page, 0.2, random.Random(5)) for _ in range(2))
    assert first.words == second.words


def test_a_page_without_words_stays_empty():
    assert with_slips(Page(words=[], width=10, height=10), 0.5, random.Random(1)).words == []
