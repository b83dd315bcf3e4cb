"""What reading a list showed of one thing, and what of it is news: the same mention that a webhook would have told.

A read tells the state of a thing, not what happened to it. So it is compared with what is known, and only the difference
becomes a change, dated by the read: what was true then outweighs whatever was sent before, however late that arrives.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

import orjson

from localcare.channels.facebook.core.read import Json, id_at, link_at, node_at, text_at, word_at
from localcare.mentions.core import Attachment, MentionChange, Verb

CHANNEL = "facebook"
INSTAGRAM = "instagram"


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing of a list. `change` would add it; `hidden` is None where Facebook does not say.

    `moved_at` is the last time anything happened to it, as far as it tells.
    """

    change: MentionChange
    hidden: bool | None
    moved_at: datetime

    @property
    def id(self) -> str:
        """Its id, the same as in webhooks."""
        return self.change.external_id


@dataclass(frozen=True, slots=True)
class KnownMention:
    """What is stored of a mention, as far as a read could add to it. `removed` also when its texts were purged."""

    external_id: str
    is_known: bool
    removed: bool
    hidden: bool
    text: str
    author_id: str | None
    author_name: str | None
    thread_id: str | None
    parent_id: str | None
    is_dated: bool
    is_placed: bool


def digest_of(*parts: object) -> str:
    """What two reads of the same moment are told apart by."""
    return sha256(orjson.dumps(parts)).hexdigest()[:16]


def differences(seen: Iterable[Seen], known: Mapping[str, KnownMention]) -> list[MentionChange]:
    """What must be told so that the stored mentions say what was seen. Nothing twice, and nothing that was removed."""
    told: dict[str, list[MentionChange]] = {}
    for each in seen:
        told.setdefault(each.id, list(_news(each, known.get(each.id))))
    return [change for changes in told.values() for change in changes]


def removal(
    page_id: str, kind: str, external_id: str, *, thread_id: str | None, at: datetime, channel: str = CHANNEL
) -> MentionChange:
    """The change for what the network was asked about, and no longer has."""
    return MentionChange(
        channel=channel, kind=kind, external_id=external_id, verb=Verb.REMOVE, at=at, page_id=page_id,
        thread_id=thread_id, digest=digest_of(external_id, "gone"),
    )  # fmt: skip


def attachment_of(row: Json) -> Attachment | None:
    """A photo by the address of its picture, a video by its own, anything else by its link."""
    kind = word_at(row, "type")
    media = node_at(row, "media")
    picture = link_at(node_at(media, "image"), "src")
    if "photo" in kind or kind == "sticker":
        url = picture or link_at(row, "url")
        return Attachment("sticker" if kind == "sticker" else "photo", url) if url else None
    if "video" in kind:
        url = link_at(media, "source") or link_at(row, "url")
        return Attachment("video", url) if url else None
    url = link_at(row, "url")
    return Attachment("link", url) if url else None


def author_of(row: Json) -> tuple[str | None, str | None]:
    """Id and name under `from`, which is missing whenever the network keeps the author to itself."""
    given = node_at(row, "from")
    return id_at(given, "id"), text_at(given, "name") or text_at(given, "username")


def _news(seen: Seen, known: KnownMention | None) -> Iterator[MentionChange]:
    change = seen.change
    if known is not None and known.removed:
        return
    if known is None or not known.is_known:
        yield change
        if seen.hidden:
            yield _silent(seen, Verb.HIDE)
        return
    if change.text is not None and change.text.split() != known.text.split():
        yield replace(change, verb=Verb.EDIT)
    is_hidden = known.hidden if seen.hidden is None else seen.hidden
    if is_hidden != known.hidden or _fills(change, known):
        yield _silent(seen, Verb.HIDE if is_hidden else Verb.UNHIDE)


def _silent(seen: Seen, verb: Verb) -> MentionChange:
    """Says nothing of the words, so that nobody has to read them again."""
    return replace(seen.change, verb=verb, text=None, attachments=())


def _fills(change: MentionChange, known: KnownMention) -> bool:
    """Whether the read knows a part that was never told."""
    pairs = (
        (change.author_id, known.author_id),
        (change.author_name, known.author_name),
        (change.thread_id, known.thread_id),
        (change.parent_id, known.parent_id),
    )
    return (
        any(given is not None and stored is None for given, stored in pairs)
        or (change.created_at is not None and not known.is_dated)
        or (change.place is not None and not known.is_placed)
    )
