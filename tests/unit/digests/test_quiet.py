"""When a mail that can wait may go out."""

from datetime import UTC, datetime, time

import pytest

from localcare.digests.core.quiet import end_of_quiet

ZONE = "America/Chicago"


def at(text: str) -> datetime:
    """A moment of July in Chicago, five hours behind UTC."""
    return datetime.fromisoformat(f"2026-07-{text}-05:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("10T12:00", "10T12:00"), ("10T20:59", "10T20:59"), ("10T21:00", "11T07:00"), ("11T02:30", "11T07:00"),
        ("11T06:59", "11T07:00"), ("11T07:00", "11T07:00"),
    ],
)  # fmt: skip
def test_over_midnight(now: str, until: str) -> None:
    assert end_of_quiet(at(now), ZONE, time(21), time(7)) == at(until)


@pytest.mark.parametrize(
    ("now", "until"), [("10T12:30", "10T14:00"), ("10T14:00", "10T14:00"), ("10T23:00", "10T23:00")]
)
def test_within_a_day(now: str, until: str) -> None:
    assert end_of_quiet(at(now), ZONE, time(12), time(14)) == at(until)


def test_equal_hours_are_no_quiet_hours() -> None:
    assert end_of_quiet(at("10T23:00"), ZONE, time(0), time(0)) == at("10T23:00")


def test_the_night_in_which_clocks_change_ends_at_the_local_hour() -> None:
    now = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)
    assert end_of_quiet(now, ZONE, time(21), time(7)) == datetime(2026, 11, 1, 13, 0, tzinfo=UTC)
