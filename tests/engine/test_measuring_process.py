"""Contestants in their processes, on tiny documents: what is counted, not how fast."""

from __future__ import annotations

import json
import stat
import sys
import time

import pytest
from PIL import Image, ImageDraw

from docengine import Field, Page
from docengine.engine.measuring import contestants, rounds
from docengine.engine.measuring.contestants import Ours, Run, Setting, open_contestant
from docengine.engine.measuring.metering import Meter, cpu_seconds, peak_mib
from docengine.engine.measuring.peers import Pictures
from docengine.engine.measuring.process import Job, perform
from docengine.engine.measuring.report import rows_of
from docengine.engine.measuring.rounds import Measured, Plan, Round, checked, measure
from docengine.engine.measuring.statistics import END_TO_END
from docengine.errors import BackendFailed, NoPages


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("pictures") / "page.png"
    image = Image.new("RGB", (240, 200), "white")
    ImageDraw.Draw(image).text((10, 10), "TOTAL 12.50", fill="black", font_size=24)
    image.save(path)
    return str(path)


@pytest.fixture(scope="module")
def performed(picture: str) -> tuple[dict, list]:
    """A trial over a page and what is no document."""
    news: list = []
    job = Job(Setting(), (picture, __file__), 60.0, whole=False, warmup=0, shapes=((8, 2),))
    return perform(job, news.append), news


def test_the_trial_reads_each_document_once_and_says_what_fails(performed, picture):
    result, news = performed
    assert news == [{"first": True}] and result["read"] == 2
    assert list(result["failed"]) == [__file__] and "UnsupportedFormat" in result["failed"][__file__]
    [sample] = result["samples"]
    assert sample["ocr"] and sample["pages"] == 1 and sample["ms"] == pytest.approx(sum(sample["stages"].values()))
    assert json.dumps(result)


def test_cpu_time_is_charged_to_its_stage(performed):
    cpu = performed[0]["samples"][0]["cpu"]
    assert set(cpu) == {"open", "ocr", "preprocess", "model", "decode", END_TO_END}
    assert cpu["ocr"] > cpu["preprocess"] and sum(cpu.values()) == pytest.approx(2 * cpu[END_TO_END])


def test_the_model_alone_is_run_on_what_was_asked_for(performed):
    [run] = performed[0]["model_runs"]
    assert (run["tokens"], run["batch"]) == (8, 2) and len(run["ms"]) >= 5 and run["operations"]["int8"] > 0


def test_a_meter_leaves_the_records_as_they_are(picture):
    plain, metered = open_contestant(Setting()), open_contestant(Setting())
    assert isinstance(metered, Ours)
    meter = Meter(metered.engine)
    records = [next(one.read_many([picture])).to_dict() for one in (plain, metered)]
    for record in records:
        assert record["error"] is None and record.pop("timings_ms")["preprocess"] > 0
    assert records[0] == records[1] and meter.taken()[END_TO_END] > 0
    assert meter.taken()["decode"] >= 0


def test_time_and_memory_of_this_process():
    before = cpu_seconds()
    while cpu_seconds() - before < 0.01:
        sum(range(10_000))
    if not sys.platform.startswith("linux"):
        pytest.skip("memory is read from /proc")
    peak = peak_mib()
    assert peak is not None and 10 < peak < 100_000


class Finder(Pictures):
    """Finds the width of a page."""

    def read_page(self, page: Page) -> dict[str, Field]:
        return {"net_total": Field(str(page.image.shape[1]), "", 1.0, 0, None)}  # type: ignore[arg-type]


def test_a_peer_reads_pictures_of_pages_and_fails_with_a_record(picture):
    good, bad = Finder().read_many([picture, __file__])
    assert good.fields["net_total"].value == "240" and good.pages[0]["height"] == 200 and good.timings_ms["ocr"] >= 0
    assert bad.error is not None and bad.error["type"] == "UnsupportedFormat"


def test_rapidocr_as_it_comes_reads_a_page(picture):
    contestant = open_contestant(Setting("rapidocr"))
    seen = []
    read = contestant.read
    contestant.read = lambda image: seen.append(read(image))
    [record] = contestant.read_many([picture])
    assert record.error is None and record.fields == {} and not contestant.finds_fields
    assert "12.50" in " ".join(seen[0].txts)


def test_tesseract_with_patterns_finds_the_total(picture, tmp_path, monkeypatch):
    rows = [["level", "left", "top", "width", "height", "conf", "text"]]
    rows += [["5", str(100 * n), "10", "90", "20", "95", text] for n, text in enumerate(("TOTAL", "12.50"))]
    table = "\n".join("\t".join(row) for row in rows)
    program = tmp_path / "tesseract"
    program.write_text(f"#!{sys.executable}\nimport sys\nsys.stdin.buffer.read()\nprint({table!r})\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    [record] = open_contestant(Setting("tesseract")).read_many([picture])
    assert record.fields["grand_total"].value == "12.50"


def test_every_contestant_reads_the_same_in_rounds_of_whole_passes(monkeypatch):
    asked: list[dict] = []

    def ask(job: dict) -> tuple[float, dict]:
        asked.append(job)
        if "ceiling" in job:
            return 0.0, {"fp32_gflops": float(len(asked))}
        sample = {"pages": 1, "ocr": False, "ms": 1.0, "stages": {}}
        return 1.0, {"read": 3, "failed": {} if job["whole"] else {"b": "broken"}, "samples": [sample]}

    monkeypatch.setattr(rounds, "_ask", ask)
    settings = (Setting(threads=1), Setting(threads=1, workers=2))
    steps = []
    plan = Plan(settings, ("a", "b", "c", "d"), duration=9.0)
    measured = measure(plan, lambda: steps.append(1))
    assert measured.failed == {"b": "broken"}
    assert measured.sources == ("c", "d")  # for a, which warms the trial up and comes last in it, there was no time
    assert len(steps) == plan.steps == len(asked)
    jobs = [job for job in asked if job.get("whole")]
    assert [job["setting"]["workers"] for job in jobs] == [1, 2, 2, 1, 1, 2]
    assert {job["seconds"] for job in jobs} == {3.0} and all(job["sources"] == ("c", "d") for job in jobs)
    assert [len(job["shapes"]) for job in jobs] == [1, 0, 0, 1, 1, 0]
    assert measured.ceilings[1]["fp32_gflops"] == max(n + 1 for n, job in enumerate(asked) if "ceiling" in job)


class Sleeper:
    """A model alone, of somebody else."""

    about, precision = "rests", "fp32"

    def prepared(self, tokens: int, batch: int) -> Run:
        return Run(lambda: time.sleep(0.001), lambda: {"fp32": tokens * batch * 10**6, "int8": 0})


def test_a_model_of_others_stands_in_the_same_table(monkeypatch):
    monkeypatch.setitem(contestants.CONTESTANTS, "sleeper", lambda setting: Sleeper())
    news: list = []
    setting = Setting("sleeper")
    result = perform(Job(setting, ("none",), 0.01, shapes=((64, 1), (64, 2))), news.append)
    assert news and "samples" not in result
    measured = Measured(ceilings={1: {"fp32_gflops": 100.0, "int8_gops": 100.0}})
    for _ in range(3):
        measured.add(setting, Round(0.5, result))
    one, two = rows_of(setting, measured.rounds[setting], measured)
    assert (one["stage"], one["tokens"], one["batch"], two["batch"]) == ("model alone", 64, 1, 2)
    assert one["cold_start_s"] == 0.5 and one["p50_ms"] >= 1.0 and 0 < one["share_of_ceiling"] <= 0.64
    assert two["gflop"] == {"fp32": 0.128, "int8": 0.0} and two["pages_per_second"] == pytest.approx(
        2000 / two["p50_ms"], rel=0.01
    )


def test_a_contestant_that_reads_nothing_is_named():
    nothing = Round(1.0, {"samples": [], "failed": {"a": "OcrFailed: broken"}})
    with pytest.raises(NoPages, match=r"rapidocr .* reads none of the documents: OcrFailed: broken"):
        Measured().add(Setting("rapidocr"), nothing)


def test_a_process_that_dies_is_said_in_one_line(tmp_path, monkeypatch):
    dying = tmp_path / "python"
    dying.write_text("#!/bin/sh\nexit 7\n")
    dying.chmod(0o755)
    monkeypatch.setattr(rounds.sys, "executable", str(dying))
    with pytest.raises(BackendFailed, match="ended with code 7"):
        checked(Setting())


def test_a_setting_is_checked_in_a_process_of_its_own():
    assert checked(Setting(), [(4, 1)]).precision == "int8"
    with pytest.raises(BackendFailed):
        checked(Setting(), [(0, 1)])
