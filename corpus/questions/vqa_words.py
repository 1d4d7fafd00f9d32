"""Answers as the VQA evaluation compares them: small letters, no articles, digits for number words, no punctuation.

Follows the published VQAEval and EvalAIAnswerProcessor, word for word.
"""

from __future__ import annotations

import re

ARTICLES = frozenset(("a", "an", "the"))
NUMBERS = {
    "none": "0", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10",
}  # fmt: skip
PUNCTUATION = (";", "/", "[", "]", '"', "{", "}", "(", ")", "=", "+", "\\", "_", "-", ">", "<", "@", "`", ",", "?",
               "!")  # fmt: skip
_CONTRACTED = """
ain't aren't can't could've couldn't couldn't've didn't doesn't don't hadn't hadn't've hasn't haven't he'd he'd've he's
how'd how'll how's I'd've I'm I've isn't it'd it'd've it'll ma'am mightn't mightn't've might've mustn't must've needn't
not've o'clock oughtn't shan't she'd've should've shouldn't shouldn't've somebody'd've somebody'll somebody's someone'd
someone'd've someone'll someone's something'd something'd've something'll that's there'd there'd've there're there's
they'd they'd've they'll they're they've 'twas wasn't we'd've we've weren't what'll what're what's what've when's
where'd where's where've who'd who'd've who'll who's who've why'll why're why's won't would've wouldn't wouldn't've
y'all y'all'll y'all'd've you'd you'd've you'll you're you've
"""


def _contractions() -> dict[str, str]:
    """A contraction without one of its apostrophes, and the whole."""
    found = {}
    for whole in _CONTRACTED.split():
        for place in (i for i, char in enumerate(whole) if char == "'"):
            found[whole[:place] + whole[place + 1 :]] = whole
    return found


CONTRACTIONS = _contractions()
_PERIOD = re.compile(r"(?!<=\d)(\.)(?!\d)")
"""As published, slip in the look-behind and all."""
_COMMA = re.compile(r"(\d)(,)(\d)")


def vqa_normal(answer: str) -> str:
    """The answer as it is compared."""
    text = answer.lower().replace(",", "").replace("?", "").replace("'s", " 's").strip()
    text = text.replace("\n", " ").replace("\t", " ").strip()
    bare = text
    for mark in PUNCTUATION:
        spaced = f"{mark} " in text or f" {mark}" in text
        bare = bare.replace(mark, "" if spaced or _COMMA.search(text) else " ")
    bare = _PERIOD.sub("", bare)
    words = (NUMBERS.get(word, word) for word in bare.lower().split())
    return " ".join(CONTRACTIONS.get(word, word) for word in words if word not in ARTICLES)
