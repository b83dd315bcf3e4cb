"""What the queue calls."""

from localcare.kit.jobs import PATIENT, task
from localcare.kit.runtime import Runtime
from localcare.people import service


@task(service.MAIL_SIGN_IN_LINK, retry=PATIENT)
def mail_sign_in_link(runtime: Runtime, person_id: int, target: str) -> None:
    service.mail_sign_in_link(runtime, person_id, target)
