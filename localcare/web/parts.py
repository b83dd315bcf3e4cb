"""The values that the larger components draw: a page builds them, a template passes them to the macro of that name."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Tone = Literal["neutral", "brand", "good", "warn", "bad", "critical", "info"]


@dataclass(frozen=True, slots=True)
class Link:
    """A label that leads somewhere."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry of the main navigation; `count` is what waits there, `alarm` when something of it is late.

    `beside` are places that belong to it and have no entry of their own.
    """

    label: str
    href: str
    icon: str
    count: int | None = None
    alarm: bool = False
    beside: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """Every address that it stands for."""
        return (self.href, *self.beside)


@dataclass(frozen=True, slots=True)
class Flash:
    """One sentence shown once after a redirect, with an optional way back (a POST), such as undoing a reply."""

    text: str
    tone: Tone = "good"
    action_label: str = ""
    action_url: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of a list, reached by a link."""

    label: str
    href: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a select or radio group."""

    value: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. With `href` its header is a link that sorts; `sorted` tells how it is sorted now."""

    label: str
    href: str = ""
    sorted: Literal["", "ascending", "descending"] = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class ClockFace:
    """A promise with a deadline: what is due, when, whether it was met, and from when on it is urgent."""

    label: str
    due_at: datetime
    met_at: datetime | None = None
    paused: bool = False
    warn: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in a list; `note` is what holds it up, in a word or two."""

    href: str
    author: str
    text: str
    channel: str
    at: datetime
    state: str
    urgency: str = "normal"
    sentiment: str = ""
    recommends: bool | None = None
    rating: int | None = None
    store: str = ""
    queue: str = ""
    topic: str = ""
    owner: str = ""
    clock: ClockFace | None = None
    risks: Sequence[str] = ()
    unread: bool = False
    current: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words as they stand on the network: a customer's mention, or a reply of ours with `ours`."""

    author: str
    text: str
    channel: str
    at: datetime
    kind: str = "post"
    permalink: str = ""
    recommends: bool | None = None
    rating: int | None = None
    photos: Sequence[str] = ()
    edited_at: datetime | None = None
    removed: bool = False
    hidden: bool = False
    ours: bool = False
    state: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One fact of a history: who did what when, with an icon and perhaps a note's text."""

    at: datetime
    who: str
    what: str
    icon: str = "circle-check"
    note: str = ""
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for an automatic decision, in words; `weight` of 0..1 draws a bar, `source` says who found it."""

    text: str
    source: str = ""
    icon: str = "check"
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Pager:
    """Links to the pages beside this one of a list that is read by cursor; an empty address is no link."""

    shown: str
    previous: str = ""
    following: str = ""


@dataclass(frozen=True, slots=True)
class Stat:
    """One figure with its name; `href` opens the cases behind it."""

    label: str
    value: str
    href: str = ""
    note: str = ""
    tone: Tone = "neutral"
    trend: Sequence[float] = field(default_factory=tuple)
