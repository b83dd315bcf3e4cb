"""What becomes of a late case, as a table; nothing goes up where nobody has room, and nothing out of a hand."""

from datetime import UTC, datetime, timedelta

import pytest

from localcare.cases.core import ALWAYS, Hours, every_day
from localcare.routing.core.lateness import LOOK_AGAIN, LateCase, LatePlan, late_in_words, next_step
from tests.unit.routing.test_policy import POLICY

NOW = datetime(2026, 11, 18, 16, tzinfo=UTC)
PLAN = LatePlan(POLICY.escalation, POLICY.late_in_stores, POLICY.promises)
DAY = Hours("America/Chicago", every_day(POLICY.store_opens, POLICY.store_closes))


def late(
    queue: str = "tier1:billing", kind: str = "first_reply", *, held: bool = False, again: bool = False
) -> LateCase:
    tier = int(queue[4]) if queue.startswith("tier") else 1
    return LateCase(kind, queue, tier, held, again)


@pytest.mark.parametrize(
    ("case", "queue", "again"),
    [
        (late(), "tier2:billing", 120),
        (late("tier2:billing", "next_reply"), "tier3:billing", 240),
        (late("tier3:billing"), None, None),
        (late(kind="acknowledge"), None, None),
        (late(kind="resolve"), None, None),
        (late("crisis"), None, None),
        (late("which-store"), None, None),
        (late(held=True), None, 5),
        (late("store:4001"), None, 24 * 60),
        (late("store:4001", again=True), "tier1:general", 60),
        (late("store:4001", again=True, held=True), None, 5),
    ],
)
def test_the_shipped_policy_moves_late_replies_in_nobodys_hand(
    case: LateCase, queue: str | None, again: int | None
) -> None:
    step = next_step(case, PLAN, DAY, lambda _: True, now=NOW)
    assert step.queue == queue
    assert step.again_at == (None if again is None else NOW + timedelta(minutes=again))


def test_without_room_above_it_stays_and_is_looked_at_again() -> None:
    step = next_step(late(), PLAN, ALWAYS, lambda _: False, now=NOW)
    assert (step.queue, step.again_at) == (None, NOW + LOOK_AGAIN)
    assert step.note == "Nobody in tier 2 has room: it stays for now."


def test_a_brand_may_send_its_top_tiers_late_cases_to_the_crisis_team_whoever_is_there() -> None:
    plan = LatePlan({"tier3": "crisis"}, PLAN.in_stores, PLAN.promises)
    assert next_step(late("tier3:billing"), plan, ALWAYS, lambda _: False, now=NOW).queue == "crisis"


def test_the_policy_is_read_in_sentences() -> None:
    assert " ".join(late_in_words(POLICY.late_in_stores, POLICY.escalation)) == (
        "Who receives a store’s matters is reminded 120 minutes before a reply is late. When it is late, the nearest lead is "
        "told. After 11 more hours of opening time in nobody’s hand it goes to the centre, general. The centre’s late cases "
        "go up while somebody there has room: tier 1 to tier 2, tier 2 to tier 3."
    )
