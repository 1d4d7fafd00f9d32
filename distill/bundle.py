"""The bundle writer: a trained student in, a verified and calibrated folder out (DESIGN.md section 5)."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from docengine.corpus.labelled import DOCUMENT_TYPES, LANGUAGES
from docengine.distill import calibrate
from docengine.distill.card import model_card
from docengine.distill.export import OPSET, export_graph
from docengine.distill.recipe import Recipe
from docengine.distill.student import Student, count_parameters
from docengine.engine import Engine
from docengine.engine.bundle import ARCHITECTURES, FORMAT, MANIFEST, sha256
from docengine.engine.preprocess import Preprocessor
from docengine.schema import DEFAULT_SCHEMA, Schema


@dataclass(frozen=True, slots=True)
class Contents:
    """What a bundle is made of, whichever training made it."""

    student: Student
    tokenizer: Tokenizer
    schema: Schema
    about: Mapping[str, Any]
    """What the manifest says of its making: at least `name`, `trained_languages` and `provenance`."""
    calibrate: Callable[[Engine], dict[str, Any]]
    """The manifest's `calibration`, from what the engine makes of documents that were not trained on."""
    card: Callable[[dict[str, Any]], str]
    """The model card of a bundle with this manifest."""
    precisions: tuple[str, ...] = ("int8",)
    """Its graphs, of `export.GRAPHS`; `int8` is the one that the engine runs."""


def write_bundle(recipe: Recipe, student: Student, tokenizer: Tokenizer, folder: Path) -> Path:
    """The bundle of what a recipe's run in `folder` trained, at `folder/bundle`; see `write`."""
    about = {
        "name": ARCHITECTURES[0],
        "recipe": recipe.name,
        "trained_languages": list(recipe.languages),
        "provenance": {"recipe": f"{recipe.name}.toml", "data": sorted(recipe.data.sets), "commit": commit()},
    }

    def fitted(engine: Engine) -> dict[str, Any]:
        data = recipe.data
        return calibrate.fit(engine, calibrate.tuning_cases(Path(data.root), data.sets, data.calibration, recipe.seed))

    def card(manifest: dict[str, Any]) -> str:
        return model_card(recipe, student, manifest, folder)

    return write(Contents(student, tokenizer, DEFAULT_SCHEMA, about, fitted, card), folder / "bundle", folder)


def write(contents: Contents, target: Path, folder: Path) -> Path:
    """Export, quantise, verify, calibrate, and put the bundle at `target`; an older one stays until then.

    `folder`, of the same file system, takes what is written on the way. Raises VerificationFailed when the graph's
    outputs differ from the student's.
    """
    part = folder / "bundle.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    contents.tokenizer.save(str(part / "tokenizer.json"))
    manifest = _manifest(contents, _graphs(contents, folder, part))
    (part / "MODEL_CARD.md").write_text("", encoding="utf-8")
    _finish(part, manifest)
    manifest["calibration"] = contents.calibrate(Engine.load(part, ocr="off"))
    (part / "MODEL_CARD.md").write_text(contents.card(manifest), encoding="utf-8")
    _finish(part, manifest)
    shutil.rmtree(target, ignore_errors=True)
    part.replace(target)
    return target


def _graphs(contents: Contents, folder: Path, part: Path) -> dict[str, float]:
    """Write the exact graph into `folder`, the bundle's into `part`; differences from the torch model, by precision."""
    preprocessor = Preprocessor(contents.tokenizer)
    places = {"fp32": folder, **dict.fromkeys(contents.precisions, part)}
    return {name: export_graph(contents.student, preprocessor, name, place)[1] for name, place in places.items()}


def _manifest(contents: Contents, differences: dict[str, float]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "architecture": ARCHITECTURES[0],
        **contents.about,
        "fields": [{"name": s.name, "type": s.type.value, "line_item": s.line_item} for s in contents.schema],
        "document_types": list(DOCUMENT_TYPES),
        "languages": list(LANGUAGES),
        "precision": "int8",
        "opset": OPSET,
        "parameters": count_parameters(contents.student.config),
        "config": contents.student.config.to_dict(),
        "differences": {name: round(value, 6) for name, value in differences.items()},
    }


def commit() -> str:
    """The commit that the training code stands at, or `unknown` outside a repository."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--short=12", "HEAD"],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parent,
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def _finish(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest with every file's size and hash."""
    paths = sorted(path for path in folder.iterdir() if path.name != MANIFEST)
    listed = [{"path": path.name, "size": path.stat().st_size, "sha256": sha256(path)} for path in paths]
    text = json.dumps({**manifest, "files": listed}, indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
