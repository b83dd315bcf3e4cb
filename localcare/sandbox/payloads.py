"""What a webhook says about each thing that happens, key for key as recorded ones say it.

Pure. The shapes are those of restfb's recorded payloads (github.com/restfb/restfb, MIT): authors come as `from`, as
`sender_*` with a numeric id, or not at all; a removal carries no text; a visitor's post carries no time.
"""

from dataclasses import dataclass
from datetime import datetime

from localcare.sandbox.objects import Author, Comment, Post, Recommendation, Tag

MESSAGING_FIELDS = frozenset({"messages", "message_echoes", "message_deliveries"})


@dataclass(frozen=True, slots=True)
class PageUpdate:
    """One thing to tell about one Page: a `changes[]` value of a field, or a `messaging[]` item.

    `network` is the delivery's `object`: page or instagram. A flat one stands on the entry itself instead of in a list.
    """

    page_id: str
    field: str
    value: dict[str, object]
    network: str = "page"
    is_flat: bool = False

    @property
    def is_messaging(self) -> bool:
        """Whether it travels in `entry[].messaging[]` with times in milliseconds."""
        return self.field in MESSAGING_FIELDS


def post_added(post: Post) -> PageUpdate:
    """A visitor's post, a visitor's or the Page's photo, or a status by the Page."""
    if post.photo:
        return _photo(post, "add", {"published": 1, "created_time": _seconds(post.created_at)})
    if post.author.id == post.page_id:
        return _status(post, "add")
    value: dict[str, object] = {
        "item": "post",
        "verb": "add",
        "post_id": post.id,
        "is_hidden": post.is_hidden,
        "sender_id": int(post.author.id),
        **_from(post.author),
        "message": post.message,
    }
    return _feed(post, value)


def post_edited(post: Post) -> PageUpdate:
    """New words for a post: the verb is `edited` for photos and for a status by the Page, `edit` for a visitor's post."""
    if post.photo:
        return _photo(post, "edited", {"published": 1, "created_time": _seconds(post.created_at)})
    if post.author.id == post.page_id:
        return _status(post, "edited")
    value: dict[str, object] = {
        "post_id": post.id,
        "item": "post",
        "verb": "edit",
        "message": post.message,
        "recipient_id": int(post.page_id),
        "created_time": _seconds(post.created_at),
        "from": {"name": post.author.name, "id": int(post.author.id)},
    }
    return _feed(post, value)


def post_hidden(post: Post) -> PageUpdate:
    """Hidden from, or shown again on, the Page's wall; says what `post.is_hidden` says."""
    verb = "hide" if post.is_hidden else "unhide"
    if post.photo:
        return _photo(post, verb, {})
    value: dict[str, object] = {
        "post_id": post.id,
        **_from(post.author),
        "item": _item(post),
        "verb": verb,
        "message": post.message,
    }
    return _feed(post, value)


def post_removed(post: Post, now: datetime) -> PageUpdate:
    """Gone, with everything below it; the comments get no removal of their own."""
    value: dict[str, object] = {
        "recipient_id": int(post.page_id),
        "item": _item(post),
        "verb": "remove",
        "post_id": post.id,
        "created_time": _seconds(now),
    }
    if post.photo:
        return _feed(post, value | _sender(post.author))
    return _feed(post, value | {"from": {"name": post.author.name, "id": int(post.author.id)}})


def comment_added(comment: Comment) -> PageUpdate:
    """A comment or reply, by a person or by the Page itself (then `from.id` is the Page's)."""
    value: dict[str, object] = {
        "item": "comment",
        "verb": "add",
        **_place_in_thread(comment),
        **_from(comment.author),
        "created_time": _seconds(comment.created_at),
        "message": comment.message,
    }
    return _feed(comment, value | _attached(comment))


def comment_edited(comment: Comment) -> PageUpdate:
    """New words for a comment: the author comes as `sender_*` with a number, and no time of the edit is given."""
    value: dict[str, object] = {
        "item": "comment",
        "verb": "edited",
        **_place_in_thread(comment),
        **_sender(comment.author),
        "created_time": _seconds(comment.created_at),
        "message": comment.message,
    }
    return _feed(comment, value | _attached(comment))


def comment_hidden(comment: Comment) -> PageUpdate:
    """Hidden or shown again; `is_hidden` itself is not in the payload."""
    value: dict[str, object] = {
        **_place_in_thread(comment),
        **_sender(comment.author),
        "item": "comment",
        "verb": "hide" if comment.is_hidden else "unhide",
        "created_time": _seconds(comment.created_at),
        "message": comment.message,
    }
    return _feed(comment, value)


def comment_removed(comment: Comment) -> PageUpdate:
    """Gone: neither its words nor a time."""
    value: dict[str, object] = {
        "item": "comment",
        "verb": "remove",
        **_place_in_thread(comment),
        **_from(comment.author),
    }
    return _feed(comment, value)


def reacted(target: Post | Comment, who: Author, reaction: str, verb: str, now: datetime) -> PageUpdate:
    """A like, love, wow, haha, sorry, anger or care; `verb` is add, edit or remove."""
    post_id = target.id if isinstance(target, Post) else target.post_id
    parent_id = target.id if isinstance(target, Post) else target.parent_id or target.post_id
    value: dict[str, object] = {
        "created_time": _seconds(now),
        "item": "reaction",
        "post_id": post_id,
        "parent_id": parent_id,
        "verb": verb,
        "reaction_type": reaction,
        **_from(who),
    }
    return _feed(target, value | ({"comment_id": target.id} if isinstance(target, Comment) else {}))


def mentioned(page_id: str, tag: Tag) -> PageUpdate:
    """Somebody names the Page elsewhere: there is no author at all."""
    value: dict[str, object] = {
        "message": tag.message,
        "post_id": tag.post_id,
        "created_time": _seconds(tag.created_at),
        "item": "comment" if tag.comment_id else "post",
        "verb": "add",
    }
    return PageUpdate(page_id, "mention", value | ({"comment_id": tag.comment_id} if tag.comment_id else {}))


def recommended(page_id: str, recommendation: Recommendation) -> PageUpdate:
    """The `ratings` webhook Meta stopped sending with v22; only legacy mode lets it out."""
    value: dict[str, object] = {
        "item": "rating",
        "verb": "add",
        "open_graph_story_id": int(recommendation.story_id),
        "reviewer_id": int(recommendation.author.id),
        "reviewer_name": recommendation.author.name,
        "review_text": recommendation.text,
        "recommendation_type": "POSITIVE" if recommendation.recommends else "NEGATIVE",
        "comment_id": None,
        "created_time": _seconds(recommendation.created_at),
    }
    return PageUpdate(page_id, "ratings", value)


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def _feed(target: Post | Comment, value: dict[str, object]) -> PageUpdate:
    return PageUpdate(target.page_id, "feed", value)


def _item(post: Post) -> str:
    if post.photo:
        return "photo"
    return "status" if post.author.id == post.page_id else "post"


def _from(author: Author) -> dict[str, object]:
    return {"from": {"id": author.id, "name": author.name}}


def _sender(author: Author) -> dict[str, object]:
    return {"sender_id": int(author.id), "sender_name": author.name}


def _attached(comment: Comment) -> dict[str, object]:
    return {"photo": comment.photo} if comment.photo else {}


def _photo(post: Post, verb: str, more: dict[str, object]) -> PageUpdate:
    value: dict[str, object] = {
        "item": "photo",
        "verb": verb,
        "photo_id": int(post.id.rpartition("_")[2]),
        "post_id": post.id,
        **_sender(post.author),
        "link": post.photo,
        **more,
    }
    return _feed(post, value | ({"message": post.message} if post.message else {}))


def _status(post: Post, verb: str) -> PageUpdate:
    value: dict[str, object] = {
        "item": "status",
        "verb": verb,
        **_from(post.author),
        "post_id": post.id,
        "published": 1,
        "created_time": _seconds(post.created_at),
        "message": post.message,
    }
    return _feed(post, value)


def _place_in_thread(comment: Comment) -> dict[str, object]:
    return {
        "comment_id": comment.id,
        "post_id": comment.post_id,
        "parent_id": comment.parent_id or comment.post_id,
    }
