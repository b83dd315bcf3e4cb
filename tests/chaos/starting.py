"""Starting processes to kill, and counting what they left behind."""

import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.process import BaseProcess

from sqlalchemy import text

from localcare.kit.db import Database

PATIENCE_SECONDS = 60
# a fork of a process that has everything imported, and no thread or connection that a fork could spoil
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.chaos.children"])

_TABLES = text("""
    select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and relname not like 'procrastinate_%'
    union all select 'procrastinate_jobs'
""")


def start(role: Callable[..., None], *arguments: object, **named: object) -> BaseProcess:
    """A process of its own that does one step of the worker (see `children`)."""
    process = CONTEXT.Process(target=role, args=arguments, kwargs=named, daemon=True)
    process.start()
    return process


def run_to_the_end(role: Callable[..., None], *arguments: object) -> None:
    """A process that must finish its work."""
    process = start(role, *arguments)
    process.join(PATIENCE_SECONDS)
    assert process.exitcode == 0


def run_until_killed(role: Callable[..., None], *arguments: object) -> None:
    """A process that must die at its point."""
    process = start(role, *arguments)
    process.join(PATIENCE_SECONDS)
    assert process.exitcode == -signal.SIGKILL


def kill(process: BaseProcess) -> None:
    """`kill -9`, and the end of it."""
    process.kill()
    process.join(PATIENCE_SECONDS)


def count_rows(database: Database) -> dict[str, int]:
    """How many rows each table has: everything that was done, and nothing that was done twice."""
    with database.session(None) as session:
        tables = session.execute(_TABLES).scalars().all()
        return {name: session.execute(text(f'select count(*) from "{name}"')).scalar_one() for name in sorted(tables)}
