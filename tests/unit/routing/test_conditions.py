"""Every condition a rule may have, when it holds and when not; and everything a rule may give a case."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from localcare.routing.checking import check_policy, require_sound
from localcare.routing.core import Beside, Policy, Rule, When, place
from localcare.routing.service import shipped_policy_text
from tests.unit.routing.test_policy import POLICY, summary

# 03:30 UTC is half past ten in the evening in Chicago and half past eleven in New York; it is a Tuesday there
EVENING = datetime(2026, 7, 22, 3, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Facts:
    number: str = "4001"
    timezone: str = "America/Chicago"
    is_open: bool = True
    successor_number: str | None = None
    hours: str | None = None
    regions: tuple[str, ...] = ("nation", "south", "texas")


FACTS = Facts()


def asking(when: When, **gives: object) -> Policy:
    """A policy with this rule first."""
    rule = Rule("first", when, "crisis", "general", "asked for", **gives)  # type: ignore[arg-type]
    return replace(POLICY, rules=(rule, *POLICY.rules[1:]))


@pytest.mark.parametrize(
    ("when", "holding", "other"),
    [
        (When(risks=frozenset({"theft"})), {"risks": ("theft", "legal")}, {"risks": ("legal",)}),
        (When(topics=frozenset({"praise"})), {"topic": "praise"}, {"topic": "billing"}),
        (When(matters=frozenset({"network"})), {"matter": "network"}, {"matter": "billing"}),
        (When(urgencies=frozenset({"high"})), {"urgency": "high"}, {"urgency": "low"}),
        (When(sentiments=frozenset({"negative"})), {"sentiment": "negative"}, {"sentiment": "neutral"}),
        (When(tiers=frozenset({2, 3})), {"tier": 3}, {"tier": 1}),
        (When(languages=frozenset({"es"})), {"language": "es"}, {"language": "en"}),
        (When(channels=frozenset({"x"})), {"channel": "x"}, {"channel": "facebook"}),
        (When(resolutions=frozenset({"likely"})), {"resolution_status": "likely"}, {"resolution_status": "exact"}),
        (When(store_known=True), {"resolution_status": "likely"}, {"resolution_status": "ambiguous"}),
        (When(stores=frozenset({"4001"})), {"resolution_status": "exact"}, {"resolution_status": "none"}),
    ],
)
def test_a_condition_on_the_case(when: When, holding: dict[str, object], other: dict[str, object]) -> None:
    assert place(summary(**holding), FACTS, asking(when)).queue == "crisis"
    assert place(summary(**other), FACTS, asking(when)).queue != "crisis"


@pytest.mark.parametrize(
    ("when", "store", "is_so"),
    [
        (When(stores=frozenset({"4001", "9"})), FACTS, True),
        (When(stores=frozenset({"4002"})), FACTS, False),
        (When(stores=frozenset({"4001"})), None, False),
        (When(regions=frozenset({"south"})), FACTS, True),
        (When(regions=frozenset({"north"})), FACTS, False),
        (When(regions=frozenset({"south"})), Facts(is_open=False), False),
    ],
)
def test_a_condition_on_the_store(when: When, store: Facts | None, *, is_so: bool) -> None:
    assert (place(summary(), store, asking(when)).queue == "crisis") is is_so


@pytest.mark.parametrize(
    ("when", "beside", "is_so"),
    [
        (When(page_kind="store"), Beside("store"), True),
        (When(page_kind="store"), Beside("brand"), False),
        (When(page_kind="brand"), Beside(), True),
        (When(earlier_cases=3), Beside(earlier_cases=3), True),
        (When(earlier_cases=3), Beside(earlier_cases=2), False),
        (When(stars=frozenset({1, 2})), Beside(stars=2), True),
        (When(stars=frozenset({1, 2})), Beside(stars=5), False),
        (When(stars=frozenset({1, 2})), Beside(), False),
        (When(hours="Mo-Fr 22:00-23:00"), Beside(at=EVENING), True),
        (When(hours="Mo-Fr 09:00-17:00"), Beside(at=EVENING), False),
        (When(hours="We-Su 00:00-24:00"), Beside(at=EVENING), False),
        (When(hours="22:00-06:00"), Beside(at=EVENING), True),
        (When(hours="22:00-06:00"), Beside(), False),
    ],
)
def test_a_condition_beside_the_case(when: When, beside: Beside, *, is_so: bool) -> None:
    assert (place(summary(), FACTS, asking(when), beside).queue == "crisis") is is_so


def test_without_a_store_hours_are_read_on_the_clock_of_the_centre() -> None:
    policy = asking(When(hours="23:00-24:00"))
    assert place(summary(resolution_status="none"), None, policy, Beside(at=EVENING)).queue == "crisis"


def test_all_conditions_must_hold() -> None:
    policy = asking(When(topics=frozenset({"praise"}), page_kind="store"))
    assert place(summary(topic="praise"), FACTS, policy, Beside("brand")).queue != "crisis"


def test_a_rule_gives_tier_priority_clocks_approval_and_whom_to_tell() -> None:
    text = shipped_policy_text().replace(
        "    skill: billing\n",
        "    skill: billing\n    tier: 3\n    priority: high\n    promise: {first_reply: 45}\n    approval: true\n"
        "    notify: [lead, press@pellora.example]\n",
        1,
    )
    placed = place(summary(matter="billing", topic="billing"), FACTS, require_sound(text))
    assert (placed.queue, placed.priority, placed.needs_approval) == ("tier3:billing", "high", True)
    assert placed.notify == ("lead", "press@pellora.example")
    assert {clock.kind: clock.minutes for clock in placed.clocks} == {
        "acknowledge": 60, "first_reply": 45, "next_reply": 240, "resolve": 4320,
    }  # fmt: skip


def test_a_rule_with_a_tier_is_held_to_that_tier_only() -> None:
    text = shipped_policy_text().replace("centre:\n", "centre:\n  tiers: {tier2: [billing]}\n", 1)
    for skill in ("account", "network", "technical", "orders", "general"):
        text = text.replace(f"    skill: {skill}\n", f"    skill: {skill}\n    tier: 1\n")
    assert check_policy(text).faults == ()
    assert (
        "“tier2:account”"
        in check_policy(text.replace("account\n    tier: 1", "account\n    tier: 2", 1)).faults[0].sentence
    )
