from itertools import pairwise, product

import pytest

from docengine import Box, Page, Word
from docengine.corpus.generator import generate
from docengine.corpus.generator.ink import ink_of
from docengine.corpus.generator.sheet import Sheet, tokens
from docengine.corpus.realism import features

TEXTS = ("either party may end this agreement", "at any time")


def grid(columns, rows, *, pitch=20.0, size=1.0):
    """Words of four letters, 40 x 10, in `columns` that begin 100 apart."""
    words = [
        Word("Abcd", Box(*(side * size for side in (100 * x, pitch * y, 100 * x + 40, pitch * y + 10))))
        for y, x in product(range(rows), range(columns))
    ]
    return Page(words=words, width=500 * size, height=500 * size)


def test_a_grid_has_the_numbers_it_was_made_with():
    document, annotation = features(grid(3, 10), join=False)
    assert document["words a row q50"] == 3
    assert document["width in characters"] == pytest.approx(24)
    assert document["pitch in characters"] == pytest.approx(2)
    assert document["left edges shared"] == document["right edges shared"] == 1
    assert document["pitches of the usual"] == 1
    assert document["gaps wider than 3"] == 1
    assert document["title"] == 1 and document["any digit"] == 0
    assert annotation["box height in characters"] == pytest.approx(1)
    assert annotation["tops' range in a row q90"] == 0


def test_resolution_drops_out():
    small, large = (features(grid(3, 10, size=size), join=False) for size in (1.0, 3.0))
    for a, b in zip(small, large, strict=True):
        assert b == pytest.approx(a)


def test_what_boxes_alone_say_is_no_part_of_the_document():
    page = grid(3, 10)
    low = Page(
        words=[Word(text, Box(x0, y0 + 2, x1, y1 - 2)) for text, (x0, y0, x1, y1) in page.words],
        width=page.width,
        height=page.height,
    )
    (document, annotation), (same, other) = features(page, join=False), features(low, join=False)
    changed = {name for name in document if document[name] != pytest.approx(same[name], abs=0.03)}
    assert changed <= {"height to width"}
    assert other["box height in characters"] < annotation["box height in characters"]


def test_joined_lines_lose_the_exact_spaces():
    words = [Word("one", Box(0, 0, 30, 10)), Word("two", Box(36, 0, 66, 10)), Word("far", Box(200, 0, 230, 10))]
    page = Page(words=words * 3, width=300, height=300)
    _, apart = features(page, join=False)
    _, joined = features(page, join=True)
    assert joined["word space"] != apart["word space"]


@pytest.mark.parametrize("join", [False, True])
def test_every_drawn_page_has_all_features(join):
    names = {tuple(map(tuple, features(generate(seed)[0].page, join=join))) for seed in range(15)}
    assert len(names) == 1


def test_ink_ends_where_the_letters_do():
    low, deep, tall, mark = (ink_of(text, "sans") for text in ("sum", "page", "Hotel", "-"))
    assert low.above == deep.above < tall.above
    assert low.below == tall.below == 0 < deep.below
    assert mark.above < low.above
    assert ink_of("É", "serif").above > ink_of("E", "serif").above


def test_tight_pages_of_office_paper_have_boxes_of_ink():
    seen = 0
    for seed in range(40):
        page = generate(seed, kind="invoice")[0]
        tops = {}
        for word in page.page.words:
            tops.setdefault((word.text.isupper(), round(word.box.height, 2)), word)
        if page.meta["drawing"]["ink"]:
            seen += 1
            assert len(tops) > 4
    assert seen > 5


def test_justified_lines_fill_their_room_unless_they_are_short():
    sheet = Sheet(600, 800, "sans")
    ends = [sheet.put(50, 20 * i, tokens(text), 10, align="j", room=200) for i, text in enumerate(TEXTS)]
    assert ends[0] == pytest.approx(250)
    assert ends[1] < 150
    gaps = [right[1] - left[3] for left, right in pairwise(sheet.words[:6])]
    assert gaps == pytest.approx([gaps[0]] * 5) and gaps[0] > 2.78
