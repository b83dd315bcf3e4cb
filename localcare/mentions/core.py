"""What a mention is, and how changes to it fold into one state, whatever order they arrive in.

A network tells the story of a mention in changes (add, edit, hide, unhide, remove) that may be repeated, reordered or
lost. `fold` is commutative, associative and idempotent: each part of a mention is a register in which the latest version
wins, a removal is final, and what is once known is never overwritten by silence.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import reduce


class Verb(StrEnum):
    """What a network says happened to a piece of content."""

    ADD = "add"
    EDIT = "edit"
    HIDE = "hide"
    UNHIDE = "unhide"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Place:
    """A place as a customer or a network gave it; any part may be missing. Coordinates are WGS-84 degrees."""

    id: str | None = None
    name: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    lat: float | None = None
    lng: float | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo, video, sticker, file or link of a mention. `type` is lower case; `url` may expire."""

    type: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class MentionChange:
    """One thing a channel learned about one mention. `None` says nothing about a part; an empty text is a text.

    `at` orders changes of one mention (the network's time of the change); `digest` breaks ties and is the same for a
    repeated delivery. `thread_id` is the root post, or the conversation of a
    message. `parent_id` is what it directly answers.
    """

    channel: str
    kind: str
    external_id: str
    verb: Verb
    at: datetime
    digest: str
    page_id: str | None = None
    thread_id: str | None = None
    parent_id: str | None = None
    author_id: str | None = None
    author_name: str | None = None
    from_page: bool = False
    text: str | None = None
    rating: int | None = None
    recommends: bool | None = None
    attachments: tuple[Attachment, ...] = ()
    place: Place | None = None
    store_number: str | None = None
    permalink: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MentionState:
    """A mention as far as it is known. Versions are sortable strings; an empty one means nothing was said yet."""

    channel: str
    kind: str
    external_id: str
    first_change_at: datetime
    page_id: str | None = None
    thread_id: str | None = None
    parent_id: str | None = None
    author_version: str = ""
    author_external_id: str | None = None
    author_name: str | None = None
    from_page: bool = False
    content_version: str = ""
    text: str = ""
    rating: int | None = None
    recommends: bool | None = None
    attachments: tuple[Attachment, ...] = field(default=())
    place: Place | None = None
    store_number: str | None = None
    permalink: str | None = None
    network_created_at: datetime | None = None
    edited_at: datetime | None = None
    hidden_version: str = ""
    hidden: bool = False
    removed_at: datetime | None = None

    @property
    def created_at(self) -> datetime:
        """When the customer wrote it: the network's word, or else the earliest change seen."""
        return self.network_created_at or self.first_change_at

    @property
    def is_known(self) -> bool:
        """Whether its content has arrived (a hide or removal may come before the add)."""
        return bool(self.content_version)

    @property
    def is_live(self) -> bool:
        """Whether there is something a person could read and answer."""
        return self.is_known and self.removed_at is None


_CONTENT_RANK = {Verb.ADD: 1, Verb.EDIT: 2}


def fold(state: MentionState | None, changes: Iterable[MentionChange]) -> MentionState:
    """The mention after `changes`, all of one external id. Any order and any repetition give the same result."""
    states = [_single(change) for change in changes]
    if state is not None:
        states.insert(0, state)
    return reduce(merge, states)


def said_by_the_brand(change: MentionChange) -> MentionChange:
    """What one Page of a brand writes on another, the brand's on a store's, say: it answers, and is no customer's word."""
    return change if change.kind == "message" else replace(change, from_page=True)


def conversation_key(state: MentionState) -> str:
    """One author's matter on one thread. Mentions of an unknown author stand alone: they are never merged.

    A message thread is named after the customer, so a Page's own messages share its key.
    """
    thread = state.thread_id or state.external_id
    author = thread if state.from_page and state.kind == "message" else state.author_external_id
    if author is None:
        return f"{state.channel}:{state.external_id}"
    return f"{state.channel}:{state.page_id or '-'}:{thread}:{author}"


def _single(change: MentionChange) -> MentionState:
    moment = f"{change.at.timestamp():020.6f}"
    version = f"{moment}{change.digest}"
    says_hidden = change.verb in (Verb.HIDE, Verb.UNHIDE)
    state = MentionState(
        channel=change.channel,
        kind=change.kind,
        external_id=change.external_id,
        first_change_at=change.at,
        page_id=change.page_id,
        thread_id=change.thread_id,
        parent_id=change.parent_id,
        author_version=_author_version(change, version),
        author_external_id=change.author_id,
        author_name=change.author_name,
        from_page=change.from_page,
        content_version=_content_version(change, moment),
        text=change.text or "",
        rating=change.rating,
        recommends=change.recommends,
        attachments=change.attachments,
        place=change.place,
        store_number=change.store_number,
        permalink=change.permalink,
        network_created_at=change.created_at,
        edited_at=change.at if change.verb is Verb.EDIT else None,
        hidden_version=version if says_hidden else "",
        hidden=change.verb is Verb.HIDE,
        removed_at=change.at if change.verb is Verb.REMOVE else None,
    )
    return _purge(state) if state.removed_at else state


def _content_version(change: MentionChange, moment: str) -> str:
    """Empty when the change says nothing of the content.

    A hide repeats the text but not the photo, so it only fills in for an add that never came. Networks tell time in
    seconds: within one, an edit comes after its add.
    """
    says_content = (
        change.text is not None
        or change.rating is not None
        or change.recommends is not None
        or bool(change.attachments)
    )
    if change.verb is Verb.REMOVE or not (says_content or change.verb is Verb.ADD):
        return ""
    rank = _CONTENT_RANK.get(change.verb, 0)
    return f"{min(rank, 1)}{moment}{rank}{change.digest}"


def _author_version(change: MentionChange, version: str) -> str:
    """Who says more of the author is believed first, then who says it later; empty when nothing is said."""
    if change.author_id is None and change.author_name is None:
        return ""
    return f"{2 * (change.author_id is not None) + (change.author_name is not None)}{version}"


def merge(a: MentionState, b: MentionState) -> MentionState:
    """Two accounts of one mention as one; which comes first makes no difference."""
    content = a if a.content_version >= b.content_version else b
    author = a if a.author_version >= b.author_version else b
    hidden = a if a.hidden_version >= b.hidden_version else b
    seen_on = _seen_on(a, b)
    merged = replace(
        content,
        kind=seen_on.kind,
        page_id=seen_on.page_id,
        first_change_at=min(a.first_change_at, b.first_change_at),
        thread_id=_known(a.thread_id, b.thread_id),
        parent_id=_known(a.parent_id, b.parent_id),
        author_version=author.author_version,
        author_external_id=author.author_external_id,
        author_name=author.author_name,
        from_page=a.from_page or b.from_page,
        place=content.place or a.place or b.place,
        store_number=_known(a.store_number, b.store_number),
        permalink=_known(a.permalink, b.permalink),
        network_created_at=_least(a.network_created_at, b.network_created_at),
        edited_at=_most(a.edited_at, b.edited_at),
        hidden_version=hidden.hidden_version,
        hidden=hidden.hidden,
        removed_at=_least(a.removed_at, b.removed_at),
    )
    return _purge(merged) if merged.removed_at else merged


def _seen_on(a: MentionState, b: MentionState) -> MentionState:
    """A post that tags another Page is told twice; the Page it stands on knows it better than the Page it names."""
    return max(a, b, key=lambda s: (s.kind != "mention", s.page_id or "", s.kind))


def _purge(state: MentionState) -> MentionState:
    """What the network removed leaves an anonymous tombstone: no words, no author, no photo, no place."""
    return replace(
        state,
        author_version="",
        author_external_id=None,
        author_name=None,
        text="",
        attachments=(),
        place=None,
        permalink=None,
    )


def _known(a: str | None, b: str | None) -> str | None:
    if a is None or b is None:
        return a if b is None else b
    return max(a, b)


def _least(a: datetime | None, b: datetime | None) -> datetime | None:
    if a is None or b is None:
        return a if b is None else b
    return min(a, b)


def _most(a: datetime | None, b: datetime | None) -> datetime | None:
    if a is None or b is None:
        return a if b is None else b
    return max(a, b)
