"""Pages and stores: how they fare, who manages them."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from localcare.inbox.admin import repository
from localcare.inbox.admin.dependencies import AdminReader
from localcare.inbox.admin.pages import PagesPage, frame
from localcare.inbox.admin.repository import PageView
from localcare.people.dependencies import CurrentSession
from localcare.web.pages import render
from localcare.web.parts import Tab

router = APIRouter()
_SHOWN = 50
_PAGE_TABS: dict[PageView, str] = {"ill": "Cannot speak", "unconnected": "Without a token", "all": "All"}


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


def _more(path: str, show: str, words: str, after: str | int) -> str:
    return f"{path}?{urlencode({'show': show, 'q': words, 'after': after})}"
