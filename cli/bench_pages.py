"""What `docengine bench` reads where nothing is named: the bundled examples, and generated documents."""

from __future__ import annotations

import random
from itertools import chain, zip_longest
from pathlib import Path

from docengine import DocengineError
from docengine.cli.sources import Source, find_sources
from docengine.cli.terminal import note
from docengine.errors import NoPages

EXAMPLE = "invoice_en.png"
"""What tells our examples from another folder of that name."""
FIRST_SEED = 1 << 52
"""Training draws none so high."""
PICTURES = (("invoice", "en"), ("receipt", "de"), ("bill", "fr"), ("order", "es"))
TEXTS = (("invoice", "de"), ("statement", "en"), ("advertising_order", "en"), ("delivery_note", "nl"),
         ("credit_note", "it"), ("contract", "pt"))  # fmt: skip
"""Kinds and languages of the documents drawn as pictures, and of those written as PDFs with a text layer."""


def find_documents(paths: tuple[str, ...], scratch: Path) -> tuple[tuple[str, ...], dict[str, str]]:
    """Paths of the documents to read, and why others cannot be found. What must be written goes to `scratch`.

    Raises NoPages where there is none at all.
    """
    if not paths:
        return bundled(scratch), {}
    errors: dict[str, str] = {}
    files: list[str] = []
    for source in find_sources(paths):
        path = _path(source, scratch)
        if source.error or not Path(path).exists():
            errors[source.name] = str(source.error or "no such file")
        else:
            files.append(path)
    documents = tuple(random.Random(0).sample(files, len(files)))  # a round may have time for the first few only
    if not documents:
        raise NoPages(f"no page to measure with: {': '.join(next(iter(errors.items())))}")
    return documents, errors


def bundled(scratch: Path) -> tuple[str, ...]:
    """The examples, where docengine runs from or in a clone, and generated documents; pictures and texts in turn."""
    from docengine.engine.measuring.machine import checkout

    folders = [root / "examples" for root in (checkout(), Path.cwd()) if root]
    clone = next((folder for folder in folders if (folder / EXAMPLE).is_file()), None)
    examples = find_sources([str(clone)]) if clone else []
    pictures = [*(source.name for source in examples if not source.error), *_drawn(scratch, PICTURES, pdf=False)]
    texts: list[str] = []
    try:
        texts = _drawn(scratch, TEXTS, pdf=True)
    except DocengineError as error:  # only reportlab, an extra, can write them
        note(f"generated PDFs are left out: {error}")
    return tuple(name for name in chain(*zip_longest(texts, pictures)) if name)


def _drawn(scratch: Path, kinds: tuple[tuple[str, str], ...], pdf: bool) -> list[str]:
    """Files of generated documents, the same for the same fonts."""
    from docengine.corpus.generator import generate
    from docengine.corpus.saving import Copies, save_document

    files: list[str] = []
    for number, (kind, language) in enumerate(kinds):
        pages = generate(FIRST_SEED + number, kind=kind, language=language)
        row = save_document(pages, scratch, Copies(images=not pdf, pdf=pdf), FIRST_SEED)
        files += [row["pdf"]] if pdf else [sheet["image"] for sheet in (row, *row.get("extra_pages", ()))]
    return [str(scratch / file) for file in files]


def _path(source: Source, scratch: Path) -> str:
    """Where its content lies: what came by stdin is written down, so that every contestant can read it."""
    if isinstance(source.content, str):
        return source.content
    (scratch / "stdin").write_bytes(source.content)
    return str(scratch / "stdin")
