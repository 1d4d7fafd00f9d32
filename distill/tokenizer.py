"""The student's own vocabulary: byte-pair encoding over folded words, with byte fallback and single digits."""

from __future__ import annotations

from collections.abc import Iterator

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

PAD, UNKNOWN = "<pad>", "<unk>"


def train_tokenizer(words: Iterator[str], vocab: int) -> Tokenizer:
    """Learn `vocab` pieces from `words`, already folded (`preprocess.fold`). Id 0 pads.

    Each digit and each sign is a piece of its own, so that no amount is a word of the vocabulary.
    """
    tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN, byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(Regex(r"\d|[^\w]|_"), behavior="isolated")]
    )
    special = [PAD, UNKNOWN, *(f"<0x{byte:02X}>" for byte in range(256))]
    trainer = trainers.BpeTrainer(vocab_size=vocab, special_tokens=special, limit_alphabet=400, show_progress=False)
    tokenizer.train_from_iterator(words, trainer)
    return tokenizer
