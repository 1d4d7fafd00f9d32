"""Readers of public sets of questions on tables, each table rendered as a page.

WikiTableQuestions: data/X.tsv (`id utterance context targetValue`) and the tables csv/N-csv/M.csv that they name.
TabFact: data/all_csv/ID (cells between #), and collected_data/r{1,2}_training_all.json or
  tokenized_data/{train,val,test}_examples.json: {ID: [[statement, ...], [0 or 1, ...], caption]}; data/train_id.json,
  val_id.json and test_id.json say which table is in which split.
Both as lines of JSON too: {id, header, rows} with `qa` [{question, answers}] or `statements` [{text, label}].
"""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from docengine.corpus.questions.published import ALL, BROKEN, SPLITS
from docengine.corpus.questions.question import AskedPage, Question
from docengine.corpus.questions.table_statements import FALSE, TRUE
from docengine.corpus.table_layout import TableLook, lay_out_table
from docengine.corpus.tables import Table, read_tables, table_from
from docengine.errors import DatasetError

WTQ_SPLITS = {"training": "train", "pristine-seen-tables": "val", "pristine-unseen-tables": "test"}
WTQ_LICENCE, TABFACT_LICENCE = "CC BY-SA 4.0", "CC BY 4.0"
_ESCAPES = {"\\n": "\n", "\\p": "|", "\\\\": "\\"}


def read_wtq(folder: Path, split: str | None, strict: bool, skipped: list[DatasetError] | None) -> Iterator[AskedPage]:
    """WikiTableQuestions, table by table."""
    for stem, part in WTQ_SPLITS.items():
        file = folder / "data" / f"{stem}.tsv"
        if not file.is_file() or split not in (None, part):
            continue
        asked: dict[str, list[Question]] = {}
        try:
            for line in file.read_text(encoding="utf-8").splitlines()[1:]:
                _, text, context, target = line.split("\t")[:4]
                items = tuple(_plain(item) for item in target.split("|"))
                asked.setdefault(context, []).append(_listed(_plain(text), items))
        except BROKEN as error:
            raise DatasetError(
                f"{file}: {error}; wanted id, utterance, context and targetValue between tabs"
            ) from error
        yield from _pages(
            asked, lambda name: _wtq_table(folder, name), (part, WTQ_LICENCE, "denotation"), strict, skipped
        )


def read_tabfact(
    folder: Path, split: str | None, strict: bool, skipped: list[DatasetError] | None
) -> Iterator[AskedPage]:
    """TabFact, table by table: a statement is to be called right (`yes`) or wrong (`no`)."""
    home = folder / "data" if (folder / "data" / "all_csv").is_dir() else folder
    for part, names, asked, captions in _tabfact_parts(folder, home):
        if split not in (None, part):
            continue
        chosen = {name: asked[name] for name in names if name in asked}

        def table(name: str, captions: Mapping[str, str] = captions) -> Table:
            rows = [line.split("#") for line in (home / "all_csv" / name).read_text(encoding="utf-8").splitlines()]
            extra = {"id": name, "header": rows[0], "rows": rows[1:], "caption": captions[name]}
            return table_from(extra)

        yield from _pages(chosen, table, (part, TABFACT_LICENCE, "exact"), strict, skipped)


def _tabfact_parts(
    folder: Path, home: Path
) -> Iterator[tuple[str, Sequence[str], dict[str, list[Question]], dict[str, str]]]:
    """(split, tables, statements, captions) of each split, or of all where nothing says which table is where."""
    files = sorted(folder.glob("collected_data/r?_training_all.json"))
    files = files or sorted(folder.glob("tokenized_data/*_examples.json"))
    asked: dict[str, list[Question]] = {}
    captions: dict[str, str] = {}
    for file in files:
        try:
            for name, (statements, labels, caption) in json.loads(file.read_text(encoding="utf-8")).items():
                if len(statements) != len(labels):
                    raise ValueError(f"{name} has {len(statements)} statements and {len(labels)} labels")
                pairs = zip(statements, labels, strict=True)
                asked.setdefault(name, []).extend(_statement(text, label) for text, label in pairs)
                captions[name] = str(caption)
        except BROKEN as error:
            raise DatasetError(f"{file}: {error}; wanted {{table: [[statement], [0 or 1], caption]}}") from error
    lists = {part: home / f"{part}_id.json" for part in SPLITS}
    known = {part: json.loads(path.read_text(encoding="utf-8")) for part, path in lists.items() if path.is_file()}
    for part, names in (known or {ALL: list(asked)}).items():
        yield part, names, asked, captions


def read_table_lines(
    file: Path, split: str | None, strict: bool, skipped: list[DatasetError] | None
) -> Iterator[AskedPage]:
    """A file of tables, a line of JSON each, with the questions or statements that it holds."""
    for table in read_tables(file):
        if isinstance(table, DatasetError):
            _pass_over(table, strict, skipped)
            continue
        part = str(table.extra.get("split", ALL))
        if split not in (None, part):
            continue
        try:
            questions = [
                _listed(entry["question"], tuple(map(str, entry["answers"]))) for entry in table.extra.get("qa") or ()
            ]
            questions += [_statement(entry["text"], entry["label"]) for entry in table.extra.get("statements") or ()]
            metric = "denotation" if table.extra.get("qa") else "exact"
            if questions:
                yield _page(table, questions, (part, str(table.extra.get("licence", "")), metric))
        except BROKEN as error:
            _pass_over(DatasetError(f"{file}, table {table.id}: {error!r}"), strict, skipped)


About = tuple[str, str, str]
"""Split, licence, metric."""


def _pages(
    asked: Mapping[str, list[Question]], table_of: Any, about: About, strict: bool, skipped: list[DatasetError] | None
) -> Iterator[AskedPage]:
    for name, questions in asked.items():
        try:
            yield _page(table_of(name), questions, about)
        except BROKEN as error:
            _pass_over(DatasetError(f"table {name}: {error}"), strict, skipped)


def _page(table: Table, questions: Sequence[Question], about: About) -> AskedPage:
    """The table's first page; the rest of a long one is in `meta["more"]`."""
    pages = lay_out_table(table, TableLook.draw(random.Random(str(table.id))), 2.0)
    page = pages[0]
    page.meta |= {"kind": "table", "language": "en", "split": about[0], "licence": about[1], "metric": about[2]}
    page.meta["more"] = pages[1:]
    return AskedPage(page, tuple(questions))


def _pass_over(error: DatasetError, strict: bool, skipped: list[DatasetError] | None) -> None:
    if strict:
        raise error
    if skipped is not None:
        skipped.append(error)


def _listed(text: str, items: tuple[str, ...]) -> Question:
    return Question(text, (", ".join(items),), (), "wikitablequestions", items=items)


def _statement(text: str, label: Any) -> Question:
    return Question(str(text), TRUE if label else FALSE, (), "tabfact")


def _plain(text: str) -> str:
    return re.sub(r"\\[np\\]", lambda found: _ESCAPES[found.group()], text)


def _wtq_table(folder: Path, name: str) -> Table:
    with (folder / name).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines, doublequote=False, escapechar="\\"))
    data = {"id": name, "header": rows[0], "rows": rows[1:]}
    return table_from(data)
