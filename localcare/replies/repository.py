"""SQL of replies: the turn to answer, who was first, the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, func, select, update

from localcare.replies.core import GONE, STANDING, ReplyState, Turn
from localcare.replies.models import Reply, SavedReply

_NEWEST_TURN = text("""
    select m.id, m.channel, m.kind, m.external_id, m.thread_id, m.page_id, m.permalink, m.parent_id, m.created_at,
        m.author_external_id, case when m.kind = 'message' then (
            select max(x.created_at) from mention x
            where x.brand_id = m.brand_id and x.conversation_key = m.conversation_key and not x.from_page
        ) end
    from case_mention c join mention_key k on k.id = c.mention_id
    join mention m on m.id = k.id and m.received_at = k.received_at
    where c.case_id in (select t.id from care_case s join care_case t using (brand_id, conversation_key)
            where s.id = :case_id)
        and not m.from_page and m.removed_at is null and m.content_version <> ''
    order by m.created_at desc, m.external_id desc limit 1
""")
_WORDS = text("""
    select m.channel, m.kind, m.external_id, m.page_id, m.hidden
    from case_mention c join mention_key k on k.id = c.mention_id
    join mention m on m.id = k.id and m.received_at = k.received_at
    where c.case_id in (select t.id from care_case s join care_case t using (brand_id, conversation_key)
            where s.id = :case)
        and c.mention_id = :mention and not m.from_page and m.removed_at is null
""")
_PAIR = text("""
    select t.id from care_case s join care_case t using (brand_id, conversation_key) where s.id = :case
""")
_SEEN = text(
    "select exists (select from mention_key where brand_id = :brand and channel = :channel and external_id = :id)"
)
# an answer being recorded and its echo being worked in must see each other: whoever comes second waits for the first
_AWAIT_ECHOES = text("""
    select pg_advisory_xact_lock(hashtextextended('echo of ' || id, :brand))
    from unnest(cast(:ids as text[])) with ordinality as e(id, place) order by place
""")
_UNSENT = text("""
    select id, brand_id from reply r
    where state in ('queued', 'sending') and send_after < :before and not exists (
        select from procrastinate_jobs j where j.status = 'todo' and j.task_name = 'replies.send'
            and (j.scheduled_at is null or j.scheduled_at <= now()) and (j.args ->> 'reply_id')::bigint = r.id
    )
""")


@dataclass(frozen=True, slots=True)
class CustomerWords:
    """Live words of a customer in a case."""

    channel: str
    kind: str
    external_id: str
    page_id: str | None
    hidden: bool


def find_words(session: Session, case_id: int, mention_id: int) -> CustomerWords | None:
    """These words of a customer, if they belong to the case and are still there."""
    row = session.execute(_WORDS, {"case": case_id, "mention": mention_id}).one_or_none()
    return CustomerWords(*row) if row else None


def find_turn(session: Session, case_id: int) -> Turn | None:
    """The customer's newest live words in a case."""
    row = session.execute(_NEWEST_TURN, {"case_id": case_id}).one_or_none()
    return Turn(*row) if row else None


def list_answers(session: Session, case_id: int, turn_id: int) -> list[Reply]:
    """The answers that were given to a turn, or are on their way; from either case of a conversation with two matters."""
    cases = [row.id for row in session.execute(_PAIR, {"case": case_id})]
    query = select(Reply).where(col(Reply.case_id).in_(cases), Reply.turn_id == turn_id, col(Reply.state).not_in(GONE))
    query = query.where(Reply.additional >= 0)
    return list(session.exec(query.order_by(col(Reply.id))))


def list_replies(session: Session, case_id: int) -> list[Reply]:
    """Every answer of a case, oldest first; deeds are no answers."""
    query = select(Reply).where(Reply.case_id == case_id, Reply.additional >= 0)
    return list(session.exec(query.order_by(col(Reply.id))))


def list_deeds(session: Session, case_id: int) -> list[Reply]:
    """What was done on the Page in this case beside answering, oldest first."""
    query = select(Reply).where(Reply.case_id == case_id, Reply.additional < 0)
    return list(session.exec(query.order_by(col(Reply.id))))


def next_deed_number(session: Session, case_id: int, turn_id: int) -> int:
    """Deeds are numbered downwards from -1, so that they take no number from an answer."""
    query = select(func.min(Reply.additional)).where(Reply.case_id == case_id, Reply.turn_id == turn_id)
    return min(session.exec(query).one() or 0, 0) - 1


def lock_reply(session: Session, reply_id: int) -> Reply | None:
    """A reply for changing, or None when somebody else is changing it."""
    query = select(Reply).where(Reply.id == reply_id).with_for_update(skip_locked=True)
    return session.exec(query).one_or_none()


def wait_for_reply(session: Session, reply_id: int) -> Reply | None:
    """A reply for recording what became of it: whoever is changing it is waited for."""
    return session.exec(select(Reply).where(Reply.id == reply_id).with_for_update()).one_or_none()


def list_unsent(session: Session, *, before: datetime) -> Sequence[tuple[int, int]]:
    """(reply id, brand id) of replies whose time has come with no job at hand: lost, or its worker died with it."""
    return [(reply_id, brand_id) for reply_id, brand_id in session.execute(_UNSENT, {"before": before})]


def is_id_of_another(session: Session, reply_id: int, *, brand_id: int, channel: str, external_id: str) -> bool:
    """Whether another reply is known to be this thing on the network."""
    same = (Reply.brand_id == brand_id, Reply.channel == channel, Reply.external_id == external_id)
    return session.exec(select(Reply.id).where(*same, col(Reply.id) != reply_id)).first() is not None


def find_standing(session: Session, brand_id: int, channel: str, external_id: str) -> Reply | None:
    """Our answer that stands on the network under this id, for changing."""
    same = (Reply.brand_id == brand_id, Reply.channel == channel, Reply.external_id == external_id)
    return session.exec(select(Reply).where(*same, col(Reply.state).in_(STANDING)).with_for_update()).first()


def confirm(session: Session, brand_id: int, external_ids: Sequence[str]) -> None:
    """Mark sent replies whose echo has come back; one that is being recorded is waited for."""
    session.execute(_AWAIT_ECHOES, {"brand": brand_id, "ids": sorted(external_ids)})
    session.exec(
        update(Reply)
        .where(
            col(Reply.brand_id) == brand_id,
            col(Reply.external_id).in_(external_ids),
            col(Reply.state) == ReplyState.SENT,
        )
        .values(state=ReplyState.CONFIRMED)
    )


def is_echo_here(session: Session, brand_id: int, channel: str, external_id: str) -> bool:
    """Whether the network's echo arrived before its answer did; one that is being worked in is waited for."""
    session.execute(_AWAIT_ECHOES, {"brand": brand_id, "ids": [external_id]})
    return bool(session.execute(_SEEN, {"brand": brand_id, "channel": channel, "id": external_id}).scalar_one())


def list_saved_replies(session: Session, brand_id: int) -> list[SavedReply]:
    """The brand's saved replies by title."""
    return list(session.exec(select(SavedReply).where(SavedReply.brand_id == brand_id).order_by(SavedReply.title)))
