"""`docengine compile`: build a plan, compare it with ONNX Runtime, keep it. A plan that differs is never kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from docengine.engine.backends import Backend
from docengine.engine.backends.tensorrt import plans
from docengine.engine.backends.tensorrt.driver import Gpu
from docengine.engine.backends.tensorrt.library import Library
from docengine.engine.backends.tensorrt.memory import Cuda
from docengine.engine.backends.tensorrt.network import Built, Order, Progress, build, layer_types
from docengine.engine.backends.tensorrt.profiles import Bucket
from docengine.engine.backends.tensorrt.runtime import Runtime
from docengine.engine.preprocess import Arrays
from docengine.errors import BackendUnavailable, VerificationFailed

COSINE = 0.995
"""Least similarity of all logits of an output to those of ONNX Runtime, over all pages."""
SAME_TAGS = 0.99
"""Least share of words that get the same tag."""
RUNS = 50
LEAST = {"bf16": 8.0, "fp8": 8.9, "fp16": 7.5, "int8": 7.5}
"""Compute capability that a precision needs."""


@dataclass(frozen=True)
class Bench:
    """What is compiled with, where, and what it is compared with."""

    library: Library
    gpu: Gpu
    open_cuda: Callable[[], Cuda]
    reference: Backend
    pages: Sequence[Arrays]


@dataclass(frozen=True)
class Outcome:
    """A plan in the cache."""

    path: Path
    record: dict[str, Any]
    rebuilt: bool
    """False where the plan that lay there was sound."""
    reason: str
    """Why it was built."""


def compile_graph(order: Order, bench: Bench, *, force: bool = False, progress: Progress | None = None) -> Outcome:
    """The plan of `order` in the cache: the one that lies there, else built, verified and stored.

    Raises BackendUnavailable, BackendFailed, or VerificationFailed where it does something else than ONNX Runtime.
    """
    _check_capability(order.precision, bench.gpu)
    target = plans.Target.of(order.graph, order.precision, bench.library, bench.gpu)
    path = plans.path_of(target, order)
    with plans.locked(path):
        try:
            reason = "asked for with --force"
            if not force:
                return Outcome(path, plans.read(path, target).record, False, "")
        except plans.Unfit as unfit:
            reason = str(unfit)
        built, about = _made(order, bench, progress)
        plans.store(target, order, built, about)
        if order.timing_cache is not None and built.timing_cache:
            plans.write(order.timing_cache, built.timing_cache)
    return Outcome(path, plans.read(path, target).record, True, reason)


def _check_capability(precision: str, gpu: Gpu) -> None:
    if float(gpu.capability) < LEAST[precision]:
        able = ", ".join(name for name, least in LEAST.items() if float(gpu.capability) >= least) or "none"
        raise BackendUnavailable(f"{gpu.name} ({gpu.capability}) has no {precision}; it has: {able}")


def _made(order: Order, bench: Bench, progress: Progress | None) -> tuple[Built, dict[str, Any]]:
    """A new plan, and what it does: its likeness to ONNX Runtime, its layers, its latency by bucket."""
    cuda = bench.open_cuda()
    try:
        with cuda.current():  # TensorRT builds for the GPU of the current context
            built = build(bench.library, order, progress)
    except BaseException:
        cuda.close()
        raise
    runtime = Runtime(bench.library, cuda, built, order.buckets)
    try:
        filled = [filling(bucket, bench.pages, bucket.tokens - bucket.tokens // 8) for bucket in order.buckets]
        return built, {
            "built_seconds": round(built.seconds, 1),
            "verified": verify(runtime, bench.reference, [*bench.pages, *filled]),
            "layers": layer_types(bench.library, runtime.engine),
            "p50_ms": {str(bucket): p50(runtime, filling(bucket, bench.pages)) for bucket in order.buckets},
            "cuda_graphs": runtime.captures,
        }
    finally:
        runtime.close()


def verify(runtime: Backend | Runtime, reference: Backend, pages: Sequence[Arrays]) -> dict[str, float]:
    """Least cosine of any output over all pages, and the share of words with the same tag.

    Raises VerificationFailed where an output is not finite or either is too low.
    """
    dots: dict[str, np.ndarray] = {}
    same = words = 0
    for page in pages:
        wanted, given = reference.run(page), runtime.run(page)
        for name, values in given.items():
            if not np.isfinite(values).all():
                raise VerificationFailed(f"the plan's output {name} is not finite: another --precision holds its range")
            a, b = wanted[name].astype(np.float64).ravel(), values.astype(np.float64).ravel()
            dots[name] = dots.get(name, 0.0) + np.array([a @ b, a @ a, b @ b])
        tags = [outputs["tag_logits"].argmax(-1) for outputs in (wanted, given)]
        same, words = same + int((tags[0] == tags[1]).sum()), words + tags[0].size
    cosine = min(float(ab / max(np.sqrt(aa * bb), 1e-30)) for ab, aa, bb in dots.values())
    share = same / max(words, 1)
    if cosine < COSINE or share < SAME_TAGS:
        raise VerificationFailed(
            f"the plan differs from ONNX Runtime: cosine {cosine:.4f} (at least {COSINE}), same tags {share:.2%} (at "
            f"least {SAME_TAGS:.0%}); it is not kept: try another --precision"
        )
    return {"cosine": round(cosine, 6), "same_tags": round(share, 5), "words": words}


def filling(bucket: Bucket, pages: Sequence[Arrays], tokens: int | None = None) -> Arrays:
    """A batch for a bucket: real pages, cut or repeated to `tokens` words; None: all that it holds."""
    count = tokens or bucket.tokens
    chosen = [pages[i % len(pages)] for i in range(bucket.batch)]
    return {
        name: np.stack([np.resize(page[name][0], (count, *array.shape[2:])) for page in chosen])
        for name, array in pages[0].items()
    }


def p50(runtime: Runtime, inputs: Arrays) -> float:
    """Median milliseconds from arrays to arrays."""
    times = []
    for i in range(RUNS + 5):
        begun = time.perf_counter()
        runtime.run(inputs)
        if i >= 5:
            times.append((time.perf_counter() - begun) * 1e3)
    return round(float(np.median(times)), 4)
