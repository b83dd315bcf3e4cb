"""What a people file says of agents' desks, written beside their roles."""

from collections.abc import Sequence
from dataclasses import replace

from localcare.kit.db import Session
from localcare.people import duty_repository as repository
from localcare.people.core import CENTRAL_ROLES
from localcare.people.core.people_file import Appointment, DeskColumns
from localcare.people.duty_repository import DeskText


def save_desk_columns(session: Session, brand_id: int, appointments: Sequence[Appointment]) -> None:
    """Skills, languages and shifts of the agents among these, who are persons by now. What a row leaves out stays."""
    told = {each.email: each.desk for each in appointments if each.role in CENTRAL_ROLES and each.desk.says_something}
    if not told:
        return
    known = repository.list_desk_texts(session, brand_id, list(told))
    texts = {person: _told(text, told[email]) for email, (person, text) in known.items() if _is_text(told[email])}
    repository.save_desks(session, brand_id, texts)
    skills = {known[email][0]: desk.known for email, desk in told.items() if desk.known is not None and email in known}
    repository.save_skills(session, brand_id, skills)


def _is_text(desk: DeskColumns) -> bool:
    return (desk.languages, desk.shifts, desk.timezone) != (None, None, None)


def _told(text: DeskText, desk: DeskColumns) -> DeskText:
    return replace(
        text,
        languages=list(desk.languages) if desk.languages is not None else text.languages,
        shifts=desk.shifts if desk.shifts is not None else text.shifts,
        timezone=desk.timezone or text.timezone,
    )
