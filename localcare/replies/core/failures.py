"""What a refusal of the network asks for, and the sentence and the button that help the person who waits.

Source of the codes: Meta's error handling guide for the Graph API and for Messenger.
"""

from dataclasses import dataclass
from enum import StrEnum


class AfterFailure(StrEnum):
    """What to do with something whose sending failed."""

    RETRY = "retry"
    WAIT_FOR_QUOTA = "wait-for-quota"
    REPAIR_TOKEN = "repair-token"  # noqa: S105 -- a verb, no token
    ASK_A_HUMAN = "ask-a-human"
    UNSENDABLE = "unsendable"


class Button(StrEnum):
    """What helps: nothing, connecting the Page again, looking and answering on the network, other words, one more try."""

    NONE = ""
    MEND = "mend"
    LOOK = "look"
    REWRITE = "rewrite"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What a refusal asks for. `waits`: it goes on by itself when the cause is gone; otherwise it has failed."""

    after: AfterFailure
    said: str
    button: Button = Button.NONE
    waits: bool = False


_RETRY = Remedy(
    AfterFailure.RETRY,
    "Facebook could not answer just now. We look whether it arrived and then try again by ourselves.",
    waits=True,
)
_QUOTA = Remedy(
    AfterFailure.WAIT_FOR_QUOTA,
    "Facebook allows this Page no more calls for now. It goes out by itself when the pause is over.",
    waits=True,
)
_BLOCKED = Remedy(
    AfterFailure.WAIT_FOR_QUOTA,
    "Facebook has stopped this Page from posting for some hours: too much at once, or against its rules. It goes out by "
    "itself afterwards; an administrator can look into the Page's support inbox.",
    Button.LOOK,
    waits=True,
)
_TOKEN = Remedy(
    AfterFailure.REPAIR_TOKEN,
    "Facebook no longer accepts this Page's token: an administrator must connect the Page again. It goes out by itself "
    "afterwards.",
    Button.MEND,
    waits=True,
)
_PERMISSION = Remedy(
    AfterFailure.ASK_A_HUMAN,
    "The app lacks a permission or a task on this Page: an administrator must check its roles in Meta Business Suite. It "
    "goes out by itself afterwards.",
    Button.MEND,
    waits=True,
)
_GONE = Remedy(
    AfterFailure.ASK_A_HUMAN,
    "Facebook does not have this any more, or no longer shows it to us. Look whether it still stands there.",
    Button.LOOK,
)
_BUG = Remedy(
    AfterFailure.ASK_A_HUMAN,
    "Facebook does not understand this call: it is a fault of ours, or of a changed API. Answer there for now.",
    Button.LOOK,
)
_LINK = Remedy(
    AfterFailure.ASK_A_HUMAN,
    "Facebook could not take this text or its link. Change it and send it again.",
    Button.REWRITE,
)
_SAME_WORDS = Remedy(
    AfterFailure.ASK_A_HUMAN,
    "Facebook takes the same words in one place only once. Say it in other words.",
    Button.REWRITE,
)
_WINDOW = Remedy(
    AfterFailure.UNSENDABLE,
    "The time in which Facebook delivers messages to this customer is over; it begins again when they write.",
    Button.LOOK,
)
_UNREACHABLE = Remedy(
    AfterFailure.UNSENDABLE,
    "Facebook cannot reach this person: they have left, or take no messages from the Page.",
    Button.LOOK,
)
_PRIVATE_USED = Remedy(
    AfterFailure.UNSENDABLE,
    "This comment has had its one private message already. Answer it in public.",
    Button.LOOK,
)
_NOT_PRIVATELY = Remedy(
    AfterFailure.UNSENDABLE,
    "Facebook does not let this comment be answered privately: it is too old, or its author takes none. Answer it in public.",
    Button.LOOK,
)
_WORN_OUT = Remedy(
    AfterFailure.ASK_A_HUMAN,
    "It was tried many times and Facebook never said whether it arrived. Look there before you send it again.",
    Button.AGAIN,
)

_OF_KIND = {
    "retry": _RETRY, "unknown_result": _RETRY, "duplicate": _RETRY, "quota": _QUOTA, "token": _TOKEN,
    "permission": _PERMISSION, "gone": _GONE, "unsendable": _UNREACHABLE, "bug": _BUG,
}  # fmt: skip
_OF_CODE = {368: _BLOCKED, 1705: _LINK, 1609005: _LINK, 10900: _PRIVATE_USED, 10903: _NOT_PRIVATELY}
_OF_SUBCODE = {2018278: _WINDOW, 2018065: _WINDOW, 2534022: _WINDOW}
_DUPLICATES_TOLD = 3
_MOST_ATTEMPTS = 12

REMEDIES = tuple({
    remedy.said: remedy
    for remedy in (*_OF_KIND.values(), *_OF_CODE.values(), *_OF_SUBCODE.values(), _SAME_WORDS, _WORN_OUT)
}.values())  # fmt: skip


def remedy_for(kind: str, *, code: int | None = None, subcode: int | None = None, attempts: int = 1) -> Remedy:
    """What an error asks for after so many attempts; one that can never succeed is shown to a person."""
    if kind == "duplicate" and attempts >= _DUPLICATES_TOLD:
        return _SAME_WORDS
    found = _OF_SUBCODE.get(subcode or 0) or _OF_CODE.get(code or 0) or _OF_KIND.get(kind, _BUG)
    return _WORN_OUT if found is _RETRY and attempts >= _MOST_ATTEMPTS else found


def remedy_in(error: str | None) -> Remedy | None:
    """The remedy whose sentence a kept error begins with; None for a sentence of another kind."""
    return next((remedy for remedy in REMEDIES if error and error.startswith(remedy.said)), None)
