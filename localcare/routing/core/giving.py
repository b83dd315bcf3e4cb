"""From what the database tells to who gets which case, decided by the Desk, and the reason in words."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from localcare.cases.core.states import URGENCIES
from localcare.people.core.duty import Duty
from localcare.routing.core.desk import Assignment, Desk
from localcare.routing.core.needs import (
    ALWAYS_READ,
    Agent,
    Knowing,
    Need,
    Rules,
    Seconds,
    Skill,
    Step,
    find_skill,
    need_of_queue,
    opening_step,
)
from localcare.triage.core.language import language_name

_MINUTE = 60.0
_MANY = 1_000
_TOP_TIER = 3
_GENERAL, _CRISIS, _WHICH_STORE = "general", "crisis", "which-store"
_KINDS = {"tier1": 1, "tier2": 2, "tier3": 3, _CRISIS: _TOP_TIER, _WHICH_STORE: 1}

USUAL_STEPS = (
    Step(0.0, Knowing.KNOWN, proficiency=2),
    Step(5 * _MINUTE, Knowing.KNOWN),
    Step(10 * _MINUTE, Knowing.KNOWN, tiers_up=1),
    Step(60 * _MINUTE, Knowing.ANY, tiers_up=2),
)
"""Who knows the skill well enough; after five minutes whoever knows it at all; after ten the tier above; after an hour
anybody of the same tier or a higher one who reads the language. Nobody with the skill on shift means nobody for an hour."""


@dataclass(frozen=True, slots=True)
class Giving:
    """How a brand's desk gives cases out. `weights` are by kind of queue (tier1, crisis, store …); the others weigh 1."""

    rules: Rules = field(default_factory=lambda: Rules(USUAL_STEPS))
    weights: Mapping[str, int] = field(default_factory=dict)

    def weight_of(self, queue: str) -> int:
        """How much of somebody's capacity a case of this queue takes."""
        return self.weights.get(queue.partition(":")[0], 1)


class Lane(NamedTuple):
    """Cases that wait in one queue, of one urgency and in one language; `oldest` has waited for longest."""

    queue: str
    urgency_rank: int
    language: str
    oldest: datetime


class Waiting(NamedTuple):
    """A case in nobody's hand."""

    case_id: int
    queue: str
    urgency_rank: int
    language: str
    since: datetime


class Gift(NamedTuple):
    """A case for somebody, with the reason in words."""

    case_id: int
    person_id: int
    name: str
    weight: int
    reason: str


@dataclass(frozen=True, slots=True)
class Team:
    """The rules of a brand's desk, and the languages that somebody there answers in."""

    giving: Giving
    languages: frozenset[str] = frozenset({ALWAYS_READ})

    def need_of(self, waiting: Lane | Waiting) -> Need:
        """What a case asks for. One in a language that nobody answers in goes to whoever reads English: nobody starves."""
        return need_of_queue(
            waiting.queue,
            language=waiting.language if waiting.language in self.languages else ALWAYS_READ,
            urgency=URGENCIES[waiting.urgency_rank],
            weight=self.giving.weight_of(waiting.queue),
        )

    def kinds_for(self, agents: Collection[Agent]) -> set[str]:
        """The kinds of queues (tier1, crisis …) of which one of these agents may ever take a case, by their tiers alone."""
        up = max(step.tiers_up for step in self.giving.rules.steps)
        tiers = {tier for agent in agents for tier in agent.tiers}
        return {kind for kind, lowest in _KINDS.items() if any(0 <= tier - lowest <= up for tier in tiers)}

    def lanes_for(self, agents: Collection[Agent], lanes: Iterable[Lane], now: datetime) -> list[Lane]:
        """The lanes whose oldest case one of these agents may take now."""
        return [lane for lane in lanes if any(self._may_take(agent, lane, now) for agent in agents)]

    def oldest_lanes(self, lanes: Iterable[Lane], most: int) -> list[Lane]:
        """The lanes whose oldest case counts as the oldest, so many of them."""
        return sorted(lanes, key=self._counted_age)[:most]

    def _counted_age(self, lane: Lane) -> Seconds:
        return lane.oldest.timestamp() - self.giving.rules.head_start(URGENCIES[lane.urgency_rank])

    def _may_take(self, agent: Agent, lane: Lane, now: datetime) -> bool:
        step = opening_step(agent, self.need_of(lane), self.giving.rules)
        return step is not None and step.after <= (now - lane.oldest).total_seconds()


def agent_of(duty: Duty) -> Agent:
    """Somebody as the Desk knows them. Without a tier it is the first, without a skill the general one.

    Everybody helps to find out which store is meant; the top tier answers for crises.
    """
    tiers = duty.tiers or frozenset({1})
    skills = duty.skills or (Skill(_GENERAL),)
    implied = [Skill(_WHICH_STORE, is_primary=False)]
    if _TOP_TIER in tiers:
        implied.append(Skill(_CRISIS))
    if any(skill.name == _CRISIS for skill in skills):
        tiers |= {_TOP_TIER}
    return Agent(
        id=duty.person_id,
        tiers=tiers,
        skills=(*skills, *implied),
        languages=duty.languages | {ALWAYS_READ},
        capacity=duty.capacity,
        is_pushed=duty.is_pushed and duty.is_willing,
    )


def choose_next(
    duty: Duty, load: int, waiting: Iterable[Waiting], team: Team, now: datetime, *, most: int = _MANY
) -> dict[int, Assignment]:
    """“Next case” for somebody with `load` in hand: their choices by case, the first first, of which one will be theirs."""
    desk = Desk([agent_of(duty)], team.giving.rules)
    desk.burden(duty.person_id, load)
    _lay_out(desk, waiting, team, now)
    return {given.case_id: given for given in desk.prefer(duty.person_id, now.timestamp(), most=most)}


def share_out(
    duties: Sequence[Duty], loads: Mapping[int, int], waiting: Iterable[Waiting], team: Team, now: datetime
) -> list[Gift]:
    """What is pushed to those who are there: oldest first, each to the best suited, the least loaded, the longest idle."""
    cases = {each.case_id: each for each in waiting}
    by_id = {duty.person_id: duty for duty in duties}
    desk = Desk([agent_of(duty) for duty in duties], team.giving.rules)
    moment = now.timestamp()
    for duty in sorted(duties, key=_given_at):
        desk.burden(duty.person_id, loads.get(duty.person_id, 0))
        desk.come(duty.person_id, _given_at(duty)[0])
    given = _lay_out(desk, cases.values(), team, now)
    given += desk.relax(moment)
    return [gift_of(each, cases[each.case_id], by_id[each.agent_id], team) for each in given]


def may_keep(duty: Duty, waiting: Waiting, team: Team, now: datetime) -> bool:
    """Whether a case that needs something else now may stay in this hand."""
    if waiting.queue.startswith("store:"):
        return False
    step = opening_step(agent_of(duty), team.need_of(waiting), team.giving.rules)
    return step is not None and step.after <= (now - waiting.since).total_seconds()


def _lay_out(desk: Desk, waiting: Iterable[Waiting], team: Team, now: datetime) -> list[Assignment]:
    """Cases come to the desk in the order of their counted age; what that gives out at once."""
    rules, moment = team.giving.rules, now.timestamp()
    given: list[Assignment] = []

    def counted_age(each: Waiting) -> tuple[Seconds, int]:
        return (each.since.timestamp() - rules.head_start(URGENCIES[each.urgency_rank]), each.case_id)

    for each in sorted(waiting, key=counted_age):
        given += desk.arrive(each.case_id, team.need_of(each), moment, since=each.since.timestamp())
    return given


def _given_at(duty: Duty) -> tuple[Seconds, int]:
    return (duty.given_at.timestamp() if duty.given_at else 0.0, duty.person_id)


def gift_of(given: Assignment, case: Waiting, duty: Duty, team: Team) -> Gift:
    """What the desk decided, with the reason in words."""
    parts = [*_suits(given, case, agent_of(duty), team), f"waited {wait_in_words(given.waited)}"]
    return Gift(given.case_id, given.agent_id, duty.name, given.need.weight, ", ".join(parts))


def _suits(given: Assignment, case: Waiting, agent: Agent, team: Team) -> Iterable[str]:
    if given.need.language != ALWAYS_READ:
        yield f"answers in {language_name(given.need.language)}"
    elif case.language != ALWAYS_READ and case.language not in team.languages and case.language != "und":
        yield f"nobody answers in {language_name(case.language)}"
    yield _skill_words(find_skill(agent, given.need.skill), given.need.skill)
    if given.need.tier not in agent.tiers:
        yield f"tier {min(tier for tier in agent.tiers if tier > given.need.tier)} helps tier {given.need.tier}"


def _skill_words(skill: Skill | None, name: str) -> str:
    words = name.replace("-", " ")
    if name == _WHICH_STORE:
        return "everybody finds out which store is meant"
    if skill is None:
        return f"nobody who knows {words} was free for long"
    return f"{words} is their own skill" if skill.is_primary else f"{words} is a second skill"


def wait_in_words(seconds: Seconds) -> str:
    """`6 min`, `2 h 5 min`, `3 days`: how long somebody waited."""
    minutes = int(seconds // _MINUTE)
    if minutes < 1:
        return "under a minute"
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{hours // 24} days"
