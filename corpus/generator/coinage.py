"""Words of names that no list holds: coined as a language spells them, or taken from its places and goods.

Lists of name words are short, and who has only met `Oak` and `Maple` takes `Copperline` for no name.
"""

from __future__ import annotations

import random
from functools import lru_cache

from docengine.corpus.generator.vocabulary import Language, language, lexicon

Chain = dict[str, str]
"""What may follow some letters: each following letter as often as it does; a line feed ends the word."""

_START, _END = "\t\t\t", "\n"
_LEAST = 2500
"""Words from which on three letters say what follows; of fewer, two, else they would only be told again."""
COMPOUNDING = frozenset(("en", "de", "nl", "sv", "da", "no", "fi"))
"""Languages that make one word of two."""


def _lower(word: str) -> str:
    """Of one character a letter: Python's own parts a Turkish capital I from its dot."""
    return word.lower().replace("i\u0307", "i")


@lru_cache(maxsize=64)
def _goods_words(code: str) -> tuple[str, ...]:
    """Nouns and adjectives of the language's goods, each once, in the order of the lexicon."""
    column = language(code).index + 1
    words = (word for row in lexicon()["goods"] for word in str(row[column]).split())
    return tuple(dict.fromkeys(_lower(word) for word in words if word.isalpha() and 3 <= len(word) <= 11))


@lru_cache(maxsize=64)
def _short_words(code: str) -> tuple[str, ...]:
    own = [_lower(word) for word in language(code).companies["words"] if word.isalpha() and len(word) < 8]
    return (*own, *[word for word in _goods_words(code) if len(word) < 7])


@lru_cache(maxsize=64)
def _places(country: str) -> tuple[str, ...]:
    """First words of the country's places."""
    firsts = (str(row[1]).replace(",", " ").split()[0] for row in lexicon()["places"].get(country, ()))
    return tuple(dict.fromkeys(word for word in firsts if word.isalpha() and len(word) > 3))


@lru_cache(maxsize=64)
def _chain(code: str, goods: bool) -> tuple[Chain, int]:
    """Learned from surnames and places, and from goods where `goods`; and how many letters it looks back at."""
    words = language(code)
    known = [_lower(word) for word in words.last_names if word.isalpha()]
    known += [_lower(place) for key in words.countries for place in _places(key)]
    known += _goods_words(code) if goods else ()
    order = 3 if len(known) > _LEAST else 2
    found: dict[str, list[str]] = {}
    for word in known:
        spelled = _START + word + _END
        for i in range(len(_START), len(spelled)):
            found.setdefault(spelled[i - order : i], []).append(spelled[i])
    return {key: "".join(letters) for key, letters in found.items()}, order


def coined(rng: random.Random, words: Language, *, goods: bool = True, longest: int = 11) -> str:
    """A word that sounds like the language's own, capitalised."""
    chain, order = _chain(words.code, goods)
    text = ""
    for _ in range(6):
        start, text, last = text, "", _START[:order]
        while len(text) <= longest:
            letter = rng.choice(chain[last])
            if letter == _END:
                break
            text += letter
            last = last[1:] + letter
        if 4 <= len(text) <= longest:
            return text.capitalize()
    return (start + text)[:longest].capitalize()


def fresh_word(rng: random.Random, words: Language, country: str) -> str:
    """A word that a firm or a street may be named after, in the country of this code."""
    style = rng.random()
    if style < 0.4:
        return coined(rng, words)
    if style < 0.65:
        places = _places(country)
        return rng.choice(places) if places else coined(rng, words, goods=False)
    short = _short_words(words.code)
    if style < 0.85 and words.code in COMPOUNDING:
        return (rng.choice(short) + rng.choice(short)).capitalize()
    return rng.choice(_goods_words(words.code)).capitalize()


def fresh_surname(rng: random.Random, words: Language) -> str:
    """A surname that is on no list."""
    return coined(rng, words, goods=False, longest=12)
