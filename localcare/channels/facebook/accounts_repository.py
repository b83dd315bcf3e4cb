"""SQL of accounts on Instagram: whose token they go by, and which were never linked to anything."""

from dataclasses import dataclass

from psycopg.rows import class_row
from sqlmodel import Session, col, select

from localcare.channels.facebook.models import PageAccess
from localcare.kit.db import raw_connection

_FRESH = """
    select a.instagram_id as account_id, a.instagram_name as username, coalesce(s.number, '') as store_number,
        coalesce(r.slug, '') as region, p.kind
    from page_access a
    join store_page p on p.channel = 'facebook' and p.page_id = a.page_id and p.valid_to is null
    left join store s on s.id = p.store_id left join region r on r.id = p.region_id
    where a.brand_id = %s and a.instagram_id is not null
        and not exists (select from store_page i where i.channel = 'instagram' and i.page_id = a.instagram_id)
    order by a.page_id
"""


@dataclass(frozen=True, slots=True)
class FreshAccount:
    """An account that was never linked, and what its Page is linked to; the brand's own has neither store nor region."""

    account_id: str
    username: str
    store_number: str
    region: str
    kind: str


def find_access(session: Session, page_id: str) -> PageAccess | None:
    """The access to a Page; for an account on Instagram that of its Page."""
    own = session.get(PageAccess, page_id)
    if own is not None:
        return own
    query = select(PageAccess).where(PageAccess.instagram_id == page_id).order_by(col(PageAccess.page_id))
    return session.exec(query).first()


def list_fresh(session: Session, brand_id: int) -> list[FreshAccount]:
    """The accounts of a brand that were never linked to anything, and whose Page is."""
    with raw_connection(session).cursor(row_factory=class_row(FreshAccount)) as cursor:
        return cursor.execute(_FRESH, (brand_id,)).fetchall()
