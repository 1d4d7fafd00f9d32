"""The cache of plans: keys, side-cars, what is tampered with, cut short, of another machine; full disks and locks."""

import errno
import json
import os
import stat
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest
from fake_tensorrt import H200, FakeTensorRt

from docengine.engine.backends.tensorrt import plans
from docengine.engine.backends.tensorrt.library import Library
from docengine.engine.backends.tensorrt.network import Built, Order
from docengine.engine.backends.tensorrt.profiles import Bucket
from docengine.errors import BackendFailed

BUILT = Built(b"PLAN" * 100, {"x": [-1, -1, 2]}, {"y": [-1, 3]}, 1.0)
BUCKETS = (Bucket(16, 1), Bucket(32, 4))


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCENGINE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def order(home, tmp_path):
    graph = tmp_path / "encoder.trt.bf16.onnx"
    graph.write_bytes(b"graph")
    return Order(graph, "bf16", BUCKETS)


@pytest.fixture
def target(order):
    return plans.Target.of(order.graph, "bf16", Library("tensorrt", FakeTensorRt(), "10.13.2.6"), H200)


@pytest.fixture
def stored(order, target):
    return plans.store(target, order, BUILT, {"verified": {"cosine": 1.0}})


def test_a_stored_plan_comes_back_whole(stored, target):
    plan, reasons = plans.find(target)
    assert reasons == [] and plan.path == stored
    assert (plan.content, plan.buckets, plan.inputs, plan.outputs) == (BUILT.plan, BUCKETS, BUILT.inputs, BUILT.outputs)
    assert plan.record["verified"] == {"cosine": 1.0}
    assert plan.record["key"]["onnx"] == target.onnx and len(target.onnx) == 64


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX")
def test_only_this_user_may_read_it(stored, home):
    assert [stat.S_IMODE(path.stat().st_mode) for path in (stored, stored.with_suffix(".json"))] == [0o600] * 2
    assert stat.S_IMODE(plans.folder().stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "change",
    [
        {"gpu": "Fake H100"},
        {"capability": "8.9"},
        {"multiprocessors": 78},
        {"driver": "12.8"},
        {"version": "10.14.1.48"},
        {"library": "tensorrt-rtx"},
        {"onnx": "0" * 64},
        {"precision": "fp16"},
        {"graph": "decoder"},
    ],
)
def test_every_part_of_the_key_makes_another_plan(stored, order, target, change):
    other = replace(target, **change)
    assert plans.path_of(other, order) != stored
    [name] = change
    with pytest.raises(plans.Unfit, match=f"built for {name}"):
        plans.read(stored, other)
    assert plans.find(other)[0] is None


def test_profiles_and_level_make_another_plan_and_the_newest_is_found(stored, order, target):
    bigger = replace(order, buckets=(*BUCKETS, Bucket(64, 1)))
    slower = replace(order, level=5)
    assert len({plans.path_of(target, each) for each in (order, bigger, slower)}) == 3
    newest = plans.store(target, slower, BUILT, {})
    os.utime(stored.with_suffix(".json"), (1, 1))
    assert plans.find(target)[0].path == newest


def spoil_byte(path):
    content = bytearray(path.read_bytes())
    content[7] ^= 1
    path.write_bytes(content)


def spoil_key(path):
    sidecar = path.with_suffix(".json")
    record = json.loads(sidecar.read_text())
    sidecar.write_text(json.dumps({**record, "format": "docengine.plan/9"}))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (spoil_byte, "does not match the hash"),
        (lambda path: path.write_bytes(path.read_bytes()[:-9]), "is truncated: 391 of 400 bytes"),
        (lambda path: path.unlink(), "cannot be read"),
        (lambda path: path.with_suffix(".json").write_text("{"), "side-car cannot be read"),
        (lambda path: path.with_suffix(".json").write_text("[]"), "side-car cannot be read"),
        (spoil_key, "has format 'docengine.plan/9'"),
        (lambda path: path.chmod(0o666), "another user owns it or may write it"),
    ],
)
def test_a_plan_that_was_touched_is_not_used(stored, target, spoil, reason):
    spoil(stored)
    plan, reasons = plans.find(target)
    assert plan is None
    assert len(reasons) == 1 and reason in reasons[0] and stored.name in reasons[0]


def test_a_plan_without_a_side_car_is_no_plan(stored, target):
    stored.with_suffix(".json").unlink()
    assert plans.find(target) == (None, [])
    with pytest.raises(plans.Unfit, match="there is none"):
        plans.read(stored, target)


def test_a_full_disk_leaves_nothing_and_is_said(order, target, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BackendFailed, match=r"cannot be kept in .* \(No space left on device\): make room"):
        plans.store(target, order, BUILT, {})
    assert list(plans.folder().iterdir()) == []


@pytest.mark.parametrize("act", [lambda path: plans.locked(path).__enter__(), lambda path: plans.write(path, b"")])
def test_a_cache_that_cannot_be_made_is_said(home, act):
    home.write_text("a file, no folder")
    with pytest.raises(BackendFailed, match=r"x\.plan cannot be kept in .*: make room, or set \$DOCENGINE_HOME"):
        act(plans.folder() / "x.plan")


def test_an_old_plan_survives_a_new_one_that_is_not_written(stored, order, target, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(BackendFailed):
        plans.store(target, order, replace(BUILT, plan=b"PLANnew"), {})
    assert plans.find(target)[0].content == BUILT.plan


def hold(path, line):
    with plans.locked(Path(path)):
        line.send("held")
        line.recv()


def test_two_processes_do_not_build_one_plan(stored):
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=hold, args=(str(stored), theirs), daemon=True)
    process.start()
    assert ours.recv() == "held"
    with pytest.raises(BackendFailed, match="another process has been building"), plans.locked(stored, patience=0.0):
        pass
    process.kill()  # its lock goes with it
    process.join()
    with plans.locked(stored, patience=5.0):
        pass
    ours.close()
    theirs.close()
