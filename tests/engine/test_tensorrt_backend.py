"""Compiling and running against a fake TensorRT that has the real one's shape, and computes with ONNX Runtime."""

import json
import sys
import threading
import warnings
from dataclasses import replace

import numpy as np
import pytest
from fake_tensorrt import H200, FakeCuda, FakeTensorRt, FakeTensorRt86, tiny_graph, tiny_page

from docengine.engine.backends import open_backend, tensorrt
from docengine.engine.backends.onnxruntime import OnnxRuntimeBackend
from docengine.engine.backends.tensorrt import driver, plans
from docengine.engine.backends.tensorrt.compiling import Bench, compile_graph, verify
from docengine.engine.backends.tensorrt.library import Library, open_library
from docengine.engine.backends.tensorrt.network import Order, build
from docengine.engine.backends.tensorrt.profiles import Bucket
from docengine.engine.backends.tensorrt.runtime import Runtime
from docengine.engine.bundle import Bundle, sha256
from docengine.errors import BackendFailed, BackendUnavailable, VerificationFailed

BUCKETS = (Bucket(8, 1), Bucket(16, 1), Bucket(16, 4))
NAME = "encoder.trt.bf16.onnx"


@pytest.fixture
def module(monkeypatch):
    fake = FakeTensorRt()
    monkeypatch.setitem(sys.modules, "tensorrt", fake)
    return fake


@pytest.fixture
def library(module):
    return Library("tensorrt", module, module.__version__)


@pytest.fixture
def bundle(tmp_path, monkeypatch):
    """A bundle that carries a bf16 graph; a fresh $DOCENGINE_HOME."""
    monkeypatch.setenv("DOCENGINE_HOME", str(tmp_path / "home"))
    folder = tmp_path / "bundle"
    folder.mkdir()
    graph = tiny_graph(folder / NAME)
    (folder / "manifest.json").write_text("{}")
    return Bundle(folder, {"name": "tiny", "files": [{"path": NAME, "size": 1, "sha256": sha256(graph)}]})


@pytest.fixture
def order(bundle):
    return Order(bundle.path / NAME, "bf16", BUCKETS)


@pytest.fixture
def reference(bundle):
    return OnnxRuntimeBackend(bundle.path / NAME, "cpu", 1)


@pytest.fixture
def bench(library, reference):
    return Bench(library, H200, FakeCuda, reference, [tiny_page(5), tiny_page(11, seed=1)])


@pytest.fixture
def gpu(monkeypatch):
    """One fake GPU, reached through the fake adapter; the adapters that were opened."""
    opened = []

    def open_cuda(adapter, index):
        opened.append(FakeCuda())
        return opened[-1]

    monkeypatch.setattr(driver, "gpus", lambda: [H200])
    monkeypatch.setattr(tensorrt, "open_cuda", open_cuda)
    return opened


def runtime(library, order, cuda=None):
    return Runtime(library, cuda or FakeCuda(), build(library, order), order.buckets)


def same(given, wanted):
    assert given.keys() == wanted.keys()
    for name, array in wanted.items():
        np.testing.assert_allclose(given[name], array, atol=1e-5)


@pytest.mark.parametrize(("words", "batch"), [(1, 1), (8, 1), (9, 1), (16, 4), (3, 2), (16, 1), (5, 11)])
def test_every_size_gives_what_the_graph_gives(library, order, reference, words, batch):
    engine = runtime(library, order)
    for seed in range(3):  # the second and third run replay the graph, over what the last one left
        page = tiny_page(words, batch, seed)
        same(engine.run(page), reference.run(page))


def test_a_profile_is_set_up_once_and_then_launched(library, order):
    cuda = FakeCuda()
    engine = runtime(library, order, cuda)
    for words in (2, 3, 8, 16):
        engine.run(tiny_page(words))
    assert [str(bucket) for bucket in engine.lanes] == ["1x8", "1x16"] and cuda.launches == 4


def test_a_graph_that_cannot_be_captured_is_said_and_runs_plainly(library, order, reference):
    cuda = FakeCuda(breaks_capture=True)
    engine = runtime(library, order, cuda)
    with pytest.warns(RuntimeWarning, match="no CUDA graphs.*STREAM_CAPTURE_UNSUPPORTED"):
        same(engine.run(tiny_page(5)), reference.run(tiny_page(5)))
    same(engine.run(tiny_page(12)), reference.run(tiny_page(12)))  # said once
    assert not engine.captures and cuda.launches == 0


def test_an_adapter_without_graphs_runs_plainly(library, order, reference):
    engine = runtime(library, order, FakeCuda(captures=False))
    same(engine.run(tiny_page(5)), reference.run(tiny_page(5)))


def test_threads_do_not_mix_their_pages(library, order, reference):
    engine, wrong = runtime(library, order), []

    def work(seed):
        for i in range(20):
            page = tiny_page(1 + (seed + i) % 16, 1 + i % 5, seed * 100 + i)
            given, wanted = engine.run(page), reference.run(page)
            wrong.extend(name for name in wanted if not np.allclose(given[name], wanted[name], atol=1e-5))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_too_long_a_page_is_refused_and_the_next_is_read(library, order, reference):
    engine = runtime(library, order)
    with pytest.raises(BackendFailed, match="17 words is longer than every profile"):
        engine.run(tiny_page(17))
    same(engine.run(tiny_page(16)), reference.run(tiny_page(16)))


def test_a_profile_that_finds_no_memory_leaves_the_others_usable(library, order, reference):
    cuda = FakeCuda(room=3000)
    engine = runtime(library, order, cuda)
    same(engine.run(tiny_page(4)), reference.run(tiny_page(4)))
    held = dict(cuda.blocks)
    with pytest.raises(BackendFailed, match="out of memory"):
        engine.run(tiny_page(16, 4))
    assert cuda.blocks.keys() == held.keys()  # what it had taken is given back
    same(engine.run(tiny_page(4, seed=2)), reference.run(tiny_page(4, seed=2)))


def test_a_context_that_is_refused_is_an_error_of_ours(module, library, order):
    engine = runtime(library, order)
    module.no_context_above = 16
    with pytest.raises(BackendFailed, match="does not take profile 4x16"):
        engine.run(tiny_page(16, 4))
    assert engine.run(tiny_page(16))


def test_a_kernel_that_fails_is_said_in_tensorrts_words(module, library, order):
    engine = runtime(library, order)
    module.fails = True
    with pytest.raises(BackendFailed, match="illegal memory access"):
        engine.run(tiny_page(3))
    module.fails = False
    assert engine.run(tiny_page(3))


def test_what_is_closed_says_so_and_gives_its_memory_back(library, order):
    cuda = FakeCuda()
    engine = runtime(library, order, cuda)
    engine.run(tiny_page(3))
    engine.close()
    engine.close()
    assert cuda.closed and cuda.blocks == {}
    with pytest.raises(BackendFailed, match="was closed: load the engine again"):
        engine.run(tiny_page(3))


def test_compile_builds_verifies_and_keeps(module, order, bench):
    steps = []
    outcome = compile_graph(order, bench, progress=lambda *step: steps.append(step))
    assert outcome.rebuilt and outcome.reason == "there is none" and outcome.path.is_file()
    assert steps == [("Building Engine", 0, 2), ("Building Engine", 1, 2)]
    record = json.loads(outcome.path.with_suffix(".json").read_text())
    assert record == outcome.record
    assert record["verified"] == {"cosine": 1.0, "same_tags": 1.0, "words": 5 + 11 + 7 + 14 + 4 * 14}
    assert set(record["p50_ms"]) == {"1x8", "1x16", "4x16"} and record["cuda_graphs"] is True
    assert record["layers"] == {"BFloat16": 1, "Float": 1}
    again = compile_graph(order, bench)
    assert not again.rebuilt and module.builds == 1
    assert compile_graph(order, bench, force=True).rebuilt and module.builds == 2


def test_a_plan_is_built_on_the_gpu_that_was_asked_for_which_is_let_go_if_that_fails(order, bench, tmp_path):
    opened = []

    def open_cuda():
        opened.append(FakeCuda())
        return opened[-1]

    graph = tiny_graph(tmp_path / "encoder.trt.bf16.onnx", ("Relu", "unbuildable"))
    with pytest.raises(BackendFailed, match="implementation"):
        compile_graph(replace(order, graph=graph), replace(bench, open_cuda=open_cuda))
    assert opened[0].closed and opened[0].entered


def test_a_plan_that_was_tampered_with_is_built_anew_and_said(module, order, bench):
    path = compile_graph(order, bench).path
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    outcome = compile_graph(order, bench)
    assert outcome.rebuilt and "hash" in outcome.reason and module.builds == 2


@pytest.mark.parametrize("noise", [float("nan"), 100.0])
def test_a_plan_that_differs_is_not_kept(module, order, bench, noise):
    module.noise = noise
    with pytest.raises(VerificationFailed, match=r"not finite|differs from ONNX Runtime"):
        compile_graph(order, bench)
    assert list(plans.folder().glob("*.plan")) == []


class Tags:
    """A backend that says tag 0 for the first words of 100 and tag 1 for the others, with logits almost alike."""

    device = "cpu"

    def __init__(self, first):
        self.first = first

    def run(self, inputs):
        logits = np.full((1, 100, 2), 10.0, np.float32)
        logits[0, : self.first, 0] += 0.01
        logits[0, self.first :, 1] += 0.01
        return {"tag_logits": logits}


def test_tags_that_change_are_found_where_logits_are_alike():
    assert verify(Tags(50), Tags(50), [{}]) == {"cosine": 1.0, "same_tags": 1.0, "words": 100}
    with pytest.raises(VerificationFailed, match=r"cosine 1\.0000 .*same tags 90\.00% \(at least 99%\)"):
        verify(Tags(60), Tags(50), [{}])


def test_timings_are_kept_and_given_to_the_next_build(module, order, bench, tmp_path):
    order = replace(order, timing_cache=tmp_path / "timings")
    compile_graph(order, bench)
    assert (tmp_path / "timings").read_bytes() == b"timings"
    compile_graph(order, bench, force=True)
    assert module.configs[-1].given_timings == b"timings"
    (tmp_path / "timings").write_bytes(b"rubbish")
    compile_graph(order, bench, force=True)
    assert module.configs[-1].given_timings == b""


def test_a_precision_that_the_gpu_lacks_is_refused_before_anything_is_built(module, order, bench):
    turing = replace(H200, name="T4", capability="7.5")
    with pytest.raises(BackendUnavailable, match=r"T4 \(7.5\) has no bf16; it has: fp16, int8"):
        compile_graph(order, replace(bench, gpu=turing))
    assert module.builds == 0


def test_tensorrt_8_takes_its_flags_and_has_no_bf16(order, bundle, bench):
    old = FakeTensorRt86()
    library = Library("tensorrt", old, old.__version__)
    with pytest.raises(BackendUnavailable, match=r"TensorRT 8.6.0 has no bf16: use fp16 or int8"):
        build(library, order)
    outcome = compile_graph(replace(order, precision="int8"), replace(bench, library=library))
    assert outcome.rebuilt and old.configs[-1].flags == ["INT8"]


@pytest.mark.parametrize(
    ("operator", "message"),
    [
        ("DynamicQuantizeLinear", r"at node odd \(DynamicQuantizeLinear\).*quantised dynamically.*--precision qdq"),
        ("MatMulInteger", r"quantised dynamically"),
        ("Frobnicate", r"at node odd \(Frobnicate\).*does not know the operator.*opset 18"),
    ],
)
def test_a_graph_that_is_refused_names_node_and_mend(library, tmp_path, operator, message):
    graph = tiny_graph(tmp_path / "odd.onnx", (operator, "odd"))
    with pytest.raises(BackendFailed, match=r"odd\.onnx is refused by TensorRT.*" + message):
        build(library, Order(graph, "int8", BUCKETS))


def test_a_graph_that_parses_and_does_not_build(library, tmp_path):
    graph = tiny_graph(tmp_path / "odd.onnx", ("Relu", "unbuildable"))
    with pytest.raises(BackendFailed, match=r"refused by TensorRT.*no implementation for node"):
        build(library, Order(graph, "bf16", BUCKETS))


def test_the_engine_opens_what_was_compiled(gpu, order, bench, bundle, reference):
    compile_graph(order, bench)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        backend = open_backend("tensorrt", bundle, "cuda:0")
    assert backend.device == "cuda:0" and backend.precision == "bf16"
    same(backend.run(tiny_page(7)), reference.run(tiny_page(7)))
    backend.close()
    assert gpu[0].closed


def test_without_a_plan_the_command_that_makes_one_is_named(gpu, module, bundle):
    with pytest.raises(BackendUnavailable, match=r"no tensorrt plan of tiny for Fake H200 in bf16: docengine compile"):
        open_backend("tensorrt", bundle, "cuda:0")
    assert gpu == []


def test_a_tampered_plan_is_never_loaded(gpu, order, bench, bundle):
    path = compile_graph(order, bench).path
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(BackendUnavailable, match=r"does not match the hash.*docengine compile"):
        open_backend("tensorrt", bundle, "cuda:0")
    assert gpu == []


def test_a_plan_that_tensorrt_does_not_load_is_built_with_force(gpu, module, order, bench, bundle):
    compile_graph(order, bench)
    module.refuses_plans = True
    with pytest.raises(BackendFailed, match=r"does not load the plan .*magicTag.*--force"):
        open_backend("tensorrt", bundle, "cuda:0")
    assert gpu[0].closed


def test_a_plan_of_another_gpu_is_not_taken(gpu, order, bench, bundle, monkeypatch):
    compile_graph(order, bench)
    monkeypatch.setattr(driver, "gpus", lambda: [replace(H200, name="Fake H100", multiprocessors=114)])
    with pytest.raises(BackendUnavailable, match=r"no tensorrt plan .* for Fake H100 .*built for gpu Fake H200"):
        open_backend("tensorrt", bundle, "cuda:0")


def test_a_graph_that_is_not_there_names_the_export(gpu, module, bundle, tmp_path):
    with pytest.raises(BackendUnavailable, match=r"has no encoder\.trt\.onnx.*docengine export .* --precision qdq"):
        open_backend("tensorrt:int8", bundle, "cuda:0")


@pytest.mark.parametrize(
    ("name", "device", "message"),
    [
        ("tensorrt", "cpu", "runs on a GPU, device='cuda:0', not on 'cpu'"),
        ("tensorrt", "cuda:3", r"there is no cuda:3; visible here: cuda:0 \(Fake H200\)"),
        ("tensorrt:int4", "cuda:0", "has no option 'int4'; known: bf16"),
        ("tensorrt-rtx", "cuda:0", r"tensorrt_rtx is not installed: pip install 'docengine\[tensorrt-rtx\]'"),
        ("onnxruntime", "cuda:0", "has no CUDA provider.*onnxruntime-gpu"),
        ("onnxruntime", "tpu", "runs on 'cpu' or 'cuda:0', not on 'tpu'"),
        ("onnxruntime:int4", "cpu", "has no option 'int4'; known: fp32"),
        ("openvino", "cpu", "known: onnxruntime, tensorrt, tensorrt-rtx"),
    ],
)
def test_what_cannot_run_is_said_with_its_mend(gpu, module, bundle, monkeypatch, name, device, message):
    monkeypatch.setitem(sys.modules, "tensorrt_rtx", None)
    with pytest.raises(BackendUnavailable, match=message):
        open_backend(name, bundle, device)


def test_a_cuda_provider_that_does_not_start_is_no_silent_cpu(bundle, monkeypatch):
    import onnxruntime

    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
    session = onnxruntime.InferenceSession
    monkeypatch.setattr(onnxruntime, "InferenceSession", lambda path, options, providers: session(path, options))
    with pytest.raises(BackendUnavailable, match="CUDA provider does not start on cuda:0"):
        OnnxRuntimeBackend(bundle.path / NAME, "cuda:0", 1)


@pytest.mark.parametrize(
    ("version", "takes"),
    [("8.6.0", True), ("10.13.2.6", True), ("11.4.0", True), ("10.0.1", False), ("8.5.3", False), ("12.0", False)],
)
def test_versions(module, monkeypatch, version, takes):
    monkeypatch.setattr(module, "__version__", version, raising=False)
    if takes:
        assert open_library("tensorrt").version == version
    else:
        with pytest.raises(BackendUnavailable, match=r"is not supported, 10.13 to 11 are"):
            open_library("tensorrt")


def test_a_stub_without_its_libraries_is_not_available(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorrt", object())
    with pytest.raises(BackendUnavailable, match=r"tensorrt does not load .*docengine\[tensorrt\]"):
        open_library("tensorrt")
