import json
from pathlib import Path

import pytest
from PIL import Image

from docengine.corpus.dataset import open_dataset, read_dataset
from docengine.errors import DatasetError

DATA = Path(__file__).parents[2].parent / "shared" / "data"
WORD = {"text": "Total", "box": [1, 2, 30, 12]}


def write(folder: Path, *rows: object) -> Path:
    folder.mkdir(exist_ok=True)
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    (folder / "annotations.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_names_become_the_schemas(tmp_path):
    fields = {"company": "ACME", "total": "9.00", "flight_from": "2020-02-18", "iban": "DE00", "party": ["A", "B"]}
    items = [{"description": "Ink", "price": 2.5, "sub_total": "5.00", "tax": "20%", "uom": "pc"}]
    (row,) = read_dataset(write(tmp_path, {"id": "a", "words": [WORD], "fields": fields, "line_items": items}))
    assert row.fields == {
        "seller_name": "ACME",
        "grand_total": "9.00",
        "period_start": "2020-02-18",
        "iban": "DE00",
    }
    assert row.line_items == ({"description": "Ink", "unit_price": "2.5", "line_total": "5.00", "tax_percent": "20%"},)
    assert row.known == {*row.fields, "description", "unit_price", "line_total", "tax_percent"}


def test_absent_unknown_and_several_values(tmp_path):
    row = {
        "image": "images/x.png",
        "words": [WORD],
        "fields": {"due_date": None, "iban": "", "seller_name": ["ACME", "Acme Inc"], "tax_total": "1.00"},
        "fields_not_visible": {"tax_total": "1.00"},
    }
    read, _ = read_dataset(write(tmp_path, row, {"id": "b", "fields": {"order_number": "7"}}))
    assert read.known == {"due_date", "iban", "seller_name"}
    assert read.fields == {"seller_name": ("ACME", "Acme Inc")}
    assert (read.id, read.name) == ("images/x.png", "images/x.png")


def test_pages_sizes_and_templates(tmp_path):
    (tmp_path / "images").mkdir()
    Image.new("L", (300, 400)).save(tmp_path / "images" / "a.png")
    sheet = {"image": "images/b.png", "width": 100, "height": 50, "words": [WORD]}
    folder = write(tmp_path, {"id": "a", "image": "images/a.png", "extra_pages": [sheet], "merchant_group": 7})
    (row,) = read_dataset(folder)
    assert [(page.width, page.height, page.index) for page in row.pages] == [(300, 400, 0), (100, 50, 1)]
    assert row.words == [] and row.pages[1].words[0].text == "Total"
    assert row.images == (tmp_path / "images" / "a.png", tmp_path / "images" / "b.png")
    assert row.template == "7"


def test_corners_in_another_order_are_put_right(tmp_path):
    (row,) = read_dataset(write(tmp_path, {"id": "a", "words": [{"text": "x", "box": [30, 12, 1, 2]}]}))
    assert tuple(row.words[0].box) == (1, 2, 30, 12)


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("{", "not JSON"),
        ("[1]", "JSON object"),
        ({"words": []}, "`image` or an `id`"),
        ({"id": "a", "words": [{"text": "x"}]}, "'box' is missing"),
        ({"id": "a", "words": [{"text": "x", "box": [1, 2, 3]}]}, "not enough values"),
        ({"id": "a", "words": [{"text": "x", "box": [1, 2, 3, float("nan")]}]}, "no rectangle"),
    ],
)
def test_broken_rows(tmp_path, broken, says):
    folder = write(tmp_path, {"id": "good"}, broken, {"id": "too"})
    skipped: list[DatasetError] = []
    assert [row.id for row in read_dataset(folder, skipped=skipped)] == ["good", "too"]
    (error,) = skipped
    assert says in str(error) and "annotations.jsonl, line 2" in str(error) and "\n" not in str(error)
    with pytest.raises(DatasetError, match="line 2"):
        list(read_dataset(folder, strict=True))


def test_splits_are_narrowed(tmp_path):
    folder = write(tmp_path, {"id": "a", "split": "train"}, {"id": "b", "split": "val"}, {"id": "c"})
    assert [row.id for row in read_dataset(folder, "val")] == ["b"]
    assert [row.id for row in read_dataset(folder)] == ["a", "b", "c"]


def test_no_data_set(tmp_path):
    with pytest.raises(DatasetError, match="not a data set"):
        open_dataset(tmp_path)
    with pytest.raises(DatasetError, match="no such file"):
        list(read_dataset(tmp_path / "nowhere"))


@pytest.mark.parametrize(("part", "box", "key"), [("", "csv", "key/{}.json"), ("train/", "txt", "entities/{}.txt")])
def test_sroie_as_published(tmp_path, part, box, key):
    root = tmp_path / part
    for name in ("img", "box", "key", "entities"):
        (root / name).mkdir(parents=True)
    Image.new("L", (200, 300)).save(root / "img" / "X1.jpg")
    lines = "10,20,90,20,92,40,10,40,ACME, SDN BHD\n\n10,50,60,50,60,60,10,60,TOTAL: 9.00\n"
    (root / "box" / f"X1.{box}").write_text(lines, encoding="utf-8")
    (root / key.format("X1")).write_text('{"company": "ACME, SDN BHD", "total": "9.00", "date": ""}', encoding="utf-8")
    (row,) = open_dataset(tmp_path)
    assert [(word.text, tuple(word.box)) for word in row.words] == [
        ("ACME, SDN BHD", (10, 20, 92, 40)),
        ("TOTAL: 9.00", (10, 50, 60, 60)),
    ]
    assert row.fields == {"seller_name": "ACME, SDN BHD", "grand_total": "9.00"}
    assert row.known == set(row.fields)
    assert row.image == root / "img" / "X1.jpg" and (row.pages[0].width, row.pages[0].height) == (200, 300)
    assert row.split == ("train" if part else None)


def test_sroie_line_that_is_broken(tmp_path):
    (tmp_path / "box").mkdir()
    (tmp_path / "box" / "a.csv").write_text("1,2,3,oops\n")
    skipped: list[DatasetError] = []
    assert list(open_dataset(tmp_path, skipped=skipped)) == []
    assert "line 1 is not eight coordinates" in str(skipped[0])


def test_funsd_as_published(tmp_path):
    blocks = [
        {"id": 0, "label": "question", "text": "Date:", "box": [1, 1, 20, 9], "linking": [[0, 1], [0, 2]]},
        {"id": 1, "label": "answer", "text": "May", "box": [30, 1, 50, 9], "linking": [[0, 1]]},
        {"id": 2, "label": "answer", "text": "1999", "box": [30, 11, 50, 19], "linking": [[0, 2]]},
        {"id": 3, "label": "question", "text": "Name:", "box": [1, 30, 20, 39], "linking": []},
    ]
    for block in blocks:
        block["words"] = [{"text": block["text"], "box": block["box"]}]
    for part in ("training_data", "testing_data"):
        (tmp_path / "dataset" / part / "annotations").mkdir(parents=True)
        (tmp_path / "dataset" / part / "annotations" / "1.json").write_text(json.dumps({"form": blocks}))
    rows = list(open_dataset(tmp_path))
    assert [row.split for row in rows] == ["train", "test"]
    assert rows[0].extra["key_values"] == [{"question": "Date:", "answer": "May 1999", "n_answers": 2}]
    assert [word.text for word in rows[0].words] == ["Date:", "May", "1999", "Name:"]
    assert not rows[0].known and "non-commercial" in rows[0].licence


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the shared data sets")
@pytest.mark.parametrize(
    ("name", "rows"), [("sroie", 491), ("fcc_adbuy", 354), ("zugferd_facturx", 170), ("funsd", 149)]
)
def test_real_sets_are_read_whole(name, rows):
    skipped: list[DatasetError] = []
    assert len(list(read_dataset(DATA / name, skipped=skipped))) == rows
    assert not skipped
