"""The figures of `docengine bench` for people, on stdout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from docengine.cli.terminal import printable

COLUMNS = ("", "pages", "p50", "p95", "p99 ms", "pages/s", "CPU s/page")


def print_report(report: Mapping[str, Any]) -> None:
    """Where and on what it was measured, a table a contestant, and what changed since the old run."""
    console = Console()
    for line in heading(report):
        console.print(line, markup=False)
    for contestant in report["contestants"]:
        console.print()
        name = contestant["contestant"]
        console.print(Text(printable(name), style="bold"), Text(printable(contestant["about"])), sep=": ")
        rows = [row for row in report["measurements"] if row["contestant"] == name]
        console.print(_table(rows))
        console.print(_summary(rows), markup=False)
    if "comparison" in report:
        _print_comparison(console, report["comparison"])


def heading(report: Mapping[str, Any]) -> list[str]:
    """Machine, versions, documents and the machine's own rates, a line each."""
    machine, documents, versions = report["machine"], report["documents"], report["versions"]
    lines = [
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB",
        f"docengine {versions['docengine']} {report['commit'] or ''}, {report['model']}, "
        f"onnxruntime {versions['onnxruntime']}, Python {versions['python']}",
        f"{documents['count']} of {documents['given']} documents, {documents['pages']} pages, "
        f"{documents['pages_by_ocr']} of them by OCR; {report['rounds']} rounds",
    ]
    for rate in report["ceilings"]:
        rates = f"{rate['fp32_gflops']} GFLOP/s fp32, {rate['int8_gops']} GOP/s int8, copies {rate['copy_gb_s']} GB/s"
        lines.append(f"ceiling with {rate['threads']} threads: {rates}")
    load = machine["load_before"]
    if load and load > machine["cores"] / 4:
        lines.append(f"this machine was busy before the run (load {load}): the times are longer than on a quiet one")
    return [printable(line) for line in lines]


def _table(rows: list[Mapping[str, Any]]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for number, column in enumerate(COLUMNS):
        table.add_column(column, justify="left" if number < 2 else "right")
    for row in rows:
        pages = f"{row['batch']} of {row['tokens']} words" if row["tokens"] else row["pages"]
        times = (_figure(row[key]) for key in ("p50_ms", "p95_ms", "p99_ms", "pages_per_second"))
        table.add_row(row["stage"], pages, *times, _figure(row["cpu_seconds_per_page"]))
    return table


def _summary(rows: list[Mapping[str, Any]]) -> str:
    """What is known of the whole alone."""
    whole = rows[0]
    peak = f"{whole['peak_mib']:.0f} MiB" if whole["peak_mib"] is not None else "not known on this system"
    parts = [f"peak memory {peak}", f"first record after {whole['cold_start_s']:.2f} s"]
    parts += [f"rounds differ by {whole['noise']:.0%}"] if "noise" in whole else []
    parts += [f"F1 {100 * whole['f1']:.1f}"] if whole.get("f1") is not None else []
    shares = [row["share_of_ceiling"] for row in rows if row.get("share_of_ceiling")]
    parts += [f"the model alone reaches {max(shares):.0%} of the ceiling"] if shares else []
    return "; ".join(parts)


def _print_comparison(console: Console, comparison: Mapping[str, Any]) -> None:
    changed = [change for change in comparison["changes"] if change["verdict"] != "same"]
    kept = len(comparison["changes"]) - len(changed)
    old = comparison["commit"] or "no commit"
    console.print(f"\nagainst the old run ({old}): {kept} figures within the noise", markup=False)
    for difference in comparison["differences"]:
        console.print(Text(printable(f"  {difference}"), style="yellow"))
    for change in changed:
        what = ", ".join(filter(None, (change[key] for key in ("contestant", "stage", "pages", "metric"))))
        size = (
            f"{_figure(change['old'])} to {_figure(change['new'])}, {abs(change['slowdown']):.0%} {change['verdict']}"
        )
        style = "red" if change["verdict"] == "slower" else "green"
        console.print(Text(printable(f"  {what}: {size} (noise {change['noise']:.0%})"), style=style))


def _figure(value: float | None) -> str:
    """Three digits or so."""
    if value is None:
        return ""
    digits = next(digits for least, digits in ((100, 0), (10, 1), (0.1, 2), (0, 4)) if abs(value) >= least)
    return f"{value:.{digits}f}"
