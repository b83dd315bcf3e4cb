"""The demo's brand: a directory that any import must accept, and people for every role."""

import re
from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from tzfpy import get_tz

from localcare.demo.brand import BRAND_PAGE_ID, FEATURED_STORE, load_brand
from localcare.demo.geography import Spot, cluster, region_paths, slug, thin_out

BRAND = load_brand()


def spot(city: str, latitude: float, longitude: float, *, state: str = "TX", street: str = "1 Main St") -> Spot:
    return Spot(street, city, state, "Texas" if state == "TX" else "Ohio", "77024", latitude, longitude, "713")


def test_there_are_at_least_three_thousand_open_stores() -> None:
    assert len(BRAND.open_stores) >= 3000


@pytest.mark.parametrize("field", ["store_number", "name", "page_id", "page_name", "phone"])
def test_no_two_stores_share_what_identifies_one(field: str) -> None:
    values = [getattr(store, field) for store in BRAND.stores]
    assert len(set(values)) == len(values)


def test_every_store_says_where_it_is() -> None:
    for store in BRAND.stores:
        assert re.fullmatch(r"\d{5}", store.zip), store
        assert store.street
        assert store.city
        assert 13 < store.latitude < 72
        assert -180 < store.longitude < -64


def test_time_zones_are_those_of_the_coordinates() -> None:
    for store in BRAND.stores[::40]:
        assert ZoneInfo(store.timezone).key == get_tz(store.longitude, store.latitude)


def test_phone_numbers_are_possible_and_kept_for_fiction() -> None:
    for store in BRAND.stores:
        assert re.fullmatch(r"\+1 \d{3}-555-01\d\d", store.phone), store.phone
        assert phonenumbers.is_possible_number(phonenumbers.parse(store.phone))


def test_page_ids_look_like_pages_and_belong_to_nobody() -> None:
    assert all(re.fullmatch(r"99\d{13}", store.page_id) for store in BRAND.stores)
    assert BRAND_PAGE_ID not in {store.page_id for store in BRAND.stores}


def test_every_node_of_the_hierarchy_has_a_slug_of_its_own() -> None:
    paths = {tuple(store.region_path.split("/")) for store in BRAND.stores}
    nodes = {path[:depth] for path in paths for depth in range(1, len(path) + 1)}
    slugs = Counter(slug(node[-1]) for node in nodes)
    assert [name for name, count in slugs.items() if count > 1] == []
    assert {len(path) for path in paths} == {4}
    assert 4 <= len({path[1] for path in paths}) <= 9


def test_dates_and_successors_are_in_order() -> None:
    by_number = {store.store_number: store for store in BRAND.stores}
    closed = [store for store in BRAND.stores if not store.is_open]
    assert len(closed) >= 10
    for store in closed:
        assert date.fromisoformat(store.opened_on) < date.fromisoformat(store.closed_on)
        assert not store.successor_store_number or by_number[store.successor_store_number].is_open


def test_every_store_has_the_manager_that_people_name() -> None:
    scopes = {
        (number, person.email, person.name)
        for person in BRAND.people
        if person.role == "manager" and not person.until
        for number in person.scope.split()
    }
    assert {(store.store_number, store.manager_email, store.manager_name) for store in BRAND.stores} == scopes


def test_there_are_people_for_every_role() -> None:
    roles = Counter(person.role for person in BRAND.people)
    assert roles["agent"] == 40
    assert roles["supervisor"] == 3
    assert roles["administrator"] == 1
    assert roles["deputy"] > 20
    assert {person.tier for person in BRAND.people if person.role == "agent"} == {1, 2, 3}
    assert len({person.email for person in BRAND.people}) == len(BRAND.people)
    assert all(person.email.endswith("@pellora.example.com") for person in BRAND.people)


def test_every_region_has_a_lead() -> None:
    scopes = {person.scope for person in BRAND.people if person.role == "lead"}
    assert {slug(store.region) for store in BRAND.stores} <= scopes


def test_every_tenure_ends_after_it_began() -> None:
    assert all(person.since < person.until for person in BRAND.people if person.until)


@pytest.mark.parametrize("count", [1, 12, 100])
def test_a_smaller_brand_keeps_the_featured_store_and_spreads_over_regions(count: int) -> None:
    small = load_brand(count)
    assert len(small.stores) == count
    assert small.featured_store.name == FEATURED_STORE
    assert all(store.is_open for store in small.stores)
    numbers = {store.store_number for store in small.stores}
    for person in small.people:
        assert not person.scope[:1].isdigit() or set(person.scope.split()) <= numbers
    if count >= 12:
        assert len({store.region for store in small.stores}) == 9


def test_the_featured_people_are_those_of_the_featured_store() -> None:
    assert BRAND.featured_person("manager").name == BRAND.featured_store.manager_name == "Ana Ortiz"
    assert BRAND.featured_person("lead").scope == slug(BRAND.featured_store.region)
    assert BRAND.featured_person("agent").tier == 1


def test_neighbours_closer_than_asked_are_thinned_out() -> None:
    near, far = spot("Katy", 29.7801, -95.8), spot("Katy", 29.9, -95.8)
    assert thin_out([spot("Katy", 29.78, -95.8), near, far], apart_km=1, limit=9)[1:] == [far]


def test_a_tiny_cluster_joins_its_nearest_neighbour() -> None:
    houston = [spot("Houston", 29.7 + n / 100, -95.3) for n in range(5)]
    lone = spot("Laredo", 27.5, -99.5)
    assert list(cluster([*houston, lone])) == ["Houston"]


def test_a_metro_named_like_another_node_carries_its_state() -> None:
    texan = [spot("Columbus", 29.7 + n / 100, -96.5) for n in range(4)]
    ohioan = [spot("Columbus", 39.9 + n / 100, -83.0, state="OH") for n in range(4)]
    metros = {path.rsplit("/", 1)[1] for path in region_paths([*texan, *ohioan]).values()}
    assert metros == {"Columbus TX", "Columbus OH"}
