"""Whether a policy can be meant: rules that never decide, two that cannot both be, stores that are not known, tiers nobody is in.

What a rule decides is asked of every kind of case there can be, so several earlier rules that together leave nothing over
are found too. Of cases with risks those with a single one are asked: a rule that catches those catches them with more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product
from typing import NamedTuple

from localcare.routing.core.policy import CENTRE, STORE, Policy, Rule, When

Path = tuple[str | int, ...]
_OTHER = "any other"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a place of the file, in a sentence. `path` leads there: ("rules", 3, "when")."""

    path: Path
    sentence: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything triage can say of a case."""

    topics: frozenset[str]
    matters: frozenset[str]
    urgencies: frozenset[str]
    risks: frozenset[str]


class _Kind(NamedTuple):
    """A kind of case, as far as rules tell cases apart."""

    topic: str
    matter: str
    urgency: str
    risk: str | None
    store_known: bool


def find_rule_faults(policy: Policy, known: Vocabulary) -> list[Fault]:
    """Every fault of the rules: words triage never says, rules that never decide, cases sent to a store nobody knows."""
    faults = [*_unknown_words(policy.rules, known), *_names_given_twice(policy.rules)]
    kinds = _Kinds(policy.rules, known)
    for place, rule in enumerate(policy.rules):
        earlier = policy.rules[:place]
        left = [kind for kind in kinds.of(rule.when) if not any(_catches(other.when, kind) for other in earlier)]
        if not left:
            faults.append(Fault(("rules", place), _never_decides(rule, earlier, kinds)))
        elif rule.to == STORE and any(not kind.store_known for kind in left):
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


def find_overlaps(policy: Policy, known: Vocabulary) -> list[Fault]:
    """Rules whose cases an earlier one takes in part, to another place: their order decides. No faults, but worth knowing."""
    kinds = _Kinds(policy.rules, known)
    notes = []
    for place, rule in enumerate(policy.rules[:-1]):
        takers = _takers(policy.rules[:place], kinds.of(rule.when))
        others = [taker.name for taker in takers if _target(taker) != _target(rule)]
        if others:
            notes.append(
                Fault(("rules", place), f"“{rule.name}” gets only what {_named(others)} before it leaves over.")
            )
    return notes


class _Kinds:
    """The kinds of cases that these rules tell apart: words no rule names are one kind together."""

    def __init__(self, rules: Sequence[Rule], known: Vocabulary) -> None:
        self._topics = _told_apart((rule.when.topics for rule in rules), known.topics)
        self._matters = _told_apart((rule.when.matters for rule in rules), known.matters)
        self._urgencies = _told_apart((rule.when.urgencies for rule in rules), known.urgencies)

    def of(self, when: When) -> list[_Kind]:
        return [
            _Kind(*kind)
            for kind in product(
                sorted(when.topics) or self._topics,
                sorted(when.matters) or self._matters,
                sorted(when.urgencies) or self._urgencies,
                sorted(when.risks) or (None,),
                (True, False) if when.store_known is None else (when.store_known,),
            )
        ]


def _told_apart(named: Iterator[frozenset[str]], known: frozenset[str]) -> tuple[str, ...]:
    words = frozenset(chain.from_iterable(named))
    return (*sorted(words), *([_OTHER] if known - words else []))


def _catches(when: When, kind: _Kind) -> bool:
    return (
        (not when.risks or kind.risk in when.risks)
        and (not when.topics or kind.topic in when.topics)
        and (not when.matters or kind.matter in when.matters)
        and (not when.urgencies or kind.urgency in when.urgencies)
        and (when.store_known is None or when.store_known == kind.store_known)
    )


def _never_decides(rule: Rule, earlier: Sequence[Rule], kinds: _Kinds) -> str:
    twin = next((other for other in earlier if other.when == rule.when), None)
    if twin and _target(twin) != _target(rule):
        return f"Rules “{twin.name}” and “{rule.name}” ask for the same and send it to different places: they cannot both be."
    takers = [taker.name for taker in _takers(earlier, kinds.of(rule.when))]
    return f"Rule “{rule.name}” is never reached: {_named(takers)} before it takes everything it asks for."


def _takers(earlier: Sequence[Rule], kinds: Sequence[_Kind]) -> list[Rule]:
    """The rules that decide some of these kinds, in their order."""
    deciding = {next((n for n, rule in enumerate(earlier) if _catches(rule.when, kind)), -1) for kind in kinds}
    return [rule for n, rule in enumerate(earlier) if n in deciding]


def _unknown_words(rules: Sequence[Rule], known: Vocabulary) -> Iterator[Fault]:
    for place, rule in enumerate(rules):
        for name in ("topics", "matters", "urgencies", "risks"):
            for word in sorted(getattr(rule.when, name) - getattr(known, name)):
                sentence = f"Rule “{rule.name}” asks for “{word}”, which triage never says: it is none of its {name}."
                yield Fault(("rules", place, "when", name), sentence)


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
        missing = [tier for tier, skills in policy.tiers.items() if skills and rule.skill not in skills]
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


def _target(rule: Rule) -> tuple[str, str]:
    return rule.to, rule.skill if rule.to == CENTRE else ""


def _named(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
