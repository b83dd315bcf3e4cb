"""Rows and quotes that several pages share."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from localcare.inbox.core.queues import queue_name
from localcare.inbox.core.words import CLOCK_NAMES, name_of, topic_name
from localcare.inbox.repository.listing import CaseLine
from localcare.inbox.repository.stores import FeedItem
from localcare.web.parts import CaseRow, ClockFace, Quote

_STORE_WARNING, _CENTRAL_WARNING = timedelta(hours=2), timedelta(minutes=15)
_PHOTOS = ("photo", "image", "sticker", "animated_image_share")


def case_row(line: CaseLine, *, with_store: bool, with_queue: bool, me: int | None = None) -> CaseRow:
    """A case in a list; store and queue are left out where the page says them already."""
    return CaseRow(
        href=f"/cases/{line.id}",
        author=name_of(line.author_name),
        text=line.excerpt,
        channel=line.channel,
        at=line.waiting_since or line.last_customer_at,
        state=line.state,
        urgency=line.urgency,
        sentiment=line.sentiment if line.sentiment == "positive" else "",
        recommends=line.recommends,
        rating=line.rating,
        store=_store_words(line) if with_store else "",
        queue=queue_name(line.queue) if with_queue and not line.queue.startswith("store:") else "",
        topic=topic_name(line.topic),
        owner="You" if line.owner_id is not None and line.owner_id == me else line.owner_name or "",
        clock=clock_face(line),
        risks=line.risks,
        note="Waits for approval" if line.approval_asked_at and line.is_open else "",
    )


def clock_face(line: CaseLine) -> ClockFace | None:
    """The next promise of a case that waits; None when it is the customer's turn."""
    if line.due_at is None or line.clock_kind is None or line.waiting_since is None:
        return None
    return ClockFace(CLOCK_NAMES[line.clock_kind], line.due_at, warn=clock_warning(line.queue))


def clock_warning(queue: str) -> timedelta:
    """How long before its time a promise becomes urgent."""
    return _STORE_WARNING if queue.startswith("store:") else _CENTRAL_WARNING


def feed_quote(item: FeedItem) -> Quote:
    """Something in a store's feed."""
    return Quote(
        author=name_of(item.author_name),
        text=item.text,
        channel=item.channel,
        at=item.mentioned_at,
        kind=item.kind,
        permalink=item.permalink or "",
        recommends=item.recommends,
        rating=item.rating,
        photos=photos_of(item.attachments),
        edited_at=item.edited_at,
        hidden=item.hidden,
        language=page_language(item.language),
    )


def photos_of(attachments: Sequence[Mapping[str, str | None]]) -> tuple[str, ...]:
    """The addresses of what can be shown as a picture."""
    urls = (each.get("url") for each in attachments if (each.get("type") or "photo") in _PHOTOS)
    return tuple(url for url in urls if url and url.startswith("https://"))


def page_language(language: str | None) -> str:
    """A language for the browser; nothing for English and for what nobody could tell."""
    return "" if language in (None, "en", "und") else language or ""


def _store_words(line: CaseLine) -> str:
    return f"{line.store_city or line.store_name}, #{line.store_number}" if line.store_number else ""
