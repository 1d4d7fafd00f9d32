"""What a student learns from a teacher, beside labels or without them: named losses with weights.

B batch, N words, D width of the student.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from docengine.errors import InvalidRecipe
from docengine.teacher.recipes import require_weights

LOSSES = {
    "tags": "tags",
    "lines": "lines",
    "grid": "grid",
    "hidden": "states",
    "amad": "map",
    "amad_tempered": "map",
    "value_relations": "values",
}
"""What each loss asks of the teacher (`frozen_teacher.TeacherOutputs`)."""
NEEDS_HEADS = ("grid", "hidden")
"""Those that give the student parts which it does not keep."""
STAGES = ("pretrained", "finetuned")


@dataclass(frozen=True, slots=True)
class TeacherTargets:
    """Which teacher, and what it is asked."""

    teacher: str = ""
    """`pretrained`: as [pretrain] and [adapt] leave it; `finetuned`; or the folder of one that is there already."""
    losses: dict[str, float] = field(default_factory=dict)
    """Weight of each loss; one that is not named is left out."""
    temperature: float = 2.0
    """Of soft targets: tags, lines, grid."""
    amad_temperature: float = 0.1
    """Of the softmax over student heads in `amad_tempered`; `amad` has 1, as published."""

    def __post_init__(self) -> None:
        require_weights("targets.losses", self.losses, tuple(LOSSES))
        for name in ("temperature", "amad_temperature"):
            if getattr(self, name) <= 0:
                raise InvalidRecipe(f"targets.{name} must be more than 0, got {getattr(self, name)}")
        if self.teacher not in STAGES and not (Path(self.teacher) / "config.json").is_file():
            raise InvalidRecipe(
                f"targets.teacher {self.teacher!r} is neither {' nor '.join(STAGES)} nor a folder with a teacher in it"
            )
        if self.teacher == "pretrained" and self.losses.get("tags"):
            raise InvalidRecipe("a pretrained teacher has learned no tags: leave them out, or ask the finetuned one")

    @property
    def asked(self) -> dict[str, float]:
        """The losses that count."""
        return {name: weight for name, weight in self.losses.items() if weight}
