"""When silence means something: each Page has its own rhythm, and most are quiet by nature.

Two questions with two answers. A Page alone: how long may it be silent, given how often it used to be heard? All Pages
together: did the same hours of the days before bring something, where now there is nothing?
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

WINDOW = timedelta(days=56)
"""How far back a Page's rhythm is looked for."""

SHORTEST = timedelta(hours=36)
LONGEST = timedelta(days=21)
"""Between these a silence may become an alarm; a Page that would need longer is quiet by nature."""

DAYS_COMPARED = 14

_ONE_BURST = timedelta(hours=6)
_FEWEST_BURSTS = 12
_CHANCE = 1e-5
_RECENT = timedelta(days=21)
_LONGEST_GAP_TIMES = 1.5
_FEWEST_DAYS, _FEWEST_EVENTS = 4, 10


def bursts_of(moments: Sequence[datetime]) -> list[datetime]:
    """The first moments of bursts: whatever follows within six hours belongs to the same conversation."""
    found: list[datetime] = []
    for moment in sorted(moments):
        if not found or moment - found[-1] >= _ONE_BURST:
            found.append(moment)
    return found


def patience_with(moments: Sequence[datetime]) -> timedelta | None:
    """How long after the last of these moments (within `WINDOW`) silence is no chance any more; None: never to be told.

    Bursts are taken as a Poisson process whose rate is only estimated: n of them in T leave a chance of (T / (T + t))^(n + 1)
    that none comes in t (the gamma-Poisson predictive). The slower of the whole rhythm and the latest one counts, and the
    silence must be half as long again as any before it. One in 100,000, because 5,000 Pages are 5,000 trials a day.
    """
    bursts = bursts_of(moments)
    if len(bursts) < _FEWEST_BURSTS:
        return None
    last, gaps = bursts[-1], [after - before for before, after in pairwise(bursts)]
    lately = sum(burst > last - _RECENT for burst in bursts)
    patience = max(
        _until_unlikely(len(gaps), last - bursts[0]),
        _until_unlikely(lately, _RECENT),
        _LONGEST_GAP_TIMES * max(gaps),
        SHORTEST,
    )
    return patience if patience <= LONGEST else None


def is_all_silent(same_hours_before: Sequence[int]) -> bool:
    """Whether hours without any event on any Page are a fault; the events of the same hours on each of the days before."""
    return len(same_hours_before) >= _FEWEST_DAYS and min(same_hours_before) >= _FEWEST_EVENTS


def _until_unlikely(bursts: int, watched: timedelta) -> timedelta:
    factor: float = _CHANCE ** (-1 / (bursts + 1)) - 1
    return watched * factor
