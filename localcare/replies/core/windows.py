"""How long the network delivers messages: 24 hours after the customer's last word, 7 days when a person answers.

Source: Messenger Platform policy (HUMAN_AGENT tag) and Private Replies, https://developers.facebook.com/documentation/business-messaging/messenger-platform/policy/.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ANSWER_WINDOW = timedelta(hours=24)
HUMAN_WINDOW = timedelta(days=7)
PRIVATE_WINDOW = timedelta(days=7)
"""A comment or post may be answered by one private message for so long."""


class Opening(StrEnum):
    """What the network takes now: anything, only a person's own answer, or nothing."""

    FREE = "free"
    BY_PERSON = "by-person"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class MessageWindow:
    """The opening of a conversation now, and when it changes; a time not known counts as open."""

    opening: Opening
    free_until: datetime | None
    until: datetime | None


def message_window(last_heard_at: datetime | None, now: datetime) -> MessageWindow:
    """The window that the customer's last message opened."""
    if last_heard_at is None:
        return MessageWindow(Opening.FREE, None, None)
    free_until, until = last_heard_at + ANSWER_WINDOW, last_heard_at + HUMAN_WINDOW
    opening = Opening.FREE if now < free_until else Opening.BY_PERSON if now < until else Opening.OVER
    return MessageWindow(opening, free_until, until)
