"""SQL of news of probes: what answers again and was not told, claimed by whoever tells it."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.channels.facebook.models import CapabilityProbe
from localcare.kit.db import raw_connection

REFERRED = (CapabilityProbe,)

# told before, and never gone since: no news
_CLAIM = """
    with newest as (
        select distinct on (brand_id, what) id, brand_id, what, at, outcome, told_at from capability_probe
        where at > %(since)s order by brand_id, what, at desc
    )
    update capability_probe p set told_at = %(now)s from newest n
    where p.id = n.id and p.told_at is null and p.outcome = 'answers' and not exists (
        select from capability_probe e
        where e.brand_id = p.brand_id and e.what = p.what and e.told_at is not null and not exists (
            select from capability_probe g
            where g.brand_id = p.brand_id and g.what = p.what and g.outcome = 'gone' and g.at > e.at
        )
    )
    returning p.id as probe_id, p.brand_id, p.at, p.detail, coalesce((
        select nullif(a.name, '') from page_access a where a.page_id = p.page_id
    ), p.page_id, '') as page
"""
_GIVE_BACK = "update capability_probe set told_at = null where id = %s"


@dataclass(frozen=True, slots=True)
class News:
    """A probe that answered, and that administrators have not been told of; `page` is the asked Page's name."""

    probe_id: int
    brand_id: int
    at: datetime
    detail: str
    page: str


def claim(session: Session, *, since: datetime, now: datetime) -> list[News]:
    """What is to be told, marked as told; wants a session of all brands."""
    with raw_connection(session).cursor(row_factory=class_row(News)) as cursor:
        return cursor.execute(_CLAIM, {"since": since, "now": now}).fetchall()


def give_back(session: Session, probe_id: int) -> None:
    """It could not be told."""
    raw_connection(session).execute(_GIVE_BACK, (probe_id,))
