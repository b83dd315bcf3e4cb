"""The ways of working that are compared: what each makes of the same cases, and of the same number of people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from localcare.routing.core.needs import Agent, Knowing, Need, Rules, Skill, Step
from localcare.simulation.core.arrivals import Demand
from localcare.simulation.core.assumptions import SKILL_SHARES, SKILLS, TIERS, Assumptions
from localcare.simulation.core.teams import chain, draw_roster, presence, square_root_staffing
from localcare.simulation.core.world import Crew, Leg, Script

PILE = "pile"
_DAYS_OFF = 5 / 7


@dataclass(frozen=True, slots=True)
class Way:
    """A way of working. `wage_tier` is what everybody is paid like; None pays each tier its own."""

    slug: str
    name: str
    story: str
    wage_tier: int | None = None


UNSORTED = Way(
    "unsorted",
    "No triage",
    "Everybody reads every mention in order; a case that is not theirs goes to the right group.",
    2,
)
STRICT = Way(
    "strict", "Triage, strict queues", "Triage brings cases alone, each to the queue of its skill. One skill each.", 2
)
TIERED = Way(
    "tiered",
    "Triage and tiers",
    "Simple questions of every skill to tier 1, harder ones to specialists, the hardest to tier 3.",
)
TWO_SKILLS = Way(
    "two-skills",
    "Tiers, two skills each",
    "Specialists help out in a second skill, and after some waiting the tier above helps.",
)
POOLED = Way("pooled", "Pooled", "Everybody can do everything and is paid for it: the bound that no routing passes.", 3)
WAYS = (UNSORTED, STRICT, TIERED, TWO_SKILLS, POOLED)


@dataclass(frozen=True, slots=True)
class _Group:
    """People with the same work: their tiers and skills (primary first), and the load they are there for."""

    tiers: frozenset[int]
    skills: tuple[str, ...]
    helps: tuple[str, ...]
    load: float


def crew_of(way: Way, given: Assumptions) -> Crew:
    """The people of a way of working with their roster, shared out by square-root staffing."""
    groups = _groups(way, given)
    agents: list[Agent] = []
    spans = []
    for group, people in zip(groups, square_root_staffing([group.load for group in groups], given.agents), strict=True):
        skills = tuple(Skill(name, is_primary=name not in group.helps) for name in (*group.skills, *group.helps))
        for hours in draw_roster(people, given.presence_h):
            agents.append(Agent(len(agents), group.tiers, skills))
            spans.append(presence(hours, given.days))
    return Crew(tuple(agents), _rules(way, given), tuple(spans))


def script_of(way: Way, given: Assumptions, demand: Demand) -> Script:
    """The same cases as this way of working sees them."""
    legs = list(_unsorted_legs(given, demand) if way is UNSORTED else _triaged_legs(way, given, demand))
    return Script(demand.times.tolist(), legs, given.look_s)


def wage_of(way: Way, agent: Agent, given: Assumptions) -> float:
    """What an hour of this person costs."""
    return given.wages[(way.wage_tier or max(agent.tiers)) - 1]


def _rules(way: Way, given: Assumptions) -> Rules:
    if way is TWO_SKILLS and given.relax_min > 0:
        return Rules((Step(0.0), Step(given.relax_min * 60, Knowing.KNOWN, tiers_up=1)))
    return Rules()


def _groups(way: Way, given: Assumptions) -> Sequence[_Group]:
    every = frozenset(TIERS)
    hours = [share * minutes for share, minutes in zip(given.tier_shares, given.handling_min, strict=True)]
    loads = [_people_busy(given, part) for part in hours]
    if way is POOLED:
        return [_Group(every, SKILLS, (), sum(loads))]
    if way in (UNSORTED, STRICT):
        more = (PILE,) if way is UNSORTED else ()
        return [_Group(frozenset({1}), (name, *more), (), sum(loads) * share) for name, share in SKILL_SHARES]
    seconds = {SKILLS[one]: SKILLS[other] for one, other in chain(len(SKILLS))} if way is TWO_SKILLS else {}
    specialists = [
        _Group(frozenset({2}), (name,), (seconds[name],) if name in seconds else (), loads[1] * share)
        for name, share in SKILL_SHARES
    ]
    return [_Group(frozenset({1}), SKILLS, (), loads[0]), *specialists, _Group(frozenset({3}), SKILLS, (), loads[2])]


def _people_busy(given: Assumptions, minutes: float) -> float:
    """How many people these minutes a case keep busy, of those on the payroll."""
    return given.cases * minutes / 60 / (given.days * _DAYS_OFF * given.presence_h)


def _unsorted_legs(given: Assumptions, demand: Demand) -> Iterator[tuple[Leg, ...]]:
    """Before a person reaches a case they read what needs no answer: as many as come with it on average, by chance."""
    reading = demand.luck[:, 2] * 2 * (given.mentions_per_case - 1) * given.reading_s + given.reading_s
    pile, needs = Need(1, PILE), [Need(1, name) for name in SKILLS]
    for skill, read, work in zip(demand.skills.tolist(), reading.tolist(), demand.work.tolist(), strict=True):
        yield (pile, read), (needs[skill], work)


def _triaged_legs(way: Way, given: Assumptions, demand: Demand) -> Iterator[tuple[Leg, ...]]:
    """What triage takes for another skill or a lower tier goes through a wrong hand first; a tier too high is answered there."""
    is_flat = way is STRICT
    needs = {
        (tier, skill): Need(1 if is_flat else tier, SKILLS[skill]) for tier in TIERS for skill in range(len(SKILLS))
    }
    luck, along = demand.luck, given.false_alarms * given.reading_s
    wrong_skill = ((demand.skills + 1 + (luck[:, 2] * (len(SKILLS) - 1)).astype(int)) % len(SKILLS)).tolist()
    is_wrong_skill, is_wrong_tier = (luck[:, 0] > given.skill_right).tolist(), (luck[:, 1] > given.tier_right).tolist()
    rows = zip(demand.tiers.tolist(), demand.skills.tolist(), demand.work.tolist(), strict=True)
    for n, (tier, skill, work) in enumerate(rows):
        seen_skill = wrong_skill[n] if is_wrong_skill[n] else skill
        seen_tier = _other_tier(tier, luck[n, 3]) if is_wrong_tier[n] else tier
        seen, true = needs[seen_tier, seen_skill], needs[max(tier, seen_tier), skill]
        yield ((true, work + along),) if seen == true else ((seen, along), (true, work))


def _other_tier(tier: int, luck: float) -> int:
    """A tier beside the true one: the middle one is taken for either of the others."""
    return 2 if tier != 2 else (1 if luck < 0.5 else 3)
