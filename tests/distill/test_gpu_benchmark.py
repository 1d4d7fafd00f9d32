"""`benchmarks/gpu.py` on the CPU at tiny sizes: what it measures, what it says of what is missing."""

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def gpu():
    sys.path.insert(0, str(BENCHMARKS))
    import gpu as module

    yield module
    sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="module")
def measure(gpu):
    from gpu_contestants import measure

    return lambda name, *sizes, seconds=60.0: list(measure(name, "cpu", sizes, seconds, 2))


def test_eager_rows_have_all_figures_and_a_share_of_the_roofline(gpu, measure):
    [ceilings], rows = measure("ceilings"), measure("student torch eager", "1x16", "2x8")
    named = [{"contestant": "ceilings", **ceilings}, *({"contestant": "student torch eager", **row} for row in rows)]
    report = gpu.report(named, "cpu")
    assert [row["size"] for row in report["measurements"]] == ["1x16", "2x8"]
    for row in report["measurements"]:
        assert 0 < row["p50_ms"] <= row["p95_ms"] <= row["p99_ms"] and row["host_p50_ms"] > 0
        assert row["pages_per_second"] > 0 and row["runs"] == 2 and row["flops"] > 0 and row["bytes"] > 0
        assert row["roofline"] >= 0 and row["joules_per_page"] is None and row["energy"]
    assert report["device"] == "cpu" and report["times_faster_1x512"] == {}


def test_what_is_missing_is_a_row_that_says_so(measure, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorrt", None)
    [row] = measure("student tensorrt bf16", "1x16")
    assert row == {"missing": "tensorrt is not installed: pip install 'docengine[tensorrt]'"}
    assert measure("student torch graphs", "1x16") == [{"missing": "graphs needs a GPU"}]
    assert measure("student torch eager", "1x16", seconds=-1.0) == [{"size": "1x16", "missing": "out of time"}]


def test_a_contestant_that_dies_keeps_its_rows(gpu):
    assert list(gpu.rows_in('warning\n{"size": "1x16"}\n{"size": "2x', "a")) == [{"contestant": "a", "size": "1x16"}]
    [row] = gpu.run("student tensorrt bf16", 30.0, "cpu", ("wrong",), 1)
    assert row["contestant"] == "student tensorrt bf16" and row["missing"]


def test_times_are_compared_with_the_fastest_tensorrt(gpu):
    times = {"student tensorrt bf16": 0.5, "student tensorrt int8": 0.4, "student torch graphs": 0.8}
    rows = [{"contestant": name, "size": "1x512", "p50_ms": ms} for name, ms in times.items()]
    assert gpu.report(rows, "cuda:0")["times_faster_1x512"] == {
        "student tensorrt bf16": 1.25,
        "student tensorrt int8": 1.0,
        "student torch graphs": 2.0,
    }
