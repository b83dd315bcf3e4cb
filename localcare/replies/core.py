"""How an answer can travel, what is wrong with it before it goes, and what a failed send means."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

COMMENT_LIMIT = 8_000
MESSAGE_LIMIT = 2_000
_CARD = re.compile(r"(?:\d[ -]?){13,19}")


class ReplyState(StrEnum):
    """Where a reply is on its way. `sent` means that the network gave an id; `noted` that a person answered elsewhere."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    CONFIRMED = "confirmed"
    NOTED = "noted"
    FAILED = "failed"
    UNDONE = "undone"


class Way(StrEnum):
    """How an answer reaches the customer."""

    COMMENT = "comment"
    MESSAGE = "message"
    BY_HAND = "by-hand"


@dataclass(frozen=True, slots=True)
class Turn:
    """The customer's newest words in a case: what an answer answers."""

    mention_id: int
    channel: str
    kind: str
    external_id: str
    thread_id: str | None
    page_id: str | None
    permalink: str | None
    parent_id: str | None = None
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Capability:
    """Whether an answer can be sent from here, and if not, why, in words for the person who wants to."""

    way: Way
    why: str = ""


def way_to_answer(turn: Turn) -> Capability:
    """How this turn can be answered. Sources: Graph API v22 changelog (ratings are gone), Pages comments, Messenger."""
    if turn.channel not in ("facebook", "instagram"):
        return Capability(Way.BY_HAND, "This came from an import; no network connection can carry an answer.")
    if turn.kind == "review":
        return Capability(Way.BY_HAND, "Facebook lets no program answer recommendations any more.")
    if turn.kind == "mention":
        return Capability(
            Way.BY_HAND, "The post stands on the customer's own timeline; only a person can answer there."
        )
    if turn.kind == "message":
        return Capability(Way.MESSAGE)
    return Capability(Way.COMMENT)


def target_of(turn: Turn, way: Way) -> str:
    """What the network is told to answer. Facebook hangs a reply to a reply under the top comment, so that is named."""
    if way is Way.MESSAGE:
        return turn.thread_id or turn.external_id
    is_reply = turn.kind == "comment" and turn.parent_id not in (None, turn.thread_id)
    return turn.parent_id or turn.external_id if is_reply else turn.external_id


def find_faults(text: str, way: Way) -> list[str]:
    """Why this answer cannot go out as it is, in sentences; empty when it can."""
    words = text.strip()
    if not words:
        return ["Write an answer first."]
    limit = MESSAGE_LIMIT if way is Way.MESSAGE else COMMENT_LIMIT
    faults = []
    if len(words) > limit:
        faults.append(f"The answer has {len(words):,} characters; {limit:,} are allowed.")
    if any(_is_card_number(found) for found in _CARD.findall(words)):
        faults.append("The answer contains what looks like a card number. Take it out.")
    if re.search(r"\{\w+\}", words):
        faults.append("A placeholder in braces has not been filled in.")
    return faults


def _is_card_number(found: str) -> bool:
    """Luhn's check: ISO/IEC 7812-1, annex B."""
    digits = [int(character) for character in found if character.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


class AfterFailure(StrEnum):
    """What to do with a reply whose sending failed."""

    TRY_AGAIN = "try-again"
    WAIT = "wait"
    GIVE_UP = "give-up"


_AFTER = {
    "retry": AfterFailure.TRY_AGAIN,
    "unknown_result": AfterFailure.TRY_AGAIN,
    "duplicate": AfterFailure.TRY_AGAIN,
    "quota": AfterFailure.WAIT,
    "token": AfterFailure.WAIT,
    "permission": AfterFailure.WAIT,
}


def after_failure(kind: str) -> AfterFailure:
    """What a kind of Graph error asks for; one that can never succeed is given up and shown to a person."""
    return _AFTER.get(kind, AfterFailure.GIVE_UP)
