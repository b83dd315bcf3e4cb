"""The last look before something leaves: pauses, pace, other people's answers, windows, words that were taken back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.replies.core import (
    CALM,
    Deed,
    Departure,
    Go,
    Hold,
    Native,
    Pace,
    Standing,
    Stop,
    Wait,
    Way,
    decide_departure,
    next_departure,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANSWER = Standing(kind=Way.COMMENT, now=NOON, departs_at=NOON, said_at=NOON - HOUR, last_heard_at=NOON - HOUR)
NATIVE = (Native("We are on it.", NOON),)


@pytest.mark.parametrize(
    ("standing", "departure"),
    [
        (ANSWER, Go()),
        (replace(ANSWER, departs_at=NOON + HOUR), Wait(NOON + HOUR)),
        (replace(ANSWER, kind=Way.MESSAGE, last_heard_at=NOON - 2 * DAY), Go(as_person=True)),
        (replace(ANSWER, kind=Way.MESSAGE, is_withdrawn=True), Go()),
        (replace(ANSWER, kind=Deed.DELETE, is_withdrawn=True, natives=NATIVE), Go()),
        (replace(ANSWER, kind=Way.COMMENT, said_at=NOON - 400 * DAY), Go()),
    ],
)
def test_what_may_leave_and_when(standing: Standing, departure: Departure) -> None:
    assert decide_departure(standing) == departure


@pytest.mark.parametrize(
    "standing",
    [
        replace(ANSWER, is_withdrawn=True),
        replace(ANSWER, kind=Way.PRIVATE, is_withdrawn=True),
        replace(ANSWER, kind=Way.PRIVATE, said_at=NOON - 7 * DAY),
        replace(ANSWER, kind=Way.MESSAGE, last_heard_at=NOON - 7 * DAY),
        replace(ANSWER, kind=Way.MESSAGE, last_heard_at=NOON - DAY, by_person=False),
    ],
)
def test_what_must_not_leave_any_more_says_that_nothing_was_sent(standing: Standing) -> None:
    departure = decide_departure(standing)
    assert isinstance(departure, Stop)
    assert departure.why.endswith("Nothing was sent.")


@pytest.mark.parametrize("way", [Way.COMMENT, Way.PRIVATE, Way.MESSAGE])
def test_somebody_elses_answer_holds_it_and_asks_the_person_with_its_words(way: Way) -> None:
    departure = decide_departure(replace(ANSWER, kind=way, natives=NATIVE))
    assert isinstance(departure, Hold)
    assert "“We are on it.”" in departure.why


def test_a_paused_page_is_not_even_asked() -> None:
    paused = replace(ANSWER, paused_until=NOON + HOUR, natives=NATIVE, is_withdrawn=True)
    departure = decide_departure(paused)
    assert isinstance(departure, Wait)
    assert (departure.until, bool(departure.why)) == (NOON + HOUR, True)
    assert decide_departure(replace(ANSWER, paused_until=NOON)) == Go()


PACES = st.builds(
    Pace,
    gap=st.timedeltas(min_value=timedelta(0), max_value=timedelta(seconds=60)),
    most=st.integers(1, 20),
    within=st.timedeltas(min_value=timedelta(0), max_value=timedelta(minutes=10)),
)


@given(pace=PACES, pushes=st.lists(st.timedeltas(min_value=timedelta(0), max_value=timedelta(minutes=2)), max_size=60))
def test_however_the_answers_come_a_page_keeps_its_pace(pace: Pace, pushes: list[timedelta]) -> None:
    now, left = NOON, list[datetime]()
    for push in pushes:
        now += push
        left.append(next_departure(left, max([now, *left[-1:]]), pace))
    for one, following in pairwise(left):
        assert following - one >= pace.gap
    for first, beyond in zip(left, left[pace.most :], strict=False):
        assert beyond - first >= pace.within, "never more than `most` in a span of `within`"


def test_a_page_that_has_sent_nothing_lately_sends_at_once() -> None:
    assert next_departure([], NOON, CALM) == NOON
    assert next_departure([NOON - HOUR], NOON, CALM) == NOON
