"""SQL of what digests say: one query per table for a whole batch of stores, never one per store."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from localcare.digests.core import Handled, Said, Tally, Waiting

USUAL_DAYS = 28
_NOTHING_USUAL = Tally(days=USUAL_DAYS)

_WINDOWS = """
    unnest(cast(:stores as integer[]), cast(:starts as timestamptz[]), cast(:ends as timestamptz[]))
    with ordinality as w (store_id, starts, ends, n)
"""
_WAITING = text("""
    select c.store_id, c.id, coalesce(c.author_name, 'A customer'), c.excerpt, c.channel, m.kind, c.waiting_since,
        (select min(k.due_at) from case_clock k
          where k.case_id = c.id and k.stopped_at is null and k.kind in ('first_reply', 'next_reply')),
        c.urgency_rank, o.name, m.recommends, m.rating
    from store s
    join care_case c on c.brand_id = s.brand_id and c.queue = 'store:' || s.number and c.is_open
    join mention_key k on k.id = c.lead_mention_id join mention m on m.id = k.id and m.received_at = k.received_at
    left join person o on o.id = c.owner_id
    where s.id = any(:stores) and c.store_id = s.id and c.waiting_since is not null
      and (c.snoozed_until is null or c.snoozed_until <= :now)
    order by c.store_id, c.id
""")
_HANDLED = text(f"""
    select w.n, c.id, coalesce(c.author_name, 'A customer'), c.excerpt,
        case when c.answered_at >= w.starts then c.answered_at else c.closed_at end,
        coalesce(r.author_name, case when c.answered_at >= w.starts then 'The Page' end),
        case when c.answered_at >= w.starts then coalesce(r.text, '') end, c.closed_how,
        coalesce(least(c.last_customer_at, r.created_at), c.last_customer_at)
    from {_WINDOWS}
    join care_case c on c.store_id = w.store_id and c.opened_at >= w.starts - interval '90 days'
    left join lateral (
        select r.text, r.author_name, r.created_at from reply r
        where r.case_id = c.id and r.state in ('sent', 'confirmed', 'noted') and r.created_at >= w.starts - interval '1 day'
        order by r.id desc limit 1
    ) r on true
    where ((c.answered_at >= w.starts and c.answered_at < w.ends) or (c.closed_at >= w.starts and c.closed_at < w.ends))
      and not (c.is_open and c.waiting_since is not null) and c.state <> 'merged'
    order by 1, 2
""")
_SAID = text(f"""
    select w.n, m.id, cm.case_id, case when c.is_open then c.queue end, coalesce(m.author_name, 'Somebody'),
        left(m.text, 600), m.channel, m.kind, r.mentioned_at, v.topic, v.sentiment, v.shout_out, v.shout_out_names,
        m.recommends, m.rating
    from {_WINDOWS}
    join resolution r on r.store_id = w.store_id and r.superseded_at is null and r.status in ('exact', 'likely')
        and r.mentioned_at >= w.starts - interval '2 days' and r.mentioned_at < w.ends
    join mention_key k on k.id = r.mention_id and k.received_at >= w.starts and k.received_at < w.ends
    join mention m on m.id = k.id and m.received_at = k.received_at
    join verdict v on v.mention_id = m.id and v.superseded_at is null
    left join case_mention cm on cm.mention_id = m.id left join care_case c on c.id = cm.case_id
    where not m.from_page and not m.hidden and m.removed_at is null
    order by 1, 2
""")
_USUAL = text(f"""
    select w.n, count(*), count(*) filter (where v.sentiment = 'positive')
    from {_WINDOWS}
    join resolution r on r.store_id = w.store_id and r.superseded_at is null and r.status in ('exact', 'likely')
        and r.mentioned_at >= w.starts - interval '{USUAL_DAYS} days' and r.mentioned_at < w.starts
    join verdict v on v.mention_id = r.mention_id and v.superseded_at is null
    group by 1
""")


@dataclass(frozen=True, slots=True)
class StoreWindow:
    """One store and the span of time that is asked about."""

    store_id: int
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Feedback:
    """What there is to say of one store."""

    waiting: tuple[Waiting, ...]
    handled: tuple[Handled, ...]
    said: tuple[Said, ...]
    usual: Tally


def read_feedback(session: Session, windows: Sequence[StoreWindow], now: datetime) -> list[Feedback]:
    """The feedback of every window, in their order."""
    store_ids = [window.store_id for window in windows]
    starts, ends = [window.starts for window in windows], [window.ends for window in windows]
    asked = {"stores": store_ids, "starts": starts, "ends": ends}
    waiting: defaultdict[int, list[Waiting]] = defaultdict(list)
    for store_id, *rest in session.execute(_WAITING, {"stores": store_ids, "now": now}):
        waiting[store_id].append(Waiting(*rest))
    handled: defaultdict[int, list[Handled]] = defaultdict(list)
    for place, *rest in session.execute(_HANDLED, asked):
        handled[place].append(Handled(*rest))
    said: defaultdict[int, list[Said]] = defaultdict(list)
    for place, *rest in session.execute(_SAID, asked):
        said[place].append(Said(*rest))
    usual = {place: Tally(count, positive, USUAL_DAYS) for place, count, positive in session.execute(_USUAL, asked)}
    return [
        Feedback(
            tuple(waiting[window.store_id]), tuple(handled[place]), tuple(said[place]), usual.get(place, _NOTHING_USUAL)
        )
        for place, window in enumerate(windows, start=1)
    ]
