"""Conversations of Messenger and Instagram as the REST API lists them, read into what the `messages` webhook would have told.

Times are whole seconds here and milliseconds there; names come only here.
"""

from datetime import datetime

from localcare.channels.facebook.core.outcome import MisshapenError
from localcare.channels.facebook.core.read import Json, id_at, link_at, moment_at, node_at, nodes_at, text_at, word_at
from localcare.channels.facebook.core.rest_seen import CHANNEL, Seen, author_of, digest_of
from localcare.mentions.core import Attachment, MentionChange, Verb

MESSAGES_INSIDE = 25
MESSAGE_FIELDS = "id,from,to,message,created_time,attachments,sticker"
CONVERSATION_FIELDS = f"id,updated_time,participants,messages.limit({MESSAGES_INSIDE}){{{MESSAGE_FIELDS}}}"
_KINDS = ("image", "video", "audio")


def customer_of(page_id: str, row: Json) -> str | None:
    """The person a conversation is with, by their id as the Page sees them."""
    people = nodes_at(node_at(row, "participants"), "data") + nodes_at(node_at(row, "senders"), "data")
    return next((found for person in people if (found := id_at(person, "id")) not in (None, page_id)), None)


def updated_at(row: Json) -> datetime:
    """When the last message of a conversation was said; raises MisshapenError where it is not told."""
    moment = moment_at(row, "updated_time")
    if moment is None:
        raise MisshapenError("a conversation without its time")
    return moment


def messages_inside(row: Json) -> tuple[list[Json], bool]:
    """The messages that came with a conversation, newest first, and whether there are more than these."""
    listed = node_at(row, "messages")
    return nodes_at(listed, "data"), bool(text_at(node_at(listed, "paging"), "next"))


def seen_message(page_id: str, customer_id: str | None, row: Json, at: datetime, *, channel: str = CHANNEL) -> Seen:
    """One message, from either side; raises MisshapenError for a row without an id or a time."""
    external_id, created_at = id_at(row, "id"), moment_at(row, "created_time")
    if external_id is None or created_at is None:
        raise MisshapenError("a message without its id or its time")
    author_id, author_name = author_of(row)
    from_page = author_id == page_id
    text = text_at(row, "message")
    change = MentionChange(
        channel=channel,
        kind="message",
        external_id=external_id,
        verb=Verb.ADD,
        at=at,
        digest=digest_of(external_id, text, author_id),
        page_id=page_id,
        thread_id=customer_id or _other(page_id, row),
        author_id=author_id,
        # the webhook names no Page, and a Page needs no name
        author_name=None if from_page else author_name,
        from_page=from_page,
        text=text,
        attachments=_attachments(row),
        created_at=created_at,
    )
    return Seen(change, None, created_at)


def _other(page_id: str, row: Json) -> str | None:
    people = [node_at(row, "from"), *nodes_at(node_at(row, "to"), "data")]
    return next((found for person in people if (found := id_at(person, "id")) not in (None, page_id)), None)


def _attachments(row: Json) -> tuple[Attachment, ...]:
    sticker = link_at(row, "sticker")
    found = [Attachment("sticker", sticker)] if sticker else []
    found += [_attachment(each) for each in nodes_at(node_at(row, "attachments"), "data")]
    return tuple(dict.fromkeys(found))


def _attachment(row: Json) -> Attachment:
    mime = word_at(row, "mime_type").partition("/")[0]
    kind = mime if mime in _KINDS else "file"
    address = link_at(node_at(row, "image_data"), "url") or link_at(node_at(row, "video_data"), "url")
    return Attachment(kind, address or link_at(row, "file_url"))
