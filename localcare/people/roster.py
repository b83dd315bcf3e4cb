"""The verbs of the roster: take in people files, appoint one person, say who is responsible for a store."""

import csv
from collections import defaultdict
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime

from localcare.errors import InvalidError
from localcare.kit.db import Session
from localcare.people import desks, service
from localcare.people import roster_repository as repository
from localcare.people.core import CENTRAL_ROLES, Viewer
from localcare.people.core.people_file import RefusedRow, RowRefusedError, read_appointment, read_people
from localcare.people.roster_repository import Agent, Contact, RosterChange

__all__ = [
    "Agent",
    "Contact",
    "NewManager",
    "PeopleReport",
    "RosterChange",
    "add_person",
    "appoint_managers",
    "import_people",
    "list_agents",
    "list_national_contacts",
    "responsible_for",
]


@dataclass(frozen=True, slots=True)
class NewManager:
    """Who runs a store, as a directory file names them: from `since` on, else from the day this is recorded."""

    store_number: str
    email: str
    name: str | None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class PeopleReport:
    """What a people file did, and the rows it could not use."""

    rows: int
    change: RosterChange
    refused: tuple[RefusedRow, ...]


def import_people(session: Session, viewer: Viewer, text: str, *, now: datetime) -> PeopleReport:
    """Take in a people file. For the persons in it the file is the whole truth: their other roles end yesterday.

    Persons who are not in the file keep what they have, and so do persons with a refused row. The caller rolls back
    for a dry run.
    """
    try:
        reading = read_people(text, repository.read_directory(session, viewer.brand_id))
    except csv.Error as error:
        raise InvalidError(f"The file cannot be read as comma-separated values: {error}.") from error
    if not reading.appointments and not reading.refused:
        raise InvalidError("The file has no row below its header line: export it again.")
    complete = {appointment.email for appointment in reading.appointments} - {row.email for row in reading.refused}
    change = repository.write_appointments(
        session, viewer.brand_id, reading.appointments, today=now.date(), now=now, complete=complete
    )
    desks.save_desk_columns(session, viewer.brand_id, reading.appointments)
    report = PeopleReport(len(reading.appointments) + len(reading.refused), change, reading.refused)
    service.audit(session, viewer, "imported people", "people", now, rows=report.rows, refused=len(report.refused))
    return report


def add_person(session: Session, viewer: Viewer, row: dict[str, str], *, now: datetime) -> RosterChange:
    """Give one person one more role, by the columns of people.csv. InvalidError names the value that cannot be used."""
    directory = repository.read_directory(session, viewer.brand_id)
    try:
        appointment = read_appointment(row, directory)
    except RowRefusedError as refusal:
        raise InvalidError(f"{refusal.column} “{refusal.value}” {refusal.reason}.") from refusal
    change = repository.write_appointments(session, viewer.brand_id, [appointment], today=now.date(), now=now)
    desks.save_desk_columns(session, viewer.brand_id, [appointment])
    service.audit(session, viewer, "appointed", f"person:{appointment.email}", now, role=appointment.role)
    return change


def appoint_managers(
    session: Session, viewer: Viewer, managers: Sequence[NewManager], *, now: datetime
) -> RosterChange:
    """Give stores the managers that a directory names; whoever managed such a store before did so until the day before.

    A store's first manager has no first day unless one is given: who ran it before is not known. A manager whose
    e-mail is none is left out: the directory's own report is the place to name it.
    """
    directory = repository.read_directory(session, viewer.brand_id)
    appointments = []
    for manager in managers:
        row = {"email": manager.email, "name": manager.name or "", "role": "manager", "scope": manager.store_number}
        with suppress(RowRefusedError):
            appointments.append(replace(read_appointment(row, directory), valid_from=manager.since))
    today = now.date()
    successors = repository.list_successors(session, viewer.brand_id, appointments, today=today)
    dated = [replace(a, valid_from=a.valid_from or (today if a in successors else None)) for a in appointments]
    change = repository.write_appointments(session, viewer.brand_id, dated, today=today, now=now)
    ended = repository.end_former_managers(session, viewer.brand_id, dated, today=today)
    service.audit(session, viewer, "appointed managers", "people", now, stores=len(appointments))
    return replace(change, roles_ended=ended)


def responsible_for(
    session: Session, viewer: Viewer, store_ids: Collection[int], *, roles: Collection[str], day: date
) -> dict[int, tuple[Contact, ...]]:
    """Who holds one of these roles over each store on that day; stores that have nobody are left out. One query."""
    by_store: dict[int, list[Contact]] = defaultdict(list)
    for contact in repository.list_contacts(session, viewer.brand_id, store_ids, roles, day):
        assert contact.store_id is not None  # noqa: S101
        by_store[contact.store_id].append(contact)
    return {store_id: tuple(contacts) for store_id, contacts in by_store.items()}


def list_national_contacts(session: Session, viewer: Viewer, *, roles: Collection[str], day: date) -> list[Contact]:
    """Who holds one of these roles over the whole brand, such as supervisors for what cannot wait."""
    return repository.list_national_contacts(session, viewer.brand_id, roles, day)


def list_agents(session: Session, viewer: Viewer, *, day: date, roles: Collection[str] = CENTRAL_ROLES) -> list[Agent]:
    """Who works the central queues, with skills, tier and capacity."""
    return repository.list_agents(session, viewer.brand_id, roles, day)
