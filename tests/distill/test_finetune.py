"""A bundle taught on by a user's documents: very small and from random weights, but every step is the real one."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from bills import page, write_rows
from click.testing import CliRunner
from tokenizers import Tokenizer

from docengine import Engine, Page, Schema
from docengine.cli.main import main
from docengine.distill import finetune as module
from docengine.distill.bundle import Contents, write
from docengine.distill.dequantise import student_of
from docengine.distill.export import example_inputs, export_encoder, verify
from docengine.distill.finetune import FinetunePlan, Finetuning, finetune
from docengine.distill.forgetting import NEW, grown, kept_loss
from docengine.distill.quantise import quantise
from docengine.distill.student import INPUTS, Student, StudentConfig
from docengine.distill.tokenizer import train_tokenizer
from docengine.engine.bundle import MANIFEST, Bundle, read_bundle, sha256
from docengine.errors import BundleUnsupported, CheckpointError, UsageError
from docengine.schema import DEFAULT_SCHEMA, FieldSpec, FieldType

TINY = StudentConfig(vocab=320, width=32, layers=2, heads=2, feed_forward=32, piece_width=8, line_width=8)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> Bundle:
    folder = tmp_path_factory.mktemp("made")
    torch.manual_seed(0)
    texts = [" ".join(word.text.lower() for word in page(number)[0]) for number in range(50)]
    about = {"name": "tiny", "trained_languages": ["en"], "provenance": {"recipe": "none"}}
    student = Student(TINY).eval()
    with torch.no_grad():  # the exporter writes equal tensors once, and no trained ones are
        for parameter in student.parameters():
            parameter.add_(0.02 * torch.randn_like(parameter))
    contents = Contents(
        student,
        train_tokenizer(iter(texts), TINY.vocab),
        DEFAULT_SCHEMA,
        about,
        lambda engine: {"curves": {"*": {"x": [0.0, 1.0], "y": [0.0, 1.0]}}, "thresholds": {"invoice_date": 0.3}},
        lambda manifest: f"# {manifest['name']}\n",
    )
    return read_bundle(write(contents, folder / "bundle", folder))


@pytest.fixture
def quick(monkeypatch, tmp_path):
    """Few generated pages, a high rate, nothing kept in the user's home."""
    monkeypatch.setenv("DOCENGINE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(module, "WATCHED_GENERATED", 2)
    monkeypatch.setattr(module, "NAMES", 0)
    monkeypatch.setattr(module, "GENERATED", 0.05)
    plan = FinetunePlan(
        steps=60, words=300, learning_rate=1e-2, warmup=1, threads=1, evaluate_every=20, patience=0, decay=0.5
    )
    monkeypatch.setattr(FinetunePlan, "of", classmethod(lambda cls, asked: replace(plan, steps=asked.steps)))


def test_the_dequantised_student_is_the_graph(bundle):
    student = student_of(bundle)
    assert student.config == TINY and not student.training
    assert verify(student, bundle.file("encoder.onnx"), [example_inputs(50, 2)], "int8") < 5e-3
    assert student.bias.weights["order"].shape == (TINY.buckets, TINY.heads)


def test_quantised_again_it_is_the_same_graph(bundle, tmp_path):
    export_encoder(student_of(bundle), tmp_path / "exact.onnx")
    quantise(tmp_path / "exact.onnx", tmp_path / "small.onnx")
    assert (
        verify(student_of(Bundle(bundle.path, bundle.manifest)), tmp_path / "small.onnx", [example_inputs(20)], "int8")
        < 5e-3
    )


def altered(bundle: Bundle, folder: Path, **changed: object) -> Bundle:
    shutil.copytree(bundle.path, folder)
    manifest = {**bundle.manifest, **changed}
    (folder / MANIFEST).write_text(json.dumps(manifest))
    return read_bundle(folder)


def test_a_bundle_of_another_making_is_refused(bundle, tmp_path):
    with pytest.raises(BundleUnsupported, match="no student that can be trained on: its manifest has no config"):
        student_of(altered(bundle, tmp_path / "a", config=None))
    with pytest.raises(BundleUnsupported, match="other shapes"):
        student_of(altered(bundle, tmp_path / "b", config={**bundle.manifest["config"], "vocab": 400}))
    with pytest.raises(BundleUnsupported, match=r"no weights for layers\.2"):
        student_of(altered(bundle, tmp_path / "c", config={**bundle.manifest["config"], "layers": 3}))
    graph = tmp_path / "other.onnx"
    other = Student(TINY)
    other.initialise()
    with torch.no_grad():
        other.tag_head.weight *= 30
    export_encoder(other, tmp_path / "exact.onnx")
    quantise(tmp_path / "exact.onnx", graph)
    mixed = Bundle(tmp_path, {**bundle.manifest, "config": {**bundle.manifest["config"], "heads": 1, "width": 32}})
    graph.rename(tmp_path / "encoder.onnx")
    with pytest.raises(BundleUnsupported, match=r"bias\.weights"):
        student_of(mixed)


def test_old_tags_keep_their_weights_when_the_head_grows():
    student = Student(TINY)
    schema = Schema((*DEFAULT_SCHEMA, FieldSpec("incoterm", FieldType.TEXT)))
    larger = grown(student, DEFAULT_SCHEMA, schema)
    inputs = [torch.from_numpy(example_inputs(9)[name]) for name in INPUTS]
    with torch.no_grad():
        old, new = student.eval()(*inputs), larger.eval()(*inputs)
    assert new[0].shape[-1] == len(schema.tags) == old[0].shape[-1] + 2
    assert torch.equal(old[0], new[0][..., :-2]) and torch.equal(old[1], new[1])
    added = new[0][..., -2:].logsumexp(-1) - new[0][..., 0]
    assert torch.allclose(added.exp(), torch.tensor(NEW), atol=1e-5)
    assert grown(student, DEFAULT_SCHEMA, DEFAULT_SCHEMA) is student


def test_what_was_right_is_kept_and_nothing_else():
    before = torch.tensor([[[4.0, 0.0, 0.0], [0.0, 4.0, 0.0], [4.0, 0.0, 0.0]]])
    allowed = torch.zeros(1, 3, 4, dtype=torch.bool)
    allowed[0, 0, 0] = allowed[0, 1, 2] = allowed[0, 2, 0] = True  # the second word was tagged wrongly
    mask = torch.tensor([[1, 1, 0]])
    new = torch.cat([before, torch.full((1, 3, 1), -30.0)], dim=-1)  # a tag that was not there before
    assert kept_loss(new, before, allowed, mask) < 1e-6
    moved = new.clone()
    moved[0, 1] = moved[0, 2] = torch.tensor([0.0, 0.0, 9.0, 0.0])
    assert kept_loss(moved, before, allowed, mask) < 1e-6
    moved[0, 0, 3] = 4.0  # the new field counts as `O`
    assert kept_loss(moved, before, allowed, mask) < 0.02
    moved[0, 0] = torch.tensor([0.0, 4.0, 0.0, -30.0])
    assert kept_loss(moved, before, allowed, mask) == pytest.approx(4 * 0.947, abs=0.1)


def test_a_field_of_ones_own_is_learned_and_read(bundle, quick, tmp_path, capsys):
    data = write_rows(tmp_path / "data", range(20))
    outcome = finetune(Finetuning(data, tmp_path / "mine", str(bundle.path), steps=60))
    assert "incoterm: taken for type text by its 20 values" in capsys.readouterr().err
    assert (outcome.before.fields["incoterm"].f1, len(outcome.documents.held_back)) == (0, 3)
    assert outcome.after.fields["incoterm"].f1 == 1
    made = read_bundle(tmp_path / "mine")
    assert made.schema["incoterm"].type is FieldType.TEXT and made.name == "mine"
    assert made.manifest["finetuned"]["from"] == bundle.identity
    assert made.manifest["calibration"]["thresholds"] == {"invoice_date": 0.3}
    assert "incoterm (text)" in made.file("MODEL_CARD.md").read_text() and not (tmp_path / "mine.work").exists()
    words, fields = page(99)
    record = Engine.load(tmp_path / "mine", ocr="off").extract(Page(words, width=600, height=400))
    assert record.fields["incoterm"].value == fields["incoterm"]
    said = json.loads(
        CliRunner().invoke(main, ["evaluate", str(data), "--model", str(tmp_path / "mine"), "--json"]).stdout
    )
    assert said["fields"]["incoterm"]["support"] == 20
    with pytest.raises(UsageError, match="mine holds a bundle already"):
        Finetuning(data, tmp_path / "mine")


def test_killed_it_goes_on_and_other_documents_are_refused(bundle, quick, tmp_path, capsys, monkeypatch):
    data = write_rows(tmp_path / "data", range(6))
    asked = Finetuning(data, tmp_path / "mine", str(bundle.path), steps=6)
    with monkeypatch.context() as patch:
        patch.setattr(module, "write", lambda *given: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            finetune(asked)
    write_rows(tmp_path / "other", range(10, 16))
    with pytest.raises(CheckpointError, match=r"mine\.work holds a run on other documents"):
        finetune(replace(asked, dataset=tmp_path / "other"))
    outcome = finetune(asked)
    assert "resumed finetune at step 6" in capsys.readouterr().err and outcome.progress.step == 6
    assert {entry["sha256"] for entry in read_bundle(tmp_path / "mine").manifest["files"]} >= {
        sha256(tmp_path / "mine" / "encoder.onnx")
    }


def test_a_bundle_that_knows_more_fields_is_taught_on(bundle, quick, tmp_path):
    data = write_rows(tmp_path / "data", range(6))
    first = finetune(Finetuning(data, tmp_path / "one", str(bundle.path), steps=2))
    second = finetune(Finetuning(data, tmp_path / "two", str(first.bundle), steps=2))
    assert second.documents.schema.tags == first.documents.schema.tags
    assert read_bundle(second.bundle).manifest["finetuned"]["new_fields"] == {}
    Tokenizer.from_file(str(second.bundle / "tokenizer.json"))


@pytest.mark.parametrize("budget", [{"minutes": 0.0}, {"steps": 0}])
def test_a_budget_of_nothing_is_refused(budget, tmp_path):
    with pytest.raises(UsageError, match="must be more than 0"):
        Finetuning(tmp_path, tmp_path / "mine", **budget)
