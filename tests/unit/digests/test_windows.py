"""One digest hour per local date, whatever the clocks do."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localcare.digests.core.windows import digest_at, last_digest_day, next_digest_at, window_of, zone_of

ZONES = (
    "America/New_York", "America/Chicago", "America/Phoenix", "America/Anchorage", "Pacific/Honolulu", "America/Sao_Paulo",
    "America/Santiago", "Europe/London", "Africa/Cairo", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham",
    "America/Havana", "Asia/Beirut", "UTC",
)  # fmt: skip
zones = st.sampled_from(ZONES)
hours = st.integers(0, 23)
instants = st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (made aware)


@settings(max_examples=120)
@given(zone=zones, hour=hours, year=st.integers(2000, 2037))
def test_a_year_has_exactly_one_digest_per_local_date(zone: str, hour: int, year: int) -> None:
    place = ZoneInfo(zone)
    at = datetime(year, 1, 1, 12, tzinfo=UTC)
    dates: Counter[date] = Counter()
    while at.year == year:
        at = next_digest_at(at, zone, hour)
        dates[at.astimezone(place).date()] += 1
    first, last = min(dates), max(dates)
    assert set(dates.values()) == {1}
    assert len(dates) == (last - first).days + 1


@settings(max_examples=300)
@given(after=instants, zone=zones, hour=hours)
def test_the_next_one_is_later_and_within_a_day_and_a_bit(after: datetime, zone: str, hour: int) -> None:
    at = next_digest_at(after, zone, hour)
    assert after < at <= after + timedelta(hours=26)
    local = at.astimezone(ZoneInfo(zone))
    assert last_digest_day(at, zone, hour) == local.date()
    assert last_digest_day(at - timedelta(seconds=1), zone, hour) == local.date() - timedelta(days=1)


@settings(max_examples=300)
@given(day=st.dates(date(2000, 1, 1), date(2037, 1, 1)), zone=zones, hour=hours)
def test_no_earlier_instant_of_that_date_is_as_late_on_the_wall_clock(day: date, zone: str, hour: int) -> None:
    """The first instant whose wall clock has reached the hour: exact when the hour exists, the end of the gap when not."""
    place = ZoneInfo(zone)
    at = digest_at(day, zone, hour)
    local, before = at.astimezone(place), (at - timedelta(minutes=1)).astimezone(place)
    assert (local.date(), local.hour) >= (day, hour)
    assert (before.date(), before.hour) < (day, hour)
    is_skipped = local.utcoffset() != before.utcoffset()
    assert is_skipped or (local.date(), local.hour, local.minute) == (day, hour, 0)


@pytest.mark.parametrize(
    ("day", "zone", "hour", "instant"),
    [
        (date(2027, 3, 14), "America/New_York", 2, datetime(2027, 3, 14, 7, 0, tzinfo=UTC)),  # 02:00 is skipped: 03:00
        (date(2027, 11, 7), "America/New_York", 1, datetime(2027, 11, 7, 5, 0, tzinfo=UTC)),  # 01:00 twice: the first
        (date(2027, 3, 14), "America/Chicago", 8, datetime(2027, 3, 14, 13, 0, tzinfo=UTC)),
        (date(2027, 3, 13), "America/Chicago", 8, datetime(2027, 3, 13, 14, 0, tzinfo=UTC)),
        (date(2018, 11, 4), "America/Sao_Paulo", 0, datetime(2018, 11, 4, 3, 0, tzinfo=UTC)),  # midnight is skipped
        (date(2026, 10, 4), "Australia/Lord_Howe", 2, datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),  # a gap of 30 minutes
    ],
)
def test_days_on_which_the_clocks_change(day: date, zone: str, hour: int, instant: datetime) -> None:
    assert digest_at(day, zone, hour) == instant


def test_a_zone_nobody_knows_is_read_as_new_york() -> None:
    assert zone_of("Mars/Olympus") == zone_of("../etc/passwd") == ZoneInfo("America/New_York")


def test_windows_touch_and_never_reach_back_more_than_a_week() -> None:
    now = datetime(2026, 11, 20, 14, tzinfo=UTC)
    day = now.date()
    assert window_of(day, now, None).starts == now - timedelta(days=1)
    assert window_of(day, now, now - timedelta(days=3)).starts == now - timedelta(days=3)
    assert window_of(day, now, now - timedelta(days=30)).starts == now - timedelta(days=7)
