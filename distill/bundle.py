"""The bundle writer: a trained student in, a verified and calibrated folder out (DESIGN.md section 5)."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from docengine.corpus.generator import generate
from docengine.corpus.labelled import DOCUMENT_TYPES, LANGUAGES
from docengine.distill import calibrate
from docengine.distill.card import model_card
from docengine.distill.export import OPSET, example_inputs, export_encoder, quantise, verify
from docengine.distill.recipe import Recipe
from docengine.distill.student import Student, count_parameters
from docengine.engine import Engine
from docengine.engine.bundle import ARCHITECTURES, FORMAT, MANIFEST, sha256
from docengine.engine.preprocess import Arrays, Preprocessor
from docengine.schema import DEFAULT_SCHEMA

FILES = ("encoder.onnx", "tokenizer.json", "MODEL_CARD.md")


def write_bundle(recipe: Recipe, student: Student, tokenizer: Tokenizer, folder: Path) -> Path:
    """Export, quantise, verify, calibrate, and put the bundle at `folder/bundle`; an older one stays until then.

    Raises VerificationFailed when the graph's outputs differ from the student's.
    """
    part = folder / "bundle.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    tokenizer.save(str(part / "tokenizer.json"))
    tolerances = _graphs(student, Preprocessor(tokenizer), folder, part)
    manifest = _manifest(recipe, student, tolerances)
    (part / "MODEL_CARD.md").write_text("", encoding="utf-8")
    _finish(part, manifest)
    engine = Engine.load(part, ocr="off")
    cases = list(calibrate.tuning_cases(Path(recipe.data.root), recipe.data.sets, recipe.data.calibration, recipe.seed))
    manifest["calibration"] = calibrate.fit(engine, cases)
    (part / "MODEL_CARD.md").write_text(model_card(recipe, student, manifest, folder), encoding="utf-8")
    _finish(part, manifest)
    target = folder / "bundle"
    shutil.rmtree(target, ignore_errors=True)
    part.replace(target)
    return target


def _graphs(student: Student, preprocessor: Preprocessor, folder: Path, part: Path) -> dict[str, float]:
    """Write both graphs; the differences from the torch model that were measured, by precision."""
    exact = folder / "encoder.fp32.onnx"
    export_encoder(student, exact)
    quantise(exact, part / "encoder.onnx")
    pages = verification_pages(preprocessor)
    return {
        "fp32": verify(student, exact, pages, "fp32"),
        "int8": verify(student, part / "encoder.onnx", pages, "int8"),
    }


def verification_pages(preprocessor: Preprocessor) -> list[Arrays]:
    """Generated pages of several kinds, and random inputs of several lengths and batch sizes."""
    pages = [generate(seed)[0].page for seed in range(1 << 50, (1 << 50) + 12)]
    encoded = [preprocessor.encode(page).inputs(0, 512) for page in pages if page.words]
    return [*encoded, *(example_inputs(words, batch) for words, batch in ((1, 1), (37, 3), (512, 1)))]


def _manifest(recipe: Recipe, student: Student, differences: dict[str, float]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "name": ARCHITECTURES[0],
        "architecture": ARCHITECTURES[0],
        "recipe": recipe.name,
        "fields": [{"name": s.name, "type": s.type.value, "line_item": s.line_item} for s in DEFAULT_SCHEMA],
        "document_types": list(DOCUMENT_TYPES),
        "languages": list(LANGUAGES),
        "trained_languages": list(recipe.languages),
        "precision": "int8",
        "opset": OPSET,
        "parameters": count_parameters(student.config),
        "config": student.config.to_dict(),
        "differences": {name: round(value, 6) for name, value in differences.items()},
        "provenance": {"recipe": f"{recipe.name}.toml", "data": sorted(recipe.data.sets), "commit": _commit()},
    }


def _commit() -> str:
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
    paths = [folder / name for name in FILES]
    listed = [{"path": path.name, "size": path.stat().st_size, "sha256": sha256(path)} for path in paths]
    text = json.dumps({**manifest, "files": listed}, indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
