"""SQL of what digests say: one query per table for a whole batch of stores, never one per store."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from localcare.channels.facebook.core.stars import StarChange
from localcare.digests.core import Handled, Said, Tally, Waiting
from localcare.digests.core.facts import NOT_THE_STORES

USUAL_DAYS = 28
_NOTHING_USUAL = Tally(days=USUAL_DAYS)

_WINDOWS = """
    unnest(cast(:stores as integer[]), cast(:starts as timestamptz[]), cast(:ends as timestamptz[]))
    with ordinality as w (store_id, starts, ends, n)
"""
# `offset 0` keeps the planner to one look-up per mention: it takes (id, received_at) of a mention and its key for two
# independent columns and would choose a join that takes minutes on millions of rows.
_WAITING = text("""
    select c.store_id, c.id, coalesce(c.author_name, 'A customer'), c.excerpt, c.channel, m.kind, c.waiting_since,
        (select min(k.due_at) from case_clock k
          where k.case_id = c.id and k.stopped_at is null and k.kind in ('first_reply', 'next_reply')),
        c.urgency_rank, o.name, m.recommends, m.rating
    from store s
    join care_case c on c.brand_id = s.brand_id and c.queue = 'store:' || s.number and c.is_open
    cross join lateral (select k.received_at from mention_key k where k.id = c.lead_mention_id offset 0) k
    cross join lateral (
        select m.kind, m.recommends, m.rating from mention m
        where m.id = c.lead_mention_id and m.received_at = k.received_at offset 0
    ) m
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
    select w.n, r.mention_id, cm.case_id, case when c.is_open then c.queue end, coalesce(m.author_name, 'Somebody'),
        left(m.text, 600), m.channel, m.kind, r.mentioned_at, v.topic, v.matter, v.sentiment, v.shout_out, v.shout_out_names,
        m.recommends, m.rating
    from {_WINDOWS}
    join resolution r on r.store_id = w.store_id and r.superseded_at is null and r.status in ('exact', 'likely')
        and r.mentioned_at >= w.starts - interval '2 days' and r.mentioned_at < w.ends
    cross join lateral (
        select k.received_at from mention_key k
        where k.id = r.mention_id and k.received_at >= w.starts and k.received_at < w.ends offset 0
    ) k
    cross join lateral (
        select m.author_name, m.text, m.channel, m.kind, m.recommends, m.rating from mention m
        where m.id = r.mention_id and m.received_at = k.received_at
          and not m.from_page and not m.hidden and m.removed_at is null offset 0
    ) m
    join verdict v on v.mention_id = r.mention_id and v.superseded_at is null
    left join case_mention cm on cm.mention_id = r.mention_id left join care_case c on c.id = cm.case_id
    order by 1, 2
""")
_USUAL = text(f"""
    select n, count(*), count(*) filter (where opinion = 'positive'),
        count(*) filter (where opinion in ('positive', 'mixed') or (opinion = 'negative' and matter <> all(:others)))
    from (
        select w.n, v.matter,
            case when m.recommends then 'positive' when not m.recommends then 'negative'
                 when m.rating >= 4 then 'positive' when m.rating = 3 then 'mixed' when m.rating <= 2 then 'negative'
                 else v.sentiment end as opinion
        from {_WINDOWS}
        join resolution r on r.store_id = w.store_id and r.superseded_at is null and r.status in ('exact', 'likely')
            and r.mentioned_at >= w.starts - interval '{USUAL_DAYS} days' and r.mentioned_at < w.starts
        cross join lateral (select k.received_at from mention_key k where k.id = r.mention_id offset 0) k
        cross join lateral (
            select m.recommends, m.rating from mention m where m.id = r.mention_id and m.received_at = k.received_at
              and not m.from_page and not m.hidden and m.removed_at is null offset 0
        ) m
        join verdict v on v.mention_id = r.mention_id and v.superseded_at is null
    ) said
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
    stars: StarChange | None = None


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
    counted = session.execute(_USUAL, asked | {"others": list(NOT_THE_STORES)})
    usual = {place: Tally(mentions, positive, opinions, USUAL_DAYS) for place, mentions, positive, opinions in counted}
    return [
        Feedback(
            tuple(waiting[window.store_id]), tuple(handled[place]), tuple(said[place]), usual.get(place, _NOTHING_USUAL)
        )
        for place, window in enumerate(windows, start=1)
    ]
