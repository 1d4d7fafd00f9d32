"""A recipe from its TOML to a verified bundle that extracts: very small, but every step is the real one."""

import json
import shutil

import numpy as np
import onnx
import pytest

from docengine import Engine
from docengine.corpus.generator import generate
from docengine.distill.export import OUTPUTS, export_encoder, quantise, verify
from docengine.distill.train import run
from docengine.distill.training import load_student
from docengine.engine.bundle import MANIFEST, read_bundle
from docengine.errors import VerificationFailed

RECIPE = """
name = "smallest"
languages = ["en"]
[data]
tokenizer_pages = 40
calibration = 6
longest = 80
[student]
vocab = 600
width = 32
layers = 1
heads = 2
feed_forward = 32
piece_width = 8
line_width = 8
[train]
steps = 12
warmup = 2
words = 400
threads = 1
evaluate_every = 6
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("runs")
    (root / "smallest.toml").write_text(RECIPE)
    assert run(root / "smallest.toml", root) == root / "smallest" / "bundle"
    return root / "smallest"


def test_the_bundle_is_sound_and_extracts(folder):
    bundle = read_bundle(folder / "bundle")
    assert {entry["path"] for entry in bundle.manifest["files"]} == {"encoder.onnx", "tokenizer.json", "MODEL_CARD.md"}
    assert set(bundle.manifest["differences"]) == {"fp32", "int8"}
    assert "*" in bundle.manifest["calibration"]["curves"]
    record = Engine.load(folder / "bundle", ocr="off").extract(generate(3)[0].page)
    assert record.model == bundle.identity
    json.dumps(record.to_dict(), allow_nan=False)


def test_the_graph_has_the_axes_of_the_contract(folder):
    graph = onnx.load(folder / "bundle" / "encoder.onnx").graph
    for value in graph.input:
        axes = [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]
        assert axes[:2] == ["batch", "tokens"]
        assert all(isinstance(axis, int) for axis in axes[2:])
    assert [value.name for value in graph.output] == list(OUTPUTS)
    assert "attention_mask" in {value.name for value in graph.input}


def test_the_curve_and_the_card_are_written(folder):
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert lines[-1]["step"] == 12
    assert lines[-1]["val_generated"] > 0
    card = (folder / "bundle" / "MODEL_CARD.md").read_text()
    assert "12 steps" in card
    assert str(lines[-1]["val_generated"]) in card


def test_run_again_it_goes_on_and_says_so(folder, capsys):
    before = json.loads((folder / "bundle" / MANIFEST).read_text())["files"]
    run(folder.parent / "smallest.toml", folder.parent)
    assert "resumed train at step 12" in capsys.readouterr().err
    after = json.loads((folder / "bundle" / MANIFEST).read_text())["files"]
    assert [f["sha256"] for f in before if f["path"] == "encoder.onnx"] == [
        f["sha256"] for f in after if f["path"] == "encoder.onnx"
    ]


def test_a_graph_of_other_weights_is_not_let_out(folder, tmp_path):
    student = load_student(folder / "student.safetensors")
    export_encoder(student, tmp_path / "exact.onnx")
    quantise(tmp_path / "exact.onnx", tmp_path / "small.onnx")
    pages = [{name: np.ones_like(a) for name, a in generate_inputs().items()}]
    verify(student, tmp_path / "exact.onnx", pages, "fp32")
    student.tag_head.weight.data = student.tag_head.weight.data.roll(5, 0) * 9
    with pytest.raises(VerificationFailed, match=r"exact\.onnx differs from the torch model by"):
        verify(student, tmp_path / "exact.onnx", pages, "fp32")
    with pytest.raises(VerificationFailed, match=r"small\.onnx differs"):
        verify(student, tmp_path / "small.onnx", pages, "int8")


def generate_inputs():
    from docengine.distill.export import example_inputs

    return example_inputs(20)


def test_a_tampered_bundle_is_refused(folder, tmp_path):
    copy = tmp_path / "bundle"
    shutil.copytree(folder / "bundle", copy)
    with (copy / "tokenizer.json").open("a") as file:
        file.write(" ")
    from docengine.errors import BundleCorrupt

    with pytest.raises(BundleCorrupt, match=r"tokenizer\.json"):
        Engine.load(copy, ocr="off")
