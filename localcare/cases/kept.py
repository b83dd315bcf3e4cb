"""A case as it was before a person moved it, kept with the line of its history; and the way back to it."""

from datetime import datetime

from sqlmodel import Session

from localcare.cases import kept_repository as repository
from localcare.cases.models import Case, CaseEvent

_MOVED = (
    "state", "is_open", "owner_id", "queue", "route_reason", "routed_by_hand", "tier", "waiting_since", "snoozed_until",
    "closed_at", "closed_how", "merged_into", "untouched_since",
)  # fmt: skip
_TIMES = frozenset({"waiting_since", "snoozed_until", "closed_at", "untouched_since"})


def keep(session: Session, case: Case) -> dict[str, object]:
    """What is needed to take the next move of a case back: its own columns that moves change, and its clocks."""
    before = {name: _plain(getattr(case, name)) for name in _MOVED}
    return {"before": before, "clocks": repository.list_clocks(session, case.id or 0)}


def find_last(session: Session, case: Case) -> CaseEvent | None:
    """The move that can be taken back: the last one, if nothing else has changed the case since."""
    event = repository.find_last_move(session, case.id or 0)
    return event if event is not None and event.data.get("version") == case.version else None


def put_back(session: Session, case: Case, event: CaseEvent, *, now: datetime) -> None:
    """The case, and its clocks, as they were before that move."""
    before = event.data["before"]
    if not isinstance(before, dict):
        raise TypeError("a kept case is an object")
    for name in _MOVED:
        value = before[name]
        setattr(case, name, datetime.fromisoformat(value) if name in _TIMES and value else value)
    case.updated_at = now
    case.version += 1
    session.add(case)
    session.flush()
    repository.replace_clocks(session, case.brand_id, case.id or 0, event.data["clocks"])


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
