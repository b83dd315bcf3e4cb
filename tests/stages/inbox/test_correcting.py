"""What people say of triage's verdict: corrected at once, kept as a label, held against later verdicts, taken back."""

from dataclasses import replace

import pytest
from sqlmodel import col, select

from localcare.cases.handling import claim
from localcare.errors import InvalidError
from localcare.inbox.service import correcting
from localcare.routing.service import PolicyShelf
from localcare.triage.correcting import verdict_of
from localcare.triage.models import TriageLabel, VerdictRow
from localcare.triage.service import Judged, save_verdicts
from tests.pageclient import text_of
from tests.stages.desk import Desk, Said
from tests.stages.inbox.conftest import SignIn

BILL = Said(text="You charged me twice this month.", topic="waiting", matter="store", page_id=None)


def labels(desk: Desk) -> list[TriageLabel]:
    with desk.database.session(desk.brand_id) as session:
        return list(session.exec(select(TriageLabel).order_by(col(TriageLabel.id))))


def verdict(desk: Desk, mention_id: int) -> VerdictRow:
    with desk.database.session(desk.brand_id) as session:
        query = select(VerdictRow).where(VerdictRow.mention_id == mention_id, col(VerdictRow.superseded_at).is_(None))
        return session.exec(query).one()


def say_topic(desk: Desk, case_id: int, topic: str, by: str = "agent") -> None:
    with desk.acting(desk.person(by)) as hand:
        correcting.set_topic(hand, case_id, topic, PolicyShelf().policy_of(hand.session, desk.brand_id))


def test_another_topic_moves_an_unclaimed_case_to_the_queue_of_that_topic(desk: Desk) -> None:
    mention_id = desk.hear(BILL)
    case = desk.case_of(mention_id)
    assert "billing" not in case.queue
    say_topic(desk, case.id or 0, "billing")
    case = desk.now(case)
    assert (case.topic, case.matter, "billing" in case.queue) == ("billing", "billing", True)
    held = verdict(desk, mention_id)
    assert (held.topic, held.reasons[0]["from"]) == ("billing", "person")
    assert labels(desk)[0].said["topic"] == "waiting"
    assert labels(desk)[0].ruling["topic"] == "billing"


def test_a_case_in_hand_stays_there(desk: Desk) -> None:
    case = desk.open_case(BILL)
    person = desk.person("agent")
    with desk.acting(person) as hand:
        claim(hand, case.id or 0)
    with desk.acting(person) as hand:
        correcting.set_topic(hand, case.id or 0, "billing", PolicyShelf().policy_of(hand.session, desk.brand_id))
    now = desk.now(case)
    assert (now.owner_id, now.queue, now.topic) == (person.id, case.queue, "billing")


def test_what_a_person_said_holds_when_triage_judges_again(desk: Desk) -> None:
    mention_id = desk.hear(BILL)
    by_triage = verdict_of(verdict(desk, mention_id))
    say_topic(desk, desk.case_of(mention_id).id or 0, "billing")
    with desk.database.session(desk.brand_id) as session:
        again = [Judged(mention_id, replace(by_triage, topic="hours-location"))]
        (held,) = save_verdicts(session, desk.brand_id, again, now=desk.clock.now())
    assert held.verdict.topic == verdict(desk, mention_id).topic == "billing"


def test_needing_no_answer_closes_and_taking_back_opens_again(desk: Desk) -> None:
    mention_id = desk.hear(BILL)
    case = desk.case_of(mention_id)
    with desk.acting(desk.person("agent")) as hand:
        policy = PolicyShelf().policy_of(hand.session, desk.brand_id)
        assert not correcting.needs_no_answer(hand, case.id or 0, policy).is_open
    assert not verdict(desk, mention_id).actionable
    with desk.acting(desk.person("agent")) as hand:
        policy = PolicyShelf().policy_of(hand.session, desk.brand_id)
        assert correcting.take_back(hand, case.id or 0, policy).is_open
    held = verdict(desk, mention_id)
    assert (held.actionable, held.actionable_probability, held.topic) == (True, 0.93, "waiting")
    assert labels(desk)[0].taken_back_at is not None
    assert all(reason["from"] != "person" for reason in held.reasons)


def test_a_second_word_on_the_same_mention_changes_the_one_label(desk: Desk) -> None:
    case = desk.open_case(BILL)
    say_topic(desk, case.id or 0, "billing")
    say_topic(desk, case.id or 0, "account-access")
    (label,) = labels(desk)
    assert (label.said["topic"], label.ruling["topic"]) == ("waiting", "account-access")


def test_a_topic_that_is_none_and_a_correction_that_is_not_there_are_said(desk: Desk) -> None:
    case = desk.open_case(BILL)
    with pytest.raises(InvalidError, match="what it is about"):
        say_topic(desk, case.id or 0, "weather")
    with desk.acting(desk.person("agent")) as hand, pytest.raises(InvalidError, match="Nobody has corrected"):
        correcting.take_back(hand, case.id or 0, PolicyShelf().policy_of(hand.session, desk.brand_id))


def test_one_tap_on_the_page_and_one_to_take_it_back(desk: Desk, sign_in: SignIn) -> None:
    case = desk.open_case(BILL)
    agent = sign_in(desk.person("agent"))
    page = agent.get(f"/cases/{case.id}")
    assert "Correct what triage says" in page.text
    after = agent.post_form(page, f"/cases/{case.id}/topic", {"topic": "billing"})
    assert "triage learns it" in after.text
    assert "says it is about billing" in after.text
    back = agent.post_form(after, f"/cases/{case.id}/triage/withdrawal", {})
    assert "Taken back" in back.text
    assert desk.now(case).topic == "waiting"


def test_a_case_made_from_the_feed_is_a_label_too(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    mention_id = desk.hear(Said(actionable=False, topic="praise"), store=store)
    manager = sign_in(desk.person("manager", store=store))
    page = manager.get(f"/stores/{store.number}")
    manager.post_form(page, f"/mentions/{mention_id}/case", {})
    (label,) = labels(desk)
    assert (label.said["actionable"], label.ruling["actionable"]) == (False, True)


def test_the_case_page_shows_how_the_verdict_changed(desk: Desk, sign_in: SignIn) -> None:
    case = desk.open_case(BILL)
    page = sign_in(desk.person("agent", name="Lou Reyes")).get(f"/cases/{case.id}")
    assert "How the verdict changed" not in page.text
    say_topic(desk, case.id or 0, "billing")
    page = sign_in(desk.person("agent", name="Kim Tran")).get(f"/cases/{case.id}")
    assert "How the verdict changed" in page.text
    assert "It stands." in page.text
    assert "says it is about billing" in page.text


def test_a_verdict_of_words_that_were_changed_since_is_not_shown_beside_those_of_now(
    desk: Desk, sign_in: SignIn
) -> None:
    case = desk.open_case(replace(BILL, external_id="post-changed"))
    desk.wait(minutes=5)
    desk.hear(replace(BILL, external_id="post-changed", text="My phone is broken.", topic="product-stock"))
    page = sign_in(desk.person("agent")).get(f"/cases/{case.id}")
    new, old = (said for entry in page.all("li") if "needs an answer" in (said := text_of(entry)))
    assert "“My phone is broken.”" in new
    assert "My phone is broken" not in old
    assert "Of words that were changed since and are not kept" in old
