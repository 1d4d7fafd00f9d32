from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest
from conftest import SMALL
from teacher_pages import letters

from docengine import Box, Page, Word
from docengine.engine.preprocess import quantise
from docengine.errors import UsageError
from docengine.teacher import DocFormerV2Config
from docengine.teacher.tokens import PageReader, random_window, token_windows


@pytest.fixture(scope="module")
def reader():
    return PageReader(letters(), DocFormerV2Config(**{**SMALL, "vocab_size": 256}))


def spelled(reader, page):
    return [reader.vocabulary.tokenizer.id_to_token(token) for token in page.ids]


PAGE = Page(
    words=[Word("Total:9.00", Box(40, 60, 140, 70)), Word("b", Box(80, 20, 90, 30)), Word("a", Box(20, 20, 30, 30))],
    width=200,
    height=100,
)


def test_words_are_those_of_serving_in_its_order(reader):
    page = reader.read(PAGE)
    assert [word.text for word in page.words] == ["a", "b", "Total:", "9.00"]
    assert "".join(spelled(reader, page)) == "abTotal:9.00"
    assert page.rows.tolist() == [0, 0, 1, 1]
    assert page.first.tolist() == [0, 1, 2, 8]
    assert page.word.tolist() == [0, 1] + [2] * 6 + [3] * 4
    assert (page.boxes == quantise([word.box for word in page.words])).all()


def test_a_part_keeps_the_places_of_the_whole(reader):
    whole = reader.read(PAGE)
    part = whole.crop(1, 3)
    assert "".join(spelled(reader, part)) == "bTotal:"
    assert part.word.tolist() == [0] + [1] * 6
    assert part.first.tolist() == [0, 1]
    assert (part.boxes == whole.boxes[1:3]).all()
    assert len(whole.crop(2, 2)) == 0


def test_long_words_keep_their_ends_and_odd_ones_a_token(reader):
    words = [Word("a" * 40 + "zz", Box(0, 0, 9, 9)), Word("日", Box(20, 0, 29, 9))]
    page = reader.read(Page(words=words, width=99, height=9))
    assert "".join(spelled(reader, page)[:-1]) == "a" * 30 + "zz"
    assert page.ids[-1] == reader.vocabulary.unk


def lengthy(reader, words=90):
    rng = random.Random(0)
    return reader.read(
        Page(
            words=[Word("x" * rng.randint(1, 9), Box(0, 20 * i, 50, 20 * i + 10)) for i in range(words)],
            width=99,
            height=20 * words,
        )
    )


def test_windows_cover_every_word_once_with_context(reader):
    page = lengthy(reader)
    found = list(token_windows(page, longest=100, overlap=30))
    assert len(found) > 3
    assert [first for _, _, first, _ in found] == [0, *(last for _, _, _, last in found[:-1])]
    assert found[-1][3] == len(page.words)
    for start, stop, first, last in found:
        assert start <= first < last <= stop
        assert len(page.crop(start, stop)) <= 100
    for (_, stop, _, last), (start, _, _, _) in pairwise(found):
        assert start < last < stop
    assert list(token_windows(page, longest=10_000)) == [(0, 90, 0, 90)]
    assert [len(page.crop(a, b).words) for a, b, _, _ in token_windows(page, longest=1)] == [1] * 90


def test_random_windows_reach_the_head_and_the_foot(reader):
    page, rng = lengthy(reader), random.Random(0)
    found = [random_window(page, 100, rng) for _ in range(60)]
    assert all(80 < len(page.crop(start, stop)) <= 100 for start, stop in found)
    assert {start for start, _ in found} > {0}
    assert 90 in {stop for _, stop in found}
    assert random_window(page, 10_000, rng) == (0, 90)


@pytest.mark.parametrize("scale", [1, 3])
def test_the_picture_is_cut_to_where_the_boxes_are(reader, scale):
    """The left half of the words' rectangle is ink: so must be the left half of the model's picture."""
    words = [Word("a", Box(40, 20, 60, 30)), Word("b", Box(140, 80, 160, 90))]
    image = np.full((100 * scale, 200 * scale, 3), 255, np.uint8)
    image[:, : 100 * scale] = 0
    picture = reader.picture(Page(words=words, image=image, width=200, height=100), words)
    assert picture.shape == (48, 32)
    assert not picture[:, :15].any()
    assert (picture[:, 17:] == 255).all()
    assert reader.picture(Page(words=words, width=200, height=100), words) is None


def test_a_vocabulary_that_does_not_fit_the_model_is_refused(reader):
    with pytest.raises(UsageError, match="203 entries"):
        PageReader(reader.vocabulary, DocFormerV2Config(**SMALL))
    with pytest.raises(UsageError, match="ends with 1"):
        PageReader(reader.vocabulary, DocFormerV2Config(**{**SMALL, "vocab_size": 256, "eos_token_id": 2}))
