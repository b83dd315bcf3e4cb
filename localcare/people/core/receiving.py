"""Who receives a store's matters on a day: its managers, who stands in for them, or the next ones above who are there.

Managers who are there come first. When all are away, those whom they named, else the deputies; then the leads above, the
nearest first; at last who answers for the nation. Who is away is passed over wherever they stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum


class Standing(IntEnum):
    """How somebody stands to a store; the lower is asked first. Leads are ordered among themselves by how near they are."""

    MANAGER = 1
    STAND_IN = 2
    DEPUTY = 3
    LEAD = 4
    NATION = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could receive a store's matters; `farness` orders leads, the district's before the region's.

    `away_until` is the last day of an absence that holds today, `stands_in_for` the name of whom a stand-in was named by.
    """

    person_id: int
    name: str
    standing: Standing
    farness: int = 0
    away_until: date | None = None
    stands_in_for: str = ""


@dataclass(frozen=True, slots=True)
class Receiving:
    """Who receives a store's matters, and why it is not its manager; no reason when it is."""

    people: tuple[Candidate, ...]
    why: str = ""

    @property
    def person_ids(self) -> frozenset[int]:
        """Who they are."""
        return frozenset(each.person_id for each in self.people)

    @property
    def is_usual(self) -> bool:
        """Whether the store's own manager is there."""
        return not self.why

    @property
    def names(self) -> str:
        """`Ana Ortiz and Kim Tran`; empty when nobody is left."""
        names = [each.name for each in self.people]
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def find_receiving(candidates: Sequence[Candidate]) -> Receiving:
    """Who of all who could receives a store's matters today."""
    there = [each for each in candidates if each.away_until is None]
    managers = [each for each in candidates if each.standing is Standing.MANAGER]
    why = "" if any(each.away_until is None for each in managers) else why_nobody(managers)
    if not there:
        return Receiving((), why)
    first = min((each.standing, each.farness) for each in there)
    chosen = {each.person_id: each for each in there if (each.standing, each.farness) == first}
    return Receiving(tuple(sorted(chosen.values(), key=lambda each: each.name)), why)


def why_nobody(managers: Sequence[Candidate]) -> str:
    """Why a store has no manager there, in words that follow “while”: `Kim Tran is away until December 3`."""
    away = [each for each in managers if each.away_until is not None]
    if not away:
        return "it has no manager"
    back = min(each.away_until for each in away if each.away_until is not None)
    names = [each.name for each in sorted(away, key=lambda each: each.name)]
    if len(names) == 1:
        return f"{names[0]} is away until {day_words(back)}"
    return f"{', '.join(names[:-1])} and {names[-1]} are away, the first until {day_words(back)}"


def day_words(day: date) -> str:
    """`December 3`."""
    return f"{day:%B} {day.day}"
