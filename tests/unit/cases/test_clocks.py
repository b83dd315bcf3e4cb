"""A clock counts only while somebody is there to answer."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.cases.core import ALWAYS, Hours, due_at

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
HOUSTON = Hours(zone="America/Chicago", opens=time(9), closes=time(20))


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
    night = Hours(zone="America/Chicago", opens=time(0), closes=time(6))
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
