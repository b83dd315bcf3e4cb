"""`kill -9` on the way of a mention: what was answered with 200 is worked in once, however often a process dies."""

import random
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlmodel import select

from localcare.channels.facebook.signature import sign
from localcare.intake import service as intake
from localcare.intake.core import Delivery
from localcare.kit.db import ALL_BRANDS, Database
from localcare.mentions.models import Mention
from localcare.people.models import Brand
from tests.chaos.children import Installed, serve, work_events
from tests.chaos.starting import (
    CONTEXT,
    PATIENCE_SECONDS,
    count_rows,
    kill,
    run_to_the_end,
    run_until_killed,
    start,
)
from tests.conftest import NOW
from tests.databases import TestServer
from tests.deliveries import delivery, post
from tests.factories import make_brand, make_page, make_person, make_store
from tests.journeys.serving import HOST, until

pytestmark = pytest.mark.chaos

STORE_PAGE = "101000000000001"
APP_SECRET = "the-meta-apps-secret-0001"
TEXTS = (
    "I waited 50 minutes and nobody helped me. Why is there only one person working?",
    "Love this store, thank you Ana!",
    "My bill is wrong again, I was charged twice. Please fix my bill.",
    "I fell on the wet floor in your store and broke my wrist. My lawyer will call you.",
)


def make_deliveries(count: int) -> list[Delivery]:
    return [
        delivery(
            [post(STORE_PAGE, NOW, TEXTS[n % len(TEXTS)], post_id=f"{STORE_PAGE}_{n:06d}", author=str(1000 + n))], NOW
        )
        for n in range(count)
    ]


def furnish(database: Database) -> Brand:
    with database.session(None) as session:
        brand = make_brand(session, slug="pellora")
        store = make_store(session, brand, number="4001")
        make_page(session, brand, page_id=STORE_PAGE, store=store)
        make_person(session, brand, store=store)
        make_person(session, brand, "supervisor", name="Sue Park")
    return brand


def accept(database: Database, deliveries: list[Delivery]) -> None:
    with database.session(ALL_BRANDS) as session:
        intake.accept(session, deliveries)


def undisturbed(server: TestServer, deliveries: list[Delivery]) -> dict[str, int]:
    """What there is when nothing goes wrong."""
    with server.fresh() as database:
        furnish(database)
        accept(database, deliveries)
        run_to_the_end(work_events, Installed(database.url, NOW))
        return count_rows(database)


@pytest.mark.parametrize("point", ["mid batch", "batch committed"])
def test_a_batch_is_worked_in_wholly_or_not_at_all(server: TestServer, database: Database, point: str) -> None:
    deliveries = make_deliveries(12)
    furnish(database)
    accept(database, deliveries)
    before, done = count_rows(database), undisturbed(server, deliveries)
    assert before["event_todo"] == 12
    run_until_killed(work_events, Installed(database.url, NOW), point)
    assert count_rows(database) == (before if point == "mid batch" else done)
    run_to_the_end(work_events, Installed(database.url, NOW))
    assert count_rows(database) == done
    assert (done["event_todo"], done["mention"], done["care_case"]) == (0, 12, 9)


def test_killed_again_and_again_at_any_moment_everything_is_there_once(server: TestServer, database: Database) -> None:
    deliveries = make_deliveries(1600)
    furnish(database)
    accept(database, deliveries)
    moments = random.Random(7)
    for _ in range(3):
        at_work = CONTEXT.Event()
        child = start(work_events, Installed(database.url, NOW), bell=at_work)
        assert at_work.wait(PATIENCE_SECONDS)
        threading.Event().wait(moments.uniform(0, 0.5))
        kill(child)
    run_to_the_end(work_events, Installed(database.url, NOW))
    counted = count_rows(database)
    assert counted["procrastinate_jobs"] > 0
    expected = undisturbed(server, deliveries)
    # one job tells of all alerts of a batch, and the kills decide which batches there were
    assert counted | {"procrastinate_jobs": 0} == expected | {"procrastinate_jobs": 0}


def free_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


class Web:
    """The web process, and Meta in front of it."""

    def __init__(self, database: Database) -> None:
        port = free_port()
        self.url = f"http://{HOST}:{port}"
        where = Installed(database.url, NOW, app_secret=APP_SECRET, base_url=self.url)
        self.process = start(serve, where, port)
        until(self._answers, "the web process did not come up")

    def deliver(self, parcel: Delivery) -> bool:
        """One POST of Meta's; whether it was answered with 200."""
        headers = {"X-Hub-Signature-256": sign(parcel.body, APP_SECRET)}
        try:
            return httpx.post(
                f"{self.url}/webhooks/facebook", content=parcel.body, headers=headers, trust_env=False
            ).is_success
        except httpx.HTTPError:
            return False

    def _answers(self) -> bool:
        assert self.process.is_alive()
        try:
            return httpx.get(f"{self.url}/healthz", trust_env=False).is_success
        except httpx.HTTPError:
            return False


def test_what_was_answered_with_200_survives_the_death_of_the_web_process(database: Database) -> None:
    furnish(database)
    deliveries = make_deliveries(60)
    web = Web(database)
    acknowledged: list[bytes] = []

    def deliver(parcel: Delivery) -> None:
        if web.deliver(parcel):
            acknowledged.append(parcel.digest)
        if len(acknowledged) == 20:
            web.process.kill()

    with ThreadPoolExecutor(8) as meta:
        list(meta.map(deliver, deliveries))
    web.process.join(PATIENCE_SECONDS)
    assert web.process.exitcode == -signal.SIGKILL
    assert 20 <= len(acknowledged) < 60
    run_to_the_end(work_events, Installed(database.url, NOW))
    with database.session(ALL_BRANDS) as session:
        kept = set(session.exec(select(Mention.external_id)))
    posts = {parcel.digest: f"{STORE_PAGE}_{n:06d}" for n, parcel in enumerate(deliveries)}
    assert {posts[digest] for digest in acknowledged} <= kept

    web = Web(database)
    assert all(web.deliver(parcel) for parcel in deliveries), "Meta sends again, also what had been taken"
    kill(web.process)
    run_to_the_end(work_events, Installed(database.url, NOW))
    counted = count_rows(database)
    assert (counted["event"], counted["mention"], counted["care_case"]) == (60, 60, 45)
