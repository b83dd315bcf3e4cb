"""The invented people of the demo: managers and deputies of stores, leads of regions, and the national care team."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from localcare.demo.brand import FEATURED_STORE, DemoPerson, DemoStore
from localcare.demo.geography import REGIONS, slug
from localcare.demo.names import Names, load_names

_MAIL_DOMAIN = "pellora.example.com"
_FEATURED_MANAGER = "Ana Ortiz"
_TWO_STORES_SHARE = 0.02
_DEPUTIES = 60
_FORMER_MANAGERS = 25
_DISTRICT_LEADS = 12
_SPANISH_STATES = frozenset({"TX", "CA", "FL", "AZ", "NM", "NV"})

# (tier, how many, capacity, pairs of skills in turn): every skill of a tier is held by several people
_TEAM: tuple[tuple[int, int, int, tuple[str, ...]], ...] = (
    (1, 20, 6, ("general billing", "general account", "general orders", "general technical", "network technical")),
    (2, 13, 5, ("billing account", "network technical", "orders general", "technical billing", "account orders")),
    (3, 7, 4, ("billing account", "network technical", "crisis general", "account orders")),
)


class Mailboxes:
    """Gives everybody an address of their own under example.com, where no mail can reach a person."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    def open(self, name: str) -> str:
        """`Ana Ortiz` → `ana.ortiz@…`, then `ana.ortiz2@…` for the next of the same name."""
        box = slug(name).replace("-", ".")
        self._taken[box] += 1
        again = self._taken[box]
        return f"{box}{again if again > 1 else ''}@{_MAIL_DOMAIN}"


def appoint_managers(stores: Sequence[DemoStore], boxes: Mailboxes, rng: random.Random) -> dict[str, DemoPerson]:
    """A manager for every store by store number; a few run two stores of one metro."""
    names = load_names()
    featured_mail = boxes.open(_FEATURED_MANAGER)
    managers: dict[str, DemoPerson] = {}
    latest: dict[str, DemoPerson] = {}
    for store in stores:
        neighbour = latest.get(store.region_path)
        if store.name == FEATURED_STORE:
            person = DemoPerson(featured_mail, _FEATURED_MANAGER, "manager", store.store_number)
        elif neighbour and rng.random() < _TWO_STORES_SHARE:
            person = neighbour
        else:
            person = _manager(store, names, boxes, rng)
            latest[store.region_path] = person
        managers[store.store_number] = person
    return managers


def draw_people(
    stores: Sequence[DemoStore], managers: Mapping[str, DemoPerson], boxes: Mailboxes, rng: random.Random
) -> Iterator[DemoPerson]:
    """Everybody of people.csv: the centre first, then leads, then the stores' own people."""
    for person in _everybody_else(stores, load_names(), rng):
        yield replace(person, email=boxes.open(person.name))
    yield from _managers_with_scopes(managers)


def _everybody_else(stores: Sequence[DemoStore], names: Names, rng: random.Random) -> Iterator[DemoPerson]:
    yield _centre("administrator", names, rng)
    yield from (_centre("supervisor", names, rng) for _ in range(3))
    yield _centre("auditor", names, rng)
    yield from _agents(names, rng)
    yield from _leads(stores, names, rng)
    yield from _deputies(stores, names, rng)
    yield from _former_managers(stores, names, rng)


def _agents(names: Names, rng: random.Random) -> Iterator[DemoPerson]:
    for tier, count, capacity, pairs in _TEAM:
        for turn in range(count):
            speaks_spanish = turn % 4 == 3
            skills = pairs[turn % len(pairs)] + (" spanish" if speaks_spanish else "")
            name = names.draw(rng, spanish=speaks_spanish)
            yield DemoPerson("", name, "agent", "nation", skills=skills, tier=tier, capacity=capacity)


def _leads(stores: Sequence[DemoStore], names: Names, rng: random.Random) -> Iterator[DemoPerson]:
    yield from (DemoPerson("", names.draw(rng), "lead", slug(region)) for region in REGIONS)
    metros = Counter(store.metro for store in stores)
    for metro, _count in metros.most_common(_DISTRICT_LEADS):
        yield DemoPerson("", names.draw(rng), "lead", slug(metro))


def _deputies(stores: Sequence[DemoStore], names: Names, rng: random.Random) -> Iterator[DemoPerson]:
    for store in rng.sample(list(stores), _DEPUTIES):
        if store.is_open:
            yield DemoPerson("", names.draw(rng), "deputy", store.store_number, since=_day(rng))


def _former_managers(stores: Sequence[DemoStore], names: Names, rng: random.Random) -> Iterator[DemoPerson]:
    old = [store for store in stores if store.name != FEATURED_STORE and store.opened_on < "2022"]
    for store in rng.sample(old, _FORMER_MANAGERS):
        since = max(store.opened_on, "2016-02-01")
        yield DemoPerson("", names.draw(rng), "manager", store.store_number, since=since, until=_day(rng))


def _managers_with_scopes(managers: Mapping[str, DemoPerson]) -> Iterator[DemoPerson]:
    numbers: dict[str, list[str]] = {}
    for number, person in managers.items():
        numbers.setdefault(person.email, []).append(number)
    by_email = {person.email: person for person in managers.values()}
    for email, own in numbers.items():
        yield replace(by_email[email], scope=" ".join(own))


def _manager(store: DemoStore, names: Names, boxes: Mailboxes, rng: random.Random) -> DemoPerson:
    chance = 0.95 if store.state == "PR" else 0.2 if store.state in _SPANISH_STATES else 0.0
    spanish = rng.random() < chance
    name = names.draw(rng, spanish=spanish)
    locale = "es" if store.state == "PR" or (spanish and rng.random() < 0.3) else "en"
    return DemoPerson(boxes.open(name), name, "manager", store.store_number, locale=locale)


def _centre(role: str, names: Names, rng: random.Random) -> DemoPerson:
    return DemoPerson("", names.draw(rng), role, "nation")


def _day(rng: random.Random) -> str:
    return (date(2023, 6, 1) + timedelta(days=rng.randrange(700))).isoformat()
