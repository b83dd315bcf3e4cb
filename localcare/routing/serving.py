"""What a policy names and the brand does not have: queues nobody serves, stores that are not there. Said with the line."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session

from localcare.people.core.duty import Duty
from localcare.people.duty import list_duties
from localcare.routing.checking import CheckedPolicy, check_policy, remark_lines
from localcare.routing.core.conditions import StoreFacts
from localcare.routing.core.giving import agent_of
from localcare.routing.core.needs import Agent, Knowing, need_of_queue, opening_step
from localcare.routing.core.policy import CENTRE, CRISIS, WHICH_STORE, Policy
from localcare.routing.core.soundness import Fault
from localcare.routing.core.wording import listed
from localcare.stores.shelf import stand_today


def check_with_brand(session: Session, brand_id: int, body: str, *, now: datetime) -> CheckedPolicy:
    """A policy checked by itself and, where it is sound, against today's national team and directory."""
    checked = check_policy(body)
    if checked.policy is None:
        return checked
    found = [
        *find_unserved_queues(checked.policy, list_duties(session, brand_id, day=now.date())),
        *find_unknown_places(checked.policy, stand_today(session, brand_id, now=now).values()),
    ]
    return CheckedPolicy(checked.policy, (), (*remark_lines(body, found), *checked.notes))


def find_unserved_queues(policy: Policy, duties: Sequence[Duty]) -> list[Fault]:
    """A sentence for each rule that can send to a queue whose skill nobody of the team knows. No faults: people can be hired."""
    agents = [agent_of(duty) for duty in duties]
    if not agents:
        return [Fault(("rules",), "Nobody works the national team’s desk yet: no central queue is served.")]
    notes = []
    for place, rule in enumerate(policy.rules):
        queues = {CENTRE: _central_queues(rule.skill, rule.tier, rule.when.tiers), CRISIS: [CRISIS]}
        queues[WHICH_STORE] = [WHICH_STORE]
        if missing := [queue for queue in queues.get(rule.to, []) if not _is_served(queue, agents, policy)]:
            sentence = f"Rule “{rule.name}” can send to {', '.join(missing)}, which nobody of the team serves today."
            notes.append(Fault(("rules", place), sentence))
    return notes


def find_unknown_places(policy: Policy, stores: Collection[StoreFacts]) -> list[Fault]:
    """A sentence for each rule that asks for stores or regions that the directory does not have. No faults: stores open."""
    numbers = {store.number for store in stores}
    regions = {slug for store in stores for slug in store.regions}
    return [
        Fault(("rules", place), f"Rule “{rule.name}” asks for {what} {listed(missing, 'or')}: no such store is there.")
        for place, rule in enumerate(policy.rules)
        for what, missing in (
            ("store", sorted(rule.when.stores - numbers)),
            ("the region", sorted(rule.when.regions - regions)),
        )
        if missing
    ]


def _central_queues(skill: str, tier: int | None, tiers: frozenset[int]) -> list[str]:
    return [f"tier{each}:{skill}" for each in ([tier] if tier else sorted(tiers) or [1, 2, 3])]


def _is_served(queue: str, agents: Sequence[Agent], policy: Policy) -> bool:
    need = need_of_queue(queue)
    steps = (opening_step(agent, need, policy.giving.rules) for agent in agents)
    return any(step is not None and step.knowing is not Knowing.ANY for step in steps)
