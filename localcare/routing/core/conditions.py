"""What a rule of a policy may ask of a case, its store and its customer, and whether it holds."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Protocol

from localcare.people.core.shifts import WorkingTime, read_weekly

CENTRE_ZONE = "America/New_York"
"""The clock that hours are read on where no store is known."""
KNOWN_STORE = frozenset({"exact", "likely"})
"""The resolutions that name a store."""


class StoreFacts(Protocol):
    """What routing needs to know of a store; `successor_number` is the store that took over a closed one.

    `regions` are the slugs of every region above it, `hours` an opening_hours line.
    """

    @property
    def number(self) -> str: ...
    @property
    def timezone(self) -> str: ...
    @property
    def hours(self) -> str | None: ...
    @property
    def is_open(self) -> bool: ...
    @property
    def successor_number(self) -> str | None: ...
    @property
    def regions(self) -> Collection[str]: ...


class CaseFacts(Protocol):
    """What rules ask of a case."""

    @property
    def resolution_status(self) -> str: ...
    @property
    def topic(self) -> str: ...
    @property
    def tier(self) -> int: ...
    @property
    def matter(self) -> str: ...
    @property
    def urgency(self) -> str: ...
    @property
    def risks(self) -> tuple[str, ...]: ...
    @property
    def sentiment(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def channel(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Beside:
    """What a case does not say of itself: whose Page it came by, how often its author wrote before, and when it is placed.

    `page_kind` is store or brand; `earlier_cases` those of the same author in the last `HISTORY_DAYS` days; `stars` are
    the last that the author gave, 1 to 5 (0: none; a recommendation is 5, its refusal 1).
    """

    page_kind: str = "brand"
    earlier_cases: int = 0
    at: datetime | None = None
    stars: int = 0


HISTORY_DAYS = 90
NOTHING_BESIDE = Beside()


@dataclass(frozen=True, slots=True)
class When:
    """Conditions of a rule; an empty one always holds, all given ones must.

    `regions` takes in everything below them. `earlier_cases` is the least number. `hours` is text such as
    `Mo-Fr 09:00-17:00` on the store's clock (the centre's where no store is known).
    """

    risks: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    matters: frozenset[str] = frozenset()
    urgencies: frozenset[str] = frozenset()
    sentiments: frozenset[str] = frozenset()
    tiers: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    resolutions: frozenset[str] = frozenset()
    stars: frozenset[int] = frozenset()
    page_kind: str | None = None
    store_known: bool | None = None
    stores: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    earlier_cases: int = 0
    hours: str = ""

    @property
    def asks_beside(self) -> bool:
        """Whether it asks for what a case does not say of itself, apart from the hour."""
        return self.page_kind is not None or self.earlier_cases > 0 or bool(self.stars)

    @property
    def asks_for_store(self) -> bool:
        """Whether it can hold only where the store is known."""
        return bool(self.store_known or self.stores or self.regions)


ALWAYS_HOLDS = When()
WORDS = ("risks", "topics", "matters", "urgencies", "sentiments", "tiers", "languages", "channels", "resolutions")
"""Conditions that are lists of words of which one must be the case's."""


def holds(when: When, case: CaseFacts, store: StoreFacts | None, beside: Beside = NOTHING_BESIDE) -> bool:
    """Whether all that is asked is so."""
    return (
        _says(when, case)
        and _is_at(when, case, store)
        and when.page_kind in (None, beside.page_kind)
        and beside.earlier_cases >= when.earlier_cases
        and (not when.stars or beside.stars in when.stars)
        and (not when.hours or _is_hour(when.hours, store, beside.at))
    )


def knows_store(case: CaseFacts, store: StoreFacts | None) -> bool:
    """Whether there is a store that can answer: open, or with a successor."""
    can_answer = store is not None and (store.is_open or store.successor_number is not None)
    return case.resolution_status in KNOWN_STORE and can_answer


def given_conditions(when: When) -> list[str]:
    """The names of the conditions that are given."""
    return [each.name for each in fields(When) if getattr(when, each.name) != getattr(ALWAYS_HOLDS, each.name)]


def _says(when: When, case: CaseFacts) -> bool:
    return (
        (not when.risks or not when.risks.isdisjoint(case.risks))
        and (not when.topics or case.topic in when.topics)
        and (not when.matters or case.matter in when.matters)
        and (not when.urgencies or case.urgency in when.urgencies)
        and _says_more(when, case)
    )


def _says_more(when: When, case: CaseFacts) -> bool:
    return (
        (not when.sentiments or case.sentiment in when.sentiments)
        and (not when.tiers or case.tier in when.tiers)
        and (not when.languages or case.language in when.languages)
        and (not when.channels or case.channel in when.channels)
        and (not when.resolutions or case.resolution_status in when.resolutions)
    )


def _is_at(when: When, case: CaseFacts, store: StoreFacts | None) -> bool:
    is_known = knows_store(case, store)
    if when.store_known is not None and when.store_known != is_known:
        return False
    if not (when.stores or when.regions):
        return True
    if not is_known or store is None:
        return False
    return (not when.stores or store.number in when.stores) and (
        not when.regions or not when.regions.isdisjoint(store.regions)
    )


def _is_hour(hours: str, store: StoreFacts | None, at: datetime | None) -> bool:
    if at is None:
        return False
    return WorkingTime(store.timezone if store else CENTRE_ZONE, read_weekly(hours)).is_on(at)
