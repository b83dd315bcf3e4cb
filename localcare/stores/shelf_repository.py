"""SQL behind the shelf: versions of all directories, whose Page is whose, and what routing asks of a store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from psycopg.rows import class_row, tuple_row
from sqlmodel import Session

from localcare.kit.db import raw_connection

_VERSIONS = "select id, directory_version from brand"
_PAGES = "select channel, page_id, brand_id, store_id, name from store_page where valid_to is null"
_STANDINGS = """
    with above as (
        select r.id, array(
            select a.slug from region a where a.id = any(string_to_array(trim(both '/' from r.path), '/')::integer[])
            order by a.depth
        ) as slugs
        from region r where r.brand_id = %(brand)s
    )
    select s.id, s.number, coalesce(n.timezone, s.timezone) as timezone,
        s.closed_on is null or s.closed_on > %(today)s as is_open, s.successor_number, above.slugs as regions,
        case when n.id is null then s.hours else n.hours end as hours
    from store s join above on above.id = s.region_id
    left join store n on n.brand_id = s.brand_id and n.number = s.successor_number
    where s.brand_id = %(brand)s
"""


@dataclass(frozen=True, slots=True)
class PageOwner:
    """A linked Page: which brand it belongs to, and which store (None: it is the brand's own)."""

    channel: str
    page_id: str
    brand_id: int
    store_id: int | None
    name: str | None

    @property
    def handle(self) -> str | None:
        """The user name of an account on Instagram, which nobody else can have."""
        is_account = self.channel == "instagram" and self.name is not None and self.name.startswith("@")
        return self.name.removeprefix("@").lower() if is_account and self.name else None


@dataclass(frozen=True, slots=True)
class StoreStanding:
    """A store as those who work with it must know it; `regions` are the slugs of all above it, the highest first.

    `timezone` and `hours` are those of the store that answers for it: its successor where it has one.
    """

    id: int
    number: str
    timezone: str
    is_open: bool
    successor_number: str | None
    regions: Sequence[str] = ()
    hours: str | None = None


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
        return cursor.execute(_STANDINGS, {"today": today, "brand": brand_id}).fetchall()
