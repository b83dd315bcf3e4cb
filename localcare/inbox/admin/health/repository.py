"""SQL of the board of Pages: which, how many, what befell them in thirty days, all of one. Read-only; names the brand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.channels.facebook.core.incidents import KINDS, IncidentKind
from localcare.inbox.admin.health.question import PER_PAGE, PageQuestion, Sort, View
from localcare.kit.db import raw_connection

SOON = timedelta(days=14)
"""A token that ends within this is worth a look."""

_LISTED = ", ".join(f"'{kind}'" for kind in KINDS)
_RANK = f"array_position(array[{_LISTED}], i.kind::text)"
_BOARD = f"""
    with open as (
        select i.page_id, array_agg(i.kind::text order by {_RANK}) as kinds, min({_RANK}) as rank, min(i.since) as since,
            (array_agg(i.detail order by {_RANK}))[1] as detail
        from page_incident i where i.brand_id = %(brand)s and i.ended_at is null group by i.page_id
    ), linked as (
        select page_id, name, store_id, valid_from from store_page
        where brand_id = %(brand)s and valid_to is null and channel = 'facebook'
    ), opened as (select * from page_access where brand_id = %(brand)s), board as (
        select page_id, coalesce(nullif(p.name, ''), nullif(a.name, ''), page_id) as name, s.number as store_number,
            s.name as store_name, s.region_id, p.page_id is not null as is_linked,
            case when a.page_id is null then 'unconnected' else a.health end as health,
            coalesce(o.kinds, array[]::text[]) as kinds, coalesce(o.rank, 99) as rank,
            coalesce(o.detail, a.health_detail, '') as detail, coalesce(o.since, a.since, p.valid_from) as since,
            least(a.expires_at, a.data_access_expires_at) as ends_at, a.last_event_at, a.quota_percent,
            coalesce(nullif(a.instagram_name, ''), a.instagram_id) as instagram
        from linked p full join opened a using (page_id)
        left join open o using (page_id) left join store s on s.id = p.store_id
    )
"""
_ILL = "(b.rank < 99 or b.health in ('token', 'permission', 'quota'))"
_VIEWS: dict[View, str] = {
    "ill": _ILL,
    "ending": "b.ends_at < %(soon)s",
    "unconnected": "b.health = 'unconnected'",
    "well": f"not {_ILL} and b.health in ('ok', 'unknown')",
    "all": "true",
}
_ASKED = """
    (%(words)s::text is null or b.instagram ilike %(words)s or b.name ilike %(words)s
        or b.page_id = %(exact)s or b.store_number = %(exact)s
        or b.store_name ilike %(words)s)
    and (%(kind)s = '' or %(kind)s = any(b.kinds))
    and (%(region)s = '' or b.region_id in (select below.id from region t
        join region below on below.brand_id = t.brand_id and starts_with(below.path, t.path)
        where t.brand_id = %(brand)s and t.slug = %(region)s))
"""
_SORTS: dict[Sort, str] = {
    "worst": "b.rank {way}, b.since {way}, b.page_id",
    "name": "lower(b.name) {way}, b.page_id",
    "store": "length(b.store_number) {way} nulls last, b.store_number {way}, b.page_id",
    "heard": "b.last_event_at {way} nulls last, b.page_id",
    "quota": "b.quota_percent {way} nulls last, b.page_id",
}
_PAGES = f"""
    {_BOARD} select b.page_id, b.name, b.store_number, b.store_name, b.is_linked, b.health, b.kinds, b.detail, b.since,
        b.ends_at, b.last_event_at, b.quota_percent, b.instagram
    from board b where {_ASKED} and {{view}} order by {{order}} limit {PER_PAGE} offset %(offset)s
"""
_COUNTS = f"""
    {_BOARD} select {", ".join(f"count(*) filter (where {which} and {_ASKED})" for which in _VIEWS.values())},
        {", ".join(f"count(*) filter (where {which})" for which in _VIEWS.values())} from board b
"""
_KINDS = "select kind, count(*) from page_incident where brand_id = %s and ended_at is null and page_id not like '*%%' group by 1"
_EDGES = """
    select kind, greatest(since::date, %(first)s) as day, 1 as step, count(*) as pages from page_incident
    where brand_id = %(brand)s and (ended_at is null or ended_at >= %(first)s) group by 1, 2
    union all
    select kind, ended_at::date + 1, -1, count(*) from page_incident
    where brand_id = %(brand)s and ended_at >= %(first)s group by 1, 2
"""
_FILE = """
    select a.page_id, coalesce(nullif(p.name, ''), nullif(a.name, ''), a.page_id) as name, s.number as store_number,
        s.name as store_name, a.health, a.health_detail, a.since, a.token_kind, a.scopes, a.tasks, a.expires_at,
        a.data_access_expires_at, a.checked_at, a.next_check_at, a.subscribed_fields, a.subscribed_at, a.last_event_at,
        a.last_poll_at, a.quota_percent, a.quota_until, a.served_version, a.found_by,
        a.instagram_id, a.instagram_name
    from page_access a
    left join store_page p on p.page_id = a.page_id and p.channel = 'facebook' and p.valid_to is null
    left join store s on s.id = p.store_id
    where a.brand_id = %s and a.page_id = %s
"""
_LANES = """
    select lane, watermark, proven_at, next_at, last_error from poll_state
    where brand_id = %s and page_id = %s order by lane
"""
_WAITING = """
    select count(*) from reply where brand_id = %s and page_id = %s and state in ('queued', 'sending')
"""
_REGIONS = """
    select r.slug, r.name, r.depth from region r where r.brand_id = %s
    order by array(select a.name from region a
        where a.id = any(string_to_array(trim(both '/' from r.path), '/')::integer[]) order by a.depth)
"""


@dataclass(frozen=True, slots=True)
class RegionChoice:
    """A region of the brand; those above it come first."""

    slug: str
    name: str
    depth: int


@dataclass(frozen=True, slots=True)
class BoardPage:
    """A Page on the board: the kinds of its open incidents, the gravest first, and the words of that one.

    `instagram` is its account there, by name where it is known.
    """

    page_id: str
    name: str
    store_number: str | None
    store_name: str | None
    is_linked: bool
    health: str
    kinds: list[IncidentKind]
    detail: str
    since: datetime
    ends_at: datetime | None
    last_event_at: datetime | None
    quota_percent: float | None
    instagram: str | None


@dataclass(frozen=True, slots=True)
class PageFile:
    """All that is known of the access to one Page."""

    page_id: str
    name: str
    store_number: str | None
    store_name: str | None
    health: str
    health_detail: str
    since: datetime
    token_kind: str
    scopes: list[str]
    tasks: list[str]
    expires_at: datetime | None
    data_access_expires_at: datetime | None
    checked_at: datetime | None
    next_check_at: datetime | None
    subscribed_fields: list[str]
    subscribed_at: datetime | None
    last_event_at: datetime | None
    last_poll_at: datetime | None
    quota_percent: float | None
    quota_until: datetime | None
    served_version: str | None
    found_by: list[str]
    instagram_id: str | None
    instagram_name: str


@dataclass(frozen=True, slots=True)
class LaneStanding:
    """How far one lane of a Page was read, and why not further."""

    lane: str
    watermark: datetime | None
    proven_at: datetime | None
    next_at: datetime
    last_error: str


@dataclass(frozen=True, slots=True)
class Edge:
    """How many Pages an incident of a kind began on (step 1), or no longer befell (step -1), on a day."""

    kind: IncidentKind
    day: date
    step: Literal[1, -1]
    pages: int


def list_board(session: Session, brand_id: int, question: PageQuestion, *, now: datetime) -> list[BoardPage]:
    """The fifty Pages that are asked for."""
    order = _SORTS[question.sort].format(way="desc" if question.descending else "asc")
    query = _PAGES.format(view=_VIEWS[question.show], order=order)
    with raw_connection(session).cursor(row_factory=class_row(BoardPage)) as cursor:
        return cursor.execute(query, _values(brand_id, question, now)).fetchall()


def count_views(
    session: Session, brand_id: int, question: PageQuestion, *, now: datetime
) -> tuple[dict[View, int], dict[View, int]]:
    """How many Pages each view would show for the same words, kind and region, and how many without any."""
    row = raw_connection(session).execute(_COUNTS, _values(brand_id, question, now)).fetchone()
    counts = list(row or (0,) * 2 * len(_VIEWS))
    return dict(zip(_VIEWS, counts[: len(_VIEWS)], strict=True)), dict(zip(_VIEWS, counts[len(_VIEWS) :], strict=True))


def count_kinds(session: Session, brand_id: int) -> dict[IncidentKind, int]:
    """How many Pages have an open incident of each kind."""
    return dict(raw_connection(session).execute(_KINDS, (brand_id,)).fetchall())


def list_regions(session: Session, brand_id: int) -> list[RegionChoice]:
    """Every region, each below the one it belongs to."""
    with raw_connection(session).cursor(row_factory=class_row(RegionChoice)) as cursor:
        return cursor.execute(_REGIONS, (brand_id,)).fetchall()


def list_edges(session: Session, brand_id: int, *, first: date) -> list[Edge]:
    """Where incidents begin and end from this day on; what began before counts as of this day."""
    with raw_connection(session).cursor(row_factory=class_row(Edge)) as cursor:
        return cursor.execute(_EDGES, {"brand": brand_id, "first": first}).fetchall()


def find_page(session: Session, brand_id: int, page_id: str) -> PageFile | None:
    """One Page with a token."""
    with raw_connection(session).cursor(row_factory=class_row(PageFile)) as cursor:
        return cursor.execute(_FILE, (brand_id, page_id)).fetchone()


def list_lanes(session: Session, brand_id: int, page_id: str) -> Sequence[LaneStanding]:
    """How far each lane of a Page was read."""
    with raw_connection(session).cursor(row_factory=class_row(LaneStanding)) as cursor:
        return cursor.execute(_LANES, (brand_id, page_id)).fetchall()


def count_waiting(session: Session, brand_id: int, page_id: str) -> int:
    """How many answers to this Page are on their way."""
    row = raw_connection(session).execute(_WAITING, (brand_id, page_id)).fetchone()
    return int(row[0]) if row else 0


def _values(brand_id: int, question: PageQuestion, now: datetime) -> dict[str, object]:
    plain = question.words.strip().removeprefix("#")
    literal = plain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {
        "brand": brand_id,
        "soon": now + SOON,
        "words": f"%{literal}%" if plain else None,
        "exact": plain,
        "kind": question.kind,
        "region": question.region,
        "offset": question.offset,
    }
