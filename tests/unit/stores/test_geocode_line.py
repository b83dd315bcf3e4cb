"""The line to a provider: never faster than it allows, left in peace when it fails, tried again with one question."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.stores.core.geocode import (
    FAILURES_BORNE,
    Failed,
    GeocodedPoint,
    Later,
    Line,
    NotFound,
    Pace,
    Slot,
    Trouble,
    after_reply,
    take_slot,
)

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
POINT = GeocodedPoint(29.0, -95.0, 25.0, "door")
DOWN = Failed(Trouble.UNAVAILABLE, "HTTP 503")


@given(
    gaps=st.lists(st.floats(0, 5), min_size=1, max_size=60),
    per_second=st.floats(0.2, 20),
    burst=st.integers(1, 5),
)
def test_no_window_sees_more_questions_than_pace_and_burst_allow(
    gaps: list[float], per_second: float, burst: int
) -> None:
    pace = Pace(per_second, per_day=1_000, burst=burst)
    line, now, slots = Line(), NOW, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        line, slot = take_slot(line, pace, now)
        if isinstance(slot, Slot):
            assert slot.at >= now
            slots.append(slot.at)
    for first in range(len(slots)):
        for last in range(first, len(slots)):
            seconds = (slots[last] - slots[first]).total_seconds()
            assert last - first + 1 <= seconds * per_second + burst + 1e-3


def test_a_slot_far_away_is_not_stood_in_line_for() -> None:
    line, pace = Line(), Pace(1.0, per_day=100)
    line, first = take_slot(line, pace, NOW)
    line, second = take_slot(line, pace, NOW)
    unchanged, third = take_slot(line, pace, NOW)
    assert (first, second) == (Slot(NOW), Slot(NOW + timedelta(seconds=1)))
    assert isinstance(third, Later)
    assert unchanged == line


def test_a_new_day_has_new_questions() -> None:
    pace = Pace(1_000, per_day=1)
    line, _ = take_slot(Line(), pace, NOW)
    line, later = take_slot(line, pace, NOW + timedelta(minutes=1))
    assert later == Later(datetime(2026, 11, 21, tzinfo=UTC), "today's 1 questions are asked")
    assert isinstance(take_slot(line, pace, datetime(2026, 11, 21, tzinfo=UTC))[1], Slot)


def test_a_few_failures_are_borne_and_the_fifth_brings_rest() -> None:
    line = Line()
    for _ in range(FAILURES_BORNE - 1):
        line = after_reply(line, DOWN, NOW)
        assert line.state(NOW) == "working"
    line = after_reply(line, DOWN, NOW)
    assert line.state(NOW) == "resting"
    assert isinstance(take_slot(line, Pace(1, 100), NOW)[1], Later)


def test_each_failure_after_that_doubles_the_rest_up_to_an_hour() -> None:
    line, now, rests = Line(failures=FAILURES_BORNE - 1), NOW, []
    for _ in range(9):
        line = after_reply(line, DOWN, now)
        assert line.resting_until
        rests.append((line.resting_until - now).total_seconds())
        now = line.resting_until
    assert rests == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_after_its_rest_one_question_goes_out_and_others_wait_for_it() -> None:
    line = Line(failures=9, resting_until=NOW, trouble="down")
    assert line.state(NOW) == "trying"
    line, first = take_slot(line, Pace(100, 100), NOW)
    _, second = take_slot(line, Pace(100, 100), NOW)
    assert isinstance(first, Slot)
    assert isinstance(second, Later)


@pytest.mark.parametrize("reply", [POINT, NotFound()])
def test_an_answer_heals_the_line_even_when_nothing_was_found(reply: GeocodedPoint | NotFound) -> None:
    line = after_reply(Line(failures=9, resting_until=NOW, trouble="down"), reply, NOW)
    assert line == Line(answered_at=NOW)


@pytest.mark.parametrize(
    ("failed", "rest"),
    [
        (Failed(Trouble.DENIED, "bad key"), timedelta(hours=1)),
        (Failed(Trouble.OVER_LIMIT, "429"), timedelta(minutes=2)),
        (Failed(Trouble.OVER_LIMIT, "429", timedelta(seconds=7)), timedelta(seconds=7)),
    ],
)
def test_a_refusal_brings_rest_at_once(failed: Failed, rest: timedelta) -> None:
    assert after_reply(Line(), failed, NOW).resting_until == NOW + rest


def test_a_late_failure_does_not_shorten_a_rest() -> None:
    line = after_reply(Line(), Failed(Trouble.DENIED, "bad key"), NOW)
    late = after_reply(line, Failed(Trouble.OVER_LIMIT, "429", timedelta(seconds=1)), NOW)
    assert late.resting_until == line.resting_until
