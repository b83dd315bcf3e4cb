"""The `feed` field: posts and comments on a Page, its own included."""

from localcare.channels.facebook.core.change import Envelope, author_of, required_id, verb_of, what_of
from localcare.channels.facebook.core.outcome import MisshapenError, NoInterest, Parsed
from localcare.channels.facebook.core.read import Json, as_link, id_at, link_at, moment_at, node_at, text_at, word_at
from localcare.mentions.core import Attachment, MentionChange

_POST_ID_KEYS = {
    "album": ("post_id", "album_id"),
    "link": ("post_id",),
    "note": ("post_id",),
    "photo": ("post_id", "photo_id"),
    "photo-album": ("post_id", "album_id"),
    "post": ("post_id",),
    "share": ("post_id", "share_id"),
    "status": ("post_id",),
    "video": ("post_id", "video_id"),
}
_FURNITURE = "the Page's own furniture changed; nobody says anything"
_OF_NO_INTEREST = {
    "reaction": "a reaction says no words",
    "like": "a like says no words",
    "event": "an event announces something; comments under it arrive by themselves",
    "milestone": "a milestone announces something; comments under it arrive by themselves",
    "coupon": "an offer announces something; comments under it arrive by themselves",
    **dict.fromkeys(
        (
            *("address", "connection", "experience", "group", "group_message", "interest", "page", "picture"),
            *("platform-story", "profile", "question", "relationship-status", "story", "tag", "timeline cover"),
        ),
        _FURNITURE,
    ),
}
_LINK_IS_THE = {"photo": "photo", "video": "video"}


def read_feed(envelope: Envelope, value: Json) -> Parsed:
    """One change of a Page's feed."""
    item = word_at(value, "item")
    why = _OF_NO_INTEREST.get(item)
    if why is not None:
        return NoInterest(envelope.page_id, what_of("feed", value), why)
    if item == "comment":
        return _comment(envelope, value)
    if item in _POST_ID_KEYS:
        return _post(envelope, value, item)
    raise MisshapenError(f"the item “{item}” is not known" if item else "no item")


def attachments_of(value: Json, link_type: str = "link") -> tuple[Attachment, ...]:
    """Photos, videos and a link, each once, in the order Meta gives them."""
    found = [("photo", link_at(value, "photo")), ("video", link_at(value, "video"))]
    photos = value.get("photos")
    found += [("photo", as_link(photo)) for photo in photos] if isinstance(photos, list) else []
    found.append((link_type, link_at(value, "link")))
    return tuple(dict.fromkeys(Attachment(type=kind, url=url) for kind, url in found if url))


def _comment(envelope: Envelope, value: Json) -> Parsed:
    verb = verb_of(envelope, "feed", value)
    if isinstance(verb, NoInterest):
        return verb
    author = author_of(value)
    created_at = moment_at(value, "created_time")
    return MentionChange(
        channel=envelope.channel,
        kind="comment",
        external_id=required_id(value, "comment_id"),
        verb=verb,
        at=envelope.when(created_at),
        digest=envelope.digest("feed", value),
        page_id=envelope.page_id,
        thread_id=id_at(value, "post_id"),
        parent_id=id_at(value, "parent_id"),
        author_id=author.id,
        author_name=author.name,
        from_page=author.id == envelope.page_id,
        text=text_at(value, "message"),
        attachments=attachments_of(value),
        created_at=created_at,
    )


def _post(envelope: Envelope, value: Json, item: str) -> Parsed:
    verb = verb_of(envelope, "feed", value)
    if isinstance(verb, NoInterest):
        return verb
    author = author_of(value)
    created_at = moment_at(value, "created_time")
    post_id = required_id(value, *_POST_ID_KEYS[item])
    return MentionChange(
        channel=envelope.channel,
        kind="post",
        external_id=post_id,
        verb=verb,
        at=envelope.when(created_at),
        digest=envelope.digest("feed", value),
        page_id=envelope.page_id,
        thread_id=post_id,
        parent_id=id_at(value, "parent_id"),
        author_id=author.id,
        author_name=author.name,
        from_page=author.id == envelope.page_id,
        text=text_at(value, "message"),
        attachments=attachments_of(value, _LINK_IS_THE.get(item, "link")),
        permalink=link_at(node_at(value, "post"), "permalink_url"),
        created_at=created_at,
    )
