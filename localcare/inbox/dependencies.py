"""What the routes of the inbox ask for beside the viewer: a hand to act with, the policy in force, words and numbers."""

from typing import Annotated

from fastapi import Depends, Form, Path, Query, Request
from pydantic import AfterValidator

from localcare.cases.handling import Hand
from localcare.people.dependencies import CurrentSession, CurrentViewer, Now
from localcare.routing.core import Policy
from localcare.routing.service import PolicyShelf

_LARGEST = 2**63 - 1


def without_nul(text: str) -> str:
    """A text without NUL, which no form of ours sends and PostgreSQL cannot keep."""
    return text.replace("\x00", "")


RowId = Annotated[int, Path(ge=1, le=_LARGEST)]
Typed = Annotated[str, Form(max_length=20_000), AfterValidator(without_nul)]
Chosen = Annotated[str, Form(max_length=80), AfterValidator(without_nul)]
Asked = Annotated[str, Query(max_length=200), AfterValidator(without_nul)]
Named = Annotated[str, Path(max_length=80), AfterValidator(without_nul)]


def get_hand(session: CurrentSession, viewer: CurrentViewer, now: Now) -> Hand:
    """Who acts, when, in this request's transaction."""
    return Hand(session, viewer, now)


ActingHand = Annotated[Hand, Depends(get_hand)]


def get_shelf(request: Request) -> PolicyShelf:
    """Parsed policies, kept by the application."""
    state = request.app.state
    shelf: PolicyShelf | None = getattr(state, "policies", None)
    if shelf is None:
        shelf = state.policies = PolicyShelf()
    return shelf


Shelf = Annotated[PolicyShelf, Depends(get_shelf)]


def get_policy(shelf: Shelf, session: CurrentSession, viewer: CurrentViewer) -> Policy:
    """The brand's routing policy, as a surge changes it while one is on."""
    return shelf.policy_of(session, viewer.brand_id)


def get_usual_policy(shelf: Shelf, session: CurrentSession, viewer: CurrentViewer) -> Policy:
    """The brand's routing policy as it is without a surge."""
    return shelf.usual_policy_of(session, viewer.brand_id)


CurrentPolicy = Annotated[Policy, Depends(get_policy)]
UsualPolicy = Annotated[Policy, Depends(get_usual_policy)]
