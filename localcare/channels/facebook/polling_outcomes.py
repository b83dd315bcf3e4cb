"""What the reads of a Page's lanes prove: how far the watermarks move, when each lane is due again, how the Page fares."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from localcare.channels.facebook.connecting_repository import PageNews
from localcare.channels.facebook.core.graph_error import GraphError, GraphErrorKind
from localcare.channels.facebook.core.quota import is_spent
from localcare.channels.facebook.core.rest_proof import Standing
from localcare.channels.facebook.core.rest_seen import removal
from localcare.channels.facebook.core.schedule import Credential, Pace, PollLane, next_read, next_try
from localcare.channels.facebook.core.usage import Usage
from localcare.channels.facebook.polling import LaneRead, Named
from localcare.channels.facebook.polling_repository import DueLane, LaneOutcome
from localcare.mentions.core import MentionChange

UNPROVEN = "The list was empty, and Facebook has not confirmed what the token may see: that proves nothing."
TOO_MUCH = "More stands there than one visit may read: the newest is read each time, and what is older waits."
_OFTEN = 5
"""Visits after which a backlog is no passing thing: each had twice the calls of the one before."""
_ASK_A_PERSON = timedelta(hours=6)
_QUOTA_PAUSE = timedelta(hours=1)
_MISSHAPEN = "Rows without an id or a time: what they are is not known."


@dataclass(frozen=True, slots=True)
class PageVisit:
    """The due lanes of one Page, what is known to stand on it and on its account, and what named that by a bare id."""

    page_id: str
    brand_id: int
    lanes: tuple[DueLane, ...]
    standing: tuple[Standing, ...]
    named: tuple[Named, ...] = ()


@dataclass(slots=True)
class PageRead:
    """What reading a Page brought. `gone` is what Facebook said it does not have any more."""

    visit: PageVisit
    at: datetime
    reads: list[LaneRead] = field(default_factory=list)
    gone: list[Standing] = field(default_factory=list)
    calls: int = 0
    usage: Usage = Usage()  # noqa: RUF009 (frozen)
    served_version: str | None = None

    @property
    def error(self) -> GraphError | None:
        """Why this Page cannot be read at all now, if it cannot."""
        errors = (read.error for read in self.reads if read.error is not None)
        return next((error for error in errors if error.kind in ("token", "quota")), None)


def credential_of(lane: DueLane) -> Credential:
    """What is known of the token that a lane is read with."""
    return Credential(lane.is_page_token, tuple(lane.scopes), tuple(lane.tasks))


def outcomes_of(page: PageRead) -> list[LaneOutcome]:
    """What becomes of each lane; those behind a failure of the whole Page were not read."""
    reads: list[LaneRead | None] = [*page.reads]
    reads += [None] * (len(page.visit.lanes) - len(reads))
    return [_outcome(page, lane, read) for lane, read in zip(page.visit.lanes, reads, strict=True)]


def removals_of(reads: Iterable[PageRead]) -> list[MentionChange]:
    """A change for each thing that is gone, once."""
    found = {(each.channel, each.external_id): (each, page.at) for page in reads for each in page.gone}
    return [
        removal(each.page_id, each.kind, each.external_id, thread_id=each.thread_id, at=at, channel=each.channel)
        for each, at in found.values()
    ]


def news_of(page: PageRead) -> PageNews:
    """A dead token and a spent budget are the Page's; that one list is refused says nothing of the others."""
    health: GraphErrorKind | Literal["ok"] | None = None
    error, until = page.error, page.at + timedelta(seconds=page.usage.regain_seconds)
    detail = None
    if error is not None:
        health, detail = error.kind, str(error)
        until = max(until, page.at + _pause(page, error)) if error.kind == "quota" else until
    elif page.visit.lanes[0].health in ("quota", "unknown") and any(read.error is None for read in page.reads):
        health, detail = "ok", ""
    return PageNews(
        page_id=page.visit.page_id, health=health, detail=detail, code=error.code if error else None,
        percent=page.usage.page_percent if page.usage.is_told else None, until=until if until > page.at else None,
        version=page.served_version,
    )  # fmt: skip


def _outcome(page: PageRead, lane: DueLane, read: LaneRead | None) -> LaneOutcome:
    if read is not None and read.is_whole and (read.rows or credential_of(lane).proves(read.reading.lane)):
        return _proven(page, lane, read)
    error = page.error or (read.error if read is not None else None)
    wait = _pause(page, error)
    next_at = next_try(lane.unproven, page_id=lane.page_id, lane=PollLane(lane.lane), now=page.at, at_least=wait)
    return LaneOutcome(
        page_id=lane.page_id,
        lane=lane.lane,
        next_at=next_at,
        unproven=lane.unproven + 1,
        error=_why(read, error, visits=lane.unproven + 1),
    )


def _proven(page: PageRead, lane: DueLane, read: LaneRead) -> LaneOutcome:
    pace = Pace(
        page_id=lane.page_id, lane=read.reading.lane, subscribed_fields=tuple(lane.subscribed_fields),
        last_event_at=lane.last_event_at, newest=read.newest, quota_percent=page.usage.page_percent,
    )  # fmt: skip
    return LaneOutcome(
        page_id=lane.page_id, lane=lane.lane, next_at=next_read(pace, page.at), watermark=page.at, proven_at=page.at,
        backfilled_at=page.at if lane.wants_backfill else None,
    )  # fmt: skip


def _pause(page: PageRead, error: GraphError | None) -> timedelta:
    if error is not None and error.kind == "permission":
        return _ASK_A_PERSON
    if error is not None and error.kind == "quota":
        return timedelta(seconds=error.retry_after_seconds or _QUOTA_PAUSE.total_seconds())
    return _QUOTA_PAUSE if is_spent(page.usage.page_percent) else timedelta()


def _why(read: LaneRead | None, error: GraphError | None, *, visits: int) -> str:
    """What stands in the way; that there was more than one visit may read does not, until it does so for long."""
    if error is not None:
        return str(error)
    if read is None or read.is_cut_short:
        return TOO_MUCH if read is not None and visits >= _OFTEN else ""
    return _MISSHAPEN if read.misshapen else UNPROVEN
