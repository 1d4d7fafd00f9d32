"""The pages of a stage without labels: its sources by name, parted into what is trained on and what is held back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from docengine.corpus.pages import (
    DrawnPages,
    Finish,
    LabelledSetPages,
    PageShards,
    PageSource,
    ShardPages,
    TablePages,
    TextPages,
    UnlabelledPages,
)
from docengine.errors import DatasetError
from docengine.teacher.feed import Checked, Tally
from docengine.teacher.recipes import PagesRecipe

HELD_BACK = 50
"""Of a source's pages every so manieth is kept for validation."""
TABLES = "*/*tables.jsonl"
FILES = {"unlabelled": "unlabelled/pages.jsonl.gz", "texts": "text/*", "tables": TABLES, "sets": "*/annotations.jsonl"}
"""What each source reads of the data root."""
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class PageMix:
    """Weighted sources of pages, and the same of pages that are not trained on, by name."""

    sources: tuple[tuple[float, PageSource], ...]
    held_back: dict[str, PageSource]


class _Part(Sequence[Item], Generic[Item]):
    """Some items of a sequence, which stay where they are."""

    def __init__(self, whole: Sequence[Item], places: Sequence[int]) -> None:
        self.whole, self.places = whole, places

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, place: Any) -> Any:
        return self.whole[self.places[place]]


def page_mix(plan: PagesRecipe, root: Path, tally: Tally) -> PageMix:
    """Open what `plan.mix` gives a weight. `tally` counts broken pages. DatasetError where one is not there."""
    weighted: list[tuple[float, PageSource]] = []
    held_back: dict[str, PageSource] = {}
    for name, weight in plan.mix.items():
        found = list(_opened(name, plan, root)) if weight else []
        for source in found:
            trained, kept = _parted(source)
            weighted.append((weight / len(found), Checked(name, trained, tally)))
            held_back.setdefault(name, kept)
    return PageMix(tuple(weighted), held_back)


def _opened(name: str, plan: PagesRecipe, root: Path) -> Iterator[PageSource]:
    finish = Finish(plan.images, plan.noise)
    if name == "generated":
        yield DrawnPages(finish)
    elif name == "texts":
        yield TextPages.read(root, finish)
    elif name == "tables":
        yield TablePages.read(sorted(root.glob(TABLES)), finish)
    elif name == "unlabelled":
        yield UnlabelledPages.read(root)
    elif name == "sets":
        yield LabelledSetPages.read(root)
    else:
        yield from (ShardPages(PageShards(folder)) for folder in plan.shards)


def require_pages(plan: PagesRecipe, root: Path) -> None:
    """DatasetError for the first source of the mix whose folder is not in `root`: before hours of other work."""
    for name, weight in plan.mix.items():
        if weight and name in FILES and not any(root.glob(FILES[name])):
            raise DatasetError(
                f"{plan.STAGE}.mix.{name}: no {FILES[name]} in {root.absolute()}: set data.root in the recipe, or "
                f"leave {name} out"
            )


def _parted(source: PageSource) -> tuple[PageSource, PageSource]:
    """A source without every fiftieth of its pages, and one of those; drawn pages hardly ever come twice."""
    names = {ShardPages: "shards", UnlabelledPages: "lines", LabelledSetPages: "pages", TablePages: "tables"}
    name = names.get(type(source))
    if name is None:
        return source, source
    items = getattr(source, name)
    kept = range(0, len(items), HELD_BACK)
    trained = [place for place in range(len(items)) if place % HELD_BACK] or list(kept)
    return _with(source, name, _Part(items, trained)), _with(source, name, _Part(items, kept))


def _with(source: Any, name: str, items: Sequence[Any]) -> Any:
    changed = {name: items, "_packed": {}} if isinstance(source, LabelledSetPages) else {name: items}
    return replace(source, **changed)
