"""Pages and stores: how they fare, who manages them."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from localcare.errors import InvalidError, NotFoundError
from localcare.inbox.admin import repository
from localcare.inbox.admin.dependencies import Administrator, AdminReader
from localcare.inbox.admin.pages import PagesPage, StorePage, StoresPage, frame
from localcare.inbox.admin.repository import PageView, StoreLine, StoreView
from localcare.people import administration, roster
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentSession, Now
from localcare.people.roster import NewManager
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash, Tab

router = APIRouter()
_SHOWN = 50
_PAGE_TABS: dict[PageView, str] = {"ill": "Cannot speak", "unconnected": "Without a token", "all": "All"}
_STORE_TABS: dict[StoreView, str] = {
    "all": "All", "no-manager": "Without a manager", "no-page": "Without a Page", "closed": "Closed",
}  # fmt: skip


@router.get("/pages")
def show_pages(
    request: Request, viewer: AdminReader, session: CurrentSession, show: PageView = "ill", q: str = "", after: int = 0
) -> Response:
    health = {count.health: count.pages for count in repository.count_health(session, viewer.brand_id)}
    counts: dict[PageView, int] = {
        "ill": sum(health.get(kind, 0) for kind in ("token", "permission", "quota")),
        "unconnected": health.get("unconnected", 0),
        "all": sum(health.values()),
    }
    found = repository.list_pages(session, viewer.brand_id, view=show, words=q, after=after, limit=_SHOWN + 1)
    tabs = tuple(
        Tab(label, f"/admin/pages?show={view}", counts[view], current=view == show)
        for view, label in _PAGE_TABS.items()
    )
    page = PagesPage(
        title="Pages",
        tabs=tabs,
        pages=found[:_SHOWN],
        words=q,
        view=show,
        more_href=_more("/admin/pages", show, q, found[_SHOWN - 1].id) if len(found) > _SHOWN else "",
        **frame(viewer, "/admin/pages"),
    )
    return render(request, "admin/pages.html", page)


@router.get("/stores")
def show_stores(
    request: Request,
    viewer: AdminReader,
    session: CurrentSession,
    now: Now,
    show: StoreView = "all",
    q: str = "",
    after: str = "",
) -> Response:
    found = repository.list_stores(
        session, viewer.brand_id, view=show, words=q, after=after, limit=_SHOWN + 1, today=now.date()
    )
    page = StoresPage(
        title="Stores",
        tabs=tuple(
            Tab(label, f"/admin/stores?show={view}", current=view == show) for view, label in _STORE_TABS.items()
        ),
        stores=found[:_SHOWN],
        words=q,
        view=show,
        more_href=_more("/admin/stores", show, q, found[_SHOWN - 1].number) if len(found) > _SHOWN else "",
        **frame(viewer, "/admin/stores"),
    )
    return render(request, "admin/stores.html", page)


@router.get("/stores/{number}")
def show_store(request: Request, viewer: AdminReader, session: CurrentSession, now: Now, number: str) -> Response:
    return _store_page(request, session, viewer, _get_store(session, viewer, now, number), now)


@router.post("/stores/{number}/manager")
def appoint_manager(
    request: Request,
    viewer: Administrator,
    session: CurrentSession,
    now: Now,
    number: str,
    email: Annotated[str, Form(max_length=254)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    store = _get_store(session, viewer, now, number)
    try:
        administration.check_manager(email, name, store_id=store.id, number=number)
    except InvalidError as error:
        typed = {"email": email, "name": name}
        return _store_page(request, session, viewer, store, now, values=typed, error=error.message)
    roster.appoint_managers(session, viewer, [NewManager(number, email, name or None)], now=now)
    flash = Flash(f"{name.strip() or email.strip()} manages {store.name} from today on. They sign in by mail.")
    return see_other(request, f"/admin/stores/{number}", flash)


def _get_store(session: Session, viewer: Viewer, now: Now, number: str) -> StoreLine:
    store = repository.find_store(session, viewer.brand_id, number, today=now.date())
    if store is None:
        raise NotFoundError(f"There is no store {number}.")
    return store


def _store_page(
    request: Request,
    session: Session,
    viewer: Viewer,
    store: StoreLine,
    now: Now,
    *,
    values: dict[str, str] | None = None,
    error: str = "",
) -> Response:
    people = administration.list_colleagues(session, viewer, today=now.date(), scope=store.number)
    page = StorePage(
        title=store.name,
        store=store,
        people=people,
        values=values or {},
        error=error,
        **frame(viewer, "/admin/stores"),
    )
    return render(request, "admin/store.html", page, status=422 if error else 200)


def _more(path: str, show: str, words: str, after: str | int) -> str:
    return f"{path}?{urlencode({'show': show, 'q': words, 'after': after})}"
