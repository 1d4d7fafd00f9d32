"""The model card: what a bundle was trained on, for how long, and what it was seen to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docengine.distill.recipe import Recipe
from docengine.distill.student import Student

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
    "Texts, for the vocabulary only: Microsoft Dynamics 365 documentation (CC BY 4.0, changed: parts selected), "
    "Leipzig Corpora Collection (Goldhahn, Eckart, Quasthoff, LREC 2012, CC BY 4.0), Project Gutenberg, German federal "
    "law, French legal codes (Licence Ouverte 2.0)"
)


def model_card(recipe: Recipe, student: Student, manifest: dict[str, Any], folder: Path) -> str:
    """Markdown; the curve is the validation lines of the run's `metrics.jsonl`."""
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    last = lines[-1]
    counts = manifest["parameters"]
    config, commit = student.config, manifest["provenance"]["commit"]
    sets = ", ".join(f"{name} {weight:g}" for name, weight in recipe.data.sets.items())
    return f"""# {manifest["name"]}

A {config.layers}-layer encoder of width {config.width} with one position a word, a tag head over
{len(manifest["fields"])} fields and a token-to-line head: {counts["total"]:,} parameters,
{counts["without_embeddings"]:,} without embeddings; INT8 (dynamic) for ONNX Runtime's CPU.
It reads words and boxes, no pixels. It was trained from scratch: no pretrained weights, no teacher.

Meant for: header fields and line items of invoices, receipts and orders in {", ".join(recipe.languages)}.
Not meant for: handwriting, scripts other than Latin, decisions about people, amounts that nobody checks.

## Training

- recipe `{recipe.name}.toml`, commit {commit}, {last["step"]:,} steps, {last["minutes"]:.0f} minutes on two CPU cores
- mix: generated pages {recipe.data.generated:g}, {sets};
  OCR noise on {recipe.data.noise:.0%} of the pages, values of real pages redrawn on {recipe.data.redraw:.0%}
{_own_ocr(recipe)}- `corpus/splits.toml` fixes by layout what is left out; its tune part served for calibration
- {recipe.notes or "no further notes"}

## Curve

{_curve(lines)}

`val_*`: mean negative log-likelihood of the tags a word on held-back pages (real sets: their tune part).

## Data and attribution

{chr(10).join(f"- {name}: {ATTRIBUTION[name]}" for name in recipe.data.sets)}
- {LEXICON}
- {TEXTS}

## Verification

Differences from the torch model: fp32 graph {manifest["differences"]["fp32"]:.2g} (largest of any logit), INT8 graph
{manifest["differences"]["int8"]:.2g} (mean absolute difference of probabilities, worst page).
Scores: the README's table.
"""


def _own_ocr(recipe: Recipe) -> str:
    names = " and ".join(recipe.data.own_ocr)
    return f"- half of the pages of {names} came with the words of our own OCR\n" if names else ""


def _curve(lines: list[dict[str, Any]]) -> str:
    full = [line for line in lines if any(key.startswith("val_") for key in line)]
    step = max(1, len(full) // 12)
    shown = [*full[:-1:step], full[-1]] if full else []
    names = ["step", "minutes", "tag_loss", *(key for key in (full[-1] if full else {}) if key.startswith("val_"))]
    rows = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    rows += ["| " + " | ".join(str(line.get(name, "")) for name in names) + " |" for line in shown]
    return "\n".join(rows)
