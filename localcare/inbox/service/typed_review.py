"""For which stores somebody may type a review in, and what their words in a form come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlmodel import Session

from localcare.inbox.repository import stores as repository
from localcare.inbox.repository.stores import StoreCard
from localcare.intake.typing_in import TypedReview
from localcare.people.core import Viewer

MOST_OFFERED = 50
_MOST_WORDS, _MOST_NAME = 20_000, 120
_OPINIONS = {"yes": (True, None), "no": (False, None)} | {str(stars): (None, stars) for stars in range(1, 6)}


@dataclass(frozen=True, slots=True)
class ReviewDraft:
    """What somebody typed, word for word. `on` is a day as browsers send it, on the store's wall."""

    store: str = ""
    author: str = ""
    text: str = ""
    opinion: str = ""
    on: str = ""
    link: str = ""
    nonce: str = ""


def list_offered(session: Session, viewer: Viewer, now: datetime) -> Sequence[StoreCard]:
    """The stores to choose from; none when they are too many for a list, and a number is typed instead."""
    if viewer.store_ids is None or len(viewer.store_ids) > MOST_OFFERED:
        return []
    answered = {store_id for store_id in viewer.store_ids if viewer.may_answer(store_id)}
    return [store for store in repository.list_stores(session, viewer, answered, now) if store.is_open]


def find_store(session: Session, viewer: Viewer, number: str, now: datetime) -> StoreCard | None:
    """The store with this number, if this person answers for it."""
    store = repository.find_store(session, viewer, number.strip().lstrip("#"), now) if number.strip() else None
    return store if store is not None and viewer.may_answer(store.id) else None


def read_review(
    draft: ReviewDraft, store: StoreCard | None, *, may_be_brand: bool, now: datetime
) -> TypedReview | dict[str, str]:
    """The review, or what is wrong with which field, in sentences."""
    written_at = _moment(draft.on, now, ZoneInfo(store.timezone if store else "UTC"))
    errors = {
        "store": "" if store or (may_be_brand and not draft.store.strip()) else "There is no such store of yours.",
        "author": _author_fault(draft.author),
        "text": f"At most {_MOST_WORDS:,} characters." if len(draft.text) > _MOST_WORDS else "",
        "opinion": "" if draft.opinion in _OPINIONS else "Say whether they recommend it, or how many stars they gave.",
        "on": "" if written_at else "Say on which day it was written; not one in the future.",
        "link": "" if not draft.link.strip() or _is_link(draft.link) else "A link begins with https://.",
    }
    faults = {name: why for name, why in errors.items() if why}
    if faults or written_at is None:
        return faults
    recommends, rating = _OPINIONS[draft.opinion]
    return TypedReview(
        nonce=draft.nonce, author=draft.author, text=draft.text.replace("\r\n", "\n"), written_at=written_at,
        store_number=store.number if store else None, page_id=store.page_id if store else None,
        recommends=recommends, rating=rating, link=draft.link.strip() or None,
    )  # fmt: skip


def _author_fault(author: str) -> str:
    if not author.strip():
        return "Write the name as it stands there, so that nobody is taken for somebody else."
    return f"At most {_MOST_NAME} characters." if len(author) > _MOST_NAME else ""


def _moment(on: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Noon of that day at the store; now, when that is yet to come."""
    try:
        day = date.fromisoformat(on)
    except ValueError:
        return None
    noon = datetime.combine(day, time(12), zone)
    if day > now.astimezone(zone).date() or day.year < 2004:
        return None
    return min(noon.astimezone(UTC), now)


def _is_link(given: str) -> bool:
    return given.strip().startswith(("https://", "http://")) and len(given) <= 2_000
