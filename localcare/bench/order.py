"""`localcare bench order`: the same changes in order and shuffled must leave the same mentions and cases."""

import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from localcare.bench.ground import Ground, bench_ground
from localcare.bench.lives import Teller
from localcare.bench.progress import steps
from localcare.bench.projection import Projection, project
from localcare.bench.result import Result, describe_machine, find_broken
from localcare.bench.story import Entry, body_of
from localcare.demo.brand import load_brand
from localcare.demo.corpus import load_corpus
from localcare.intake import service as intake
from localcare.intake.core import Delivery, Lane
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS
from localcare.pipeline import Pipeline
from localcare.triage.shipped import load_triager

DEFINITION = (
    "Threads of posts and comments by known and unknown authors, edits, hides, removals, the Page's own answers and "
    "direct messages, told once in order, and once shuffled with a fifth of them repeated, in deliveries of 1 to 8 "
    "changes. differences counts what is in one projection and not in the other: each mention with its text, author, "
    "marks; each case with its live mentions and whether it waits. A case whose customer took everything back is left "
    "out: had the removal come first, there would be none. The reference is the pipeline's own rate for the told order."
)
STORES = 40
_REPEATED = 5
_DELIVERIES_AT_ONCE = 200


def run_order(*, events: int = 100_000) -> Result:
    """Run the bench: two databases, one after the other."""
    machine, rng = describe_machine(), random.Random(1)
    told = _tell(rng, events)
    started = time.perf_counter()
    in_order = _end_of(told, rng, "in order")
    between = time.perf_counter()
    shuffled = [*told, *rng.sample(told, len(told) // _REPEATED)]
    rng.shuffle(shuffled)
    other = _end_of(shuffled, rng, "shuffled")
    seconds = time.perf_counter() - started
    differences = _count_differences(in_order, other)
    return Result(
        bench="order",
        figures={
            "events": events,
            "differences": differences,
            "seconds": round(seconds, 1),
            "mentions": len(in_order.mentions),
            "cases": len(in_order.cases),
        },
        reference={"in_order_per_s": round(events / (between - started), 1)},
        definition=DEFINITION,
        machine=machine,
        broken=find_broken(any_order_has_the_same_end=differences == 0, there_is_a_case=bool(in_order.cases)),
    )


def _tell(rng: random.Random, events: int) -> list[Entry]:
    brand, corpus = load_brand(STORES), load_corpus()
    stores = brand.open_stores

    def words() -> str:
        return corpus.draw(rng, page_kind="store", store=rng.choice(stores)).text

    return Teller(rng, [brand.brand_page_id, *(store.page_id for store in stores)], words).entries(events)


def _end_of(told: Sequence[Entry], rng: random.Random, how: str) -> Projection:
    with bench_ground(brand=load_brand(STORES), with_people=False) as ground:
        now = datetime.now(UTC)
        pipeline = Pipeline(ground.database, SetClock(now), load_triager())
        deliveries = list(_deliveries(told, rng, now))
        with steps(f"changes {how}", len(deliveries)) as advance:
            for at in range(0, len(deliveries), _DELIVERIES_AT_ONCE):
                _work(ground, pipeline, deliveries[at : at + _DELIVERIES_AT_ONCE])
                advance(_DELIVERIES_AT_ONCE)
        return project(ground.database, ground.brand_id)


def _deliveries(told: Sequence[Entry], rng: random.Random, now: datetime) -> list[Delivery]:
    deliveries, at = [], 0
    while at < len(told):
        size = rng.randrange(1, 9)
        deliveries.append(Delivery(Lane.WEBHOOK, "facebook", body_of(list(told[at : at + size])), now))
        at += size
    return deliveries


def _work(ground: Ground, pipeline: Pipeline, deliveries: Sequence[Delivery]) -> None:
    with ground.database.session(ALL_BRANDS) as session:
        intake.accept(session, deliveries)
    while pipeline.work_batch().events:
        pass


def _count_differences(one: Projection, other: Projection) -> int:
    return (
        len(set(one.mentions) ^ set(other.mentions))
        + len(set(one.cases) ^ set(other.cases))
        + len(set(one.parts) ^ set(other.parts))
    )
