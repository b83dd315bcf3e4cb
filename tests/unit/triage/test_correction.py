"""What a person says of a verdict, as values: what comes together, what lapses, what never hides a danger."""

from dataclasses import replace

import pytest

from localcare.triage.core.correction import Ruling, corrected, rule_no_risk, rule_topic
from localcare.triage.core.verdict import NO_RISK, Sentiment, Verdict
from localcare.triage.shipped import load_taxonomy

TAXONOMY = load_taxonomy()
ALARM = Verdict(
    True, 0.99, "billing", 3, "negative", Sentiment(0.8, 0.1, 0.1), "critical", ("injury",), "billing", False, (), "en",
    False, "rules-only", (),
)  # fmt: skip


def no_risk(topic: str = "billing") -> Ruling:
    return rule_no_risk("Bo", topic, TAXONOMY, words="p1")


def test_without_its_risk_a_verdict_is_as_hard_as_its_topic_and_asks_as_before() -> None:
    right = corrected(ALARM, no_risk())
    assert (right.risks, right.tier, right.urgency, right.actionable) == ((), 2, "normal", True)
    assert right.reasons[0].detail == "Bo says it carries no risk"


def test_a_verdict_without_a_risk_stays_as_it_is_but_for_the_word() -> None:
    calm = replace(ALARM, risks=(), tier=1, urgency="high")
    assert replace(corrected(calm, no_risk()), reasons=()) == calm


@pytest.mark.parametrize("words", ["p1", "p2"])
def test_it_holds_of_these_words_alone(words: str) -> None:
    ruling = no_risk().of_words(words)
    assert ruling.says_anything is (words == "p1")


def test_of_other_words_the_topic_that_was_said_beside_it_still_holds_at_the_tier_of_their_risk() -> None:
    topic = rule_topic("Ana", "waiting", TAXONOMY, risks=(), page_kind="store")
    both = topic.beside(no_risk())
    assert (both.topic, both.tier, both.risk) == ("waiting", 1, NO_RISK)
    edited = corrected(ALARM, both.of_words("p2"))
    assert (edited.topic, edited.tier, edited.risks, edited.urgency) == ("waiting", 3, ("injury",), "critical")


def test_a_topic_said_while_there_was_a_risk_is_no_senior_matter_without_it() -> None:
    topic = rule_topic("Ana", "waiting", TAXONOMY, risks=("injury",), page_kind="store")
    assert topic.tier == 3
    both = no_risk("waiting").beside(topic)
    assert (both.topic, both.tier, both.who) == ("waiting", 1, "Bo")


def test_that_it_needs_no_answer_can_be_said_too() -> None:
    both = Ruling("Ana", actionable=False).beside(no_risk())
    right = corrected(ALARM, both)
    assert (right.actionable, right.urgency, right.risks) == (False, "low", ())
    assert right.reasons[0].detail == "Ana says it needs no answer and carries no risk"
