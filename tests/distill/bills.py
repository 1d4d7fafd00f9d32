"""A user's documents, as small as they can be."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docengine import Box, Word

TERMS = ("DAP", "EXW", "FCA", "CIP")


def page(number: int) -> tuple[list[Word], dict[str, str]]:
    """A bill of six rows: its number, its date, the term of delivery; the values differ."""
    rng = random.Random(number)
    fields = {"invoice_number": f"R-{rng.randrange(10_000, 99_999)}", "incoterm": rng.choice(TERMS)}
    fields["invoice_date"] = f"2024-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
    rows = [("Works", "Ltd"), ("Invoice", fields["invoice_number"]), ("Date", fields["invoice_date"])]
    rows += [("Incoterm", fields["incoterm"]), ("Thank", "you"), ("Page", str(number))]
    words = [
        Word(text, Box(50 + 200 * column, 50 + 40 * row, 150 + 200 * column, 70 + 40 * row))
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]
    return words, fields


def write_rows(folder: Path, numbers: range, change: Callable[[int, dict[str, Any]], None] | None = None) -> Path:
    """A data set of `page`s in our form; `change` may alter each row."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "annotations.jsonl").open("w", encoding="utf-8") as lines:
        for number in numbers:
            words, fields = page(number)
            row = {"id": f"d{number}", "width": 600, "height": 400, "fields": fields, "doc_type": "invoice"}
            row["words"] = [{"text": text, "box": list(box)} for text, box in words]
            if change:
                change(number, row)
            lines.write(json.dumps(row) + "\n")
    return folder
