"""What the connection's pages read: Pages that are open to us, beside the stores they belong to. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.kit.db import raw_connection

_LINK = "left join store_page p on p.page_id = a.page_id and p.channel = 'facebook' and p.valid_to is null"
_COUNTS = f"""
    select count(*) as pages, count(p.id) as linked,
        count(*) filter (where a.subscribed_fields @> %(fields)s::text[]) as subscribed,
        count(*) filter (where a.health in ('token', 'permission', 'quota')) as ill,
        count(*) filter (where cardinality(a.tasks) > 0 and not a.tasks @> '{{MODERATE,CREATE_CONTENT,MESSAGING}}') as lacking
    from page_access a {_LINK} where a.brand_id = %(brand)s
"""
_UNLINKED = f"""
    select a.page_id, a.name from page_access a {_LINK}
    where a.brand_id = %s and p.id is null order by a.name, a.page_id limit %s
"""
_REASONS = """
    select health_detail as why, count(*) as pages, min(coalesce(nullif(name, ''), page_id)) as example
    from page_access where brand_id = %s and health in ('token', 'permission', 'quota')
    group by 1 order by 2 desc limit 8
"""
_STORES = """
    select count(*) from store s where s.brand_id = %(brand)s and s.closed_on is null and not exists (
        select from store_page p join page_access a on a.page_id = p.page_id
        where p.store_id = s.id and p.channel = 'facebook' and p.valid_to is null)
"""


@dataclass(frozen=True, slots=True)
class PageCounts:
    """Pages with a token, and how many of them are linked, subscribed, ill, or lack a task."""

    pages: int
    linked: int
    subscribed: int
    ill: int
    lacking: int


@dataclass(frozen=True, slots=True)
class OpenPage:
    """A Page that is open to us and belongs to no store here."""

    page_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why Pages are ill: how many for this reason, and one of them."""

    why: str
    pages: int
    example: str


def count_pages(session: Session, brand_id: int, fields: Sequence[str]) -> PageCounts:
    """The brand's Pages with a token."""
    with raw_connection(session).cursor(row_factory=class_row(PageCounts)) as cursor:
        found = cursor.execute(_COUNTS, {"brand": brand_id, "fields": list(fields)}).fetchone()
    return found or PageCounts(0, 0, 0, 0, 0)


def count_stores_without(session: Session, brand_id: int) -> int:
    """How many open stores have no Page that is open to us."""
    row = raw_connection(session).execute(_STORES, {"brand": brand_id}).fetchone()
    return int(row[0]) if row else 0


def list_unlinked(session: Session, brand_id: int, *, limit: int) -> list[OpenPage]:
    """Pages that are open to us and belong to nothing here, by name."""
    with raw_connection(session).cursor(row_factory=class_row(OpenPage)) as cursor:
        return cursor.execute(_UNLINKED, (brand_id, limit)).fetchall()


def list_reasons(session: Session, brand_id: int) -> list[Reason]:
    """Why Pages cannot speak, the commonest first."""
    with raw_connection(session).cursor(row_factory=class_row(Reason)) as cursor:
        return cursor.execute(_REASONS, (brand_id,)).fetchall()
