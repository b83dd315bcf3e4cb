"""How an answer can travel, and what is wrong with it before it goes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.replies.core import Turn, Way, find_faults, private_way, target_of, way_to_answer

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def turn(channel: str = "facebook", kind: str = "post", said_at: datetime | None = None) -> Turn:
    return Turn(1, channel, kind, "p-1", None, "99", None, said_at=said_at)


@pytest.mark.parametrize(
    ("channel", "kind", "way"),
    [
        ("facebook", "post", Way.COMMENT),
        ("facebook", "comment", Way.COMMENT),
        ("instagram", "comment", Way.COMMENT),
        ("facebook", "message", Way.MESSAGE),
        ("facebook", "review", Way.BY_HAND),
        ("facebook", "mention", Way.BY_HAND),
        ("csv", "review", Way.BY_HAND),
        ("google", "review", Way.BY_HAND),
    ],
)
def test_each_kind_of_turn_has_its_way(channel: str, kind: str, way: Way) -> None:
    capability = way_to_answer(turn(channel, kind))
    assert capability.way is way
    assert bool(capability.why) == (way is Way.BY_HAND), "whoever cannot send is told why"


@pytest.mark.parametrize(("way", "limit"), [(Way.COMMENT, 8_000), (Way.MESSAGE, 2_000)])
def test_the_networks_limits_are_kept(way: Way, limit: int) -> None:
    assert find_faults("a" * limit, way) == []
    assert find_faults("a" * (limit + 1), way)


@pytest.mark.parametrize("number", ["4111111111111111", "4111 1111 1111 1111", "3782-822463-10005"])
def test_card_numbers_are_found(number: str) -> None:
    assert find_faults(f"Your card {number} was charged", Way.COMMENT)


@pytest.mark.parametrize("number", ["4111111111111112", "708 555 0142", "1Z999AA10123456784"])
def test_other_numbers_are_not_card_numbers(number: str) -> None:
    assert find_faults(f"Your number {number}", Way.COMMENT) == []


@given(st.text(alphabet="abcdefg ,.!", min_size=1, max_size=200).filter(str.strip))
def test_plain_words_may_always_go(text: str) -> None:
    assert find_faults(text, Way.COMMENT) == []


def test_instagram_counts_the_bytes_of_a_message() -> None:
    assert find_faults("é" * 500, Way.MESSAGE, "instagram") == []
    assert "1,002 bytes" in find_faults("é" * 501, Way.PRIVATE, "instagram")[0]
    assert find_faults("a" * 2_201, Way.COMMENT, "instagram")


@pytest.mark.parametrize(
    ("age", "way", "is_noted"),
    [
        (timedelta(hours=23, minutes=59), Way.MESSAGE, False),
        (timedelta(hours=24), Way.MESSAGE, True),
        (timedelta(days=6, hours=23), Way.MESSAGE, True),
        (timedelta(days=7), Way.BY_HAND, False),
    ],
)
def test_a_message_can_be_answered_for_a_day_and_by_a_person_for_a_week(
    age: timedelta, way: Way, is_noted: bool
) -> None:
    capability = way_to_answer(turn(kind="message", said_at=NOON - age), now=NOON)
    assert (capability.way, bool(capability.note)) == (way, is_noted)
    assert capability.until == NOON - age + timedelta(days=7)


def test_the_window_runs_from_the_last_message_not_from_the_words_that_are_answered() -> None:
    asked = Turn(
        1, "facebook", "message", "m", "psid", "99", None, said_at=NOON - timedelta(days=9), last_heard_at=NOON
    )
    assert way_to_answer(asked, now=NOON).way is Way.MESSAGE


@pytest.mark.parametrize(
    ("channel", "kind", "exists"),
    [
        ("facebook", "comment", True),
        ("facebook", "post", True),
        ("instagram", "comment", True),
        ("instagram", "post", False),
        ("facebook", "message", False),
        ("facebook", "review", False),
        ("facebook", "mention", False),
        ("csv", "comment", False),
    ],
)
def test_public_words_may_be_answered_privately(channel: str, kind: str, exists: bool) -> None:
    assert (private_way(turn(channel, kind), now=NOON, is_used=False) is not None) is exists


def test_privately_once_and_for_seven_days() -> None:
    fresh = turn(kind="comment", said_at=NOON - timedelta(days=6))
    way = private_way(fresh, now=NOON, is_used=False)
    assert way is not None
    assert (way.why, way.until) == ("", NOON + timedelta(days=1))
    used = private_way(fresh, now=NOON, is_used=True)
    assert used is not None
    assert "has been used" in used.why
    late = private_way(fresh, now=NOON + timedelta(days=1), is_used=False)
    assert late is not None
    assert "seven days" in late.why


def test_an_answer_to_a_reply_goes_under_the_top_comment_and_a_private_one_to_the_reply_itself() -> None:
    reply = Turn(1, "facebook", "comment", "c-2", "p-1", "99", None, parent_id="c-1")
    assert target_of(reply, Way.COMMENT) == "c-1"
    assert target_of(reply, Way.PRIVATE) == "c-2"
