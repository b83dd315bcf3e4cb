"""SQL behind the shelf: versions of all directories, whose Page is whose, and what routing asks of a store."""

from dataclasses import dataclass
from datetime import date

from psycopg.rows import class_row, tuple_row
from sqlmodel import Session

from localcare.kit.db import raw_connection

_VERSIONS = "select id, directory_version from brand"
_PAGES = "select channel, page_id, brand_id, store_id from store_page where valid_to is null"
_STANDINGS = """
    select id, number, timezone, closed_on is null or closed_on > %s as is_open, successor_number
    from store where brand_id = %s
"""


@dataclass(frozen=True, slots=True)
class PageOwner:
    """A linked Page: which brand it belongs to, and which store (None: it is the brand's own)."""

    channel: str
    page_id: str
    brand_id: int
    store_id: int | None


@dataclass(frozen=True, slots=True)
class StoreStanding:
    """A store as those who work with it must know it."""

    id: int
    number: str
    timezone: str
    is_open: bool
    successor_number: str | None


def directory_versions(session: Session) -> dict[int, int]:
    """How often each brand's directory has changed."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute(_VERSIONS).fetchall())


def list_page_owners(session: Session) -> list[PageOwner]:
    """Every linked Page of every brand: a delivery names Pages only, and one Meta app may serve several brands."""
    with raw_connection(session).cursor(row_factory=class_row(PageOwner)) as cursor:
        return cursor.execute(_PAGES).fetchall()


def list_standings(session: Session, brand_id: int, today: date) -> list[StoreStanding]:
    """Every store of a brand, as it stands that day."""
    with raw_connection(session).cursor(row_factory=class_row(StoreStanding)) as cursor:
        return cursor.execute(_STANDINGS, (today, brand_id)).fetchall()
