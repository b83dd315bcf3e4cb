"""`/api/v1/cases`, `/mentions` and `/queues`: what customers said and what became of it, for programs. Read-only."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query

from localcare.errors import InvalidError, NotFoundError
from localcare.inbox import api_repository as repository
from localcare.inbox.api_cases import complete_cases, mention_with_verdict
from localcare.inbox.api_repository import CaseQuestion, MentionQuestion, MentionRow
from localcare.inbox.api_schemas import CaseList, CaseOut, MentionList, QueueList, QueueOut
from localcare.people.core import Viewer
from localcare.people.dependencies import ApiScope, ApiSession, Now
from localcare.web.paging import REFUSALS, Key, Paging, cut

router = APIRouter(prefix="/api/v1", tags=["Cases"], responses=REFUSALS)

CaseReader = Annotated[Viewer, ApiScope("cases:read")]
CaseState = Literal[
    "open", "closed", "new", "queued", "claimed", "waiting", "snoozed", "escalated", "resolved", "merged",
    "not-ours",
]  # fmt: skip
Kind = Literal["review", "post", "comment", "mention", "message"]
_EITHER = {"open": True, "closed": False}
_NEWEST_ID = 2**62
_NEWEST = datetime.max.replace(tzinfo=UTC)


@router.get("/cases", summary="List cases")
def list_cases(
    viewer: CaseReader,
    session: ApiSession,
    now: Now,
    asked: Paging,
    queue: Annotated[
        str | None, Query(description="`store:<number>`, `tier1:<skill>`, `which-store`, `crisis`.")
    ] = None,
    store: Annotated[str | None, Query(description="A store's number.")] = None,
    state: Annotated[CaseState | None, Query(description="A state; `open` and `closed` are all such states.")] = None,
    owner: Annotated[str | None, Query(description="A person's e-mail address.")] = None,
    approval: Annotated[
        Literal["asked"] | None, Query(description="`asked`: an answer waits for somebody's approval.")
    ] = None,
) -> CaseList:
    """Cases with everything that was said and done, the newest first."""
    question = CaseQuestion(
        queue=queue,
        store=store,
        state=None if state in _EITHER else state,
        owner=owner.strip().lower() if owner else None,
        approval=approval,
        is_open=_EITHER.get(state or ""),
    )
    found = repository.list_cases(
        session, viewer.brand_id, question, before=asked.after_id or _NEWEST_ID, limit=asked.fetch
    )
    rows, following = cut(found, asked, lambda row: (row.id,))
    return CaseList(items=complete_cases(session, viewer.brand_id, rows, now=now), next=following)


@router.get("/cases/{case_id}", summary="Read a case", responses={404: {"description": "There is no such case."}})
def read_case(
    viewer: CaseReader, session: ApiSession, now: Now, case_id: Annotated[int, Path(ge=1, lt=2**63)]
) -> CaseOut:
    """One case with everything that was said and done."""
    row = repository.find_case(session, viewer.brand_id, case_id)
    if row is None:
        raise NotFoundError(f"There is no case {case_id}.")
    return complete_cases(session, viewer.brand_id, [row], now=now)[0]


@router.get("/mentions", summary="List mentions", tags=["Mentions"])
def list_mentions(
    viewer: Annotated[Viewer, ApiScope("mentions:read")],
    session: ApiSession,
    asked: Paging,
    store: Annotated[str | None, Query(description="A store's number.")] = None,
    since: Annotated[datetime | None, Query(description="Received since then; without a zone it is UTC.")] = None,
    kind: Annotated[Kind | None, Query()] = None,
) -> MentionList:
    """What customers said, the newest first: as it arrived, or of one store by the time it was written."""
    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=UTC)
    before, at = _position(asked.after, by_time=store is not None)
    question = MentionQuestion(store=store, kind=kind, since=since, before=before, at=at)
    found = repository.list_mentions(session, viewer.brand_id, question, limit=asked.fetch)
    rows, following = cut(found, asked, _key)
    return MentionList(items=[mention_with_verdict(row) for row in rows], next=following)


@router.get("/queues", summary="List queues")
def list_queues(
    viewer: Annotated[Viewer, ApiScope("queues:read")], session: ApiSession, now: Now, asked: Paging
) -> QueueList:
    """Every queue that has open cases, with how many wait and since when."""
    found = repository.list_queues(session, viewer.brand_id, now=now, after=asked.after_name, limit=asked.fetch)
    rows, following = cut(found, asked, lambda row: (row.queue,))
    items = [QueueOut.model_validate(row, from_attributes=True) for row in rows]
    return QueueList(items=items, next=following)


def _key(row: MentionRow) -> Key:
    return (row.id,) if row.mentioned_at is None else (row.mentioned_at.isoformat(), row.id)


def _position(after: Key | None, *, by_time: bool) -> tuple[int, datetime | None]:
    """The id, and for a store's list the time, below which a list goes on."""
    match after:
        case None:
            return _NEWEST_ID, _NEWEST
        case (int(mention_id),) if not by_time:
            return mention_id, None
        case (str(moment), int(mention_id)) if by_time:
            with suppress(ValueError):
                return mention_id, datetime.fromisoformat(moment)
    raise InvalidError("The cursor is not one of this list: take `next` from the page before.")
