"""What was set aside, Pages that nobody linked, and running events again."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from localcare.errors import InvalidError
from localcare.inbox.admin.dependencies import Administrator, AdminReader
from localcare.inbox.admin.pages import ISSUE_LABELS, EventPage, EventsPage, UnknownPagesPage, frame
from localcare.intake import review
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentSession, Now
from localcare.people.service import audit
from localcare.stores.service import link_pages
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash, Tab
from localcare.web.words import plural

router = APIRouter()
IssueKind = Literal["set-aside", "unknown-page", "stuck", "bad-row"]
_SHOWN = 50


@router.get("/events")
def show_events(
    request: Request,
    viewer: AdminReader,
    session: CurrentSession,
    kind: Literal["", "set-aside", "unknown-page", "stuck", "bad-row"] = "",
    before: int = 0,
) -> Response:
    counts = {count.kind: count.issues for count in review.count_issues(session, viewer)}
    issues = review.list_issues(session, viewer, kind=kind or None, before=before, limit=_SHOWN + 1)
    more = urlencode({"kind": kind, "before": issues[_SHOWN - 1].id}) if len(issues) > _SHOWN else ""
    tabs = [Tab("All", "/admin/events", sum(counts.values()), current=not kind)]
    tabs += [
        Tab(label, f"/admin/events?kind={slug}", counts.get(slug, 0), current=slug == kind)
        for slug, label in ISSUE_LABELS.items()
    ]
    page = EventsPage(
        title="Set aside",
        tabs=tuple(tabs),
        issues=issues[:_SHOWN],
        kind=kind,
        more_href=f"/admin/events?{more}" if more else "",
        **frame(viewer, "/admin/events"),
    )
    return render(request, "admin/events.html", page)


@router.post("/events/runs")
def run_kind_again(
    request: Request, viewer: Administrator, session: CurrentSession, now: Now, kind: Annotated[IssueKind, Form()]
) -> Response:
    count = review.run_kind_again(session, viewer, kind, now=now)
    audit(session, viewer, "ran events again", f"events:{kind}", now, count=count)
    return see_other(request, "/admin/events", Flash(f"{plural(count, 'event')} put back for the worker.", "info"))


@router.get("/events/{event_id}")
def show_event(request: Request, viewer: AdminReader, session: CurrentSession, event_id: int) -> Response:
    found = review.open_event(session, viewer, event_id)
    page = EventPage(title=f"Event {event_id}", found=found, **frame(viewer, "/admin/events"))
    return render(request, "admin/event.html", page)


@router.post("/events/{event_id}/runs")
def run_event_again(
    request: Request, viewer: Administrator, session: CurrentSession, now: Now, event_id: int
) -> Response:
    review.run_again(session, viewer, event_id, now=now)
    audit(session, viewer, "ran an event again", f"event:{event_id}", now)
    flash = Flash(f"Event {event_id} is put back for the worker. What it said before stays one mention.", "info")
    return see_other(request, "/admin/events", flash)


@router.post("/issues/{issue_id}/settlement")
def settle_issue(request: Request, viewer: Administrator, session: CurrentSession, now: Now, issue_id: int) -> Response:
    review.settle(session, viewer, issue_id, now=now)
    audit(session, viewer, "settled an issue", f"issue:{issue_id}", now)
    return see_other(request, "/admin/events", Flash("Settled: it is not shown any more."))


@router.get("/unknown-pages")
def show_unknown_pages(request: Request, viewer: AdminReader, session: CurrentSession) -> Response:
    pages = review.list_unknown_pages(session, viewer)
    forgotten = review.count_forgotten_strangers(session, viewer)
    page = UnknownPagesPage(
        title="Unknown Pages", pages=pages, forgotten=forgotten, **frame(viewer, "/admin/unknown-pages")
    )
    return render(request, "admin/unknown_pages.html", page)


@router.post("/unknown-pages/{page_id}/link")
def link_unknown_page(
    request: Request,
    viewer: Administrator,
    session: CurrentSession,
    now: Now,
    page_id: str,
    whose: Annotated[Literal["store", "duplicate", "brand"], Form()],
    store_number: Annotated[str, Form(max_length=80)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    number = store_number.strip() if whose != "brand" else ""
    if whose != "brand" and not number:
        return see_other(request, "/admin/unknown-pages", Flash("Write the number of the Page's store first.", "bad"))
    try:
        kind = "duplicate" if whose == "duplicate" else ""
        _link(session, viewer, _UnknownLink(page_id, name.strip(), number, kind), now=now)
    except InvalidError as error:
        return see_other(request, "/admin/unknown-pages", Flash(error.message, "bad"))
    count = review.run_kind_again(session, viewer, "unknown-page", now=now, page_id=page_id)
    audit(session, viewer, "linked a Page", f"page:{page_id}", now, store=number or None)
    owner = f"store {number}" if number else "the brand"
    flash = Flash(f"The Page belongs to {owner} now; {plural(count, 'event')} put back for the worker.")
    return see_other(request, "/admin/unknown-pages", flash)


@dataclass(frozen=True, slots=True)
class _UnknownLink:
    page_id: str
    name: str
    number: str
    kind: str


def _link(session: Session, viewer: Viewer, link: _UnknownLink, *, now: datetime) -> None:
    """As a file of one row: the same rules as for many."""
    issues = [page for page in review.list_unknown_pages(session, viewer) if page.page_id == link.page_id]
    channel = review.find_page_channel(session, issues[0].event_id, link.page_id) if issues else "facebook"
    row = (link.page_id, link.name or link.page_id, link.number, channel, link.kind)
    rows = io.StringIO()
    csv.writer(rows).writerows([("page_id", "name", "store_number", "channel", "kind"), row])
    report = link_pages(session, viewer.brand_id, rows.getvalue().splitlines(keepends=True), now=now)
    if report.refused:
        refused = report.refused[0]
        raise InvalidError(f"The Page was not linked: {refused.value} {refused.reason}.")
