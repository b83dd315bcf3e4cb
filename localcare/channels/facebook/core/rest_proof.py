"""What a read proves: how far the watermark may move, and which known things are missing and worth asking for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

RECENT = timedelta(days=7)
"""Older things are not missed: the feed shows only some of them."""
MOST_ASKED_FOR = 10
_SETTLING = timedelta(minutes=5)
"""What was just written may not stand in every list yet."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A post or comment that should still stand on its Page."""

    page_id: str
    external_id: str
    kind: str
    thread_id: str | None
    created_at: datetime
    channel: str = "facebook"


def missing(
    standing: Iterable[Standing], *, seen: Collection[str], threads: Collection[str], shows_posts: bool, since: datetime,
    at: datetime,
) -> list[Standing]:  # fmt: skip
    """What should have been in a whole read down to `since` and was not, the newest first; few enough to ask for each.

    `threads` are the posts whose comments were read; `shows_posts`: the feed itself was.
    """
    oldest = max(since, at - RECENT)
    gone = [
        each
        for each in standing
        if each.external_id not in seen
        and oldest <= each.created_at < at - _SETTLING
        and (shows_posts if each.kind == "post" else each.thread_id in threads)
    ]
    return sorted(gone, key=lambda each: each.created_at, reverse=True)[:MOST_ASKED_FOR]


def with_what_hung_on(gone: Collection[str], standing: Sequence[Standing]) -> list[Standing]:
    """The gone things and the comments under gone posts, which get no removal of their own."""
    return [each for each in standing if each.external_id in gone or each.thread_id in gone]
