"""Who answers for a store that has closed: from its closing day on the store that took over, and the words that say so."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from localcare.stores.core.resolve import Resolver
from localcare.stores.core.values import Answer, Candidate, Evidence, EvidenceKind, Question, StoreEntry


class Succession:
    """The closings of a directory; entries of all periods. `now` is the present for questions without a time."""

    def __init__(self, entries: Sequence[StoreEntry], now: datetime | None = None) -> None:
        self._now = now
        self._periods: dict[int, list[StoreEntry]] = {}
        self._by_number: dict[str, int] = {}
        for entry in entries:
            self._periods.setdefault(entry.id, []).append(entry)
            self._by_number |= dict.fromkeys(entry.other_numbers, entry.id)
        self._by_number |= {entry.number: entry.id for entry in entries}
        self._closing = {entry.id for entry in entries if entry.closed_on is not None or not entry.is_open}

    def heed(self, answer: Answer, when: datetime | None) -> Answer:
        """The answer with closed stores said to be closed, and with those that took over in their place."""
        if self._closing.isdisjoint(each.store_id for each in answer.candidates):
            return answer
        told = [self._told(each, when) for each in answer.candidates]
        heirs = {before.store_id: after.store_id for before, after in zip(answer.candidates, told, strict=True)}
        known = None if answer.store_id is None else heirs.get(answer.store_id, answer.store_id)
        return replace(answer, store_id=known, candidates=tuple(_joined(told)))

    def _told(self, candidate: Candidate, when: datetime | None) -> Candidate:
        store = self._of_the_day(candidate.store_id, when)
        if not self._is_closed(store, when):
            return candidate
        heir = self._heir_of(store, when)
        evidence = (*candidate.evidence, Evidence(EvidenceKind.CLOSED, _in_words(store, heir)))
        if heir is None:
            return replace(candidate, evidence=evidence)
        return replace(candidate, store_id=heir.id, number=heir.number, evidence=evidence)

    def _heir_of(self, store: StoreEntry, when: datetime | None) -> StoreEntry | None:
        """The first store of the chain of successors that was open; None where it ends, or leads back."""
        seen = {store.id}
        while True:
            heir_id = self._by_number.get(store.successor or "")
            if heir_id is None or heir_id in seen:
                return None
            seen.add(heir_id)
            store = self._of_the_day(heir_id, when)
            if not self._is_closed(store, when):
                return store

    def _of_the_day(self, store_id: int, when: datetime | None) -> StoreEntry:
        periods, day = self._periods[store_id], when or self._now
        if day is None:
            return periods[-1]
        return next((each for each in periods if each.valid_to is None or day < each.valid_to), periods[-1])

    def _is_closed(self, store: StoreEntry, when: datetime | None) -> bool:
        day = when or self._now
        if store.closed_on is None or day is None:
            return not store.is_open
        return day >= _midnight(store.closed_on, store.timezone)


class LastingResolver(Resolver):
    """The resolver of a directory whose stores close and are taken over."""

    def resolve(self, question: Question) -> Answer:
        """The answer to one question, from a closing day on with the store that took over."""
        return self._succession.heed(super().resolve(question), question.created_at)

    @cached_property
    def _succession(self) -> Succession:
        return Succession(self._index.entries, self._now)


def _joined(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Candidates of one store as one: two closed stores may have the same successor."""
    found: dict[int, Candidate] = {}
    for each in candidates:
        known = found.get(each.store_id)
        found[each.store_id] = each if known is None else _both(known, each)
    return list(found.values())


def _both(one: Candidate, other: Candidate) -> Candidate:
    confidence = min(1.0, round(one.confidence + other.confidence, 4))
    return replace(one, confidence=confidence, evidence=tuple(dict.fromkeys((*one.evidence, *other.evidence))))


def _in_words(closed: StoreEntry, heir: StoreEntry | None) -> str:
    day = closed.closed_on
    on = f" on {day:%B} {day.day}, {day.year}" if day else ""
    then = f"store {heir.number} has taken over" if heir else "no store has taken over"
    return f"store {closed.number} closed{on}; {then}"


def _midnight(day: date, zone: str | None) -> datetime:
    try:
        return datetime.combine(day, time(), ZoneInfo(zone) if zone else UTC)
    except (ZoneInfoNotFoundError, ValueError):
        return datetime.combine(day, time(), UTC)
