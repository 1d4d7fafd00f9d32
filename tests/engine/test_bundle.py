import json

import pytest

from docengine.engine.bundle import ARCHITECTURES, FORMAT, find_bundle, list_bundles, read_bundle, sha256
from docengine.errors import BundleCorrupt, BundleNotFound, BundleUnsupported


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A sound bundle called `mine` in a fresh $DOCENGINE_HOME."""
    monkeypatch.setenv("DOCENGINE_HOME", str(tmp_path))
    monkeypatch.delenv("DOCENGINE_MODEL", raising=False)
    folder = tmp_path / "models" / "mine"
    folder.mkdir(parents=True)
    (folder / "encoder.onnx").write_bytes(b"graph")
    write(folder)
    return folder


def write(folder, **changes):
    graph = folder / "encoder.onnx"
    manifest = {
        "format": FORMAT,
        "architecture": ARCHITECTURES[0],
        "name": "m",
        "fields": [{"name": "iban", "type": "iban", "line_item": False}],
        "files": [{"path": "encoder.onnx", "size": graph.stat().st_size, "sha256": sha256(graph)}],
    }
    (folder / "manifest.json").write_text(json.dumps({**manifest, **changes}))


def test_a_bundle_is_found_by_name_folder_and_environment(folder, monkeypatch):
    assert find_bundle("mine").path == folder
    assert find_bundle(folder).schema.tags == ("O", "B-iban", "I-iban")
    monkeypatch.setenv("DOCENGINE_MODEL", "mine")
    assert find_bundle().path == folder
    assert "mine" in dict(list_bundles())


def test_an_unknown_name_lists_the_known_ones(folder):
    with pytest.raises(BundleNotFound, match=r"'other'.*mine"):
        find_bundle("other")


def test_a_changed_file_is_refused_by_name(folder):
    (folder / "encoder.onnx").write_bytes(b"grapH")
    with pytest.raises(BundleCorrupt, match=r"encoder\.onnx does not match"):
        read_bundle(folder)


def test_a_missing_file_is_refused_by_name(folder):
    (folder / "encoder.onnx").unlink()
    with pytest.raises(BundleCorrupt, match=r"encoder\.onnx is missing"):
        read_bundle(folder)


@pytest.mark.parametrize("path", ["../manifest.json", "/etc/hostname"])
def test_a_file_outside_the_folder_is_refused(folder, path):
    write(folder, files=[{"path": path, "size": 1, "sha256": ""}])
    with pytest.raises(BundleCorrupt, match="outside the bundle"):
        read_bundle(folder)


@pytest.mark.parametrize("change", [{"format": "docengine.bundle/9"}, {"architecture": "other"}])
def test_what_is_not_known_is_refused(folder, change):
    write(folder, **change)
    with pytest.raises(BundleUnsupported, match="this release"):
        read_bundle(folder)


def test_a_broken_manifest_is_refused(folder):
    (folder / "manifest.json").write_text("{")
    with pytest.raises(BundleCorrupt, match="cannot read"):
        read_bundle(folder)


def test_a_file_that_the_bundle_lacks_is_named(folder):
    with pytest.raises(BundleUnsupported, match=r"has no decoder\.onnx"):
        read_bundle(folder).file("decoder.onnx")


def test_the_identity_changes_with_the_files(folder):
    before = read_bundle(folder).identity
    (folder / "encoder.onnx").write_bytes(b"other graph")
    write(folder)
    assert read_bundle(folder).identity != before
