"""A mention is answered by the directory of the day it was written: moves, closures, openings, dated Pages, regions."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.stores.core.opening import read_week
from localcare.stores.core.resolve import Answer, Question, Resolver, StoreEntry
from localcare.stores.core.standing import Calendar, in_span
from localcare.stores.core.values import Alias, PageSpan, Place

MOVED = datetime(2026, 4, 1, tzinfo=UTC)
MARCH, MAY = MOVED - timedelta(days=20), MOVED + timedelta(days=40)
OLD = StoreEntry(
    1, "100", street="11 Elm St", city="Katy", state="TX", zip="77494", lat=29.75, lng=-95.80,
    pages=(PageSpan("901"), PageSpan("902", None, MOVED)), valid_to=MOVED,
)  # fmt: skip
NEW = StoreEntry(
    1, "100", street="22 Oak St", city="Fulshear", state="TX", zip="77441", lat=29.69, lng=-95.90,
    pages=(PageSpan("901"),), valid_from=MOVED,
)  # fmt: skip
TAKEN_OVER = StoreEntry(2, "200", city="Brenham", state="TX", zip="77833", pages=(PageSpan("902", MOVED, None),),
                        closed_on=date(2026, 6, 1), opened_on=date(2020, 1, 1))  # fmt: skip


def ask(when: datetime | None, **facts: object) -> Answer:
    resolver = Resolver([OLD, NEW, TAKEN_OVER], region_pages={"77": (1, 2)})
    return resolver.resolve(Question("q", created_at=when, **facts))  # type: ignore[arg-type]


def store(answer: Answer) -> int | None:
    return answer.store_id


def test_a_store_that_moved_is_where_it_was_and_later_where_it_is() -> None:
    assert store(ask(MARCH, text="the store in Katy, TX")) == 1
    assert ask(MAY, text="the store in Katy, TX").status == "none"
    assert store(ask(MAY, text="the store in Fulshear, TX")) == 1
    assert ask(MARCH, text="the store in Fulshear, TX").status == "none"
    assert store(ask(None, text="the store in Fulshear, TX")) == 1


def test_a_fix_meets_the_stores_of_its_day() -> None:
    assert store(ask(MARCH, lat=29.75, lng=-95.80)) == 1
    assert store(ask(MAY, lat=29.75, lng=-95.80)) is None
    assert "next store" not in ask(MAY, lat=29.69, lng=-95.90).candidates[0].evidence[0].detail


def test_a_page_is_the_stores_it_stood_for_then() -> None:
    assert (store(ask(MARCH, page_id="902")), store(ask(MAY, page_id="902"))) == (1, 2)
    assert store(ask(MARCH, page_id="901")) == store(ask(MAY, page_id="901")) == 1


def test_numbers_phones_and_addresses_of_a_closed_store_still_name_it_and_its_town_does_not() -> None:
    closed = datetime(2026, 7, 1, tzinfo=UTC)
    assert store(ask(closed, text="store #200 charged me twice")) == 2
    assert ask(closed, text="the store in Brenham, TX").status == "none"
    assert store(ask(MAY, text="the store in Brenham, TX")) == 2
    assert ask(datetime(2019, 1, 1, tzinfo=UTC), text="the store in Brenham, TX").status == "none"


def test_the_page_of_a_region_offers_its_stores_and_chooses_none() -> None:
    answer = ask(MAY, page_id="77", text="rude manager")
    assert (answer.status, {each.store_id for each in answer.candidates}) == ("ambiguous", {1, 2})
    assert answer.candidates[0].evidence[0].detail == "it stands on the Page of a region, which has 2 stores"
    assert store(ask(MAY, page_id="77", text="rude manager in Brenham, TX")) == 2


def test_a_place_id_kept_as_an_alias_names_its_store() -> None:
    entry = StoreEntry(5, "500", aliases=(Alias("place-id", "ChIJ123"), Alias("phone", "713-555-0199")))
    resolver = Resolver([entry])
    assert resolver.resolve(Question("q", place=Place(id="ChIJ123"))).status == "exact"
    assert resolver.resolve(Question("q", text="call 713.555.0199")).store_id == 5


def test_a_page_of_two_stores_is_left_to_a_person() -> None:
    twice = [StoreEntry(1, "1", page_ids=("9",)), StoreEntry(2, "2", page_ids=("9",))]
    answer = Resolver(twice).resolve(Question("q", page_id="9"))
    assert (answer.status, [each.store_id for each in answer.candidates]) == ("ambiguous", [1, 2])


MOMENTS = st.integers(-2_000, 2_000).map(lambda days: MOVED + timedelta(days=days))
EDGES = st.none() | MOMENTS


@given(EDGES, EDGES, MOMENTS)
def test_the_calendar_agrees_with_the_span_of_each_entry(
    start: datetime | None, end: datetime | None, when: datetime
) -> None:
    calendar = Calendar([StoreEntry(1, "1", valid_from=start, valid_to=end)])
    assert (0 not in calendar.at(when).gone) == in_span(start, end, when)
    assert calendar.at(when).gone <= calendar.at(when).shut


def test_a_store_long_closed_at_the_hour_gives_way_a_little() -> None:
    early = StoreEntry(1, "1", city="Katy", state="TX", hours="Mo-Su 06:00-12:00", timezone="America/Chicago")
    late = StoreEntry(2, "2", city="Katy", state="TX", hours="Mo-Su 16:00-23:00", timezone="America/Chicago")
    night = datetime(2026, 5, 4, 22, 0, tzinfo=ZoneInfo("America/Chicago"))
    answer = Resolver([early, late]).resolve(Question("q", text="store in Katy, TX", created_at=night))
    assert [each.store_id for each in answer.candidates] == [2, 1]
    assert (answer.status, answer.candidates[0].evidence[-1].kind) == ("ambiguous", "hours")


@pytest.mark.parametrize(
    ("line", "monday", "sunday"),
    [
        ("Mo-Fr 09:00-19:00; Sa 10:00-18:00; Su off", ((540, 1140),), ()),
        ("24/7", ((0, 1440),), ((0, 1440),)),
        ("Fr-Mo 10:00-02:00", ((600, 1440),), ((600, 1440),)),
        ("Mo,We 08:00-12:00,13:00-17:00", ((480, 720), (780, 1020)), ()),
    ],
)  # fmt: skip
def test_plain_opening_hours_are_read(line: str, monday: object, sunday: object) -> None:
    week = read_week(line)
    assert week is not None
    assert (week[0], week[6]) == (monday, sunday)


def test_opening_hours_that_say_more_tell_nothing() -> None:
    assert read_week("Mo-Fr 09:00-19:00; PH off; easter +1 day open") is None


def test_a_former_number_names_its_store_until_another_store_has_it() -> None:
    before = StoreEntry(1, "803", city="Katy", state="TX", valid_to=MOVED)
    after = StoreEntry(1, "8803", city="Katy", state="TX", valid_from=MOVED)
    resolver = Resolver([before, after])
    for when in (MARCH, MAY, None):
        assert store(resolver.resolve(Question("q", store_number="803", created_at=when))) == 1
        assert store(resolver.resolve(Question("q", text="store #803 was dirty", created_at=when))) == 1
    told = resolver.resolve(Question("q", text="store #803 was dirty", created_at=MAY)).candidates[0].evidence[0].detail
    assert "8803" in told
    newcomer = StoreEntry(2, "803", city="Waco", state="TX", valid_from=MOVED)
    resolver = Resolver([before, after, newcomer])
    assert store(resolver.resolve(Question("q", store_number="803", created_at=MARCH))) == 1
    assert store(resolver.resolve(Question("q", store_number="803", created_at=MAY))) == 2
