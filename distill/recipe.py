"""A recipe: one TOML file that names data, sizes and budgets, and from which a bundle can be made again."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, ClassVar, get_args, get_origin, get_type_hints

from docengine.distill.student import StudentConfig
from docengine.distill.teacher_targets import NEEDS_HEADS, TeacherTargets
from docengine.errors import InvalidRecipe
from docengine.teacher.recipes import AdaptRecipe, FinetuneRecipe, PagesRecipe, PretrainRecipe, TeacherRecipe
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
class DistilRecipe(PagesRecipe):
    """The student's first stage: a teacher's representations, on pages without labels."""

    STAGE: ClassVar[str] = "distil"

    targets: TeacherTargets = field(
        default_factory=lambda: TeacherTargets(
            "pretrained", {"lines": 1.0, "grid": 0.3, "hidden": 1.0, "amad_tempered": 1.0}
        )
    )
    initialise: bool = False
    """Start from what of the teacher's layers fits the student's (`initialising.take_layers`)."""


@dataclass(frozen=True, slots=True)
class TrainRecipe(StageRecipe):
    """The student's stage on labelled pages."""

    line_weight: float = 0.3
    """Weight of the token-to-line loss beside the tag loss."""
    targets: TeacherTargets | None = None
    """What a teacher says of the same pages, added to the losses of the labels."""

    def __post_init__(self) -> None:
        StageRecipe.__post_init__(self)
        for name in NEEDS_HEADS:
            if self.targets and self.targets.losses.get(name):
                raise InvalidRecipe(f"train.targets.losses.{name} belongs to [distil]: leave it out here")


@dataclass(frozen=True, slots=True)
class Recipe:
    """Stages run in the order of the fields, those without a table are left out; without [teacher], [train] always."""

    name: str
    seed: int = 0
    languages: tuple[str, ...] = ()
    """Languages the model is meant for; stated in the bundle."""
    notes: str = ""
    """What a reader of the model card should know of the run that the settings do not say."""
    data: DataRecipe = field(default_factory=DataRecipe)
    teacher: TeacherRecipe | None = None
    pretrain: PretrainRecipe | None = None
    adapt: AdaptRecipe | None = None
    finetune: FinetuneRecipe | None = None
    student: StudentConfig = field(default_factory=StudentConfig)
    distil: DistilRecipe | None = None
    train: TrainRecipe | None = None

    def __post_init__(self) -> None:
        if not self.name or Path(self.name).name != self.name:
            raise InvalidRecipe(f"recipe name {self.name!r} must be a plain folder name")
        taught = [stage.STAGE for stage in (self.pretrain, self.adapt, self.finetune) if stage]
        if taught and not self.teacher:
            raise InvalidRecipe(
                f'[{taught[0]}] needs a teacher: add [teacher] with size = "small" or sizes of your own'
            )
        if self.teacher and not taught:
            raise InvalidRecipe("[teacher] has no stage: add [pretrain], [adapt] or [finetune]")
        if self.finetune and not (self.data.generated or self.data.sets or self.finetune.own):
            raise InvalidRecipe(
                "[finetune] has no labelled pages: give data.generated, data.sets or finetune.own weight"
            )
        if self.distil and not self.train:
            raise InvalidRecipe("[distil] makes no bundle by itself: add [train]")
        self._check_teachers()

    def _check_teachers(self) -> None:
        made = {"pretrained": self.pretrain or self.adapt, "finetuned": self.finetune}
        targets = {
            "distil.targets": self.distil and self.distil.targets,
            "train.targets": self.train and self.train.targets,
        }
        for table, asked in targets.items():
            if asked and asked.teacher in made and not made[asked.teacher]:
                wanted = "[pretrain] or [adapt]" if asked.teacher == "pretrained" else "[finetune]"
                raise InvalidRecipe(f"{table}.teacher is {asked.teacher!r}, which wants {wanted}")


def load_recipe(path: str | Path) -> Recipe:
    """Read a recipe; InvalidRecipe names the first key that is unknown or of the wrong type."""
    try:
        data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidRecipe(f"cannot read recipe {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidRecipe(f"{path} is not valid TOML: {error}") from error
    data.setdefault("name", Path(path).stem)
    if "teacher" not in data:
        data.setdefault("train", {})
    return _build(Recipe, data, str(path))


def _build(kind: type, data: Mapping[str, Any], where: str) -> Any:
    types = get_type_hints(kind)
    known = [f.name for f in fields(kind)]
    for key in data:
        if key not in known:
            raise InvalidRecipe(f"{where}: unknown key {key!r}; known: {', '.join(known)}")
    return kind(**{key: _value(types[key], value, f"{where}: {key}") for key, value in data.items()})


def _value(wanted: Any, value: Any, where: str) -> Any:
    if isinstance(wanted, UnionType):  # a table that may be left out
        wanted = get_args(wanted)[0]
    if is_dataclass(wanted) and isinstance(wanted, type):
        if not isinstance(value, Mapping):
            raise InvalidRecipe(f"{where} must be a table")
        return _build(wanted, value, where)
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    origin, inner = get_origin(wanted) or wanted, get_args(wanted)
    if origin is tuple and isinstance(value, list):
        return tuple(_value(inner[0], item, where) for item in value)
    if not isinstance(value, origin) or (isinstance(value, bool) and origin is not bool):
        raise InvalidRecipe(f"{where} must be a {origin.__name__}, got {value!r}")
    return {key: _value(inner[1], item, f"{where}.{key}") for key, item in value.items()} if origin is dict else value
