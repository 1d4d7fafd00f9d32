from __future__ import annotations

import json
from pathlib import Path

import pytest

from docengine.corpus.scoring import Counts, Report
from docengine.distill import finetune as module
from docengine.distill.finetune import Outcome
from docengine.teacher.resuming import Progress


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "annotations.jsonl").write_text("")
    return folder


@pytest.fixture
def asked(monkeypatch):
    """What `finetune` was called with; nothing is trained."""
    seen = []

    def fake(asked):
        seen.append(asked)
        documents = module.Documents(None, [1] * 17, [1] * 3, [], [], [])
        before, after = Report(documents=3), Report(documents=3)
        before.fields |= {"iban": Counts(3, 0, 0), "incoterm": Counts(0, 0, 3)}
        after.fields |= {"iban": Counts(1, 2, 2), "incoterm": Counts(1, 0, 2)}
        after.columns["quantity"] = Counts(1, 0, 1)
        return Outcome(asked.output, documents, Progress(step=7, seconds=90), before, after)

    monkeypatch.setattr(module, "finetune", fake)
    return seen


def test_before_and_after_are_shown(cli, data, asked):
    result = cli("finetune", data, "--output", data / "new", "--field", "incoterm=text", "--minutes", "2")
    assert result.exit_code == 0
    rows = {line.split("  ")[0]: line.split()[-3:] for line in result.stdout.splitlines() if line}
    assert rows["iban"] == ["100.0", "33.3", "3"] and rows["incoterm"] == ["0.0", "50.0", "3"]
    assert rows["items: quantity"] == ["-", "66.7", "2"] and rows["all fields"] == ["66.7", "40.0", "6"]
    assert "3 documents held back; 17 were learned from, 7 steps, 1.5 minutes" in result.stdout
    assert "less well than the old one" in result.stderr
    assert (asked[0].fields, asked[0].minutes, asked[0].words) == ({"incoterm": "text"}, 2.0, "dataset")


def test_json_is_one_object(cli, data, asked):
    said = json.loads(cli("finetune", data, "--output", data / "new", "--json").stdout)
    assert said["after"]["fields"]["incoterm"]["f1"] == 0.5 and said["before"]["line_items"] == {
        "f1": None,
        "columns": {},
    }
    assert said["bundle"] == str(data / "new") and said["steps"] == 7


def test_bad_input_is_one_line(cli, data, tmp_path):
    refused = cli("finetune", data, "--output", tmp_path / "new", "--field", "incoterm")
    assert refused.exit_code == 2 and "is not NAME=TYPE" in refused.stderr
    assert cli("finetune", tmp_path / "gone", "--output", tmp_path / "new").exit_code == 2
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "manifest.json").write_text("{}")
    taken = cli("finetune", data, "--output", tmp_path / "old")
    assert taken.exit_code == 2 and "old holds a bundle already: name another folder" in taken.stderr
    unknown = cli("finetune", data, "--output", tmp_path / "new", "--bundle", "nobody")
    assert (
        unknown.exit_code == 3 and "no model bundle 'nobody'" in unknown.stderr and "\n" not in unknown.stderr.strip()
    )
