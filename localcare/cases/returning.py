"""Cases that a rule sent to a store for a while and that nobody took: placed anew, while their clocks keep what has run."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from localcare.cases import returning_repository as repository
from localcare.cases.core import Placement
from localcare.cases.promises import replan_clocks
from localcare.cases.repository import CaseLine, write_history
from localcare.cases.returning_repository import UntakenCase

__all__ = ["UntakenCase"]


def list_untaken(
    session: Session, brand_id: int, *, since: datetime, until: datetime, after: int, most: int
) -> list[UntakenCase]:
    """Cases in stores' inboxes that the policy put there in that span, in nobody's hand and unanswered; held.

    By id from `after` on. One that somebody works on at this moment is passed over.
    """
    return repository.list_untaken(session, brand_id, since=since, until=until, after=after, most=most)


def place_anew(session: Session, brand_id: int, placed: Mapping[int, Placement], *, why: str, now: datetime) -> None:
    """Put these cases, held by `list_untaken`, where they are placed now, and say so in their history."""
    if not placed:
        return
    rows: list[dict[str, object]] = [
        {"case_id": case_id, "queue": each.queue, "reason": each.reason} for case_id, each in placed.items()
    ]
    repository.move(session, rows, now)
    write_history(session, brand_id, _lines(placed, why, now))
    replan_clocks(session, brand_id, placed, now=now)


def _lines(placed: Mapping[int, Placement], why: str, now: datetime) -> Sequence[CaseLine]:
    return [
        CaseLine(case_id, now, "routed", "policy", f"{each.queue}: {why}; {each.reason}")
        for case_id, each in placed.items()
    ]
