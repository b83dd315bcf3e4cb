"""Posts, comments and tags as the REST API lists them, read into what their webhooks would have told.

Sources: Meta's reference of the Page feed, of comments and of tagged posts; recorded answers of restfb and of Zammad.
"""

from datetime import datetime

from localcare.channels.facebook.core.outcome import MisshapenError
from localcare.channels.facebook.core.read import Json, id_at, link_at, moment_at, node_at, nodes_at, number_at, text_at
from localcare.channels.facebook.core.rest_seen import CHANNEL, Seen, attachment_of, author_of, digest_of
from localcare.mentions.core import Attachment, MentionChange, Place, Verb

COMMENTS_INSIDE = 25
_ATTACHED = "attachments{type,url,media,subattachments}"
COMMENT_FIELDS = "id,parent{id},from,message,created_time,is_hidden,permalink_url,attachment"
POST_FIELDS = f"id,from,message,created_time,updated_time,is_hidden,permalink_url,place,{_ATTACHED}"
FEED_FIELDS = (
    f"{POST_FIELDS},comments.limit({COMMENTS_INSIDE}).filter(stream).order(reverse_chronological){{{COMMENT_FIELDS}}}"
)
TAGGED_FIELDS = f"id,from,message,created_time,tagged_time,permalink_url,{_ATTACHED}"
COMMENT_PARAMS = {"filter": "stream", "order": "reverse_chronological", "fields": COMMENT_FIELDS}


def seen_post(page_id: str, row: Json, at: datetime) -> Seen:
    """A post of the feed; raises MisshapenError for a row without an id or a time."""
    external_id, created_at = _identity(row)
    change = _change(page_id, row, at, kind="post", external_id=external_id, thread_id=external_id, parent_id=None)
    return Seen(change, _hidden(row), max(created_at, moment_at(row, "updated_time") or created_at))


def seen_comment(page_id: str, post_id: str, row: Json, at: datetime) -> Seen:
    """A comment or reply under a post: without a parent comment it answers the post."""
    external_id, created_at = _identity(row)
    parent_id = id_at(node_at(row, "parent"), "id") or post_id
    change = _change(
        page_id, row, at, kind="comment", external_id=external_id, thread_id=post_id, parent_id=parent_id
    )  # fmt: skip
    return Seen(change, _hidden(row), created_at)


def seen_tag(page_id: str, row: Json, at: datetime) -> Seen | None:
    """A post elsewhere that names the Page; None for one on the Page's own wall, which the feed tells better."""
    external_id, created_at = _identity(row)
    if external_id.startswith(f"{page_id}_"):
        return None
    change = _change(page_id, row, at, kind="mention", external_id=external_id, thread_id=external_id, parent_id=None)
    return Seen(change, None, max(created_at, moment_at(row, "tagged_time") or created_at))


def comments_inside(row: Json) -> tuple[list[Json], bool]:
    """The comments that came with a post, newest first, and whether there are more than these."""
    listed = node_at(row, "comments")
    return nodes_at(listed, "data"), bool(text_at(node_at(listed, "paging"), "next"))


def _identity(row: Json) -> tuple[str, datetime]:
    external_id = id_at(row, "id")
    created_at = moment_at(row, "created_time") or moment_at(row, "tagged_time")
    if external_id is None or created_at is None:
        raise MisshapenError("a row without its id or its time")
    return external_id, created_at


def _change(
    page_id: str, row: Json, at: datetime, *, kind: str, external_id: str, thread_id: str, parent_id: str | None
) -> MentionChange:
    author_id, author_name = author_of(row)
    text = text_at(row, "message")
    return MentionChange(
        channel=CHANNEL,
        kind=kind,
        external_id=external_id,
        verb=Verb.ADD,
        at=at,
        digest=digest_of(external_id, text, author_id, row.get("is_hidden") is True),
        page_id=page_id,
        thread_id=thread_id,
        parent_id=parent_id,
        author_id=author_id,
        author_name=author_name,
        from_page=author_id == page_id,
        text=text,
        attachments=_attachments(row),
        place=_place(node_at(row, "place")),
        permalink=link_at(row, "permalink_url"),
        created_at=moment_at(row, "created_time"),
    )


def _hidden(row: Json) -> bool | None:
    hidden = row.get("is_hidden")
    return hidden if isinstance(hidden, bool) else None


def _attachments(row: Json) -> tuple[Attachment, ...]:
    """An album by its photos rather than by the picture on its cover."""
    listed = [node_at(row, "attachment"), *nodes_at(node_at(row, "attachments"), "data")]
    parts = [part for each in listed for part in nodes_at(node_at(each, "subattachments"), "data") or [each]]
    return tuple(dict.fromkeys(found for part in parts if (found := attachment_of(part)) is not None))


def _place(given: Json) -> Place | None:
    location = node_at(given, "location")
    if not given:
        return None
    return Place(
        id=id_at(given, "id"),
        name=text_at(given, "name"),
        street=text_at(location, "street"),
        city=text_at(location, "city"),
        state=text_at(location, "state"),
        zip=text_at(location, "zip"),
        country=text_at(location, "country"),
        lat=_degrees(location, "latitude", 90),
        lng=_degrees(location, "longitude", 180),
    )


def _degrees(location: Json, key: str, most: float) -> float | None:
    degrees = number_at(location, key)
    return degrees if degrees is not None and abs(degrees) <= most else None
