"""What a digest is made from: values read once for a whole batch of stores."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from localcare.digests.core.windows import Window

NOT_THE_STORES = ("network", "billing", "account", "product")
"""Matters whose complaints are not held against the store."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open case in the store's inbox whose customer waits. `due_at` is its next promise, when a clock runs."""

    case_id: int
    author: str
    text: str
    channel: str
    kind: str
    since: datetime
    due_at: datetime | None
    urgency_rank: int
    owner: str | None = None
    recommends: bool | None = None
    rating: int | None = None


@dataclass(frozen=True, slots=True)
class Handled:
    """A case of the store that was answered or closed within the window, by whoever did it."""

    case_id: int
    author: str
    text: str
    at: datetime
    by: str | None
    answer: str | None
    closed_how: str | None
    first_waited: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """A mention of the window with its verdict; `queue` is set when it is part of an open case."""

    mention_id: int
    case_id: int | None
    queue: str | None
    author: str
    text: str
    channel: str
    kind: str
    at: datetime
    topic: str
    matter: str
    sentiment: str
    shout_out: bool = False
    names: tuple[str, ...] = ()
    recommends: bool | None = None
    rating: int | None = None

    @property
    def opinion(self) -> Literal["positive", "mixed", "negative"] | None:
        """What it says of the store itself, as insight's measure "Positive" defines it; None is no opinion of the store."""
        verdict = self.sentiment
        if self.recommends is not None:
            verdict = "positive" if self.recommends else "negative"
        elif self.rating is not None:
            verdict = "positive" if self.rating >= 4 else "mixed" if self.rating == 3 else "negative"
        if verdict == "negative":
            return None if self.matter in NOT_THE_STORES else "negative"
        return "positive" if verdict == "positive" else "mixed" if verdict == "mixed" else None

    @property
    def is_liked(self) -> bool:
        """Whether these are kind words."""
        if self.sentiment == "negative":
            return False
        return self.shout_out or self.recommends is True or (self.rating or 0) >= 4 or self.sentiment == "positive"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many mentions there were over a span of days, how many opinions of the store among them, and positive ones."""

    mentions: int = 0
    positive: int = 0
    opinions: int = 0
    days: float = 1.0


@dataclass(frozen=True, slots=True)
class StoreCard:
    """The store as its mail names it; `zone` is an IANA name."""

    store_id: int
    number: str
    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """Everything about one store that one digest may speak of, as known at `now`."""

    store: StoreCard
    window: Window
    now: datetime
    waiting: tuple[Waiting, ...] = ()
    handled: tuple[Handled, ...] = ()
    said: tuple[Said, ...] = ()
    usual: Tally = Tally(days=28.0)
    stars: str = ""
    stars_url: str = ""
