"""Folding, and what makes a rule fire."""

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
