"""The list of cases and the page of one."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from localcare.cases import handling
from localcare.inbox.core.listing import ListFilter
from localcare.inbox.dependencies import ActingHand, Asked, CurrentPolicy, RowId
from localcare.inbox.pages.answer import Draft
from localcare.inbox.pages.case import CaseGlancePage, case_page
from localcare.inbox.pages.listing import case_list_page
from localcare.inbox.pages.which_store import StoreSearch, question_draft
from localcare.inbox.service.case import CaseFile, open_case
from localcare.inbox.service.listing import list_cases
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentSession, CurrentViewer, Now
from localcare.replies.core import GONE
from localcare.stores.asking import find_stores
from localcare.web.pages import render, see_other, wants_fragment

_PARTS = {
    "answer": "inbox/_answer.html",
    "answered": "inbox/_answered.html",
    "found-stores": "inbox/_found_stores.html",
}
"""What htmx asks of the case page, by the element that it will replace; otherwise it wants the thread."""

_TAKEN_BACK = GONE

router = APIRouter()


@router.get("/cases")
def show_cases(
    request: Request,
    session: CurrentSession,
    viewer: CurrentViewer,
    policy: CurrentPolicy,
    now: Now,
    queue: Asked = "",
    store: Asked = "",
    state: Asked = "",
    owner: Asked = "",
    q: Asked = "",
    page: Asked = "",
) -> Response:
    wanted = ListFilter.read(state=state, queue=queue, store=store, owner=owner, words=q)
    found = list_cases(session, viewer, wanted, skills=policy.skills, page=page, now=now)
    return render(request, "inbox/list.html", case_list_page(viewer, found), fragment="inbox/_list.html")


@router.get("/cases/{case_id}")
def show_case(
    request: Request,
    session: CurrentSession,
    viewer: CurrentViewer,
    policy: CurrentPolicy,
    now: Now,
    case_id: RowId,
    saved: Asked = "",
    draft: Asked = "",
    ask: Asked = "",
    find: Asked = "",
) -> Response:
    file = open_case(session, viewer, case_id, now=now, policy=policy)
    search = StoreSearch(find, tuple(find_stores(session, viewer.brand_id, find, now=now)))
    box = Draft(text=question_draft(file, ask)) if ask else _draft(viewer, file, saved=saved, draft=draft)
    page = case_page(viewer, file, box, now, search)
    part = _PARTS.get(request.headers.get("HX-Target", ""), "inbox/_thread.html")
    return render(request, "inbox/case.html", page, fragment=part)


@router.post("/cases/{case_id}/glance")
def look_at_case(request: Request, hand: ActingHand, case_id: RowId) -> Response:
    """Say who looks; answers with who else does."""
    others = handling.glance(hand, case_id)
    if not wants_fragment(request):
        return see_other(request, f"/cases/{case_id}")
    page = CaseGlancePage(title="Who looks", viewer=hand.viewer, others=tuple(others))
    return render(request, "inbox/_others.html", page)


def _draft(viewer: Viewer, file: CaseFile, *, saved: str, draft: str) -> Draft:
    """A chosen saved reply, or the words of an answer that did not go out, for who wrote it."""
    if draft.isdecimal():
        for reply in file.answers:
            if reply.id == int(draft) and reply.state in _TAKEN_BACK and reply.author_id == viewer.person_id:
                return Draft(text=reply.text)
    return Draft(saved_id=int(saved)) if saved.isdecimal() and len(saved) < 10 else Draft()
