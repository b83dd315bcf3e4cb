"""What is wrong with a rule is said in a sentence; what contradicts another rule too."""

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.triage.core import Rule
from localcare.triage.core.rule_faults import MOST_PHRASES, conflicts_of, faults_of, is_too_broad
from localcare.triage.core.rule_marks import mark_words
from localcare.triage.core.rule_words import outcome_in_words, when_in_words, words_in_full
from localcare.triage.shipped import load_lists, load_rules, load_taxonomy

TAXONOMY = load_taxonomy()


def rule(**facts: Any) -> Rule:
    usual = {"id": "r", "because": "asks about the launch", "any_of": ("pellora one",), "topic": "product-stock"}
    return Rule(**{**usual, **facts})


def test_a_good_rule_has_no_faults() -> None:
    assert faults_of(rule(near=(("pick up",), ("late*",)), none_of=("joke",), unless=("not late",)), TAXONOMY) == []


def test_the_shipped_rules_could_be_written_on_the_page() -> None:
    names = set(load_lists()["first-name"])
    faulty = {
        each.id: [fault.says for fault in found]
        for each in load_rules().rules
        if not (each.risk or names.intersection(each.any_of)) and (found := faults_of(each, TAXONOMY))
    }
    assert faulty == {}


@pytest.mark.parametrize(
    ("facts", "field", "says"),
    [
        ({"any_of": ()}, "any", "never fires"),
        ({"any_of": ("",)}, "any", "has no word, digit or emoji"),
        ({"any_of": ("…",)}, "any", "has no word, digit or emoji"),
        ({"any_of": ("https://example.com",)}, "any", "links and @names are never read"),
        ({"any_of": ("the",)}, "any", "stands in nearly every text"),
        ({"any_of": ("de la",)}, "any", "stands in nearly every text"),
        ({"all_of": ("y",)}, "all", "stands in nearly every text"),
        ({"any_of": ("a*",)}, "any", "a stem has 3 letters at least"),
        ({"any_of": ("de*",)}, "any", "a stem has 3 letters at least"),
        ({"any_of": ("*",)}, "any", "has no word"),
        ({"any_of": ("can*cel",)}, "any", "only at the end"),
        ({"any_of": ("pel\0lora",)}, "any", "a character that nobody can see"),
        ({"none_of": ("x" * 201,)}, "none", "too long"),
        ({"any_of": ("{nobody}",)}, "any", "there is no list of that name"),
        ({"any_of": tuple(f"word {n}" for n in range(10_000))}, "any", f"{MOST_PHRASES:,} phrases at most; these are 10,000"),
        ({"near": (("a phone",), ())}, "near_right", "both sides"),
        ({"near": ((), ("a phone",))}, "near_left", "both sides"),
        ({"within": 0}, "within", "Between 1 and 50"),
        ({"denials": ("…",)}, "denials", "has no word"),
        ({"none_of": ("Pellora  ONE",)}, "none", "both wanted and unwanted"),
        ({"since": date(2026, 12, 2), "until": date(2026, 12, 1)}, "until", "ends before it begins"),
        ({"topic": None}, "topic", "Choose what the rule says"),
        ({"topic": None, "sentiment": "negative", "final": True}, "final", "The last word on what?"),
        ({"topic": "nothing"}, "topic", "no topic 'nothing'"),
        ({"risk": "nothing"}, "risk", "no risk 'nothing'"),
        ({"channels": ("fax",)}, "channels", "no channel 'fax'"),
        ({"because": " "}, "because", "the reason that agents read"),
        ({"because": "a\0b"}, "because", "“a□b” holds a character that nobody can see"),
        ({"because": "b" * 201}, "because", "too long"),
        ({"owner": "\0"}, "owner", "nobody can see"),
        ({"weight": math.nan}, "weight", "between 0 and 100"),
        ({"weight": math.inf}, "weight", "between 0 and 100"),
        ({"weight": -1.0}, "weight", "between 0 and 100"),
        ({"actionable": math.inf}, "actionable", "between -100 and 100"),
        ({"precedence": 10**30}, "precedence", "between -1,000 and 1,000"),
    ],
)  # fmt: skip
def test_a_fault_is_a_sentence_at_its_field(facts: dict[str, object], field: str, says: str) -> None:
    found = [fault for fault in faults_of(rule(**facts), TAXONOMY) if fault.field == field]
    assert found, faults_of(rule(**facts), TAXONOMY)
    assert says in found[0].says


@given(st.text(max_size=30))
def test_any_phrase_is_judged_without_a_crash(phrase: str) -> None:
    facts = rule(any_of=(phrase,))
    for fault in faults_of(facts, TAXONOMY):
        assert "\0" not in fault.says
    assert when_in_words(facts)


@pytest.mark.parametrize(
    ("mine", "other", "kind"),
    [
        ({"topic": "billing"}, {"topic": "waiting"}, "contradicts"),
        ({"actionable": 2.0}, {"actionable": -1.0}, "contradicts"),
        ({"topic": None, "sentiment": "positive"}, {"topic": None, "sentiment": "negative"}, "contradicts"),
        ({"topic": "billing"}, {"topic": "waiting", "final": True}, "unheard"),
        ({"topic": "billing", "any_of": ("the pellora one plus",)}, {"topic": "waiting", "final": True}, "unheard"),
        ({"topic": "billing"}, {"topic": "billing", "any_of": ("pellora one", "pellora two")}, "repeats"),
        ({"topic": "billing"}, {"topic": "billing", "any_of": ("pellora two",)}, None),
        ({"topic": "billing"}, {"topic": "waiting", "weight": 0.5}, None),
        ({"topic": "billing", "channels": ("x",)}, {"topic": "waiting", "channels": ("google",)}, None),
        ({"topic": "billing", "language": "es"}, {"topic": "waiting", "language": "en"}, None),
        ({"topic": "billing", "until": date(2026, 1, 1)}, {"topic": "waiting", "since": date(2026, 2, 1)}, None),
        ({"topic": "billing", "risk": "legal"}, {"topic": "billing", "final": True}, "repeats"),
        ({"topic": "billing", "final": True, "precedence": 9}, {"topic": "waiting", "final": True}, "contradicts"),
        ({"topic": "billing"}, {"topic": "billing", "final": True, "channels": ("x",)}, "repeats"),
        ({"topic": "billing"}, {"topic": "waiting", "final": True, "denials": ("no",)}, "contradicts"),
    ],
)
def test_conflicts_with_another_rule_are_found(
    mine: dict[str, object], other: dict[str, object], kind: str | None
) -> None:
    found = conflicts_of(rule(id="mine", **mine), [rule(id="other", **other)])
    assert [conflict.kind for conflict in found] == ([kind] if kind else [])


def test_a_rule_is_in_nobodys_way_but_others() -> None:
    assert conflicts_of(rule(), [rule(topic="billing")]) == []


@pytest.mark.parametrize(("fired", "read", "broad"), [(5, 100, False), (6, 100, True), (3, 10, False), (0, 0, False)])
def test_a_rule_on_every_twentieth_mention_is_too_broad(fired: int, read: int, *, broad: bool) -> None:
    assert is_too_broad(fired, read) == broad


def test_a_rule_reads_like_a_sentence() -> None:
    full = rule(
        any_of=("pellora one", "launch*"), near=(("late",), ("pick up", "pickup")), within=5, none_of=("joke",),
        unless=("launch party",), denials=("no",), channels=("x", "instagram"), language="es", places=("region:texas",),
        since=date(2026, 11, 20), until=date(2026, 11, 27), tier_at_least=2, urgency="high", actionable=1.5,
    )  # fmt: skip
    assert when_in_words(full, {"region:texas": "Texas"}) == (
        "Fires when “pellora one” or a word beginning with “launch” stands in the text, and “late” stands within 5 words of"
        " “pick up” or “pickup”, but not when “joke” stands there too; “launch party” is passed over; what stands right"
        " after “no” does not count. Only on X and Instagram;"
        " only in Spanish; only about Texas; only from 2026-11-20 to 2026-11-27."
    )
    assert outcome_in_words(full, TAXONOMY) == (
        "Then it is about product and stock, it speaks clearly for an answer, it goes to tier 2 or higher and it is of high"
        " urgency or more."
    )
    last = rule(tier_at_least=2, actionable=-3.0, final=True, precedence=10)
    assert outcome_in_words(last, TAXONOMY).endswith(
        "it needs no answer and it goes to tier 2. It has the last word on this, at precedence 10."
    )


def test_a_list_of_words_is_called_by_its_name_and_spelled_out_in_full() -> None:
    named = rule(any_of=("{body}", "pellora one"), denials=("no",))
    assert when_in_words(named).startswith("Fires when a word of the list “body” or “pellora one” stands in the text;")
    many = rule(any_of=tuple(f"word {n}" for n in range(301)), near=(("late",), ("pick\0up",)))
    assert [(label, len(words), more) for label, words, more in words_in_full(many)] == [
        ("Any of these", 300, 1), ("Near each other: one of these", 1, 0), ("and one of those", 1, 0),
    ]  # fmt: skip
    assert words_in_full(many)[2][1] == ["pick□up"]


def test_the_words_are_marked_as_the_customer_wrote_them() -> None:
    marked = mark_words("My PELLÓRA  One hasn't come 😡!", ["pellora one", "hasnt", "😡"])
    assert [part.text for part in marked if part.marked] == ["PELLÓRA  One hasn't", "😡"]
    assert "".join(part.text for part in marked) == "My PELLÓRA  One hasn't come 😡!"


@given(st.text(max_size=60), st.lists(st.text(max_size=8), max_size=3))
def test_marking_loses_no_letter(text: str, phrases: list[str]) -> None:
    assert "".join(part.text for part in mark_words(text, phrases)) == text
