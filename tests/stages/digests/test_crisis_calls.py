"""A crisis pages store, region and nation at once, then the next contact, until somebody says “I have it”; notices wait."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from localcare.cases import repository
from localcare.cases.core import decide
from localcare.cases.crisis import find_call, list_ringing
from localcare.cases.models import Case
from localcare.digests.alerting import send_alerts
from localcare.digests.crisis import call_again, call_at_once, call_for_case, tell_of_placed
from localcare.digests.models import Alert
from localcare.errors import NotFoundError
from localcare.inbox.service import moves
from localcare.kit.runtime import Runtime
from localcare.routing.core import Paging, Policy, place
from localcare.routing.ruling import put_policy_in_force
from localcare.routing.schemas import read_policy
from localcare.routing.service import PolicyShelf, shipped_policy_text
from localcare.stores.shelf import stand_today
from tests.stages.desk import Desk, Said

SHIPPED = shipped_policy_text()
INJURED = Said(text="My son was hurt by the falling display.", risks=("injury",), urgency="critical", tier=3)


def use(desk: Desk, more: str) -> Policy:
    """The shipped policy with these lines is in force."""
    with desk.database.session(desk.brand_id) as session:
        put_policy_in_force(session, desk.brand_id, SHIPPED + more, created_by="Dana", now=desk.clock.now())
        return PolicyShelf().policy_of(session, desk.brand_id)


def crisis(desk: Desk, paging: Paging | None = None, *, said: Said = INJURED) -> Case:
    """A crisis that has just called."""
    case = desk.open_case(said, store=desk.store())
    with desk.database.session(desk.brand_id) as session:
        policy = PolicyShelf().policy_of(session, desk.brand_id)
        call_at_once(
            session, desk.brand_id, [(case.id or 0, case.store_id)], paging or policy.paging, now=desk.clock.now()
        )
    return case


def kinds(desk: Desk) -> dict[str, int]:
    """How many people each kind of alert tells."""
    with desk.database.session(desk.brand_id) as session:
        found = [alert.kind for alert in session.exec(select(Alert))]
    return {kind: found.count(kind) for kind in sorted(set(found))}


def test_the_next_contact_is_paged_when_nobody_has_it_and_then_everybody(runtime: Runtime, desk: Desk) -> None:
    desk.person("supervisor", name="Sol")
    contact = desk.person("administrator", name="Ada")
    use(desk, f"crisis: {{answer_within: 5, contacts: [{contact.email}], rounds: 3}}\n")
    case = crisis(desk)
    assert call_again(runtime) == 0
    desk.wait(minutes=5)
    assert call_again(runtime) == 1
    assert kinds(desk) == {"crisis": 1, "crisis-2": 1}
    desk.wait(minutes=5)
    assert call_again(runtime) == 1
    assert kinds(desk) == {"crisis": 1, "crisis-2": 1, "crisis-3": 2}
    desk.wait(minutes=5)
    call_again(runtime)
    desk.wait(minutes=5)
    assert call_again(runtime) == 0
    assert [line for line in desk.history_of(case) if "aged" in line or "calls no more" in line] == [
        "Paged Sol.",
        "Nobody had it after 5 min: paged Ada.",
        "Nobody had it after 10 min: paged Ada, Sol.",
        "Nobody answered 3 calls; it calls no more.",
    ]


def test_i_have_it_stops_the_calls_and_the_mails_that_are_still_owed(runtime: Runtime, desk: Desk) -> None:
    sol = desk.person("supervisor", name="Sol")
    case = crisis(desk)
    desk.wait(minutes=10)
    assert call_again(runtime) == 1
    with desk.acting(sol) as hand:
        assert [each.case_id for each in list_ringing(hand.session, hand.viewer)] == [case.id]
        assert moves.have_crisis(hand, case.id or 0)
        assert not moves.have_crisis(hand, case.id or 0)
        assert list_ringing(hand.session, hand.viewer) == []
    desk.wait(minutes=30)
    assert call_again(runtime) == 0
    assert "Sol has it; nobody else is paged." in desk.history_of(case)
    send_alerts(runtime, desk.brand_id)
    with desk.database.session(desk.brand_id) as session:
        states = {alert.kind: alert.state for alert in session.exec(select(Alert))}
        call = find_call(session, case.id or 0)
    assert states == {"crisis": "sent", "crisis-2": "settled"}
    assert call is not None
    assert (call.acknowledged_by, call.is_ringing) == ("Sol", False)


def test_taking_a_crisis_in_hand_ends_the_calls_as_well(runtime: Runtime, desk: Desk) -> None:
    sol = desk.person("supervisor", name="Sol")
    case = crisis(desk)
    with desk.acting(sol) as hand:
        moves.handling.claim(hand, case.id or 0)
    desk.wait(minutes=10)
    assert call_again(runtime) == 0
    assert kinds(desk) == {"crisis": 1}


def test_a_crisis_that_was_answered_on_the_page_itself_calls_nobody(runtime: Runtime, desk: Desk) -> None:
    sol = desk.person("supervisor", name="Sol")
    said = replace(INJURED, external_id="100_200")
    case = crisis(desk, said=said)
    desk.answer_natively(said.external_id, page_id=said.page_id)
    with desk.acting(sol) as hand:
        assert list_ringing(hand.session, hand.viewer) == []
        call = find_call(hand.session, case.id or 0)
    assert call is not None
    assert not call.is_ringing
    desk.wait(minutes=10)
    assert call_again(runtime) == 0
    assert kinds(desk) == {"crisis": 1}


def test_nobody_answers_for_another_store_s_crisis(desk: Desk) -> None:
    manager = desk.person("manager", store=desk.store())
    case = crisis(desk)
    with desk.acting(manager) as hand:
        assert list_ringing(hand.session, hand.viewer) == []
        with pytest.raises(NotFoundError):
            moves.have_crisis(hand, case.id or 0)


def test_a_case_that_a_person_sends_to_the_crisis_queue_calls(runtime: Runtime, desk: Desk) -> None:
    sol = desk.person("supervisor", name="Sol")
    case = desk.open_case(Said(topic="billing", matter="billing", tier=1))
    call_for_case(runtime, desk.brand_id, case.id or 0)
    assert kinds(desk) == {}
    with desk.acting(sol) as hand:
        moves.escalate(hand, case.id or 0, "crisis", "A reporter calls.", read_policy(SHIPPED))
    call_for_case(runtime, desk.brand_id, case.id or 0)
    assert kinds(desk) == {"crisis": 1}


NIGHT = datetime.fromisoformat("2026-07-10T23:30-05:00")


def test_a_notice_waits_for_the_morning_and_a_crisis_does_not(runtime: Runtime, desk: Desk) -> None:
    store = desk.store(timezone="America/Chicago")
    desk.person("manager", name="Ana", store=store)
    desk.person("manager", name="Max", store=desk.store())
    text = SHIPPED.replace("    skill: billing\n", "    skill: billing\n    notify: [manager]\n", 1)
    desk.clock.advance(NIGHT - desk.clock.now())
    case = desk.open_case(Said(topic="billing", matter="billing"), store=store)
    with desk.database.session(desk.brand_id) as session:
        policy, now = read_policy(text), desk.clock.now()
        _tell(session, desk, case, policy, now)
        (alert,) = session.exec(select(Alert))
        assert (alert.kind, alert.not_before) == ("notice", NIGHT + timedelta(hours=7, minutes=30))
    assert send_alerts(runtime, desk.brand_id) == 0
    desk.wait(hours=7, minutes=31)
    assert send_alerts(runtime, desk.brand_id) == 1


def _tell(session: Session, desk: Desk, case: Case, policy: Policy, now: datetime) -> None:
    """What the pipeline does with a case that it has placed."""
    (conversation,) = repository.load_conversations(session, desk.brand_id, [case.conversation_key])
    decision = decide(conversation, None)
    assert decision is not None
    stores = stand_today(session, desk.brand_id, now=now)
    placement = place(decision.summary, stores[case.store_id or 0], policy)
    tell_of_placed(session, desk.brand_id, [(case.id or 0, decision, placement)], stores, policy, now=now)
