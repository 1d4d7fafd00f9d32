from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from puppet import PuppetEngine


def word(text: str) -> dict:
    return {"text": text, "box": [1, 2, 30, 12]}


def row(name: str, words: list[str], **rest) -> dict:
    return {"id": name, "width": 100, "height": 100, "words": [word(text) for text in words], **rest}


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    (folder / "images").mkdir(parents=True)
    Image.new("RGB", (100, 100), "white").save(folder / "images" / "a.png")
    further = [{"image": None, "width": 100, "height": 100, "page": 1, "words": [word("iban=X")]}]
    rows = [
        row("one", ["grand_total=3.00"], image="images/a.png", fields={"total": "3.00"}, split="val"),
        row(
            "two", ["grand_total=4.00"], fields={"grand_total": "5.00", "iban": "X"}, extra_pages=further, split="train"
        ),
        row("three", ["fail"], fields={"grand_total": "1.00"}, split="val"),
    ]
    (folder / "annotations.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows))
    return folder


def test_scores_are_one_object_and_predictions_one_record_a_row(cli, dataset, tmp_path):
    result = cli("evaluate", dataset, "--json", "--predictions", tmp_path / "out.jsonl")
    scores = json.loads(result.stdout)
    assert scores["fields"]["grand_total"]["support"] == 3 and scores["fields"]["grand_total"]["recall"] == 0.3333
    assert scores["fields"]["iban"]["f1"] == 1.0  # from the further page
    assert scores["micro_f1"] == pytest.approx(2 * 2 / (3 + 4), abs=1e-4)
    assert {"ece", "auroc", "share_at_99", "anls", "invented_rate", "line_items"} <= set(scores)
    assert (scores["documents"], scores["failed"], result.exit_code) == (3, 1, 1)
    records = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [record["source"] for record in records] == ["images/a.png", "two", "three"]
    assert [record["error"] and record["error"]["type"] for record in records] == [None, None, "CorruptFile"]


def test_rows_can_be_selected(cli, dataset):
    assert json.loads(cli("evaluate", dataset, "--json", "--split", "train").stdout)["documents"] == 1
    nothing = cli("evaluate", dataset, "--json", "--split", "test")
    assert nothing.exit_code == 3 and "--split" in nothing.stderr
    foreign = cli("evaluate", dataset, "--partition", "val")
    assert foreign.exit_code == 2 and "sroie" in foreign.stderr


def test_partition_is_the_projects_own_division(cli, dataset):
    renamed = dataset.rename(dataset.parent / "sroie")
    assert json.loads(cli("evaluate", renamed, "--json", "--partition", "val").stdout)["documents"] == 2


@pytest.mark.parametrize(
    ("demand", "code"),
    [([], 0), (["--min-f1", "0.3"], 0), (["--min-f1", "66"], 0), (["--min-f1", "0.99"], 1), (["--min-f1", "99"], 1),
     (["--max-ece", "0.9"], 0), (["--max-ece", "0.001"], 1), (["--min-f1", "x"], 2)],
)  # fmt: skip
def test_a_low_score_is_no_failure_unless_one_was_demanded(cli, dataset, demand, code):
    lines = (dataset / "annotations.jsonl").read_text().splitlines()
    (dataset / "annotations.jsonl").write_text("\n".join(lines[:2]))
    assert cli("evaluate", dataset, *demand).exit_code == code


def test_ocr_reads_the_images_and_a_missing_one_is_a_failure(cli, dataset, tmp_path):
    result = cli("evaluate", dataset, "--json", "--words", "ocr", "--predictions", tmp_path / "out.jsonl")
    assert PuppetEngine.loaded[0]["ocr"] == "force"
    first, second, _ = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert first["error"] is None and first["fields"] == {} and first["pages"] == [{"width": 100, "height": 100}]
    assert second["error"]["type"] == "SourceNotFound"
    assert json.loads(result.stdout)["failed"] == 2


def test_a_broken_row_is_a_failure_and_the_run_goes_on(cli, dataset, tmp_path):
    with (dataset / "annotations.jsonl").open("a") as lines:
        lines.write('{"id": "four", "words": [{"text": "a"}]}\nno json\n')
    result = cli("evaluate", dataset, "--json", "--predictions", tmp_path / "out.jsonl")
    scores = json.loads(result.stdout)
    assert (scores["documents"], scores["failed"]) == (5, 3)
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 5


def test_for_people_and_for_no_data_set(cli, dataset, tmp_path):
    assert "grand_total" in cli("evaluate", dataset).stdout
    (tmp_path / "none").mkdir()
    none = cli("evaluate", tmp_path / "none")
    assert none.exit_code == 3 and none.stderr.count("\n") == 1
    assert cli("evaluate", tmp_path / "gone").exit_code == 2
    before = (dataset / "annotations.jsonl").read_text()
    assert cli("evaluate", dataset, "--predictions", dataset / "annotations.jsonl").exit_code == 3
    assert (dataset / "annotations.jsonl").read_text() == before
