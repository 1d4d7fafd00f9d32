"""Whether 03/04/2024 is in March or April, where no date of the document proves it: the order of its dates may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from docengine import Schema
from docengine.engine.decode.choice import ORDERED
from docengine.engine.decode.options import Options, read_options
from docengine.engine.decode.reading import Span
from docengine.engine.values import Hints


def settle_date_order(
    options: Options, spans: Mapping[str, Iterable[Span]], schema: Schema, hints: Hints
) -> tuple[Options, Hints, list[str]]:
    """Options and hints as given, or of the other date order where only that puts the likeliest dates in order.

    The list holds a warning where it does.
    """
    if hints.date_order is not None or _in_order(options) is not False:
        return options, hints, []
    other = replace(hints, date_order="dmy" if hints.month_first else "mdy")
    reread = read_options(spans, schema, other)
    if not _in_order(reread):
        return options, hints, []
    first = "month" if other.month_first else "day"
    return reread, other, [f"dates were read {first} first, because only then they are in order"]


def _in_order(options: Options) -> bool | None:
    """Whether the likeliest dates are; None where there are no two to compare."""
    pairs = [(options[a][0].value, options[b][0].value) for a, b in ORDERED if options.get(a) and options.get(b)]
    return all(start <= end for start, end in pairs) if pairs else None
