"""Pellora Wireless, the invented brand of the demo: its stores at real addresses and the people who run them."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest

from localcare.demo.reading import read_text

BRAND_NAME = "Pellora"
BRAND_FULL_NAME = "Pellora Wireless"
BRAND_SLUG = "pellora"
BRAND_PAGE_ID = "990000000000100"
FEATURED_STORE = "Pellora Memorial City"


@dataclass(frozen=True, slots=True)
class DemoStore:
    """One row of stores.csv, in the exchange form: dates are ISO days, empty where there is nothing to say."""

    store_number: str
    name: str
    street: str
    city: str
    state: str
    zip: str
    country: str
    latitude: float
    longitude: float
    timezone: str
    phone: str
    page_id: str
    page_name: str
    region_path: str
    manager_email: str
    manager_name: str
    opened_on: str
    closed_on: str
    successor_store_number: str
    nicknames: str
    hours: str

    @property
    def is_open(self) -> bool:
        """Whether customers can still walk in."""
        return not self.closed_on

    @property
    def region(self) -> str:
        """The part of the country, right under the nation."""
        return self.region_path.split("/")[1]

    @property
    def metro(self) -> str:
        """The city the store clusters around."""
        return self.region_path.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One row of people.csv; `scope` is `nation`, a region's slug, or store numbers separated by spaces."""

    email: str
    name: str
    role: str
    scope: str
    skills: str = ""
    tier: int | None = None
    capacity: int | None = None
    since: str = ""
    until: str = ""
    locale: str = "en"

    def row(self) -> dict[str, object]:
        """The person as people.csv spells the columns (`from` and `to` are words of Python's own)."""
        return {
            "email": self.email,
            "name": self.name,
            "role": self.role,
            "scope": self.scope,
            "skills": self.skills,
            "tier": "" if self.tier is None else self.tier,
            "capacity": "" if self.capacity is None else self.capacity,
            "from": self.since,
            "to": self.until,
            "locale": self.locale,
        }


@dataclass(frozen=True)
class DemoBrand:
    """The brand as the demo sets it up. The featured store is always among the stores."""

    name: str
    slug: str
    brand_page_id: str
    stores: list[DemoStore]
    people: list[DemoPerson]

    @cached_property
    def open_stores(self) -> list[DemoStore]:
        """The stores customers write about today."""
        return [store for store in self.stores if store.is_open]

    @cached_property
    def featured_store(self) -> DemoStore:
        """The store the demo's first sign-in link opens."""
        return next(store for store in self.stores if store.name == FEATURED_STORE)

    def featured_person(self, role: str) -> DemoPerson:
        """Who the demo offers a sign-in link for: the featured store's manager, its region's lead, else the first."""
        own = [person for person in self.people if person.role == role and not person.until]
        region = self.featured_store.region.lower().replace(" ", "-")
        wanted = {"manager": self.featured_store.store_number, "lead": region}
        return next((person for person in own if wanted.get(role) in person.scope.split()), own[0])


def load_brand(stores: int | None = None) -> DemoBrand:
    """The whole brand, or `stores` open stores spread evenly over its regions with the people who run them."""
    every = list(read_stores())
    chosen = every if stores is None else spread(every, stores)
    return DemoBrand(
        name=BRAND_FULL_NAME,
        slug=BRAND_SLUG,
        brand_page_id=BRAND_PAGE_ID,
        stores=chosen,
        people=list(_people_of({store.store_number for store in chosen})),
    )


def spread(stores: Sequence[DemoStore], count: int) -> list[DemoStore]:
    """`count` open stores in store-number order: the featured one's metro first, then every region in turn.

    A metro keeps its stores together, so that even a small demo has neighbours to compare and to mix up.
    """
    home = next(store for store in stores if store.name == FEATURED_STORE)
    by_region: dict[str, dict[str, list[DemoStore]]] = defaultdict(lambda: defaultdict(list))
    for store in stores:
        if store.is_open:
            by_region[store.region][store.metro].append(store)
    turns = [_biggest_metros_first(metros) for metros in by_region.values()]
    mixed = [store for turn in zip_longest(*turns) for store in turn if store is not None and store is not home]
    return sorted([home, *mixed][: max(count, 1)], key=lambda store: int(store.store_number))


def read_stores() -> Iterator[DemoStore]:
    """Every store of the shipped directory, closed ones too."""
    for row in _rows("stores.csv"):
        latitude, longitude = float(row.pop("latitude")), float(row.pop("longitude"))
        yield DemoStore(**row, latitude=latitude, longitude=longitude)


def read_people() -> Iterator[DemoPerson]:
    """Everybody of the shipped people file."""
    for row in _rows("people.csv"):
        yield DemoPerson(
            email=row["email"],
            name=row["name"],
            role=row["role"],
            scope=row["scope"],
            skills=row["skills"],
            tier=int(row["tier"]) if row["tier"] else None,
            capacity=int(row["capacity"]) if row["capacity"] else None,
            since=row["from"],
            until=row["to"],
            locale=row["locale"],
        )


def _people_of(numbers: set[str]) -> Iterator[DemoPerson]:
    for person in read_people():
        if not person.scope[:1].isdigit():
            yield person
            continue
        own = [number for number in person.scope.split() if number in numbers]
        if own:
            yield _scoped(person, " ".join(own))


def _scoped(person: DemoPerson, scope: str) -> DemoPerson:
    return person if person.scope == scope else replace(person, scope=scope)


def _biggest_metros_first(metros: dict[str, list[DemoStore]]) -> list[DemoStore]:
    return [store for name in sorted(metros, key=lambda m: (-len(metros[m]), m)) for store in metros[name]]


def _rows(name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(read_text(name).splitlines())
