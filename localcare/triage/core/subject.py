"""What a mention is about, how hard that is and whose matter: the second half of the one formula.

    log p(topic)  = TOPIC_TRUST · log p_model(topic) + RULE · topic rules
    log p(tier)   = log p_model(tier) + USUAL · [the topic's usual tier]
    log p(matter) = log p_model(matter) + OWNER · [the topic's usual owner on such a page]

Without a model its terms are left out, so that rules and the taxonomy decide alone. What needs no answer is of tier 1; rules
and risks only ever lift a tier.
"""

import math
from collections.abc import Iterable, Mapping
from itertools import chain

from localcare.triage.core.evidence import Seen
from localcare.triage.core.taxonomy import OTHER, PRAISE, QUESTION, Taxonomy
from localcare.triage.core.verdict import Reason, Sentiment

RULE = 1.6  # log-odds of one topic rule of weight 1 beside the model
RULES_AT_MOST = 5.0  # many rules that say the same are not many times the evidence
# seen in few labelled texts: the model may not rule them out against a rule
SELDOM = {"accessibility": 0.05, "upgrade-device": 0.1}
ELSEWHERE = 0.3  # how much the model is believed in another language than English: it has seen little of them
USUAL, OWNER = 1.0, 3.0
OWNER_THERE = 4.5  # where the taxonomy names another owner on a store's page, whose reader is the store
RISKY = 0.7  # from here on the model's own sense of danger lifts a text without a rule's risk to the highest tier
PLAIN = 2.0  # so heavy are the rules of a topic that stands there beside another one
_SIDES = {"store": "store", "network": "centre", "billing": "centre", "account": "centre"}
PLAINLY = 0.75  # so positive that it is praise though no word of praise was found


def topic_of(seen: Seen, taxonomy: Taxonomy, sentiment: Sentiment, *, actionable: bool) -> str:
    """The likeliest topic; praise only of what needs no answer. Without a model: that of the heaviest rules."""
    ruled = weigh_rules(seen, taxonomy)
    if seen.scores and seen.scores.topics and seen.has_words:
        return _likeliest(seen, ruled, actionable=actionable)
    if not actionable and _is_praise(seen, sentiment):
        return PRAISE
    if not actionable and sentiment.likeliest != "negative":
        return OTHER
    topic = max(ruled, key=ruled.__getitem__)
    return topic if ruled[topic] > 0 else OTHER


def _likeliest(seen: Seen, ruled: Mapping[str, float], *, actionable: bool) -> str:
    topics = seen.scores.topics if seen.scores else {}
    rule = RULE * (seen.scores.beside.topic_rules if seen.scores and seen.language == "en" else 1.0)
    trust = 1.0 if seen.language == "en" else ELSEWHERE
    open_to = [topic for topic in topics if not (actionable and topic == PRAISE)]
    favourite = max(open_to, key=topics.__getitem__)
    sums = {
        topic: trust * math.log(max(topics[topic], SELDOM.get(topic, 1e-6)))
        + rule * min(RULES_AT_MOST, ruled.get(topic, 0.0))
        for topic in open_to
        if topic == favourite or ruled.get(topic)  # one that no rule speaks of wins only as the model's favourite
    }
    return max(sums, key=sums.__getitem__)


def weigh_rules(seen: Seen, taxonomy: Taxonomy) -> dict[str, float]:
    """How heavy the rules of each topic are; praise has none."""
    heavy = dict.fromkeys(taxonomy.topics, 0.0)
    heavy.pop(PRAISE, None)
    for fired in seen.fired:
        if fired.rule.topic in heavy:
            heavy[fired.rule.topic] += fired.rule.weight * min(3, len(fired.words)) ** 0.5
    heavy[QUESTION] = min(heavy[QUESTION], 0.1)  # what is asked about says more than that it is a question
    return heavy


def _is_praise(seen: Seen, sentiment: Sentiment) -> bool:
    said = (
        any(fired.rule.sentiment == "positive" for fired in seen.fired)
        or seen.item.recommends
        or (seen.item.rating or 0) >= 4
    )
    return sentiment.likeliest == "positive" and (bool(said) or sentiment.positive >= PLAINLY)


def tier_of(seen: Seen, taxonomy: Taxonomy, topic: str, risks: Iterable[str], *, actionable: bool) -> int:
    """The likeliest tier, lifted by risks and by rules that ask for more."""
    usual = taxonomy.topics[topic].tier
    lifted = chain((taxonomy.risks[r].tier for r in risks), (f.rule.tier_at_least for f in seen.fired))
    if seen.scores and seen.scores.tiers and seen.language == "en":
        if seen.scores.risk >= RISKY:
            return 3
        sums = {
            tier: math.log(max(share, 1e-6)) + USUAL * (tier == usual)
            for tier, share in enumerate(seen.scores.tiers, start=1)
        }
        usual = max(sums, key=sums.__getitem__)
    return max([usual if actionable else 1, *lifted])


def matter_of(seen: Seen, taxonomy: Taxonomy, topic: str) -> str:
    """Whose matter it is: the topic's usual owner on such a page, unless the wording tells otherwise."""
    about = taxonomy.topics[topic]
    owner = about.matter_on(seen.item.page_kind)
    if not (seen.scores and seen.scores.matters and seen.language == "en" and seen.has_words):
        return owner
    trust = OWNER if owner == about.matter else OWNER_THERE
    sums = {
        matter: math.log(max(share, 1e-6)) + trust * (matter == owner) for matter, share in seen.scores.matters.items()
    }
    return max(sums, key=sums.__getitem__)


def second_topic(seen: Seen, taxonomy: Taxonomy, matter: str, *, actionable: bool) -> str:
    """The topic of a second matter that the other side mends, the store or the nation; "" unless rules name both plainly."""
    other = {"store": "centre", "centre": "store"}.get(_SIDES.get(matter, ""), "")
    if not other or not actionable:
        return ""
    heavy = weigh_rules(seen, taxonomy)
    sides: dict[str, dict[str, float]] = {"store": {}, "centre": {}}
    for topic, weight in heavy.items():
        side = _SIDES.get(taxonomy.topics[topic].matter_on(seen.item.page_kind))
        if side and weight >= PLAIN:
            sides[side][topic] = weight
    if not all(sides.values()):
        return ""
    return max(sides[other], key=sides[other].__getitem__)


def topic_reasons(seen: Seen, topic: str) -> Iterable[Reason]:
    """Why it is about this: the rules that say so, then the model's share."""
    for fired in seen.fired:
        if fired.rule.topic == topic or fired.rule.shout_out:
            yield Reason("rule", f"{fired.rule.because} ({fired.quoted})")
    if seen.scores and seen.has_words and topic in seen.scores.topics:
        yield Reason("model", f"about {topic.replace('-', ' ')} by its wording: {seen.scores.topics[topic]:.0%}")
