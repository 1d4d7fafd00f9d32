"""What comes out: the extraction record of DESIGN.md section 6, one JSON object a document."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from docengine.document import Box

RECORD_SCHEMA = "docengine.extraction/1"


@dataclass(frozen=True, slots=True)
class Field:
    """A value read from a page. `value` is normalised, `text` as printed, `box` in pixels of page `page`."""

    value: str
    text: str
    confidence: float
    page: int
    box: Box

    def to_dict(self) -> dict[str, Any]:
        box = [round(edge, 1) for edge in self.box]
        return {**asdict(self), "confidence": round(self.confidence, 4), "box": box}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Field:
        return cls(**{**data, "box": Box(*data["box"])})


LineItem = dict[str, Field]
"""One row of the item table: field name to `Field`; a cell that is not printed is absent."""


@dataclass(frozen=True, slots=True)
class Check:
    """An arithmetic or logical check over the values found, such as `totals_add_up`."""

    name: str
    ok: bool
    detail: str = ""


@dataclass(slots=True)
class Extraction:
    """One document's record. Either `error` is None, or it says why the document could not be read."""

    source: str
    pages: list[dict[str, float]] = field(default_factory=list)
    """Of each page read: `page` (its place in the file, from 0; a field's `page` refers to it), `width`, `height`."""
    document_type: str | None = None
    language: str | None = None
    fields: dict[str, Field] = field(default_factory=dict)
    line_items: list[LineItem] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    error: dict[str, Any] | None = None
    model: str = ""
    timings_ms: dict[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return {
            "schema": RECORD_SCHEMA,
            "source": self.source,
            "pages": self.pages,
            "document_type": self.document_type,
            "language": self.language,
            "fields": {name: found.to_dict() for name, found in self.fields.items()},
            "line_items": [{name: cell.to_dict() for name, cell in row.items()} for row in self.line_items],
            "checks": [{k: v for k, v in asdict(check).items() if v != ""} for check in self.checks],
            "warnings": self.warnings,
            "error": self.error,
            "model": self.model,
            "timings_ms": {name: round(spent, 2) for name, spent in self.timings_ms.items()},
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Extraction:
        kept = {
            key: data[key]
            for key in ("source", "pages", "document_type", "language", "warnings", "error", "model", "timings_ms")
        }
        return cls(
            **kept,
            fields={name: Field.from_dict(found) for name, found in data["fields"].items()},
            line_items=[{name: Field.from_dict(cell) for name, cell in row.items()} for row in data["line_items"]],
            checks=[Check(**check) for check in data["checks"]],
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a question; `text` is empty when the answer is not on the page."""

    text: str
    confidence: float
    boxes: tuple[Box, ...] = ()
