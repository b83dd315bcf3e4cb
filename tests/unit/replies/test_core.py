"""How an answer can travel, and what is wrong with it before it goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.replies.core import AfterFailure, Turn, Way, after_failure, find_faults, way_to_answer


def turn(channel: str = "facebook", kind: str = "post") -> Turn:
    return Turn(1, channel, kind, "p-1", None, "99", None)


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


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("retry", AfterFailure.TRY_AGAIN),
        ("quota", AfterFailure.WAIT),
        ("token", AfterFailure.WAIT),
        ("x", AfterFailure.GIVE_UP),
    ],
)
def test_each_kind_of_error_asks_for_something(kind: str, what: AfterFailure) -> None:
    assert after_failure(kind) is what
