"""The one formula that turns rules, model and signals into a verdict.

    log-odds(actionable) = prior or model + rules + signals

Each term is a `Weight` with its reason, so a verdict can always be taken apart into words. Sentiment is the same sum per
class, ended by a softmax; topic, tier and matter are sums of the same sort in `subject.py`. Urgency follows from risk and rules.
"""

import math
from collections.abc import Iterable, Sequence

from localcare.triage.core.evidence import Seen, Weight
from localcare.triage.core.language import SERVED, language_name
from localcare.triage.core.model import Scores
from localcare.triage.core.subject import RISKY, matter_of, second_topic, tier_of, topic_of, topic_reasons
from localcare.triage.core.taxonomy import Taxonomy
from localcare.triage.core.verdict import SENTIMENTS, Reason, Sentiment, Verdict
from localcare.triage.core.words import letters_to_read

PRIOR = -1.0  # what a mention is worth without model or words: about one in four needs an answer
MOOD = 1.5  # how much an all negative wording adds where the model cannot tell what needs an answer
RULES_CAP = 3.5  # many rules that say the same thing are not many times the evidence
CERTAIN = 5.0  # a risk needs a person, whatever else the text says
WITH_MODEL = 0.5  # how much of a sentiment rule still counts when the model has read the same words
SENSED = "high"  # how urgent a risk is that the model alone senses: looked at in minutes, nobody is woken up
UNSURE = 0.08  # this near to even, a person decides
RULES_ONLY = "rules-only"
_URGENCIES = ("low", "normal", "high", "critical")
_RULE_SENTIMENT = 1.0  # log-odds of one sentiment rule; signals count double


def decide(seen: Seen, taxonomy: Taxonomy) -> Verdict:
    """The verdict on one mention. Pure: the same evidence always gives the same verdict and the same reasons."""
    weights = list(weigh_action(seen))
    probability = probability_of(weights, rules_share=_rules_share(seen))
    sentiment = weigh_sentiment(seen)
    risks = risks_of(seen, taxonomy)
    doubt = None if risks else _doubt(seen, probability)
    actionable = probability >= 0.5 or doubt is not None
    topic = topic_of(seen, taxonomy, sentiment, actionable=actionable)
    matter = matter_of(seen, taxonomy, topic)
    also = second_topic(seen, taxonomy, matter, actionable=actionable)
    shout_out = _is_shout_out(seen, sentiment)
    about = (*topic_reasons(seen, topic), *(topic_reasons(seen, also) if also else ()))
    return Verdict(
        actionable=actionable,
        actionable_probability=probability,
        topic=topic,
        tier=1 if doubt else tier_of(seen, taxonomy, topic, risks, actionable=actionable),
        sentiment=sentiment.likeliest,
        sentiment_probability=sentiment,
        urgency=urgency_of(seen, taxonomy, risks, actionable=actionable),
        risks=risks,
        matter=matter,
        shout_out_present=shout_out,
        shout_out_names=seen.names if shout_out else (),
        language=seen.language,
        abstained=doubt is not None,
        model=seen.model,
        reasons=tuple(dict.fromkeys(_reasons(seen, weights, about, doubt))),
        fired=tuple(fired.rule.id for fired in seen.fired),
        also_topic=also,
        also_matter=taxonomy.topics[also].matter_on(seen.item.page_kind) if also else "",
        also_tier=taxonomy.topics[also].tier if also else 1,
    )


def _reasons(seen: Seen, weights: Sequence[Weight], about: Iterable[Reason], doubt: Reason | None) -> Iterable[Reason]:
    """All that speaks, in the order to read it: who opens a crisis reads first what makes it one."""
    yield from (weight.reason for weight in weights if weight.log_odds >= CERTAIN)
    yield from about
    yield from (weight.reason for weight in weights)
    if doubt:
        yield doubt
    yield from _felt_danger(seen)
    if not seen.scores and letters_to_read(seen.folded) == 1:
        yield Reason("signal", "one letter alone, of which nothing can be told")


def weigh_action(seen: Seen) -> Iterable[Weight]:
    """Every term that speaks for or against an answer. AT&T's rule: questions, problems, threats, incidents need one."""
    if seen.scores and seen.has_words:
        yield _model_weight(seen.scores, seen.language)
    for fired in seen.fired:
        rule = fired.rule
        log_odds = CERTAIN if rule.risk else rule.actionable
        if log_odds:
            yield Weight(log_odds, Reason("rule", f"{rule.because} ({fired.quoted})"))
    if (sensed := _sensed_risk(seen)) and seen.scores:
        reason = f"sounds like a risk ({sensed.replace('-', ' ')}) by its wording: {seen.scores.risk:.0%}"
        yield Weight(CERTAIN, Reason("model", reason))
    if seen.personal_data and seen.item.kind != "message":
        yield Weight(CERTAIN, Reason("signal", f"{seen.personal_data} stands in public"))
    yield from _signals(seen)


def _model_weight(scores: Scores, language: str) -> Weight:
    """What the model adds. It learned what needs an answer mostly from English; of other texts the mood says the rest."""
    likely, beside = scores.actionable, scores.beside
    answer = _logit(likely) - beside.easy
    if language == "en":
        return Weight(answer, Reason("model", f"needs an answer by its wording: {likely:.0%}"))
    negative, _, positive = scores.sentiment
    weight = beside.foreign * answer + (1 - beside.foreign) * (PRIOR + MOOD * (negative - positive))
    return Weight(weight, Reason("model", f"mood of its wording: {negative:.0%} negative, {positive:.0%} positive"))


def _rules_share(seen: Seen) -> float:
    """How much rules count beside this model: less where it has learned to read, fully where it has not."""
    return seen.scores.beside.answer_rules if seen.scores and seen.language == "en" else 1.0


def _signals(seen: Seen) -> Iterable[Weight]:
    item = seen.item
    if item.recommends is not None:
        yield Weight(
            -0.8 if item.recommends else 1.2,
            Reason("signal", "the customer recommends" if item.recommends else "the customer does not recommend"),
        )
    if item.rating is not None:
        stars = 1.2 if item.rating <= 2 else -0.8 if item.rating >= 4 else 0.3
        yield Weight(stars, Reason("signal", f"{item.rating} of 5 stars"))
    if not seen.has_words and item.has_attachments and item.kind != "comment":
        yield Weight(1.2, Reason("signal", "a photo or file without words: somebody has to look"))


def probability_of(weights: Sequence[Weight], *, rules_share: float = 1.0) -> float:
    """The logistic of prior (unless the model spoke), model, rules (capped either way) and signals."""
    by_source = {
        source: [w.log_odds for w in weights if w.reason.source == source] for source in ("model", "rule", "signal")
    }
    rules = by_source["rule"]
    certain = CERTAIN if any(abs(r) >= CERTAIN for r in rules) else 0.0
    for_it = min(RULES_CAP, sum(r for r in rules if 0 < r < CERTAIN))
    against = max(-RULES_CAP, sum(r for r in rules if r < 0))
    base = sum(by_source["model"]) if by_source["model"] else PRIOR
    return 1 / (1 + math.exp(-(base + certain + rules_share * (for_it + against) + sum(by_source["signal"]))))


def weigh_sentiment(seen: Seen) -> Sentiment:
    """Model, sentiment rules and the customer's own flag or stars, added up per class."""
    start = seen.scores.sentiment if seen.scores and seen.has_words else (0.25, 0.5, 0.25)
    logits = dict(zip(SENTIMENTS, (math.log(max(p, 1e-6)) for p in start), strict=True))
    step = _RULE_SENTIMENT * (WITH_MODEL if seen.scores else 1)
    for fired in seen.fired:
        mood = "negative" if fired.rule.risk else fired.rule.sentiment
        if mood:
            logits[mood] += step * fired.rule.weight
    if seen.item.recommends is not None:
        logits["positive" if seen.item.recommends else "negative"] += 2 * _RULE_SENTIMENT
    if seen.item.rating is not None:
        stars = seen.item.rating
        logits["negative" if stars <= 2 else "positive" if stars >= 4 else "neutral"] += 2 * _RULE_SENTIMENT
    top = max(logits.values())
    shares = [math.exp(logits[s] - top) for s in SENTIMENTS]
    return Sentiment(*(share / sum(shares) for share in shares))


def risks_of(seen: Seen, taxonomy: Taxonomy) -> tuple[str, ...]:
    """The risks found, in the taxonomy's order."""
    found = {fired.rule.risk for fired in seen.fired}
    if seen.personal_data and seen.item.kind != "message":
        found.add("privacy")
    if sensed := _sensed_risk(seen):
        found.add(sensed)
    return tuple(slug for slug in taxonomy.risks if slug in found)


def _sensed_risk(seen: Seen) -> str | None:
    """The risk the model alone is sure enough of; only in the languages it has read."""
    if seen.scores is None or seen.scores.risk < seen.scores.beside.alarm_from or seen.language not in SERVED:
        return None
    return seen.scores.risk_kind or None  # a model of before 2026.11.3 senses danger, not which


def _felt_danger(seen: Seen) -> Iterable[Reason]:
    """Why the tier is the highest where the model feels a danger and cannot name it."""
    if seen.scores and seen.scores.risk >= RISKY and not _sensed_risk(seen):
        yield Reason("model", f"sounds like a risk by its wording: {seen.scores.risk:.0%}")


def urgency_of(seen: Seen, taxonomy: Taxonomy, risks: Iterable[str], *, actionable: bool) -> str:
    """The most urgent of what risks and rules ask for; `low` when nobody needs to answer."""
    asked = [fired.rule.urgency for fired in seen.fired if fired.rule.urgency and actionable]
    asked += [taxonomy.risks[risk].urgency for risk in risks if not _is_softened(risk, seen)]
    asked += [SENSED] if _sensed_risk(seen) else []
    return max([*asked, "normal" if actionable else "low"], key=_URGENCIES.index)


def _is_softened(risk: str, seen: Seen) -> bool:
    """Whether every rule that saw the risk names an urgency of its own: mould on a bun wakes nobody up, glass in it does.

    What the model alone senses does not either.
    """
    rules = [fired.rule for fired in seen.fired if fired.rule.risk == risk]
    return all(rule.urgency for rule in rules) and (bool(rules) or not (risk == "privacy" and seen.personal_data))


def _doubt(seen: Seen, probability: float) -> Reason | None:
    is_positive = seen.item.recommends or (seen.item.rating or 0) >= 4
    if seen.language not in (*SERVED, "und") and not is_positive:
        return Reason("signal", f"in {language_name(seen.language)}, which triage cannot read: tier 1 looks")
    if abs(probability - 0.5) <= UNSURE:
        return Reason("signal", f"unsure whether it needs an answer ({probability:.0%}): tier 1 looks")
    return None


def _is_shout_out(seen: Seen, sentiment: Sentiment) -> bool:
    return sentiment.likeliest != "negative" and any(fired.rule.shout_out for fired in seen.fired)


def _logit(probability: float) -> float:
    clipped = min(max(probability, 0.02), 0.98)
    return math.log(clipped / (1 - clipped))
