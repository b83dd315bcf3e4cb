"""What the public page of a wish shows."""

from dataclasses import dataclass
from datetime import datetime

from localcare.mentions.models import Erasure
from localcare.web.pages import Page

_STATES = {
    "asked": "We have received this request and are working on it. It takes up to six hours.",
    "done": "This request has been carried out.",
    "refused": "This request could not be carried out.",
}
_KINDS = {
    "data-deletion": "The name and id of a person who had signed in to our app, and the access they had given us.",
    "deauthorize": "The access that a person had given our app.",
    "customer": "What a customer wrote to the brand on its Pages, with their name.",
}


@dataclass(frozen=True, kw_only=True)
class WishPage(Page):
    """`privacy/wish.html`: what became of a request, for whoever has its code."""

    state: str
    sentence: str
    about: str
    requested_at: datetime
    done_at: datetime | None
    reason: str | None
    code: str


def wish_page(erasure: Erasure) -> WishPage:
    """The page of one wish; it says nothing of who made it."""
    return WishPage(
        title="Your request for deletion",
        state=erasure.state,
        sentence=_STATES[erasure.state],
        about=_KINDS[erasure.kind],
        requested_at=erasure.requested_at,
        done_at=erasure.done_at,
        reason=erasure.reason,
        code=erasure.code,
    )
