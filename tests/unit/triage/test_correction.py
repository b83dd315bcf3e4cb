"""What a person says of a verdict, as values: what comes together, what lapses, what never hides a danger."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.triage.core.correction import Part, Ruling, corrected, rule_no_risk, rule_topic
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


CALM = replace(ALARM, risks=(), tier=1, urgency="normal", shout_out_present=True, shout_out_names=("Marcus",))


def test_tier_matter_mood_and_praise_are_said_each_by_itself() -> None:
    said = Ruling("Ana", said_tier=3, said_matter="network", sentiment="neutral", shout_out=False)
    right = corrected(CALM, said)
    assert (right.tier, right.matter, right.topic, right.urgency) == (3, "network", "billing", "normal")
    assert (right.sentiment, right.sentiment_probability) == ("neutral", Sentiment(0, 1, 0))
    assert (right.shout_out_present, right.shout_out_names) == (False, ())
    assert right.reasons[0].detail == (
        "Ana says it is of tier 3, is a matter of the network, sounds neutral and praises nobody of the team"
    )


def test_praise_that_a_person_hears_keeps_the_names_that_were_found() -> None:
    assert corrected(CALM, Ruling("Ana", shout_out=True)).shout_out_names == ("Marcus",)


def test_a_tier_that_was_said_holds_whatever_is_said_of_the_topic_later() -> None:
    topic = rule_topic("Bo", "waiting", TAXONOMY, risks=(), page_kind="store")
    both = topic.beside(Ruling("Ana", said_tier=3, said_matter="network"))
    right = corrected(CALM, both)
    assert (right.topic, right.tier, right.matter) == ("waiting", 3, "network")
    assert both.who == "Bo"


def test_no_tier_takes_a_risk_out_of_senior_hands() -> None:
    assert corrected(ALARM, Ruling("Ana", said_tier=1)).tier == 3


def test_a_tier_that_was_said_holds_of_words_without_their_risk_too() -> None:
    assert corrected(ALARM, no_risk().beside(Ruling("Ana", said_tier=1))).tier == 1


def test_what_is_left_of_a_ruling_without_one_part_is_the_rest_of_it() -> None:
    both = Ruling("Ana", sentiment="positive").beside(no_risk())
    assert both.parts == ("risk", "mood")
    assert both.without("mood") == replace(no_risk(), who="Ana")
    assert both.without("mood").without("risk").says_anything is False


def test_a_label_of_before_says_what_it_said() -> None:
    kept = {"who": "Ana", "topic": "billing", "tier": 2, "matter": "billing", "actionable": None}
    assert Ruling(**kept).parts == ("topic",)  # type: ignore[arg-type]


RULINGS = st.builds(
    Ruling,
    st.sampled_from(["Ana", "Bo"]),
    actionable=st.none() | st.booleans(),
    said_tier=st.none() | st.integers(1, 3),
    said_matter=st.none() | st.sampled_from(["store", "network"]),
    sentiment=st.none() | st.sampled_from(["negative", "positive"]),
    shout_out=st.none() | st.booleans(),
)


def only(part: Part, ruling: Ruling) -> Ruling:
    """What a ruling says of one part, whoever says it."""
    for other in ruling.parts:
        ruling = ruling if other == part else ruling.without(other)
    return replace(ruling, who="")


@given(RULINGS, RULINGS)
def test_what_was_said_last_of_each_part_holds_and_nothing_else_is_lost(later: Ruling, earlier: Ruling) -> None:
    both = later.beside(earlier)
    assert set(both.parts) == {*later.parts, *earlier.parts}
    assert both.who == later.who
    for part in both.parts:
        assert only(part, both) == only(part, later if part in later.parts else earlier)


@given(RULINGS)
def test_a_ruling_that_is_held_twice_changes_nothing_more(ruling: Ruling) -> None:
    if ruling.says_anything:
        once = corrected(CALM, ruling)
        assert corrected(once, ruling) == once
