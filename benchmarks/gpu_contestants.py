"""What `gpu.py` measures: each function here is a generator of rows, one for each size.

p50, p95, p99 in ms: inputs lie on the device and the device is waited for after every run. `host_p50_ms`: from arrays
in the host's memory to all outputs there.
"""

from __future__ import annotations

import json
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

ROOT = Path(__file__).parents[1]
WARM_UP = 5
ENERGY_SECONDS = 1.0
"""The driver's meter moves every 20 to 100 ms."""

Row = dict[str, Any]
Arrays = dict[str, np.ndarray]


def measure(name: str, device: str, sizes: tuple[str, ...], seconds: float, runs: int) -> Iterator[Row]:
    """Rows of a contestant until its seconds are over; sizes that it did not come to say so."""
    if name == "ceilings":
        yield ceilings(device)
        return
    model, library, way = name.split(" ")
    until = time.monotonic() + seconds
    if library == "tensorrt":
        yield from tensorrt_rows(way, device, sizes, until, runs)
        return
    if model == "layoutlmv3" and find_spec("transformers") is None:
        yield {"missing": "transformers is not installed"}
        return
    if way != "eager" and not device.startswith("cuda"):
        yield {"missing": f"{way} needs a GPU"}
        return
    make = student if model == "student" else layoutlmv3
    yield from torch_rows(make, way, device, sizes, until, runs)


def parsed(size: str) -> tuple[int, int]:
    batch, words = size.split("x")
    return int(batch), int(words)


def ceilings(device: str) -> Row:
    """What this device reaches: GB/s copied (read and written), TFLOP/s of one large bf16 product."""
    big, side = (1 << 30, 8192) if device.startswith("cuda") else (1 << 22, 128)
    source = torch.empty(big, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    a, b = (torch.randn(side, side, device=device).bfloat16() for _ in range(2))
    copying = min(times(lambda: target.copy_(source), device, 10))
    product = min(times(lambda: a @ b, device, 10))
    name = torch.cuda.get_device_name(device) if device.startswith("cuda") else device
    return {
        "name": name,
        "copy_gb_s": round(2 * big / copying / 1e9, 3),
        "bf16_tflops": round(2 * side**3 / product / 1e12, 6),
    }


def times(call: Callable[[], Any], device: str, runs: int, until: float = float("inf")) -> list[float]:
    """Seconds of each run after a warm-up, the device waited for; fewer runs where time is over."""
    wait = torch.cuda.synchronize if device.startswith("cuda") else lambda: None
    for _ in range(WARM_UP):
        call()
    wait()
    taken = []
    while len(taken) < runs and (not taken or time.monotonic() < until):
        begun = time.perf_counter()
        call()
        wait()
        taken.append(time.perf_counter() - begun)
    return taken


def percentiles(taken: list[float], batch: int) -> Row:
    row: Row = {f"p{q}_ms": round(float(np.percentile(taken, q)) * 1e3, 4) for q in (50, 95, 99)}
    return {**row, "pages_per_second": round(batch / float(np.median(taken)), 1), "runs": len(taken)}


def joules(call: Callable[[], Any], device: str, batch: int) -> Row:
    """Energy a page, where the driver tells it."""
    try:
        import pynvml

        pynvml.nvmlInit()
        handle = pynvml.nvmlDeviceGetHandleByIndex(torch.device(device).index or 0)
        before, begun, pages = pynvml.nvmlDeviceGetTotalEnergyConsumption(handle), time.monotonic(), 0
        while time.monotonic() - begun < ENERGY_SECONDS:
            call()
            torch.cuda.synchronize()
            pages += batch
        return {
            "joules_per_page": round((pynvml.nvmlDeviceGetTotalEnergyConsumption(handle) - before) / 1e3 / pages, 6)
        }
    except Exception as error:  # no driver, no meter, no permission: one of many classes
        return {"joules_per_page": None, "energy": f"{type(error).__name__}: {error}"[:100]}


def student(batch: int, words: int) -> tuple[torch.nn.Module, Arrays, Row]:
    """A student of the bundle's size with random weights, its inputs, and the least work that a run must do."""
    from docengine.distill.student import Student, StudentConfig, flops_per_page

    manifest = json.loads((ROOT / "core" / "bundle" / "manifest.json").read_text(encoding="utf-8"))
    config = StudentConfig(**manifest["config"])
    inputs = student_inputs(batch, words)
    outputs = batch * (words * config.tags + 3 * words * words + config.kinds + config.languages) * 4
    least = {"flops": batch * flops_per_page(config, words)}
    least["bytes"] = 2 * manifest["parameters"]["without_embeddings"] + sum(a.nbytes for a in inputs.values()) + outputs
    return Student(config), inputs, least


def student_inputs(batch: int, words: int) -> Arrays:
    """Random words on lines of eight, no padding."""
    rng = np.random.default_rng(0)
    return {
        "pieces": rng.integers(0, 256, (batch, words, 8)),
        "shapes": rng.integers(1, 2048, (batch, words)),
        "boxes": np.sort(rng.integers(0, 1001, (batch, words, 2, 2)), axis=2).reshape(batch, words, 4),
        "rows": np.tile(np.arange(words) // 8, (batch, 1)),
        "attention_mask": np.ones((batch, words), np.int64),
    }


def layoutlmv3(batch: int, words: int) -> tuple[torch.nn.Module, Arrays, Row]:
    """LayoutLMv3-base from its public configuration: 12 layers of 768, 196 patches and one more beside the words."""
    from transformers import LayoutLMv3Config, LayoutLMv3ForTokenClassification

    config = LayoutLMv3Config(vocab_size=50265, max_position_embeddings=514, type_vocab_size=1, num_labels=45)
    rng = np.random.default_rng(0)
    inputs: Arrays = {
        "input_ids": rng.integers(10, 50000, (batch, words)),
        "bbox": np.sort(rng.integers(0, 1000, (batch, words, 4)), axis=-1),
        "attention_mask": np.ones((batch, words), np.int64),
        "pixel_values": rng.standard_normal((batch, 3, 224, 224), dtype=np.float32),
    }
    positions, wide = words + 197, config.hidden_size
    layer = positions * (4 * wide**2 + 2 * wide * config.intermediate_size) + 2 * positions**2 * wide
    model = LayoutLMv3ForTokenClassification(config)
    weights = sum(parameter.numel() for name, parameter in model.named_parameters() if "embeddings" not in name)
    least = {"flops": 2 * batch * config.num_hidden_layers * layer}
    least["bytes"] = 2 * weights + sum(a.nbytes for a in inputs.values()) + batch * words * 45 * 4
    return model, inputs, least


Maker = Callable[[int, int], tuple[torch.nn.Module, Arrays, Row]]


def torch_rows(make: Maker, way: str, device: str, sizes: tuple[str, ...], until: float, runs: int) -> Iterator[Row]:
    """A model in bf16: eager; its kernels recorded as one CUDA graph; compiled, then recorded."""
    for size in sizes:
        if time.monotonic() > until:
            yield {"size": size, "missing": "out of time"}
            continue
        batch, words = parsed(size)
        model, arrays, least = make(batch, words)
        model = model.to(device=device, dtype=torch.bfloat16).eval()
        given = {name: torch.from_numpy(array).to(device) for name, array in arrays.items()}
        given = {name: tensor.bfloat16() if tensor.is_floating_point() else tensor for name, tensor in given.items()}
        try:
            call, outputs = called(model, given, way)
            row = percentiles(times(call, device, runs, until), batch)
            whole = partial(through_host, call, arrays, given, outputs)
            host = times(whole, device, max(1, runs // 4), until)
            row["host_p50_ms"] = round(float(np.median(host)) * 1e3, 4)
            yield {"size": size, "precision": "bf16", **row, **least, **joules(call, device, batch)}
        except torch.OutOfMemoryError as error:
            yield {"size": size, "missing": f"out of memory: {error}"[:200]}


def called(model: torch.nn.Module, given: dict[str, Tensor], way: str) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """What runs the model once on `given`, and what its outputs are then."""
    if way == "compiled":
        model = torch.compile(model, dynamic=False)
    latest: list[Any] = [None]

    def plain() -> None:
        with torch.inference_mode():
            latest[0] = model(**given)

    if way == "eager":
        return plain, lambda: latest[0]
    aside = torch.cuda.Stream()
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):
        for _ in range(3):
            plain()
    torch.cuda.current_stream().wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        plain()
    return graph.replay, lambda: latest[0]


def through_host(call: Callable[[], Any], arrays: Arrays, given: dict[str, Tensor], outputs: Callable[[], Any]) -> None:
    """Arrays in, arrays out."""
    for name, array in arrays.items():
        given[name].copy_(torch.from_numpy(array), non_blocking=True)
    call()
    made = outputs()
    for tensor in made.values() if hasattr(made, "values") else made:
        if isinstance(tensor, Tensor):
            tensor.float().cpu()


def tensorrt_rows(precision: str, device: str, sizes: tuple[str, ...], until: float, runs: int) -> Iterator[Row]:
    """The bundle's graph as our engine runs it; one plan for all sizes that time allows."""
    from docengine.engine.backends.tensorrt.driver import gpu
    from docengine.engine.backends.tensorrt.library import open_library
    from docengine.engine.backends.tensorrt.memory import open_cuda
    from docengine.engine.backends.tensorrt.network import Order, build
    from docengine.engine.backends.tensorrt.profiles import Bucket
    from docengine.engine.backends.tensorrt.runtime import Runtime
    from docengine.errors import DocengineError

    try:
        library, found = open_library("tensorrt"), gpu(device, "tensorrt")
    except DocengineError as error:
        yield {"missing": str(error)}
        return
    buckets = tuple(Bucket.parse(size) for size in sizes)
    with tempfile.TemporaryDirectory() as scratch:
        built = build(library, Order(graph_of(precision, Path(scratch)), precision, buckets))
    cuda = open_cuda("cuda-bindings", found.index)
    runtime = Runtime(library, cuda, built, buckets)
    for size, bucket in zip(sizes, buckets, strict=True):
        if time.monotonic() > until:
            yield {"size": size, "missing": "out of time"}
            continue
        _, inputs, least = student(bucket.batch, bucket.tokens)
        host = times(partial(runtime.run, inputs), "cpu", max(1, runs // 4), until)
        row = percentiles(times(kernels_of(runtime, bucket), "cpu", runs, until), bucket.batch)
        row |= {"host_p50_ms": round(float(np.median(host)) * 1e3, 4), "cuda_graphs": runtime.captures}
        row["overhead_ms"] = round(row["host_p50_ms"] - row["p50_ms"], 4)
        row |= {"build_seconds": round(built.seconds, 1), "plan_mib": round(len(built.plan) / 2**20, 1)}
        energy = joules(kernels_of(runtime, bucket), device, bucket.batch)
        yield {"size": size, "precision": precision, **row, **least, **energy}
    runtime.close()


def kernels_of(runtime: Any, bucket: Any) -> Callable[[], None]:
    """What runs a bucket's kernels alone, as a CUDA graph without the copies, and waits for them."""
    lane, cuda, stream = runtime.lanes[bucket], runtime.cuda, runtime.stream
    with cuda.current():
        launch = cuda.capture(partial(lane.context.execute_async_v3, stream), stream)

    def call() -> None:
        with cuda.current():
            launch()
            cuda.synchronise(stream)

    return call


def graph_of(precision: str, folder: Path) -> Path:
    """The bundled model's graph, made and verified as `docengine compile` does it."""
    from docengine.distill.dequantise import student_of
    from docengine.distill.export import export_graph
    from docengine.engine.backends.graphs import EXPORTS
    from docengine.engine.bundle import read_bundle
    from docengine.engine.preprocess import Preprocessor

    bundle = read_bundle(ROOT / "core" / "bundle")
    preprocessor = Preprocessor.from_file(bundle.file("tokenizer.json"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return export_graph(student_of(bundle), preprocessor, EXPORTS.get(precision, precision), folder)[0]
