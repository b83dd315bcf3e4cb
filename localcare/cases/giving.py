"""What the desk does with cases: give them to people, many at once, and take back what nobody looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from localcare.cases import giving_repository as repository
from localcare.cases.clock_repository import stop_clocks
from localcare.cases.giving_repository import InHand, Untouched
from localcare.cases.repository import CaseLine, write_history

__all__ = ["Given", "InHand", "Untouched"]


@dataclass(frozen=True, slots=True)
class Given:
    """A case for somebody, and the line for its history. What was pushed is untouched until they look at it."""

    case_id: int
    person_id: int
    detail: str
    is_pushed: bool


def take_seat(session: Session, person_id: int) -> None:
    """Wait until nobody else puts anything into this person's hands; held until the transaction ends."""
    repository.take_seat(session, person_id)


def try_seats(session: Session, person_ids: Sequence[int]) -> list[int]:
    """Those into whose hands nobody else puts anything right now; held until the transaction ends."""
    return repository.try_seats(session, person_ids)


def lock_waiting(session: Session, brand_id: int, case_ids: Sequence[int], *, most: int) -> list[int]:
    """The first of these cases that wait in nobody's hand, `most` at most, without waiting for those others work on."""
    return repository.lock_waiting(session, brand_id, case_ids, most=most)


def give(session: Session, brand_id: int, given: Sequence[Given], *, now: datetime) -> None:
    """Give cases that `lock_waiting` holds. Who asked for one has taken it up; a pushed one waits until it is looked at."""
    if not given:
        return
    rows: list[dict[str, object]] = [
        {"case_id": each.case_id, "person_id": each.person_id, "is_pushed": each.is_pushed} for each in given
    ]
    repository.give(session, rows, now)
    lines = [CaseLine(each.case_id, now, "given", "desk", each.detail, each.person_id) for each in given]
    write_history(session, brand_id, lines)
    stop_clocks(session, [each.case_id for each in given if not each.is_pushed], ("acknowledge",), now)


def list_in_hand(session: Session, brand_id: int, person_ids: Sequence[int]) -> list[InHand]:
    """What these persons have in hand whose customers wait for them, by queue."""
    return repository.list_in_hand(session, brand_id, person_ids)


def list_untouched(session: Session, brand_id: int) -> list[Untouched]:
    """What was pushed to people who have not looked at it."""
    return repository.list_untouched(session, brand_id)


def take_back(session: Session, brand_id: int, why: Mapping[int, str], *, now: datetime) -> list[int]:
    """Put untouched cases back into their queues, each with its reason; returns those that went back."""
    if not why:
        return []
    back = repository.take_back(session, sorted(why), now)
    write_history(session, brand_id, [CaseLine(case_id, now, "taken-back", "desk", why[case_id]) for case_id in back])
    return back
