"""An answer of ours that does not stand any more: the customer waits again, and the case says why."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from localcare.cases.handling import Hand, resolve
from localcare.cases.models import Case, CaseClock
from localcare.kit.clock import SetClock
from localcare.kit.db import Database
from localcare.people.models import Person
from localcare.replies.core import UNPACED
from localcare.replies.deeds import delete_answer
from localcare.replies.models import Reply
from localcare.replies.outbox import Outbox
from localcare.replies.service import Answer, answer_case
from tests.deliveries import comment, fresh_id, post
from tests.stages.desk import Desk
from tests.stages.pipeline.conftest import STORE_PAGE, Town
from tests.stages.replies.network import RecordingNetwork

WHY = "The answer is not on the Page any more; the customer waits again."
Act = Callable[[Callable[[Hand], Reply]], Reply]


@pytest.fixture
def ana(desk: Desk) -> Person:
    return desk.person("agent")


@pytest.fixture
def act(desk: Desk, ana: Person, town: Town) -> Act:
    """Press a button, let the outbox do it, and let the pipeline see what came of it."""
    network = RecordingNetwork()
    outbox = Outbox(desk.database, desk.clock, lambda _brand, _page: network, pace=UNPACED)

    def act(deed: Callable[[Hand], Reply]) -> Reply:
        desk.clock.advance(timedelta(minutes=5))
        with desk.acting(ana) as hand:
            asked = deed(hand)
        outbox.send(asked.id or 0, desk.brand_id)
        while town.pipeline.work_batch().events:
            pass
        with desk.database.session(desk.brand_id) as session:
            return session.get_one(Reply, asked.id)

    return act


@pytest.fixture
def case(town: Town, clock: SetClock, database: Database) -> Case:
    town.tell(post(STORE_PAGE, clock.now(), "I waited 50 minutes and nobody helped me.", post_id=fresh_id(STORE_PAGE)))
    with database.session(town.brand_id) as session:
        return session.exec(select(Case)).one()


def running_clocks(desk: Desk) -> set[str]:
    with desk.database.session(desk.brand_id) as session:
        return set(session.exec(select(CaseClock.kind).where(CaseClock.stopped_at == None)).all())  # noqa: E711


def answer(act: Act, case: Case, text: str = "Sory") -> Reply:
    return act(lambda hand: answer_case(hand, case.id or 0, Answer(text, is_additional=text != "Sory"), undo_seconds=0))


def delete(act: Act, reply: Reply) -> Reply:
    return act(lambda hand: delete_answer(hand, reply.id or 0))


def taken_off(town: Town, clock: SetClock, reply: Reply) -> None:
    """Somebody deletes it where it stands."""
    gone = comment(
        STORE_PAGE, clock.now(), "", comment_id=reply.external_id or "", post_id=reply.target_id or "",
        verb="remove", author=STORE_PAGE,
    )  # fmt: skip
    town.tell(gone)


def test_when_our_only_answer_is_deleted_the_clock_runs_again(desk: Desk, act: Act, case: Case) -> None:
    reply = answer(act, case)
    assert (desk.now(case).state, running_clocks(desk)) == ("waiting", {"resolve"})
    delete(act, reply)
    now = desk.now(case)
    assert (now.state, now.queue, now.waiting_since, now.answered_at) == (
        "claimed", case.queue, case.last_customer_at, None,
    )  # fmt: skip
    assert "next_reply" in running_clocks(desk)
    assert desk.history_of(case)[-1] == WHY


def test_an_answer_that_somebody_takes_off_the_page_is_missed_too(
    desk: Desk, town: Town, clock: SetClock, act: Act, case: Case
) -> None:
    taken_off(town, clock, answer(act, case))
    assert desk.now(case).waiting_since == case.last_customer_at
    assert desk.history_of(case)[-1] == WHY


def test_another_answer_that_stands_is_enough(desk: Desk, act: Act, case: Case) -> None:
    first, second = answer(act, case), answer(act, case, "Sorry, Ana here. Call me.")
    delete(act, second)
    now = desk.now(case)
    assert (now.state, now.waiting_since, now.replied_at) == ("waiting", None, first.sent_at)


def test_a_case_closed_as_answered_opens_again_when_the_answer_is_gone(
    desk: Desk, ana: Person, act: Act, case: Case
) -> None:
    reply = answer(act, case)
    with desk.acting(ana) as hand:
        resolve(hand, case.id or 0, how="answered")
    delete(act, reply)
    assert (desk.now(case).is_open, desk.history_of(case)[-2]) == (True, WHY)


def test_a_case_closed_as_needing_none_stays_closed(desk: Desk, ana: Person, act: Act, case: Case) -> None:
    reply = answer(act, case)
    with desk.acting(ana) as hand:
        resolve(hand, case.id or 0, how="no-reply-needed")
    delete(act, reply)
    assert not desk.now(case).is_open
