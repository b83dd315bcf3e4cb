"""Which rules were behind what people had to correct."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MODEL_ALONE = ""
"""Stands for a rule where none spoke for what was wrong: the model, or what came with the words."""


@dataclass(frozen=True, slots=True)
class RuleSays:
    """What a rule says of words in which it fires."""

    because: str
    topic: str | None
    risk: str | None
    actionable: float
    tier_at_least: int = 0
    sentiment: str | None = None
    shout_out: bool = False


@dataclass(frozen=True, slots=True)
class Override:
    """How often people said the same against the same; `fired` are the rules that had spoken, None where nobody knows."""

    said_topic: str
    right_topic: str | None
    said_asks: bool
    right_asks: bool | None
    no_risk: bool
    fired: tuple[str, ...] | None
    count: int = 1
    right_tier: int | None = None
    said_mood: str | None = None
    right_mood: str | None = None
    right_shout_out: bool | None = None


def blame(overrides: Iterable[Override], rules: Mapping[str, RuleSays]) -> Counter[str]:
    """How often each rule, by key, had said what people say is wrong; `MODEL_ALONE` where none had."""
    wrong: Counter[str] = Counter()
    for each in overrides:
        if each.fired is None:
            continue
        behind = {key for key in each.fired if key in rules and _is_behind(rules[key], each)}
        for key in behind or {MODEL_ALONE}:
            wrong[key] += each.count
    return wrong


def _is_behind(rule: RuleSays, override: Override) -> bool:
    said = (
        override.no_risk and rule.risk is not None,
        override.right_topic not in (None, override.said_topic) and rule.topic == override.said_topic,
        override.right_asks is False and override.said_asks and (rule.actionable > 0 or rule.risk is not None),
        override.right_asks is True and not override.said_asks and rule.actionable < 0,
        override.right_tier is not None and rule.tier_at_least > override.right_tier,
        override.right_mood is not None and rule.sentiment == override.said_mood,
        override.right_shout_out is False and rule.shout_out,
    )
    return any(said)
