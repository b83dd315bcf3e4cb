"""The list of stores: search, views, order, pages of fifty."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from localcare.inbox.admin.dependencies import AdminReader
from localcare.inbox.admin.pages import frame
from localcare.inbox.admin.stores import list_repository as repository
from localcare.inbox.admin.stores.pages import StoresPage, region_options, sort_columns, view_tabs
from localcare.inbox.admin.stores.question import Sort, StoreQuestion, View
from localcare.people.dependencies import CurrentSession, Now
from localcare.web.pages import render

router = APIRouter()


@router.get("/stores")
def show_stores(
    request: Request,
    viewer: AdminReader,
    session: CurrentSession,
    now: Now,
    show: View = "all",
    q: str = "",
    region: str = "",
    state: Annotated[str, Query(max_length=40)] = "",
    sort: Sort = "number",
    order: Literal["", "up", "down"] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    question = StoreQuestion(show, q.strip(), region, state, sort, order == "down", page)
    counts = repository.count_views(session, viewer.brand_id, question, today=now.date())
    value = StoresPage(
        title="Stores",
        question=question,
        tabs=view_tabs(question, counts),
        stores=repository.list_stores(session, viewer.brand_id, question, today=now.date()),
        found=counts[show],
        regions=region_options(repository.list_regions(session, viewer.brand_id)),
        columns=sort_columns(question),
        **frame(viewer, "/admin/stores"),
    )
    return render(request, "admin/stores/list.html", value)
