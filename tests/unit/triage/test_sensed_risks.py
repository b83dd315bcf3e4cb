"""A risk that no rule saw and the model is sure of is an alarm, though nobody is woken up by it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from localcare.triage.core import Item, Triager
from localcare.triage.core.model import Beside, Scores

TEXT = "Something in the way it was told does not let me sleep"


@dataclass(frozen=True, slots=True)
class Sensing:
    """A model that senses one risk in everything."""

    risk: float
    version: str = "sensing"

    def score(self, texts: Sequence[str]) -> list[Scores]:
        return [
            Scores(
                0.1,
                (0.3, 0.4, 0.3),
                risk=self.risk,
                risk_kind="self-harm",
                beside=Beside(alarm_from=0.8),
                by=self.version,
            )
            for _ in texts
        ]


def _judged(triager: Triager, risk: float, text: str = TEXT) -> tuple[tuple[str, ...], bool, str, int]:
    other = Triager(triager.rules, Sensing(risk), lexicon=triager.lexicon)
    verdict = other.judge_many([Item("1", text)])[0]
    return verdict.risks, verdict.actionable, verdict.urgency, verdict.tier


def test_a_risk_the_model_is_sure_of_is_answered_but_wakes_nobody(triager: Triager) -> None:
    assert _judged(triager, 0.85) == (("self-harm",), True, "high", 3)


@pytest.mark.parametrize("risk", [0.0, 0.5, 0.79])
def test_below_its_mark_it_raises_no_alarm(triager: Triager, risk: float) -> None:
    assert _judged(triager, risk)[0] == ()


def test_a_rule_that_sees_the_same_risk_keeps_its_own_urgency(triager: Triager) -> None:
    risks, _, urgency, _ = _judged(triager, 0.85, "I want to kill myself")
    assert risks == ("self-harm",)
    assert urgency == "critical"


def test_the_reason_says_that_it_is_the_models_sense(triager: Triager) -> None:
    verdict = Triager(triager.rules, Sensing(0.9), lexicon=triager.lexicon).judge_many([Item("1", TEXT)])[0]
    assert any(reason.source == "model" and "self harm" in reason.detail for reason in verdict.reasons)
