"""Typing in a recommendation that was read on Facebook, since no program may read it there."""

from collections.abc import Mapping
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from localcare.cases.handling import Hand
from localcare.errors import ForbiddenError
from localcare.inbox.dependencies import ActingHand, Asked, Chosen, Typed
from localcare.inbox.pages.add_review import add_review_page
from localcare.inbox.repository.stores import StoreCard
from localcare.inbox.service.typed_review import ReviewDraft, find_store, list_offered, read_review
from localcare.intake.typing_in import list_typed, take_back, type_in
from localcare.kit.crypto import new_token
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentViewer
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash

router = APIRouter()
_HERE = "/reviews/new"
TypedId = Annotated[str, Path(pattern=r"^typed-[0-9a-f]{24}$")]


def require_answerer(viewer: CurrentViewer) -> Viewer:
    """Whoever answers customers, of some store or of all."""
    if not viewer.may_answer(None) and not any(map(viewer.may_answer, viewer.store_ids or ())):
        raise ForbiddenError("Reviews are typed in by those who answer customers.")
    return viewer


Answerer = Annotated[Viewer, Depends(require_answerer)]


def read_draft(
    store: Chosen = "",
    author: Typed = "",
    text: Typed = "",
    opinion: Chosen = "",
    on: Chosen = "",
    link: Typed = "",
    nonce: Chosen = "",
) -> ReviewDraft:
    """The form as it was sent."""
    return ReviewDraft(store, author, text, opinion, on, link, nonce)


@router.get(_HERE)
def show_form(request: Request, hand: ActingHand, _: Answerer, store: Asked = "") -> Response:
    here = find_store(hand.session, hand.viewer, store, hand.now)
    draft = ReviewDraft(store=here.number if here else "", on=_today(hand, here), nonce=new_token())
    return _show(request, hand, draft, here)


@router.post("/reviews")
def add_review(
    request: Request, hand: ActingHand, viewer: Answerer, draft: Annotated[ReviewDraft, Depends(read_draft)]
) -> Response:
    """Type one in. When something is missing the form comes back with what was typed."""
    here = find_store(hand.session, viewer, draft.store, hand.now)
    read = read_review(draft, here, may_be_brand=viewer.may_answer(None), now=hand.now)
    if isinstance(read, dict):
        return _show(request, hand, draft, here, read)
    external_id = type_in(hand.session, viewer, read, now=hand.now)
    words = "Added. It is read like any other mention; if it came another way as well, it stays one."
    flash = Flash(words, "good", "Take it back", f"/reviews/{external_id}/withdrawal")
    return see_other(request, f"/stores/{here.number}" if here else _HERE, flash)


@router.post("/reviews/{external_id}/withdrawal")
def withdraw_review(request: Request, hand: ActingHand, viewer: Answerer, external_id: TypedId) -> Response:
    take_back(hand.session, viewer, external_id, now=hand.now)
    flash = Flash("Taken back. If it came another way as well, that stays.", "info")
    return see_other(request, _HERE, flash)


def _show(
    request: Request,
    hand: Hand,
    draft: ReviewDraft,
    here: StoreCard | None,
    errors: Mapping[str, str] | None = None,
) -> Response:
    stores = list_offered(hand.session, hand.viewer, hand.now)
    here = here or (stores[0] if len(stores) == 1 else None)
    page = add_review_page(
        hand.viewer,
        draft,
        stores,
        list_typed(hand.session, hand.viewer),
        latest=_today(hand, here),
        here=here,
        errors=errors,
    )
    return render(request, "inbox/add_review.html", page, status=422 if errors else 200)


def _today(hand: Hand, store: StoreCard | None) -> str:
    zone = ZoneInfo(store.timezone if store else hand.viewer.timezone)
    return hand.now.astimezone(zone).date().isoformat()
