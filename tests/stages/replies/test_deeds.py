"""Deeds on the Page: who, why, on record, through the same outbox, and the way back."""

from collections.abc import Callable

import pytest

from localcare.cases.handling import Hand
from localcare.cases.models import Case
from localcare.channels.facebook.client import GraphError
from localcare.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from localcare.people.models import Person
from localcare.replies.core import UNPACED
from localcare.replies.deeds import (
    Hiding,
    delete_answer,
    edit_answer,
    hide_words,
    like_words,
    show_words,
    unlike_words,
)
from localcare.replies.models import Reply
from localcare.replies.outbox import Outbox
from localcare.replies.service import Answer, answer_case, confirm_echoes, list_case_deeds, try_again
from localcare.stores.models import Store
from tests.stages.desk import Desk, Said
from tests.stages.replies.network import RecordingNetwork

SPAM = Hiding("spam")


@pytest.fixture
def network() -> RecordingNetwork:
    return RecordingNetwork()


@pytest.fixture
def outbox(desk: Desk, network: RecordingNetwork) -> Outbox:
    return Outbox(desk.database, desk.clock, lambda _brand, _page: network, pace=UNPACED)


@pytest.fixture
def case(desk: Desk, store: Store) -> Case:
    return desk.open_case(Said(kind="comment", external_id="c-1", thread_id="p-1"), store=store)


def do(desk: Desk, outbox: Outbox, person: Person, deed: Callable[[Hand], Reply]) -> Reply:
    """Press the button, and let the outbox do it."""
    with desk.acting(person) as hand:
        asked = deed(hand)
    outbox.send(asked.id or 0, desk.brand_id)
    return stored(desk, asked)


def stored(desk: Desk, reply: Reply) -> Reply:
    with desk.database.session(desk.brand_id) as session:
        return session.get_one(Reply, reply.id)


def words_of(case: Case) -> int:
    assert case.lead_mention_id is not None
    return case.lead_mention_id


@pytest.fixture
def answered(desk: Desk, outbox: Outbox, ana: Person, case: Case) -> Reply:
    return do(desk, outbox, ana, lambda hand: answer_case(hand, case.id or 0, Answer("Sory"), undo_seconds=0))


def test_hiding_keeps_who_and_why_and_can_be_undone(
    desk: Desk, outbox: Outbox, ana: Person, case: Case, network: RecordingNetwork
) -> None:
    hiding = Hiding("personal", "shows a bill with an address")
    hidden = do(desk, outbox, ana, lambda hand: hide_words(hand, case.id or 0, words_of(case), hiding))
    assert (hidden.state, hidden.author_name) == ("done", "Ana Ortiz")
    assert [(each.kind, each.target_id) for each in network.errands] == [("hide", "c-1")]
    assert desk.history_of(case)[-1] == (
        "Ana Ortiz hid the customer's words on the Page. “Shows somebody's personal details: shows a bill with an address”"
    )
    with desk.database.session(desk.brand_id) as session:
        session.connection().exec_driver_sql("update mention set hidden = true")
    do(desk, outbox, ana, lambda hand: show_words(hand, case.id or 0, words_of(case)))
    assert network.errands[-1].kind == "unhide"


def test_a_deed_is_no_answer(desk: Desk, outbox: Outbox, ana: Person, case: Case) -> None:
    do(desk, outbox, ana, lambda hand: like_words(hand, case.id or 0, words_of(case)))
    now = desk.now(case)
    assert (now.waiting_since is not None, now.first_reply_at) == (True, None)
    with desk.acting(ana) as hand:
        reply = answer_case(hand, case.id or 0, Answer("Thanks!"), undo_seconds=0)
        assert reply.additional == 0
        assert [deed.additional for deed in list_case_deeds(hand.session, case.id or 0)] == [-1]


def test_hiding_needs_a_reason(desk: Desk, ana: Person, case: Case) -> None:
    with desk.acting(ana) as hand, pytest.raises(InvalidError, match="Choose why"):
        hide_words(hand, case.id or 0, words_of(case), Hiding("complains"))


def test_of_two_deeds_on_one_thing_the_second_waits_for_the_first(
    desk: Desk, ana: Person, bo: Person, case: Case
) -> None:
    with desk.acting(ana) as hand:
        hide_words(hand, case.id or 0, words_of(case), SPAM)
    with desk.acting(bo) as hand, pytest.raises(ConflictError, match="Ana Ortiz has just asked"):
        hide_words(hand, case.id or 0, words_of(case), SPAM)


def test_nothing_is_done_for_another_store_or_to_words_of_another_case(desk: Desk, ana: Person, case: Case) -> None:
    elsewhere = desk.open_case(store=desk.store())
    with desk.acting(ana) as hand, pytest.raises(NotFoundError):
        like_words(hand, elsewhere.id or 0, words_of(elsewhere))
    with desk.acting(ana) as hand, pytest.raises(NotFoundError):
        like_words(hand, case.id or 0, words_of(elsewhere))


def test_a_like_is_given_and_taken_back(
    desk: Desk, outbox: Outbox, ana: Person, case: Case, network: RecordingNetwork
) -> None:
    for verb in (like_words, unlike_words, like_words):
        done = do(desk, outbox, ana, lambda hand, verb=verb: verb(hand, case.id or 0, words_of(case)))  # type: ignore[misc]
        assert done.state == "done"
    assert [each.kind for each in network.errands] == ["like", "unlike", "like"]


def test_the_author_changes_the_words_and_the_reply_tells_the_new_ones(
    desk: Desk, outbox: Outbox, ana: Person, answered: Reply, network: RecordingNetwork, case: Case
) -> None:
    do(desk, outbox, ana, lambda hand: edit_answer(hand, answered.id or 0, "Sorry"))
    assert (network.errands[-1].target_id, network.errands[-1].text) == (answered.external_id, "Sorry")
    assert (stored(desk, answered).text, stored(desk, answered).state) == ("Sorry", "sent")
    with desk.acting(ana) as hand, pytest.raises(InvalidError, match="stand there already"):
        edit_answer(hand, answered.id or 0, " Sorry ")
    assert any("changed the answer on the Page" in line for line in desk.history_of(case))


def test_what_is_deleted_frees_the_turn_for_a_new_answer(
    desk: Desk, outbox: Outbox, ana: Person, answered: Reply, case: Case
) -> None:
    do(desk, outbox, ana, lambda hand: delete_answer(hand, answered.id or 0))
    assert stored(desk, answered).state == "deleted"
    with desk.acting(ana) as hand, pytest.raises(ConflictError, match="does not stand on the Page"):
        delete_answer(hand, answered.id or 0)


def test_an_agent_does_not_change_the_managers_words_and_a_supervisor_may(
    desk: Desk, bo: Person, answered: Reply
) -> None:
    with desk.acting(bo) as hand, pytest.raises(ForbiddenError, match="Only Ana Ortiz"):
        edit_answer(hand, answered.id or 0, "Better words")
    theo = desk.person("supervisor", name="Theo Marsh")
    with desk.acting(theo) as hand:
        assert edit_answer(hand, answered.id or 0, "Better words").state == "queued"


def test_what_fails_says_why_and_is_tried_again(
    desk: Desk, outbox: Outbox, ana: Person, case: Case, network: RecordingNetwork
) -> None:
    network.error = GraphError("gone", code=100, subcode=33)
    failed = do(desk, outbox, ana, lambda hand: hide_words(hand, case.id or 0, words_of(case), SPAM))
    assert failed.state == "failed"
    assert "does not have this any more" in (failed.error or "")
    assert any("could not be done on the Page" in line for line in desk.history_of(case))
    network.error = None
    with desk.acting(ana) as hand:
        try_again(hand, failed.id or 0)
    outbox.send(failed.id or 0, desk.brand_id)
    assert stored(desk, failed).state == "done"


def test_a_lost_answer_about_a_deed_is_looked_up(
    desk: Desk, outbox: Outbox, ana: Person, case: Case, network: RecordingNetwork
) -> None:
    network.error, network.loses_answer = GraphError("unknown_result"), True
    asked = do(desk, outbox, ana, lambda hand: hide_words(hand, case.id or 0, words_of(case), SPAM))
    network.error = None
    desk.wait(minutes=5)
    outbox.send(asked.id or 0, desk.brand_id)
    assert (stored(desk, asked).state, len(network.errands), network.looks) == ("done", 1, 1)


def test_an_answer_that_somebody_deleted_on_facebook_is_seen_as_deleted(
    desk: Desk, answered: Reply, case: Case
) -> None:
    with desk.database.session(desk.brand_id) as session:
        session.connection().exec_driver_sql("update reply set external_id = 'own-1'")
    desk.hear(Said(external_id="own-1", kind="comment", author_id="990000000000001", actionable=False))
    desk.remove("own-1")
    with desk.database.session(desk.brand_id) as session:
        confirm_echoes(session, desk.brand_id, ["own-1"])
    assert stored(desk, answered).state == "deleted"
