"""Answering: one answer per customer turn, a moment to take it back, and the truth about what was sent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from localcare.channels.facebook.client import GraphError
from localcare.errors import CareError, ConflictError, ForbiddenError, InvalidError, NotFoundError
from localcare.people.models import Person
from localcare.replies.core import UNPACED
from localcare.replies.models import Reply
from localcare.replies.outbox import Outbox
from localcare.replies.service import Answer, answer_case, try_again, undo_reply
from localcare.stores.models import Store
from tests.stages.desk import Desk, Said
from tests.stages.replies.network import RecordingNetwork

SORRY = Answer("I am sorry, Marcus. I will call you today.")


@pytest.fixture
def store(desk: Desk) -> Store:
    return desk.store()


@pytest.fixture
def ana(desk: Desk, store: Store) -> Person:
    return desk.person("manager", store=store)


@pytest.fixture
def bo(desk: Desk) -> Person:
    return desk.person("agent", name="Bo Li")


@pytest.fixture
def network() -> RecordingNetwork:
    return RecordingNetwork()


@pytest.fixture
def post_office(desk: Desk, network: RecordingNetwork) -> Outbox:
    return Outbox(desk.database, desk.clock, lambda _brand, _page: network, pace=UNPACED)


def answer(desk: Desk, person: Person, case_id: int | None, what: Answer = SORRY) -> Reply:
    assert case_id is not None
    with desk.acting(person) as hand:
        return answer_case(hand, case_id, what, undo_seconds=10)


def send(desk: Desk, outbox: Outbox, reply: Reply) -> Reply:
    assert reply.id is not None
    desk.clock.move_to(max(desk.clock.now(), reply.send_after))
    outbox.send(reply.id, desk.brand_id)
    return desk.replies_of(reply.case_id)[-1]


def test_an_answer_waits_for_the_undo_window_and_claims_the_case(desk: Desk, store: Store, ana: Person) -> None:
    case = desk.open_case(store=store)
    reply = answer(desk, ana, case.id)
    assert (reply.state, reply.send_after - reply.created_at) == ("queued", timedelta(seconds=10))
    now = desk.now(case)
    assert (now.owner_id, now.state) == (ana.id, "claimed")
    assert now.waiting_since is not None, "nothing has been sent yet"


def test_sent_means_that_the_network_gave_an_id_and_closes_the_clock(
    desk: Desk, store: Store, ana: Person, post_office: Outbox, network: RecordingNetwork
) -> None:
    case = desk.open_case(Said(external_id="p-1"), store=store)
    reply = answer(desk, ana, case.id)
    desk.wait(seconds=11)
    sent = send(desk, post_office, reply)
    assert (sent.state, sent.external_id) == ("sent", "p-1_c1")
    assert network.posted == [("p-1", SORRY.text)]
    now = desk.now(case)
    assert (now.state, now.waiting_since, now.first_reply_at) == ("waiting", None, desk.clock.now())


def test_a_second_answer_by_somebody_else_is_refused_with_who_was_first(
    desk: Desk, store: Store, ana: Person, bo: Person
) -> None:
    case = desk.open_case(store=store)
    answer(desk, ana, case.id)
    with pytest.raises(ConflictError, match=r"Ana Ortiz answered this first, at 10:00 AM on November 20"):
        answer(desk, bo, case.id, Answer("Hi!", is_additional=True))


def test_of_two_who_press_send_at_once_one_is_refused(desk: Desk, store: Store, ana: Person, bo: Person) -> None:
    case = desk.open_case(store=store)

    def press(person: Person) -> str:
        try:
            return answer(desk, person, case.id).state
        except CareError as refusal:
            return type(refusal).__name__

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, [ana, bo])) == ["ConflictError", "queued"]


def test_the_owner_may_add_another_by_saying_so(desk: Desk, store: Store, ana: Person) -> None:
    case = desk.open_case(store=store)
    answer(desk, ana, case.id)
    with pytest.raises(ConflictError, match="say so"):
        answer(desk, ana, case.id, Answer("One more thing"))
    assert answer(desk, ana, case.id, Answer("One more thing", is_additional=True)).additional == 1


def test_a_double_tap_on_another_answer_sends_it_once(desk: Desk, store: Store, ana: Person) -> None:
    case = desk.open_case(store=store)
    answer(desk, ana, case.id)
    answer(desk, ana, case.id, Answer("One more thing", is_additional=True))
    with pytest.raises(ConflictError, match="Exactly this"):
        answer(desk, ana, case.id, Answer("One more thing", is_additional=True))


def test_numbers_of_further_answers_are_never_used_twice(desk: Desk, store: Store, ana: Person) -> None:
    case = desk.open_case(store=store)
    first = answer(desk, ana, case.id)
    answer(desk, ana, case.id, Answer("Second", is_additional=True))
    with desk.acting(ana) as hand:
        undo_reply(hand, first.id or 0)
    assert answer(desk, ana, case.id, Answer("Third", is_additional=True)).additional == 2


def test_an_answer_can_be_taken_back_while_it_waits_by_who_wrote_it(
    desk: Desk, store: Store, ana: Person, bo: Person, post_office: Outbox, network: RecordingNetwork
) -> None:
    case = desk.open_case(store=store)
    reply = answer(desk, ana, case.id)
    with desk.acting(bo) as hand, pytest.raises(ForbiddenError, match="Only Ana Ortiz"):
        undo_reply(hand, reply.id or 0)
    with desk.acting(ana) as hand:
        undo_reply(hand, reply.id or 0)
    assert send(desk, post_office, reply).state == "undone"
    assert network.posted == []
    assert answer(desk, ana, case.id).state == "queued", "the turn is free again"


def test_what_has_left_cannot_be_taken_back(desk: Desk, store: Store, ana: Person, post_office: Outbox) -> None:
    case = desk.open_case(store=store)
    reply = send(desk, post_office, answer(desk, ana, case.id))
    with desk.acting(ana) as hand, pytest.raises(ConflictError, match="has left already"):
        undo_reply(hand, reply.id or 0)


def test_a_hopeless_failure_says_why_and_can_be_tried_again(
    desk: Desk, store: Store, ana: Person, post_office: Outbox, network: RecordingNetwork
) -> None:
    case = desk.open_case(store=store)
    network.error = GraphError("gone")
    failed = send(desk, post_office, answer(desk, ana, case.id))
    assert failed.state == "failed"
    assert failed.error
    assert "does not have this any more" in failed.error
    assert desk.now(case).waiting_since is not None
    network.error = None
    with desk.acting(ana) as hand:
        again = try_again(hand, failed.id or 0)
    assert send(desk, post_office, again).state == "sent"


def test_a_failed_answer_is_not_sent_after_somebody_elses(
    desk: Desk, store: Store, ana: Person, bo: Person, post_office: Outbox, network: RecordingNetwork
) -> None:
    case = desk.open_case(store=store)
    network.error = GraphError("gone")
    failed = send(desk, post_office, answer(desk, ana, case.id))
    answer(desk, bo, case.id)
    with (
        desk.acting(ana) as hand,
        pytest.raises(ConflictError, match="Bo Li answered this first"),
    ):
        try_again(hand, failed.id or 0)


def test_a_failed_answer_to_older_words_is_not_sent_again(
    desk: Desk, store: Store, ana: Person, post_office: Outbox, network: RecordingNetwork
) -> None:
    case = desk.open_case(Said(external_id="p-4", thread_id="p-4"), store=store)
    network.error = GraphError("gone")
    failed = send(desk, post_office, answer(desk, ana, case.id))
    desk.wait(minutes=1)
    desk.hear(Said(text="Hello?", kind="comment", thread_id="p-4"), store=store)
    with desk.acting(ana) as hand, pytest.raises(ConflictError, match="written again"):
        try_again(hand, failed.id or 0)


def test_a_post_whose_answer_was_lost_is_found_instead_of_posted_twice(
    desk: Desk, store: Store, ana: Person, post_office: Outbox, network: RecordingNetwork
) -> None:
    case = desk.open_case(store=store)
    reply = answer(desk, ana, case.id)
    network.error, network.loses_answer = GraphError("unknown_result"), True
    assert send(desk, post_office, reply).state == "sending"
    network.error = None
    desk.wait(minutes=5)
    assert send(desk, post_office, reply).state == "sent"
    assert len(network.posted) == 1


def test_what_no_program_can_answer_is_noted_as_answered_there(desk: Desk, store: Store, ana: Person) -> None:
    case = desk.open_case(Said(kind="review", recommends=False), store=store)
    with pytest.raises(InvalidError, match="no program answer recommendations"):
        answer(desk, ana, case.id)
    noted = answer(desk, ana, case.id, Answer("Sorry!", answered_elsewhere=True))
    assert noted.state == "noted"
    assert desk.now(case).state == "waiting"


def test_an_answer_typed_on_facebook_counts_and_another_must_be_meant(desk: Desk, store: Store, ana: Person) -> None:
    case = desk.open_case(Said(external_id="p-9"), store=store)
    desk.wait(minutes=3)
    desk.answer_natively("p-9", page_id="990000000000001")
    with pytest.raises(ConflictError, match="answered on the Page at 9:03 AM"):
        answer(desk, ana, case.id)
    assert answer(desk, ana, case.id, Answer("P.S.", is_additional=True)).state == "queued"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("  ", "Write an answer"),
        ("4111 1111 1111 1111", "card number"),
        ("Hi {customer}", "placeholder"),
        ("x" * 8001, "8,001"),
    ],
)
def test_what_cannot_go_out_is_refused_in_words(desk: Desk, store: Store, ana: Person, text: str, fault: str) -> None:
    case = desk.open_case(store=store)
    with pytest.raises(InvalidError, match=fault):
        answer(desk, ana, case.id, Answer(text))


def test_nothing_is_left_to_answer_when_the_customer_removed_it(desk: Desk, store: Store, ana: Person) -> None:
    case = desk.open_case(Said(external_id="p-5"), store=store)
    desk.wait(minutes=1)
    desk.remove("p-5")
    with pytest.raises(ConflictError, match="removed their words"):
        answer(desk, ana, case.id)


def test_nobody_answers_for_another_store(desk: Desk, ana: Person) -> None:
    case = desk.open_case(store=desk.store())
    with pytest.raises(NotFoundError):
        answer(desk, ana, case.id)
    assert desk.replies_of(case.id or 0) == []
