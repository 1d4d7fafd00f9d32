from __future__ import annotations

import gzip
import random
import re
from pathlib import Path

import pytest

from docengine import Box, Page
from docengine.corpus.laid_out import lay_out
from docengine.corpus.layouts import LAYOUTS
from docengine.corpus.setting import MARKS
from docengine.corpus.texts import Texts, paragraph_of
from docengine.engine.layout import reading_order
from docengine.errors import DatasetError

LINES = (
    "Terms of delivery",
    "The goods travel at the buyer’s risk as soon as they leave the works, and the buyer insures them until paid for.",
    "- crates and pallets remain ours",
    "- Żółte skrzynie są własnością sprzedawcy",
    "1. The buyer inspects the goods on arrival and reports what is missing within eight days of that.",
    "Field\tMeaning\tUnit",
    "weight\tof the goods without crates\tkg",
    "Payment",
    "Invoices are due within thirty days. Whoever pays earlier may take off two percent, unless agreed otherwise.",
)


def numbered(line: str, start: int) -> str:
    """Each word that has letters with a number of its own: `goods17`, `paid18.`"""
    counter = iter(range(start, start + 100))
    return re.sub(r"[^\W\d_]{2,}", lambda word: f"{word[0]}{next(counter)}x", line)


STORY = [paragraph_of(numbered(line, 1000 * i + 100 * j)) for i in range(1, 6) for j, line in enumerate(LINES)]
PLACES = {
    word.lower(): i for i, word in enumerate(word for p in STORY for word in p.text.split() if word[-2:].strip("-"))
}


def places(page: Page) -> list[int]:
    """Where in the text the page's words stand; dots, marks and page numbers are none of it."""
    return [
        PLACES[word.text.lower()] for word in page.words or [] if len(word.text) > 4 and word.text.lower() in PLACES
    ]


def in_order(found: list[int]) -> list[int]:
    """The words up to the first that steps back, which is the running head's."""
    end = next((i for i in range(1, len(found)) if found[i] <= found[i - 1]), len(found))
    return found[:end]


def overlap(a: Box, b: Box) -> float:
    """Share of the smaller box that the other covers."""
    wide, tall = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
    return max(wide, 0) * max(tall, 0) / max(min(a.width * a.height, b.width * b.height), 1e-9)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_words_follow_the_text_whatever_the_layout(layout: str):
    for seed in range(12):
        found = places(lay_out(STORY, random.Random(seed), layout).page)
        assert len(found) > 4 and len(found) - len(in_order(found)) <= 8


@pytest.mark.parametrize("layout", ["page", "book", "columns", "sidebar", "roll", "card"])
def test_running_text_loses_no_word(layout: str):
    for seed in range(12):
        found = in_order(places(lay_out(STORY, random.Random(seed), layout).page))
        every = [place for word, place in PLACES.items() if len(word) > 4 and place <= found[-1]]
        assert found == every


def test_lines_of_one_column_are_read_as_the_text():
    for seed in range(20):
        page = lay_out(STORY[:5] * 4, random.Random(seed), "roll").page
        words = [word for word in page.words or [] if word.text not in MARKS]
        order, _ = reading_order(words)
        assert [words[i].text for i in order] == [word.text for word in words]


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name not in ("form", "contents")])
def test_words_stand_on_the_page_and_not_on_each_other(layout: str):
    for seed in range(8):
        page = lay_out(STORY, random.Random(seed), layout).page
        boxes = [word.box for word in page.words or []]
        assert max(page.width, page.height) == pytest.approx(512)
        assert all(
            -0.5 <= x0 <= x1 <= page.width + 1 and y0 >= -0.5 and y1 <= page.height + 3 for x0, y0, x1, y1 in boxes
        )
        bad = sum(overlap(a, b) > 0.35 for i, a in enumerate(boxes) for b in boxes[i + 1 : i + 40])
        assert bad <= 0.02 * len(boxes)


def test_the_same_seed_gives_the_same_page():
    pages = [lay_out(STORY, random.Random(seed)).page for seed in (1, 1, 2)]
    assert pages[0].words == pages[1].words != pages[2].words


def test_kinds_of_paragraphs_are_told_by_their_form():
    kinds = [paragraph_of(line).kind for line in LINES]
    assert kinds == ["heading", "text", "item", "item", "item", "cells", "cells", "heading", "text"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, documents in {
        "en": ["One.\nTwo words here.\n" * 20, "Three.\n" * 300],
        "pl": ["Żółć ąę łódź.\n" * 200],
    }.items():
        (tmp_path / f"{name}.txt.gz").write_bytes(gzip.compress("\f\n".join(documents).encode()))
    return tmp_path


def test_texts_are_drawn_within_one_document_and_between_characters(folder: Path):
    texts = Texts.read(folder)
    rng, seen = random.Random(0), set()
    for _ in range(400):
        drawn = texts.draw(rng, 100)
        assert drawn
        words = {word for paragraph in drawn for word in paragraph.text.split()}
        assert "�" not in "".join(words)
        assert words <= {"One.", "Two", "words", "here."} or words == {"Three."} or words <= {"Żółć", "ąę", "łódź."}
        seen |= words
    assert {"One.", "Three.", "Żółć"} <= seen


def test_languages_are_chosen_and_missing_ones_named(folder: Path):
    assert [text.language for text in Texts.read(folder, ["pl"]).texts] == ["pl"]
    with pytest.raises(DatasetError, match="of xx"):
        Texts.read(folder, ["xx"])
    (folder / "de.txt.gz").write_bytes(b"no gzip")
    with pytest.raises(DatasetError, match=r"de\.txt\.gz"):
        Texts.read(folder)
