"""Runs of words that may be the value of one header field."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log, prod, sqrt

import numpy as np

from docengine.engine.decode.completing import completed
from docengine.engine.decode.reading import GAP, SPACE, WIDE_GAP, Geometry, Span
from docengine.engine.values import parse, proof
from docengine.schema import FieldType

LEVELS = (0.5, 0.2, 0.05)
"""Runs are cut at each of these probabilities: the best cut of a value is not known beforehand."""
MOST_WORDS = 160
"""A level at which more words than this are noticeable says nothing."""
LONGEST_TYPED = 12
FREE = frozenset({FieldType.NAME, FieldType.ADDRESS, FieldType.TEXT})
COMPLETED = frozenset({FieldType.NAME, FieldType.ADDRESS})
ONE_LINE = frozenset({FieldType.AMOUNT, FieldType.QUANTITY, FieldType.PERCENT, FieldType.CURRENCY})
NEXT_LINE = 1.6
"""Lines of one value follow each other within this many line heights."""
GROUP_GAP = 0.8
"""The widest space between groups of one number's digits, in line heights."""
REST = 3
"""Words that an IBAN may have beyond those that the model sees."""
AMID = 0.3
"""A line goes on the one above it only from its start, or after a word of at least this probability."""
BRIDGE = 0.15
"""What a word inside a value counts at least."""
TRIMMED = 0.9
"""What is left of a score when words that do not parse are left off."""
RESTART = 0.25
"""How much a `B` inside a value counts as its continuation."""
DOUBLED = 0.5
"""Least probability of the word before for two words side by side that both begin a text to be one."""
BEGUN = 0.5
"""What the first word of a text counts at least, in shares of the next word's probability of continuing one."""

Run = tuple[int, ...]
Fits = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Track:
    """One field's probabilities, by word."""

    begin: list[float]
    inside: list[float]
    either: list[float]
    """Their sum."""
    kind: FieldType

    @classmethod
    def of(cls, tags: np.ndarray, begin: int, kind: FieldType) -> Track:
        """`tags` (N, C); the `I` tag follows the `B` tag at column `begin`."""
        b, i = tags[:, begin], tags[:, begin + 1]
        return cls(b.tolist(), i.tolist(), np.minimum(b + i, 1.0).tolist(), kind)


def find_spans(track: Track, geometry: Geometry, fits: Fits, most: int) -> list[Span]:
    """The best few spans whose text fits the field's type, best first, each with its words' own text and box."""
    seen: dict[Run, float] = {}
    noticed = [(place, probability) for place, probability in enumerate(track.either) if probability >= LEVELS[-1]]
    for level in LEVELS:
        strong = [place for place, probability in noticed if probability >= level]
        if not 0 < len(strong) <= MOST_WORDS:
            continue
        for run in _runs(strong, track, geometry):
            for fitting in _fitting(run, track, geometry, fits):
                if fitting not in seen:
                    known = fitting if len(fitting) <= len(run) else run
                    seen[fitting] = score(known, run, track, geometry)
    seen = {run: value * _whole(run, seen, track) for run, value in seen.items()}
    if track.kind in COMPLETED:
        seen = _completed(seen, track.kind, geometry)
    best = sorted(seen, key=lambda run: (-seen[run], run))[:most]
    return [Span(geometry.text(r), seen[r], geometry.box(r), geometry.page, r) for r in best]


def _completed(seen: Mapping[Run, float], kind: FieldType, geometry: Geometry) -> dict[Run, float]:
    """`seen` with the completed runs instead of those cut short; the words that complete them are certain."""
    whole: dict[Run, float] = {}
    for run, value in seen.items():
        longer = completed(run, kind, geometry)
        whole[longer] = max(whole.get(longer, 0.0), value ** (len(run) / len(longer)))
    return whole


def _runs(strong: list[int], track: Track, geometry: Geometry) -> Iterator[Run]:
    """Runs on one row, cut at wide gaps and where a value begins; all but numbers, joined down the lines as well."""
    lines = _lines(strong, track, geometry)
    pieces = [piece for line in lines for piece in _cut(line, track, geometry)]
    if track.kind not in ONE_LINE:
        yield from _chains(pieces, track, geometry)
    if track.kind not in FREE:
        yield from (*pieces, *lines)


def _lines(strong: list[int], track: Track, geometry: Geometry) -> list[Run]:
    """Neighbouring strong words of a row; one weak word between two is taken along."""
    lines: list[list[int]] = []
    for place in strong:
        last = lines[-1][-1] if lines else -9
        if place - last == 1 and _linked(place, track, geometry):
            lines[-1].append(place)
        elif place - last == 2 and _bridged(place, track, geometry):
            lines[-1] += [place - 1, place]
        else:
            lines.append([place])
    return [tuple(line) for line in lines]


def _linked(place: int, track: Track, geometry: Geometry) -> bool:
    """Whether the word goes on from the word before it."""
    gap = geometry.gaps[place]
    return gap <= GAP or (gap <= WIDE_GAP and track.kind not in FREE and track.inside[place] >= 0.5)


def _bridged(place: int, track: Track, geometry: Geometry) -> bool:
    goes_on = track.inside[place] >= 0.3 and track.inside[place] > track.begin[place]
    return goes_on and geometry.gaps[place] <= GAP and geometry.gaps[place - 1] <= GAP


def _cut(line: Run, track: Track, geometry: Geometry) -> list[Run]:
    """The line cut before each word that rather begins a value than continues one."""
    begun = [k for k in range(1, len(line)) if track.begin[line[k]] > max(track.inside[line[k]], LEVELS[-1])]
    starts = [0, *(k for k in begun if not _one_value(line[k], track, geometry)), len(line)]
    return [line[a:b] for a, b in pairwise(starts)]


def _one_value(place: int, track: Track, geometry: Geometry) -> bool:
    """Whether the word belongs to the value of the word before it, although the model says that it begins one."""
    return _grouped(place, track, geometry) or _doubled(place, track, geometry)


def _doubled(place: int, track: Track, geometry: Geometry) -> bool:
    """Whether the word before it, a space away, begins a text as well: no two begin side by side."""
    near = place > 0 and track.kind in FREE and geometry.gaps[place] <= SPACE
    return near and track.begin[place - 1] >= DOUBLED


def _grouped(place: int, track: Track, geometry: Geometry) -> bool:
    """Whether the word is a group of a number's digits, as the one before it: `110 448 2093`."""
    if track.kind is not FieldType.NUMBER or place == 0 or geometry.gaps[place] > GROUP_GAP:
        return False
    return all(geometry.words[k].text.isdecimal() and len(geometry.words[k].text) <= 5 for k in (place - 1, place))


def _chains(pieces: Sequence[Run], track: Track, geometry: Geometry) -> Iterator[Run]:
    """Pieces that begin with an `I` joined to what they continue: above, or level with them where rows are askew."""
    chains: list[list[Run]] = []
    for piece in pieces:
        above = None
        if track.inside[piece[0]] >= track.begin[piece[0]]:
            fitting = [chain for chain in chains if _continues(piece, chain[-1], track, geometry)]
            above = max(fitting, key=lambda chain: geometry.box(chain[-1]).y1, default=None)
        if above is None:
            chains.append([piece])
        elif geometry.level(piece, above[-1]) and geometry.box(piece).x0 < geometry.box(above[-1]).x0:
            above.insert(-1, piece)
        else:
            above.append(piece)
    for chain in chains:
        yield tuple(place for piece in chain for place in piece)
        if len(chain) > 1:
            yield chain[0]


def _continues(piece: Run, above: Run, track: Track, geometry: Geometry) -> bool:
    if geometry.rows[piece[0]] <= geometry.rows[above[-1]]:
        return False
    low, high = geometry.box(piece), geometry.box(above)
    if geometry.level(piece, above):
        return max(low.x0 - high.x1, high.x0 - low.x1) <= GAP * geometry.height
    if low.y0 - high.y1 > NEXT_LINE * max(geometry.height, min(low.height, high.height)):
        return False
    labelled = geometry.words[piece[0] - 1].text.endswith(":")
    if geometry.gaps[piece[0]] <= GAP and track.either[piece[0] - 1] < AMID and not labelled:
        return False  # it begins amid a line of something else
    overlaps = min(low.x1, high.x1) > max(low.x0, high.x0)
    wraps = low.x0 < high.x0 and geometry.gaps[piece[0]] > GAP and geometry.ends(above[-1])
    return overlaps or wraps or abs(low.x0 - high.x0) <= 2 * geometry.height


def _fitting(run: Run, track: Track, geometry: Geometry, fits: Fits) -> Iterator[Run]:
    """`run` if its text fits the type, else the longest parts of it that do; an IBAN goes on where that proves it."""
    if fits(geometry.text(run)):
        yield run
        return
    if track.kind is FieldType.IBAN:
        longer = (run + tuple(range(run[-1] + 1, run[-1] + 1 + more)) for more in range(1, REST + 1))
        whole = next((one for one in longer if one[-1] < len(geometry.words) and _proved(geometry.text(one))), None)
        if whole is not None:
            yield whole
            return
    if track.kind in FREE or len(run) > LONGEST_TYPED:
        return
    for length in range(len(run) - 1, 0, -1):
        parts = [run[at : at + length] for at in range(len(run) - length + 1)]
        fitting = [part for part in parts if fits(geometry.text(part))]
        if fitting:
            yield from fitting
            return


def _proved(text: str) -> bool:
    value = parse(text, FieldType.IBAN)
    return value is not None and proof(value, FieldType.IBAN) is True


def score(part: Run, run: Run, track: Track, geometry: Geometry) -> float:
    """Geometric mean of the words' probabilities, less what the words just outside claim to belong to it.

    `part` is what fits the type of `run`: the rest of the run is no value, whatever it claims.
    """
    first, last = min(part), max(part)
    logs = log(max(_begun(first, first + 1 in part, track), 1e-6))
    counted = 1
    for place in part:
        if place != first and not (track.kind in FREE and _is_mark(place, geometry)):
            counted += 1
            again = 1.0 if _one_value(place, track, geometry) else RESTART
            goes_on = track.inside[place] + again * track.begin[place]
            logs += log(max(goes_on, 1e-6 if place == last else BRIDGE))
    taken = frozenset((*run, *part))
    outside = prod(1 - _leak(place, taken, track, geometry) for place in part if place - 1 not in part)
    outside *= prod(1 - _spill(place + 1, taken, track, geometry) for place in part if place + 1 not in part)
    mean = min(exp(logs / counted), 1.0)
    return mean * sqrt(max(outside, 0.0)) * (TRIMMED if len(part) < len(run) else 1.0)


def _is_mark(place: int, geometry: Geometry) -> bool:
    """Whether it only parts words, as the dot in `Main St 1 • 1000 Bern`."""
    return not any(char.isalnum() for char in geometry.words[place].text)


def _begun(first: int, goes_on: bool, track: Track) -> float:
    """How likely the value begins with its first word: a next word that surely continues one begins none."""
    own = track.either[first]
    if not goes_on or track.kind not in FREE or own < LEVELS[-1] or track.begin[first + 1] > track.inside[first + 1]:
        return own
    return max(own, BEGUN * track.inside[first + 1])


def _whole(run: Run, others: Iterable[Run], track: Track) -> float:
    """What speaks against leaving off what another run has before `run` or after it, on other lines or its own."""
    factor = 1.0
    for other in others:
        more = len(other) - len(run)
        if more > 0 and other[: len(run)] == run:
            after = max(track.inside[place] for place in other[len(run) : len(run) + 2])
            factor = min(factor, sqrt(1 - min(after, 1.0)))
        elif more > 0 and other[more:] == run:
            before = max(_begun(place, place + 1 in run, track) for place in other[:more])
            factor = min(factor, 1 - before * track.inside[run[0]] / max(track.either[run[0]], 1e-6))
    return factor


def _leak(first: int, run: Container[int], track: Track, geometry: Geometry) -> float:
    """How likely the value began with the word before its first one."""
    if first == 0 or first - 1 in run or geometry.gaps[first] > GAP:
        return 0.0
    return track.either[first - 1] * track.inside[first] / max(track.either[first], 1e-6)


def _spill(after: int, run: Container[int], track: Track, geometry: Geometry) -> float:
    """How likely the value goes on with the word after its last one."""
    if after >= len(track.inside) or after in run or geometry.gaps[after] > GAP:
        return 0.0
    return track.inside[after]
