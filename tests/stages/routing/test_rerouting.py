"""What triage says anew moves a case; what a person has said about where it lies stays, with every note."""

import pytest

from localcare.cases import handling
from localcare.cases.core import Placement
from localcare.cases.models import Case
from localcare.people.models import Person
from localcare.routing.ruling import put_policy_in_force
from localcare.routing.service import shipped_policy_text
from tests.stages.desk import Desk, Said

FIRST = {"topic": "billing", "matter": "billing", "tier": 1, "thread_id": "t"}
RULES = """rules:
  - {name: angry, when: {sentiments: [negative], matters: [billing]}, to: centre, skill: account, because: it is angry}
  - {name: spanish, when: {languages: [es]}, to: centre, skill: general, because: it is in Spanish}
"""


@pytest.fixture(autouse=True)
def rules(desk: Desk) -> None:
    with desk.database.session(desk.brand_id) as session:
        body = shipped_policy_text().replace("rules:\n", RULES, 1)
        put_policy_in_force(session, desk.brand_id, body, created_by="Dana", now=desk.clock.now())


@pytest.fixture
def bo(desk: Desk) -> Person:
    return desk.person("agent", name="Bo Li")


def opened(desk: Desk) -> Case:
    return desk.open_case(Said(**FIRST, external_id="p1", sentiment="neutral"))  # type: ignore[arg-type]


def more(desk: Desk, **said: object) -> None:
    desk.wait(minutes=5)
    desk.hear(Said(**FIRST | {"external_id": "p2", "urgency": "high", "sentiment": "neutral"} | said))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "queue", "words"),
    [
        ({"sentiment": "negative"}, "tier1:account", "sentiment negative"),
        ({"language": "es", "matter": "other"}, "tier1:general", "language es"),
        ({"tier": 3}, "tier3:billing", "tier 3"),
        ({"risks": ("injury",)}, "crisis", "risk injury"),
    ],
)
def test_a_change_of_what_a_rule_asks_moves_the_case(
    desk: Desk, said: dict[str, object], queue: str, words: str
) -> None:
    case = opened(desk)
    assert case.queue == "tier1:billing"
    more(desk, **said)
    assert desk.now(case).queue == queue
    assert any(words in line for line in desk.history_of(case)), desk.history_of(case)


def test_a_store_that_becomes_known_moves_the_case(desk: Desk) -> None:
    store = desk.store()
    case = desk.open_case(Said(external_id="p1", thread_id="t"))
    assert case.queue == "which-store"
    desk.hear(Said(external_id="p2", thread_id="t", text="It was Memorial City."), store=store)
    assert desk.now(case).queue == f"store:{store.number}"
    assert any("another store" in line for line in desk.history_of(case))


def test_what_somebody_has_in_hand_stays_and_the_history_says_so(desk: Desk, bo: Person) -> None:
    case = opened(desk)
    with desk.acting(bo) as hand:
        handling.claim(hand, case.id or 0)
        handling.note(hand, case.id or 0, "She called twice.")
    more(desk, sentiment="negative")
    now = desk.now(case)
    assert (now.queue, now.owner_id, now.sentiment) == ("tier1:billing", bo.id, "negative")
    assert any("It stays where it is: somebody has it in hand." in line for line in desk.history_of(case))
    assert "She called twice." in desk.history_of(case)


def test_where_a_person_put_it_it_stays_also_when_the_customer_writes_after_an_answer(desk: Desk, bo: Person) -> None:
    case = opened(desk)
    with desk.acting(bo) as hand:
        handling.send_to_queue(hand, case.id or 0, Placement("tier2:orders", "Bo said so"), to_name="orders", note="")
    desk.wait(minutes=5)
    desk.answer_natively("p1", page_id="990000000000001")
    assert desk.now(case).waiting_since is None
    more(desk, sentiment="negative")
    now = desk.now(case)
    assert (now.queue, now.route_reason) == ("tier2:orders", "Bo said so")
    assert "next_reply" in desk.running_clocks_of(case), "the customer waits again, by the clocks of that queue"


def test_an_owner_keeps_the_case_when_the_customer_writes_after_an_answer(desk: Desk, bo: Person) -> None:
    case = opened(desk)
    with desk.acting(bo) as hand:
        handling.claim(hand, case.id or 0)
    desk.answer_natively("p1", page_id="990000000000001")
    more(desk, sentiment="negative")
    now = desk.now(case)
    assert (now.queue, now.owner_id, now.state) == ("tier1:billing", bo.id, "claimed")
