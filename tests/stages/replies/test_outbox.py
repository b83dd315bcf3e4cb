"""Exactly once, tried hard: two workers at the same job, every mixture of failures, a Page's health told truly."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localcare.channels.facebook.models import PageAccess
from localcare.channels.facebook.sending import Errand
from localcare.channels.facebook.service import note_health
from localcare.people.models import Person
from localcare.replies.core import UNPACED
from localcare.replies.models import Reply
from localcare.replies.outbox import Outbox
from localcare.replies.repository import list_unsent
from localcare.replies.service import Answer, answer_case
from localcare.stores.models import Store
from tests.stages.desk import Desk
from tests.stages.replies.network import FickleNetwork

PAGE = "990000000000001"
SORRY = "I am sorry, Marcus. I will call you today."
MISHAPS = (
    "refused before it was done", "done but the answer was lost", "not done and no answer", "token", "quota",
    "killed before the call", "killed after the call",
)  # fmt: skip


class KilledError(BaseException):
    """Stands for `kill -9`: no code of ours may catch it."""


@pytest.fixture
def store(desk: Desk) -> Store:
    return desk.store()


@pytest.fixture
def ana(desk: Desk, store: Store) -> Person:
    with desk.database.session(desk.brand_id) as session:
        session.add(PageAccess(page_id=PAGE, brand_id=desk.brand_id, token_encrypted=b"sealed", since=desk.clock.now()))
    return desk.person("manager", store=store)


def answer(desk: Desk, person: Person, store: Store) -> Reply:
    case = desk.open_case(store=store)
    with desk.acting(person) as hand:
        return answer_case(hand, case.id or 0, Answer(SORRY), undo_seconds=0)


def stored(desk: Desk, reply: Reply) -> Reply:
    with desk.database.session(desk.brand_id) as session:
        return session.get_one(Reply, reply.id)


def try_to_send(desk: Desk, network: FickleNetwork, reply: Reply) -> None:
    """One run of the job, which may end in any way."""
    dies_at = ""
    if network.script and network.script[0].startswith("killed"):
        dies_at = {"before": "reply claimed", "after": "reply posted"}[network.script.pop(0).split()[1]]

    def at_point(name: str) -> None:
        if name == dies_at:
            raise KilledError

    outbox = Outbox(desk.database, desk.clock, lambda _brand, _page: network, note_health, at_point)
    with suppress(KilledError):
        outbox.send(reply.id or 0, desk.brand_id)
    desk.wait(hours=1)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=st.lists(st.sampled_from(MISHAPS), max_size=8))
def test_whatever_goes_wrong_on_the_way_there_is_one_post_in_the_end(
    desk: Desk, ana: Person, store: Store, script: list[str]
) -> None:
    reply, network = answer(desk, ana, store), FickleNetwork(list(script))
    for _ in range(len(script) + 1):
        try_to_send(desk, network, reply)
        sent = stored(desk, reply)
        assert sent.state != "sent" or sent.external_id in {f"{sent.target_id}_1"}, "sent means posted"
    assert stored(desk, reply).state == "sent"
    assert network.posted == [SORRY]


def test_the_same_job_run_twice_at_once_posts_once(desk: Desk, ana: Person, store: Store) -> None:
    reply = answer(desk, ana, store)

    class BusyNetwork(FickleNetwork):
        """While the first call is on its way, the second worker begins and ends."""

        def send(self, errand: Errand) -> str:
            with ThreadPoolExecutor(1) as other:
                other.submit(outbox.send, reply.id or 0, desk.brand_id).result()
            return super().send(errand)

    network = BusyNetwork()
    outbox = Outbox(desk.database, desk.clock, lambda _brand, _page: network)
    outbox.send(reply.id or 0, desk.brand_id)
    assert network.posted == [SORRY]
    assert stored(desk, reply).state == "sent"


def test_who_has_looked_for_longer_than_its_lease_does_not_post_beside_whoever_took_over(
    desk: Desk, ana: Person, store: Store
) -> None:
    reply = answer(desk, ana, store)

    class SlowNetwork(FickleNetwork):
        """The first look takes three minutes; another worker finds the reply forgotten, and begins and ends."""

        looks = 0

        def find_done(self, errand: Errand) -> str | None:
            self.looks += 1
            if self.looks > 1:
                return super().find_done(errand)
            desk.wait(minutes=3)
            with ThreadPoolExecutor(1) as other:
                other.submit(outbox.send, reply.id or 0, desk.brand_id).result()
            return None

    network = SlowNetwork(["not done and no answer"])
    outbox = Outbox(desk.database, desk.clock, lambda _brand, _page: network, pace=UNPACED)
    outbox.send(reply.id or 0, desk.brand_id)
    desk.wait(minutes=1)
    outbox.send(reply.id or 0, desk.brand_id)
    assert network.posted == [SORRY]
    assert (stored(desk, reply).state, network.looks) == ("sent", 2)


def test_of_many_workers_at_the_start_line_one_posts(desk: Desk, ana: Person, store: Store) -> None:
    replies, network = [answer(desk, ana, store) for _ in range(5)], FickleNetwork()
    outbox = Outbox(desk.database, desk.clock, lambda _brand, _page: network, pace=UNPACED)
    with ThreadPoolExecutor(4) as workers:
        for reply in replies:
            list(workers.map(lambda _: outbox.send(reply.id or 0, desk.brand_id), range(4)))  # noqa: B023 (awaited here)
    assert network.posted == [SORRY] * 5
    assert {stored(desk, reply).state for reply in replies} == {"sent"}


def test_a_job_that_waits_for_its_turn_is_not_put_on_the_queue_again(desk: Desk, ana: Person, store: Store) -> None:
    reply = answer(desk, ana, store)
    desk.clock.move_to(max(desk.clock.now(), datetime.now(desk.clock.now().tzinfo)) + timedelta(minutes=1))
    with desk.database.session(None) as session:
        assert list_unsent(session, before=desk.clock.now()) == []
        session.connection().exec_driver_sql("delete from procrastinate_jobs")
        assert list_unsent(session, before=desk.clock.now()) == [(reply.id, desk.brand_id)]


@pytest.mark.parametrize(
    ("kind", "health"), [("token", "token"), ("permission", "permission"), ("quota", "quota"), ("retry", "ok")]
)
def test_a_pages_health_is_what_its_last_call_told(
    desk: Desk, ana: Person, store: Store, kind: str, health: str
) -> None:
    network = FickleNetwork(["", kind])
    try_to_send(desk, network, answer(desk, ana, store))
    try_to_send(desk, network, answer(desk, ana, store))
    with desk.database.session(desk.brand_id) as session:
        access = session.get_one(PageAccess, PAGE)
    assert access.health == health
    assert ("as Meta put it" in access.health_detail) == (health != "ok")


def test_an_answer_waits_a_week_for_a_token_and_no_longer(desk: Desk, ana: Person, store: Store) -> None:
    reply, network = answer(desk, ana, store), FickleNetwork(["token"] * 200)
    for _ in range(60):
        desk.wait(hours=1)
        try_to_send(desk, network, reply)
    assert stored(desk, reply).state == "sending"
    desk.wait(days=4)
    try_to_send(desk, network, reply)
    failed = stored(desk, reply)
    assert failed.state == "failed"
    assert "must connect the Page again" in (failed.error or "")
