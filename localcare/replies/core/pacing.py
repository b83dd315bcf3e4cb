"""How fast one Page may write: Facebook blocks a Page that posts in bursts (368/1390008), and does not say from when on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """At least `gap` between two writings of a Page, and at most `most` of them in any span of `within`."""

    gap: timedelta
    most: int
    within: timedelta


CALM = Pace(gap=timedelta(seconds=4), most=15, within=timedelta(minutes=5))
"""As fast as a busy person types: no number is published, so this stays well below what people report as blocked."""

UNPACED = Pace(gap=timedelta(0), most=1_000_000, within=timedelta(0))


def next_departure(departures: Sequence[datetime], now: datetime, pace: Pace) -> datetime:
    """The earliest time from now on at which one more may leave, after those that have left."""
    left = sorted(departures)
    earliest = now
    if left:
        earliest = max(earliest, left[-1] + pace.gap)
    if len(left) >= pace.most:
        earliest = max(earliest, left[-pace.most] + pace.within)
    return earliest
