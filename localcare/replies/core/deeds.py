"""What can be done to words that stand on a Page, by whom, and how history tells it."""

from dataclasses import dataclass
from enum import StrEnum


class Deed(StrEnum):
    """Something done on the Page that is no answer."""

    EDIT = "edit"
    DELETE = "delete"
    HIDE = "hide"
    UNHIDE = "unhide"
    LIKE = "like"
    UNLIKE = "unlike"


HIDING_REASONS = {
    "spam": "Advertising or spam",
    "abuse": "Insults or threats",
    "personal": "Shows somebody's personal details",
    "other": "Something else",
}
"""Why words may be hidden. That they complain is no reason: complaints are answered."""

_TOLD = {
    Deed.EDIT: "changed the answer on the Page.",
    Deed.DELETE: "deleted the answer from the Page.",
    Deed.HIDE: "hid the customer's words on the Page.",
    Deed.UNHIDE: "shows the customer's words on the Page again.",
    Deed.LIKE: "liked the customer's words as the Page.",
    Deed.UNLIKE: "took the Page's like back.",
}
_INSTAGRAM = (Deed.DELETE, Deed.HIDE, Deed.UNHIDE)


@dataclass(frozen=True, slots=True)
class Who:
    """The person who wants to, as far as it matters here."""

    person_id: int
    runs_store: bool
    supervises: bool


@dataclass(frozen=True, slots=True)
class OwnWords:
    """An answer of ours that stands on the Page."""

    kind: str
    channel: str
    author_id: int | None
    author_name: str


def why_not_own(own: OwnWords, deed: Deed, who: Who) -> str:
    """Why this person may not edit or delete this answer; empty when they may."""
    if own.kind != "comment":
        return "A private message cannot be changed once it has been delivered."
    if deed not in _INSTAGRAM and own.channel == "instagram":
        return "Instagram lets nobody change a comment. Delete it and write a new one."
    if own.author_id != who.person_id and not (who.runs_store or who.supervises):
        return f"Only {own.author_name}, the store's manager or a supervisor can do this."
    return ""


def why_not_deed(channel: str, kind: str, deed: Deed, *, is_hidden: bool) -> str:
    """Why a customer's words cannot be hidden, shown or liked; empty when they can."""
    if channel not in ("facebook", "instagram") or kind not in ("comment", "post"):
        return "No network lets a program do this to such words."
    if channel == "instagram" and deed not in _INSTAGRAM:
        return "Instagram lets no program like a comment."
    if channel == "instagram" and kind != "comment":
        return "On Instagram only comments can be hidden."
    if deed is Deed.HIDE and is_hidden:
        return "These words are hidden already."
    if deed is Deed.UNHIDE and not is_hidden:
        return "Everybody can see these words."
    return ""


def find_hiding_fault(reason: str, note: str) -> str:
    """What is missing of the reason for hiding; empty when it is complete."""
    if reason not in HIDING_REASONS:
        return "Choose why these words are hidden."
    if reason == "other" and not note.strip():
        return "Say in a few words why these words are hidden."
    return ""


def history_line(deed: Deed, why: str) -> str:
    """How history tells a deed, after the name of who did it."""
    quoted = f" “{why}”" if why else ""
    return f"{_TOLD[deed]}{quoted}"
