"""The worker's clock: what it wakes, and when first."""

from datetime import UTC, datetime, timedelta

from localcare.kit.runtime import Runtime
from localcare.worker import SCHEDULE, start_clock


def test_what_is_due_every_few_hours_is_done_soon_after_a_start(runtime: Runtime) -> None:
    scheduler = start_clock(runtime)
    try:
        first = {job.id: job.next_run_time for job in scheduler.get_jobs()}
    finally:
        scheduler.shutdown(wait=False)
    assert {dotted for dotted, _ in SCHEDULE} <= first.keys()
    latest = datetime.now(UTC) + timedelta(minutes=4)
    assert [dotted for dotted, _ in SCHEDULE if first[dotted] > latest] == []
