"""The worker process: drains the event log, works jobs off, gives cases to agents, and keeps the clock that wakes what is due."""

import asyncio
import logging
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module

from apscheduler.schedulers.background import BackgroundScheduler

from localcare.kit.db import is_outage, through_conflicts
from localcare.kit.jobs import run_jobs
from localcare.kit.opening import open_runtime, require_safe
from localcare.kit.runtime import Runtime
from localcare.kit.schema import ensure_coming_months
from localcare.pipeline import Pipeline, pipeline_of
from localcare.routing.assigner import Assigner
from localcare.settings import Settings, get_settings

log = logging.getLogger(__name__)

TASK_MODULES = (
    "localcare.people.tasks",
    "localcare.stores.tasks",
    "localcare.routing.tasks",
    "localcare.inbox.admin.rules.tasks",
    "localcare.channels.facebook.tasks",
    "localcare.replies.tasks",
    "localcare.digests.tasks",
    "localcare.simulation.tasks",
)
"""Every module with queue entry points; importing one registers its tasks."""

SCHEDULE: tuple[tuple[str, int], ...] = (
    ("localcare.digests.tasks:tick", 30),
    ("localcare.replies.tasks:resume_unsent", 30),
    ("localcare.cases.tasks:wake", 30),
    ("localcare.routing.tasks:turn_policies", 5),
    ("localcare.routing.tasks:escalate", 30),
    ("localcare.routing.tasks:watch_surges", 15),
    ("localcare.routing.tasks:resume_posts", 10),
    ("localcare.digests.tasks:call_again", 15),
    ("localcare.people.tasks:sweep", 3600),
    ("localcare.stores.tasks:carry_out_plans", 20),
    ("localcare.stores.tasks:forget_geocodes", 3600),
    ("localcare.channels.facebook.locations:sync_due_brands", 3600),
    ("localcare.intake.polling:poll_due", 60),
    ("localcare.channels.facebook.listening:note_heard", 60),
    ("localcare.pipeline:note_heard", 60),
    ("localcare.channels.facebook.watching:watch", 60),
    ("localcare.channels.facebook.listening:listen", 900),
    ("localcare.digests.page_alerts:tell_administrators", 60),
    ("localcare.digests.probe_news:tell_of_probes", 600),
    ("localcare.channels.facebook.stars:snapshot_due_brands", 3600),
    ("localcare.channels.facebook.probing:probe_due_brands", 3600),
    ("localcare.digests.triage_report:report_due_weeks", 3600),
    ("localcare.inbox.admin.models.tasks:judge_along", 20),
    ("localcare.inbox.admin.models.tasks:forget_old", 6 * 3600),
    ("localcare.privacy.tasks:purge", 6 * 3600),
)
"""What wakes by time, and every how many seconds. Each is idempotent, so any number of workers may run it."""

_FIRST_WITHIN_SECONDS = 180
"""A worker that is started anew every few hours must do, too, what is due every six."""
_IDLE_SECONDS = 0.1
_OUTAGE_SECONDS = 2.0


def run(*, concurrency: int = 4, settings: Settings | None = None) -> None:
    """Work until SIGTERM or Ctrl-C; what is being done is finished first."""
    chosen = settings or get_settings()
    require_safe(chosen)
    with open_runtime(chosen, application="localcare worker", pool_size=concurrency + 5) as runtime:
        asyncio.run(_run(runtime, concurrency=concurrency))


async def _run(runtime: Runtime, *, concurrency: int) -> None:
    for name in TASK_MODULES:
        import_module(name)
    stop = threading.Event()
    loop = asyncio.get_running_loop()
    jobs = asyncio.create_task(run_jobs(runtime.db, runtime, concurrency=concurrency, wait=True))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop, stop, jobs)
    scheduler = start_clock(runtime)
    draining = asyncio.create_task(asyncio.to_thread(drain, pipeline_of(runtime), stop))
    giving_out = asyncio.create_task(asyncio.to_thread(Assigner(runtime.db, runtime.clock).run, stop))
    try:
        await asyncio.gather(draining, giving_out, jobs, return_exceptions=True)
    finally:
        stop.set()
        scheduler.shutdown(wait=True)


def _stop(stop: threading.Event, jobs: asyncio.Task[None]) -> None:
    stop.set()
    jobs.cancel()


def drain(pipeline: Pipeline, stop: threading.Event) -> None:
    """Work batches until told to stop; through an outage of the database, or whatever else fails, it waits and goes on."""
    while not stop.is_set():
        try:
            is_idle = pipeline.work_batch().events == 0
        except Exception as error:
            why = "the database cannot be reached" if is_outage(error) else "a batch could not be worked in"
            log.exception("%s; the events wait", why)
            stop.wait(_OUTAGE_SECONDS)
            continue
        if is_idle:
            stop.wait(_IDLE_SECONDS)


def start_clock(runtime: Runtime) -> BackgroundScheduler:
    """APScheduler as the clock: one interval per line of SCHEDULE, one run at a time, missed ones made up by one."""
    # a busy machine is late by seconds: whatever is late is done all the same
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults=defaults)
    begun = datetime.now(UTC)
    for dotted, seconds in SCHEDULE:
        first = begun + timedelta(seconds=min(seconds, _FIRST_WITHIN_SECONDS))
        scheduler.add_job(
            _guarded(dotted), "interval", args=[runtime], seconds=seconds, id=dotted, next_run_time=first
        )  # fmt: skip
    scheduler.add_job(_make_room, "interval", args=[runtime], hours=6, id="months")
    scheduler.start()
    return scheduler


def _guarded(dotted: str) -> Callable[[Runtime], None]:
    module, _, name = dotted.partition(":")
    function: Callable[[Runtime], object] = getattr(import_module(module), name)

    def run_logged(runtime: Runtime) -> None:
        try:
            through_conflicts(lambda: function(runtime))
        except Exception:
            log.exception("%s failed; it runs again by itself", dotted)

    return run_logged


def _make_room(runtime: Runtime) -> None:
    with runtime.db.session(None) as session:
        ensure_coming_months(session, runtime.clock.now().date())
