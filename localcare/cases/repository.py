"""SQL of cases for the pipeline: read conversations, lock their cases, write what was decided, a batch at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from psycopg.rows import dict_row, tuple_row
from sqlmodel import Session

from localcare.cases.core import (
    ALSO,
    CaseDecision,
    Conversation,
    CustomerWord,
    KnownCase,
    Matter,
    Placement,
    State,
    Summary,
    slot_of,
    urgency_rank,
)
from localcare.cases.core.states import CLOSED
from localcare.kit.db import raw_connection, rows_as_json

_LOCK_CONVERSATIONS = "select pg_advisory_xact_lock(hashtextextended(key, %s)) from unnest(%s::text[]) as key"

_SUMMARY = (
    "channel, page_id, store_id, resolution_status, author_external_id, author_name, topic, tier, matter, sentiment,"
    " urgency, risks, language, excerpt, lead_mention_id, mention_count, last_customer_at"
)
_SELECT_CASES = f"""
    select conversation_key, part, told_topic, told_matter, told_tier, deaf_from, deaf_to, id,
           state, owner_id, opened_by_hand, routed_by_hand, waiting_since, replied_at, closed_at,
           coalesce(closed_how = 'withdrawn', false) as is_withdrawn, answered_at,
           coalesce(closed_how = 'answered', false) as is_settled_by_answer,
           untouched_since is not null as is_untouched, queue, route_reason, {_SUMMARY}
    from care_case where brand_id = %s and conversation_key = any(%s) order by conversation_key for update
"""
# an answer given since then is not touched
_TAKE_BACK = """
    update care_case c set replied_at = n.still_at
    from jsonb_to_recordset(%b::jsonb) as n(case_id bigint, gone_at timestamptz, still_at timestamptz)
    where c.id = n.case_id and c.replied_at <= n.gone_at
"""
_SELECT_WORDS = """
    select m.conversation_key, m.from_page, m.id as mention_id, m.external_id, m.created_at, m.received_at, m.channel,
           m.kind, m.page_id, m.author_external_id, m.author_name, left(m.text, 200) as excerpt,
           coalesce(v.actionable, false) as actionable, coalesce(v.topic, 'other') as topic, coalesce(v.tier, 1) as tier,
           coalesce(v.matter, 'other') as matter, coalesce(v.sentiment, 'neutral') as sentiment,
           coalesce(v.urgency, 'normal') as urgency, coalesce(v.risks, '{}') as risks,
           coalesce(v.language, 'en') as language, coalesce(v.also_topic, '') as also_topic,
           coalesce(v.also_matter, '') as also_matter, coalesce(v.also_tier, 1) as also_tier,
           r.store_id, coalesce(r.status, 'none') as resolution_status,
           coalesce(r.decided_by <> 'resolver', false) as resolved_by_hand
    from mention m
    left join verdict v on v.mention_id = m.id and v.superseded_at is null
    left join resolution r on r.mention_id = m.id and r.superseded_at is null
    where m.brand_id = %s and m.conversation_key = any(%s) and m.removed_at is null and m.content_version <> ''
    order by m.created_at, m.external_id
"""
_SELECT_PAGE_ANSWERS = """
    select parent_id, array_agg(created_at) from mention
    where brand_id = %s and from_page and removed_at is null and parent_id = any(%s) group by parent_id
"""
_SELECT_ANSWERED = """
    select distinct m.conversation_key
    from mention_key k join mention m on m.id = k.id and m.received_at = k.received_at
    where k.brand_id = %s and k.channel = any(%s) and k.external_id = any(%s) and not m.from_page
"""
_FIRST = "select conversation_key, id from care_case where brand_id = %s and conversation_key = any(%s) and part = ''"
_CASE_SHAPE = """
    conversation_key text, channel text, page_id text, store_id integer, resolution_status text, author_external_id text,
    author_name text, state text, is_open boolean, queue text, route_reason text, topic text, tier integer, matter text,
    sentiment text, urgency text, urgency_rank integer, risks text[], language text, excerpt text, lead_mention_id bigint,
    mention_count integer, opened_at timestamptz, last_customer_at timestamptz, waiting_since timestamptz,
    answered_at timestamptz, closed_at timestamptz, closed_how text, opened_by_hand boolean, updated_at timestamptz,
    first_reply_at timestamptz, priority_rank integer, needs_approval boolean,
    approvers text[], part text, is_silent boolean, told_topic text, told_matter text, told_tier integer
"""
_CASE_NAMES = ", ".join(part.split()[0] for part in _CASE_SHAPE.split(","))
_INSERT_CASES = f"""
    insert into care_case (brand_id, version, routed_by_hand, {_CASE_NAMES})
    select %s, 1, false, {_CASE_NAMES} from jsonb_to_recordset(%b::jsonb) as n({_CASE_SHAPE})
    returning conversation_key, part, id
"""
_KEPT_ON_UPDATE = (
    "conversation_key", "opened_at", "queue", "route_reason", "opened_by_hand", "closed_at", "closed_how",
    "first_reply_at", "urgency_rank", "priority_rank", "needs_approval",
    "approvers", "part", "is_silent", "told_topic", "told_matter", "told_tier",
)  # fmt: skip
_CASE_CHANGES = ", ".join(f"{name} = n.{name}" for name in _CASE_NAMES.split(", ") if name not in _KEPT_ON_UPDATE)
# what a rule gives a case stays with it until it is placed anew
_AS_PLACED = "case when n.queue is null then c.{name} else n.{name} end"
_UPDATE_CASES = f"""
    update care_case c set {_CASE_CHANGES}, version = c.version + 1,
           queue = coalesce(n.queue, c.queue), route_reason = coalesce(n.route_reason, c.route_reason),
           priority_rank = {_AS_PLACED.format(name="priority_rank")},
           urgency_rank = coalesce({_AS_PLACED.format(name="priority_rank")}, n.own_rank),
           needs_approval = {_AS_PLACED.format(name="needs_approval")},
           approvers = {_AS_PLACED.format(name="approvers")},
           opened_by_hand = c.opened_by_hand or n.opened_by_hand,
           untouched_since = case when n.is_open then c.untouched_since end,
           -- whoever closed it may be gone by now: what a customer opens again waits in its queue, as when a person does
           owner_id = case when c.is_open or not n.is_open then c.owner_id end,
           closed_at = case when not n.is_open then coalesce(c.closed_at, n.closed_at) end,
           closed_how = case when not n.is_open then coalesce(n.closed_how, c.closed_how) end,
           merged_into = case when not n.is_open then c.merged_into end,
           first_reply_at = coalesce(c.first_reply_at, n.answered_at), told_topic = coalesce(n.told_topic, c.told_topic),
           told_matter = coalesce(n.told_matter, c.told_matter), told_tier = coalesce(n.told_tier, c.told_tier)
    from jsonb_to_recordset(%b::jsonb) as n(id bigint, own_rank integer, {_CASE_SHAPE})
    where c.id = n.id
"""
_JOIN_MENTIONS = """
    insert into case_mention (mention_id, case_id)
    select mention_id, case_id from jsonb_to_recordset(%b::jsonb) as n(mention_id bigint, case_id bigint)
    on conflict (mention_id) do update set case_id = excluded.case_id where case_mention.case_id <> excluded.case_id
"""
_INSERT_EVENTS = """
    insert into case_event (brand_id, case_id, at, kind, actor, person_id, detail, data)
    select %s, case_id, at, kind, actor, person_id, detail, data from jsonb_to_recordset(%b::jsonb)
      as n(case_id bigint, at timestamptz, kind text, actor text, person_id integer, detail text, data jsonb)
"""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An answer of ours that stands on the network no more: when it was given, and the last one that still counts."""

    case_id: int
    key: str
    gone_at: datetime
    still_at: datetime | None


@dataclass(frozen=True, slots=True)
class Placed:
    """A decision with where routing puts it (None: it stays where it is)."""

    decision: CaseDecision
    placement: Placement | None
    opened_by_hand: bool = False


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of history to be written; `data` is what taking it back needs."""

    case_id: int
    at: datetime
    kind: str
    actor: str
    detail: str
    person_id: int | None = None
    data: Mapping[str, object] = field(default_factory=dict)


def lock_conversations(session: Session, brand_id: int, keys: Iterable[str]) -> None:
    """Wait until nobody else decides about these conversations; held until the transaction ends."""
    raw_connection(session).execute(_LOCK_CONVERSATIONS, (brand_id, sorted(keys)))


def load_cases(session: Session, brand_id: int, keys: Sequence[str]) -> dict[str, KnownCase]:
    """The cases of these conversations, locked; by conversation, or where it has two by the slot of the second."""
    with raw_connection(session).cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_SELECT_CASES, (brand_id, list(keys))).fetchall()
    cases = {}
    for row in rows:
        row["risks"] = tuple(row["risks"])
        summary = Summary(**{name.strip(): row.pop(name.strip()) for name in _SUMMARY.split(",")})
        slot = slot_of(row.pop("conversation_key"), row.pop("part"))
        told = Matter(row.pop("told_topic") or "", row.pop("told_matter") or "", row.pop("told_tier") or 1)
        cases[slot] = KnownCase(
            summary=summary, told=told if told.topic else None, **row | {"state": State(row["state"])}
        )
    return cases


def find_first_cases(session: Session, brand_id: int, keys: Sequence[str]) -> dict[str, int]:
    """The ids of the first cases of conversations."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute(_FIRST, (brand_id, list(keys))).fetchall())


def take_back_answers(session: Session, taken_back: Sequence[TakenBack]) -> None:
    """Forget when cases were answered that are answered no more; their conversations are locked."""
    if taken_back:
        raw_connection(session).execute(_TAKE_BACK, (rows_as_json([_plain(each) for each in taken_back]),))


def load_conversations(session: Session, brand_id: int, keys: Sequence[str]) -> list[Conversation]:
    """The live words of these conversations and when the Page last answered each."""
    connection = raw_connection(session)
    words: dict[str, list[CustomerWord]] = {key: [] for key in keys}
    spoke: dict[str, list[datetime]] = {key: [] for key in keys}
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(_SELECT_WORDS, (brand_id, list(keys))):
            key = row.pop("conversation_key")
            if row.pop("from_page"):
                spoke[key].append(row["created_at"])
            else:
                words[key].append(CustomerWord(**row | {"risks": tuple(row["risks"])}))
    answers = _page_answers(session, brand_id, [word.external_id for group in words.values() for word in group])
    for key, group in words.items():
        spoke[key].extend(at for word in group for at in answers.get(word.external_id, ()))
    return [
        Conversation(key, tuple(words[key]), max(spoke[key], default=None), page_words=tuple(spoke[key]))
        for key in keys
    ]


def find_answered_conversations(session: Session, brand_id: int, answered: Sequence[tuple[str, str]]) -> set[str]:
    """The conversations of the customers' words, (channel, external id), that a Page's words answer; rarely one more."""
    channels, external_ids = ([*set(part)] for part in zip(*answered, strict=True))
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return {key for (key,) in cursor.execute(_SELECT_ANSWERED, (brand_id, channels, external_ids))}


def insert_cases(session: Session, brand_id: int, placed: Sequence[Placed], now: datetime) -> dict[str, int]:
    """Write new cases; returns their ids by slot."""
    if not placed:
        return {}
    rows = rows_as_json([_case_row(item, now) for item in placed])
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        inserted = cursor.execute(_INSERT_CASES, (brand_id, rows)).fetchall()
    return {slot_of(key, part): case_id for key, part, case_id in inserted}


def update_cases(session: Session, placed: Sequence[Placed], now: datetime) -> None:
    """Write changed cases."""
    rows = [_case_row(item, now) | {"id": item.decision.known.id} for item in placed if item.decision.known]
    if rows:
        raw_connection(session).execute(_UPDATE_CASES, (rows_as_json(rows),))


def join_mentions(session: Session, case_of: Mapping[int, int]) -> None:
    """Write which case each mention belongs to."""
    if case_of:
        rows = rows_as_json([{"mention_id": mention, "case_id": case} for mention, case in case_of.items()])
        raw_connection(session).execute(_JOIN_MENTIONS, (rows,))


def write_history(session: Session, brand_id: int, lines: Sequence[CaseLine]) -> None:
    """Append to the cases' histories."""
    if lines:
        raw_connection(session).execute(_INSERT_EVENTS, (brand_id, rows_as_json([_plain(line) for line in lines])))


def _page_answers(session: Session, brand_id: int, external_ids: Sequence[str]) -> dict[str, list[datetime]]:
    if not external_ids:
        return {}
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute(_SELECT_PAGE_ANSWERS, (brand_id, list(external_ids))).fetchall())


def _case_row(item: Placed, now: datetime) -> dict[str, object]:
    decision = item.decision
    closed = decision.state in CLOSED
    row = _plain(decision.summary)
    # what a person has in hand or has put somewhere stays there; its placement only says which clocks run
    placement = item.placement if decision.wants_route else None
    priority = urgency_rank(placement.priority) if placement and placement.priority else None
    own = urgency_rank(decision.summary.urgency)
    return row | {
        "conversation_key": decision.key,
        "part": decision.part,
        "is_silent": decision.part == ALSO,
        "told_topic": decision.told.topic if decision.told else None,
        "told_matter": decision.told.matter if decision.told else None,
        "told_tier": decision.told.tier if decision.told else None,
        "state": decision.state,
        "is_open": not closed,
        "queue": placement.queue if placement else None,
        "route_reason": placement.reason if placement else None,
        "priority_rank": priority,
        "urgency_rank": own if priority is None else priority,
        "own_rank": own,
        "needs_approval": placement is not None and placement.needs_approval,
        "approvers": list(placement.approvers) if placement else [],
        "opened_at": now,
        "waiting_since": decision.waiting_since,
        "answered_at": decision.answered_at,
        "closed_at": now if closed else None,
        "closed_how": decision.closed_how,
        "opened_by_hand": item.opened_by_hand,
        "updated_at": now,
        "first_reply_at": decision.answered_at if decision.waiting_since is None else None,
    }


def _plain(value: object) -> dict[str, object]:
    return {name: getattr(value, name) for name in value.__slots__}  # type: ignore[attr-defined]
