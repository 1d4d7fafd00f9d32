"""Pictures of signs: what is asked about colours is what the pixels show."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache

import numpy as np
import pytest

from docengine.corpus.questions import ask_signs
from docengine.corpus.questions.phrases import phrasebook
from docengine.corpus.questions.sign_scenes import Scene, _plan, colours, draw_scene, legible, shades
from docengine.corpus.questions.signs import LANGUAGES, sign_questions


@cache
def scenes(part: str) -> list[Scene]:
    return [draw_scene(random.Random(seed), part) for seed in range(40)]


def called(pixels: np.ndarray) -> list[str]:
    """What colour each pixel is called: that of the nearest example."""
    names = [name for name in colours() for _ in shades(name)]
    examples = np.array([rgb for name in colours() for rgb in shades(name)], float)
    distances = ((pixels[:, None, :].astype(float) - examples[None]) ** 2).sum(-1)
    return [names[i] for i in distances.argmin(1)]


def test_a_words_box_shows_its_ink_on_its_board():
    seen = 0
    for scene in scenes("train"):
        image = scene.page.page.image
        for sign in scene.signs:
            for place in sign.words:
                x0, y0, x1, y1 = (round(edge) for edge in scene.page.page.words[place].box)
                if y1 - y0 < 16:
                    continue  # thin strokes are all edge
                pixels = image[y0:y1, x0:x1].reshape(-1, 3).astype(float)
                board = np.array(shades(sign.ground)[0])
                strokes = pixels[((pixels - board) ** 2).sum(1).argsort()[-max(len(pixels) // 25, 5) :]]
                assert sign.ground in {name for name, _ in Counter(called(pixels[::7])).most_common(3)}, sign
                assert sign.ink in {name for name, _ in Counter(called(strokes)).most_common(2)}, sign
                seen += 1
    assert seen > 60


def test_the_wall_is_around_the_signs():
    right = 0
    for scene in scenes("val"):
        image = scene.page.page.image
        edge = np.concatenate([image[:3].reshape(-1, 3), image[-3:].reshape(-1, 3)])[::5]
        right += Counter(called(edge)).most_common(1)[0][0] == scene.wall
    assert right >= 38


def test_words_have_boxes_on_the_picture_and_are_there_once():
    for scene in scenes("train"):
        height, width = scene.page.page.image.shape[:2]
        words = scene.page.page.words
        assert all(0 <= w.box.x0 < w.box.x1 <= width and 0 <= w.box.y0 < w.box.y1 <= height for w in words)
        said = [word for sign in scene.signs for word in {*sign.text.lower().split()}]
        assert len(said) == len({*said})
        assert [word.text for word in words] == [part for sign in scene.signs for part in sign.text.split()]


def test_questions_tell_the_scene():
    names = phrasebook("en")["colours"]
    seen = Counter()
    for i, scene in enumerate(scenes("train")):
        for question in sign_questions(scene, random.Random(i), "train", "en"):
            seen[question.kind] += 1
            text, kind = question.text.lower(), question.kind.split("/")[1]
            signs = [s for s in scene.signs if any(f'"{w}"' in text for w in (s.text.lower(), *s.text.lower().split()))]
            if kind in ("word", "board"):
                assert len(signs) == 1
                assert question.answers[0] in names[signs[0].ink if kind == "word" else signs[0].ground]
            elif kind in ("written_in", "says"):
                sign = next(sign for sign in scene.signs if sign.text == question.answers[0])
                colour = sign.ink if kind == "written_in" else sign.ground
                assert names[colour][0] in text and question.words == sign.words
                assert sum((s.ink if kind == "written_in" else s.ground) == colour for s in scene.signs) == 1
            elif kind == "missing":
                assert question.answers == ()
                assert not any(names[s.ground][0] in text for s in scene.signs if s.shape != "none")
            elif kind == "count":
                assert question.answers == (str(len(scene.signs)),)
            elif kind == "wall":
                assert question.answers == tuple(names[scene.wall])
    assert set(seen) == {f"colour/{kind}" for kind in
                         ("word", "board", "is_word", "written_in", "says", "missing", "count", "wall")}  # fmt: skip


def test_no_colour_is_likely_from_the_words_alone():
    walls = [(seed, colours()[seed % len(colours())]) for seed in range(600)]
    said = Counter(sign.ink for seed, wall in walls for sign in _plan(random.Random(seed), "train", (512, 384), wall))
    assert set(said) == set(colours()) and max(said.values()) < 0.2 * sum(said.values()), said


def test_validation_has_texts_and_pairs_of_colours_that_training_never_sees():
    texts = {part: {s.text.lower() for scene in scenes(part) for s in scene.signs} for part in ("train", "val")}
    pairs = {part: {(s.ink, s.ground) for scene in scenes(part) for s in scene.signs if s.shape != "none"}
             for part in ("train", "val")}  # fmt: skip
    assert texts["val"] - texts["train"] and len(pairs["val"] - pairs["train"]) > 3
    assert all(legible(*pair) for pair in pairs["train"] | pairs["val"])


@pytest.mark.parametrize("language", sorted(set(LANGUAGES)))
def test_each_language_names_all_colours(language):
    assert set(phrasebook(language)["colours"]) == set(colours())
    first = ask_signs(random.Random(5), "train", language)
    again = ask_signs(random.Random(5), "train", language)
    assert first.questions == again.questions and np.array_equal(first.page.page.image, again.page.page.image)
    assert {question.language for question in first.questions} == {language}
