"""Which version of a policy time puts in force, and which one comes back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from localcare.routing.core.versions import SHIPPED, Stage, Version, came_before, due_turn, find_clash

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
USUAL = Version(1, Stage.LIVE)
LAUNCH = Version(2, Stage.SCHEDULED, NOON, NOON + 3 * HOUR)


def test_a_scheduled_version_starts_at_its_moment_and_not_before() -> None:
    assert due_turn([USUAL, LAUNCH], NOON - HOUR) is None
    turn = due_turn([USUAL, LAUNCH], NOON)
    assert turn is not None
    assert (turn.starts, turn.ends) == (2, 1)


def test_what_was_in_force_before_comes_back_when_a_version_runs_out() -> None:
    running = replace(LAUNCH, stage=Stage.LIVE, replaced=1)
    over = replace(USUAL, stage=Stage.SUPERSEDED)
    assert due_turn([over, running], NOON + 2 * HOUR) is None
    turn = due_turn([over, running], NOON + 3 * HOUR)
    assert turn is not None
    assert (turn.starts, turn.ends) == (1, 2)
    assert "version 1 holds again" in turn.why


def test_what_has_run_out_meanwhile_does_not_come_back() -> None:
    first = Version(2, Stage.SUPERSEDED, NOON, NOON + HOUR, replaced=1)
    second = Version(3, Stage.LIVE, NOON, NOON + 2 * HOUR, replaced=2)
    assert came_before([USUAL, first, second], second, NOON + 2 * HOUR) == 1
    assert came_before([second], replace(second, replaced=SHIPPED), NOON) == SHIPPED


def test_a_version_whose_time_went_by_while_nothing_ran_never_starts() -> None:
    turn = due_turn([USUAL, LAUNCH], NOON + 4 * HOUR)
    assert turn is not None
    assert (turn.starts, turn.ends) == (None, 2)


@pytest.mark.parametrize(
    ("since", "until", "clashes"),
    [
        (NOON + HOUR, NOON + 4 * HOUR, True),
        (NOON - HOUR, NOON + HOUR, True),
        (NOON, None, True),
        (NOON + HOUR, NOON + 2 * HOUR, False),
        (NOON + 3 * HOUR, NOON + 4 * HOUR, False),
        (NOON - HOUR, NOON + 4 * HOUR, False),
    ],
)
def test_times_that_cut_across_each_other_clash(since: datetime, until: datetime | None, *, clashes: bool) -> None:
    assert (find_clash([USUAL, LAUNCH], since, until) is LAUNCH) is clashes
