"""`docengine data pages`: documents into shards of small pages."""

from __future__ import annotations

import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from docengine.cli.options import OCR, PASSWORD, WORKERS
from docengine.cli.terminal import note, printable, progress

if TYPE_CHECKING:
    from docengine.cli.sources import Source
    from docengine.corpus.documents import Content, ReadDocument
    from docengine.corpus.shards import ShardWriter
    from docengine.engine.opening import OcrMode


@click.command("pages")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--out", metavar="DIR", required=True, help="The shards' folder; what it has already is not read again.")
@OCR
@WORKERS
@PASSWORD
def command(paths: tuple[str, ...], out: str, ocr: OcrMode, workers: int, password: str | None) -> None:
    """Read documents into shards: words, boxes and a small grey picture of each page, to pretrain on.

    PATH is a file, a folder (all PDFs and pictures in it and below), a quoted glob, or - for a document on stdin.
    Words come from a PDF's text layer where it is sound, else from OCR. Near duplicates of pages that DIR has are left
    out, and so are pages without words. A page takes at most 40 kB.

    Run again, it reads only documents that are new; what could not be read is tried again.

    Exit code: 0 every document was read, 1 some were not, 2 wrong usage, 3 the run itself failed.

    \b
    Examples:
      docengine data pages scans/ --out shards
      docengine data pages 'archive/**/*.pdf' --ocr off --workers 4 --out shards
    """
    from docengine.cli.sources import find_sources
    from docengine.corpus.documents import read_documents
    from docengine.corpus.shards import open_shards

    sources = find_sources(paths)
    with open_shards(out) as writer, progress(len(sources), "documents") as advance:
        adding = _Adding(sources, writer, advance)
        for read in read_documents(adding.fresh(), ocr=ocr, workers=workers, password=password):
            adding.add(read)
        note(adding.report(out))
    click.echo(printable(out))
    if adding.counts["failed"]:
        sys.exit(1)


class _Adding:
    """Knows what became of each document."""

    def __init__(self, sources: list[Source], writer: ShardWriter, advance: Callable[[], None]) -> None:
        self.sources, self.writer, self.advance = sources, writer, advance
        self.counts: Counter[str] = Counter()
        self.waiting: deque[tuple[str, str | None]] = deque()
        """Name and digest of those that are being read."""
        self.seen: set[str] = set()

    def fresh(self) -> Iterator[Content]:
        """Documents that were not read before."""
        from docengine.corpus.documents import digest_of

        for source in self.sources:
            if source.error:
                self._failed(source.name, type(source.error).__name__, str(source.error))
                continue
            digest = digest_of(source.content)
            if digest and (digest in self.seen or self.writer.knows(digest)):
                self.counts["known"] += 1
                self.advance()
                continue
            self.seen |= {digest} if digest else set()
            self.waiting.append((source.name, digest))
            yield source.content

    def add(self, read: ReadDocument) -> None:
        name, digest = self.waiting.popleft()
        whole = read.error is None and bool(read.pages)
        written = self.writer.add(name, read.pages, digest if whole else None)
        self.counts.update(added=written, alike=len(read.pages) - written, unused=read.unused)
        if read.error:
            self._failed(name, read.error["type"], read.error["message"])
        else:
            self.advance()

    def _failed(self, name: str, kind: str, message: str) -> None:
        self.counts["failed"] += 1
        note(f"{name}: {kind}: {message}")
        self.advance()

    def report(self, out: str) -> str:
        counts = self.counts
        parts = [
            f"{counts['added']} pages added to {out}, which has {len(self.writer)}",
            f"{counts['alike']} near duplicates and {counts['unused']} without words left out",
        ]
        parts += [f"{counts['known']} documents were there already"] if counts["known"] else []
        parts += [f"{counts['failed']} of {len(self.sources)} could not be read"] if counts["failed"] else []
        return "; ".join(parts)
