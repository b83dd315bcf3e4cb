"""A small soak: real web and worker processes, and a stand-in at its worst; a large one is `localcare bench soak`."""

import pytest

from localcare.bench.soak import run_soak

pytestmark = pytest.mark.chaos


def test_after_bad_days_we_know_what_stands_there_and_nothing_was_said_twice() -> None:
    result = run_soak(events=400, pages=20, faulty_one_in=5)
    figures = result.figures
    assert not result.broken
    assert (figures["differences"], figures["replies_twice"], figures["replies_lost"]) == (0, 0, 0)
    assert all(figures[name] for name in ("faulty_answers", "attempts_refused", "tokens_lost_and_used"))
