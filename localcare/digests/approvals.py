"""Mail about answers that wait for approval: who may give it is asked, and its author hears when it comes back."""

from datetime import datetime

from sqlmodel import Session

from localcare.cases.core.approval import approvers_of
from localcare.cases.models import Case
from localcare.digests import alert_repository
from localcare.digests.alerts import ASKED, RETURNED, SEND_ALERTS_TASK
from localcare.digests.core.quiet import end_of_quiet
from localcare.kit.jobs import defer
from localcare.kit.runtime import Runtime
from localcare.people.models import Person
from localcare.replies.core import ReplyState
from localcare.replies.models import Reply
from localcare.routing.core.conditions import CENTRE_ZONE
from localcare.routing.service import PolicyShelf
from localcare.stores.models import Store

_MAILED = ("lead", "supervisor")
"""Agents at their desk see on every page that an answer waits; these may be on the road."""


def tell_of_approval(runtime: Runtime, brand_id: int, reply_id: int, *, what: str) -> None:
    """Owe the mails about one answer: `asked` to who may approve it, `returned` to its author; at night in the morning."""
    now = runtime.clock.now()
    with runtime.db.session(brand_id, viewer="alerts") as session:
        reply = session.get(Reply, reply_id)
        case = session.get(Case, reply.case_id) if reply else None
        if reply is None or case is None or reply.state not in (ReplyState.AWAITING, ReplyState.RETURNED):
            return
        author = session.get(Person, reply.author_id) if reply.author_id else None
        wanted = [each for each in approvers_of(case.queue, case.approvers) if each in _MAILED]
        whom = wanted if what == "asked" else [author.email] if author else []
        until = _morning(session, brand_id, case, now)
        owed = alert_repository.insert_notice(
            session, brand_id, (reply.case_id, case.store_id), whom, now=now, not_before=until,
            kind=f"{ASKED if what == 'asked' else RETURNED}-{reply_id}",
            but=reply.author_id if what == "asked" else None,
        )  # fmt: skip
        if owed:
            defer(session, SEND_ALERTS_TASK, not_before=until, brand_id=brand_id)


def _morning(session: Session, brand_id: int, case: Case, now: datetime) -> datetime:
    quiet = PolicyShelf().policy_of(session, brand_id).quiet_hours
    store = session.get(Store, case.store_id) if case.store_id else None
    return end_of_quiet(now, store.timezone if store else CENTRE_ZONE, quiet.begins, quiet.ends)
