"""Jobs that ask for further jobs, inside the process that works them off."""

import asyncio

from localcare.kit.db import ALL_BRANDS, Database
from localcare.kit.jobs import defer, run_jobs, task
from localcare.kit.runtime import Runtime

done: list[str] = []


@task("tests.first")
def first(runtime: Runtime, **_: object) -> None:
    with runtime.db.session(ALL_BRANDS) as session:
        defer(session, "tests.second", number=2)
    done.append("first")


@task("tests.second")
def second(runtime: Runtime, **_: object) -> None:
    done.append("second")


def test_a_job_defers_another_in_its_own_transaction(database: Database, runtime: Runtime) -> None:
    done.clear()
    with database.session(ALL_BRANDS) as session:
        defer(session, "tests.first", number=1)
    asyncio.run(run_jobs(database, runtime, concurrency=1, wait=False))
    assert done == ["first", "second"]
