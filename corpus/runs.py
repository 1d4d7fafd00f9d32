"""Finds the runs of words on a page that spell a given value."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from docengine.corpus.context import Sheet
from docengine.corpus.spelling import FREE, spells, squeeze
from docengine.schema import FieldType

LONGEST_RUN = 6
ALIKE = {FieldType.NAME: 84.0, FieldType.ADDRESS: 78.0, FieldType.TEXT: 80.0}
"""Least share of equal characters, in percent, for a free text to count as found."""

Run = tuple[tuple[int, ...], float]
"""Places of the words in the sheet, and how alike they are to the value, in percent."""


def runs_of(sheet: Sheet, value: str, kind: FieldType) -> list[Run]:
    """Every run of words that spells `value`; runs share no words."""
    return free_runs(sheet, value, ALIKE[kind]) if kind in FREE else typed_runs(sheet, value, kind)


def typed_runs(sheet: Sheet, value: str, kind: FieldType) -> list[Run]:
    """Shortest runs of neighbouring words on a row that spell `value`."""
    wanted = {char for char in squeeze(value) if char.isdigit()} - {"0"}
    found: list[Run] = []
    for row in sheet.by_row:
        if not wanted <= set(sheet.text(row)):
            continue
        taken: set[int] = set()
        for length in range(1, LONGEST_RUN + 1):
            for start in range(len(row) - length + 1):
                run = row[start : start + length]
                if not taken.intersection(run) and spells(sheet.text(run), value, kind):
                    run = _whole_number(sheet, run, row[start + length :], value, kind)
                    taken.update(run)
                    found.append((tuple(run), 100.0))
    return found


def _whole_number(sheet: Sheet, run: list[int], after: list[int], value: str, kind: FieldType) -> list[int]:
    """`run` with the decimals that a PDF's spacing parted from it: `10,` `00`."""
    whole = run
    for stop in range(1, min(3, len(after)) + 1):
        longer = [*run, *after[:stop]]
        text = sheet.text(longer)
        if not re.search(r"\d ?[.,] ?[\d ]+$", text) or not spells(text, value, kind):
            continue
        whole = longer
    return whole


def free_runs(sheet: Sheet, value: str, cutoff: float) -> list[Run]:
    """Runs of words, along a column or the reading order, whose characters are those of `value`, best first."""
    wanted = squeeze(value)
    if not wanted:
        return []
    cutoff = 95.0 if len(wanted) < 5 else cutoff
    found: dict[tuple[int, ...], float] = {}
    rows = [[i for row in sheet.by_row[at : at + 4] for i in row] for at in range(len(sheet.by_row))]
    for chain in [*sheet.chains, *sheet.columns, *rows]:
        run = best_run(sheet, wanted, chain, cutoff)
        if run and run[0] not in found:
            found[run[0]] = run[1]
    kept: list[Run] = []
    taken: set[int] = set()
    for run_words, alike in sorted(found.items(), key=lambda pair: (-pair[1], pair[0])):
        if not taken.intersection(run_words):
            taken.update(run_words)
            kept.append((run_words, alike))
    return kept


def best_run(sheet: Sheet, wanted: str, chain: Sequence[int], cutoff: float) -> Run | None:
    """The stretch of `chain` most like `wanted` (squeezed), in whole words, and how alike in percent."""
    pieces = [squeeze(sheet.words[i].text) for i in chain]
    text = "".join(pieces)
    if len(text) < 0.6 * len(wanted):
        return None
    if len(text) <= len(wanted):
        start, stop = 0, len(chain)
    else:
        window = fuzz.partial_ratio_alignment(wanted, text, score_cutoff=cutoff - 20)
        if window is None:
            return None
        at, inside = 0, []
        for place, piece in enumerate(pieces):
            overlap = min(at + len(piece), window.dest_end) - max(at, window.dest_start)
            if piece and overlap * 2 >= len(piece):
                inside.append(place)
            at += len(piece)
        if not inside:
            return None
        start, stop = inside[0], inside[-1] + 1
    start, stop, alike = _sharpen(pieces, wanted, start, stop)
    return (tuple(chain[start:stop]), alike) if alike >= cutoff else None


def _sharpen(pieces: list[str], wanted: str, start: int, stop: int) -> tuple[int, int, float]:
    """Moves either end by one word as long as that makes the stretch more like `wanted`."""
    best = fuzz.ratio(wanted, "".join(pieces[start:stop]))
    while True:
        moves = [(start + 1, stop), (start, stop - 1), (start - 1, stop), (start, stop + 1)]
        scored = [(fuzz.ratio(wanted, "".join(pieces[a:b])), a, b) for a, b in moves if 0 <= a < b <= len(pieces)]
        top = max(scored, default=(0.0, start, stop))
        if top[0] <= best:
            return start, stop, best
        best, start, stop = top
