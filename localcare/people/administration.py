"""The verbs of those who keep people right: who holds which role, end one, see and revoke tokens."""

from datetime import date, datetime, timedelta

from localcare.errors import ConflictError, InvalidError, NotFoundError
from localcare.kit.db import Session
from localcare.people import administration_repository as repository
from localcare.people import service
from localcare.people.administration_repository import Colleague, HeldRole, IssuedToken, PeopleQuestion, RoleCount
from localcare.people.core import Viewer
from localcare.people.core.people_file import Directory, RowRefusedError, read_appointment

__all__ = [
    "Colleague",
    "HeldRole",
    "IssuedToken",
    "RoleCount",
    "check_manager",
    "count_roles",
    "end_role",
    "erase_colleague",
    "list_api_tokens",
    "list_colleagues",
    "revoke_api_token",
]


def list_colleagues(
    session: Session,
    viewer: Viewer,
    *,
    today: date,
    role: str | None = None,
    scope: str | None = None,
    email: str | None = None,
    words: str | None = None,
    after_id: int = 0,
    limit: int = 50,
) -> list[Colleague]:
    """People by id with the roles they hold now or later. `scope` is nation, a region's slug or a store's number;
    `words` are looked for in names and addresses."""
    question = PeopleQuestion(role, scope, email.strip().lower() if email else None, words, after_id, limit)
    return repository.list_colleagues(session, viewer.brand_id, question, today)


def count_roles(session: Session, viewer: Viewer, *, today: date) -> list[RoleCount]:
    """How many people hold each role today."""
    return repository.count_roles(session, viewer.brand_id, today)


def check_manager(email: str, name: str, *, store_id: int, number: str) -> None:
    """Refuse, with a sentence, who cannot be appointed to a store."""
    row = {"email": email.strip(), "name": name, "role": "manager", "scope": number}
    try:
        read_appointment(row, Directory({}, {number: store_id}))
    except RowRefusedError as refusal:
        value = f" “{refusal.value}”" if refusal.value else ""
        raise InvalidError(f"The {refusal.column}{value} {refusal.reason}.") from refusal


def erase_colleague(session: Session, viewer: Viewer, email: str, *, now: datetime) -> None:
    """Forget somebody who has left: name, address, roles, links and sessions go; what they did stays, by nobody."""
    person_id = repository.find_person_id(session, viewer.brand_id, email.strip().lower())
    if person_id is None:
        raise NotFoundError(f"There is nobody with the address {email}.")
    repository.forget_person(session, person_id, now)
    service.audit(session, viewer, "forgot a colleague", f"person:{person_id}", now)


def end_role(session: Session, viewer: Viewer, grant_id: int, *, now: datetime) -> HeldRole:
    """Take a role away from today on. The last administrator of a brand keeps theirs: ConflictError."""
    held = repository.find_held_role(session, viewer.brand_id, grant_id, now.date())
    if held is None:
        raise NotFoundError("There is no such role, or it has ended already.")
    if held.role == "administrator" and repository.count_administrators(session, viewer.brand_id, now.date()) <= 1:
        raise ConflictError("This is the last administrator of the brand. Appoint another one first.")
    repository.set_last_day(session, grant_id, now.date() - timedelta(days=1))
    service.audit(session, viewer, "ended a role", f"person:{held.email}", now, role=held.role, scope=held.scope)
    return held


def list_api_tokens(session: Session, viewer: Viewer) -> list[IssuedToken]:
    """Every token of the brand, newest first, revoked ones too."""
    return repository.list_api_tokens(session, viewer.brand_id)


def revoke_api_token(session: Session, viewer: Viewer, token_id: int, *, now: datetime) -> str:
    """Make a token worthless from this moment on; returns its name. NotFoundError when it is unknown or was revoked."""
    name = repository.revoke_api_token(session, viewer.brand_id, token_id, now)
    if name is None:
        raise NotFoundError("There is no such token, or it has been revoked already.")
    service.audit(session, viewer, "revoked a token", f"token:{token_id}", now, name=name)
    return name
