"""`docengine bench` with the bundled model, on tiny documents and for tenths of a second. No test is of speed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from test_with_model import text_pdf

from docengine.cli.bench_table import print_report
from docengine.cli.main import main


def bench(*arguments: object) -> Result:
    fast = ["--duration", "0.05", "--warmup", "1", "--tokens", "16", "--threads", "1"]
    return CliRunner().invoke(main, ["bench", *map(str, arguments), *fast])


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "text.pdf"
    path.write_bytes(text_pdf(pages=2))
    return path


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two rows without pictures."""
    folder = tmp_path_factory.mktemp("set")
    texts = ("Invoice", "Total", "12.50")
    words = [{"text": text, "box": [100 * n, 10, 100 * n + 90, 30]} for n, text in enumerate(texts)]
    row = {"width": 400, "height": 400, "words": words, "fields": {"grand_total": "12.50"}}
    rows = [json.dumps({"id": name, **row}) for name in ("one", "two")]
    (folder / "annotations.jsonl").write_text("\n".join(rows))
    return folder


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An earlier run on other documents, in which the model alone took no time."""
    row = {"contestant": "docengine onnxruntime cpu int8 1 thread 1 worker", "rounds": {"p50_ms": [1e-6] * 3}}
    sizes = {"pages": None, "tokens": 16, "batch": 1}
    earlier = {
        "schema": "docengine.bench/1",
        "machine": {"processor": "another", "cores": 1},
        "documents": {"digest": "another"},
        "model": "another",
        "ceilings": [],
        "measurements": [{**row, **sizes, "stage": stage} for stage in ("model alone", "model")],
    }
    path = tmp_path_factory.mktemp("old") / "old.json"
    path.write_text(json.dumps(earlier))
    return path


@pytest.fixture(scope="module")
def measured(pdf: Path, dataset: Path, old: Path) -> Result:
    """One and two workers, a document that is not there, a plot, scores, and an earlier run."""
    return bench(pdf, pdf.with_name("none.pdf"), "--workers", 1, "--workers", 2, "--json", "--accuracy", dataset,
                 "--plot", pdf.with_name("plot.svg"), "--compare", old)  # fmt: skip


def test_the_json_holds_every_measurement_with_how_it_was_made(measured):
    report = json.loads(measured.stdout)
    rows = report["measurements"]
    keys = {"p50_ms", "p95_ms", "p99_ms", "pages_per_second", "precision", "threads", "backend", "device", "workers"}
    assert all(keys | {"batch", "tokens", "stage", "contestant", "rounds"} <= set(row) for row in rows)
    assert all(row["p50_ms"] <= row["p95_ms"] <= row["p99_ms"] for row in rows)
    assert {row["stage"] for row in rows} == {"end to end", "open", "preprocess", "model", "decode", "model alone"}
    assert {row["precision"] for row in rows} == {"int8"} and {row["workers"] for row in rows} == {1, 2}
    whole = [row for row in rows if row["pages"] == "all"]
    assert len(whole) == 2 and all(len(row["rounds"]["pages_per_second"]) == report["rounds"] for row in whole)
    assert all(row["cold_start_s"] > 0 and row["cpu_seconds_per_page"] > 0 for row in whole)
    [alone] = [row for row in rows if row["stage"] == "model alone"]
    assert alone["tokens"] == 16 and alone["share_of_ceiling"] > 0


def test_machine_versions_documents_and_rates_are_said(measured):
    report = json.loads(measured.stdout)
    assert report["machine"]["cores"] >= 1 and {"python", "onnxruntime", "docengine"} <= set(report["versions"])
    assert (report["documents"]["count"], report["documents"]["pages"], report["documents"]["pages_by_ocr"]) == (
        1,
        2,
        0,
    )
    assert report["ceilings"][0]["threads"] == 1 and report["ceilings"][0]["fp32_gflops"] > 0


def test_f1_stands_beside_the_time(measured):
    report = json.loads(measured.stdout)
    scores = {row["f1"] for row in report["measurements"] if row["pages"] == "all"}
    assert len(scores) == 1 and 0 <= scores.pop() <= 1
    assert {score["words"] for score in report["accuracy"]["scores"].values()} == {"dataset"}


def test_a_document_that_cannot_be_read_is_named_and_the_exit_code_is_1(measured):
    assert measured.exit_code == 1 and "none.pdf" in measured.stderr and "Traceback" not in measured.stderr


def test_the_plot_shows_accuracy_scaling_and_stages(measured, pdf):
    drawn = pdf.with_name("plot.svg").read_text()
    for title in ("latency against accuracy", "scaling over workers", "stages of a page"):
        assert title in drawn


def test_what_got_slower_since_an_earlier_run_is_marked(measured):
    comparison = json.loads(measured.stdout)["comparison"]
    [change] = comparison["changes"]  # of other documents only the model alone
    assert (change["stage"], change["metric"], change["verdict"]) == ("model alone", "p50_ms", "slower")
    assert len(comparison["differences"]) >= 3


def test_for_people(measured, capsys):
    print_report(json.loads(measured.stdout))
    shown = capsys.readouterr().out
    for said in ("1 of 1 documents", "GFLOP/s", "end to end", "peak memory", "F1 ", "against the old run", "slower"):
        assert said in shown, said


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [(["--backend", "abacus"], 3, "abacus"), (["--device", "mars"], 3, "mars"), (["--precision", "int3"], 3, "int3"),
     (["--model", "none"], 3, "none"), (["--peer", "none"], 2, "rapidocr"), (["--duration", "0"], 2, "duration"),
     (["--accuracy", "EMPTY"], 3, "annotations.jsonl"), (["--compare", "EMPTY/old.json"], 2, "old.json"),
     (["--plot", "plot.doc"], 2, ".png"), (["--plot", "EMPTY/none/plot.png"], 2, "none")],
)  # fmt: skip
def test_bad_wishes_end_in_one_line_before_anything_is_measured(pdf, tmp_path, arguments, code, named):
    given = [argument.replace("EMPTY", str(tmp_path)) for argument in arguments]
    result = CliRunner().invoke(main, ["bench", str(pdf), *given])
    assert (result.exit_code, result.stdout) == (code, "")
    last = result.stderr.splitlines()[-1]
    assert last.lower().startswith("error: ") and named in last


@pytest.mark.parametrize("content", [None, b"no document"])
def test_nothing_to_read_is_one_line_and_exit_code_1(tmp_path, content):
    path = tmp_path / "page.pdf"
    if content:
        path.write_bytes(content)
    result = bench(path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error: no page to measure with: ") and result.stderr.count("\n") == 1


def test_without_a_path_examples_and_generated_pages_are_read(tmp_path, monkeypatch):
    from docengine.cli.bench_pages import find_documents

    monkeypatch.chdir(Path(__file__).parents[2])  # where docengine is installed, the clone is the working directory
    documents, lost = find_documents((), tmp_path)
    names = [Path(document).name for document in documents]
    assert lost == {} and all(Path(document).is_file() for document in documents)
    assert "invoice_en.png" in names and sum(name.startswith("generated-") for name in names) >= 10
    assert names[0].endswith(".pdf") and {Path(name).suffix for name in names} >= {".pdf", ".png"}
