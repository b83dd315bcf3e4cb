"""“It is no crisis”: one tap on a false alarm; it holds of these words, ends the calls, moves the case, and can be taken back."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from localcare.cases.crisis import CALL_TASK, find_call, list_ringing
from localcare.cases.handling import claim, resolve
from localcare.cases.models import Case
from localcare.digests.alerting import send_alerts
from localcare.digests.crisis import call_at_once, call_for_case
from localcare.digests.models import Alert
from localcare.errors import CareError, ForbiddenError, InvalidError
from localcare.inbox.service import correcting
from localcare.kit.runtime import Runtime
from localcare.people.models import Person
from localcare.routing.core import Paging
from localcare.routing.service import PolicyShelf
from localcare.triage.correcting import verdict_of
from localcare.triage.models import TriageLabel, VerdictRow
from localcare.triage.own_labels import read_own_labels
from localcare.triage.service import Judged, save_verdicts
from tests.stages.desk import Desk, Said
from tests.stages.inbox.conftest import SignIn

_ASKED = text("select (args ->> 'case_id')::bigint from procrastinate_jobs where task_name = :task")
CRIMINAL = Said(
    text="These prices are criminal, you are killing me.", topic="price-promotion", risks=("injury", "safety"),
    urgency="critical", tier=3,
)  # fmt: skip


def ring(desk: Desk, said: Said = CRIMINAL) -> tuple[int, Case]:
    """A false alarm that calls; its mention and its case."""
    mention_id = desk.hear(said, store=desk.store())
    case = desk.case_of(mention_id)
    call(desk, case)
    return mention_id, case


def call(desk: Desk, case: Case) -> None:
    with desk.database.session(desk.brand_id) as session:
        crises = [(case.id or 0, case.store_id)]
        call_at_once(session, desk.brand_id, crises, Paging(), now=desk.clock.now())


def calm(desk: Desk, case: Case, by: Person | None = None) -> None:
    with desk.acting(by or desk.person("agent", name="Bo Chen", tier=3)) as hand:
        correcting.is_no_crisis(hand, case.id or 0, PolicyShelf().policy_of(hand.session, desk.brand_id))


def take_back(desk: Desk, case: Case) -> None:
    with desk.acting(desk.person("agent", tier=3)) as hand:
        correcting.take_back(hand, case.id or 0, PolicyShelf().policy_of(hand.session, desk.brand_id))


def verdict(desk: Desk, mention_id: int) -> VerdictRow:
    with desk.database.session(desk.brand_id) as session:
        query = select(VerdictRow).where(VerdictRow.mention_id == mention_id, col(VerdictRow.superseded_at).is_(None))
        return session.exec(query).one()


def label(desk: Desk) -> TriageLabel:
    with desk.database.session(desk.brand_id) as session:
        return session.exec(select(TriageLabel)).one()


def is_ringing(desk: Desk, case: Case) -> bool:
    with desk.acting(desk.person("supervisor")) as hand:
        return case.id in {each.case_id for each in list_ringing(hand.session, hand.viewer)}


def test_the_case_leaves_the_crisis_queue_calls_no_more_and_says_who_and_why(desk: Desk) -> None:
    mention_id, case = ring(desk)
    assert (case.queue, is_ringing(desk, case)) == ("crisis", True)
    calm(desk, case)
    now = desk.now(case)
    assert (now.queue.partition(":")[0], now.tier, now.urgency, now.risks) == ("store", 1, "normal", [])
    assert (now.is_open, is_ringing(desk, case)) == (True, False)
    with desk.database.session(desk.brand_id) as session:
        assert find_call(session, case.id or 0) is None
    told = desk.history_of(case)
    assert "It is no crisis: what looked like injury and safety carries no risk." in told
    held = verdict(desk, mention_id)
    assert (held.risks, held.tier, held.reasons[0]) == (
        [], 1, {"from": "person", "detail": "Bo Chen says it carries no risk"},
    )  # fmt: skip


def test_the_word_is_a_label_with_who_and_when(desk: Desk) -> None:
    _, case = ring(desk)
    person = desk.person("agent", name="Bo Chen", tier=3)
    desk.wait(minutes=3)
    calm(desk, case, person)
    kept = label(desk)
    assert (kept.ruling["risk"], kept.ruling["who"], kept.person_id) == ("none", "Bo Chen", person.id)
    assert (kept.at, kept.case_id) == (desk.clock.now(), case.id)
    assert kept.said["risks"] == ["injury", "safety"]
    assert CRIMINAL.text not in str(kept.ruling), "a label keeps facts, not words"


def test_whoever_has_it_in_hand_as_a_crisis_keeps_it_no_longer(desk: Desk) -> None:
    _, case = ring(desk)
    person = desk.person("agent", tier=3)
    with desk.acting(person) as hand:
        claim(hand, case.id or 0)
    calm(desk, case, person)
    now = desk.now(case)
    assert (now.owner_id, now.state, now.queue.partition(":")[0]) == (None, "queued", "store")


def test_mails_still_owed_are_dropped(desk: Desk, runtime: Runtime) -> None:
    desk.person("supervisor")
    _, case = ring(desk)
    calm(desk, case)
    send_alerts(runtime, desk.brand_id)
    with desk.database.session(desk.brand_id) as session:
        assert {alert.state for alert in session.exec(select(Alert))} == {"settled"}


def test_it_holds_when_triage_judges_the_same_words_again(desk: Desk) -> None:
    mention_id, case = ring(desk)
    by_triage = verdict_of(verdict(desk, mention_id))
    calm(desk, case)
    with desk.database.session(desk.brand_id) as session:
        again = [Judged(mention_id, replace(by_triage, risks=("legal",)))]
        (held,) = save_verdicts(session, desk.brand_id, again, now=desk.clock.now())
    assert (held.verdict.risks, held.verdict.tier, held.verdict.urgency) == ((), 1, "normal")


def test_other_words_of_the_same_mention_raise_the_alarm_again(desk: Desk) -> None:
    said = replace(CRIMINAL, external_id="9_77")
    mention_id, case = ring(desk, said)
    calm(desk, case)
    desk.wait(minutes=5)
    desk.hear(replace(said, text="These prices are criminal. And a shelf fell on my son, he is bleeding!", edited=True))
    assert verdict(desk, mention_id).risks == ["injury", "safety"]
    assert desk.now(case).queue == "crisis"


def test_a_new_message_with_a_risk_raises_its_alarm_again_and_pages_the_same_people(desk: Desk) -> None:
    desk.person("supervisor", name="Sol")
    first = replace(CRIMINAL, kind="message", external_id="m_1", thread_id="t_1")
    _, case = ring(desk, first)
    calm(desk, case)
    desk.wait(minutes=5)
    again = desk.hear(replace(first, text="My son was hurt in your store!", external_id="m_2"))
    assert desk.case_of(again).id == case.id
    now = desk.now(case)
    assert (now.queue, now.risks, now.urgency) == ("crisis", ["injury", "safety"], "critical")
    desk.wait(minutes=1)
    call(desk, now)
    assert is_ringing(desk, case)
    with desk.database.session(desk.brand_id) as session:
        state = find_call(session, case.id or 0)
        kinds = sorted(alert.kind.partition("-")[0] for alert in session.exec(select(Alert)))
    assert state is not None
    assert (state.raised_at, state.wave) == (desk.clock.now(), 1)
    assert kinds == ["calmed", "crisis"]


def test_taking_it_back_makes_it_a_crisis_that_calls_again(desk: Desk, runtime: Runtime) -> None:
    desk.person("supervisor")
    mention_id, case = ring(desk)
    calm(desk, case)
    take_back(desk, case)
    now, held = desk.now(case), verdict(desk, mention_id)
    assert (now.queue, now.risks, now.urgency, now.tier) == ("crisis", ["injury", "safety"], "critical", 3)
    assert (held.risks, held.tier, held.urgency) == (["injury", "safety"], 3, "critical")
    assert label(desk).taken_back_by
    with desk.database.session(desk.brand_id) as session:
        assert session.execute(_ASKED, {"task": CALL_TASK}).scalars().all() == [case.id]
    call_for_case(runtime, desk.brand_id, case.id or 0)
    assert is_ringing(desk, case)
    with desk.database.session(desk.brand_id) as session:
        kinds = {alert.kind.partition("-")[0] for alert in session.exec(select(Alert))}
    assert kinds == {"crisis", "calmed"}


def asked_to_call(desk: Desk) -> list[int]:
    with desk.database.session(desk.brand_id) as session:
        return list(session.execute(_ASKED, {"task": CALL_TASK}).scalars())


def test_taking_it_back_calls_again_though_somebody_took_the_calmed_case_meanwhile(
    desk: Desk, runtime: Runtime
) -> None:
    desk.person("supervisor")
    mention_id, case = ring(desk)
    calm(desk, case)
    with desk.acting(desk.person("agent", name="Kim Tran")) as hand:
        claim(hand, case.id or 0)
    take_back(desk, case)
    now = desk.now(case)
    assert (now.queue, now.owner_id, now.state, now.risks) == ("crisis", None, "queued", ["injury", "safety"])
    assert verdict(desk, mention_id).risks == ["injury", "safety"]
    call_for_case(runtime, desk.brand_id, case.id or 0)
    assert is_ringing(desk, case)


def test_taking_it_back_wakes_nobody_for_a_case_that_is_closed(desk: Desk) -> None:
    mention_id, case = ring(desk)
    calm(desk, case)
    with desk.acting(desk.person("agent")) as hand:
        resolve(hand, case.id or 0, how="no-reply-needed")
    queue = desk.now(case).queue
    take_back(desk, case)
    now = desk.now(case)
    assert (now.is_open, now.queue, now.risks) == (False, queue, ["injury", "safety"])
    assert verdict(desk, mention_id).risks == ["injury", "safety"]
    assert asked_to_call(desk) == []


def test_taking_it_back_wakes_nobody_where_the_customer_has_an_answer(desk: Desk) -> None:
    page = "990000000000001"
    said = replace(CRIMINAL, kind="message", external_id="m_31", thread_id="t_31")
    _, case = ring(desk, said)
    calm(desk, case)
    person = desk.person("agent")
    with desk.acting(person) as hand:
        claim(hand, case.id or 0)
    desk.wait(minutes=5)
    desk.answer_natively("m_31", page_id=page)
    assert desk.now(case).waiting_since is None
    take_back(desk, case)
    now = desk.now(case)
    assert (now.risks, now.owner_id, now.queue == "crisis") == (["injury", "safety"], person.id, False)
    assert asked_to_call(desk) == []


def test_an_answer_that_was_none_needed_and_a_crisis_that_was_none_taken_back_together_call_again(desk: Desk) -> None:
    _, case = ring(desk)
    calm(desk, case)
    with desk.acting(desk.person("agent")) as hand:
        claim(hand, case.id or 0)
        correcting.needs_no_answer(hand, case.id or 0, PolicyShelf().policy_of(hand.session, desk.brand_id))
    assert not desk.now(case).is_open
    take_back(desk, case)
    now = desk.now(case)
    assert (now.is_open, now.queue, now.owner_id) == (True, "crisis", None)
    assert asked_to_call(desk) == [case.id]


def test_taking_back_a_mood_raises_no_alarm_that_was_called_none(desk: Desk) -> None:
    mention_id, case = ring(desk)
    calm(desk, case)
    with desk.acting(desk.person("agent", tier=3)) as hand:
        policy = PolicyShelf().policy_of(hand.session, desk.brand_id)
        correcting.set_mood(hand, case.id or 0, "positive", policy)
        correcting.take_back(hand, case.id or 0, policy, part="mood")
    held = verdict(desk, mention_id)
    assert (held.sentiment, held.risks, desk.now(case).queue == "crisis") == ("negative", [], False)
    assert asked_to_call(desk) == []


def test_only_who_may_answer_the_case_may_say_so(desk: Desk, sign_in: SignIn) -> None:
    _, case = ring(desk)
    with pytest.raises(ForbiddenError):
        calm(desk, case, desk.person("auditor"))
    with pytest.raises(CareError):
        calm(desk, case, desk.person("manager", store=desk.store()))
    assert "It is no crisis" not in sign_in(desk.person("auditor")).get(f"/cases/{case.id}").text
    assert desk.now(case).queue == "crisis"


def test_where_triage_sees_no_risk_there_is_nothing_to_say(desk: Desk) -> None:
    case = desk.open_case(Said())
    with pytest.raises(InvalidError, match="no risk"):
        calm(desk, case)


def test_one_tap_on_the_page_and_one_to_undo_it(desk: Desk, sign_in: SignIn) -> None:
    _, case = ring(desk)
    agent = sign_in(desk.person("agent", name="Bo Chen", tier=3))
    page = agent.get(f"/cases/{case.id}")
    assert 'data-key="f"' in page.html
    after = agent.post_form(page, f"/cases/{case.id}/no-crisis", {})
    assert "Noted: no crisis." in after.text
    assert "Bo Chen says it carries no risk" in after.text
    assert 'data-key="f"' not in after.html
    back = agent.post_form(after, f"/cases/{case.id}/triage/withdrawal", {})
    assert "Taken back" in back.text
    assert desk.now(case).queue == "crisis"


def test_a_topic_said_before_and_after_leaves_the_risk_out(desk: Desk) -> None:
    mention_id, case = ring(desk)
    policy = PolicyShelf()
    for topic, calms, wanted in (("billing", False, 3), ("billing", True, 2), ("waiting", False, 1)):
        with desk.acting(desk.person("agent", tier=3)) as hand:
            in_force = policy.policy_of(hand.session, desk.brand_id)
            if calms:
                correcting.is_no_crisis(hand, case.id or 0, in_force)
            else:
                correcting.set_topic(hand, case.id or 0, topic, in_force)
        held = verdict(desk, mention_id)
        assert (held.topic, held.tier, bool(held.risks)) == (topic, wanted, wanted == 3)
    assert label(desk).ruling["risk"] == "none"


def test_learning_takes_it_up_as_words_without_a_risk_while_they_stand(desk: Desk) -> None:
    said = replace(CRIMINAL, external_id="9_78")
    mention_id, case = ring(desk, said)
    calm(desk, case)

    def lesson() -> dict[str, str]:
        with desk.database.session(desk.brand_id) as session:
            own = read_own_labels(session, desk.brand_id, now=desk.clock.now())
        (text,) = (each for each in (*own.to_learn, *own.to_measure) if each.mention_id == mention_id)
        return dict(text.answers)

    assert lesson() == {"risk": "none"}
    desk.wait(minutes=5)
    desk.hear(replace(said, text="A shelf fell on my son, he is bleeding!", edited=True))
    assert lesson() == {}
