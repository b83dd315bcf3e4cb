"""SQL of routing policies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row, tuple_row
from sqlmodel import Session, select

from localcare.kit.db import raw_connection, rows_as_json
from localcare.routing.core.conditions import HISTORY_DAYS, Beside
from localcare.routing.core.dry_run import EXAMPLES, AlikeCases
from localcare.routing.models import PolicyVersion

_FACTS = (
    "store_id, resolution_status, topic, tier, matter, urgency, risks, sentiment, language, channel, page_kind,"
    " earlier_cases, at, stars"
)
_IS_STORE_PAGE = """
    exists (select from store_page p where p.brand_id = %(brand)s and p.channel = c.channel and p.page_id = c.page_id
        and p.valid_to is null and p.store_id is not null)
"""
_EARLIER = """
    (select count(*) from care_case e where e.brand_id = %(brand)s and e.channel = c.channel
        and e.author_external_id = c.author_external_id and e.conversation_key <> c.conversation_key
        and e.last_customer_at >= {until} - make_interval(days => %(days)s) and e.opened_at <= {until})
"""
_STARS = """
    coalesce((select coalesce(m.rating, case when m.recommends then 5 else 1 end) from mention m
        where m.brand_id = %(brand)s and m.conversation_key = c.conversation_key and not m.from_page
            and m.removed_at is null and (m.rating is not null or m.recommends is not null)
        order by m.created_at desc, m.external_id desc limit 1), 0)
"""
_ALIKE = f"""
    with facts as (
        select id, store_id, resolution_status, topic, tier, matter, urgency, risks, sentiment, language, channel,
            case when %(beside)s and {_IS_STORE_PAGE} then 'store' else 'brand' end as page_kind,
            case when %(beside)s then {_EARLIER.format(until="c.opened_at")} else 0 end as earlier_cases,
            case when %(hours)s then opened_at end as at,
            case when %(beside)s then {_STARS} else 0 end as stars
        from care_case c where brand_id = %(brand)s and opened_at >= %(since)s
    )
    select {_FACTS}, count(*) as count, (array_agg(id order by id desc))[1:%(examples)s] as examples
    from facts group by {_FACTS}
"""
_BESIDE = f"""
    select c.slot, case when {_IS_STORE_PAGE} then 'store' else 'brand' end,
        {_EARLIER.format(until="%(now)s::timestamptz")}, {_STARS}
    from jsonb_to_recordset(%(rows)b::jsonb)
        as c(slot text, conversation_key text, channel text, page_id text, author_external_id text)
"""


_IN_FORCE = """
    select (select version from policy_version where brand_id = %(brand)s and active),
        exists (select from surge where brand_id = %(brand)s and begun_at is not null and ended_at is null)
"""


@dataclass(frozen=True, slots=True)
class InForce:
    """What tells a brand's policy at this moment."""

    version: int
    is_surging: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A case of a conversation of which a policy asks more than it says; `slot` is what it is called in the answer."""

    slot: str
    conversation_key: str
    channel: str
    page_id: str | None
    author_external_id: str | None


def find_in_force(session: Session, brand_id: int) -> InForce:
    """Which version is in force (0: the shipped one), and whether a surge is on."""
    row = raw_connection(session).execute(_IN_FORCE, {"brand": brand_id}).fetchone()
    return InForce(row[0] or 0, bool(row[1])) if row else InForce(0, is_surging=False)


def get_body(session: Session, brand_id: int, version: int) -> str:
    """The text of a version that is there."""
    query = select(PolicyVersion.body).where(PolicyVersion.brand_id == brand_id, PolicyVersion.version == version)
    return session.exec(query).one()


def list_alike_cases(
    session: Session, brand_id: int, since: datetime, *, beside: bool, hours: bool
) -> list[AlikeCases]:
    """The cases opened since then, those that no rule can tell apart together.

    `beside` and `hours` say whether rules ask for Pages and authors' history, and for the hour.
    """
    values = {"brand": brand_id, "since": since, "examples": EXAMPLES, "beside": beside, "hours": hours,
              "days": HISTORY_DAYS}  # fmt: skip
    with raw_connection(session).cursor(row_factory=class_row(AlikeCases)) as cursor:
        return cursor.execute(_ALIKE, values).fetchall()


def look_beside(session: Session, brand_id: int, asked: Sequence[Asked], *, now: datetime) -> dict[str, Beside]:
    """Whose Page it is, how often the author wrote before and the stars they gave, by slot."""
    rows = rows_as_json([{name: getattr(each, name) for name in Asked.__slots__} for each in asked])
    values = {"brand": brand_id, "rows": rows, "now": now, "days": HISTORY_DAYS}
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return {
            slot: Beside(page_kind, count, now, stars)
            for slot, page_kind, count, stars in cursor.execute(_BESIDE, values)
        }
