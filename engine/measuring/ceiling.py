"""What the machine could do: its matrix and copy rates, the products of a model's graph, and the model's share.

`product_fp32.onnx` and `product_int8.onnx` hold one node each, MatMul of two floats and MatMulInteger of uint8 with
int8, with free sizes: the ceiling is measured with the library and the threads that the model runs with.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

SIDE = 1024
"""Of the matrices: the products of a page are smaller and reach less."""
COPIED = 1 << 26
"""Bytes: more than the caches hold."""
KINDS: dict[str, tuple[Any, Any]] = {"fp32": (np.float32, np.float32), "int8": (np.uint8, np.int8)}
PRODUCTS = {"MatMul": "fp32", "Gemm": "fp32", "MatMulInteger": "int8", "QLinearMatMul": "int8"}
"""Operators that hold a model's arithmetic, and the rate that bounds each."""


def measure_ceiling(threads: int, seconds: float = 0.2) -> dict[str, float]:
    """Best rates of this process: `fp32_gflops`, `int8_gops`, and `copy_gb_s` (bytes read and written)."""
    rates = {kind: 2 * SIDE**3 / best_of(_product(kind, threads), seconds) / 1e9 for kind in KINDS}
    copied = 2 * COPIED / best_of(_copy(threads), seconds) / 1e9
    return {
        "fp32_gflops": round(rates["fp32"], 1),
        "int8_gops": round(rates["int8"], 1),
        "copy_gb_s": round(copied, 2),
    }


def best_of(call: Callable[[], Any], seconds: float) -> float:
    """Seconds of the fastest of several calls, at least three."""
    times: list[float] = []
    while len(times) < 3 or sum(times) < seconds:
        begun = time.perf_counter()
        call()
        times.append(time.perf_counter() - begun)
    return min(times)


def _product(kind: str, threads: int) -> Callable[[], Any]:
    session = onnxruntime.InferenceSession(
        str(Path(__file__).with_name(f"product_{kind}.onnx")), _options(threads), providers=["CPUExecutionProvider"]
    )
    a, b = (np.ones((SIDE, SIDE), dtype) for dtype in KINDS[kind])
    return lambda: session.run(None, {"a": a, "b": b})


def _copy(threads: int) -> Callable[[], Any]:
    source = np.ones((threads, COPIED // threads), np.uint8)
    target = np.empty_like(source)
    pool = ThreadPoolExecutor(threads)
    return lambda: list(pool.map(lambda part: np.copyto(target[part], source[part]), range(threads)))


def _options(threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    return options


def count_operations(graph: Path, inputs: Mapping[str, np.ndarray]) -> dict[str, int]:
    """Additions and multiplications in the graph's matrix products for these inputs, by the rate that bounds them.

    From ONNX Runtime's profile of one run with the graph as it is written, so nothing is known here of the model.
    """
    with tempfile.TemporaryDirectory() as folder:
        options = _options(1)
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.enable_profiling = True
        options.profile_file_prefix = str(Path(folder, "profile"))
        session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        session.run(None, dict(inputs))
        events = json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))
    counts = dict.fromkeys(KINDS, 0)
    for event in events:
        about = event.get("args", {})
        if event.get("cat") == "Node" and about.get("op_name") in PRODUCTS:
            (inner,) = about["input_type_shape"][0].values()
            (out,) = about["output_type_shape"][0].values()
            counts[PRODUCTS[about["op_name"]]] += 2 * int(np.prod(out)) * inner[-1]
    return counts


def share_of(operations: Mapping[str, int], ceiling: Mapping[str, float], ms: float) -> float:
    """The share of the machine's matrix rates that a run of `ms` milliseconds reached: 1 is the ceiling."""
    least = operations["fp32"] / ceiling["fp32_gflops"] + operations["int8"] / ceiling["int8_gops"]  # nanoseconds
    return round(least / 1e6 / ms, 4)
