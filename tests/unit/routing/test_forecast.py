"""What an hour should bring, from the past of a brand, and what a young brand leans on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from localcare.routing.core.forecast import HOUR, make_forecast
from localcare.routing.core.surge import Arrivals, SurgePlan, begins_at, is_surge, should_begin, should_end

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
ZONE = "UTC"
PLAN = SurgePlan(above=2.0, minutes=15, calm_minutes=30)


def past_of(weeks: int, *, busy: int = 40, quiet: int = 4, seed: int = 1) -> dict[datetime, int]:
    """Poisson hours: busy from nine to five on weekdays, quiet otherwise."""
    chance = np.random.default_rng(seed)
    hours = [MONDAY + n * HOUR for n in range(weeks * 168)]
    return {at: int(chance.poisson(busy if at.weekday() < 5 and 9 <= at.hour < 17 else quiet)) for at in hours}


def test_a_brand_of_some_weeks_is_told_by_its_own_weekdays_and_hours() -> None:
    until = MONDAY + timedelta(weeks=6)
    forecast = make_forecast(past_of(6), since=MONDAY, until=until, zone=ZONE)
    assert forecast is not None
    assert forecast.expect(until + 10 * HOUR).mean == pytest.approx(40, rel=0.2)
    assert forecast.expect(until + timedelta(days=5, hours=10)).mean < 9
    assert forecast.source == "from 6 weeks of your own past, by weekday and hour"


def test_nineteen_of_twenty_ordinary_hours_lie_within_the_band() -> None:
    until, inside, hours = MONDAY + timedelta(weeks=6), 0, 0
    for seed in range(8):
        weeks = past_of(7, seed=seed)
        forecast = make_forecast(weeks, since=MONDAY, until=until, zone=ZONE)
        assert forecast is not None
        for hour, came in weeks.items():
            if hour >= until:
                expected = forecast.expect(hour)
                inside, hours = inside + (expected.low <= came <= expected.high), hours + 1
    assert 0.92 <= inside / hours <= 0.99


def test_a_young_brand_leans_on_a_usual_week_and_says_so() -> None:
    until = MONDAY + timedelta(days=3)
    flat = {MONDAY + n * HOUR: 10 for n in range(72)}
    forecast = make_forecast(flat, since=MONDAY, until=until, zone=ZONE)
    assert forecast is not None
    night, evening = until + 3 * HOUR, until + 19 * HOUR
    assert forecast.expect(night).mean < 3 < 12 < forecast.expect(evening).mean
    assert "3 days of your own past, spread like a usual week" in forecast.source


def test_without_a_day_of_past_there_is_no_forecast() -> None:
    assert make_forecast({MONDAY: 9}, since=MONDAY, until=MONDAY + 23 * HOUR, zone=ZONE) is None


def test_a_launch_does_not_raise_the_next_week() -> None:
    weeks, until = past_of(4), MONDAY + timedelta(weeks=4)
    launch = [until - timedelta(days=7) + n * HOUR for n in range(9, 17)]
    spiked = weeks | dict.fromkeys(launch, 400)
    clean = make_forecast(spiked, since=MONDAY, until=until, zone=ZONE, without=launch)
    naive = make_forecast(spiked, since=MONDAY, until=until, zone=ZONE)
    assert clean is not None
    assert naive is not None
    assert clean.expect(until + 10 * HOUR).mean < 50 < naive.expect(until + 10 * HOUR).mean


def test_a_span_takes_each_hour_by_its_part_on_the_brands_clock() -> None:
    until = MONDAY + timedelta(weeks=6)
    forecast = make_forecast(past_of(6), since=MONDAY, until=until, zone=ZONE)
    assert forecast is not None
    around = forecast.expect_between(until + timedelta(hours=8, minutes=45), until + timedelta(hours=9, minutes=15))
    halves = (forecast.expect(until + 8 * HOUR).mean + forecast.expect(until + 9 * HOUR).mean) / 4
    assert around.mean == pytest.approx(halves)


def test_the_number_that_is_shown_is_the_number_that_begins_it() -> None:
    for expected in (0.0, 0.3, 1.0, 2.5, 8.0, 30.0, 180.0):
        number, third = begins_at(expected, replace(PLAN, least=1)), expected / 3
        parts = [Arrivals(number // 3 + (n < number % 3), third) for n in range(3)]
        assert is_surge(number, expected, was_surge=False, factor=2.0)
        assert not is_surge(number - 1, expected, was_surge=False, factor=2.0)
        assert should_begin(parts, replace(PLAN, least=1))
        assert not should_begin(parts, replace(PLAN, least=number + 1))


def test_a_burst_that_is_over_begins_nothing_and_what_lasts_does() -> None:
    assert not should_begin([Arrivals(60, 10), Arrivals(9, 10), Arrivals(10, 10)], PLAN)
    assert should_begin([Arrivals(20, 10), Arrivals(21, 10), Arrivals(22, 10)], PLAN)


def test_it_ends_only_when_it_is_back_half_way() -> None:
    assert not should_end(Arrivals(82, 60), PLAN)
    assert should_end(Arrivals(80, 60), PLAN)


def test_where_next_to_nothing_is_forecast_half_an_hour_without_a_case_ends_it() -> None:
    assert should_end(Arrivals(0, 0.1), PLAN)
    assert should_end(Arrivals(0, 0.0), PLAN)
    assert not should_end(Arrivals(1, 0.1), PLAN)


@pytest.mark.parametrize("a_quarter", [0.2, 1.0, 4.0, 16.0])
def test_chance_alone_begins_none_in_twelve_weeks_whatever_the_brands_size(a_quarter: float) -> None:
    fives = np.random.default_rng(8).poisson(a_quarter / 3, size=12 * 7 * 24 * 12)
    part = a_quarter / 3
    windows = zip(fives, fives[1:], fives[2:], strict=False)
    plan = SurgePlan(least=1)
    assert not any(should_begin([Arrivals(int(came), part) for came in window], plan) for window in windows)


@pytest.mark.parametrize("times", [1.6, 1.75, 1.9, 2.1])
def test_a_day_between_the_two_thresholds_does_not_flap(times: float) -> None:
    """Five cases a minute are forecast; the window slides minute by minute as the worker's clock looks."""
    minutes = np.random.default_rng(3).poisson(5 * times, size=24 * 60)
    on, switches = False, 0
    for now in range(30, len(minutes)):
        parts = [Arrivals(int(minutes[at : at + 5].sum()), 25.0) for at in (now - 15, now - 10, now - 5)]
        calm = Arrivals(int(minutes[now - 30 : now].sum()), 150.0)
        is_on = not should_end(calm, PLAN) if on else should_begin(parts, PLAN)
        switches, on = switches + (is_on != on), is_on
    assert switches <= 4
