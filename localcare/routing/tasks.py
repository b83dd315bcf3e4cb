"""What time does to policies and promises, called by the worker's clock as often as it likes; and the posts of crises."""

import logging

from localcare.kit.db import ALL_BRANDS
from localcare.kit.jobs import task
from localcare.kit.runtime import Runtime
from localcare.people.service import list_brand_ids
from localcare.routing import ruling, surging
from localcare.routing.calming import FAR_BACK, LOOKS_BACK, return_cases
from localcare.routing.hooks import SEND_HOOKS_TASK, resume_posts, send_posts
from localcare.routing.lateness import AT_ONCE, escalate_late, remind
from localcare.routing.service import PolicyShelf

__all__ = ["escalate", "resume_posts", "send_owed_posts", "turn_policies", "watch_surges"]

log = logging.getLogger(__name__)


class _HasLooked:
    """That this process has looked for what surges left behind before it was there."""


@task(SEND_HOOKS_TASK)
def send_owed_posts(runtime: Runtime, *, brand_id: int) -> None:
    """Post what the brand owes about crises; what fails is taken up by the clock."""
    send_posts(runtime, brand_id)


def turn_policies(runtime: Runtime) -> int:
    """Put scheduled policies in force and let end what has run out; returns how many changed."""
    now = runtime.clock.now()
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        brand_ids = ruling.list_brands_in_time(session, now)
    turned = 0
    for brand_id in brand_ids:
        with runtime.db.session(brand_id, viewer="clock") as session:
            turns = ruling.keep_time(session, brand_id, now)
        for turn in turns:
            log.info("brand %s: %s", brand_id, turn.why)
        turned += len(turns)
    return turned


def watch_surges(runtime: Runtime) -> int:
    """Let surges begin and end by time and rule, and send back what they moved; returns for how many brands one switched."""
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        brand_ids = list_brand_ids(session)
    policies, switched = runtime.workbench.take(PolicyShelf, PolicyShelf), 0
    back = FAR_BACK if runtime.workbench.find(_HasLooked) is None else LOOKS_BACK
    for brand_id in brand_ids:
        now = runtime.clock.now()
        with runtime.db.session(brand_id, viewer="clock") as session:
            policy = policies.usual_policy_of(session, brand_id)
            switched += surging.keep_time(session, brand_id, policy.surge, now)
            return_cases(session, brand_id, policy, now=now, back=back)
    runtime.workbench.put(_HasLooked())
    return switched


def escalate(runtime: Runtime) -> int:
    """Remind of promises that will be late, tell of broken ones and move late cases up; returns how many of these."""
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        brand_ids = list_brand_ids(session)
    return sum(_escalate_brand(runtime, brand_id) for brand_id in brand_ids)


def _escalate_brand(runtime: Runtime, brand_id: int) -> int:
    policies = runtime.workbench.take(PolicyShelf, PolicyShelf)
    told = 0
    while True:
        with runtime.db.session(brand_id, viewer="clock") as session:
            policy = policies.policy_of(session, brand_id)
            some = escalate_late(session, brand_id, policy, now=runtime.clock.now())
            remind(session, brand_id, policy, now=runtime.clock.now())
        told += some
        if some < AT_ONCE:
            return told
