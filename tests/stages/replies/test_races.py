"""Answers and batches at the same moment: whoever must see the other waits for them, and nobody waits in a circle.

Each of these races lost an echo, or made two transactions wait for each other, in a soak.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from localcare.cases.models import Case
from localcare.mentions.core import MentionChange, Verb
from localcare.mentions.service import ArrivedChange, apply_changes, hold_mentions
from localcare.people.models import Person
from localcare.replies.core import UNPACED
from localcare.replies.models import Reply
from localcare.replies.outbox import Outbox
from localcare.replies.repository import is_echo_here
from localcare.replies.service import Answer, answer_case, confirm_echoes
from localcare.stores.models import Store
from tests.journeys.serving import until
from tests.stages.desk import Desk, Said
from tests.stages.replies.conftest import PAGE
from tests.stages.replies.network import RecordingNetwork

ECHO = "p-1_c1"


@pytest.fixture
def case(desk: Desk, store: Store) -> Case:
    return desk.open_case(Said(external_id="p-1"), store=store)


@pytest.fixture
def another_thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def hurry(session: Session) -> None:
    """Whoever has to wait for a lock fails instead."""
    session.execute(text("set local lock_timeout = '50ms'"))


def tell_echo(desk: Desk, session: Session) -> None:
    """The Page's own words arrive, and are worked in."""
    change = MentionChange(
        channel="facebook", kind="comment", external_id=ECHO, verb=Verb.ADD, at=desk.clock.now(), digest="e", page_id=PAGE,
        thread_id="p-1", parent_id="p-1", author_id=PAGE, from_page=True, text="Sorry!", created_at=desk.clock.now(),
    )  # fmt: skip
    apply_changes(session, desk.brand_id, [ArrivedChange(1, change)], now=desk.clock.now())
    confirm_echoes(session, desk.brand_id, [ECHO])


def answer(desk: Desk, person: Person, case: Case) -> Reply:
    with desk.acting(person) as hand:
        hurry(hand.session)
        return answer_case(hand, case.id or 0, Answer("Sorry!"), undo_seconds=0)


def test_an_answer_is_written_while_a_batch_holds_the_words_it_answers(desk: Desk, ana: Person, case: Case) -> None:
    with desk.database.session(desk.brand_id) as batch:
        assert hold_mentions(batch, desk.brand_id, [case.lead_mention_id or 0])
        assert answer(desk, ana, case).state == "queued"


def test_who_records_an_answer_waits_for_its_echo_that_is_being_worked_in(desk: Desk, case: Case) -> None:
    with desk.database.session(desk.brand_id) as batch:
        tell_echo(desk, batch)
        with desk.database.session(desk.brand_id) as recording:
            hurry(recording)
            with pytest.raises(DBAPIError) as caught:
                is_echo_here(recording, desk.brand_id, "facebook", ECHO)
        assert isinstance(caught.value.orig, psycopg.errors.LockNotAvailable)
    with desk.database.session(desk.brand_id) as recording:
        assert is_echo_here(recording, desk.brand_id, "facebook", ECHO)


def test_who_works_an_echo_in_waits_for_its_answer_that_is_being_recorded(desk: Desk, case: Case) -> None:
    with desk.database.session(desk.brand_id) as recording:
        assert not is_echo_here(recording, desk.brand_id, "facebook", ECHO)
        with desk.database.session(desk.brand_id) as batch:
            hurry(batch)
            with pytest.raises(DBAPIError):
                confirm_echoes(batch, desk.brand_id, [ECHO])


def test_who_records_an_answer_asks_for_the_conversation_before_its_case(
    desk: Desk, ana: Person, case: Case, another_thread: ThreadPoolExecutor
) -> None:
    reply = answer(desk, ana, case)
    network = RecordingNetwork()
    outbox = Outbox(desk.database, desk.clock, lambda _brand, _page: network, pace=UNPACED)
    with desk.acting(ana) as hand:
        hand.session.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, :brand))"), {
            "key": case.conversation_key, "brand": desk.brand_id,
        })  # fmt: skip
        sending: Future[None] = another_thread.submit(outbox.send, reply.id or 0, desk.brand_id)
        until(lambda: _somebody_waits(desk))
        hand.session.execute(text("set local lock_timeout = '50ms'"))
        hand.session.execute(text("select set_config('localcare.all_brands', 'on', true)"))
        assert hand.session.execute(text("select id from care_case for update nowait")).all()
        hand.session.commit()
    sending.result(timeout=20)
    assert desk.now(case).state == "waiting"


def _somebody_waits(desk: Desk) -> bool:
    with desk.database.session(desk.brand_id) as session:
        return bool(session.scalar(text("""
            select exists (select from pg_locks where locktype = 'advisory' and not granted
                and database = (select oid from pg_database where datname = current_database()))
        """)))  # fmt: skip
