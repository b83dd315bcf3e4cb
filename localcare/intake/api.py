"""`/api/v1/events`: what was set aside and why. The words of customers stay in the event log."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from localcare.intake import review
from localcare.people.core import Viewer
from localcare.people.dependencies import ApiScope, ApiSession
from localcare.web.paging import REFUSALS, Paging, cut

router = APIRouter(prefix="/api/v1", tags=["Intake"], responses=REFUSALS)
IssueKind = Literal["set-aside", "unknown-page", "stuck", "bad-row"]


class EventOut(BaseModel):
    """A part of a delivery that could not be worked in. `event_id` is what `localcare replay` takes."""

    id: int
    event_id: int
    state: str
    page_id: str | None
    what: str = Field(description="Which part, as the delivery names it.")
    why: str
    noticed_at: datetime


class EventList(BaseModel):
    """What is set aside, newest first."""

    items: list[EventOut]
    next: str | None


@router.get("/events", summary="List what is set aside")
def list_events(
    viewer: Annotated[Viewer, ApiScope("events:read")],
    session: ApiSession,
    asked: Paging,
    state: Annotated[IssueKind | None, Query(description="Only what is in this state.")] = None,
) -> EventList:
    """What could not become a mention and was not dealt with yet, with the reason."""
    found = review.list_issues(session, viewer, kind=state, before=asked.after_id, limit=asked.fetch)
    rows, following = cut(found, asked, lambda issue: (issue.id,))
    items = [
        EventOut(
            id=issue.id,
            event_id=issue.event_id,
            state=issue.kind,
            page_id=issue.page_id,
            what=issue.what,
            why=issue.why,
            noticed_at=issue.noticed_at,
        )
        for issue in rows
    ]
    return EventList(items=items, next=following)
