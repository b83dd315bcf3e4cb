"""When each list of a Page is read next, and how far back: webhooks first, so a Page they speak for is read rarely."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zlib import crc32


class PollLane(StrEnum):
    """The lists of a Page, and of its account on Instagram. `comments` reads under posts that the feed no longer shows.

    `instagram-named` reads the words of what webhooks told by its bare id.
    """

    FEED = "feed"
    TAGGED = "tagged"
    COMMENTS = "comments"
    CONVERSATIONS = "conversations"
    INSTAGRAM_MEDIA = "instagram-media"
    INSTAGRAM_TAGS = "instagram-tags"
    INSTAGRAM_NAMED = "instagram-named"
    INSTAGRAM_MESSAGES = "instagram-messages"

    @property
    def is_on_instagram(self) -> bool:
        """Whether it is a list of the Page's account there."""
        return self in INSTAGRAM_LANES


INSTAGRAM_LANES = frozenset(lane for lane in PollLane if lane.startswith("instagram"))
OVERLAP = {
    PollLane.FEED: timedelta(days=3),
    PollLane.TAGGED: timedelta(days=3),
    PollLane.COMMENTS: timedelta(days=2),
    PollLane.CONVERSATIONS: timedelta(hours=1),
    PollLane.INSTAGRAM_MEDIA: timedelta(days=2),
    PollLane.INSTAGRAM_TAGS: timedelta(days=3),
    PollLane.INSTAGRAM_NAMED: timedelta(days=3),
    PollLane.INSTAGRAM_MESSAGES: timedelta(hours=1),
}
"""How far behind its watermark a lane is read again: the feed is ranked, and things come to it late."""
DEEP_LOOK = timedelta(days=30)
"""How far back the feed is read on one day of the week, a different one for each Page."""
BACKFILL = timedelta(days=30)
OUTAGE = timedelta(hours=36)
"""Meta repeats what it could not deliver for so long, then drops it."""

_FRESH = timedelta(days=1)
_LIVELY = timedelta(days=1)
_QUIET = timedelta(days=7)
_RARELY = timedelta(hours=24)
_NEEDS_SCOPE = {
    PollLane.FEED: "pages_read_user_content",
    PollLane.TAGGED: "pages_read_user_content",
    PollLane.COMMENTS: "pages_read_user_content",
    PollLane.CONVERSATIONS: "pages_messaging",
    PollLane.INSTAGRAM_MEDIA: "instagram_manage_comments",
    PollLane.INSTAGRAM_TAGS: "instagram_manage_comments",
    PollLane.INSTAGRAM_NAMED: "instagram_manage_comments",
    PollLane.INSTAGRAM_MESSAGES: "instagram_manage_messages",
}
_NEEDS_TASK = {PollLane.CONVERSATIONS: "MESSAGING", PollLane.INSTAGRAM_MESSAGES: "MESSAGING"}
_FIELD_OF = {
    PollLane.FEED: "feed",
    PollLane.TAGGED: "mention",
    PollLane.COMMENTS: "feed",
    PollLane.CONVERSATIONS: "messages",
}


@dataclass(frozen=True, slots=True)
class Credential:
    """What is known of a Page's token."""

    is_page_token: bool
    scopes: tuple[str, ...]
    tasks: tuple[str, ...]

    def proves(self, lane: PollLane) -> bool:
        """Whether an empty list read with it means that there is nothing. Other tokens are answered with silence."""
        task = _NEEDS_TASK.get(lane, "MODERATE")
        has_task = not self.tasks or bool({task, "MANAGE"} & set(self.tasks))
        return self.is_page_token and _NEEDS_SCOPE[lane] in self.scopes and has_task


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What decides how soon a lane is read again. `newest` is the latest thing that was seen in it."""

    page_id: str
    lane: PollLane
    subscribed_fields: tuple[str, ...]
    last_event_at: datetime | None
    newest: datetime | None
    quota_percent: float | None


def next_read(pace: Pace, now: datetime) -> datetime:
    """When a lane that was read to the end is due again."""
    wait = _usual(pace, now) * _thrift(pace.quota_percent)
    return now + min(wait, 3 * _RARELY) * jitter(pace.page_id, pace.lane, now)


def next_try(unproven: int, *, page_id: str, lane: PollLane, now: datetime, at_least: timedelta) -> datetime:
    """When a lane that could not be read to the end is tried again: soon, then ever later, a day at most."""
    wait = max(at_least, min(timedelta(minutes=5 * (1 << min(unproven, 9))), _RARELY))
    return now + wait * jitter(page_id, lane, now)


def read_from(
    lane: PollLane, *, page_id: str, watermark: datetime | None, backfill_until: datetime | None, now: datetime
) -> datetime:
    """Down to when a lane is read in this visit."""
    ends = [now - BACKFILL if watermark is None else watermark - OVERLAP[lane]]
    if backfill_until is not None:
        ends.append(backfill_until)
    if lane is PollLane.FEED and crc32(page_id.encode()) % 7 == now.toordinal() % 7:
        ends.append(now - DEEP_LOOK)
    return min(ends)


def jitter(page_id: str, lane: PollLane, now: datetime) -> float:
    """0.8 to 1.2, another one for each Page, lane and visit, so that Pages do not come in herds."""
    return 0.8 + 0.4 * (crc32(f"{page_id}{lane}{now.isoformat()}".encode()) % 1000) / 1000


def _usual(pace: Pace, now: datetime) -> timedelta:
    silence = timedelta.max if pace.newest is None else now - pace.newest
    if pace.lane in (PollLane.COMMENTS, PollLane.INSTAGRAM_NAMED):
        return _RARELY
    if pace.lane.is_on_instagram:
        # that something was edited or removed there is told by reading only
        return timedelta(hours=6) if silence < _QUIET else _RARELY
    if _FIELD_OF[pace.lane] in pace.subscribed_fields:
        is_fresh = pace.last_event_at is not None and now - pace.last_event_at < _FRESH
        return _RARELY if is_fresh or silence > _QUIET else timedelta(hours=6)
    if silence < _LIVELY:
        return timedelta(minutes=15)
    return timedelta(hours=1) if silence < _QUIET else timedelta(hours=6)


def _thrift(percent: float | None) -> int:
    return 1 if percent is None or percent < 30 else 4
