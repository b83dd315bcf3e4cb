"""What the routes of the inbox ask for beside the viewer: a hand to act with, and the policy in force."""

from typing import Annotated

from fastapi import Depends, Request

from localcare.cases.handling import Hand
from localcare.people.dependencies import CurrentSession, CurrentViewer, Now
from localcare.routing.core import Policy
from localcare.routing.service import PolicyShelf


def get_hand(session: CurrentSession, viewer: CurrentViewer, now: Now) -> Hand:
    """Who acts, when, in this request's transaction."""
    return Hand(session, viewer, now)


ActingHand = Annotated[Hand, Depends(get_hand)]


def get_policy(request: Request, session: CurrentSession, viewer: CurrentViewer) -> Policy:
    """The brand's routing policy; parsed ones are kept by the application."""
    state = request.app.state
    shelf: PolicyShelf | None = getattr(state, "policies", None)
    if shelf is None:
        shelf = state.policies = PolicyShelf()
    return shelf.policy_of(session, viewer.brand_id)


CurrentPolicy = Annotated[Policy, Depends(get_policy)]
