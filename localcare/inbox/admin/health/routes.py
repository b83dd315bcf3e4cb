"""The board of Facebook Pages, and one Page: look at it now, subscribe it again."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from localcare.channels.facebook.core.incidents import IncidentKind
from localcare.channels.facebook.incidents import list_everywhere, list_of_page
from localcare.channels.facebook.probing import answers_since
from localcare.channels.facebook.watching import look_now, subscribe_now
from localcare.errors import CareError, NotFoundError
from localcare.inbox.admin.dependencies import Administrator, AdminReader
from localcare.inbox.admin.health import pages as view
from localcare.inbox.admin.health import repository
from localcare.inbox.admin.health.question import HERE, PageQuestion, Sort, View
from localcare.inbox.admin.health.repository import PageFile
from localcare.inbox.admin.health.strip import first_day, strip_of
from localcare.inbox.admin.pages import frame
from localcare.people.dependencies import CurrentRuntime, CurrentSession, Now
from localcare.people.service import audit
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash, Link

router = APIRouter()
PageId = Annotated[str, Path(max_length=40)]


@router.get("/pages")
def show_board(
    request: Request,
    viewer: AdminReader,
    session: CurrentSession,
    now: Now,
    show: View = "ill",
    q: Annotated[str, Query(max_length=200)] = "",
    kind: IncidentKind | Literal[""] = "",
    region: str = "",
    sort: Sort = "worst",
    order: Literal["", "up", "down"] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    question = PageQuestion(show, q.strip(), kind, region, sort, order == "down", page)
    counts, of_all = repository.count_views(session, viewer.brand_id, question, now=now)
    value = view.BoardView(
        title="Pages",
        question=question,
        stats=view.board_stats(repository.count_kinds(session, viewer.brand_id), of_all),
        tabs=view.view_tabs(question, counts),
        pages=repository.list_board(session, viewer.brand_id, question, now=now),
        found=counts[show],
        everywhere=view.cards_of(list_everywhere(session, viewer.brand_id)),
        answers_since=answers_since(session, viewer.brand_id),
        strip=strip_of(repository.list_edges(session, viewer.brand_id, first=first_day(now.date())), today=now.date()),
        columns=view.sort_columns(question),
        regions=view.region_options(repository.list_regions(session, viewer.brand_id)),
        **frame(viewer, HERE),
    )
    return render(request, "admin/health/board.html", value)


@router.get("/pages/{page_id}")
def show_page(request: Request, viewer: AdminReader, session: CurrentSession, now: Now, page_id: PageId) -> Response:
    file = _file(session, viewer.brand_id, page_id)
    incidents = list_of_page(session, viewer.brand_id, page_id)
    value = view.HealthPage(
        title=file.name,
        crumbs=(Link("Pages", HERE),),
        file=file,
        cards=view.cards_of(incidents),
        facts=view.facts_of(file),
        abilities=view.abilities_of(file),
        fields=view.fields_of(file),
        lanes=view.lanes_of(list(repository.list_lanes(session, viewer.brand_id, page_id))),
        waiting=repository.count_waiting(session, viewer.brand_id, page_id),
        history=view.history_of(incidents),
        is_quota_waiting=file.quota_until is not None and file.quota_until > now,
        ends_soon=view.ends_soon(file, now),
        **frame(viewer, HERE),
    )
    return render(request, "admin/health/page.html", value)


@router.post("/pages/{page_id}/checks")
def check_page(
    request: Request, viewer: Administrator, session: CurrentSession, runtime: CurrentRuntime, now: Now, page_id: PageId
) -> Response:
    file = _file(session, viewer.brand_id, page_id)
    try:
        look_now(runtime, viewer.brand_id, [page_id])
    except CareError as error:
        return _back(request, page_id, Flash(error.message, "warn"))
    audit(session, viewer, "looked at a Facebook Page", f"page:{page_id}", now)
    found = list_of_page(session, viewer.brand_id, page_id)
    wrong = sum(incident.ended_at is None for incident in found)
    if wrong:
        return _back(
            request, page_id, Flash(f"Facebook was asked just now. What is wrong stands below: {wrong}.", "warn")
        )
    return _back(request, page_id, Flash(f"Facebook was asked just now: {file.name} is well."))


@router.post("/pages/{page_id}/subscription")
def subscribe_page(
    request: Request, viewer: Administrator, session: CurrentSession, runtime: CurrentRuntime, now: Now, page_id: PageId
) -> Response:
    file = _file(session, viewer.brand_id, page_id)
    try:
        refused = subscribe_now(runtime, viewer.brand_id, page_id)
    except CareError as error:
        return _back(request, page_id, Flash(error.message, "warn"))
    audit(session, viewer, "subscribed a Facebook Page", f"page:{page_id}", now)
    if refused is not None:
        return _back(request, page_id, Flash(f"Not subscribed. {refused}", "warn"))
    return _back(request, page_id, Flash(f"{file.name} is subscribed, and Facebook says so when asked."))


def _file(session: Session, brand_id: int, page_id: str) -> PageFile:
    file = repository.find_page(session, brand_id, page_id)
    if file is None:
        raise NotFoundError("There is no such Page with a token here. Connect it first, under Connect Facebook.")
    return file


def _back(request: Request, page_id: str, flash: Flash) -> Response:
    return see_other(request, f"{HERE}/{page_id}", flash)
