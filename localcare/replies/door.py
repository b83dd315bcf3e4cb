"""The door of the outbox: what a reply takes along, and whether it may leave, with one query for each question."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.channels.facebook.sending import Errand, paused_until
from localcare.replies import door_repository as repository
from localcare.replies.core import Deed, Departure, Native, Pace, Standing, Way, decide_departure, next_departure
from localcare.replies.door_repository import TurnNow
from localcare.replies.models import Reply

_DEEDS = frozenset(Deed)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed reply on its way: everything the call needs, so that no transaction is open while it runs."""

    reply_id: int
    case_id: int
    brand_id: int
    page_id: str
    kind: Way | Deed
    errand: Errand
    author_name: str
    author_id: int | None
    attempts: int
    created_at: datetime

    @property
    def may_stand_already(self) -> bool:
        """Whether an earlier attempt may have left something behind."""
        return self.attempts > 1


def kind_of(reply: Reply) -> Way | Deed:
    """What kind of thing a stored reply is."""
    return Deed(reply.kind) if reply.kind in _DEEDS else Way(reply.kind)


def decide_at_door(
    session: Session, reply: Reply, page_id: str, turn: TurnNow, *, now: datetime, pace: Pace, lease: timedelta
) -> Departure:
    """Whether this reply may leave now. From here to the end of the transaction nothing else of the Page is let go."""
    repository.queue_for_departure(session, reply.brand_id, page_id)
    since = now - max(pace.within, pace.gap)
    lately = repository.list_departures(
        session, reply.brand_id, page_id, reply.id or 0, now=now, since=since, lease=lease
    )
    departs_at = next_departure(lately.left_at, now, pace)
    if lately.is_one_under_way:
        departs_at = max(departs_at, now + pace.gap)
    kind = kind_of(reply)
    standing = Standing(
        kind=kind,
        now=now,
        departs_at=departs_at,
        said_at=turn.said_at,
        last_heard_at=turn.last_heard_at,
        paused_until=paused_until(session, page_id),
        is_withdrawn=turn.is_withdrawn,
        by_person=reply.author_id is not None,
        natives=() if isinstance(kind, Deed) else _natives(session, reply, turn),
    )
    return decide_departure(standing)


def pack(reply: Reply, page_id: str, turn: TurnNow, *, as_person: bool) -> Parcel:
    """Everything that the call for this reply needs."""
    kind = kind_of(reply)
    errand = Errand(
        kind=kind,
        target_id=reply.target_id,
        text=reply.text,
        since=reply.created_at,
        channel=reply.channel,
        is_on_comment=turn.kind == "comment",
        recipient_id=turn.author_id,
        by_person=reply.author_id is not None,
        as_person=as_person,
    )
    return Parcel(
        reply_id=reply.id or 0,
        case_id=reply.case_id,
        brand_id=reply.brand_id,
        page_id=page_id,
        kind=kind,
        errand=errand,
        author_name=reply.author_name,
        author_id=reply.author_id,
        attempts=reply.attempts,
        created_at=reply.created_at,
    )


def _natives(session: Session, reply: Reply, turn: TurnNow) -> list[Native]:
    """What somebody else has said for the Page since; what an attempt of ours may have left there is not counted."""
    found = repository.list_page_words(
        session,
        reply.brand_id,
        reply.case_id,
        turn,
        channel=reply.channel,
        target_id=reply.target_id,
        since=reply.created_at,
    )
    if not found:
        return []
    texts = repository.list_texts(session, reply)
    ours = {tuple(words.split()) for reply_id, words in texts.items() if reply_id != reply.id or reply.attempts > 0}
    return [Native(words.text, words.said_at) for words in found if tuple(words.text.split()) not in ours]
