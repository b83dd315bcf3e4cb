"""Working time: weekly shifts as text, days that differ, midnight, and changes of the clock."""

from contextlib import suppress
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.people.core.shifts import ShiftError, Span, WorkingTime, read_spans, read_weekly, read_zone, weekly_words

NEW_YORK = "America/New_York"
SPANS = st.builds(Span, st.times().map(lambda t: t.replace(second=0, microsecond=0)), st.just(time(17)))


def test_a_shift_over_midnight_belongs_to_the_day_it_began_on() -> None:
    friday_night = WorkingTime(NEW_YORK, read_weekly("Fr 22:00-06:00"))
    assert friday_night.is_on(datetime(2026, 11, 21, 8, tzinfo=UTC))
    assert not friday_night.is_on(datetime(2026, 11, 21, 11, tzinfo=UTC))
    assert not friday_night.is_on(datetime(2026, 11, 20, 8, tzinfo=UTC))


def test_without_any_shift_somebody_is_there_whenever_they_say_so() -> None:
    assert WorkingTime().is_on(datetime(2026, 11, 20, 8, tzinfo=UTC))


def test_a_shift_keeps_to_the_wall_when_the_clocks_change() -> None:
    early = WorkingTime(NEW_YORK, read_weekly("09:00-17:00"))
    assert not early.is_on(datetime(2026, 10, 31, 12, 59, tzinfo=UTC))
    assert early.is_on(datetime(2026, 10, 31, 13, tzinfo=UTC))
    assert not early.is_on(datetime(2026, 11, 1, 13, tzinfo=UTC))
    assert early.is_on(datetime(2026, 11, 1, 14, tzinfo=UTC))


def test_a_single_day_replaces_its_weekday_and_the_night_before_is_still_worked() -> None:
    nights = read_weekly("Mo-Su 22:00-06:00")
    works = WorkingTime(NEW_YORK, nights, {date(2026, 11, 20): (), date(2026, 11, 21): read_spans("10:00-12:00")})
    assert works.is_on(datetime(2026, 11, 20, 8, tzinfo=UTC)), "Thursday's night ends on Friday morning"
    assert not works.is_on(datetime(2026, 11, 21, 4, tzinfo=UTC)), "Friday is off"
    assert works.is_on(datetime(2026, 11, 21, 16, tzinfo=UTC)), "Saturday is other hours"


def test_a_day_off_counts_for_somebody_without_shifts() -> None:
    works = WorkingTime("UTC", single={date(2026, 11, 20): ()})
    assert not works.is_on(datetime(2026, 11, 20, 8, tzinfo=UTC))
    assert works.is_on(datetime(2026, 11, 21, 8, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mo-Fr 09:00-17:00", "Mo-Fr 09:00-17:00"),
        ("mon - fri 9:00 - 12:00, 13:00-17:00; Sat 10:00-14:00", "Mo-Fr 09:00-12:00, 13:00-17:00; Sa 10:00-14:00"),
        ("Sa,Su 10:00-24:00", "Sa-Su 10:00-00:00"),
        ("Fr-Mo 22:00-06:00", "Mo 22:00-06:00; Fr-Su 22:00-06:00"),
        ("08:00-16:00", "Mo-Su 08:00-16:00"),
        ("", ""),
    ],
)
def test_shifts_are_read_as_people_write_them(text: str, words: str) -> None:
    assert weekly_words(read_weekly(text)) == words


@pytest.mark.parametrize("text", ["Mo-Fr", "Xy 09:00-17:00", "Mo 9-17", "Mo 25:00-26:00", "Mo 09:60-10:00", "whenever"])
def test_what_is_no_shift_is_refused_in_words(text: str) -> None:
    with pytest.raises(ShiftError, match="write"):
        read_weekly(text)


def test_an_unknown_time_zone_is_refused() -> None:
    assert read_zone(NEW_YORK) == NEW_YORK
    with pytest.raises(ShiftError, match="Atlantis"):
        read_zone("Atlantis/Deep")


@given(st.dictionaries(st.integers(0, 6), st.lists(SPANS, min_size=1, max_size=3, unique=True).map(sorted).map(tuple)))
def test_what_was_written_is_read_back(weekly: dict[int, tuple[Span, ...]]) -> None:
    assert read_weekly(weekly_words(weekly)) == weekly


@given(st.text(max_size=40))
def test_no_text_does_anything_but_be_read_or_refused(text: str) -> None:
    with suppress(ShiftError):
        assert all(0 <= day < 7 for day in read_weekly(text))
