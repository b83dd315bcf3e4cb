"""When digests are owed: at the store's own hour, once, to whoever answers for the store."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from localcare.digests.models import Digest, MailOptOut
from localcare.digests.service import claim_due, tick
from localcare.kit.clock import SetClock
from localcare.kit.db import Database
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand
from localcare.stores.models import Store
from tests.conftest import NOW
from tests.factories import make_person, make_region, make_store

EIGHT_IN_HOUSTON = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@pytest.fixture
def everything(database: Database, brand: Brand) -> Session:
    """A transaction of all brands."""
    with database.session(None) as session:
        yield session  # type: ignore[misc]


def due_store(session: Session, brand: Brand, at: datetime = EIGHT_IN_HOUSTON, **options: object) -> Store:
    store = make_store(session, brand, **options)  # type: ignore[arg-type]
    store.next_digest_at = at
    session.flush()
    return store


def owed(session: Session) -> list[tuple[int, int]]:
    return [(digest.store_id, digest.person_id) for digest in session.exec(select(Digest).order_by("id"))]


def test_a_due_store_owes_its_manager_one_digest_and_is_due_again_tomorrow(everything: Session, brand: Brand) -> None:
    store = due_store(everything, brand)
    ana = make_person(everything, brand, store=store)
    assert claim_due(everything, NOW, hour=8) == 1
    digest = everything.exec(select(Digest)).one()
    everything.refresh(store)
    assert (digest.store_id, digest.person_id, digest.state) == (store.id, ana.id, "due")
    assert str(digest.local_date) == "2026-11-20"
    assert (digest.window_from, digest.window_to) == (NOW - timedelta(days=1), NOW)
    assert store.next_digest_at == EIGHT_IN_HOUSTON + timedelta(days=1)
    assert claim_due(everything, NOW, hour=8) == 0


def test_a_new_store_is_given_its_first_hour_and_owes_nothing_yet(everything: Session, brand: Brand) -> None:
    store = make_store(everything, brand)
    make_person(everything, brand, store=store)
    assert claim_due(everything, NOW, hour=8) == 0
    everything.refresh(store)
    assert store.next_digest_at == EIGHT_IN_HOUSTON + timedelta(days=1)


def test_closed_stores_owe_nothing(everything: Session, brand: Brand) -> None:
    store = due_store(everything, brand, closed_on=NOW.date() - timedelta(days=1))
    make_person(everything, brand, store=store)
    assert claim_due(everything, NOW, hour=8) == 0


def test_a_deputy_stands_in_and_then_the_nearest_lead(everything: Session, brand: Brand) -> None:
    nation = make_region(everything, brand)
    district = make_region(everything, brand, parent=nation)
    make_person(everything, brand, "lead", region=nation)
    near = make_person(everything, brand, "lead", name="Lea", region=district)
    without = due_store(everything, brand, region=district)
    with_deputy = due_store(everything, brand, region=district)
    deputy = make_person(everything, brand, "deputy", name="Dee", store=with_deputy)
    former = make_person(everything, brand, "manager", name="Max", store=with_deputy)
    former.deactivated_at = NOW
    assert claim_due(everything, NOW, hour=8) == 2
    assert owed(everything) == [(without.id, near.id), (with_deputy.id, deputy.id)]


def test_who_opted_out_is_owed_nothing_and_nobody_stands_in(everything: Session, brand: Brand) -> None:
    store = due_store(everything, brand)
    ana = make_person(everything, brand, store=store)
    make_person(everything, brand, "deputy", store=store)
    everything.add(MailOptOut(person_id=ana.id or 0, brand_id=brand.id or 0, kind="digest", since=NOW))
    everything.flush()
    assert claim_due(everything, NOW, hour=8) == 0


def test_the_window_begins_where_the_last_one_ended_even_after_a_day_without_a_worker(
    everything: Session, brand: Brand
) -> None:
    store = due_store(everything, brand)
    make_person(everything, brand, store=store)
    claim_due(everything, NOW, hour=8)
    later = NOW + timedelta(days=2, hours=20)
    assert claim_due(everything, later, hour=8) == 1
    first, second = everything.exec(select(Digest).order_by("id"))
    assert second.window_from == first.window_to
    assert str(second.local_date) == "2026-11-22"
    everything.refresh(store)
    assert store.next_digest_at == EIGHT_IN_HOUSTON + timedelta(days=3)
    assert claim_due(everything, EIGHT_IN_HOUSTON + timedelta(days=3), hour=8) == 1


def test_two_clocks_at_once_owe_each_digest_once(runtime: Runtime, brand: Brand, clock: SetClock) -> None:
    with runtime.db.session(None) as session:
        for _ in range(40):
            make_person(session, brand, store=due_store(session, brand))
    barrier = threading.Barrier(4)

    def run() -> None:
        barrier.wait()
        for _ in range(5):
            tick(runtime)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with runtime.db.session(None) as session:
        pairs = owed(session)
        jobs = session.execute(text("select args from procrastinate_jobs where task_name = 'digests.send'")).scalars()
        ids = [digest_id for job in jobs for digest_id in job["digest_ids"]]
    assert len(pairs) == len(set(pairs)) == 40
    assert len(ids) == len(set(ids)) == 40
