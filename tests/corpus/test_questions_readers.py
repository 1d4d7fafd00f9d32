"""Readers of the public sets, on a few files in each published layout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from docengine.corpus.questions import Question
from docengine.corpus.questions.opening import open_questions
from docengine.errors import DatasetError

DATA = Path(__file__).parents[2].parent / "shared" / "data"


def write(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")


def picture(path: Path, size: tuple[int, int] = (200, 100)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, "white").save(path)


def docvqa(root: Path) -> Path:
    """As task 1 was published first: a folder a split."""
    entry = {"questionId": 337, "question": "what is the date?", "image": "documents/xnbl0037_1.png", "docId": 279,
             "ucsf_document_id": "xnbl0037", "ucsf_document_page_no": "1", "answers": ["1/8/93"],
             "data_split": "train"}  # fmt: skip
    for split in ("train", "val"):
        data = [entry, {**entry, "questionId": 338, "question": "who?", "answers": ["Mr. Smith", "Smith"]}]
        write(root / split / f"{split}_v1.0.json", {"dataset_name": "docvqa", "dataset_split": split, "data": data})
        picture(root / split / "documents" / "xnbl0037_1.png")
        word = lambda text, x: {"boundingBox": [x, 20, x + 80, 20, x + 80, 40, x, 40], "text": text}  # noqa: E731
        line = {"boundingBox": [], "text": "", "words": [word("DATE:", 0), word("1/8/93", 100), word("Smith", 200)]}
        ocr = {"status": "Succeeded", "recognitionResults": [{"page": 1, "width": 400, "height": 200, "lines": [line]}]}
        write(root / split / "ocr_results" / "xnbl0037_1.json", ocr)
    test = {key: value for key, value in entry.items() if key != "answers"}
    write(root / "test" / "test_v1.0.json", {"data": [test]})
    return root


def docvqa_now(root: Path) -> Path:
    """As the archives are called today."""
    docvqa(root / "old")
    old = root / "old" / "train"
    write(root / "spdocvqa_qas" / "train_v1.0_withQT.json", (old / "train_v1.0.json").read_text().replace(
        '"docId"', '"question_types": ["form", "layout"], "docId"'))  # fmt: skip
    picture(root / "spdocvqa_images" / "xnbl0037_1.png")
    write(root / "spdocvqa_ocr" / "xnbl0037_1.json", (old / "ocr_results" / "xnbl0037_1.json").read_text())
    return root


def infographics(root: Path) -> Path:
    entry = {"questionId": 1, "question": "How many females?", "image_local_name": "37313.jpeg", "image_url": "https://x",
             "ocr_output_file": "37313.json", "answers": ["52%"], "data_split": "val"}  # fmt: skip
    write(root / "infographicsVQA_val_v1.0_withQT.json", {"dataset_name": "infographicVQA", "data": [entry]})
    picture(root / "infographicsvqa_images" / "37313.jpeg")
    box = {"Width": 0.1, "Height": 0.2, "Left": 0.5, "Top": 0.25}
    block = {"BlockType": "WORD", "Text": "52%", "Geometry": {"BoundingBox": box, "Polygon": []}}
    write(root / "infographicsvqa_ocr" / "37313.json", {"PAGE": [], "LINE": [], "WORD": [block]})
    return root


def textvqa(root: Path) -> Path:
    votes = ["nokia"] * 6 + ["nokia phone"] * 3 + ["toshiba"]
    entry = {"question": "what is the brand?", "image_id": "0054c91397f2fe05", "image_classes": [], "image_width": 200,
             "image_height": 100, "answers": votes[::-1], "question_id": 0, "set_name": "val"}  # fmt: skip
    write(root / "TextVQA_0.5.1_val.json", {"dataset_type": "val", "data": [entry]})
    picture(root / "train_images" / "0054c91397f2fe05.jpg")
    box = {"top_left_x": 0.25, "top_left_y": 0.5, "width": 0.25, "height": 0.1, "rotation": 0, "yaw": 0}
    info = [{"word": "nokia", "bounding_box": box}]
    ocr = {"data": [{"image_id": "0054c91397f2fe05", "ocr_tokens": ["nokia"], "ocr_info": info}]}
    write(root / "TextVQA_Rosetta_OCR_v0.2_val.json", ocr)
    return root


def stvqa(root: Path) -> Path:
    entry = {"set_name": "train", "dataset": "coco-text", "file_path": "coco-text/COCO_1.jpg",
             "file_name": "COCO_1.jpg", "question": "What does the sign say?", "answers": ["stop"],
             "question_id": 5}  # fmt: skip
    write(root / "train_task_3.json", {"task_name": "task3", "data": [entry]})
    write(root / "test_task_3.json", {"data": [{key: value for key, value in entry.items() if key != "answers"}]})
    picture(root / "coco-text" / "COCO_1.jpg")
    return root


def ocrvqa(root: Path) -> Path:
    book = {"imageURL": "http://x/51.jpg", "title": "A Book", "authorName": "Ann Lee", "genre": "Travel", "split": 1,
            "questions": ["Who wrote this book?", "Is this a travel book?"], "answers": ["Ann Lee", "Yes"]}  # fmt: skip
    write(root / "dataset.json", {"0001": book, "0002": {**book, "split": 3}})
    picture(root / "images" / "0001.jpg")
    picture(root / "images" / "0002.jpg")
    return root


def wtq(root: Path) -> Path:
    lines = ["id\tutterance\tcontext\ttargetValue", "nt-0\twhich years?\tcsv/204-csv/590.csv\t2001|2002",
             "nt-1\twhat is a\\pb?\tcsv/204-csv/590.csv\tx, y", "nt-2\tgone?\tcsv/204-csv/591.csv\t1"]  # fmt: skip
    write(root / "data" / "training.tsv", "\n".join(lines) + "\n")
    write(root / "csv" / "204-csv" / "590.csv", '"Year","Team"\n"2001","The \\"Reds\\""\n"2002","x, y"\n')
    return root


def tabfact(root: Path) -> Path:
    write(root / "data" / "all_csv" / "2-1.html.csv", "round#clubs\nfirst#156\nsecond#113\n")
    statements = {"2-1.html.csv": [["156 clubs be in the first round", "113 clubs be first"], [1, 0], "turkish cup"]}
    write(root / "collected_data" / "r1_training_all.json", statements)
    write(root / "data" / "train_id.json", ["2-1.html.csv"])
    return root


def questions(path: Path, **options: Any) -> list[Question]:
    return [question for page in open_questions(path, strict=True, **options) for question in page.questions]


def test_docvqa(tmp_path):
    pages = list(open_questions(docvqa(tmp_path), strict=True))
    assert [page.page.meta["split"] for page in pages] == ["train", "val"]
    assert [question.answers for question in pages[0].questions] == [("1/8/93",), ("Mr. Smith", "Smith")]
    assert [question.words for question in pages[0].questions] == [(1,), (2,)]
    page = pages[0].page.page
    assert (page.width, page.height) == (200, 100) and page.words[1].box == (50, 10, 90, 20)
    assert pages[0].page.meta["metric"] == "anls" and pages[0].page.meta["image"].is_file()
    assert len(questions(tmp_path, split="val")) == 2 and questions(tmp_path, split="test") == []


def test_docvqa_as_its_archives_are_called_today(tmp_path):
    found = questions(docvqa_now(tmp_path))
    assert [question.kind for question in found] == ["docvqa/form"] * 2 and found[0].words == (1,)


def test_infographicsvqa(tmp_path):
    (page,) = open_questions(infographics(tmp_path), strict=True)
    assert page.questions[0].answers == ("52%",) and page.questions[0].words == (0,)
    assert page.page.page.words[0].box == pytest.approx((100, 25, 120, 45)) and page.page.meta["split"] == "val"


def test_textvqa_keeps_every_vote(tmp_path):
    (page,) = open_questions(textvqa(tmp_path), strict=True)
    answers = page.questions[0].answers
    assert answers[0] == "nokia" and len(answers) == 10 and answers[-1] == "toshiba"
    assert page.page.meta["metric"] == "vqa" and page.page.page.words[0].box == (50, 50, 100, 60)


def test_stvqa_comes_with_the_picture_to_be_read(tmp_path):
    (page,) = open_questions(stvqa(tmp_path), strict=True)
    assert page.page.page.words is None and page.page.page.image.shape == (100, 200, 3)
    assert page.page.page.image.dtype == np.uint8 and page.questions[0].answers == ("stop",)


def test_ocrvqa_has_its_splits_in_one_file(tmp_path):
    assert len(questions(ocrvqa(tmp_path))) == 4
    (page,) = open_questions(tmp_path, "test", strict=True)
    assert page.page.meta["id"] == "0002" and [question.answers for question in page.questions] == [
        ("Ann Lee",), ("Yes",)]  # fmt: skip


def test_wikitablequestions_are_asked_on_a_page(tmp_path):
    skipped: list[DatasetError] = []
    (page,) = open_questions(wtq(tmp_path), skipped=skipped)
    assert [word.text for word in page.page.page.words] == ["Year", "Team", "2001", "The", '"Reds"', "2002", "x,", "y"]
    assert page.questions[0].items == ("2001", "2002") and page.questions[0].answers == ("2001, 2002",)
    assert page.questions[1].text == "what is a|b?" and page.questions[1].items == ("x, y",)
    assert len(skipped) == 1 and "591.csv" in str(skipped[0])


def test_tabfact_is_yes_or_no(tmp_path):
    (page,) = open_questions(tabfact(tmp_path), strict=True)
    assert [question.answers[0] for question in page.questions] == ["yes", "no"]
    assert [word.text for word in page.page.page.words][:3] == ["turkish", "cup", "round"]
    assert page.page.meta["metric"] == "exact" and list(open_questions(tmp_path, "val", strict=True)) == []


def test_tables_as_lines_of_json_hold_questions(tmp_path):
    table = {"id": "t", "header": ["a", "b"], "rows": [["1", "2"]]}
    lines = [
        {**table, "qa": [{"question": "b?", "answers": ["2"]}]},
        {**table, "statements": [{"text": "a be 1", "label": True}]},
        table,
    ]
    write(tmp_path / "t.jsonl", "".join(json.dumps(line) + "\n" for line in lines) + "{}\n")
    skipped: list[DatasetError] = []
    pages = list(open_questions(tmp_path / "t.jsonl", skipped=skipped))
    assert [page.page.meta["metric"] for page in pages] == ["denotation", "exact"] and len(skipped) == 1


def test_funsds_pairs_are_questions(tmp_path):
    block = lambda i, label, text, x, link: {  # noqa: E731
        "id": i, "label": label, "text": text, "box": [x, 0, x + 40, 10], "linking": link,
        "words": [{"text": text, "box": [x, 0, x + 40, 10]}],
    }  # fmt: skip
    form = [block(0, "question", "Name:", 0, [[0, 1]]), block(1, "answer", "Ann", 50, [[0, 1]]),
            block(2, "question", "Date:", 100, [[2, 3]]), block(3, "answer", "May", 150, [[2, 3]]),
            block(4, "question", "Date:", 200, [[4, 5]]), block(5, "answer", "June", 250, [[4, 5]])]  # fmt: skip
    write(tmp_path / "training_data" / "annotations" / "1.json", {"form": form})
    picture(tmp_path / "training_data" / "images" / "1.png", (400, 20))
    assert questions(tmp_path) == [Question("Name:", ("Ann",), (1,), "funsd", "en")]


@pytest.mark.parametrize(
    ("make", "file", "old", "new", "said"),
    [
        (docvqa, "train/train_v1.0.json", '"question"', '"Question"', "'question' is missing"),
        (docvqa, "train/train_v1.0.json", "{", "", "compare it with DocVQA's published layout"),
        (infographics, "infographicsVQA_val_v1.0_withQT.json", '"image_local_name"', '"image"', "image_local_name"),
        (textvqa, "TextVQA_0.5.1_val.json", '"image_id"', '"id"', "'image_id' is missing"),
        (stvqa, "train_task_3.json", '"data"', '"rows"', "'data' is missing"),
        (ocrvqa, "dataset.json", '"Ann Lee", "Yes"', '"Ann Lee"', "2 questions and 1 answers"),
        (wtq, "data/training.tsv", "\tcsv/204-csv/590.csv\t2001|2002", "", "between tabs"),
        (tabfact, "collected_data/r1_training_all.json", "[1, 0]", "[1]", "2 statements and 1 labels"),
    ],
)
def test_a_broken_file_of_questions_is_named(tmp_path, make, file, old, new, said):
    make(tmp_path)
    path = tmp_path / file
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(DatasetError, match=said) as raised:
        list(open_questions(tmp_path, strict=True))
    assert Path(file).name in str(raised.value)


@pytest.mark.parametrize(
    ("make", "file"),
    [(docvqa, "train/ocr_results/xnbl0037_1.json"), (infographics, "infographicsvqa_ocr/37313.json"),
     (textvqa, "train_images/0054c91397f2fe05.jpg"), (stvqa, "coco-text/COCO_1.jpg")],
)  # fmt: skip
def test_a_broken_page_is_passed_over_or_named(tmp_path, make, file):
    make(tmp_path)
    before = len(list(open_questions(tmp_path, strict=True)))
    (tmp_path / file).write_text("{}")
    skipped: list[DatasetError] = []
    assert len(list(open_questions(tmp_path, skipped=skipped))) == before - 1 and len(skipped) == 1
    with pytest.raises(DatasetError, match="picture"):
        list(open_questions(tmp_path, strict=True))


def test_a_picture_that_is_not_there_is_named(tmp_path):
    (stvqa(tmp_path) / "coco-text" / "COCO_1.jpg").unlink()
    with pytest.raises(DatasetError, match="unpack the set's pictures"):
        list(open_questions(tmp_path, strict=True))


def test_what_is_no_set_of_questions_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="no set of questions"):
        open_questions(tmp_path)


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data sets are not there")
@pytest.mark.parametrize(
    ("name", "least"), [("wikitablequestions/tables.jsonl", 300), ("tabfact/tables.jsonl", 300), ("funsd", 300)]
)
def test_the_shared_sets_are_read(name, least):
    count = 0
    for page in open_questions(DATA / name, strict=True):
        count += len(page.questions)
        if count > least:
            break
    assert count > least
