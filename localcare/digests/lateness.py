"""Mail about stores' late replies: a reminder to who receives the store's matters, then word to the lead above.

Of many late cases a person gets one mail: the longest late speaks for the others, and there is not another one for a while.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.cases.handling import write_down
from localcare.cases.lateness import DUE_SOON, LATE
from localcare.digests import alert_repository
from localcare.digests import lateness_repository as repository
from localcare.digests.alerting import OLDEST
from localcare.digests.alerts import SEND_ALERTS_TASK
from localcare.digests.core.quiet import end_of_quiet
from localcare.digests.lateness_repository import LateAtStore
from localcare.kit.jobs import defer
from localcare.kit.runtime import Runtime
from localcare.people.core.receiving import Receiving
from localcare.people.receiving import list_leads, list_receiving
from localcare.routing.core import Policy
from localcare.routing.service import PolicyShelf

EVERY: Mapping[str, timedelta] = {DUE_SOON: timedelta(hours=12), LATE: timedelta(hours=4)}
"""How long a person hears no more of a store that is due soon, and of any late store."""


def tell_of_late(runtime: Runtime, brand_id: int, case_ids: Sequence[int], *, what: str) -> int:
    """Owe the mails of cases that are late, or due soon; returns how many. May run twice."""
    now = runtime.clock.now()
    with runtime.db.session(brand_id, viewer="alerts") as session:
        policy = runtime.workbench.take(PolicyShelf, PolicyShelf).policy_of(session, brand_id)
        cases = repository.list_waiting(session, brand_id, case_ids, since=now - OLDEST)
        groups = _by_store(cases)
        people = _who(session, list(groups), what, now)
        return sum(_tell(session, brand_id, groups[store], people[store], policy, what, now) for store in groups)


def _who(session: Session, store_ids: Sequence[int], what: str, now: datetime) -> Mapping[int, Receiving]:
    return list_receiving(session, store_ids, now=now) if what == DUE_SOON else list_leads(session, store_ids, now=now)


def _tell(
    session: Session,
    brand_id: int,
    cases: Sequence[LateAtStore],
    receiving: Receiving,
    policy: Policy,
    what: str,
    now: datetime,
) -> int:
    """One mail for a store's cases; its history says who was told."""
    first = cases[0]
    roles = policy.late_in_stores.tell if what == LATE else ("lead",)
    wanted = receiving.person_ids if "lead" in roles else frozenset()
    store = first.store_id if what == DUE_SOON else None
    wanted -= repository.list_told_since(session, wanted, what, store_id=store, since=now - EVERY[what])
    others = [each for each in roles if each != "lead"]
    until = end_of_quiet(now, first.timezone, policy.quiet_hours.begins, policy.quiet_hours.ends)
    told = alert_repository.insert_notice(
        session, brand_id, (first.case_id, first.store_id), others, now=now, not_before=until, kind=what,
        receiving=wanted, leaving="late",
    )  # fmt: skip
    if not told:
        return 0
    defer(session, SEND_ALERTS_TASK, not_before=until, brand_id=brand_id)
    names = ", ".join(alert_repository.list_told(session, [first.case_id], kind=what).get(first.case_id, []))
    detail = f"Told {names}: it is late." if what == LATE else f"Reminded {names}: it is due soon."
    write_down(session, brand_id, first.case_id, at=now, kind="told", who="localcare", detail=detail)
    return told


def _by_store(cases: Sequence[LateAtStore]) -> Mapping[int, list[LateAtStore]]:
    """Cases by store, the first due first, those of the worst store before the others'."""
    groups: defaultdict[int, list[LateAtStore]] = defaultdict(list)
    for each in cases:
        groups[each.store_id].append(each)
    return groups
