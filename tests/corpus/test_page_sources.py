from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from docengine import Page
from docengine.corpus.pages import (
    DrawnPages,
    Finish,
    LabelledSetPages,
    PageShards,
    PageSource,
    ShardPages,
    TablePages,
    TextPages,
    UnlabelledPages,
)
from docengine.corpus.shards import open_shards, pack
from docengine.errors import DatasetError

LEFT_OUT, TRAINED = "5", "0"
"""Templates of fcc_adbuy, as splits.toml has them."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def form(layout: str, number: int) -> list[tuple[str, tuple[int, int, int, int]]]:
    """Labels at the layout's places, each with a value; boxes of 0..1000."""
    rng, values, words = random.Random(layout), random.Random(number), []
    for i in range(12):
        x, y = rng.randrange(50, 800), 60 + 70 * i
        words.append((f"Label{LETTERS[i]}:", (x, y, x + 60, y + 12)))
        words.append((f"{values.randrange(10**6)}", (x + 70, y, x + 130, y + 12)))
    return words


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Small sets in the form of the public ones: two layouts in fcc_adbuy, and four unlabelled documents."""
    for name in ("sroie", "zugferd_facturx"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "annotations.jsonl").write_text("")
    fcc = tmp_path / "fcc_adbuy"
    (fcc / "images").mkdir(parents=True)
    Image.fromarray(np.full((1000, 800), 200, np.uint8)).save(fcc / "images" / "a.png")
    rows: list[dict[str, Any]] = []
    for number in range(12):
        template = LEFT_OUT if number % 2 else TRAINED
        words = [
            {"text": text, "box": [x0 * 0.8, y0, x1 * 0.8, y1]} for text, (x0, y0, x1, y1) in form(template, number)
        ]
        rows.append({"id": f"fcc_{number}", "image": "images/a.png", "width": 800, "height": 1000, "words": words,
                     "fields": {}, "template": template})  # fmt: skip
    (fcc / "annotations.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    unlabelled = tmp_path / "unlabelled"
    (unlabelled / "images").mkdir(parents=True)
    Image.fromarray(np.full((512, 396), 30, np.uint8)).save(unlabelled / "images" / "k_p1.webp")
    pages = []
    for name, layout in (("fcc_x_p1", LEFT_OUT), ("fcc_x_p2", "other"), ("fcc_y_p1", TRAINED), ("k_p1", LEFT_OUT)):
        image = "images/k_p1.webp" if name == "k_p1" else None
        words = [[text, *box] for text, box in form(layout, 99)]
        pages.append({"id": name, "width": 612, "height": 792, "words": words, "image": image})
    (unlabelled / "pages.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, pages)).encode()))
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "en.txt.gz").write_bytes(gzip.compress(b"Heading\nSome words of a text.\n" * 200))
    table = {"id": 1, "header": ["a", "b"], "rows": [["x", "y"]] * 9}
    (tmp_path / "tables.jsonl").write_text(json.dumps(table) + "\n")
    with open_shards(tmp_path / "shards") as writer:
        for i in range(4):
            page = DrawnPages()(random.Random(i))
            page.index = i
            writer.add(str(i), [packed for packed in [pack(page)] if packed])
    return tmp_path


def sources(data_dir: Path) -> dict[str, PageSource]:
    return {
        "shards": ShardPages(PageShards(data_dir / "shards")),
        "unlabelled": UnlabelledPages.read(data_dir),
        "labelled": LabelledSetPages.read(data_dir),
        "texts": TextPages.read(data_dir, Finish(images=0.5, noise=0.5)),
        "tables": TablePages.read([data_dir / "tables.jsonl"], Finish(images=0.5)),
        "drawn": DrawnPages(Finish(images=0.5, noise=1.0)),
    }


def same(a: Page, b: Page) -> bool:
    return a.words == b.words and (a.image is None) == (b.image is None) and bool(np.all(a.image == b.image))


def test_every_source_gives_small_pages_and_the_same_for_the_same_state(data_dir: Path):
    for name, source in sources(data_dir).items():
        for seed in range(3):
            page = source(random.Random(seed))
            assert page.words and 0 < max(page.width, page.height) <= 512, name
            assert page.image is None or page.image.shape == (page.height, page.width, 3), name
            assert all(
                0 <= x0 <= x1 <= page.width and 0 <= y0 <= y1 <= page.height for _, (x0, y0, x1, y1) in page.words
            )
            assert same(page, source(random.Random(seed))), name


def test_pictures_come_in_the_share_that_is_asked_for(data_dir: Path):
    for share in (0.0, 1.0):
        for source in (DrawnPages(Finish(share)), TextPages.read(data_dir, Finish(share))):
            assert {source(random.Random(i)).image is not None for i in range(4)} == {bool(share)}


@pytest.mark.parametrize("worn", [0.0, 1.0])
def test_a_drawn_picture_has_ink_where_the_words_are(worn: float):
    page = DrawnPages(Finish(images=1.0, worn=worn))(random.Random(5))
    assert page.image.shape == (page.height, page.width, 3) and max(page.image.shape) <= 512
    inside = [page.image[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1].min() for _, (x0, y0, x1, y1) in page.words]
    assert np.mean(np.array(inside) < np.median(page.image) - 20) > 0.9


def test_documents_of_left_out_layouts_are_not_among_the_unlabelled(data_dir: Path):
    ids = [json.loads(line)["id"] for line in UnlabelledPages.read(data_dir).lines]
    assert ids == ["fcc_y_p1", "k_p1"]  # page 2 of the left-out document goes too; other sources are not concerned


def test_without_the_labelled_set_nothing_is_left_out(data_dir: Path, tmp_path: Path):
    (tmp_path / "alone").mkdir()
    (data_dir / "unlabelled").rename(tmp_path / "alone" / "unlabelled")
    assert len(UnlabelledPages.read(tmp_path / "alone").lines) == 4


def test_unlabelled_words_and_pictures_share_a_frame(data_dir: Path):
    source = UnlabelledPages.read(data_dir)
    page = source.page(source.lines[1])
    assert (page.width, page.height) == (396, 512) and page.image.max() < 60
    assert page.words[0].box.y1 == pytest.approx(72 * 0.512)


def test_left_out_rows_are_not_among_the_labelled(data_dir: Path):
    pages = LabelledSetPages.read(data_dir).pages
    assert len(pages) == 6
    shown = {word.text for page, _ in pages for word in page.words or []}
    assert not {text for number in range(1, 12, 2) for text, _ in form(LEFT_OUT, number)[1::2]} & shown


def test_broken_sets_are_named(data_dir: Path):
    with pytest.raises(DatasetError, match="unlabelled"):
        UnlabelledPages.read(data_dir / "text")
    (data_dir / "tables.jsonl").write_text('{"id": 1}\n')
    with pytest.raises(DatasetError, match="line 1"):
        TablePages.read([data_dir / "tables.jsonl"])
    (data_dir / "tables.jsonl").write_text("")
    with pytest.raises(DatasetError, match="no table"):
        TablePages.read([data_dir / "tables.jsonl"])
