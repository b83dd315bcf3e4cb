"""What is known beside the words: the question a mention answers, the day it was written, where its author lives."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from localcare.bench.quality.directories import Directory
from localcare.bench.quality.identities import Tally
from localcare.bench.quality.outcomes import Outcome, outcome_of
from localcare.bench.quality.streets import read_street
from localcare.bench.quality.texts import Asked
from localcare.stores.core.address import place_from_line
from localcare.stores.core.resolve import Question, Resolver, StoreEntry

_MOVED_ON = datetime(2026, 6, 1, 12, tzinfo=UTC)
_BEFORE, _AFTER = _MOVED_ON - timedelta(days=60), _MOVED_ON + timedelta(days=60)
_OFFERED = 4
_ANSWERS = 250
_ANSWER_TEXTS = ("The one on {street}", "{street}", "it was on {street}, thanks", "{city}, {street}")


def ask_from_elsewhere(resolver: Resolver, directory: Directory, texts: Sequence[Asked]) -> list[Outcome]:
    """The texts again, each by somebody whose home is the town of a store drawn by chance."""
    rng = random.Random("homes")
    homes = [f"{entry.city}, {entry.state}" for entry in rng.choices(directory.entries, k=len(texts))]
    asked = [Question(each.id, each.text, home=home) for each, home in zip(texts, homes, strict=True)]
    return [outcome_of(each, answer) for each, answer in zip(texts, resolver.resolve_many(asked), strict=True)]


def ask_answers(resolver: Resolver, directory: Directory) -> Tally:
    """Short answers to "which store did you visit?", four offered on four streets, in one town where there are so many."""
    rng = random.Random(f"answers {directory.shop}")
    located = [entry for entry in directory.entries if read_street(entry.street) and entry.city]
    asked, numbers = [], []
    for entry in rng.sample(located, min(_ANSWERS, len(located))):
        offered = _offered(entry, located, rng)
        text = rng.choice(_ANSWER_TEXTS).format(street=_road(entry), city=entry.city)
        asked.append(Question("", text, asked_among=tuple(each.id for each in offered)))
        numbers.append(entry.number)
    tally = Tally()
    for number, answer in zip(numbers, resolver.resolve_many(asked), strict=True):
        is_right = answer.store_id is not None and answer.candidates[0].number == number
        tally += Tally(1, right=int(is_right), wrong=int(answer.store_id is not None and not is_right))
    return tally


def ask_moved(directory: Directory) -> Tally:
    """On one day every store moves to where the next one was: whose an address is depends on the day of the mention."""
    before = [replace(entry, valid_to=_MOVED_ON) for entry in _with_own_address(directory.entries)]
    after = [_move(entry, to) for entry, to in zip(before, before[1:] + before[:1], strict=True)]
    resolver = replace(directory, entries=(*before, *after)).resolver()
    return _ask_on(resolver, before, _BEFORE) + _ask_on(resolver, after, _AFTER)


def _offered(entry: StoreEntry, located: Sequence[StoreEntry], rng: random.Random) -> list[StoreEntry]:
    """The store among others, each on a street of its own."""
    near = [each for each in located if each.city == entry.city and each.state == entry.state]
    offered = {_road(entry): entry}
    for each in (*rng.sample(near, len(near)), *rng.sample(located, min(20, len(located)))):
        if len(offered) < _OFFERED:
            offered.setdefault(_road(each), each)
    return rng.sample(list(offered.values()), len(offered))


def _road(entry: StoreEntry) -> str:
    street = read_street(entry.street)
    return street.said if street else ""


def _with_own_address(entries: Sequence[StoreEntry]) -> list[StoreEntry]:
    owners = {_line(entry): entry for entry in entries if entry.city and read_street(entry.street)}
    shared = {line for line, count in Counter(map(_line, entries)).items() if count > 1}
    return [entry for line, entry in owners.items() if line not in shared]


def _move(entry: StoreEntry, to: StoreEntry) -> StoreEntry:
    place = {name: getattr(to, name) for name in ("street", "city", "state", "zip", "lat", "lng")}
    return replace(entry, **place, valid_from=_MOVED_ON, valid_to=None)


def _line(entry: StoreEntry) -> str:
    return f"{entry.street}, {entry.city}, {entry.state} {(entry.zip or '')[:5]}"


def _ask_on(resolver: Resolver, entries: Sequence[StoreEntry], day: datetime) -> Tally:
    """Asked on a day when the address was the store's."""
    tally = Tally()
    for entry, answer in zip(entries, resolver.resolve_many(_questions(entries, day)), strict=True):
        is_right = answer.store_id == entry.id
        tally += Tally(1, right=int(is_right), wrong=int(answer.store_id is not None and not is_right))
    return tally


def _questions(entries: Sequence[StoreEntry], day: datetime) -> list[Question]:
    return [Question("", place=place_from_line(_line(each)), created_at=day) for each in entries]
