"""Jobs outlive their workers, and workers outlive the database: nobody has to start anything again."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from localcare.kit.db import ALL_BRANDS
from localcare.kit.jobs import run_jobs
from localcare.kit.mail import MailList
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand
from localcare.people.service import request_sign_in
from localcare.worker import TASK_MODULES
from tests.databases import TestServer
from tests.factories import make_person
from tests.journeys.serving import until

pytestmark = pytest.mark.chaos

LONG_OUTAGE_SECONDS = 6.5
"""Longer than the queue's own patience with the database."""
_LEFT_BEHIND = text("""
    with dead as (insert into procrastinate_workers (last_heartbeat) values (now() - interval '1 hour') returning id)
    update procrastinate_jobs set status = 'doing', worker_id = (select id from dead)
""")


@contextmanager
def working(runtime: Runtime, *, check_seconds: float = 60) -> Iterator[None]:
    """A worker's endless loop over jobs, in a thread."""
    for name in TASK_MODULES:
        import_module(name)
    loop = asyncio.new_event_loop()
    jobs = loop.create_task(run_jobs(runtime.db, runtime, concurrency=1, wait=True, check_seconds=check_seconds))
    thread = threading.Thread(target=lambda: loop.run_until_complete(asyncio.wait([jobs])))
    thread.start()
    try:
        yield
        assert not jobs.done(), "the worker ended by itself"
    finally:
        loop.call_soon_threadsafe(jobs.cancel)
        thread.join()
        loop.close()


@pytest.fixture
def mails(outbox: MailList) -> MailList:
    return outbox


def is_worker_there(runtime: Runtime) -> bool:
    with runtime.db.session(ALL_BRANDS) as session:
        return bool(session.execute(text("select count(*) from procrastinate_workers")).scalar_one())


def ask_for_link(runtime: Runtime, brand: Brand, name: str, *, left_behind: bool = False) -> str:
    with runtime.db.session(ALL_BRANDS) as session:
        person = make_person(session, brand, "auditor", name=name)
        request_sign_in(session, person.email)
        if left_behind:
            session.execute(_LEFT_BEHIND)
    return person.email


def test_the_job_of_a_worker_that_died_later_is_given_back_without_a_restart(
    runtime: Runtime, brand: Brand, mails: MailList
) -> None:
    with working(runtime, check_seconds=0.2):
        until(lambda: is_worker_there(runtime))
        email = ask_for_link(runtime, brand, "Zoe Lee", left_behind=True)
        until(lambda: [mail.to for mail in mails.sent] == [email], "the job was not taken up")


def test_a_worker_cut_off_from_the_database_works_again_when_it_is_back(
    server: TestServer, runtime: Runtime, brand: Brand, mails: MailList
) -> None:
    with working(replace(runtime)):
        first = ask_for_link(runtime, brand, "Zoe Lee")
        until(lambda: [mail.to for mail in mails.sent] == [first])
        cut_off(server, runtime, is_cut=True)
        threading.Event().wait(LONG_OUTAGE_SECONDS)
        cut_off(server, runtime, is_cut=False)
        second = ask_for_link(runtime, brand, "Yan Wu")
        until(lambda: [mail.to for mail in mails.sent] == [first, second], "the worker did not come back")


def cut_off(server: TestServer, runtime: Runtime, *, is_cut: bool) -> None:
    """Nobody gets into the database, and who is in is thrown out; or everybody again."""
    name = runtime.db.engine.url.database or ""
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        allow = sql.SQL("alter database {} allow_connections {}")
        connection.execute(allow.format(sql.Identifier(name), sql.SQL("false" if is_cut else "true")))
        if is_cut:
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
