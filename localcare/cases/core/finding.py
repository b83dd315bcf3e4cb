"""What becomes of a case that waited for its store to be found, once the store is known."""

from dataclasses import dataclass, replace
from datetime import datetime

from localcare.cases.core.conversation import CaseDecision
from localcare.cases.core.states import State

_KNOWN = frozenset({"exact", "likely"})


@dataclass(frozen=True, slots=True)
class Seeking:
    """An open case whose store is sought. `was_asked`: the customer got an answer, so what they write next is one too."""

    key: str
    case_id: int
    owner_id: int | None
    was_asked: bool


@dataclass(frozen=True, slots=True)
class SeekingWord:
    """A live word of the customer in such a case. `candidates` are the stores offered for it, the likeliest first;

    `refused` are stores that a person has said it is not about.
    """

    key: str
    mention_id: int
    created_at: datetime
    author_external_id: str | None
    text: str
    candidates: tuple[int, ...]
    refused: frozenset[int]


def is_found(decision: CaseDecision) -> bool:
    """Whether the store of a sought case is known now."""
    return decision.summary.store_id is not None and decision.summary.resolution_status in _KNOWN


def free_to_move(decision: CaseDecision) -> CaseDecision:
    """The same decision, in nobody's hand: who asked for the store does not keep a case that has found it."""
    if decision.known is None:
        return decision
    known = replace(decision.known, owner_id=None, routed_by_hand=False)
    state = State.QUEUED if decision.waiting_since is not None else decision.state
    return replace(decision, known=known, state=state)
