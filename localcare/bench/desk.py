"""`localcare bench desk`: how fast cases come to hands: pushed as they arrive, asked for with a large backlog, and at once."""

import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from localcare.bench.alone import spending
from localcare.bench.desk_burst import Burst, burst
from localcare.bench.desk_pulls import pull, pull_barely
from localcare.bench.desk_push import Pushed, push_for
from localcare.bench.desk_scene import SHARES, SKILLS, DeskScene, NewCase, open_scene
from localcare.bench.ground import Ground, bench_ground, server_cpu_seconds
from localcare.bench.progress import note
from localcare.bench.result import Result, describe_machine, find_broken
from localcare.demo.brand import load_brand
from localcare.kit.db import connect_database

DEFINITION = (
    "100 agents of one tier, own skills in the shares of the cases, second skills chained. Push: cases arrive one by one, each "
    "in a transaction of its own, `arrivals_per_s` for `seconds`; a worker's giver runs in a process of its own; each has "
    "room for one case and finishes it 1.8 s after it was seen in their hand, by the product's own verb. assigned_* is from the "
    "commit of the arrival until the case is seen in a hand, looked for every 20 ms. Pull: `open_cases` of 18 queues, three "
    "urgencies and three languages wait; “next case” is asked for 25 times a second, each in a transaction of its own with "
    "the person's roles read first, timed from the planned moment. Burst: 50 people in two processes ask at the same "
    "moment, from the first start to the last commit; median and worst of nine. bare_* is PostgreSQL alone: one update of the "
    "oldest case of one queue, for update skip locked, the same way."
)
AGENTS, AT_ONCE = 100, 50
_PULLS_PER_S, _FILLED_AT_ONCE = 25, 20_000
_ROUNDS = 9


@dataclass(frozen=True, slots=True)
class Steady:
    """Seconds of each “next case” at a steady pace, and the processor seconds of one: ours, and the database's."""

    waits: Sequence[float]
    own_cpu: float
    server_cpu: float


def run_desk(*, open_cases: int = 100_000, seconds: int = 30, arrivals: int = 50) -> Result:
    """Run the bench on a database of its own."""
    machine = describe_machine()
    with bench_ground(brand=load_brand(40), with_people=False) as ground:
        scene = open_scene(ground, agents=AGENTS, capacity=1)
        note(f"{arrivals} arrivals a second for {seconds} s …")
        pushed = push_for(scene, seconds=seconds, arrivals_per_s=arrivals)
        note(f"{open_cases:,} open cases …")
        _fill(scene, open_cases)
        note(f"{_PULLS_PER_S} pulls a second …")
        bare = _steadily(ground, scene, seconds, barely=True)
        pulls = _steadily(ground, scene, seconds, barely=False)
        note(f"{AT_ONCE} at once …")
        bare_bursts = [burst(scene, at_once=AT_ONCE, barely=True) for _ in range(_ROUNDS)]
        bursts = [burst(scene, at_once=AT_ONCE, barely=False) for _ in range(_ROUNDS)]
    fewest = min(each.different for each in bursts)
    return Result(
        bench="desk",
        figures={"seconds": seconds, "open_cases": open_cases, **_push_figures(pushed), **_ask_figures(pulls, bursts)},
        reference={f"bare_{name}": figure for name, figure in _ask_figures(bare, bare_bursts).items()},
        definition=DEFINITION,
        machine=machine,
        broken=find_broken(
            every_case_was_assigned=pushed.unassigned == 0,
            nobody_had_more_than_room_for=pushed.over_capacity == 0,
            fifty_different_cases=fewest == AT_ONCE,
        ),
    )


def _push_figures(pushed: Pushed) -> dict[str, float]:
    return {
        "assigned_p50_s": round(_percentile(pushed.waits, 0.5), 3),
        "assigned_p95_s": round(_percentile(pushed.waits, 0.95), 3),
        "assigned_max_s": round(max(pushed.waits, default=0.0), 3),
        "arrivals_per_s": round(pushed.arrivals_per_s, 1),
        "finished_per_s": round(pushed.finished_per_s, 1),
        "over_capacity": pushed.over_capacity,
    }


def _ask_figures(pulls: Steady, bursts: Sequence[Burst]) -> dict[str, float]:
    return {
        "pull_p50_ms": round(1000 * _percentile(pulls.waits, 0.5), 1),
        "pull_p95_ms": round(1000 * _percentile(pulls.waits, 0.95), 1),
        "pull_cpu_ms": round(1000 * pulls.own_cpu, 2),
        "pull_database_cpu_ms": round(1000 * pulls.server_cpu, 2),
        "burst_ms": round(1000 * median(each.seconds for each in bursts), 1),
        "burst_worst_ms": round(1000 * max(each.seconds for each in bursts), 1),
        "burst_different": min(each.different for each in bursts),
    }


def _fill(scene: DeskScene, open_cases: int) -> None:
    """A backlog of the last day in every queue; everybody has room for as much as the bench asks for."""
    scene.run("update role_grant set capacity = 100 where brand_id = :brand", brand=scene.brand_id)
    rng, now = random.Random(1), datetime.now(UTC)
    for first in range(0, open_cases, _FILLED_AT_ONCE):
        scene.make([_waiting(rng, n, now) for n in range(first, min(first + _FILLED_AT_ONCE, open_cases))])
    scene.run("analyze care_case")


def _waiting(rng: random.Random, number: int, now: datetime) -> NewCase:
    skill, tier = rng.choices(SKILLS, SHARES)[0], rng.choice((1, 1, 1, 2, 3))
    urgency, rank = rng.choice((("normal", 2), ("normal", 2), ("low", 3), ("high", 1)))
    language = rng.choices(("en", "es", "und"), (85, 10, 5))[0]
    since = now - timedelta(seconds=rng.uniform(1, 86_400))
    return NewCase(f"wait-{number}", f"tier{tier}:{skill}", since, urgency, rank, language)


def _steadily(ground: Ground, scene: DeskScene, seconds: int, *, barely: bool) -> Steady:
    """Seconds from each planned moment until the case is in a hand."""
    database = connect_database(ground.database.url, pool_size=8, application="localcare bench desk")
    ask = pull_barely if barely else pull
    start = time.perf_counter() + 0.5

    def ask_at(number: int) -> float:
        planned = start + number / _PULLS_PER_S
        time.sleep(max(0.0, planned - time.perf_counter()))
        viewer = scene.viewers[number % len(scene.viewers)]
        ask(database, scene.brand_id, viewer.person_id or 0)
        return time.perf_counter() - planned

    with ThreadPoolExecutor(8) as pool, spending() as ours:
        list(pool.map(lambda n: ask(database, scene.brand_id, scene.viewers[n].person_id or 0), range(8)))
        start = time.perf_counter() + 0.5
        servers = server_cpu_seconds(database)
        waits = list(pool.map(ask_at, range(seconds * _PULLS_PER_S)))
        servers = server_cpu_seconds(database) - servers
    database.dispose()
    return Steady(waits, ours.cpu_seconds / len(waits), servers / len(waits))


def _percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))] if values else float("inf")
