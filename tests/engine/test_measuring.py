from __future__ import annotations

import json

import numpy as np
import pytest

from docengine import Box, Word
from docengine.engine.bundle import find_bundle
from docengine.engine.measuring.ceiling import count_operations, measure_ceiling, share_of
from docengine.engine.measuring.comparing import compare, differences, read_report
from docengine.engine.measuring.contestants import PEERS, Setting, model_inputs, open_contestant
from docengine.engine.measuring.peers import fields_of, lines_of
from docengine.engine.measuring.process import Job, _enough
from docengine.engine.measuring.statistics import END_TO_END, Sample, noise_of, percentiles, summary
from docengine.errors import BackendUnavailable, UsageError


def sample(ms: float, pages: int = 1, ocr: bool = False, **cpu: float) -> Sample:
    return Sample(pages, ocr, ms, {"model": ms / 2}, cpu)


def test_percentiles_count_each_page_of_a_document():
    assert percentiles([float(n) for n in range(1, 102)]) == {"p50_ms": 51.0, "p95_ms": 96.0, "p99_ms": 100.0}
    assert percentiles([10.0, 20.0], [3, 1])["p50_ms"] == 10.0


def test_a_summary_is_per_page_over_all_rounds():
    rounds = [[sample(40.0, pages=2), sample(10.0)], [sample(30.0), sample(20.0)]]
    figures = summary(rounds, END_TO_END, workers=2)
    assert figures["pages_measured"] == 5 and figures["p50_ms"] == 20.0
    assert figures["pages_per_second"] == pytest.approx(2 * 1000 / 20)
    assert figures["rounds"]["p50_ms"] == [20.0, 25.0] and figures["cpu_seconds_per_page"] is None
    assert summary(rounds, "model")["p50_ms"] == 10.0


def test_cpu_time_is_given_where_every_document_has_it():
    rounds = [[sample(1.0, pages=3, model=0.3), sample(1.0, model=0.1)]]
    assert summary(rounds, "model")["cpu_seconds_per_page"] == 0.1


def test_noise_is_the_range_of_the_rounds():
    assert noise_of([10.0, 11.0, 12.0]) == pytest.approx(2 / 11, abs=1e-4)
    assert noise_of([5.0]) == 0.0


def run_of(digest: str = "d", gflops: float = 100.0, stage: str = END_TO_END, **rounds: list[float]) -> dict:
    row = {"contestant": "a", "stage": stage, "pages": "all", "tokens": None, "batch": 1, "rounds": rounds}
    return {
        "schema": "docengine.bench/1",
        "machine": {"processor": "x", "cores": 2},
        "documents": {"digest": digest},
        "model": "m",
        "ceilings": [{"threads": 1, "fp32_gflops": gflops}],
        "measurements": [row],
    }


@pytest.mark.parametrize(
    ("metric", "old", "new", "verdict", "slowdown"),
    [
        ("p50_ms", [100, 100, 100], [130, 130, 130], "slower", 0.3),
        ("p50_ms", [100, 110, 90], [130, 120, 140], "same", 0.3),  # the rounds themselves differ by 20% and 15%
        ("p50_ms", [100, 101, 100], [50, 50, 50], "faster", -0.5),
        ("p50_ms", [100, 100, 100], [101, 101, 101], "same", 0.01),
        ("pages_per_second", [10, 10, 10], [5, 5, 5], "slower", 1.0),
        ("pages_per_second", [10, 10, 10], [20, 20, 20], "faster", -0.5),
    ],
)
def test_a_change_is_one_only_beyond_the_noise_of_both_runs(metric, old, new, verdict, slowdown):
    [change] = compare(run_of(**{metric: old}), run_of(**{metric: new}))
    assert (change.verdict, change.slowdown) == (verdict, pytest.approx(slowdown))


def test_of_other_documents_only_the_model_alone_is_compared():
    old, new = run_of("d", p50_ms=[1.0]), run_of("e", p50_ms=[9.0])
    assert compare(old, new) == [] and any("other documents" in line for line in differences(old, new))
    alone = [run_of(digest, stage="model alone", p50_ms=[1.0]) for digest in "de"]
    assert len(compare(*alone)) == 1


def test_another_machine_or_a_slower_one_is_said():
    old, new = run_of(p50_ms=[1.0]), run_of(gflops=50.0, p50_ms=[1.0])
    assert list(differences(old, old)) == []
    new["machine"]["processor"] = "y"
    assert [line.split(":")[0].split(" at ")[0] for line in differences(old, new)] == [
        "another machine",
        "the machine itself computes",
    ]


@pytest.mark.parametrize(
    "content", ["", "[]", '{"schema": "docengine.extraction/1"}', '{"schema": "docengine.bench/1"}']
)
def test_what_is_no_earlier_run_is_refused_in_one_line(tmp_path, content):
    (tmp_path / "old.json").write_text(content)
    with pytest.raises(UsageError) as refusal:
        read_report(str(tmp_path / "old.json"))
    assert "old.json" in str(refusal.value) and "\n" not in str(refusal.value)
    with pytest.raises(UsageError, match="cannot be read"):
        read_report(str(tmp_path / "none.json"))


def test_an_earlier_run_is_read(tmp_path):
    (tmp_path / "old.json").write_text(json.dumps(run_of(p50_ms=[1.0])))
    assert read_report(str(tmp_path / "old.json"))["model"] == "m"


def test_the_share_of_the_ceiling_weighs_each_kind_of_product():
    ceiling = {"fp32_gflops": 100.0, "int8_gops": 400.0}
    assert share_of({"fp32": 10**9, "int8": 4 * 10**9}, ceiling, ms=40.0) == 0.5  # 10 ms of each


def test_the_rates_of_this_machine_are_measured():
    rates = measure_ceiling(1, seconds=0.0)
    assert set(rates) == {"fp32_gflops", "int8_gops", "copy_gb_s"} and min(rates.values()) > 0


def test_operations_of_the_bundled_model_grow_with_its_input():
    engine = open_contestant(Setting()).engine
    graph = find_bundle().file("encoder.onnx")
    short, long = (count_operations(graph, model_inputs(engine.preprocessor, n, 1)) for n in (32, 64))
    config = engine.bundle.manifest["config"]
    layer = 2 * 32 * config["width"] * (4 * config["width"] + 2 * config["feed_forward"])
    assert short["int8"] > config["layers"] * layer  # projections and feed-forward of every layer, and the heads
    assert long["int8"] == pytest.approx(2 * short["int8"], rel=0.1) and long["fp32"] > 2 * short["fp32"]


def test_inputs_of_the_model_alone_have_the_size_asked_for():
    inputs = model_inputs(open_contestant(Setting()).engine.preprocessor, 40, 3)
    assert inputs["boxes"].shape == (3, 40, 4) and inputs["attention_mask"].all()
    assert np.array_equal(inputs["pieces"][0], inputs["pieces"][2])


@pytest.mark.parametrize(
    ("read", "seconds", "whole", "enough"),
    [(3, 0.1, True, False), (4, 0.1, True, False), (4, 0.9, True, True), (6, 9.0, True, False), (8, 2.0, True, True),
     (3, 0.1, False, False), (3, 1.1, False, False), (4, 0.1, False, True)],
)  # fmt: skip
def test_a_round_ends_with_a_whole_pass_and_the_trial_with_one(read, seconds, whole, enough):
    assert _enough(read, seconds, Job(Setting(), ("a", "b", "c", "d"), 1.0, whole=whole)) is enough


def test_a_trial_over_many_documents_ends_with_the_time():
    job = Job(Setting(), tuple("abcdefgh"), 1.0, whole=False)
    assert [_enough(read, 1.1, job) for read in (3, 4, 5)] == [False, True, True] and not _enough(7, 0.9, job)


def test_several_workers_read_some_documents_each():
    job = Job(Setting(workers=2), ("a", "b", "c", "d"), 1.0)
    assert [_enough(read, 9.0, job) for read in (4, 7, 8)] == [False, False, True]


def test_contestants_are_known_by_name_and_run_as_asked_or_not_at_all():
    assert Setting(precision="int8", threads=2).name == "docengine onnxruntime cpu int8 2 threads 1 worker"
    assert Setting(precision="int8").opened_as == "onnxruntime" and Setting(precision="fp32").opened_as.endswith(
        ":fp32"
    )
    with pytest.raises(UsageError, match="rapidocr"):
        open_contestant(Setting("none"))
    with pytest.raises(BackendUnavailable):
        open_contestant(Setting(backend="abacus"))
    assert "rapidocr" in PEERS and "docengine" not in PEERS


def words(*lines: str) -> list[Word]:
    placed = []
    for row, line in enumerate(lines):
        for column, text in enumerate(line.split()):
            placed.append(Word(text, Box(100 * column, 30 * row, 100 * column + 80, 30 * row + 20)))
    return placed


def test_patterns_find_the_date_and_the_last_total():
    receipt = words("ACME", "Date: 05/03/2024 12:31", "Subtotal 10.00", "TOTAL 12.50", "Cash 20.00", "Change 7.50")
    found = fields_of(lines_of(receipt))
    assert {name: field.value for name, field in found.items()} == {
        "invoice_date": "2024-03-05",
        "grand_total": "12.50",
    }
    assert found["grand_total"].box == Box(0, 90, 180, 110)
    assert fields_of(lines_of(words("no figure here"))) == {}
