import random

import numpy as np
import pytest

from docengine import Box, Page, Word
from docengine.corpus.generator import generate, render
from docengine.corpus.generator.drawing import Press
from docengine.corpus.generator.ornaments import SHAPES
from docengine.corpus.labelled import LabelledPage


def blank(**drawing: object) -> LabelledPage:
    page = Page(words=[], width=200, height=120)
    return LabelledPage(page, [], frozenset(), meta={"drawing": {"face": "sans", "scale": 1.0, **drawing}})


def ink(image: np.ndarray, box: tuple[float, float, float, float]) -> float:
    """Share of dark pixels in a part of the picture."""
    x0, y0, x1, y1 = (round(edge) for edge in box)
    return float((image[y0:y1, x0:x1, 0] < 200).mean())


@pytest.mark.parametrize("kind", sorted(SHAPES))
def test_shapes_are_drawn_inside_their_boxes(kind):
    image = render(blank(shapes=[(kind, 50, 30, 90, 70, 0.1)]))
    assert ink(image, (47, 27, 94, 74)) > 0.01
    outside = image.copy()
    outside[26:76, 46:96] = 255
    assert (outside > 200).all()


@pytest.mark.parametrize("kind", ["qr", "swiss", "bar"])
def test_codes_are_half_dark_and_always_the_same(kind):
    page = blank(codes=[(20, 20, 90, 90, kind)])
    image = render(page)
    assert 0.3 < ink(image, (20, 20, 90, 90)) < 0.7
    assert ink(image, (100, 0, 200, 120)) == 0
    assert np.array_equal(image, render(page))


def test_marks_lie_over_words_and_only_darken():
    page = blank(marks=[("COPY", 100, 60, 40, 30, 0.7)])
    page.page.words.append(Word("Total", Box(80, 50, 120, 64)))
    page.labels.append(None)
    marked = render(page, 3)
    page.meta["drawing"]["marks"] = []
    plain = render(page, 3)
    assert (marked <= plain).all() and (marked < plain).any()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["receipt", "invoice"])
def test_words_stand_in_their_boxes(kind, seed):
    """Nearly every word has ink in its box, and words that end at their ink reach its edges."""
    page = generate(100 + seed, kind=kind)[0]
    image = render(page, seed, width=1000)
    scale = 1000 / page.page.width
    styles = page.meta["drawing"]["styles"]
    shares = [
        ink(image, [edge * scale for edge in word.box])
        for word, (_, _, white) in zip(page.page.words, styles, strict=True)
        if not white and len(word.text) > 2
    ]
    assert np.mean([share > 0.03 for share in shares]) > 0.97


def test_the_seed_chooses_the_type():
    faces = {Press.draw(random.Random(seed), "sans") for seed in range(40)}
    assert len(faces) > 2
    page = generate(5, kind="receipt")[0]
    assert np.array_equal(render(page, 4), render(page, 4))


def test_a_changed_page_is_drawn_without_its_styles():
    page = generate(5, kind="invoice")[0]
    page.page.words = page.page.words[:-1]
    page.labels = page.labels[:-1]
    assert (render(page, 1, width=500) < 128).any()
