"""What each kind of thing shows of itself: one small function per field; `None` means the field is absent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from localcare.sandbox import known_fields
from localcare.sandbox.access import Caller
from localcare.sandbox.objects import Author, Comment, Conversation, Message, Page, Place, Post, Tag, TokenKind
from localcare.sandbox.state import State

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scope:
    """The circumstances of one request: whose world, who asks, which version answers, under which address."""

    state: State
    caller: Caller
    version: str
    address: str
    keep: float = 1.0


@dataclass(frozen=True, slots=True)
class Me:
    """The system user behind `/me`."""

    id: str
    name: str
    order: int = 0


@dataclass(frozen=True, slots=True)
class NodeType(Generic[T]):
    """The fields of one kind of thing, as Graph's error messages call it."""

    name: str
    known: frozenset[str]
    defaults: tuple[str, ...]
    getters: Mapping[str, Callable[[T, Scope], object]]
    removed: frozenset[str] = frozenset()
    fixed: Mapping[str, object] = field(default_factory=dict)


def graph_time(instant: datetime) -> str:
    """`2026-11-21T09:30:00+0000`."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S+0000")


def _location(place: Place | None) -> dict[str, object] | None:
    if place is None:
        return None
    names = ("city", "country", "latitude", "longitude", "state", "street", "zip")
    return {name: getattr(place, name) for name in names if getattr(place, name) is not None}


def _tagged_place(place: Place | None) -> dict[str, object] | None:
    if place is None:
        return None
    named = {"id": place.id, "name": place.name, "location": _location(place)}
    return {key: value for key, value in named.items() if value}


def _page_token(page: Page, scope: Scope) -> str | None:
    caller = scope.caller
    may_see = caller.kind is TokenKind.SYSTEM or caller.owns(page.id) or caller.owns(page.parent_id or "")
    return page.access_token if may_see and page.is_assigned else None


def _author(thing: Post | Comment, scope: Scope) -> dict[str, str] | None:
    if not scope.caller.sees_author(thing.page_id, thing.author):
        return None
    return {"name": thing.author.name, "id": thing.author.id}


def _photo(url: str | None, object_id: str) -> dict[str, object] | None:
    if url is None:
        return None
    target = {"id": object_id, "url": url}
    return {
        "media": {"image": {"height": 720, "src": url, "width": 720}},
        "target": target,
        "type": "photo",
        "url": url,
    }


def _post_attachments(post: Post, _: Scope) -> dict[str, object] | None:
    photo = _photo(post.photo, post.id.rpartition("_")[2])
    return {"data": [{**photo, "media_type": "photo"}]} if photo else None


def _post_link(post: Post) -> str:
    page_id, _, number = post.id.partition("_")
    return f"https://www.facebook.com/{page_id}/posts/{number}"


def _comment_link(comment: Comment) -> str:
    page_id, _, number = comment.post_id.partition("_")
    own = comment.id.rpartition("_")[2]
    link = f"https://www.facebook.com/{page_id}/posts/{number}/?comment_id="
    if comment.parent_id is None:
        return link + own
    return f"{link}{comment.parent_id.rpartition('_')[2]}&reply_comment_id={own}"


def _addressee(author: Author) -> dict[str, str]:
    return {"name": author.name, "email": f"{author.id}@facebook.com", "id": author.id}


def _participants(conversation: Conversation, scope: Scope) -> dict[str, object]:
    page = scope.state.pages[conversation.page_id]
    return {"data": [_addressee(conversation.person), _addressee(page.author)]}


def conversation_updated_at(conversation: Conversation) -> datetime:
    """When its last message was said."""
    return conversation.messages[-1].created_at


@dataclass(frozen=True, slots=True)
class Said:
    """A message with the conversation it belongs to."""

    message: Message
    conversation: Conversation

    @property
    def order(self) -> int:
        """Its place among all that was ever written."""
        return self.message.order


def _said_by(said: Said, scope: Scope, *, by_page: bool) -> Author:
    return scope.state.pages[said.conversation.page_id].author if by_page else said.conversation.person


def _message_photos(said: Said, _: Scope) -> dict[str, object] | None:
    url = said.message.photo
    if url is None:
        return None
    image = {"width": 720, "height": 720, "max_width": 720, "max_height": 720, "url": url, "preview_url": url}
    number = str(said.order)
    photo = {"id": number, "mime_type": "image/jpeg", "name": f"image-{number}", "size": 54542, "image_data": image}
    return {"data": [photo], "paging": {"cursors": {"before": "MAZDZD", "after": "MAZDZD"}}}


def _parent_post_id(comment: Comment, _: Scope) -> dict[str, object]:
    return {"id": comment.post_id}


PAGE: NodeType[Page] = NodeType(
    "Page",
    known_fields.PAGE,
    ("name", "id"),
    {
        "id": lambda page, _: page.id,
        "name": lambda page, _: page.name,
        "access_token": _page_token,
        "global_brand_root_id": lambda page, _: page.parent_id or page.id,
        "hours": lambda page, _: page.hours or None,
        "is_webhooks_subscribed": lambda page, _: bool(page.subscribed_fields),
        "link": lambda page, _: f"https://www.facebook.com/{page.id}",
        "location": lambda page, _: _location(page.location),
        "overall_star_rating": lambda page, _: page.overall_star_rating,
        "parent_page": lambda page, scope: scope.state.pages.get(page.parent_id or ""),
        "phone": lambda page, _: page.phone,
        "rating_count": lambda page, _: page.rating_count,
        "store_code": lambda page, _: page.store_code,
        "store_location_descriptor": lambda page, _: page.location.street if page.location else None,
        "store_number": lambda page, _: page.store_number,
        "tasks": lambda page, scope: list(page.tasks) if scope.caller.kind is TokenKind.SYSTEM else None,
    },
    fixed={
        "category": "Retail company",
        "category_list": [{"id": "200600219953504", "name": "Retail company"}],
        "fan_count": 0,
        "followers_count": 0,
        "has_transitioned_to_new_page_experience": True,
        "is_owned": True,
        "is_permanently_closed": False,
        "is_published": True,
        "temporary_status": "no_data",
        "verification_status": "not_verified",
    },
)
POST: NodeType[Post] = NodeType(
    "Post",
    known_fields.POST,
    ("created_time", "message", "id"),
    {
        "id": lambda post, _: post.id,
        "message": lambda post, _: post.message or None,
        "created_time": lambda post, _: graph_time(post.created_at),
        "updated_time": lambda post, _: graph_time(post.updated_at),
        "from": _author,
        "to": lambda post, scope: (
            {"data": [{"id": post.page_id, "name": scope.state.pages[post.page_id].name}]}
            if post.author.id != post.page_id
            else None
        ),
        "attachments": _post_attachments,
        "can_reply_privately": lambda post, _: post.author.id != post.page_id and not post.is_privately_answered,
        "full_picture": lambda post, _: post.photo,
        "picture": lambda post, _: post.photo,
        "is_hidden": lambda post, _: post.is_hidden,
        "permalink_url": lambda post, _: _post_link(post),
        "place": lambda post, _: _tagged_place(post.place),
        "status_type": lambda post, _: (
            "added_photos" if post.photo else "mobile_status_update" if post.author.id == post.page_id else "wall_post"
        ),
    },
    known_fields.POST_REMOVED,
    fixed={"is_expired": False, "is_popular": False, "is_published": True},
)
TAG: NodeType[Tag] = NodeType(
    "Post",
    known_fields.POST,
    ("message", "tagged_time", "id"),
    {
        "id": lambda tag, _: tag.post_id,
        "message": lambda tag, _: tag.message,
        "created_time": lambda tag, _: graph_time(tag.created_at),
        "tagged_time": lambda tag, _: graph_time(tag.created_at),
        "permalink_url": lambda tag, _: f"https://www.facebook.com/{tag.post_id.replace('_', '/posts/')}",
    },
    known_fields.POST_REMOVED,
)
COMMENT: NodeType[Comment] = NodeType(
    "Comment",
    known_fields.COMMENT,
    ("created_time", "from", "message", "id"),
    {
        "id": lambda comment, _: comment.id,
        "message": lambda comment, _: comment.message,
        "created_time": lambda comment, _: graph_time(comment.created_at),
        "from": _author,
        "parent": lambda comment, scope: scope.state.comments.get(comment.parent_id or ""),
        "object": _parent_post_id,
        "attachment": lambda comment, _: _photo(comment.photo, comment.id.rpartition("_")[2]),
        "can_hide": lambda comment, scope: scope.caller.owns(comment.page_id) and comment.author.id != comment.page_id,
        "can_remove": lambda comment, scope: scope.caller.owns(comment.page_id),
        "can_reply_privately": lambda comment, _: (
            comment.author.id != comment.page_id and not comment.is_privately_answered
        ),
        "comment_count": lambda comment, scope: sum(
            other.parent_id == comment.id for other in scope.state.posts[comment.post_id].comments
        ),
        "is_hidden": lambda comment, _: comment.is_hidden,
        "like_count": lambda comment, _: len(comment.likes),
        "permalink_url": lambda comment, _: _comment_link(comment),
        "user_likes": lambda comment, _: comment.page_id in comment.likes,
    },
    fixed={"can_comment": True, "can_like": True, "is_private": False},
)
CONVERSATION: NodeType[Conversation] = NodeType(
    "UnifiedThread",
    known_fields.CONVERSATION,
    ("id", "link", "updated_time"),
    {
        "id": lambda thread, _: thread.id,
        "link": lambda thread, _: f"/{thread.page_id}/inbox/{thread.person.id}/",
        "message_count": lambda thread, _: len(thread.messages),
        "participants": _participants,
        "scoped_thread_key": lambda thread, _: thread.id,
        "senders": _participants,
        "snippet": lambda thread, _: thread.messages[-1].text,
        "unread_count": lambda thread, _: 0 if thread.messages[-1].from_page else 1,
        "updated_time": lambda thread, _: graph_time(conversation_updated_at(thread)),
    },
    fixed={"can_reply": True, "former_participants": {"data": []}, "is_subscribed": True},
)
MESSAGE: NodeType[Said] = NodeType(
    "Message",
    known_fields.MESSAGE,
    ("id", "created_time"),
    {
        "id": lambda said, _: said.message.id,
        "created_time": lambda said, _: graph_time(said.message.created_at),
        "message": lambda said, _: said.message.text,
        "from": lambda said, scope: _addressee(_said_by(said, scope, by_page=said.message.from_page)),
        "to": lambda said, scope: {"data": [_addressee(_said_by(said, scope, by_page=not said.message.from_page))]},
        "attachments": _message_photos,
    },
    fixed={"tags": {"data": [{"name": "inbox"}, {"name": "source:web"}]}},
)
USER: NodeType[Me] = NodeType(
    "User", known_fields.USER, ("name", "id"), {"id": lambda me, _: me.id, "name": lambda me, _: me.name}
)
