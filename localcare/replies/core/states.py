"""Where a reply, or a deed on the Page, is on its way."""

from enum import StrEnum

SEND_TASK = "replies.send"


class ReplyState(StrEnum):
    """Where it is. `sent`: the network gave an id; `noted`: a person answered elsewhere; `done`: a deed took effect.

    `held` waits for a person: the Page has answered natively since. `deleted` stood on the Page once. `awaiting` waits for
    somebody else's approval, `returned` came back from there with a note, `approved` is to be posted by hand.
    """

    QUEUED = "queued"
    SENDING = "sending"
    HELD = "held"
    SENT = "sent"
    CONFIRMED = "confirmed"
    NOTED = "noted"
    DONE = "done"
    DELETED = "deleted"
    FAILED = "failed"
    UNDONE = "undone"
    AWAITING = "awaiting"
    APPROVED = "approved"
    RETURNED = "returned"


ON_ITS_WAY = (ReplyState.QUEUED, ReplyState.SENDING)
GONE = (ReplyState.FAILED, ReplyState.UNDONE, ReplyState.RETURNED)
"""It will not go out any more as it is, so that another answer may."""
STANDING = (ReplyState.SENT, ReplyState.CONFIRMED)
"""It stands on the network, where it may be edited or deleted."""
