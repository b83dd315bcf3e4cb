"""SQL of connecting: the brand's connection, Pages as they are found, news of many Pages at once, tokens to reseal."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import orjson
from psycopg.rows import class_row
from sqlmodel import Session, col, select

from localcare.channels.facebook.app_pause import APP_WINDOW, pause_app
from localcare.channels.facebook.core.discovery import FoundPage
from localcare.channels.facebook.core.graph_error import APP_LIMIT
from localcare.channels.facebook.models import FacebookConnection
from localcare.kit.db import raw_connection, rows_as_json

_LOCK = "select pg_advisory_xact_lock(7415920, %s)"
_FOUND = """
    insert into page_access as a (page_id, brand_id, token_encrypted, name, tasks, found_by, token_kind, health,
        health_detail, since, next_check_at)
    select n.page_id, %(brand)s, sealed, n.name, n.tasks, n.ways, 'page', 'unknown', '', %(now)s, %(now)s
    from jsonb_to_recordset(%(pages)b::jsonb) as n (page_id text, name text, tasks text[], ways text[])
    join unnest(%(ids)b::text[], %(sealed)b::bytea[]) as t (id, sealed) on t.id = n.page_id
    on conflict (page_id) do update set
        token_encrypted = excluded.token_encrypted, name = excluded.name, tasks = excluded.tasks,
        found_by = excluded.found_by, token_kind = 'page',
        health = case when a.health in ('token', 'permission') then 'unknown' else a.health end,
        health_detail = case when a.health in ('token', 'permission') then '' else a.health_detail end,
        since = case when a.health in ('token', 'permission') then excluded.since else a.since end
    where a.brand_id = excluded.brand_id
"""
# that a Page may be read says nothing of whether it may write again: a block for its manners (368) lasts its time
_NEWS = """
    with told as (
        select n.*, case when n.told = 'ok' and b.error_code = 368 and b.quota_until > %(now)s then null else n.told end as health
        from jsonb_to_recordset(%(rows)b::jsonb) as n (page_id text, told text, detail text, code int, fields text[],
            percent real, until timestamptz, version text, token_kind text, scopes text[], expires_at timestamptz,
            data_access_expires_at timestamptz, checked_at timestamptz, next_check_at timestamptz, account text,
            account_name text)
        join page_access b using (page_id)
    )
    update page_access a set
        health = coalesce(n.health, a.health),
        since = case when coalesce(n.health, a.health) <> a.health then %(now)s else a.since end,
        health_detail = case when n.health is null then a.health_detail else coalesce(n.detail, '') end,
        error_code = case when n.health is null then a.error_code else n.code end,
        subscribed_fields = coalesce(n.fields, a.subscribed_fields),
        subscribed_at = case when n.fields is null then a.subscribed_at when cardinality(n.fields) > 0
            then %(now)s else null end,
        quota_percent = coalesce(n.percent, a.quota_percent),
        quota_until = case when n.until is not null then greatest(n.until, a.quota_until)
            when n.health = 'ok' then null else a.quota_until end,
        served_version = coalesce(n.version, a.served_version),
        token_kind = coalesce(n.token_kind, a.token_kind),
        scopes = coalesce(n.scopes, a.scopes),
        expires_at = case when n.token_kind is null then a.expires_at else n.expires_at end,
        data_access_expires_at = case when n.token_kind is null then a.data_access_expires_at
            else n.data_access_expires_at end,
        checked_at = coalesce(n.checked_at, a.checked_at),
        next_check_at = coalesce(n.next_check_at, a.next_check_at),
        instagram_id = case when n.account is null then a.instagram_id else nullif(n.account, '') end,
        instagram_name = case when n.account is null then a.instagram_name else coalesce(n.account_name, '') end
    from told n
    where a.page_id = n.page_id and a.brand_id = %(brand)s
"""
_KEYS = """
    select page_id, token_encrypted as sealed, tasks from page_access
    where brand_id = %(brand)s and (%(ids)b::text[] is null or page_id = any(%(ids)b))
        and (%(lacking)b::text[] is null or not subscribed_fields @> %(lacking)b)
    order by page_id
"""
_SUBSCRIBED = "select count(*) from page_access where brand_id = %s and subscribed_fields @> %s::text[]"
_LINKABLE = """
    select s.number, p.page_id is not null as has_page from store s
    left join store_page p on p.store_id = s.id and p.channel = 'facebook' and p.kind = 'official' and p.valid_to is null
    where s.brand_id = %s and (s.closed_on is null or s.closed_on > %s)
"""
_LINKED = "select page_id from store_page where brand_id = %s and channel = 'facebook' and valid_to is null"
_PAGES_TO_RESEAL = "select page_id, token_encrypted from page_access where page_id > %s order by page_id limit %s"
_CONNECTIONS_TO_RESEAL = (
    "select brand_id, token_encrypted from facebook_connection where brand_id > %s order by 1 limit %s"
)
_RESEAL_PAGE = "update page_access set token_encrypted = %s where page_id = %s and token_encrypted = %s"
_RESEAL_CONNECTION = "update facebook_connection set token_encrypted = %s where brand_id = %s and token_encrypted = %s"


@dataclass(frozen=True, slots=True)
class SealedPage:
    """A Page's token as it is stored, and its tasks as far as they are known."""

    page_id: str
    sealed: bytes
    tasks: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNews:
    """What calls told of a Page; what is None stays as it was. `token_kind` brings scopes and both times with it.

    `account` is its account on Instagram, "" when it has none.
    """

    page_id: str
    health: str | None = None
    detail: str | None = None
    code: int | None = None
    fields: tuple[str, ...] | None = None
    percent: float | None = None
    until: datetime | None = None
    version: str | None = None
    token_kind: str | None = None
    scopes: tuple[str, ...] | None = None
    expires_at: datetime | None = None
    data_access_expires_at: datetime | None = None
    checked_at: datetime | None = None
    next_check_at: datetime | None = None
    account: str | None = None
    account_name: str | None = None


@dataclass(frozen=True, slots=True)
class LinkableStore:
    """An open store and whether it has an official Page."""

    number: str
    has_page: bool


def find_connection(session: Session, brand_id: int) -> FacebookConnection | None:
    """The brand's connection."""
    return session.exec(select(FacebookConnection).where(col(FacebookConnection.brand_id) == brand_id)).one_or_none()


def lock_connection(session: Session, brand_id: int) -> None:
    """Wait for whoever else writes this brand's connection, until the end of the transaction."""
    raw_connection(session).execute(_LOCK, (brand_id,))


def upsert_found(
    session: Session, brand_id: int, pages: Sequence[FoundPage], sealed: Mapping[str, bytes], *, now: datetime
) -> int:
    """Keep Pages that were found with a token; returns how many are this brand's. What was well stays so."""
    rows: list[dict[str, object]] = [
        {"page_id": page.page_id, "name": page.name, "tasks": page.tasks, "ways": page.ways}
        for page in pages
        if page.page_id in sealed
    ]
    values = {
        "brand": brand_id, "now": now, "pages": rows_as_json(rows), "ids": list(sealed), "sealed": list(sealed.values()),
    }  # fmt: skip
    return raw_connection(session).execute(_FOUND, values).rowcount


def write_news(session: Session, brand_id: int, news: Sequence[PageNews], *, now: datetime) -> None:
    """Keep what calls told of many Pages, in one statement."""
    refused = [each.until or now + APP_WINDOW for each in news if each.code == APP_LIMIT]
    if news:
        news = [_without_app_limit(each) for each in news]
        rows = orjson.loads(orjson.dumps([asdict(each) | {"told": each.health} for each in news]))
        raw_connection(session).execute(_NEWS, {"brand": brand_id, "now": now, "rows": rows_as_json(rows)})
    if refused:
        pause_app(session, max(refused), now=now)


def _without_app_limit(news: PageNews) -> PageNews:
    """That the app has called too often says nothing of the Page it was told on."""
    if news.code != APP_LIMIT:
        return news
    return replace(news, health=None, detail=None, code=None, until=None)


def list_keys(
    session: Session, brand_id: int, *, page_ids: Sequence[str] | None = None, lacking: Sequence[str] | None = None
) -> list[SealedPage]:
    """The sealed tokens of a brand's Pages: of these only, or of those that lack one of these fields."""
    values = {
        "brand": brand_id, "ids": None if page_ids is None else list(page_ids),
        "lacking": None if lacking is None else list(lacking),
    }  # fmt: skip
    with raw_connection(session).cursor(row_factory=class_row(SealedPage)) as cursor:
        return cursor.execute(_KEYS, values).fetchall()


def count_subscribed(session: Session, brand_id: int, fields: Sequence[str]) -> int:
    """How many Pages have all these fields."""
    row = raw_connection(session).execute(_SUBSCRIBED, (brand_id, list(fields))).fetchone()
    return int(row[0]) if row else 0


def list_linked_ids(session: Session, brand_id: int) -> set[str]:
    """The Facebook Pages that are linked to a store, a region or the brand now."""
    return {row[0] for row in raw_connection(session).execute(_LINKED, (brand_id,))}


def list_linkable_stores(session: Session, brand_id: int, *, now: datetime) -> list[LinkableStore]:
    """The brand's open stores."""
    with raw_connection(session).cursor(row_factory=class_row(LinkableStore)) as cursor:
        return cursor.execute(_LINKABLE, (brand_id, now.date())).fetchall()


def list_pages_to_reseal(session: Session, after: str, limit: int) -> list[tuple[str, bytes]]:
    """Page ids with their sealed tokens, in order, those after `after`."""
    return [(row[0], bytes(row[1])) for row in raw_connection(session).execute(_PAGES_TO_RESEAL, (after, limit))]


def list_connections_to_reseal(session: Session, after: int, limit: int) -> list[tuple[int, bytes]]:
    """Brand ids with their sealed tokens, in order, those after `after`."""
    return [(row[0], bytes(row[1])) for row in raw_connection(session).execute(_CONNECTIONS_TO_RESEAL, (after, limit))]


def reseal_page(session: Session, page_id: str, old: bytes, new: bytes) -> None:
    """Put a token in place of the same one, unless a fresh one came meanwhile."""
    raw_connection(session).execute(_RESEAL_PAGE, (new, page_id, old))


def reseal_connection(session: Session, brand_id: int, old: bytes, new: bytes) -> None:
    """See `reseal_page`."""
    raw_connection(session).execute(_RESEAL_CONNECTION, (new, brand_id, old))
