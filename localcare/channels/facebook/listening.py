"""Listening for silence: a Page that used to be heard of and is not, or all of them at once, which is never the Pages.

Nothing is written on the way of an event: once a minute the newest mentions tell when each Page was last heard of, and each
worker tells of what made no mention of its own: likes, edits, removals, kinds nobody knows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from sqlmodel import Session

from localcare.channels.facebook import listening_repository as repository
from localcare.channels.facebook.core.incidents import Trouble
from localcare.channels.facebook.core.silence import LONGEST, SHORTEST, WINDOW, is_all_silent, patience_with
from localcare.channels.facebook.incidents_repository import Kept, everywhere, keep_troubles, list_brands
from localcare.kit.db import ALL_BRANDS
from localcare.kit.runtime import Runtime

_HEARD_WITHIN = timedelta(days=1)
_WORTH_ASKING = timedelta(minutes=30)


@dataclass(slots=True)
class LastHeard:
    """When Pages were last heard of by webhook, whatever it said; in memory until the clock writes it down."""

    _at: dict[str, datetime] = field(default_factory=dict)
    _turn: Lock = field(default_factory=Lock)

    def note(self, page_ids: Iterable[str | None], at: datetime, *, by_webhook: bool) -> None:
        """These were heard of at that moment; what was read or brought by hand is no sign of the webhook."""
        if not by_webhook:
            return
        with self._turn:
            for page_id in page_ids:
                if page_id is not None:
                    self._at[page_id] = max(at, self._at.get(page_id, at))

    def take(self) -> Mapping[str, datetime]:
        """What was noted since the last time."""
        with self._turn:
            taken, self._at = self._at, {}
        return taken


def write_heard(runtime: Runtime, heard: LastHeard) -> int:
    """Keep what a worker has noted; returns how many Pages had news."""
    taken = heard.take()
    if not taken:
        return 0
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        return repository.write_heard(session, taken)


def note_heard(runtime: Runtime) -> int:
    """What the clock does every minute: keep when each Page was last heard of; returns how many had news."""
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        return repository.note_heard(session, since=runtime.clock.now() - _HEARD_WITHIN)


def listen(runtime: Runtime) -> Kept:
    """What the clock does every quarter of an hour: open and end incidents of silence, for every brand."""
    now = runtime.clock.now()
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        brands = list_brands(session)
    opened = ended = 0
    for brand_id in brands:
        with runtime.db.session(brand_id, viewer="clock") as session:
            kept = listen_to_brand(session, brand_id, now=now)
        opened, ended = opened + kept.opened, ended + kept.ended
    return Kept(opened, ended)


def listen_to_brand(session: Session, brand_id: int, *, now: datetime) -> Kept:
    """Open and end the incidents of silence of one brand. Once all are silent, no Page is told by itself."""
    troubles = _all_silent(session, brand_id, now) or _silent_pages(session, brand_id, now)
    return keep_troubles(session, brand_id, troubles, ("silence",), now=now)


def _all_silent(session: Session, brand_id: int, now: datetime) -> dict[str, list[Trouble]]:
    last = repository.find_last_heard(session, brand_id)
    if last is None or now - last < _WORTH_ASKING:
        return {}
    before = repository.count_same_hours(session, brand_id, last=last, now=now)
    if not is_all_silent(before):
        return {}
    detail = f"Nothing has come of any Page; the same hours brought at least {min(before):,} events on each day before."
    return {everywhere(brand_id): [Trouble("silence", detail, last)]}


def _silent_pages(session: Session, brand_id: int, now: datetime) -> dict[str, list[Trouble]]:
    quiet = repository.list_quiet(session, brand_id, before=now - SHORTEST, after=now - WINDOW - LONGEST)
    if not quiet:
        return {}
    moments = repository.list_moments(session, brand_id, [page.page_id for page in quiet], after=now - WINDOW - LONGEST)
    found = {}
    for page in quiet:
        heard = [moment for moment in moments.get(page.page_id, []) if moment > page.last_event_at - WINDOW]
        patience = patience_with(heard)
        if patience is not None and now - page.last_event_at > patience:
            found[page.page_id] = [Trouble("silence", _words(heard, patience), page.last_event_at)]
    return found


def _words(heard: list[datetime], patience: timedelta) -> str:
    per_week = len(heard) / max(1.0, (max(heard) - min(heard)) / timedelta(weeks=1))
    days, hours = patience / timedelta(days=1), patience / timedelta(hours=1)
    pause = f"{days:.0f} days" if days >= 3 else f"{hours:.0f} hours"
    return f"It used to be heard of in {per_week:.0f} hours of a week; a pause of more than {pause} is no chance."
