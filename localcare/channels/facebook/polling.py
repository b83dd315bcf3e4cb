"""Reading one lane of a Page down to a moment, within a number of calls, and saying whether the read proves anything.

Only the network is here: what was read is compared and stored by who asked. An unproven read may have shown things, and
they count; but nobody may conclude from it that there is nothing more.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Protocol

from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.core.outcome import MisshapenError
from localcare.channels.facebook.core.quota import is_spent
from localcare.channels.facebook.core.read import Json, id_at
from localcare.channels.facebook.core.rest_conversations import (
    CONVERSATION_FIELDS,
    MESSAGE_FIELDS,
    customer_of,
    messages_inside,
    seen_message,
    updated_at,
)
from localcare.channels.facebook.core.rest_feed import (
    COMMENT_PARAMS,
    FEED_FIELDS,
    TAGGED_FIELDS,
    comments_inside,
    seen_comment,
    seen_post,
    seen_tag,
)
from localcare.channels.facebook.core.rest_instagram import Account
from localcare.channels.facebook.core.rest_seen import CHANNEL, INSTAGRAM, Seen
from localcare.channels.facebook.core.schedule import PollLane
from localcare.channels.facebook.core.usage import Usage
from localcare.channels.facebook.turning import rows_of

ROWS_A_PAGE, ROWS_OF_A_BACKLOG = 25, 100
OLD_IN_A_ROW = 25
"""The feed is ranked: only so many old posts in a row mean that the rest is old as well."""
MOST_ROWS = 20_000
"""Of one list in one visit: the newest of a post that everybody talks about, and never without end."""


class VisitOverError(Exception):
    """The calls of this visit are used up, or the Page's budget is needed for people; what was read counts."""


class TooLongError(VisitOverError):
    """One list has more rows than a visit takes; the others are read all the same."""


@dataclass(frozen=True, slots=True)
class Named:
    """A mention that a webhook told by its bare id: a comment, or a media itself."""

    external_id: str
    media_id: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What to read: down to `since`; `threads` are the posts, or media, whose comments are read though no list shows them.

    `named` are the mentions on Instagram whose words are still to be read.
    """

    page_id: str
    lane: PollLane
    since: datetime
    at: datetime
    threads: tuple[str, ...] = ()
    account: Account | None = None
    named: tuple[Named, ...] = ()

    @property
    def of(self) -> str:
        """Whose list it is: the Page's, or its account's on Instagram."""
        return self.account.id if self.account is not None and self.lane.is_on_instagram else self.page_id


@dataclass(slots=True)
class LaneRead:
    """What a lane showed. `is_whole`: it was read down to `since`, as far as anybody can know.

    `whole_threads` are posts whose comments are all known down to `since`; `rows` counts what only a token with the right
    to see it is shown; `gone_threads` are posts that Facebook no longer has, `refused_threads` those that it does not show.
    """

    reading: Reading
    seen: list[Seen] = field(default_factory=list)
    is_whole: bool = False
    rows: int = 0
    misshapen: int = 0
    whole_threads: set[str] = field(default_factory=set)
    gone_threads: set[str] = field(default_factory=set)
    refused_threads: dict[str, GraphError] = field(default_factory=dict)
    error: GraphError | None = None
    is_cut_short: bool = False

    @property
    def newest(self) -> datetime | None:
        """The last time anything happened in what was seen."""
        return max((each.moved_at for each in self.seen), default=None)


class Graph(Protocol):
    """A session of one token, as far as reading needs it; `usage` is what the last answer said of the budget."""

    usage: Usage

    def ask(self, method: str, path: tuple[str, ...], params: Mapping[str, object]) -> Json:
        """The answer; raises GraphError."""
        ...


class PageCalls:
    """One Page's session with the calls of a visit counted; stops by itself where its budget is needed for people.

    `ends` is a moment of the monotonic clock: where Facebook is slow, a visit ends before its lease does.
    """

    def __init__(
        self, graph: Graph, allowed: int, *, rows_at_once: int = ROWS_A_PAGE, ends: float = math.inf
    ) -> None:  # fmt: skip
        self.graph = graph
        self._ends = ends
        self.rows_at_once = rows_at_once
        self.made = 0
        self._allowed = allowed

    def ask(self, method: str, path: tuple[str, ...], params: Mapping[str, object]) -> Json:
        """As GraphSession.ask; raises VisitOverError instead of making one call too many."""
        is_over = self.made >= self._allowed or time.monotonic() > self._ends
        if is_over or is_spent(self.graph.usage.page_percent):
            raise VisitOverError
        self.made += 1
        return self.graph.ask(method, path, params)


def find_gone(calls: PageCalls, page_id: str, object_ids: Sequence[str]) -> set[str]:
    """Those that Facebook says do not exist any more, as far as the visit's calls reach.

    The same words mean "you may not see it", so the Page itself is asked for first, with the same token.
    """
    gone: set[str] = set()
    try:
        if object_ids and not _is_gone(calls, page_id):
            for object_id in object_ids:
                if _is_gone(calls, object_id):
                    gone.add(object_id)
    except (GraphError, VisitOverError):
        # the rest is asked for at the next visit
        return gone
    return gone


def _is_gone(calls: PageCalls, object_id: str) -> bool:
    try:
        calls.ask("GET", (object_id,), {"fields": "id"})
    except GraphError as error:
        if error.kind != "gone":
            raise
        return True
    return False


def read_feed(calls: PageCalls, read: LaneRead) -> None:
    """Posts with the comments that come inside them."""
    reading = read.reading
    old = 0
    for row in list_rows(calls, (reading.page_id, "feed"), {"fields": FEED_FIELDS}):
        post = note(read, partial(seen_post, reading.page_id, row, reading.at))
        if post is not None:
            old = old + 1 if post.moved_at < reading.since else 0
            _take_comments(calls, read, post.id, *comments_inside(row))
        if old >= OLD_IN_A_ROW:
            return


def _take_comments(calls: PageCalls, read: LaneRead, post_id: str, listed: Sequence[Json], has_more: bool) -> None:  # noqa: FBT001
    comments = [note(read, partial(_comment, read, post_id, row)) for row in listed]
    read.rows += len(listed)
    with whole_thread(read, post_id):
        if has_more and not reaches(read, comments):
            _read_thread(calls, read, post_id)


def read_tagged(calls: PageCalls, read: LaneRead) -> None:
    """Posts elsewhere that name the Page."""
    reading = read.reading
    old = 0
    for row in list_rows(calls, (reading.page_id, "tagged"), {"fields": TAGGED_FIELDS}):
        read.rows += 1
        tag = note(read, partial(seen_tag, reading.page_id, row, reading.at))
        old = old + 1 if tag is not None and tag.moved_at < reading.since else 0
        if old >= OLD_IN_A_ROW:
            return


def read_comments(calls: PageCalls, read: LaneRead) -> None:
    """Comments under posts that the feed no longer shows; one that is refused keeps nobody from the others."""
    for post_id in read.reading.threads:
        try:
            with whole_thread(read, post_id):
                _read_thread(calls, read, post_id)
        except GraphError as error:
            note_refusal(read, post_id, error)
    if read.refused_threads and not read.whole_threads:
        # not a post that is somebody else's, but all there are
        read.error = next(iter(read.refused_threads.values()))


@contextmanager
def whole_thread(read: LaneRead, thread_id: str) -> Iterator[None]:
    """What is done in here reads a thread to the end, or has it too long for one visit."""
    try:
        yield
    except TooLongError:
        read.is_cut_short = True
    else:
        read.whole_threads.add(thread_id)


def note_refusal(read: LaneRead, thread_id: str, error: GraphError) -> None:
    """A thread that is gone, or that this token may not see; raises what says something of the Page itself."""
    if error.kind == "gone":
        read.gone_threads.add(thread_id)
    elif error.kind in ("permission", "bug"):
        read.refused_threads[thread_id] = error
    else:
        raise error


def _read_thread(calls: PageCalls, read: LaneRead, post_id: str) -> None:
    """Comments of both levels under a post, the newest first, down to the moment."""
    for row in list_rows(calls, (post_id, "comments"), COMMENT_PARAMS):
        read.rows += 1
        if reaches(read, [note(read, partial(_comment, read, post_id, row))]):
            return


def read_conversations(calls: PageCalls, read: LaneRead) -> None:
    """Private messages, of Messenger or of Instagram."""
    reading = read.reading
    platform = "instagram" if reading.lane.is_on_instagram else "messenger"
    params = {"platform": platform, "fields": CONVERSATION_FIELDS}
    for row in list_rows(calls, (reading.page_id, "conversations"), params):
        read.rows += 1
        if updated_at(row) < reading.since:
            return
        customer_id = customer_of(reading.of, row)
        listed, has_more = messages_inside(row)
        messages = [note(read, partial(_message, read, customer_id, each)) for each in listed]
        with whole_thread(read, customer_id or ""):
            if has_more and not reaches(read, messages):
                _read_messages(calls, read, customer_id, id_at(row, "id") or "")


def _read_messages(calls: PageCalls, read: LaneRead, customer_id: str | None, conversation_id: str) -> None:
    for row in list_rows(calls, (conversation_id, "messages"), {"fields": MESSAGE_FIELDS}):
        if reaches(read, [note(read, partial(_message, read, customer_id, row))]):
            return


def _comment(read: LaneRead, post_id: str, row: Json) -> Seen:
    return seen_comment(read.reading.page_id, post_id, row, read.reading.at)


def _message(read: LaneRead, customer_id: str | None, row: Json) -> Seen:
    channel = INSTAGRAM if read.reading.lane.is_on_instagram else CHANNEL
    return seen_message(read.reading.of, customer_id, row, read.reading.at, channel=channel)


def note(read: LaneRead, look: Callable[[], Seen | None]) -> Seen | None:
    """What a row shows, kept; a row that cannot be read spoils the proof, not its neighbours."""
    try:
        seen = look()
    except MisshapenError:
        read.misshapen += 1
        return None
    if seen is not None:
        read.seen.append(seen)
    return seen


def reaches(read: LaneRead, newest_first: Sequence[Seen | None]) -> bool:
    """Whether the last of these is older than what is wanted."""
    last = newest_first[-1] if newest_first else None
    return last is not None and last.moved_at < read.reading.since


def list_rows(calls: PageCalls, path: tuple[str, ...], params: Mapping[str, object]) -> Iterator[Json]:
    """The rows of a list; raises TooLongError after the most that a visit takes, VisitOverError, GraphError."""
    for count, row in enumerate(rows_of(calls.ask, path, {**params, "limit": calls.rows_at_once})):
        if count >= MOST_ROWS:
            raise TooLongError
        yield row
