"""What the queue calls."""

from localcare.kit.db import ALL_BRANDS
from localcare.kit.jobs import PATIENT, task
from localcare.kit.runtime import Runtime
from localcare.people import service


@task(service.MAIL_SIGN_IN_LINK, retry=PATIENT)
def mail_sign_in_link(runtime: Runtime, person_id: int, target: str) -> None:
    service.mail_sign_in_link(runtime, person_id, target)


def sweep(runtime: Runtime) -> None:
    """Forget what can no longer be used; called by the clock, any number of times."""
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        service.sweep_ended(session, runtime.clock.now())
