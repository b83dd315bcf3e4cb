"""SQL of Page access."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from localcare.channels.facebook.models import FacebookConnection, PageAccess
from localcare.kit.db import raw_connection
from localcare.stores.models import StorePage

_SAVE_TOKENS = """
    insert into page_access (page_id, brand_id, token_encrypted, health, health_detail, since)
    select page_id, %(brand)s, sealed, 'unknown', '', %(now)s
    from unnest(%(pages)b::text[], %(sealed)b::bytea[]) as n (page_id, sealed)
    on conflict (page_id) do update
      set token_encrypted = excluded.token_encrypted, health = 'unknown', health_detail = '', since = excluded.since
      where page_access.brand_id = excluded.brand_id
"""


def upsert_tokens(session: Session, brand_id: int, sealed: Mapping[str, bytes], *, now: datetime) -> None:
    """Keep sealed tokens by page id; a Page of another brand is left alone."""
    values = {"brand": brand_id, "now": now, "pages": list(sealed), "sealed": list(sealed.values())}
    raw_connection(session).execute(_SAVE_TOKENS, values)


def list_connections_of(session: Session, user_id: str) -> list[FacebookConnection]:
    """The connections that this person made."""
    return list(session.exec(select(FacebookConnection).where(FacebookConnection.subject_id == user_id)))


def check_soon(session: Session, brand_id: int, now: datetime) -> None:
    """Have every Page of a brand looked at now."""
    raw_connection(session).execute("update page_access set next_check_at = %s where brand_id = %s", (now, brand_id))


def list_in_health(session: Session, brand_id: int, healths: Sequence[str]) -> list[PageAccess]:
    """The Pages of a brand whose access is in one of these states."""
    query = select(PageAccess).where(PageAccess.brand_id == brand_id, col(PageAccess.health).in_(healths))
    return list(session.exec(query))


def list_brands_of_pages(session: Session) -> dict[tuple[str, str], int]:
    """The brand of each connected Page, and of its account on Instagram, by channel and id; wants a session of all brands."""
    rows = raw_connection(session).execute("select page_id, instagram_id, brand_id from page_access").fetchall()
    accounts = {("instagram", account_id): brand_id for _, account_id, brand_id in rows if account_id}
    return {("facebook", page_id): brand_id for page_id, _, brand_id in rows} | accounts


def list_of_pages(session: Session, brand_id: int, page_ids: Sequence[str]) -> list[PageAccess]:
    """What is stored of these Pages."""
    query = select(PageAccess).where(PageAccess.brand_id == brand_id, col(PageAccess.page_id).in_(page_ids))
    return list(session.exec(query)) if page_ids else []


def list_brands_to_sync(session: Session) -> list[int]:
    """The brands with a token for a Page of their own; wants a session of all brands."""
    query = (
        select(PageAccess.brand_id)
        .join(StorePage, (col(StorePage.page_id) == col(PageAccess.page_id)) & (StorePage.channel == "facebook"))
        .where(col(StorePage.store_id).is_(None), col(StorePage.region_id).is_(None))
        .where(col(StorePage.valid_to).is_(None), StorePage.kind == "official")
    )
    return list(session.exec(query.distinct().order_by(col(PageAccess.brand_id))))
