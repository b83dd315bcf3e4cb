"""Sending exactly once: claim and commit, call, record and commit. A restart asks the network before it calls again."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from localcare.cases import handling
from localcare.channels.facebook.client import GraphError
from localcare.errors import UnavailableError
from localcare.kit.clock import Clock
from localcare.kit.db import Database
from localcare.replies import repository
from localcare.replies.core import AfterFailure, ReplyState, Way, after_failure

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 12
_LEASE = timedelta(minutes=2)


class Publisher(Protocol):
    """The network's end for one Page. Raises GraphError."""

    def post_comment(self, object_id: str, text: str) -> str: ...

    def send_message(self, recipient_id: str, text: str) -> str: ...

    def find_own_comment(self, object_id: str, text: str) -> str | None: ...

    def find_own_message(self, recipient_id: str, text: str, *, since: datetime) -> str | None: ...


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
        if parcel.way is Way.MESSAGE:
            return publisher.find_own_message(parcel.target_id, parcel.text, since=parcel.created_at)
        return publisher.find_own_comment(parcel.target_id, parcel.text)

    def _record_sent(self, parcel: Parcel, external_id: str) -> None:
        now = self.clock.now()
        with self.db.session(parcel.brand_id) as session:
            reply = repository.lock_reply(session, parcel.reply_id)
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
        what = after_failure(error.kind)
        is_hopeless = what is AfterFailure.GIVE_UP or parcel.attempts >= MAX_ATTEMPTS
        wait = timedelta(seconds=error.retry_after_seconds or 0) if what is AfterFailure.WAIT else timedelta()
        with self.db.session(parcel.brand_id) as session:
            reply = repository.lock_reply(session, parcel.reply_id)
            if reply is None or reply.state != ReplyState.SENDING:
                return
            # stays `sending` for another try: the next one asks the network first whether this one arrived after all
            reply.state = ReplyState.FAILED if is_hopeless else ReplyState.SENDING
            reply.send_after = self.clock.now() + wait
            reply.error = str(error)
            session.add(reply)
            if is_hopeless:
                detail = f"The answer could not be sent: {error.message}"
                handling.record_failure(session, parcel.brand_id, parcel.case_id, at=self.clock.now(), detail=detail)
        if not is_hopeless:
            raise UnavailableError(error.message)
