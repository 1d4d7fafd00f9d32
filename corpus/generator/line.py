"""A row of what is sold, and the arithmetic of its amounts."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass


@dataclass(slots=True)
class Line:
    """A row of the item table. Amounts in cents; `price` in 1/10000, `quantity` in 1/1000."""

    description: str
    article: str
    quantity: int
    unit: str
    price: int
    rate: float
    """Tax in percent."""
    total: int
    discount: int = 0
    """Percent off."""
    note: str = ""
    """A second line below the description."""
    date: datetime.date | None = None
    per: int = 1
    """How many units the price is for."""
    list_price: int = 0
    """In 1/10000, before the discount; `price` is then what is left of it. 0: none."""
    lump: bool = False
    """One amount, without quantity and price."""
    free: bool = False
    """Charged with nothing, whatever its price."""


def line_total(quantity: int, price: int, discount: int = 0, per: int = 1) -> int:
    """Cents of `quantity` (1/1000) times `price` (1/10000) of `per` units, rounded half up, less `discount` percent."""
    value = quantity * price * (100 - discount)
    sign = -1 if value < 0 else 1
    return sign * ((abs(value) + 5_000_000 * per) // (10_000_000 * per))


def rounded(value: int, divisor: int) -> int:
    """`value / divisor`, half away from zero."""
    sign = -1 if value < 0 else 1
    return sign * ((abs(value) * 2 + divisor) // (2 * divisor))


def draw_price(rng: random.Random, low: float, high: float) -> int:
    """In 1/10000: log-uniform, often round or ending in 9."""
    value = low * (high / low) ** rng.random()
    style = rng.random()
    if style < 0.2:
        cents = max(1, round(value)) * 100
    elif style < 0.4:
        cents = max(1, round(value * 10)) * 10
    elif style < 0.6:
        cents = max(1, round(value)) * 100 - rng.choice((1, 5, 10, 1))
    else:
        cents = max(1, round(value * 100))
    return max(cents, 1) * 100
