"""Sending exactly once: claim and commit, call, record and commit. A restart asks the network before it calls again."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import Session

from localcare.channels.facebook.client import GraphError
from localcare.channels.facebook.sending import Errand
from localcare.kit.clock import Clock
from localcare.kit.db import Database, through_conflicts
from localcare.kit.jobs import defer
from localcare.replies import door_repository, recording, repository
from localcare.replies.core import CALM, ON_ITS_WAY, SEND_TASK, Departure, Go, Hold, Pace, ReplyState, Stop, Wait
from localcare.replies.door import Parcel, decide_at_door, pack
from localcare.replies.models import Reply

log = logging.getLogger(__name__)

_LEASE = timedelta(minutes=2)
_SLACK = timedelta(seconds=2)


class Publisher(Protocol):
    """The network's end for one Page. Both raise GraphError."""

    def send(self, errand: Errand) -> str:
        """Do it; returns the id of what stands there now."""

    def find_done(self, errand: Errand) -> str | None:
        """The id that `send` would have returned, if it has been done since the errand was given."""


class HealthNote(Protocol):
    """Keeps what a call told about a Page's access, in the transaction that records the call."""

    def __call__(self, session: Session, page_id: str, error: GraphError | None, *, now: datetime) -> None: ...


def _note_nothing(session: Session, page_id: str, error: GraphError | None, *, now: datetime) -> None:
    """For whoever keeps no health of Pages."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """Sends replies, each Page's at its pace. `publisher_of` opens the network's end for a Page of a brand."""

    db: Database
    clock: Clock
    publisher_of: Callable[[int, str], Publisher]
    note_health: HealthNote = _note_nothing
    at_point: Callable[[str], None] = lambda _point: None
    pace: Pace = CALM

    def send(self, reply_id: int, brand_id: int) -> None:
        """Send one reply, or leave it with a job for when it may be tried (again)."""
        claimed = self._claim(reply_id, brand_id)
        if claimed is None:
            return
        parcel, departure = claimed
        self.at_point("reply claimed")
        try:
            external_id = self._deliver(parcel, departure)
        except GraphError as error:
            self._record_failure(parcel, error)
            return
        except _TakenOverError:
            log.warning("reply %s took too long to be looked for; another worker sends it", reply_id)
            return
        self.at_point("reply posted")
        through_conflicts(lambda: self._record(parcel, departure, external_id))
        self.at_point("reply recorded")

    def _claim(self, reply_id: int, brand_id: int) -> tuple[Parcel, Departure] | None:
        """What leaves now, or what an earlier attempt may have left and must be looked for; None if neither."""
        now = self.clock.now()
        with self.db.session(brand_id) as session:
            reply = repository.lock_reply(session, reply_id)
            if reply is None or reply.page_id is None or not _is_due(reply, now):
                return None
            turn = door_repository.get_turn(session, reply.turn_id)
            departure = decide_at_door(session, reply, reply.page_id, turn, now=now, pace=self.pace, lease=_LEASE)
            is_new = reply.attempts == 0
            match departure:
                case Wait(until, why):
                    self._put_off(session, reply, until, why)
                    return None
                case Hold() | Stop() if is_new:
                    recording.keep_back(session, reply, departure, now=now)
                    return None
            reply.state, reply.error = ReplyState.SENDING, None
            reply.attempts += 1
            reply.send_after = now + _LEASE
            session.add(reply)
            as_person = isinstance(departure, Go) and departure.as_person
            return pack(reply, reply.page_id, turn, as_person=as_person), departure

    def _put_off(self, session: Session, reply: Reply, until: datetime, why: str) -> None:
        reply.send_after = until
        if reply.state == ReplyState.SENDING:
            # an error tells the door that nothing of this is under way
            reply.error = why or reply.error or "It waits for its turn."
        elif why:
            reply.error = why
        session.add(reply)
        defer(session, SEND_TASK, not_before=until, reply_id=reply.id or 0, brand_id=reply.brand_id)

    def _deliver(self, parcel: Parcel, departure: Departure) -> str | None:
        """The id of what stands there now; None when it does not and must not any more."""
        publisher = self.publisher_of(parcel.brand_id, parcel.page_id)
        if parcel.may_stand_already:
            found = self._find_earlier(publisher, parcel)
            self.at_point("reply looked for")
            if found is not None:
                return found
            self._hold_on(parcel)
        return publisher.send(parcel.errand) if isinstance(departure, Go) else None

    def _hold_on(self, parcel: Parcel) -> None:
        """Looking may have outlasted the lease: who took the reply over meanwhile sends it, and not this one as well."""
        with self.db.session(parcel.brand_id) as session:
            reply = repository.wait_for_reply(session, parcel.reply_id)
            if reply is None or not _is_held_by(reply, parcel):
                raise _TakenOverError
            reply.send_after = self.clock.now() + _LEASE
            session.add(reply)

    def _find_earlier(self, publisher: Publisher, parcel: Parcel) -> str | None:
        """What an earlier attempt left on the network; the same words of another answer are not this one."""
        found = publisher.find_done(parcel.errand)
        if found is None or found == parcel.errand.target_id:
            return found
        with self.db.session(parcel.brand_id) as session:
            is_another = repository.is_id_of_another(
                session, parcel.reply_id, brand_id=parcel.brand_id, channel=parcel.errand.channel, external_id=found
            )
        return None if is_another else found

    def _record(self, parcel: Parcel, departure: Departure, external_id: str | None) -> None:
        now = self.clock.now()
        with self.db.session(parcel.brand_id) as session:
            self.note_health(session, parcel.page_id, None, now=now)
            reply = repository.wait_for_reply(session, parcel.reply_id)
            if reply is None or reply.state != ReplyState.SENDING:
                return
            if external_id is not None:
                recording.record_sent(session, reply, parcel, external_id, now=now)
            elif isinstance(departure, Hold | Stop):
                recording.keep_back(session, reply, departure, now=now)

    def _record_failure(self, parcel: Parcel, error: GraphError) -> None:
        now = self.clock.now()
        with self.db.session(parcel.brand_id) as session:
            self.note_health(session, parcel.page_id, error, now=now)
            reply = repository.wait_for_reply(session, parcel.reply_id)
            if reply is None or reply.state != ReplyState.SENDING:
                return
            again_at = recording.record_failure(session, reply, parcel, error, now=now)
            if again_at is not None:
                defer(session, SEND_TASK, not_before=again_at, reply_id=parcel.reply_id, brand_id=parcel.brand_id)


class _TakenOverError(Exception):
    """The lease has run out, and another worker has claimed the reply since."""


def _is_held_by(reply: Reply, parcel: Parcel) -> bool:
    return reply.state == ReplyState.SENDING and reply.attempts == parcel.attempts and reply.error is None


def _is_due(reply: Reply, now: datetime) -> bool:
    """The queue's clock is the database's, which may be a little ahead: nothing leaves before its undo window is over."""
    slack = _SLACK if reply.state == ReplyState.QUEUED else timedelta(0)
    return reply.state in ON_ITS_WAY and reply.send_after <= now + slack
