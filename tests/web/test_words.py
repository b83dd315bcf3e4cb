"""Numbers and times in words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.web import words

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (61, "1 min"),
        (3600, "1 h"),
        (11_100, "3 h 5 min"),
        (187_200, "2 d 4 h"),
        (-90, "1 min"),
    ],
)
def test_durations(seconds: int, text: str) -> None:
    assert words.duration(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (5, "just now"),
        (60, "1 min ago"),
        (3599, "60 min ago"),
        (7200, "2 h ago"),
        (86_400, "1 day ago"),
        (-7200, "in 2 h"),
    ],
)
def test_how_long_ago(ago: int, text: str) -> None:
    assert words.relative(NOW - timedelta(seconds=ago), NOW) == text


@pytest.mark.parametrize(
    ("due", "met", "text", "tone"),
    [
        (180, None, "Due in 3 h", "calm"),
        (30, None, "Due in 30 min", "soon"),
        (-140, None, "Late by 2 h 20 min", "late"),
        (0, -4, "Done in time", "met"),
        (-60, -30, "Late by 30 min", "late"),
    ],
)
def test_a_clock_says_how_it_stands(due: int, met: int | None, text: str, tone: str) -> None:
    met_at = None if met is None else NOW + timedelta(minutes=met)
    found = words.clock_words(NOW + timedelta(minutes=due), NOW, met_at=met_at, warn=timedelta(minutes=30))
    assert found == (text, tone)


@given(st.text(), st.integers(min_value=5, max_value=300))
def test_an_excerpt_is_one_line_that_fits(text: str, length: int) -> None:
    short = words.excerpt(text, length)
    assert len(short) <= length + 1
    assert short == " ".join(short.split())


def test_an_excerpt_ends_between_words() -> None:
    assert words.excerpt("The phone was  never\nthere, they said", 22) == "The phone was never…"


@pytest.mark.parametrize(
    ("name", "letters"), [("Ana Reyes", "AR"), ("Cher", "C"), ("", "•"), ("Ana de la Cruz", "AC"), ("!!!", "•")]
)
def test_initials(name: str, letters: str) -> None:
    assert words.initials(name) == letters


def test_counts_agree_with_their_noun() -> None:
    assert (words.plural(1, "case"), words.plural(1204, "reply", "replies")) == ("1 case", "1,204 replies")
    assert (words.percent(0.456), words.percent(None), words.number(None)) == ("46 %", "–", "–")
