"""The door of the outbox: pauses and pace of a Page, fairness between Pages, answers of others, windows, words taken back."""

from datetime import datetime, timedelta

import pytest

from localcare.cases.models import Case
from localcare.channels.facebook.client import GraphError
from localcare.channels.facebook.models import PageAccess
from localcare.channels.facebook.sending import Errand
from localcare.errors import ConflictError, InvalidError
from localcare.people.models import Person
from localcare.replies.core import Pace
from localcare.replies.models import Reply
from localcare.replies.outbox import Outbox
from localcare.replies.service import Answer, answer_case, confirm_echoes, try_again, undo_reply
from localcare.stores.models import Store
from tests.stages.desk import Desk, Said
from tests.stages.replies.conftest import OTHER_PAGE, PAGE
from tests.stages.replies.network import RecordingNetwork

SORRY = Answer("I am sorry, Marcus. I will call you today.")
SLOW = Pace(gap=timedelta(seconds=10), most=3, within=timedelta(minutes=10))


@pytest.fixture
def network() -> RecordingNetwork:
    return RecordingNetwork()


@pytest.fixture
def outbox(desk: Desk, network: RecordingNetwork) -> Outbox:
    return Outbox(desk.database, desk.clock, lambda _brand, _page: network, pace=SLOW)


def answer(desk: Desk, person: Person, case: Case, what: Answer = SORRY) -> Reply:
    with desk.acting(person) as hand:
        return answer_case(hand, case.id or 0, what, undo_seconds=0)


def send(desk: Desk, outbox: Outbox, reply: Reply) -> Reply:
    outbox.send(reply.id or 0, desk.brand_id)
    return stored(desk, reply)


def stored(desk: Desk, reply: Reply) -> Reply:
    with desk.database.session(desk.brand_id) as session:
        return session.get_one(Reply, reply.id)


def pause(desk: Desk, page_id: str, until: datetime) -> None:
    with desk.database.session(desk.brand_id) as session:
        session.get_one(PageAccess, page_id).quota_until = until


# --- pauses, pace, fairness ---


def test_an_answer_waits_until_the_pages_pause_is_over_and_says_until_when(
    desk: Desk, store: Store, ana: Person, outbox: Outbox, network: RecordingNetwork
) -> None:
    reply = answer(desk, ana, desk.open_case(store=store))
    over_at = desk.clock.now() + timedelta(hours=2)
    pause(desk, PAGE, over_at)
    waiting = send(desk, outbox, reply)
    assert (waiting.state, waiting.send_after, waiting.attempts) == ("queued", over_at, 0)
    assert "no more calls for now" in (waiting.error or "")
    assert network.posted == []
    desk.clock.move_to(over_at)
    sent = send(desk, outbox, reply)
    assert (sent.state, sent.error) == ("sent", None)


def test_a_spent_budget_pauses_the_whole_page_and_no_other(
    desk: Desk, store: Store, ana: Person, outbox: Outbox, network: RecordingNetwork
) -> None:
    first, second = (answer(desk, ana, desk.open_case(store=store)) for _ in range(2))
    elsewhere = answer(desk, ana, desk.open_case(Said(page_id=OTHER_PAGE), store=store))
    network.error = GraphError("quota", code=80001, retry_after_seconds=3600)
    over_at = desk.clock.now() + timedelta(hours=1)
    assert send(desk, outbox, first).send_after == over_at
    network.error = None
    desk.wait(minutes=1)
    assert send(desk, outbox, second).send_after == over_at
    assert send(desk, outbox, elsewhere).state == "sent"
    desk.clock.move_to(over_at)
    assert send(desk, outbox, first).state == "sent"
    assert len(network.posted) == 2


def test_a_blocked_page_is_silent_for_hours(
    desk: Desk, store: Store, ana: Person, outbox: Outbox, network: RecordingNetwork
) -> None:
    reply = answer(desk, ana, desk.open_case(store=store))
    network.error = GraphError("quota", code=368, subcode=1390008, retry_after_seconds=4 * 3600)
    waiting = send(desk, outbox, reply)
    assert waiting.send_after - desk.clock.now() == timedelta(hours=4)
    assert "stopped this Page from posting" in (waiting.error or "")


def test_a_page_never_writes_faster_than_its_pace_and_another_is_not_held_up(
    desk: Desk, store: Store, ana: Person, outbox: Outbox, network: RecordingNetwork
) -> None:
    crowd = [answer(desk, ana, desk.open_case(store=store)) for _ in range(5)]
    lone = answer(desk, ana, desk.open_case(Said(page_id=OTHER_PAGE), store=store))
    begun = desk.clock.now()
    states = [send(desk, outbox, reply).state for reply in (*crowd, lone)]
    assert states == ["sent", "queued", "queued", "queued", "queued", "sent"]
    left = [timedelta(0)]
    while due := [reply for reply in crowd if stored(desk, reply).state == "queued"]:
        desk.clock.move_to(min(stored(desk, reply).send_after for reply in due))
        sent = [reply for reply in due if send(desk, outbox, reply).state == "sent"]
        assert len(sent) <= 1
        left += [desk.clock.now() - begun for _ in sent]
    assert left == [timedelta(seconds=seconds) for seconds in (0, 10, 20, 600, 610)]
    assert len(network.posted) == 6


def test_a_page_has_one_call_under_way_at_a_time(desk: Desk, store: Store, ana: Person) -> None:
    first, second = (answer(desk, ana, desk.open_case(store=store)) for _ in range(2))
    seen: list[str] = []

    class Watching(RecordingNetwork):
        def send(self, errand: Errand) -> str:
            post_office.send(second.id or 0, desk.brand_id)
            seen.append(stored(desk, second).state)
            return "c1"

    network = Watching()
    post_office = Outbox(desk.database, desk.clock, lambda _brand, _page: network)
    post_office.send(first.id or 0, desk.brand_id)
    assert (seen, stored(desk, second).state) == (["queued"], "queued")
    assert stored(desk, second).send_after > desk.clock.now()


# --- others' answers ---


def test_an_answer_typed_on_facebook_meanwhile_holds_ours_and_asks(
    desk: Desk, store: Store, ana: Person, outbox: Outbox, network: RecordingNetwork
) -> None:
    case = desk.open_case(Said(external_id="p-20"), store=store)
    reply = answer(desk, ana, case)
    desk.wait(seconds=5)
    desk.answer_natively("p-20", "Please come by.", page_id=PAGE)
    held = send(desk, outbox, reply)
    assert held.state == "held"
    assert "“Please come by.”" in (held.error or "")
    assert network.posted == []
    assert any("held back" in line for line in desk.history_of(case))


def test_whoever_is_asked_may_send_it_anyway_once(
    desk: Desk, store: Store, ana: Person, outbox: Outbox, network: RecordingNetwork
) -> None:
    case = desk.open_case(Said(external_id="p-21"), store=store)
    reply = answer(desk, ana, case)
    desk.wait(seconds=5)
    desk.answer_natively("p-21", page_id=PAGE)
    send(desk, outbox, reply)
    desk.wait(minutes=1)
    with desk.acting(ana) as hand:
        try_again(hand, reply.id or 0)
    assert send(desk, outbox, reply).state == "sent"
    assert network.posted == [("p-21", SORRY.text)]
    assert any("although the Page has answered" in line for line in desk.history_of(case))


def test_another_answer_after_the_word_to_send_it_anyway_is_asked_about_again(
    desk: Desk, store: Store, ana: Person, outbox: Outbox, network: RecordingNetwork
) -> None:
    reply = answer(desk, ana, desk.open_case(Said(external_id="p-22"), store=store))
    desk.wait(seconds=5)
    desk.answer_natively("p-22", "One", page_id=PAGE)
    send(desk, outbox, reply)
    desk.wait(minutes=1)
    with desk.acting(ana) as hand:
        try_again(hand, reply.id or 0)
    desk.wait(seconds=5)
    desk.answer_natively("p-22", "Two", page_id=PAGE)
    assert "“Two”" in (send(desk, outbox, reply).error or "")
    assert network.posted == []


def test_a_held_answer_is_dropped_by_whoever_works_on_the_case(
    desk: Desk, store: Store, ana: Person, bo: Person, outbox: Outbox, network: RecordingNetwork
) -> None:
    reply = answer(desk, ana, desk.open_case(Said(external_id="p-23"), store=store))
    desk.wait(seconds=5)
    desk.answer_natively("p-23", page_id=PAGE)
    send(desk, outbox, reply)
    with desk.acting(bo) as hand:
        undo_reply(hand, reply.id or 0)
    assert send(desk, outbox, reply).state == "undone"
    assert network.posted == []


def test_an_answer_that_waits_for_hours_is_held_as_soon_as_the_echo_arrives(
    desk: Desk, store: Store, ana: Person
) -> None:
    reply = answer(desk, ana, desk.open_case(Said(external_id="p-24"), store=store))
    desk.wait(seconds=5)
    desk.answer_natively("p-24", page_id=PAGE)
    with desk.database.session(desk.brand_id) as session:
        ids = [str(row[0]) for row in session.connection().exec_driver_sql("select external_id from mention_key")]
        confirm_echoes(session, desk.brand_id, ids)
    assert stored(desk, reply).state == "held"


def test_the_echo_of_our_own_lost_answer_is_not_taken_for_somebody_elses(
    desk: Desk, store: Store, ana: Person, outbox: Outbox, network: RecordingNetwork
) -> None:
    reply = answer(desk, ana, desk.open_case(Said(external_id="p-25"), store=store))
    network.error, network.loses_answer = GraphError("unknown_result"), True
    send(desk, outbox, reply)
    desk.answer_natively("p-25", SORRY.text, page_id=PAGE)
    network.error = None
    desk.wait(minutes=5)
    assert send(desk, outbox, reply).state in ("sent", "confirmed")
    assert len(network.posted) == 1


def test_the_echo_of_an_answer_to_another_customer_in_the_thread_holds_nobody_up(
    desk: Desk, store: Store, ana: Person, outbox: Outbox, network: RecordingNetwork
) -> None:
    first = answer(desk, ana, desk.open_case(Said(external_id="p-28"), store=store))
    rosa = Said(author="Rosa Diaz", author_id="u-rosa", kind="comment", external_id="c-29", thread_id="p-28")
    second = answer(desk, ana, desk.open_case(rosa, store=store), Answer("Rosa, please send us a message."))
    with desk.database.session(desk.brand_id) as session:
        session.get_one(Reply, second.id).target_id = "p-28"  # both are said below the same words
    network.error, network.loses_answer = GraphError("unknown_result"), True
    send(desk, outbox, first)
    desk.wait(seconds=20)
    desk.answer_natively("p-28", SORRY.text, page_id=PAGE)
    with desk.database.session(desk.brand_id) as session:
        ids = [str(row[0]) for row in session.connection().exec_driver_sql("select external_id from mention_key")]
        confirm_echoes(session, desk.brand_id, ids)
    assert stored(desk, second).state == "queued"
    network.error, network.loses_answer = None, False
    assert send(desk, outbox, second).state == "sent"


def test_a_lost_answer_that_stands_there_counts_even_when_somebody_else_has_answered_too(
    desk: Desk, store: Store, ana: Person, outbox: Outbox, network: RecordingNetwork
) -> None:
    reply = answer(desk, ana, desk.open_case(Said(external_id="p-26"), store=store))
    network.error, network.loses_answer = GraphError("unknown_result"), True
    send(desk, outbox, reply)
    desk.wait(minutes=5)
    desk.answer_natively("p-26", "Something else", page_id=PAGE)
    network.error = None
    assert send(desk, outbox, reply).state == "sent"
    assert len(network.posted) == 1


def test_an_uncertain_answer_that_does_not_stand_there_is_held_when_somebody_else_has_answered(
    desk: Desk, store: Store, ana: Person, outbox: Outbox, network: RecordingNetwork
) -> None:
    reply = answer(desk, ana, desk.open_case(Said(external_id="p-27"), store=store))
    network.error = GraphError("unknown_result")
    send(desk, outbox, reply)
    desk.wait(minutes=5)
    desk.answer_natively("p-27", "Something else", page_id=PAGE)
    network.error = None
    assert send(desk, outbox, reply).state == "held"
    assert (network.posted, network.looks) == ([], 1)


# --- words taken back, windows ---


def test_an_answer_to_words_that_were_deleted_meanwhile_never_leaves(
    desk: Desk, store: Store, ana: Person, outbox: Outbox, network: RecordingNetwork
) -> None:
    reply = answer(desk, ana, desk.open_case(Said(external_id="p-30"), store=store))
    desk.wait(seconds=5)
    desk.remove("p-30")
    stopped = send(desk, outbox, reply)
    assert (stopped.state, network.posted) == ("failed", [])
    assert "removed their words" in (stopped.error or "")


def test_an_answer_under_a_post_that_was_deleted_meanwhile_never_leaves(
    desk: Desk, store: Store, ana: Person, outbox: Outbox, network: RecordingNetwork
) -> None:
    desk.hear(Said(external_id="p-31", author="Ben", author_id="u-ben", actionable=False), store=store)
    case = desk.open_case(Said(kind="comment", external_id="c-31", thread_id="p-31"), store=store)
    reply = answer(desk, ana, case)
    desk.wait(seconds=5)
    desk.remove("p-31")
    assert send(desk, outbox, reply).state == "failed"
    assert network.posted == []


def test_after_a_day_an_answer_goes_as_a_persons_and_after_a_week_not_at_all(
    desk: Desk, store: Store, ana: Person, outbox: Outbox, network: RecordingNetwork
) -> None:
    said = Said(kind="message", external_id="m-1", thread_id="psid-1")
    case = desk.open_case(said, store=store)
    desk.wait(hours=25)
    sent = send(desk, outbox, answer(desk, ana, case))
    assert (sent.state, network.errands[-1].as_person) == ("sent", True)
    desk.wait(days=5)
    late = answer(desk, ana, case, Answer("And one more thing.", is_additional=True))
    pause(desk, PAGE, desk.clock.now() + timedelta(days=3))
    send(desk, outbox, late)
    desk.wait(days=3)
    stopped = send(desk, outbox, late)
    assert (stopped.state, len(network.posted)) == ("failed", 1)
    assert "is over" in (stopped.error or "")
    with pytest.raises(InvalidError, match="seven days"):
        answer(desk, ana, case, Answer("Hello?", is_additional=True))


def test_a_comment_is_answered_privately_once_and_beside_a_public_answer(
    desk: Desk, store: Store, ana: Person, outbox: Outbox, network: RecordingNetwork
) -> None:
    case = desk.open_case(Said(kind="comment", external_id="c-40", thread_id="p-40"), store=store)
    send(desk, outbox, answer(desk, ana, case))
    desk.wait(minutes=1)
    private = Answer("May we call you?", is_private=True)
    assert send(desk, outbox, answer(desk, ana, case, private)).state == "sent"
    assert [(each.kind, each.target_id) for each in network.errands] == [("comment", "c-40"), ("private", "c-40")]
    with pytest.raises(InvalidError, match="has been used"):
        answer(desk, ana, case, Answer("Hello?", is_private=True, is_additional=True))
    assert any("answered privately" in line for line in desk.history_of(case))


def test_two_who_answer_privately_and_publicly_at_once_are_still_two_people(
    desk: Desk, store: Store, ana: Person, bo: Person
) -> None:
    case = desk.open_case(Said(kind="comment", external_id="c-41", thread_id="p-41"), store=store)
    answer(desk, ana, case)
    with pytest.raises(ConflictError, match="Ana Ortiz answered this first"):
        answer(desk, bo, case, Answer("May we call you?", is_private=True))


def test_a_private_answer_is_refused_after_seven_days(desk: Desk, store: Store, ana: Person) -> None:
    case = desk.open_case(Said(kind="comment", external_id="c-42", thread_id="p-42"), store=store)
    desk.wait(days=7)
    with pytest.raises(InvalidError, match="seven days"):
        answer(desk, ana, case, Answer("May we call you?", is_private=True))
