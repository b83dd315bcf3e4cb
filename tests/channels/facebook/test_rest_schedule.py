"""Who is read next, how far back and with how many calls; what a read proves."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.channels.facebook.core.quota import POLLING_STOPS_AT, calls_allowed, is_spent
from localcare.channels.facebook.core.rest_proof import MOST_ASKED_FOR, Standing, missing, with_what_hung_on
from localcare.channels.facebook.core.schedule import (
    BACKFILL,
    DEEP_LOOK,
    OVERLAP,
    Credential,
    Pace,
    PollLane,
    jitter,
    next_read,
    next_try,
    read_from,
)

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALL_SCOPES = ("pages_read_user_content", "pages_messaging")


def pace(**other: object) -> Pace:
    usual: dict[str, object] = {
        "page_id": "1", "lane": PollLane.FEED, "subscribed_fields": (), "last_event_at": None, "newest": None,
        "quota_percent": None,
    }  # fmt: skip
    return Pace(**{**usual, **other})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("of", "hours"),
    [
        (pace(newest=NOW - HOUR), 0.25),
        (pace(newest=NOW - 48 * HOUR), 1),
        (pace(newest=NOW - 300 * HOUR), 6),
        (pace(), 6),
        (pace(newest=NOW - HOUR, quota_percent=40.0), 1),
        (pace(newest=NOW - HOUR, subscribed_fields=("feed",)), 6),
        (pace(newest=NOW - HOUR, subscribed_fields=("messages",)), 0.25),
        (pace(newest=NOW - HOUR, subscribed_fields=("feed",), last_event_at=NOW - HOUR), 24),
        (pace(newest=NOW - HOUR, subscribed_fields=("feed",), last_event_at=NOW - 40 * HOUR), 6),
        (pace(subscribed_fields=("feed",)), 24),
        (pace(lane=PollLane.COMMENTS, newest=NOW), 24),
        (pace(subscribed_fields=("feed",), quota_percent=50.0), 72),
    ],
)
def test_a_page_is_read_the_rarer_the_more_is_told_of_it(of: Pace, hours: float) -> None:
    wait = next_read(of, NOW) - NOW
    assert 0.8 * hours * HOUR <= wait <= 1.2 * hours * HOUR


def test_pages_do_not_come_in_herds() -> None:
    times = {next_read(pace(page_id=str(number)), NOW) for number in range(500)}
    assert len(times) > 300
    assert {jitter("1", lane, NOW) for lane in PollLane} != {jitter("1", PollLane.FEED, NOW)}


@given(st.integers(0, 10_000), st.timedeltas(timedelta(), timedelta(days=2)))
def test_what_fails_is_tried_ever_later_and_at_least_daily(unproven: int, pause: timedelta) -> None:
    at = next_try(unproven, page_id="1", lane=PollLane.FEED, now=NOW, at_least=pause)
    assert NOW + 0.8 * max(pause, timedelta(minutes=5)) <= at <= NOW + 1.2 * max(pause, 24 * HOUR)


def test_a_lane_is_read_from_behind_its_watermark() -> None:
    day = next(day for day in range(7) if _from(PollLane.FEED, NOW + day * 24 * HOUR) > NOW - DEEP_LOOK)
    now = NOW + day * 24 * HOUR
    assert _from(PollLane.FEED, now) == NOW - OVERLAP[PollLane.FEED]
    assert _from(PollLane.CONVERSATIONS, now) == NOW - OVERLAP[PollLane.CONVERSATIONS]


def test_once_a_week_the_feed_is_read_deep() -> None:
    days = [NOW + day * 24 * HOUR for day in range(7)]
    assert sum(_from(PollLane.FEED, now) == now - DEEP_LOOK for now in days) == 1
    assert not any(_from(PollLane.TAGGED, now) == now - DEEP_LOOK for now in days)


def test_a_new_page_is_read_for_its_last_weeks_and_history_that_is_wanted_goes_further() -> None:
    first = read_from(PollLane.TAGGED, page_id="1", watermark=None, backfill_until=None, now=NOW)
    assert first == NOW - BACKFILL
    wanted = NOW - 90 * 24 * HOUR
    assert read_from(PollLane.TAGGED, page_id="1", watermark=NOW, backfill_until=wanted, now=NOW) == wanted


@pytest.mark.parametrize(
    ("credential", "lane", "proves"),
    [
        (Credential(is_page_token=True, scopes=ALL_SCOPES, tasks=()), PollLane.FEED, True),
        (Credential(is_page_token=True, scopes=ALL_SCOPES, tasks=("MODERATE",)), PollLane.FEED, True),
        (Credential(is_page_token=True, scopes=ALL_SCOPES, tasks=("MANAGE",)), PollLane.CONVERSATIONS, True),
        (Credential(is_page_token=True, scopes=ALL_SCOPES, tasks=("MODERATE",)), PollLane.CONVERSATIONS, False),
        (Credential(is_page_token=True, scopes=ALL_SCOPES, tasks=("ANALYZE",)), PollLane.FEED, False),
        (Credential(is_page_token=True, scopes=ALL_SCOPES[1:], tasks=()), PollLane.FEED, False),
        (Credential(is_page_token=True, scopes=(), tasks=()), PollLane.FEED, False),
        (Credential(is_page_token=False, scopes=ALL_SCOPES, tasks=()), PollLane.FEED, False),
    ],
)
def test_only_the_pages_own_token_with_what_it_needs_proves_that_there_is_nothing(
    credential: Credential, lane: PollLane, proves: bool
) -> None:
    assert credential.proves(lane) is proves


@given(st.none() | st.floats(0, 200), st.integers(0, 100))
def test_polling_takes_a_bounded_part_of_the_calls(percent: float | None, unfinished: int) -> None:
    calls = calls_allowed(percent, unfinished=unfinished)
    assert (calls == 0) == (percent is not None and is_spent(percent))
    assert calls <= 512


def test_a_backlog_gets_more_calls_every_time() -> None:
    assert [calls_allowed(10.0, unfinished=visit) for visit in range(3)] == [16, 32, 64]
    assert calls_allowed(40.0) < calls_allowed(10.0)
    assert calls_allowed(POLLING_STOPS_AT) == 0


def thing(external_id: str, kind: str = "post", *, hours: float = 5, thread: str | None = None) -> Standing:
    return Standing("1", external_id, kind, thread or external_id, NOW - hours * HOUR)


def lost(
    *standing: Standing, seen: tuple[str, ...] = (), threads: tuple[str, ...] = (), posts: bool = True
) -> list[str]:
    since = NOW - 72 * HOUR
    found = missing(standing, seen=set(seen), threads=set(threads), shows_posts=posts, since=since, at=NOW)
    return [each.external_id for each in found]


def test_only_what_a_read_should_have_shown_is_missed() -> None:
    assert lost(thing("a"), thing("b"), seen=("b",)) == ["a"]
    assert lost(thing("a", hours=80)) == []
    assert lost(thing("a", hours=0.01)) == []
    assert lost(thing("a"), posts=False) == []
    assert lost(thing("c", "comment", thread="a")) == []
    assert lost(thing("c", "comment", thread="a"), threads=("a",), posts=False) == ["c"]


def test_few_are_asked_for_the_newest_first() -> None:
    found = lost(*(thing(str(hours), hours=hours) for hours in range(1, 60)))
    assert found == [str(hours) for hours in range(1, MOST_ASKED_FOR + 1)]


def test_comments_go_with_their_post() -> None:
    standing = [thing("a"), thing("c", "comment", thread="a"), thing("d", "comment", thread="b")]
    assert [each.external_id for each in with_what_hung_on({"a"}, standing)] == ["a", "c"]


def _from(lane: PollLane, now: datetime) -> datetime:
    return read_from(lane, page_id="1", watermark=NOW, backfill_until=None, now=now)
