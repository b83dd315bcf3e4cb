"""The verbs of absence: say that somebody of a store is away and who stands in, take it back; who receives its matters.

Nothing is deleted: an absence that is ended or taken back stays to be read, and every step is in the audit.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from localcare.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from localcare.kit.db import Session
from localcare.people import receiving_repository as repository
from localcare.people import service
from localcare.people.core import Viewer
from localcare.people.core.receiving import Receiving, Standing, day_words, find_receiving
from localcare.people.models import Absence
from localcare.people.receiving_repository import KnownAbsence, PossibleStandIn, TeamMember

__all__ = ["KnownAbsence", "PossibleStandIn", "Receiving", "TeamMember", "list_absences", "list_team"]

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class AwayNote:
    """Who of a store is away from and until which day (both included), who stands in (None: whoever is next), and why."""

    person_id: int
    from_on: date
    to_on: date
    stand_in_id: int | None = None
    note: str = ""


def list_receiving(session: Session, store_ids: Sequence[int], *, now: datetime) -> dict[int, Receiving]:
    """Who receives the matters of each of these stores now; two stores of one person are two entries."""
    near = repository.list_near(session, store_ids, now)
    found = {store_id: find_receiving(near.get(store_id, ())) for store_id in store_ids}
    left_over = [store_id for store_id, receiving in found.items() if not receiving.people]
    national = repository.list_national(session, left_over, now)
    anew = {each: find_receiving([*near.get(each, ()), *national.get(each, ())]) for each in left_over}
    return found | anew


def list_leads(session: Session, store_ids: Sequence[int], *, now: datetime) -> dict[int, Receiving]:
    """The nearest leads above each of these stores who are there; without any, who answers for the nation."""
    near = repository.list_near(session, store_ids, now)
    leads = {each: [one for one in near.get(each, ()) if one.standing is Standing.LEAD] for each in store_ids}
    found = {store_id: find_receiving(candidates) for store_id, candidates in leads.items()}
    left_over = [store_id for store_id, receiving in found.items() if not receiving.people]
    national = repository.list_national(session, left_over, now)
    return found | {store_id: find_receiving(national.get(store_id, ())) for store_id in left_over}


def list_unmanned(session: Session, brand_id: int, store_ids: Collection[int] | None, *, now: datetime) -> list[int]:
    """Open stores of these (None: all) whose managers are all away or that have none, by number."""
    return repository.list_unmanned(session, brand_id, None if store_ids is None else sorted(store_ids), now)


def list_team(session: Session, store_id: int) -> list[TeamMember]:
    """Managers and deputies of a store with their days, former and coming ones too."""
    return repository.list_team(session, store_id)


def list_leads_above(session: Session, store_id: int) -> list[TeamMember]:
    """The leads of the regions above a store, the nearest first."""
    return repository.list_leads_above(session, store_id)


def list_absences(session: Session, brand_id: int, person_ids: Collection[int]) -> list[KnownAbsence]:
    """Absences of these people, the latest first."""
    return repository.list_absences(session, brand_id, person_ids)


def may_say_away(viewer: Viewer, member: TeamMember) -> bool:
    """Whether this person may say so of somebody of a store they arrange; of a lead, the lead and who runs the nation."""
    return (
        member.role != "lead" or member.person_id == viewer.person_id or viewer.may_supervise or viewer.may_administer
    )


def list_stand_ins(session: Session, brand_id: int, store_id: int, *, today: date) -> list[PossibleStandIn]:
    """Who could stand in at a store: its team, those of its district's other stores, the leads above."""
    return repository.list_possible_stand_ins(session, brand_id, store_id, today)


def say_away(session: Session, viewer: Viewer, store_id: int, away: AwayNote, *, today: date, now: datetime) -> Absence:
    """Write down that somebody of the store is away. Refused with a sentence when it cannot be so."""
    _require_arranging(viewer, store_id)
    _check(session, viewer, store_id, away, today)
    absence = Absence(
        brand_id=viewer.brand_id, person_id=away.person_id, from_on=away.from_on, to_on=away.to_on,
        stand_in_id=away.stand_in_id, note=away.note.strip(), recorded_by=viewer.name, recorded_at=now,
    )  # fmt: skip
    absence = repository.insert_absence(session, absence)
    service.audit(
        session, viewer, "wrote down an absence", f"absence:{absence.id}", now, person=away.person_id,
        store=store_id, from_on=str(away.from_on), to_on=str(away.to_on), stand_in=away.stand_in_id,
    )  # fmt: skip
    return absence


def end_absence(session: Session, viewer: Viewer, store_id: int, absence_id: int, *, now: datetime) -> Absence:
    """Somebody is back, or was never away: from now on it does not hold. ConflictError when it does not already."""
    absence = _get(session, viewer, store_id, absence_id)
    if absence.ended_at is not None:
        raise ConflictError("This absence has been ended already.")
    absence.ended_at, absence.ended_by = now, viewer.name
    service.audit(session, viewer, "ended an absence", f"absence:{absence_id}", now, store=store_id)
    return absence


def restore_absence(session: Session, viewer: Viewer, store_id: int, absence_id: int, *, now: datetime) -> Absence:
    """The undo of ending one. ConflictError when another has come between."""
    absence = _get(session, viewer, store_id, absence_id)
    if absence.ended_at is None:
        return absence
    if repository.find_overlapping(session, absence.person_id, absence.from_on, absence.to_on):
        raise ConflictError("Another absence holds on some of these days.")
    absence.ended_at, absence.ended_by = None, None
    service.audit(session, viewer, "restored an absence", f"absence:{absence_id}", now, store=store_id)
    return absence


def _get(session: Session, viewer: Viewer, store_id: int, absence_id: int) -> Absence:
    _require_arranging(viewer, store_id)
    absence = repository.find_absence(session, viewer.brand_id, absence_id)
    if absence is None or absence.person_id not in {each.person_id for each in _arranged(session, viewer, store_id)}:
        raise NotFoundError("There is no such absence at this store.")
    return absence


def _arranged(session: Session, viewer: Viewer, store_id: int) -> list[TeamMember]:
    """The people of whom this viewer may say that they are away: the store's, and leads above as far as they may."""
    everybody = [*repository.list_team(session, store_id), *repository.list_leads_above(session, store_id)]
    return [each for each in everybody if may_say_away(viewer, each)]


def _require_arranging(viewer: Viewer, store_id: int) -> None:
    if not viewer.may_arrange(store_id):
        raise ForbiddenError(
            "Who answers here is arranged by the store’s own people, the leads above and administrators."
        )


def _check(session: Session, viewer: Viewer, store_id: int, away: AwayNote, today: date) -> None:
    held = [
        each
        for each in _arranged(session, viewer, store_id)
        if each.person_id == away.person_id and (each.valid_to is None or each.valid_to >= today)
    ]
    if not held:
        raise InvalidError("Choose who of this store is away.")
    if away.stand_in_id is not None and all(each.role == "lead" for each in held):
        raise InvalidError("Nobody is named for a lead: the next lead above sees the stores’ matters.")
    if away.from_on > away.to_on:
        raise InvalidError("The last day away is before the first.")
    if away.to_on < today:
        raise InvalidError("These days are over.")
    if away.to_on - away.from_on > LONGEST:
        raise InvalidError("For longer than a year, name another manager instead.")
    possible = {each.id for each in list_stand_ins(session, viewer.brand_id, store_id, today=today)}
    if away.stand_in_id is not None and away.stand_in_id not in possible - {away.person_id}:
        raise InvalidError("Choose somebody of this district, or a lead above, to stand in.")
    if other := repository.find_overlapping(session, away.person_id, away.from_on, away.to_on):
        said = f"{day_words(other.from_on)} to {day_words(other.to_on)}"
        raise ConflictError(f"An absence from {said} is written down already. End that one first.")
