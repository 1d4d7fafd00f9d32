"""What was measured, as one object that `docengine bench --json` prints."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from docengine.engine.measuring import machine
from docengine.engine.measuring.ceiling import share_of
from docengine.engine.measuring.contestants import Setting
from docengine.engine.measuring.rounds import ROUNDS, Measured, Plan, Round
from docengine.engine.measuring.statistics import END_TO_END, Sample, noise_of, percentiles, summary

SCHEMA = "docengine.bench/1"
STAGES = ("open", "ocr", "preprocess", "model", "decode")
MODEL_ALONE = "model alone"
GROUPS = {True: "read by OCR", False: "with words"}
"""The two kinds of document, which differ by a factor of a hundred: their times are not mixed."""
ALL = "all"


def report(plan: Plan, measured: Measured) -> dict[str, Any]:
    """The run as JSON: what was measured on what, and the measurements, of every contestant and stage."""
    first = next(iter(measured.rounds.values()))[0]
    rows = [row for setting, rounds in measured.rounds.items() for row in rows_of(setting, rounds, measured)]
    return {
        "schema": SCHEMA,
        "machine": {**machine.machine(), "load_before": measured.load_before},
        "versions": machine.versions(),
        "commit": machine.commit(),
        "model": first.result.get("model"),
        "rounds": ROUNDS,
        "seconds_a_contestant": plan.duration,
        "warmup": plan.warmup,
        "documents": {"given": len(plan.sources), **describe_documents(measured, first)},
        "ceilings": [{"threads": threads, **rates} for threads, rates in measured.ceilings.items()],
        "contestants": [
            {"contestant": setting.name, "about": rounds[0].result["about"]}
            for setting, rounds in measured.rounds.items()
        ],
        "measurements": rows,
    }


def describe_documents(measured: Measured, first: Round) -> dict[str, Any]:
    """How many were read, of which kind, and a digest by which another run tells that it read the same."""
    digest = hashlib.sha256(b"".join(hashlib.sha256(Path(source).read_bytes()).digest() for source in measured.sources))
    one_pass = first.samples[: len(measured.sources)]
    return {
        "count": len(measured.sources),
        "pages": sum(sample.pages for sample in one_pass),
        "pages_by_ocr": sum(sample.pages for sample in one_pass if sample.ocr),
        "failed": measured.failed,
        "digest": digest.hexdigest()[:12],
    }


def rows_of(setting: Setting, rounds: Sequence[Round], measured: Measured) -> Iterator[dict[str, Any]]:
    """All measurements of one contestant, each with everything that says how it was made."""
    given = {key: value for key, value in asdict(setting).items() if key not in ("reader", "model", "ocr_engine")}
    about = {"contestant": setting.name, **given, "precision": rounds[0].result["precision"]}
    about |= {"batch": 1, "tokens": None}
    samples = [one.samples for one in rounds]
    if any(samples):
        yield {**about, "stage": END_TO_END, "pages": ALL, **whole(setting, rounds)}
    for ocr, group in GROUPS.items():
        chosen = [[sample for sample in one if sample.ocr == ocr] for one in samples]
        if any(chosen):
            for stage in (END_TO_END, *stages_in(chosen)):
                yield {**about, "stage": stage, "pages": group, **summary(chosen, stage, setting.workers)}
    ceiling = measured.ceilings[setting.threads] if setting.device == "cpu" else None
    for runs in zip(*(one.result["model_runs"] for one in rounds), strict=True):
        row = {**about, "stage": MODEL_ALONE, "pages": None, **model_alone(runs, ceiling)}
        yield row if any(samples) else {**row, **process_of(rounds)}


def stages_in(rounds: Sequence[Sequence[Sample]]) -> list[str]:
    """The stages that took any time."""
    return [stage for stage in STAGES if any(sample.stages.get(stage, 0.0) > 0 for one in rounds for sample in one)]


def whole(setting: Setting, rounds: Sequence[Round]) -> dict[str, Any]:
    """End to end over all documents: what came out of each window, memory, and the start."""
    pages = [sum(sample.pages for sample in one.samples) for one in rounds]
    rates = [count / one.result["seconds"] for count, one in zip(pages, rounds, strict=True)]
    figures = summary([one.samples for one in rounds], END_TO_END, setting.workers)
    starts = [one.cold_start_s for one in rounds]
    spent = sum(one.result["cpu_seconds"] for one in rounds) / sum(pages)
    over_rounds = {"pages_per_second": _rounded(rates), "cold_start_s": _rounded(starts), **figures["rounds"]}
    return {
        **figures,
        "pages_per_second": round(median(rates), 3),
        "cpu_seconds_per_page": round(spent, 4),
        **process_of(rounds),
        "noise": noise_of(rates),
        "rounds": over_rounds,
    }


def process_of(rounds: Sequence[Round]) -> dict[str, Any]:
    """What is known of the contestant's process as a whole."""
    peaks = [one.result["peak_mib"] for one in rounds if one.result["peak_mib"] is not None]
    return {"peak_mib": max(peaks, default=None), "cold_start_s": round(median(one.cold_start_s for one in rounds), 3)}


def model_alone(runs: Sequence[dict[str, Any]], ceiling: dict[str, float] | None) -> dict[str, Any]:
    """The model on one size of input; its share of the ceiling is None on a device whose rates were not measured."""
    tokens, batch, operations = (runs[0][key] for key in ("tokens", "batch", "operations"))
    figures = percentiles([ms for run in runs for ms in run["ms"]])
    return {
        "tokens": tokens,
        "batch": batch,
        "runs": sum(len(run["ms"]) for run in runs),
        **figures,
        "pages_per_second": round(batch * 1e3 / figures["p50_ms"], 2),
        "cpu_seconds_per_page": round(median(run["cpu_seconds"] for run in runs) / batch, 5),
        "gflop": {kind: round(count / 1e9, 3) for kind, count in operations.items()},
        "share_of_ceiling": share_of(operations, ceiling, figures["p50_ms"]) if ceiling else None,
        "rounds": {"p50_ms": [percentiles(run["ms"])["p50_ms"] for run in runs]},
    }


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(value, 4) for value in values]


def add_accuracy(found: dict[str, Any], dataset: str, scores: Mapping[Setting, Mapping[str, Any]]) -> None:
    """Put each contestant's scores beside its time from end to end."""
    by_name = {setting.name: dict(score) for setting, score in scores.items()}
    found["accuracy"] = {"dataset": dataset, "scores": by_name}
    for row in found["measurements"]:
        if (row["stage"], row["pages"]) == (END_TO_END, ALL):
            row["f1"] = by_name[row["contestant"]].get("f1")
