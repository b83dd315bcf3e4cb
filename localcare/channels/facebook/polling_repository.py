"""SQL of polling: which lanes are due, leased so that two workers never read the same; what is known; what was proven."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import orjson
from psycopg.rows import class_row
from sqlmodel import Session

from localcare.channels.facebook.core.rest_proof import Standing
from localcare.channels.facebook.core.rest_seen import CHANNEL, KnownMention
from localcare.channels.facebook.polling import Named
from localcare.kit.db import raw_connection, rows_as_json

LEASE = timedelta(minutes=15)
"""A lane whose reader died is due again after so long."""

_ENROL = """
    insert into poll_state (page_id, lane, brand_id, last_error, next_at, backfill_until)
    select a.page_id, lane, a.brand_id, '', %(now)s + %(within)s * (abs(hashtext(a.page_id || lane)) %% 1000) / 1000.0,
        %(backfill)s
    from page_access a cross join unnest(%(lanes)b::text[]) lane
    where (a.instagram_id is not null or not starts_with(lane, 'instagram'))
        and not exists (select from poll_state s where s.page_id = a.page_id and s.lane = lane)
    on conflict do nothing
"""
_CLAIM = """
    with due as (
        select s.page_id, s.lane from poll_state s join page_access a on a.page_id = s.page_id
        where s.next_at <= %(now)s and a.health <> 'token' and (a.quota_until is null or a.quota_until <= %(now)s)
            and not exists (select from graph_pause g where g.until > %(now)s)
            and (s.backfilled_at is null and s.backfill_until is not null) = %(backfills)s
            and (%(brand)s::int is null or s.brand_id = %(brand)s)
            and (%(pages)s::text[] is null or s.page_id = any(%(pages)s::text[]))
            and (not starts_with(s.lane, 'instagram') or a.instagram_id is not null and (case s.lane
                when 'instagram-messages' then 'instagram_manage_messages' else 'instagram_manage_comments' end) = any(a.scopes))
        order by s.next_at limit %(limit)s for update of s skip locked
    )
    update poll_state s set next_at = %(now)s + %(lease)s
    from due, page_access a
    where s.page_id = due.page_id and s.lane = due.lane and a.page_id = s.page_id
    returning s.page_id, s.lane, s.brand_id, s.watermark, s.empty_reads as unproven, s.backfill_until, s.backfilled_at,
        a.token_encrypted as sealed, a.token_kind = 'page' as is_page_token, a.scopes, a.tasks, a.health,
        a.subscribed_fields, a.last_event_at, a.quota_percent, a.instagram_id, a.instagram_name
"""
_KEEP = """
    update poll_state s set
        watermark = coalesce(n.watermark, s.watermark), proven_at = coalesce(n.proven_at, s.proven_at),
        empty_reads = n.unproven, next_at = n.next_at, last_error = n.error,
        backfilled_at = coalesce(n.backfilled_at, s.backfilled_at)
    from jsonb_to_recordset(%b::jsonb) as n (page_id text, lane text, watermark timestamptz, proven_at timestamptz,
        unproven int, next_at timestamptz, error text, backfilled_at timestamptz)
    where s.page_id = n.page_id and s.lane = n.lane
"""
_POLLED = "update page_access set last_poll_at = %s where page_id = any(%s)"
_PROVE_SOON = "update page_access set next_check_at = least(next_check_at, %s) where page_id = any(%s)"
_KNOWN = """
    select m.external_id, m.content_version <> '' as is_known, m.removed_at is not null or m.purged_at is not null as removed,
        m.hidden, m.text, m.author_external_id as author_id, m.author_name, m.thread_id, m.parent_id,
        m.network_created_at is not null as is_dated, m.place is not null as is_placed
    from mention_key k join mention m on m.id = k.id and m.received_at = k.received_at
    where k.brand_id = %s and k.channel = %s and k.external_id = any(%s)
"""
_STANDING = """
    select page_id, external_id, kind, thread_id, created_at, channel from mention
    where brand_id = %s and channel = %s and page_id = any(%s) and kind in ('post', 'comment')
        and removed_at is null and purged_at is null and created_at >= %s and received_at >= %s
"""
# what a webhook told by its bare id is a mention without content
_NAMED = """
    select page_id, external_id, thread_id as media_id from mention
    where brand_id = %s and page_id = any(%s) and received_at > %s and channel = 'instagram' and kind = 'mention'
        and content_version = '' and removed_at is null and thread_id is not null
    order by received_at desc limit %s
"""
_WAKE = """
    update poll_state s set next_at = %(now)s from page_access a
    where s.lane = 'instagram-named' and a.page_id = s.page_id and s.next_at > %(now)s and s.empty_reads = 0
        and exists (
            select from mention m
            where m.page_id = a.instagram_id and m.channel = 'instagram' and m.kind = 'mention' and m.content_version = ''
                and m.received_at > greatest(%(since)s, s.watermark)
        )
"""
_WANT = """
    update poll_state set backfill_until = %(since)s, backfilled_at = null, empty_reads = 0, next_at = %(now)s
    where brand_id = %(brand)s and (%(pages)s::text[] is null or page_id = any(%(pages)s::text[]))
"""
_READ_NOW = """
    update poll_state set next_at = %(now)s
    where brand_id = %(brand)s and (%(pages)s::text[] is null or page_id = any(%(pages)s::text[]))
"""
_LAST_POLL = "select max(last_poll_at) from page_access"
_AFTER_OUTAGE = """
    update poll_state set backfill_until = %(since)s, backfilled_at = null,
        next_at = %(now)s + %(within)s * (abs(hashtext(page_id || lane)) %% 1000) / 1000.0
    where backfilled_at is not null and backfilled_at < %(until)s
"""


@dataclass(frozen=True, slots=True)
class DueLane:
    """A lane that is this worker's to read, with what is known of its Page."""

    page_id: str
    lane: str
    brand_id: int
    watermark: datetime | None
    unproven: int
    backfill_until: datetime | None
    backfilled_at: datetime | None
    sealed: bytes
    is_page_token: bool
    scopes: list[str]
    tasks: list[str]
    health: str
    subscribed_fields: list[str]
    last_event_at: datetime | None
    quota_percent: float | None
    instagram_id: str | None = None
    instagram_name: str = ""

    @property
    def wants_backfill(self) -> bool:
        """Whether history is still to be read."""
        return self.backfill_until is not None and self.backfilled_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneOutcome:
    """What becomes of a lane: a watermark and a time of proof only where the read proved something."""

    page_id: str
    lane: str
    next_at: datetime
    unproven: int = 0
    error: str = ""
    watermark: datetime | None = None
    proven_at: datetime | None = None
    backfilled_at: datetime | None = None


def enrol_pages(
    session: Session, lanes: Sequence[str], *, now: datetime, within: timedelta, backfill_until: datetime
) -> int:
    """Take up Pages that are not polled yet, spread over `within`; wants a session of all brands."""
    values = {"lanes": list(lanes), "now": now, "within": within, "backfill": backfill_until}
    return raw_connection(session).execute(_ENROL, values).rowcount


def claim_lanes(
    session: Session,
    *,
    now: datetime,
    limit: int,
    backfills: bool,
    brand_id: int | None = None,
    page_ids: Sequence[str] | None = None,
) -> list[DueLane]:
    """The lanes that have been due for longest, leased; `backfills` are those with history still to read."""
    values = {
        "now": now, "limit": limit, "backfills": backfills, "brand": brand_id, "lease": LEASE,
        "pages": None if page_ids is None else list(page_ids),
    }  # fmt: skip
    with raw_connection(session).cursor(row_factory=class_row(DueLane)) as cursor:
        return cursor.execute(_CLAIM, values).fetchall()


def keep_outcomes(session: Session, outcomes: Sequence[LaneOutcome], *, now: datetime) -> None:
    """Write how far lanes were read, in two statements."""
    if outcomes:
        rows = orjson.loads(orjson.dumps([asdict(outcome) for outcome in outcomes]))
        raw_connection(session).execute(_KEEP, (rows_as_json(rows),))
        raw_connection(session).execute(_POLLED, (now, sorted({outcome.page_id for outcome in outcomes})))


def check_soon(session: Session, page_ids: Sequence[str], *, now: datetime) -> None:
    """Have the tokens of these Pages looked at: what they show cannot be believed yet."""
    if page_ids:
        raw_connection(session).execute(_PROVE_SOON, (now, list(page_ids)))


def load_known(
    session: Session, brand_id: int, external_ids: Sequence[str], *, channel: str = CHANNEL
) -> dict[str, KnownMention]:
    """What is stored of these mentions of one network."""
    if not external_ids:
        return {}
    with raw_connection(session).cursor(row_factory=class_row(KnownMention)) as cursor:
        rows = cursor.execute(_KNOWN, (brand_id, channel, list(external_ids))).fetchall()
    return {row.external_id: row for row in rows}


def list_standing(
    session: Session, brand_id: int, page_ids: Sequence[str], *, since: datetime, channel: str = CHANNEL
) -> list[Standing]:
    """Posts and comments on these Pages, or accounts, written since then, that nobody has said are gone."""
    with raw_connection(session).cursor(row_factory=class_row(Standing)) as cursor:
        return cursor.execute(_STANDING, (brand_id, channel, list(page_ids), since, since)).fetchall()


def list_named(
    session: Session, brand_id: int, account_ids: Sequence[str], *, since: datetime, limit: int
) -> list[tuple[str, Named]]:
    """What named these accounts since then and has no words yet: the account, and what is to be asked for."""
    rows = raw_connection(session).execute(_NAMED, (brand_id, list(account_ids), since, limit)).fetchall()
    return [(account_id, Named(external_id, media_id)) for account_id, external_id, media_id in rows]


def wake_for_named(session: Session, *, since: datetime, now: datetime) -> int:
    """Have the accounts read now that were named since they were last read; wants a session of all brands."""
    return raw_connection(session).execute(_WAKE, {"since": since, "now": now}).rowcount


def want_history(
    session: Session, brand_id: int, page_ids: Sequence[str] | None, *, since: datetime, now: datetime
) -> int:
    """Have these Pages, or all of a brand, read now from that moment on."""
    values = {"brand": brand_id, "pages": None if page_ids is None else list(page_ids), "since": since, "now": now}
    return raw_connection(session).execute(_WANT, values).rowcount


def want_read(session: Session, brand_id: int, page_ids: Sequence[str] | None, *, now: datetime) -> int:
    """Have these Pages, or all of a brand, read now, as far back as they always are."""
    values = {"brand": brand_id, "pages": None if page_ids is None else list(page_ids), "now": now}
    return raw_connection(session).execute(_READ_NOW, values).rowcount


def find_last_poll(session: Session) -> datetime | None:
    """When any Page was last read; wants a session of all brands."""
    row = raw_connection(session).execute(_LAST_POLL).fetchone()
    return row[0] if row else None


def read_after_outage(session: Session, *, since: datetime, until: datetime, now: datetime, within: timedelta) -> int:
    """Have all Pages read from `since` on whose history was last read before `until`; says how many lanes that are."""
    values = {"since": since, "until": until, "now": now, "within": within}
    return raw_connection(session).execute(_AFTER_OUTAGE, values).rowcount
