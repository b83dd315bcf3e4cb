"""Answers that wait for approval: the list of them, and the box under one on its case's page."""

from dataclasses import dataclass
from datetime import datetime

from localcare.cases.core.approval import Asked, approvers_of, in_words, why_not_approve
from localcare.inbox.core.moments import wall_time
from localcare.inbox.core.queues import queue_name
from localcare.inbox.core.words import CLOCK_NAMES, name_of, topic_name
from localcare.inbox.pages.rows import clock_warning
from localcare.inbox.service.case import CaseFile
from localcare.people.core import Viewer
from localcare.replies.approving import Awaiting, asked_of
from localcare.replies.core import Deed, ReplyState
from localcare.replies.models import Reply
from localcare.web.pages import Page
from localcare.web.parts import ClockFace, Quote
from localcare.web.words import capital_first


@dataclass(frozen=True, slots=True)
class ApprovalBox:
    """What can be decided about an answer: `why_not` says why this person cannot, `news` what came since it was written."""

    key: str
    base: str
    seen: str
    text: str
    why_not: str
    news: str
    has_key: bool = False


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """An answer that waits, under what it answers."""

    case_href: str
    where: str
    said: Quote | None
    answer: Quote
    what: str
    waits_since: datetime
    clock: ClockFace | None
    box: ApprovalBox


@dataclass(frozen=True, kw_only=True)
class ApprovalsPage(Page):
    """`inbox/approvals.html`: what this person may approve, and what they have asked for themselves."""

    rows: tuple[ApprovalRow, ...]
    own: tuple[ApprovalRow, ...]


def approvals_page(viewer: Viewer, awaiting: list[Awaiting]) -> ApprovalsPage:
    """Everything that waits for this person, or because of them."""
    rows = [(each, _row(viewer, each)) for each in awaiting]
    return ApprovalsPage(
        title="Answers to approve",
        viewer=viewer,
        rows=tuple(row for _, row in rows if not row.box.why_not),
        own=tuple(row for each, row in rows if row.box.why_not and each.author_id == viewer.person_id),
    )


def approval_box(viewer: Viewer, file: CaseFile, reply: Reply) -> ApprovalBox | None:
    """The box under an answer of a case; None when it does not wait."""
    if reply.state != ReplyState.AWAITING:
        return None
    case = file.case
    asked = Asked(reply.author_id, case.store_id, case.queue, tuple(case.approvers))
    why_not = why_not_approve(viewer, asked)
    if reply.author_id is not None and reply.author_id == viewer.person_id:
        wanted = in_words(approvers_of(case.queue, case.approvers))
        why_not = f"{capital_first(wanted)} approves it. The clocks run on until it is sent."
    newest = file.turn.mention_id if file.turn else 0
    return ApprovalBox(
        key=f"a{reply.id}",
        base=f"/replies/{reply.id}",
        seen=str(newest),
        text=reply.text,
        why_not=why_not,
        news="" if newest == reply.turn_id else "The customer has written again since this was written.",
        has_key=not why_not,
    )


def _row(viewer: Viewer, each: Awaiting) -> ApprovalRow:
    zone = each.timezone or viewer.timezone
    why_not = why_not_approve(viewer, asked_of(each))
    news = _news(each, zone)
    return ApprovalRow(
        case_href=f"/cases/{each.case_id}",
        where=", ".join(
            [each.store_name or queue_name(each.queue), topic_name(each.topic)]
            + (["urgent"] if each.urgency in ("high", "critical") else [])
        ),
        said=Quote(
            name_of(each.customer), each.said or "", each.channel or "", each.said_at, kind=each.said_kind or "post"
        )
        if each.said_at
        else None,
        answer=Quote(each.author_name, each.text, each.channel or "", each.created_at, kind="reply", ours=True),
        what="New words for an answer that stands" if each.kind == Deed.EDIT else "",
        waits_since=each.created_at,
        clock=ClockFace(CLOCK_NAMES[each.clock_kind], each.due_at, warn=clock_warning(each.queue))
        if each.clock_kind and each.due_at
        else None,
        box=ApprovalBox(f"a{each.id}", f"/replies/{each.id}", str(each.newest_id or 0), each.text, why_not, news),
    )


def _news(each: Awaiting, zone: str) -> str:
    if each.newest_id is None:
        return "The customer has removed their words: there is nothing left to answer."
    if each.newest_id == each.turn_id or each.said_at is None:
        return ""
    return f"The customer has written again since, {wall_time(each.said_at, zone)}: this is what they say now."
