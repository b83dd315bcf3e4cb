"""A simulated day in small: absences, a crash at noon, and every case in one queue or hand at any time."""

import pytest

from localcare.bench.day import NOON, run_day


@pytest.mark.long
def test_a_day_with_a_crash_loses_nothing_and_lets_nobody_wait_in_silence() -> None:
    result = run_day(cases=900, agents=20, stores=40, first=NOON - 150, minutes=240)
    assert result.broken == ()
    assert result.figures["cases"] > 150  # type: ignore[operator]
    assert result.figures["given_cases"] > 50  # type: ignore[operator]
    assert result.figures["escalated"] > 0  # type: ignore[operator]
