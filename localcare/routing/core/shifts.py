"""Who works when: weekly shifts in the agent's own time zone, right over midnight and over changes of the clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Shift:
    """Working time that repeats every week. `days` are those on which it begins (Monday is 0); it may end after midnight."""

    days: frozenset[int]
    begins: time
    ends: time
    zone: str

    def is_on(self, moment: datetime) -> bool:
        """Whether it is worked at this (aware) moment; the end is no longer part of it."""
        local = moment.astimezone(ZoneInfo(self.zone))
        clock = local.time()
        if self.begins < self.ends:
            return local.weekday() in self.days and self.begins <= clock < self.ends
        began_today = local.weekday() in self.days and clock >= self.begins
        began_yesterday = (local - timedelta(days=1)).weekday() in self.days and clock < self.ends
        return began_today or began_yesterday


def is_on_shift(shifts: Iterable[Shift], moment: datetime) -> bool:
    """Whether any of somebody's shifts is worked now; without a shift they are there whenever they say so."""
    known = tuple(shifts)
    return not known or any(shift.is_on(moment) for shift in known)
