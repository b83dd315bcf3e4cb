"""Changes of the directory: the form, the look at what would change, the change."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlmodel import Session

from localcare.errors import NotFoundError
from localcare.inbox.admin.dependencies import Administrator
from localcare.inbox.admin.pages import frame
from localcare.inbox.admin.stores import acts, list_repository
from localcare.inbox.admin.stores import store_repository as repository
from localcare.inbox.admin.stores.acts import Act, Refusal
from localcare.inbox.admin.stores.deeds import ACTS, OPENING
from localcare.inbox.admin.stores.following import first_values, what_follows
from localcare.inbox.admin.stores.pages import region_options
from localcare.inbox.admin.stores.routes.store import get_store
from localcare.inbox.admin.stores.store_pages import ActPage, Look, heir_options, zone_options
from localcare.inbox.admin.stores.store_repository import StoreFile
from localcare.inbox.admin.stores.wording import ChangeFacts, change_line
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentSession, Now
from localcare.stores import editing
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash, Link

router = APIRouter()
Slug = Literal["edit", "move", "close", "reopen", "renumber", "merge", "link", "unlink", "name", "retire"]


async def read_fields(request: Request) -> dict[str, str]:
    """What was typed, field by field; files are none."""
    return {name: text for name, text in (await request.form()).items() if isinstance(text, str)}


Typed = Annotated[dict[str, str], Depends(read_fields)]


@router.get("/openings")
def show_opening(request: Request, viewer: Administrator, session: CurrentSession, now: Now) -> Response:
    return _form(request, session, viewer, OPENING, None, {"timezone": viewer.timezone, "country": "US"}, now)


@router.post("/openings")
def open_store(request: Request, viewer: Administrator, session: CurrentSession, now: Now, typed: Typed) -> Response:
    return _act(request, session, viewer, OPENING, None, typed, now)


@router.get("/stores/{number}/{slug}")
def show_act(
    request: Request, viewer: Administrator, session: CurrentSession, now: Now, number: str, slug: Slug
) -> Response:
    store = get_store(session, viewer, now, number)
    if slug in ("unlink", "retire"):
        raise NotFoundError("This is done by a button on the store's page.")
    return _form(request, session, viewer, ACTS[slug], store, first_values(slug, store), now)


@router.post("/stores/{number}/{slug}")
def act_on_store(
    request: Request, viewer: Administrator, session: CurrentSession, now: Now, number: str, slug: Slug, typed: Typed
) -> Response:
    return _act(request, session, viewer, ACTS[slug], get_store(session, viewer, now, number), typed, now)


def _act(
    request: Request, session: Session, viewer: Viewer, act: Act, store: StoreFile | None, typed: dict[str, str], now: datetime
) -> Response:  # fmt: skip
    step = typed.get("step", "look")
    if step == "back":
        return _form(request, session, viewer, act, store, typed, now)
    verb = acts.do if step == "do" else acts.look
    outcome = verb(session, viewer, act, store, typed, now=now)
    if step != "do":
        return _form(request, session, viewer, act, store, typed, now, outcome=outcome)
    if isinstance(outcome, Refusal):
        return _refused(request, session, viewer, act, store, typed, now, outcome)
    number = editing.facts_of(session, viewer.brand_id, outcome.store_id).number if outcome.store_id else ""
    line = change_line(outcome, repository.region_names(session, viewer.brand_id))
    flash = Flash(f"Done: {line.who} {line.what}.", "good", *_way_back(outcome))
    return see_other(request, f"/admin/stores/{number}" if number else "/admin/stores", flash)


def _refused(
    request: Request, session: Session, viewer: Viewer, act: Act, store: StoreFile | None, typed: dict[str, str],
    now: datetime, refusal: Refusal,
) -> Response:  # fmt: skip
    """Buttons without a form of their own say on the store's page why nothing was done."""
    if store is not None and act.slug in ("unlink", "retire"):
        sentence = refusal.message or " ".join(refusal.faults.values())
        return see_other(request, f"/admin/stores/{store.number}", Flash(f"Not done. {sentence}", "warn"))
    return _form(request, session, viewer, act, store, typed, now, outcome=refusal)


def _way_back(change: ChangeFacts) -> tuple[str, str]:
    return ("", "") if change.kind == "opened" else ("Undo", f"/admin/changes/{change.id}/undo")


def _form(
    request: Request, session: Session, viewer: Viewer, act: Act, store: StoreFile | None, typed: dict[str, str], now: datetime,
    *, outcome: ChangeFacts | Refusal | None = None,
) -> Response:  # fmt: skip
    brand_id, today = viewer.brand_id, now.date()
    refusal = outcome if isinstance(outcome, Refusal) else Refusal()
    needs_heirs = store is not None and act.slug in ("close", "merge")
    nearby = repository.list_nearby(session, brand_id, store, today=today) if needs_heirs and store else []
    into = typed.get("into", "").strip().removeprefix("#")
    home = f"/admin/stores/{store.number}" if store else "/admin/stores"
    page = ActPage(
        title=f"{act.title}: {store.name}" if store else act.title,
        crumbs=(Link("Stores", "/admin/stores"), *([Link(f"#{store.number} {store.name}", home)] if store else [])),
        act=act,
        action=f"{home}/{act.slug}" if store else "/admin/openings",
        back=home,
        store=store,
        typed=typed,
        faults=refusal.faults,
        error=refusal.message or refusal.faults.get("", ""),
        look=_look(session, brand_id, outcome, store) if isinstance(outcome, ChangeFacts) else None,
        other=repository.find_store(session, brand_id, into, today=today) if act.slug == "merge" and into else None,
        regions=region_options(list_repository.list_regions(session, brand_id)),
        zones=zone_options(typed.get("timezone", "")),
        heirs=heir_options(nearby),
        today=today.isoformat(),
        **frame(viewer, "/admin/stores"),
    )
    return render(request, "admin/stores/act.html", page, status=422 if refusal.message or refusal.faults else 200)


def _look(session: Session, brand_id: int, change: ChangeFacts, store: StoreFile | None) -> Look:
    line = change_line(change, repository.region_names(session, brand_id))
    return Look(line.what, line.lines, what_follows(change, store))
