"""Instagram comments and mentions; its direct messages read like Messenger's.

Source: Meta's webhook examples of the Instagram Platform.
"""

from localcare.channels.facebook.core.change import Envelope, required_id
from localcare.channels.facebook.core.outcome import MisshapenError, Parsed
from localcare.channels.facebook.core.read import Json, id_at, moment_at, node_at, text_at
from localcare.mentions.core import MentionChange, Verb


def read_instagram_comment(envelope: Envelope, value: Json) -> Parsed:
    """A comment on the account's media. Instagram tells of no edits or removals, and of no time but the sending."""
    author = node_at(value, "from")
    author_id = id_at(author, "id")
    media_id = id_at(node_at(value, "media"), "id")
    created_at = moment_at(value, "created_time")
    return MentionChange(
        channel=envelope.channel,
        kind="comment",
        external_id=required_id(value, "id", "comment_id"),
        verb=Verb.ADD,
        at=envelope.when(created_at),
        digest=envelope.digest("comments", value),
        page_id=envelope.page_id,
        thread_id=media_id or id_at(value, "parent_id"),
        parent_id=id_at(value, "parent_id") or media_id,
        author_id=author_id,
        author_name=text_at(author, "username"),
        from_page=author_id == envelope.page_id,
        text=text_at(value, "text") or "",
        created_at=created_at,
    )


def read_instagram_mention(envelope: Envelope, value: Json) -> Parsed:
    """Somebody named the account in a comment or a caption elsewhere; ids only, so that it is there is all that is said.

    The mention stays without words, and opens no case, until they have been read.
    """
    media_id, comment_id = id_at(value, "media_id"), id_at(value, "comment_id")
    if media_id is None:
        raise MisshapenError("no usable media_id: the words cannot be asked for")
    return MentionChange(
        channel=envelope.channel,
        kind="mention",
        external_id=comment_id or media_id,
        verb=Verb.UNHIDE,
        at=envelope.when(),
        digest=envelope.digest("mentions", value),
        page_id=envelope.page_id,
        thread_id=media_id,
        parent_id=media_id if comment_id else None,
    )
