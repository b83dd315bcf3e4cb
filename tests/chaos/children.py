"""What a process does that a chaos test starts and kills: one step of the worker each, dying at a named point if asked to."""

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from typing import Protocol

import uvicorn
from pydantic import SecretStr

from localcare.app import create_app
from localcare.kit.clock import SetClock
from localcare.kit.crypto import Cipher, Signer, derive_key
from localcare.kit.db import connect_database
from localcare.kit.jobs import run_jobs
from localcare.kit.mail import MailList
from localcare.kit.runtime import Runtime
from localcare.pipeline import Pipeline
from localcare.replies.tasks import outbox_of, resume_unsent
from localcare.settings import Settings
from localcare.triage.shipped import load_triager
from localcare.worker import TASK_MODULES
from tests.conftest import SECRET

TRIAGER = load_triager(use_model=False)
for _module in TASK_MODULES:
    import_module(_module)


@dataclass(frozen=True)
class Installed:
    """Where a process finds the installation, and what time it is there."""

    url: str
    now: datetime
    graph_url: str = "http://localhost:9"
    app_id: str = ""
    app_secret: str = ""
    base_url: str = "http://localhost:8000"

    def runtime(self) -> Runtime:
        settings = Settings(
            _env_file=None,
            secret_key=SecretStr(SECRET),
            graph_url=self.graph_url,
            base_url=self.base_url,
            facebook_app_id=self.app_id,
            facebook_app_secret=SecretStr(self.app_secret),
        )
        cipher = Cipher(derive_key(SECRET, "page tokens"))
        return Runtime(
            settings, connect_database(self.url), SetClock(self.now), MailList(), cipher, Signer(SECRET)
        )  # fmt: skip


class Bell(Protocol):
    """Rung when a process has begun."""

    def set(self) -> None: ...


def killed_at(point: str) -> Callable[[str], None]:
    """Dies there as by `kill -9`: nothing is cleaned up, nothing is said."""

    def at_point(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    return at_point


def serve(where: Installed, port: int) -> None:
    """The web process."""
    uvicorn.run(create_app(where.runtime()), port=port, log_level="error", ws="none")


def work_events(where: Installed, point: str = "", bell: Bell | None = None) -> None:
    """The pipeline until nothing is left, or until it dies at the point."""
    runtime = where.runtime()
    pipeline = Pipeline(runtime.db, runtime.clock, TRIAGER, at_point=killed_at(point))
    if bell is not None:
        bell.set()
    while pipeline.work_batch().events:
        pass


def send_reply(where: Installed, reply_id: int, brand_id: int, point: str) -> None:
    """One reply through the outbox, dying at the point."""
    replace(outbox_of(where.runtime()), at_point=killed_at(point)).send(reply_id, brand_id)


def work_jobs(where: Installed, *, wait: bool = False) -> None:
    """What a worker does with answers: takes up the forgotten, then works the queue off; with `wait` for ever."""
    runtime = where.runtime()
    resume_unsent(runtime)
    asyncio.run(run_jobs(runtime.db, runtime, concurrency=2, wait=wait))
