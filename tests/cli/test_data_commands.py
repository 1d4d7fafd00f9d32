from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import click
import numpy as np
import pytest
from PIL import Image

from docengine.cli.data import command as group
from docengine.corpus.align import align_row
from docengine.corpus.dataset import Row, read_dataset
from docengine.engine.opening import open_document


def rows_in(folder: Path) -> list[Row]:
    return list(read_dataset(folder, strict=True))


def raw_rows(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "annotations.jsonl").read_text().splitlines()]


@pytest.fixture
def drawn(cli, tmp_path: Path) -> Path:
    """Four invoices without pictures."""
    folder = tmp_path / "drawn"
    result = cli("data", "generate", "--count", 4, "--kind", "invoice", "--no-images", "--out", folder, "--seed", 5)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip() == str(folder)
    return folder


def test_what_is_drawn_is_a_data_set_that_evaluate_reads(cli, drawn):
    rows = rows_in(drawn)
    assert [row.id for row in rows] == [f"generated-{5 + i}" for i in range(4)]
    assert {row.doc_type for row in rows} == {"invoice"} and all(row.image is None for row in rows)
    assert all("seller_name" in row.known and row.words for row in rows)
    absent = [name for row in rows for name in row.known if not row.fields.get(name) and "_" in name]
    assert absent  # null in the file: known, and not there
    scores = json.loads(cli("evaluate", drawn, "--json").stdout)
    assert scores["documents"] == 4


def test_labels_beside_the_words_spell_the_values(drawn):
    for data, row in zip(raw_rows(drawn), rows_in(drawn), strict=True):
        sheets = [data, *data.get("extra_pages", [])]
        said = {word["label"] for sheet in sheets for word in sheet["words"] if "label" in word}
        assert {name for name, value in row.fields.items() if value} <= said
        assert max(int(label.split("/")[1]) for label in said if "/" in label) < len(row.line_items)


def test_values_are_found_again_among_the_words(drawn):
    found = [page for row in rows_in(drawn) for page in align_row(row)]
    assert sum("grand_total" in page.fields for page in found) >= 3


def test_the_same_seed_gives_the_same_bytes_with_any_number_of_workers(cli, tmp_path):
    for name, workers in (("one", 1), ("two", 2)):
        out = tmp_path / name
        result = cli("data", "generate", "--count", 3, "--out", out, "--workers", workers, "--kind", "receipt")
        assert result.exit_code == 0, result.stderr
    files = [
        sorted(path.relative_to(tmp_path / name) for path in (tmp_path / name).rglob("*.*")) for name in ("one", "two")
    ]
    assert files[0] == files[1] and len(files[0]) >= 4
    assert all((tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes() for file in files[0])


@pytest.mark.parametrize("flaws", [(), ("--degrade", 0.8)])
def test_pictures_show_the_words_where_their_boxes_are(cli, tmp_path, flaws):
    out = tmp_path / "set"
    assert cli("data", "generate", "--count", 3, "--lang", "de", "--out", out, *flaws).exit_code == 0
    for row in rows_in(out):
        picture = np.asarray(Image.open(row.image))
        assert picture.ndim == 2 and picture.shape == (row.pages[0].height, row.pages[0].width)
        shades = []
        for word in row.words:
            x0, y0, x1, y1 = (round(edge) for edge in word.box)
            inside = picture[max(y0, 0) : y1 + 1, max(x0, 0) : x1 + 1]
            if inside.size:
                shades.append(float(np.ptp(inside)))
        assert len(shades) > 0.9 * len(row.words)
        assert np.median(shades) > 60  # ink on paper


def test_pdfs_hold_the_words_as_text(cli, tmp_path):
    out = tmp_path / "set"
    order = ("--kind", "invoice", "--lang", "pl", "--no-images", "--pdf")
    assert cli("data", "generate", "--count", 2, "--out", out, *order).exit_code == 0
    for row in rows_in(out):
        read = list(open_document(out / row.extra["pdf"], ocr="off"))
        assert len(read) == len(row.pages)
        for page, true in zip(read, row.pages, strict=True):
            assert page.words_from == "text"
            text = "".join(word.text for word in page.words)
            seen = sum(word.text in text for word in true.words)
            assert seen > 0.95 * len(true.words)
            assert page.width / page.height == pytest.approx(true.width / true.height, rel=0.01)


def test_scans_in_pdfs_have_their_words_behind_the_picture(cli, tmp_path):
    out = tmp_path / "set"
    assert (
        cli("data", "generate", "--count", 1, "--kind", "quote", "--pdf", "--degrade", 0.5, "--out", out).exit_code == 0
    )
    row = rows_in(out)[0]
    page = next(iter(open_document(out / row.extra["pdf"], ocr="off")))
    assert {word.text for word in row.words if word.text.isalpha()} & {word.text for word in page.words}


def test_a_pdf_without_reportlab_says_what_to_install(cli, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "reportlab.pdfgen.canvas", None)
    result = cli("data", "generate", "--count", 1, "--no-images", "--pdf", "--out", tmp_path / "set")
    assert result.exit_code == 3 and "pip install 'docengine[data]'" in result.stderr


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (("--kind", "poem"), "unknown kind 'poem'; known: invoice"),
        (("--lang", "xx"), "unknown language 'xx'; known: cs, da, de"),
        (("--noise", 0.5), "--no-images"),
        (("--no-images", "--degrade", 0.5), "--no-images"),
        (("--count", 0), "--count"),
    ],
)
def test_wrong_orders_are_usage_errors_and_make_nothing(cli, tmp_path, wrong, says):
    result = cli("data", "generate", "--out", tmp_path / "set", *wrong)
    assert result.exit_code == 2 and says in result.stderr
    assert not (tmp_path / "set").exists()


def test_a_folder_with_something_in_it_is_left_alone_unless_forced(cli, drawn):
    before = (drawn / "annotations.jsonl").read_bytes()
    (drawn / "notes.txt").write_text("mine")
    refused = cli("data", "generate", "--count", 1, "--no-images", "--out", drawn)
    assert refused.exit_code == 2 and "--force" in refused.stderr
    assert (drawn / "annotations.jsonl").read_bytes() == before
    assert cli("data", "generate", "--count", 1, "--no-images", "--out", drawn, "--force").exit_code == 0
    assert len(rows_in(drawn)) == 1 and (drawn / "notes.txt").read_text() == "mine"


def test_noise_changes_words_but_no_values(cli, drawn, tmp_path):
    out = tmp_path / "noisy"
    order = ("--count", 4, "--kind", "invoice", "--seed", 5, "--no-images", "--noise", 1)
    assert cli("data", "generate", *order, "--out", out).exit_code == 0
    pairs = list(zip(rows_in(drawn), rows_in(out), strict=True))
    assert any([w.text for w in a.words] != [w.text for w in b.words] for a, b in pairs)
    assert all(b.fields[name] == a.fields[name] for a, b in pairs for name in b.fields if b.fields[name])


def test_redressed_pages_keep_their_split_and_licence_and_have_other_values(cli, drawn, tmp_path):
    rows = [{**row, "split": "train", "template": "t1", "licence": "X"} for row in raw_rows(drawn)]
    (drawn / "annotations.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    out = tmp_path / "more"
    assert cli("data", "redress", drawn, "--count", 9, "--out", out).exit_code == 0
    new = rows_in(out)
    assert len(new) == 9 == len({row.id for row in new})
    assert {(row.split, row.template, row.licence) for row in new} == {("train", "t1", "X")}
    old = {value for row in rows_in(drawn) for name, value in row.fields.items() if name == "invoice_number"}
    assert not old & {row.fields.get("invoice_number") for row in new}
    again = tmp_path / "again"
    assert cli("data", "redress", drawn, "--count", 9, "--out", again).exit_code == 0
    assert (again / "annotations.jsonl").read_bytes() == (out / "annotations.jsonl").read_bytes()


def test_redress_spares_its_data_set_and_needs_labels(cli, drawn, tmp_path):
    same = cli("data", "redress", drawn, "--out", drawn, "--force")
    assert same.exit_code == 2 and len(rows_in(drawn)) == 4
    bare = tmp_path / "bare"
    bare.mkdir()
    row = {"id": "a", "width": 9, "height": 9, "words": [{"text": "x", "box": [1, 1, 2, 2]}], "fields": {}}
    (bare / "annotations.jsonl").write_text(json.dumps(row) + "\n")
    empty = cli("data", "redress", bare, "--out", tmp_path / "more")
    assert empty.exit_code == 3 and "no row has values" in empty.stderr
    assert not (tmp_path / "more").exists()


def test_look_tints_labelled_words_and_explains_the_colours(cli, drawn, tmp_path):
    target = tmp_path / "sheet.png"
    result = cli("data", "look", drawn, "--out", target, "--count", 3, "--columns", 2, "--width", 200)
    assert result.exit_code == 0 and result.stdout.strip() == str(target)
    sheet = np.asarray(Image.open(target)).astype(int)
    assert sheet.shape[1] == 2 * 200 + 3 * 12
    colourful = sheet.max(2) - sheet.min(2) > 60
    assert colourful[:30].any() and colourful[60:].sum() > 200
    assert cli("data", "look", drawn, "--out", tmp_path / "sheet.xyz").exit_code == 2
    gone = cli("data", "look", drawn, "--split", "none", "--out", target)
    assert gone.exit_code == 3 and "no row to show" in gone.stderr


def test_look_finds_the_values_of_a_set_whose_words_say_nothing(cli, drawn, tmp_path, monkeypatch):
    rows = raw_rows(drawn)
    for row in rows:
        row["words"] = [{"text": word["text"], "box": word["box"]} for word in row["words"]]
    (drawn / "annotations.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    target = tmp_path / "sheet.png"
    assert cli("data", "look", drawn, "--out", target, "--width", 200).exit_code == 0
    tinted = np.asarray(Image.open(target)).astype(int)
    assert cli("data", "look", drawn, "--out", target, "--width", 200, "--no-labels").exit_code == 0
    plain = np.asarray(Image.open(target)).astype(int)
    colourful = [int((sheet.max(2) - sheet.min(2) > 60).sum()) for sheet in (tinted, plain)]
    assert colourful[0] > 500 and colourful[1] == 0
    monkeypatch.setitem(sys.modules, "docengine.corpus.align", None)
    lacking = cli("data", "look", drawn, "--out", target)
    assert lacking.exit_code == 3 and "pip install 'docengine[data]'" in lacking.stderr


def test_every_subcommand_has_examples_that_parse():
    for name, command in group.commands.items():
        context = click.Context(command, info_name=f"docengine data {name}", terminal_width=100)
        _, _, after = command.get_help(context).partition("Examples:\n")
        examples = [line.strip() for line in after.split("\n\n")[0].splitlines()]
        assert len(examples) >= 2
        for example in examples:
            words = shlex.split(example.split(f"docengine data {name} ", 1)[1])
            _, rest, _ = command.make_parser(context).parse_args(words)
            assert rest == []
        assert all(isinstance(option, click.Argument) or option.help for option in command.params)
