"""Questions that only the picture of a page answers: what colour a word or a board has, what the green one says."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence

from docengine.corpus.questions.phrases import Part, phrasebook, wordings
from docengine.corpus.questions.question import AskedPage, Question
from docengine.corpus.questions.sign_scenes import Scene, Sign, draw_scene

MOST = 5
"""Questions on a picture."""
LANGUAGES = ("en", "en", "en", "de", "fr", "es", "it", "nl", "pt")
"""Of the questions; the signs are in English."""


def ask_signs(rng: random.Random, part: Part = "train", language: str | None = None) -> AskedPage:
    """A picture of signs with questions on it."""
    scene = draw_scene(rng, part)
    asked = list(sign_questions(scene, rng, part, language or rng.choice(LANGUAGES)))
    return AskedPage(scene.page, tuple(rng.sample(asked, min(len(asked), MOST))))


def sign_questions(scene: Scene, rng: random.Random, part: Part, language: str) -> Iterator[Question]:
    """All that can be asked about the scene in that language, once each for a sign drawn by lot."""
    asking = _Asking(scene, rng, part, language)
    for sign in rng.sample(scene.signs, min(len(scene.signs), 3)):
        yield from asking.of_sign(sign)
    yield from asking.by_colour()
    yield from asking.counts()


class _Asking:
    """A scene while it is asked about."""

    def __init__(self, scene: Scene, rng: random.Random, part: Part, language: str) -> None:
        self.scene, self.rng, self.part, self.language = scene, rng, part, language
        names: dict[str, list[str]] = phrasebook(language).get("colours", {})
        self.names = names
        """What each colour is called; the first name is the one to learn."""
        self.boards = [sign for sign in scene.signs if sign.shape != "none"]

    def _say(self, kind: str, answers: Sequence[str], words: tuple[int, ...] = (), **values: str) -> Iterator[Question]:
        said = wordings(self.language, "signs", kind)
        if said is not None and answers:
            text = said.draw(self.rng, self.part, **values)
            yield Question(text, tuple(answers), words, f"colour/{kind}", self.language)

    def of_sign(self, sign: Sign) -> Iterator[Question]:
        """The colours of a sign that is named by what it says."""
        word = self.rng.choice(sign.text.split())
        yield from self._say("word", self.names.get(sign.ink, ()), word=word)
        if sign.shape != "none":
            yield from self._say("board", self.names.get(sign.ground, ()), text=sign.text)
        if self.language == "en":
            true = self.rng.random() < 0.5
            named = sign.ink if true else self.rng.choice([name for name in self.names if name != sign.ink])
            yield from self._say("is_word", ["yes" if true else "no"], word=word, colour=self.names[named][0])

    def by_colour(self) -> Iterator[Question]:
        """What the one sign of a colour says; only in English, where adjectives do not bend."""
        if self.language != "en":
            return
        inks, grounds = (Counter(getattr(sign, what) for sign in self.scene.signs) for what in ("ink", "ground"))
        written = [sign for sign in self.scene.signs if inks[sign.ink] == 1]
        if written:
            sign = self.rng.choice(written)
            yield from self._say("written_in", [sign.text], sign.words, colour=self.names[sign.ink][0])
        boards = [sign for sign in self.boards if grounds[sign.ground] == 1 and sign.ground != self.scene.wall]
        if boards:
            sign = self.rng.choice(boards)
            yield from self._say("says", [sign.text], sign.words, colour=self.names[sign.ground][0])
        missing = [name for name in self.names if name not in (*inks, *grounds, self.scene.wall)]
        yield from self._missing(missing)

    def _missing(self, missing: Sequence[str]) -> Iterator[Question]:
        """A sign that is not there."""
        said = wordings(self.language, "signs", "says")
        if missing and said and self.rng.random() < 0.3:
            text = said.draw(self.rng, self.part, colour=self.names[self.rng.choice(missing)][0])
            yield Question(text, (), (), "colour/missing", self.language)

    def counts(self) -> Iterator[Question]:
        """How many signs there are, and what is behind them."""
        if len(self.boards) == len(self.scene.signs):
            yield from self._say("count", [str(len(self.boards))])
        yield from self._say("wall", self.names.get(self.scene.wall, ()))
