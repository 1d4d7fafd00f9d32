import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from docengine import Box, Page, Word
from docengine.engine.preprocess import PIECES, Preprocessor, fold, quantise, shape_id, shape_of, windows


@pytest.fixture
def preprocessor():
    letters = {"<pad>": 0, "<unk>": 1} | {chr(c): i + 2 for i, c in enumerate(range(33, 127))}
    tokenizer = Tokenizer(models.BPE(vocab=letters, merges=[], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return Preprocessor(tokenizer)


def test_long_words_keep_their_first_and_last_pieces(preprocessor):
    page = preprocessor.encode(Page(words=[Word("abcdefghijkl", Box(0, 0, 9, 9))], width=9, height=9))
    ids = [ord(c) - 33 + 2 for c in "abcdefkl"]
    assert page.pieces.tolist() == [ids]
    assert page.pieces.shape == (1, PIECES)


def test_margins_and_scale_change_nothing(preprocessor):
    words = [Word("Total", Box(10, 10, 60, 20)), Word("9.00", Box(100, 10, 140, 20)), Word("x", Box(10, 90, 30, 99))]
    moved = [Word(t, Box(*(3 * edge + 50 for edge in box))) for t, box in words]
    here = preprocessor.encode(Page(words=words, width=200, height=200)).inputs()
    there = preprocessor.encode(Page(words=moved, width=5000, height=5000)).inputs()
    for name, array in here.items():
        np.testing.assert_array_equal(array, there[name])


def test_boxes_fill_the_grid():
    assert quantise([(5, 5, 10, 10), (20, 20, 25, 45)]).tolist() == [[0, 0, 250, 125], [750, 375, 1000, 1000]]
    assert quantise([]).shape == (0, 4)


def test_shapes_keep_the_form_and_lose_the_value():
    assert shape_of("25/12/2018") == "00/00/0000"
    assert shape_of("Invoice") == "Xxx"
    assert shape_of("1.234,56") == shape_of("9.876,54")
    assert shape_id("25/12/2018") == shape_id("01/02/1999") != shape_id("2018-12-25")


def test_folding_drops_case_and_accents():
    assert fold("ÜBERTRAG №") == "ubertrag no"


def test_a_page_without_words_encodes_to_nothing(preprocessor):
    page = preprocessor.encode(Page(words=[], width=10, height=10))
    assert page.pieces.shape == (0, PIECES)
    assert page.inputs()["boxes"].shape == (1, 0, 4)


@pytest.mark.parametrize("count", [1, 511, 512, 513, 900, 1000, 5000])
def test_windows_keep_every_word_once(count):
    kept = []
    for start, stop, first, last in windows(count, 512):
        assert start <= first < last <= stop <= count
        assert stop - start <= 512
        kept += range(first, last)
    assert kept == list(range(count))
