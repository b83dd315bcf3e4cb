"""Many people ask for the next case at the same moment, in two processes as a small installation has them."""

import multiprocessing
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from typing import TYPE_CHECKING

from localcare.bench.desk_pulls import pull, pull_barely
from localcare.bench.desk_scene import DeskScene
from localcare.kit.db import connect_database

if TYPE_CHECKING:
    from multiprocessing import Queue

_PROCESSES = 2
_PATIENCE_SECONDS = 120

Asked = tuple[int | None, float, float]


@dataclass(frozen=True, slots=True)
class Burst:
    """From the first start to the last commit, and how many different cases were given."""

    seconds: float
    different: int


def burst(scene: DeskScene, *, at_once: int, barely: bool) -> Burst:
    """So many different people ask at once; connections are open and each has asked for something before."""
    context = multiprocessing.get_context("spawn")
    together, answers = context.Barrier(_PROCESSES), context.Queue()
    people = [viewer.person_id or 0 for viewer in scene.viewers[:at_once]]
    processes = [
        context.Process(
            target=_ask_together,
            args=(scene.database.url, scene.brand_id, people[n::_PROCESSES], together, answers, barely),
        )
        for n in range(_PROCESSES)
    ]
    for process in processes:
        process.start()
    asked: list[Asked] = [one for _ in processes for one in answers.get(timeout=_PATIENCE_SECONDS)]
    for process in processes:
        process.join()
    seconds = max(end for *_, end in asked) - min(begin for _, begin, _ in asked)
    return Burst(seconds, len({case_id for case_id, *_ in asked if case_id is not None}))


def _ask_together(
    url: str,
    brand_id: int,
    people: Sequence[int],
    together: Barrier,
    answers: "Queue[list[Asked]]",
    barely: bool,  # noqa: FBT001 (arguments of a process are positional)
) -> None:
    database = connect_database(url, pool_size=len(people), application="localcare bench desk")
    ask = pull_barely if barely else pull
    here = threading.Barrier(len(people), action=lambda: (together.wait(_PATIENCE_SECONDS), None)[1])

    def ask_once(person_id: int) -> Asked:
        ask(database, brand_id, person_id)
        here.wait(_PATIENCE_SECONDS)
        begin = time.monotonic()
        case_id = ask(database, brand_id, person_id)
        return case_id, begin, time.monotonic()

    with ThreadPoolExecutor(len(people)) as pool:
        answers.put(list(pool.map(ask_once, people)))
    database.dispose()
