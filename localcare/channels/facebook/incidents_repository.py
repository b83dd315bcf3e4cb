"""SQL of incidents: Pages that look wrong, incidents opened, told anew and ended in whole batches, what is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.channels.facebook.core.incidents import ENDS_WITHIN, NEARLY_SPENT, IncidentKind, PageFacts, Trouble
from localcare.kit.db import raw_connection, rows_as_json

_EVERYWHERE = "*"
_AGAIN_WITHIN = timedelta(minutes=15)

_READING = """
    left join lateral (
        select min(p.last_error) as error, min(p.proven_at) as proven_at from poll_state p
        where p.page_id = a.page_id and p.last_error <> ''
    ) r on true
"""
_SUSPECTS = f"""
    select a.page_id, a.health, a.health_detail, a.since, a.checked_at, a.scopes, a.tasks, a.subscribed_fields,
        a.quota_percent, a.quota_until, c.scopes as expected_scopes, coalesce(c.state = 'connecting', false) as is_connecting,
        coalesce(r.error, '') as reading_error, r.proven_at as unread_since, a.expires_at, a.data_access_expires_at,
        c.expires_at as connection_expires_at
    from page_access a left join facebook_connection c on c.brand_id = a.brand_id {_READING}
    where a.brand_id = %(brand)s and (
        a.health in ('token', 'permission') or a.quota_until > %(now)s or a.quota_percent > %(nearly)s or r.error is not null
        or least(a.expires_at, a.data_access_expires_at) < %(soon)s
        or not a.subscribed_fields @> (case when 'pages_messaging' = any(a.scopes)
            then '{{feed,mention,messages,message_echoes,message_edits}}' else '{{feed,mention}}' end)::text[]
        or (cardinality(a.tasks) > 0 and not a.tasks @> '{{MODERATE,CREATE_CONTENT,MESSAGING}}')
        or (cardinality(a.scopes) > 0 and not a.scopes @> coalesce(c.scopes, %(scopes)s::text[])))
"""
_SERVED = """
    select served_version, count(*) from page_access where brand_id = %s and served_version is not null group by 1
"""
_BRANDS = "select distinct brand_id from page_access order by 1"
_GIVEN = "jsonb_to_recordset(%(rows)b::jsonb) as n (page_id text, kind text, detail text, since timestamptz)"
_AGAIN = f"""
    update page_incident i set ended_at = null, detail = n.detail
    from {_GIVEN} where i.page_id = n.page_id and i.kind = n.kind and i.brand_id = %(brand)s
        and i.ended_at > %(lately)s and (n.since is null or n.since <= i.ended_at)
        and i.id = (select max(l.id) from page_incident l where l.page_id = n.page_id and l.kind = n.kind)
"""
_OPEN = f"""
    insert into page_incident as i (brand_id, page_id, kind, detail, since, noticed_at)
    select %(brand)s, n.page_id, n.kind, n.detail, least(coalesce(n.since, %(now)s), %(now)s), %(now)s from {_GIVEN}
    on conflict (page_id, kind) where ended_at is null do update set detail = excluded.detail
        where i.detail <> excluded.detail
    returning xmax = 0 as is_new
"""
_END = f"""
    update page_incident i set ended_at = %(now)s
    where i.brand_id = %(brand)s and i.ended_at is null and i.kind = any(%(kinds)s)
        and (%(pages)s::text[] is null or i.page_id = any(%(pages)s))
        and not exists (select from {_GIVEN} where n.page_id = i.page_id and n.kind = i.kind)
"""
_LIST = """
    select id, page_id, kind, detail, since, noticed_at, ended_at, alerted_at from page_incident
    where brand_id = %(brand)s and page_id = any(%(pages)s) and (%(open)s is false or ended_at is null)
    order by since desc, id desc limit %(limit)s
"""


_CAUSES = """
    select i.kind, i.detail, i.page_id like '*%%' as everywhere, count(*) as pages, min(i.since) as since,
        coalesce(min(nullif(a.name, '')), min(i.page_id)) as example
    from page_incident i left join page_access a on a.page_id = i.page_id
    where i.brand_id = %s and i.ended_at is null group by 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Cause:
    """Open incidents of one kind and reason: how many Pages, since when the first, one of them."""

    kind: IncidentKind
    detail: str
    everywhere: bool
    pages: int
    since: datetime
    example: str


@dataclass(frozen=True, slots=True)
class KeptIncident:
    """An incident as it is kept."""

    id: int
    page_id: str
    kind: IncidentKind
    detail: str
    since: datetime
    noticed_at: datetime
    ended_at: datetime | None
    alerted_at: datetime | None

    @property
    def is_everywhere(self) -> bool:
        """Whether it is about all Pages of the brand."""
        return self.page_id.startswith(_EVERYWHERE)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a batch of troubles: how many incidents are new, how many ended."""

    opened: int = 0
    ended: int = 0


def everywhere(brand_id: int) -> str:
    """The page id of incidents that are about all Pages of a brand."""
    return f"{_EVERYWHERE}{brand_id}"


def list_brands(session: Session) -> list[int]:
    """The brands that have Pages; wants a session of all brands."""
    return [row[0] for row in raw_connection(session).execute(_BRANDS)]


def list_suspects(session: Session, brand_id: int, *, wanted: Sequence[str], now: datetime) -> list[PageFacts]:
    """Pages that look wrong in any way, and perhaps some that are not; `wanted` permissions count without a connection."""
    values = {"brand": brand_id, "now": now, "nearly": NEARLY_SPENT, "scopes": list(wanted), "soon": now + ENDS_WITHIN}
    with raw_connection(session).cursor(row_factory=class_row(_Suspect)) as cursor:
        return [suspect.facts() for suspect in cursor.execute(_SUSPECTS, values)]


def count_served(session: Session, brand_id: int) -> dict[str, int]:
    """How many Pages were answered by which version of the API."""
    return dict(raw_connection(session).execute(_SERVED, (brand_id,)).fetchall())


def keep_troubles(
    session: Session, brand_id: int, troubles: Mapping[str, Sequence[Trouble]], kinds: Sequence[IncidentKind], *,
    now: datetime, only: Sequence[str] | None = None,
) -> Kept:  # fmt: skip
    """Make the open incidents of these kinds be these troubles, by page id; `only` leaves other Pages alone.

    One that ended a moment ago goes on as the same.
    """
    rows: list[dict[str, object]] = [
        {"page_id": page_id, "kind": trouble.kind, "detail": trouble.detail, "since": trouble.since}
        for page_id, listed in troubles.items()
        for trouble in listed
        if trouble.kind in kinds
    ]
    values = {
        "brand": brand_id, "now": now, "lately": now - _AGAIN_WITHIN, "kinds": list(kinds), "rows": rows_as_json(rows),
        "pages": None if only is None else list(only),
    }  # fmt: skip
    run = raw_connection(session).execute
    opened = 0
    if rows:
        run(_AGAIN, values)
        opened = sum(bool(row[0]) for row in run(_OPEN, values))
    return Kept(opened, run(_END, values).rowcount)


def list_incidents(
    session: Session, brand_id: int, page_ids: Sequence[str], *, only_open: bool = False, limit: int = 50
) -> list[KeptIncident]:
    """The incidents of these Pages, the newest first."""
    values = {"brand": brand_id, "pages": list(page_ids), "open": only_open, "limit": limit}
    with raw_connection(session).cursor(row_factory=class_row(KeptIncident)) as cursor:
        return cursor.execute(_LIST, values).fetchall()


def list_causes(session: Session, brand_id: int) -> list[Cause]:
    """What is wrong now, by kind and reason."""
    with raw_connection(session).cursor(row_factory=class_row(Cause)) as cursor:
        return cursor.execute(_CAUSES, (brand_id,)).fetchall()


@dataclass(frozen=True, slots=True)
class _Suspect:
    page_id: str
    health: str
    health_detail: str
    since: datetime
    checked_at: datetime | None
    scopes: list[str]
    tasks: list[str]
    subscribed_fields: list[str]
    quota_percent: float | None
    quota_until: datetime | None
    expected_scopes: list[str] | None
    is_connecting: bool
    reading_error: str
    unread_since: datetime | None
    expires_at: datetime | None
    data_access_expires_at: datetime | None
    connection_expires_at: datetime | None

    def facts(self) -> PageFacts:
        return PageFacts(
            page_id=self.page_id,
            health=self.health,
            health_detail=self.health_detail,
            since=self.since,
            checked_at=self.checked_at,
            scopes=tuple(self.scopes),
            tasks=tuple(self.tasks),
            subscribed_fields=tuple(self.subscribed_fields),
            quota_percent=self.quota_percent,
            quota_until=self.quota_until,
            expected_scopes=None if self.expected_scopes is None else tuple(self.expected_scopes),
            is_connecting=self.is_connecting,
            reading_error=self.reading_error,
            unread_since=self.unread_since,
            expires_at=self.expires_at,
            data_access_expires_at=self.data_access_expires_at,
            connection_expires_at=self.connection_expires_at,
        )
