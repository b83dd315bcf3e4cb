"""A visit of polling: claim lanes that are due, read each Page's within its budget, write down what the reads proved.

Three steps, so that no transaction waits for the network; between two of them a worker may die, and the lease runs out.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from localcare.channels.facebook import polling_repository as repository
from localcare.channels.facebook.connecting_repository import write_news
from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.core.quota import calls_allowed
from localcare.channels.facebook.core.rest_instagram import Account
from localcare.channels.facebook.core.rest_proof import Standing, missing, with_what_hung_on
from localcare.channels.facebook.core.rest_seen import CHANNEL, INSTAGRAM, Seen, differences
from localcare.channels.facebook.core.schedule import (
    BACKFILL,
    OUTAGE,
    PollLane,
    read_from,
)
from localcare.channels.facebook.polling import (
    ROWS_A_PAGE,
    ROWS_OF_A_BACKLOG,
    Graph,
    LaneRead,
    Named,
    PageCalls,
    Reading,
    find_gone,
)
from localcare.channels.facebook.polling_lanes import read_lane
from localcare.channels.facebook.polling_outcomes import (
    UNPROVEN,
    PageRead,
    PageVisit,
    credential_of,
    news_of,
    outcomes_of,
    removals_of,
)
from localcare.channels.facebook.polling_repository import DueLane
from localcare.channels.facebook.service import page_token
from localcare.channels.facebook.session import GraphAccess, GraphSession
from localcare.kit.crypto import Cipher
from localcare.mentions.core import MentionChange

READERS = 8
"""Pages read at the same time by one worker; the adapter's connections are enough for them."""
THREADS_A_VISIT = 25
LONGEST_VISIT_SECONDS = 300.0
_ENROL_WITHIN = timedelta(hours=1)
_STANDING_FOR = timedelta(days=30)
_NAMED_FOR = timedelta(days=7)
_NAMED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Settled:
    """What a visit adds to the event log, and how its lanes fared: proven, put off, failed."""

    changes: tuple[MentionChange, ...]
    proven: int
    unproven: int
    failed: int


def enrol_pages(session: Session, *, now: datetime) -> int:
    """Have every connected Page polled, with its last weeks first of all; says how many lanes are new."""
    return repository.enrol_pages(
        session, [*PollLane], now=now, within=_ENROL_WITHIN, backfill_until=now - BACKFILL
    )  # fmt: skip


def notice_outage(session: Session, *, last_webhook_at: datetime | None, now: datetime) -> int:
    """After 36 hours without a webhook, or without ourselves, read all Pages from before: Meta has dropped what was sent.

    Said again of the same outage it does nothing. Returns how many lanes are read again.
    """
    last_poll_at = repository.find_last_poll(session)
    silent_since = min(
        (moment for moment in (last_webhook_at, last_poll_at) if moment is not None and now - moment > OUTAGE),
        default=None,
    )
    if silent_since is None:
        return 0
    since = silent_since - timedelta(hours=1)
    return repository.read_after_outage(
        session, since=since, until=silent_since + OUTAGE, now=now, within=_ENROL_WITHIN
    )  # fmt: skip


def claim_visits(
    session: Session, *, now: datetime, limit: int, brand_id: int | None = None, page_ids: Sequence[str] | None = None
) -> list[PageVisit]:
    """Lanes that are due, by Page; history that is still to be read gets a quarter, or what is left."""
    usual = repository.claim_lanes(
        session, now=now, limit=limit - limit // 4, backfills=False, brand_id=brand_id, page_ids=page_ids
    )
    history = repository.claim_lanes(
        session, now=now, limit=limit - len(usual), backfills=True, brand_id=brand_id, page_ids=page_ids
    )
    by_page: dict[tuple[int, str], list[DueLane]] = defaultdict(list)
    for lane in (*usual, *history):
        by_page[lane.brand_id, lane.page_id].append(lane)
    standing, named = _standing_of(session, by_page, now), _named_of(session, by_page, now)
    return [
        PageVisit(
            page_id=page_id,
            brand_id=brand,
            lanes=tuple(sorted(lanes, key=_lane_order)),
            standing=tuple(each for of in (page_id, lanes[0].instagram_id) for each in standing.get(of, ())),
            named=tuple(named.get(lanes[0].instagram_id, ())),
        )
        for (brand, page_id), lanes in by_page.items()
    ]


def wake_for_named(session: Session, *, now: datetime) -> int:
    """Have the words read of what Instagram told by its bare id; says how many accounts that concerns."""
    return repository.wake_for_named(session, since=now - _NAMED_FOR, now=now)


def read_visits(access: GraphAccess, cipher: Cipher, visits: Sequence[PageVisit], *, now: datetime) -> list[PageRead]:
    """Read the Pages, several at once; nothing is raised."""
    with ThreadPoolExecutor(READERS, thread_name_prefix="poll") as pool:
        return list(pool.map(partial(_read_in_session, access, cipher, now), visits))


def read_page(graph: Graph, visit: PageVisit, *, now: datetime) -> PageRead:
    """Read the lanes of one Page, each with calls of its own, until the Page itself refuses; nothing is raised."""
    page, ends = PageRead(visit, now), time.monotonic() + LONGEST_VISIT_SECONDS
    for lane in visit.lanes:
        # at least one call, which tells how full the budget is by now
        allowed = max(1, calls_allowed(lane.quota_percent, unfinished=lane.unproven))
        rows_at_once = ROWS_OF_A_BACKLOG if lane.unproven else ROWS_A_PAGE
        calls = PageCalls(graph, allowed, rows_at_once=rows_at_once, ends=ends)
        read = read_lane(calls, _reading(visit, lane, now))
        page.reads.append(read)
        if read.is_whole:
            page.gone += _gone(calls, visit, lane, read)
        page.calls += calls.made
        if page.error is not None:
            break
    page.usage = graph.usage
    return page


def settle_visits(session: Session, brand_id: int, reads: Sequence[PageRead], *, now: datetime) -> Settled:
    """Write how far one brand's Pages were read; what is news of what they show is returned, for the event log."""
    seen = [each for page in reads for read in page.reads for each in read.seen]
    changes = [*_news_of(session, brand_id, seen), *removals_of(reads)]
    outcomes = [outcome for page in reads for outcome in outcomes_of(page)]
    repository.keep_outcomes(session, outcomes, now=now)
    write_news(session, brand_id, [news_of(page) for page in reads], now=now)
    unsure = [outcome for outcome in outcomes if outcome.error == UNPROVEN]
    repository.check_soon(session, sorted({outcome.page_id for outcome in unsure}), now=now)
    proven = sum(outcome.proven_at is not None for outcome in outcomes)
    failed = sum(read.error is not None for page in reads for read in page.reads)
    return Settled(tuple(changes), proven, len(outcomes) - proven - failed, failed)


def want_read(
    session: Session, brand_id: int, page_ids: Sequence[str] | None, *, since: datetime | None, now: datetime
) -> int:
    """Have Pages, or all of a brand, read as soon as may be; says how many lanes that is."""
    repository.enrol_pages(
        session, [*PollLane], now=now, within=timedelta(), backfill_until=since or now - BACKFILL
    )  # fmt: skip
    if since is None:
        return repository.want_read(session, brand_id, page_ids, now=now)
    return repository.want_history(session, brand_id, page_ids, since=since, now=now)


def _news_of(session: Session, brand_id: int, seen: Sequence[Seen]) -> list[MentionChange]:
    """Each network is compared with what is known of it: ids are its own."""
    changes = []
    for channel in (CHANNEL, INSTAGRAM):
        of_it = [each for each in seen if each.change.channel == channel]
        known = repository.load_known(session, brand_id, sorted({each.id for each in of_it}), channel=channel)
        changes += differences(of_it, known)
    return changes


def _standing_of(
    session: Session, by_page: Mapping[tuple[int, str], Sequence[DueLane]], now: datetime
) -> dict[str | None, list[Standing]]:
    pages: dict[tuple[int, str], set[str]] = defaultdict(set)
    for (brand_id, page_id), lanes in by_page.items():
        for lane in lanes:
            if lane.lane in (PollLane.FEED, PollLane.COMMENTS):
                pages[brand_id, CHANNEL].add(page_id)
            elif lane.lane == PollLane.INSTAGRAM_MEDIA and lane.instagram_id:
                pages[brand_id, INSTAGRAM].add(lane.instagram_id)
    found: dict[str | None, list[Standing]] = defaultdict(list)
    for (brand_id, channel), ids in pages.items():
        since = now - _STANDING_FOR
        for each in repository.list_standing(session, brand_id, sorted(ids), since=since, channel=channel):
            found[each.page_id].append(each)
    return found


def _named_of(
    session: Session, by_page: Mapping[tuple[int, str], Sequence[DueLane]], now: datetime
) -> dict[str | None, list[Named]]:
    accounts: dict[int, set[str]] = defaultdict(set)
    for (brand_id, _), lanes in by_page.items():
        wanted = (lane.instagram_id for lane in lanes if lane.lane == PollLane.INSTAGRAM_NAMED)
        accounts[brand_id].update(account_id for account_id in wanted if account_id)
    found: dict[str | None, list[Named]] = defaultdict(list)
    for brand_id, ids in accounts.items():
        if ids:
            since = now - _NAMED_FOR
            for account_id, named in repository.list_named(
                session, brand_id, sorted(ids), since=since, limit=_NAMED_AT_ONCE
            ):
                found[account_id].append(named)
    return found


def _lane_order(lane: DueLane) -> int:
    return [*PollLane].index(PollLane(lane.lane))


def _read_in_session(access: GraphAccess, cipher: Cipher, now: datetime, visit: PageVisit) -> PageRead:
    try:
        token = page_token(cipher, visit.page_id, visit.lanes[0].sealed)
    except GraphError as error:
        return PageRead(visit, now, [LaneRead(_reading(visit, visit.lanes[0], now), error=error)])
    graph = GraphSession(access, token)
    page = read_page(graph, visit, now=now)
    page.served_version = graph.served_version
    return page


def _reading(visit: PageVisit, lane: DueLane, now: datetime) -> Reading:
    since = read_from(
        PollLane(lane.lane), page_id=lane.page_id, watermark=lane.watermark, backfill_until=_history(lane), now=now
    )
    reads_threads = lane.lane in (PollLane.COMMENTS, PollLane.INSTAGRAM_MEDIA)
    return Reading(
        page_id=visit.page_id,
        lane=PollLane(lane.lane),
        since=since,
        at=now,
        threads=_lively_threads(_of_lane(visit, lane)) if reads_threads else (),
        account=Account(lane.instagram_id, lane.instagram_name) if lane.instagram_id else None,
        named=visit.named,
    )


def _of_lane(visit: PageVisit, lane: DueLane) -> list[Standing]:
    """What is known to stand in the network that a lane reads."""
    channel = INSTAGRAM if PollLane(lane.lane).is_on_instagram else CHANNEL
    return [each for each in visit.standing if each.channel == channel]


def _history(lane: DueLane) -> datetime | None:
    return lane.backfill_until if lane.wants_backfill else None


def _lively_threads(standing: Iterable[Standing]) -> tuple[str, ...]:
    """The posts under which something was said last, the latest first."""
    latest: dict[str, datetime] = {}
    for each in standing:
        if each.thread_id is not None:
            latest[each.thread_id] = max(each.created_at, latest.get(each.thread_id, each.created_at))
    return tuple(sorted(latest, key=lambda thread: latest[thread], reverse=True)[:THREADS_A_VISIT])


def _gone(calls: PageCalls, visit: PageVisit, lane: DueLane, read: LaneRead) -> list[Standing]:
    """What is missing and asked for in vain; believed only where the token shows something that is known to stand."""
    seen = {each.id for each in read.seen}
    standing = _of_lane(visit, lane)
    if not (credential_of(lane).proves(read.reading.lane) or any(each.external_id in seen for each in standing)):
        return []
    shows_posts = read.reading.lane in (PollLane.FEED, PollLane.INSTAGRAM_MEDIA)
    lost = missing(
        standing, seen=seen, threads=read.whole_threads, shows_posts=shows_posts, since=read.reading.since, at=read.reading.at,
    )  # fmt: skip
    asked = dict.fromkeys([*sorted(read.gone_threads), *(each.external_id for each in lost)])
    return with_what_hung_on(find_gone(calls, read.reading.of, list(asked)), standing)
