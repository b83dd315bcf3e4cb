"""What every parser shares: where a change was delivered, who wrote it, what the verb means."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import orjson

from localcare.channels.facebook.core.outcome import MisshapenError, NoInterest, Parsed
from localcare.channels.facebook.core.read import Json, id_at, node_at, shown, text_at, word_at
from localcare.mentions.core import Verb


@dataclass(frozen=True, slots=True)
class Envelope:
    """The entry around a change. `sent_at` is when Meta sent it, which is not when it happened."""

    channel: str
    page_id: str
    sent_at: datetime | None
    stamp: bytes

    def digest(self, field: str, value: object) -> str:
        """The same for a repeated delivery, different for every real change (entry id, entry time, field, value)."""
        canonical = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        return sha256(b"|".join((self.stamp, field.encode(), canonical))).hexdigest()[:16]

    def when(self, *otherwise: datetime | None) -> datetime:
        """When the change was sent, or else the first time its value gives."""
        for moment in (self.sent_at, *otherwise):
            if moment is not None:
                return moment
        raise MisshapenError("no usable time, neither on the entry nor in its value")


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote something, as far as the network says. Ids are scoped to the Page."""

    id: str | None
    name: str | None


Reader = Callable[[Envelope, Json], Parsed]

_VERBS = {
    "add": Verb.ADD,
    "edit": Verb.EDIT,
    "edited": Verb.EDIT,
    "update": Verb.EDIT,
    "hide": Verb.HIDE,
    "unhide": Verb.UNHIDE,
    "remove": Verb.REMOVE,
    "delete": Verb.REMOVE,
}
_VERBS_OF_NO_INTEREST = {
    "block": "Facebook's own rights check of a video, nobody's words",
    "unblock": "Facebook's own rights check of a video, nobody's words",
    "mute": "Facebook's own rights check of a video, nobody's words",
    "follow": "somebody follows; nobody says anything",
}
_AUTHOR_KEYS = (("sender_id", "sender_name"), ("reviewer_id", "reviewer_name"))


def what_of(field: str, value: Json) -> str:
    """A short name of a change for people: `feed comment add`."""
    return " ".join(word for word in (shown(field), word_at(value, "item"), word_at(value, "verb")) if word)


def verb_of(envelope: Envelope, field: str, value: Json) -> Verb | NoInterest:
    """What happened, or why it is of no interest; raises MisshapenError for a verb nobody has documented."""
    word = word_at(value, "verb")
    verb = _VERBS.get(word)
    if verb is not None:
        return verb
    why = _VERBS_OF_NO_INTEREST.get(word)
    if why is not None:
        return NoInterest(envelope.page_id, what_of(field, value), why)
    raise MisshapenError(f"the verb “{word}” is not known" if word else "no verb")


def author_of(value: Json) -> Author:
    """From `from`, or `sender_*`, or `reviewer_*`, whichever has an id; a name without an id is kept as a name."""
    given = node_at(value, "from")
    author = Author(id_at(given, "id"), text_at(given, "name"))
    for id_key, name_key in _AUTHOR_KEYS:
        if author.id is not None:
            return author
        author = Author(id_at(value, id_key), text_at(value, name_key) or author.name)
    return author


def required_id(value: Json, *keys: str) -> str:
    """The id a change is about; raises MisshapenError without one."""
    found = id_at(value, *keys)
    if found is None:
        raise MisshapenError(f"no usable {' or '.join(keys)}")
    return found
