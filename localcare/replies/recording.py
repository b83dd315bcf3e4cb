"""What became of a reply, written down with its case: sent, held for a person, stopped, failed, or to be tried again."""

from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.cases import handling
from localcare.channels.facebook.app_pause import note_app_limit
from localcare.channels.facebook.client import GraphError
from localcare.channels.facebook.sending import pause_page
from localcare.channels.reading import STORED
from localcare.channels.stored import encode_changes
from localcare.intake.core import Delivery, Lane
from localcare.intake.service import accept
from localcare.mentions.core import MentionChange, Verb
from localcare.replies import repository
from localcare.replies.core import AfterFailure, Deed, Hold, Remedy, ReplyState, Stop, Way, history_line, remedy_for
from localcare.replies.door import Parcel
from localcare.replies.models import Reply

MAX_AGE = timedelta(days=7)
"""For so long an answer waits for what a person must mend, such as a Page's token; older, it would surprise the customer."""

_SHORTEST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)
_TOLD = {
    Way.COMMENT: "answered.",
    Way.MESSAGE: "answered by message.",
    Way.PRIVATE: "answered privately.",
}


def record_sent(session: Session, reply: Reply, parcel: Parcel, external_id: str, *, now: datetime) -> None:
    """It stands on the network."""
    if isinstance(parcel.kind, Deed):
        reply.state, reply.sent_at, reply.error = ReplyState.DONE, now, None
        session.add(reply)
        _record_deed(session, parcel, parcel.kind, now=now)
        return
    is_here = repository.is_echo_here(session, parcel.brand_id, parcel.errand.channel, external_id)
    # written once only: PostgreSQL locks the case of a row that one transaction writes twice, ahead of its conversation
    reply.state = ReplyState.CONFIRMED if is_here else ReplyState.SENT
    reply.sent_at, reply.error, reply.external_id = now, None, external_id
    session.add(reply)
    handling.record_answer(
        session,
        parcel.brand_id,
        parcel.case_id,
        at=now,
        who=parcel.author_name,
        person_id=parcel.author_id,
        detail=f"{parcel.author_name} {_TOLD.get(parcel.kind, 'answered.')}",
        written_at=parcel.created_at,
    )


def keep_back(session: Session, reply: Reply, departure: Hold | Stop, *, now: datetime) -> None:
    """It does not leave: a person is asked, or it has come to nothing."""
    reply.state, reply.error = ReplyState.FAILED, departure.why
    kind, detail = "reply-failed", departure.why
    if isinstance(departure, Hold):
        reply.state, kind = ReplyState.HELD, "reply-held"
        detail = f"An answer was held back, since the Page has answered in the meantime. “{departure.said}”"
    session.add(reply)
    handling.write_down(session, reply.brand_id, reply.case_id, at=now, kind=kind, who="localcare", detail=detail)


def record_failure(
    session: Session, reply: Reply, parcel: Parcel, error: GraphError, *, now: datetime
) -> datetime | None:
    """The network did not do it; returns when to try again, None when it has failed for good."""
    remedy = remedy_for(error.kind, code=error.code, subcode=error.subcode, attempts=parcel.attempts)
    reply.error = _in_words(remedy, error)
    session.add(reply)
    if not remedy.waits or (remedy.after is not AfterFailure.RETRY and now - parcel.created_at > MAX_AGE):
        reply.state = ReplyState.FAILED
        what = "It could not be done on the Page" if isinstance(parcel.kind, Deed) else "The answer could not be sent"
        detail = f"{what}: {remedy.said}"
        handling.record_failure(session, parcel.brand_id, parcel.case_id, at=now, detail=detail)
        return None
    reply.send_after = _try_at(parcel, remedy, error, now)
    if remedy.after is not AfterFailure.RETRY:
        # the network has refused for certain: this was no attempt that could have left anything behind
        reply.attempts = parcel.attempts - 1
    if remedy.after is AfterFailure.WAIT_FOR_QUOTA and not note_app_limit(session, error, now=now):
        pause_page(session, parcel.page_id, reply.send_after)
    return reply.send_after


def _record_deed(session: Session, parcel: Parcel, deed: Deed, *, now: datetime) -> None:
    errand = parcel.errand
    if deed in (Deed.EDIT, Deed.DELETE):
        original = repository.find_standing(session, parcel.brand_id, errand.channel, errand.target_id)
        if original is not None:
            if deed is Deed.EDIT:
                original.text = errand.text
            else:
                original.state = ReplyState.DELETED
                _tell_removed(session, original, now=now)
            session.add(original)
    why = errand.text if deed is Deed.HIDE else ""
    handling.write_down(
        session, parcel.brand_id, parcel.case_id, at=now, kind=f"reply-{deed}", who=parcel.author_name,
        person_id=parcel.author_id, detail=f"{parcel.author_name} {history_line(deed, why)}",
    )  # fmt: skip


def _tell_removed(session: Session, original: Reply, *, now: datetime) -> None:
    """Into the event log, as a webhook will say it too: what a removed answer means for its case is decided in one place."""
    change = MentionChange(
        channel=original.channel, kind="comment", external_id=original.external_id or "", verb=Verb.REMOVE, at=now,
        digest=f"deleted by {original.id}", page_id=original.page_id, parent_id=original.target_id, from_page=True,
    )  # fmt: skip
    accept(session, [Delivery(Lane.POLL, STORED, encode_changes([change]), now, original.brand_id)])


def _try_at(parcel: Parcel, remedy: Remedy, error: GraphError, now: datetime) -> datetime:
    if remedy.after is AfterFailure.RETRY:
        return now + min(timedelta(seconds=3**parcel.attempts), _LONGEST_WAIT)
    waited = (now - parcel.created_at) / 4
    asked = timedelta(seconds=error.retry_after_seconds or 0)
    return now + max(asked, min(max(waited, _SHORTEST_WAIT), _LONGEST_WAIT))


def _in_words(remedy: Remedy, error: GraphError) -> str:
    """Our sentence first, which also names the remedy; then Meta's own words for whoever mends it."""
    code = f" ({error.code}{f'/{error.subcode}' if error.subcode else ''})" if error.code is not None else ""
    return f"{remedy.said}{code}{f' “{error.detail}”' if error.detail else ''}"
