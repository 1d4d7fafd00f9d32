"""docengine: fields, line items and answers out of business documents, on the machine it runs on.

The words every part speaks live here: `Page`, `Word`, `Box`, `Extraction`, `Field` and the error tree. Importing this
package loads nothing heavy; `Engine` is fetched on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docengine.document import Box, Document, Page, Word
from docengine.errors import DocengineError
from docengine.extraction import Answer, Check, Extraction, Field, LineItem
from docengine.schema import FieldSpec, FieldType, Schema

if TYPE_CHECKING:
    from docengine.engine import Engine

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "Box",
    "Check",
    "DocengineError",
    "Document",
    "Engine",
    "Extraction",
    "Field",
    "FieldSpec",
    "FieldType",
    "LineItem",
    "Page",
    "Schema",
    "Word",
    "__version__",
]


def __getattr__(name: str) -> object:
    if name == "Engine":
        from docengine.engine import Engine

        return Engine
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
