"""From rows to the JSON of cases and mentions."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session

from localcare.cases.core.approval import approvers_of
from localcare.inbox import api_repository as repository
from localcare.inbox.api_repository import (
    CaseMentionRow,
    CaseRow,
    ClockRow,
    LinkedRow,
    MentionRow,
    ReplyRow,
    WordsRow,
)
from localcare.inbox.api_schemas import (
    ApprovalOut,
    AttachmentOut,
    AuthorOut,
    CaseOut,
    ClockOut,
    EvidenceOut,
    LinkedCaseOut,
    MentionOut,
    MentionWithVerdict,
    ReasonOut,
    ReplyOut,
    ResolutionOut,
    StoreOfCase,
)
from localcare.stores.core.asking import AGAINST

OfCase = TypeVar("OfCase", CaseMentionRow, ClockRow, ReplyRow, LinkedRow)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What belongs to one case."""

    mentions: list[CaseMentionRow]
    clocks: list[ClockRow]
    replies: list[ReplyRow]
    linked: list[LinkedRow]


def complete_cases(session: Session, brand_id: int, rows: Sequence[CaseRow], *, now: datetime) -> list[CaseOut]:
    """Cases with their mentions, clocks and replies: four queries, however many cases."""
    ids = [row.id for row in rows]
    mentions = _by_case(repository.list_case_mentions(session, brand_id, ids))
    clocks = _by_case(repository.list_clocks(session, ids))
    replies = _by_case(repository.list_replies(session, brand_id, ids))
    linked = _by_case(repository.list_linked(session, brand_id, ids))
    return [_case(row, _Parts(mentions[row.id], clocks[row.id], replies[row.id], linked[row.id]), now) for row in rows]


def mention_with_verdict(row: MentionRow) -> MentionWithVerdict:
    """A mention of the feed."""
    return MentionWithVerdict(
        **_mention(row).model_dump(),
        store=row.store,
        actionable=row.actionable,
        topic=row.topic,
        sentiment=row.sentiment,
        urgency=row.urgency,
        case_id=row.case_id,
    )


def _by_case(rows: Iterable[OfCase]) -> dict[int, list[OfCase]]:
    grouped: dict[int, list[OfCase]] = defaultdict(list)
    for row in rows:
        grouped[row.case_id or 0].append(row)
    return grouped


def _case(row: CaseRow, parts: _Parts, now: datetime) -> CaseOut:
    return CaseOut(
        id=row.id,
        brand=row.brand,
        store=_store(row),
        queue=row.queue,
        tier=row.tier,
        state=row.state,
        owner=row.owner,
        topic=row.topic,
        sentiment=row.sentiment,
        urgency=row.urgency,
        risks=row.risks,
        resolution=_resolution(row, parts.mentions),
        reasons=_reasons(row, parts.mentions),
        approval=ApprovalOut(
            needed=row.needs_approval,
            by=list(approvers_of(row.queue, row.approvers)) if row.needs_approval else [],
            asked_at=row.approval_asked_at,
        ),
        clocks=[_clock(clock, now) for clock in parts.clocks],
        mentions=[_mention(mention) for mention in parts.mentions],
        replies=[_reply(reply) for reply in parts.replies],
        linked=[LinkedCaseOut(id=each.id, how=each.how, answers_in_public=not each.is_silent) for each in parts.linked],
        created_at=row.opened_at,
        updated_at=row.updated_at,
        closed_at=row.closed_at,
    )


def _store(row: CaseRow) -> StoreOfCase | None:
    if row.store_number is None or row.store_name is None or row.region is None:
        return None
    return StoreOfCase(number=row.store_number, name=row.store_name, region=row.region)


def _resolution(row: CaseRow, mentions: Sequence[CaseMentionRow]) -> ResolutionOut:
    """Of the mention that decided: the surest of those that agree with the case."""
    agreeing = [m for m in mentions if m.status == row.resolution_status and m.store_id == row.store_id]
    deciding = max(agreeing, key=lambda m: (m.confidence or 0.0, m.id), default=None)
    candidates = (deciding.candidates or []) if deciding else []
    return ResolutionOut.model_validate(
        {
            "status": row.resolution_status,
            "confidence": (deciding.confidence or 0.0) if deciding else 0.0,
            "decided_by": deciding.decided_by if deciding else None,
            "evidence": [
                EvidenceOut(store_number=candidate["store_number"], kind=found["kind"], detail=found["detail"])
                for candidate in candidates
                if row.store_id in (None, candidate["store_id"])
                for found in candidate["evidence"]
                if found["kind"] != AGAINST
            ],
            "against": list(
                dict.fromkeys(
                    found["detail"]
                    for candidate in candidates
                    for found in candidate["evidence"]
                    if found["kind"] == AGAINST
                )
            ),
        }
    )


def _reasons(row: CaseRow, mentions: Sequence[CaseMentionRow]) -> list[ReasonOut]:
    lead = next((mention for mention in mentions if mention.id == row.lead_mention_id), None)
    verdict = [ReasonOut(source=each["from"], detail=each["detail"]) for each in (lead.reasons if lead else [])]
    return [ReasonOut(source="policy", detail=row.route_reason), *verdict] if row.route_reason else verdict


def _clock(clock: ClockRow, now: datetime) -> ClockOut:
    return ClockOut(
        kind=clock.kind,
        due_at=clock.due_at,
        breached=(clock.stopped_at or clock.paused_at or now) > clock.due_at,
        started_at=clock.started_at,
        stopped_at=clock.stopped_at,
        paused_at=clock.paused_at,
    )


def _mention(row: WordsRow) -> MentionOut:
    is_known = row.author_external_id is not None or row.author_name is not None
    return MentionOut(
        id=row.id,
        channel=row.channel,
        kind=row.kind,
        external_id=row.external_id,
        page_id=row.page_id,
        parent_id=row.parent_id,
        author=AuthorOut(id=row.author_external_id, name=row.author_name) if is_known else None,
        text=row.text,
        rating=row.rating,
        recommends=row.recommends,
        attachments=[AttachmentOut(type=str(each["type"]), url=each["url"]) for each in row.attachments],
        language=row.language,
        created_at=row.created_at,
        received_at=row.received_at,
        edited_at=row.edited_at,
        removed_at=row.removed_at,
        hidden=row.hidden,
        permalink=row.permalink,
    )


def _reply(reply: ReplyRow) -> ReplyOut:
    return ReplyOut(
        id=reply.id,
        kind=reply.kind,
        state=reply.state,
        external_id=reply.external_id,
        author=reply.author_name,
        text=reply.text,
        sent_at=reply.sent_at,
        approved_at=reply.approved_at,
    )
