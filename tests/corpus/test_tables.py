from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from docengine import Word
from docengine.corpus.dataset import read_dataset
from docengine.corpus.saving import open_folder
from docengine.corpus.table_layout import SMALLEST, TableLook, fit, lay_out_table, save_table
from docengine.corpus.tables import Table, read_tables, table_from
from docengine.errors import DatasetError

TEAMS = {"id": "t", "header": ["Year", "Team", "Won"], "rows": [["2001", "Red Sox of Boston", "12"], ["2002", "", "7"]]}
RAGGED = {"id": 1, "header": ["a", "b"], "rows": [["x", "y", "beyond the header"], ["z"], [], [None, 3.5]]}
UNICODE = {"id": "ü", "header": ["İl", "名前"], "rows": [["Łódź → Çeşme", "東京 都"], ["Ωmega ≤ ∞", "—"]]}
LONG = {"id": "long", "header": ["No", "Name"], "rows": [[str(i), f"name {i}"] for i in range(210)]}
WIDE = {"id": "wide", "header": [f"column{i}" for i in range(60)], "rows": [[f"v{i}" for i in range(60)]] * 2}
PROSE = {"id": "prose", "header": ["a", "b"], "rows": [["1", " ".join(f"word{i}" for i in range(2000))], ["2", "end"]]}
LONG_WORD = {"id": "url", "header": ["u", "v"], "rows": [["http://" + "x" * 400, "beside"]]}


def walk(table: Table, seed: int) -> list[list[tuple[int, Word]]]:
    """(column, word) of each page; fails where the words are not those of the header and of the rows, in order."""
    pages = lay_out_table(table, TableLook.draw(random.Random(seed)))
    rows = [(i, word) for row in table.rows for i, cell in enumerate(row) for word in cell.split()]
    header = [(i, word) for i, cell in enumerate(table.header) for word in cell.split()]
    found, place = [], 0
    for page in pages:
        words = page.page.words or []
        count = len(words) - len(header)
        expected = header + rows[place : place + count]
        if any(len(cell.split()) > 100 for row in table.rows for cell in row):
            expected = header + [(1 if word.startswith("word") or word == "end" else 0, word) for word in
                                 (word.text for word in words[len(header):])]  # fmt: skip
        assert [word.text for word in words] == [text for _, text in expected]
        found.append([(column, word) for (column, _), word in zip(expected, words, strict=True)])
        place += count
    assert place == len(rows)
    return found


@pytest.mark.parametrize("data", [TEAMS, RAGGED, UNICODE, LONG, WIDE, PROSE, LONG_WORD], ids=lambda data: data["id"])
def test_every_cell_stands_inside_its_column(data: dict[str, Any]):
    for seed in range(15):
        table = table_from(data)
        for page in walk(table, seed):
            edges: dict[int, tuple[float, float]] = {}
            for column, word in page:
                low, high = edges.get(column, (1e9, -1e9))
                edges[column] = min(low, word.box.x0), max(high, word.box.x1)
            ordered = [edges[column] for column in sorted(edges)]
            assert all(a[1] < b[0] for a, b in pairwise(ordered))


@pytest.mark.parametrize("data", [TEAMS, RAGGED, LONG, WIDE, PROSE, LONG_WORD], ids=lambda data: data["id"])
def test_all_words_stand_on_the_paper(data: dict[str, Any]):
    for seed in range(8):
        for page in lay_out_table(table_from(data), TableLook.draw(random.Random(seed))):
            width, height = page.page.width, page.page.height
            x0s, y0s, x1s, y1s = zip(*(word.box for word in page.page.words), strict=True)
            assert min(*x0s, *y0s) >= 0 and max(x1s) <= width and max(y1s) <= height


def test_rows_follow_each_other_down_the_page():
    (page,) = lay_out_table(table_from(TEAMS), TableLook())
    tops = {word.text: word.box.y0 for word in page.page.words}
    assert tops["Year"] < tops["2001"] == tops["12"] < tops["2002"] == tops["7"]


def test_a_long_table_goes_on_below_its_header():
    pages = lay_out_table(table_from(LONG), TableLook())
    assert len(pages) > 3
    assert all([word.text for word in page.page.words[:2]] == ["No", "Name"] for page in pages)


def test_wide_tables_get_small_type_then_wide_paper():
    assert fit(table_from(TEAMS), TableLook()).look.size == TableLook().size
    wide = fit(table_from(WIDE), TableLook()).look
    assert wide.size == SMALLEST and wide.paper[0] > TableLook().paper[1]
    turned = fit(table_from({**TEAMS, "header": ["a heading of many words"] * 14, "rows": []}), TableLook())
    assert turned.look.paper[0] <= TableLook().paper[1]


def test_long_cells_are_broken_into_lines_of_readable_type():
    fitted = fit(table_from(PROSE), TableLook())
    assert fitted.look.size > 8 and fitted.look.paper == TableLook().paper


def test_a_caption_stands_above_the_table():
    (page,) = lay_out_table(table_from({**TEAMS, "caption": "Cups won"}), TableLook())
    assert [word.text for word in page.page.words[:3]] == ["Cups", "won", "Year"]
    assert page.page.words[0].box.y1 <= page.page.words[2].box.y0


def test_what_is_written_is_a_data_set_with_the_same_ids(tmp_path: Path):
    open_folder(tmp_path, force=True)
    given = [
        TEAMS,
        {**RAGGED, "id": "../up/ü", "qa": [{"q": "?"}], "words": "mine"},
        {**LONG, "id": 7, "licence": "CC"},
    ]
    rows = [save_table((i, table_from(data)), tmp_path) for i, data in enumerate(given)]
    (tmp_path / "annotations.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert [row["id"] for row in rows] == ["t", "../up/ü", 7] and rows[2]["licence"] == "CC"
    read = list(read_dataset(tmp_path, strict=True))
    assert read[1].extra["qa"] == [{"q": "?"}] and len(read[2].pages) == 1 + len(rows[2]["extra_pages"]) > 3
    for row in read:
        assert not row.known and all(image is not None and image.parent.parent == tmp_path for image in row.images)
        assert all(image.is_file() for image in row.images)


def test_the_same_seed_gives_the_same_row(tmp_path: Path):
    table = table_from(TEAMS)
    rows = [save_table((3, table), tmp_path, images=False, seed=seed) for seed in (1, 1, 2)]
    assert rows[0] == rows[1] != rows[2] and rows[0]["image"] is None


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('{"id": 1, "header": []}', "'rows' is missing"),
        ('{"header": [], "rows": []}', "'id' is missing"),
        ('{"id": 1, "header": "a", "rows": []}', "`header` is no list"),
        ('{"id": 1, "header": ["a"], "rows": {"x": 1}}', "`rows` is no list"),
        ('{"id": 1, "header": ["a"], "rows": [["x"], "y"]}', "row 2 is no list"),
        ('{"id": 1, "header": ["a"], "rows": [[["x"]]]}', "row 1 has a cell"),
        ('{"id": 1.5, "header": ["a"], "rows": []}', "`id`"),
        ('{"id": 1, "header": [], "rows": [[""]]}', "no cell has text"),
        ("[1]", "a list is no table"),
        ('{"id": 1', "not JSON"),
    ],
)
def test_a_line_that_is_no_table_is_named(tmp_path: Path, line: str, wrong: str):
    path = tmp_path / "t.jsonl"
    path.write_text(json.dumps(TEAMS) + "\n\n" + line + "\n")
    first, second = read_tables(path)
    assert isinstance(first, Table) and isinstance(second, DatasetError)
    assert str(second).startswith(f"{path}, line 3: ") and wrong in str(second)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(DatasetError, match=r"none\.jsonl"):
        list(read_tables(tmp_path / "none.jsonl"))
