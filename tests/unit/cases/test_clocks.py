"""A clock counts only while somebody is there to answer."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.cases.core import ALWAYS, Hours, due_at, every_day, open_time
from localcare.stores.core.open_days import read_day_of_year, read_open_days

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
HOUSTON = Hours("America/Chicago", every_day(time(9), time(20)))


def houston(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of a November 2026 day in Houston (UTC−6), in UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) + timedelta(hours=6)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        (houston(20, 10), 60, houston(20, 11)),
        (houston(20, 19, 30), 60, houston(21, 9, 30)),
        (houston(20, 3), 30, houston(20, 9, 30)),
        (houston(20, 22), 30, houston(21, 9, 30)),
        (houston(20, 9), 11 * 60, houston(20, 20)),
        (houston(20, 9), 11 * 60 + 1, houston(21, 9, 1)),
        (houston(20, 19), 24 * 60, houston(23, 10)),
    ],
)
def test_minutes_count_in_opening_hours_only(start: datetime, minutes: int, due: datetime) -> None:
    assert due_at(start, minutes, HOUSTON) == due


def test_the_centre_counts_day_and_night() -> None:
    assert due_at(houston(20, 23), 60, ALWAYS) == houston(21, 0)


def test_the_night_the_clocks_change_has_its_own_length() -> None:
    night = Hours("America/Chicago", every_day(time(0), time(6)))
    midnight = datetime(2026, 11, 1, 5, tzinfo=UTC)
    assert due_at(midnight, 7 * 60, night) == midnight + timedelta(hours=7)


@given(st.integers(0, 525_600).map(lambda minute: NEW_YEAR + timedelta(minutes=minute)), st.integers(1, 5000))
def test_a_due_time_is_never_early_and_never_at_night(start: datetime, minutes: int) -> None:
    due = due_at(start, minutes, HOUSTON)
    assert due >= start + timedelta(minutes=minutes)
    local = due - timedelta(
        hours=5 if datetime(2026, 3, 8, 8, tzinfo=UTC) <= due < datetime(2026, 11, 1, 7, tzinfo=UTC) else 6
    )
    assert time(9) < local.time() <= time(20)


def of_week(line: str, *holidays: str) -> Hours:
    """A store in Houston with these hours."""
    days = tuple(day for day in map(read_day_of_year, holidays) if day)
    return Hours("America/Chicago", read_open_days(line), days, are_own=True)


@pytest.mark.parametrize(
    ("line", "start", "minutes", "due"),
    [
        ("Mo-Sa 10:00-20:00; Su off", houston(21, 19, 30), 60, houston(23, 10, 30)),
        ("Mo-Su 10:00-12:00,14:00-18:00", houston(20, 11, 30), 60, houston(20, 14, 30)),
        ("Mo-Su 18:00-26:00", houston(21, 1), 120, houston(21, 19)),
        ("24/7", houston(20, 3), 60, houston(20, 4)),
        ("Mo-Su 10:00-20:00", houston(25, 19), 120, houston(27, 11)),
        ("Mo-Su 10:00-20:00; PH 12:00-14:00", houston(25, 19), 120, houston(26, 13)),
        ("Mo-Su 10:00-20:00; Nov Th[4] 08:00-10:00", houston(25, 19), 120, houston(26, 9)),
        ("Mo-Su 10:00-20:00; 2026 Nov 25-27 off", houston(24, 19), 120, houston(28, 11)),
    ],
)
def test_a_stores_own_hours_count_and_its_holidays_do_not(
    line: str, start: datetime, minutes: int, due: datetime
) -> None:
    hours = of_week(line, "Nov Th[4]")
    assert due_at(start, minutes, hours) == due
    assert open_time(start, due, hours) == timedelta(minutes=minutes)


def test_what_was_paused_is_given_back() -> None:
    rested = timedelta(minutes=45)
    assert due_at(houston(20, 10), 60, HOUSTON, paused=rested) == houston(20, 11, 45)


@given(
    st.integers(0, 525_600).map(lambda minute: NEW_YEAR + timedelta(minutes=minute)),
    st.integers(1, 20_000),
    st.sampled_from(
        ["Mo-Sa 10:00-20:00; Su 12:00-18:00", "Fr 09:00-12:00", "Mo-Su 20:00-26:00; Dec 24 off; PH off", "24/7"]
    ),
)
def test_between_a_start_and_its_due_time_lie_exactly_the_minutes_promised(
    start: datetime, minutes: int, line: str
) -> None:
    hours = of_week(line, "Dec 25", "Nov Th[4]")
    assert open_time(start, due_at(start, minutes, hours), hours) == timedelta(minutes=minutes)


def test_a_promise_beyond_what_is_looked_at_is_not_due_before_it() -> None:
    two_hours_a_week = Hours("America/New_York", read_open_days("Mo 10:00-12:00"))
    start = datetime(2026, 11, 2, tzinfo=UTC)
    year, decade = (due_at(start, 120 * weeks, two_hours_a_week) for weeks in (52, 520))
    assert year - start > timedelta(weeks=51)
    assert decade > year
