"""The verbs of forgetting: find what a customer wrote, forget it, and purge the last traces of what is gone."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import ahocorasick
from sqlmodel import Session

from localcare.channels.forgetting import drop_idle, forget_in
from localcare.channels.reading import STORED
from localcare.channels.stored import encode_changes
from localcare.errors import NotFoundError
from localcare.intake.core import Delivery, Lane
from localcare.intake.service import accept
from localcare.kit.db import ALL_BRANDS, Database
from localcare.mentions.core import MentionChange, Verb
from localcare.mentions.models import Erasure
from localcare.people.core import Viewer
from localcare.people.service import audit
from localcare.privacy import repository
from localcare.privacy.core import Wish, new_code, subject_hash
from localcare.privacy.mails import forget_in_mails, purge_mails
from localcare.privacy.repository import Condemned, FoundMention, StoredBody
from localcare.privacy.strangers import purge_strangers

__all__ = ["Erasure", "FoundMention", "find_erasure", "find_mentions", "forget_mentions", "list_erasures", "purge"]

MOST_FOUND = 500
LATE_DELIVERIES = timedelta(days=3)
"""Meta delivers again for 36 hours: after this long nothing more comes about something that is gone."""
IDLE_FOR, IDLE_AT_MOST = timedelta(days=7), timedelta(days=60)
"""Likes, reactions and the like leave the stored deliveries after this long; what is older than the second has been looked at."""
_AT_ONCE, _THINNED_AT_ONCE = 2_000, 20_000
_TELLING = 5


def find_mentions(session: Session, viewer: Viewer, wish: Wish) -> list[FoundMention]:
    """What the wish may be about, newest first, at most 500; somebody has to look whether it is the same person."""
    if wish.name.strip():
        return repository.find_by_name(session, viewer.brand_id, wish.name.strip(), limit=MOST_FOUND)
    link = wish.link.strip() or None
    return repository.find_by_ids(session, viewer.brand_id, wish.ids, link, limit=MOST_FOUND)


def forget_mentions(
    session: Session, viewer: Viewer, wish: Wish, mention_ids: Sequence[int], *, now: datetime
) -> Erasure:
    """Forget these mentions as if the network had removed them, and keep a record that names nobody.

    The pipeline empties them within moments; `purge` takes the rest. Raises NotFoundError when none of them stands.
    """
    found = repository.find_chosen(session, viewer.brand_id, mention_ids)
    if not found:
        raise NotFoundError("None of what was chosen is there any more.")
    code = new_code()
    changes = [_removal(mention, code, now) for mention in found]
    accept(session, [Delivery(Lane.IMPORT, STORED, encode_changes(changes), now, brand_id=viewer.brand_id)])
    ids = [mention.id for mention in found]
    names = {mention.author_name for mention in found if mention.author_name}
    repository.hush_names(session, ids, sorted(names))
    forget_in_mails(session, viewer.brand_id, names, now)
    erasure = Erasure(
        brand_id=viewer.brand_id,
        code=code,
        kind="customer",
        subject_hash=subject_hash(wish.subject, code),
        requested_at=now,
        requested_by=viewer.name or viewer.actor,
        counts={"mentions": len(found), "mention_ids": ids},
    )
    session.add(erasure)
    audit(session, viewer, "forgot a customer", f"erasure:{code}", now, mentions=len(found))
    return erasure


def list_erasures(session: Session, *, limit: int = 50) -> list[Erasure]:
    """The newest wishes of the brand of this session."""
    return repository.list_erasures(session, limit=limit)


def find_erasure(session: Session, code: str) -> Erasure:
    """What became of a wish; NotFoundError for a code that was never given."""
    erasure = repository.find_erasure(session, code)
    if erasure is None:
        raise NotFoundError("There is no request with this code. Look at the code once more; capitals matter.")
    return erasure


def purge(database: Database, now: datetime) -> int:
    """Take the last traces of what was removed, or kept long enough, out of deliveries, evidence and cases; how many."""
    with database.session(ALL_BRANDS, viewer="purge") as session:
        removed = repository.list_removed(session, now, late=LATE_DELIVERIES, limit=_AT_ONCE)
        _purge(session, removed, now)
    with database.session(ALL_BRANDS, viewer="purge") as session:
        outlived = repository.list_outlived(session, now, limit=_AT_ONCE)
        repository.empty_mentions(session, [mention.id for mention in outlived])
        _purge(session, outlived, now)
    with database.session(ALL_BRANDS, viewer="purge") as session:
        purge_mails(session, now)
        _settle(session, now)
    with database.session(ALL_BRANDS, viewer="purge") as session:
        _thin(session, now)
    _purge_strangers(database, now)
    return len(removed) + len(outlived)


def _purge_strangers(database: Database, now: datetime) -> None:
    done = 1
    while done:
        with database.session(ALL_BRANDS, viewer="purge") as session:
            done = purge_strangers(session, now)


def _thin(session: Session, now: datetime) -> None:
    """After a week nobody runs again what made no mention, and nobody could find a person in it who asks to be forgotten."""
    idle = repository.read_idle_bodies(session, now - IDLE_AT_MOST, now - IDLE_FOR, limit=_THINNED_AT_ONCE)
    kept = ((drop_idle(event.body, received_at=event.received_at), event) for event in idle)
    bodies = [(left, event.id, event.received_at) for left, event in kept if left is not None]
    if bodies:
        repository.rewrite_bodies(session, bodies)


def _purge(session: Session, condemned: Sequence[Condemned], now: datetime) -> None:
    if not condemned:
        return
    repository.rewrite_bodies(session, list(_rewritten(session, condemned)))
    ids = [mention.id for mention in condemned]
    repository.empty_derived(session, ids)
    repository.mark_purged(session, ids, now)


def _rewritten(session: Session, condemned: Sequence[Condemned]) -> Iterable[tuple[bytes, int, datetime]]:
    forgotten = {(mention.channel, mention.external_id) for mention in condemned}
    event_ids = {mention.event_id for mention in condemned}
    needles = _needles(mention.external_id for mention in condemned)
    first = min(mention.received_at for mention in condemned)
    last = max(mention.last_told_at for mention in condemned) + LATE_DELIVERIES
    brands = sorted({mention.brand_id for mention in condemned})
    for event in repository.read_bodies(session, first, last, brands):
        if event.id in event_ids or _may_hold(event, needles):
            left = forget_in(event.source, event.body, forgotten, received_at=event.received_at)
            if left is not None:
                yield left, event.id, event.received_at


def _needles(external_ids: Iterable[str]) -> ahocorasick.Automaton:
    """Finds bodies worth taking apart: an id may be put together from two, the last part of which is in the body."""
    automaton = ahocorasick.Automaton()
    for external_id in external_ids:
        last = external_id.rpartition("_")[2]
        automaton.add_word(last if len(last) >= _TELLING else external_id, True)  # noqa: FBT003 (a value, not a flag)
    automaton.make_automaton()
    return automaton


def _may_hold(event: StoredBody, needles: ahocorasick.Automaton) -> bool:
    return next(needles.iter(event.body.decode("latin-1")), None) is not None


def _settle(session: Session, now: datetime) -> None:
    for erasure in repository.list_open_erasures(session):
        ids = erasure.counts.get("mention_ids")
        if isinstance(ids, list) and repository.count_unpurged(session, ids) == 0:
            erasure.state, erasure.done_at = "done", now
            session.add(erasure)


def _removal(mention: FoundMention, code: str, now: datetime) -> MentionChange:
    return MentionChange(
        channel=mention.channel,
        kind=mention.kind,
        external_id=mention.external_id,
        verb=Verb.REMOVE,
        at=now,
        digest=code,
        page_id=mention.page_id,
    )
