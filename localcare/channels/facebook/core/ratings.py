"""The `ratings` field: recommendations and the comments under them.

Meta stopped sending it with v22.0; the parser stays because it costs nothing and the recorded payloads prove it.
"""

from localcare.channels.facebook.core.change import Envelope, author_of, required_id, verb_of, what_of
from localcare.channels.facebook.core.outcome import MisshapenError, NoInterest, Parsed
from localcare.channels.facebook.core.read import Json, id_at, moment_at, number_at, text_at, word_at
from localcare.mentions.core import MentionChange, Verb

_OF_NO_INTEREST = {"reaction": "a reaction says no words", "like": "a like says no words"}
_RECOMMENDS = {"positive": True, "negative": False}


def read_ratings(envelope: Envelope, value: Json) -> Parsed:
    """One change of a recommendation, or of a comment under one."""
    item = word_at(value, "item")
    why = _OF_NO_INTEREST.get(item)
    if why is not None:
        return NoInterest(envelope.page_id, what_of("ratings", value), why)
    verb = verb_of(envelope, "ratings", value)
    if isinstance(verb, NoInterest):
        return verb
    if item == "rating":
        return _review(envelope, value, verb)
    if item == "comment":
        return _comment(envelope, value, verb)
    raise MisshapenError(f"the item “{item}” is not known" if item else "no item")


def _review(envelope: Envelope, value: Json, verb: Verb) -> MentionChange:
    author = author_of(value)
    created_at = moment_at(value, "created_time")
    story_id = required_id(value, "open_graph_story_id")
    text = text_at(value, "review_text")
    return MentionChange(
        channel=envelope.channel,
        kind="review",
        external_id=story_id,
        verb=verb,
        at=envelope.when(created_at),
        digest=envelope.digest("ratings", value),
        page_id=envelope.page_id,
        thread_id=story_id,
        author_id=author.id,
        author_name=author.name,
        from_page=author.id == envelope.page_id,
        # a review without words is whole; a removal says nothing of them
        text="" if text is None and verb in (Verb.ADD, Verb.EDIT) else text,
        rating=_stars(value),
        recommends=_RECOMMENDS.get(word_at(value, "recommendation_type").lower()),
        created_at=created_at,
    )


def _comment(envelope: Envelope, value: Json, verb: Verb) -> MentionChange:
    author = author_of(value)
    created_at = moment_at(value, "created_time")
    post_id, parent_id = id_at(value, "post_id"), id_at(value, "parent_id")
    story_id = _story_of(post_id) or id_at(value, "open_graph_story_id")
    return MentionChange(
        channel=envelope.channel,
        kind="comment",
        external_id=required_id(value, "comment_id"),
        verb=verb,
        at=envelope.when(created_at),
        digest=envelope.digest("ratings", value),
        page_id=envelope.page_id,
        thread_id=story_id,
        parent_id=story_id if parent_id == post_id else parent_id,
        author_id=author.id,
        author_name=author.name,
        from_page=author.id == envelope.page_id,
        text=text_at(value, "message"),
        created_at=created_at,
    )


def _story_of(post_id: str | None) -> str | None:
    """A comment's post is USER_STORY while the review itself is only STORY: the thread must be the same for both."""
    return post_id.rpartition("_")[2] or None if post_id else None


def _stars(value: Json) -> int | None:
    stars = number_at(value, "rating")
    return int(stars) if stars in (1, 2, 3, 4, 5) else None
