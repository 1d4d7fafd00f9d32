"""Questions as they stream, are misread, and are written and read again."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from docengine import Box, Page, Word
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.questions import (
    AskedPage,
    DocumentQuestions,
    Question,
    QuestionStream,
    SignQuestions,
    TableQuestions,
    picture_of,
)
from docengine.corpus.questions.rereading import follow, misread
from docengine.errors import DatasetError, UsageError

NUMBERS = range(8)


def digest(number: int) -> str:
    """Of a page of each part, as a worker process draws it."""
    pages = [QuestionStream.drawn(5, part, noise=0.5).page(number) for part in ("train", "val")]
    told = [(page.page.page.words, page.questions, page.page.meta["id"]) for page in pages]
    pixels = [page.page.page.image.tobytes() for page in pages if page.page.page.image is not None]
    return hashlib.sha256(repr((told, [hashlib.sha256(one).hexdigest() for one in pixels])).encode()).hexdigest()


def test_any_number_of_workers_asks_the_same():
    here = [digest(number) for number in NUMBERS]
    assert len(set(here)) == len(here)
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawned) as workers:
        assert list(workers.map(digest, NUMBERS, chunksize=3)) == here


def test_parts_have_no_page_in_common():
    documents = {part: DocumentQuestions(part) for part in ("train", "val")}
    ids = {part: {documents[part](random.Random(i)).page.meta["id"] for i in range(12)} for part in documents}
    seeds = {part: {int(name.split("-")[1]) % 2 for name in names} for part, names in ids.items()}
    assert seeds == {"train": {0}, "val": {1}}


def test_sources_come_as_often_as_their_shares_say():
    stream = QuestionStream.drawn(1, shares={"documents": 1.0, "tables": 3.0})
    kinds = Counter(stream.page(i).page.meta["kind"] == "table" for i in range(120))
    assert 0.62 < kinds[True] / 120 < 0.88


@pytest.mark.parametrize("shares", [{"songs": 1.0}, {"tables": -1.0}, {"tables": 0.0}])
def test_shares_that_make_no_sense_are_refused(shares):
    with pytest.raises(UsageError, match="must name sources"):
        QuestionStream.drawn(shares=shares)


def test_an_unknown_part_is_refused():
    with pytest.raises(UsageError, match="known: train, val"):
        QuestionStream({}, {}, 0, "dev")


def lines_of_tables(path: Path, count: int) -> Path:
    names = ["Ann", "Bob", "Cleo", "Dora"]
    tables = [
        {"id": f"t{i}", "header": ["Name", "Points"], "rows": [[name, str(7 * i + j)] for j, name in enumerate(names)]}
        for i in range(count)
    ]
    path.write_text("".join(json.dumps(table) + "\n" for table in tables))
    return path


def test_given_tables_train_or_validate(tmp_path: Path):
    file = lines_of_tables(tmp_path / "tables.jsonl", 60)
    parts = {part: TableQuestions.read([file], part) for part in ("train", "val")}
    ids = {part: {subject.table.id for subject in source.given} for part, source in parts.items()}
    assert len(ids["train"]) + len(ids["val"]) == 60 and not ids["train"] & ids["val"] and ids["val"]
    only = TableQuestions("train", parts["train"].given, share=1.0)
    assert {only(random.Random(i)).page.meta["id"] for i in range(5)} <= ids["train"]
    (tmp_path / "bad.jsonl").write_text("{}\n")
    with pytest.raises(DatasetError, match="'id' is missing"):
        TableQuestions.read([tmp_path / "bad.jsonl"])


def test_places_follow_words_that_are_split_joined_and_moved():
    old = [Box(0, 0, 40, 10), Box(50, 0, 90, 10)]
    new = [Word("AlphaBeta", Box(1, 1, 89, 11)), Word("Gam", Box(100, 0, 120, 10)), Word("low", Box(0, 40, 40, 50))]
    assert follow(old, new) == (0,)
    split = [Word("Al", Box(0, 0, 18, 10)), Word("pha", Box(20, 0, 41, 10)), Word("Beta", Box(51, 0, 91, 10))]
    assert follow(old[:1], split) == (0, 1) and follow(old, split) == (0, 1, 2) and follow([], split) == ()


def test_misread_pages_keep_their_answers():
    texts = ["Total", "amount", "due", "12.50", "EUR"]
    words = [Word(text, Box(60 * i, 0, 60 * i + 50, 12)) for i, text in enumerate(texts)]
    page = LabelledPage(Page(words=words, width=400, height=40), [None] * 5, frozenset(), meta={"id": "a"})
    asked = AskedPage(page, (Question("How much?", ("12.50",), (3,)), Question("When?", ())))
    for seed in range(30):
        read = misread(asked, random.Random(seed))
        assert [question.answers for question in read.questions] == [("12.50",), ()]
        for place in read.questions[0].words:
            assert abs(read.page.page.words[place].box.x0 - 180) < 40


def test_every_asked_page_has_a_picture(tmp_path: Path):
    table, sign = TableQuestions()(random.Random(1)), SignQuestions()(random.Random(1))
    drawn, shown = picture_of(table, 3, width=300), picture_of(sign)
    assert drawn.shape[1:] == (300, 3) and drawn.min() < 100
    assert np.array_equal(shown, sign.page.page.image)
    Image.fromarray(sign.page.page.image).save(tmp_path / "sign.png")
    page = LabelledPage(Page(words=[], width=9, height=9), [], frozenset(), meta={"image": tmp_path / "sign.png"})
    assert np.array_equal(picture_of(AskedPage(page, ())), shown)
    assert picture_of(AskedPage(page, ()), width=64).shape[1:] == (64, 3)
