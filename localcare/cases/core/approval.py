"""Whose eyes an answer needs before it goes out: who may approve, and why somebody may not, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from localcare.people.core import Viewer

APPROVERS = {
    "supervisor": "a supervisor",
    "lead": "the lead above the store",
    "centre": "somebody of the national team",
    "tier2": "an agent of tier 2 or 3",
    "tier3": "an agent of tier 3",
}
"""Whom a policy may name. A supervisor may always."""

_OF_STORES = ("lead", "centre")
_OF_CENTRE = ("supervisor", "tier3")


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer that waits for approval: who wrote it, for which store (if any), in which queue, whom the policy names."""

    author_id: int | None
    store_id: int | None
    queue: str
    approvers: tuple[str, ...] = ()


def approvers_of(queue: str, named: Sequence[str]) -> tuple[str, ...]:
    """Whom an approval is asked of: those the policy names, else the lead or the centre for a store's own cases."""
    if named:
        return tuple(named)
    return _OF_STORES if queue.startswith("store:") else _OF_CENTRE


def in_words(asked: Sequence[str]) -> str:
    """`a supervisor or an agent of tier 3`."""
    words = [APPROVERS[each] for each in asked]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def why_not_approve(viewer: Viewer, asked: Asked) -> str:
    """Why this person may not approve it; "" when they may. Nobody approves their own words."""
    if viewer.person_id is None:
        return "Only a person can approve an answer."
    if viewer.person_id == asked.author_id:
        return "Somebody else approves what you wrote."
    if not viewer.may_answer(asked.store_id):
        return "Only who answers for this case can approve it."
    wanted = approvers_of(asked.queue, asked.approvers)
    if viewer.may_supervise or any(_is(viewer, each, asked.store_id) for each in wanted):
        return ""
    return f"This answer is approved by {in_words(wanted)}."


def _is(viewer: Viewer, approver: str, store_id: int | None) -> bool:
    match approver:
        case "lead":
            return any(grant.role == "lead" and grant.covers(store_id) for grant in viewer.grants)
        case "centre":
            return viewer.is_central
        case "tier2":
            return viewer.is_central and max(viewer.tiers, default=1) >= 2
        case "tier3":
            return viewer.is_central and max(viewer.tiers, default=1) >= 3
    return viewer.may_supervise
