"""The `mention` field: somebody tagged the Page in a post or a comment, wherever that stands."""

from localcare.channels.facebook.core.change import Envelope, author_of, required_id, verb_of
from localcare.channels.facebook.core.feed import attachments_of
from localcare.channels.facebook.core.outcome import NoInterest, Parsed
from localcare.channels.facebook.core.read import Json, id_at, link_at, moment_at, node_at, text_at
from localcare.mentions.core import MentionChange


def read_mention(envelope: Envelope, value: Json) -> Parsed:
    """One tag of the Page; since 2021 it comes without an author."""
    verb = verb_of(envelope, "mention", value)
    if isinstance(verb, NoInterest):
        return verb
    author = author_of(value)
    created_at = moment_at(value, "created_time")
    external_id = required_id(value, "comment_id", "post_id")
    return MentionChange(
        channel=envelope.channel,
        kind="mention",
        external_id=external_id,
        verb=verb,
        at=envelope.when(created_at),
        digest=envelope.digest("mention", value),
        page_id=envelope.page_id,
        thread_id=id_at(value, "post_id", "comment_id"),
        parent_id=id_at(value, "parent_id"),
        author_id=author.id,
        author_name=author.name,
        from_page=author.id == envelope.page_id,
        text=text_at(value, "message"),
        attachments=attachments_of(value),
        permalink=link_at(node_at(value, "post"), "permalink_url"),
        created_at=created_at,
    )
