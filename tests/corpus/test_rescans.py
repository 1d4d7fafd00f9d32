"""Pictures read anew by OCR: each once, rows with the set's values on the words that were read."""

import json
import random
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from docengine import Box, Page, Word
from docengine.corpus.dataset import Row
from docengine.corpus.labelled import Label, LabelledPage
from docengine.corpus.redress import Dressing
from docengine.corpus.rescans import READ_BY, Readings, rescan, rescanned_pages
from docengine.corpus.streams import Augment, RealPages, misread_new

TEXTS = ("Acme", "Ltd", "T0TAL", "12.50")


@dataclass
class Reader:
    """Reads `TEXTS` on any picture, as wide as half of it."""

    name: str = "reader"
    calls: int = 0
    read_texts: tuple[str, ...] = field(default=TEXTS)

    def read(self, image: np.ndarray) -> list[Word]:
        self.calls += 1
        right = image.shape[1] / 2
        return [Word(text, Box(0, 20 * i, right, 20 * i + 12)) for i, text in enumerate(self.read_texts)]


def row(folder: Path, name: str, pages: int = 1) -> Row:
    images = tuple(folder / f"{name}_{number}.png" for number in range(pages))
    for number, image in enumerate(images):
        Image.new("RGB", (100 + len(name), 200 + number), "white").save(image)
    words = [Word("given", Box(1, 1, 9, 9))]
    fields = {"seller_name": "ACME LTD", "grand_total": "12.50", "invoice_date": "2020-01-31"}
    given = tuple(Page(words=words, width=100, height=200, index=number) for number in range(pages))
    return Row(name, given, images, fields, known=frozenset(fields), template="acme")


def test_rows_come_with_the_words_and_the_size_of_the_picture(tmp_path):
    (read,) = rescan([row(tmp_path, "ab", pages=2)], Readings(tmp_path / "kept.jsonl", Reader()))
    assert [[word.text for word in page.words] for page in read.pages] == [list(TEXTS)] * 2
    assert [(page.width, page.height, page.index) for page in read.pages] == [(102, 200, 0), (102, 201, 1)]
    assert read.pages[0].words[2].box == (0, 40, 51, 52)
    assert (read.id, read.template) == ("ab", "acme")


def test_a_picture_is_read_once_and_anew_when_it_or_the_engine_changed(tmp_path):
    rows, kept, reader = [row(tmp_path, "a"), row(tmp_path, "bb")], tmp_path / "new" / "kept.jsonl", Reader()
    first = list(rescan(rows, Readings(kept, reader)))
    assert reader.calls == 2
    assert list(rescan(rows, Readings(kept, reader))) == first and reader.calls == 2
    Image.new("RGB", (300, 50), "black").save(rows[0].images[0])
    assert next(rescan(rows, Readings(kept, reader))).pages[0].width == 300
    assert reader.calls == 3
    other = Reader("other")
    list(rescan(rows, Readings(kept, other)))
    assert other.calls == 2


def test_a_killed_run_goes_on_where_it_was(tmp_path):
    rows, kept, reader = [row(tmp_path, name) for name in ("a", "b", "c")], tmp_path / "kept.jsonl", Reader()
    whole = list(rescan(rows, Readings(kept, reader)))
    lines = kept.read_text(encoding="utf-8").splitlines(keepends=True)
    kept.write_text(lines[0] + lines[1][:40], encoding="utf-8")
    assert list(rescan(rows, Readings(kept, reader))) == whole
    assert reader.calls == 3 + 2
    assert [json.loads(line)["image"] for line in kept.read_text(encoding="utf-8").splitlines()] == [
        "a_0.png", "b_0.png", "c_0.png",
    ]  # fmt: skip


def test_what_cannot_be_read_is_left_out_with_its_reason(tmp_path, capsys):
    lost, broken, bare = row(tmp_path, "lost"), row(tmp_path, "broken"), replace(row(tmp_path, "bare"), images=(None,))
    lost.images[0].unlink()
    broken.images[0].write_bytes(b"\x89PNG\r\n\x1a\n but no picture")
    rows, skipped = [lost, broken, bare, row(tmp_path, "good")], []
    readings = Readings(tmp_path / "kept.jsonl", Reader())
    assert [read.id for read in rescan(rows, readings, skipped)] == ["good"]
    for error, told in zip(skipped, ("lost_0.png", "broken_0.png", "bare"), strict=True):
        assert told in str(error) and "\n" not in str(error)
    assert len(rescanned_pages(rows, readings)) == 1
    assert "3 of 4 rows could not be read; the first: " in capsys.readouterr().err


def test_pages_are_labelled_by_what_was_read(tmp_path):
    (page,) = rescanned_pages([row(tmp_path, "a")], Readings(tmp_path / "kept.jsonl", Reader()))
    labelled = {(word.text, label.field) for word, label in zip(page.page.words, page.labels, strict=True) if label}
    assert labelled == {("Acme", "seller_name"), ("Ltd", "seller_name"), ("12.50", "grand_total")}
    assert page.known == {"seller_name", "grand_total"}, "a value that was not read is unknown"
    assert page.meta[READ_BY] == "reader"


def read_page(texts: list[str]) -> LabelledPage:
    words = [Word(text, Box(10 * i, 0, 10 * i + 8, 8)) for i, text in enumerate(texts)]
    labels = [Label("grand_total") if text[0].isdigit() else None for text in texts]
    page = Page(words=words, width=10 * len(words), height=10)
    return LabelledPage(page, labels, frozenset({"grand_total"}), {"grand_total": "1"}, [], {READ_BY: "reader"})


def test_read_pages_get_no_noise_on_top():
    page = read_page([f"w0rd{i}" for i in range(300)])
    source = RealPages.of([page], Augment(1.0, 0.0), {})
    assert all(source(random.Random(seed)) is page for seed in range(20))
    page.meta.clear()
    assert all(source(random.Random(seed)).page.words != page.page.words for seed in range(20))


def test_what_redressing_wrote_is_misread_and_nothing_else():
    before = read_page([f"w0rd{i}" for i in range(300)])
    after = read_page([f"w0rd{i}" for i in range(300)] + [f"{i}5.{i}0" for i in range(1000, 1300)])
    for seed in range(10):
        out = misread_new(after, before, random.Random(seed))
        assert out.page.words[:300] == after.page.words[:300]
        assert out.page.words[300:] != after.page.words[300:]
        assert len(out.labels) == len(out.page.words) and {label.field for label in out.labels if label}


@pytest.mark.parametrize("redraw", [0.0, 1.0])
def test_the_augment_draws_the_same_page_for_the_same_seed(redraw):
    source = RealPages.of([read_page(["TOTAL", "12.50", "RM", "2"])], Augment(0.7, redraw, Dressing(lost=0)), {})
    assert source(random.Random(3)) == source(random.Random(3))
