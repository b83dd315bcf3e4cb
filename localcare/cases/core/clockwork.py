"""What becomes of a case's clocks when a customer begins to wait, or when the case moves: what has run is kept.

A promise is measured from the arrival of the words that wait. Another queue's own promise is measured from there too. While
it is the customer's turn, what promises the end of the matter is paused.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from localcare.cases.core.clocks import ClockPlan, due_at, open_time

REPLY_CLOCKS = ("acknowledge", "first_reply", "next_reply")


@dataclass(frozen=True, slots=True)
class Clock:
    """A promise that runs: since when, until when, and how much open time it has been paused for."""

    kind: str
    started_at: datetime
    due_at: datetime
    paused: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class KnownClock:
    """A clock as it stands: running, stopped, or paused since an instant."""

    clock: Clock
    stopped_at: datetime | None = None
    paused_at: datetime | None = None


def begin_turn(
    plans: Sequence[ClockPlan],
    known: Mapping[str, KnownClock],
    *,
    was_answered: bool,
    arrived_at: datetime,
    now: datetime,
) -> Iterator[Clock]:
    """Clocks of a customer who begins to wait: a new one for the reply, from arrival; a paused one goes on."""
    for plan in plans:
        before = known.get(plan.kind)
        if not _is_asked(plan.kind, was_answered=was_answered):
            continue
        if plan.kind not in REPLY_CLOCKS and before is not None and before.stopped_at is None:
            yield _replanned(plan, _resumed(before, plan, now))
        else:
            yield _begun(plan, arrived_at)


def change_queue(
    plans: Sequence[ClockPlan],
    known: Mapping[str, KnownClock],
    *,
    was_answered: bool,
    arrived_at: datetime,
    taken_again_from: datetime | None = None,
) -> Iterator[Clock]:
    """Clocks of a case that waits and now lies elsewhere: they keep what has run and get what is promised there.

    `taken_again_from` is when a person gave it to the queue: whoever takes it there is waited for from then on.
    """
    for plan in plans:
        before = known.get(plan.kind)
        if before is None and _is_asked(plan.kind, was_answered=was_answered):
            yield _begun(plan, arrived_at)
        elif before is not None and before.stopped_at is None:
            yield _replanned(plan, before.clock)
        elif plan.kind == "acknowledge" and taken_again_from is not None:
            yield _begun(plan, taken_again_from)


def _is_asked(kind: str, *, was_answered: bool) -> bool:
    return kind not in (("acknowledge", "first_reply") if was_answered else ("next_reply",))


def _begun(plan: ClockPlan, at: datetime) -> Clock:
    return Clock(plan.kind, at, due_at(at, plan.minutes, plan.hours))


def _replanned(plan: ClockPlan, clock: Clock) -> Clock:
    due = due_at(clock.started_at, plan.minutes, plan.hours, paused=clock.paused)
    return Clock(clock.kind, clock.started_at, due, clock.paused)


def _resumed(known: KnownClock, plan: ClockPlan, now: datetime) -> Clock:
    clock = known.clock
    rested = open_time(known.paused_at, now, plan.hours) if known.paused_at is not None else timedelta()
    return Clock(clock.kind, clock.started_at, clock.due_at, clock.paused + rested)
