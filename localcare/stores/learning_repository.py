"""SQL of what was learned: names with their votes, and what in the directory a name may be mistaken for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row, tuple_row
from sqlmodel import Session

from localcare.kit.db import raw_connection, rows_as_json
from localcare.stores.core.learning import (
    AliasState,
    Ballot,
    Correction,
    KnownAlias,
    LearnedAlias,
    Proposal,
    ShownVote,
    TaughtStore,
    Vote,
)
from localcare.stores.core.text import phrase

_SPOKEN = "lower(btrim(regexp_replace({0}, '[^[:alnum:]]+', ' ', 'g')))"
_STORE = "select id, name, city, street, nicknames from store where brand_id = %s and id = any(%s)"
_TAKEN = f"""
    select w from unnest(%(words)s::text[]) as w
    where exists (
        select from store where brand_id = %(brand)s and (
            {_SPOKEN.format("coalesce(city, '')")} = w or {_SPOKEN.format("name")} = w
            or {_SPOKEN.format("name")} like '%% ' || w or w = any(lower(nicknames::text)::text[])
        )
    )
"""
_ALIASES = f"""
    select id, store_id, kind, words, city from store_alias
    where brand_id = %s and kind = any(%s)
        and exists (select from unnest(%s::text[]) as t where position(' ' || {_SPOKEN.format("words")} || ' ' in t) > 0)
    order by id
"""
_PROPOSE = """
    insert into store_alias (brand_id, store_id, kind, words, city, source, state, created_at, created_by)
    select %s, store_id, kind, words, city, 'learned', 'proposed', %s, %s
    from jsonb_to_recordset(%b::jsonb) as n(store_id integer, kind text, words text, city text)
    on conflict do nothing
"""
_VOTE = """
    insert into alias_vote (brand_id, alias_id, mention_id, case_id, person_id, by, verdict, at)
    select %s, alias_id, mention_id, case_id, person_id, by, verdict, %s
    from jsonb_to_recordset(%b::jsonb)
        as n(alias_id integer, mention_id bigint, case_id bigint, person_id integer, by text, verdict text)
"""
_WITHDRAW = """
    update alias_vote set undone_at = %s
    where brand_id = %s and undone_at is null and {which} returning alias_id
"""
# names that are said alike for different stores are counted together, so they are locked together, in one order
_LOCK_WITH_RIVALS = """
    select a.id, a.words, a.city, a.store_id, a.source, a.state, a.decided_by from store_alias a
    where a.brand_id = %(brand)s and a.words in (select words from store_alias where id = any(%(ids)s))
    order by a.id for update
"""
_VOTES = """
    select alias_id, verdict, by, person_id, case_id from alias_vote
    where brand_id = %s and alias_id = any(%s) and undone_at is null order by id
"""
_COUNTED = """
    update store_alias a set supports = n.supports, contradictions = n.contradictions, state = n.state,
        decided_at = case when a.state = n.state then a.decided_at else %s end
    from jsonb_to_recordset(%b::jsonb) as n(id integer, supports integer, contradictions integer, state text)
    where a.id = n.id
"""
_DECIDE = """
    update store_alias set state = coalesce(%(state)s, state), decided_by = %(by)s, decided_at = %(now)s
    where brand_id = %(brand)s and id = %(id)s and source = 'learned' returning id
"""
_LEARNED = """
    select a.id, a.kind, a.words, a.city, a.state, a.supports, a.contradictions, a.created_at, a.created_by,
        a.decided_at, a.decided_by, s.number as store_number, s.name as store_name, s.city as store_city
    from store_alias a join store s on s.id = a.store_id
    where a.brand_id = %s and a.source = 'learned' and a.state = %s
    order by coalesce(a.decided_at, a.created_at) desc, a.id desc limit %s
"""
_COUNTS = "select state, count(*) from store_alias where brand_id = %s and source = 'learned' group by state"
_SHOWN_VOTES = """
    select v.id, v.alias_id, v.verdict, v.at, v.undone_at, v.case_id, v.person_id, p.name as person_name
    from alias_vote v left join person p on p.id = v.person_id
    where v.brand_id = %s and v.alias_id = any(%s) order by v.id desc
"""
SPOKEN_KINDS = ("nickname", "mall", "landmark", "neighbourhood", "cross-street")


@dataclass(frozen=True, slots=True)
class LockedAlias:
    """A name held for counting."""

    id: int
    words: str
    city: str | None
    store_id: int
    source: str
    state: AliasState
    decided_by: str | None


@dataclass(frozen=True, slots=True)
class Counted:
    """What the votes for a name add up to."""

    id: int
    supports: int
    contradictions: int
    state: AliasState


def list_taught_stores(session: Session, brand_id: int, store_ids: Collection[int]) -> dict[int, TaughtStore]:
    """These stores by what the directory calls them."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(_STORE, (brand_id, sorted(store_ids))).fetchall()
    return {row[0]: TaughtStore(row[0], row[1], row[2], row[3], tuple(row[4])) for row in rows}


def list_taken(session: Session, brand_id: int, words: Collection[str]) -> set[str]:
    """Which of these words are the city or the name of a store of the brand."""
    if not words:
        return set()
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return {word for (word,) in cursor.execute(_TAKEN, {"words": sorted(words), "brand": brand_id})}


def list_aliases_in(session: Session, brand_id: int, spoken: Sequence[str]) -> list[KnownAlias]:
    """Every kept name, retired ones too, that one of these texts says; texts as `ReadText.words` gives them."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(_ALIASES, (brand_id, list(SPOKEN_KINDS), list(spoken))).fetchall()
    return [KnownAlias(row[0], row[1], row[2], phrase(row[3]), row[4]) for row in rows]


def insert_proposals(session: Session, brand_id: int, proposals: Sequence[Proposal], *, by: str, now: datetime) -> None:
    """Keep names to be watched; one that is there already stays as it is."""
    rows = rows_as_json([
        {"store_id": each.store_id, "kind": each.kind, "words": each.words, "city": each.city} for each in proposals
    ])  # fmt: skip
    if proposals:
        raw_connection(session).execute(_PROPOSE, (brand_id, now, by, rows))


def insert_votes(session: Session, brand_id: int, cast: Sequence[tuple[Correction, Ballot]], *, now: datetime) -> None:
    """Keep what corrections said."""
    rows: list[dict[str, object]] = [
        {
            "alias_id": ballot.alias_id,
            "mention_id": correction.mention_id,
            "case_id": correction.case_id,
            "person_id": correction.person_id,
            "by": correction.customer,
            "verdict": ballot.verdict,
        }
        for correction, ballot in cast
    ]
    if rows:
        raw_connection(session).execute(_VOTE, (brand_id, now, rows_as_json(rows)))


def withdraw_votes_of(session: Session, brand_id: int, mention_ids: Sequence[int], now: datetime) -> list[int]:
    """Take back what was said because of these mentions; returns the names concerned."""
    statement = _WITHDRAW.format(which="mention_id = any(%s)")
    rows = raw_connection(session).execute(statement, (now, brand_id, list(mention_ids))).fetchall()
    return [alias_id for (alias_id,) in rows]


def withdraw_vote(session: Session, brand_id: int, vote_id: int, now: datetime) -> list[int]:
    """Take one vote back; returns the name concerned, or nothing when it was taken back already."""
    rows = raw_connection(session).execute(_WITHDRAW.format(which="id = %s"), (now, brand_id, vote_id)).fetchall()
    return [alias_id for (alias_id,) in rows]


def lock_with_rivals(session: Session, brand_id: int, alias_ids: Collection[int]) -> list[LockedAlias]:
    """These names and those that are said alike for other stores, held until the transaction ends."""
    with raw_connection(session).cursor(row_factory=class_row(LockedAlias)) as cursor:
        return cursor.execute(_LOCK_WITH_RIVALS, {"brand": brand_id, "ids": sorted(alias_ids)}).fetchall()


def list_votes(session: Session, brand_id: int, alias_ids: Sequence[int]) -> dict[int, list[Vote]]:
    """The votes that stand, by name."""
    votes: dict[int, list[Vote]] = {alias_id: [] for alias_id in alias_ids}
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        for alias_id, verdict, by, person_id, case_id in cursor.execute(_VOTES, (brand_id, list(alias_ids))):
            votes[alias_id].append(Vote(verdict, by, person_id, case_id))
    return votes


def save_counts(session: Session, counted: Sequence[Counted], now: datetime) -> None:
    """Write what the votes add up to."""
    rows: list[dict[str, object]] = [
        {"id": each.id, "supports": each.supports, "contradictions": each.contradictions, "state": each.state}
        for each in counted
    ]
    if rows:
        raw_connection(session).execute(_COUNTED, (now, rows_as_json(rows)))


def decide_alias(
    session: Session, brand_id: int, alias_id: int, state: AliasState | None, *, by: str | None, now: datetime
) -> bool:
    """A person's word on a learned name; without `by` the votes decide again. False when there is no such name."""
    values = {"state": state, "by": by, "now": now, "brand": brand_id, "id": alias_id}
    return raw_connection(session).execute(_DECIDE, values).fetchone() is not None


def list_learned(session: Session, brand_id: int, state: AliasState, *, limit: int) -> list[LearnedAlias]:
    """Learned names in a state, the last decided first."""
    with raw_connection(session).cursor(row_factory=class_row(LearnedAlias)) as cursor:
        return cursor.execute(_LEARNED, (brand_id, state, limit)).fetchall()


def count_learned(session: Session, brand_id: int) -> dict[str, int]:
    """How many learned names there are in each state."""
    return dict(raw_connection(session).execute(_COUNTS, (brand_id,)).fetchall())


def list_shown_votes(session: Session, brand_id: int, alias_ids: Sequence[int]) -> list[ShownVote]:
    """Every vote for these names, those taken back too, newest first."""
    with raw_connection(session).cursor(row_factory=class_row(ShownVote)) as cursor:
        return cursor.execute(_SHOWN_VOTES, (brand_id, list(alias_ids))).fetchall()
