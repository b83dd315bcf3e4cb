"""Everything the case page shows: the words of the thread, why it is whose, its history, its clocks, who could take it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import class_row
from sqlmodel import Session, col, select

from localcare.cases.core import MAIN
from localcare.cases.models import Case, CaseClock, CaseEvent
from localcare.kit.db import beginning_of, raw_connection
from localcare.people.core import Viewer

# the customer's own words (those they removed left the conversation, not the case), the Page's answers to them, and the
# post under which they stand
_THREAD = """
    with words as (
        select * from mention where brand_id = %(brand)s and conversation_key = %(key)s and content_version <> ''
        union
        select m.* from case_mention c join mention_key k on k.id = c.mention_id
        join mention m on m.id = k.id and m.received_at = k.received_at where c.case_id = %(case)s
    ), answers as (
        select m.* from mention m where m.brand_id = %(brand)s and m.from_page
            and m.parent_id in (select external_id from words) and m.content_version <> ''
    ), root as (
        select m.* from (select distinct channel, thread_id from words where thread_id is not null) w
        join mention_key k on k.brand_id = %(brand)s and k.channel = w.channel and k.external_id = w.thread_id
        join mention m on m.id = k.id and m.received_at = k.received_at and m.content_version <> ''
    )
    select id, channel, kind, external_id, author_name, from_page, text, rating, recommends, attachments, permalink,
        created_at, edited_at, hidden, removed_at, id in (select id from words) as is_own
    from (select * from words union select * from answers union select * from root) thread
    order by created_at, id
"""
_REASONS = """
    select m.id as mention_id, r.status, r.store_id, r.confidence, r.candidates, r.decided_by, v.actionable,
        v.actionable_probability, v.topic, v.tier, v.urgency, v.risks, v.sentiment, v.language, v.abstained, v.model,
        v.reasons, v.matter, coalesce(v.shout_out, false) as is_shout_out, m.created_at, exists (
            select from store_page p where p.brand_id = m.brand_id and p.channel = m.channel and p.page_id = m.page_id
                and p.store_id is not null and p.valid_to is null
        ) as on_store_page
    from mention m
    left join resolution r on r.mention_id = m.id and r.superseded_at is null
    left join verdict v on v.mention_id = m.id and v.superseded_at is null
    where m.brand_id = %(brand)s and m.conversation_key = %(key)s and not m.from_page and m.removed_at is null
        and m.content_version <> ''
    order by m.created_at, m.id
"""
_VERDICTS = f"""
    select v.mention_id, {beginning_of("m.text", 80)} as words, coalesce(
            v.words_print <> left(encode(sha256(convert_to(m.text, 'UTF8')), 'hex'), 16), m.edited_at > v.judged_at, false
        ) as is_of_other_words, v.judged_at, v.superseded_at is null as stands, v.actionable, v.topic,
        v.tier, v.urgency, v.risks, v.model, (select r ->> 'detail' from jsonb_array_elements(v.reasons) r
            where r ->> 'from' = 'person' limit 1) as person
    from mention m join verdict v on v.mention_id = m.id
    where m.brand_id = %(brand)s and m.conversation_key = %(key)s and not m.from_page and m.removed_at is null
        and m.content_version <> '' and exists (
            select from verdict e where e.mention_id = m.id and e.superseded_at is not null)
    order by v.id desc limit 30
"""
_COLLEAGUES = """
    select distinct p.id, p.name, g.role from role_grant g join person p on p.id = g.person_id
    where p.brand_id = %(brand)s and p.deactivated_at is null and p.id <> %(me)s
        and (g.valid_from is null or g.valid_from <= %(today)s) and (g.valid_to is null or g.valid_to >= %(today)s)
        and (g.store_id = %(store)s and g.role in ('manager', 'deputy')
            or %(central)s and g.role in ('agent', 'supervisor') and g.store_id is null and g.region_id is null)
    order by p.name, p.id, g.role limit 300
"""
_MENTION = """
    select m.id, m.conversation_key, r.store_id from mention_key k
    join mention m on m.id = k.id and m.received_at = k.received_at
    left join resolution r on r.mention_id = m.id and r.superseded_at is null
    where k.id = %(id)s and m.brand_id = %(brand)s and not m.from_page and m.removed_at is null
"""


# the author's other open cases, then those of the same store and topic: where a case may belong as well
_RELATED = """
    with found as (
        (select id, 0 as place from care_case
            where brand_id = %(brand)s and channel = %(channel)s and author_external_id = %(author)s and is_open
            order by last_customer_at desc limit 10)
        union all
        (select id, 1 from care_case
            where store_id = %(store)s and opened_at > %(since)s and topic = %(topic)s and is_open
            order by opened_at desc limit 10)
    )
    select c.id, c.author_name, c.excerpt, c.queue, c.state, c.merged_into
    from (select id, min(place) as place from found group by id) f join care_case c using (id)
    where c.brand_id = %(brand)s and c.conversation_key <> %(key)s and (%(all)s or c.store_id = any(%(stores)s))
    order by f.place, c.id desc limit 5
"""
_MERGED = """
    select c.id, c.author_name, c.excerpt, c.queue, c.state, c.merged_into from care_case c
    where (c.merged_into = %(case)s or c.id = %(into)s) and (%(all)s or c.store_id = any(%(stores)s))
    order by c.id limit 20
"""


@dataclass(frozen=True, slots=True)
class RelatedCase:
    """Another case that this one has to do with."""

    id: int
    author_name: str | None
    excerpt: str
    queue: str
    state: str
    merged_into: int | None


@dataclass(frozen=True, slots=True)
class ThreadWord:
    """One contribution to the thread. `is_own` marks the conversation itself; the rest is what surrounds it."""

    id: int
    channel: str
    kind: str
    external_id: str
    author_name: str | None
    from_page: bool
    text: str
    rating: int | None
    recommends: bool | None
    attachments: list[dict[str, str | None]]
    permalink: str | None
    created_at: datetime
    edited_at: datetime | None
    hidden: bool
    removed_at: datetime | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class Reasoning:
    """What the resolver (or a person) and triage decided about one of the customer's words, and why."""

    mention_id: int
    status: str | None
    store_id: int | None
    confidence: float | None
    candidates: list[dict[str, object]] | None
    decided_by: str | None
    actionable: bool | None
    actionable_probability: float | None
    topic: str | None
    tier: int | None
    urgency: str | None
    risks: list[str] | None
    sentiment: str | None
    language: str | None
    abstained: bool | None
    model: str | None
    reasons: list[dict[str, str]] | None
    matter: str | None
    is_shout_out: bool
    created_at: datetime
    on_store_page: bool


@dataclass(frozen=True, slots=True)
class VerdictThen:
    """What triage, or a person, said of one of the customer's words, and whether that stands.

    `words` are those of now; `is_of_other_words` says that what was judged was something else.
    """

    mention_id: int
    words: str
    is_of_other_words: bool
    judged_at: datetime
    stands: bool
    actionable: bool
    topic: str
    tier: int
    urgency: str
    risks: list[str]
    model: str
    person: str | None


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody a case can be handed to."""

    id: int
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class MentionPlace:
    """Where a mention belongs: its conversation and store."""

    id: int
    conversation_key: str
    store_id: int | None


def list_thread(session: Session, case: Case) -> list[ThreadWord]:
    """What was said, oldest first: by the customer, by the Page to them, and the post under which it stands."""
    with raw_connection(session).cursor(row_factory=class_row(ThreadWord)) as cursor:
        return cursor.execute(
            _THREAD, {"brand": case.brand_id, "key": case.conversation_key, "case": case.id}
        ).fetchall()


def list_reasonings(session: Session, case: Case) -> list[Reasoning]:
    """What was decided about each of the customer's live words, oldest first."""
    with raw_connection(session).cursor(row_factory=class_row(Reasoning)) as cursor:
        return cursor.execute(_REASONS, {"brand": case.brand_id, "key": case.conversation_key}).fetchall()


def list_verdicts(session: Session, case: Case) -> list[VerdictThen]:
    """Every verdict on those of the customer's words that were judged more than once, the newest first."""
    with raw_connection(session).cursor(row_factory=class_row(VerdictThen)) as cursor:
        return cursor.execute(_VERDICTS, {"brand": case.brand_id, "key": case.conversation_key}).fetchall()


def list_history(session: Session, case_id: int, *, limit: int = 200) -> list[CaseEvent]:
    """What happened to a case, newest first."""
    query = select(CaseEvent).where(CaseEvent.case_id == case_id)
    return list(session.exec(query.order_by(col(CaseEvent.id).desc()).limit(limit)))


def list_clocks(session: Session, case_id: int) -> Sequence[CaseClock]:
    """A case's promises, the nearest first."""
    return session.exec(select(CaseClock).where(CaseClock.case_id == case_id).order_by(col(CaseClock.due_at))).all()


def list_colleagues(session: Session, viewer: Viewer, case: Case, now: datetime) -> list[Colleague]:
    """Who can be given this case: the store's own people, and for the national team its agents and supervisors."""
    values = {
        "brand": viewer.brand_id,
        "me": viewer.person_id,
        "today": now.date(),
        "store": case.store_id,
        "central": viewer.is_central,
    }
    with raw_connection(session).cursor(row_factory=class_row(Colleague)) as cursor:
        found = cursor.execute(_COLLEAGUES, values).fetchall()
    return list({colleague.id: colleague for colleague in found}.values())


def list_related(session: Session, viewer: Viewer, case: Case) -> list[RelatedCase]:
    """Open cases that this one may be merged into, as far as the viewer sees them."""
    values = _seen_by(viewer) | {
        "key": case.conversation_key, "channel": case.channel, "author": case.author_external_id, "store": case.store_id,
        "topic": case.topic, "since": case.opened_at - timedelta(days=7),
    }  # fmt: skip
    with raw_connection(session).cursor(row_factory=class_row(RelatedCase)) as cursor:
        return cursor.execute(_RELATED, values).fetchall()


def list_merged(session: Session, viewer: Viewer, case: Case) -> list[RelatedCase]:
    """The cases that were merged into this one, and the one that this one was merged into."""
    values = _seen_by(viewer) | {"case": case.id, "into": case.merged_into}
    with raw_connection(session).cursor(row_factory=class_row(RelatedCase)) as cursor:
        return cursor.execute(_MERGED, values).fetchall()


def _seen_by(viewer: Viewer) -> dict[str, object]:
    stores = viewer.store_ids
    return {"brand": viewer.brand_id, "all": stores is None, "stores": sorted(stores or ())}


def find_mention_place(session: Session, brand_id: int, mention_id: int) -> MentionPlace | None:
    """Where a live mention of a customer belongs."""
    with raw_connection(session).cursor(row_factory=class_row(MentionPlace)) as cursor:
        return cursor.execute(_MENTION, {"id": mention_id, "brand": brand_id}).fetchone()


def find_case_id(session: Session, brand_id: int, conversation_key: str) -> int | None:
    """The case of a conversation."""
    query = select(Case.id).where(
        Case.brand_id == brand_id, Case.conversation_key == conversation_key, Case.part == MAIN
    )
    return session.exec(query).one_or_none()
