"""How long customers wait for a first reply, without losing those who still wait."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wait:
    """`count` customers who waited `minutes`: until the first reply, or (not `answered`) for as long as we know."""

    minutes: int
    answered: bool
    count: int = 1


@dataclass(frozen=True, slots=True)
class MedianWait:
    """The time within which half of all customers are answered, in minutes, of `n` customers.

    `minutes` is None while fewer than half can be said to have been answered; then it is longer than `longest`, the
    longest wait seen.
    """

    minutes: int | None
    longest: int
    n: int


def median_wait(waits: Iterable[Wait]) -> MedianWait:
    """The Kaplan–Meier median (JASA 53, 1958): who is not answered yet counts as waiting until now, not as absent."""
    ordered = sorted(waits, key=lambda wait: (wait.minutes, not wait.answered))
    total = at_risk = sum(wait.count for wait in ordered)
    surviving, median = 1.0, None
    for wait in ordered:
        if wait.answered and median is None:
            surviving *= 1 - wait.count / at_risk
            median = wait.minutes if surviving <= 0.5 + 1e-9 else None
        at_risk -= wait.count
    return MedianWait(median, ordered[-1].minutes if ordered else 0, total)
