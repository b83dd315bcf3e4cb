"""One store: all that is known of it, its manager, and the undoing of a change."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from localcare.errors import CareError, InvalidError, NotFoundError
from localcare.inbox.admin.dependencies import Administrator, AdminReader
from localcare.inbox.admin.pages import frame
from localcare.inbox.admin.stores import acts
from localcare.inbox.admin.stores import store_repository as repository
from localcare.inbox.admin.stores.deeds import ACTS
from localcare.inbox.admin.stores.minimap import draw_minimap
from localcare.inbox.admin.stores.store_pages import StorePage
from localcare.inbox.admin.stores.store_repository import StoreFile
from localcare.inbox.admin.stores.wording import change_line
from localcare.people import administration, roster
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentSession, Now
from localcare.people.roster import NewManager
from localcare.stores import editing
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash, Link

router = APIRouter()


@router.get("/stores/{number}")
def show_store(request: Request, viewer: AdminReader, session: CurrentSession, now: Now, number: str) -> Response:
    return _store_page(request, session, viewer, get_store(session, viewer, now, number), now)


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
    store = get_store(session, viewer, now, number)
    try:
        administration.check_manager(email, name, store_id=store.id, number=number)
    except InvalidError as error:
        typed = {"email": email, "name": name}
        return _store_page(request, session, viewer, store, now, values=typed, error=error.message)
    roster.appoint_managers(session, viewer, [NewManager(number, email, name or None)], now=now)
    flash = Flash(f"{name.strip() or email.strip()} manages {store.name} from today on. They sign in by mail.")
    return see_other(request, f"/admin/stores/{number}", flash)


@router.post("/changes/{change_id}/undo")
def undo_change(
    request: Request,
    viewer: Administrator,
    session: CurrentSession,
    now: Now,
    change_id: int,
    back: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    try:
        undone = acts.undo(session, viewer, change_id, now=now)
    except NotFoundError:
        raise
    except CareError as error:
        where = f"/admin/stores/{back}" if back else "/admin/stores"
        return see_other(request, where, Flash(f"Not taken back. {error.message}", "warn"))
    number = editing.facts_of(session, viewer.brand_id, undone.store_id).number if undone.store_id else ""
    where = f"/admin/stores/{number}" if number else "/admin/stores"
    return see_other(request, where, Flash("Taken back: the directory is as if it had never been changed."))


def get_store(session: Session, viewer: Viewer, now: Now, number: str) -> StoreFile:
    """The store of that number, or 404."""
    store = repository.find_store(session, viewer.brand_id, number, today=now.date())
    if store is None:
        raise NotFoundError(f"There is no store {number}.")
    return store


def _store_page(
    request: Request,
    session: Session,
    viewer: Viewer,
    store: StoreFile,
    now: Now,
    *,
    values: dict[str, str] | None = None,
    error: str = "",
) -> Response:
    brand_id = viewer.brand_id
    nearby = repository.list_nearby(session, brand_id, store, today=now.date())
    regions = repository.region_names(session, brand_id)
    changes = editing.history_of(session, brand_id, store.id)
    page = StorePage(
        title=store.name,
        crumbs=(Link("Stores", "/admin/stores"),),
        store=store,
        acts=_acts_of(store),
        pages=repository.list_pages(session, brand_id, store.id),
        names=repository.list_names(session, brand_id, store.id),
        people=repository.list_people(session, brand_id, store.id, today=now.date()),
        nearby=nearby,
        minimap=draw_minimap(store, nearby),
        history=tuple(change_line(acts.kept_change(change), regions) for change in changes),
        values=values or {},
        error=error,
        **frame(viewer, "/admin/stores"),
    )
    return render(request, "admin/stores/store.html", page, status=422 if error else 200)


def _acts_of(store: StoreFile) -> tuple[acts.Act, ...]:
    """The changes that make sense for a store as it stands; one that is merged is changed by undoing that only."""
    if store.merged_into:
        return ()
    ending = "close" if store.closed_on is None else "reopen"
    return tuple(ACTS[slug] for slug in ("edit", "move", "renumber", ending, "merge"))
