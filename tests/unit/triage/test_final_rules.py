"""Where a rule is asked, and what a rule with the last word decides."""

from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localcare.triage.core import Item, Rule, RuleSet, Triager, Verdict
from localcare.triage.core.triager import Lexicon
from localcare.triage.shipped import load_rules, load_taxonomy

LEXICON = Lexicon(load_taxonomy())
SHIPPED = load_rules().rules
LAUNCH = Rule(id="launch", because="asks about the launch", any_of=("pellora one",))


@lru_cache(maxsize=4)
def triager_with(*rules: Rule) -> Triager:
    return Triager(RuleSet([*SHIPPED, *rules]), None, lexicon=LEXICON)


def judge(text: str, *rules: Rule, **facts: object) -> Verdict:
    return triager_with(*rules).judge_many([Item(id="1", text=text, **facts)])[0]  # type: ignore[arg-type]


def rule(**facts: object) -> Rule:
    return Rule(**{"id": "r", "because": "b", "any_of": ("pellora one",), **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("limits", "asked", "fires"),
    [
        ({}, {}, True),
        ({"channels": ("x",)}, {"channel": "x"}, True),
        ({"channels": ("x",)}, {"channel": "facebook"}, False),
        ({"language": "es"}, {"language": "es"}, True),
        ({"language": "es"}, {"language": "und"}, True),
        ({"language": "es"}, {"language": "en"}, False),
        ({"places": ("region:texas", "state:FL")}, {"places": frozenset({"state:FL", "store:7"})}, True),
        ({"places": ("region:texas",)}, {"places": frozenset({"state:FL"})}, False),
        ({"places": ("region:texas",)}, {}, False),
        ({"places": ("store:7",), "channels": ("x",)}, {"places": frozenset({"store:7"})}, False),
    ],
)
def test_a_rule_is_asked_only_where_it_applies(
    limits: dict[str, object], asked: dict[str, object], *, fires: bool
) -> None:
    found = RuleSet([rule(**limits)]).match_folded(" the pellora one is here ", **asked)  # type: ignore[arg-type]
    assert bool(found) == fires


def test_a_verdict_names_the_rules_that_fired() -> None:
    assert "launch" in judge("When does the Pellora One arrive?", LAUNCH).fired


def test_a_final_rule_decides_what_it_speaks_of_and_says_so() -> None:
    final = rule(topic="product-stock", tier_at_least=3, urgency="high", actionable=1.0, final=True)
    verdict = judge("I love the Pellora One, thank you so much, great service!", final)
    assert (verdict.topic, verdict.tier, verdict.urgency) == ("product-stock", 3, "high")
    assert verdict.actionable
    assert verdict.actionable_probability == pytest.approx(0.99)
    assert verdict.reasons[0].detail == "b (“pellora one”), which has the last word"


def test_what_a_final_rule_does_not_speak_of_is_weighed_as_ever() -> None:
    text = "My bill is wrong since I bought the Pellora One, I was charged twice"
    plain, ruled = judge(text), judge(text, rule(tier_at_least=3, final=True))
    assert ruled.tier == 3
    assert (ruled.topic, ruled.actionable_probability) == (plain.topic, plain.actionable_probability)


def test_of_two_final_rules_the_higher_precedence_decides_and_of_equal_ones_the_first() -> None:
    billing = rule(id="1", topic="billing", precedence=1, final=True)
    praise = rule(id="2", topic="waiting", precedence=5, final=True)
    assert judge("pellora one", billing, praise).topic == "waiting"
    assert judge("pellora one", rule(id="0", topic="hours-location", precedence=5, final=True), praise).topic == (
        "hours-location"
    )


def test_a_final_rule_makes_what_it_knows_need_no_answer() -> None:
    text = "My pellora one does not work, where is my refund?"
    assert judge(text).actionable
    verdict = judge(text, rule(actionable=-1.0, final=True))
    assert not verdict.actionable
    assert verdict.urgency == "low"


def test_no_final_rule_silences_a_risk() -> None:
    text = "The pellora one exploded and burned my hand, I had to go to the emergency room"
    plain = judge(text)
    assert plain.risks
    verdict = judge(text, rule(actionable=-1.0, tier_at_least=1, urgency="low", topic="waiting", final=True))
    assert verdict.actionable
    assert (verdict.risks, verdict.tier, verdict.urgency) == (plain.risks, plain.tier, plain.urgency)


@pytest.mark.long
@settings(max_examples=25)
@given(
    topic=st.sampled_from([None, *LEXICON.taxonomy.topics]),
    tier=st.integers(0, 3),
    actionable=st.sampled_from([-2.0, 0.0, 2.0]),
    urgency=st.sampled_from([None, "low", "critical"]),
)
def test_a_final_rule_is_obeyed_whatever_it_says(
    topic: str | None, tier: int, actionable: float, urgency: str | None
) -> None:
    said = rule(topic=topic, tier_at_least=tier, actionable=actionable, urgency=urgency, final=True)
    verdict = judge("Is the pellora one out at your store yet?", said)
    assert verdict.topic == topic or topic is None
    assert verdict.tier == tier or tier == 0
    assert verdict.actionable == (actionable > 0) or actionable == 0
    assert verdict.urgency == urgency or urgency is None or not verdict.actionable
