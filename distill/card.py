"""The model card: what a bundle or a teacher was trained on, for how long, and what it was seen to do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docengine.distill.recipe import Recipe
from docengine.distill.student import Student
from docengine.distill.teacher_targets import TeacherTargets
from docengine.teacher.recipes import PagesRecipe, PretrainRecipe

ATTRIBUTION = {
    "sroie": "ICDAR 2019 SROIE receipts (Huang et al.), CC BY 4.0",
    "fcc_adbuy": "broadcast orders and invoices from the US FCC's public inspection files; labels: DeepForm (MIT)",
    "zugferd_facturx": "sample invoices of FeRD, FNFE-MPE, Mustang and others, Apache-2.0, MIT and BSD; demo data",
}
LEXICON = (
    "Word lists of the generator: EU CPV 2008 (reuse with attribution, 2011/833/EU), OpenStreetMap id-tagging-schema "
    "(ISC), name-suggestion-index (BSD-3-Clause), libpostal (MIT), OpenCage address-formatting (MIT), "
    "GeoNames (CC BY 4.0), Unicode CLDR (Unicode License v3), schwifty bank registry (MIT), faker-ruby (MIT)"
)
TEXTS = (
    "Microsoft Dynamics 365 documentation (CC BY 4.0, changed: parts selected), "
    "Leipzig Corpora Collection (Goldhahn, Eckart, Quasthoff, LREC 2012, CC BY 4.0), Project Gutenberg, German federal "
    "law, French legal codes (Licence Ouverte 2.0)"
)
SOURCES = {
    "generated": "pages of the generator",
    "texts": f"texts laid out as pages: {TEXTS}, addresses of US presidents",
    "tables": "tables laid out as pages: WikiTableQuestions (CC BY-SA 4.0), TabFact (CC BY 4.0)",
    "unlabelled": (
        "pages without labels: FCC public inspection files (of VRDU), German federal law, US government reports and "
        "IRS forms (by tabula-java, pdfplumber, UsTaxes), document-ai-samples (Apache-2.0), Business Central "
        "documentation (CC BY 4.0), SEC exhibits (of Kleister-NDA)"
    ),
    "sets": "training pages of the labelled sets, without their labels",
    "shards": "folders of one's own",
}
"""Of a pretraining stage's `mix`."""


def model_card(recipe: Recipe, student: Student, manifest: dict[str, Any], folder: Path) -> str:
    """A bundle's, in Markdown; the curve is the validation lines of the run's `metrics.jsonl`."""
    counts, config = manifest["parameters"], student.config
    return f"""# {manifest["name"]}

A {config.layers}-layer encoder of width {config.width} with one position a word, a tag head over
{len(manifest["fields"])} fields and a token-to-line head: {counts["total"]:,} parameters,
{counts["without_embeddings"]:,} without embeddings; INT8 (dynamic) for ONNX Runtime's CPU.
It reads words and boxes, no pixels. {_origin(recipe)}

Meant for: header fields and line items of invoices, receipts and orders in {", ".join(recipe.languages)}.
Not meant for: handwriting, scripts other than Latin, decisions about people, amounts that nobody checks.

## Training

{_stages(recipe, folder, "commit " + manifest["provenance"]["commit"])}
- {recipe.notes or "no further notes"}

## Curve

{_curve(_metrics(folder))}

`val_*`: mean negative log-likelihood of the tags a word on held-back pages (real sets: their tune part).

## Data and attribution

{_attribution(recipe)}

## Verification

Differences from the torch model: fp32 graph {manifest["differences"]["fp32"]:.2g} (largest of any logit), INT8 graph
{manifest["differences"]["int8"]:.2g} (mean absolute difference of probabilities, worst page).
Scores: the README's table.
"""


def teacher_card(recipe: Recipe, parameters: int, folder: Path) -> str:
    """A teacher's, in Markdown, from what its stages wrote below `folder`."""
    return f"""# Teacher of {recipe.name}

A DocFormerv2 (Appalaraju et al., AAAI 2024): {parameters:,} parameters; it reads words, boxes and pixels.
It was trained from {"the T5 in " + recipe.teacher.t5 if recipe.teacher and recipe.teacher.t5 else "scratch"}.

## Training

{_stages(recipe, folder)}

## Data and attribution

{_attribution(recipe)}
"""


def _origin(recipe: Recipe) -> str:
    if recipe.distil or (recipe.train and recipe.train.targets):
        return "It was distilled from a DocFormerv2."
    return "It was trained from scratch: no pretrained weights, no teacher."


def _metrics(folder: Path) -> list[dict[str, Any]]:
    path = folder / "metrics.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def _stages(recipe: Recipe, folder: Path, made: str = "") -> str:
    """What each stage of a run saw, and for how long; those that have not run are left out."""
    lines = [f"- recipe `{recipe.name}.toml`" + (f", {made}" if made else "")]
    for stage in (recipe.pretrain, recipe.adapt):
        if stage and (metrics := _metrics(folder / stage.STAGE)):
            lines.append(f"- {stage.STAGE}: {_budget(metrics)}; {_pretraining(stage)}")
    if metrics := _metrics(folder / "finetune"):
        lines.append(f"- finetune: {_budget(metrics)}; labelled pages")
    if recipe.distil and (metrics := _metrics(folder / "distil")):
        lines.append(f"- distil: {_budget(metrics)}; {_mix(recipe.distil)}; losses {_losses(recipe.distil.targets)}")
    if metrics := _metrics(folder):
        targets = recipe.train and recipe.train.targets
        taught = f", and the {targets.teacher} teacher's {_losses(targets)}" if targets else ""
        lines.append(f"- train: {_budget(metrics)}; labelled pages{taught}")
    return "\n".join([*lines, *_labelled(recipe)])


def _budget(metrics: Sequence[dict[str, Any]]) -> str:
    return f"{metrics[-1]['step']:,} steps, {metrics[-1]['minutes']:.0f} minutes"


def _pretraining(stage: PretrainRecipe) -> str:
    asked = ", ".join(name for name, weight in stage.objectives.items() if weight)
    return f"objectives {asked}; {_mix(stage)}"


def _mix(stage: PagesRecipe) -> str:
    return "pages " + ", ".join(f"{name} {weight:g}" for name, weight in stage.mix.items())


def _losses(targets: TeacherTargets) -> str:
    return ", ".join(targets.asked)


def _labelled(recipe: Recipe) -> list[str]:
    data = recipe.data
    sets = ", ".join(f"{name} {weight:g}" for name, weight in data.sets.items())
    lines = [
        f"- labelled pages: generated {data.generated:g}" + (f", {sets}" if sets else "") + ";\n"
        f"  OCR noise on {data.noise:.0%} of the pages, values of real pages redrawn on {data.redraw:.0%}"
    ]
    if data.own_ocr:
        lines.append(f"- half of the pages of {' and '.join(data.own_ocr)} came with the words of our own OCR")
    return [*lines, "- `corpus/splits.toml` fixes by layout what is left out; its tune part served for calibration"]


def _attribution(recipe: Recipe) -> str:
    lines = [f"{name}: {ATTRIBUTION[name]}" for name in recipe.data.sets]
    stages = (recipe.pretrain, recipe.adapt, recipe.distil)
    mixed = {name for stage in stages if stage for name, weight in stage.mix.items() if weight}
    lines += [f"{name}: {text}" for name, text in SOURCES.items() if name in mixed]
    lines.append(LEXICON)
    if recipe.data.texts:
        lines.append(f"texts, for the vocabulary: {TEXTS}")
    return "\n".join(f"- {line}" for line in lines)


def _curve(lines: list[dict[str, Any]]) -> str:
    full = [line for line in lines if any(key.startswith("val_") for key in line)]
    step = max(1, len(full) // 12)
    shown = [*full[:-1:step], full[-1]] if full else []
    names = ["step", "minutes", "tag_loss", *(key for key in (full[-1] if full else {}) if key.startswith("val_"))]
    rows = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    rows += ["| " + " | ".join(str(line.get(name, "")) for name in names) + " |" for line in shown]
    return "\n".join(rows)
