"""Can a drawn page be told from a real one? Small classifiers on word geometry and word shapes, no picture, no text.

    git worktree add /tmp/first a9fe417 && pip install --no-deps --target /tmp/first_lib /tmp/first
    PYTHONPATH=/tmp/first_lib python benchmarks/realism.py draw /tmp/first.jsonl.gz
    python benchmarks/realism.py draw /tmp/now.jsonl.gz
    python benchmarks/realism.py compare --data ../shared/data --drawn before=/tmp/first.jsonl.gz \
        --drawn after=/tmp/now.jsonl.gz --output benchmarks/results/realism.json

Each kind of drawn page meets real ones of that kind (training parts only). Cross-validated by layout: no fold is
judged by a classifier that saw its layout. The figure is the area under the ROC curve (0.5: cannot be told apart) of
the best of three classifiers, mean of three shuffles. Both sides get one treatment: words split as the model's are,
coordinates rounded to 1/1000 of the page, whole lines where the real set has whole lines. "as annotated" adds box
heights and how boxes of one row are level; "document" leaves these out, for they say how a set was annotated or its
PDFs were read. Needs `pip install 'docengine[dev]'`.
"""

from __future__ import annotations

import gzip
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
from docengine.engine.layout import reading_order, split_words

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
    Kind("receipt", "sroie, training part", ("en",), sroie, by_line=True),
    Kind("advertising_order", "fcc_adbuy, training part", ("en",), fcc),
    Kind("invoice", "zugferd_facturx, training part (visualisations), and document-ai samples", ("de", "de", "de", "fr", "en"), invoices),
    Kind("contract", "kleister_nda_page1 train and unlabelled EDGAR exhibits", ("en",), contracts),
    Kind("form", "unlabelled IRS and German forms", ("en", "de", "de"), forms),
)  # fmt: skip


def drawn(kind: Kind, count: int) -> Iterator[dict[str, Any]]:
    """First pages as JSON; none where this version does not draw the kind."""
    if kind.kind not in KINDS:
        return
    for number in range(count):
        language = kind.languages[number % len(kind.languages)]
        page = generate(FIRST_SEED + number, kind=kind.kind, language=language)[0].page
        words = [[text, *(round(side, 2) for side in box)] for text, box in page.words or []]
        yield {"kind": kind.kind, "seed": number, "width": page.width, "height": page.height, "words": words}


def read_drawn(path: Path) -> dict[str, list[Sample]]:
    pages: dict[str, list[Sample]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            words = [Word(text, Box(*box)) for text, *box in row["words"]]
            page = Page(words=words, width=row["width"], height=row["height"])
            pages.setdefault(row["kind"], []).append((page, f"drawn {row['seed']}"))
    return pages


# --- features ---------------------------------------------------------------------------------------------------------


def joined(words: list[Word]) -> list[Word]:
    """Words that follow each other in a row as one, as sets have them whose boxes hold whole lines."""
    order, rows = reading_order(words)
    out: list[tuple[int, Word]] = []
    for i, row in zip(order, rows, strict=True):
        text, box = words[i]
        if out and out[-1][0] == row and box.x0 - out[-1][1].box.x1 < 0.8 * box.height:
            before = out.pop()[1]
            space = " " if box.x0 - before.box.x1 > 0.1 * box.height else ""
            out.append((row, Word(before.text + space + text, Box.around((before.box, box)))))
        else:
            out.append((row, Word(text, box)))
    return [word for _, word in out]


def prepared(page: Page, *, join: bool) -> list[tuple[int, Word]]:
    """(row, word) in reading order, coordinates rounded to thousandths of the page's longer side."""
    step = max(page.width, page.height) / 1000
    words = [Word(text, Box(*(round(side / step) for side in box))) for text, box in page.words or []]
    words = split_words(joined(split_words(words)) if join else words)
    order, rows = reading_order(words)
    return [(row, words[i]) for i, row in zip(order, rows, strict=True)]


def spread(name: str, values: Iterable[float] | np.ndarray, quantiles: tuple[int, ...]) -> dict[str, float]:
    numbers = np.asarray(list(values), float)
    if not len(numbers):
        numbers = np.zeros(1)
    return {f"{name} q{q}": float(np.percentile(numbers, q)) for q in quantiles}


SHAPES: dict[str, Callable[[str], bool]] = {
    "upper": lambda text: text.isupper() and len(text) > 1,
    "lower": str.islower,
    "title": lambda text: text[:1].isupper() and text[1:].islower(),
    "mixed letters and digits": lambda text: any(map(str.isalpha, text)) and any(map(str.isdigit, text)),
    "digits only": str.isdigit,
    "any digit": lambda text: any(map(str.isdigit, text)),
    "amount": lambda text: len(text) > 3 and text[-2:].isdigit() and text[-3] in ".,",
    "no letter or digit": lambda text: not any(map(str.isalnum, text)),
    "ends in colon": lambda text: text.endswith(":"),
    "ends in comma": lambda text: text.endswith(","),
    "ends in full stop": lambda text: text.endswith("."),
    "bracket": lambda text: "(" in text or ")" in text,
    "hyphen": lambda text: "-" in text,
    "slash": lambda text: "/" in text,
    "one character": lambda text: len(text) == 1,
    "two or three characters": lambda text: len(text) in (2, 3),
    "ten or more characters": lambda text: len(text) >= 10,
}


def features(page: Page, *, join: bool) -> tuple[dict[str, float], dict[str, float]]:
    """What the document looks like, and what its boxes' heights and levels add. The unit is a character's width."""
    tagged = prepared(page, join=join)
    rows = np.array([row for row, _ in tagged])
    words = [word for _, word in tagged]
    boxes = np.array([word.box for word in words], float)
    boxes -= [*boxes[:, :2].min(0), *boxes[:, :2].min(0)]
    lengths = np.array([len(word.text) for word in words])
    long = lengths >= min(3, lengths.max())
    unit = float(np.median((boxes[long, 2] - boxes[long, 0]) / lengths[long])) or 1.0
    boxes /= unit
    marks = {name: np.fromiter(map(test, (word.text for word in words)), float) for name, test in SHAPES.items()}
    document = _sizes(boxes, rows, lengths) | _rows(boxes, rows) | _edges(boxes, rows) | _shapes(boxes, rows, marks)
    return document, _annotation(boxes, rows)


def _sizes(boxes: np.ndarray, rows: np.ndarray, lengths: np.ndarray) -> dict[str, float]:
    width, height = boxes[:, 2].max(), boxes[:, 3].max()
    x = (boxes[:, 0] + boxes[:, 2]) / 2 / width
    y = (boxes[:, 1] + boxes[:, 3]) / 2 / height
    shares = {f"words in column {i + 1}/5": float(((x >= i / 5) & (x < (i + 1) / 5)).mean()) for i in range(5)}
    shares |= {f"words in band {i + 1}/5": float(((y >= i / 5) & (y < (i + 1) / 5)).mean()) for i in range(5)}
    per_row = np.bincount(rows)
    wide = boxes[:, 2] - boxes[:, 0]
    return {
        "words": float(np.log(len(boxes))),
        "rows": float(np.log(rows.max() + 1)),
        "width in characters": float(width),
        "height to width": float(height / width),
        "fill": float(wide.sum() / width / (rows.max() + 1)),
        "rows with one word": float((per_row == 1).mean()),
        **shares,
        **spread("words a row", per_row, (10, 25, 50, 75, 90)),
        **spread("characters a word", lengths, (25, 50, 75, 90)),
        **spread("character width", wide / lengths, (5, 25, 75, 95)),
    }


def _rows(boxes: np.ndarray, rows: np.ndarray) -> dict[str, float]:
    """Line pitch and gaps between words."""
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    centres = np.array([np.median(middles[rows == row]) for row in range(rows.max() + 1)])
    pitch = np.diff(centres) if len(centres) > 1 else np.ones(1)
    typical = float(np.median(pitch)) or 1.0
    same = np.diff(rows) == 0
    gaps = (boxes[1:, 0] - boxes[:-1, 2])[same]
    gaps = gaps if len(gaps) else np.zeros(1)
    near = gaps[gaps < 2.5] if (gaps < 2.5).any() else np.zeros(1)
    return {
        "pitch in characters": typical,
        "pitches within 4% of the usual": float((np.abs(pitch / typical - 1) < 0.04).mean()),
        "pitches under half the usual": float((pitch < typical * 0.5).mean()),
        **spread("pitch", pitch / typical, (5, 25, 75, 90, 97)),
        **spread("gap", gaps, (5, 10, 25, 50, 75, 90)),
        "gaps wider than 3": float((gaps > 3).mean()),
        "gaps under a quarter": float((gaps < 0.25).mean()),
        "word space": float(np.median(near)),
        "word space, spread": float(near.std()),
    }


def _edges(boxes: np.ndarray, rows: np.ndarray) -> dict[str, float]:
    """How words and rows line up."""
    count = rows.max() + 1
    left = np.array([boxes[rows == row, 0].min() for row in range(count)])
    right = np.array([boxes[rows == row, 2].max() for row in range(count)])
    width = boxes[:, 2].max()
    middle = (left + right) / 2
    return {
        "left edges shared": _shared(boxes[:, 0], 0.35),
        "right edges shared": _shared(boxes[:, 2], 0.35),
        "rows' left edges shared": _shared(left, 0.5),
        "rows' right edges shared": _shared(right, 0.5),
        "rows' middles shared": _shared(middle, 0.7),
        "rows from the left edge": float((left < 1).mean()),
        "rows to the right edge": float((right > width - 1).mean()),
        "rows in the middle": float(((np.abs(middle - width / 2) < 0.02 * width) & (left > 0.05 * width)).mean()),
        "columns of left edges": float(np.log1p((np.bincount((boxes[:, 0] / 0.7).astype(int)) >= 4).sum())),
        **spread("row's width", (right - left) / width, (10, 25, 50, 75)),
        **spread("row's start", left / width, (50, 75, 90)),
    }


def _shared(edges: np.ndarray, within: float) -> float:
    """Share of edges that at least two others coincide with."""
    ordered = np.sort(edges)
    near = np.searchsorted(ordered, ordered + within, "right") - np.searchsorted(ordered, ordered - within, "left")
    return float((near >= 3).mean())


def _shapes(boxes: np.ndarray, rows: np.ndarray, marks: dict[str, np.ndarray]) -> dict[str, float]:
    out = {name: float(mark.mean()) for name, mark in marks.items()}
    third = np.minimum((rows / (rows.max() + 1) * 3).astype(int), 2)
    for name in ("upper", "title", "any digit", "amount"):
        for i, part in enumerate(("top", "middle", "end")):
            chosen = marks[name][third == i]
            out[f"{name}, {part} third"] = float(chosen.mean()) if len(chosen) else 0.0
    last = np.append(np.diff(rows) > 0, True)
    out["rows ending in an amount"] = float(marks["amount"][last].mean())
    out["rows ending in a digit word"] = float(marks["any digit"][last].mean())
    first = np.append(True, np.diff(rows) > 0)
    out["rows beginning upper"] = float(marks["upper"][first].mean())
    out["rows beginning with a digit"] = float(marks["any digit"][first].mean())
    return out


def _annotation(boxes: np.ndarray, rows: np.ndarray) -> dict[str, float]:
    heights, middles = boxes[:, 3] - boxes[:, 1], (boxes[:, 1] + boxes[:, 3]) / 2
    typical = float(np.median(heights)) or 1.0
    uneven = [float(np.ptp(middles[rows == row])) / typical for row in range(rows.max() + 1)]
    tops = [float(np.ptp(boxes[rows == row, 1])) / typical for row in range(rows.max() + 1)]
    feet = [float(np.ptp(boxes[rows == row, 3])) / typical for row in range(rows.max() + 1)]
    return {
        "box height in characters": typical,
        "box heights within 4% of the usual": float((np.abs(heights / typical - 1) < 0.04).mean()),
        **spread("box height", heights / typical, (5, 25, 75, 90, 97)),
        **spread("middles' range in a row", uneven, (50, 90)),
        **spread("tops' range in a row", tops, (50, 90)),
        **spread("feet's range in a row", feet, (50, 90)),
    }


# --- classifiers ------------------------------------------------------------------------------------------------------


def classifiers(seed: int) -> dict[str, Any]:
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import QuantileTransformer

    logistic = LogisticRegression(C=0.1, class_weight="balanced", max_iter=2000)
    return {
        "forest": RandomForestClassifier(300, min_samples_leaf=2, class_weight="balanced", random_state=seed),
        "boosting": HistGradientBoostingClassifier(
            max_iter=150, learning_rate=0.08, max_leaf_nodes=8, class_weight="balanced", random_state=seed
        ),
        "logistic": make_pipeline(
            QuantileTransformer(n_quantiles=50, output_distribution="normal", random_state=seed), logistic
        ),
    }


def told_apart(x: np.ndarray, y: np.ndarray, layouts: np.ndarray, seeds: int = 3) -> dict[str, float]:
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


def telling(x: np.ndarray, y: np.ndarray, names: list[str], count: int = 25) -> list[dict[str, Any]]:
    """What gives drawn pages (1) away: features by their own AUC, with the forest's loss when each is shuffled."""
    from sklearn.inspection import permutation_importance
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import train_test_split

    learn, test = train_test_split(np.arange(len(y)), test_size=0.4, stratify=y, random_state=0)
    model = classifiers(0)["forest"].fit(x[learn], y[learn])
    loss = permutation_importance(model, x[test], y[test], scoring="roc_auc", n_repeats=5, random_state=0)
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
    cut = real.document
    document, annotated = told_apart(x[:, :cut], y, layouts), told_apart(x, y, layouts)
    return {
        "drawn pages": len(new.x),
        "auc": max(document.values()),
        "auc as annotated": max(annotated.values()),
        "classifiers": {"document": document, "as annotated": annotated},
        "telling": telling(x, y, real.names),
    }


def other_merchants(table: Table, halves: int = 8) -> dict[str, float]:
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


def markdown(report: dict[str, Any]) -> str:
    versions = list(report["drawn"])
    lines = [
        "# Can a drawn page be told from a real one?",
        "",
        "Area under the ROC curve, 0.5: not at all; cross-validated by layout. `benchmarks/realism.py` says how.",
        "",
        "| kind | real pages (layouts) | " + " | ".join(f"{v} | {v}, as annotated" for v in versions) + " |",
        "|---|---|" + "---|---|" * len(versions),
    ]
    for name, entry in report["kinds"].items():
        cells = []
        for version in versions:
            got = entry.get(version)
            cells += [f"{got['auc']:.3f}", f"{got['auc as annotated']:.3f}"] if got else ["not drawn", "not drawn"]
        lines.append(
            f"| {name} | {entry['against']}: {entry['real pages']} ({entry['layouts']}) | {' | '.join(cells)} |"
        )
    if reference := report.get("receipts of other merchants"):
        lines += ["", f"For scale, real receipts of half of sroie's merchants against the other half's, by a classifier "
                  f"that saw no receipt of the same merchant: {reference['auc, merchants unseen']:.3f}; that saw others: "
                  f"{reference['auc, merchants seen']:.3f}."]  # fmt: skip
    for name, entry in report["kinds"].items():
        if got := entry.get(versions[-1]):
            lines += ["", f"## {name}: what still tells ({versions[-1]})", "",
                      "| feature | drawn is | AUC alone | real 10/50/90% | drawn 10/50/90% |",
                      "|---|---|---|---|---|"]  # fmt: skip
            for found in got["telling"][:12]:
                shown = [" / ".join(f"{v:g}" for v in found[f"{side} 10/50/90%"]) for side in ("real", "drawn")]
                lines.append(
                    f"| {found['feature']} | {found['drawn is']} | {found['auc alone']:.2f} | {shown[0]} | {shown[1]} |"
                )
    return "\n".join(lines) + "\n"


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
        entry = {"against": kind.against, "real pages": len(real.x), "layouts": len(set(real.layouts))}
        for name, drawn_pages in pages.items():
            if kind.kind in drawn_pages:
                entry[name] = compare(kind, drawn_pages[kind.kind], real)
                click.echo(f"{kind.kind} {name} {entry[name]['auc']} {entry[name]['classifiers']}", err=True)
        report["kinds"][kind.kind] = entry
        if kind.kind == "receipt" and reference:
            report["receipts of other merchants"] = other_merchants(real)
    if output:
        output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        output.with_suffix(".md").write_text(markdown(report), encoding="utf-8")
    click.echo(markdown(report))


if __name__ == "__main__":
    main()
