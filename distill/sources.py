"""A recipe's labelled pages: what the student's stage and fine-tuning learn from and are watched on."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from docengine.corpus.align import align_row
from docengine.corpus.dataset import Row, read_dataset
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.rescans import Readings, rescanned_pages
from docengine.corpus.splits import TRAINING_SETS, partition
from docengine.corpus.streams import Augment, GeneratedPages, RealPages, name_pool
from docengine.distill.data import PageSource
from docengine.distill.recipe import Recipe
from docengine.engine.ocr import open_ocr
from docengine.errors import DatasetError
from docengine.schema import Schema
from docengine.teacher.feed import Checked, Tally
from docengine.teacher.mixing import require_pages

OWN_TUNE = 10
"""Of one's own documents every so manieth is watched and not trained on, where their `split` does not say which."""
HELD_OUT_SEEDS = 1 << 50
"""Generated pages from here on are never trained on: training draws 48-bit seeds."""


class LabelledData:
    """A recipe's labelled pages; the real ones are read once, when a stage first asks for them."""

    def __init__(self, recipe: Recipe, folder: Path) -> None:
        self.recipe, self.folder, self.root = recipe, folder, Path(recipe.data.root)

    @cached_property
    def real(self) -> dict[str, list[LabelledPage]]:
        """Training pages of each set, once more as our own OCR reads them where the recipe asks for that."""
        data = self.recipe.data
        pages = {name: [page for row in self._rows(name, "train") for page in align_row(row)] for name in data.sets}
        if data.own_ocr:
            reader = open_ocr("rapidocr", None)
            for name in data.own_ocr:
                readings = Readings(self.folder / "rescans" / f"{name}.jsonl", reader)
                pages[name] += rescanned_pages(list(self._rows(name, "train")), readings)
        return pages

    def _rows(self, name: str, part: str) -> Iterator[Row]:
        if name not in TRAINING_SETS:
            allowed = ", ".join(TRAINING_SETS)
            raise DatasetError(f"data set {name!r} may not train distributed weights; allowed: {allowed}")
        yield from (row for row in read_dataset(self.root / name) if partition(row, name) == part)

    @cached_property
    def _own(self) -> dict[str, tuple[list[LabelledPage], list[LabelledPage]]]:
        """Pages of one's own folders: trained on, and watched."""
        stage = self.recipe.finetune
        return {folder: own_pages(Path(folder), stage.schema) for folder in stage.own} if stage else {}

    def sources(self, tally: Tally, own: Mapping[str, float] | None = None) -> tuple[tuple[float, PageSource], ...]:
        """Weighted sources of training pages, whose broken ones `tally` counts; `own`: one's own folders."""
        data = self.recipe.data
        augment = Augment(data.noise, data.redraw)
        sources: list[tuple[float, str, PageSource]] = []
        if data.generated:
            sources.append((data.generated, "generated", GeneratedPages(augment)))
        names = name_pool(3000 if data.generated else 0, self.recipe.seed)
        sources += [(data.sets[name], name, RealPages.of(pages, augment, names)) for name, pages in self.real.items()]
        for folder, weight in (own or {}).items():
            sources.append((weight, folder, RealPages.of(self._own[folder][0], replace(augment, redraw=0.0), names)))
        return tuple((weight, Checked(name, source, tally)) for weight, name, source in sources)

    def held_back(self, own: Iterable[str] = ()) -> dict[str, list[LabelledPage]]:
        """To validate on: the tune part of each real set and of one's `own`, and generated pages of unseen seeds."""
        generated = GeneratedPages(Augment(noise=0.5, redraw=0.0))
        pages: dict[str, list[LabelledPage]] = {}
        if self.recipe.data.generated:
            pages["generated"] = [generated(random.Random(HELD_OUT_SEEDS + number)) for number in range(150)]
        for name in self.recipe.data.sets:
            pages[name] = [page for row in self._rows(name, "tune") for page in align_row(row)]
        pages |= {Path(folder).name: self._own[folder][1] for folder in own}
        return pages


def own_pages(folder: Path, schema: Schema) -> tuple[list[LabelledPage], list[LabelledPage]]:
    """A user's labelled pages to train on and to watch: by `split` where the rows say it, else one row in ten.

    DatasetError where a row is broken, or there are too few.
    """
    rows = list(read_dataset(folder, strict=True, schema=schema))
    said = any(row.split not in (None, "train") for row in rows)
    watched = [row.split not in (None, "train") if said else i % OWN_TUNE == 0 for i, row in enumerate(rows)]
    parts: tuple[list[LabelledPage], list[LabelledPage]] = ([], [])
    for row, kept in zip(rows, watched, strict=True):
        parts[kept].extend(align_row(row, schema))
    if not all(parts):
        raise DatasetError(f"{folder} has {len(rows)} documents: at least one to train on and one to watch are needed")
    return parts


def require_data(recipe: Recipe) -> None:
    """DatasetError that names the first folder or file of the recipe's data that is not there."""
    root = Path(recipe.data.root)
    wanted = {f"data.sets: {name}": root / name for name in recipe.data.sets}
    wanted |= {f"data.texts: {text}": root / text for text in recipe.data.texts}
    for key, path in wanted.items():
        if not path.exists():
            raise DatasetError(f"{key} is not in {root.absolute()}: set data.root in the recipe, or leave it out")
    for stage in (recipe.pretrain, recipe.adapt, recipe.distil):
        if stage:
            require_pages(stage, root)
