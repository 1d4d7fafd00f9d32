"""Which pages of a document are wanted: `"1-3,5"`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docengine.errors import UsageError


@dataclass(frozen=True, slots=True)
class PageRange:
    """Ranges of page numbers, counted from 1, both ends included; a last page of None means all that follow."""

    ranges: tuple[tuple[int, int | None], ...]

    def __contains__(self, number: int) -> bool:
        return any(first <= number and (last is None or number <= last) for first, last in self.ranges)

    def __str__(self) -> str:
        return ",".join(f"{a}" if a == b else f"{a}-{b or ''}" for a, b in self.ranges)

    def indices(self, count: int) -> Iterator[int]:
        """Indices (from 0) of the wanted pages in a document of `count` pages, in the document's order."""
        return (index for index in range(count) if index + 1 in self)


def parse_page_range(text: str) -> PageRange:
    """`"2"`, `"1-3,5"`, `"4-"` (to the end). Raises UsageError on anything else."""
    ranges = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,9})\s*(?:(-)\s*(\d{1,9})?)?\s*", part, re.ASCII)
        if not match:
            raise UsageError(f"page range {text!r} is not understood; write it like 1-3,5 or 4-")
        first = int(match[1])
        last = first if not match[2] else int(match[3]) if match[3] else None
        if first < 1 or (last is not None and last < first):
            raise UsageError(f"page range {text!r}: pages count from 1 and {part.strip()!r} must not run backwards")
        ranges.append((first, last))
    return PageRange(tuple(ranges))
