"""Approval: an answer that the policy holds back goes out when somebody else has read it, and never before, and once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from localcare.cases import handling
from localcare.cases.models import Case
from localcare.cases.tasks import SILENCE
from localcare.cases.waking_repository import take_back_silent
from localcare.errors import CareError, ConflictError, ForbiddenError, InvalidError, NotFoundError
from localcare.people.models import Person
from localcare.replies.approving import (
    Approval,
    approve,
    count_to_decide,
    list_awaiting,
    note_posted,
    send_back,
)
from localcare.replies.core import UNPACED
from localcare.replies.deeds import edit_answer
from localcare.replies.models import Reply
from localcare.replies.outbox import Outbox
from localcare.replies.service import Answer, answer_case, try_again, undo_reply
from localcare.routing.ruling import put_policy_in_force
from localcare.routing.service import shipped_policy_text
from localcare.stores.models import Region, Store
from tests.factories import make_region
from tests.stages.desk import Desk, Said
from tests.stages.replies.network import RecordingNetwork

SORRY = Answer("I am sorry, Marcus. I will call you today.")
RULES = """rules:
  - {name: held, when: {matters: [store], store_known: true}, to: store, because: it is the store's, approval: true}
  - {name: money, when: {matters: [billing], store_known: true}, to: centre, skill: billing, because: money, approval: [tier3]}
"""


@pytest.fixture
def region(desk: Desk) -> Region:
    with desk.database.session(desk.brand_id) as session:
        body = shipped_policy_text().replace("rules:\n", RULES, 1)
        put_policy_in_force(session, desk.brand_id, body, created_by="Dana", now=desk.clock.now())
        return make_region(session, desk.brand, name="Houston")


@pytest.fixture
def store(desk: Desk, region: Region) -> Store:
    return desk.store(region=region)


@pytest.fixture
def ana(desk: Desk, store: Store) -> Person:
    return desk.person("manager", store=store)


@pytest.fixture
def lea(desk: Desk, region: Region) -> Person:
    return desk.person("lead", region=region, name="Lea Rossi")


@pytest.fixture
def case(desk: Desk, store: Store) -> Case:
    return desk.open_case(Said(external_id="p-1", thread_id="p-1"), store=store)


@pytest.fixture
def network() -> RecordingNetwork:
    return RecordingNetwork()


@pytest.fixture
def post_office(desk: Desk, network: RecordingNetwork) -> Outbox:
    return Outbox(desk.database, desk.clock, lambda _brand, _page: network, pace=UNPACED)


def answer(desk: Desk, person: Person, case: Case, what: Answer = SORRY) -> Reply:
    with desk.acting(person) as hand:
        return answer_case(hand, case.id or 0, what, undo_seconds=10)


def decide(desk: Desk, person: Person, reply: Reply, *, text: str | None = None, seen: int | None = None) -> Reply:
    with desk.acting(person) as hand:
        found = seen if seen is not None else reply.turn_id
        return approve(hand, reply.id or 0, Approval(found, text), undo_seconds=10)


def send(desk: Desk, outbox: Outbox, reply: Reply) -> Reply:
    desk.wait(seconds=11)
    outbox.send(reply.id or 0, desk.brand_id)
    return desk.replies_of(reply.case_id)[-1]


def test_an_answer_waits_for_somebody_else_and_nothing_is_sent(
    desk: Desk, case: Case, ana: Person, lea: Person, post_office: Outbox, network: RecordingNetwork
) -> None:
    reply = answer(desk, ana, case)
    assert reply.state == "awaiting"
    assert send(desk, post_office, reply).state == "awaiting"
    assert network.posted == []
    now = desk.now(case)
    assert (now.owner_id, now.waiting_since) == (ana.id, case.waiting_since), "the customer still waits"
    assert "first_reply" in desk.running_clocks_of(case)
    assert (
        "Ana Ortiz asks for the approval of an answer: the lead above the store or somebody of the national team "
        "gives it. The clocks run on."
    ) in desk.history_of(case)
    with desk.acting(lea) as hand:
        assert [each.id for each in list_awaiting(hand.session, hand.viewer)] == [reply.id]
        assert count_to_decide(hand.session, hand.viewer) == 1


def test_an_approved_answer_is_sent_once(
    desk: Desk, case: Case, ana: Person, lea: Person, post_office: Outbox, network: RecordingNetwork
) -> None:
    approved = decide(desk, lea, answer(desk, ana, case))
    assert (approved.state, approved.approver_id, approved.author_id) == ("queued", lea.id, ana.id)
    assert send(desk, post_office, approved).state == "sent"
    post_office.send(approved.id or 0, desk.brand_id)
    assert network.posted == [("p-1", SORRY.text)]
    assert desk.now(case).waiting_since is None
    with pytest.raises(ConflictError, match="approved this answer already"):
        decide(desk, lea, approved)


def test_nobody_approves_what_they_wrote_themselves(desk: Desk, case: Case, region: Region) -> None:
    theo = desk.person("supervisor", name="Theo Marsh")
    reply = answer(desk, theo, case)
    with pytest.raises(ForbiddenError, match="Somebody else approves what you wrote"):
        decide(desk, theo, reply)
    with desk.acting(theo) as hand:
        assert [each.id for each in list_awaiting(hand.session, hand.viewer)] == [reply.id], "but sees that it waits"
        assert count_to_decide(hand.session, hand.viewer) == 0


def test_only_whom_the_policy_names_may_approve(desk: Desk, region: Region, store: Store) -> None:
    bill = desk.open_case(Said(topic="billing", matter="billing"), store=store)
    bo, cy, mia = (desk.person("agent", name=name, tier=tier) for name, tier in (("Bo", 1), ("Cy", 2), ("Mia", 3)))
    reply = answer(desk, bo, bill)
    with pytest.raises(ForbiddenError, match="approved by an agent of tier 3"):
        decide(desk, cy, reply)
    assert decide(desk, mia, reply).state == "queued"


def test_another_store_and_its_region_see_nothing_of_it(desk: Desk, case: Case, ana: Person) -> None:
    reply = answer(desk, ana, case)
    with desk.database.session(desk.brand_id) as session:
        elsewhere = make_region(session, desk.brand, name="Dallas")
    other = desk.person("lead", region=elsewhere, name="Otto")
    desk.store(region=elsewhere)
    with desk.acting(other) as hand:
        assert list_awaiting(hand.session, hand.viewer) == []
    with pytest.raises(NotFoundError):
        decide(desk, other, reply)


def test_the_approver_s_words_go_out_when_they_change_them(
    desk: Desk, case: Case, ana: Person, lea: Person, post_office: Outbox, network: RecordingNetwork
) -> None:
    reply = answer(desk, ana, case)
    with pytest.raises(InvalidError, match="placeholder"):
        decide(desk, lea, reply, text="Dear {customer}")
    send(desk, post_office, decide(desk, lea, reply, text="Marcus, I am sorry. Call me."))
    assert network.posted == [("p-1", "Marcus, I am sorry. Call me.")]
    assert "Lea Rossi approved it with other words." in desk.history_of(case)


def test_what_is_sent_back_has_a_note_and_makes_room_for_a_new_answer(
    desk: Desk, case: Case, ana: Person, lea: Person
) -> None:
    reply = answer(desk, ana, case)
    with desk.acting(lea) as hand, pytest.raises(InvalidError, match="what should be changed"):
        send_back(hand, reply.id or 0, " ")
    with desk.acting(lea) as hand:
        send_back(hand, reply.id or 0, "Do not promise a call.")
    assert [(each.state, each.error) for each in desk.replies_of(case.id or 0)] == [
        ("returned", "Do not promise a call.")
    ]
    assert desk.now(case).approval_asked_at is None
    assert "Lea Rossi sent the answer back. “Do not promise a call.”" in desk.history_of(case)
    assert answer(desk, ana, case, Answer("I am sorry, Marcus.")).state == "awaiting"


def test_the_author_takes_it_back_and_the_approver_cannot_send_it_any_more(
    desk: Desk, case: Case, ana: Person, lea: Person
) -> None:
    reply = answer(desk, ana, case)
    with desk.acting(lea) as hand, pytest.raises(ForbiddenError, match="send it back with a note"):
        undo_reply(hand, reply.id or 0)
    with desk.acting(ana) as hand:
        assert undo_reply(hand, reply.id or 0).state == "undone"
    assert desk.now(case).approval_asked_at is None
    with pytest.raises(ConflictError, match="taken this answer back"):
        decide(desk, lea, reply)


def test_an_approval_can_be_taken_back_before_the_answer_has_left(
    desk: Desk, case: Case, ana: Person, lea: Person, post_office: Outbox, network: RecordingNetwork
) -> None:
    reply = decide(desk, lea, answer(desk, ana, case))
    with desk.acting(lea) as hand:
        assert undo_reply(hand, reply.id or 0).state == "awaiting"
    assert send(desk, post_office, reply).state == "awaiting"
    assert network.posted == []
    assert desk.now(case).approval_asked_at is not None


def test_an_author_who_takes_an_approved_answer_back_leaves_a_line(
    desk: Desk, case: Case, ana: Person, lea: Person
) -> None:
    reply = decide(desk, lea, answer(desk, ana, case))
    with desk.acting(ana) as hand:
        assert undo_reply(hand, reply.id or 0).state == "undone"
    assert desk.history_of(case)[-1] == f"{ana.name} took the approved answer back before it left."


def test_what_the_customer_wrote_meanwhile_is_read_before_approving(
    desk: Desk, case: Case, ana: Person, lea: Person
) -> None:
    reply = answer(desk, ana, case)
    desk.wait(minutes=5)
    newer = desk.hear(Said(external_id="p-2", thread_id="p-1", text="It is settled, thanks.", actionable=False))
    with pytest.raises(ConflictError, match="has written again meanwhile"):
        decide(desk, lea, reply)
    with desk.acting(lea) as hand:
        [shown] = list_awaiting(hand.session, hand.viewer)
    assert (shown.newest_id, shown.said) == (newer, "It is settled, thanks.")
    assert decide(desk, lea, reply, seen=newer).state == "queued"


def test_an_answer_to_a_case_that_was_closed_or_removed_is_not_approved(
    desk: Desk, case: Case, ana: Person, lea: Person
) -> None:
    reply = answer(desk, ana, case)
    with desk.acting(ana) as hand:
        handling.resolve(hand, case.id or 0, how="settled-in-person")
    with desk.acting(lea) as hand:
        assert list_awaiting(hand.session, hand.viewer) == []
    with pytest.raises(ConflictError, match="closed meanwhile"):
        decide(desk, lea, reply)
    desk.remove("p-1")
    with pytest.raises(ConflictError, match="removed their words"):
        decide(desk, lea, reply)


def test_of_two_who_decide_at_once_one_is_refused(desk: Desk, case: Case, ana: Person, lea: Person) -> None:
    reply = answer(desk, ana, case)
    theo = desk.person("supervisor", name="Theo Marsh")

    def press(person: Person) -> str:
        try:
            return decide(desk, person, reply).state
        except CareError as refusal:
            return type(refusal).__name__

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, [lea, theo])) == ["ConflictError", "queued"]


def test_who_waits_for_an_approval_keeps_the_case(desk: Desk, case: Case, ana: Person) -> None:
    answer(desk, ana, case)
    desk.wait(days=2)
    with desk.database.session(desk.brand_id) as session:
        since = desk.clock.now() - SILENCE
        now = desk.clock.now()
        assert take_back_silent(session, desk.brand_id, now, store_since=since, central_since=since) == []


def test_nobody_gets_round_the_approval_by_sending_again_or_by_editing(
    desk: Desk, case: Case, ana: Person, lea: Person, post_office: Outbox, network: RecordingNetwork
) -> None:
    reply = decide(desk, lea, answer(desk, ana, case))
    desk.wait(seconds=1)
    desk.answer_natively("p-1", "Hello from the Page.", page_id="990000000000001")
    assert send(desk, post_office, reply).state == "held"
    with desk.acting(ana) as hand:
        assert try_again(hand, reply.id or 0).state == "queued", "these words were approved"
    sent = send(desk, post_office, reply)
    with desk.acting(ana) as hand:
        edited = edit_answer(hand, sent.id or 0, "Entirely other words.")
    assert edited.state == "awaiting"
    assert decide(desk, lea, edited).state == "queued"


def test_what_a_person_posts_by_hand_is_approved_first_too(desk: Desk, store: Store, ana: Person, lea: Person) -> None:
    review = desk.open_case(Said(kind="review", channel="google", external_id="g-1"), store=store)
    reply = answer(desk, ana, review, Answer("Thank you.", answered_elsewhere=True))
    assert reply.state == "awaiting"
    with desk.acting(ana) as hand, pytest.raises(ConflictError, match="not approved"):
        note_posted(hand, reply.id or 0)
    assert decide(desk, lea, reply).state == "approved"
    assert desk.now(review).waiting_since is not None
    with desk.acting(ana) as hand:
        assert note_posted(hand, reply.id or 0).state == "noted"
    now = desk.now(review)
    assert (now.waiting_since, now.first_reply_at) == (None, desk.clock.now())


def test_an_answer_without_the_need_goes_out_as_ever(desk: Desk, region: Region) -> None:
    case = desk.open_case(Said(topic="network-outage", matter="network"))
    reply = answer(desk, desk.person("agent", name="Bo Li"), case)
    assert (reply.state, reply.send_after - reply.created_at) == ("queued", timedelta(seconds=10))
