"""The teacher's vocabulary: byte-pair encoding with byte fallback and T5's special tokens, or a local T5's own.

Case is kept, each digit is a token of its own (no amount is a word), and `▁` stands for the space before a word.
"""

from __future__ import annotations

import gzip
import json
import random
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from docengine import Page
from docengine.errors import CheckpointError, UsageError

PAD, EOS, UNKNOWN = "<pad>", "</s>", "<unk>"
SENTINELS = tuple(f"<extra_id_{i}>" for i in range(100))
BYTES = tuple(f"<0x{byte:02X}>" for byte in range(256))
ALPHABET = 400
"""Characters with an entry of their own; others are spelled in bytes."""
LONGEST_PIECE = 16
"""Characters: longer ones are addresses of the web and the like, learned by heart."""
PageSource = Callable[[random.Random], Page]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A tokenizer and the ids of T5's special tokens in it."""

    tokenizer: Tokenizer
    pad: int
    eos: int
    unk: int
    sentinels: tuple[int, ...]
    """`<extra_id_0>`, `<extra_id_1>`, ..., by rising number."""

    @property
    def size(self) -> int:
        """Ids run below this; a model's vocabulary may be larger."""
        return 1 + max(self.tokenizer.get_vocab(with_added_tokens=True).values())

    def encode(self, text: str) -> list[int]:
        """Ids of a word or a text; at least one, so that every word of a page has a place in the model."""
        return self.tokenizer.encode(text, add_special_tokens=False).ids or [self.unk]


def train_tokenizer(texts: Iterable[str], vocab: int = 12_032) -> Tokenizer:
    """Learn at most `vocab` entries from `texts`: pad 0, eos 1, unk 2, 100 sentinels, 256 bytes, then pieces.

    Choose a multiple of 64 for `vocab`: the model's output layer is then a multiple of what matrix units take.
    """
    special = [PAD, EOS, UNKNOWN, *SENTINELS]
    if vocab < len(special) + len(BYTES) + 2 * ALPHABET:
        raise UsageError(f"a vocabulary of {vocab} is too small: {len(special) + len(BYTES) + 2 * ALPHABET} at least")
    tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN, byte_fallback=True))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Metaspace(), pre_tokenizers.Digits(individual_digits=True)]
    )
    space = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    tokenizer.decoder = decoders.Sequence(space)
    trainer = trainers.BpeTrainer(
        vocab_size=vocab - len(BYTES),
        special_tokens=special,
        limit_alphabet=ALPHABET,
        max_token_length=LONGEST_PIECE,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return _with_bytes(tokenizer, len(special))


def _with_bytes(tokenizer: Tokenizer, place: int) -> Tokenizer:
    """Byte tokens put at ids from `place` on. As special tokens of the trainer they would vanish when decoding."""
    data = json.loads(tokenizer.to_str())
    shifted = {piece: i if i < place else i + len(BYTES) for piece, i in data["model"]["vocab"].items()}
    data["model"]["vocab"] = shifted | {byte: place + i for i, byte in enumerate(BYTES)}
    return Tokenizer.from_str(json.dumps(data))


def load_tokenizer(path: str | Path) -> Vocabulary:
    """The vocabulary in a tokenizer.json, or in a folder with one: `train_tokenizer`'s, or that of a local T5.

    CheckpointError where it cannot be read, or lacks T5's special tokens.
    """
    file = Path(path) / "tokenizer.json" if Path(path).is_dir() else Path(path)
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # tokenizers raises plain Exception
        raise CheckpointError(f"cannot read the tokenizer {file}: {' '.join(str(error).split())}") from error
    return vocabulary_of(tokenizer, str(file))


def vocabulary_of(tokenizer: Tokenizer, name: str = "the tokenizer") -> Vocabulary:
    """`tokenizer` with its special tokens found; CheckpointError, which calls it `name`, where it lacks some."""
    ids = {token: id_ for token in (PAD, EOS, UNKNOWN, *SENTINELS) if (id_ := tokenizer.token_to_id(token)) is not None}
    missing = [token for token in (PAD, EOS, UNKNOWN, *SENTINELS[:2]) if token not in ids]
    if missing:
        raise CheckpointError(f"{name} lacks T5's {', '.join(missing)}: take a T5's tokenizer.json or train one")
    tokenizer.encode_special_tokens = True  # "</s>" printed on a page is text
    tokenizer.no_padding()
    tokenizer.no_truncation()
    sentinels = tuple(ids[token] for token in SENTINELS if token in ids)
    return Vocabulary(tokenizer, ids[PAD], ids[EOS], ids[UNKNOWN], sentinels)


def page_texts(sources: Sequence[tuple[float, PageSource]], count: int, seed: int) -> Iterator[str]:
    """The words of `count` pages drawn from weighted sources, a text each."""
    weights = [weight for weight, _ in sources]
    for number in range(count):
        rng = random.Random(f"tokenizer/{seed}/{number}")
        page = rng.choices([source for _, source in sources], weights)[0](rng)
        yield " ".join(word.text for word in page.words or [])


def text_sample(path: str | Path, characters: int) -> Iterator[str]:
    """About `characters` characters of a gzipped text, its lines taken at even distances."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        lines = [line for line in file if line.strip()]
    step = max(1, sum(map(len, lines)) // characters)
    yield from lines[::step]


def tokens_per_word(vocabulary: Vocabulary, texts: Iterable[str]) -> float:
    """Tokens that the words of `texts` take in the mean; words are what spaces part."""
    words = [word for text in texts for word in text.split()]
    known: dict[str, int] = {}
    for word in set(words):
        known[word] = len(vocabulary.encode(unicodedata.normalize("NFC", word)))
    return sum(known[word] for word in words) / max(len(words), 1)
