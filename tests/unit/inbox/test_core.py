"""The pure part of the inbox: queues, cursors, filters, the store's clock, drafts."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.inbox.core.drafts import fill_in, first_name
from localcare.inbox.core.listing import Cursor, ListFilter, Shown
from localcare.inbox.core.moments import Snooze, local_day, snooze_until, start_of_day, wall_time
from localcare.inbox.core.queues import agent_queues, higher_targets, queue_name
from localcare.inbox.core.words import sentence, topic_name

HOUSTON = "America/Chicago"


@pytest.mark.parametrize(
    ("queue", "name"),
    [
        ("store:0042", "Store 0042"),
        ("tier2:billing", "Billing, tier 2"),
        ("tier1:sign-language", "Sign language, tier 1"),
        ("which-store", "Which store?"),
        ("crisis", "Crisis"),
    ],
)
def test_queues_have_names_that_people_use(queue: str, name: str) -> None:
    assert queue_name(queue) == name


def test_an_agent_takes_from_own_tiers_and_skills_and_from_which_store() -> None:
    assert agent_queues({2}, {"network", "billing"}) == ("tier2:billing", "tier2:network", "which-store")


def test_the_top_tier_takes_crises_first() -> None:
    assert agent_queues({3}, {"general"}) == ("crisis", "tier3:general", "which-store")


def test_an_agent_of_whom_nothing_is_said_takes_simple_cases() -> None:
    assert agent_queues(frozenset(), frozenset()) == ("tier1:general", "which-store")


@pytest.mark.parametrize(
    ("queue", "above"),
    [
        ("tier1:billing", ["tier2:billing", "tier3:billing", "crisis"]),
        ("tier3:billing", ["crisis"]),
        ("store:4460", ["tier2:general", "tier3:general", "crisis"]),
        ("crisis", []),
    ],
)
def test_a_case_goes_up_never_down(queue: str, above: list[str]) -> None:
    assert [target.queue for target in higher_targets(queue)] == above


@given(
    st.integers(1, 2**60),
    st.integers(0, 3),
    st.none() | st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1)),  # noqa: DTZ001
)
def test_a_cursor_comes_back_as_it_was(case_id: int, rank: int, since: datetime | None) -> None:
    cursor = Cursor(case_id, rank, since.replace(tzinfo=UTC) if since else None)
    assert Cursor.read(cursor.write()) == cursor


@given(st.text(max_size=60))
def test_a_made_up_cursor_is_the_first_page_and_never_an_error(text: str) -> None:
    found = Cursor.read(text)
    assert found is None or isinstance(found.id, int)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, Shown.WAITING),
        ({"state": "queued"}, Shown.WAITING),
        ({"state": "resolved"}, Shown.CLOSED),
        ({"state": "nonsense"}, Shown.WAITING),
        ({"owner": "me"}, Shown.MINE),
        ({"words": "refund"}, Shown.ALL),
        ({"words": "refund", "state": "closed"}, Shown.CLOSED),
    ],
)
def test_an_address_says_what_is_shown(asked: dict[str, str], shown: Shown) -> None:
    given_all = {"state": "", "queue": "", "store": "", "owner": "", "words": ""} | asked
    assert ListFilter.read(**given_all).shown is shown


def test_a_filter_writes_the_address_it_was_read_from() -> None:
    wanted = ListFilter.read(state="closed", queue="", store="4460", owner="", words="phone line")
    assert wanted.address() == "/cases?store=4460&state=closed&q=phone+line"
    assert ListFilter().address() == "/cases"


@pytest.mark.parametrize(
    ("choice", "comes_back"),
    [
        (Snooze.HOUR, datetime(2026, 11, 20, 16, 0, tzinfo=UTC)),
        (Snooze.TOMORROW, datetime(2026, 11, 21, 15, 0, tzinfo=UTC)),
        (Snooze.WEEK, datetime(2026, 11, 23, 15, 0, tzinfo=UTC)),
    ],
)
def test_a_snoozed_case_comes_back_at_nine_where_the_store_is(choice: Snooze, comes_back: datetime) -> None:
    assert snooze_until(choice, datetime(2026, 11, 20, 15, 0, tzinfo=UTC), HOUSTON) == comes_back


def test_nine_in_the_morning_is_nine_after_the_clocks_have_changed() -> None:
    saturday_before_the_change = datetime(2026, 10, 31, 20, 0, tzinfo=UTC)
    assert snooze_until(Snooze.TOMORROW, saturday_before_the_change, HOUSTON) == datetime(
        2026, 11, 1, 15, 0, tzinfo=UTC
    )


def test_the_stores_day_begins_at_its_own_midnight() -> None:
    late_evening = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
    assert local_day(late_evening, HOUSTON).day == 20
    assert start_of_day(late_evening, HOUSTON) == datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
    assert wall_time(late_evening, HOUSTON) == "Fri, Nov 20, 10:00 PM CST"


FACTS = {"customer": "Marcus", "manager": "Ana", "store": "Pellora Memorial City", "phone": ""}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("{customer}, I'm {manager}, and I run {store}.", "Marcus, I'm Ana, and I run Pellora Memorial City."),
        ("Call {phone}.", "Call [phone]."),
        ("We have [item].", "We have [item]."),
        ("Ask {who}", "Ask [who]"),
    ],
)
def test_a_saved_reply_is_filled_in_with_what_is_known(body: str, text: str) -> None:
    assert fill_in(body, FACTS) == text


def test_a_customer_without_a_name_is_not_called_by_a_placeholder() -> None:
    assert fill_in("Hi {customer}, thank you.", {"customer": ""}) == "Hi, thank you."
    assert fill_in("{customer}, thank you.", {"customer": ""}) == "Thank you."
    assert first_name(None) == ""


def test_words_become_sentences() -> None:
    assert [sentence(words) for words in ("it is so", "Is it?", "", "“so”")] == ["It is so.", "Is it?", "", "“so”"]
    assert topic_name("waiting") == "Waiting time"
    assert topic_name("parcel-shop") == "Parcel shop"
