"""The lane for what somebody has read on a network and types in: a review becomes a mention like any other.

Who typed it is on record, and it can be taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session

from localcare.channels.reading import STORED
from localcare.channels.stored import encode_changes
from localcare.errors import ForbiddenError, NotFoundError
from localcare.intake import service
from localcare.intake import typed_repository as repository
from localcare.intake.core import Delivery, Lane
from localcare.mentions.core import MentionChange, Verb
from localcare.mentions.sameness import TYPED_ID
from localcare.people.core import Viewer
from localcare.people.service import audit

_ADDED, _TAKEN_BACK = repository.ADDED, repository.TAKEN_BACK


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedReview:
    """What somebody read. `nonce` is the form's own: sent twice, it is one review."""

    nonce: str
    author: str
    text: str
    written_at: datetime
    store_number: str | None = None
    page_id: str | None = None
    recommends: bool | None = None
    rating: int | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class TypedBefore:
    """A review that this person typed in: when, about which store, and whether it was taken back."""

    external_id: str
    at: datetime
    store: str
    is_taken_back: bool


def type_in(session: Session, viewer: Viewer, review: TypedReview, *, now: datetime) -> str:
    """Store what was typed; returns the id by which it can be taken back."""
    external_id = f"{TYPED_ID}{_fingerprint(viewer, review.nonce)}"
    change = MentionChange(
        channel="facebook",
        kind="review",
        external_id=external_id,
        verb=Verb.ADD,
        at=now,
        digest=external_id,
        page_id=review.page_id,
        thread_id=external_id,
        author_name=" ".join(review.author.split()) or None,
        text=review.text.strip(),
        rating=review.rating,
        recommends=review.recommends,
        store_number=review.store_number,
        permalink=review.link,
        created_at=review.written_at,
    )
    if repository.find_added(session, viewer.brand_id, external_id) is None:
        _store(session, viewer, change, now)
        # what was typed is the customer's and can be forgotten; an audit entry cannot
        audit(session, viewer, _ADDED, f"mention:{external_id}", now, store=review.store_number or "")
    return external_id


def take_back(session: Session, viewer: Viewer, external_id: str, *, now: datetime) -> None:
    """Remove what was typed in, unless another lane tells of it too. Whoever typed it may, and supervisors."""
    entry = repository.find_added(session, viewer.brand_id, external_id)
    if entry is None:
        raise NotFoundError("Nobody typed in such a review.")
    if entry.actor != viewer.actor and not viewer.may_supervise:
        raise ForbiddenError("Only who typed it in, or a supervisor, can take it back.")
    change = MentionChange(
        channel="facebook", kind="review", external_id=external_id, verb=Verb.REMOVE, at=now, digest=f"{external_id}-"
    )
    _store(session, viewer, change, now)
    audit(session, viewer, _TAKEN_BACK, f"mention:{external_id}", now)


def list_typed(session: Session, viewer: Viewer, *, limit: int = 10) -> Sequence[TypedBefore]:
    """What this person typed in, the newest first."""
    entries = repository.list_added(session, viewer.brand_id, viewer.actor, limit=limit)
    gone = repository.list_taken_back(session, viewer.brand_id, [entry.subject for entry in entries])
    return [
        TypedBefore(
            entry.subject.removeprefix("mention:"),
            entry.at,
            str(entry.detail.get("store") or ""),
            is_taken_back=entry.subject in gone,
        )
        for entry in entries
    ]


def _store(session: Session, viewer: Viewer, change: MentionChange, now: datetime) -> None:
    service.accept(session, [Delivery(Lane.TYPED, STORED, encode_changes([change]), now, viewer.brand_id)])


def _fingerprint(viewer: Viewer, nonce: str) -> str:
    return sha256(f"{viewer.actor} {nonce}".encode()).hexdigest()[:24]
