"""Rules that have the last word: what a `final` rule speaks of is decided by it alone, whatever model and others say.

Each of topic, tier, urgency and “needs an answer” is decided by the final rule of the highest precedence that speaks of it;
of two equal ones by the first. No rule silences a risk: with one, a mention needs an answer, at least at that risk's tier
and urgency.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from localcare.triage.core.rules import Fired, Rule
from localcare.triage.core.taxonomy import Taxonomy
from localcare.triage.core.verdict import PageKind, Reason, Verdict

CERTAINLY = 0.99  # the probability that stands for a decision which nobody weighed
_URGENCIES = ("low", "normal", "high", "critical")


@dataclass(frozen=True, slots=True)
class FinalSay:
    """Which fired rule decides what; None leaves it to the sum of all evidence."""

    topic: Fired | None
    tier: Fired | None
    urgency: Fired | None
    answer: Fired | None


def final_say(fired: Sequence[Fired]) -> FinalSay | None:
    """What the final rules among those that fired decide; None when there is none of them."""
    last_words = [each for each in fired if each.rule.final]
    if not last_words:
        return None
    ranked = sorted(last_words, key=lambda each: -each.rule.precedence)
    return FinalSay(
        topic=_first(ranked, lambda rule: rule.topic is not None),
        tier=_first(ranked, lambda rule: rule.tier_at_least > 0),
        urgency=_first(ranked, lambda rule: rule.urgency is not None),
        answer=_first(ranked, lambda rule: rule.actionable != 0),
    )


def overrule(verdict: Verdict, say: FinalSay, taxonomy: Taxonomy, *, page_kind: PageKind) -> Verdict:
    """The verdict with what final rules decide in the place of what was weighed; each decision is a reason, first of all."""
    risks = [taxonomy.risks[risk] for risk in verdict.risks]
    verdict = _decide_topic(verdict, say.topic, taxonomy, page_kind)
    verdict = _decide_answer(verdict, say.answer)
    if say.tier:
        verdict = replace(verdict, tier=max(say.tier.rule.tier_at_least, *(risk.tier for risk in risks), 0))
    if say.urgency and verdict.actionable:
        asked = [say.urgency.rule.urgency or "normal", *(risk.urgency for risk in risks)]
        verdict = replace(verdict, urgency=max(asked, key=_URGENCIES.index))
    return replace(verdict, reasons=tuple(dict.fromkeys((*_reasons(say), *verdict.reasons))))


def _decide_topic(verdict: Verdict, decider: Fired | None, taxonomy: Taxonomy, page_kind: PageKind) -> Verdict:
    topic = taxonomy.topics.get((decider.rule.topic or "") if decider else "")
    if topic is None:
        return verdict
    tier = (
        verdict.tier
        if verdict.abstained
        else max(topic.tier, *(taxonomy.risks[risk].tier for risk in verdict.risks), 0)
    )
    return replace(verdict, topic=topic.slug, tier=tier, matter=topic.matter_on(page_kind))


def _decide_answer(verdict: Verdict, decider: Fired | None) -> Verdict:
    if decider is None:
        return verdict
    if decider.rule.actionable > 0:
        urgency = "normal" if verdict.urgency == "low" else verdict.urgency
        return replace(verdict, actionable=True, actionable_probability=CERTAINLY, abstained=False, urgency=urgency)
    if verdict.risks:
        return verdict
    return replace(verdict, actionable=False, actionable_probability=1 - CERTAINLY, abstained=False, urgency="low")


def _first(ranked: Sequence[Fired], speaks: Callable[[Rule], bool]) -> Fired | None:
    return next((each for each in ranked if speaks(each.rule)), None)


def _reasons(say: FinalSay) -> list[Reason]:
    deciders = [each for each in (say.answer, say.topic, say.tier, say.urgency) if each]
    return [Reason("rule", f"{each.rule.because} ({each.quoted}), which has the last word") for each in deciders]
