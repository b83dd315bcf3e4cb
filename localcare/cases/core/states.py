"""The states of a case, and the order of urgencies."""

from enum import StrEnum

URGENCIES = ("critical", "high", "normal", "low")


class State(StrEnum):
    """Where a case is in its life. Only cases moves a case from one to another.

    A new case is queued in the transaction that opens it; a handed-over one is claimed or queued, a reopened one queued:
    the history says which it was.
    """

    NEW = "new"
    QUEUED = "queued"
    CLAIMED = "claimed"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    ESCALATED = "escalated"
    RESOLVED = "resolved"
    MERGED = "merged"
    NOT_OURS = "not-ours"


CLOSED = frozenset({State.RESOLVED, State.MERGED, State.NOT_OURS})
OPEN = frozenset(State) - CLOSED


def urgency_rank(urgency: str) -> int:
    """0 is the most urgent; lists are sorted by it."""
    return URGENCIES.index(urgency)
