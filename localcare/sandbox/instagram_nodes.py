"""What a professional account, its media and their comments show of themselves on Instagram.

Source: Meta's references of IG User, IG Media and IG Comment. Who named the account is told of media, not of comments.
"""

from collections.abc import Callable, Mapping
from typing import Any

from localcare.sandbox import known_fields
from localcare.sandbox.nodes import NodeType, Scope, graph_time
from localcare.sandbox.objects import Comment, Page, Post, Tag
from localcare.sandbox.refusals import invalid, unknown_object


def _username(thing: Post | Comment, scope: Scope) -> str | None:
    return thing.author.name if scope.caller.sees_author(thing.page_id, thing.author) else None


def _from(comment: Comment, scope: Scope) -> dict[str, str] | None:
    name = _username(comment, scope)
    return None if name is None else {"id": comment.author.id, "username": name}


def _media_of(tag: Tag, _: Scope) -> dict[str, object]:
    return {"id": tag.post_id, "permalink": _link(tag.post_id)}


def _link(media_id: str) -> str:
    return f"https://www.instagram.com/p/{int(media_id):x}/"


ACCOUNT: NodeType[Page] = NodeType(
    "IGUser",
    known_fields.ACCOUNT,
    ("id",),
    {
        "id": lambda account, _: account.id,
        "media_count": lambda account, _: len(account.posts),
        "name": lambda account, _: account.name,
        "username": lambda account, _: account.name,
    },
)
MEDIA: NodeType[Post] = NodeType(
    "IGMedia",
    known_fields.MEDIA,
    ("id",),
    {
        "id": lambda media, _: media.id,
        "caption": lambda media, _: media.message or None,
        "comments_count": lambda media, _: len(media.comments),
        "like_count": lambda media, _: len(media.likes),
        "media_url": lambda media, _: media.photo,
        "owner": lambda media, _: {"id": media.page_id},
        "permalink": lambda media, _: _link(media.id),
        "timestamp": lambda media, _: graph_time(media.created_at),
        "username": _username,
    },
    fixed={"is_comment_enabled": True, "media_product_type": "FEED", "media_type": "IMAGE"},
)
COMMENT: NodeType[Comment] = NodeType(
    "IGComment",
    known_fields.MEDIA_COMMENT,
    ("timestamp", "text", "id"),
    {
        "id": lambda comment, _: comment.id,
        "from": _from,
        "hidden": lambda comment, _: comment.is_hidden,
        "like_count": lambda comment, _: len(comment.likes),
        "media": lambda comment, _: {"id": comment.post_id},
        "parent_id": lambda comment, _: comment.parent_id,
        "text": lambda comment, _: comment.message,
        "timestamp": lambda comment, _: graph_time(comment.created_at),
        "username": _username,
    },
)
TAGGED: NodeType[Tag] = NodeType(
    "IGMedia",
    known_fields.MEDIA,
    ("id",),
    {
        "id": lambda tag, _: tag.post_id,
        "caption": lambda tag, _: tag.message,
        "permalink": lambda tag, _: _link(tag.post_id),
        "timestamp": lambda tag, _: graph_time(tag.created_at),
        "username": lambda tag, _: tag.author,
    },
    fixed={"media_product_type": "FEED", "media_type": "IMAGE"},
)
NAMING_COMMENT: NodeType[Tag] = NodeType(
    "IGComment",
    frozenset({"id", "like_count", "media", "text", "timestamp"}),
    ("id",),
    {
        "id": lambda tag, _: tag.comment_id,
        "media": _media_of,
        "text": lambda tag, _: tag.message,
        "timestamp": lambda tag, _: graph_time(tag.created_at),
    },
)
KINDS: Mapping[type, NodeType[Any]] = {Page: ACCOUNT, Post: MEDIA, Comment: COMMENT, Tag: TAGGED}
NAMED: Mapping[str, NodeType[Any]] = {"mentioned_comment": NAMING_COMMENT, "mentioned_media": TAGGED}
_ID_OF: Mapping[str, tuple[str, Callable[[Tag], str | None]]] = {
    "mentioned_comment": ("comment_id", lambda tag: tag.comment_id),
    "mentioned_media": ("media_id", lambda tag: tag.post_id),
}


def find_named(account: Page, field: str, modifiers: Mapping[str, str]) -> Tag:
    """What names the account, by the id a webhook told. Raises the refusal for what does not, or is private."""
    parameter, id_of = _ID_OF[field]
    wanted = modifiers.get(parameter)
    if wanted is None:
        raise invalid(f"The parameter {parameter} is required")
    found = next((tag for tag in account.tags if id_of(tag) == wanted), None)
    if found is None:
        raise unknown_object(wanted, "get")
    return found
