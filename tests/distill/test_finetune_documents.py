"""What a user's documents are taken for before anything is learned from them, and what is wrong with them."""

from __future__ import annotations

import json

import pytest
from bills import page, write_rows
from PIL import Image

from docengine.distill import documents
from docengine.distill.documents import guess_type, own_schema, read_documents
from docengine.errors import DatasetError, UsageError
from docengine.schema import DEFAULT_SCHEMA, FieldType


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("order_day", ["2024-03-05", "05.04.2024"], FieldType.DATE),
        ("deposit", ["12.50", "1,200.00 EUR"], FieldType.AMOUNT),
        ("discount", ["3 %", "2.5%"], FieldType.PERCENT),
        ("customer", ["K-4711", "12345"], FieldType.NUMBER),
        ("account", ["DE89 3704 0044 0532 0130 00"], FieldType.IBAN),
        ("depot", ["12 Main Street", "4 High Road"], FieldType.TEXT),
        ("delivery_address", ["12 Main Street", "4 High Road"], FieldType.ADDRESS),
        ("clerk_name", ["Ann Lee"], FieldType.NAME),
        ("mixed", ["2024-03-05", "soon"], FieldType.TEXT),
    ],
)
def test_a_type_is_guessed_from_the_values(name, values, kind):
    assert guess_type(name, values) is kind


def test_fields_of_ones_own_follow_the_old_ones(tmp_path):
    def change(number, row):
        row["fields"] |= {"company": "Works Ltd", "clerk": None, "depot": ["A 1", "A 2"]}

    data = write_rows(tmp_path, range(5), change)
    schema, notes = own_schema(data, DEFAULT_SCHEMA, {"depot": "text"})
    assert schema.specs[: len(DEFAULT_SCHEMA.specs)] == DEFAULT_SCHEMA.specs
    assert {spec.name: spec.type for spec in schema.specs[len(DEFAULT_SCHEMA.specs) :]} == {
        "incoterm": FieldType.TEXT,
        "depot": FieldType.TEXT,
    }
    assert len(notes) == 1 and "--field incoterm=TYPE" in notes[0]


@pytest.mark.parametrize(
    ("types", "said"),
    [
        ({"incoterm": "word"}, "unknown type 'word'; known: number, date"),
        ({"iban": "text"}, "has this field already, of type iban"),
        ({"colour": "text"}, "no row of .* gives it a value; fields found: incoterm"),
    ],
)
def test_wrong_types_are_named(tmp_path, types, said):
    with pytest.raises(UsageError, match=said):
        own_schema(write_rows(tmp_path, range(5)), DEFAULT_SCHEMA, types)


def read(folder, **changed):
    return read_documents(folder, DEFAULT_SCHEMA, {}, **changed)


def texts(rows):
    return {tuple(word.text for word in row.words) for row in rows}


def test_one_in_ten_is_held_back_and_no_document_is_on_both_sides(tmp_path):
    def twice(number, row):
        if number < 4:
            words, row["fields"] = page(40)
            row["words"] = [{"text": text, "box": list(box)} for text, box in words]

    found = read(write_rows(tmp_path, range(40), twice))
    assert 4 <= len(found.held_back) <= 7 and len(found.learned) + len(found.held_back) == 40
    assert not texts(found.learned) & texts(found.held_back)
    assert [row.id for row in read(tmp_path, seed=1).held_back] != [row.id for row in found.held_back]
    assert [row.id for row in read(tmp_path).held_back] == [row.id for row in found.held_back]
    assert {label.field for each in found.pages for label in each.labels if label} == {
        "invoice_number",
        "invoice_date",
        "incoterm",
    }


def test_the_split_of_the_rows_is_kept(tmp_path):
    found = read(write_rows(tmp_path, range(8), lambda number, row: row.update(split="val" if number > 5 else "train")))
    assert [row.id for row in found.held_back] == ["d6", "d7"]
    with pytest.raises(DatasetError, match=r'of 8 documents 1 are to be learned from and 7 held back.* mend "split"'):
        read(write_rows(tmp_path, range(8), lambda number, row: row.update(split="val" if number else "train")))


def test_too_few_documents_are_refused(tmp_path):
    with pytest.raises(DatasetError, match="has 4 documents, at least 5 are needed"):
        read(write_rows(tmp_path, range(4)))
    (tmp_path / "annotations.jsonl").write_text("")
    with pytest.raises(DatasetError, match="has 0 documents"):
        read(tmp_path)
    with pytest.raises(DatasetError, match="no such file"):
        read(tmp_path / "images")


def test_values_that_stand_nowhere_are_refused(tmp_path):
    def nothing(number, row):
        row["fields"] = {"invoice_number": f"X-{number}999"}

    def elsewhere(number, row):
        row["fields"]["colour"] = "vermilion"

    with pytest.raises(DatasetError, match="none of its 4 labelled values stands among the words"):
        read(write_rows(tmp_path, range(6), nothing))
    with pytest.raises(DatasetError, match=r"colour: none of its 4 values .* as type text"):
        read(write_rows(tmp_path, range(6), elsewhere))


class Reader:
    """Knows each picture by its width."""

    name = "rapidocr"
    read_pictures = 0

    def __init__(self, name, threads):
        pass

    def read(self, image):
        Reader.read_pictures += 1
        return page(image.shape[1] - 600)[0]


def test_rows_without_words_are_read_by_ocr_once(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCENGINE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(documents, "open_ocr", Reader)

    def pictured(number, row):
        (tmp_path / "images").mkdir(exist_ok=True)
        Image.new("RGB", (600 + number, 400), "white").save(tmp_path / "images" / f"{number}.png")
        row["image"] = f"images/{number}.png" if number != 5 else "images/gone.png"
        if number > 2:
            del row["words"]

    found = read(write_rows(tmp_path, range(9), pictured))
    assert Reader.read_pictures == 5 and len(found.learned) + len(found.held_back) == 8
    assert any("1 documents could not be read, the first" in note and "gone.png" in note for note in found.notes)
    assert {each.meta.get("read_by") for each in [*found.pages, *found.watched]} == {None, "rapidocr"}
    read(tmp_path)
    assert Reader.read_pictures == 5
    (kept,) = (tmp_path / "home" / "readings").iterdir()
    assert len([json.loads(line) for line in kept.read_text().splitlines()]) == 5
    assert all(each.meta.get("read_by") for each in read(tmp_path, words="ocr").pages)
    assert Reader.read_pictures == 8
