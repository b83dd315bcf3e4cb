"""Whether something may leave now: the last look at what has happened since a person pressed the button."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from localcare.replies.core.deeds import Deed
from localcare.replies.core.ways import Way
from localcare.replies.core.windows import PRIVATE_WINDOW, Opening, message_window

WITHDRAWN = "The customer has removed their words. Nothing was sent."
WINDOW_OVER = (
    "The time in which Facebook delivers messages to this customer is over; it begins again when they write. "
    "Nothing was sent."
)
PRIVATE_OVER = "A comment can be answered privately for seven days; they are over. Nothing was sent."
ONLY_A_PERSON = "After 24 hours Facebook delivers only what a person wrote, and nobody did. Nothing was sent."
MEANWHILE = "The Page has answered in the meantime:"
_SHOWN = 140
PAUSED = "Facebook allows this Page no more calls for now. It goes out by itself when the pause is over."


@dataclass(frozen=True, slots=True)
class Native:
    """An answer that somebody typed on the network itself."""

    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand at the door. `departs_at` is when the Page's pace lets it go; `natives` came after it was written."""

    kind: Way | Deed
    now: datetime
    departs_at: datetime
    said_at: datetime | None = None
    last_heard_at: datetime | None = None
    paused_until: datetime | None = None
    is_withdrawn: bool = False
    by_person: bool = True
    natives: Sequence[Native] = ()


@dataclass(frozen=True, slots=True)
class Go:
    """It may leave; `as_person` marks it as a person's answer after the first 24 hours."""

    as_person: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Not before then, and why in words; pacing needs none."""

    until: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """A person must decide: somebody has answered since, with these words."""

    why: str
    said: str

    @classmethod
    def because(cls, said: str) -> Self:
        """The Page has said this meanwhile."""
        words = said if len(said) <= _SHOWN else f"{said[: _SHOWN - 1]}…"
        return cls(f"{MEANWHILE} “{words}” Nothing was sent. Send yours too, or drop it?", words)


@dataclass(frozen=True, slots=True)
class Stop:
    """It must not leave any more."""

    why: str


Departure = Go | Wait | Hold | Stop


def decide_departure(standing: Standing) -> Departure:
    """What becomes of it now. A pause of the Page comes first, for then nothing may be asked either."""
    if standing.paused_until is not None and standing.paused_until > standing.now:
        return Wait(standing.paused_until, PAUSED)
    if standing.departs_at > standing.now:
        return Wait(standing.departs_at)
    if isinstance(standing.kind, Deed):
        return Go()
    if standing.natives:
        return Hold.because(standing.natives[-1].text)
    if standing.kind is Way.MESSAGE:
        return _by_window(standing)
    if standing.is_withdrawn:
        return Stop(WITHDRAWN)
    if standing.kind is Way.PRIVATE and standing.said_at and standing.now >= standing.said_at + PRIVATE_WINDOW:
        return Stop(PRIVATE_OVER)
    return Go()


def _by_window(standing: Standing) -> Departure:
    match message_window(standing.last_heard_at or standing.said_at, standing.now).opening:
        case Opening.OVER:
            return Stop(WINDOW_OVER)
        case Opening.BY_PERSON:
            return Go(as_person=True) if standing.by_person else Stop(ONLY_A_PERSON)
        case Opening.FREE:
            return Go()
