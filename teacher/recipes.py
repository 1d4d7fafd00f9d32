"""The tables of a recipe that are about a teacher: its size, and its stages with their pages and budgets."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docengine.errors import InvalidRecipe
from docengine.schema import DEFAULT_SCHEMA, FieldSpec, FieldType, Schema
from docengine.teacher.stages import StageRecipe

if TYPE_CHECKING:
    from docengine.teacher.config import DocFormerV2Config

NAMED_SIZES = ("small", "base", "large")
SOURCES = ("generated", "unlabelled", "sets", "texts", "tables", "shards")
"""Where pages to pretrain on come from: the generator, unlabelled pages, the data sets' training pages without their
labels, texts and tables laid out as pages, and folders of `docengine data pages`."""
OBJECTIVES = ("line", "grid", "denoising")
CORRUPTION = ("rate", "mean_span", "hidden_boxes")


@dataclass(frozen=True, slots=True)
class TeacherRecipe:
    """Which DocFormerv2: a published size, sizes of one's own, or those of a local T5 to start from."""

    size: str = ""
    """`small`, `base` or `large`."""
    t5: str = ""
    """Folder of a T5 v1.0 with its tokenizer."""
    width: int = 0
    layers: int = 0
    """Of the encoder."""
    decoder_layers: int = 0
    """Of the decoder; 0: as many as the encoder has."""
    heads: int = 0
    feed_forward: int = 0
    vocab: int = 12_000
    """Entries of the tokenizer that is trained; a T5 brings its own."""
    tokenizer_pages: int = 12_000
    """Pages of the first stage's mix that the tokenizer is trained on."""
    longest: int = 512
    """Tokens a page is cut to."""

    def __post_init__(self) -> None:
        own = {name: getattr(self, name) for name in ("width", "layers", "heads", "feed_forward")}
        given = [f"teacher.{name} {value}" for name, value in own.items() if value]
        named = [f"teacher.{name} {getattr(self, name)!r}" for name in ("size", "t5") if getattr(self, name)]
        if len(named) + bool(given) > 1:
            raise InvalidRecipe(f"{' and '.join([*named, *given[:1]])} contradict each other: give one of them")
        if not named and len(given) < len(own):
            missing = ", ".join(name for name, value in own.items() if not value)
            raise InvalidRecipe(f"teacher needs size, t5 or all of {', '.join(own)}; missing: {missing}")
        if self.t5 and self.decoder_layers:
            raise InvalidRecipe(f"teacher.decoder_layers {self.decoder_layers}: a T5 brings its own; leave it out")
        if self.size and self.size not in NAMED_SIZES:
            raise InvalidRecipe(f"teacher.size {self.size!r} is unknown; known: {', '.join(NAMED_SIZES)}")
        if self.heads and self.width % self.heads:
            raise InvalidRecipe(f"teacher.width {self.width} is not divisible by its {self.heads} heads")
        if self.t5 and not (Path(self.t5) / "config.json").is_file():
            raise InvalidRecipe(f"teacher.t5: no config.json in {self.t5}; name the folder of a local T5")

    def config(self, vocab: int) -> DocFormerV2Config:
        """Sizes for a vocabulary of `vocab` entries; not for a T5, which has its own."""
        from docengine.teacher.config import DocFormerV2Config

        common: dict[str, Any] = {"vocab_size": vocab, "text_tokens": self.longest}
        if self.decoder_layers:
            common["num_decoder_layers"] = self.decoder_layers
        if self.size:
            return DocFormerV2Config.named(self.size, **common)
        return DocFormerV2Config(
            d_model=self.width,
            d_ff=self.feed_forward,
            d_kv=self.width // self.heads,
            num_layers=self.layers,
            num_heads=self.heads,
            **common,
        )


@dataclass(frozen=True, slots=True)
class PagesRecipe(StageRecipe):
    """A stage on pages without labels."""

    mix: dict[str, float] = field(default_factory=lambda: {"generated": 1.0})
    """Weight of each source of pages."""
    shards: tuple[str, ...] = ()
    """Folders of `docengine data pages`; they share the weight `mix.shards`."""
    images: float = 0.2
    """Share of drawn pages that get a picture; others cost a tenth of the time."""
    noise: float = 0.2
    """Share of the other drawn pages whose words get OCR noise."""

    def __post_init__(self) -> None:
        StageRecipe.__post_init__(self)
        require_weights(f"{self.STAGE}.mix", self.mix, SOURCES)
        if bool(self.shards) != bool(self.mix.get("shards")):
            raise InvalidRecipe(
                f"{self.STAGE}.shards and {self.STAGE}.mix.shards go together: the folders of `docengine data pages`, "
                "and their weight"
            )
        for folder in self.shards:
            if not Path(folder).is_dir():
                raise InvalidRecipe(
                    f"{self.STAGE}.shards: no folder {folder}; make it with `docengine data pages PATH --out {folder}`"
                )


def require_weights(table: str, given: dict[str, float], known: tuple[str, ...]) -> None:
    """InvalidRecipe unless `given` gives weights, and some above 0, to names that are `known`."""
    for name, weight in given.items():
        if name not in known:
            raise InvalidRecipe(f"{table}: unknown name {name!r}; known: {', '.join(known)}")
        if weight < 0:
            raise InvalidRecipe(f"{table}.{name} must be at least 0, got {weight}")
    if not any(given.values()):
        raise InvalidRecipe(f"{table} has no weight above 0; known: {', '.join(known)}")


@dataclass(frozen=True, slots=True)
class PretrainRecipe(PagesRecipe):
    """Pretraining on pages without labels."""

    STAGE: ClassVar[str] = "pretrain"

    objectives: dict[str, float] = field(default_factory=lambda: dict.fromkeys(OBJECTIVES, 1.0))
    """Weight of each objective's loss; one that is not named is left out."""
    corruption: dict[str, float] = field(default_factory=dict)
    """Otherwise than in `objectives.Corruption`: rate, mean_span, hidden_boxes."""
    pairs: int = 192
    """Pairs of tokens asked for their lines, a page."""
    views: int = 1
    """Examples of each page that is drawn, each with its own window and masks: where drawing is what takes the time."""
    dropout: float = 0.0
    """No page is seen often enough to be learned by heart (T5 v1.1 was pretrained so too)."""
    words: int = 8192
    learning_rate: float = 1e-3

    def __post_init__(self) -> None:
        PagesRecipe.__post_init__(self)
        require_weights(f"{self.STAGE}.objectives", self.objectives, OBJECTIVES)
        require_weights(f"{self.STAGE}.corruption", {"rate": 1.0, **self.corruption}, CORRUPTION)
        for name in ("pairs", "views"):
            if getattr(self, name) < 1:
                raise InvalidRecipe(f"{self.STAGE}.{name} must be at least 1, got {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class AdaptRecipe(PretrainRecipe):
    """Pretraining that goes on with unlabelled pages of the domain."""

    STAGE: ClassVar[str] = "adapt"


@dataclass(frozen=True, slots=True)
class FinetuneRecipe(StageRecipe):
    """Fine-tuning on labelled pages, those of [data] and one's own: tags and lines together."""

    STAGE: ClassVar[str] = "finetune"

    words: int = 8192
    learning_rate: float = 5e-4
    line_weight: float = 0.3
    """Weight of the token-to-line loss beside the tag loss."""
    dropout: float = 0.1
    own: dict[str, float] = field(default_factory=dict)
    """Weight of each folder of one's own pages, `annotations.jsonl` and `images/`, in the mix of [data]."""
    fields: dict[str, str] = field(default_factory=dict)
    """Type of each field that one's own annotations name beside the default ones, such as `incoterm = "text"`."""

    def __post_init__(self) -> None:
        StageRecipe.__post_init__(self)
        for folder in self.own:
            if not (Path(folder) / "annotations.jsonl").is_file():
                raise InvalidRecipe(f"finetune.own: no annotations.jsonl in {folder}; name a folder of labelled pages")
        for name, kind in self.fields.items():
            if kind not in list(FieldType):
                raise InvalidRecipe(f"finetune.fields.{name}: unknown type {kind!r}; known: {', '.join(FieldType)}")
            if name in DEFAULT_SCHEMA:
                raise InvalidRecipe(f"finetune.fields.{name} is a default field already: leave it out")
        if self.fields and not self.own:
            raise InvalidRecipe("finetune.fields names fields that no page shows: give the folder in finetune.own")

    @property
    def schema(self) -> Schema:
        """The default fields, then one's own."""
        own = (FieldSpec(name, FieldType(kind)) for name, kind in self.fields.items())
        return Schema((*DEFAULT_SCHEMA, *own))
