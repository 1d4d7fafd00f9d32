from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from docengine.engine import bundle as bundles


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A $DOCENGINE_HOME with one bundle, `mine`, and nothing inside the package."""
    folder = tmp_path / "home" / "models" / "mine"
    folder.mkdir(parents=True)
    (folder / "encoder.onnx").write_bytes(b"graph")
    files = [{"path": "encoder.onnx", "size": 5, "sha256": hashlib.sha256(b"graph").hexdigest()}]
    manifest = {"format": bundles.FORMAT, "name": "m", "architecture": bundles.ARCHITECTURES[0], "files": files}
    manifest |= {"fields": [{"name": "iban", "type": "iban", "line_item": False}], "trained_languages": ["en", "de"]}
    (folder / "manifest.json").write_text(json.dumps({**manifest, "precision": "int8"}))
    monkeypatch.setenv("DOCENGINE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DOCENGINE_MODEL", raising=False)
    monkeypatch.setattr(bundles, "builtin", lambda: tmp_path / "nowhere")
    return folder


def test_models_lists_what_there_is(cli, home, monkeypatch):
    shown = cli("models")
    assert shown.exit_code == 0
    assert all(part in shown.stdout for part in ("mine", "int8", "en de", "iban"))
    [found] = [json.loads(line) for line in cli("models", "--json").stdout.splitlines()]
    assert found["identity"].startswith("m@") and found["size"] == 5 and found["default"] is False
    monkeypatch.setenv("DOCENGINE_MODEL", "mine")
    assert "(default)" in cli("models").stdout


def test_models_says_which_bundle_is_broken_and_lists_the_others(cli, home, monkeypatch):
    monkeypatch.setenv("DOCENGINE_MODEL", str(home.parent / "gone"))
    (home / "encoder.onnx").write_bytes(b"grave")
    result = cli("models")
    assert result.exit_code == 3 and result.stdout.count("broken") == 2 and "encoder.onnx" in result.stdout


def test_no_models_is_said(cli, home):
    (home / "manifest.json").unlink()
    result = cli("models")
    assert (result.exit_code, result.stdout) == (0, "") and "no model" in result.stderr


def test_doctor_names_what_is_missing(cli, home):
    result = cli("doctor", "--json")
    said = json.loads(result.stdout)
    found = {finding["name"]: finding for finding in said["findings"]}
    assert result.exit_code == 3 and said["ok"] is False
    assert found["onnxruntime"]["ok"] and found["pdf"]["ok"] and not found["bundle"]["ok"]
    assert "no model bundle" in found["bundle"]["detail"]
    named = cli("doctor", "--model", home, "--json")
    assert {f["name"]: f["ok"] for f in json.loads(named.stdout)["findings"]}["bundle"]
    lines = cli("doctor").stdout.splitlines()
    assert len(lines) == len(found) and any(line.startswith("FAIL bundle") for line in lines)


def test_train_names_the_mend_where_its_extra_is_missing(cli, tmp_path, monkeypatch):
    (tmp_path / "a.toml").write_text("")
    monkeypatch.setattr("docengine.cli.train.NEEDED", ("torch_of_another_world",))
    result = cli("train", tmp_path / "a.toml")
    assert result.exit_code == 3 and "pip install 'docengine[train]'" in result.stderr
    assert cli("train", tmp_path / "b.toml").exit_code == 2
