"""Weekdays and times of day, as traffic systems write them."""

from __future__ import annotations

import random

PATTERNS = (
    (1, 1, 1, 1, 1, 0, 0), (1, 1, 1, 1, 1, 1, 1), (0, 0, 0, 0, 0, 1, 1), (1, 1, 1, 1, 1, 0, 0), (0, 0, 0, 0, 0, 0, 1),
    (0, 0, 0, 0, 0, 1, 0), (0, 1, 0, 1, 0, 0, 0), (1, 0, 1, 0, 1, 0, 0), (0, 0, 0, 1, 1, 0, 0), (1, 0, 0, 0, 0, 0, 0),
    (0, 1, 0, 0, 0, 0, 0), (0, 0, 1, 0, 0, 0, 0), (0, 0, 0, 1, 0, 0, 0), (0, 0, 0, 0, 1, 0, 0), (0, 1, 1, 1, 1, 0, 0),
)  # fmt: skip
_NAMED_DAYS = {
    (1, 1, 1, 1, 1, 0, 0): ("M-F", "Mo-Fr", "Mon-Fri", "MTWTF", "MTuWThF", "M-F", "MTWTF.."),
    (1, 1, 1, 1, 1, 1, 1): ("M-Su", "MTWTFSS", "Mo-Su", "Mon-Sun", "M-S", "Daily"),
    (0, 0, 0, 0, 0, 1, 1): ("Sa-Su", "SaSu", "Sat-Sun", "SS", ".....SS"),
}
_ABBREVIATIONS = (
    ("M", "Tu", "W", "Th", "F", "Sa", "Su"), ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"),
    ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"), ("M", "T", "W", "R", "F", "S", "U"),
)  # fmt: skip


def day_letters(mask: tuple[int, ...], letters: str = "MTWTFSS") -> str:
    """`MTWTF--`: the letter of each weekday on which something runs, from Monday."""
    return "".join(letter if n else "-" for letter, n in zip(letters, mask, strict=True))


def weekdays(rng: random.Random, mask: tuple[int, ...], style: int, names: tuple[str, ...] = ()) -> str:
    """One order writes its days in one `style`, or with the `names` of its language."""
    if names:
        runs = [name for name, n in zip(names, mask, strict=True) if n]
        whole = len(runs) > 2 and sum(mask[mask.index(1) :][: len(runs)]) == len(runs)
        return f"{runs[0]}-{runs[-1]}" if whole else ", ".join(runs)
    if style == 0:
        return day_letters(mask)
    if mask in _NAMED_DAYS:
        return rng.choice(_NAMED_DAYS[mask]) if style == 2 else _NAMED_DAYS[mask][style % 2]
    names = _ABBREVIATIONS[style % len(_ABBREVIATIONS)]
    return ("" if style < 3 else ",").join(name for name, n in zip(names, mask, strict=True) if n)


def hours_text(hour: int, half: bool, style: int, rng: random.Random) -> str:
    """From an hour (0 to 23), or half past, in one of the ways to write it; one order has one `style`."""
    span = rng.choice((30, 60, 60, 60, 120, 180))
    begin = hour * 60 + (30 if half else 0)
    return f"{clock(begin, style)}{('-', '-', ' - ', '-', '- ', '-', '-')[style]}{clock((begin + span) % 1440, style)}"


def clock(minute: int, style: int) -> str:
    """7a, 7:30a, 7:00 AM, 07:00, 730am, 7:00:00AM, 7:00am, by `style`."""
    hour, rest = divmod(minute, 60)
    half, twelve = ("a", "p")[hour >= 12], (hour - 1) % 12 + 1
    if style == 0:
        return f"{twelve}{f'{rest:02d}' if rest else ''}{half}"
    if style == 1:
        return f"{twelve}:{rest:02d} {half.upper()}M"
    if style == 2:
        return f"{hour:02d}:{rest:02d}"
    if style == 3:
        return f"{twelve}{f':{rest:02d}' if rest else ''}{half}m"
    if style == 4:
        return f"{twelve}:{rest:02d}:00{half.upper()}M"
    return f"{twelve}:{rest:02d}{half}" + ("m" if style == 5 else "")
