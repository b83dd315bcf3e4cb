"""Worker processes of a bench: each drains the event log through the real pipeline until told that no more will come."""

import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import SpawnProcess
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier, Event

from localcare.bench.ground import Ground, peak_rss_mb
from localcare.errors import UnavailableError
from localcare.kit.clock import SystemClock
from localcare.kit.db import ALL_BRANDS, connect_database
from localcare.pipeline import Pipeline
from localcare.triage.shipped import load_triager

_START_SECONDS = 300
_IDLE_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class WorkerReport:
    """What one worker used: peak memory in MiB, processor seconds from the first event on."""

    rss_mb: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class _Signals:
    ready: Barrier
    no_more: Event
    reports: "SimpleQueue[WorkerReport]"


class Crew:
    """The started workers. `finish` returns when everything logged so far is worked in."""

    def __init__(self, processes: list[SpawnProcess], signals: _Signals) -> None:
        self._processes = processes
        self._signals = signals

    def check(self) -> None:
        """Raise UnavailableError when a worker has died: what waits would wait for ever."""
        if any(process.exitcode for process in self._processes):
            raise UnavailableError("A worker process of the bench has died; its error is above.")

    def finish(self) -> list[WorkerReport]:
        """Let the workers drain what is there and go."""
        self._signals.no_more.set()
        for process in self._processes:
            process.join()
        self.check()
        return [self._signals.reports.get() for _ in self._processes]


@contextmanager
def started_crew(ground: Ground, workers: int) -> Iterator[Crew]:
    """Workers that have their model and the directory at hand and wait for the first event; killed if still there."""
    context = multiprocessing.get_context("spawn")
    signals = _Signals(context.Barrier(workers + 1), context.Event(), context.SimpleQueue())
    processes = [
        context.Process(target=_work, args=(ground.database.url, ground.brand_id, signals)) for _ in range(workers)
    ]
    for process in processes:
        process.start()
    try:
        signals.ready.wait(timeout=_START_SECONDS)
        yield Crew(processes, signals)
    finally:
        for process in processes:
            process.kill()


def _work(url: str, brand_id: int, signals: _Signals) -> None:
    database = connect_database(url, application="localcare bench worker")
    pipeline = Pipeline(database, SystemClock(), load_triager())
    with database.session(ALL_BRANDS, viewer="bench") as session:
        pipeline.directories.refresh(session)
        pipeline.directories.directory_of(session, brand_id, now=pipeline.clock.now())
    signals.ready.wait(timeout=_START_SECONDS)
    before = time.process_time()
    while True:
        is_last_look = signals.no_more.is_set()
        if pipeline.work_batch().events == 0:
            if is_last_look:
                break
            time.sleep(_IDLE_SECONDS)
    signals.reports.put(WorkerReport(peak_rss_mb(os.getpid()), time.process_time() - before))
    database.dispose()
