"""How an answer can travel, until when, and what the network is told to answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from localcare.channels.capabilities import capabilities_of
from localcare.replies.core.windows import PRIVATE_WINDOW, Opening, message_window

NETWORKS = ("facebook", "instagram")
_MESSAGES_OVER = (
    "Facebook delivers a person’s answer for seven days after the customer’s last message, and they are over. "
    "It can be sent again when the customer writes."
)
_ONLY_BY_PERSON = "The first 24 hours are over, so Facebook delivers only what a person writes: answer yourself."


class Way(StrEnum):
    """How an answer reaches the customer."""

    COMMENT = "comment"
    PRIVATE = "private"
    MESSAGE = "message"
    BY_HAND = "by-hand"


@dataclass(frozen=True, slots=True)
class Turn:
    """The customer's newest words in a case: what an answer answers.

    `last_heard_at` is their last message in the conversation, which opens its window.
    """

    mention_id: int
    channel: str
    kind: str
    external_id: str
    thread_id: str | None
    page_id: str | None
    permalink: str | None
    parent_id: str | None = None
    said_at: datetime | None = None
    author_id: str | None = None
    last_heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Capability:
    """Whether an answer can be sent from here, and if not, why, in words for the person who wants to.

    `free_until` is when the first window ends, `until` when the last does; `note` says what holds now.
    """

    way: Way
    why: str = ""
    note: str = ""
    free_until: datetime | None = None
    until: datetime | None = None


def way_to_answer(turn: Turn, *, now: datetime | None = None) -> Capability:
    """How this turn can be answered, by what the network allows and, for messages, until when."""
    reply = capabilities_of(turn.channel, turn.kind, turn.external_id).reply
    if not reply.can:
        return Capability(Way.BY_HAND, reply.why)
    return _message_way(turn, now) if turn.kind == "message" else Capability(Way.COMMENT)


def private_way(turn: Turn, *, now: datetime, is_used: bool) -> Capability | None:
    """Whether one private message may answer these public words; None where there is no such way, `why` if not now."""
    is_public = turn.kind == "comment" or (turn.channel == "facebook" and turn.kind == "post")
    if turn.channel not in NETWORKS or not is_public:
        return None
    until = turn.said_at + PRIVATE_WINDOW if turn.said_at else None
    why = ""
    if is_used:
        why = "The one private message to this comment has been used. The conversation goes on when the customer answers it."
    elif until is not None and now >= until:
        why = "A comment can be answered privately for seven days; they are over."
    return Capability(Way.PRIVATE, why, until=until)


def target_of(turn: Turn, way: Way) -> str:
    """What the network is told to answer. Facebook hangs a reply to a reply under the top comment, so that is named."""
    if way is Way.MESSAGE:
        return turn.thread_id or turn.external_id
    if way is Way.PRIVATE:
        return turn.external_id
    is_reply = turn.kind == "comment" and turn.parent_id not in (None, turn.thread_id)
    return turn.parent_id or turn.external_id if is_reply else turn.external_id


def _message_way(turn: Turn, now: datetime | None) -> Capability:
    if now is None:
        return Capability(Way.MESSAGE)
    window = message_window(turn.last_heard_at or turn.said_at, now)
    if window.opening is Opening.OVER:
        return Capability(Way.BY_HAND, _MESSAGES_OVER, until=window.until)
    note = _ONLY_BY_PERSON if window.opening is Opening.BY_PERSON else ""
    return Capability(Way.MESSAGE, note=note, free_until=window.free_until, until=window.until)
