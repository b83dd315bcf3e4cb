"""What can be done to a model in which state, and what is compared of two verdicts."""

from dataclasses import replace

import pytest

from localcare.triage.core import Item, Triager
from localcare.triage.core.life import Deed, State, needs_reason, next_version, state_after
from localcare.triage.core.shadow import TASKS, differing, facts_of
from localcare.triage.core.shares import Share


@pytest.mark.parametrize(
    ("deed", "state", "after"),
    [
        ("shadow", "candidate", "shadow"),
        ("shadow", "retired", "shadow"),
        ("shadow", "live", None),
        ("promote", "candidate", "live"),
        ("promote", "shadow", "live"),
        ("promote", "live", None),
        ("retire", "live", "retired"),
        ("retire", "retired", None),
    ],
)
def test_each_deed_leads_to_a_state_or_is_refused(deed: Deed, state: State, after: State | None) -> None:
    assert state_after(deed, state) == after


def test_only_letting_a_held_back_model_judge_needs_a_reason() -> None:
    assert needs_reason(passed=False, deed="promote")
    assert not needs_reason(passed=True, deed="promote")
    assert not needs_reason(passed=False, deed="shadow")


def test_versions_are_counted_from_the_shipped_one() -> None:
    assert next_version("2026.11.2-fast", 0) == "2026.11.2-own1"
    assert next_version("2026.11.2", 4) == "2026.11.2-own5"


def test_what_differs_is_what_the_other_says(rules_only: Triager) -> None:
    verdict = rules_only.judge_many([Item("1", "Why was I charged twice?")])[0]
    said = facts_of(verdict, "tier2:billing")
    assert set(said) == set(TASKS)
    assert differing(said, said) == {}
    other = facts_of(replace(verdict, topic="praise", actionable=False), "tier2:billing")
    assert differing(said, other) == {"actionable": "no", "topic": "praise", "queue": "none"}


def test_a_share_of_all_still_has_an_interval() -> None:
    low, high = Share(20, 20).interval
    assert 0.8 < low < 0.9
    assert high == pytest.approx(1.0)
    assert Share(0, 0).interval == (0.0, 1.0)
