"""The life of a policy's versions: written, signed off, in force from a moment on, over; and which one time puts in force next.

Version 0 is the one that ships with localcare: it is in force wherever no other is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SHIPPED = 0


class Stage(StrEnum):
    """How far a version has come."""

    DRAFT = "draft"
    SIGNED = "signed-off"
    SCHEDULED = "scheduled"
    LIVE = "live"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Version:
    """What time asks of a version. `replaced` was in force before it; `until` is when that one comes back, if ever."""

    number: int
    stage: Stage
    since: datetime | None = None
    until: datetime | None = None
    replaced: int = SHIPPED


@dataclass(frozen=True, slots=True)
class Turn:
    """What changes now: `starts` is in force from now on (None: nothing starts), `ends` is over; `why` is a sentence."""

    starts: int | None
    ends: int
    why: str


def due_turn(versions: Sequence[Version], now: datetime) -> Turn | None:
    """The next change that time asks for; None when there is none. Ask again after each."""
    live = next((each for each in versions if each.stage is Stage.LIVE), None)
    if live is not None and live.until is not None and live.until <= now:
        back = came_before(versions, live, now)
        return Turn(back, live.number, f"The time of version {live.number} is over: {name_of(back)} holds again.")
    waiting = [each for each in versions if each.stage is Stage.SCHEDULED and each.since and each.since <= now]
    following = min(waiting, key=lambda each: (each.since, each.number), default=None)
    if following is None:
        return None
    if following.until is not None and following.until <= now:
        return Turn(None, following.number, f"The time of version {following.number} went by before it could start.")
    why = f"The moment that version {following.number} was scheduled for has come."
    return Turn(following.number, live.number if live else SHIPPED, why)


def came_before(versions: Sequence[Version], live: Version, now: datetime) -> int:
    """What was in force before a version and may hold again: what has run out meanwhile is passed over."""
    by_number = {each.number: each for each in versions}
    number = live.replaced
    while (known := by_number.get(number)) is not None and known.until is not None and known.until <= now:
        number = known.replaced
    return number


def find_clash(versions: Sequence[Version], since: datetime, until: datetime | None) -> Version | None:
    """The scheduled version whose time a new one would cut across: neither after it nor wholly within nor around it."""
    for each in versions:
        if each.stage is not Stage.SCHEDULED or each.since is None or each.until is None or until is None:
            continue
        if each.since < since < each.until < until or since < each.since < until < each.until:
            return each
    return next((each for each in versions if each.stage is Stage.SCHEDULED and each.since == since), None)


def name_of(number: int) -> str:
    """A version as people call it."""
    return f"version {number}" if number else "the shipped policy"
