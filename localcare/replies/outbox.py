"""Sending exactly once: claim and commit, call, record and commit. A restart asks the network before it calls again."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import Session

from localcare.cases import handling
from localcare.channels.facebook.client import GraphError
from localcare.errors import UnavailableError
from localcare.kit.clock import Clock
from localcare.kit.db import Database
from localcare.replies import repository
from localcare.replies.core import AfterFailure, ReplyState, Way, after_failure
from localcare.replies.models import Reply

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 12
MAX_AGE = timedelta(days=7)
"""For so long an answer waits for what a person must mend, such as a Page's token; older, it would surprise the customer."""

_LEASE = timedelta(minutes=2)
_SHORTEST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)


class Publisher(Protocol):
    """The network's end for one Page. Raises GraphError."""

    def post_comment(self, object_id: str, text: str) -> str: ...

    def send_message(self, recipient_id: str, text: str) -> str: ...

    def find_own_comment(self, object_id: str, text: str) -> str | None: ...

    def find_own_message(self, recipient_id: str, text: str, *, since: datetime) -> str | None: ...


class HealthNote(Protocol):
    """Keeps what a call told about a Page's access, in the transaction that records the call."""

    def __call__(self, session: Session, page_id: str, error: GraphError | None, *, now: datetime) -> None: ...


def _note_nothing(session: Session, page_id: str, error: GraphError | None, *, now: datetime) -> None:
    """For whoever keeps no health of Pages."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed reply on its way: everything the call needs, so that no transaction is open while it runs."""

    reply_id: int
    case_id: int
    brand_id: int
    channel: str
    page_id: str
    way: Way
    target_id: str
    text: str
    author_name: str
    author_id: int | None
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Outbox:
    """Sends replies. `publisher_of` opens the network's end for a Page of a brand."""

    db: Database
    clock: Clock
    publisher_of: Callable[[int, str], Publisher]
    note_health: HealthNote = _note_nothing
    at_point: Callable[[str], None] = lambda _point: None

    def send(self, reply_id: int, brand_id: int) -> None:
        """Send one reply. Raises UnavailableError when it should be tried again later."""
        parcel = self._claim(reply_id, brand_id)
        if parcel is None:
            return
        self.at_point("reply claimed")
        try:
            external_id = self._deliver(parcel)
        except GraphError as error:
            self._record_failure(parcel, error)
            return
        self.at_point("reply posted")
        self._record_sent(parcel, external_id)

    def _claim(self, reply_id: int, brand_id: int) -> Parcel | None:
        now = self.clock.now()
        with self.db.session(brand_id) as session:
            reply = repository.lock_reply(session, reply_id)
            if reply is None or reply.state not in (ReplyState.QUEUED, ReplyState.SENDING) or reply.page_id is None:
                return None
            if reply.state == ReplyState.SENDING and reply.send_after > now:
                return None
            reply.state = ReplyState.SENDING
            reply.attempts += 1
            reply.send_after = now + _LEASE
            session.add(reply)
            return Parcel(
                reply_id=reply_id,
                case_id=reply.case_id,
                brand_id=brand_id,
                channel=reply.channel,
                page_id=reply.page_id,
                way=Way(reply.kind),
                target_id=reply.target_id,
                text=reply.text,
                author_name=reply.author_name,
                author_id=reply.author_id,
                attempts=reply.attempts,
                created_at=reply.created_at,
            )

    def _deliver(self, parcel: Parcel) -> str:
        publisher = self.publisher_of(parcel.brand_id, parcel.page_id)
        found = self._find_earlier(publisher, parcel) if parcel.attempts > 1 else None
        if found is not None:
            return found
        if parcel.way is Way.MESSAGE:
            return publisher.send_message(parcel.target_id, parcel.text)
        return publisher.post_comment(parcel.target_id, parcel.text)

    def _find_earlier(self, publisher: Publisher, parcel: Parcel) -> str | None:
        """What an earlier attempt left on the network; the same words of another answer are not this one."""
        if parcel.way is Way.MESSAGE:
            found = publisher.find_own_message(parcel.target_id, parcel.text, since=parcel.created_at)
        else:
            found = publisher.find_own_comment(parcel.target_id, parcel.text)
        if found is None:
            return None
        with self.db.session(parcel.brand_id) as session:
            is_another = repository.is_id_of_another(
                session, parcel.reply_id, brand_id=parcel.brand_id, channel=parcel.channel, external_id=found
            )
        return None if is_another else found

    def _record_sent(self, parcel: Parcel, external_id: str) -> None:
        now = self.clock.now()
        with self.db.session(parcel.brand_id) as session:
            self.note_health(session, parcel.page_id, None, now=now)
            reply = repository.wait_for_reply(session, parcel.reply_id)
            if reply is None or reply.state != ReplyState.SENDING:
                return
            is_here = repository.is_echo_here(session, parcel.brand_id, parcel.channel, external_id)
            reply.state = ReplyState.CONFIRMED if is_here else ReplyState.SENT
            reply.external_id, reply.sent_at, reply.error = external_id, now, None
            session.add(reply)
            handling.record_answer(
                session,
                parcel.brand_id,
                parcel.case_id,
                at=now,
                who=parcel.author_name,
                person_id=parcel.author_id,
                detail=f"{parcel.author_name} answered.",
            )

    def _record_failure(self, parcel: Parcel, error: GraphError) -> None:
        now = self.clock.now()
        with self.db.session(parcel.brand_id) as session:
            self.note_health(session, parcel.page_id, error, now=now)
            reply = repository.wait_for_reply(session, parcel.reply_id)
            if reply is None or reply.state != ReplyState.SENDING:
                return
            reply.error = str(error)
            session.add(reply)
            is_hopeless = _is_hopeless(parcel, error, now)
            if is_hopeless:
                reply.state = ReplyState.FAILED
                detail = f"The answer could not be sent: {error.message}"
                handling.record_failure(session, parcel.brand_id, parcel.case_id, at=now, detail=detail)
            else:
                _keep_for_later(reply, parcel, error, now)
        if not is_hopeless:
            raise UnavailableError(error.message)


def _is_hopeless(parcel: Parcel, error: GraphError, now: datetime) -> bool:
    match after_failure(error.kind):
        case AfterFailure.GIVE_UP:
            return True
        case AfterFailure.WAIT:
            return now - parcel.created_at > MAX_AGE
        case AfterFailure.TRY_AGAIN:
            return parcel.attempts >= MAX_ATTEMPTS


def _keep_for_later(reply: Reply, parcel: Parcel, error: GraphError, now: datetime) -> None:
    """Leave it `sending`, so that the next attempt asks the network first whether this one arrived after all."""
    if after_failure(error.kind) is AfterFailure.WAIT:
        # the network has refused for certain: this was no attempt that could have left anything behind
        reply.attempts = parcel.attempts - 1
        waited = (now - parcel.created_at) / 4
        asked = timedelta(seconds=error.retry_after_seconds or 0)
        reply.send_after = now + max(asked, min(max(waited, _SHORTEST_WAIT), _LONGEST_WAIT))
    else:
        reply.send_after = now + min(timedelta(seconds=3**parcel.attempts), _LONGEST_WAIT)
