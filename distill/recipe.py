"""A recipe: one TOML file that names data, sizes and budgets, and from which a bundle can be made again."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

from docengine.distill.student import StudentConfig
from docengine.errors import InvalidRecipe
from docengine.teacher.stages import StageRecipe


@dataclass(frozen=True, slots=True)
class DataRecipe:
    """What the model learns from."""

    root: str = "../shared/data"
    """Folder of the data sets, relative to the working directory."""
    generated: float = 1.0
    """Weight of generated pages in the mix."""
    sets: dict[str, float] = field(default_factory=dict)
    """Weight of each real data set in the mix; their training part only."""
    own_ocr: tuple[str, ...] = ()
    """Real data sets whose pictures our own OCR reads too: half their pages then come with its words and slips."""
    tokenizer_pages: int = 12_000
    """Generated pages that the tokenizer is trained on, beside the real ones and the texts."""
    texts: tuple[str, ...] = ()
    """Gzipped texts under `root` that the tokenizer also sees."""
    noise: float = 0.5
    """Share of pages that get OCR noise."""
    redraw: float = 0.7
    """Share of real pages whose values are drawn anew."""
    longest: int = 320
    """Words a training page is cut to."""
    workers: int = 1
    """Processes that draw pages."""
    calibration: int = 400
    """Generated documents that confidences are fitted on, beside the real sets' tune parts."""

    def __post_init__(self) -> None:
        for name in self.own_ocr:
            if name not in self.sets:
                raise InvalidRecipe(f"data.own_ocr names {name!r}, which is not in data.sets: {', '.join(self.sets)}")


@dataclass(frozen=True, slots=True)
class TrainRecipe(StageRecipe):
    """The student's stage."""

    line_weight: float = 0.3
    """Weight of the token-to-line loss beside the tag loss."""


@dataclass(frozen=True, slots=True)
class Recipe:
    name: str
    seed: int = 0
    languages: tuple[str, ...] = ()
    """Languages the model is meant for; stated in the bundle."""
    notes: str = ""
    """What a reader of the model card should know of the run that the settings do not say."""
    data: DataRecipe = field(default_factory=DataRecipe)
    student: StudentConfig = field(default_factory=StudentConfig)
    train: TrainRecipe = field(default_factory=TrainRecipe)

    def __post_init__(self) -> None:
        if not self.name or Path(self.name).name != self.name:
            raise InvalidRecipe(f"recipe name {self.name!r} must be a plain folder name")


def load_recipe(path: str | Path) -> Recipe:
    """Read a recipe; InvalidRecipe names the first key that is unknown or of the wrong type."""
    try:
        data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidRecipe(f"cannot read recipe {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidRecipe(f"{path} is not valid TOML: {error}") from error
    data.setdefault("name", Path(path).stem)
    return _build(Recipe, data, str(path))


def _build(kind: type, data: Mapping[str, Any], where: str) -> Any:
    types = get_type_hints(kind)
    known = [f.name for f in fields(kind)]
    for key in data:
        if key not in known:
            raise InvalidRecipe(f"{where}: unknown key {key!r}; known: {', '.join(known)}")
    return kind(**{key: _value(types[key], value, f"{where}: {key}") for key, value in data.items()})


def _value(wanted: Any, value: Any, where: str) -> Any:
    if is_dataclass(wanted) and isinstance(wanted, type):
        if not isinstance(value, Mapping):
            raise InvalidRecipe(f"{where} must be a table")
        return _build(wanted, value, where)
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    origin = getattr(wanted, "__origin__", wanted)
    if origin is tuple and isinstance(value, list):
        return tuple(value)
    if not isinstance(value, origin) or (isinstance(value, bool) and origin is not bool):
        raise InvalidRecipe(f"{where} must be a {origin.__name__}, got {value!r}")
    return value
