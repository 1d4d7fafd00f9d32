"""How an item table looks: its mode, its rules and fills, its type and spaces."""

from __future__ import annotations

from dataclasses import dataclass

from docengine.corpus.generator.writer import Writer

FRAMES = ("none", "rows", "grid", "columns", "zebra", "outer", "head")
_FRAME_SHARES = (38, 22, 12, 8, 9, 5, 6)


@dataclass(slots=True)
class Style:
    """How a document's table looks."""

    mode: str
    """`columns`; `below`: the numbers on a line below the description; `inline`: quantity and price below it;
    `stacked`: no table, each value under its own label."""
    frame: str
    """One of FRAMES."""
    size: float
    gap: float
    """Points between rows."""
    head: bool
    dark: bool
    grey: bool
    numbers: str
    """Alignment of columns of numbers."""
    spread: bool
    """Whether room to spare goes to all columns rather than to the description."""
    leaders: bool
    down: float
    """Where a row's numbers stand beside its description: 0 on its first line, 1 on its last, 0.5 in the middle."""
    gutter: float
    """Between columns, in sizes of type."""
    bold_names: bool
    decimals: bool
    """Whether numbers are aligned at their decimal marks."""


def draw_style(writer: Writer, size: float) -> Style:
    rng = writer.rng
    mode = rng.choices(("columns", "below", "inline", "stacked"), (84, 7, 6, 3))[0]
    if mode == "stacked" and len(writer.record.lines) > 5:
        mode = "columns"
    frame = rng.choices(FRAMES, _FRAME_SHARES)[0]
    dark, loose = rng.random() < 0.18, frame in ("rows", "grid", "zebra")
    return Style(
        mode=mode, frame=frame, size=size * (1.0 if rng.random() < 0.7 else 0.92),
        gap=rng.choice((3.0, 4.0, 6.0) if loose else (0.0, 0.0, 2.0, 4.0, 8.0)),
        head=rng.random() < 0.95, dark=dark, grey=not dark and rng.random() < 0.3,
        numbers=rng.choices(("r", "c", "l", "mixed"), (80, 9, 7, 4))[0],
        spread=rng.random() < 0.3, leaders=rng.random() < 0.15,
        down=rng.choices((0.0, 0.5, 1.0), (80, 14, 6))[0], gutter=rng.choice((0.6, 0.8, 1.1, 1.1, 1.1, 1.6, 2.2)),
        bold_names=rng.random() < 0.08, decimals=rng.random() < 0.04,
    )  # fmt: skip
