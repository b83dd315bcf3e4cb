"""The shipped policy, as a table; and policies that are refused, with a sentence."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from localcare.cases.core import ALWAYS, Summary, due_at
from localcare.errors import InvalidError
from localcare.routing.core import hours_in, hours_of, place
from localcare.routing.schemas import read_policy
from localcare.routing.service import shipped_policy_text
from tests.unit.cases.test_conversation import decide, talk, word


@dataclass(frozen=True)
class Facts:
    number: str = "4001"
    timezone: str = "America/Chicago"
    is_open: bool = True
    successor_number: str | None = None
    hours: str | None = None
    regions: tuple[str, ...] = ()


LAST_RULE = """  - name: everything else
    to: centre
    skill: general
    because: no other rule asked for it
"""
POLICY = read_policy(shipped_policy_text())


def summary(**parts: object) -> Summary:
    decision = decide(talk(word(1)), None)
    assert decision is not None
    return replace(decision.summary, **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "queue"),
    [
        ({}, "store:4001"),
        ({"risks": ("safety",)}, "crisis"),
        ({"risks": ("legal", "fraud")}, "crisis"),
        ({"risks": ("fraud",), "tier": 3}, "tier3:account"),
        ({"matter": "billing", "topic": "billing", "tier": 2}, "tier2:billing"),
        ({"matter": "network"}, "tier1:network"),
        ({"matter": "account"}, "tier1:account"),
        ({"topic": "technical-support", "matter": "product"}, "tier1:technical"),
        ({"topic": "order-pickup", "matter": "product"}, "tier1:orders"),
        ({"matter": "other", "topic": "question"}, "store:4001"),
        ({"resolution_status": "ambiguous"}, "which-store"),
        ({"resolution_status": "none", "matter": "other", "topic": "other"}, "tier1:general"),
    ],
)
def test_the_shipped_policy(said: dict[str, object], queue: str) -> None:
    assert place(summary(**said), Facts(), POLICY).queue == queue


def test_a_closed_store_sends_its_cases_to_its_successor() -> None:
    assert place(summary(), Facts(is_open=False, successor_number="4002"), POLICY).queue == "store:4002"


def test_a_closed_store_without_a_successor_asks_which_store() -> None:
    assert place(summary(), Facts(is_open=False), POLICY).queue == "which-store"


def test_a_store_clock_runs_in_store_hours_and_a_crisis_clock_always() -> None:
    store, crisis = (place(summary(risks=risks), Facts(), POLICY) for risks in ((), ("safety",)))
    assert {clock.hours.zone for clock in store.clocks} == {"America/Chicago"}
    assert {clock.hours for clock in crisis.clocks} == {ALWAYS}


@pytest.mark.parametrize(
    ("line", "are_own"),
    [("Mo-Fr 10:00-19:00; Su off", True), (None, False), ("by appointment", False), ("Mo-Su off", False)],
)
def test_a_store_counts_in_its_own_hours_and_without_any_that_can_be_read_in_the_brands(
    line: str | None, are_own: bool
) -> None:
    hours = hours_of(Facts(hours=line), POLICY)
    assert hours.are_own is are_own
    assert hours.days is not None
    assert hours.days.week[0] == (((600, 1140),) if are_own else ((540, 1200),))


def test_the_centre_counts_in_its_hours_where_it_has_any_and_a_crisis_day_and_night() -> None:
    text = shipped_policy_text().replace(
        "centre:\n", "centre:\n  hours: Mo-Fr 08:00-20:00\n  timezone: America/Chicago\n"
    )
    policy = read_policy(text)
    friday = datetime(2026, 11, 20, 19, 30, tzinfo=ZoneInfo("America/Chicago"))
    assert due_at(friday, 60, hours_in("tier1:billing", None, policy)) == friday + timedelta(days=2, hours=13)
    assert hours_in("crisis", None, policy) == ALWAYS
    assert hours_in("tier1:billing", None, POLICY) == ALWAYS


def test_the_shipped_policy_closes_stores_at_thanksgiving_and_christmas() -> None:
    hours = hours_of(Facts(), POLICY)
    before = datetime(2026, 11, 25, 19, 30, tzinfo=ZoneInfo("America/Chicago"))
    assert due_at(before, 60, hours) == datetime(2026, 11, 27, 9, 30, tzinfo=ZoneInfo("America/Chicago"))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("centre:\n", "centre:\n  hours: by day\n", "write hours as Mo-Fr 08:00-20:00"),
        ("centre:\n", "centre:\n  timezone: Texas\n", "“Texas” is no time zone"),
        ("Christmas: Dec 25", "Christmas: Dec 32", "Christmas: “Dec 32” is no day: write Dec 25"),
        ("skill: billing", "skill: biling", "biling"),
        (
            "  - name: everything else\n    to: centre\n    skill: general\n    because: no other rule asked for it\n",
            "",
            "last rule",
        ),
        ("  crisis: {", "  krisis: {", "krisis"),
        ("to: which-store", "to: nowhere", "nowhere"),
        ("acknowledge: 240", "acknowledge: -1", "acknowledge"),
        ("rules:", "rules: [", "YAML"),
        ("    when: {store_known: true}\n", "", "never reached"),
    ],
)
def test_a_faulty_policy_is_refused_with_what_is_wrong(old: str, new: str, says: str) -> None:
    text = shipped_policy_text()
    assert old in text
    with pytest.raises(InvalidError, match=says):
        read_policy(text.replace(old, new, 1))
