"""Media, comments and mentions as Instagram's REST API lists them, read into what its webhooks tell, or could not tell.

Sources: Meta's references of IG User `/media`, `/tags`, `mentioned_comment`, `mentioned_media`, and of IG Comment.
"""

from dataclasses import dataclass
from datetime import datetime

from localcare.channels.facebook.core.outcome import MisshapenError
from localcare.channels.facebook.core.read import Json, id_at, link_at, moment_at, node_at, nodes_at, text_at
from localcare.channels.facebook.core.rest_seen import INSTAGRAM, Seen, author_of, digest_of
from localcare.mentions.core import Attachment, MentionChange, Verb

COMMENTS_INSIDE = 25
_OF_COMMENT = "id,text,timestamp,username,from,hidden,parent_id"
COMMENT_FIELDS = f"{_OF_COMMENT},replies.limit({COMMENTS_INSIDE}){{{_OF_COMMENT}}}"
REPLY_FIELDS = _OF_COMMENT
_OF_MEDIA = "id,caption,timestamp,username,permalink,media_type,media_url"
MEDIA_FIELDS = f"{_OF_MEDIA},comments.limit({COMMENTS_INSIDE}){{{COMMENT_FIELDS}}}"
TAG_FIELDS = _OF_MEDIA


@dataclass(frozen=True, slots=True)
class Account:
    """A professional account on Instagram, which goes by the token of its Page."""

    id: str
    username: str = ""


def account_of(row: Json) -> Account | None:
    """The account in a Page's `instagram_business_account`; None when the Page has none, or it may not be seen."""
    given = node_at(row, "instagram_business_account")
    account_id = id_at(given, "id")
    return None if account_id is None else Account(account_id, text_at(given, "username") or "")


def seen_media(account: Account, row: Json, at: datetime) -> Seen:
    """A media of the account's own: the words that its comments hang on."""
    return _seen(account, row, at, kind="post", thread_id=_id_of(row), text=_caption(row), is_own=True)


def seen_media_comment(
    account: Account, media_id: str, row: Json, at: datetime, *, parent_id: str | None = None
) -> Seen:
    """A comment under a media, or a reply: then `parent_id` is the comment it stands below."""
    parent = parent_id or id_at(row, "parent_id") or media_id
    return _seen(account, row, at, kind="comment", thread_id=media_id, parent_id=parent, text=text_at(row, "text"))


def seen_media_tag(account: Account, row: Json, at: datetime) -> Seen:
    """Somebody else's media in which the account is tagged, or whose caption names it."""
    return _seen(account, row, at, kind="mention", thread_id=_id_of(row), text=_caption(row))


def seen_naming_comment(account: Account, media_id: str, row: Json, at: datetime) -> Seen:
    """A comment elsewhere that names the account; whose it is Instagram keeps to itself."""
    permalink = link_at(node_at(row, "media"), "permalink")
    return _seen(
        account, row, at, kind="mention", thread_id=media_id, parent_id=media_id, text=text_at(row, "text"),
        permalink=permalink,
    )  # fmt: skip


def replies_inside(row: Json) -> tuple[list[Json], bool]:
    """The replies that came with a comment, and whether there are more than these."""
    return _inside(row, "replies")


def media_comments_inside(row: Json) -> tuple[list[Json], bool]:
    """The comments that came with a media, newest first, and whether there are more than these."""
    return _inside(row, "comments")


def _inside(row: Json, edge: str) -> tuple[list[Json], bool]:
    listed = node_at(row, edge)
    return nodes_at(listed, "data"), bool(text_at(node_at(listed, "paging"), "next"))


def _seen(
    account: Account, row: Json, at: datetime, *, kind: str, thread_id: str, text: str | None,
    parent_id: str | None = None, permalink: str | None = None, is_own: bool = False,
) -> Seen:  # fmt: skip
    external_id, created_at = _id_of(row), moment_at(row, "timestamp")
    if created_at is None:
        raise MisshapenError("a row of Instagram's without its time")
    author_id, author_name = author_of(row)
    author_name = author_name or text_at(row, "username")
    # its own comments may come under an id that is scoped to whoever asks
    author_id = account.id if is_own or (author_name and author_name == account.username) else author_id
    change = MentionChange(
        channel=INSTAGRAM, kind=kind, external_id=external_id, verb=Verb.ADD, at=at,
        digest=digest_of(external_id, text, author_id, row.get("hidden") is True),
        page_id=account.id, thread_id=thread_id, parent_id=parent_id, author_id=author_id,
        author_name=author_name, from_page=author_id == account.id, text=text or "",
        attachments=_picture(row), permalink=permalink or link_at(row, "permalink"), created_at=created_at,
    )  # fmt: skip
    hidden = row.get("hidden")
    return Seen(change, hidden if isinstance(hidden, bool) else None, created_at)


def _id_of(row: Json) -> str:
    external_id = id_at(row, "id")
    if external_id is None:
        raise MisshapenError("a row of Instagram's without its id")
    return external_id


def _caption(row: Json) -> str:
    return text_at(row, "caption") or ""


def _picture(row: Json) -> tuple[Attachment, ...]:
    url = link_at(row, "media_url")
    if url is None:
        return ()
    return (Attachment("video" if text_at(row, "media_type") == "VIDEO" else "photo", url),)
