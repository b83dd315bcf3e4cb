"""`kill -9` of PostgreSQL under load: Meta is told to come back, nothing acknowledged is lost, the worker goes on by itself."""

import asyncio
import os
import shutil
import signal
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from localcare.app import create_app
from localcare.channels.facebook.signature import sign
from localcare.intake.core import Delivery
from localcare.kit.db import ALL_BRANDS, Database, connect_database
from localcare.kit.embedded import start_embedded
from localcare.kit.jobs import run_jobs
from localcare.kit.mail import MailList
from localcare.kit.runtime import Runtime
from localcare.kit.schema import migrate
from localcare.mentions.models import Mention
from localcare.people.service import request_sign_in
from localcare.pipeline import Pipeline
from localcare.triage.core import Triager
from localcare.worker import TASK_MODULES, drain
from tests.chaos.test_pipeline_kill import STORE_PAGE, furnish, make_deliveries
from tests.factories import make_person
from tests.journeys.serving import address_of, listen, serving, until

pytestmark = pytest.mark.chaos

LOAD = 1500
SENDERS = 4


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="lc-kill-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def at_work(runtime: Runtime, triager: Triager) -> Iterator[None]:
    """The two endless loops of the worker."""
    for name in TASK_MODULES:
        import_module(name)
    stop = threading.Event()
    draining = threading.Thread(target=drain, args=[Pipeline(runtime.db, runtime.clock, triager), stop])
    loop = asyncio.new_event_loop()
    jobs = loop.create_task(run_jobs(runtime.db, runtime, concurrency=1, wait=True))
    working = threading.Thread(target=_run_until_cancelled, args=[loop, jobs])
    draining.start()
    working.start()
    try:
        yield
    finally:
        stop.set()
        loop.call_soon_threadsafe(jobs.cancel)
        draining.join()
        working.join()


def _run_until_cancelled(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]") -> None:
    asyncio.set_event_loop(loop)
    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(task)
    loop.close()


def posting(url: str, secret: str) -> Callable[[Delivery], int]:
    client = httpx.Client(base_url=url, trust_env=False, timeout=30)

    def post(parcel: Delivery) -> int:
        signature = {"X-Hub-Signature-256": sign(parcel.body, secret)}
        return client.post("/webhooks/facebook", content=parcel.body, headers=signature).status_code

    return post


def names_of_mentions(database: Database) -> list[str]:
    with database.session(ALL_BRANDS) as session:
        return sorted(session.exec(select(Mention.external_id)))


def test_a_killed_database_costs_503s_and_nothing_else(runtime: Runtime, triager: Triager, data_dir: Path) -> None:
    with start_embedded(data_dir) as server:
        own = replace(runtime, db=connect_database(server.url), mail=MailList())
        migrate(own.db)
        furnish(own.db)
        web = listen()
        secret = own.settings.facebook_app_secret
        assert secret is not None
        with serving(create_app(own), web), at_work(own, triager):
            post = posting(address_of(web), secret.get_secret_value())
            statuses = deliver_through_a_kill(post, make_deliveries(LOAD), data_dir)
            expected = [f"{STORE_PAGE}_{number:06d}" for number in range(LOAD)]
            until(lambda: len(names_of_mentions(own.db)) >= LOAD, "the worker did not go on")
            assert names_of_mentions(own.db) == expected
            assert set(statuses) == {200, 503}
            assert the_jobs_go_on(own)
        own.db.dispose()


def deliver_through_a_kill(post: Callable[[Delivery], int], parcels: list[Delivery], data_dir: Path) -> Counter[int]:
    """Every parcel until it is taken, as Meta does; the server dies when a quarter has been."""
    statuses: Counter[int] = Counter()

    def deliver(parcel: Delivery) -> None:
        while (status := post(parcel)) != 200:
            statuses[status] += 1
            threading.Event().wait(0.05)
        statuses[status] += 1
        if statuses[200] == len(parcels) // 4:
            os.kill(int((data_dir / "postgresql/cluster/postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    with ThreadPoolExecutor(SENDERS) as meta:
        list(meta.map(deliver, parcels))
    return statuses


def the_jobs_go_on(runtime: Runtime) -> bool:
    """Whether somebody who asks for a link now is mailed one."""
    assert isinstance(runtime.mail, MailList)
    with runtime.db.session(ALL_BRANDS) as session:
        person = make_person(session, 1, "auditor", name="Zoe Lee")
        request_sign_in(session, person.email)
    until(lambda: any(mail.to == person.email for mail in runtime.mail.sent), "jobs are not worked off any more")  # type: ignore[attr-defined]
    return True
