"""A network's Pages beside the directory: what fits, what is new, what a person has to decide."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.stores.core.conflicts import CandidateStore, Conflict, StoreHere, choices_of
from localcare.stores.core.gazetteer import Gazetteer, ZipArea
from localcare.stores.core.listing import Listing, tidy
from localcare.stores.core.reconcile import Reconciliation, reconcile

KATY = StoreHere(
    1, "0042", "Katy Mills", None, "5000 Katy Mills Cir", "Katy", "TX", "77494", 29.7767, -95.8108, "+12816445000"
)
AUSTIN = StoreHere(2, "R7", "Lamar", None, "1000 S Lamar Blvd", "Austin", "TX", "78704", 30.2562, -97.7635, None)
DALLAS = StoreHere(3, "77", "Main St", None, "1 Main St", "Dallas", "TX", "75201", 32.7801, -96.8002, None)
STORES = [KATY, AUSTIN, DALLAS]
KATY_PAGE = Listing(
    "101", "Pellora (Katy)", "42", "0042", "5000 Katy Mills Circle", "Katy", "TX", "77494", "US", 29.7768, -95.8109
)
DALLAS_PAGE = Listing("103", "Pellora (Dallas)", "77", None, "1 Main Street", "Dallas", "TX", "75201")
NEW_PAGE = Listing(
    "109", "Pellora (Frisco)", "501", "00501", "9 Oak Blvd", "Frisco", "TX", "75034", "US", 33.15, -96.82
)


def only(found: Reconciliation) -> Conflict:
    (conflict,) = found.conflicts
    return conflict


def ids(conflict: Conflict) -> list[int]:
    return [store.id for store in conflict.stores]


@pytest.mark.parametrize(
    ("listing", "store", "by"),
    [
        (KATY_PAGE, KATY, "code"),
        (replace(KATY_PAGE, code=None), KATY, "number"),
        (replace(KATY_PAGE, number=None), KATY, "code"),
        (replace(KATY_PAGE, number="0042", code=None), KATY, "number"),
        (Listing("1", number="r7"), AUSTIN, "number"),
        (replace(DALLAS_PAGE, number=None), DALLAS, "address"),
        (Listing("1", street="1 Main St, Suite 4", lat=32.7803, lng=-96.8001), DALLAS, "address"),
    ],
)
def test_a_page_finds_its_store_by_number_then_code_then_address(listing: Listing, store: StoreHere, by: str) -> None:
    found = reconcile([listing], STORES)
    (match,) = found.matches
    assert (match.store, match.by, match.is_new_link) == (store, by, True)
    assert (found.conflicts, found.new) == ([], [])
    assert found.missing == [each for each in STORES if each is not store]


def test_a_linked_page_without_a_number_keeps_its_store() -> None:
    found = reconcile([Listing("103", "Somewhere else")], [replace(DALLAS, pages=("103",))])
    assert [(match.by, match.is_new_link) for match in found.matches] == [("page", False)]
    assert (found.links, found.unchanged, found.missing) == ([], 1, [])


def test_the_code_a_store_is_given_here_is_its_name_there() -> None:
    found = reconcile([Listing("1", number="9001", code="09001")], [replace(KATY, code="09001"), AUSTIN])
    assert [(match.store.id, match.by) for match in found.matches] == [(1, "code")]


def test_the_number_of_a_merged_store_is_that_of_the_one_it_became() -> None:
    found = reconcile([Listing("1", number="9001", code="09001")], [replace(KATY, former=("09001",))])
    assert ([match.store.id for match in found.matches], found.updates, found.new) == ([1], [], [])


def test_an_unknown_number_at_a_new_place_is_a_new_store() -> None:
    found = reconcile([NEW_PAGE], STORES)
    assert (found.new, found.conflicts, len(found.missing)) == ([NEW_PAGE], [], 3)
    assert NEW_PAGE.own_number == "00501"


@pytest.mark.parametrize(
    ("kind", "listing", "stores", "about"),
    [
        ("number-mismatch", replace(KATY_PAGE, code="77"), STORES, [3, 1]),
        ("number-mismatch", replace(DALLAS_PAGE, number="4711"), STORES, [3]),
        ("number-mismatch", replace(DALLAS_PAGE, number="42"), STORES, [1, 3]),
        ("number-mismatch", Listing("103", number="4711"), [replace(DALLAS, pages=("103",))], [3]),
        ("page-elsewhere", KATY_PAGE, [KATY, replace(DALLAS, pages=("101",))], [1, 3]),
        ("two-stores-one-page", Listing("1", number="42"), [KATY, replace(DALLAS, number="42")], [1, 3]),
        (
            "two-stores-one-page",
            replace(DALLAS_PAGE, number=None),
            [DALLAS, replace(DALLAS, id=4, number="78")],
            [3, 4],
        ),
        ("page-without-store", Listing("1", "Nobody's"), STORES, []),
        ("page-without-store", Listing("1", "Beside", lat=32.7808, lng=-96.8002), STORES, [3]),
        ("page-without-store", Listing("1", number="501"), STORES, []),
        ("far-away", replace(KATY_PAGE, lat=29.60, street="12 Elm St"), STORES, [1]),
        ("far-away", replace(KATY_PAGE, lat=40.0), STORES, [1]),
        ("far-away", Listing("1", number="77", city="Waco", state="TX", zip="76701"), STORES, [3]),
        ("closed-here-open-there", DALLAS_PAGE, [replace(DALLAS, is_open=False)], [3]),
        ("open-here-closed-there", replace(DALLAS_PAGE, is_closed=True), STORES, [3]),
        ("duplicate-location", DALLAS_PAGE, [replace(DALLAS, pages=("999",))], [3]),
    ],
)
def test_what_does_not_fit_is_left_for_a_decision(
    kind: str, listing: Listing, stores: list[StoreHere], about: list[int]
) -> None:
    found = reconcile([listing], stores)
    conflict = only(found)
    assert (conflict.kind, ids(conflict), found.new) == (kind, about, [])
    assert conflict.detail.endswith(".")
    assert all(match.is_new_link is False or kind.endswith("there") for match in found.matches)


def test_of_two_pages_of_one_store_the_known_one_stays() -> None:
    known, other = replace(DALLAS_PAGE, page_id="7"), replace(DALLAS_PAGE, page_id="3")
    found = reconcile([other, known], [replace(DALLAS, pages=("7",))])
    assert [match.listing.page_id for match in found.matches] == ["7"]
    assert (only(found).kind, only(found).subject) == ("duplicate-location", "3")


def test_of_two_new_pages_the_one_with_the_number_is_the_stores() -> None:
    found = reconcile([DALLAS_PAGE, replace(DALLAS_PAGE, page_id="3", number=None)], STORES)
    assert [match.listing.page_id for match in found.links] == ["103"]
    assert only(found).subject == "3"


def test_of_two_new_pages_with_one_number_neither_is_taken() -> None:
    both = [DALLAS_PAGE, replace(DALLAS_PAGE, page_id="3")]
    assert [conflict.subject for conflict in reconcile(both, STORES).conflicts] == ["103", "3"]
    unknown = [NEW_PAGE, replace(NEW_PAGE, page_id="3")]
    found = reconcile(unknown, STORES)
    assert ([conflict.kind for conflict in found.conflicts], found.new) == (["duplicate-location"] * 2, [])


def test_pages_put_aside_and_closed_pages_of_unknown_stores_are_passed() -> None:
    found = reconcile([KATY_PAGE, replace(NEW_PAGE, is_closed=True)], [AUSTIN], apart=frozenset({"101"}))
    assert ([listing.page_id for listing in found.passed], found.conflicts, found.new) == (["101", "109"], [], [])


def test_a_closed_store_is_not_missed() -> None:
    assert reconcile([], [replace(KATY, is_open=False), DALLAS]).missing == [DALLAS]


def test_one_address_written_twice_may_lie_a_zip_apart() -> None:
    assert reconcile([replace(KATY_PAGE, lat=29.70)], STORES).conflicts == []


def test_numbers_of_another_scheme_become_codes_and_match_from_then_on() -> None:
    pages = [
        replace(KATY_PAGE, number="77", code="0077"),
        replace(DALLAS_PAGE, number="42"),
        replace(NEW_PAGE, number="R7"),
    ]
    found = reconcile(pages, STORES, has_own_numbers=False)
    assert [(match.store.id, match.by) for match in found.matches] == [(1, "address"), (3, "address")]
    told = {update.store.id: str(update.filled[0].there) for update in found.updates}
    assert (told, only(found).kind, found.new) == ({1: "0077", 3: "42"}, "page-without-store", [])
    known = [replace(store, code=told.get(store.id), pages=(str(100 + store.id),)) for store in STORES]
    again = reconcile(pages[:2], [known[0], known[2]])
    assert ([(match.store.id, match.by) for match in again.matches], again.conflicts) == (
        [(1, "code"), (3, "number")],
        [],
    )


def test_what_is_empty_here_is_filled_and_what_differs_is_told() -> None:
    listing = replace(KATY_PAGE, phone="+12810000000", hours="Mo-Fr 09:00-19:00", zip="77449")
    (update,) = reconcile([listing], [replace(KATY, pages=("101",))]).updates
    assert [(each.field, each.there) for each in update.filled] == [("hours", "Mo-Fr 09:00-19:00")]
    assert [(each.field, each.here) for each in update.differing] == [("phone", "+12816445000"), ("zip", "77494")]


def test_spelling_is_no_difference() -> None:
    here = replace(KATY, pages=("101",), hours="mo-fr 9:00-19:00; Sa 10:00-18:00")
    there = replace(KATY_PAGE, hours="Mo-Fr 09:00-19:00, Sa 10:00-18:00")
    found = reconcile([there], [here])
    assert (found.updates, found.unchanged) == ([], 1)


def test_a_decided_conflict_is_not_asked_again_until_its_facts_change() -> None:
    listing = replace(KATY_PAGE, lat=29.60, street="12 Elm St")
    asked = only(reconcile([listing], STORES))
    settled = {asked.subject: frozenset({asked.facts})}
    again = reconcile([replace(listing, lat=29.60001, page_name="New name")], STORES, settled=settled)
    assert (again.conflicts, [each.kind for each in again.settled]) == ([], ["far-away"])
    assert KATY not in again.missing
    assert only(reconcile([replace(listing, lat=29.5)], STORES, settled=settled)).kind == "far-away"
    moved = replace(KATY, street="14 Elm St")
    assert only(reconcile([listing], [moved], settled=settled)).kind == "far-away"


def test_every_choice_has_words_and_ignoring_is_the_last() -> None:
    store = CandidateStore(3, "77", "Main St", "1 Main St, Dallas")
    slugs = [choice.slug for choice in choices_of("number-mismatch", [store], NEW_PAGE)]
    assert slugs == ["link:3", "renumber:3", "open", "ignore"]
    assert [choice.slug for choice in choices_of("page-without-store", [], Listing("1"))] == ["rogue", "ignore"]
    assert [choice.slug for choice in choices_of("duplicate-location", [store], DALLAS_PAGE)][-1] == "ignore"


def test_a_listing_is_brought_into_the_directorys_spelling() -> None:
    area = ZipArea("02108", "Boston", "MA", "Suffolk", "Boston", "America/New_York", 42.3576, -71.0684)
    raw = Listing(
        "1", " Page ", " 7 ", "", " 1 Park St ", "Boston", "massachusetts", "2108", "United States", -71.06, 42.35,
        phone="(617) 555-0100",
    )  # fmt: skip
    tidied = tidy(raw, Gazetteer([area]))
    assert (tidied.page_name, tidied.number, tidied.code, tidied.street) == ("Page", "7", None, "1 Park St")
    assert (tidied.state, tidied.zip, tidied.country, tidied.phone) == ("MA", "02108", "US", "+16175550100")
    assert (tidied.lat, tidied.lng, tidied.timezone) == (42.35, -71.06, "America/New_York")
    nowhere = tidy(Listing("1", lat=0.0, lng=0.0, zip="nope", phone="none", country=""), Gazetteer())
    assert (nowhere.lat, nowhere.zip, nowhere.phone, nowhere.is_placed) == (None, None, None, False)


NUMBERS = st.sampled_from([None, "1", "01", "2", "7", "R1"])
STREETS = st.sampled_from([None, "1 Main St", "2 Elm Ave", "Mall"])
POINTS = st.sampled_from([None, 30.0, 30.001, 31.0])


@st.composite
def some_listings(draw: st.DrawFn) -> list[Listing]:
    pages = draw(st.lists(st.sampled_from("abcdef"), unique=True, max_size=6))
    return [
        Listing(
            page, "", draw(NUMBERS), draw(NUMBERS), draw(STREETS), "Katy", "TX", draw(st.sampled_from([None, "77494"])),
            lat=(at := draw(POINTS)), lng=None if at is None else -95.0, is_closed=draw(st.booleans()),
        )
        for page in pages
    ]  # fmt: skip


@st.composite
def some_stores(draw: st.DrawFn) -> list[StoreHere]:
    numbers = draw(st.lists(st.sampled_from(["1", "01", "2", "R1", "9"]), unique=True, max_size=5))
    pages = draw(st.permutations("abcdefgh"))
    return [
        StoreHere(
            at, number, "", draw(NUMBERS), draw(STREETS), "Katy", "TX", "77494",
            lat=(point := draw(POINTS)), lng=None if point is None else -95.0, is_open=draw(st.booleans()),
            pages=(pages[at],) if draw(st.booleans()) else (),
        )
        for at, number in enumerate(numbers)
    ]  # fmt: skip


@given(listings=some_listings(), stores=some_stores())
def test_every_page_lands_in_one_place_and_no_store_gets_two(listings: list[Listing], stores: list[StoreHere]) -> None:
    found = reconcile(listings, stores)
    standing = [conflict for conflict in found.conflicts if not conflict.kind.endswith("there")]
    landed = [match.listing for match in found.matches] + [conflict.listing for conflict in standing]
    assert sorted(each.page_id for each in landed + found.new + found.passed) == sorted(
        each.page_id for each in listings
    )
    owners = [match.store.id for match in found.matches]
    assert len(owners) == len(set(owners))
    assert all(not match.store.pages for match in found.links)


@given(listings=some_listings(), stores=some_stores(), data=st.data())
def test_the_order_does_not_matter(listings: list[Listing], stores: list[StoreHere], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(listings))
    one, other = reconcile(listings, stores), reconcile(shuffled, stores)
    assert (one.matches, one.conflicts, one.new) == (other.matches, other.conflicts, other.new)


@given(listings=some_listings(), stores=some_stores())
def test_all_decided_nothing_is_asked(listings: list[Listing], stores: list[StoreHere]) -> None:
    first = reconcile(listings, stores)
    settled: dict[str, frozenset[str]] = {}
    for conflict in first.conflicts:
        settled[conflict.subject] = settled.get(conflict.subject, frozenset()) | {conflict.facts}
    again = reconcile(listings, stores, settled=settled)
    assert (again.conflicts, again.new, again.links) == ([], first.new, first.links)
