"""Meta's deliveries as tests need them: one change each, in the shapes of the recorded payloads."""

from collections.abc import Sequence
from datetime import datetime
from itertools import count

import orjson

from localcare.intake.core import Delivery, Lane

_ids = count(1)


def feed(page_id: str, at: datetime, item: str, verb: str, **value: object) -> dict[str, object]:
    """One entry of a `page` delivery about posts or comments."""
    seconds = int(at.timestamp())
    change = {"field": "feed", "value": {"item": item, "verb": verb, **value}}
    return {"id": page_id, "time": seconds, "changes": [change]}


def post(
    page_id: str, at: datetime, text: str, *, post_id: str, author: str | None = "77", verb: str = "add"
) -> dict[str, object]:
    """A visitor's post on a Page."""
    author_part = {"from": {"id": author, "name": f"Customer {author}"}} if author else {}
    return feed(
        page_id, at, "post", verb, post_id=post_id, message=text, created_time=int(at.timestamp()), **author_part
    )


def comment(
    page_id: str, at: datetime, text: str, *, comment_id: str, post_id: str, author: str | None = "77", verb: str = "add",
    parent_id: str | None = None, created: datetime | None = None,
) -> dict[str, object]:  # fmt: skip
    """A comment under a post; the Page's own when the author is the Page."""
    author_part = {"from": {"id": author, "name": f"Customer {author}"}} if author else {}
    words = {} if verb == "remove" else {"message": text, "created_time": int((created or at).timestamp())}
    return feed(
        page_id, at, "comment", verb, comment_id=comment_id, post_id=post_id, parent_id=parent_id or post_id,
        **author_part, **words,
    )  # fmt: skip


def message(
    page_id: str, at: datetime, text: str, *, mid: str, customer: str, is_echo: bool = False
) -> dict[str, object]:
    """A direct message, or with `is_echo` the Page's own."""
    millis = int(at.timestamp() * 1000)
    sender, recipient = (page_id, customer) if is_echo else (customer, page_id)
    words: dict[str, object] = {"mid": mid, "text": text, **({"is_echo": True} if is_echo else {})}
    event = {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": millis, "message": words}
    return {"id": page_id, "time": millis, "messaging": [event]}


def delivery(entries: Sequence[dict[str, object]], received_at: datetime) -> Delivery:
    """Entries as one delivery of Meta's."""
    return Delivery(Lane.WEBHOOK, "facebook", orjson.dumps({"object": "page", "entry": list(entries)}), received_at)


def fresh_id(page_id: str) -> str:
    """An id as Facebook makes them: the Page's, then a number."""
    return f"{page_id}_{next(_ids):012d}"
