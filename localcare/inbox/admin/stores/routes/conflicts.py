"""What a network tells differently from the directory: both sides, a decision by one tap, and the way back."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from localcare.errors import CareError, NotFoundError
from localcare.inbox.admin.dependencies import Administrator, AdminReader
from localcare.inbox.admin.pages import frame
from localcare.inbox.admin.stores import acts
from localcare.inbox.admin.stores import store_repository as repository
from localcare.inbox.admin.stores.conflict_pages import ConflictsPage, conflict_cards, conflict_tabs, kind_tabs
from localcare.people.dependencies import CurrentSession, Now
from localcare.people.service import audit
from localcare.stores.conflicts import get_conflict, list_conflicts
from localcare.stores.deciding import decide_conflict, undo_decision
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash, Link

router = APIRouter()
State = Literal["open", "decided", "obsolete"]
_SHOWN = 25


@router.get("/conflicts")
def show_conflicts(
    request: Request, viewer: AdminReader, session: CurrentSession, now: Now, state: State = "open", kind: str = ""
) -> Response:
    brand_id = viewer.brand_id
    found = list_conflicts(session, brand_id, state=state)
    chosen = [conflict for conflict in found if kind in ("", conflict.kind)]
    stores = {store.store_id for conflict in chosen[:_SHOWN] for store in conflict.stores}
    here = repository.list_by_ids(session, brand_id, sorted(stores), today=now.date())
    page = ConflictsPage(
        title="Conflicts",
        crumbs=(Link("Stores", "/admin/stores"),),
        state=state,
        tabs=conflict_tabs(state, repository.count_conflicts(session, brand_id)),
        kinds=kind_tabs(state, kind, found),
        cards=conflict_cards(chosen[:_SHOWN], here),
        more=max(0, len(chosen) - _SHOWN),
        **frame(viewer, "/admin/stores"),
    )
    return render(request, "admin/stores/conflicts.html", page)


@router.post("/conflicts/{conflict_id}/decision")
def decide(
    request: Request,
    viewer: Administrator,
    session: CurrentSession,
    now: Now,
    conflict_id: int,
    choice: Annotated[str, Form(max_length=40)],
    effective: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    try:
        day = date.fromisoformat(effective) if effective else None
        with session.begin_nested():
            decide_conflict(
                session, viewer.brand_id, conflict_id, choice, by=viewer.name or viewer.email, now=now,
                effective=acts.since(day, viewer.timezone, now),
            )  # fmt: skip
    except NotFoundError:
        raise
    except ValueError:
        return see_other(request, "/admin/conflicts", Flash("Write the day as 2026-03-01.", "bad"))
    except CareError as error:
        return see_other(request, "/admin/conflicts", Flash(f"Not decided. {error.message}", "warn"))
    audit(session, viewer, "decided a conflict of the directory", f"conflict:{conflict_id}", now, choice=choice)
    decided = get_conflict(session, viewer.brand_id, conflict_id)
    words = next((each.words for each in decided.choices if each.slug == choice), choice)
    flash = Flash(f"Decided: {words}.", "good", "Undo", f"/admin/conflicts/{conflict_id}/reopening")
    return see_other(request, "/admin/conflicts", flash)


@router.post("/conflicts/{conflict_id}/reopening")
def reopen(request: Request, viewer: Administrator, session: CurrentSession, now: Now, conflict_id: int) -> Response:
    try:
        with session.begin_nested():
            undo_decision(session, viewer.brand_id, conflict_id, by=viewer.name or viewer.email, now=now)
    except NotFoundError:
        raise
    except CareError as error:
        return see_other(request, "/admin/conflicts?state=decided", Flash(f"Not taken back. {error.message}", "warn"))
    audit(session, viewer, "took back a decision", f"conflict:{conflict_id}", now)
    return see_other(request, "/admin/conflicts", Flash("Taken back: it is open again, with the directory as it was."))
