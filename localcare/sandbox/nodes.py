"""What each kind of thing shows of itself: one small function per field; `None` means the field is absent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from localcare.sandbox import known_fields
from localcare.sandbox.access import Caller
from localcare.sandbox.objects import (
    Comment,
    Page,
    Place,
    Post,
    Recommendation,
    Tag,
    TokenKind,
)
from localcare.sandbox.paging import WHOLE, Trap
from localcare.sandbox.state import State
from localcare.sandbox.tokens import opens, page_token

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scope:
    """The circumstances of one request: whose world, who asks, which version answers, under which address."""

    state: State
    caller: Caller
    version: str
    address: str
    trap: Trap = WHOLE


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
    has_id: bool = True


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
    token = scope.state.tokens[caller.token]
    if caller.kind is TokenKind.PAGE:
        may_see = page.is_assigned and (caller.owns(page.id) or caller.owns(page.parent_id or ""))
        login = scope.state.tokens.get(token.origin or scope.state.system_token)
        return page_token(scope.state, login, page) if may_see and login else None
    has_logged_in = caller.kind in (TokenKind.SYSTEM, TokenKind.USER)
    return page_token(scope.state, token, page) if has_logged_in and opens(token, page) else None


def _business(page: Page, scope: Scope) -> dict[str, object] | None:
    if not page.is_owned or "business_management" not in scope.caller.scopes:
        return None
    return {"id": scope.state.app.business_id, "name": scope.state.pages[scope.state.brand_id].name}


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


def _account(page: Page, scope: Scope) -> Page | None:
    """Absent without the permission, as if there were none."""
    has_permission = "instagram_basic" in scope.caller.scopes
    return scope.state.pages.get(page.instagram_id or "") if has_permission else None


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
        "business": _business,
        "global_brand_root_id": lambda page, _: page.parent_id or page.id,
        "hours": lambda page, _: page.hours or None,
        "instagram_business_account": _account,
        "is_permanently_closed": lambda page, _: page.is_permanently_closed,
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
        "tasks": lambda page, scope: (
            list(page.tasks) if scope.caller.kind in (TokenKind.SYSTEM, TokenKind.USER) else None
        ),
    },
    fixed={
        "category": "Retail company",
        "category_list": [{"id": "200600219953504", "name": "Retail company"}],
        "fan_count": 0,
        "followers_count": 0,
        "has_transitioned_to_new_page_experience": True,
        "is_owned": True,
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
USER: NodeType[Me] = NodeType(
    "User", known_fields.USER, ("name", "id"), {"id": lambda me, _: me.id, "name": lambda me, _: me.name}
)
RECOMMENDATION: NodeType[Recommendation] = NodeType(
    "Recommendation",
    known_fields.RECOMMENDATION,
    ("created_time", "recommendation_type", "review_text", "reviewer"),
    {
        "created_time": lambda review, _: graph_time(review.created_at),
        "has_review": lambda review, _: bool(review.text),
        "open_graph_story": lambda review, _: {"id": review.story_id},
        "recommendation_type": lambda review, _: "positive" if review.recommends else "negative",
        "review_text": lambda review, _: review.text or None,
        "reviewer": lambda review, _: {"name": review.author.name, "id": review.author.id},
    },
    fixed={"has_rating": False},
    has_id=False,
)
