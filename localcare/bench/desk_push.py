"""Cases that arrive one by one, the worker's giver in a process of its own, and hands that finish what they get."""

import heapq
import multiprocessing
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from localcare.bench.desk_scene import SHARES, SKILLS, DeskScene, NewCase
from localcare.cases import handling
from localcare.cases.handling import Hand
from localcare.kit.clock import SystemClock
from localcare.kit.db import connect_database
from localcare.routing.assigner import Assigner

HANDLING_SECONDS = 1.8
_LOOK_SECONDS = 0.02
_MOST_WAIT_SECONDS = 60.0
_IN_HANDS = "select id, owner_id from care_case where untouched_since is not null and is_open and owner_id is not null"


@dataclass(slots=True)
class Pushed:
    """Seconds from arrival to a hand, and what happened meanwhile."""

    waits: list[float] = field(default_factory=list)
    unassigned: int = 0
    over_capacity: int = 0
    arrivals_per_s: float = 0.0
    finished_per_s: float = 0.0


@dataclass(slots=True)
class _Hands:
    """Everybody's hands: sees what is put into them, and finishes it when its time has come."""

    scene: DeskScene
    arrived: dict[int, float] = field(default_factory=dict)
    seen: dict[int, float] = field(default_factory=dict)
    finished: int = 0
    over_capacity: int = 0
    _due: list[tuple[float, int, int]] = field(default_factory=list)

    def work(self, stop: threading.Event) -> None:
        viewers = {viewer.person_id: viewer for viewer in self.scene.viewers}

        def finish(case_id: int, owner_id: int) -> None:
            with self.scene.database.session(self.scene.brand_id, viewer="bench") as session:
                handling.resolve(Hand(session, viewers[owner_id], datetime.now(UTC)), case_id, how="answered")
            self.finished += 1

        with ThreadPoolExecutor(4) as pool:
            while not stop.wait(_LOOK_SECONDS):
                self._look()
                while self._due and self._due[0][0] <= time.perf_counter():
                    _, case_id, owner_id = heapq.heappop(self._due)
                    pool.submit(finish, case_id, owner_id)

    def _look(self) -> None:
        rows = [(int(str(case)), int(str(owner))) for case, owner in self.scene.ask(_IN_HANDS)]
        now = time.perf_counter()
        self.over_capacity += sum(count - 1 for count in Counter(owner for _, owner in rows).values())
        for case_id, owner_id in rows:
            if case_id not in self.seen:
                self.seen[case_id] = now
                heapq.heappush(self._due, (now + HANDLING_SECONDS, case_id, owner_id))


def push_for(scene: DeskScene, *, seconds: int, arrivals_per_s: int) -> Pushed:
    """Let cases arrive for so long, with everybody there."""
    giver = multiprocessing.get_context("spawn").Process(target=_give_out, args=(scene.database.url,), daemon=True)
    giver.start()
    stop, hands = threading.Event(), _Hands(scene)
    at_work = threading.Thread(target=hands.work, args=(stop,))
    at_work.start()
    try:
        _warm_up(scene, hands)
        begin = time.perf_counter()
        finished = hands.finished
        ids = _arrive(scene, hands, seconds=seconds, per_s=arrivals_per_s)
        took = time.perf_counter() - begin
        done = hands.finished - finished
        _wait_for(hands, ids)
    finally:
        stop.set()
        at_work.join()
        giver.terminate()
        giver.join()
    waits = [hands.seen[case_id] - hands.arrived[case_id] for case_id in ids if case_id in hands.seen]
    return Pushed(waits, len(ids) - len(waits), hands.over_capacity, len(ids) / took, done / took)


def _give_out(url: str) -> None:
    Assigner(connect_database(url, pool_size=2, application="localcare bench desk"), SystemClock()).run(
        threading.Event()
    )


def _warm_up(scene: DeskScene, hands: _Hands) -> None:
    """The giver's process is up once it has given the first case."""
    _wait_for(hands, scene.make([NewCase("first", "tier1:general", datetime.now(UTC))]))


def _arrive(scene: DeskScene, hands: _Hands, *, seconds: int, per_s: int) -> list[int]:
    """Cases at the moments of a Poisson process, those of a late one at once."""
    rng = Random(1)
    ids: list[int] = []
    at = time.perf_counter()
    end = at + seconds
    while (at := at + rng.expovariate(per_s)) < end:
        time.sleep(max(0.0, at - time.perf_counter()))
        skill = rng.choices(SKILLS, SHARES)[0]
        (case_id,) = scene.make([NewCase(f"arrives-{len(ids)}", f"tier1:{skill}", datetime.now(UTC))])
        hands.arrived[case_id] = time.perf_counter()
        ids.append(case_id)
    return ids


def _wait_for(hands: _Hands, ids: list[int]) -> None:
    deadline = time.perf_counter() + _MOST_WAIT_SECONDS
    while any(case_id not in hands.seen for case_id in ids) and time.perf_counter() < deadline:
        time.sleep(0.1)
