"""Work that calls out (Graph, SMTP, exports), deferred in the same transaction as the change that asks for it.

Jobs carry ids only and may run twice. A job that calls out claims and commits, calls, then records and commits.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.jobs import Job
from procrastinate.types import JSONValue
from sqlmodel import Session

from localcare.kit.db import Database, raw_connection
from localcare.kit.runtime import Runtime

log = logging.getLogger(__name__)

jobs_app = App(connector=PsycopgConnector())
"""Knows the tasks; while a process works jobs off, its connector is an open asynchronous pool."""

_deferring_app = App(connector=PsycopgConnector())
"""Only writes jobs, over the connection of the transaction at hand. Never opened, so it works inside a worker too."""

_STALLED_SECONDS = 30
_OUTAGE_SECONDS = 2.0
_PATIENCE_SECONDS = 5.0

PATIENT = RetryStrategy(max_attempts=12, exponential_wait=3)
"""Seconds 3, 9, 27 … : for what heals by itself, such as a network."""


def task(name: str, *, retry: RetryStrategy | None = None) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a task by its dotted name. It is called with the process's `Runtime` and the job's arguments."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        def run(context: JobContext, /, **arguments: object) -> None:
            function(cast(Runtime, context.additional_context["runtime"]), **arguments)

        jobs_app.task(name=name, retry=retry or False, pass_context=True)(run)
        return function

    return register


def defer(session: Session, name: str, *, not_before: datetime | None = None, **arguments: int | str) -> None:
    """Put a job beside the change that asks for it: both are committed, or neither."""
    configured = _deferring_app.configure_task(name, schedule_at=not_before, connection=raw_connection(session))
    configured.defer(**arguments)


def defer_many(session: Session, name: str, arguments: list[dict[str, JSONValue]]) -> None:
    """Put many jobs of one kind in one statement."""
    if arguments:
        _deferring_app.configure_task(name, connection=raw_connection(session)).batch_defer(*arguments)


async def run_jobs(
    database: Database, runtime: Runtime, *, concurrency: int, wait: bool, check_seconds: float = 60
) -> None:
    """Work jobs off: for ever, through outages of the database, or (without `wait`) until none is due.

    Every `check_seconds` the jobs of workers that died are given back.
    """
    while True:
        try:
            await _run_worker(database, runtime, concurrency=concurrency, wait=wait, check_seconds=check_seconds)
        except Exception:
            if not wait:
                raise
            log.exception("jobs cannot be worked off; they wait")
        if not wait:
            return
        # told to wait, a worker that ends by itself has lost the database: its listener or its heartbeat failed
        await asyncio.sleep(_OUTAGE_SECONDS)


async def _run_worker(
    database: Database, runtime: Runtime, *, concurrency: int, wait: bool, check_seconds: float
) -> None:
    connector = PsycopgConnector(conninfo=database.url, min_size=1, max_size=4, timeout=_PATIENCE_SECONDS)
    with jobs_app.replace_connector(connector) as app:
        async with app.open_async():
            await retry_stalled(app)
            checking = asyncio.create_task(_keep_retrying_stalled(app, check_seconds))
            try:
                await app.run_worker_async(
                    concurrency=concurrency,
                    wait=wait,
                    install_signal_handlers=False,
                    additional_context={"runtime": runtime},
                    update_heartbeat_interval=10,
                    stalled_worker_timeout=_STALLED_SECONDS,
                )
            finally:
                checking.cancel()


async def _keep_retrying_stalled(app: App, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await retry_stalled(app)
        except Exception:
            log.exception("jobs of dead workers could not be given back; it is tried again")


async def retry_stalled(app: App) -> int:
    """Give back the jobs of workers that died; returns how many. Procrastinate leaves them `doing` for ever."""
    stalled: list[Job] = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_SECONDS))
    for job in stalled:
        await app.job_manager.retry_job(job, retry_at=datetime.now(UTC))
    return len(stalled)
