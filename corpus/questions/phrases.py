"""How questions are worded: a TOML file a language (`phrases/`).

About a quarter of the wordings is held out: training never hears them, and half of what validation asks is said so.
"""

from __future__ import annotations

import random
import re
import tomllib
import zlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

Part = Literal["train", "val"]
PARTS: tuple[Part, ...] = ("train", "val")
HELD_OUT = 4
"""One wording in so many."""
CARELESS = 0.12
"""Share of questions that are typed without capital and mark."""


class Wordings(NamedTuple):
    """Ways to say one thing: those that training hears, and those that it never does; how often each is met."""

    heard: tuple[str, ...]
    held_out: tuple[str, ...]
    heard_shares: tuple[float, ...]
    held_out_shares: tuple[float, ...]

    @classmethod
    def of(cls, *manners: Sequence[str]) -> Wordings:
        """Of manners, each as frequent as another however many wordings it has.

        The same parting everywhere: by the wording's letters. Something is always left to train on.
        """
        shares: dict[str, float] = {}
        for phrases in manners:
            for phrase in phrases:
                shares.setdefault(phrase, 1 / len(phrases))
        held = {phrase: share for phrase, share in shares.items() if part_of(_letters(phrase), HELD_OUT) == "val"}
        heard = {phrase: share for phrase, share in shares.items() if phrase not in held} or shares
        return cls(tuple(heard), tuple(held), tuple(heard.values()), tuple(held.values()))

    def phrase(self, rng: random.Random, part: Part) -> str:
        """One of them, with its places open."""
        if part == "val" and self.held_out and rng.random() < 0.5:
            return rng.choices(self.held_out, self.held_out_shares)[0]
        return rng.choices(self.heard, self.heard_shares)[0]

    def draw(self, rng: random.Random, part: Part, **values: str) -> str:
        """One of them, filled in; now and then typed carelessly."""
        phrase = self.phrase(rng, part)
        if rng.random() < CARELESS:
            phrase = _careless(phrase)
        return phrase.format(**values)


def _careless(phrase: str) -> str:
    """Without capital and mark, as one types into a search box."""
    bare = phrase.lstrip("¿").rstrip("?. :").rstrip("\u00a0\u202f")
    return bare if bare[1:2].isupper() else bare[:1].lower() + bare[1:]


def _letters(phrase: str) -> str:
    """What is heard of it, so that `Due date?` and `due date` are one."""
    return " ".join(re.sub(r"[^\w{}]+", " ", phrase.lower()).split())


def part_of(name: str, one_in: int) -> Part:
    """Whether what has this name trains or validates; the same on any machine."""
    return "val" if zlib.crc32(name.encode()) % one_in == 0 else "train"


@cache
def languages() -> tuple[str, ...]:
    """Languages that there are wordings in, in alphabetical order."""
    folder = files(__package__) / "phrases"
    return tuple(sorted(file.name[:-5] for file in folder.iterdir() if file.name.endswith(".toml")))


@cache
def phrasebook(language: str) -> dict[str, Any]:
    """The language's file."""
    return tomllib.loads((files(__package__) / "phrases" / f"{language}.toml").read_text(encoding="utf-8"))


@cache
def wordings(language: str, section: str, key: str) -> Wordings | None:
    """Ways to ask for `key`; None where the language has none."""
    phrases = phrasebook(language).get(section, {}).get(key)
    return Wordings.of(phrases) if phrases else None


@cache
def field_wordings(language: str, field: str, groups: tuple[str, ...]) -> Wordings | None:
    """Ways to ask for a field, taken from those of its groups that the language has; None where it has none."""
    book = phrasebook(language)
    of_field = book["fields"].get(field, {})
    full, short, more = [], [], []
    for group in groups:
        names = of_field.get(group, {})
        full += [_filled(template, "the", name) for name in names.get("the", ()) for template in book["ask"]["full"]]
        short += [
            _filled(template, "name", name) for name in names.get("name", ()) for template in book["ask"]["short"]
        ]
        more += names.get("more", ())
    return Wordings.of(full, more, short) if full or more or short else None


def _filled(template: str, key: str, name: str) -> str:
    """`template` with the name in it, which begins a sentence with a capital letter."""
    said = template.replace(f"{{{key}}}", name)
    return said[:1].upper() + said[1:]
