"""Folding, and what makes a rule fire."""

import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.triage.core import Rule, RuleSet
from localcare.triage.core.words import fold, pattern_of


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Don't STOP", " dont stop "),
        ("¿A qué hora abren?", " ? a que hora abren ? "),
        ("señal   caída", " senal caida "),
        ("see https://x.test/a?b=1 and www.y.test now", " see and now "),
        ("@care_team help me", " help me "),
        ("great 👍🏽 job", " great 👍 job "),
        ("so sad :( ok :)", " so sad 🙁 ok 🙂 "),
        ("w\u0336o\u0336r\u0336s\u0336t", " worst "),
        ("zero\u200bwidth", " zerowidth "),
        ("𝐟𝐫𝐞𝐞 iPhone", " free iphone "),
        ("a\x00b\x07c", " a b c "),
        ("", " "),
        ("...", " "),
    ],
)
def test_text_folds_to_plain_words_between_single_spaces(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_folded_text_changes_nothing_but_marks(text: str) -> None:
    folded = fold(text)
    assert folded == " " or (folded.startswith(" ") and folded.endswith(" ") and "  " not in folded)


@given(st.text(alphabet="abc dé*!?'", max_size=12))
def test_a_pattern_is_found_in_the_text_it_came_from(phrase: str) -> None:
    pattern = pattern_of(phrase)
    assert not pattern or pattern in fold(phrase.removesuffix("*"))


def _fires(text: str, *, channel: str = "facebook", on: date | None = None, **parts: Any) -> bool:
    rule = Rule(id="r", because="b", **parts)
    return bool(RuleSet([rule], on=on).match(text, channel=channel))


def test_whole_words_do_not_fire_inside_others() -> None:
    assert _fires("the RATS!", any_of=("rats",))
    assert not _fires("congrats", any_of=("rats",))


def test_a_stem_fires_on_every_ending() -> None:
    assert _fires("I am cancelling it", any_of=("cancel*",))
    assert not _fires("they uncancel it", any_of=("cancel*",))


def test_accents_and_case_do_not_matter_on_either_side() -> None:
    assert _fires("SEÑAL", any_of=("senal",))
    assert _fires("senal", any_of=("señal",))


def test_all_of_wants_every_phrase() -> None:
    assert _fires("the bill is wrong", any_of=("bill",), all_of=("wrong",))
    assert not _fires("the bill is here", any_of=("bill",), all_of=("wrong",))


@pytest.mark.parametrize(("gap", "fires"), [(0, True), (3, True), (4, False)])
def test_near_counts_the_words_between_either_way_round(gap: int, fires: bool) -> None:
    words = " ".join(["x"] * gap)
    near = (("phone",), ("fire",))
    assert _fires(f"phone {words} fire", near=near, within=3) is fires
    assert _fires(f"fire {words} phone", near=near, within=3) is fires


def test_an_unless_phrase_covers_only_its_own_words() -> None:
    parts: dict[str, Any] = {"any_of": ("killer",), "unless": ("killer deal",)}
    assert not _fires("a killer deal", **parts)
    assert _fires("a killer deal from a killer", **parts)


def test_a_none_of_phrase_silences_the_rule() -> None:
    assert not _fires("thanks, thanks for nothing", any_of=("thanks",), none_of=("thanks for nothing",))


def test_a_rule_for_a_channel_is_silent_elsewhere() -> None:
    assert _fires("hello", any_of=("hello",), channels=("x",), channel="x")
    assert not _fires("hello", any_of=("hello",), channels=("x",), channel="google")


def test_a_dated_rule_is_in_force_between_its_days() -> None:
    week: dict[str, Any] = {"any_of": ("launch",), "since": date(2026, 9, 1), "until": date(2026, 9, 7)}
    assert _fires("launch", on=date(2026, 9, 7), **week)
    assert not _fires("launch", on=date(2026, 9, 8), **week)
    assert not _fires("launch", on=None, **week)


def test_emoji_fire_like_words() -> None:
    assert _fires("so good😡😡", any_of=("😡",))


def test_the_words_that_fired_are_told() -> None:
    fired = RuleSet([Rule(id="r", because="b", any_of=("cancel*", "bill"))]).match("Cancelling over a bill")
    assert fired[0].words == ("cancelling", "bill")


def test_no_rules_match_nothing() -> None:
    assert RuleSet([]).match("anything") == []


def test_thousands_of_rules_cost_one_pass_each_text() -> None:
    rules = RuleSet([Rule(id=str(i), because="b", any_of=(f"word{i}", f"stem{i}*")) for i in range(5_000)])
    fired = [fired.rule.id for fired in rules.match("word17 and stem4711ing")]
    assert fired == ["4", "17", "47", "471", "4711"]


@given(st.lists(st.sampled_from(["a", "b", "c", "ab", "abc", "z"]), max_size=12), st.integers(0, 4), st.data())
def test_words_are_near_whatever_else_stands_in_the_text(words: list[str], within: int, data: st.DataObject) -> None:
    phrases = st.lists(st.sampled_from(["a", "b", "ab*", "c a"]), min_size=1, max_size=2, unique=True).map(tuple)
    left, right = data.draw(phrases), data.draw(phrases)
    assert _fires(" ".join(words), near=(left, right), within=within) == _is_near(words, left, right, within)


def _is_near(words: list[str], left: tuple[str, ...], right: tuple[str, ...], within: int) -> bool:
    """The same by looking at every pair."""
    one, other = ([spot for phrase in phrases for spot in _spots(words, phrase)] for phrases in (left, right))
    return any(a != b and max(a[0], b[0]) - min(a[1], b[1]) <= within for a in one for b in other)


def _spots(words: list[str], phrase: str) -> list[tuple[int, int, bool]]:
    """(first word, word after the last, whether it is a stem) of each place where a phrase stands."""
    parts, is_stem = phrase.removesuffix("*").split(), phrase.endswith("*")
    return [
        (at, at + len(parts), is_stem)
        for at in range(len(words) - len(parts) + 1)
        if (words[at].startswith(parts[0]) if is_stem else words[at : at + len(parts)] == parts)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "fell " * 10_000 + "and then for a long time nothing at all " + "floor " * 10_000,
        "killer deal " * 10_000,
    ],
    ids=["far from near", "all passed over"],
)
def test_a_text_of_100_kb_that_repeats_a_rules_words_holds_nobody_up(text: str) -> None:
    began = time.perf_counter()
    assert not _fires(text, any_of=("fell", "killer"), near=(("fell",), ("floor",)), unless=("killer deal",), within=5)
    assert time.perf_counter() - began < 2  # every pair looked at took minutes
