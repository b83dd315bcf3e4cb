"""A store over time: each change is a patch with a moment, and what held when follows from the patches alone.

Nothing is replayed from stored states, so that a change recorded late takes its place among the others and a change
undone leaves the timeline as if it had never been made.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Literal

ChangeKind = Literal[
    "opened",
    "edited",
    "moved",
    "closed",
    "reopened",
    "renumbered",
    "merged",
    "page-linked",
    "page-unlinked",
    "alias-added",
    "alias-removed",
    "imported",
    "synced",
    "undone",
    "planned",
]
FactValue = str | int | float | date | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFacts:
    """Everything about a store that can change. Coordinates are WGS-84 degrees, `hours` an opening_hours line."""

    number: str
    name: str
    region_id: int
    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str = "US"
    latitude: float | None = None
    longitude: float | None = None
    timezone: str = "America/New_York"
    phone: str | None = None
    hours: str | None = None
    nicknames: tuple[str, ...] = ()
    opened_on: date | None = None
    closed_on: date | None = None
    successor_number: str | None = None
    store_code: str | None = None


@dataclass(frozen=True, slots=True)
class Patch:
    """One change of a store's facts: the values before and after, from `effective_at` on."""

    change_id: int
    effective_at: datetime
    before: Mapping[str, FactValue]
    after: Mapping[str, FactValue]
    is_undone: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """What a store was from `valid_from` (None: since ever) until before `valid_to` (None: still)."""

    facts: StoreFacts
    valid_from: datetime | None
    valid_to: datetime | None


FACT_NAMES = tuple(field.name for field in fields(StoreFacts))
_DATES = frozenset({"opened_on", "closed_on"})


def differences(before: StoreFacts, after: StoreFacts) -> dict[str, FactValue]:
    """The facts of `after` that differ from `before`."""
    return {name: getattr(after, name) for name in FACT_NAMES if getattr(before, name) != getattr(after, name)}


def timeline(current: StoreFacts, patches: Iterable[Patch]) -> list[Period]:
    """What held when, oldest first. A fact that no patch touches has always been as it is now.

    The oldest patch of a fact knows what it was before, even when that patch is undone.
    """
    ordered = sorted(patches, key=lambda patch: (patch.effective_at, patch.change_id))
    origin: dict[str, FactValue] = {}
    for patch in ordered:
        for name, value in patch.before.items():
            origin.setdefault(name, value)
    periods = [Period(replace_facts(current, origin), None, None)]
    for patch in ordered:
        if not patch.is_undone:
            _append(periods, patch)
    return periods


def reconcile_patches(current: StoreFacts, patches: Sequence[Patch]) -> list[Patch]:
    """The patches, and one more where they do not lead to what is: the row was written without a change being kept."""
    latest = timeline(current, patches)[-1]
    unexplained = differences(latest.facts, current)
    if not unexplained or not patches:
        return list(patches)
    before = {name: getattr(latest.facts, name) for name in unexplained}
    newest = max(patches, key=lambda patch: (patch.effective_at, patch.change_id))
    return [*patches, Patch(newest.change_id, newest.effective_at, before, unexplained)]


def facts_at(periods: Sequence[Period], moment: datetime) -> StoreFacts:
    """What held at a moment; a period's end is the next one's beginning."""
    return next(p.facts for p in reversed(periods) if p.valid_from is None or p.valid_from <= moment)


def replace_facts(facts: StoreFacts, values: Mapping[str, FactValue]) -> StoreFacts:
    """Facts with some of them replaced."""
    return replace(facts, **values)  # type: ignore[arg-type]


def write_values(values: Mapping[str, FactValue]) -> dict[str, object]:
    """Facts as JSON keeps them."""
    return {
        name: value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
    }


def read_values(kept: Mapping[str, object]) -> dict[str, FactValue]:
    """Facts from JSON; what is no fact of a store is left out."""
    return {name: _read(name, kept[name]) for name in FACT_NAMES if name in kept}


def _append(periods: list[Period], patch: Patch) -> None:
    last = periods[-1]
    facts = replace_facts(last.facts, patch.after)
    if facts == last.facts:
        return
    if last.valid_from == patch.effective_at:
        periods.pop()
    else:
        periods[-1] = replace(last, valid_to=patch.effective_at)
    if periods and periods[-1].facts == facts:
        periods[-1] = replace(periods[-1], valid_to=None)
    else:
        periods.append(Period(facts, patch.effective_at, None))


def _read(name: str, value: object) -> FactValue:
    if name in _DATES and isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    return value if isinstance(value, str | int | float) else None
