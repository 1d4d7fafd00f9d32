"""Encoder and heads on one page of 512 tokens, ONNX Runtime on the CPU: docengine's bundle beside LayoutLMv3-base.

    python benchmarks/encoder_latency.py --threads 2 --output benchmarks/results/encoder_latency.json

LayoutLMv3-base is built from its public configuration with random weights (time does not depend on them), with a tag
head of the same size, exported with static shapes (its faster form), in fp32 and dynamic INT8. Each contestant
runs in a process of its own, warmed up, in three rounds. docengine is given 512 words: 512 pieces would be less.
"""

from __future__ import annotations

import json
import platform
import tempfile
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import click
import numpy as np
import onnxruntime

from docengine.distill.export import example_inputs
from docengine.engine.backends.onnxruntime import OnnxRuntimeBackend
from docengine.engine.bundle import find_bundle

TOKENS = 512


def export_layoutlmv3(path: Path) -> None:
    """The public microsoft/layoutlmv3-base configuration: 12 layers of 768, 224 px image in patches of 16."""
    import torch
    from transformers import LayoutLMv3Config, LayoutLMv3ForTokenClassification

    class Wrapped(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            config = LayoutLMv3Config(vocab_size=50265, max_position_embeddings=514, type_vocab_size=1, num_labels=45)
            self.model = LayoutLMv3ForTokenClassification(config).eval()

        def forward(
            self, input_ids: torch.Tensor, bbox: torch.Tensor, attention_mask: torch.Tensor, pixel_values: torch.Tensor
        ) -> torch.Tensor:
            return self.model(input_ids, bbox, attention_mask, pixel_values=pixel_values).logits

    inputs = {name: torch.from_numpy(array) for name, array in layoutlmv3_inputs().items()}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Wrapped(), tuple(inputs.values()), path, input_names=list(inputs), opset_version=17, dynamo=False
        )


def layoutlmv3_inputs() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {
        "input_ids": rng.integers(10, 50000, (1, TOKENS)),
        "bbox": np.sort(rng.integers(0, 1000, (1, TOKENS, 4)), axis=-1),
        "attention_mask": np.ones((1, TOKENS), np.int64),
        "pixel_values": rng.standard_normal((1, 3, 224, 224), dtype=np.float32),
    }


def quantise(source: Path, target: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    prepared = source.with_suffix(".prepared.onnx")
    quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
    quantize_dynamic(prepared, target, op_types_to_quantize=["MatMul"], per_channel=True, weight_type=QuantType.QInt8)


def matmul_gflops() -> float:
    """What numpy's fp32 matrix product reaches on this machine now: the ceiling to read the figures against."""
    a = np.random.default_rng(0).standard_normal((2048, 2048), dtype=np.float32)
    best = min(_seconds(lambda: a @ a) for _ in range(5))
    return 2 * 2048**3 / best / 1e9


def _seconds(call: object) -> float:
    begun = time.perf_counter()
    call()  # type: ignore[operator]
    return time.perf_counter() - begun


def measure(graph: Path, rival: bool, threads: int, runs: int) -> list[float]:
    """Milliseconds of each run, after a warm-up, in this process."""
    backend = OnnxRuntimeBackend(graph, "cpu", threads)
    inputs = layoutlmv3_inputs() if rival else example_inputs(TOKENS)
    for _ in range(5):
        backend.run(inputs)
    return [_seconds(lambda: backend.run(inputs)) * 1e3 for _ in range(runs)]


def contestant(graph: Path, rival: bool, threads: int, runs: int) -> list[float]:
    """`measure` in a process of its own: the threads of one contestant must not spin while another runs."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, graph, rival, threads, runs).result()


@click.command()
@click.option("--threads", default=2, show_default=True)
@click.option("--runs", default=12, show_default=True, help="Runs of each contestant in each of three rounds.")
@click.option("--model", default=None, help="Bundle; default: the installed one.")
@click.option("--output", type=click.Path(path_type=Path), default=None)
def main(threads: int, runs: int, model: str | None, output: Path | None) -> None:
    bundle = find_bundle(model)
    with tempfile.TemporaryDirectory() as scratch:
        exact, small = Path(scratch, "layoutlmv3.onnx"), Path(scratch, "layoutlmv3.int8.onnx")
        export_layoutlmv3(exact)
        quantise(exact, small)
        graphs = {
            "docengine INT8": (bundle.file("encoder.onnx"), False),
            "LayoutLMv3-base INT8": (small, True),
            "LayoutLMv3-base fp32": (exact, True),
        }
        times: dict[str, list[float]] = {name: [] for name in graphs}
        for _ in range(3):
            for name, (graph, rival) in graphs.items():
                times[name] += contestant(graph, rival, threads, runs)
    rows = {name: {f"p{q}_ms": round(float(np.percentile(t, q)), 2) for q in (50, 95, 99)} for name, t in times.items()}
    ours = rows["docengine INT8"]["p50_ms"]
    report = {
        "tokens": TOKENS,
        "threads": threads,
        "runs": 3 * runs,
        "measurements": rows,
        "times_faster": {name: round(row["p50_ms"] / ours, 1) for name, row in rows.items()},
        "fp32_matmul_gflops": round(matmul_gflops(), 1),
        "machine": platform.processor() or platform.machine(),
        "onnxruntime": onnxruntime.__version__,
        "model": bundle.identity,
    }
    text = json.dumps(report, indent=1)
    if output:
        output.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
