"""Which documents train, which tune and which measure; `splits.toml` fixes it, by layout."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from docengine.corpus.dataset import Row, read_dataset
from docengine.errors import UsageError

Part = Literal["train", "tune", "val"]

TRAINING_SETS = ("sroie", "fcc_adbuy", "zugferd_facturx")
"""The labelled sets whose licence lets the weights trained on them be distributed and whose fields are the schema's.

The others only measure: funsd is for research, indonesian_receipts and odoo_fr_invoices_synthetic state no licence, and
kleister_nda_page1 labels parties and dates of agreements.
"""


@cache
def _splits() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("docengine.corpus").joinpath("splits.toml").read_text(encoding="utf-8"))


def partition(row: Row, set_name: str) -> Part:
    """The part of `row`, a row of the data set `set_name` (its folder's name).

    Raises UsageError for a set that may not train: all of it measures.
    """
    if set_name not in TRAINING_SETS:
        raise UsageError(f"{set_name!r} is no training set, all of it measures; known: {', '.join(TRAINING_SETS)}")
    rules = _splits()[set_name]
    if row.template in rules.get("val", ()) or (row.split is not None and row.split == rules.get("val_split")):
        return "val"
    return "tune" if row.template in rules["tune"] else "train"


def rows_of(data_dir: Path | str, part: Part) -> Iterator[tuple[str, Row]]:
    """(set name, row) of every row of the training sets in `data_dir` that belongs to `part`."""
    for name in TRAINING_SETS:
        yield from ((name, row) for row in read_dataset(Path(data_dir) / name) if partition(row, name) == part)


def training_rows(data_dir: Path | str) -> Iterator[tuple[str, Row]]:
    """(set name, row) of all that may train shipped weights."""
    return rows_of(data_dir, "train")
