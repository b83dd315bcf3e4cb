"""Queue entry points of mail to people."""

from localcare.cases.crisis import CALL_TASK
from localcare.cases.lateness import TELL_TASK
from localcare.digests.alerting import send_alerts
from localcare.digests.alerts import SEND_ALERTS_TASK
from localcare.digests.approvals import tell_of_approval
from localcare.digests.crisis import call_again, call_for_case
from localcare.digests.lateness import tell_of_late
from localcare.digests.service import SEND_TASK, send_batch, tick
from localcare.kit.jobs import PATIENT, task
from localcare.kit.runtime import Runtime
from localcare.replies.approving import ASKED_TASK

__all__ = ["call_again", "call_crisis", "send_digests", "send_owed_alerts", "tell_approvers", "tell_late", "tick"]


@task(SEND_TASK, retry=PATIENT)
def send_digests(runtime: Runtime, *, brand_id: int, digest_ids: list[int]) -> None:
    """Send one batch of digests."""
    send_batch(runtime, brand_id, digest_ids)


@task(CALL_TASK, retry=PATIENT)
def call_crisis(runtime: Runtime, *, brand_id: int, case_id: int) -> None:
    """Page everybody about a case that a person has sent to the crisis queue."""
    call_for_case(runtime, brand_id, case_id)


@task(ASKED_TASK, retry=PATIENT)
def tell_approvers(runtime: Runtime, *, brand_id: int, reply_id: int, what: str) -> None:
    """Tell who may approve an answer, or its author that it came back."""
    tell_of_approval(runtime, brand_id, reply_id, what=what)


@task(TELL_TASK, retry=PATIENT)
def tell_late(runtime: Runtime, *, brand_id: int, case_ids: list[int], what: str) -> None:
    """Tell of stores' late replies, or remind of those that will be."""
    tell_of_late(runtime, brand_id, case_ids, what=what)


@task(SEND_ALERTS_TASK, retry=PATIENT)
def send_owed_alerts(runtime: Runtime, *, brand_id: int) -> None:
    """Send every alert that the brand owes."""
    send_alerts(runtime, brand_id)
