from __future__ import annotations

import pickle
import random
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from docengine import Box, Page, Word
from docengine.corpus import shards
from docengine.corpus.shards import MOST_BYTES, PackedPage, PageShards, open_shards, pack, unpack
from docengine.corpus.sketches import alike, sketch
from docengine.corpus.small import small_page
from docengine.errors import DatasetError, UsageError


def a_page(seed: int, count: int = 120, *, image: bool = True, size: tuple[int, int] = (1240, 1754)) -> Page:
    """Words of random letters in rows, over noise or nothing."""
    rng, (width, height) = random.Random(seed), size
    words = []
    for i in range(count):
        x, y = 20 + i % 10 * width / 11, 20 + i // 10 * (height - 60) / (count // 10 + 1)
        text = "".join(rng.choices("abcdefghijkłéß", k=rng.randrange(2, 9)))
        words.append(Word(text, Box(x, y, x + width / 14, y + 14)))
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8) if image else None
    return Page(words=words, image=noise, width=width, height=height)


def packed(page: Page) -> PackedPage:
    found = pack(page)
    assert found is not None
    return found


def cost(page: PackedPage) -> int:
    return len(page.texts) + len(page.boxes) + len(page.image or b"") + len(page.sketch)


def texts(page: Page) -> list[str]:
    return [word.text for word in page.words or []]


def test_a_page_comes_back_small_with_its_words_where_they_were(tmp_path: Path):
    page = a_page(1)
    with open_shards(tmp_path / "s") as writer:
        assert writer.add("a.pdf", [packed(page)]) == 1
    (back,) = PageShards(tmp_path / "s")
    assert texts(back) == texts(page)
    assert (back.width, back.height) == (362, 512) and back.image.shape == (512, 362, 3)
    scale = np.array([362 / 1240, 512 / 1754] * 2)
    wanted = np.array([word.box for word in page.words]) * scale
    assert np.abs(np.array([word.box for word in back.words]) - wanted).max() <= 1 / 32 + 1e-9
    assert (back.image[..., 0] == back.image[..., 2]).all()


def test_a_picture_shows_what_the_page_showed(tmp_path: Path):
    page = a_page(1, image=False, size=(400, 500))
    page.image = np.full((500, 400, 3), 255, np.uint8)
    page.image[100:200, 50:150] = 0
    seen = unpack(packed(page)).image.astype(int)
    assert seen.shape == (500, 400, 3)
    assert seen[105:195, 55:145].max() < 60 and seen[210:, 160:].min() > 200


def test_no_page_takes_more_than_40_kb():
    for count in (10, 600, 2000):
        page = packed(a_page(count, count))
        assert cost(page) <= MOST_BYTES and page.image is not None
    assert cost(packed(a_page(5, 4500))) <= MOST_BYTES
    assert pack(a_page(6, 30_000, image=False)) is None  # more words than fit


def test_a_page_without_words_is_not_kept():
    assert pack(Page(words=[], width=100, height=100)) is None
    assert pack(Page(words=[Word("  ", Box(0, 0, 1, 1))], width=100, height=100)) is None


def test_words_beyond_the_page_are_cut_to_it():
    page = Page(words=[Word("a", Box(-50, 10, 900, 20)), Word("b", Box(700, 10, 900, 20))], width=500, height=400)
    boxes = [word.box for word in unpack(packed(page)).words or []]
    assert boxes == [(0, 10, 500, 20), (500, 10, 500, 20)]


def test_near_duplicates_are_dropped_and_other_values_are_not(tmp_path: Path):
    page = a_page(3, 200, image=False)
    slip = Page(words=[*page.words[:-1], Word("other", page.words[-1].box)], width=1240, height=1754)
    filled = Page(
        words=[Word(f"{i}.00", word.box) if i % 4 == 0 else word for i, word in enumerate(page.words)],
        width=1240,
        height=1754,
    )
    with open_shards(tmp_path / "s") as writer:
        assert writer.add("a", [packed(page), packed(page)]) == 1
        assert writer.add("b", [packed(slip)]) == 0
        assert writer.add("c", [packed(filled)]) == 1
    with open_shards(tmp_path / "s") as writer:  # also in a later run
        assert writer.add("d", [packed(slip), packed(a_page(4))]) == 1
        assert len(writer) == 3


def test_sketches_estimate_how_much_pages_share():
    words = [str(i) for i in range(400)]
    close, far = [*words[:390], *"abcdefghij"], [*words[:200], *map(str, range(1000, 1200))]
    assert alike(sketch(words), sketch(close)) and not alike(sketch(words), sketch(far))
    assert (sketch(["One"]) == sketch(["one"])).all()
    assert (sketch(words) == sketch(words)).mean() == 1 and abs((sketch(words) == sketch(far)).mean() - 0.33) < 0.2


@pytest.fixture
def three_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Eight pages, three a shard, of documents with three, one and four pages."""
    monkeypatch.setattr(shards, "PAGES_A_SHARD", 3)
    numbers = iter(range(8))
    with open_shards(tmp_path / "s") as writer:
        for name, count in (("a", 3), ("b", 1), ("c", 4)):
            writer.add(name, [packed(a_page(next(numbers), image=False)) for _ in range(count)], name)
    return tmp_path / "s"


def test_pages_are_found_at_any_place_of_any_shard(three_shards: Path):
    pages = PageShards(three_shards)
    assert len(pages) == 8 and len(list(three_shards.glob("shard-*"))) == 3
    wanted = [texts(small_page(a_page(i, image=False))) for i in range(8)]
    assert [texts(page) for page in pages] == wanted
    assert texts(pages[-1]) == wanted[7] and [texts(page) for page in pages[2:6:3]] == [wanted[2], wanted[5]]
    with pytest.raises(IndexError):
        pages[8]
    assert texts(pickle.loads(pickle.dumps(pages))[4]) == wanted[4]


def test_writing_goes_on_where_it_ended(three_shards: Path):
    with open_shards(three_shards) as writer:
        assert len(writer) == 8 and writer.knows("a") and not writer.knows("d")
        writer.add("d", [packed(a_page(i, image=False)) for i in (20, 21)], "d")
    pages = PageShards(three_shards)
    assert len(pages) == 10 and texts(pages[9]) == texts(a_page(21))


def test_a_document_that_breaks_off_leaves_nothing_behind(tmp_path: Path):
    with open_shards(tmp_path / "s") as writer:
        writer.add("a", [packed(a_page(1, image=False))], "a")
    with pytest.raises(AttributeError), open_shards(tmp_path / "s") as writer:
        writer.add("b", [packed(a_page(2, image=False)), None], "b")  # type: ignore[list-item]
    with open_shards(tmp_path / "s") as writer:
        assert len(writer) == 1 and not writer.knows("b")
        assert writer.add("b", [packed(a_page(2, image=False))], "b") == 1
    assert len(PageShards(tmp_path / "s")) == 2


def test_a_name_of_undecodable_bytes_is_kept_in_escapes(tmp_path: Path):
    with open_shards(tmp_path / "s") as writer:
        assert writer.add("a\udcff.pdf", [packed(a_page(1, image=False))], "a") == 1


def test_pictures_are_left_out_when_not_wanted(tmp_path: Path):
    with open_shards(tmp_path / "s") as writer:
        writer.add("a", [packed(a_page(1))])
    assert PageShards(tmp_path / "s", images=False)[0].image is None


def test_errors_name_the_folder_and_the_mend(tmp_path: Path):
    with pytest.raises(DatasetError, match="docengine data pages"):
        PageShards(tmp_path / "none")
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="something else"), open_shards(tmp_path):
        pass
    (tmp_path / "shard-00000.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(DatasetError, match="shard-00000"):
        PageShards(tmp_path)


def test_a_damaged_page_is_named(tmp_path: Path):
    with open_shards(tmp_path / "s") as writer:
        writer.add("a", [packed(a_page(1))])
    with sqlite3.connect(tmp_path / "s" / "shard-00000.sqlite") as shard:
        shard.execute("UPDATE pages SET texts = x'00'")
    shard.close()
    with pytest.raises(DatasetError, match="page 1 is damaged"):
        PageShards(tmp_path / "s")[0]
