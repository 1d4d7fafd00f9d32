"""Can a drawn page be told from a real one? Small classifiers on word geometry and word shapes, no picture, no text.

    git worktree add /tmp/first a9fe417 && pip install --no-deps --target /tmp/first_lib /tmp/first
    PYTHONPATH=/tmp/first_lib python benchmarks/realism.py draw /tmp/first.jsonl.gz
    python benchmarks/realism.py draw /tmp/now.jsonl.gz
    python benchmarks/realism.py compare --data ../shared/data --drawn before=/tmp/first.jsonl.gz \
        --drawn after=/tmp/now.jsonl.gz --output benchmarks/results/realism.json

Each kind of drawn page meets real ones of that kind (training parts only). Cross-validated by layout: no fold is
judged by a classifier that saw its layout. The figure is the area under the ROC curve (0.5: cannot be told apart) of
the best of two classifiers, mean of two shuffles. Both sides get one treatment: words split as the model's are,
coordinates rounded to 1/1000 of the page, whole lines where the real set has whole lines. "document" is what a reader
sees; "as annotated" adds the exact boxes: heights, levels and spaces between words, which say how a set was annotated
or its PDFs were read. Needs `pip install 'docengine[dev]'`.
"""

from __future__ import annotations

import gzip
import itertools
import json
import random
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from docengine import Box, Page, Word
from docengine.corpus.dataset import read_dataset
from docengine.corpus.generator import KINDS, generate
from docengine.corpus.splits import partition

Sample = tuple[Page, str]
"""A page and its layout."""
FIRST_SEED = 1 << 53
"""Seeds that neither training nor other benchmarks draw."""
FCC_LAYOUT = {"2": "2", "12": "2", "26": "2", "46": "2", "66": "2", "1": "3"}
"""Layout by template as corpus/splits.toml lists them; 1 for those not named."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One comparison: drawn pages of `kind` in `languages` with the real pages that `real` reads."""

    kind: str
    against: str
    languages: tuple[str, ...]
    """As the real set's pages are distributed over languages."""
    real: Callable[[Path], Iterator[Sample]]
    by_line: bool = False
    """The real set's boxes hold whole lines."""
    country: str | None = None
    """Only documents from here."""

    @property
    def name(self) -> str:
        return f"{self.kind}, {self.country}" if self.country else self.kind


def sroie(data: Path) -> Iterator[Sample]:
    for row in read_dataset(data / "sroie"):
        if partition(row, "sroie") == "train":
            yield row.pages[0], str(row.template)


def fcc(data: Path) -> Iterator[Sample]:
    for row in read_dataset(data / "fcc_adbuy"):
        if partition(row, "fcc_adbuy") == "train":
            yield row.pages[0], FCC_LAYOUT.get(str(row.template), "1")


def invoices(data: Path) -> Iterator[Sample]:
    """Visualisations of XML invoices, and the sample invoices among the unlabelled pages."""
    for row in read_dataset(data / "zugferd_facturx"):
        if partition(row, "zugferd_facturx") == "train":
            yield row.pages[0], str(row.template)
    yield from unlabelled(data, "docai", "nvoice")


def contracts(data: Path) -> Iterator[Sample]:
    for row in read_dataset(data / "kleister_nda_page1"):
        if row.split == "train":
            yield row.pages[0], row.id
    held = {row.id for row in read_dataset(data / "kleister_nda_page1")}
    for page, document in unlabelled(data, "kleister", "_p1"):
        if document not in held:
            yield page, document


def forms(data: Path) -> Iterator[Sample]:
    yield from unlabelled(data, "irs", "_p1")
    yield from unlabelled(data, "gesetze", "_p1")


def unlabelled(data: Path, start: str, holds: str) -> Iterator[Sample]:
    """First pages whose id starts and contains so; boxes are thousandths of the page."""
    with gzip.open(data / "unlabelled" / "pages.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            document, _, number = row["id"].rpartition("_p")
            if row["id"].startswith(start) and holds in row["id"] and number == "1" and len(row["words"]) >= 10:
                x, y = row["width"] / 1000, row["height"] / 1000
                words = [Word(text, Box(x0 * x, y0 * y, x1 * x, y1 * y)) for text, x0, y0, x1, y1 in row["words"]]
                yield Page(words=words, width=row["width"], height=row["height"]), document


COMPARED = (
    Kind("receipt", "sroie, training part", ("en",), sroie, by_line=True, country="MY"),
    Kind("receipt", "sroie, training part", ("en",), sroie, by_line=True),
    Kind("advertising_order", "fcc_adbuy, training part", ("en",), fcc),
    Kind("invoice", "zugferd_facturx, training part (visualisations of XML), and document-ai samples",
         ("de", "de", "de", "fr", "en"), invoices),
    Kind("contract", "kleister_nda_page1 train and unlabelled EDGAR exhibits", ("en",), contracts),
    Kind("form", "unlabelled IRS and German forms", ("en", "de", "de"), forms),
)  # fmt: skip


def drawn(kind: Kind, count: int) -> Iterator[dict[str, Any]]:
    """First pages as JSON; none where this version does not draw the kind."""
    seeds = itertools.count(FIRST_SEED)
    while count and kind.kind in KINDS:
        seed = next(seeds)
        page = generate(seed, kind=kind.kind, language=kind.languages[seed % len(kind.languages)])[0]
        if kind.country in (None, page.meta["country"]):
            words = [[text, *(round(side, 2) for side in box)] for text, box in page.page.words or []]
            size = {"width": page.page.width, "height": page.page.height}
            yield {"name": kind.name, "seed": seed, **size, "words": words}
            count -= 1


def read_drawn(path: Path) -> dict[str, list[Sample]]:
    pages: dict[str, list[Sample]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            words = [Word(text, Box(*box)) for text, *box in row["words"]]
            page = Page(words=words, width=row["width"], height=row["height"])
            pages.setdefault(row["name"], []).append((page, f"drawn {row['seed']}"))
    return pages


def classifiers(seed: int) -> dict[str, Any]:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import QuantileTransformer

    logistic = LogisticRegression(C=0.1, class_weight="balanced", max_iter=2000)
    return {
        "forest": RandomForestClassifier(120, min_samples_leaf=2, class_weight="balanced", random_state=seed),
        "logistic": make_pipeline(
            QuantileTransformer(n_quantiles=50, output_distribution="normal", random_state=seed), logistic
        ),
    }


def told_apart(x: np.ndarray, y: np.ndarray, layouts: np.ndarray, seeds: int = 2) -> dict[str, float]:
    """AUC of each classifier over all pages, each judged by one that saw no page of its layout."""
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedGroupKFold

    folds = min(5, *(len(set(layouts[y == side])) for side in (0, 1)))
    scores: dict[str, list[float]] = {}
    for seed in range(seeds):
        parts = list(StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(x, y, layouts))
        for name, model in classifiers(seed).items():
            judged = np.zeros(len(y))
            for learn, test in parts:
                judged[test] = model.fit(x[learn], y[learn]).predict_proba(x[test])[:, 1]
            scores.setdefault(name, []).append(float(roc_auc_score(y, judged)))
    return {name: round(float(np.mean(values)), 3) for name, values in scores.items()}


def telling(x: np.ndarray, y: np.ndarray, names: list[str], count: int = 20) -> list[dict[str, Any]]:
    """What gives drawn pages (1) away: features by their own AUC, with the forest's loss when each is shuffled."""
    from sklearn.inspection import permutation_importance
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import train_test_split

    learn, test = train_test_split(np.arange(len(y)), test_size=0.4, stratify=y, random_state=0)
    model = classifiers(0)["forest"].fit(x[learn], y[learn])
    loss = permutation_importance(model, x[test], y[test], scoring="roc_auc", n_repeats=3, random_state=0)
    found = []
    for i, name in enumerate(names):
        alone = float(roc_auc_score(y, x[:, i]))
        real, new = (np.percentile(x[y == side, i], (10, 50, 90)).round(3).tolist() for side in (0, 1))
        found.append(
            {
                "feature": name,
                "drawn is": "higher" if alone > 0.5 else "lower",
                "auc alone": round(max(alone, 1 - alone), 3),
                "loss when shuffled": round(float(loss.importances_mean[i]), 4),
                "real 10/50/90%": real,
                "drawn 10/50/90%": new,
            }
        )
    return sorted(found, key=lambda entry: -entry["auc alone"] - 3 * entry["loss when shuffled"])[:count]


@dataclass(frozen=True, slots=True)
class Table:
    """Features of many pages: `document` columns first, then those of the boxes' annotation."""

    x: np.ndarray
    layouts: np.ndarray
    names: list[str]
    document: int

    @classmethod
    def of(cls, samples: Iterable[Sample], *, join: bool) -> Table:
        from docengine.corpus.realism import features  # not in versions whose pages are only drawn

        rows, layouts = [], []
        for page, layout in samples:
            if len(page.words or []) >= 8:
                document, annotation = features(page, join=join)
                rows.append([*document.values(), *annotation.values()])
                layouts.append(layout)
        return cls(np.array(rows), np.array(layouts), [*document, *annotation], len(document))


def compare(kind: Kind, samples: list[Sample], real: Table) -> dict[str, Any]:
    new = Table.of(samples, join=kind.by_line)
    x, layouts = np.vstack([real.x, new.x]), np.concatenate([real.layouts, new.layouts])
    y = np.repeat([0, 1], [len(real.x), len(new.x)])
    document = x[:, : real.document]
    scores = {
        "document": told_apart(document, y, layouts),
        "document, layouts seen": told_apart(document, y, np.arange(len(y))),
        "as annotated": told_apart(x, y, layouts),
    }
    best = {way: max(found.values()) for way, found in scores.items()}
    return {
        "drawn pages": len(new.x),
        "auc": best,
        "classifiers": scores,
        "telling": telling(document, y, real.names[: real.document]),
        "telling boxes": telling(x[:, real.document :], y, real.names[real.document :], 8),
    }


def other_merchants(table: Table, halves: int = 4) -> dict[str, float]:
    """Real receipts of half of the merchants against the others': by merchant, and with merchants on both sides."""
    rng = random.Random(0)
    merchants = sorted(set(table.layouts))
    known, unknown = [], []
    for _ in range(halves):
        chosen = set(rng.sample(merchants, len(merchants) // 2))
        y = np.array([layout in chosen for layout in table.layouts], int)
        x = table.x[:, : table.document]
        unknown.append(max(told_apart(x, y, table.layouts, seeds=1).values()))
        known.append(max(told_apart(x, y, np.arange(len(y)), seeds=1).values()))
    return {
        "halves": halves,
        "auc, merchants unseen": round(float(np.mean(unknown)), 3),
        "auc, merchants seen": round(float(np.mean(known)), 3),
    }


WAYS = ("document", "document, layouts seen", "as annotated")


def markdown(report: dict[str, Any]) -> str:
    versions = list(report["drawn"])
    lines = [
        "# Can a drawn page be told from a real one?",
        "",
        "Area under the ROC curve of the best of two classifiers; 0.5: not at all. `benchmarks/realism.py` says how.",
        "*document*: words' places and shapes, no page judged by a classifier that saw its layout. *layouts seen*: the",
        "same, but real pages of the judged one's layout may have been seen. *as annotated*: with the exact boxes too.",
        "",
        "| kind | real pages (layouts) | " + " | ".join(f"{way} {v}" for way in WAYS for v in versions) + " |",
        "|---|---|" + "---|" * len(WAYS) * len(versions),
    ]
    for name, entry in report["kinds"].items():
        cells = [f"{entry[v]['auc'][way]:.3f}" if v in entry else "not drawn" for way in WAYS for v in versions]
        where = f"{entry['against']}: {entry['real pages']} ({entry['layouts']})"
        lines.append(f"| {name} | {where} | {' | '.join(cells)} |")
    if reference := report.get("receipts of other merchants"):
        unseen, seen = reference["auc, merchants unseen"], reference["auc, merchants seen"]
        lines += [
            "",
            f"For scale: real receipts of half of sroie's merchants are told from the other half's at {unseen:.3f} by",
            f"classifiers that saw no receipt of the judged one's merchant, at {seen:.3f} by ones that saw others.",
        ]
    for name, entry in report["kinds"].items():
        if got := entry.get(versions[-1]):
            lines += ["", f"## {name}: what still tells ({versions[-1]})", ""]
            lines += _told_by([*got["telling"][:10], *got["telling boxes"][:3]])
    return "\n".join(lines) + "\n"


def _told_by(found: list[dict[str, Any]]) -> list[str]:
    lines = ["| feature | drawn is | AUC alone | real 10/50/90% | drawn 10/50/90% |", "|---|---|---|---|---|"]
    for entry in found:
        real, new = (" / ".join(f"{v:g}" for v in entry[f"{side} 10/50/90%"]) for side in ("real", "drawn"))
        lines.append(f"| {entry['feature']} | {entry['drawn is']} | {entry['auc alone']:.2f} | {real} | {new} |")
    return lines


@click.group()
def main() -> None:
    """Draw pages with the docengine that is imported, and compare drawn pages with real ones."""


@main.command("draw")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--count", default=300, help="Pages a kind.")
@click.option("--kind", "kinds", multiple=True)
def draw_command(path: Path, count: int, kinds: tuple[str, ...]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        for kind in COMPARED:
            if not kinds or kind.kind in kinds:
                lines.writelines(json.dumps(row) + "\n" for row in drawn(kind, count))


@main.command("compare")
@click.option("--data", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--drawn", "files", multiple=True, required=True, metavar="NAME=FILE")
@click.option("--kind", "kinds", multiple=True)
@click.option("--reference/--no-reference", default=True, help="Also receipts of other merchants.")
@click.option("--output", type=click.Path(path_type=Path), default=None, help="JSON; a .md goes beside it.")
def compare_command(
    data: Path, files: tuple[str, ...], kinds: tuple[str, ...], reference: bool, output: Path | None
) -> None:
    warnings.simplefilter("ignore")
    paths = {name: Path(file) for name, _, file in (given.partition("=") for given in files)}
    pages = {name: read_drawn(path) for name, path in paths.items()}
    report: dict[str, Any] = {"drawn": list(paths), "kinds": {}}
    for kind in COMPARED:
        if kinds and kind.kind not in kinds:
            continue
        real = Table.of(kind.real(data), join=kind.by_line)
        entry: dict[str, Any] = {"against": kind.against, "real pages": len(real.x), "layouts": len(set(real.layouts))}
        for name, drawn_pages in pages.items():
            if kind.name in drawn_pages:
                entry[name] = compare(kind, drawn_pages[kind.name], real)
                click.echo(f"{kind.name} {name} {entry[name]['auc']}", err=True)
        report["kinds"][kind.name] = entry
        if kind.kind == "receipt" and not kind.country and reference:
            report["receipts of other merchants"] = other_merchants(real)
    if output:
        output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        output.with_suffix(".md").write_text(markdown(report), encoding="utf-8")
    click.echo(markdown(report))


if __name__ == "__main__":
    main()
