from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from docengine import Box, Extraction, Field
from docengine.cli.bench_accuracy import by_pictures, rows_of, score_all
from docengine.engine.measuring import contestants
from docengine.engine.measuring.contestants import Setting
from docengine.errors import DatasetError
from docengine.schema import DEFAULT_SCHEMA


class Peer:
    """Finds a total that is written in the file's name."""

    about = precision = ""

    def __init__(self, finds_fields: bool = True) -> None:
        self.finds_fields = finds_fields

    def read_many(self, sources: Iterable[str]) -> Iterator[Extraction]:
        for source in sources:
            value = Path(source).stem
            yield Extraction(source, fields={"grand_total": Field(value, value, 1.0, 0, Box(0, 0, 1, 1))})


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """A row of two pages, the first of which tells the total, and one whose label is not what its picture tells."""
    for name in ("12.50", "99.99", "3.00"):
        image = Image.new("RGB", (240, 200), "white")
        ImageDraw.Draw(image).text((10, 10), f"TOTAL {name}", fill="black", font_size=24)
        image.save(tmp_path / f"{name}.png")
    pages = [{"image": "99.99.png", "words": []}]
    rows = [
        {"id": "one", "image": "12.50.png", "words": [], "fields": {"total": "12.50"}, "extra_pages": pages},
        {"id": "two", "image": "3.00.png", "words": [], "fields": {"total": "4.00"}, "split": "val"},
    ]
    (tmp_path / "annotations.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return tmp_path


def test_peers_are_scored_by_the_pictures_and_read_once(dataset, monkeypatch):
    opened: list[Setting] = []
    monkeypatch.setattr(contestants, "open_contestant", lambda setting: opened.append(setting) or Peer())
    rows = rows_of(str(dataset), None, DEFAULT_SCHEMA)
    steps: list[int] = []
    settings = [Setting("peer", threads=1), Setting("peer", threads=2)]
    scores = score_all(settings, rows, DEFAULT_SCHEMA, lambda: steps.append(1))
    assert len(opened) == 1 and len(steps) == 2 and list(scores) == settings
    assert scores[settings[0]] == scores[settings[1]]
    assert scores[settings[0]]["f1"] == 0.5 and scores[settings[0]]["words"] == "ocr"


def test_ocr_alone_has_no_score(dataset, monkeypatch):
    monkeypatch.setattr(contestants, "open_contestant", lambda setting: Peer(finds_fields=False))
    rows = rows_of(str(dataset), None, DEFAULT_SCHEMA)
    assert score_all([Setting("peer")], rows, DEFAULT_SCHEMA, lambda: None) == {Setting("peer"): {}}


def test_without_its_pictures_a_set_is_read_by_its_words_which_a_peer_cannot(dataset, monkeypatch):
    (dataset / "3.00.png").unlink()
    rows = rows_of(str(dataset), None, DEFAULT_SCHEMA)
    monkeypatch.setattr(contestants, "open_contestant", lambda setting: Peer())
    assert not by_pictures(rows) and score_all([Setting("peer")], rows, DEFAULT_SCHEMA, lambda: None) == {
        Setting("peer"): {}
    }


def test_our_engine_reads_the_pictures(dataset):
    rows = rows_of(str(dataset), "val", DEFAULT_SCHEMA)
    scores = score_all([Setting()], rows, DEFAULT_SCHEMA, lambda: None)[Setting()]
    assert (scores["documents"], scores["failed"], scores["words"]) == (1, 0, "ocr") and scores["f1"] == 0.0


def test_no_row_is_said(dataset):
    with pytest.raises(DatasetError, match="--split"):
        rows_of(str(dataset), "test", DEFAULT_SCHEMA)
