"""SQL of mails about Pages: incidents that are to be told, taken for a while; who is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.channels.facebook.core.incidents import IncidentKind
from localcare.digests.core.page_alert import Stage
from localcare.kit.db import raw_connection

_BRANDS = """
    select distinct brand_id from page_incident
    where (ended_at is null and (alerted_at is null or alerted_at <= %(reminded)s))
        or (ended_at <= %(settled)s and alerted_at < ended_at and ended_at > %(oldest)s)
"""
_CLAIM = """
    with wave as (
        select max(noticed_at) as newest, min(noticed_at) as oldest from page_incident
        where brand_id = %(brand)s and ended_at is null and alerted_at is null and kind not in ('quota', 'reading')
    ), owed as (
        select i.id, case when i.ended_at is not null then 'mended' when i.alerted_at is null then 'lost' else 'still' end
            as stage, i.alerted_at
        from page_incident i, wave w where i.brand_id = %(brand)s and (
            (i.ended_at is null and (i.alerted_at <= %(reminded)s or (i.alerted_at is null
                    and (w.newest is null or w.newest <= %(calm)s or w.oldest <= %(patience)s)))
                and (i.kind not in ('quota', 'reading') or i.since <= %(lasted)s))
            or (i.ended_at <= %(settled)s and i.alerted_at < i.ended_at and i.ended_at > %(oldest)s))
        for update of i skip locked
    )
    update page_incident i set alerted_at = case when o.stage = 'mended' then i.ended_at else %(lease)s end
    from owed o where o.id = i.id
    returning i.id as incident_id, i.kind, o.stage, i.detail, i.since, i.page_id like '*%%' as is_everywhere,
        o.alerted_at as told_before, i.page_id,
        coalesce((select nullif(p.name, '') from store_page p where p.page_id = i.page_id and p.channel = 'facebook'
            and p.valid_to is null limit 1), (select nullif(a.name, '') from page_access a where a.page_id = i.page_id),
            i.page_id) as name
"""
_TOLD = "update page_incident set alerted_at = %s where id = any(%s)"
_UNTOLD = """
    update page_incident i set alerted_at = n.told
    from unnest(%(ids)b::bigint[], %(told)b::timestamptz[]) as n (id, told) where i.id = n.id
"""


@dataclass(frozen=True, slots=True)
class OwedIncident:
    """An incident to be told. `told_before` is when it was told last."""

    incident_id: int
    kind: IncidentKind
    stage: Stage
    detail: str
    since: datetime
    is_everywhere: bool
    told_before: datetime | None
    page_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Moments:
    """When what is owed: a reminder since `reminded`, an all-clear when ended before `settled` and after `oldest`.

    What passes by itself is told when it began before `lasted`; `lease` makes a claim that is not kept owed again. A wave of
    losses is one mail: it goes out when none is newer than `calm`, or the first older than `patience`.
    """

    reminded: datetime
    settled: datetime
    oldest: datetime
    lasted: datetime
    lease: datetime
    calm: datetime
    patience: datetime


def list_brands(session: Session, moments: Moments) -> list[int]:
    """Brands that may have something to tell; wants a session of all brands."""
    rows = raw_connection(session).execute(_BRANDS, _values(0, moments))
    return sorted(row[0] for row in rows)


def claim(session: Session, brand_id: int, moments: Moments) -> list[OwedIncident]:
    """Take what a brand's administrators are to be told; kept for good only by `keep_told`."""
    with raw_connection(session).cursor(row_factory=class_row(OwedIncident)) as cursor:
        return cursor.execute(_CLAIM, _values(brand_id, moments)).fetchall()


def keep_told(session: Session, incident_ids: Sequence[int], *, now: datetime) -> None:
    """These were told now."""
    raw_connection(session).execute(_TOLD, (now, list(incident_ids)))


def give_back(session: Session, owed: Sequence[OwedIncident]) -> None:
    """These could not be told, and are owed as before."""
    values = {"ids": [each.incident_id for each in owed], "told": [each.told_before for each in owed]}
    raw_connection(session).execute(_UNTOLD, values)


def _values(brand_id: int, moments: Moments) -> dict[str, object]:
    return {
        "brand": brand_id, "reminded": moments.reminded, "settled": moments.settled, "oldest": moments.oldest,
        "lasted": moments.lasted, "lease": moments.lease, "calm": moments.calm, "patience": moments.patience,
    }  # fmt: skip
