"""What TensorRT says of a graph that it does not take, in words that name the mend."""

from __future__ import annotations

import re
from collections.abc import Sequence

QDQ = "it takes explicit Q/DQ, signed and symmetric: docengine export --precision qdq"
MENDS = (
    (r"DynamicQuantizeLinear|MatMulInteger|ConvInteger|DynamicQuantize", f"it is quantised dynamically; {QDQ}"),
    (r"zero ?point|UINT8|uint8", f"it is quantised with zero points or unsigned; {QDQ}"),
    (r"same input types|validateTypes", "one operator mixes types; cast its inputs to one type"),
    (
        r"Plugin not found|No importer|Unsupported operator|Unsupported ONNX opset",
        "this TensorRT does not know the operator, which may be of a newer opset: export with opset 18",
    ),
    (
        r"out of memory|OutOfMemory",
        "memory ran out while it was built: close other programs",
    ),
    (r"Network must have at least one output", "there is no graph in it: export it again"),
)
"""What stands in TensorRT's words, the first that fits; the cause and the mend in ours."""


def refusal(graph: str, said: Sequence[str]) -> str:
    """One line on why `graph` is refused: the node TensorRT names first, its reason, the mend."""
    everything = " ".join(said)
    mend = next((mend for pattern, mend in MENDS if re.search(pattern, everything)), "")
    first = f" at {_short(said[0])}" if said else ", without a reason"
    return f"{graph} is refused by TensorRT{first}" + (f": {mend}" if mend else "")


def _short(text: str) -> str:
    """The first line without the places in TensorRT's own source."""
    line = text.strip().splitlines()[0] if text.strip() else text
    return re.sub(r"\s*\(?In \w+ at .*$", "", line)[:240]
