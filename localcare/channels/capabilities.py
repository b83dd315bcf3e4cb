"""What can be done with what, on which network, and why not: one matrix, asked by replies and shown to people.

Pure. Sources: Graph API changelog v22.0 (recommendations), Pages comments, Messenger and Instagram messaging, each as read
in November 2026. A no is always a sentence that a store manager understands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import NamedTuple

from localcare.mentions.sameness import has_network_id

KINDS = ("review", "post", "comment", "mention", "message")
ABILITIES = ("read", "push", "reply", "private_reply", "hide", "delete", "name_available")


class Ability(NamedTuple):
    """Whether something can be done through the network's API, and in a sentence how, or why not."""

    can: bool
    why: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a network lets a program do with one kind of thing. `push` means that it tells us by itself."""

    read: Ability
    push: Ability
    reply: Ability
    private_reply: Ability
    hide: Ability
    delete: Ability
    name_available: Ability

    def __iter__(self) -> Iterator[tuple[str, Ability]]:
        for each in fields(self):
            yield each.name, getattr(self, each.name)


def capabilities_of(channel: str, kind: str, external_id: str = "") -> Capabilities:
    """What can be done with a thing; `external_id` tells those that the network does not know by the id we have."""
    if channel not in ("facebook", "instagram"):
        return _OUTSIDE
    known = _MATRIX.get((channel, kind), _OUTSIDE)
    is_ours = bool(external_id) and not has_network_id(external_id)
    return _WITHOUT_ID if is_ours and known.reply.can else known


def list_capabilities() -> list[tuple[str, str, Capabilities]]:
    """(channel, kind, what can be done), for every kind that these networks have."""
    return [(channel, kind, known) for (channel, kind), known in _MATRIX.items()]


def _yes(why: str) -> Ability:
    return Ability(True, why)  # noqa: FBT003 -- a tuple's first part


def _no(why: str) -> Ability:
    return Ability(False, why)  # noqa: FBT003


_NO_REVIEWS = "Facebook took recommendations away from programs in January 2025 (Graph API v22.0, error 12)."
_NOT_PUBLIC = _no("Only comments and posts on your own Page can be answered privately.")
_NOT_YOURS = _no("It stands on somebody else’s timeline, where your Page has no say.")
_ONLY_OWN = _no("A Page may delete its own words; a customer’s words it can hide.")
_NAMED = _yes("The name comes with it, while the Page’s token has the right to read what users write.")

_REVIEW = Capabilities(
    read=_no(f"{_NO_REVIEWS} They reach us by file, mail, a listening tool, or typed in."),
    push=_no("Facebook sends no word of a recommendation any more, though it still lets one subscribe to it."),
    reply=_no("Facebook lets no program answer recommendations any more. Answer on Facebook, then tell us."),
    private_reply=_no("There is no id left that a private answer could name."),
    hide=_no("Recommendations cannot be hidden, only reported on Facebook."),
    delete=_no("Only the customer can take a recommendation back."),
    name_available=_no("Facebook tells it to nobody; the file, the mail or the colleague who brought it may."),
)
_POST = Capabilities(
    read=_yes("Read from the Page’s feed, also what came while we were away."),
    push=_yes("Facebook tells us within seconds."),
    reply=_yes("Public, under the customer’s words, at any time."),
    private_reply=_yes("Once, within 7 days; after that only if the customer answers."),
    hide=_yes("From then on only its author and their friends see it."),
    delete=_ONLY_OWN,
    name_available=_NAMED,
)
_TAG = Capabilities(
    read=_yes("Read from what the Page is tagged in."),
    push=_yes("Facebook tells us, often without saying who wrote it."),
    reply=_no("The post stands on the customer’s own timeline; only a person can answer there."),
    private_reply=_NOT_PUBLIC,
    hide=_NOT_YOURS,
    delete=_NOT_YOURS,
    name_available=_no("Facebook tells of a tag without its author."),
)
_MESSAGE = Capabilities(
    read=_yes("Read from the Page’s conversations."),
    push=_yes("Told within seconds."),
    reply=_yes("Within 24 hours of the customer’s last message; a person may answer for 7 days."),
    private_reply=_no("A message is private already."),
    hide=_no("A message is seen by the customer and you alone."),
    delete=_no("A message that was delivered cannot be taken back."),
    name_available=_yes("The name comes with it where Meta has allowed the app to see profiles."),
)
_IG_COMMENT = Capabilities(
    read=_yes("Read from the account’s posts."),
    push=_yes("Told for public accounts; edits and deletions are not told."),
    reply=_yes("Public, under the customer’s words."),
    private_reply=_yes("Once, within 7 days."),
    hide=_yes("From then on only its author sees it."),
    delete=_yes("An account may delete comments under its own posts; here they are only hidden."),
    name_available=_yes("The user name comes with it."),
)
_IG_TAG = Capabilities(
    read=_yes("Read from media that tag the account; a comment that names it is read when Instagram tells of it."),
    push=_yes("Told by a bare id for public accounts; its words are read within a minute or two."),
    reply=_no("It stands under somebody else’s media; answer there, on Instagram."),
    private_reply=_NOT_PUBLIC,
    hide=_NOT_YOURS,
    delete=_NOT_YOURS,
    name_available=_no("Only of a media; whose comment named the account Instagram tells nobody."),
)
_IG_MESSAGE = replace(_MESSAGE, read=_yes("Read from the account’s conversations."))
_WITHOUT_ID = Capabilities(
    read=_no("We know of it by a mail or a file only; connect the Page, and it is read from Facebook."),
    push=_no("It came by a mail or a file, not from Facebook itself."),
    reply=_no("We do not have the id that Facebook knows it by, so only a person can answer there."),
    private_reply=_no("We do not have the id that Facebook knows it by."),
    hide=_no("We do not have the id that Facebook knows it by."),
    delete=_no("We do not have the id that Facebook knows it by."),
    name_available=_yes("As far as the mail or the file told it."),
)
_BY_HAND = "This came from an import; no network connection can carry an answer."
_OUTSIDE = Capabilities(
    read=_no("It comes by file, listening tool or mail."),
    push=_no("It comes when the file or the tool brings it."),
    reply=_no(_BY_HAND),
    private_reply=_no(_BY_HAND),
    hide=_no(_BY_HAND),
    delete=_no(_BY_HAND),
    name_available=_yes("As far as the file or the tool tells it."),
)
_MATRIX: Mapping[tuple[str, str], Capabilities] = {
    ("facebook", "review"): _REVIEW,
    ("facebook", "post"): _POST,
    ("facebook", "comment"): _POST,
    ("facebook", "mention"): _TAG,
    ("facebook", "message"): _MESSAGE,
    ("instagram", "comment"): _IG_COMMENT,
    ("instagram", "mention"): _IG_TAG,
    ("instagram", "message"): _IG_MESSAGE,
}
