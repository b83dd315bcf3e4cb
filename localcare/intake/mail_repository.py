"""SQL of the mail lane: whose Page a mail speaks of, and mails that wait for better templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row, scalar_row
from sqlmodel import Session

from localcare.kit.db import raw_connection

# by itself: subscribed, allowed to see what customers write, and nothing known that keeps it from coming
_PAGES = """
    select p.brand_id, p.page_id, coalesce(
        a.health = 'ok' and 'feed' = any(a.subscribed_fields)
        and (cardinality(a.scopes) = 0 or 'pages_read_user_content' = any(a.scopes))
        and not exists (
            select from page_incident i where i.brand_id = a.brand_id and i.ended_at is null
                and i.kind in ('token', 'subscription', 'silence')
                and (i.page_id = a.page_id or i.page_id like '*%%')
        ), false) as is_told
    from store_page p left join page_access a on a.page_id = p.page_id
    where p.channel = 'facebook' and p.valid_to is null
        and (p.page_id = %(id)s or %(id)s::text is null and lower(p.name) = lower(%(name)s))
"""
_NAMES_IN = """
    select distinct p.name from store_page p
    where p.brand_id = %s and p.valid_to is null and p.name <> ''
        and exists (select from unnest(%s::text[]) t where strpos(lower(t), lower(p.name)) > 0)
"""
_SET_ASIDE = """
    select e.id, e.received_at, e.brand_id, e.body from event_issue i join event e on e.id = i.event_id
    where i.settled_at is null and e.source = 'mail' and (e.brand_id = %(brand)s or e.brand_id is null)
    order by e.id desc limit %(limit)s
"""


@dataclass(frozen=True, slots=True)
class MailedPage:
    """A Page that a mail may speak of; `is_told` when Facebook tells us of it by itself."""

    brand_id: int
    page_id: str
    is_told: bool


@dataclass(frozen=True, slots=True)
class MailEvent:
    """A mail that became no mention, as it was kept."""

    id: int
    received_at: datetime
    brand_id: int | None
    body: bytes


def list_pages(session: Session, *, page_id: str | None, name: str) -> list[MailedPage]:
    """The Pages of any brand with this id, or without one by this name; wants a session of all brands."""
    with raw_connection(session).cursor(row_factory=class_row(MailedPage)) as cursor:
        return cursor.execute(_PAGES, {"id": page_id, "name": name}).fetchall()


def list_names_in(session: Session, brand_id: int, texts: Sequence[str]) -> list[str]:
    """The names of a brand's Pages that stand in one of these texts."""
    with raw_connection(session).cursor(row_factory=scalar_row) as cursor:
        return list(cursor.execute(_NAMES_IN, (brand_id, list(texts))).fetchall())


def list_brand_ids(session: Session) -> list[int]:
    """Every brand here; wants a session of all brands."""
    with raw_connection(session).cursor(row_factory=scalar_row) as cursor:
        return list(cursor.execute("select id from brand order by id").fetchall())


def list_set_aside(session: Session, brand_id: int, *, limit: int) -> Sequence[MailEvent]:
    """Mails that wait for somebody, the newest first; wants a session of all brands."""
    with raw_connection(session).cursor(row_factory=class_row(MailEvent)) as cursor:
        return cursor.execute(_SET_ASIDE, {"brand": brand_id, "limit": limit}, binary=True).fetchall()
