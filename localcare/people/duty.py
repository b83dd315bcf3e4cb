"""The verbs of the desk's people: who brings what, who is there, and what supervisors and agents change about it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

from localcare.errors import InvalidError, NotFoundError
from localcare.kit.db import Session
from localcare.people import duty_repository as repository
from localcare.people import service
from localcare.people.core import Viewer
from localcare.people.core.duty import (
    UNSEEN,
    Duty,
    Presence,
    SkillError,
    read_languages,
    read_skills,
)
from localcare.people.core.shifts import ShiftError, read_spans, read_weekly, read_zone, spans_words, weekly_words
from localcare.people.duty_repository import DeskText, PresenceNow

__all__ = ["DeskText", "DutyForm", "PresenceNow", "RefusedFieldError"]

T = TypeVar("T")

SEEN_EVERY = timedelta(seconds=30)
HIGHEST_TIER, MOST_CAPACITY = 3, 100


class RefusedFieldError(InvalidError):
    """One field of a form cannot be used; the sentence says why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class DutyForm:
    """What a supervisor types about an agent; skills, languages and shifts as `core.duty` and `core.shifts` read them."""

    skills: str
    second_skills: str
    languages: str
    tier: int
    capacity: int
    shifts: str
    timezone: str
    is_pushed: bool


def list_duties(session: Session, brand_id: int, *, day: date) -> list[Duty]:
    """Who works the national team's desk on that day, by name."""
    return repository.list_duties(session, brand_id, day)


def find_duty(session: Session, brand_id: int, person_id: int, *, day: date) -> Duty | None:
    """What one person brings to the desk; None for somebody who does not work there on that day."""
    return next(iter(repository.list_duties(session, brand_id, day, persons=[person_id])), None)


def list_presences(session: Session, brand_id: int) -> Mapping[int, PresenceNow]:
    """Who says they are there, by person."""
    return repository.list_presences(session, brand_id)


def list_read_languages(session: Session, brand_id: int) -> frozenset[str]:
    """Every language that somebody of the team answers in."""
    return repository.list_read_languages(session, brand_id)


def list_attended_brands(session: Session) -> list[int]:
    """Brands whose agents say whether they are there; needs a session of all brands."""
    return repository.list_attended_brands(session)


def say_presence(session: Session, viewer: Viewer, presence: Presence, *, now: datetime) -> None:
    """An agent says whether they take cases; saying it makes them willing again."""
    repository.save_presence(session, viewer.brand_id, _self(viewer), presence, now)


def note_sign_of_life(session: Session, viewer: Viewer, *, now: datetime) -> None:
    """Somebody who works at the desk did something."""
    repository.note_sign_of_life(session, _self(viewer), now)


def set_willing(session: Session, person_id: int, *, willing: bool) -> None:
    """Whether cases may be pushed to somebody: not after they put one back, again when they ask for the next."""
    repository.set_willing(session, person_id, willing=willing)


def note_deed(session: Session, viewer: Viewer, *, now: datetime) -> None:
    """Somebody of the national team did something with a case: they are at work, whatever else lies untouched."""
    if viewer.is_central and viewer.person_id is not None:
        repository.note_deed(session, viewer.person_id, now)


def note_asking(session: Session, duty: Duty, *, now: datetime) -> None:
    """Somebody asks for the next case: they are willing again, and it is a sign of life."""
    if not duty.is_willing:
        repository.set_willing(session, duty.person_id, willing=True)
    if duty.last_seen_at is not None and now - duty.last_seen_at > SEEN_EVERY:
        repository.note_sign_of_life(session, duty.person_id, now)


def note_given(session: Session, person_ids: Collection[int], *, now: datetime) -> None:
    """The desk has just given them something: who was given nothing for longest comes first among equals."""
    if person_ids:
        repository.note_given(session, person_ids, now)


def send_unseen_away(session: Session, brand_id: int, *, now: datetime) -> list[int]:
    """Those who say they are there and were not seen for UNSEEN are away from now on; returns who."""
    return repository.send_unseen_away(session, brand_id, since=now - UNSEEN, now=now)


def edit_duty(session: Session, viewer: Viewer, person_id: int, form: DutyForm, *, now: datetime) -> None:
    """Write what somebody brings to the desk. RefusedFieldError names the field, NotFoundError is of strangers."""
    known = get_duty(session, viewer, person_id, now=now)
    own = _read("skills", partial(read_skills, primary=True), form.skills)
    helps = _read("second_skills", partial(read_skills, primary=False), form.second_skills)
    names = [skill.name for skill in own]
    desk = DeskText(
        list(_read("languages", read_languages, form.languages)) or ["en"],
        weekly_words(_read("shifts", read_weekly, form.shifts)),
        _read("timezone", read_zone, form.timezone),
        form.is_pushed,
    )
    if not 1 <= form.tier <= HIGHEST_TIER:
        raise RefusedFieldError("tier", "Choose a tier from 1 to 3.")
    if not 1 <= form.capacity <= MOST_CAPACITY:
        raise RefusedFieldError("capacity", "Choose a capacity from 1 to 100.")
    repository.save_desks(session, viewer.brand_id, {person_id: desk})
    skills = [*own, *(skill for skill in helps if skill.name not in names)]
    repository.save_skills(session, viewer.brand_id, {person_id: skills})
    repository.save_grant(
        session, viewer.brand_id, person_id, skills=names, tier=form.tier, capacity=form.capacity, day=now.date()
    )
    service.audit(session, viewer, "changed a desk", f"person:{person_id}", now, name=known.name)


def edit_day(session: Session, viewer: Viewer, person_id: int, day: date, hours: str, *, now: datetime) -> str:
    """Other hours on a single day (`off`, or `10:00-14:00`); without any the day is as usual again. Returns the hours."""
    get_duty(session, viewer, person_id, now=now)
    if not hours.strip():
        repository.drop_day(session, person_id, day)
        return ""
    try:
        words = spans_words(read_spans(hours))
    except ShiftError as error:
        raise InvalidError(str(error)) from error
    repository.save_day(session, viewer.brand_id, person_id, day, words)
    service.audit(session, viewer, "changed a day at the desk", f"person:{person_id}", now, day=str(day), hours=words)
    return words


def get_duty(session: Session, viewer: Viewer, person_id: int, *, now: datetime) -> Duty:
    """What somebody brings to the desk. NotFoundError for whoever does not work there."""
    found = find_duty(session, viewer.brand_id, person_id, day=now.date())
    if found is None:
        raise NotFoundError("Nobody of the national team has this number.")
    return found


def list_days(session: Session, person_id: int, *, since: date) -> list[tuple[date, str]]:
    """Single days from then on, with their hours."""
    return repository.list_days(session, person_id, since)


def _read(field: str, reader: Callable[[str], T], text: str) -> T:
    try:
        return reader(text)
    except (SkillError, ShiftError) as error:
        raise RefusedFieldError(field, str(error)) from error


def _self(viewer: Viewer) -> int:
    if viewer.person_id is None or not viewer.is_central:
        raise InvalidError("Only the national team works at the desk.")
    return viewer.person_id
