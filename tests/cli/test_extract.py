from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import HERE

from docengine import errors


def records(output: str | bytes) -> list[dict]:
    return [json.loads(line) for line in output.splitlines()]


def test_one_record_a_document_and_an_exit_code_that_says_whether_all_were_read(cli, folder):
    result = cli("extract", folder)
    found = records(result.stdout)
    assert [record["source"] for record in found] == [f"{folder}/a.pdf", f"{folder}/b/c.png", f"{folder}/d.jpg"]
    assert [record["error"] and record["error"]["type"] for record in found] == [None, "CorruptFile", None]
    assert found[0]["fields"]["grand_total"]["value"] == "12.50"
    assert result.exit_code == 1
    assert "CorruptFile" in result.stderr and "1 of 3" in result.stderr
    (folder / "b" / "c.png").unlink()
    clean = cli("extract", folder)
    assert clean.exit_code == 0 and clean.stderr == ""


def test_sources_are_named_as_given(cli, folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    result = cli("extract", "scans/", "./scans/a.pdf", "gone.pdf", "scans/b")
    named = [record["source"] for record in records(result.stdout)]
    assert named == ["scans/a.pdf", "scans/b/c.png", "scans/d.jpg", "./scans/a.pdf", "gone.pdf"]


def test_stdin_is_one_document(cli):
    [record] = records(cli("extract", "-", input="grand_total=3.00").stdout)
    assert record["source"] == "-" and record["fields"]["grand_total"]["value"] == "3.00"


def test_a_json_array_and_its_suffix(cli, folder, tmp_path):
    array = json.loads(cli("extract", folder, "--format", "json").stdout)
    assert [record["error"] is None for record in array] == [True, False, True]
    cli("extract", folder, "--output", tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_text()) == array
    cli("extract", folder, "--output", tmp_path / "out.json", "--format", "jsonl")
    assert records((tmp_path / "out.json").read_text()) == array


def test_csv_has_a_row_a_document(cli, folder):
    rows = list(csv.DictReader(io.StringIO(cli("extract", folder, "--format", "csv").stdout)))
    assert [row["error_type"] for row in rows] == ["", "CorruptFile", ""]
    first = rows[0]
    assert (first["grand_total"], first["grand_total_confidence"], first["iban"]) == ("12.50", "0.9500", "")
    assert json.loads(first["line_items"])[1] == {"description": "Nut", "line_total": "0.50"}
    assert first["failed_checks"] == "totals_add_up"


def test_csv_cells_are_text_or_numbers_but_never_formulas(cli, tmp_path, monkeypatch):
    (tmp_path / "=1+1.pdf").write_text("grand_total=-12.50\nseller_name==cmd|'/c calc'!A0\nbuyer_name=@SUM(A1)\niban=-")
    (tmp_path / "b.pdf").write_text('buyer_name=A, "B" & C\nnet_total=+3.00')
    monkeypatch.chdir(tmp_path)
    first, second = csv.DictReader(io.StringIO(cli("extract", "=1+1.pdf", "b.pdf", "--format", "csv").stdout))
    assert first["grand_total"] == "-12.50"
    assert [first[name][0] for name in ("source", "seller_name", "buyer_name", "iban")] == ["'"] * 4
    assert (second["buyer_name"], second["net_total"]) == ('A, "B" & C', "+3.00")


def test_table_is_for_people_and_takes_nothing_for_markup(cli, tmp_path):
    (tmp_path / "a.pdf").write_text("seller_name=[red]Bolt[/red] & Co\nitems")
    shown = cli("extract", tmp_path, "--format", "table").stdout
    for expected in ("[red]Bolt[/red] & Co", "Nut", "0.50", "check failed: totals_add_up"):
        assert expected in shown


def test_min_confidence_leaves_out_what_is_doubtful(cli, folder):
    [record] = records(cli("extract", folder / "a.pdf", "--min-confidence", "0.7").stdout)
    assert set(record["fields"]) == {"grand_total"}
    assert record["line_items"] == [{"description": item["description"]} for item in record["line_items"]]
    assert len(record["line_items"]) == 2
    [record] = records(cli("extract", folder / "a.pdf", "--min-confidence", "1").stdout)
    assert record["fields"] == {} and record["line_items"] == []


def test_options_reach_the_engine(cli, folder):
    from puppet import PuppetEngine

    result = cli("extract", folder / "d.jpg", "--model", "m", "--threads", 3, "--ocr", "force", "--pages", "1-2")
    assert PuppetEngine.loaded == [
        {
            "model": "m",
            "backend": "onnxruntime",
            "device": "cpu",
            "threads": 3,
            "ocr": "force",
            "ocr_engine": "rapidocr",
        }
    ]
    assert records(result.stdout)[0]["warnings"] == ["pages 1-2"]


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        ([], 2, "PATH"),
        (["a.pdf", "--pages", "3-x"], 2, "page range"),
        (["a.pdf", "--output", "out.xml"], 2, "--format"),
        (["a.pdf", "--resume"], 2, "--output"),
        (["a.pdf", "--resume", "--output", "x.txt", "--format", "table"], 2, "table"),
        (["a.pdf", "--model", "corrupt"], 3, "encoder.onnx"),
        (["a.pdf", "--output", "gone/out.jsonl"], 3, "gone/out.jsonl"),
        (["a.pdf", "--output", "."], 2, "--format"),
        (["a.pdf", "--output", ".", "--format", "csv"], 3, "directory"),
    ],
)
def test_what_goes_wrong_is_one_line_and_an_exit_code(cli, tmp_path, monkeypatch, args, code, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.pdf").write_text("")
    result = cli("extract", *args)
    assert result.exit_code == code and said in result.stderr and result.stdout == ""
    assert "Traceback" not in result.stderr
    assert code == 2 or (result.stderr.startswith("error: ") and result.stderr.count("\n") == 1)


def test_the_output_is_never_a_document_that_is_to_be_read(cli, folder):
    before = (folder / "a.pdf").read_bytes()
    os.link(folder / "a.pdf", folder.parent / "link")
    for output in (folder / "a.pdf", folder.parent / "link"):
        result = cli("extract", folder, "--output", output, "--format", "jsonl")
        assert result.exit_code == 3 and "--output" in result.stderr
        assert (folder / "a.pdf").read_bytes() == before


def test_a_path_without_documents_gives_an_error_record(cli, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / ".hidden.pdf").write_text("")
    (tmp_path / "empty" / "notes.txt").write_text("")
    (tmp_path / "dangling.pdf").symlink_to(tmp_path / "nowhere")
    paths = [str(tmp_path / name) for name in ("empty", "dangling.pdf", "gone.pdf", "*.gif")]
    result = cli("extract", *paths)
    found = records(result.stdout)
    assert [record["source"] for record in found] == paths
    assert {record["error"]["type"] for record in found} == {"SourceNotFound"}
    assert result.exit_code == 1


def test_error_types_are_of_our_tree(cli, tmp_path):
    (tmp_path / "a.pdf").write_text("bug")
    (tmp_path / "b.pdf").write_text("corrupt")
    for record in records(cli("extract", tmp_path).stdout):
        assert issubclass(getattr(errors, record["error"]["type"]), errors.DocengineError)
        assert "\n" not in record["error"]["message"]


# resuming


def run_resumed(cli, folder: Path, output: Path, left: str) -> list[str]:
    """Resume with `left` in the output; the sources that were read anew."""
    output.write_text(left)
    result = cli("extract", folder, "--output", output, "--resume")
    assert result.exit_code == 1, result.stderr
    return result.stderr.splitlines()


@pytest.mark.parametrize("suffix", ["jsonl", "json", "csv"])
def test_resuming_from_any_cut_gives_the_whole_output(cli, folder, tmp_path, suffix):
    """However a run was cut off, going on gives what an uncut run gives."""
    output = tmp_path / f"out.{suffix}"
    cli("extract", folder, "--output", output)
    whole = output.read_bytes()
    for cut in [*range(0, len(whole), 61), *range(len(whole) - 5, len(whole) + 1)]:
        output.write_bytes(whole[:cut])
        result = cli("extract", folder, "--output", output, "--resume")
        assert (result.exit_code, output.read_bytes()) == (1, whole), f"cut at {cut}"


def test_resuming_skips_what_has_a_record_and_keeps_it(cli, folder, tmp_path):
    output = tmp_path / "out.jsonl"
    kept = '{"source": "%s", "error": null, "mine": 1}' % (folder / "a.pdf")
    output.write_text(kept + '\n{"source": "' + str(folder / "b"))
    cli("extract", folder, "--output", output, "--resume")
    lines = output.read_text().splitlines()
    assert lines[0] == kept
    assert [json.loads(line)["source"] for line in lines] == [f"{folder}/{n}" for n in ("a.pdf", "b/c.png", "d.jpg")]


def test_resuming_never_destroys_what_docengine_did_not_write(cli, folder, tmp_path):
    output = tmp_path / "notes.jsonl"
    for content in ("dear diary", "dear diary\nmore\n", '{"source": "a", "error": null}\nrubbish\n{"source": "b"}\n'):
        output.write_text(content)
        result = cli("extract", folder, "--output", output, "--resume")
        assert result.exit_code == 3 and "--resume" in result.stderr and output.read_text() == content


def test_without_resume_the_output_is_overwritten(cli, folder, tmp_path):
    output = tmp_path / "out.jsonl"
    output.write_text("x" * 100_000)
    cli("extract", folder, "--output", output)
    assert len(records(output.read_text())) == 3


# in a process of its own


def test_a_killed_run_has_lost_nothing(process, folder, tmp_path):
    (folder / "e.pdf").write_text("sleep")
    command = [sys.executable, str(HERE / "puppet.py"), "extract", str(folder), "--output", str(tmp_path / "out.jsonl")]
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    output = tmp_path / "out.jsonl"
    for _ in range(200):
        if output.exists() and output.read_bytes().count(b"\n") == 3:
            break
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert len(records(output.read_bytes())) == 3
    (folder / "e.pdf").write_text("iban=x")
    process("extract", folder, "--output", output, "--resume")
    assert [Path(record["source"]).name for record in records(output.read_bytes())] == [
        "a.pdf",
        "c.png",
        "d.jpg",
        "e.pdf",
    ]


NAMES = [b"esc\x1b[31m.pdf", b"line\nfeed.pdf", b"\xff\xfe.pdf", "bidi\u202efdp.pdf".encode(), "Grün.pdf".encode()]
"""Names that would steer a terminal, or that are no text at all."""


@pytest.fixture
def odd_names(tmp_path: Path) -> Path:
    scans = tmp_path / "scans"
    scans.mkdir()
    for name in NAMES:
        Path(os.fsdecode(bytes(scans) + b"/" + name)).write_text("corrupt")
    return scans


@pytest.mark.parametrize(
    "options", [["--format", "json"], ["--format", "csv"], ["--format", "table"], ["--workers", "2"]]
)
def test_no_name_of_a_file_steers_the_terminal(process, odd_names, options):
    result = process("extract", "scans", *options)
    assert result.returncode == 1, result.stderr
    for stream in (result.stdout, result.stderr):
        text = stream.decode("utf-8")
        assert not set(text) & {"\x1b", "\u202e"} and not any("\ud800" <= char <= "\udfff" for char in text)
        assert "Grün.pdf" in text
    if options[0] == "--workers":
        found = {os.fsencode(record["source"].removeprefix("scans/")) for record in records(result.stdout)}
        assert found == set(NAMES)


@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_odd_names_are_known_again_when_resuming(cli, odd_names, tmp_path, suffix):
    output = tmp_path / f"out.{suffix}"
    cli("extract", odd_names, "--output", output)
    before = output.read_bytes()
    again = cli("extract", odd_names, "--output", output, "--resume")
    assert "CorruptFile" not in again.stderr and again.exit_code == 1 and output.read_bytes() == before


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_is_one_line_and_leaves_a_sound_file(process, folder, tmp_path, workers):
    (folder / "e.pdf").write_text("interrupt")
    result = process("extract", folder, "--output", "out.json", "--workers", workers)
    assert result.returncode == 130
    assert result.stderr.decode().splitlines()[-1] == "error: interrupted" and b"Traceback" not in result.stderr
    written = json.loads((tmp_path / "out.json").read_text())
    assert len(written) == 3 or workers > 1  # another worker may not have come so far


def test_a_reader_that_goes_away_ends_the_run_quietly(tmp_path):
    (tmp_path / "scans").mkdir()
    for number in range(2000):
        (tmp_path / "scans" / f"{number}.pdf").write_text("items")
    command = f"{sys.executable} {HERE / 'puppet.py'} extract scans | head -1; echo ${{PIPESTATUS[0]}}"
    result = subprocess.run(["bash", "-c", command], capture_output=True, cwd=tmp_path, timeout=60, check=True)
    first, code = result.stdout.splitlines()
    assert json.loads(first)["source"] == "scans/0.pdf" and code == b"141" and result.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_one_line(process, folder):
    with Path("/dev/full").open("wb") as full:
        results = [process("extract", folder, "--output", "/dev/full", "--format", "jsonl")]
        results.append(process("extract", folder, capture_output=False, stdout=full, stderr=subprocess.PIPE))
    for result in results:
        assert result.returncode == 3
        assert result.stderr.decode().splitlines()[-1].endswith("No space left on device")
        assert b"Traceback" not in result.stderr and b"Exception ignored" not in result.stderr
