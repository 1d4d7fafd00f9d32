import pytest

from docengine.errors import VerificationFailed


@pytest.fixture
def exported(monkeypatch, tmp_path):
    """What `export_graph` is called with, in place of tracing a model; all sources load."""
    calls = []

    def export_graph(student, preprocessor, precision, folder):
        calls.append((student, precision, folder))
        path = folder / f"{precision}.onnx"
        path.write_bytes(b"graph")
        return path, 0.001

    monkeypatch.setattr("docengine.distill.export.export_graph", export_graph)
    monkeypatch.setattr("docengine.distill.dequantise.student_of", lambda bundle: bundle.path.name)
    monkeypatch.setattr("docengine.distill.training.load_student", lambda path: path.name)
    return calls


def test_a_bundle_gives_all_graphs_and_prints_their_paths(cli, exported, tmp_path):
    result = cli("export", "default", "--out", tmp_path / "new" / "graphs")
    assert result.exit_code == 0, result.stderr
    names = ["fp32", "int8", "qdq"]
    assert result.stdout.splitlines() == [str(tmp_path / "new" / "graphs" / f"{name}.onnx") for name in names]
    assert exported == [("bundle", name, tmp_path / "new" / "graphs") for name in names]
    assert "qdq: 0.0 MiB, differs by 0.001 (at most 0.02)" in result.stderr


def test_a_run_and_its_checkpoint_are_the_same_source(cli, exported, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    (run / "student.safetensors").touch()
    assert "has no tokenizer.json beside it" in cli("export", run, "--out", tmp_path).stderr
    from docengine.engine.bundle import builtin

    (run / "tokenizer.json").write_text((builtin() / "tokenizer.json").read_text())
    for source in (run, run / "student.safetensors"):
        result = cli("export", source, "--out", tmp_path, "--precision", "qdq", "--precision", "qdq")
        assert result.exit_code == 0, result.stderr
    assert [call[:2] for call in exported] == [("student.safetensors", "qdq")] * 2


def test_graphs_of_a_bundle_go_where_compile_looks(cli, exported, tmp_path, monkeypatch):
    monkeypatch.setenv("DOCENGINE_HOME", str(tmp_path))
    from docengine.engine.backends.graphs import exported as beside
    from docengine.engine.bundle import builtin, read_bundle

    assert cli("export", "default", "--precision", "bf16").exit_code == 0
    assert exported[0][2] == beside(read_bundle(builtin())) and exported[0][2].is_relative_to(tmp_path / "graphs")
    (tmp_path / "student.safetensors").touch()
    result = cli("export", tmp_path)
    assert result.exit_code == 2 and "say with --out where its graphs go" in result.stderr


def test_what_cannot_be_exported_ends_in_one_line(cli, exported, tmp_path, monkeypatch):
    nothing = cli("export", tmp_path, "--out", tmp_path)
    assert nothing.exit_code == 3 and "no model bundle" in nothing.stderr

    def differs(*_):
        raise VerificationFailed("encoder.trt.onnx differs from the torch model by 0.3; qdq allows 0.02")

    monkeypatch.setattr("docengine.distill.export.export_graph", differs)
    result = cli("export", "default", "--out", tmp_path)
    assert result.exit_code == 3 and result.stdout == "" and "differs from the torch model by 0.3" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_export_names_the_mend_where_its_extra_is_missing(cli, tmp_path, monkeypatch):
    monkeypatch.setattr("docengine.cli.export.NEEDED", ("torch_of_another_world",))
    result = cli("export", "default", "--out", tmp_path)
    assert result.exit_code == 3 and "pip install 'docengine[train]'" in result.stderr
