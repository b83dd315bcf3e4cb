"""Queue entry point of dry runs: reading a month of mentions takes longer than anybody waits for a page."""

from localcare.inbox.admin.rules.queues import queues_by_policy
from localcare.kit.db import is_outage
from localcare.kit.jobs import PATIENT, task
from localcare.kit.runtime import Runtime
from localcare.triage.model_shelf import live_models
from localcare.triage.rule_trial import DRY_RUN_TASK, fail_dry_run, triager_at_hand, work_dry_run


@task(DRY_RUN_TASK, retry=PATIENT)
def dry_run(runtime: Runtime, *, brand_id: int, run_id: int) -> None:
    """Find out what rules on trial would have done; what fails is said on the page, and not tried again by itself."""
    try:
        with runtime.db.session(brand_id, viewer="dry run") as session:
            triager = live_models(runtime).triager_of(session, brand_id, triager_at_hand())
        work_dry_run(runtime.db, runtime.clock, triager, brand_id, run_id, route=queues_by_policy)
    except Exception as error:
        if is_outage(error):
            raise
        with runtime.db.session(brand_id, viewer="dry run") as session:
            fail_dry_run(session, brand_id, run_id, now=runtime.clock.now())
        raise
