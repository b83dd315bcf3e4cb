"""The verb of mentions: apply what the channels learned, once, in any order."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from sqlmodel import Session

from localcare.mentions import repository
from localcare.mentions.core import MentionChange, MentionState, Verb, conversation_key, fold
from localcare.mentions.falling import what_falls
from localcare.mentions.recognising import Names, keep_names, recognise
from localcare.mentions.repository import Key, StoredMention
from localcare.mentions.sameness import TYPED_ID, join


@dataclass(frozen=True, slots=True)
class ArrivedChange:
    """A change and the event that brought it; `lane` says how that came, and is "" where nobody asks."""

    event_id: int
    change: MentionChange
    lane: str = ""


@dataclass(frozen=True, slots=True)
class TouchedMention:
    """A mention whose state a batch has changed: what was known before (None: it is new) and what is known now."""

    id: int
    received_at: datetime
    event_id: int | None
    before: MentionState | None
    after: MentionState

    @property
    def is_new_to_readers(self) -> bool:
        """Whether its words were not there before: new, edited, or told late after a hide."""
        return self.before is None or self.before.content_version != self.after.content_version

    @property
    def conversations(self) -> set[str]:
        """The conversations it belongs to or has just left."""
        keys = {conversation_key(self.after)}
        if self.before is not None:
            keys.add(conversation_key(self.before))
        return keys


def apply_changes(
    session: Session, brand_id: int, arrived: Sequence[ArrivedChange], *, now: datetime
) -> list[TouchedMention]:
    """Fold a batch of one brand's changes into its mentions and say which have changed.

    Holds the keys of all touched mentions until the transaction ends. A change that says nothing new touches nothing.
    What another lane has told already, under a name of its own, changes the mention that is there. Whatever hangs below
    something removed is removed with it, in whichever order they come.
    """
    falling = what_falls(session, brand_id, [item.change for item in arrived])
    # last, so that the event of a new mention is the one that told it
    arrived = [*arrived, *(ArrivedChange(arrived[0].event_id, change) for change in falling)]
    names = _names_of(session, brand_id, arrived)
    by_key: dict[Key, list[ArrivedChange]] = defaultdict(list)
    for item in arrived:
        by_key[names.key_of(item.change)].append(item)
    fresh_ids, known_keys = repository.claim_keys(session, brand_id, sorted(by_key), now)
    keep_names(session, brand_id, names, now=now)
    known = repository.load_mentions(session, known_keys)
    fresh = [_fresh(key, by_key[key], mention_id, now) for key, mention_id in fresh_ids.items()]
    changed = [
        touched
        for key, stored in known.items()
        if (touched := _changed(stored, by_key[key], is_shared=key in names.shared))
    ]
    _save(session, brand_id, fresh, changed)
    return fresh + changed


def hold_mentions(session: Session, brand_id: int, mention_ids: Sequence[int]) -> list[TouchedMention]:
    """Mentions as they are known now, to be read again; their keys are held until the transaction ends."""
    stored = repository.load_mentions(session, repository.lock_keys(session, brand_id, mention_ids))
    return [
        TouchedMention(each.id, each.received_at, each.event_id, before=each.state, after=each.state)
        for each in stored.values()
    ]


def _names_of(session: Session, brand_id: int, arrived: Sequence[ArrivedChange]) -> Names:
    told: dict[Key, list[MentionChange]] = defaultdict(list)
    lanes: dict[Key, str] = {}
    for item in arrived:
        key = (item.change.channel, item.change.external_id)
        told[key].append(item.change)
        lanes.setdefault(key, item.lane)
    return recognise(session, brand_id, told, lanes)


def _fresh(key: Key, items: list[ArrivedChange], mention_id: int, now: datetime) -> TouchedMention:
    own = [item.change for item in items if (item.change.channel, item.change.external_id) == key]
    others = [item.change for item in items if (item.change.channel, item.change.external_id) != key]
    state = _joined(fold(None, _standing(own) if others else own), others)
    return TouchedMention(id=mention_id, received_at=now, event_id=items[0].event_id, before=None, after=state)


def _joined(state: MentionState, told: Sequence[MentionChange]) -> MentionState:
    """One by one: of each part the richer account is kept, whichever lane it came by."""
    return reduce(lambda known, change: join(known, fold(None, [change])), _standing(told), state)


def _standing(told: Sequence[MentionChange]) -> list[MentionChange]:
    """What a colleague typed in and took back does not take away what another lane has told as well."""
    return [change for change in told if change.verb is not Verb.REMOVE or not change.external_id.startswith(TYPED_ID)]


def _changed(stored: StoredMention, items: list[ArrivedChange], *, is_shared: bool) -> TouchedMention | None:
    changes = [item.change for item in items]
    after = _joined(stored.state, changes) if is_shared else fold(stored.state, changes)
    if after == stored.state:
        return None
    return TouchedMention(
        id=stored.id, received_at=stored.received_at, event_id=stored.event_id, before=stored.state, after=after
    )


def _save(session: Session, brand_id: int, fresh: list[TouchedMention], changed: list[TouchedMention]) -> None:
    keys = {touched.id: conversation_key(touched.after) for touched in (*fresh, *changed)}
    repository.insert_mentions(session, brand_id, [_stored(touched) for touched in fresh], keys)
    repository.update_mentions(session, [_stored(touched) for touched in changed], keys)


def _stored(touched: TouchedMention) -> StoredMention:
    return StoredMention(id=touched.id, received_at=touched.received_at, event_id=touched.event_id, state=touched.after)
