"""Whether a policy can be meant: rules that never decide, two that cannot both be, stores that are not known, tiers nobody is in.

What a rule decides is asked of every kind of case there can be, so several earlier rules that together leave nothing over
are found too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from localcare.routing.core.boxes import Vocabulary, leave_over, space_of, takers_of
from localcare.routing.core.conditions import KNOWN_STORE, When
from localcare.routing.core.policy import CENTRE, STORE, Policy, Rule

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a place of the file, in a sentence. `path` leads there: ("rules", 3, "when")."""

    path: Path
    sentence: str


def find_rule_faults(policy: Policy, known: Vocabulary) -> list[Fault]:
    """Every fault of the rules: words triage never says, rules that never decide, cases sent to a store nobody knows."""
    faults = [*_unknown_words(policy.rules, known), *_names_given_twice(policy.rules), *_unsaid(policy.rules)]
    space = space_of([rule.when for rule in policy.rules], known)
    boxes = [space.box_of(rule.when) for rule in policy.rules]
    for place, rule in enumerate(policy.rules):
        asked = space.asked_of(rule.when)
        left = leave_over(asked, boxes[:place])
        if why := _contradiction(rule.when):
            faults.append(Fault(("rules", place, "when"), f"Rule “{rule.name}” can never hold: {why}."))
        elif not left:
            takers = takers_of(asked, boxes[:place])
            faults.append(Fault(("rules", place), _never_decides(rule, policy.rules[:place], takers)))
        elif rule.to == STORE and any(space.may_lack_store(box) for box in left):
            faults.append(
                Fault(
                    ("rules", place),
                    f"Rule “{rule.name}” sends cases to their store whose store is not known: add “store_known: true”.",
                )
            )
    return faults


def find_centre_faults(policy: Policy) -> list[Fault]:
    """Every fault of the national team: a tier without skills, a queue nobody serves, an escalation that goes in a circle."""
    return [*_empty_tiers(policy), *_unserved(policy), *_circles(policy.escalation)]


def find_surge_faults(policy: Policy, known: Vocabulary) -> list[Fault]:
    """Every fault of what a surge does: topics that triage never says."""
    unknown = sorted(policy.surge.to_stores - set(map(str, known.by_condition["topics"])))
    return [
        Fault(("surge", "to_stores"), f"In a surge “{topic}” would go to stores, which is no topic of triage’s.")
        for topic in unknown
    ]


def find_overlaps(policy: Policy, known: Vocabulary) -> list[Fault]:
    """Rules whose cases an earlier one takes in part, to another place: their order decides. No faults, but worth knowing."""
    space = space_of([rule.when for rule in policy.rules], known)
    boxes = [space.box_of(rule.when) for rule in policy.rules]
    notes = []
    for place, rule in enumerate(policy.rules[:-1]):
        takers = [policy.rules[n] for n in takers_of(space.asked_of(rule.when), boxes[:place])]
        others = [taker.name for taker in takers if _target(taker) != _target(rule)]
        if others:
            notes.append(
                Fault(("rules", place), f"“{rule.name}” gets only what {_named(others)} before it leaves over.")
            )
    return notes


def _never_decides(rule: Rule, earlier: Sequence[Rule], takers: Sequence[int]) -> str:
    twin = next((other for other in earlier if other.when == rule.when), None)
    if twin and _target(twin) != _target(rule):
        return f"Rules “{twin.name}” and “{rule.name}” ask for the same and send it to different places: they cannot both be."
    names = [earlier[n].name for n in takers]
    return f"Rule “{rule.name}” is never reached: {_named(names)} before it takes everything it asks for."


def _unknown_words(rules: Sequence[Rule], known: Vocabulary) -> Iterator[Fault]:
    for place, rule in enumerate(rules):
        for name, words in known.by_condition.items():
            for word in sorted(getattr(rule.when, name) - words):
                sentence = f"Rule “{rule.name}” asks for “{word}”, which triage never says: it is none of its {name}."
                yield Fault(("rules", place, "when", name), sentence)


def _contradiction(when: When) -> str:
    """Why no case can be what is asked for; "" when one can."""
    if when.asks_for_store and when.store_known is False:
        return "it asks for a store or region, and for cases whose store is not known"
    if when.asks_for_store and when.resolutions and not when.resolutions & KNOWN_STORE:
        return f"its store has to be known, and {' or '.join(sorted(when.resolutions))} at the same time"
    return ""


def _unsaid(rules: Sequence[Rule]) -> Iterator[Fault]:
    for place, rule in enumerate(rules):
        if not rule.name.strip():
            yield Fault(("rules", place, "name"), f"Rule {place + 1} has no name: nobody could tell that it decided.")
        if not rule.because.strip():
            sentence = f"Rule “{rule.name}” gives no reason: `because` is what people read beside the case."
            yield Fault(("rules", place, "because"), sentence)


def _names_given_twice(rules: Sequence[Rule]) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, rule in enumerate(rules):
        if rule.name in seen:
            yield Fault(
                ("rules", place, "name"), f"Two rules are called “{rule.name}”: nobody could tell which one decided."
            )
        seen.add(rule.name)


def _empty_tiers(policy: Policy) -> Iterator[Fault]:
    for tier, skills in policy.tiers.items():
        if not skills:
            yield Fault(("centre", "tiers", tier), f"{tier} has no skills: whatever is sent there waits for ever.")
        for skill in sorted(skills - policy.skills):
            yield Fault(
                ("centre", "tiers", tier), f"{tier} has the skill “{skill}”, which the list of skills does not have."
            )


def _unserved(policy: Policy) -> Iterator[Fault]:
    for place, rule in enumerate(policy.rules):
        sent = [tier for tier in policy.tiers if rule.tier is None or tier == f"tier{rule.tier}"]
        missing = [tier for tier in sent if policy.tiers[tier] and rule.skill not in policy.tiers[tier]]
        if rule.to == CENTRE and missing:
            queues = _named([f"{tier}:{rule.skill}" for tier in missing])
            yield Fault(("rules", place), f"Rule “{rule.name}” can send to {queues}, which nobody serves.")


def _circles(escalation: Mapping[str, str]) -> Iterator[Fault]:
    told: set[str] = set()
    for start in escalation:
        way = [start]
        while way[-1] in escalation and escalation[way[-1]] not in way:
            way.append(escalation[way[-1]])
        following = escalation.get(way[-1])
        if following is not None and following not in told:
            circle = [*way[way.index(following) :], following]
            told.update(circle)
            yield Fault(
                ("centre", "escalation", circle[0]),
                f"Escalation goes in a circle: {' → '.join(circle)}. It would never end.",
            )


def _target(rule: Rule) -> tuple[str, str, int | None]:
    return (rule.to, rule.skill, rule.tier) if rule.to == CENTRE else (rule.to, "", None)


def _named(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
