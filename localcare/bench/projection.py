"""What is true at the end, however it arrived: the same changes in any order must give the same projection."""

from dataclasses import dataclass

from sqlalchemy import text

from localcare.kit.db import Database

_MENTIONS = text("""
    select external_id, from_page, text, author_external_id, author_name, hidden, removed_at is not null as removed
    from mention order by external_id
""")
_CASES = text("""
    select array_agg(m.external_id order by m.external_id) as mentions, bool_or(c.waiting_since is not null) as is_waiting
    from care_case c join case_mention cm on cm.case_id = c.id
    join mention_key k on k.id = cm.mention_id
    join mention m on m.id = k.id and m.received_at = k.received_at and m.conversation_key = c.conversation_key
    where m.removed_at is null and c.closed_how is distinct from 'withdrawn'
    group by c.id order by 1
""")


_PARTS = text("""
    select conversation_key, matter, topic, waiting_since is not null as is_waiting, queue from care_case
    where part <> '' and closed_how is distinct from 'withdrawn' order by 1
""")


@dataclass(frozen=True, slots=True)
class Projection:
    """Every mention with its text, author, marks and replies; every case with its live mentions and whether it waits.

    `parts` are the second cases of conversations with two matters.

    A case whose customer took everything back is no case here: had the removal come first, there would be none.
    """

    mentions: tuple[tuple[object, ...], ...]
    cases: tuple[tuple[tuple[str, ...], bool], ...]
    parts: tuple[tuple[object, ...], ...] = ()


def project(database: Database, brand_id: int) -> Projection:
    """The projection of a brand as it stands."""
    with database.session(brand_id, viewer="projection") as session:
        mentions = tuple(tuple(row) for row in session.execute(_MENTIONS))
        cases = tuple((tuple(row.mentions), row.is_waiting) for row in session.execute(_CASES))
        parts = tuple(tuple(row) for row in session.execute(_PARTS))
    return Projection(mentions, cases, parts)
