"""Who is there, and what they know: people shared out over groups of work, second skills, and a weekly roster."""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from localcare.routing.core.forecast import HOURS_OF_WEEK
from localcare.simulation.core.arrivals import HOUR, Floats, weekly_profile

_STARTS = range(0, 24, 2)
_DAYS_WORKED = 5


def square_root_staffing(loads: Sequence[float], agents: int) -> list[int]:
    """People for each group: its load (in people busy) and the same multiple of its square root, rounded to `agents` in all.

    Halfin and Whitt, “Heavy-traffic limits for queues with many exponential servers”, 1981. With fewer people than work the
    shares follow the loads. Every group has at least one.
    """
    total, roots = sum(loads), sum(sqrt(load) for load in loads)
    spare = agents - total
    wanted = [load + spare * sqrt(load) / roots if spare > 0 else load * agents / total for load in loads]
    people = [max(1, int(wish)) for wish in wanted]
    by_remainder = sorted(range(len(loads)), key=lambda n: people[n] - wanted[n])
    for n in range(agents - sum(people)):
        people[by_remainder[n % len(people)]] += 1
    while sum(people) > agents:
        people[max(range(len(people)), key=lambda n: (people[n] > 1, people[n] - wanted[n]))] -= 1
    return people


def chain(count: int) -> list[tuple[int, int]]:
    """The first and the second skill of each of `count` groups: everybody helps out the next group, the last the first.

    One closed chain gives nearly all of what full flexibility gives (Jordan and Graves, “Principles on the benefits of
    manufacturing process flexibility”, 1995).
    """
    return [(n, (n + 1) % count) for n in range(count)]


def draw_roster(people: int, presence_h: float) -> Floats:
    """For each person and hour of the week, the share of it they are at work: 5 days, one shift a day.

    Shifts are chosen one person after the other, each where most is missing against the week's arrivals.
    """
    shifts = _possible_shifts(presence_h)
    wanted = weekly_profile() * people * presence_h * _DAYS_WORKED
    there = np.zeros(HOURS_OF_WEEK)
    chosen = []
    for _ in range(people):
        missing = (wanted - there) / np.maximum(wanted, 0.05)
        best = int(np.argmax(shifts @ missing - 0.5 * (shifts**2) @ (1 / np.maximum(wanted, 0.05))))
        chosen.append(shifts[best])
        there = there + shifts[best]
    return np.array(chosen)


def presence(hours: Floats, days: int) -> list[tuple[float, float]]:
    """When somebody comes and leaves, in seconds from the month's first midnight, from their hours of a week."""
    spans: list[tuple[float, float]] = []
    for hour in range(days * 24):
        share = float(hours[hour % HOURS_OF_WEEK])
        if share <= 0:
            continue
        begins, ends = hour * HOUR, (hour + share) * HOUR
        if spans and spans[-1][1] >= begins:
            spans[-1] = (spans[-1][0], ends)
        else:
            spans.append((begins, ends))
    return spans


def _possible_shifts(presence_h: float) -> Floats:
    """Every start of a shift with every first day of five in a row, as hours of the week."""
    whole = int(presence_h)
    shape = [1.0] * whole + ([presence_h - whole] if presence_h > whole else [])
    shifts = np.zeros((len(_STARTS) * 7, HOURS_OF_WEEK))
    for row, (first, start) in enumerate((first, start) for first in range(7) for start in _STARTS):
        for day in range(_DAYS_WORKED):
            for hour, share in enumerate(shape):
                shifts[row, ((first + day) * 24 + start + hour) % HOURS_OF_WEEK] += share
    return shifts
