"""`docengine compile` up to the builder: what is asked for, where graphs come from, what is said."""

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from docengine.engine.backends.tensorrt import driver
from docengine.engine.backends.tensorrt.compiling import Outcome
from docengine.engine.backends.tensorrt.driver import Gpu
from docengine.engine.backends.tensorrt.profiles import DEFAULT, Bucket
from docengine.engine.bundle import find_bundle
from docengine.errors import BackendUnavailable, VerificationFailed

H200 = Gpu(0, "Fake H200", "9.0", 132, "13.0")
RTX = pytest.mark.skipif(find_spec("tensorrt_rtx") is None, reason="TensorRT-RTX is absent: docengine[trt-check]")
RECORD = {
    "size": 3 << 20,
    "built_seconds": 12.5,
    "key": {"precision": "fp16"},
    "layers": {"Half": 40, "Float": 9},
    "verified": {"cosine": 0.99987, "same_tags": 0.9971, "words": 4191},
    "p50_ms": {"1x128": 0.25, "16x512": 3.5},
    "cuda_graphs": True,
}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A $DOCENGINE_HOME in which the bundled model has a fp16 graph."""
    monkeypatch.setenv("DOCENGINE_HOME", str(tmp_path))
    monkeypatch.delenv("DOCENGINE_MODEL", raising=False)
    folder = tmp_path / "graphs" / find_bundle().identity
    folder.mkdir(parents=True)
    (folder / "encoder.trt.fp16.onnx").write_bytes(b"graph")
    return folder


@pytest.fixture
def compiled(monkeypatch, home):
    """What `compile_graph` is called with, in place of building; a GPU and a TensorRT are there."""
    calls = []

    def compile_graph(order, bench, *, force=False, progress=None):
        calls.append((order, bench, force))
        return Outcome(Path("/cache/x.plan"), RECORD, not calls[1:], "it is truncated")

    monkeypatch.setattr(driver, "gpus", lambda: [H200])
    monkeypatch.setattr("docengine.engine.backends.tensorrt.compiling.compile_graph", compile_graph)
    fake = type(sys)("tensorrt")
    fake.__version__ = "10.13.2"
    monkeypatch.setitem(sys.modules, "tensorrt", fake)
    return calls


def test_what_is_asked_for_reaches_the_builder(cli, compiled, home, tmp_path):
    asked = ("--precision", "fp16", "--profile", "16x512", "--profile", "1x128", "--level", "5", "--force")
    result = cli("compile", "default", *asked, "--timing-cache", tmp_path / "t")
    assert result.exit_code == 0, result.stderr
    [(order, bench, force)] = compiled
    assert order.graph == home / "encoder.trt.fp16.onnx" and order.precision == "fp16" and force
    assert order.buckets == (Bucket(128, 1), Bucket(512, 16)) and order.level == 5
    assert order.timing_cache == tmp_path / "t"
    assert bench.gpu is H200 and bench.reference.device == "cpu" and len(bench.pages) > 8
    assert all(page["pieces"].shape[1] <= 512 for page in bench.pages)
    assert "encoder.trt.fp16.onnx for Fake H200 with tensorrt 10.13.2, 2 profiles" in result.stderr
    cli("compile", "default", "--precision", "fp16")
    assert compiled[1][0].buckets == DEFAULT and not compiled[1][2]


def test_the_table_says_what_the_plan_is(cli, compiled):
    lines = cli("compile", "default", "--precision", "fp16").stdout
    for part in (
        "/cache/x.plan",
        "3.0 MiB, built in 12.5 s (it is truncated)",
        "40 Half, 9 Float",
        "0.99987",
        "99.71%",
    ):
        assert part in lines
    assert "as CUDA graphs" in lines and "1x128    0.250 ms" in lines and "16x512   3.500 ms" in lines
    assert "was there, sound" in cli("compile", "default", "--precision", "fp16").stdout


def test_a_plan_that_differs_ends_in_one_line(cli, compiled, monkeypatch):
    def differs(*_, **__):
        raise VerificationFailed("the plan differs from ONNX Runtime")

    monkeypatch.setattr("docengine.engine.backends.tensorrt.compiling.compile_graph", differs)
    result = cli("compile", "default", "--precision", "fp16")
    assert result.exit_code == 3 and result.stdout == "" and "the plan differs" in result.stderr


@pytest.mark.parametrize("wrong", ["512", "0x512", "ax5"])
def test_a_profile_that_is_none_is_wrong_usage(cli, compiled, wrong):
    result = cli("compile", "default", "--precision", "fp16", "--profile", wrong)
    assert result.exit_code == 2 and compiled == []


def test_no_gpu_is_said_before_anything_is_made(cli, home, monkeypatch):
    def none():
        raise BackendUnavailable("no NVIDIA driver here")

    monkeypatch.setattr(driver, "gpus", none)
    result = cli("compile", "default", "--precision", "int8")
    assert result.exit_code == 3 and "no NVIDIA driver here" in result.stderr
    assert [path.name for path in home.iterdir()] == ["encoder.trt.fp16.onnx"]


def test_a_missing_graph_is_made_from_the_bundle(cli, compiled, home, monkeypatch):
    def export_graph(student, preprocessor, precision, folder):
        made.append((student, precision, folder))
        return folder / "encoder.trt.onnx", 0.0

    made = []
    monkeypatch.setattr("docengine.distill.dequantise.student_of", lambda bundle: "student")
    monkeypatch.setattr("docengine.distill.export.export_graph", export_graph)
    result = cli("compile", "default", "--precision", "int8")
    assert result.exit_code == 0, result.stderr
    assert made == [("student", "qdq", home)] and "making the int8 graph" in result.stderr


def test_without_the_training_extra_the_export_is_named(cli, compiled, monkeypatch):
    monkeypatch.setattr("docengine.cli.compile.NEEDED", ("torch_of_another_world",))
    result = cli("compile", "default", "--precision", "int8")
    assert result.exit_code == 3 and "docengine export" in result.stderr and "--precision qdq" in result.stderr


def test_check_names_its_extra(cli, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorrt_rtx", None)
    result = cli("compile", "default", "--check")
    assert result.exit_code == 3 and "pip install 'docengine[trt-check]'" in result.stderr


@RTX
def test_check_names_what_is_refused(cli, tmp_path):
    (tmp_path / "encoder.trt.onnx").write_bytes((find_bundle().path / "encoder.onnx").read_bytes())
    result = cli("compile", tmp_path, "--check")
    assert result.exit_code == 3 and "refuses 1 of the graphs" in result.stderr
    assert result.stdout.startswith("refused  encoder.trt.onnx is refused by TensorRT at node /embeddings/")
    assert cli("compile", tmp_path / "none", "--check").exit_code == 3
    (tmp_path / "empty").mkdir()
    assert cli("compile", tmp_path / "empty", "--check").exit_code == 2


def test_doctor_has_a_line_for_each_backend_and_its_mend(cli, monkeypatch):
    def none():
        raise BackendUnavailable("no NVIDIA driver here")

    monkeypatch.setattr(driver, "gpus", none)
    monkeypatch.setitem(sys.modules, "tensorrt", None)
    monkeypatch.setitem(sys.modules, "tensorrt_rtx", None)
    result = cli("doctor")
    lines = {line.split()[1]: line for line in result.stdout.splitlines()}
    for name in ("tensorrt", "tensorrt-rtx"):
        assert lines[name].startswith("- ") and "no NVIDIA driver" in lines[name]
        assert f"pip install 'docengine[{name}]'" in lines[name]
    assert "pip install onnxruntime-gpu" in lines["onnxruntime-cuda"]


def test_doctor_says_what_could_run(cli, monkeypatch):
    fake = type(sys)("tensorrt")
    fake.__version__ = "11.4.0"
    monkeypatch.setitem(sys.modules, "tensorrt", fake)
    monkeypatch.setattr(driver, "gpus", lambda: [H200])
    monkeypatch.setattr("docengine.engine.backends.tensorrt.memory.installed", lambda: ["cuda-bindings"])
    lines = {line.split()[1]: line for line in cli("doctor").stdout.splitlines()}
    assert lines["tensorrt"].startswith("ok") and "11.4.0, cuda-bindings, on Fake H200 (9.0)" in lines["tensorrt"]
