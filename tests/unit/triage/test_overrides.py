"""Which rules were behind a correction: only those that had said what people say is wrong."""

import pytest

from localcare.triage.core.overrides import MODEL_ALONE, Override, RuleSays, blame

RULES = {
    "hurt": RuleSays("somebody is hurt", None, "injury", 0.0),
    "bill": RuleSays("a bill", "billing", None, 1.0),
    "deal": RuleSays("a deal", None, None, -1.5),
}
ALL = tuple(RULES)


@pytest.mark.parametrize(
    ("override", "wrong"),
    [
        (Override("billing", None, True, None, True, ALL), {"hurt": 1}),
        (Override("billing", "waiting", True, None, False, ALL, 3), {"bill": 3}),
        (Override("billing", None, True, False, False, ALL), {"hurt": 1, "bill": 1}),
        (Override("billing", None, False, True, False, ALL), {"deal": 1}),
        (Override("waiting", "billing", True, None, False, ALL), {MODEL_ALONE: 1}),
        (Override("billing", "waiting", True, None, False, ("gone",)), {MODEL_ALONE: 1}),
        (Override("billing", "waiting", True, None, False, None), {}),
    ],
)
def test_a_rule_is_to_blame_for_what_it_had_said(override: Override, wrong: dict[str, int]) -> None:
    assert blame([override], RULES) == wrong


@pytest.mark.parametrize(
    ("override", "wrong"),
    [
        (Override("billing", None, True, None, False, ("grave",), right_tier=1), {"grave": 1}),
        (Override("billing", None, True, None, False, ("grave",), right_tier=3), {MODEL_ALONE: 1}),
        (
            Override("praise", None, False, None, False, ("thanks",), said_mood="positive", right_mood="negative"),
            {"thanks": 1},
        ),
        (
            Override("praise", None, False, None, False, ("thanks",), said_mood="neutral", right_mood="negative"),
            {MODEL_ALONE: 1},
        ),
        (Override("praise", None, False, None, False, ("thanks",), right_shout_out=False), {"thanks": 1}),
        (Override("praise", None, False, None, False, ("thanks",), right_shout_out=True), {MODEL_ALONE: 1}),
    ],
)
def test_tier_mood_and_praise_have_their_rules_too(override: Override, wrong: dict[str, int]) -> None:
    rules = {
        "grave": RuleSays("it is grave", None, None, 0.0, tier_at_least=3),
        "thanks": RuleSays("thanks", None, None, 0.0, sentiment="positive", shout_out=True),
    }
    assert blame([override], rules) == wrong
