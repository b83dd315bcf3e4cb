"""Any order, same end: the same changes, shuffled, repeated and batched otherwise, leave the same mentions and cases."""

import random
from datetime import datetime, timedelta

import pytest

from localcare.bench.projection import Projection, project
from localcare.intake import service as intake
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database
from localcare.people.models import Brand
from localcare.pipeline import Pipeline
from localcare.triage.core import Triager
from tests.conftest import NOW
from tests.databases import TestServer
from tests.deliveries import comment, delivery, feed, message, post
from tests.factories import make_brand, make_page, make_store
from tests.stages.pipeline.conftest import BRAND_PAGE, STORE_PAGE

pytestmark = pytest.mark.long

TEXTS = (
    "I waited 50 minutes and nobody helped me. Why is there only one person working?",
    "My bill is wrong again. Please fix it, I was charged twice!",
    "Love this store, thank you Ana!",
    "nice",
    "ok",
    "The staff was rude to me. I want an answer from the manager.",
    "Nobody helped me for half an hour, and my bill is wrong since March. I want an answer.",
)


def tell_lives(rng: random.Random) -> list[dict[str, object]]:
    """Threads with several authors (some unknown), edits, hides, removals, native answers and messages."""
    entries: list[dict[str, object]] = []
    for thread in range(12):
        page, at = rng.choice([STORE_PAGE, BRAND_PAGE]), NOW - timedelta(hours=rng.randrange(2, 50))
        root = f"{page}_{thread}"
        entries += tell_post(rng, page, root, at)
        for number in range(rng.randrange(4)):
            entries += tell_comment(rng, page, root, f"{thread}_{number}", at + timedelta(minutes=number))
    for customer in ("501", "502"):
        for number in range(4):
            at = NOW - timedelta(hours=9) + timedelta(minutes=number)
            words, mid, echo = rng.choice(TEXTS), f"m{customer}{number}", rng.random() < 0.4
            entries.append(message(STORE_PAGE, at, words, mid=mid, customer=customer, is_echo=echo))
    return entries


def tell_post(rng: random.Random, page: str, root: str, at: datetime) -> list[dict[str, object]]:
    entries = [post(page, at, rng.choice(TEXTS), post_id=root, author="77")]
    if rng.random() < 0.3:
        entries.append(
            post(page, at + timedelta(minutes=2), rng.choice(TEXTS), post_id=root, author="77", verb="edited")
        )
    if rng.random() < 0.2:
        entries.append(feed(page, at + timedelta(minutes=40), "post", "remove", post_id=root))
    return entries


def tell_comment(rng: random.Random, page: str, root: str, name: str, at: datetime) -> list[dict[str, object]]:
    author = rng.choice(["77", "78", None, page])
    told = {"comment_id": f"c{name}", "post_id": root, "author": author}
    thread, _, number = name.partition("_")
    if int(number) and rng.random() < 0.5:
        told["parent_id"] = f"c{thread}_{rng.randrange(int(number))}"
    entries = [comment(page, at, rng.choice(TEXTS), **told)]  # type: ignore[arg-type]
    if rng.random() < 0.3:
        later = at + timedelta(minutes=5)
        entries.append(comment(page, later, rng.choice(TEXTS), verb="edited", created=at, **told))  # type: ignore[arg-type]
    for minute, verb in ((6, "hide"), (7, "unhide"), (8, "remove")):
        if rng.random() < 0.2:
            entries.append(comment(page, at + timedelta(minutes=minute), "", verb=verb, **told))  # type: ignore[arg-type]
    return entries


def end_of(server: TestServer, triager: Triager, entries: list[dict[str, object]], rng: random.Random) -> Projection:
    with server.fresh() as database:
        brand_id = set_up(database)
        pipeline = Pipeline(database, SetClock(NOW), triager)
        at = 0
        while at < len(entries):
            size = rng.randrange(1, 9)
            with database.session(ALL_BRANDS) as session:
                intake.accept(session, [delivery(entries[at : at + size], NOW)])
            at += size
            if rng.random() < 0.5:
                pipeline.work_batch()
        while pipeline.work_batch().events:
            pass
        return project(database, brand_id)


def set_up(database: Database) -> int:
    with database.session(ALL_BRANDS) as session:
        brand: Brand = make_brand(session)
        make_page(session, brand, page_id=STORE_PAGE, store=make_store(session, brand, number="4001"))
        make_page(session, brand, page_id=BRAND_PAGE)
        assert brand.id is not None
        return brand.id


@pytest.mark.parametrize("seed", range(8))
def test_any_order_gives_the_same_end(server: TestServer, triager: Triager, seed: int) -> None:
    rng = random.Random(seed)
    entries = tell_lives(rng)
    in_order = end_of(server, triager, entries, rng)
    shuffled = [*entries, *rng.sample(entries, len(entries) // 5)]
    rng.shuffle(shuffled)
    assert end_of(server, triager, shuffled, rng) == in_order
    assert in_order.cases, "a story without a case proves nothing"
