"""Fine-tuning a teacher on labelled pages: tags and line items together, for any schema.

B batch, N text tokens, W words, C tags, D model width. Tags and lines stand on a word's first token.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from docengine import Extraction, Schema
from docengine.corpus.dataset import Row
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.scoring import Report, score, total
from docengine.engine.decode import ReadPage, decide, page_candidates
from docengine.errors import UsageError
from docengine.teacher.batches import Sources, draw, grouped, padded, pool_size
from docengine.teacher.embeddings import NO_BOX
from docengine.teacher.model import DocFormerV2
from docengine.teacher.optimizers import muon_and_adamw
from docengine.teacher.pretraining import architecture, batch_flops, with_pixels
from docengine.teacher.stages import Batch, StageRecipe
from docengine.teacher.tagging import Targets, collate_targets, line_loss, line_targets, read_labelled, tag_loss
from docengine.teacher.tokens import PageReader, TokenPage, random_window, token_windows

TOGETHER = 32
"""Pages that validation reads at a time."""


@dataclass(slots=True)
class Example:
    """A part of a labelled page: its tokens, its words' targets, the page's picture."""

    page: TokenPage
    targets: Targets
    picture: np.ndarray | None

    def __len__(self) -> int:
        return len(self.page)

    def crop(self, start: int, stop: int) -> Example:
        """Words `start` to `stop`."""
        return Example(self.page.crop(start, stop), self.targets.crop(start, stop), self.picture)


def encode_labelled(labelled: LabelledPage, reader: PageReader, schema: Schema) -> Example:
    """The whole page."""
    words, rows, targets = read_labelled(labelled, schema)
    picture = reader.picture(labelled.page, words) if words else None
    return Example(reader.read_ordered(words, rows), targets, picture)


def collate(examples: Sequence[Example]) -> Batch:
    """Padded: `input_ids`, `boxes`, `attention_mask` of tokens as in pretraining, `picture` where there are pictures.

    Of words: `first` (B, W) their first tokens, `word_mask` and `rows` (B, W), and `tagging.collate_targets`.
    """
    pages = [example.page for example in examples]
    batch = {
        "input_ids": padded([page.ids for page in pages]),
        "boxes": padded([page.boxes[page.word] for page in pages], NO_BOX),
        "attention_mask": padded([np.ones(len(page), np.int64) for page in pages]),
        "first": padded([page.first for page in pages]),
        "word_mask": padded([np.ones(len(page.words), np.int64) for page in pages]),
        "rows": padded([page.rows for page in pages]),
    }
    pictures = [example.picture for example in examples if example.picture is not None]
    if pictures:
        batch["picture"] = torch.from_numpy(np.stack(pictures))
    return batch | collate_targets([example.targets for example in examples], batch["first"].shape[1])


@dataclass(frozen=True, slots=True)
class FinetuningPages:
    """Labelled page sources with their weights, and how a page becomes an example: batches by number, for the loop."""

    sources: Sources
    reader: PageReader
    schema: Schema
    tokens: int
    """Tokens a batch in the encoder, padding and visual ones included."""
    seed: int

    def example(self, number: int) -> Example:
        """Example `number`; the same on any machine."""
        return draw(self.sources, random.Random(f"{self.seed}/{number}"), self.read)

    def read(self, labelled: LabelledPage, rng: random.Random) -> Example | None:
        """A random part of the page; None where it has no words."""
        whole = encode_labelled(labelled, self.reader, self.schema)
        return whole.crop(*random_window(whole.page, self.reader.config.text_tokens, rng)) if len(whole) else None

    def pool(self, number: int, size: int = 0) -> list[Batch]:
        """Batches of `size` examples, grouped by length and by having a picture, shuffled."""
        config = self.reader.config
        size = size or pool_size(self.tokens, config.text_tokens + config.visual_tokens)
        examples = [self.example(number * size + i) for i in range(size)]
        groups = grouped(examples, self.tokens, config.visual_tokens)
        random.Random(f"{self.seed}/pool/{number}").shuffle(groups)
        return [collate(group) for group in groups]


class FinetuningTask:
    """Tags of fields and rows of line items, from a teacher's encoder."""

    def __init__(
        self,
        model: DocFormerV2,
        schema: Schema,
        reader: PageReader,
        validation: Mapping[str, Sequence[LabelledPage]] | None = None,
        line_weight: float = 0.3,
        tokens: int = 8192,
    ) -> None:
        """`validation`: pages held back, by the name of their set, read in batches of `tokens`.

        UsageError where the model's tag head is not the schema's (`retagged` makes it so).
        """
        names: Any = model.config.id2label  # transformers types it as optional; the config always sets it
        if tuple(names[i] for i in range(len(names))) != schema.tags:
            raise UsageError("the model's tags are not the schema's: give it a tag head for it with `retagged`")
        self.model, self.schema, self.reader = model, schema, reader
        self.validation, self.line_weight, self.tokens = validation or {}, line_weight, tokens

    def losses(self, batch: Batch) -> dict[str, Tensor]:
        tags, lines = word_logits(self.model, batch)
        targets = line_targets(batch["rows"], batch["items"], batch["word_mask"])
        parts = {
            "tag_loss": tag_loss(tags, batch["allowed"], batch["word_mask"]),
            "line_loss": line_loss(lines, targets, batch["items"]),
        }
        return {"loss": parts["tag_loss"] + self.line_weight * parts["line_loss"], **parts}

    def flops(self, batch: Batch) -> float:
        return batch_flops(self.model, batch, line_pairs=batch["first"].shape[1] ** 2)

    def words(self, batch: Batch) -> int:
        return int(batch["attention_mask"].sum())

    def optimizers(self, plan: StageRecipe) -> list[torch.optim.Optimizer]:
        return muon_and_adamw(self.model, plan)

    def architecture(self) -> dict[str, Any]:
        return architecture(self.model)

    def evaluate(self) -> dict[str, float]:
        """`val_f1`: micro F1 of the header fields through the engine's decoding, the mean over sets; `val_items_f1`
        alike where line items are known; `val_loss`: the tag loss; `val_NAME_f1` and `val_NAME_loss` for each set.
        """
        found: dict[str, list[float]] = {"f1": [], "loss": [], "items_f1": []}
        scores: dict[str, float] = {}
        for name, pages in self.validation.items():
            report, loss = self.read_and_score(pages)
            scores |= {f"val_{name}_f1": (f1 := total(report.fields.values()).f1), f"val_{name}_loss": loss}
            found["f1"].append(f1)
            found["loss"].append(loss)
            if report.columns:
                found["items_f1"].append(total(report.columns.values()).f1)
        return scores | {f"val_{name}": sum(each) / len(each) for name, each in found.items() if each}

    def read_and_score(self, pages: Sequence[LabelledPage]) -> tuple[Report, float]:
        """A report by field of what the model reads on `pages`, each a document, and the tag loss of a word.

        Confidences are raw: nothing is calibrated yet.
        """
        loss, words = 0.0, 0
        pairs: list[tuple[Row, Extraction]] = []
        for start in range(0, len(pages), TOGETHER):
            some = pages[start : start + TOGETHER]
            examples = [encode_labelled(page, self.reader, self.schema) for page in some]
            read, sums = self.read(examples)
            loss, words = loss + sums[0], words + int(sums[1])
            pairs += [(_row(page), _extraction(each, self.schema)) for page, each in zip(some, read, strict=True)]
        return score(pairs, self.schema), loss / max(words, 1)

    @torch.no_grad()
    def read(self, examples: Sequence[Example]) -> tuple[list[ReadPage], tuple[float, float]]:
        """What the model makes of whole pages, and the sum of the words' losses with their number."""
        read = [_unread(example, self.schema) for example in examples]
        parts = [part for page, example in zip(read, examples, strict=True) for part in self._parts(page, example)]
        loss = words = 0.0
        for group in grouped(parts, self.tokens, self.reader.config.visual_tokens):
            batch = {name: tensor.to(self.model.device) for name, tensor in collate([p.example for p in group]).items()}
            tags, lines = word_logits(self.model, batch)
            count = float(batch["word_mask"].sum())
            loss, words = loss + count * float(tag_loss(tags, batch["allowed"], batch["word_mask"])), words + count
            for part, tag, line in zip(group, tags.softmax(-1), lines.softmax(-1)[..., 0], strict=True):
                part.keep(tag.float().cpu().numpy(), line.float().cpu().numpy())
        return read, (loss, words)

    def _parts(self, page: ReadPage, example: Example) -> Iterator[_Part]:
        if not len(example):
            return
        for start, stop, first, last in token_windows(example.page, self.reader.config.text_tokens):
            yield _Part(page, example.crop(start, stop), (start, stop, first, last))


@dataclass(slots=True)
class _Part:
    """A window over a page that is being read."""

    page: ReadPage
    example: Example
    window: tuple[int, int, int, int]
    """As `token_windows` gives it."""

    @property
    def picture(self) -> np.ndarray | None:
        return self.example.picture

    def __len__(self) -> int:
        return len(self.example)

    def keep(self, tags: np.ndarray, same: np.ndarray) -> None:
        """Probabilities (W, C) and (W, W) of the window's words, padding after them, into the page's."""
        start, stop, first, last = self.window
        cut = slice(first - start, last - start)
        self.page.tags[first:last] = tags[cut]
        self.page.same_item[first:last, start:stop] = same[cut, : stop - start]


def _unread(example: Example, schema: Schema) -> ReadPage:
    words, W = example.page.words, len(example.page.words)
    tags, same = np.zeros((W, len(schema.tags)), np.float32), np.zeros((W, W), np.float32)
    return ReadPage(words, example.page.rows, tags, same, 0)


def _row(page: LabelledPage) -> Row:
    return Row("page", (page.page,), (None,), dict(page.fields), tuple(page.line_items), page.known)


def _extraction(read: ReadPage, schema: Schema) -> Extraction:
    decoded = decide([page_candidates(read, schema)], schema)
    return Extraction("page", fields=decoded.fields, line_items=decoded.line_items)


def word_logits(model: DocFormerV2, batch: Batch) -> tuple[Tensor, Tensor]:
    """Tags (B, W, C) and lines (B, W, W, 3) of a batch's words, from their first tokens."""
    batch = with_pixels(batch)
    inputs = (batch[name] for name in ("input_ids", "boxes", "attention_mask"))
    memory = model.encoder(*inputs, batch.get("pixel_values"))[0]  # (B, L, D)
    words = memory.take_along_dim(batch["first"][..., None], dim=1)  # (B, W, D)
    return model.heads.tag(words).float(), model.heads.line(words)


@torch.no_grad()
def retagged(model: DocFormerV2, schema: Schema) -> DocFormerV2:
    """`model` with a tag head for `schema`; tags that it had before keep what they learned."""
    old = model.heads.tag
    held: dict[str, Any] = dict(model.config.label2id or {})
    head = nn.Linear(old.in_features, len(schema.tags)).to(old.weight.device, old.weight.dtype)
    nn.init.normal_(head.weight, std=model.config.initializer_factor * old.in_features**-0.5)
    nn.init.zeros_(head.bias)
    for i, tag in enumerate(schema.tags):
        if tag in held:
            head.weight[i], head.bias[i] = old.weight[held[tag]], old.bias[held[tag]]
    model.heads.tag = head
    model.config.id2label = dict(enumerate(schema.tags))
    model.config.label2id = {tag: i for i, tag in enumerate(schema.tags)}
    return model
