"""Queue entry points of Facebook: connecting takes minutes for thousands of Pages, so a worker does it."""

from localcare.channels.facebook.connecting import find_pages, subscribe_pages
from localcare.channels.facebook.ordering import FIND_TASK, SUBSCRIBE_TASK, give_up
from localcare.errors import CareError
from localcare.kit.jobs import PATIENT, task
from localcare.kit.runtime import Runtime


@task(FIND_TASK, retry=PATIENT)
def find(runtime: Runtime, *, brand_id: int, by: str) -> None:
    """Find a brand's Pages; a refusal stands in the report, and is not tried again by itself."""
    try:
        find_pages(runtime, brand_id, by=by)
    except CareError as error:
        give_up(runtime, brand_id, error)


@task(SUBSCRIBE_TASK, retry=PATIENT)
def subscribe(runtime: Runtime, *, brand_id: int, by: str) -> None:
    """Subscribe a brand's Pages, from where an earlier run was broken off."""
    try:
        subscribe_pages(runtime, brand_id, by=by)
    except CareError as error:
        give_up(runtime, brand_id, error)
